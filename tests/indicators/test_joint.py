"""Several indicators that count some of the same children, attacked together: what the one withholds none of the others tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.indicators.catalogue import named
from casemgr.indicators.suppression import RULE, protected
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Level, Measure
from tests.indicators.simplex import Attack
from tests.indicators.tables import LEAVES, QUARTER, SIZES, table
from tests.indicators.test_suppression import cells

PLACES = len(LEAVES) * SIZES[0]  # children by commune and sex; all of them of one age
KEYS = ((), ("sex",))


@dataclass(frozen=True)
class Kin:
    """Indicators by the kinds of children that they count; of a share first those that have it, then those that have not."""

    kinds: int
    counted: Mapping[str, Sequence[Sequence[int]]]


OVERDUE = Kin(4, {"P/12": [range(4)], "P/09": [range(1, 4)], "P/10": [range(2, 4)], "P/11": [[3]]})
SUPPORT = Kin(2, {"B/0101": [range(2)], "B/01-c4-p": [[0], [1]]})
KNOWN = Kin(4, {"P/14": [(0, 1), (2, 3)], "P/15": [(0, 2), (1, 3)]})
FAMILIES = {"overdue": OVERDUE, "support": SUPPORT, "known": KNOWN}


def counted(kin: Kin, world: np.ndarray, name: str, level: Level, keys: Sequence[str]) -> Table:
    entry = named(name, QUARTER.last)
    parts = [sum(world[kind] for kind in kinds) for kinds in kin.counted[name]]
    of = sum(parts) if entry.measure is Measure.SHARE else None
    return table(parts[0], level, keys, entry=entry, of=of)


def worlds(kinds: int) -> st.SearchStrategy[np.ndarray]:
    few = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 30))
    size = kinds * PLACES

    def shaped(numbers: list[int]) -> np.ndarray:
        world = np.zeros((kinds, len(LEAVES), *SIZES), "i8")
        world[..., 0] = np.array(numbers, "i8").reshape(kinds, len(LEAVES), SIZES[0])
        return world

    return st.lists(few, min_size=size, max_size=size).map(shaped)


def where(places: Sequence[int], kinds: Sequence[int]) -> tuple[int, ...]:
    return tuple(
        PLACES * kind + place // SIZES[1] for kind in kinds for place in places if not place % SIZES[1]
    )


def attacked(kin: Kin, tables: Sequence[Table], left: Sequence[Table]) -> list[str]:
    """Each withheld small number that is bounded to less than the rule promises, by all that is shown together."""
    sums: dict[tuple[int, ...], int] = {}
    small: set[tuple[int, ...]] = set()
    for before, after in zip(tables, left, strict=True):
        parts = [before.values] if before.of is None else [before.values, before.of - before.values]
        for kinds, numbers in zip(kin.counted[before.entry.id], parts, strict=True):
            for (places, _shown, hidden), number in zip(cells(after), numbers.ravel().tolist(), strict=True):
                if not hidden:
                    sums[where(places, kinds)] = number
                elif 0 < number < RULE.least:
                    small.add(where(places, kinds))
    attack = Attack(kin.kinds * PLACES, list(sums.items()))
    spans = {one: attack.span(one) for one in sorted(small)}
    return [
        f"{one}: {low} to {high}"
        for one, (low, high) in spans.items()
        if high is not None and high - low < RULE.least
    ]


LEVELS = (Level.NATION, Level.PROVINCE, Level.COMMUNE)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_no_indicator_tells_what_an_other_withholds(family: str, data: st.DataObject) -> None:
    kin = FAMILIES[family]
    world = data.draw(worlds(kin.kinds))
    asked = data.draw(
        st.lists(
            st.tuples(st.sampled_from(sorted(kin.counted)), st.sampled_from(LEVELS), st.sampled_from(KEYS)),
            min_size=2,
            max_size=5,
            unique=True,
        )
    )
    cut = data.draw(st.integers(0, len(asked)))
    tables = [counted(kin, world, *one) for one in asked]
    first = protected(tables[:cut])
    left = [*first, *protected(tables[cut:], earlier=first)]
    assert not attacked(kin, tables, left)
