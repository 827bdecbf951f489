"""What changed between two versions of a plan, row by row; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeVar

from casemgr.intervention.plan.terms import Comment, Content, Goal, Service

Row = TypeVar("Row", Goal, Service)


class Turn(StrEnum):
    """What happened to a row between two versions."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    KEPT = "kept"


@dataclass(frozen=True)
class FieldChange:
    """One value of a row, before and now."""

    field: str
    before: object
    now: object


@dataclass(frozen=True)
class RowChange:
    """One goal or service between two versions; the number is its place now, or before if it is gone."""

    turn: Turn
    number: int
    key: str
    before: Goal | Service | None
    now: Goal | Service | None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What changed between two versions of a plan."""

    goals: tuple[RowChange, ...]
    services: tuple[RowChange, ...]
    why: FieldChange | None

    def of(self, turn: Turn) -> tuple[RowChange, ...]:
        """The services with which this happened."""
        return tuple(row for row in self.services if row.turn is turn)

    @property
    def nothing(self) -> bool:
        """Whether both versions say the same, row by row."""
        return self.why is None and all(row.turn is Turn.KEPT for row in (*self.goals, *self.services))


def difference(before: Content, now: Content) -> Difference:
    """What was added, changed, removed and kept from one version to the next."""
    why = None if before.why == now.why else FieldChange("why", before.why, now.why)
    return Difference(_compare(before.goals, now.goals), _compare(before.services, now.services), why)


@dataclass(frozen=True)
class CommentAnswer:
    """What became of one comment in the next version: the row as it was and is, and the values that changed there."""

    comment: Comment
    number: int
    turn: Turn
    before: Goal | Service | None
    now: Goal | Service | None
    fields: tuple[FieldChange, ...] = ()


def answers(comments: Sequence[Comment], before: Content, now: Content) -> tuple[CommentAnswer, ...]:
    """For each comment whether its row, or its field, is different now; a comment is never dropped in silence."""
    found = difference(before, now)
    rows = {row.key: row for row in (*found.goals, *found.services)}
    answered = []
    for one in comments:
        row = rows.get(one.row)
        if row is None:
            continue
        changed = tuple(change for change in row.fields if one.field in (None, change.field))
        turn = Turn.KEPT if row.turn is Turn.CHANGED and not changed else row.turn
        answered.append(CommentAnswer(one, row.number, turn, row.before, row.now, changed))
    return tuple(answered)


def _compare(before: Sequence[Row], now: Sequence[Row]) -> tuple[RowChange, ...]:
    old = {row.key: row for row in before}
    rows: list[RowChange] = []
    for number, row in enumerate(now, 1):
        was = old.get(row.key)
        if was is None:
            rows.append(RowChange(Turn.ADDED, number, row.key, None, row))
            continue
        changed = _fields(was, row)
        rows.append(RowChange(Turn.CHANGED if changed else Turn.KEPT, number, row.key, was, row, changed))
    kept = {row.key for row in now}
    rows += [
        RowChange(Turn.REMOVED, n, row.key, row, None)
        for n, row in enumerate(before, 1)
        if row.key not in kept
    ]
    return tuple(rows)


def _fields(before: Goal | Service, now: Goal | Service) -> tuple[FieldChange, ...]:
    pairs = ((field.name, getattr(before, field.name), getattr(now, field.name)) for field in fields(before))
    return tuple(FieldChange(name, was, has) for name, was, has in pairs if was != has)
