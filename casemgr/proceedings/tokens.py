"""Keyed marks of people against whom a decision stands: found by whoever asks for the same name or number, read by nobody.

A mark is made of a whole name, of a name with its birth year, or of an identity number; never of a single word or a year.
What it points to is sealed: which decision, of which kind, which unit to ask.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.core.text import fold
from casemgr.proceedings.models import ProceedingToken
from casemgr.proceedings.terms import Certainty, KnownKind, Person

_POSTING = struct.Struct(">16sBBiH")
_KINDS, _CERTAINTIES = tuple(KnownKind), tuple(Certainty)
_LEAST_DIGITS = 9  # of an identity number


@dataclass(frozen=True)
class Posting:
    """What a mark points to."""

    decision_id: UUID
    kind: KnownKind
    certainty: Certainty
    unit_id: int
    birth_year: int | None

    def packed(self) -> bytes:
        """All of it as bytes of one length."""
        return _POSTING.pack(
            self.decision_id.bytes,
            _KINDS.index(self.kind),
            _CERTAINTIES.index(self.certainty),
            self.unit_id,
            self.birth_year or 0,
        )

    @classmethod
    def unpacked(cls, plain: bytes) -> "Posting":
        decision, kind, certainty, unit_id, year = _POSTING.unpack(plain)
        return cls(UUID(bytes=decision), _KINDS[kind], _CERTAINTIES[certainty], unit_id, year or None)


def write(desk: Desk, person: Person, decision_id: UUID, kind: KnownKind, unit_id: int) -> None:
    """Leave the marks of a person."""
    for certainty, pieces in _pieces(person.name, person.birth_year, person.identity):
        token = desk.safe.tokens(*pieces)[0]
        posting = Posting(decision_id, kind, certainty, unit_id, person.birth_year)
        desk.add(
            ProceedingToken(id=uuid4(), token=token, posting=desk.safe.seal_posting(token, posting.packed()))
        )


def erase(desk: Desk, person: Person, decision_id: UUID) -> None:
    """Take the marks of a decision away, before they are written anew or because it no longer stands."""
    for row, posting in _rows(desk, person.name, person.birth_year, person.identity):
        if posting.decision_id == decision_id:
            desk.session.delete(row)


def find(desk: Desk, name: str | None, birth_year: int | None, identity: str | None) -> list[Posting]:
    """What the marks of a name or a number point to."""
    return [posting for _row, posting in _rows(desk, name, birth_year, identity)]


def _rows(
    desk: Desk, name: str | None, birth_year: int | None, identity: str | None
) -> Iterator[tuple[ProceedingToken, Posting]]:
    wanted = {
        token
        for _certainty, pieces in _pieces(name, birth_year, identity)
        for token in desk.safe.tokens(*pieces)
    }
    if not wanted:
        return
    for row in desk.all(select(ProceedingToken).where(ProceedingToken.token.in_(sorted(wanted)))):
        yield row, Posting.unpacked(desk.safe.open_posting(row.token, row.posting))


def _pieces(
    name: str | None, birth_year: int | None, identity: str | None
) -> Iterator[tuple[Certainty, tuple[str, ...]]]:
    digits = "".join(filter(str.isdecimal, identity or ""))
    if len(digits) >= _LEAST_DIGITS:
        yield Certainty.IDENTITY, ("identity", digits)
    folded = fold(name or "")
    if " " not in folded:
        return  # a single word would name half a commune
    yield Certainty.NAME, ("name", folded)
    if birth_year is not None:
        yield Certainty.NAME_AND_YEAR, ("name and year", folded, str(birth_year))
