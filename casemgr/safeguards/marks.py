"""Keyed marks on both sides: of what the staff declared, and of the people of each case. One is found by the other.

The names of the pieces are this room's own: its marks are no marks of the carer check, and cannot be laid beside them.
"""

from collections.abc import Collection, Iterable
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from casemgr.access.desk import Desk
from casemgr.safeguards import rules
from casemgr.safeguards.models import DeclaredMark, PersonMark
from casemgr.safeguards.terms import Kin, Person

Table = type[DeclaredMark] | type[PersonMark]


def note_people(house: Desk, case_id: UUID, people: Collection[Person], *, new: bool) -> None:
    """Leave the marks of the people of a case, each once."""
    _note(house, PersonMark, case_id, people, new=new)


def note_declared(house: Desk, account_id: UUID, kin: Collection[Kin]) -> None:
    """Leave the marks of what somebody declared."""
    _note(house, DeclaredMark, account_id, kin)


def forget_declared(house: Desk, account_id: UUID, kin: Collection[Kin]) -> None:
    """Take the marks of an earlier declaration away."""
    doomed = [row for row, owner in _rows(house, DeclaredMark, kin) if owner == account_id]
    house.session.execute(
        delete(DeclaredMark).where(DeclaredMark.id.in_(doomed)),
        execution_options={"synchronize_session": False},
    )


def who_declared(house: Desk, people: Collection[Person]) -> frozenset[UUID]:
    """Members of the staff whose declaration shares a piece with these people."""
    return frozenset(owner for _row, owner in _rows(house, DeclaredMark, people))


def cases_with(house: Desk, kin: Collection[Kin]) -> frozenset[UUID]:
    """Cases whose people share a piece with this declaration, or once did."""
    return frozenset(owner for _row, owner in _rows(house, PersonMark, kin))


def _note(
    house: Desk, table: Table, owner: UUID, people: Collection[Kin | Person], *, new: bool = False
) -> None:
    wanted = {_tokens(house, piece)[0] for piece in _pieces(people)}
    if not new and wanted:
        wanted -= {token for token, posting in _held(house, table, wanted) if posting == owner.bytes}
    rows = [
        {"id": uuid4(), "token": token, "posting": house.safe.seal_posting(token, owner.bytes)}
        for token in sorted(wanted)
    ]
    if rows:
        house.append(table, *rows)


def _rows(house: Desk, table: Table, people: Collection[Kin | Person]) -> list[tuple[UUID, UUID]]:
    wanted = {token for piece in _pieces(people) for token in _tokens(house, piece)}
    if not wanted:
        return []
    found = house.rows(select(table.id, table.token, table.posting).where(table.token.in_(sorted(wanted))))
    return [(row.id, UUID(bytes=house.safe.open_posting(row.token, row.posting))) for row in found]


def _held(house: Desk, table: Table, wanted: Iterable[int]) -> list[tuple[int, bytes]]:
    found = house.rows(select(table.token, table.posting).where(table.token.in_(sorted(wanted))))
    return [(row.token, house.safe.open_posting(row.token, row.posting)) for row in found]


def _pieces(people: Collection[Kin | Person]) -> frozenset[tuple[str, str]]:
    return frozenset(piece for one in people for piece in rules.pieces(one))


def _tokens(house: Desk, piece: tuple[str, str]) -> tuple[int, ...]:
    kind, value = piece
    return house.safe.tokens(f"kin {kind}", value)
