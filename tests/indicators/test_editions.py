"""Editions for everybody one after the other, attacked: amendments, and periods that are parts of each other."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.core.periods import Period
from casemgr.indicators.suppression import RULE, protected
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Level
from tests.indicators.simplex import Attack
from tests.indicators.tables import LEAVES, SIZES, table
from tests.indicators.test_suppression import ASKED, WORLDS, cells

HALVES = tuple(map(Period.parse, ("2026-H1", "2026-H2", "2026")))
PARTS = ((0,), (1,), (0, 1))  # which halves a period is made of
KNOWN = (date(2027, 1, 10), date(2027, 3, 1))  # when the first editions were made, and the amendments
SIZE = len(LEAVES) * SIZES[0] * SIZES[1]

EDITIONS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2)), min_size=2, max_size=4, unique=True).map(
    lambda drawn: sorted(drawn, key=lambda one: one[0])
)
MORE = st.lists(st.sampled_from((0, 0, 0, 0, 1, 3, 7)), min_size=SIZE, max_size=SIZE).map(
    lambda numbers: np.array(numbers, "i8").reshape(len(LEAVES), *SIZES)
)


def where(time: int, span: int, places: Sequence[int]) -> tuple[int, ...]:
    """The unknowns that a cell sums up: of each half those of before, and after the amendment what came late."""
    halves = [half + 2 * late for half in PARTS[span] for late in range(time + 1)]
    return tuple(SIZE * half + place for half in halves for place in places)


@settings(max_examples=8, deadline=None)
@given(st.tuples(WORLDS, WORLDS), st.tuples(MORE, MORE), ASKED, EDITIONS)
def test_no_edition_tells_what_an_other_withholds(
    first: tuple[np.ndarray, np.ndarray],
    late: tuple[np.ndarray, np.ndarray],
    asked: list[tuple[Level, Sequence[str]]],
    editions: list[tuple[int, int]],
) -> None:
    """Halves and their year, each amended once, in any order: no small number and no small change follows from all."""
    out: list[Table] = []
    sums: dict[tuple[int, ...], int] = {}
    small: set[tuple[int, ...]] = set()
    shown: dict[tuple[int, int, str, tuple[int, ...]], int] = {}
    for time, span in editions:
        whole = sum(first[half] + (late[half] if time else 0) for half in PARTS[span])
        tables = [
            table(whole, level, keys, period=HALVES[span], as_of=KNOWN[time], borders=HALVES[2].last)
            for level, keys in asked
        ]
        left = protected(tables, earlier=out)
        out += left
        for counted, one in zip(tables, left, strict=True):
            for (places, number, hidden), true in zip(cells(one), counted.values.ravel(), strict=True):
                if not hidden:
                    sums[where(time, span, places)] = number
                    if one.level is not Level.NATION:
                        shown[time, span, one.level, tuple(places)] = number
                elif 0 < true < RULE.least:
                    small.add(where(time, span, places))
    for (time, span, level, places), number in shown.items():
        before = shown.get((0, span, level, places), number) if time else number
        assert abs(number - before) not in range(1, RULE.least), "an amendment shows a small change"
    attack = Attack(4 * SIZE, list(sums.items()))
    for low, high in map(attack.span, sorted(small)):
        assert high is None or high - low >= RULE.least


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_a_year_less_one_half_is_not_the_other_half(order: Sequence[int]) -> None:
    """Of the whole country too, where a small change between two editions of the same days may be seen."""
    girls = (20, 3, 23)
    out: list[Table] = []
    for span in order:
        world = np.zeros((len(LEAVES), *SIZES), "i8")
        world[0, :2, 0] = 40, girls[span]
        left = table(world, Level.NATION, ("sex",), period=HALVES[span], borders=HALVES[2].last)
        out += protected([left], earlier=out)
    told = [one.values[0, 1] for one in out if one.hidden is not None and not one.hidden[0, 1]]
    assert len(told) <= 1, "two of them give the third away"
