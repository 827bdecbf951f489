"""Figures in the house: who supplies them, revisions, as of a past day, tables of them and rates over them."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.core.errors import Conflict, NotFound, Refused, RuleBroken
from casemgr.core.periods import Period
from casemgr.indicators import queries
from casemgr.indicators.outputs import csv_file, json_file
from casemgr.indicators.outputs.told import Told
from casemgr.indicators.supplied import actions
from casemgr.indicators.supplied import queries as supplied
from casemgr.indicators.supplied.terms import Amount, Figure, Line, Source
from casemgr.indicators.tables import Row, Table
from casemgr.indicators.terms import Lack
from tests.indicators.supplied import figures
from tests.support import factories
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

YEAR = Period.parse("2026")


def table(house: HouseUnderTest, set_: str, code: str, period: str = "2026", **asked: str) -> Table:
    with house.desk(Role.STATISTICIAN, writing=False) as desk:
        return queries.table(desk, queries.question(set_, code, **{"unit": LANG_SON, **asked}, period=period))


def figure(house: HouseUnderTest, desk: Desk, period: Period, *, as_of: date | None = None) -> Figure | None:
    """What stands for Na Sầm, as counting reads it."""
    entry = supplied.indicator("A", "0101-p", period.last)
    return supplied.supplied(desk, entry, period, as_of).figures.get(house.unit_id(NA_SAM))


def row(table: Table, area: str | None = None, **dims: str) -> Row:
    return table.row(area, **dims)


def supply(house: HouseUnderTest, code: str, line: Line, period: str = "2026", **more: object) -> None:
    with house.desk(Role.STATISTICIAN) as desk:
        sheet = figures.sheet(desk, unit=code, period=period, level="")
        figures.supply(desk, sheet, {code: line}, **more)  # type: ignore[arg-type]


def everywhere(house: HouseUnderTest, period: str = "2026", each: int = 3000) -> int:
    with house.desk(Role.STATISTICIAN) as desk:
        sheet = figures.sheet(desk, period=period)
        lines = figures.whole(sheet, each)
        figures.supply(desk, sheet, lines)
    return sum(line.cells["*"].n or 0 for line in lines.values())


def test_what_nobody_supplied_is_missing_and_not_zero(house: HouseUnderTest) -> None:
    found = table(house, "A", "0101-p")
    assert row(found).value is None and row(found).gap is not None
    with pytest.raises(ValueError, match="no number"):
        found.value()
    assert not found.known.any()
    told = json_file.as_json(found)
    assert told["rows"] == [
        {
            "unit_code": "20",
            "unit_name": "Tỉnh Lạng Sơn",
            "dims": {},
            "value": None,
            "missing": {"why": "none", "lacking": 65, "units": 65},
        }
    ]
    assert told["sources"] == [] and told["place"] is None


def test_a_province_is_the_sum_of_its_communes_once_all_are_there(house: HouseUnderTest) -> None:
    supply(house, NA_SAM, figures.line(3140, male=1600, female=1540))
    partly = table(house, "A", "0101-p", by="sex", level="commune")
    assert row(partly, NA_SAM, sex="male").value == 1600
    assert row(partly, THAT_KHE).gap is not None and THAT_KHE in {one.code for one in partly.areas}
    gap = row(table(house, "A", "0101-p")).gap
    assert gap is not None and (gap.lack, gap.lacking, gap.units) == (Lack.INCOMPLETE, 64, 65)
    total = everywhere(house)
    assert row(table(house, "A", "0101-p")).value == total
    assert row(table(house, "A", "0101-p", by="sex"), sex="male").gap is not None


def test_a_correction_is_a_revision_and_the_past_stays(house: HouseUnderTest) -> None:
    supply(house, NA_SAM, figures.line(3140))
    first = table(house, "A", "0101-p", unit=NA_SAM)
    house.clock.move(timedelta(days=3))
    supply(house, NA_SAM, figures.line(3200), source=Source("Thống kê tỉnh", "15/BC", date(2026, 11, 20)))
    then = table(house, "A", "0101-p", unit=NA_SAM, as_of="2026-11-18")
    assert row(then).value == 3140 and then.digest == first.digest
    assert row(table(house, "A", "0101-p", unit=NA_SAM)).value == 3200
    with house.desk(Role.STATISTICIAN, writing=False) as desk:
        found = figure(house, desk, YEAR)
        before = figure(house, desk, YEAR, as_of=date(2026, 11, 18))
        assert found is not None and before is not None
        assert (found.revision, before.revision) == (2, 1)
        assert [
            one.revision
            for one in supplied.history(desk, supplied.indicator("A", "0101-p", YEAR.last), NA_SAM, YEAR)
        ] == [2, 1]
        assert figure(house, desk, YEAR, as_of=date(2026, 11, 1)) is None


def test_a_withdrawn_figure_counts_no_more_and_says_why(house: HouseUnderTest) -> None:
    supply(house, NA_SAM, figures.line(3140))
    house.clock.move(timedelta(days=1))
    with house.desk(Role.STATISTICIAN) as desk:
        sheet = figures.sheet(desk, unit=NA_SAM, level="")
        actions.withdraw(desk, sheet, reason="Nhầm kỳ", seen=1)
    assert row(table(house, "A", "0101-p", unit=NA_SAM)).value is None
    assert row(table(house, "A", "0101-p", unit=NA_SAM, as_of="2026-11-18")).value == 3140
    with house.desk(Role.STATISTICIAN) as desk:
        sheet = figures.sheet(desk, unit=NA_SAM, level="")
        newest, oldest = supplied.history(desk, sheet.entry, NA_SAM, YEAR)
        assert newest.withdrawn and newest.source.note == "Nhầm kỳ" and not oldest.withdrawn
        with pytest.raises(NotFound):
            actions.withdraw(desk, sheet, reason="Hai lần", seen=2)
        figures.supply(desk, sheet, {NA_SAM: figures.line(3000)})
        assert supplied.standing(desk, sheet)[NA_SAM].revision == 3


def test_only_the_revision_that_was_looked_at_is_withdrawn(house: HouseUnderTest) -> None:
    supply(house, NA_SAM, figures.line(3140))
    supply(house, NA_SAM, figures.line(3200))
    with house.desk(Role.STATISTICIAN) as desk:
        sheet = figures.sheet(desk, unit=NA_SAM, level="")
        for seen in (1, None, 3):
            with pytest.raises(Conflict):
                actions.withdraw(desk, sheet, reason="Nhầm kỳ", seen=seen)
        assert supplied.standing(desk, sheet)[NA_SAM].revision == 2
        actions.withdraw(desk, sheet, reason="Nhầm kỳ", seen=2)
        with pytest.raises(Conflict):
            actions.withdraw(desk, sheet, reason="Hai người cùng lúc", seen=2)


def test_only_units_that_differ_get_a_revision(house: HouseUnderTest) -> None:
    everywhere(house)
    other = Source("Công an tỉnh", "7/CA", date(2026, 5, 1))
    with house.desk(Role.STATISTICIAN) as desk:
        sheet = figures.sheet(desk)
        lines = {**figures.whole(sheet), NA_SAM: figures.line(3333)}
        assert [one.unit_code for one in figures.supply(desk, sheet, lines, other)] == [NA_SAM]
        assert supplied.standing(desk, sheet)[THAT_KHE].source == figures.SOURCE
        assert not figures.supply(desk, sheet, {NA_SAM: figures.line(3333)}, other)
        assert len(figures.supply(desk, sheet, {NA_SAM: figures.line(3333)}, figures.SOURCE)) == 1


def test_nothing_is_stored_when_one_row_is_wrong(house: HouseUnderTest) -> None:
    with house.desk(Role.STATISTICIAN) as desk:
        sheet = figures.sheet(desk)
        lines = {**figures.whole(sheet), NA_SAM: figures.line(10, male=8, female=8)}
        with pytest.raises(RuleBroken):
            figures.supply(desk, sheet, lines)
        desk.give_up()
    assert row(table(house, "A", "0101-p", unit=THAT_KHE)).value is None


def test_a_jump_is_stored_with_its_explanation(house: HouseUnderTest) -> None:
    supply(house, NA_SAM, figures.line(3000), period="2025")
    with pytest.raises(RuleBroken, match=f"jump.{NA_SAM}"):
        supply(house, NA_SAM, figures.line(6000))
    supply(house, NA_SAM, figures.line(6000, "Sáp nhập hai xã"))
    with house.desk(Role.STATISTICIAN, writing=False) as desk:
        found = figure(house, desk, YEAR)
        assert found is not None and list(found.explained.values()) == ["Sáp nhập hai xã"]


def test_two_people_do_not_overwrite_each_other(house: HouseUnderTest) -> None:
    with house.desk(Role.STATISTICIAN, writing=False) as desk:
        seen = actions.mark(supplied.standing(desk, figures.sheet(desk)))
    supply(house, NA_SAM, figures.line(3140))
    with pytest.raises(Conflict), house.desk(Role.STATISTICIAN, person=1) as desk:
        figures.supply(desk, figures.sheet(desk), {THAT_KHE: figures.line(100)}, seen=seen)


@pytest.mark.parametrize("unit", ["VN", "04", "00004", "20-unassigned"])
def test_a_foreign_unit_is_as_unknown_as_none(house: HouseUnderTest, unit: str) -> None:
    with house.desk(Role.STATISTICIAN) as desk, pytest.raises(NotFound):
        figures.sheet(desk, unit=unit)


def test_whoever_only_reads_numbers_supplies_none(house: HouseUnderTest) -> None:
    with house.desk(Role.PROVINCE_SUPERVISOR) as desk, pytest.raises(NotFound):
        figures.sheet(desk)
    with house.maintenance(writing=False) as desk:
        sheet = figures.sheet(desk)
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(Refused):
        figures.supply(desk, sheet, {NA_SAM: figures.line(1)}, seen="")


def test_what_is_counted_or_unread_is_not_typed_in(house: HouseUnderTest) -> None:
    with house.desk(Role.STATISTICIAN) as desk:
        for entry in (("B", "0101"), ("B", "01-c3-p"), ("A", "0602-p")):
            with pytest.raises(NotFound):
                figures.sheet(desk, entry=entry)
        with pytest.raises(RuleBroken, match="period_ahead"):
            sheet = figures.sheet(desk, period="2027")
            figures.supply(desk, sheet, {NA_SAM: figures.line(1)})


def test_a_rate_is_counted_over_the_same_unit(house: HouseUnderTest) -> None:
    factories.a_case(house)
    total = everywhere(house)
    rates = table(house, "B", "own-05", level="commune")
    here, there = row(rates, NA_SAM), row(rates, THAT_KHE)
    assert (here.n, here.of) == (1, 3018) and here.value == 33.13
    assert (there.n, there.value) == (0, 0.0), "no child in a commune with a denominator is a true zero"
    whole = row(table(house, "B", "01-c3-p"))
    assert (whole.n, whole.of) == (1, total)
    assert [str(one) for one in here.origins] == ["A 0101-p 2026: Thống kê tỉnh, 12/BC-TK, 10/01/2026"]


def test_a_rate_without_a_denominator_is_none_and_keeps_its_count(house: HouseUnderTest) -> None:
    factories.a_case(house)
    found = row(table(house, "B", "01-c3-p"))
    assert found.value is None and found.n == 1
    assert found.gap is not None and found.gap.lack is Lack.NO_DENOMINATOR
    supply(house, NA_SAM, figures.line(0))
    assert row(table(house, "B", "01-c3-p", unit=NA_SAM)).value is None, "nothing is divided by 0"
    partly = row(table(house, "B", "01-c3-p")).gap
    assert partly is not None and (partly.lacking, partly.units) == (64, 65)


def test_an_earlier_denominator_is_used_for_some_years_and_says_so(house: HouseUnderTest) -> None:
    factories.a_case(house)
    supply(house, NA_SAM, figures.line(2000, male=1000, female=1000), period="2024")
    dated = row(table(house, "B", "01-c3-p", period="2026-Q4", unit=NA_SAM, by="sex"), sex="male")
    assert dated.of is None, "in 2024 the commune was another one, and took in others since"
    supply(house, NA_SAM, figures.line(2000, male=1000, female=1000), period="2025")
    found = table(house, "B", "01-c3-p", period="2026-Q4", unit=NA_SAM, by="sex")
    assert row(found, sex="male").of == 1000 and [one.dated for one in row(found).origins] == [True]
    assert "kỳ trước" in csv_file.write([found], Told()).decode()
    unknown = row(found, sex="unknown").gap
    assert unknown is not None and unknown.lack is Lack.NO_DENOMINATOR


def test_each_split_is_divided_by_its_own_people_or_by_all(house: HouseUnderTest) -> None:
    factories.a_case(house)
    line = Line(
        {"*": Amount(100), "sex=male": Amount(60), "sex=female": Amount(40), "age_band=<6": Amount(30)}
    )
    supply(house, NA_SAM, line)
    found = table(house, "B", "01-c3-p", unit=NA_SAM, by="sex,harm")
    assert row(found, sex="female").of == 40 and row(found, harm="violence").of == 100
    assert row(found, sex="female", harm="violence").of == 40
    by_age = table(house, "B", "01-c3-p", unit=NA_SAM, by="age_band:procuracy,sex")
    assert row(by_age, age_band="<6").of == 30 and row(by_age, age_band="6-<10").value is None
    assert row(by_age, age_band="<6", sex="male").value is None, "nobody has told boys under six"


def test_rates_of_figures_are_told_with_or_without_their_parts(house: HouseUnderTest) -> None:
    with house.desk(Role.STATISTICIAN) as desk:
        sheet = figures.sheet(desk, entry=("A", "0202-p"))
        cells = {NA_SAM: {"*": Amount(2, 150)}, THAT_KHE: {"*": Amount(told=1250)}}
        figures.supply(desk, sheet, {code: Line(one) for code, one in cells.items()})
    found = table(house, "A", "0202-p", level="commune")
    assert (row(found, NA_SAM).value, row(found, NA_SAM).n) == (13.33, 2)
    assert (row(found, THAT_KHE).value, row(found, THAT_KHE).n) == (12.5, None)
    assert "12.5," in csv_file.write([found], Told()).decode()


def test_figures_of_old_communes_stand_under_the_new_ones_where_they_can(house: HouseUnderTest) -> None:
    """Thụy Hùng of today took in three whole communes of 2024."""
    for code, total in (("06127", 500), ("06136", 600), ("06148", 700)):
        with house.desk(Role.STATISTICIAN) as desk:
            sheet = figures.sheet(desk, unit=code, period="2024", level="")
            figures.supply(desk, sheet, {code: figures.line(total)})
    assert row(table(house, "A", "0101-p", period="2024", unit="06148")).value == 700
    now = row(table(house, "A", "0101-p", period="2024", unit="06148", borders="new"))
    assert now.value == 1800


@settings(max_examples=8)
@given(st.lists(st.integers(0, 9000), min_size=1, max_size=4))
def test_the_newest_revision_stands_and_every_day_can_be_asked_for(
    house: HouseUnderTest, totals: list[int]
) -> None:
    days = []
    for total in totals:
        house.clock.move(timedelta(days=1))
        supply(house, NA_SAM, figures.line(total, "Số mới"), period="2025")
        days.append((house.clock.now().date(), total))
    with house.desk(Role.STATISTICIAN, writing=False) as desk:
        for day, total in days:
            found = figure(house, desk, Period.parse("2025"), as_of=day)
            assert found is not None and found.cells == {"*": Amount(total)}
