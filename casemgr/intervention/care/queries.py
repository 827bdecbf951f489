"""Reading alternative care: the register, what is known of a child, the course of each placement, what falls due."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from casemgr.access.desk import Desk
from casemgr.access.questions import Question
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import CARE_HANDOVER
from casemgr.cases.models import Case, CaseClock
from casemgr.cases.terms import Stage, Step
from casemgr.children import queries as children
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Card, Precision
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.core.periods import Period
from casemgr.core.text import fold
from casemgr.intervention.care import ages, rules
from casemgr.intervention.care.models import (
    CareDuty,
    CareEntry,
    CareProfile,
    Carer,
    CarerCheck,
    Placement,
)
from casemgr.intervention.care.schedule import Course, transition_comes_up
from casemgr.intervention.care.terms import (
    OPEN,
    Answer,
    CareForm,
    CarerFile,
    CarerKind,
    CarerState,
    Certainty,
    Check,
    CheckFile,
    Choice,
    EntryFile,
    EntryKind,
    Hit,
    Person,
    PlacementFile,
    Profile,
    ProfileFile,
    QuarterList,
    QuarterRow,
    Registration,
    Said,
    State,
)
from casemgr.proceedings import queries as proceedings

MOST = 500
_SEPARATION = (Step.SEPARATE, Step.LIFT_SEPARATION, Step.END_SEPARATION)
_TALKED = select(CareEntry.id).where(
    CareEntry.placement_id == Placement.id, CareEntry.kind == EntryKind.TRANSITION
)
_IN_CARE_NOT_TALKED_TO: Question[Any] = Question(
    lambda sight: (
        select(Case.number, Case.received_at, Child.id, Child._card)
        .join(Placement, Placement.case_id == Case.id)
        .join(Child, Child.id == Placement.child_id)
        .where(
            Placement.state == State.GIVEN,
            ~_TALKED.exists(),
            Case.rehearsal.is_(False),
            sight.covers(Case.unit_id),
        )
    )
)


# --- the register -----------------------------------------------------------------------------------------------


def carer(desk: Desk, carer_id: UUID) -> Carer:
    """One registration in scope; the reading is noted."""
    found = desk.get(Carer, carer_id)
    desk.opened("carer opened", carer_id, ("said",))
    return found


def register(desk: Desk, *, ended: bool = False) -> Sequence[CarerFile]:
    """The register of the units in scope, the newest first."""
    statement = select(Carer).order_by(Carer.registered_on.desc(), Carer.id.desc()).limit(MOST)
    if not ended:
        statement = statement.where(Carer.state != CarerState.ENDED)
    return _carer_files(desk, desk.all(statement))


def child_was_taken_out(desk: Desk, of: Person) -> bool:
    """Whether a child was taken out of the family of somebody of this name, on a register in scope."""
    stopped = desk.all(select(Carer).where(Carer.state == CarerState.STOPPED))
    return any(_may_be_one(of, (row.said or Registration()).person) for row in stopped)


def _may_be_one(one: Person, other: Person) -> bool:
    """The same name, and no years of birth that speak against it."""
    years = {known.year for known in (one.birth.date, other.birth.date) if known is not None}
    return fold(one.name) == fold(other.name) and len(years) < 2


def carer_file(desk: Desk, of: Carer) -> CarerFile:
    """A registration with the check that stands, as frozen values."""
    return _carer_files(desk, [of])[0]


def checks(desk: Desk, of: Carer) -> Sequence[CheckFile]:
    """Every check of a carer's conditions, the newest first."""
    return _check_files(desk, [of.id]).get(of.id, ())


def last_check(desk: Desk, carer_id: UUID | None) -> Check | None:
    """The check of a carer's conditions that stands."""
    found = _check_files(desk, [carer_id]).get(carer_id, ()) if carer_id is not None else ()
    return found[0].said if found else None


