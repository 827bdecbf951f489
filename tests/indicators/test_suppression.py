"""What leaves the state chain, attacked: whoever knows all that is published never learns a small number."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.core.periods import Period
from casemgr.indicators import splits
from casemgr.indicators.catalogue.hotline import INDICATORS as HOTLINE
from casemgr.indicators.suppression import BLANK, RULE, protected
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Level, Measure
from tests.indicators.simplex import Attack
from tests.indicators.tables import KEYS, LEAVES, QUARTER, SIZES, of_measure, table


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


def earlier_and_now(
    before: np.ndarray, now: np.ndarray, level: Level, keys: Sequence[str]
) -> tuple[Table, Table]:
    """Two editions of one table, the second made when the first was out."""
    (first,) = protected([table(before, level, keys, as_of=date(2026, 10, 31))])
    (second,) = protected([table(now, level, keys)], earlier=[first])
    return first, second


@settings(max_examples=20, deadline=None)
@given(WORLDS, ASKED)
def test_who_is_asked_twice_says_the_same(
    world: np.ndarray, asked: list[tuple[Level, Sequence[str]]]
) -> None:
    """An edition that is made again when it is out withholds no less and tells no more."""
    tables = [table(world, level, keys) for level, keys in asked]
    first = protected(tables)
    again = protected(tables, earlier=first)
    for one, other in zip(first, again, strict=True):
        assert one.hidden is not None and other.hidden is not None
        assert not (one.hidden & ~other.hidden).any(), "what was withheld is withheld"


@settings(max_examples=30, deadline=None)
@given(WORLDS, WORLDS, st.sampled_from((Level.PROVINCE, Level.COMMUNE)), st.sampled_from(FAMILIES))
def test_two_editions_do_not_differ_by_a_small_number(
    before: np.ndarray, more: np.ndarray, level: Level, keys: Sequence[str]
) -> None:
    """Whoever subtracts the first edition from the second finds nothing from 1 to 4, and no number it withheld."""
    first, second = earlier_and_now(before, before + np.where(more > 20, more % 7, 0), level, keys)
    assert first.hidden is not None and second.hidden is not None
    both = ~first.hidden & ~second.hidden
    change = np.abs(second.values - first.values)[both]
    assert ((change == 0) | (change >= RULE.least)).all()
    assert not (first.hidden & ~second.hidden & (second.values != 0)).any(), (
        "but a 0 that follows may be shown"
    )


SPANS = tuple(map(Period.parse, ("2025-07-01..2025-12-31", "2026-H1", "2025-07-01..2026-06-30")))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(WORLDS, min_size=2, max_size=2),
    st.sampled_from(FAMILIES),
    st.sampled_from((Level.PROVINCE, Level.COMMUNE)),
    st.permutations(range(3)),
)
def test_a_year_does_not_give_away_its_halves(
    halves: list[np.ndarray], keys: Sequence[str], level: Level, order: list[int]
) -> None:
    """Months, quarters, halves and years are sums: whatever came out first, no small number follows from the others."""
    worlds = (*halves, halves[0] + halves[1])
    tables = [
        table(world, level, keys, period=period, borders=date(2026, 6, 30))
        for period, world in zip(SPANS, worlds, strict=True)
    ]
    out: list[Table] = []
    for place in order:
        out += protected([tables[place]], earlier=out)
    size = len(LEAVES) * SIZES[0] * SIZES[1]
    sums, small = {}, set()
    for place in range(3):
        edition, numbers = out[order.index(place)], tables[place].values.ravel()
        for at, (places, number, hidden) in enumerate(cells(edition)):
            halves_of = {0: (0,), 1: (size,), 2: (0, size)}[place]
            key = tuple(one + half for half in halves_of for one in places)
            if not hidden:
                sums[key] = number
            elif 0 < numbers[at] < RULE.least:
                small.add(key)
    attack = Attack(2 * size, list(sums.items()))
    for low, high in map(attack.span, sorted(small)):
        assert high is None or high - low >= RULE.least


def test_of_two_kinds_of_borders_only_one_is_shown_below_the_country() -> None:
    """A unit of today less the others it was made of would be the unit that is withheld."""
    children = np.full((len(LEAVES), *SIZES), 9, "i8")
    old = table(children, Level.COMMUNE, (), borders=date(2025, 6, 30))
    new = table(children, Level.COMMUNE, (), borders=date(2026, 9, 30))
    nation = table(children, Level.NATION, (), borders=date(2026, 9, 30))
    first, second, whole = protected([old, new, nation])
    assert first.hidden is not None and not first.hidden.any()
    assert second.hidden is not None and second.hidden.all()
    assert whole.hidden is not None and not whole.hidden.any()
    (later,) = protected([new], earlier=[first])
    assert later.hidden is not None and later.hidden.all(), "nor in an edition that comes later"


HALVES = ("2025-H1", "2025-H2", "2025")


def test_other_borders_of_other_days_hide_nothing() -> None:
    """What was published before borders changed is of other children: units of today are shown all the same."""
    children = np.full((len(LEAVES), *SIZES), 9, "i8")
    old, new = (
        table(children, Level.COMMUNE, (), period=span, borders=span.last)
        for span in map(Period.parse, HALVES[:2])
    )
    (first,) = protected([old])
    (second,) = protected([new], earlier=[first])
    for edition in (first, second):
        assert edition.hidden is not None and not edition.hidden.any()


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_of_days_that_are_out_in_one_kind_of_borders_nothing_is_shown_in_the_other(
    order: Sequence[int],
) -> None:
    """A year less its second half would be the first half within the borders of today, beside that of then."""
    children = np.full((len(LEAVES), *SIZES), 9, "i8")
    spans = [Period.parse(HALVES[place]) for place in order]
    out: list[Table] = []
    for span in spans:
        times = 2 if span == Period.parse("2025") else 1
        found = table(children * times, Level.COMMUNE, (), period=span, borders=span.last)
        out += protected([found], earlier=out)
    shown = {
        edition.period.code for edition in out if edition.hidden is not None and not edition.hidden.all()
    }
    assert not {"2025-H1", "2025"} <= shown
    assert shown and (order != (0, 1, 2) or shown == {*HALVES[:2]})


def test_a_unit_does_not_stand_alone_in_the_dark() -> None:
    """One small commune takes a second one with it, the smallest; the rest is published."""
    children = np.zeros((len(LEAVES), *SIZES), "i8")
    children[:, 0, 0] = (3, 50, 8, 40, 40)
    (edition,) = protected([table(children, Level.COMMUNE, ())])
    assert edition.hidden is not None
    assert edition.hidden.tolist() == [True, False, True, False, False]
    assert edition.row("20001").hidden
    with pytest.raises(LookupError):
        edition.value("20001")
    assert edition.value("20002") == 50


@pytest.mark.parametrize("accepted", [0, 2, 30])
def test_reports_that_are_not_counted_leave_in_no_number(accepted: int) -> None:
    """What awaits a decision is not in the total: it is neither bounded by it nor worked out from it."""
    split = splits.parse("decision", QUARTER)
    plain = table(np.zeros((len(LEAVES), *SIZES), "i8"), Level.COMMUNE, ())
    by_decision = [[3, accepted, 1, 0, 7, accepted], *([2, 40, 0, 6, 0, 40] for _leaf in LEAVES[1:])]
    asked = replace(plain, splits=split, values=np.array(by_decision, "i8"))
    (edition,) = protected([asked])
    assert edition.hidden is not None
    for area in edition.areas:
        for member in split[0].members:
            row = edition.row(area.code, decision=member)
            assert row.hidden or member == "accepted", f"{member}: {row.value}"
    (alone,) = protected([replace(plain, values=asked.values[:, -1])])
    assert alone.hidden is not None
    total, counted = edition.hidden[:, -1], edition.hidden[:, split[0].members.index("accepted")]
    assert (total == alone.hidden).all() and (counted == total).all(), "and nothing more is withheld for it"
    assert len(protected([asked], earlier=[edition])) == 1


@pytest.mark.parametrize(("whole", "part", "told"), [(10, 7, False), (10, 5, True), (10, 10, True)])
def test_what_a_member_leaves_of_the_one_it_stands_under_is_a_number_too(
    whole: int, part: int, told: bool
) -> None:
    """10 reports of sexual harm, 7 of rape: that 3 were of something else is in no cell, and could be worked out."""
    entry = next(one for one in HOTLINE if "problem" in one.splits)
    split = splits.parse("problem", QUARTER)
    plain = table(np.zeros((len(LEAVES), *SIZES), "i8"), Level.COMMUNE, (), entry=entry)
    numbers = np.zeros((len(LEAVES), len(split[0].members) + 1), "i8")
    for member, number in (("sexual", 10), ("sexual.rape", 5), ("violence", 30)):
        numbers[:, split[0].members.index(member)] = number
    numbers[:, -1] = 40
    numbers[0, [split[0].members.index("sexual"), split[0].members.index("sexual.rape")]] = whole, part
    (edition,) = protected([replace(plain, splits=split, values=numbers)])
    shown = [edition.row("20001", problem=member).hidden for member in ("sexual", "sexual.rape")]
    assert (not any(shown)) is told
    assert edition.row("24001", problem="sexual.rape").value == 5
    assert edition.value("20001") == 40, "its total tells nothing"


@pytest.mark.parametrize("measure", [Measure.SHARE, Measure.MEDIAN])
def test_shares_and_middle_values_of_few_are_withheld_too(measure: Measure) -> None:
    """3 of 40 is withheld as 3 is; 38 of 40 as 2 is; and the middle of four values as four is."""
    of = np.zeros((len(LEAVES), *SIZES), "i8")
    of[:, 0, 0] = (40, 40, 40, 4, 40)
    number = np.zeros_like(of)
    number[:, 0, 0] = (3, 38, 20, 0, 20)
    found = table(number, Level.COMMUNE, (), entry=of_measure(measure), of=of)
    (edition,) = protected([found])
    assert edition.hidden is not None and edition.of is not None
    small = {"20001", "20002", "24001"} if measure is Measure.SHARE else {"24001"}
    hidden = {row.area.code for row in edition.rows() if row.hidden}
    assert small <= hidden
    assert (edition.of[edition.hidden] == BLANK).all()
    assert all(row.value is None and row.of is None for row in edition.rows() if row.hidden)


def test_a_sum_of_money_is_not_published_as_nobody_knows_of_how_many_it_is() -> None:
    children = np.full((len(LEAVES), *SIZES), 1_000_000, "i8")
    (edition,) = protected([table(children, Level.PROVINCE, KEYS[:1], entry=of_measure(Measure.SUM))])
    assert edition.hidden is not None and edition.hidden.all()


def test_what_is_large_everywhere_is_published_whole() -> None:
    children = np.full((len(LEAVES), *SIZES), 12, "i8")
    tables = [table(children, level, keys) for level in LEVELS for keys in FAMILIES]
    for before, edition in zip(tables, protected(tables), strict=True):
        assert edition.hidden is not None and not edition.hidden.any()
        assert (edition.values == before.values).all()


def test_a_public_edition_has_a_digest_of_its_own() -> None:
    children = np.full((len(LEAVES), *SIZES), 2, "i8")
    found = table(children, Level.COMMUNE, KEYS)
    (edition,) = protected([found])
    assert edition.hidden is not None and edition.hidden.any()
    assert edition.digest != found.digest


def test_what_is_out_is_told_as_it_left() -> None:
    whole = table(np.full((len(LEAVES), *SIZES), 9), Level.PROVINCE, KEYS)
    with pytest.raises(TypeError, match="as it left"):
        protected([whole], earlier=[whole])
