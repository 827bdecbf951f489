"""What the stages call: open a file, take a step, start and stop clocks. Every step leaves its line on the timeline."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.sql.dml import ReturningInsert

from casemgr.access.desk import Desk
from casemgr.cases import deadlines, path, rules, workflow
from casemgr.cases.models import Case, CaseClock, CaseCounter, CaseEvent, CaseTie
from casemgr.cases.terms import BEGINS_ANEW, Note, Stage, Step, Way
from casemgr.core import db
from casemgr.core.calendar import local_day
from casemgr.core.errors import RuleBroken
from casemgr.core.findings import Finding, Findings, Weight
from casemgr.core.words import _l
from casemgr.law.rulebook import READINGS, CountedFrom
from casemgr.legislation import queries as legislation


def take_numbers(desk: Desk, unit_code: str, year: int, count: int) -> range:
    """The next running numbers of a unit in a year; nobody else gets them."""
    statement = _TAKEN[desk.session.get_bind().dialect.name]
    asked = {"of_unit": unit_code, "in_year": year, "taken": count}
    ((last,),) = db.beside_the_wall(desk.session, statement, CaseCounter, asked)
    return range(last - count + 1, last + 1)


def _taken(insert: Callable[..., Any]) -> ReturningInsert[Any]:
    """One statement that counts on and tells how far: two writers never wait between reading and writing."""
    statement = insert(CaseCounter).values(
        unit_code=bindparam("of_unit"), year=bindparam("in_year"), last=bindparam("taken")
    )
    statement = statement.on_conflict_do_update(
        index_elements=[CaseCounter.unit_code, CaseCounter.year],
        set_={"last": CaseCounter.last + bindparam("taken")},
    )
    counted: ReturningInsert[Any] = statement.returning(CaseCounter.last)
    return counted


_TAKEN = {"sqlite": _taken(insert_sqlite), "postgresql": _taken(insert_postgresql)}


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
    client_id: UUID | None = None,
    rehearsal: bool = False,
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
        reached_at=_reached(desk, unit_id, incident_unit_id, received_at),
        opened_at=desk.now,
        moved_at=desk.now,
        entered_by=desk.actor.account_id,
        client_id=client_id,
        rehearsal=rehearsal,
    )
    desk.safe.begins(case.id)
    desk.add(case)
    if clock_runs:
        start(desk, case, Step.RECEIVE, [], received_at)
    write_line(desk, case, Step.RECEIVE, at=received_at)
    desk.touch(case.id)
    return case


def advance(
    desk: Desk,
    case: Case,
    step: Step,
    *,
    at: datetime | None = None,
    note: Note | None = None,
    but: Collection[str] = (),
) -> Case:
    """Take a step: the case moves along its path, clocks start (but some) and stop, the timeline gets its line."""
    happened = at or desk.now
    insist(desk, case, step)
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
    running = stop(running, step, happened)
    if step in BEGINS_ANEW:
        case.handled_under = local_day(desk.now)  # what begins anew begins under the law of its day
    if case.reached_at is None and (
        step is Step.ROUTE or (step in (Step.UPDATE, Step.CORRECT) and case.incident_unit_id is not None)
    ):
        case.reached_at = desk.now  # it waited for its commune until now
    start(desk, case, step, running, happened, but=but)
    show_running(case, running)
    if step in (Step.CLOSE, Step.SCREEN_OUT):
        case.closed_at = desk.now
    elif step in BEGINS_ANEW:
        case.closed_at = case.ending = None
    write_line(desk, case, step, at=happened, note=note)
    desk.touch(case.id)
    return case


def _reached(
    desk: Desk, unit_id: int | None, incident_unit_id: int | None, received_at: datetime
) -> datetime | None:
    """When the commune had the report: as told if it heard it itself, else on arrival here. Both moments are kept."""
    if incident_unit_id is None:
        return None
    return received_at if desk.actor.unit_id == unit_id else desk.now


def insist(desk: Desk, case: Case, step: Step) -> None:
    """Refuse what belongs to a step that this desk may not take, also where another line of the timeline tells of it."""
    rules.may_step(step, answers=_answers(desk, case)).settle()


def _answers(desk: Desk, case: Case) -> bool:
    """Whether this desk acts for the unit that is responsible, or for no unit at all but by being named."""
    return not desk.actor.units or case.unit_id in desk.actor.units


def write_line(
    desk: Desk,
    case: Case,
    step: Step,
    *,
    at: datetime | None = None,
    note: Note | None = None,
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
        for_account_id=desk.actor.stands_for,
        unit_id=desk.actor.unit_id,
        stage=case.stage,
        round=case.round,
        form=path.DUTIES[step].form,
    )
    desk.add(line)
    if note is not None:
        desk.seal(line, note=note)
    return line


def hold(desk: Desk, case: Case, account_id: UUID | None) -> None:
    """Say who answers for the case from now on. Whoever is given a restricted case may read it."""
    case.holder_id = account_id
    case.held_since = desk.now if account_id is not None else None
    if case.restricted and account_id is not None:
        _let_read(desk, case, account_id)


def _let_read(desk: Desk, case: Case, account_id: UUID) -> None:
    tied = select(CaseTie.id).where(
        CaseTie.case_id == case.id,
        CaseTie.account_id == account_id,
        CaseTie.way == Way.NAMED,
        CaseTie.ended_at.is_(None),
    )
    if desk.first(tied) is None:
        desk.add(
            CaseTie(
                id=desk.id(),
                case_id=case.id,
                account_id=account_id,
                way=Way.NAMED,
                since=desk.now,
                made_by=desk.actor.account_id,
            )
        )


def run_clock(desk: Desk, case: Case, clock: str) -> None:
    """Start a clock from now on a case on which it does not run and was never met: one that ended with the case was not."""
    known = desk.all(select(CaseClock).where(CaseClock.case_id == case.id))
    if any(row.clock == clock and row.stopped_by not in deadlines.STOPS_ALL for row in known):
        return
    running = [row for row in known if row.stopped_at is None]
    _begin(desk, case, deadlines.Start(clock), running, desk.now, desk.now)
    show_running(case, running)


def meet(desk: Desk, case: Case, clock: str, *, by: Step) -> None:
    """Stop a clock that a step would stop, where the case stays in its place and takes no step."""
    desk.flush()
    running = list(
        desk.all(select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None)))
    )
    for row in running:
        if row.clock == clock:
            row.stopped_at, row.stopped_by = max(desk.now, row.started_at), by
    show_running(case, [row for row in running if row.stopped_at is None])


def run_on(desk: Desk, case: Case, clock: str, *, stopped_by: Step) -> None:
    """Let a clock run on that a step had met, once it turns out that the step was never taken."""
    if case.stage == Stage.CLOSED:
        return
    desk.flush()
    known = desk.all(select(CaseClock).where(CaseClock.case_id == case.id))
    for row in known:
        if (row.clock, row.stopped_by) == (clock, stopped_by):
            row.stopped_at = row.stopped_by = None
    show_running(case, [row for row in known if row.stopped_at is None])


def recount(desk: Desk, case: Case, clock: str, *, started_at: datetime, due_at: datetime) -> None:
    """Say from when and until when a running clock counts: a decision may set both, within what the law allows."""
    desk.flush()
    running = list(
        desk.all(select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None)))
    )
    book = legislation.rulebook(desk)
    units = legislation.units_of(desk, case.unit_id) if book.limits else ()
    own = book.due(clock, started_at, handled_under=handled_under(case), units=units)
    shorter = own.local_at is not None and own.local_at < due_at
    for row in running:
        if row.clock == clock:
            row.started_at, row.due_at = started_at, due_at
            row.local_due_at = own.local_at if shorter else None
            row.local_change = own.local.change if shorter and own.local is not None else None
    show_running(case, running)


def forget_clocks(desk: Desk, case: Case) -> None:
    """Take every clock off a case whose course is told anew from its beginning."""
    desk.flush()
    desk.session.execute(delete(CaseClock).where(CaseClock.case_id == case.id))


def show_first(desk: Desk, case: Case) -> None:
    """Say anew which clock of a case runs out first, after the times of several were counted anew."""
    desk.flush()
    show_running(
        case,
        list(
            desk.all(
                select(CaseClock)
                .where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None))
                .execution_options(populate_existing=True)
            )
        ),
    )


def stop(running: list[CaseClock], step: Step, at: datetime) -> list[CaseClock]:
    """Stop the clocks that a step meets; gives those that still run."""
    stops = deadlines.STOPS.get(step, ())
    for clock in running:
        if step in deadlines.STOPS_ALL or clock.clock in stops:
            clock.stopped_at, clock.stopped_by = max(at, clock.started_at), step
    return [clock for clock in running if clock.stopped_at is None]


def start(
    desk: Desk,
    case: Case,
    step: Step,
    running: list[CaseClock],
    happened: datetime,
    *,
    taken: datetime | None = None,
    but: Collection[str] = (),
) -> None:
    """Start the clocks of a step that do not already run: no clock runs twice.

    What counts from the step counts from now, or, where an old course is told, from the instant it was taken.
    """
    for begin in deadlines.STARTS.get(step, ()):
        if begin.clock in but or any(clock.clock == begin.clock for clock in running):
            continue
        wanted = begin if begin.under is None else _as_read(desk, case, begin)
        if wanted is not None and wanted.applies(Stage(case.stage), wanted.under or CountedFrom.RECEIPT):
            _begin(desk, case, wanted, running, happened, taken or desk.now)
    show_running(case, running)


def _as_read(desk: Desk, case: Case, start: deadlines.Start) -> deadlines.Start | None:
    """A clock whose beginning the law leaves open, as the place of the case reads the law on the day that counts.

    Where the reading says it should have begun before (the case came from a place that reads otherwise), it begins now,
    counted from then: it is not lost.
    """
    book, day = legislation.rulebook(desk), handled_under(case)
    reading = (
        book.start(legislation.units_of(desk, case.unit_id), day) if book.starts else CountedFrom.RECEIPT
    )
    if start.under is reading and start.counted_from in (CountedFrom.RECEIPT, CountedFrom.STEP):
        return start
    if start.under is None or READINGS.index(reading) > READINGS.index(start.under):
        return None
    if _has_run(desk, case, start.clock):
        return None
    return start if start.under is reading else replace(start, counted_from=reading)


def _has_run(desk: Desk, case: Case, clock: str) -> bool:
    """Whether a clock ran since the case was opened, or began anew."""
    ran = select(CaseClock.id).where(CaseClock.case_id == case.id, CaseClock.clock == clock)
    anew = _began_anew(desk, case)
    if anew is not None:
        ran = ran.where(CaseClock.started_at >= anew)
    return desk.first(ran) is not None


def _began_anew(desk: Desk, case: Case) -> datetime | None:
    """When a closed case was last opened again, or its report told again after a no; None if it never was."""
    if case.handled_under is None:  # nearly every case: nothing is asked
        return None
    anew: datetime | None = desk.session.scalar(
        select(func.max(CaseEvent.at)).where(CaseEvent.case_id == case.id, CaseEvent.step.in_(BEGINS_ANEW))
    )
    return anew


def handled_under(case: Case) -> date:
    """The day whose law a case is handled under: that of its receipt, or that on which it began anew.

    A law that changes later does not change a case that was handled under the law before it.
    """
    return case.handled_under or local_day(case.received_at)


def heard_first(case: Case) -> datetime:
    """The earlier of the two receipts: by whoever heard it first, and by the commune. The law does not say which counts."""
    return min(case.received_at, case.reached_at or case.received_at)


def receipt_counts_from(desk: Desk, case: Case) -> datetime:
    """The instant from which the law's "from receipt" is counted: when it was heard first, or when the case began anew."""
    return _began_anew(desk, case) or heard_first(case)


