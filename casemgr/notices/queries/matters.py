"""What waits for a reaction: computed from the cases themselves, so that it is true whether or not anything was run."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true

from casemgr.access.desk import Desk
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.cases.terms import Stage, Step
from casemgr.core.calendar import day_end, day_start, local_day
from casemgr.handovers.models import Handover
from casemgr.handovers.terms import State
from casemgr.intake.models import Report
from casemgr.intake.terms import Decision, ReportState
from casemgr.intervention.care.models import CareDuty
from casemgr.law.deadlines import deadline
from casemgr.notices import rules
from casemgr.notices.queries.thresholds import thresholds
from casemgr.notices.terms import About, Mark, Matter, Standing
from casemgr.reporting import queries as returns

_SOON = timedelta(days=4)  # no limit is spoken of earlier
_NEAR = timedelta(days=30)  # a return lies open for so long before it is due
_REAL = and_(Case.closed_at.is_(None), Case.rehearsal.is_(False))
_UNSEEN = (ReportState.RECEIVED, ReportState.REROUTED)


def matters(desk: Desk, mark: Mark, limit: int) -> tuple[Sequence[Matter], Mark | None]:
    """One portion of what waits in this desk's scope, and where the next begins."""
    read, made = _ALL[mark.part]
    rows = read(desk, mark.after, limit, true())
    found = [one for row in rows for one in made(row)]
    if len(rows) == limit:
        return found, Mark(mark.part, rows[-1][0])
    return found, Mark(mark.part + 1) if mark.part + 1 < len(_ALL) else None


def of_case(desk: Desk, case: Case) -> Sequence[Matter]:
    """What waits on one case; a child in care is visited although its case is closed."""
    if case.rehearsal:
        return ()
    return [
        one
        for read, made in _PARTS
        for row in read(desk, None, _MOST_OF_ONE, Case.id == case.id)
        for one in made(row)
    ]


def standing(desk: Desk, case: Case) -> Sequence[tuple[Matter, Standing]]:
    """How far each matter of a case has climbed, and whom it reaches next: the page of a case says it."""
    held = thresholds(local_day(desk.now))
    return [(matter, rules.standing(matter, held, desk.now)) for matter in of_case(desk, case)]


_MOST_OF_ONE = 50
Read = Callable[[Desk, UUID | None, int, ColumnElement[bool]], Sequence[Any]]


def _clocks(desk: Desk, after: UUID | None, limit: int, where: ColumnElement[bool]) -> Sequence[Any]:
    statement = (
        select(
            CaseClock.id,
            CaseClock.clock,
            CaseClock.started_at,
            CaseClock.due_at,
            Case.id,
            Case.number,
            Case.unit_id,
            Case.holder_id,
        )
        .join(Case, Case.id == CaseClock.case_id)
        .where(CaseClock.stopped_at.is_(None), CaseClock.due_at <= desk.now + _SOON, _REAL, where)
    )
    return _portion(desk, statement, CaseClock.id, after, limit)


def _of_clock(row: Any) -> list[Matter]:
    key, clock, started_at, due_at, case_id, number, unit_id, holder_id = row
    hours = str(deadline(clock, on=local_day(started_at)).unit) == "hours"
    about = About.CLOCK_HOURS if hours else About.CLOCK_DAYS
    return [Matter(about, f"clock:{key}", case_id, number, unit_id, holder_id, started_at, due_at, clock)]


def _care(desk: Desk, after: UUID | None, limit: int, where: ColumnElement[bool]) -> Sequence[Any]:
    """Visits and reports for children in alternative care, also where the case itself is closed."""
    statement = (
        select(
            CareDuty.id,
            CareDuty.clock,
            CareDuty.started_at,
            CareDuty.due_at,
            Case.id,
            Case.number,
            Case.unit_id,
            Case.holder_id,
        )
        .join(Case, Case.id == CareDuty.case_id)
        .where(
            CareDuty.stopped_at.is_(None),
            CareDuty.due_at <= desk.now + _SOON,
            Case.rehearsal.is_(False),
            where,
        )
    )
    return _portion(desk, statement, CareDuty.id, after, limit)


def _of_care(row: Any) -> list[Matter]:
    key, clock, started_at, due_at, case_id, number, unit_id, holder_id = row
    about = About.CLOCK_DAYS
    return [Matter(about, f"care:{key}", case_id, number, unit_id, holder_id, started_at, due_at, clock)]


def _reports(desk: Desk, after: UUID | None, limit: int, where: ColumnElement[bool]) -> Sequence[Any]:
    first = select(func.min(Case.number)).where(Case.report_id == Report.id, Case.stage == Stage.RECEIVED)
    statement = (
        select(
            Report.id,
            Report.number,
            Report.state,
            Report.arrived_at,
            Report.unit_id,
            Case.id,
            _last(Step.ROUTE, Step.TELL_AGAIN),
            Case.handled_under,
        )
        .join(Case, Case.report_id == Report.id)
        .where(
            Report.decision == Decision.PENDING,
            Report.state.in_(_UNSEEN),
            Report.rehearsal.is_(False),
            Case.number == first.correlate(Report).scalar_subquery(),
            where,
        )
    )
    return _portion(desk, statement, Report.id, after, limit)


