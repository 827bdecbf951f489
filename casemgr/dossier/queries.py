"""Putting together what one page shows of a case, and what a worklist shows of many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.cases.deciding import may_act
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.cases.queries import CaseLine, ChildLine, ClockLine, Listed
from casemgr.cases.terms import Stage, Step
from casemgr.children import queries as children
from casemgr.children.models import Child
from casemgr.core.calendar import local_day
from casemgr.core.text import given_name
from casemgr.core.words import _
from casemgr.dossier.next_step import NEXT, Next, next_of
from casemgr.intake import queries as intake
from casemgr.intake import rules as intake_rules
from casemgr.intake import story as stories
from casemgr.intake.models import Report
from casemgr.intake.terms import Story, Suspect, ToldChild
from casemgr.law.deadlines import deadline
from casemgr.web import words

Clock = TypeVar("Clock", CaseClock, ClockLine)

_SOON = timedelta(days=7)


@dataclass(frozen=True)
class Work:
    """One row of the worklist."""

    case: CaseLine
    child: ChildLine
    clock: ClockLine | None
    next: Next
    mine: bool
    report_number: str
    late: bool = False


@dataclass(frozen=True)
class Worklist:
    """What must be done, until when, in the order in which it should be looked at."""

    now: Sequence[Work]
    overdue: Sequence[Work]
    soon: Sequence[Work]
    later: Sequence[Work]
    unlimited: Sequence[Work]
    next: str | None

    @property
    def late(self) -> int:
        """How many limits of the law have passed, clocks of hours included."""
        return len(self.overdue) + sum(row.late for row in self.now)

    @property
    def open_ones(self) -> Sequence[CaseLine]:
        """The cases of the list."""
        groups = (self.now, self.overdue, self.soon, self.later, self.unlimited)
        return [row.case for group in groups for row in group]

    @property
    def empty(self) -> bool:
        return not (self.now or self.overdue or self.soon or self.later or self.unlimited)


def worklist(desk: Desk, after: str | None) -> Worklist:
    """The open cases of this desk in groups: hour clocks first, a child before a form."""
    found = cases.worklist(desk, after=after)
    clocks = cases.running(desk, [row.case for row in found.rows])
    numbers = _report_numbers(desk, found.rows)
    groups: dict[str, list[Work]] = {name: [] for name in ("now", "overdue", "soon", "later", "unlimited")}
    for row in found.rows:
        running = clocks.get(row.case.id, ())
        step = next_of(Stage(row.case.stage), [clock.clock for clock in running])
        work = Work(
            row.case,
            row.child,
            _clock_of(step, running),
            step,
            desk.actor.may(step.needs),
            numbers.get(row.case.report_id, row.case.number),
            late=row.case.due_at is not None and row.case.due_at < desk.now,
        )
        groups[_group(work, desk.now)].append(work)
    desk.read("worklist opened", count=len(found.rows))
    return Worklist(**groups, next=found.next)


def _report_numbers(desk: Desk, rows: Sequence[Listed]) -> Mapping[UUID, str]:
    wanted = [row.case.report_id for row in rows if row.case.stage == Stage.RECEIVED]
    if not wanted:
        return {}
    return dict(desk.rows(select(Report.id, Report.number).where(Report.id.in_(wanted))))


def _clock_of(step: Next, running: Sequence[Clock]) -> Clock | None:
    by_id = {clock.clock: clock for clock in running}
    first = next((by_id[name] for name in step.clocks if name in by_id), None)
    limited = [clock for clock in running if clock.due_at is not None]
    return first or (limited[0] if limited else running[0] if running else None)


def _group(work: Work, now: datetime) -> str:
    clock = work.clock
    if clock is None or clock.due_at is None:
        return "unlimited"
    hours = str(deadline(clock.clock, on=local_day(clock.started_at)).unit) == "hours"
    if hours:
        return "now"
    if clock.due_at < now:
        return "overdue"
    return "soon" if clock.due_at - now <= _SOON else "later"


@dataclass(frozen=True)
class StepShown:
    """One step of the way as the case page draws it."""

    number: int
    title: str
    state: str
    form: str
    note: str
    url: str = ""


@dataclass(frozen=True)
class CasePage:
    """Everything the case page shows, read at one desk."""

    case: Case
    child: Child
    report: Report
    told: ToldChild
    story: Story
    suspects: Sequence[tuple[Suspect, str]]
    by_carer: bool
    clocks: Sequence[CaseClock]
    clock: CaseClock | None
    next: Next | None
    mine: bool
    timeline: Sequence[CaseEvent]
    names: Mapping[UUID, str]
    siblings: Sequence[Listed]


def case_page(desk: Desk, number: str) -> CasePage:
    """One case with its child, its people, its clocks and what happened."""
    case = cases.case(desk, number, parts=("card", "detail", "known", "timeline"))
    desk.safe.fetch_keys([case.id, case.child_id, case.report_id])
    child = children.child(desk, case.child_id)
    report = intake.report_of(desk, case)
    story = report.known or Story()
    told = stories.child_of(story, case.child_ref) or ToldChild(ref=case.child_ref)
    clocks = cases.clocks(desk, case)
    running = [clock for clock in clocks if clock.stopped_at is None]
    events = cases.timeline(desk, case)
    open_now = case.stage in NEXT
    step = next_of(Stage(case.stage), [clock.clock for clock in running]) if open_now else None
    return CasePage(
        case=case,
        child=child,
        report=report,
        told=told,
        story=story,
        suspects=stories.suspects_of(story, case.child_ref),
        by_carer=intake_rules.by_parent_or_carer(story, case.child_ref),
        clocks=clocks,
        clock=_clock_of(step, running) if step else None,
        next=step,
        mine=step is not None
        and desk.actor.may(step.needs)
        and (may_act(desk, case) or case.stage == Stage.PROTECTING),  # whoever is near protects
        timeline=events,
        names=cases.names(
            desk,
            [case.holder_id, *(who for event in events for who in (event.account_id, event.for_account_id))],
        ),
        siblings=cases.siblings(desk, case),
    )


def age_words(child: Child | ChildLine, on: datetime) -> str:
    """How old a child is on a day, in words; nothing when it is not known."""
    card = child.card
    if card is None:
        return ""
    if card.birth.date is not None:
        return words.age_words(card.birth.date, local_day(on), str(card.birth.precision))
    if card.birth.age_estimate is not None:
        return _("about %(age)s years", age=card.birth.age_estimate)
    return ""


def short_name(child: Child | ChildLine, on: datetime) -> str:
    """As little of a child as a list needs: given name and age."""
    card = child.card
    name = given_name(card.name) if card and card.name else _("a child not yet named")
    age = age_words(child, on)
    return f"{name}, {age}" if age else name


DONE_BY: Mapping[Stage, frozenset[Step]] = {
    Stage.RECEIVED: frozenset({Step.ACCEPT, Step.SCREEN_OUT}),
    Stage.ASSESSING: frozenset({Step.ASSESS_EMERGENCY, Step.ASSESS_NO_EMERGENCY}),
    Stage.PROTECTING: frozenset({Step.PROTECT}),
    Stage.STUDYING: frozenset({Step.STUDY}),
    Stage.PLANNING: frozenset({Step.HAND_IN_PLAN}),
    Stage.APPROVING: frozenset({Step.APPROVE_PLAN}),
    Stage.CARRYING_OUT: frozenset({Step.PROPOSE_CLOSURE}),
    Stage.REVIEWING: frozenset({Step.CLOSE}),
}
