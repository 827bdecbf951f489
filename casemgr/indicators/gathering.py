"""From files to items: how a case went, who is alleged, what was decided, who is in care, which spells a child has."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from casemgr.access.desk import Desk
from casemgr.cases import deadlines
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.cases.terms import Step
from casemgr.children.models import Child
from casemgr.children.terms import Card, Detail
from casemgr.circumstances import rules as circumstances
from casemgr.circumstances.models import Circumstance
from casemgr.circumstances.terms import Kind as SpellKind
from casemgr.circumstances.terms import Spell, Support
from casemgr.core.calendar import local_day
from casemgr.indicators import facts, hearing
from casemgr.indicators.contacts import Contact
from casemgr.indicators.items import TAKEN, Item, Kind
from casemgr.indicators.recurrence import Past, again
from casemgr.intake.models import Report
from casemgr.intake.rules import by_hotline
from casemgr.intake.terms import Story, Suspect, ToldChild
from casemgr.intervention.care.models import Placement
from casemgr.intervention.care.terms import State
from casemgr.intervention.plan.models import Plan, ServiceEntry
from casemgr.intervention.plan.terms import Content
from casemgr.intervention.services.models import ServiceRequest
from casemgr.intervention.services.terms import State as ServiceState
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.proceedings.models import Proceeding
from casemgr.proceedings.terms import OUTCOME, Appeal, Making, Person
from casemgr.review.models import Review
from casemgr.review.queries import goals_met
from casemgr.review.terms import ReviewState

_ADULT = 16
_MINUTE = timedelta(minutes=1)
_TIMES = {
    "to_acknowledgement": (Step.ACKNOWLEDGE,),
    "to_assessment": (Step.ASSESS_EMERGENCY, Step.ASSESS_NO_EMERGENCY),
    "to_measure": (Step.PROTECT,),
    "to_plan": (Step.HAND_IN_PLAN,),
    "to_approval": (Step.APPROVE_PLAN,),
}
_TAKEN = dict(zip(_TIMES, TAKEN, strict=True))
_CLOCKS = {  # the step that is measured: its clock, and the steps that end it as they should
    "protected": (deadlines.EMERGENCY, (Step.PROTECT,)),
    "planned": (deadlines.PLAN, (Step.HAND_IN_PLAN,)),
    "approved": (deadlines.APPROVAL, (Step.APPROVE_PLAN, Step.RETURN_PLAN)),
}


@dataclass(frozen=True)
class Found:
    """An item as it stands now."""

    kind: Kind
    owner: UUID
    id: UUID
    item: Item | Contact


@dataclass(frozen=True)
class File:
    """A case with its report and its child."""

    case: Case
    report: Report
    child: Child
    age: int | None  # on the day of the event

    @cached_property
    def story(self) -> Story:
        """What is known of the report."""
        return self.report.known or self.report.told or Story()

    @cached_property
    def told(self) -> ToldChild | None:
        """What the report tells of the child."""
        return next((one for one in self.story.children if one.ref == self.case.child_ref), None)

    @cached_property
    def is_of_hotline(self) -> bool:
        """Whether the report came through hotline 111."""
        return by_hotline(self.story, sent=self.report.client_id is not None)


@dataclass(frozen=True)
class Gathered:
    """The items of some owners, all there are: what an owner had before and has not here is gone."""

    owners: Sequence[UUID]
    found: Sequence[Found]


def of_cases(
    desk: Desk,
    session: Session,
    files: Sequence[File],
    pasts: Mapping[int, Sequence[Past]],
    *,
    anew: bool,
) -> Gathered:
    """Every item of some cases; `pasts` are all cases of their children, as far as a child has several."""
    rows = _Rows(desk, session, files, anew=anew)
    events = rows.columns(files, CaseEvent, ("step", "at"))
    clocks = rows.columns(files, CaseClock, ("clock", "started_at", "due_at", "stopped_at", "stopped_by"))
    decisions, placements, reviews = (rows.whole(files, model) for model in (Proceeding, Placement, Review))
    given = _services_given(desk, rows, [file for file in files if file.is_of_hotline])
    plans = rows.whole([file for file in files if reviews[file.case.id]], Plan)
    written = _last_written(desk, session, [row for some in decisions.values() for row in some])
    own = (row.case_id for some in reviews.values() for row in some)
    desk.safe.fetch_keys({*own, *(row.case_id for row, _recorded in written.values())})
    found = []
    for file in files:
        key = file.case.id
        base = _base(file)
        went = course(base, file.case, events[key], clocks[key])
        went = facts.varied(went, again=again(file.case, pasts.get(file.child.id, ())))
        found.append(Found(Kind.COURSE, key, _item_id(key, "course"), went))
        found += _suspects(base, file)
        if file.is_of_hotline:
            found += _heard(base, file, _told_unit(desk, file), given[key])
        said = (written[row.decision_id] for row in decisions[key])
        found += [one for row, day in said if (one := _decision(base, file, row, day)) is not None]
        found += [one for row in placements[key] if (one := _care(base, file, row)) is not None]
        found += _goals(base, file, reviews[key], plans[key])
    return Gathered([file.case.id for file in files], found)


def of_children(desk: Desk, session: Session, child_ids: Iterable[int]) -> Gathered:
    """Every spell of some children and what they receive because of it. Rehearsed children have none."""
    wanted = sorted(set(child_ids))
    options = {"populate_existing": True} if session.get_bind().dialect.name != "sqlite" else {}
    rows = session.scalars(
        select(Circumstance).where(Circumstance.child_id.in_(wanted), Circumstance.replaced_at.is_(None)),
        execution_options=options,
    ).all()
    if not rows:
        return Gathered((), ())
    known = {row.child_id for row in rows}
    rehearsed = set(session.scalars(select(Case.child_id).where(Case.child_id.in_(known), Case.rehearsal)))
    children = {child.id: child for child in session.scalars(select(Child).where(Child.id.in_(known)))}
    desk.safe.fetch_keys(known)
    found = []
    for row in rows:
        said = row.content
        if said is not None and row.child_id not in rehearsed:
            found += _spell(row, said, children[row.child_id])
    return Gathered([row.spell_id for row in rows], found)


# ---- cases --------------------------------------------------------------------------------------------------------


def _base(file: File) -> Item:
    case, report = file.case, file.report
    story, told = file.story, file.told
    card, detail = file.child.card or Card(), file.child.detail or Detail()
    return facts.made(
        Item,
        case_high=case.id.int >> 64,
        case_low=case.id.int & (1 << 64) - 1,
        child=file.child.id,
        report=int.from_bytes(report.id.bytes[8:]),
        incident_unit=case.incident_unit_id or 0,
        residence_unit=case.residence_unit_id or 0,
        triage_unit=0 if case.incident_unit_id else report.unit_id or 0,
        unit=case.unit_id or 0,
        received=local_day(report.received_at),
        harms=frozenset((told.harms if told else None) or ()),
        decision=report.decision,
        age=file.age,
        sex=card.sex or facts.UNKNOWN,
        environment=story.incident.environment or facts.UNKNOWN,
        online=story.incident.online,
        ethnic_group=detail.ethnic_group or facts.UNKNOWN,
        disability=detail.disability or facts.UNKNOWN,
    )


def course(base: Item, case: Case, events: Sequence[Any], clocks: Sequence[Any]) -> Item:
    """How a case went: minutes from receipt to the first of each step, and which clocks were kept, each the first time."""
    times = {}
    for name, steps in _TIMES.items():
        first = min((event.at for event in events if event.step in steps), default=None)
        times[name] = None if first is None else max((first - case.received_at) // _MINUTE, 0)
    timed, in_time = set(), set()
    for name, (clock, enders) in _CLOCKS.items():
        ran = min((one for one in clocks if one.clock == clock), key=lambda one: one.started_at, default=None)
        if ran is not None and ran.due_at and ran.stopped_at and ran.stopped_by in enders:
            timed.add(name)
            if ran.stopped_at <= ran.due_at:
                in_time.add(name)
    closed = case.closed_at
    return facts.varied(
        base,
        gone=local_day(closed) if closed else None,
        due=local_day(case.due_at) if case.due_at and not closed else None,
        rounds=case.round,
        taken=frozenset(_TAKEN[name] for name, minutes in times.items() if minutes is not None),
        timed=frozenset(timed),
        in_time=frozenset(in_time),
        **times,
    )


def _suspects(base: Item, file: File) -> list[Found]:
    """Those tied to this child, and those tied to no child at all."""
    key = file.case.id
    return [
        Found(
            Kind.SUSPECT, key, _item_id(key, "suspect", suspect.ref), _suspect(base, file, suspect, relations)
        )
        for suspect, relations in _mine(file)
    ]


def _mine(file: File) -> Iterator[tuple[Suspect, frozenset[str]]]:
    for suspect in file.story.suspects:
        mine = frozenset(tie.relation for tie in suspect.relations if tie.child == file.case.child_ref)
        if mine or not suspect.relations:
            yield suspect, mine


def _suspect(base: Item, file: File, suspect: Suspect, relations: frozenset[str]) -> Item:
    return facts.varied(
        base,
        person=_person(file.report, Person(ref=suspect.ref)),
        relations=relations,
        sex=suspect.sex or facts.UNKNOWN,
        age=suspect.age,
        ethnic_group=facts.UNKNOWN,
        disability=facts.UNKNOWN,
    )


def _heard(base: Item, file: File, told_unit: int, given: Collection[str]) -> list[Found]:
    """What a case of the hotline is about, and who is alleged in it."""
    key, harms = file.case.id, (file.told.harms if file.told else None) or ()
    about = list(hearing.contacts(base, file.case, file.report, file.told, told_unit, given))
    return [
        *(Found(Kind.CONTACT, key, _item_id(key, "contact", one.problem), one) for one in about),
        *(
            Found(
                Kind.ALLEGED,
                key,
                _item_id(key, "alleged", suspect.ref),
                hearing.alleged(about[0], _suspect(base, file, suspect, relations), suspect, harms),
            )
            for suspect, relations in _mine(file)
        ),
    ]


def _told_unit(desk: Desk, file: File) -> int:
    """The commune that the hotline named, read as of the day of receipt; 0 where it named none that can be told."""
    sender = (file.report.told if file.report.client_id is not None else None) or file.story
    code = sender.incident.unit_code
    found = (
        place_rules.resolve(places.atlas(desk), code, local_day(file.report.received_at)).unit
        if code
        else None
    )
    return found.id if found is not None else 0


def _services_given(desk: Desk, rows: "_Rows", files: Sequence[File]) -> Mapping[UUID, set[str]]:
    """The kinds of services that cases received: those of the diary of a plan, and those a provider has done."""
    given: dict[UUID, set[str]] = defaultdict(set)
    if not files:
        return given
    visited = rows.columns(files, ServiceEntry, ("plan_id", "service_key"))
    asked = rows.whole(files, ServiceRequest)
    plans = rows.whole([file for file in files if visited[file.case.id]], Plan)
    desk.safe.fetch_keys(file.case.id for file in files if visited[file.case.id] or asked[file.case.id])
    for file in files:
        key = file.case.id
        met = {(row.plan_id, row.service_key) for row in visited[key]}
        services = ((plan.id, one) for plan in plans[key] for one in (plan.content or Content()).services)
        given[key] |= {one.kind for plan_id, one in services if one.kind and (plan_id, one.key) in met}
        done = (row.asked for row in asked[key] if row.state == ServiceState.DONE)
        given[key] |= {one.kind for one in done if one is not None and one.kind}
    return given


def _last_written(
    desk: Desk, session: Session, decisions: Sequence[Proceeding]
) -> Mapping[UUID, tuple[Proceeding, date]]:
    """Each decision as it was last written down, in whichever of its cases, and the day it was first recorded.

    Whoever corrects it may not see all cases it stands in: it is one decision all the same.
    """
    seen = list(decisions)
    before = {row.decision_id for row in decisions if not desk.safe.is_born(row.case_id)}
    if before:
        readable = Case.shredded_at.is_(None)
        rows = select(Proceeding).join(Case, Case.id == Proceeding.case_id).where(readable)
        seen += session.scalars(rows.where(Proceeding.decision_id.in_(sorted(before))))
    found: dict[UUID, tuple[Proceeding, date]] = {}
    for row in sorted(seen, key=lambda one: (one.revision, one.recorded_at)):
        _older, first = found.get(row.decision_id, (row, local_day(row.recorded_at)))
        found[row.decision_id] = row, min(first, local_day(row.recorded_at))
    return found


def _decision(base: Item, file: File, row: Proceeding, recorded: date) -> Found | None:
    """A decision in one case; nothing when it was written down in error or was cancelled."""
    if (row.making or Making()).void:
        return None
    person = row.person or Person()
    made = facts.varied(
        base,
        person=_person(file.report, person),
        decided_as=int.from_bytes(row.decision_id.bytes[8:]),
        party="organisation" if person.organisation else "person",
        relations=_relations(file, person),
    )
    if (sanction := row.sanction) is not None:
        if sanction.appeal is Appeal.CANCELLED:
            return None
        outcome = sanction.outcome or facts.UNKNOWN
        amount = max(sanction.amount or 0, 0) if outcome == "fine" else 0
        day = sanction.day or sanction.record_on or recorded
        kind, made = (
            Kind.SANCTION,
            facts.varied(made, day=day, outcome=outcome, amount=amount, act=sanction.act or facts.UNKNOWN),
        )
    elif (criminal := row.criminal) is not None:
        stands = OUTCOME[criminal.stage] if criminal.stage else facts.UNKNOWN
        kind, made = (
            Kind.CRIMINAL,
            facts.varied(
                made,
                day=criminal.day or recorded,
                proceedings=stands,
                offence=criminal.offence or facts.UNKNOWN,
            ),
        )
    else:
        return None
    return Found(kind, file.case.id, _item_id(file.case.id, "decision", str(row.decision_id)), made)


def _relations(file: File, person: Person) -> frozenset[str]:
    """What somebody of the report is to this child."""
    return frozenset(
        tie.relation
        for suspect in file.story.suspects
        if person.ref is not None and suspect.ref == person.ref
        for tie in suspect.relations
        if tie.child == file.case.child_ref
    )


def _care(base: Item, file: File, row: Placement) -> Found | None:
    """A child with a carer or in a facility, from the handing over to the end."""
    if row.given_on is None or row.state not in (State.GIVEN, State.ENDED):
        return None
    item = facts.varied(
        base,
        residence_unit=row.unit_id or base.residence_unit,
        day=row.given_on,
        gone=row.ended_on if row.state == State.ENDED else None,
        care_form=row.form,
    )
    return Found(Kind.CARE, file.case.id, _item_id(file.case.id, "care", str(row.id)), item)


def _goals(base: Item, file: File, reviews: Sequence[Review], plans: Sequence[Plan]) -> list[Found]:
    """The goals of each round's approved plan, as the review that ended the round found them; not answered is unknown."""
    ended: dict[int, Review] = {}
    for review in reviews:
        if review.concluded_at is not None and review.state != ReviewState.REFUSED:
            last = ended.get(review.round)
            ended[review.round] = review if last is None or last.number < review.number else last
    found = []
    for round_, review in ended.items():
        assert review.concluded_at is not None
        day = local_day(review.concluded_at)
        for key, outcome in goals_met(review, plans).items():
            item = facts.varied(base, day=day, rounds=round_, reached=outcome or facts.UNKNOWN)
            found.append(
                Found(Kind.GOAL, file.case.id, _item_id(file.case.id, "goal", str(round_), key), item)
            )
    return found