def _check_files(desk: Desk, carer_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[CheckFile]]:
    rows = desk.all(
        select(CarerCheck)
        .where(CarerCheck.carer_id.in_(carer_ids))
        .order_by(CarerCheck.checked_on.desc(), CarerCheck.recorded_at.desc(), CarerCheck.id.desc())
    )
    names = cases.names(desk, [row.recorded_by for row in rows])
    found: dict[UUID, list[CheckFile]] = defaultdict(list)
    for row in rows:
        by = _name(names, row.recorded_by)
        found[row.carer_id].append(CheckFile(row.id, row.checked_on, by, row.said or Check()))
    return found


def _carer_files(desk: Desk, rows: Sequence[Carer]) -> Sequence[CarerFile]:
    if not rows:
        return ()
    desk.safe.fetch_keys(row.id for row in rows)
    checked = _check_files(desk, [row.id for row in rows])
    return [
        CarerFile(
            id=row.id,
            unit_id=row.unit_id,
            kind=CarerKind(row.kind),
            state=CarerState(row.state),
            registered_on=row.registered_on,
            ended_on=row.ended_on,
            version=row.version,
            said=row.said or Registration(),
            check=next(iter(checked.get(row.id, ())), None),
            why_ended=row.stopping.why if row.stopping is not None else None,
        )
        for row in rows
    ]


def quarter_list(desk: Desk, unit_id: int, quarter: str) -> QuarterList:
    """The register of a unit over a quarter such as 2026-Q4 (Mẫu 09): whoever stood on it on any of its days."""
    try:
        period = Period.parse(quarter)
    except ValueError:
        raise NotFound from None
    if desk.actor.units is not None and unit_id not in desk.actor.units:
        raise NotFound
    rows = desk.all(
        select(Carer)
        .where(
            Carer.unit_id == unit_id,
            Carer.registered_on <= period.last,
            or_(Carer.ended_on.is_(None), Carer.ended_on >= period.first),
        )
        .order_by(Carer.registered_on, Carer.id)
    )
    placed = desk.rows(
        select(Placement.carer_id)
        .join(Case, Case.id == Placement.case_id)
        .where(
            Case.rehearsal.is_(False),
            Placement.carer_id.in_([row.id for row in rows]),
            Placement.given_on <= period.last,
            or_(Placement.ended_on.is_(None), Placement.ended_on > period.last),
        )
    )
    counts: dict[UUID, int] = defaultdict(int)
    for (carer_id,) in placed:
        counts[carer_id] += 1
    desk.read("carers listed", count=len(rows))
    return QuarterList(
        unit_id,
        quarter,
        period.first,
        period.last,
        tuple(
            QuarterRow(
                one,
                new=period.first <= one.registered_on,
                ended=one.ended_on is not None and one.ended_on <= period.last,
                children=counts[one.id],
            )
            for one in _carer_files(desk, rows)
        ),
    )


# --- the child and its placements -------------------------------------------------------------------------------


def birth(desk: Desk, case: Case) -> Birth:
    """When the child was born, as far as it is known."""
    card = children.child(desk, case.child_id).card or Card()
    return ages.since_told(card.birth, local_day(case.received_at))


def profile(desk: Desk, case: Case) -> ProfileFile | None:
    """The child's profile that stands (Mẫu 10)."""
    row = desk.first(
        select(CareProfile).where(CareProfile.case_id == case.id).order_by(CareProfile.revision.desc())
    )
    if row is None:
        return None
    by = _name(cases.names(desk, [row.recorded_by]), row.recorded_by)
    return ProfileFile(row.id, row.revision, local_day(row.recorded_at), by, row.said or Profile())


def placements(desk: Desk, case: Case) -> Sequence[Placement]:
    """Every placement of a case, the newest first."""
    return desk.all(
        select(Placement)
        .where(Placement.case_id == case.id)
        .order_by(Placement.proposed_at.desc(), Placement.id.desc())
    )


def open_placements(desk: Desk, case: Case) -> Sequence[Placement]:
    """Placements that were decided or begun and have not ended: what a closing rule has to know."""
    return [row for row in placements(desk, case) if row.state in OPEN]


def proposal(desk: Desk, case: Case) -> Placement | None:
    """What waits for a decision, or for the handing over."""
    waiting = (State.PROPOSED, State.DECIDED)
    return next((row for row in placements(desk, case) if row.state in waiting), None)


