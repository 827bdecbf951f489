"""What leaves the state chain, attacked: whoever knows all that is published never learns a small number."""

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.indicators.suppression import BLANK, RULE, protected
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Level
from tests.indicators.simplex import Attack
from tests.indicators.tables import KEYS, LEAVES, SIZES, table


def cells(found: Table) -> list[tuple[list[int], int, bool]]:
    """Each cell of a table: the places of a world that it sums up, its number, whether it is withheld."""
    assert found.hidden is not None
    told = []
    inside = {"VN": [*range(len(LEAVES))]}
    for place, leaf in enumerate(LEAVES):
        for code in leaf:
            inside.setdefault(code, []).append(place)
    names = [split.asked_as for split in found.splits]
    for at in product(*(range(size) for size in found.values.shape)):
        members = dict(zip(names, at[1:], strict=True))
        ranges = [
            range(size) if members.get(key, size) == size else (members[key],)
            for key, size in zip(KEYS, SIZES, strict=True)
        ]
        places = [
            int(np.ravel_multi_index(one, (len(LEAVES), *SIZES)))
            for one in product(inside[found.areas[at[0]].code], *ranges)
        ]
        told.append((places, int(found.values[at]), bool(found.hidden[at])))
    return told


def attacked(editions: Sequence[Table]) -> list[tuple[int, int | None]]:
    """The span of every withheld number for an attacker who knows all published ones and that children are whole."""
    everything = [cell for edition in editions for cell in cells(edition)]
    sums = {tuple(places): number for places, number, hidden in everything if not hidden}
    attack = Attack(len(LEAVES) * 9, list(sums.items()))
    wanted = {tuple(places) for places, _number, hidden in everything if hidden}
    return [attack.span(places) for places in sorted(wanted)]


FEW = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 30))
WORLDS = st.lists(FEW, min_size=len(LEAVES) * 9, max_size=len(LEAVES) * 9).map(
    lambda numbers: np.array(numbers, "i8").reshape(len(LEAVES), *SIZES)
)
LEVELS = (Level.NATION, Level.PROVINCE, Level.COMMUNE)
FAMILIES = [keys for count in range(3) for keys in combinations(KEYS, count)]
ASKED = st.lists(
    st.tuples(st.sampled_from(LEVELS), st.sampled_from(FAMILIES)), min_size=1, max_size=4, unique=True
)


@settings(max_examples=25, deadline=None)
@given(WORLDS, ASKED)
def test_no_attacker_bounds_a_withheld_number(
    world: np.ndarray, asked: list[tuple[Level, Sequence[str]]]
) -> None:
    tables = [table(world, level, keys) for level, keys in asked]
    editions = protected(tables)
    for before, after in zip(tables, editions, strict=True):
        assert after.hidden is not None
        small = (before.values > 0) & (before.values < RULE.least)
        assert not (small & ~after.hidden).any(), "a small number was published"
        assert (after.values[after.hidden] == BLANK).all()
        assert (after.values[~after.hidden] == before.values[~after.hidden]).all()
    for low, high in attacked(editions):
        assert high is None or high - low >= RULE.least