# ---- spells -------------------------------------------------------------------------------------------------------


def _spell(row: Circumstance, said: Spell, child: Child) -> list[Found]:
    gone = gone_on(said, child)
    if said.void or (gone is not None and gone <= said.since):
        return []
    card, detail = child.card or Card(), child.detail or Detail()
    item = Item(
        child=child.id,
        incident_unit=row.unit_id,
        residence_unit=row.unit_id,
        unit=row.unit_id,
        received=said.since,
        day=said.since,
        gone=gone,
        sex=card.sex or facts.UNKNOWN,
        ethnic_group=detail.ethnic_group or facts.UNKNOWN,
        disability=detail.disability or facts.UNKNOWN,
        group="at_risk" if said.kind is SpellKind.AT_RISK else circumstances.group_of(said),
    )
    found = [Found(Kind.SPELL, row.spell_id, _item_id(row.spell_id, "spell"), item)]
    lines = ((line.key, _support(item, line)) for line in said.supports)
    found += [
        Found(Kind.SPELL, row.spell_id, _item_id(row.spell_id, "support", key), line)
        for key, line in lines
        if line is not None
    ]
    return found


def _support(spell: Item, line: Support) -> Item | None:
    assert spell.day is not None
    first = max(line.since or spell.day, spell.day)
    ends = [day for day in (spell.gone, line.until + timedelta(days=1) if line.until else None) if day]
    gone = min(ends, default=None)
    return (
        None
        if gone is not None and gone <= first
        else facts.varied(spell, day=first, gone=gone, help=line.kind)
    )


