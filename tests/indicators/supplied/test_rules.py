"""The pure side of supplied figures: how numbers are written, what must hold, how they add up."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.core.findings import Weight
from casemgr.core.periods import Period
from casemgr.indicators import tables
from casemgr.indicators.catalogue import indicator
from casemgr.indicators.supplied import numbers, rules
from casemgr.indicators.supplied.adding import Supplied
from casemgr.indicators.supplied.rules import Facts
from casemgr.indicators.supplied.terms import Amount, Figure, Line
from casemgr.indicators.terms import Lack, Supply
from tests.indicators.country import ATLAS, LAST, TURN
from tests.indicators.supplied.figures import SOURCE

YEAR = Period.parse("2026")
POPULATION = indicator("A", "0101-p", YEAR.last).supply or Supply()
SHARE = Supply(per=100, part=True)
RATIO = Supply(per=100)


@pytest.mark.parametrize(
    ("text", "rate", "number"),
    [
        ("3140", False, 3140),
        ("3.140", False, 3140),
        ("24 776 733", False, 24_776_733),
        ("", False, None),
        ("0", False, 0),
        ("12,5", True, 1250),
        ("12.53", True, 1253),
        ("7", True, 700),
    ],
)
def test_a_number_is_typed_as_people_write_it(text: str, rate: bool, number: int | None) -> None:
    assert numbers.typed(text, rate=rate) == number


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        *(
            (text, False)
            for text in ("1,234", "12,5", "-3", "1.23", "１２３", "NaN", "1e9", "=1", "9" * 14, "12a")
        ),
        *((text, True) for text in ("1.234", "1,234", "-1", "１２", "inf", "1e2", "12,", "=A1")),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text: str, rate: bool) -> None:
    with pytest.raises(numbers.Unreadable):
        numbers.typed(text, rate=rate)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("1.234", numbers.TEXT),
        ("1,234", numbers.TEXT),
        ("１２３", numbers.TEXT),
        ("3 140", numbers.TEXT),
        (-1, numbers.NEGATIVE),
        ("-1", numbers.NEGATIVE),
        (float("nan"), numbers.ENDLESS),
        (float("inf"), numbers.ENDLESS),
        (1e300, numbers.ENDLESS),
        (3.5, numbers.BROKEN),
        (True, numbers.TRUTH),
        (datetime(2026, 1, 1), numbers.DAY),
        (date(2026, 1, 1), numbers.DAY),
        ("=SUM(A1)", numbers.FORMULA),
        ("#DIV/0!", numbers.FAULT),
        (b"1", numbers.TEXT),
    ],
)
def test_a_cell_holds_a_number_or_is_refused_for_its_own_reason(value: object, sentence: object) -> None:
    with pytest.raises(numbers.Unreadable) as wrong:
        numbers.in_cell(value, rate=False)
    assert wrong.value.sentence is sentence


@given(st.integers(0, numbers.MOST // 100))
def test_every_number_written_is_read_again(number: int) -> None:
    for rate in (True, False):
        told = numbers.written(number, rate=rate)
        assert numbers.in_cell(told, rate=rate) == number if number < 10**9 or not rate else True
        exact = Decimal(number) / (100 if rate else 1)
        assert numbers.in_cell(exact, rate=rate) == number
        assert numbers.in_cell(float(exact), rate=rate) == number


def found(supply: Supply, cells: Mapping[str, Amount], **more: object) -> set[str]:
    facts = Facts("06124", Line(cells), supply, **more)  # type: ignore[arg-type]
    told = rules.findings([facts])
    return {f"{one.weight}:{one.code.partition('.')[0].partition('-')[0]}" for one in told}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"*": Amount(10)}, set()),
        ({"sex=male": Amount(10)}, {"block:no_total"}),
        ({"*": Amount(10), "sex=male": Amount(6), "sex=female": Amount(4)}, set()),
        ({"*": Amount(10), "sex=male": Amount(6), "sex=female": Amount(5)}, {"block:too_many"}),
        ({"*": Amount(10), "sex=male": Amount(6), "sex=female": Amount(3)}, {"explain:too_few"}),
        ({"*": Amount(10), "sex=male": Amount(6)}, set()),
        ({"*": Amount(10), "sex=male": Amount(11)}, {"block:too_many"}),
    ],
)
def test_members_and_their_total(cells: Mapping[str, Amount], said: set[str]) -> None:
    assert found(POPULATION, cells) == said


@pytest.mark.parametrize(
    ("supply", "amount", "said"),
    [
        (SHARE, Amount(3, 10), set()),
        (SHARE, Amount(11, 10), {"block:more_than_all"}),
        (RATIO, Amount(11, 10), set()),
        (SHARE, Amount(3), {"block:half"}),
        (SHARE, Amount(0, 0), {"block:nothing_below"}),
        (SHARE, Amount(told=10_000), set()),
        (SHARE, Amount(told=10_001), {"block:over_all"}),
        (RATIO, Amount(told=11_150), set()),
        (SHARE, Amount(3, 10, 4000), {"block:differs"}),
    ],
)
def test_the_parts_of_a_rate(supply: Supply, amount: Amount, said: set[str]) -> None:
    assert found(supply, {"*": amount}) == said


def test_a_rate_told_with_its_parts_is_told_by_them_alone() -> None:
    assert rules.clean(Line({"*": Amount(1, 3, 3333)}), SHARE).cells == {"*": Amount(1, 3)}
    assert rules.clean(Line({"*": Amount(1, 3, 3500)}), SHARE).cells == {"*": Amount(1, 3, 3500)}
    assert rules.clean(Line({"*": Amount(1), "harm=other": Amount(2)}), POPULATION).cells == {"*": Amount(1)}


@pytest.mark.parametrize(
    ("old", "new", "jumps"),
    [(1000, 1200, False), (1000, 1201, True), (1000, 799, True), (50, 75, False), (0, 40, True)],
)
def test_a_jump_since_the_last_period_needs_a_reason(old: int, new: int, jumps: bool) -> None:
    assert (found(POPULATION, {"*": Amount(new)}, before={"*": Amount(old)}) == {"explain:jump"}) is jumps


def test_a_sum_that_differs_from_the_units_below_needs_a_reason() -> None:
    assert found(POPULATION, {"*": Amount(10)}, below=Amount(11)) == {"explain:not_the_sum"}
    assert not found(POPULATION, {"*": Amount(10)}, below=Amount(10))


def test_an_explanation_settles_what_asks_and_nothing_that_blocks() -> None:
    line = Line({"*": Amount(2000)}, "Sáp nhập thôn")
    facts = Facts("06124", line, POPULATION, before={"*": Amount(1000)})
    told = rules.findings([facts])
    assert [one.weight for one in told] == [Weight.EXPLAIN]
    told.settle(rules.explanations(told, {"06124": line}))


@pytest.mark.parametrize(
    ("wanted", "there", "best"),
    [
        ("2026-Q3", ["2025", "2026"], ["2026", "2025"]),
        ("2026-Q3", ["2026", "2026-Q3", "2026-H2"], ["2026-Q3", "2026-H2", "2026"]),
        ("2026", ["2026-06", "2025", "2024-06"], ["2026-06", "2025", "2024-06"]),
        ("2026", ["2027", "2022"], []),
        ("2024-02", ["2021-02", "2021-01"], ["2021-02"]),
    ],
)
def test_which_denominator_stands_below_a_rate(wanted: str, there: list[str], best: list[str]) -> None:
    chosen = rules.denominators(Period.parse(wanted), [Period.parse(one) for one in there])
    assert [one.code for one in chosen] == best


@given(st.integers(0, 10**7), st.integers(1, 10**7), st.sampled_from([100, 1000, 100_000]))
def test_a_rate_is_exact_to_two_decimals(n: int, of: int, per: int) -> None:
    told = tables.rate(n, of, per)
    assert told is not None and abs(Decimal(str(told)) - Decimal(per * n) / of) <= Decimal("0.005000001")
    assert round(told * 100) == rules.hundredths(Amount(n, of), per)


def figure(unit_id: int, total: int | None, **members: int) -> Figure:
    cells = {f"sex={name}": Amount(number) for name, number in members.items()}
    if total is not None:
        cells["*"] = Amount(total)
    unit = ATLAS.unit(unit_id)
    assert unit is not None
    return Figure(
        "A 0101-p", unit_id, unit.code, YEAR, 1, cells, SOURCE, {}, datetime(2026, 1, 1, tzinfo=UTC), None
    )


def supplied(on: date, *figures: Figure) -> Supplied:
    return Supplied(ATLAS, on, {one.unit_id: one for one in figures})


def test_a_sum_needs_every_part() -> None:
    """The province of 2026 has two communes: 06001 and 06010."""
    both = supplied(TURN, figure(13, 5), figure(14, 7)).part(ATLAS.unit(11), TURN, "*")
    assert both.amount == Amount(12) and len(both.figures) == 2
    one = supplied(TURN, figure(13, 5)).part(ATLAS.unit(11), TURN, "*")
    assert one.amount is None and (one.gap.lack, one.gap.lacking, one.gap.units) == (Lack.INCOMPLETE, 1, 2)
    none = supplied(TURN).part(ATLAS.unit(11), TURN, "*")
    assert none.gap.lack is Lack.NONE
    own = supplied(TURN, figure(11, 99), figure(13, 5)).part(ATLAS.unit(11), TURN, "*")
    assert own.amount == Amount(99), "its own figure goes before a sum"


def test_a_member_that_one_unit_lacks_has_no_sum() -> None:
    there = supplied(TURN, figure(13, 5, male=3), figure(14, 7))
    assert there.part(ATLAS.unit(11), TURN, "*").amount == Amount(12)
    assert there.part(ATLAS.unit(11), TURN, "sex=male").gap.lack is Lack.INCOMPLETE


def test_figures_of_old_communes_are_carried_where_the_succession_is_whole() -> None:
    """07001 is unchanged; 06003 was divided between 06001 and 06010, so neither of them can be known."""
    old = supplied(LAST, figure(3, 1), figure(4, 2), figure(5, 4), figure(8, 8))
    assert old.part(ATLAS.unit(18), TURN, "*").amount == Amount(8)
    for divided in (13, 14):
        assert old.part(ATLAS.unit(divided), TURN, "*").gap.lack is Lack.DIVIDED
    assert old.part(ATLAS.unit(11), TURN, "*").amount == Amount(7), "the province is whole"
    assert old.part(ATLAS.unit(3), LAST, "*").amount == Amount(1), "in its own borders it is known"
    unassigned = old.unassigned(ATLAS.unit(11), TURN, "*")
    assert unassigned is not None and unassigned.amount == Amount(4)
    assert old.unassigned(ATLAS.unit(16), TURN, "*") is None


def test_bare_rates_are_not_added() -> None:
    bare = [figure(13, None), figure(14, None)]
    told = {one.unit_id: one for one in bare}
    for number, one in told.items():
        told[number] = Figure(**{**one.__dict__, "cells": {"*": Amount(told=1250)}})
    there = Supplied(ATLAS, TURN, told)
    assert there.part(ATLAS.unit(11), TURN, "*").gap.lack is Lack.ALONE
    assert there.part(ATLAS.unit(13), TURN, "*").amount == Amount(told=1250)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from([3, 4, 5, 8]), st.integers(0, 1000)))
def test_nothing_is_lost_or_counted_twice_when_borders_change(told: dict[int, int]) -> None:
    """What stands in new communes and unassigned is what was supplied, whenever all of it is known."""
    old = supplied(LAST, *(figure(number, total) for number, total in told.items()))
    country = old.part(None, TURN, "*")
    assert country.amount == (Amount(sum(told.values())) if len(told) == 4 else None)
    if len(told) == 4:
        here = [old.part(ATLAS.unit(number), TURN, "*").amount for number in (13, 14, 18)]
        rest = old.unassigned(ATLAS.unit(11), TURN, "*")
        known = sum(one.n or 0 for one in here if one) + (rest.amount.n or 0 if rest and rest.amount else 0)
        assert known == sum(told.values()) - told[3] - told[4], (
            "06001 cannot be known, so its whole parts wait too"
        )
