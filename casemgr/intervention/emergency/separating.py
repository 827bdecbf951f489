"""Writing the course of a separation: draft, decision, extension, lifting, assessment, court."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries as accounts
from casemgr.cases import spine
from casemgr.cases.deadlines import SEPARATION
from casemgr.cases.deciding import approver, explained, given, who
from casemgr.cases.models import Case
from casemgr.cases.terms import Beside, Note, Stage, Step
from casemgr.core.calendar import day_end, local_day
from casemgr.core.errors import Conflict, Invalid, NotFound
from casemgr.core.findings import Findings
from casemgr.core.text import clean, clean_lines
from casemgr.core.words import _
from casemgr.intervention.emergency import queries, rules
from casemgr.intervention.emergency.models import Separation, SeparationTurn
from casemgr.intervention.emergency.terms import (
    WRITTEN,
    Conclusion,
    Proposal,
    Said,
    SeparationState,
    Signing,
    Stay,
    Turn,
)
from casemgr.law.vocabulary import vocabulary

State = SeparationState
Told = Mapping[str, str] | None
_NUMBER, _REASON = 60, 2000


@action("separation saved", needs=Permission.SEPARATION_DRAFT)
def save(desk: Desk, case: Case, *, proposal: Proposal, place: str | None, version: int) -> Separation:
    """Keep what is written so far. Version 0 begins a draft; an empty place keeps the one that is stored."""
    row = _write(desk, case, proposal, place, version)
    desk.flush()
    return row


@action("separation handed in", needs=Permission.SEPARATION_DRAFT)
def hand_in(
    desk: Desk,
    case: Case,
    *,
    proposal: Proposal,
    place: str | None,
    version: int,
    explanations: Told = None,
) -> Separation:
    """Put the draft before the chair: nobody writes in this version any more."""
    row = _write(desk, case, proposal, place, version)
    found = rules.findings_on_draft(draft_facts(desk, case, row))
    found.settle(explanations)
    row.state, row.handed_in_at, row.handed_in_by = State.HANDED_IN, desk.now, desk.actor.account_id
    desk.seal(row, signing=Signing(explained=explained(desk, found, explanations)))
    note = Note.of(Beside.SEPARATION_HANDED_IN, reason=given(found, explanations))
    spine.advance(desk, case, Step.NOTE, note=note)
    desk.flush()
    return row


@action("separation decided", needs=Permission.SEPARATION_DECIDE)
def decide(
    desk: Desk,
    case: Case,
    *,
    version: int,
    number: str | None,
    signed_at: datetime | None,
    explanations: Told = None,
) -> Separation:
    """Sign the decision: the separation holds from its start, its clock runs. The drafter never decides."""
    row = _waiting(desk, case)
    number = clean(number or "", _NUMBER) or None
    if _signed_before(desk, row, number, signed_at):
        return row
    _same_version(row, version)
    facts = signing_facts(desk, case, row, number=number, signed_at=signed_at)
    found = rules.findings_before_deciding(facts)
    before = (row.signing or Signing()).explained
    found.settle({**{one.code: one.text for one in before}, **(explanations or {})})
    said, receipts = row.proposal or Proposal(), facts.receipts
    if said.starts_at is None or said.days is None or signed_at is None:
        raise NotFound
    signing = Signing(
        number=number,
        signed_at=signed_at,
        received_at=receipts.original,
        commune_at=receipts.commune,
        due_at=receipts.due_at,
        explained=(*before, *explained(desk, found, explanations)),
    )
    desk.seal(row, signing=signing)
    row.state, row.decided_at, row.decided_by = State.RUNNING, desk.now, desk.actor.account_id
    row.starts_at, row.last_day = said.starts_at, rules.last_day(said.starts_at, said.days)
    note = Note(reason=given(found, explanations), data={"number": number or ""})
    spine.advance(desk, case, Step.SEPARATE, at=signed_at, note=note)
    _count(desk, case, row)
    desk.flush()
    return row


@action("separation given back", needs=Permission.SEPARATION_DECIDE)
def give_back(desk: Desk, case: Case, *, version: int, reason: str | None) -> Separation:
    """Give the draft back with what should be put right."""
    row, why = _waiting(desk, case), clean_lines(reason or "", _REASON) or None
    if row.state == State.RETURNED and row.signing is not None and row.signing.reason == why:
        return row
    _same_version(row, version)
    rules.findings_before_giving_back(State(row.state), why, own_unit=in_charge(desk, case)).settle()
    desk.seal(row, signing=replace(row.signing or Signing(), reason=why))
    row.state, row.decided_at, row.decided_by = State.RETURNED, desk.now, desk.actor.account_id
    spine.advance(desk, case, Step.NOTE, note=Note.of(Beside.SEPARATION_RETURNED, reason=why))
    desk.flush()
    return row


@action("separation extended", needs=Permission.SEPARATION_DECIDE)
def extend(desk: Desk, case: Case, *, said: Said, explanations: Told = None) -> Separation:
    """Let it last longer: within the law's longest time in all, or as a competent authority asks."""
    row = _decided(desk, case)
    if _said_before(desk, case, row, Turn.EXTENSION, said):
        return row
    found = rules.findings_before_extending(run_facts(desk, case, row), said)
    found.settle(explanations)
    if row.last_day is None:
        raise NotFound
    row.last_day += timedelta(days=said.days or 0)
    _happened(desk, case, row, Turn.EXTENSION, replace(said, last_day=row.last_day), found, explanations)
    note = Note(reason=said.reason, data={"number": said.number or ""})
    spine.advance(desk, case, Step.EXTEND_SEPARATION, note=note)
    _count(desk, case, row)
    desk.flush()
    return row