def gone_on(said: Spell, child: Child) -> date | None:
    """The first day on which a child does not count by a spell any more: it is over, or the child is sixteen."""
    birth, told_on = (child.card or Card()).birth, local_day(child.recorded_at)
    ended = said.until + timedelta(days=1) if said.until else None
    first, last = said.since, said.since + timedelta(days=366 * (_ADULT + 1))

    def adult(day: date) -> bool:
        age = circumstances.age_on(birth, told_on, day)
        return age is not None and age >= _ADULT

    if adult(last):
        while first < last:
            middle = first + (last - first) // 2
            first, last = (first, middle) if adult(middle) else (middle + timedelta(days=1), last)
        ended = min(ended, first) if ended else first
    return ended


# ---- rows ---------------------------------------------------------------------------------------------------------


class _Rows:
    """The rows of some cases: those of a case that was born at this desk lie at hand, the others are asked for."""

    def __init__(self, desk: Desk, session: Session, files: Sequence[File], *, anew: bool) -> None:
        self._session, self._anew = session, anew
        self._born = {file.case.id for file in files if desk.safe.is_born(file.case.id)}
        self._at_hand: dict[type, list[Any]] = defaultdict(list)
        if self._born:
            for row in dict.fromkeys(desk.at_hand):
                self._at_hand[type(row)].append(row)

    def columns(
        self, files: Sequence[File], model: type[Any], names: Sequence[str]
    ) -> Mapping[UUID, list[Any]]:
        """Plain columns of the rows of some cases."""
        found, asked = self._here(files, model)
        if asked:
            columns = [model.case_id, *(getattr(model, name) for name in names)]
            for row in self._session.execute(select(*columns).where(model.case_id.in_(asked))):
                found[row.case_id].append(row)
        return found

    def whole(self, files: Sequence[File], model: type[Any]) -> Mapping[UUID, list[Any]]:
        """Whole rows of some cases, for their sealed parts; of decisions those that stand."""
        found, asked = self._here(files, model)
        if asked:
            statement = select(model).where(model.case_id.in_(asked))
            if model is Proceeding:
                statement = statement.where(Proceeding.replaced_at.is_(None))
            options = {"populate_existing": True} if self._anew else {}
            for row in self._session.scalars(statement, execution_options=options):
                found[row.case_id].append(row)
        return found

    def _here(self, files: Sequence[File], model: type[Any]) -> tuple[dict[UUID, list[Any]], list[UUID]]:
        found: dict[UUID, list[Any]] = defaultdict(list)
        born = self._born & {file.case.id for file in files}
        if born:
            for row in self._at_hand[model]:
                if row.case_id in born and getattr(row, "replaced_at", None) is None:
                    found[row.case_id].append(row)
        return found, [file.case.id for file in files if file.case.id not in born]


def _item_id(owner: UUID, *what: str) -> UUID:
    return UUID(bytes=sha256(b"\x1f".join((owner.bytes, *(part.encode() for part in what)))).digest()[:16])


def _person(report: Report, person: Person) -> int:
    """A mark of somebody inside of one report: by the mark there, else by the name as written."""
    name = f"{' '.join((person.name or '').casefold().split())}|{person.birth_year or ''}"
    said = f"ref|{person.ref}" if person.ref else f"name|{name}"
    return int.from_bytes(sha256(report.id.bytes + said.encode()).digest()[:8])
