"""Reading assessments: the concluded ones, the open draft, and what other rooms may know of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from casemgr.access.desk import Desk
from casemgr.assessment import rules
from casemgr.assessment.models import Assessment
from casemgr.assessment.terms import FORM, Answers, Kind, Reply, State
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, CaseClock
from casemgr.intake import queries as intake
from casemgr.intake.terms import Story
from casemgr.law.factors import Suggestion

EXPERIENCED = 3  # after so many forms of a kind a person is no longer led


@dataclass(frozen=True)
class Summary:
    """A concluded assessment as later steps need it: what was answered, what it suggested, who concluded and when."""

    kind: Kind
    form: str
    round: int
    concluded_at: datetime
    concluded_by: UUID | None
    answers: Answers
    suggestion: Suggestion
    grounds: tuple[rules.Ground, ...]


def latest(desk: Desk, case: Case, kind: Kind) -> Assessment | None:
    """The assessment of this kind that was concluded last."""
    return desk.first(
        select(Assessment)
        .where(Assessment.case_id == case.id, Assessment.kind == kind, Assessment.state == State.CONCLUDED)
        .order_by(Assessment.concluded_at.desc(), Assessment.id.desc())
    )


def draft(desk: Desk, case: Case, kind: Kind) -> Assessment | None:
    """The assessment of this kind that is still being written."""
    return desk.first(
        select(Assessment).where(
            Assessment.case_id == case.id, Assessment.kind == kind, Assessment.state == State.DRAFT
        )
    )


def summary(desk: Desk, case: Case, kind: Kind) -> Summary | None:
    """What the assessment of this kind that was concluded last says."""
    found = latest(desk, case, kind)
    if found is None or found.concluded_at is None:
        return None
    return summary_of(found, found.concluded_at)


def summary_of(found: Assessment, concluded_at: datetime) -> Summary:
    """What a concluded assessment says."""
    kind, answers = Kind(found.kind), found.answers or Answers()
    return Summary(
        kind=kind,
        form=FORM[kind],
        round=found.round,
        concluded_at=concluded_at,
        concluded_by=found.concluded_by,
        answers=answers,
        suggestion=rules.suggestion(kind, answers),
        grounds=rules.emergency_grounds(kind, answers),
    )


def story_of(desk: Desk, case: Case) -> Story:
    """What the report of a case tells, as known now."""
    return intake.report_of(desk, case).known or Story()


def background(desk: Desk, case: Case) -> rules.Background:
    """What the earlier steps say about the carers and the emergency; the initial assessment stands above the report."""
    initial = latest(desk, case, Kind.INITIAL)
    carer = initial.answers.carer if initial is not None and initial.answers is not None else None
    if carer is None or carer is Reply.UNCLEAR:
        carer = rules.harm_by_carer(story_of(desk, case), case.child_ref) or carer
    return rules.Background(carer_alleged=carer is Reply.YES, emergency=case.emergency)


def pressing_clock(desk: Desk, case: Case) -> CaseClock | None:
    """The running clock that runs out first; one without a limit only when there is no other."""
    running = [clock for clock in cases.clocks(desk, case) if clock.stopped_at is None]
    limited = [clock for clock in running if clock.due_at is not None]
    return next(iter([*limited, *running]), None)


def finished_by_me(desk: Desk, kind: Kind) -> int:
    """How many forms of a kind this person has concluded, among the cases in scope."""
    mine = (
        select(func.count())
        .select_from(Assessment)
        .where(Assessment.concluded_by == desk.actor.account_id, Assessment.kind == kind)
    )
    return desk.session.scalar(mine) or 0
