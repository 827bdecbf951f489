"""What the stages call: open a file, take a step, start and stop clocks. Every step leaves its line on the timeline."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from casemgr.access.desk import Desk
from casemgr.cases import deadlines, workflow
from casemgr.cases.models import Case, CaseClock, CaseCounter, CaseEvent
from casemgr.cases.terms import Note, Stage, Step
from casemgr.core import db
from casemgr.core.calendar import local_day
from casemgr.core.errors import RuleBroken
from casemgr.core.findings import Finding, Findings, Weight
from casemgr.core.words import _l
from casemgr.law.deadlines import deadline, due_at
from casemgr.law.holidays import work_calendar


def take_numbers(desk: Desk, unit_code: str, year: int, count: int) -> range:
    """The next running numbers of a unit in a year; nobody else gets them."""
    insert = insert_sqlite if desk.session.get_bind().dialect.name == "sqlite" else insert_postgresql
    statement = insert(CaseCounter).values(unit_code=unit_code, year=year, last=count)
    statement = statement.on_conflict_do_update(
        index_elements=[CaseCounter.unit_code, CaseCounter.year], set_={"last": CaseCounter.last + count}
    )
    last = db.beside_the_wall(desk.session, statement.returning(CaseCounter.last), CaseCounter).last
    return range(last - count + 1, last + 1)


def open_file(
    desk: Desk,
    *,
    report_id: UUID,
    child_id: int,
    child_ref: str,
    unit_id: int | None,
    incident_unit_id: int | None,
    residence_unit_id: int | None,
    received_at: datetime,
    clock_runs: bool,
) -> Case:
    """Open the case of one child of a report: at stage received, with the clock of the emergency running.

    Its number is given by whoever opens it, when nothing else is left to be done.
    """
    case = Case(
        id=desk.id(),
        report_id=report_id,
        child_ref=child_ref,
        child_id=child_id,
        unit_id=unit_id,
        incident_unit_id=incident_unit_id,
        residence_unit_id=residence_unit_id,
        stage=Stage.RECEIVED,
        round=1,
        received_at=received_at,
        opened_at=desk.now,
        moved_at=desk.now,
        entered_by=desk.actor.account_id,
        client_id=desk.actor.client_id,
    )
    desk.safe.begins(case.id)
    desk.add(case)
    if clock_runs:
        _start(desk, case, Step.RECEIVE, [])
    write_line(desk, case, Step.RECEIVE, at=received_at, form="01")
    desk.touch(case.id)
    return case


def advance(
    desk: Desk,
    case: Case,
    step: Step,
    *,
    at: datetime | None = None,
    note: Note | None = None,
    form: str | None = None,
) -> Case:
    """Take a step: the case moves along its path, clocks start and stop, the timeline gets its line."""
    happened = at or desk.now
    if happened > desk.now:
        raise RuleBroken(
            Findings(Finding("in-the-future", _l("The time given lies in the future."), Weight.BLOCK, "at"))
        )
    case.stage = workflow.after(Stage(case.stage), step)
    case.moved_at = desk.now
    desk.flush()  # clocks started at this very desk count too
    running = list(
        desk.all(select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None)))
    )
    running = _stop(running, step, happened)
    _start(desk, case, step, running)
    _show_first(case, running)
    if step in (Step.CLOSE, Step.SCREEN_OUT):
        case.closed_at = desk.now
    elif step in (Step.REOPEN, Step.TELL_AGAIN):
        case.closed_at = case.ending = None
    write_line(desk, case, step, at=happened, note=note, form=form)
    desk.touch(case.id)
    return case


def write_line(
    desk: Desk,
    case: Case,
    step: Step,
    *,
    at: datetime | None = None,
    note: Note | None = None,
    form: str | None = None,
) -> CaseEvent:
    """One line of the timeline."""
    line = CaseEvent(
        id=desk.id(),
        case_id=case.id,
        step=step,
        at=at or desk.now,
        recorded_at=desk.now,
        actor=desk.actor.id,
        account_id=desk.actor.account_id,
        unit_id=desk.actor.unit_id,
        stage=case.stage,
        round=case.round,
        form=form,
    )
    desk.add(line)
    if note is not None:
        desk.seal(line, note=note)
    return line


def hold(desk: Desk, case: Case, account_id: UUID | None) -> None:
    """Say who answers for the case from now on."""
    case.holder_id = account_id
    case.held_since = desk.now if account_id is not None else None


def run_clock(desk: Desk, case: Case, clock: str) -> None:
    """Start a clock from now on a case on which it has never run."""
    known = desk.all(select(CaseClock).where(CaseClock.case_id == case.id))
    if any(row.clock == clock for row in known):
        return
    running = [row for row in known if row.stopped_at is None]
    _begin(desk, case, deadlines.Start(clock), running)
    _show_first(case, running)


def _stop(running: list[CaseClock], step: Step, at: datetime) -> list[CaseClock]:
    stops = deadlines.STOPS.get(step, ())
    for clock in running:
        if step in deadlines.STOPS_ALL or clock.clock in stops:
            clock.stopped_at, clock.stopped_by = max(at, clock.started_at), step
    return [clock for clock in running if clock.stopped_at is None]


def _start(desk: Desk, case: Case, step: Step, running: list[CaseClock]) -> None:
    """Start the clocks of a step that do not already run: no clock runs twice."""
    for start in deadlines.STARTS.get(step, ()):
        if start.applies(Stage(case.stage)) and all(clock.clock != start.clock for clock in running):
            _begin(desk, case, start, running)
    _show_first(case, running)


def _begin(desk: Desk, case: Case, start: deadlines.Start, running: list[CaseClock]) -> None:
    counted_from = case.received_at if start.counted_from is deadlines.CountedFrom.RECEIPT else desk.now
    rule = deadline(start.clock, on=local_day(case.received_at))
    clock = CaseClock(
        id=desk.id(),
        case_id=case.id,
        clock=start.clock,
        started_at=counted_from,
        started_by=start.counted_from,
        due_at=due_at(rule, counted_from, work_calendar()),
    )
    desk.add(clock)
    running.append(clock)


def _show_first(case: Case, running: list[CaseClock]) -> None:
    """Repeat on the case the clock that runs out first, so that the worklist needs one index."""
    limited = [clock for clock in running if clock.due_at is not None]
    first = min(limited, key=lambda clock: clock.due_at or case.received_at, default=None)
    case.due_at, case.due_clock = (
        (first.due_at, first.clock) if first else (None, running[0].clock if running else None)
    )