def _of_report(row: Any) -> list[Matter]:
    """A report that was sent on, or told again after a no, waits from then; what began anew is told of anew.

    Whoever asks again, or tells more, does not put it off.
    """
    key, number, state, arrived_at, unit_id, case_id, came, anew = row
    since = came if came is not None and (state == ReportState.REROUTED or anew is not None) else arrived_at
    ref = f"report:{key}:{unit_id or 0}{_anew(anew)}"
    return [Matter(About.REPORT_UNSEEN, ref, case_id, number, unit_id, None, since)]


def _anew(day: date | None) -> str:
    return "" if day is None else f":{day}"


def _last(*steps: Step) -> Any:
    """When one of some steps was last taken on a case."""
    return (
        select(func.max(CaseEvent.recorded_at))
        .where(CaseEvent.case_id == Case.id, CaseEvent.step.in_(steps))
        .correlate(Case)
        .scalar_subquery()
    )


def _unheld(desk: Desk, after: UUID | None, limit: int, where: ColumnElement[bool]) -> Sequence[Any]:
    taken_over = (
        select(func.max(Handover.ended_at))
        .where(Handover.case_id == Case.id, Handover.state == State.ACCEPTED)
        .correlate(Case)
        .scalar_subquery()
    )
    taken_on = _last(Step.ACCEPT, Step.REOPEN)
    statement = select(
        Case.id, Case.number, Case.unit_id, Case.opened_at, taken_over, taken_on, Case.handled_under
    ).where(Case.holder_id.is_(None), Case.stage != Stage.RECEIVED, _REAL, where)
    return _portion(desk, statement, Case.id, after, limit)


def _of_unheld(row: Any) -> list[Matter]:
    """A case waits from when it was taken on; one that another unit took over, or that began anew, is told of anew."""
    key, number, unit_id, opened_at, taken_over, taken_on, anew = row
    ref = f"unheld:{key}{f':{taken_over:%Y%m%d%H%M%S}' if taken_over is not None else ''}{_anew(anew)}"
    since = max((at for at in (taken_over, taken_on) if at is not None), default=opened_at)
    return [Matter(About.NO_HOLDER, ref, key, number, unit_id, None, since)]


def _handovers(desk: Desk, after: UUID | None, limit: int, where: ColumnElement[bool]) -> Sequence[Any]:
    statement = (
        select(Handover.id, Handover.to_unit_id, Handover.sent_at, Handover.seen_at, Case.id, Case.number)
        .join(Case, Case.id == Handover.case_id)
        .where(Handover.ended_at.is_(None), _REAL, where)
    )
    return _portion(desk, statement, Handover.id, after, limit)


def _of_handover(row: Any) -> list[Matter]:
    """Counted from the sending also once it was seen: a glance does not put off who is told."""
    key, to_unit_id, sent_at, seen_at, case_id, number = row
    about, ref = (
        (About.HANDOVER_UNSEEN, f"handover:{key}")
        if seen_at is None
        else (About.HANDOVER_UNANSWERED, f"answer:{key}")
    )
    return [Matter(about, ref, case_id, number, to_unit_id, None, sent_at)]


def _returns(desk: Desk, after: UUID | None, limit: int, _where: ColumnElement[bool]) -> Sequence[Any]:
    """Units whose statistical return comes due, one row each; its key is the number of the unit."""
    found = returns.unsigned(desk, after=after.int if after else 0, limit=limit)
    return [(UUID(int=unit_id), owed) for unit_id, owed in found]


def _of_returns(row: Any) -> list[Matter]:
    key, owed = row
    return [
        Matter(
            About.RETURN_DUE,
            f"return:{one.schedule.id}:{one.period}:{one.place}",
            None,
            f"{one.schedule.id} {one.period} {one.place}",
            key.int,
            None,
            day_start(one.due_on) - _NEAR,
            day_end(one.due_on),
        )
        for one in owed
    ]


def _portion(desk: Desk, statement: Any, key: Any, after: UUID | None, limit: int) -> Sequence[Any]:
    if after is not None:
        statement = statement.where(key > after)
    return desk.rows(statement.order_by(key).limit(limit))


_PARTS: Sequence[tuple[Read, Callable[[Any], list[Matter]]]] = (
    (_clocks, _of_clock),
    (_reports, _of_report),
    (_unheld, _of_unheld),
    (_handovers, _of_handover),
    (_care, _of_care),
)
_ALL = (*_PARTS, (_returns, _of_returns))
