"""Several indicators that count some of the same children, attacked together: what the one withholds none of the others tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.indicators import populations
from casemgr.indicators.catalogue import ENTRIES, named
from casemgr.indicators.suppression import RULE, protected
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import AnyOf, Condition, Kind, Known, Late, Level, Measure, NoneOf
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


FAMILIES = {
    # open cases by how long they are overdue: not, to 7 days, to 30, longer
    "overdue": Kin(4, {"P/12": [range(4)], "P/09": [range(1, 4)], "P/10": [range(2, 4)], "P/11": [[3]]}),
    # abused children given support, and not
    "support": Kin(2, {"B/0101": [range(2)], "B/01-c4-p": [[0], [1]]}),
    # cases by whether sex and age are known
    "known": Kin(4, {"P/14": [(0, 1), (2, 3)], "P/15": [(0, 2), (1, 3)]}),
    # first cases of abused children and their further ones, each with sex known and not
    "again": Kin(4, {"B/0101": [(0, 1)], "P/14": [(0, 2), (1, 3)]}),
}


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
    """Together or one after the other, in any order, of any units and keys."""
    kin = FAMILIES[family]
    world = data.draw(worlds(kin.kinds))
    question = st.tuples(st.sampled_from(sorted(kin.counted)), st.sampled_from(LEVELS), st.sampled_from(KEYS))
    asked = data.draw(st.lists(question, min_size=2, max_size=5, unique=True))
    cut = data.draw(st.integers(0, len(asked)))
    tables = [counted(kin, world, *one) for one in asked]
    first = protected(tables[:cut])
    assert not attacked(kin, tables, [*first, *protected(tables[cut:], earlier=first)])


def test_the_attack_succeeds_where_each_indicator_is_judged_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases overdue by more than 7 days and by more than 30: 2 in the one commune, 8 in the other, 6 of them longer."""
    kin = FAMILIES["overdue"]
    world = np.zeros((kin.kinds, len(LEAVES), *SIZES), "i8")
    world[2, :, 0, 0] = (5, 2, 2, 4, 2)
    world[3, :, 0, 0] = (20, 0, 6, 20, 3)
    asked = [("P/11", Level.COMMUNE), ("P/10", Level.COMMUNE), ("P/10", Level.PROVINCE)]
    tables = [counted(kin, world, name, level, ()) for name, level in asked]
    assert not attacked(kin, tables, protected(tables))
    monkeypatch.setattr(populations.Subject, "akin", lambda mine, theirs: False)
    assert attacked(kin, tables, protected(tables)) == ["(33, 34, 35, 48, 49, 50): 0 to 4"]


def sexes(name: str, boys: int, girls: int) -> Table:
    world = np.zeros((len(LEAVES), *SIZES), "i8")
    world[0, :2, 0] = boys, girls
    return table(world, Level.NATION, ("sex",), entry=named(name, QUARTER.last))


def test_reports_do_not_tell_where_children_are_withheld() -> None:
    """A report stands for at least one child: where there are reports there are children."""
    children, reports = protected([sexes("B/0101", 40, 3), sexes("B/01-c1-p", 40, 6)])
    assert shown(children) == shown(reports) == [False, False, False, True]


def test_what_was_shown_once_stays_although_an_other_indicator_withholds_it() -> None:
    """Six girls in two reports: the amended edition shows them again."""
    tables = [sexes("B/0101", 40, 6), sexes("B/01-c1-p", 40, 2)]
    first = protected(tables)
    for children, reports in (first, protected(tables, earlier=first)):
        assert all(shown(children)) and shown(reports) == [False, False, False, True]


def shown(found: Table) -> list[bool]:
    assert found.hidden is not None
    return (~found.hidden[0]).tolist()


def test_sheets_of_the_same_children_are_judged_together() -> None:
    """One sheet tells the communes, another one sex: as if one indicator told both."""
    world = np.zeros((len(LEAVES), *SIZES), "i8")
    world[:, :2, 0] = 40, 3
    by_sex, by_commune = protected(
        [
            table(world, Level.COMMUNE, ("sex",), entry=named("H/01-p", QUARTER.last)),
            table(world, Level.COMMUNE, (), entry=named("H/02-p", QUARTER.last)),
        ]
    )
    same = table(world, Level.COMMUNE, ("sex",), entry=named("H/02-p", QUARTER.last))
    assert by_commune.hidden is not None and not by_commune.hidden.any()
    (later,) = protected([same], earlier=[by_sex])
    assert later.hidden is not None and by_sex.hidden is not None
    assert (later.hidden == by_sex.hidden).all() and by_sex.hidden.any()


def test_which_indicators_of_the_catalogue_count_some_of_the_same() -> None:
    """Read from their rules, not listed anywhere. `=` the same, `<` a part, `~` the same facts in another unit."""
    told = {one.id: populations.populations(one) for one in ENTRIES if one.kind is Kind.COMPUTED}

    def relation(mine: str, theirs: str) -> str:
        one, other = told[mine][0], told[theirs][-1]
        if one == other:
            return "="
        return "<" if one.within(other) else "~" if one.touches(other) else ""

    pairs = {
        "=": "H/01-p H/02-p, H/02-p H/03-p, H/03-p H/04-p, H/06-p H/07-p, H/07-p H/10-p, P/12 P/22",
        "<": "P/09 P/12, P/10 P/09, P/11 P/10, B/01-c1-p B/own-06, H/08-p H/06-p, P/24 P/23",
        "~": "B/0101 B/01-c1-p, B/own-01 B/own-02, B/own-03 B/own-04, B/02-c1-p B/02-c2-p, H/01-p H/06-p",
        "": "B/0101 A/0301-p, B/0101 B/02-c1-p, B/0101 A/03-c5-p, B/01-c1-p B/own-03, A/own-01 A/0301-p",
    }
    for expected, listed in pairs.items():
        for pair in listed.split(", "):
            assert relation(*pair.split()) == expected, pair
    assert told["B/0101"][0] == told["B/01-c4-p"][0], "the N of a share is a count of another indicator"
    assert told["B/01-c4-p"][1].within(told["B/0101"][0])
    assert told["A/0301-p"][0].within(told["A/0302-p"][0])


@pytest.mark.parametrize(
    ("one", "other", "follows"),
    [
        (AnyOf("sex", ("male",)), AnyOf("sex", ("male", "female")), True),
        (AnyOf("sex", ("male", "female")), AnyOf("sex", ("male",)), False),
        (NoneOf("sex", ("male", "unknown")), NoneOf("sex", ("male",)), True),
        (AnyOf("sex", ("male",)), NoneOf("sex", ("unknown",)), True),
        (AnyOf("harms", ("violence",)), NoneOf("harms", ("other",)), False),  # a child can have both
        (AnyOf("harms", ("violence",)), Known("harms"), True),
        (NoneOf("sex", ("unknown",)), Known("sex"), True),
        (AnyOf("sex", ("male",)), AnyOf("kind", ("consultation",)), False),
        (Late(31), Late(8), True),
        (Late(1), Late(8), False),
    ],
)
def test_what_follows_from_a_condition(one: Condition, other: Condition, follows: bool) -> None:
    assert populations.implies(one, other) is follows
