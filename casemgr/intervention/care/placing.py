"""Writing the course of a placement: proposal, decision, handing over, what is written down, change and end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import spine
from casemgr.cases.deadlines import CARE_HANDOVER
from casemgr.cases.deciding import approver, explained, given, persons
from casemgr.cases.models import Case
from casemgr.cases.terms import Beside, Explained, Note, Stage, Step
from casemgr.core.calendar import at_local, local_day
from casemgr.core.errors import Conflict, NotFound
from casemgr.core.findings import Findings, blocks
from casemgr.core.words import _l
from casemgr.intervention.care import caring, queries, rules, schedule
from casemgr.intervention.care.models import CareDuty, CareEntry, Carer, Placement
from casemgr.intervention.care.terms import (
    FAMILY,
    UNDECIDED,
    CareForm,
    CarerState,
    Choice,
    Consent,
    Ending,
    EntryKind,
    Handing,
    Issue,
    Registration,
    Ruling,
    Said,
    State,
)

_NOON = time(12)
_BOTH = (Permission.CARE_DECIDE, Permission.CARE_WRITE)


@action("placement proposed", needs=Permission.CARE_WRITE)
def propose(
    desk: Desk,
    case: Case,
    *,
    form: CareForm,
    choice: Choice,
    urgent: bool,
    carer_id: UUID | None = None,
    explanations: Mapping[str, str] | None = None,
) -> Placement:
    """Propose whom the child is placed with. The carer is kept as known today."""
    carer = _carer(desk, carer_id) if form in FAMILY and carer_id is not None else None
    told = replace(choice, carer=carer.said or Registration()) if carer is not None else choice
    waiting = queries.proposal(desk, case)
    if waiting is not None and _same(waiting, form, told, urgent):
        return waiting
    old = queries.in_care(desk, case)
    facts = queries.choice_facts(
        desk, case, form=form, choice=told, urgent=urgent, carer_id=carer.id if carer else None
    )
    found = rules.findings_on_choice(facts)
    found.settle(explanations)
    row = Placement(
        id=desk.id(),
        case_id=case.id,
        child_id=case.child_id,
        carer_id=carer.id if carer is not None else None,
        unit_id=carer.unit_id if carer is not None else None,
        form=form,
        urgent=urgent,
        state=State.PROPOSED,
        replaces_id=old.id if old is not None else None,
        proposed_on=local_day(desk.now),
        proposed_by=desk.actor.account_id,
        proposed_at=desk.now,
    )
    desk.add(row)
    kept = replace(told, writers=persons(desk), explained=explained(desk, found, explanations))
    desk.seal(row, choice=kept)
    _line(desk, case, Step.NOTE, note=Note.of(Beside.CARE_PROPOSED))
    desk.flush()
    return row


@action("consent to a placement written down", needs=Permission.CARE_WRITE)
def record_consent(
    desk: Desk,
    case: Case,
    *,
    placement_id: UUID,
    consent: Consent | None = Consent.GIVEN,
    by: str | None = None,
    on: date | None = None,
    why: str | None = None,
) -> Placement:
    """The consent that was missing when the child was placed in haste, or the exception that holds instead."""
    row = queries.row(desk, case, placement_id)
    choice = row.choice or Choice()
    told = replace(choice, consent=consent, consent_by=by, consent_on=on, no_consent=why)
    if told == choice:
        return row
    facts = queries.choice_facts(
        desk, case, form=CareForm(row.form), choice=told, urgent=False, carer_id=row.carer_id
    )
    rules.findings_on_consent(facts, open_still=row.ruling is None and row.state in UNDECIDED).settle()
    desk.seal(row, choice=replace(told, writers=tuple(dict.fromkeys((*choice.writers, *persons(desk))))))
    _line(desk, case, Step.NOTE, note=Note.of(Beside.CARE_CONSENTED))
    desk.flush()
    return row


@action("proposed placement dropped", needs=_BOTH)
def drop(desk: Desk, case: Case, *, placement_id: UUID, why: str | None) -> Placement:
    """A proposal, or a decision that was not carried out, comes to nothing."""
    row = queries.row(desk, case, placement_id)
    if row.state == State.DROPPED:
        return row
    Findings(
        blocks(
            "state",
            _l("Only what has not begun can be dropped; care that has begun is ended."),
            when=row.state not in (State.PROPOSED, State.DECIDED),
        ),
        blocks("no-why", _l("Write why."), when=not why, field="drop_why"),
    ).settle()
    clock_runs = row.state == State.DECIDED
    row.state, row.ended_on, row.ended_by = State.DROPPED, local_day(desk.now), desk.actor.account_id
    desk.seal(row, ending=Ending(why=why))
    if clock_runs:
        spine.advance(desk, case, Step.END_CARE, note=Note(reason=why))
    else:
        _line(desk, case, Step.NOTE, note=Note(reason=why))
    _keep_duties(desk, case, row)
    return row


@action("alternative care decided", needs=_BOTH)
def decide(
    desk: Desk,
    case: Case,
    *,
    placement_id: UUID,
    version: int,
    issue: Issue,
    explanations: Mapping[str, str] | None = None,
) -> Placement:
    """The chair decides (Mẫu 12), or the decision of another authority is written down."""
    row = queries.row(desk, case, placement_id)
    stands = row.ruling
    if stands is not None and replace(issue, signed_by=None) == Issue(
        stands.authority, stands.number, row.decided_on
    ):
        return row
    _same_version(row, version)
    facts = decision_facts(desk, case, row, issue)
    found = rules.findings_on_deciding(facts)
    told = {**told_before((row.choice or Choice()).explained), **(explanations or {})}
    found.settle(told)
    assert issue.decided_on is not None
    kept = explained(desk, found, explanations)
    desk.seal(row, ruling=Ruling(issue.authority or "", issue.number or "", issue.signed_by, kept))
    row.decided_on, row.decided_by = issue.decided_on, desk.actor.account_id
    begun = row.state == State.GIVEN
    if not begun:
        row.state = State.DECIDED
    note = Note(reason=given(found, explanations), data={"form": row.form, "number": issue.number or ""})
    _tell_decision(desk, case, row, issue.decided_on, begun=begun, note=note)
    _keep_duties(desk, case, row)
    return row


def _tell_decision(desk: Desk, case: Case, row: Placement, day: date, *, begun: bool, note: Note) -> None:
    """The timeline is told; of a first placement the fifteen working days begin, counted from the decision."""
    at = _moment(desk, day)
    if begun:  # the child is there already: nothing is to be handed over any more
        _line(desk, case, Step.DECIDE_CARE, at=at, note=note)
        return
    if row.replaces_id is not None:
        spine.advance(desk, case, Step.CHANGE_CARE, at=at, note=note)
        return
    spine.advance(desk, case, Step.DECIDE_CARE, at=at, note=note)
    desk.flush()
    running = queries.handover_clock(desk, case)
    if running is not None and day < local_day(running.started_at):
        counted = schedule.handover(day)
        if counted.due_at is not None:
            spine.recount(desk, case, CARE_HANDOVER, started_at=counted.started_at, due_at=counted.due_at)


def decision_facts(desk: Desk, case: Case, row: Placement, issue: Issue) -> rules.DecisionFacts:
    """Everything the rules have to know before this decision is taken or written down."""
    choice = row.choice or Choice()
    facts = queries.choice_facts(
        desk, case, form=CareForm(row.form), choice=choice, urgent=row.urgent, carer_id=row.carer_id
    )
    here = issue.authority in rules.decided_here(facts.on) and row.carer_id is not None
    return rules.DecisionFacts(
        choice=facts,
        state=State(row.state) if row.ruling is None else State.DECIDED,
        writers=choice.writers,
        decider=approver(desk, choice.writers),
        in_house=here and desk.actor.may(Permission.CARE_DECIDE),
        issue=issue,
        own_unit=not here or _decides_here(desk, case, row),
    )


def _decides_here(desk: Desk, case: Case, row: Placement) -> bool:
    """Whether this desk is of the unit that decides: where the carer lives, else the one that answers for the case."""
    unit_id = row.unit_id if row.unit_id is not None else case.unit_id
    return desk.actor.units is None or unit_id in desk.actor.units


def told_before(kept: tuple[Explained, ...]) -> dict[str, str]:
    """What was explained when the proposal was written need not be explained again."""
    return {one.code: one.text for one in kept}


@action("child handed over to carers", needs=_BOTH)
def hand_over(
    desk: Desk,
    case: Case,
    *,
    placement_id: UUID,
    version: int,
    given_on: date | None,
    said: Handing,
    explanations: Mapping[str, str] | None = None,
) -> Placement:
    """The child goes to its carers; the care it leaves ends on the same day."""
    row = queries.row(desk, case, placement_id)
    if row.state == State.GIVEN and row.given_on == given_on:
        return row
    _same_version(row, version)
    found = caring.findings_on_handing(handing_facts(desk, case, row, given_on, said))
    found.settle(explanations)
    assert given_on is not None
    desk.seal(row, handing=replace(said, explained=explained(desk, found, explanations)))
    row.state, row.given_on, row.given_by = State.GIVEN, given_on, desk.actor.account_id
    note = Note(reason=given(found, explanations), data={"form": row.form})
    at = _moment(desk, given_on)
    if case.stage == Stage.CLOSED:
        _line(desk, case, Step.GIVE_INTO_CARE, at=at, note=note)
    else:
        spine.advance(desk, case, Step.GIVE_INTO_CARE, at=at, note=note)
    _leave_the_old(desk, case, row, given_on)
    _keep_duties(desk, case, row)
    return row


def _leave_the_old(desk: Desk, case: Case, row: Placement, day: date) -> None:
    if row.replaces_id is None:
        return
    old = queries.row(desk, case, row.replaces_id)
    if old.state != State.GIVEN:
        return
    choice = row.choice or Choice()
    number = row.ruling.number if row.ruling is not None else None
    ending = Ending(choice.change_reason, choice.why, child_says=choice.child_says, number=number)
    old.state, old.ended_on, old.ended_by = State.ENDED, day, desk.actor.account_id
    desk.seal(old, ending=ending)
    note = Note(data={"reason": choice.change_reason or ""})
    spine.advance(desk, case, Step.END_CARE, at=_moment(desk, day), note=note)
    _keep_duties(desk, case, old)


def handing_facts(
    desk: Desk, case: Case, row: Placement, given_on: date | None, said: Handing
) -> caring.HandingFacts:
    """Everything the rules have to know before the child is handed over."""
    carer = (row.choice or Choice()).carer
    hits = queries.known_against(desk, carer) if carer is not None else ()
    check = queries.last_check(desk, row.carer_id)
    return caring.HandingFacts(
        form=CareForm(row.form),
        urgent=row.urgent,
        state=State(row.state),
        given_on=given_on,
        today=local_day(desk.now),
        decided_on=row.decided_on,
        received_on=local_day(case.received_at),
        meetings=len(queries.done(desk, row).get(EntryKind.MEETING, ())),
        present=said.present,
        late=_is_late(row, given_on),
        hits=tuple(one.name for one in hits if rules.is_sure(one, check)),
    )


def _is_late(row: Placement, given_on: date | None) -> bool:
    if row.decided_on is None or given_on is None:
        return False
    due_at = schedule.handover(row.decided_on).due_at
    return due_at is not None and given_on > local_day(due_at)


@action("alternative care noted", needs=Permission.CARE_WRITE)
def write_entry(
    desk: Desk,
    case: Case,
    *,
    placement_id: UUID,
    kind: EntryKind,
    on: date | None,
    said: Said,
    form_id: UUID | None = None,
    explanations: Mapping[str, str] | None = None,
) -> CareEntry:
    """Write down a meeting, a visit, a report, or a step of the move from a facility; the next turn is worked out."""
    if form_id is not None:
        before = desk.first(select(CareEntry).where(CareEntry.form_id == form_id))
        if before is not None:
            return before
    row = queries.row(desk, case, placement_id)
    facts = caring.EntryFacts(
        kind=kind,
        said=said,
        on=on,
        today=local_day(desk.now),
        state=State(row.state),
        form=CareForm(row.form),
        given_on=row.given_on,
        proposed_on=row.proposed_on,
        done=queries.done(desk, row),
    )
    found = caring.findings_on_entry(facts)
    found.settle(explanations)
    assert on is not None
    entry = CareEntry(
        id=desk.id(),
        case_id=case.id,
        placement_id=row.id,
        kind=kind,
        happened_on=on,
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
        form_id=form_id,
    )
    desk.add(entry)
    desk.seal(entry, said=replace(said, explained=explained(desk, found, explanations)))
    at = _moment(desk, on)
    if kind is EntryKind.VISIT:
        spine.advance(desk, case, Step.VISIT_CARE, at=at)
    else:
        _line(desk, case, Step.NOTE, at=at, note=Note(data={"care_entry": kind}))
    desk.flush()
    _keep_duties(desk, case, row)
    return entry


@action("end of alternative care asked for", needs=Permission.CARE_WRITE)
def ask_end(
    desk: Desk,
    case: Case,
    *,
    placement_id: UUID,
    version: int,
    on: date | None,
    said: Ending,
    explanations: Mapping[str, str] | None = None,
) -> Placement:
    """Write down that an end is asked for (Mẫu 15); the chair decides."""
    row = queries.row(desk, case, placement_id)
    _same_version(row, version)
    facts = ending_facts(desk, case, row, on=on, said=said, deciding=False)
    found = caring.findings_on_ending(facts)
    found.settle(explanations)
    kept = explained(desk, found, explanations)
    desk.seal(row, ending=replace(said, number=None, writers=persons(desk), explained=kept))
    row.end_asked_on, row.end_asked_by = on, desk.actor.account_id
    _line(desk, case, Step.NOTE, note=Note.of(Beside.CARE_END_ASKED))
    desk.flush()
    return row


@action("alternative care ended", needs=Permission.CARE_DECIDE)
def end(
    desk: Desk,
    case: Case,
    *,
    placement_id: UUID,
    version: int,
    on: date | None,
    said: Ending,
    explanations: Mapping[str, str] | None = None,
) -> Placement:
    """The chair ends the care (Mẫu 16)."""
    row = queries.row(desk, case, placement_id)
    if row.state == State.ENDED and row.ended_on == on:
        return row
    _same_version(row, version)
    found = caring.findings_on_ending(ending_facts(desk, case, row, on=on, said=said, deciding=True))
    asked = row.ending or Ending()
    found.settle({**told_before(asked.explained), **(explanations or {})})
    kept = asked.explained + explained(desk, found, explanations)
    told = replace(said, writers=asked.writers, explained=kept)
    _close(desk, case, row, on, told, given(found, explanations))
    return row


@action("child taken out of care at once", needs=_BOTH)
def remove_now(
    desk: Desk, case: Case, *, placement_id: UUID, version: int, on: date | None, said: Ending
) -> Placement:
    """Harm was found: the child leaves first, papers follow. Nobody else is placed with these carers."""
    row = queries.row(desk, case, placement_id)
    if row.state == State.ENDED:
        return row
    _same_version(row, version)
    told = replace(said, removed=True)
    found = caring.findings_on_ending(ending_facts(desk, case, row, on=on, said=told, deciding=False))
    found.settle()
    _close(desk, case, row, on, told, None)
    carer = desk.first(select(Carer).where(Carer.id == row.carer_id)) if row.carer_id is not None else None
    if carer is not None and carer.state == CarerState.REGISTERED:
        carer.state = CarerState.STOPPED
    return row


@action("removal confirmed by decision", needs=Permission.CARE_DECIDE)
def confirm_removal(desk: Desk, case: Case, *, placement_id: UUID, number: str | None) -> Placement:
    """The decision (Mẫu 16) that follows when a child was taken out at once."""
    row = queries.row(desk, case, placement_id)
    ending = row.ending
    if ending is None or not ending.removed or row.state != State.ENDED:
        raise NotFound
    if ending.number == number and number:
        return row
    Findings(
        blocks("no-number", _l("Write the number of the decision."), when=not number, field="number"),
        blocks("numbered", _l("The decision was written down already."), when=bool(ending.number)),
    ).settle()
    desk.seal(row, ending=replace(ending, number=number))
    _line(desk, case, Step.END_CARE, note=Note(data={"number": number or ""}))
    desk.flush()
    return row


def ending_facts(
    desk: Desk, case: Case, row: Placement, *, on: date | None, said: Ending, deciding: bool
) -> caring.EndingFacts:
    """Everything the rules have to know before care ends."""
    by = (str(row.end_asked_by),) if row.end_asked_by is not None else ()
    askers = (*by, *(row.ending.writers if row.ending is not None else ()))
    return caring.EndingFacts(
        state=State(row.state) if row.given_on is not None else State.PROPOSED,
        said=said,
        birth=queries.birth(desk, case),
        on=on,
        today=local_day(desk.now),
        given_on=row.given_on,
        deciding=deciding,
        askers=askers,
        decider=approver(desk, askers),
        own_unit=_decides_here(desk, case, row),
    )


def _close(desk: Desk, case: Case, row: Placement, on: date | None, said: Ending, reason: str | None) -> None:
    assert on is not None
    desk.seal(row, ending=said)
    row.state, row.ended_on, row.ended_by = State.ENDED, on, desk.actor.account_id
    data = {"reason": said.reason or "", **({"number": said.number} if said.number else {})}
    note = Note(reason=reason, data=data)
    spine.advance(desk, case, Step.END_CARE, at=_moment(desk, on), note=note)
    _keep_duties(desk, case, row)


def _keep_duties(desk: Desk, case: Case, row: Placement) -> None:
    """What falls due now is written down once; what is done, or over, stops."""
    desk.flush()
    wanted = {(one.track, one.turn): one for one in schedule.open_duties(queries.course(desk, row))}
    for kept in desk.all(select(CareDuty).where(CareDuty.placement_id == row.id)):
        if wanted.pop((schedule.Track(kept.track), kept.turn), None) is None and kept.stopped_at is None:
            kept.stopped_at = desk.now
    for one in wanted.values():
        desk.add(
            CareDuty(
                id=desk.id(),
                case_id=case.id,
                placement_id=row.id,
                track=one.track,
                turn=one.turn,
                clock=one.clock,
                started_at=one.started_at,
                due_at=one.due_at,
            )
        )
    desk.flush()


def _line(
    desk: Desk,
    case: Case,
    step: Step,
    *,
    at: datetime | None = None,
    note: Note | None = None,
) -> None:
    """A line on the timeline that moves nothing and starts no clock."""
    spine.write_line(desk, case, step, at=at, note=note)
    case.moved_at = desk.now
    desk.touch(case.id)


def _moment(desk: Desk, day: date) -> datetime:
    """The instant that stands for a day: noon, or now if it is today."""
    return min(at_local(day, _NOON), desk.now) if day < local_day(desk.now) else desk.now


def _carer(desk: Desk, carer_id: UUID) -> Carer:
    return desk.get(Carer, carer_id)


def _same(row: Placement, form: CareForm, choice: Choice, urgent: bool) -> bool:
    """Whether a page that was sent twice says what already stands."""
    kept = replace(row.choice or Choice(), writers=(), explained=())
    return row.form == form and row.urgent == urgent and kept == replace(choice, writers=(), explained=())


def _same_version(row: Placement, version: int) -> None:
    if row.version != version:
        raise Conflict
