"""Writing handovers: send, see, accept, return, take back. Until somebody accepts, the sender is responsible."""

from collections.abc import Mapping
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.actions import HOLDERS, change_hands, possible_holders
from casemgr.cases.deciding import given
from casemgr.cases.models import Case
from casemgr.cases.terms import Note, Step
from casemgr.children import actions as children
from casemgr.children.models import Child
from casemgr.circumstances import actions as circumstances
from casemgr.core.errors import Invalid, RuleBroken
from casemgr.core.words import _
from casemgr.handovers import queries, rules
from casemgr.handovers.models import Handover
from casemgr.handovers.terms import CHILD_LIVES_THERE, Kind, Letter, Reply, State
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.places.terms import UnitFacts

BATCH = 200  # cases moved at one desk: a merger of many is done in several goes


@action("handover sent", needs=Permission.HANDOVER_SEND)
def send(
    desk: Desk,
    case: Case,
    *,
    kind: Kind | None,
    unit: UnitFacts,
    why: str | None,
    known_to: str | None = None,
    open_matters: str | None = None,
    explanations: Mapping[str, str] | None = None,
) -> Handover:
    """Offer a case to another unit. It may read the case from now on; this unit stays responsible."""
    found = rules.may_send(queries.sending(desk, case, kind=kind, unit=unit, why=why))
    found.settle(explanations)
    rules.may_hand_on_restricted(
        restricted=case.restricted, read_there=cases.has_reader_at(desk, case, unit.id)
    ).settle()
    if kind is None or why is None:  # the rule wants both; no case leaves without them, whatever it becomes
        raise RuleBroken(found)
    explained = given(found, explanations)
    why = f"{why}\n{explained}" if explained else why
    row = _record(desk, case, kind, unit.id)
    desk.seal(row, letter=Letter(case.number, why, known_to, open_matters))
    spine.advance(desk, case, Step.SEND_HANDOVER, note=_note(kind, unit, why))
    case.handover_unit_id = unit.id
    intake.share(desk, reports.report_of(desk, case), unit.id)
    children.share(desk, desk.get(Child, case.child_id), unit.id)
    return row


@action("handover seen", needs=Permission.HANDOVER_ANSWER)
def see(desk: Desk, handover: Handover) -> Handover:
    """Somebody of the receiving unit has read it; the sender may know."""
    rules.may_answer(queries.answering(desk, handover, side=handover.to_unit_id)).settle()
    if handover.state == State.SENT:
        handover.state, handover.seen_at, handover.seen_by = State.SEEN, desk.now, desk.actor.account_id
        spine.advance(desk, desk.get(Case, handover.case_id), Step.SEE_HANDOVER)
    return handover


@action("handover accepted", needs=Permission.HANDOVER_ANSWER)
def accept(desk: Desk, handover: Handover, *, holder_id: UUID | None = None) -> Handover:
    """From this instant the receiving unit is responsible. Clocks run on as they ran."""
    rules.may_answer(queries.answering(desk, handover, side=handover.to_unit_id)).settle()
    case = desk.get(Case, handover.case_id)
    receiver = queries.heir(desk, handover.to_unit_id)
    unit_id = receiver.id if receiver is not None else handover.to_unit_id
    known = {account for account, _name in possible_holders(desk, case, at=unit_id)}
    if holder_id is not None and holder_id not in known:
        raise Invalid({"holder": [_("This person has no role at the unit of the case.")]})
    if holder_id is None and desk.actor.role in HOLDERS:
        holder_id = desk.actor.account_id
    spine.advance(desk, case, Step.ACCEPT_HANDOVER, note=_note(Kind(handover.kind), receiver, None))
    _end(desk, handover, State.ACCEPTED)
    _pass_on(desk, case, Kind(handover.kind), unit_id)
    change_hands(desk, case, holder_id)
    return handover


@action("handover returned", needs=Permission.HANDOVER_ANSWER)
def give_back(desk: Desk, handover: Handover, *, reason: str | None) -> Handover:
    """The receiving unit says why it does not take the case. The sender has been responsible all along."""
    told = queries.answering(desk, handover, side=handover.to_unit_id, reason=reason)
    rules.may_answer(told, needs_reason=True).settle()
    desk.seal(handover, reply=Reply(reason or ""))
    case = desk.get(Case, handover.case_id)
    spine.advance(desk, case, Step.RETURN_HANDOVER, note=Note(reason=reason))
    _end(desk, handover, State.RETURNED)
    _close_the_view(desk, case, handover)
    return handover


