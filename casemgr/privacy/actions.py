"""Writing data protection for people: consents and their end, requests from the first day to the answer."""

from dataclasses import replace
from datetime import date, datetime

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import Role
from casemgr.accounts import queries as accounts
from casemgr.children import queries as children
from casemgr.children.models import Child
from casemgr.children.rules import mark_of
from casemgr.children.terms import Birth, Precision, Sex
from casemgr.core.errors import Conflict, Refused
from casemgr.intake import actions as intake
from casemgr.intake.story import child_of
from casemgr.intake.terms import Places, Story, ToldChild
from casemgr.privacy import clocks, queries, rules
from casemgr.privacy.models import Consent, DataRequest
from casemgr.privacy.terms import Answer, Asked, Correction, Given, Replied, RequestState, Side


@action("consent recorded", needs=Permission.CONSENT_RECORD)
def give_consent(
    desk: Desk, *, child: Child, given: Given, side: Side | None, purpose: str | None, at: datetime | None
) -> Consent:
    """Write down that somebody consents to one purpose."""
    rules.findings_on_consent(given, side, purpose, given_at=at, now=desk.now).settle()
    row = Consent(
        id=desk.id(),
        child_id=child.id,
        purpose=purpose,
        side=side,
        given_at=at,
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
    )
    desk.add(row)
    desk.seal(row, given=given)
    desk.read("consent written", mark_of(child.id))
    return row


@action("consent withdrawn", needs=Permission.CONSENT_RECORD)
def withdraw_consent(desk: Desk, consent: Consent, *, reason: str) -> Consent:
    """From now on nothing more is done on this consent; what was done before stays."""
    rules.findings_on_withdrawal(withdrawn=consent.withdrawn_at is not None, reason=reason).settle()
    consent.withdrawn_at, consent.withdrawn_by = desk.now, desk.actor.account_id
    desk.seal(consent, given=replace(consent.given or Given(""), withdrawn_because=reason))
    desk.read("consent withdrawn of", mark_of(consent.child_id))
    return consent


@action("data request registered", needs=Permission.DATA_REQUEST)
def register(
    desk: Desk,
    *,
    child: Child,
    asked: Asked,
    kind: str | None,
    others_act: bool,
    received_at: datetime | None,
) -> DataRequest:
    """Register what a person asks; its clocks start with the day on which it came."""
    rules.findings_on_request(asked, kind, received_at=received_at, now=desk.now).settle()
    if kind is None or received_at is None:
        raise AssertionError("The rule lets neither pass.")
    alone = rules.asks_for_themselves(asked.relation)
    alleged = not alone and queries.is_alleged(desk, child.id, asked.requester, str(asked.relation))
    asked = replace(asked, conflict=replace(asked.conflict, same_name=alleged))
    times = clocks.of_request(kind, received_at, others_act=others_act)
    row = DataRequest(
        id=desk.id(),
        unit_id=desk.actor.unit_id,
        child_id=child.id,
        kind=kind,
        others_act=others_act,
        conflict=asked.conflict.exists and not alone,
        state=RequestState.RECEIVED,
        received_at=received_at,
        acknowledge_by=times.acknowledge_by,
        answer_by=times.answer_by,
        registered_at=desk.now,
        registered_by=desk.actor.account_id,
    )
    desk.add(row)
    desk.seal(row, asked=asked, replied=Replied())
    return row


@action("data request acknowledged", needs=Permission.DATA_REQUEST)
def acknowledge(desk: Desk, request: DataRequest) -> DataRequest:
    """The person was told that the request has come."""
    if request.acknowledged_at is None:
        request.acknowledged_at = desk.now
        if request.state == RequestState.RECEIVED:
            request.state = RequestState.ACKNOWLEDGED
    return request


