"""Reading plans: the version at work, the one approved, what earlier stages say that a plan needs, and the diary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, Uuid, select

from casemgr.access.desk import Desk
from casemgr.access.questions import Question
from casemgr.assessment import queries as assessments
from casemgr.assessment.terms import Kind
from casemgr.cases import spine
from casemgr.cases.models import Case
from casemgr.children import queries as children
from casemgr.children.terms import Detail, Parent
from casemgr.core.calendar import local_day
from casemgr.core.prepared import gap
from casemgr.core.words import language
from casemgr.intake import queries as intake
from casemgr.intake.story import suspects_of
from casemgr.intake.terms import Story
from casemgr.intervention.emergency import queries as emergency
from casemgr.intervention.emergency.terms import Part as KeptOut
from casemgr.intervention.meeting import queries as meetings
from casemgr.intervention.plan import rules
from casemgr.intervention.plan.content import approval_stands, digest
from casemgr.intervention.plan.models import Plan, PlanDelivery, SafeContactRule, ServiceEntry
from casemgr.intervention.plan.papers import Dossier
from casemgr.intervention.plan.terms import (
    Content,
    Family,
    PlanState,
    Recipient,
    Relative,
    Ruling,
    SafeContact,
    Service,
    Visit,
)
from casemgr.law.vocabulary import vocabulary

_WISHES = "M03.g"
_PARENTS = {"father", "mother", "parent_unspecified"}


@dataclass(frozen=True)
class Background:
    """What the earlier stages say about this child that a plan needs."""

    reported_on: date
    risk: str | None
    assessed_at: datetime | None
    agreed: bool | None  # the officer's level is the one the tables suggest
    harms: tuple[str, ...]
    condition: str | None
    problems: str | None
    wishes: str | None
    needs: str | None
    kinds_needed: Mapping[str, str]
    family: Family


@dataclass(frozen=True)
class Diary:
    """The entries of a case, newest first, and the services they are about, of all rounds."""

    entries: Sequence[ServiceEntry]
    services: Mapping[str, Service]

    def noted(self, key: str) -> bool:
        """Whether there is an entry for a service."""
        return any(entry.service_key == key for entry in self.entries)


class Promise(NamedTuple):
    """What was promised to a child: on which case, in which entry of the diary, for which day."""

    number: str
    entry_id: UUID
    on: date


_CURRENT: Question[Plan] = Question(
    select(Plan)
    .where(Plan.case_id == gap("case", Uuid()), Plan.round == gap("round", Integer()))
    .order_by(Plan.revision.desc())
    .limit(1)
)
_DECIDED: Question[Plan] = Question(
    select(Plan)
    .where(Plan.case_id == gap("case", Uuid()), Plan.approval_digest.is_not(None))
    .order_by(Plan.round.desc(), Plan.revision.desc())
    .limit(1)
)
_PROMISES: Question[Any] = Question(
    select(Case.number, ServiceEntry.id, ServiceEntry.promise_on)
    .join(Case, Case.id == ServiceEntry.case_id)
    .where(
        ServiceEntry.promise_on.is_not(None),
        ServiceEntry.promise_kept_at.is_(None),
        Case.closed_at.is_(None),
        Case.rehearsal.is_(False),
    )
    .order_by(ServiceEntry.promise_on, ServiceEntry.id)
    .limit(gap("most", Integer()))
)


def versions(desk: Desk, case: Case) -> Sequence[Plan]:
    """Every version of every round, the newest first. A later round never hides an earlier one."""
    return desk.all(
        select(Plan)
        .where(Plan.case_id == case.id)
        .order_by(Plan.round.desc(), Plan.revision.desc(), Plan.id.desc())
    )


def current(desk: Desk, case: Case) -> Plan | None:
    """The newest version of the present round."""
    return next(iter(desk.all(_CURRENT, case=case.id, round=case.round)), None)


def decided(desk: Desk, case: Case) -> Plan | None:
    """The version that was approved last, also if its approval is void by now."""
    return next(iter(desk.all(_DECIDED, case=case.id)), None)


def approved(desk: Desk, case: Case) -> Plan | None:
    """The version by whose approval services run; none once its content was changed."""
    found = decided(desk, case)
    return found if stands(desk, found) else None


def before(desk: Desk, plan: Plan) -> Plan | None:
    """The version that came before: in the same round, else the last of the round before."""
    return desk.first(
        select(Plan)
        .where(
            Plan.case_id == plan.case_id,
            (Plan.round < plan.round) | ((Plan.round == plan.round) & (Plan.revision < plan.revision)),
        )
        .order_by(Plan.round.desc(), Plan.revision.desc())
    )


def mark(desk: Desk, plan: Plan) -> bytes | None:
    """The fingerprint of what a version says now; only whoever can open the case can make it."""
    return desk.safe.keyed(plan.case_id, digest(plan.content)) if plan.content is not None else None


def stands(desk: Desk, plan: Plan | None) -> bool:
    """Whether a version is approved and still says what was approved."""
    if plan is None or plan.approval_digest is None:
        return False
    return approval_stands(PlanState(plan.state), mark(desk, plan), plan.approval_digest)


def facts(desk: Desk, case: Case, content: Content, known: Background | None = None) -> rules.PlanFacts:
    """What the rules have to know to check a content."""
    known = known or background(desk, case)
    return rules.PlanFacts(
        content, known.reported_on, known.wishes is not None, known.kinds_needed, dossier(desk, case, known)
    )


def dossier(desk: Desk, case: Case, known: Background | None = None) -> Dossier:
    """Which papers lie beside the plan. A meeting before the case was opened again knew nothing of what happened since."""
    known = known or background(desk, case)
    initial = assessments.latest(desk, case, Kind.INITIAL)
    met = meetings.last_meeting(desk, case)
    if met is not None and met.held_at < spine.receipt_counts_from(desk, case):
        met = None
    return Dossier(
        report=known.reported_on,
        initial=_day(initial.concluded_at) if initial is not None else None,
        full=_day(known.assessed_at),
        minutes=local_day(met.held_at) if met is not None else None,
    )


def kept_out(desk: Desk, case: Case, possible: Sequence[Recipient]) -> frozenset[str]:
    """Who of these is kept out of delivery for the safety of the child, by a recorded decision."""
    bans = emergency.withheld(desk, case, KeptOut.DELIVERY)
    return frozenset(one.key for one in possible if any(ban.is_(one.key, one.name) for ban in bans))


def deliveries(desk: Desk, plan: Plan) -> Sequence[PlanDelivery]:
    """To whom a decision was handed, or knowingly not, the earliest first."""
    return desk.all(
        select(PlanDelivery)
        .where(PlanDelivery.case_id == plan.case_id, PlanDelivery.plan_id == plan.id)
        .order_by(PlanDelivery.recorded_at, PlanDelivery.id)
    )


def delivery(desk: Desk, case: Case, delivery_id: UUID) -> PlanDelivery:
    """One delivery of a case."""
    return desk.one(
        select(PlanDelivery).where(PlanDelivery.id == delivery_id, PlanDelivery.case_id == case.id)
    )


def undelivered(desk: Desk, plan: Plan) -> Sequence[Recipient]:
    """The recipients named in the decision to whom nothing was handed yet, and about whom nothing else was noted."""
    ruling = plan.decision or Ruling()
    noted = {row.content.recipient.key for row in deliveries(desk, plan) if row.content is not None}
    return [one for one in ruling.sent_to if one.key not in noted]


def safe_contacts(desk: Desk, case: Case) -> Sequence[SafeContactRule]:
    """How the child may be reached, the newest rules first."""
    return desk.all(
        select(SafeContactRule)
        .where(SafeContactRule.case_id == case.id)
        .order_by(SafeContactRule.recorded_at.desc(), SafeContactRule.id.desc())
    )


def safe_contact(desk: Desk, case: Case) -> SafeContact | None:
    """How the child may be reached without danger; none: nobody has said so yet."""
    newest = next(iter(safe_contacts(desk, case)), None)
    return newest.content if newest is not None else None


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else local_day(moment)


def background(desk: Desk, case: Case) -> Background:
    """What report and full assessment say; what is not there is left open, nothing is made up."""
    full = assessments.summary(desk, case, Kind.FULL)
    story = intake.report_of(desk, case).known or Story()
    told = next((child for child in story.children if child.ref == case.child_ref), None)
    answers = full.answers if full is not None else None
    kinds = answers.services if answers is not None else ()
    named = vocabulary("service_types")
    return Background(
        reported_on=local_day(case.received_at),
        risk=case.risk,
        assessed_at=full.concluded_at if full is not None else None,
        agreed=None if full is None or full.suggestion.level is None else full.suggestion.level == case.risk,
        harms=(told.harms or ()) if told is not None else (),
        condition=told.condition if told is not None else None,
        problems=answers.problems if answers is not None else None,
        wishes=answers.content(_WISHES).text if answers is not None else None,
        needs=answers.content("M03.e").text if answers is not None else None,
        kinds_needed={kind: named.label(kind, language(), local_day(desk.now)) for kind in kinds},
        family=_family(story, case.child_ref, children.child(desk, case.child_id).detail or Detail()),
    )


def _family(story: Story, ref: str, detail: Detail) -> Family:
    """Parents and carer as the register knows them, each with whether the report alleges that they did the harm."""
    relations = {relation for _suspect, relation in suspects_of(story, ref)}
    carers = vocabulary("relations").marked("carer") - _PARENTS
    unnamed = any(suspect.is_carer and not suspect.relations for suspect in story.suspects)
    other = (
        bool(relations & carers)
        or unnamed
        or any(suspect.is_carer and relation not in _PARENTS for suspect, relation in suspects_of(story, ref))
    )
    either = "parent_unspecified" in relations
    return Family(
        father=_relative(detail.father, alleged=either or "father" in relations),
        mother=_relative(detail.mother, alleged=either or "mother" in relations),
        carer=Relative(detail.carer, other),
    )


def _relative(parent: Parent, *, alleged: bool) -> Relative:
    return Relative(parent.name, alleged)


def diary(desk: Desk, case: Case) -> Diary:
    """What was noted on services, newest first, with the services of every version that was ever approved."""
    entries = desk.all(
        select(ServiceEntry)
        .where(ServiceEntry.case_id == case.id)
        .order_by(ServiceEntry.happened_on.desc(), ServiceEntry.recorded_at.desc(), ServiceEntry.id.desc())
    )
    services: dict[str, Service] = {}
    for plan in reversed(versions(desk, case)):
        if plan.approval_digest is not None and plan.content is not None:
            services.update((row.key, row) for row in plan.content.services)
    return Diary(entries, services)


def entry(desk: Desk, case: Case, entry_id: UUID) -> ServiceEntry:
    """One entry of the diary of a case."""
    return desk.one(select(ServiceEntry).where(ServiceEntry.id == entry_id, ServiceEntry.case_id == case.id))


def entry_of_form(desk: Desk, case: Case, form_id: UUID) -> ServiceEntry | None:
    """The entry that a page has already become."""
    return desk.first(
        select(ServiceEntry).where(ServiceEntry.form_id == form_id, ServiceEntry.case_id == case.id)
    )


def promises(desk: Desk, *, limit: int = 50) -> Sequence[Promise]:
    """Promises that were given and not yet kept, the nearest day first, for the worklist; practice is on no list."""
    return [Promise(*row) for row in desk.rows(_PROMISES, most=limit)]


def visit(found: ServiceEntry) -> Visit:
    """What an entry says."""
    return found.visit or Visit()
