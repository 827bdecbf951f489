"""Asking a provider for a service, and its answers. A provider writes its own answer and nothing else of the case."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import spine, workflow
from casemgr.cases.deciding import given
from casemgr.cases.models import Case
from casemgr.cases.terms import Beside, Note, Stage, Step
from casemgr.core.calendar import local_day
from casemgr.core.findings import Findings
from casemgr.core.text import clean, clean_lines
from casemgr.core.words import _
from casemgr.intake import rules as intake_rules
from casemgr.intervention.plan import diary
from casemgr.intervention.plan import queries as plans
from casemgr.intervention.plan.terms import Visit
from casemgr.intervention.services import queries, rules
from casemgr.intervention.services.models import ServiceAnswer, ServiceRequest
from casemgr.intervention.services.terms import EMERGENCY, Asked, Channel, Passed, Said, State
from casemgr.providers import queries as directory
from casemgr.providers import rules as directory_rules
from casemgr.providers.terms import Fit

_LINE, _TEXT = 300, 2000


@action("service asked", needs=Permission.SERVICE_ASK)
def ask(
    desk: Desk,
    case: Case,
    *,
    service: str,
    asked: Asked,
    channel: Channel,
    provider_id: UUID | None = None,
    explanations: Mapping[str, str] | None = None,
) -> ServiceRequest:
    """Ask a provider, or hotline 111, for a service; pass on what it has to know, and no more."""
    intake_rules.may_leave(rehearsal=case.rehearsal).settle()
    said = _tidy(asked)
    if (sent := _just_sent(desk, case, service, said, provider_id)) is not None:
        return sent
    found = findings(desk, case, service=service, asked=said, channel=channel, provider_id=provider_id)
    found.settle(explanations)
    plan = plans.approved(desk, case) if service != EMERGENCY else None
    to_provider = channel is Channel.PROVIDER
    row = ServiceRequest(
        id=desk.id(),
        case_id=case.id,
        provider_id=provider_id if to_provider else None,
        plan_id=plan.id if plan is not None else None,
        service_key=service if service != EMERGENCY else None,
        channel=channel,
        state=State.ASKED,
        asked_at=desk.now,
        asked_by=desk.actor.account_id,
        moved_at=desk.now,
    )
    desk.add(row)
    desk.seal(row, asked=said)
    note = Note(text=f"{said.what}: {_whom(desk, row)}", reason=given(found, explanations))
    spine.advance(desk, case, Step.ASK_PROVIDER, note=note)
    desk.flush()
    return row


def findings(
    desk: Desk, case: Case, *, service: str, asked: Asked, channel: Channel, provider_id: UUID | None
) -> Findings:
    """What stands against asking; stores nothing."""
    wanted = queries.wanted(desk, case, asked.kind)
    by_hotline = channel is Channel.HOTLINE
    entry = directory.entry(desk, provider_id) if provider_id is not None and not by_hotline else None
    known = service == EMERGENCY or queries.service_of(desk, case, service) is not None
    around = directory.who_can(desk, wanted, case.unit_id) if by_hotline and asked.kind else ()
    return rules.findings_before_asking(
        rules.AskingFacts(
            asked=asked,
            channel=channel,
            service_known=known,
            provider_known=entry is not None,
            verdict=directory_rules.verdict(entry.listing, wanted) if entry is not None else None,
            already_open=any(
                (one.service_key or EMERGENCY, one.provider_id, one.channel)
                == (service, provider_id, channel)
                and (service != EMERGENCY or (one.asked or Asked("")).kind == asked.kind)
                for one in queries.open_requests(desk, case)
            ),
            others_fit=any(one.verdict.fit is Fit.YES for one in around),
            possible=Step.ASK_PROVIDER in workflow.possible(Stage(case.stage)),
        )
    )


@action("service answered", needs=Permission.SERVICE_ANSWER)
def answer(desk: Desk, request: ServiceRequest, *, answer: State | None, said: Said) -> ServiceAnswer:
    """The provider answers what was asked of it. Somebody of the case will see it and put it on the timeline."""
    return _answer(desk, request, answer, said, by_officer=False)


@action("service answer told", needs=Permission.SERVICE_ASK)
def tell(desk: Desk, case: Case, *, request_id: UUID, answer: State | None, said: Said) -> ServiceAnswer:
    """The officer writes down what a provider without an account, or hotline 111, answered by telephone or letter."""
    spine.insist(desk, case, Step.ASK_PROVIDER)
    request = queries.request(desk, case, request_id)
    row = _answer(desk, request, answer, said, by_officer=True)
    _take_note(desk, case, request, row)
    return row


@action("service answer seen", needs=Permission.SERVICE_ASK)
def see(desk: Desk, case: Case, *, answer_id: UUID) -> ServiceAnswer:
    """Somebody of the case has seen an answer: it goes on the timeline, and what was done into the diary."""
    spine.insist(desk, case, Step.ASK_PROVIDER)
    row = queries.answer(desk, case, answer_id)
    if row.seen_at is None:
        _take_note(desk, case, queries.request(desk, case, row.request_id), row)
    return row


@action("service withdrawn", needs=Permission.SERVICE_ASK)
def withdraw(desk: Desk, case: Case, *, request_id: UUID, reason: str | None) -> ServiceRequest:
    """Take a request back: the provider reads why, and is shown the child no more."""
    spine.insist(desk, case, Step.ASK_PROVIDER)
    row = queries.request(desk, case, request_id)
    why = clean_lines(reason or "", _TEXT) or None
    rules.findings_before_withdrawing(State(row.state), why).settle()
    taken = _write(desk, row, State.WITHDRAWN, Said(reason=why), by_officer=True)
    taken.seen_at, taken.seen_by = desk.now, desk.actor.account_id
    text = f"{(row.asked or Asked('')).what}, {_whom(desk, row)}"
    spine.advance(desk, case, Step.NOTE, note=Note.of(Beside.SERVICE_WITHDRAWN, text=text, reason=why))
    desk.flush()
    return row


def _answer(
    desk: Desk, request: ServiceRequest, answer: State | None, said: Said, *, by_officer: bool
) -> ServiceAnswer:
    told = _tidy_answer(said, answer)
    last = next(reversed(queries.answers(desk, [request]).get(request.id, ())), None)
    twice = last is not None and last.answered_by == desk.actor.account_id
    if twice and last is not None and last.state == answer and last.said == told:
        return last  # the same page sent twice
    rules.findings_before_answering(
        State(request.state),
        answer or State.WITHDRAWN,
        told,
        today=local_day(desk.now),
        asked_on=local_day(request.asked_at),
        by_officer=by_officer,
    ).settle()
    return _write(desk, request, answer or State.WITHDRAWN, told, by_officer=by_officer)


def _write(
    desk: Desk, request: ServiceRequest, state: State, said: Said, *, by_officer: bool
) -> ServiceAnswer:
    request.state, request.moved_at = state, desk.now
    row = ServiceAnswer(
        id=desk.id(),
        case_id=request.case_id,
        request_id=request.id,
        provider_id=request.provider_id,
        state=state,
        answered_at=desk.now,
        answered_by=desk.actor.account_id,
        by_officer=by_officer,
    )
    desk.add(row)
    desk.seal(row, said=said)
    desk.flush()
    return row


def _take_note(desk: Desk, case: Case, request: ServiceRequest, row: ServiceAnswer) -> None:
    """Put an answer on the timeline, at the time it was given; what began or was done goes into the services diary."""
    if row.seen_at is not None:
        return
    row.seen_at, row.seen_by = desk.now, desk.actor.account_id
    said, asked = row.said or Said(), request.asked or Asked("")
    text = f"{asked.what}: {_whom(desk, request)}, {_STATES[State(row.state)]()}"
    note = Note(text=text, reason=said.reason or said.report)
    spine.advance(desk, case, Step.PROVIDER_ANSWER, at=row.answered_at, note=note)
    if State(row.state) in (State.BEGUN, State.DONE) and _has_diary(desk, case, request):
        diary.note(
            desk,
            case,
            service=request.service_key or "",
            happened_on=said.on,
            visit=Visit(changed=said.report or text),
            form_id=row.id,
        )
    desk.flush()


def _has_diary(desk: Desk, case: Case, request: ServiceRequest) -> bool:
    """Whether what a provider did can be noted at a service of the plan that is approved now."""
    if request.service_key is None or not desk.actor.may(Permission.SERVICE_RECORD):
        return False
    known = queries.service_of(desk, case, request.service_key) is not None
    return known and Step.SERVICE in workflow.possible(Stage(case.stage))


_STATES = {
    State.ACCEPTED: lambda: _("taken on"),
    State.REFUSED: lambda: _("refused"),
    State.BEGUN: lambda: _("begun"),
    State.DONE: lambda: _("done"),
    State.WITHDRAWN: lambda: _("withdrawn"),
    State.ASKED: lambda: _("waiting for an answer"),
}


def _whom(desk: Desk, row: ServiceRequest) -> str:
    if row.provider_id is None:
        return _("Hotline 111")
    return directory.named(desk, [row.provider_id]).get(row.provider_id, "")


def _just_sent(
    desk: Desk, case: Case, service: str, said: Asked, provider_id: UUID | None
) -> ServiceRequest | None:
    """The same page sent twice asks once."""
    for row in queries.open_requests(desk, case):
        same = (row.service_key or EMERGENCY, row.provider_id, row.asked) == (service, provider_id, said)
        if same and row.asked_by == desk.actor.account_id and row.state == State.ASKED:
            return row
    return None


def _tidy(asked: Asked) -> Asked:
    passed = asked.passed
    return replace(
        asked,
        what=clean(asked.what or "", _LINE),
        call_back=clean(asked.call_back or "", _LINE) or None,
        passed=Passed(
            clean(passed.given_name or "", 60) or None,
            passed.age,
            passed.sex,
            clean_lines(passed.needs or "", _TEXT) or None,
            clean_lines(passed.contact or "", _TEXT) or None,
        ),
    )


def _tidy_answer(said: Said, answer: State | None) -> Said:
    """What belongs to an answer: a refusal has its reason, what was done has its day, report and cost."""
    did = answer in (State.BEGUN, State.DONE)
    return Said(
        reason=clean_lines(said.reason or "", _TEXT) or None if answer is State.REFUSED else None,
        report=clean_lines(said.report or "", 4000) or None,
        cost=said.cost if answer is State.DONE else None,
        on=said.on if did else None,
        told_by=clean(said.told_by or "", _LINE) or None,
    )