@action("separation lifted", needs=Permission.SEPARATION_DECIDE)
def lift(desk: Desk, case: Case, *, said: Said, explanations: Told = None) -> Separation:
    """End it before its time, because the parents or carers keep the child safe."""
    row = _decided(desk, case)
    if _said_before(desk, case, row, Turn.LIFTING, said):
        return row
    found = rules.findings_before_lifting(run_facts(desk, case, row), said, queries.safety(desk, case))
    found.settle(explanations)
    _happened(desk, case, row, Turn.LIFTING, said, found, explanations)
    _end(desk, row, State.LIFTED)
    reason = "\n".join(text for text in (said.reason, given(found, explanations)) if text)
    note = Note(reason=reason, data={"number": said.number or ""})
    spine.advance(desk, case, Step.LIFT_SEPARATION, note=note)
    desk.flush()
    return row


@action("separation assessed", needs=Permission.SEPARATION_DRAFT)
def assess(desk: Desk, case: Case, *, said: Said, explanations: Told = None) -> Separation:
    """Assess the child when the time is over: home again, or the court decides what follows."""
    row = _decided(desk, case)
    if _said_before(desk, case, row, Turn.ASSESSMENT, said):
        return row
    found = rules.findings_before_assessing(run_facts(desk, case, row), said)
    found.settle(explanations)
    _happened(desk, case, row, Turn.ASSESSMENT, said, found, explanations)
    if said.conclusion is Conclusion.HOME:
        _end(desk, row, State.ENDED)
    else:
        row.state = State.AT_COURT
    at = min(desk.now, day_end(said.on)) if said.on is not None else None
    spine.advance(desk, case, Step.END_SEPARATION, at=at, note=Note(reason=said.reason))
    desk.flush()
    return row


@action("court asked", needs=Permission.SEPARATION_DECIDE)
def ask_court(desk: Desk, case: Case, *, said: Said, explanations: Told = None) -> Separation:
    """Ask the court: which one is read as of the day of the request."""
    row = _decided(desk, case)
    court = vocabulary("courts").get("first_instance", said.on)
    told = replace(said, court=court.code if court is not None else None)
    if _said_before(desk, case, row, Turn.COURT_REQUEST, told):
        return row
    found = rules.findings_before_asking_court(run_facts(desk, case, row), told)
    found.settle(explanations)
    _happened(desk, case, row, Turn.COURT_REQUEST, told, found, explanations)
    note = Note(reason=given(found, explanations), data={"number": told.number or ""})
    spine.advance(desk, case, Step.ASK_COURT, note=note)
    desk.flush()
    return row