def _begin(
    desk: Desk,
    case: Case,
    start: deadlines.Start,
    running: list[CaseClock],
    happened: datetime,
    taken: datetime,
) -> None:
    match start.counted_from:
        case CountedFrom.RECEIPT:
            counted_from = receipt_counts_from(desk, case)
        case CountedFrom.STUDY | CountedFrom.MEETING:
            counted_from = happened
        case _:
            counted_from = taken
    book = legislation.rulebook(desk)
    units = legislation.units_of(desk, case.unit_id) if book.limits else ()
    due = book.due(start.clock, counted_from, handled_under=handled_under(case), units=units)
    clock = CaseClock(
        id=desk.id(),
        case_id=case.id,
        clock=start.clock,
        started_at=counted_from,
        started_by=start.counted_from,
        due_at=due.at,
        rule_from=due.rule.in_force_from,
        rule_value=due.rule.value,
        local_due_at=due.local_at,
        local_change=due.local.change if due.local else None,
    )
    desk.add(clock)
    running.append(clock)


def show_running(case: Case, running: list[CaseClock]) -> None:
    """Repeat on the case the clock that runs out first, so that the worklist needs one index."""
    limited = [clock for clock in running if clock.due_at is not None]
    first = min(limited, key=lambda clock: clock.due_at or case.received_at, default=None)
    case.due_at, case.due_clock = (
        (first.due_at, first.clock) if first else (None, running[0].clock if running else None)
    )
