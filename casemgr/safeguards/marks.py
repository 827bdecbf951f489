"""Keyed marks on both sides: of what the staff declared, and of the people of each case. One is found by the other.

The names of the pieces are this room's own: its marks are no marks of the carer check, and cannot be laid beside them.
"""

from collections.abc import Collection
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, select

from casemgr.access.desk import Desk
from casemgr.core.conditions import Among, Numbers
from casemgr.core.db import beside_the_wall
from casemgr.safeguards import rules
from casemgr.safeguards.models import DeclaredMark, PersonMark
from casemgr.safeguards.terms import Kin, Person

Table = type[DeclaredMark] | type[PersonMark]
Marks = Collection[tuple[int, ...]]  # of each piece the tokens under all keys, that of the active one first


def of(house: Desk, people: Collection[Kin | Person]) -> Marks:
    """By what some people are found."""
    pieces = {piece for one in people for piece in rules.pieces(one)}
    return [house.safe.tokens(f"kin {kind}", value) for kind, value in pieces]


def note_people(house: Desk, case_id: UUID, marks: Marks, *, new: bool) -> None:
    """Leave the marks of the people of a case, each once."""
    _note(house, PersonMark, case_id, marks, new=new)


def note_declared(house: Desk, account_id: UUID, marks: Marks) -> None:
    """Leave the marks of what somebody declared."""
    _note(house, DeclaredMark, account_id, marks)


def forget_declared(house: Desk, account_id: UUID, marks: Marks) -> None:
    """Take the marks of an earlier declaration away."""
    rows = house.rows(
        select(DeclaredMark.id, DeclaredMark.token, DeclaredMark.posting).where(
            DeclaredMark.token.in_(_flat(marks))
        )
    )
    doomed = [row.id for row in rows if _owner(house, row.token, row.posting) == account_id]
    house.session.execute(
        delete(DeclaredMark).where(DeclaredMark.id.in_(doomed)),
        execution_options={"synchronize_session": False},
    )


def who_declared(house: Desk, marks: Marks) -> frozenset[UUID]:
    """Members of the staff whose declaration shares a piece with these people."""
    return frozenset(owner for _token, owner in _found(house, DeclaredMark, _flat(marks)))


def cases_with(house: Desk, marks: Marks) -> frozenset[UUID]:
    """Cases whose people share a piece with this declaration, or once did."""
    return frozenset(owner for _token, owner in _found(house, PersonMark, _flat(marks)))


def _note(house: Desk, table: Table, owner: UUID, marks: Marks, *, new: bool = False) -> None:
    wanted = {tokens[0] for tokens in marks}
    if not new:
        wanted -= {token for token, known in _found(house, table, sorted(wanted)) if known == owner}
    house.append(
        table,
        *(
            {"id": uuid4(), "token": token, "posting": house.safe.seal_posting(token, owner.bytes)}
            for token in sorted(wanted)
        ),
    )


def _found(house: Desk, table: Table, tokens: Collection[int]) -> list[tuple[int, UUID]]:
    """Whom tokens lead to."""
    if not tokens:
        return []
    rows = beside_the_wall(house.session, _FIND[table], table, {"tokens": tokens})
    return [(token, _owner(house, token, posting)) for token, posting in rows]


def _owner(house: Desk, token: int, posting: bytes) -> UUID:
    return UUID(bytes=house.safe.open_posting(token, posting))


def _flat(marks: Marks) -> list[int]:
    return sorted({token for tokens in marks for token in tokens})


_FIND = {
    table: select(table.token, table.posting).where(Among(table.token, bindparam("tokens", type_=Numbers())))
    for table in (DeclaredMark, PersonMark)
}