def in_care(desk: Desk, case: Case) -> Placement | None:
    """The placement in which the child is now."""
    return next((row for row in placements(desk, case) if row.state == State.GIVEN), None)


def row(desk: Desk, case: Case, placement_id: UUID | None) -> Placement:
    """One placement of this case, for actions."""
    return desk.one(select(Placement).where(Placement.id == placement_id, Placement.case_id == case.id))


def placement(desk: Desk, case: Case, placement_id: UUID) -> PlacementFile:
    """One placement of a case with all that was written about it, as frozen values."""
    return _placement_files(desk, [row(desk, case, placement_id)])[0]


def placements_of_case(desk: Desk, case: Case) -> Sequence[PlacementFile]:
    """Every placement of a case as frozen values, the newest first."""
    return _placement_files(desk, placements(desk, case))


def placements_of_child(desk: Desk, child_id: int) -> Sequence[PlacementFile]:
    """Every placement of a child in all its cases that the reader may see, the newest first."""
    rows = desk.all(
        select(Placement)
        .where(Placement.child_id == child_id)
        .order_by(Placement.proposed_at.desc(), Placement.id.desc())
    )
    return _placement_files(desk, rows)


def entries(desk: Desk, of: Placement) -> Sequence[CareEntry]:
    """What was written down about a placement, in the order in which it happened."""
    return desk.all(
        select(CareEntry)
        .where(CareEntry.placement_id == of.id)
        .order_by(CareEntry.happened_on, CareEntry.recorded_at, CareEntry.id)
    )


def done(desk: Desk, of: Placement) -> Mapping[EntryKind, Sequence[date]]:
    """The days on which each kind of thing was done."""
    found: dict[EntryKind, list[date]] = defaultdict(list)
    for entry in entries(desk, of):
        found[EntryKind(entry.kind)].append(entry.happened_on)
    return found


def course(desk: Desk, of: Placement) -> Course:
    """What the schedule must know of a placement."""
    return Course(
        form=CareForm(of.form),
        urgent=of.urgent,
        replaces=of.replaces_id is not None,
        decided_on=of.decided_on,
        given_on=of.given_on,
        over=of.state in (State.ENDED, State.DROPPED),
        done=done(desk, of),
    )


def _placement_files(desk: Desk, rows: Sequence[Placement]) -> Sequence[PlacementFile]:
    if not rows:
        return ()
    written = desk.all(
        select(CareEntry)
        .where(CareEntry.placement_id.in_([row.id for row in rows]))
        .order_by(CareEntry.happened_on, CareEntry.recorded_at, CareEntry.id)
    )
    people = [who for row in rows for who in (row.proposed_by, row.decided_by, row.ended_by)]
    names = cases.names(desk, [*people, *(one.recorded_by for one in written)])
    by_placement: dict[UUID, list[EntryFile]] = defaultdict(list)
    for one in written:
        said = EntryFile(
            one.id, EntryKind(one.kind), one.happened_on, _name(names, one.recorded_by), one.said or Said()
        )
        by_placement[one.placement_id].append(said)
    return [_placement_file(row, names, by_placement[row.id]) for row in rows]


def _placement_file(of: Placement, names: Mapping[UUID, str], written: Sequence[EntryFile]) -> PlacementFile:
    return PlacementFile(
        id=of.id,
        case_id=of.case_id,
        child_id=of.child_id,
        carer_id=of.carer_id,
        unit_id=of.unit_id,
        form=CareForm(of.form),
        urgent=of.urgent,
        state=State(of.state),
        replaces_id=of.replaces_id,
        proposed_on=of.proposed_on,
        proposed_by=_name(names, of.proposed_by),
        decided_on=of.decided_on,
        decided_by=_name(names, of.decided_by),
        given_on=of.given_on,
        end_asked_on=of.end_asked_on,
        ended_on=of.ended_on,
        version=of.version,
        choice=of.choice or Choice(),
        ruling=of.ruling,
        handing=of.handing,
        ending=of.ending,
        entries=tuple(written),
        ended_by=_name(names, of.ended_by),
    )


def _name(names: Mapping[UUID, str], account: UUID | None) -> str:
    return names.get(account, "") if account is not None else ""


