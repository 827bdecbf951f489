"""Which answer can follow which, and what each must say; on values alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.intervention.services import rules
from casemgr.intervention.services.terms import Asked, Channel, Passed, Said, State
from casemgr.providers.terms import Fit, Verdict

DAY = date(2026, 11, 18)
WHOLE = Said("không nhận được", "đã gặp trẻ", 0, DAY, "bà Giả Định")
GOOD = rules.AskingFacts(
    Asked("Tham vấn", "psychology", DAY, DAY, Passed(needs="ngủ không yên")),
    Channel.PROVIDER,
    True,
    True,
    Verdict(Fit.YES),
    False,
    True,
    True,
)


def answer(present: State, told: State, said: Said = WHOLE, **more: object) -> set[str]:
    facts = {"today": DAY, "asked_on": DAY, "by_officer": False, **more}
    return {one.code for one in rules.findings_before_answering(present, told, said, **facts)}  # type: ignore[arg-type]


@given(st.lists(st.sampled_from(list(State)), max_size=8))
def test_a_request_comes_to_an_end_and_stays_there(told: list[State]) -> None:
    state = State.ASKED
    for one in told:
        if not answer(state, one):
            assert state in rules.OPEN and one in rules.ANSWERS[state]
            state = one
    if state not in rules.OPEN:
        assert all(answer(state, one) for one in State)


def test_every_answer_can_be_given_and_nobody_answers_with_a_withdrawal() -> None:
    assert set().union(*rules.ANSWERS.values()) == {State.ACCEPTED, State.REFUSED, State.BEGUN, State.DONE}
    assert rules.SHOWS_THE_CHILD.isdisjoint({State.REFUSED, State.WITHDRAWN})


@pytest.mark.parametrize(
    ("present", "told", "said", "more", "code"),
    [
        (State.ASKED, State.REFUSED, Said(), {}, "reason"),
        (State.ACCEPTED, State.BEGUN, Said(), {}, "day"),
        (State.ACCEPTED, State.BEGUN, Said(on=date(2026, 11, 19)), {}, "day-ahead"),
        (State.ACCEPTED, State.BEGUN, Said(on=date(2026, 11, 17)), {}, "day-too-early"),
        (State.BEGUN, State.DONE, Said(report="xong", on=DAY), {}, "cost"),
        (State.BEGUN, State.DONE, Said(cost=0, on=DAY), {}, "report"),
        (State.ASKED, State.ACCEPTED, Said(), {"by_officer": True}, "told-by"),
        (State.ASKED, State.DONE, WHOLE, {}, "answer"),
    ],
)
def test_what_an_answer_must_say(
    present: State, told: State, said: Said, more: dict[str, object], code: str
) -> None:
    assert answer(present, told, said, **more) == {code}


@given(st.integers(0, 30))
def test_silence_is_noticed_after_some_days_only(days: int) -> None:
    quiet = rules.is_quiet(State.ASKED, DAY, DAY + timedelta(days=days))
    assert quiet == (days >= rules.QUIET_DAYS)
    assert not rules.is_quiet(State.ACCEPTED, DAY, DAY + timedelta(days=days))


def test_asking_as_it_should_be() -> None:
    assert not list(rules.findings_before_asking(GOOD))
