"""Reading the emergency: measures and the twelve hours, the course of a separation, who is kept out."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from casemgr.access.desk import Desk
from casemgr.assessment import queries as assessments
from casemgr.assessment.terms import Kind
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.deadlines import EMERGENCY, SEPARATION
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.cases.terms import BEGINS_ANEW, Risk, Step
from casemgr.children import queries as children
from casemgr.children.terms import Detail
from casemgr.core.calendar import local_day
from casemgr.core.text import fold
from casemgr.intake import queries as intake
from casemgr.intake.story import suspects_of
from casemgr.intake.terms import Story, Suspect
from casemgr.intervention.emergency import rules
from casemgr.intervention.emergency.models import EmergencyMeasure, Separation, SeparationTurn, Withholding
from casemgr.intervention.emergency.terms import (
    LIVE,
    Course,
    Frame,
    Happened,
    Part,
    Person,
    Proposal,
    Receipts,
    Said,
    SeparationState,
    Signing,
    Taken,
    Turn,
    Withheld,
)
from casemgr.law.deadlines import length
from casemgr.legislation import queries as legislation

DECISION = "separation_decision_12h"
_WENT_ON = (*BEGINS_ANEW, Step.STUDY, Step.APPROVE_PLAN, Step.CHANGE_PLAN, Step.REVIEW_AGAIN)


def measures(desk: Desk, case: Case) -> Sequence[EmergencyMeasure]:
    """The measures taken for a child, the earliest first."""
    return desk.all(
        select(EmergencyMeasure)
        .where(EmergencyMeasure.case_id == case.id)
        .order_by(EmergencyMeasure.at, EmergencyMeasure.recorded_at, EmergencyMeasure.id)
    )


def clock(desk: Desk, case: Case, name: str = EMERGENCY) -> CaseClock | None:
    """A clock of the emergency, by default that of the twelve hours: the one that runs, else the last that ran."""
    found = [one for one in cases.clocks(desk, case) if one.clock == name]
    return max(found, key=lambda one: (one.stopped_at is None, one.started_at), default=None)


def frame(desk: Desk, case: Case) -> Frame:
    """What the rules must know of the case."""
    running = clock(desk, case)
    due = running.due_at if running is not None and running.stopped_at is None else None
    rows = against_this_danger(desk, case, measures(desk, case))
    earlier = tuple(Taken(row.at, row.content) for row in rows if row.content is not None)
    return Frame(received_at=case.received_at, now=desk.now, due_at=due, earlier=earlier)


def against_this_danger(
    desk: Desk, case: Case, rows: Sequence[EmergencyMeasure]
) -> Sequence[EmergencyMeasure]:
    """Of the measures of a case those written down since it last went on: what was done before met another danger."""
    went_on = select(func.max(CaseEvent.recorded_at)).where(
        CaseEvent.case_id == case.id, CaseEvent.step.in_(_WENT_ON)
    )
    since = desk.session.scalar(went_on) if rows else None
    return [row for row in rows if since is None or row.recorded_at >= since]


def versions(desk: Desk, case: Case) -> Sequence[Separation]:
    """Every separation and every draft of one, the newest first."""
    return desk.all(
        select(Separation)
        .where(Separation.case_id == case.id)
        .order_by(Separation.revision.desc(), Separation.id.desc())
    )


def current(desk: Desk, case: Case) -> Separation | None:
    """The newest separation or draft of one."""
    return next(iter(versions(desk, case)), None)


def separation_runs(desk: Desk, case: Case) -> bool:
    """Whether a separation runs, or a court has still to decide on what follows it: the case cannot be closed."""
    running = select(Separation.id).where(Separation.case_id == case.id, Separation.state.in_(LIVE))
    return desk.first(running) is not None


def separation(desk: Desk, case: Case) -> Course | None:
    """The separation that was decided last, with all that came of it; none if none was ever decided."""
    return next(iter(separations(desk, case)), None)


def separations(desk: Desk, case: Case) -> tuple[Course, ...]:
    """Every separation that was decided, the newest first."""
    return tuple(found for row in versions(desk, case) if (found := course(desk, case, row)) is not None)


def course(desk: Desk, case: Case, row: Separation) -> Course | None:
    """One separation as other rooms may know it; none for a draft."""
    if row.starts_at is None or row.last_day is None:
        return None
    return Course(
        id=row.id,
        state=SeparationState(row.state),
        proposal=row.proposal or Proposal(),
        signing=row.signing or Signing(),
        drafted_by=row.drafted_by,
        decided_by=row.decided_by,
        starts_at=row.starts_at,
        last_day=row.last_day,
        longest_day=local_day(row.starts_at) + timedelta(days=longest(case)),
        ended_at=row.ended_at,
        turns=_turns(desk, row),
    )


def _turns(desk: Desk, row: Separation) -> tuple[Happened, ...]:
    found = desk.all(
        select(SeparationTurn).where(SeparationTurn.separation_id == row.id).order_by(SeparationTurn.position)
    )
    return tuple(Happened(Turn(one.turn), one.at, one.by, one.said or Said()) for one in found)


def place_of_stay(desk: Desk, case: Case) -> str | None:
    """Where the child stays while it is separated: hidden, and the look is noted."""
    row = current(desk, case)
    if row is None or row.stay is None:
        return None
    desk.read("hidden place read", case.number, ("stay",))
    return row.stay.place


def longest(case: Case) -> int:
    """How many days the law allows in all, under the law that the case is handled under."""
    return length(SEPARATION, spine.handled_under(case))


def receipts(desk: Desk, case: Case) -> Receipts:
    """Both receipts of the report, and until when the decision on a separation must be taken: later, if the case began anew."""
    book = legislation.rulebook(desk)
    units = legislation.units_of(desk, case.unit_id) if book.limits else ()
    counted_from = spine.receipt_counts_from(desk, case)
    due = book.due(DECISION, counted_from, handled_under=spine.handled_under(case), units=units)
    return Receipts(case.received_at, case.reached_at or case.received_at, due.at, due.local_at)


def safety(desk: Desk, case: Case) -> rules.SafetyFacts:
    """What the full assessment that was concluded last says about the child's safety."""
    full = assessments.summary(desk, case, Kind.FULL)
    if full is None:
        return rules.SafetyFacts()
    return rules.SafetyFacts(full.concluded_at, full.answers.risk == Risk.HIGH)