@action("data request extended", needs=Permission.DATA_REQUEST)
def extend(desk: Desk, request: DataRequest, *, reason: str) -> DataRequest:
    """Take the one extension; the person is told why."""
    rules.findings_on_extension(
        RequestState(request.state),
        extended=request.extended_at is not None,
        reason=reason,
        late=desk.now > request.answer_by,
    ).settle()
    request.extended_at = desk.now
    request.answer_by = clocks.extended(request.kind, request.answer_by, request.received_at)
    desk.seal(request, replied=replace(request.replied or Replied(), extended_because=reason))
    return request


@action("data request answered", needs=Permission.DATA_REQUEST)
def answer(
    desk: Desk, request: DataRequest, *, answer: Answer | None, reason: str, done: str, evidence: str
) -> DataRequest:
    """Answer a request. One from somebody in conflict with the child is answered by the provincial supervisor."""
    replied = replace(request.replied or Replied(), reason=reason, done=done, evidence=evidence)
    rules.findings_on_answer(
        request.kind,
        answer,
        replied,
        state=RequestState(request.state),
        conflict=request.conflict,
        is_supervisor=is_supervisor(desk),
        has_case=bool(queries.cases_of(desk, request.child_id)),
    ).settle()
    request.state, request.answer = RequestState.ANSWERED, answer
    request.answered_at, request.answered_by = desk.now, desk.actor.account_id
    request.acknowledged_at = request.acknowledged_at or desk.now
    desk.seal(request, replied=replied)
    return request


@action("data request corrected the card", needs=Permission.DATA_REQUEST)
def correct(desk: Desk, request: DataRequest, *, field: str | None, new: str) -> DataRequest:
    """Put a value of the child's card right in every report of the child; the request keeps the old one for ever."""
    _may_open_data(desk, request)
    child = children.child(desk, request.child_id)
    cases = queries.cases_of(desk, child.id)
    reports = queries.reports_of(desk, cases)
    old = rules.card_value(child.card, field) if field else ""
    rules.findings_on_correction(
        field=field, old=old, new=new, report_in_scope=bool(reports), readable=_is_readable(field, new)
    ).settle()
    for case in cases:
        report = reports.get(case.report_id)
        told = child_of(report.known or Story(), case.child_ref) if report is not None else None
        if report is None or told is None or field is None:
            continue
        story = report.known or Story()
        right = _with(told, field, new)
        others = tuple(right if one.ref == told.ref else one for one in story.children)
        intake.correct(
            desk,
            report,
            known=replace(story, children=others),
            places_of=report.places or Places(),
            version=report.version,
        )
    replied = request.replied or Replied()
    entry = Correction(field or "", old, new)
    desk.seal(request, replied=replace(replied, corrections=(*replied.corrections, entry)))
    request.state = RequestState(request.state)
    return request


@action("data extract made", needs=Permission.DATA_REQUEST)
def hand_out(desk: Desk, request: DataRequest) -> DataRequest:
    """A child's data are put together to be handed out: after a fresh proof, and never by whoever may not answer."""
    _may_open_data(desk, request)
    accounts.insist_on_proof(desk)
    return request


def is_supervisor(desk: Desk) -> bool:
    """Whether the person at the desk may answer somebody who is in conflict with the child."""
    return desk.actor.role is Role.PROVINCE_SUPERVISOR


def _may_open_data(desk: Desk, request: DataRequest) -> None:
    if request.conflict and not is_supervisor(desk):
        raise Refused
    if request.state == RequestState.ANSWERED and request.answer == Answer.REFUSED:
        raise Conflict


def _is_readable(field: str | None, new: str) -> bool:
    try:
        _with(ToldChild(ref=""), field or "name", new)
    except ValueError:
        return False
    return True


def _with(told: ToldChild, field: str, new: str) -> ToldChild:
    if field == "birth":
        return replace(told, birth=Birth(date.fromisoformat(new), Precision.DAY))
    if field == "sex":
        return replace(told, sex=Sex(new))
    return replace(told, name=new)
