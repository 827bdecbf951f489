"""Rises and falls: never on a steady history, more so the further away, and seldom by chance alone."""

from math import comb, exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.checks import outliers
from casemgr.checks.catalogue import RULES
from casemgr.checks.terms import HISTORY
from casemgr.indicators.arrays import np

COUNTS = st.integers(0, 60)
HISTORIES = st.lists(COUNTS, min_size=outliers.FEWEST, max_size=14)
STATED = 0.002


@settings(max_examples=80)
@given(st.integers(0, 5000), st.integers(4, 14), st.integers(1, 6))
def test_a_steady_history_is_never_asked_about(number: int, before: int, now: int) -> None:
    for look in (outliers.risen, outliers.fallen):
        assert not look([number] * now, [number] * before, false_alarms=0.5)


@settings(max_examples=80)
@given(HISTORIES, COUNTS, COUNTS)
def test_further_away_is_never_less_suspicious(history: list[int], one: int, more: int) -> None:
    low, high = sorted((one, one + more))
    risen = [outliers.risen([now], history, false_alarms=STATED, percent=50) for now in (low, high)]
    assert not risen[0] or risen[1]
    fallen = [outliers.fallen([now], history, false_alarms=STATED, percent=50) for now in (low, high)]
    assert not fallen[1] or fallen[0]


@settings(max_examples=60)
@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.05, 0.95))
def test_tails_are_those_of_the_binomial(number: int, more: int, share: float) -> None:
    of = number + more
    weights = [comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(of + 1)]
    assert outliers.at_least(number, of, share) == pytest.approx(sum(weights[number:]), abs=1e-9)
    assert outliers.at_most(number, of, share) == pytest.approx(sum(weights[: number + 1]), abs=1e-9)


@pytest.mark.parametrize("rate", [0.2, 1.0, 2.0, 8.0, 60.0])
def test_false_alarms_are_no_more_than_stated(rate: float) -> None:
    """Counts of one steady rate: 4,000 histories of twelve periods, and what comes next."""
    stated, drawn = 0.02, np.random.default_rng(20261122).poisson(rate, (4000, 13)).tolist()
    for look in (outliers.risen, outliers.fallen):
        alarms = sum(look(line[12:], line[:12], false_alarms=stated) for line in drawn)
        assert alarms <= stated * 4000


def test_a_commune_with_none_one_or_two_is_left_alone() -> None:
    history = [0, 1, 2, 0, 0, 1, 1, 2, 0, 1, 0, 1]
    for now in range(5):
        assert not outliers.risen([now], history, false_alarms=STATED, percent=50)
        assert not outliers.fallen([now], history, false_alarms=STATED, percent=50)
    assert not outliers.fallen([0] * 6, history, false_alarms=STATED, percent=80)
    assert outliers.risen([12], history, false_alarms=STATED, percent=50)


def test_a_real_change_is_seen() -> None:
    assert outliers.risen([30], [10, 12, 9, 11, 10, 8, 12, 10], false_alarms=STATED, percent=50)
    assert outliers.fallen([0], [9, 8, 10, 9, 7, 9, 8, 9, 10, 9, 8, 9], false_alarms=STATED, percent=50)
    assert outliers.fallen([0] * 6, [2] * 12, false_alarms=STATED, percent=80)


def test_a_history_that_always_jumps_says_less() -> None:
    assert outliers.spread_of([5] * 8) == 1.0
    wild = [0, 40, 1, 35, 2, 38, 0, 44]
    assert outliers.spread_of(wild) > 10
    assert outliers.risen([60], [20] * 8, false_alarms=STATED) and not outliers.risen(
        [60], wild, false_alarms=STATED
    )


def test_too_short_a_history_says_nothing() -> None:
    assert not outliers.risen([900], [1] * (outliers.FEWEST - 1), false_alarms=0.5)
    assert not outliers.fallen([0], [], false_alarms=0.5)
    assert not outliers.risen([], [1] * 9, false_alarms=0.5)


def test_large_numbers_are_exact_enough_and_quick() -> None:
    assert outliers.at_least(100_000, 1_300_000, 1 / 13) == pytest.approx(0.5, abs=0.01)
    assert outliers.at_least(0, 10, 0.5) == outliers.at_most(10, 10, 0.5) == pytest.approx(1.0)
    assert outliers.at_least(10, 10, 0.1) == pytest.approx(1e-10)
    assert exp(-700) > outliers.at_most(0, 10**6, 0.5) >= 0


def test_every_rule_about_history_states_how_often_it_is_wrong() -> None:
    told = [rule.test for rule in RULES.values() if rule.test.kind in HISTORY]
    assert len(told) >= 6
    assert all(0 < test.false_alarms <= STATED and test.percent >= 50 for test in told)