@action("court outcome recorded", needs=(Permission.SEPARATION_DRAFT, Permission.SEPARATION_DECIDE))
def record_outcome(desk: Desk, case: Case, *, said: Said) -> Separation:
    """Write down what the court decided; the separation ends if nothing of it is left to decide."""
    row = _decided(desk, case)
    if _said_before(desk, case, row, Turn.COURT_OUTCOME, said):
        return row
    rules.findings_on_outcome(run_facts(desk, case, row), said).settle()
    if said.outcome is None:
        raise NotFound
    _happened(desk, case, row, Turn.COURT_OUTCOME, said, Findings(), None)
    ends, was = rules.ends_with(State(row.state), said.outcome), row.state
    if ends:
        _end(desk, row, State.ENDED)
    note = Note.of(Beside.COURT_DECIDED, reason=said.decided, number=said.number or "")
    spine.advance(desk, case, Step.END_SEPARATION if was == State.RUNNING and ends else Step.NOTE, note=note)
    desk.flush()
    return row


@action("place of stay opened", needs=(Permission.HIDDEN_PLACE_READ, Permission.SEPARATION_DECIDE))
def open_place(desk: Desk, case: Case, *, reason: str | None = None) -> str | None:
    """Look at where the child stays: who holds the case, who wrote or decides it; anybody else with a reason."""
    if not is_near(desk, case, queries.current(desk, case)):
        if not (reason or "").strip():
            raise Invalid({"reason": [_("Say why you need to know.")]})
        spine.write_line(desk, case, Step.NOTE, note=Note(reason=reason, data={"looked_at": "whereabouts"}))
    accounts.insist_on_proof(desk)
    return queries.place_of_stay(desk, case)


def draft_facts(
    desk: Desk, case: Case, row: Separation | None, typed: Proposal | None = None, place: str | None = None
) -> rules.DraftFacts:
    """What the rules have to know of a draft, as it is stored or as it is typed."""
    proposal = typed or (row.proposal if row is not None else None) or Proposal()
    kept_out = [one.name for one in queries.people(desk, case) if one.alleged and one.name]
    kept_out += [one.ban.name for one in queries.withheld(desk, case) if one.ban.name]
    return rules.DraftFacts(
        proposal=proposal,
        place_known=bool(place) or (row is not None and row.stay is not None),
        stage=Stage(case.stage),
        received_at=spine.heard_first(case),
        now=desk.now,
        longest=queries.longest(case),
        other_runs=queries.separation_runs(desk, case),
        separated_before=queries.separation(desk, case) is not None,
        kept_out=kept_out,
    )  # fmt: skip


def signing_facts(
    desk: Desk, case: Case, row: Separation, *, number: str | None = None, signed_at: datetime | None = None
) -> rules.SigningFacts:
    """What the rules have to know before this person decides."""
    return rules.SigningFacts(
        draft=draft_facts(desk, case, row),
        state=State(row.state),
        decider=approver(desk, (row.proposal or Proposal()).writers),
        own_unit=in_charge(desk, case),
        receipts=queries.receipts(desk, case),
        number=number,
        signed_at=signed_at,
    )  # fmt: skip


def run_facts(desk: Desk, case: Case, row: Separation) -> rules.RunFacts:
    """How a separation that was decided stands before this person."""
    found = queries.course(desk, case, row)
    if found is None:
        raise NotFound
    awaited = found.awaits_court
    return rules.RunFacts(
        state=found.state,
        writers=found.proposal.writers,
        decider=approver(desk, found.proposal.writers),
        own_unit=in_charge(desk, case),
        started_on=local_day(found.starts_at),
        decided_on=local_day(found.signing.signed_at or found.starts_at),
        last_day=found.last_day,
        today=local_day(desk.now),
        longest=queries.longest(case),
        awaits_court=awaited.said.on if awaited is not None else None,
    )


def is_near(desk: Desk, case: Case, row: Separation | None) -> bool:
    """Whether somebody works on this separation: who holds the case or wrote it, and the chair in charge."""
    if row is None:
        return False
    if desk.actor.account_id in (case.holder_id, row.drafted_by, row.decided_by):
        return True
    return desk.actor.may(Permission.SEPARATION_DECIDE) and in_charge(desk, case)


