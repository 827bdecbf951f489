"""Requests and answers in words, for the people of the case and for the provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.children.terms import Card
from casemgr.core.calendar import local_day
from casemgr.core.text import given_name
from casemgr.core.words import Later, _, _l, language
from casemgr.intervention.plan.after import contact_shown
from casemgr.intervention.plan.delivering import in_one_line
from casemgr.intervention.plan.terms import Message, SafeContact
from casemgr.intervention.services import queries, rules
from casemgr.intervention.services.models import ServiceAnswer, ServiceRequest
from casemgr.intervention.services.terms import Asked, Passed, Said, State
from casemgr.law.vocabulary import vocabulary
from casemgr.providers import queries as directory
from casemgr.web.duration import day_short, moment_words, money_words

STATES: Mapping[State, Later] = {
    State.ASKED: _l("Waiting for an answer"),
    State.ACCEPTED: _l("Taken on"),
    State.REFUSED: _l("Refused"),
    State.BEGUN: _l("Begun"),
    State.DONE: _l("Done"),
    State.WITHDRAWN: _l("Withdrawn"),
}
TAGS = {
    State.ASKED: "dashed",
    State.ACCEPTED: "green",
    State.REFUSED: "amber",
    State.BEGUN: "green",
    State.DONE: "green",
    State.WITHDRAWN: "dashed",
}
ANSWERS: Mapping[State, tuple[Later, Later]] = {
    State.ACCEPTED: (_l("Take it on"), _l("The officer sees it; the work begins on the day agreed.")),
    State.REFUSED: (_l("Refuse, or give it back"), _l("Say why. You are shown the child no more.")),
    State.BEGUN: (_l("It has begun"), _l("Write the day.")),
    State.DONE: (_l("It is done"), _l("Write the day, what was done and what it cost.")),
}
_SEXES = {"male": _l("boy"), "female": _l("girl")}


@dataclass(frozen=True)
class AnswerLine:
    """One answer in words."""

    id: str
    state: str
    tag: str
    when: str
    who: str
    text: Sequence[tuple[str, str]]
    unseen: bool


@dataclass(frozen=True)
class RequestLine:
    """One request in words."""

    id: str
    what: str
    kind: str
    whom: str
    span: str
    state: str
    tag: str
    asked: str
    facts: Sequence[tuple[str, str]]
    answers: Sequence[AnswerLine]
    next: Sequence[tuple[str, Later, Later]]
    open: bool
    quiet: bool
    refused: bool
    service: str


def request_lines(desk: Desk, rows: Sequence[ServiceRequest]) -> Sequence[RequestLine]:
    """Requests for the people of the case: everything that was passed on and answered."""
    answers = queries.answers(desk, rows)
    names = directory.named(desk, [row.provider_id for row in rows if row.provider_id is not None])
    people = cases.names(
        desk,
        [*(row.asked_by for row in rows), *(one.answered_by for those in answers.values() for one in those)],
    )
    today = local_day(desk.now)
    lines = []
    for row in rows:
        state, asked = State(row.state), row.asked or Asked("")
        lines.append(
            RequestLine(
                id=str(row.id),
                what=asked.what,
                kind=kind(asked.kind, desk),
                whom=names.get(row.provider_id, "") if row.provider_id is not None else _("Hotline 111"),
                span=span(asked.since, asked.until, today),
                state=str(STATES[state]),
                tag=TAGS[state],
                asked=_by(people.get(row.asked_by, "") if row.asked_by else "", row.asked_at, desk),
                facts=passed_on(asked.passed),
                answers=[_answer(one, people, desk) for one in answers.get(row.id, ())],
                next=next_answers(state),
                open=state in rules.OPEN,
                quiet=rules.is_quiet(state, local_day(row.asked_at), today),
                refused=state is State.REFUSED,
                service=row.service_key or "emergency",
            )
        )
    return lines


def next_answers(state: State) -> Sequence[tuple[str, Later, Later]]:
    """What can be answered now."""
    return [(one.value, *ANSWERS[one]) for one in ANSWERS if one in rules.ANSWERS[state]]


def assignment(desk: Desk, row: ServiceRequest) -> dict[str, Any]:
    """One request as the provider sees it: what was chosen for it, and its own answers."""
    asked, state, today = queries.told(row), State(row.state), local_day(desk.now)
    answers = queries.answers(desk, [row]).get(row.id, ())
    people = cases.names(desk, [row.asked_by, *(one.answered_by for one in answers)])
    child = child_words(asked.passed)
    return {
        "id": str(row.id),
        "what": asked.what,
        "kind": kind(asked.kind, desk),
        "span": span(asked.since, asked.until, today),
        "unit": asked.unit or "",
        "by": people.get(row.asked_by, "") if row.asked_by else "",
        "asked": moment_words(row.asked_at, desk.now),
        "call_back": asked.call_back or "",
        "child": child,
        "needs": asked.passed.needs or "",
        "contact": asked.passed.contact or "",
        "state": str(STATES[state]),
        "tag": TAGS[state],
        "open": state in rules.OPEN,
        "shown": state in rules.SHOWS_THE_CHILD,
        "answers": [_answer(one, people, desk) for one in answers],
        "next": next_answers(state),
    }


def passed_on(passed: Passed) -> Sequence[tuple[str, str]]:
    """What the provider is told of the child, line by line."""
    told = (
        (_("Child"), child_words(passed)),
        (_("What the provider has to know"), passed.needs or ""),
        (_("Safe contact"), passed.contact or ""),
    )
    return [(term, said) for term, said in told if said]


def child_words(passed: Passed) -> str:
    """Khang, nam, 9 tuổi: as much of it as was passed on."""
    years = _("%(years)s years", years=passed.age) if passed.age is not None else ""
    sex = str(_SEXES[passed.sex]) if passed.sex in _SEXES else ""
    return ", ".join(part for part in (passed.given_name or "", sex, years) if part)


def child_in_short(card: Card, years: int | None) -> str:
    """What could be passed on of the child, shown beside the ticks."""
    sex = card.sex.value if card.sex is not None else None
    return child_words(Passed(given_name(card.name) if card.name else None, years, sex))


def passing(card: Card, years: int | None, contact: SafeContact | None, form: Any) -> Passed:
    """What would be passed on, as it was ticked."""
    return Passed(
        given_name=given_name(card.name) if form.pass_name.data and card.name else None,
        age=years if form.pass_age.data else None,
        sex=card.sex.value if form.pass_sex.data and card.sex is not None else None,
        needs=form.needs.data,
        contact=contact_words(contact) if form.pass_contact.data else None,
    )


def contact_words(told: SafeContact | None) -> str:
    """The rules of safe contact in sentences. Where nobody has written them, nothing is safe."""
    if told is None:
        return _("Not written down yet: call nobody of the family and leave no message; ask the officer.")
    shown = contact_shown(told)
    calls = in_one_line(told)
    lines = [_("May be called: %(calls)s", calls=calls) if calls else _("Nobody may be called.")]
    lines.append(
        _("Never leave a message")
        if told.message is Message.NEVER
        else _("Only these words: %(words)s", words=shown.words)
    )
    if told.keep_from:
        lines.append(_("Must not know: %(who)s", who=told.keep_from))
    return "\n".join(lines)


def kind(code: str | None, desk: Desk) -> str:
    """What a kind of service is called."""
    return vocabulary("service_types").label(code, language(), local_day(desk.now)) if code else ""


def span(since: date | None, until: date | None, today: date) -> str:
    """From when to when."""
    if since is None:
        return ""
    if until is None:
        return _("from %(day)s", day=day_short(since, today))
    return _("%(since)s to %(until)s", since=day_short(since, today), until=day_short(until, today))


def _answer(row: ServiceAnswer, people: Mapping[Any, str], desk: Desk) -> AnswerLine:
    said, state, today = row.said or Said(), State(row.state), local_day(desk.now)
    told = (
        (_("Reason"), said.reason or ""),
        (_("Day"), day_short(said.on, today) if said.on else ""),
        (_("What was done"), said.report or ""),
        (_("What it cost"), money_words(said.cost) if said.cost is not None else ""),
        (_("Told by"), said.told_by or ""),
    )
    return AnswerLine(
        id=str(row.id),
        state=str(STATES[state]),
        tag=TAGS[state],
        when=moment_words(row.answered_at, desk.now),
        who=people.get(row.answered_by, "") if row.answered_by else "",
        text=[(term, words) for term, words in told if words],
        unseen=row.seen_at is None,
    )


def _by(name: str, at: Any, desk: Desk) -> str:
    return _("%(name)s, %(moment)s", name=name, moment=moment_words(at, desk.now))