def people(desk: Desk, case: Case) -> tuple[Person, ...]:
    """Parents, the carer, and everybody alleged to have harmed this child, each once."""
    story = intake.report_of(desk, case).known or Story()
    detail = children.child(desk, case.child_id).detail or Detail()
    told = suspects_of(story, case.child_ref)
    unrelated = [one for one in story.suspects if not one.relations]
    alleged = {relation for _suspect, relation in told}
    either = "parent_unspecified" in alleged
    suspects = [
        Person(f"suspect-{one.ref}", one.name, relation, True, _is_the_carer(one, detail))
        for one, relation in (*told, *((one, None) for one in unrelated))
    ]
    carer_alleged = any(one.is_the_carer for one in suspects)
    family = (
        Person("father", detail.father.name, "father", either or "father" in alleged),
        Person("mother", detail.mother.name, "mother", either or "mother" in alleged),
        Person("carer", detail.carer, None, carer_alleged or _background_alleges(desk, case, alleged)),
    )
    taken = {one.relation for one in suspects} | ({"carer"} if carer_alleged else set())
    return (
        *suspects,
        *(one for one in family if one.name and one.relation not in taken and one.key not in taken),
    )


def _is_the_carer(suspect: Suspect, detail: Detail) -> bool:
    """Whether a person alleged is the carer whom the register names, or nobody else is named as carer."""
    if not suspect.is_carer:
        return False
    return not detail.carer or bool(suspect.name and fold(suspect.name) == fold(detail.carer))


def _background_alleges(desk: Desk, case: Case, alleged: set[str]) -> bool:
    """Whether the initial assessment says that a carer did the harm, and no parent was named for it."""
    return not alleged and assessments.background(desk, case).carer_alleged


def withholdings(desk: Desk, case: Case) -> Sequence[Withholding]:
    """Every decision that keeps or kept somebody out, the newest first."""
    return desk.all(
        select(Withholding)
        .where(Withholding.case_id == case.id)
        .order_by(Withholding.decided_at.desc(), Withholding.id.desc())
    )


def withholding(desk: Desk, case: Case, decision_id: UUID) -> Withholding:
    """One decision that keeps somebody out."""
    return desk.one(select(Withholding).where(Withholding.id == decision_id, Withholding.case_id == case.id))


def withheld(desk: Desk, case: Case, what: Part | None = None) -> tuple[Withheld, ...]:
    """Who is kept out of something now: meeting, opinion or delivery; of anything where nothing is named."""
    return tuple(
        Withheld(row.id, row.ban, row.decided_by, row.decided_at)
        for row in withholdings(desk, case)
        if row.ended_at is None and row.ban is not None and (what is None or what in row.ban.parts)
    )