# --- what the rules must know -----------------------------------------------------------------------------------


def known_against(desk: Desk, said: Registration) -> tuple[Hit, ...]:
    """Whom of a household the records of sanctions and prosecutions know, in any commune, the surest first."""
    person = said.person
    born = person.birth.date
    year = born.year if born is not None and person.birth.precision is not Precision.ESTIMATED else None
    people = [
        (person.name, year, person.identity),
        *((one.name, one.birth_year, None) for one in said.household),
    ]
    found = [
        Hit(name, Certainty(known.certainty), known.unit_id)
        for name, born_in, identity in people
        if name
        for known in proceedings.known_against(desk, name=name, birth_year=born_in, identity=identity)
    ]
    return tuple(sorted(set(found), key=lambda one: (list(Certainty).index(one.certainty), one.name)))


def choice_facts(
    desk: Desk, case: Case, *, form: CareForm, choice: Choice, urgent: bool, carer_id: UUID | None
) -> rules.ChoiceFacts:
    """Everything the rules have to know before a child is placed with somebody."""
    stands = desk.first(select(Carer).where(Carer.id == carer_id)) if carer_id is not None else None
    hits = known_against(desk, choice.carer) if choice.carer is not None else ()
    brothers = cases.siblings(desk, case)
    elsewhere = desk.all(
        select(Placement.carer_id).where(
            Placement.case_id.in_([one.case.id for one in brothers]), Placement.state.in_(OPEN)
        )
    )
    waiting = proposal(desk, case)
    return rules.ChoiceFacts(
        form=form,
        choice=choice,
        urgent=urgent,
        child=birth(desk, case),
        on=local_day(desk.now),
        profile=profile(desk, case) is not None,
        separated=is_separated(desk, case),
        registered=stands is not None,
        carer_state=CarerState(stands.state) if stands is not None else None,
        check=last_check(desk, carer_id),
        hits=hits,
        siblings=len(brothers),
        siblings_elsewhere=any(one != carer_id for one in elsewhere),
        open_placement=in_care(desk, case) is not None,
        proposed=waiting is not None,
        closed=case.stage == Stage.CLOSED,
    )


def is_separated(desk: Desk, case: Case) -> bool:
    """Whether a separation from the carers was decided and has not ended."""
    steps = [line.step for line in cases.timeline(desk, case) if line.step in _SEPARATION]
    return bool(steps) and steps[0] == Step.SEPARATE


def handover_clock(desk: Desk, case: Case) -> CaseClock | None:
    """The fifteen working days of a first placement, while they run."""
    running = [one for one in cases.clocks(desk, case) if one.stopped_at is None]
    return next((one for one in running if one.clock == CARE_HANDOVER), None)


# --- what falls due ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """Something that falls due for a child in care, with what a list shows of the child."""

    case: Case
    card: Card
    placement: Placement
    duty: Any  # CareDuty, CaseClock, or None: the child turns sixteen
    track: str


def duties(desk: Desk, case: Case) -> Sequence[CareDuty]:
    """What is to be done for the placements of a case, what runs out first on top."""
    return desk.all(
        select(CareDuty)
        .where(CareDuty.case_id == case.id, CareDuty.stopped_at.is_(None))
        .order_by(CareDuty.due_at, CareDuty.track)
    )


def under_way(desk: Desk) -> Sequence[tuple[Placement, Case, Card]]:
    """Every placement in scope that waits or runs, with its case and child."""
    found = desk.rows(
        select(Placement, Case, Child)
        .join(Case, Case.id == Placement.case_id)
        .join(Child, Child.id == Placement.child_id)
        .where(Placement.state.in_((State.PROPOSED, *OPEN)), Case.rehearsal.is_(False))
        .order_by(Placement.proposed_at.desc(), Placement.id.desc())
        .limit(MOST)
    )
    desk.safe.fetch_keys(child.id for _, _, child in found)
    desk.safe.fetch_keys(case.id for _, case, _ in found)
    return [(place, case, child.card or Card()) for place, case, child in found]


