"""A course that was walked elsewhere, told afterwards: its lines at the instants they happened, stage and clocks as they imply.

Nothing is refused for its order: what an old file does not tell was not written down, and is not invented.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.cases import spine, workflow
from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.cases.terms import BEGINS_ANEW, SCREENED_OUT, Ending, Note, Stage, Step
from casemgr.core.calendar import local_day


@dataclass(frozen=True)
class Passed:
    """One step that was taken, when, and what was written about it."""

    step: Step
    at: datetime
    note: Note | None = None


def write_lines(desk: Desk, case: Case, course: Iterable[Passed]) -> list[CaseEvent]:
    """Lines of the timeline at the instants they tell, nothing else."""
    lines = [spine.write_line(desk, case, one.step, at=one.at, note=one.note) for one in course]
    case.moved_at = desk.now
    desk.touch(case.id)
    return lines


def handled_here(desk: Desk, case: Case) -> bool:
    """Whether somebody has worked on the case here: then its stage and clocks are theirs."""
    worked = select(CaseEvent.id).where(CaseEvent.case_id == case.id, CaseEvent.account_id.is_not(None))
    return desk.first(worked) is not None


def course_of(desk: Desk, case: Case) -> list[Passed]:
    """What the timeline of a case tells, without what was written."""
    desk.flush()
    columns = select(CaseEvent.step, CaseEvent.at).where(CaseEvent.case_id == case.id)
    rows = desk.rows(columns.order_by(CaseEvent.at, CaseEvent.id))
    return [Passed(Step(row.step), row.at) for row in rows]


def retrace(desk: Desk, case: Case, course: Sequence[Passed], *, clock_runs: bool, anew: bool) -> None:
    """Set stage and clocks of a case as its whole course implies, each clock begun and met at the instants told."""
    if anew:
        spine.forget_clocks(desk, case)
    case.stage, case.round, case.closed_at = Stage.RECEIVED, 1, None
    case.ending = case.ending if case.ending in SCREENED_OUT else None
    running: list[CaseClock] = []
    if clock_runs:
        spine.start(desk, case, Step.RECEIVE, running, case.received_at, taken=case.received_at)
    for one in sorted(course, key=lambda passed: passed.at):
        _pass(desk, case, one, running, but=() if clock_runs else (EMERGENCY,))
    desk.touch(case.id)


def _pass(desk: Desk, case: Case, one: Passed, running: list[CaseClock], *, but: Collection[str]) -> None:
    if one.step is Step.RECEIVE:
        return
    was_closed = case.stage == Stage.CLOSED
    case.stage = workflow.led(Stage(case.stage), one.step)
    running[:] = spine.stop(running, one.step, one.at)
    if one.step in BEGINS_ANEW:
        case.handled_under = local_day(one.at)
    if one.step is Step.REOPEN:
        case.round += 1
    if case.stage != Stage.CLOSED:
        if was_closed:
            case.closed_at = case.ending = None
        spine.start(
            desk,
            case,
            one.step,
            running,
            one.at,
            taken=one.at,
            but=but if one.step is Step.TELL_AGAIN else (),
        )
    elif not was_closed:
        case.closed_at = one.at
        case.ending = Ending.SAFE_AND_STABLE if one.step is Step.CLOSE else case.ending
    if one.step is Step.ASSESS_EMERGENCY:
        case.emergency = True
    spine.show_running(case, running)
