"""The clocks that run, counted under another law: what would change, and the change itself, over the whole register.

Only numbers, units and times are read, no person's data. A clock that has stopped stays as it was: it was handled under
its law. The end of a separation is what its decision says, and stays so; any other clock whose time was set by hand is
never made longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casemgr.access.desk import Desk
from casemgr.access.everything import whole_register
from casemgr.cases import spine
from casemgr.cases.deadlines import SET_BY_DECISION
from casemgr.cases.models import Case, CaseClock
from casemgr.cases.terms import Note, Step
from casemgr.core.calendar import LOCAL, local_day
from casemgr.core.portions import portions
from casemgr.law.rulebook import Due, Rulebook
from casemgr.legislation import queries as legislation
from casemgr.legislation.models import LawChange

_AT_ONCE = 400


class Running(NamedTuple):
    """A clock that runs, with what its time depends on."""

    id: UUID
    case_id: UUID
    number: str
    unit_id: int | None
    received_at: datetime
    handled_under: date | None
    rehearsal: bool
    clock: str
    started_at: datetime
    due_at: datetime | None
    local_due_at: datetime | None


@dataclass(frozen=True)
class Moved:
    """A clock that would run out at another time."""

    running: Running
    due: Due
    at: datetime | None  # by law; what a decision set earlier stays
    local_at: datetime | None

    def becomes_overdue(self, now: datetime) -> bool:
        """Whether it is in time today and would not be."""
        before, after = self.running.due_at, self.at
        return after is not None and after < now and (before is None or before >= now)


def moved(desk: Desk, book: Rulebook) -> list[Moved]:
    """The running clocks that a rulebook counts otherwise than the one in use, those that run out first on top."""
    before, found = legislation.rulebook(desk), []
    units: dict[int | None, tuple[int, ...]] = {}
    for clock in _running(desk):
        if clock.unit_id not in units:
            units[clock.unit_id] = legislation.units_of(desk, clock.unit_id)
        change = _moved(clock, before, book, units[clock.unit_id])
        if change is not None:
            found.append(change)
    return sorted(
        found, key=lambda one: (one.at is None, one.at or one.running.started_at, one.running.number)
    )


def _running(desk: Desk) -> Sequence[Running]:
    statement = (
        select(
            CaseClock.id,
            CaseClock.case_id,
            Case.number,
            Case.unit_id,
            Case.received_at,
            Case.handled_under,
            Case.rehearsal,
            CaseClock.clock,
            CaseClock.started_at,
            CaseClock.due_at,
            CaseClock.local_due_at,
        )
        .join(Case, Case.id == CaseClock.case_id)
        .where(CaseClock.stopped_at.is_(None), Case.closed_at.is_(None))
    )
    with whole_register(desk) as session:
        return [Running._make(row) for row in session.execute(statement)]


def _moved(clock: Running, before: Rulebook, after: Rulebook, units: tuple[int, ...]) -> Moved | None:
    day = clock.handled_under or local_day(clock.received_at)
    if clock.clock not in after.versions:
        return None
    old = before.due(clock.clock, clock.started_at, handled_under=day, units=units)
    new = after.due(clock.clock, clock.started_at, handled_under=day, units=units)
    if (old.rule, old.at, old.local_at) == (new.rule, new.at, new.local_at):
        return None
    at = new.at
    if clock.clock in SET_BY_DECISION:
        at = clock.due_at
    elif clock.due_at != old.at and clock.due_at is not None:  # somebody set it
        at = clock.due_at if at is None else min(clock.due_at, at)
    local_at = new.local_at if new.local_at is not None and (at is None or new.local_at < at) else None
    if (at, local_at) == (clock.due_at, clock.local_due_at) and old.rule == new.rule:
        return None
    return Moved(clock, new, at, local_at)


def apply(desk: Desk, changes: Sequence[Moved], law: LawChange | None) -> int:
    """Write the new times, on the clocks and on their cases, with a line on each timeline. Gives how many clocks."""
    with whole_register(desk) as session:
        for change in changes:
            session.execute(
                update(CaseClock)
                .where(CaseClock.id == change.running.id, CaseClock.stopped_at.is_(None))
                .values(
                    due_at=change.at,
                    rule_from=change.due.rule.in_force_from,
                    rule_value=change.due.rule.value,
                    local_due_at=change.local_at,
                    local_change=change.due.local.change if change.due.local and change.local_at else None,
                )
                .execution_options(synchronize_session=False)
            )
        by_case: dict[UUID, list[Moved]] = {}
        for change in changes:
            by_case.setdefault(change.running.case_id, []).append(change)
        for portion in portions(sorted(by_case), _AT_ONCE):
            _tell(desk, session, portion, by_case, law)
    return len(changes)


def _tell(
    desk: Desk,
    session: Session,
    case_ids: Sequence[UUID],
    by_case: Mapping[UUID, Sequence[Moved]],
    law: LawChange | None,
) -> None:
    desk.safe.fetch_keys(case_ids)
    cases = session.scalars(
        select(Case).where(Case.id.in_(case_ids)).execution_options(populate_existing=True)
    )
    for case in cases.all():
        spine.show_first(desk, case)
        visible = [one for one in by_case[case.id] if (one.at, one.local_at) != _before(one)]
        if visible:
            spine.write_line(desk, case, Step.NOTE, note=Note(text=_sentence(visible, law)))
        desk.touch(case.id)
    desk.flush()


def _before(one: Moved) -> tuple[datetime | None, datetime | None]:
    return one.running.due_at, one.running.local_due_at


def _sentence(changes: Sequence[Moved], law: LawChange | None) -> str:
    """What the file says of it, in the language of the file."""
    why = f" theo văn bản {law.document}, ngày {_day_words(law.document_day)}" if law is not None else ""
    lines = [
        f"{one.due.rule.step.vi}: từ {_words(one.running.due_at)} thành {_words(one.at)}"
        + (f"; hạn riêng của địa phương: {_words(one.local_at)}" if one.local_at is not None else "")
        for one in changes
    ]
    return f"Thời hạn được tính lại{why}. " + ". ".join(lines) + "."


def _words(instant: datetime | None) -> str:
    if instant is None:
        return "không có hạn"
    local = instant.astimezone(LOCAL)
    return f"{local:%H:%M} ngày {_day_words(local.date())}"


def _day_words(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def astray(desk: Desk) -> list[Moved]:
    """Running clocks that stand otherwise than the law in use counts them: begun in the moment of a change, or under
    other shipped data. What a decision set is left alone."""
    book, found = legislation.rulebook(desk), []
    for clock in _running(desk):
        if clock.clock not in book.versions:
            continue
        day = clock.handled_under or local_day(clock.received_at)
        units = legislation.units_of(desk, clock.unit_id) if book.limits else ()
        due = book.due(clock.clock, clock.started_at, handled_under=day, units=units)
        longer = due.at is not None and (clock.due_at is None or clock.due_at > due.at)
        longer = longer and clock.clock not in SET_BY_DECISION
        if longer or (clock.due_at == due.at and clock.local_due_at != due.local_at):
            found.append(Moved(clock, due, due.at, due.local_at))
    return found