def in_facilities(desk: Desk, unit_id: int) -> Sequence[tuple[Placement, Card]]:
    """The children whom a unit has placed in a facility and who are still there, all of them: for the list (Mẫu 14)."""
    rows = desk.rows(
        select(Placement, Child)
        .join(Case, Case.id == Placement.case_id)
        .join(Child, Child.id == Placement.child_id)
        .where(
            Placement.state == State.GIVEN,
            Placement.form == CareForm.FACILITY,
            Case.unit_id == unit_id,
            Case.rehearsal.is_(False),
        )
        .order_by(Placement.given_on, Placement.id)
    )
    desk.safe.fetch_keys(child.id for _place, child in rows)
    desk.safe.fetch_keys(place.case_id for place, _child in rows)
    return [(place, child.card or Card()) for place, child in rows]


def points_to_harm(desk: Desk, rows: Sequence[tuple[Placement, Case, Card]]) -> frozenset[UUID]:
    """The placements whose last visit or report saw something that points to harm."""
    now_in = [place.id for place, _case, _card in rows if place.state == State.GIVEN]
    told = desk.all(
        select(CareEntry)
        .where(
            CareEntry.placement_id.in_(now_in),
            CareEntry.kind.in_((EntryKind.VISIT, EntryKind.CARER_REPORT)),
        )
        .order_by(CareEntry.happened_on, CareEntry.recorded_at, CareEntry.id)
    )
    last = {one.placement_id: one.said for one in told}
    return frozenset(key for key, said in last.items() if said is not None and said.danger is Answer.YES)


def due(desk: Desk, rows: Sequence[tuple[Placement, Case, Card]]) -> Sequence[Due]:
    """What falls due for these placements, what runs out first on top; whoever turns sixteen soon comes last."""
    by_id = {place.id: (place, case, card) for place, case, card in rows}
    if not by_id:
        return ()
    case_ids = {case.id for _, case, _ in by_id.values()}
    own = desk.all(select(CareDuty).where(CareDuty.placement_id.in_(by_id), CareDuty.stopped_at.is_(None)))
    first = desk.all(
        select(CaseClock).where(
            CaseClock.case_id.in_(case_ids), CaseClock.clock == CARE_HANDOVER, CaseClock.stopped_at.is_(None)
        )
    )
    found = [_due(by_id[one.placement_id], one, one.track) for one in own]
    for clock in first:
        waiting = [
            one for one in by_id.values() if one[1].id == clock.case_id and one[0].state == State.DECIDED
        ]
        found += [_due(one, clock, "handover") for one in waiting[:1]]
    found.sort(key=lambda one: (one.duty.due_at is None, one.duty.due_at, one.track))
    for one in by_id.values():
        place, case, card = one
        of = ages.since_told(card.birth, local_day(case.received_at))
        if place.state == State.GIVEN and turns_sixteen(desk, of) and not _talked(desk, place):
            found.append(_due(one, None, "transition"))
    return found


def turning_sixteen(desk: Desk) -> Sequence[tuple[str, Birth]]:
    """Children in care of one's own unit who turn sixteen soon and with whom nobody has talked about it yet, the oldest
    first."""
    rows = desk.rows(_IN_CARE_NOT_TALKED_TO)
    desk.safe.fetch_keys(child for _number, _at, child, _sealed in rows)
    births = []
    for number, received_at, child, sealed in rows:
        card = desk.safe.open_of(Child.card, Child, child, sealed) or Card()
        births.append((number, ages.since_told(card.birth, local_day(received_at))))
    near = [one for one in births if turns_sixteen(desk, one[1])]
    return sorted(near, key=lambda one: (one[1].date or date.max, one[0]))


def turns_sixteen(desk: Desk, of: Birth) -> bool:
    """Whether the sixteenth birthday is near or past."""
    span = ages.span(of)
    return span is not None and transition_comes_up(span[0], local_day(desk.now))


def _talked(desk: Desk, place: Placement) -> bool:
    return bool(done(desk, place).get(EntryKind.TRANSITION))


def _due(of: tuple[Placement, Case, Card], duty: Any, track: str) -> Due:
    place, case, card = of
    return Due(case, card, place, duty, track)