@action("handover taken back", needs=Permission.HANDOVER_SEND)
def take_back(desk: Desk, handover: Handover, *, reason: str | None = None) -> Handover:
    """The sender keeps the case after all."""
    case = desk.get(Case, handover.case_id)
    rules.may_answer(queries.answering(desk, handover, side=case.unit_id or handover.from_unit_id)).settle()
    if reason:
        desk.seal(handover, reply=Reply(reason))
    spine.advance(desk, case, Step.TAKE_BACK_HANDOVER, note=Note(reason=reason) if reason else None)
    _end(desk, handover, State.TAKEN_BACK)
    _close_the_view(desk, case, handover)
    return handover


def end_with_case(desk: Desk) -> None:
    """When a desk is closed: a handover of a case that was closed at it is over, and the other unit reads no more."""
    for case_id in desk.touched:
        case = desk.session.get(Case, case_id)
        if case is None or case.handover_unit_id is None or case.closed_at is None:
            continue
        handover = queries.open_of(desk, case)
        if handover is not None:
            _end(desk, handover, State.ENDED)
            _close_the_view(desk, case, handover)
            desk.record("handover ended with its case", case.number, result=str(handover.id))


@action("cases of merged units moved", needs=Permission.MERGER_MOVE)
def move_merged(desk: Desk, *, limit: int = BATCH) -> int:
    """Move open cases of units no longer in force to their successors; gives how many. Done again it moves the rest."""
    successors = {row.unit.id: row.successor for row in queries.merged(desk) if row.successor is not None}
    moved = 0
    for case in queries.open_cases_of(desk, sorted(successors), limit=limit):
        successor = successors.get(case.unit_id) if case.unit_id is not None else None
        if successor is not None:
            _succeed(desk, case, successor)
            moved += 1
    return moved


@action("cases of divided units moved", needs=Permission.MERGER_MOVE)
def move_divided(desk: Desk, *, chosen: Mapping[str, str]) -> int:
    """Move open cases of divided units, each to the commune that a person has chosen among those that came after."""
    divided = {row.unit.id: row.candidates for row in queries.merged(desk) if row.successor is None}
    moved = 0
    for case in queries.open_cases_of(desk, sorted(divided), limit=BATCH):
        code = chosen.get(case.number)
        if not code or case.unit_id is None:
            continue
        unit = next((one for one in divided[case.unit_id] if one.code == code), None)
        if unit is None:
            raise Invalid({case.number: [_("Choose one of the communes that came after.")]})
        _succeed(desk, case, unit)
        moved += 1
    return moved


def _succeed(desk: Desk, case: Case, unit: UnitFacts) -> None:
    """By law the successor is responsible at once: the record of the transfer is written as accepted."""
    row = _record(desk, case, Kind.UNIT_MERGED, unit.id)
    row.state, row.ended_at, row.ended_by = State.ACCEPTED, desk.now, desk.actor.account_id
    desk.seal(row, letter=Letter(case.number, ""))
    spine.advance(desk, case, Step.ACCEPT_HANDOVER, note=_note(Kind.UNIT_MERGED, unit, None))
    intake.share(desk, reports.report_of(desk, case), unit.id)
    children.move(desk, desk.get(Child, case.child_id), unit.id)
    case.unit_id = unit.id
    desk.record("case moved to the successor", case.number, result=unit.code)


def _record(desk: Desk, case: Case, kind: Kind, to_unit_id: int) -> Handover:
    row = Handover(
        id=desk.id(),
        case_id=case.id,
        kind=kind,
        state=State.SENT,
        from_unit_id=case.unit_id,
        to_unit_id=to_unit_id,
        sent_at=desk.now,
        sent_by=desk.actor.account_id,
    )
    desk.add(row)
    return row


def _note(kind: Kind, unit: UnitFacts | None, why: str | None) -> Note:
    return Note(reason=why, data={"handover": kind, "unit": unit.code if unit is not None else ""})


def _end(desk: Desk, handover: Handover, state: State) -> None:
    handover.state, handover.ended_at, handover.ended_by = state, desk.now, desk.actor.account_id


def _pass_on(desk: Desk, case: Case, kind: Kind, unit_id: int) -> None:
    """The one moment in which the responsible unit changes: in the transaction of the acceptance."""
    case.unit_id, case.handover_unit_id = unit_id, None
    if kind in CHILD_LIVES_THERE:
        case.residence_unit_id = unit_id
    elif kind is Kind.TO_INCIDENT:
        case.incident_unit_id = unit_id
    intake.share(desk, reports.report_of(desk, case), unit_id)
    children.move(desk, desk.get(Child, case.child_id), unit_id)
    if kind in CHILD_LIVES_THERE:
        circumstances.follow(desk, case.child_id, unit_id)


def _close_the_view(desk: Desk, case: Case, handover: Handover) -> None:
    """The other unit reads the case no more, unless it has another reason to."""
    case.handover_unit_id = None
    intake.unshare(desk, case.report_id, handover.to_unit_id, handover.sent_at)
    children.unshare(desk, case.child_id, handover.to_unit_id, handover.sent_at)
