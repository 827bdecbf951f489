"""Reading reviews: the one at work, what was judged last time, what the services say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select

from casemgr.access.desk import Desk
from casemgr.assessment import queries as assessments
from casemgr.assessment.terms import Kind
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import CRIME, EMERGENCY
from casemgr.cases.models import Case
from casemgr.cases.terms import Step
from casemgr.core.calendar import local_day
from casemgr.intervention.care import queries as care
from casemgr.intervention.emergency import queries as emergency
from casemgr.intervention.plan import queries as plans
from casemgr.intervention.plan.models import Plan
from casemgr.intervention.plan.terms import Answer, Content
from casemgr.intervention.services import queries as services
from casemgr.review import rules
from casemgr.review.models import Review
from casemgr.review.terms import Answers, ReviewState


@dataclass(frozen=True)
class LastTime:
    """How one row was judged last time: the level, on which form, when."""

    level: str | None
    form: str
    code: str
    at: datetime


def reviews(desk: Desk, case: Case) -> Sequence[Review]:
    """Every review of a case that was written here, the newest first."""
    return desk.all(_written_here(case))


def current(desk: Desk, case: Case) -> Review | None:
    """The newest review that was written here."""
    return desk.first(_written_here(case))


def told_elsewhere(desk: Desk, case: Case) -> Review | None:
    """The newest review of which only the goals came with a file."""
    return desk.first(_of(case).where(Review.saved_by.is_(None)))


def next_number(desk: Desk, case: Case) -> int:
    """The number of the next review; those that came with a file count."""
    last = desk.first(_of(case))
    return last.number + 1 if last is not None else 1


def _of(case: Case) -> Select[Review]:
    return select(Review).where(Review.case_id == case.id).order_by(Review.number.desc())


def _written_here(case: Case) -> Select[Review]:
    return _of(case).where(Review.saved_by.is_not(None))


def open_draft(desk: Desk, case: Case) -> Review | None:
    """The review that is still being written."""
    found = current(desk, case)
    return found if found is not None and found.state == ReviewState.DRAFT else None


def proposed(desk: Desk, case: Case) -> Review | None:
    """The review by which closing is proposed."""
    found = current(desk, case)
    return found if found is not None and found.state == ReviewState.PROPOSED else None


def last_time(desk: Desk, case: Case, but: Review | None = None) -> Mapping[str, LastTime]:
    """For each row of Mẫu 06, how the same thing was judged last: on an earlier Mẫu 06, on Mẫu 03, else on Mẫu 02."""
    told: dict[str, LastTime] = {}
    for kind in (Kind.INITIAL, Kind.FULL):
        found = assessments.summary(desk, case, kind)
        if found is not None:
            for code, level in found.answers.levels.items():
                told[code] = LastTime(level, found.form, code, found.concluded_at)
    for review in reversed(reviews(desk, case)):
        if review.concluded_at is not None and review is not but and review.answers is not None:
            for code, level in review.answers.levels.items():
                told[code] = LastTime(level, rules.FORM, code, review.concluded_at)
    nearest = (
        (code, next((told[one] for one in alike if one in told), None))
        for code, alike in rules.BEFORE.items()
    )
    return {code: found for code, found in nearest if found is not None}


def plan_content(desk: Desk, case: Case, review: Review | None = None) -> Content:
    """What the plan says that a review looks back on: the one approved last in its round, or now."""
    statement = select(Plan).where(Plan.case_id == case.id, Plan.approval_digest.is_not(None))
    if review is not None:
        statement = statement.where(Plan.round == review.round)
    plan = desk.first(statement.order_by(Plan.round.desc(), Plan.revision.desc()))
    return (plan.content or Content()) if plan is not None else Content()


def goals_met(review: Review, plans: Iterable[Plan]) -> Mapping[str, str | None]:
    """What became of each goal a review looked back on: those of its round's plan as approved by then.

    A review that came with a file names its goals itself: its plan is not here.
    """
    said = review.answers or Answers()
    approved = [plan for plan in plans if _looked_back_on(plan, review)]
    if not approved:
        return {key: reply.outcome for key, reply in said.goals.items()}
    plan = max(approved, key=lambda one: one.revision)
    return {goal.key: said.goal(goal.key).outcome for goal in (plan.content or Content()).goals}


def _looked_back_on(plan: Plan, review: Review) -> bool:
    if plan.round != review.round or plan.approval_digest is None or plan.decided_at is None:
        return False
    return review.concluded_at is None or plan.decided_at <= review.concluded_at


def closing_facts(desk: Desk, case: Case, answers: Answers) -> rules.ClosingFacts:
    """What the rules have to know before a case may be closed."""
    running = {clock.clock for clock in cases.clocks(desk, case) if clock.stopped_at is None}
    placed = {row.state for row in care.open_placements(desk, case)}
    waits = care.proposal(desk, case) is not None
    return rules.ClosingFacts(
        answers,
        services_facts(desk, case),
        emergency_running=EMERGENCY in running,
        separated=emergency.separation_runs(desk, case),
        care_waits=waits,
        in_care=bool(placed) and not waits,
        asked_open=bool(services.open_requests(desk, case)),
        handing_over=case.handover_unit_id is not None,
        crime_unreported=CRIME in running,
    )


def _round_began(desk: Desk, case: Case) -> date:
    """The first day of the present round. A service may go on under its key from round to round."""
    began = [line.at for line in cases.timeline(desk, case) if line.step in (Step.REVIEW_AGAIN, Step.REOPEN)]
    return local_day(max(began, default=case.received_at))


def services_facts(desk: Desk, case: Case) -> rules.ServicesFacts:
    """What the diary says about the services of the plan that was approved last."""
    plan, diary, today = plans.decided(desk, case), plans.diary(desk, case), local_day(desk.now)
    content = (plan.content or Content()) if plan is not None else Content()
    mine, since = {row.key for row in content.services}, _round_began(desk, case)
    visits = [
        plans.visit(entry)
        for entry in diary.entries
        if entry.service_key in mine and entry.happened_on >= since
    ]
    return rules.ServicesFacts(
        planned=plan is not None,
        approval_stands=plans.stands(desk, plan),
        running=[
            row.what or row.key for row in content.services if row.until is not None and row.until > today
        ],
        never_noted=[row.what or row.key for row in content.services if not diary.noted(row.key)],
        promises_open=sum(
            entry.promise_on is not None and entry.promise_kept_at is None for entry in diary.entries
        ),
        seen=any(visit.seen is Answer.YES for visit in visits),
        seen_alone=any(visit.alone is Answer.YES for visit in visits),
    )