def in_charge(desk: Desk, case: Case) -> bool:
    """Whether this person's unit is the one that answers, where it happened, or where the child lives (Điều 32)."""
    units = {case.unit_id, case.incident_unit_id, case.residence_unit_id} - {None}
    return desk.actor.units is None or bool(units & desk.actor.units)


def _write(desk: Desk, case: Case, proposal: Proposal, place: str | None, version: int) -> Separation:
    """Put what is written into the draft; one that was handed in or given back stays as it was."""
    last = queries.current(desk, case)
    rules_on_stage = rules.findings_on_draft(draft_facts(desk, case, last, proposal))
    Findings(*(one for one in rules_on_stage if one.code in ("wrong-stage", "already"))).settle()
    written = last if last is not None and last.state in WRITTEN else None
    if (written.version if written is not None else 0) != version:
        raise Conflict(
            _("Somebody else has written in this draft. What you typed stands below; look at both.")
        )
    if written is not None and written.state == State.HANDED_IN:
        raise Conflict(
            _("This draft lies before the chair. It can be written on again when it is given back.")
        )
    row = (
        written if written is not None and written.state == State.DRAFT else _begin(desk, case, last, written)
    )
    writers = (written.proposal or Proposal()).writers if written is not None else ()
    desk.seal(row, proposal=replace(proposal, writers=tuple(dict.fromkeys((*writers, who(desk))))))
    if place:
        desk.seal(row, stay=Stay(place))
    row.saved_at = desk.now
    return row  # fmt: skip


def _begin(desk: Desk, case: Case, last: Separation | None, returned: Separation | None) -> Separation:
    row = Separation(
        id=desk.id(),
        case_id=case.id,
        revision=last.revision + 1 if last is not None else 1,
        state=State.DRAFT,
        drafted_by=desk.actor.account_id,
        drafted_at=desk.now,
        saved_at=desk.now,
    )
    desk.add(row)
    if returned is not None and returned.stay is not None:
        desk.seal(row, stay=returned.stay)
    return row


def _waiting(desk: Desk, case: Case) -> Separation:
    row = queries.current(desk, case)
    if row is None:
        raise NotFound
    return row


def _decided(desk: Desk, case: Case) -> Separation:
    """The separation that was decided last. A draft that came later is not in its way: there is none while it runs."""
    row = next((one for one in queries.versions(desk, case) if one.starts_at is not None), None)
    if row is None:
        raise NotFound
    return row


def _same_version(row: Separation, version: int) -> None:
    if row.version != version:
        raise Conflict(_("The draft has changed since you opened it. Look at it again before you decide."))


def _signed_before(desk: Desk, row: Separation, number: str | None, signed_at: datetime | None) -> bool:
    """Whether this very decision was taken already: a page sent twice decides once."""
    told = row.signing or Signing()
    same = (told.number, told.signed_at) == (number, signed_at)
    return same and row.starts_at is not None and row.decided_by == desk.actor.account_id


def _said_before(desk: Desk, case: Case, row: Separation, turn: Turn, said: Said) -> bool:
    """Whether this very turn was written down already."""
    found = queries.course(desk, case, row)
    last = found.last(turn) if found is not None else None
    if last is None or last.by != desk.actor.account_id:
        return False
    return replace(last.said, explained=(), last_day=None) == replace(said, explained=(), last_day=None)


def _happened(
    desk: Desk, case: Case, row: Separation, turn: Turn, said: Said, found: Findings, told: Told
) -> None:
    before = queries.course(desk, case, row)
    made = SeparationTurn(
        id=desk.id(),
        case_id=case.id,
        separation_id=row.id,
        position=len(before.turns) + 1 if before is not None else 1,
        turn=turn,
        at=desk.now,
        by=desk.actor.account_id,
    )
    desk.add(made)
    desk.seal(made, said=replace(said, explained=explained(desk, found, told)))


def _end(desk: Desk, row: Separation, state: State) -> None:
    row.state, row.ended_at, row.ended_by = state, desk.now, desk.actor.account_id


def _count(desk: Desk, case: Case, row: Separation) -> None:
    """Let the clock count from the start of the separation to the end of its last day."""
    if row.starts_at is not None and row.last_day is not None:
        spine.recount(desk, case, SEPARATION, started_at=row.starts_at, due_at=day_end(row.last_day))
