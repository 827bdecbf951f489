"""Decisions on services asked of a provider: what may be asked and passed on, which answer can follow which; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from casemgr.core.findings import Finding, Findings, blocks, explains
from casemgr.core.words import _l, language
from casemgr.intervention.services.terms import Asked, Channel, Said, State
from casemgr.law.basis import Basis, Status
from casemgr.providers.terms import Fit, Verdict

CONNECTED = Basis.of("ND56 Điều 29 khoản 4", Status.CONFIRMED)
HOTLINE = Basis.of("ND56 Điều 22 khoản 6", Status.CONFIRMED)
SECRET = Basis.of("ND56 Điều 24", Status.CONFIRMED)
ANSWERS: Mapping[State, frozenset[State]] = {
    State.ASKED: frozenset({State.ACCEPTED, State.REFUSED}),
    State.ACCEPTED: frozenset({State.BEGUN, State.DONE, State.REFUSED}),
    State.BEGUN: frozenset({State.DONE, State.REFUSED}),
    State.REFUSED: frozenset(),
    State.DONE: frozenset(),
    State.WITHDRAWN: frozenset(),
}
OPEN = frozenset(state for state, following in ANSWERS.items() if following)
SHOWS_THE_CHILD = OPEN | {State.DONE}  # who has refused, or is no longer asked, is shown the child no more
QUIET_DAYS = 3  # after so many days without an answer the officer is reminded: a rule of the house


@dataclass(frozen=True)
class AskingFacts:
    """What has to be known before something is asked of a provider."""

    asked: Asked
    channel: Channel
    service_known: bool  # a service of the approved plan, or an emergency one
    provider_known: bool
    verdict: Verdict | None  # whether the provider fits this child
    already_open: bool  # the same service is already asked of the same provider
    others_fit: bool  # the directory knows a provider that fits
    possible: bool  # at the present stage of the case


def findings_before_asking(facts: AskingFacts) -> Findings:
    """What stands against asking."""
    asked, passed = facts.asked, facts.asked.passed
    by_hotline = facts.channel is Channel.HOTLINE
    against = facts.verdict is not None and facts.verdict.fit is Fit.NO
    why = "; ".join(str(said) for said in facts.verdict.why) if facts.verdict is not None else ""
    return Findings(
        blocks(
            "stage",
            _l("A service can be asked for only while the case is open and taken on."),
            when=not facts.possible,
        ),
        blocks(
            "service",
            _l(
                "This service is not in the approved plan. Approve the plan first, or ask for an emergency service."
            ),
            when=not facts.service_known,
        ),
        blocks(
            "provider",
            _l("Choose a provider, or hotline 111."),
            when=not by_hotline and not facts.provider_known,
            field="provider",
        ),
        blocks("what", _l("Say what is asked for."), when=not asked.what, field="what"),
        blocks("kind", _l("Choose the kind of service."), when=not asked.kind, field="kind"),
        blocks("since", _l("Say from which day."), when=asked.since is None, field="since"),
        blocks(
            "order",
            _l("The end is before the start."),
            when=asked.since is not None and asked.until is not None and asked.until < asked.since,
            field="until",
        ),
        blocks(
            "needs",
            _l("Write what the provider has to know to help: the needs, not the story."),
            when=not passed.needs and not by_hotline,
            field="needs",
        ),
        blocks(
            "already",
            _l(
                "This is already asked of this provider. Withdraw that request first, or wait for the answer."
            ),
            when=facts.already_open,
        ),
        explains(
            "does-not-fit",
            _l(
                "By the directory this provider does not fit: %(why)s. Say why it is asked all the same.",
                why=why,
            ),
            when=against and not by_hotline,
            field="provider",
        ),
        explains(
            "others-fit",
            _l("The directory knows providers that fit. Say why hotline 111 is asked instead."),
            when=by_hotline and facts.others_fit,
            basis=HOTLINE.cite(language()),
        ),
    )


def _too_late(present: State) -> Finding | None:
    return blocks(
        "too-late",
        _l("This request has come to its end: nothing can be answered any more."),
        when=present not in OPEN,
    )


def findings_before_answering(
    present: State, answer: State, said: Said, *, today: date, asked_on: date, by_officer: bool
) -> Findings:
    """What stands against an answer."""
    begun_or_done = answer in (State.BEGUN, State.DONE)
    return Findings(
        _too_late(present),
        blocks(
            "answer",
            _l("Choose an answer."),
            when=present in OPEN and answer not in ANSWERS[present],
            field="answer",
        ),
        blocks(
            "reason",
            _l("Say why not, so that somebody else can be found."),
            when=answer is State.REFUSED and not said.reason,
            field="reason",
        ),
        blocks("day", _l("Write the day."), when=begun_or_done and said.on is None, field="on"),
        blocks(
            "day-ahead",
            _l("The day lies in the future. Write it down when it has happened."),
            when=begun_or_done and said.on is not None and said.on > today,
            field="on",
        ),
        blocks(
            "day-too-early",
            _l("The day lies before the day on which it was asked for."),
            when=begun_or_done and said.on is not None and said.on < asked_on,
            field="on",
        ),
        blocks(
            "report",
            _l("Write what was done, in a few sentences."),
            when=answer is State.DONE and not said.report,
            field="report",
        ),
        blocks(
            "cost",
            _l("Write what it cost, 0 if nothing."),
            when=answer is State.DONE and said.cost is None,
            field="cost",
        ),
        blocks(
            "told-by",
            _l("Write who told you this answer."),
            when=by_officer and not said.told_by,
            field="told_by",
        ),
    )


def findings_before_withdrawing(present: State, reason: str | None) -> Findings:
    """What stands against taking a request back."""
    return Findings(
        _too_late(present),
        blocks(
            "reason",
            _l("Say why the request is withdrawn: the provider reads it."),
            when=not reason,
            field="withdraw_reason",
        ),
    )


def quiet_until(today: date) -> date:
    """The last day on which what was asked has been waited for so long that the officer should ask again."""
    return today - timedelta(days=QUIET_DAYS)


def is_quiet(state: State, asked_on: date, today: date) -> bool:
    """Whether an answer has been waited for so long that the officer should ask again."""
    return state is State.ASKED and asked_on <= quiet_until(today)
