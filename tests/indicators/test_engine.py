"""The engine and the plain reading give the same numbers, row by row; a cell opens to exactly what it counts."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng

from casemgr.core.calendar import day_start
from casemgr.core.errors import Invalid
from casemgr.core.periods import Period
from casemgr.indicators import engine, facts, land, splits
from casemgr.indicators.catalogue import indicator
from casemgr.indicators.facts import Fact
from casemgr.indicators.register import Reading
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Borders, Level, Place
from tests.indicators import country, plain
from tests.indicators.country import Entry

B0101 = indicator("B", "0101", date(2026, 1, 1))
QUARTER = Period.parse("2026-Q1")
ROOT = Path(__file__).parent.parent.parent
KEYS = (
    "sex",
    "age_band:law",
    "age_band:hotline111",
    "age_band:procuracy",
    "age_band:year",
    "harm",
    "environment",
    "online",
    "relation",
    "ethnic_group",
    "disability",
    "decision",
    "month",
)


def counted(
    reading: Reading,
    keys: Sequence[str],
    *,
    unit: str = "VN",
    level: Level | None = Level.COMMUNE,
    day: date = date(2026, 3, 31),
    period: Period = QUARTER,
    place: Place = Place.INCIDENT,
) -> Table:
    asked = land.asked(country.ATLAS, unit, day)
    level = land.level_of(asked, level)
    grid = land.grid(country.ATLAS, asked, level, day, engine.units_in(reading, place))
    wanted = splits.parse(",".join(keys), period)
    found = engine.count(reading, B0101, period, grid, wanted, place)
    made = datetime(2026, 4, 1, tzinfo=UTC)
    return Table(
        B0101,
        asked,
        level,
        period,
        found.splits,
        place,
        Borders.OLD,
        day,
        day,
        made,
        grid.areas,
        found.values,
    )


def cells(table: Table) -> dict[tuple[str, ...], int]:
    return {(row.area.code, *row.dims.values()): row.value for row in table.rows() if row.value}


@given(country.LOGS, st.lists(st.sampled_from(KEYS), max_size=3, unique_by=lambda key: key.partition(":")[0]))
def test_engine_equals_the_plain_reading(log: list[Entry], keys: list[str]) -> None:
    table = counted(country.register_of(log).reading(None), keys)
    assert cells(table) == plain.b0101(log, country.NEW_COMMUNES, QUARTER, keys)


@given(country.LOGS, st.lists(st.sampled_from(KEYS), max_size=2, unique_by=lambda key: key.partition(":")[0]))
def test_many_combinations_are_counted_alike(log: list[Entry], keys: list[str]) -> None:
    reading = country.register_of(log).reading(None)
    before, engine._DENSE = engine._DENSE, 0
    try:
        table = counted(reading, keys)
    finally:
        engine._DENSE = before
    assert cells(table) == plain.b0101(log, country.NEW_COMMUNES, QUARTER, keys)


@given(country.LOGS, st.dates(date(2026, 1, 1), date(2026, 4, 20)), st.integers(0, 40), st.integers(0, 40))
def test_a_past_day_is_counted_as_it_was(log: list[Entry], day: date, first: int, second: int) -> None:
    """However the rows came in, and also while later rows are already there."""
    first, second = sorted((min(first, len(log)), min(second, len(log))))
    register = country.register_of(log[:first], log[first:second])
    reading = register.reading(day_start(day + timedelta(days=1)), more=country.log_rows(log[second:]))
    assert cells(counted(reading, ["sex"])) == plain.b0101(log, country.NEW_COMMUNES, QUARTER, ["sex"], day)
    earlier = register.reading(None, size=first)
    assert cells(counted(earlier, ["harm"])) == plain.b0101(
        log[:first], country.NEW_COMMUNES, QUARTER, ["harm"]
    )


@given(country.LOGS)
def test_old_borders_show_the_old_units(log: list[Entry]) -> None:
    table = counted(country.register_of(log).reading(None), [], day=date(2025, 6, 30))
    assert cells(table) == plain.b0101(log, country.OLD_COMMUNES, QUARTER, [])


@given(country.LOGS, st.sampled_from(["VN", "20", "24", "06001", "06010", "20-unassigned", "VN-unassigned"]))
def test_a_unit_holds_what_its_rows_hold(log: list[Entry], unit: str) -> None:
    reading = country.register_of(log).reading(None)
    homes = {"VN": dict.fromkeys(country.NEW_COMMUNES, "VN")}
    homes["20"] = dict.fromkeys((3, 4, 5, 11, 13, 14), "20")
    homes["24"] = dict.fromkeys((8, 16, 18), "24")
    for code in ("06001", "06010", "20-unassigned", "VN-unassigned"):
        homes[code] = {number: code for number, home in country.NEW_COMMUNES.items() if home == code}
    assert cells(counted(reading, ["sex"], unit=unit, level=None)) == plain.b0101(
        log, homes[unit], QUARTER, ["sex"]
    )


@given(country.LOGS, st.sampled_from(KEYS), st.sampled_from(KEYS), st.data())
def test_a_cell_opens_to_what_it_counts(log: list[Entry], one: str, other: str, data: st.DataObject) -> None:
    keys = [one] if one.partition(":")[0] == other.partition(":")[0] else [one, other]
    reading = country.register_of(log).reading(None)
    table = counted(reading, keys)
    wanted = splits.parse(",".join(keys), QUARTER)
    areas = [area.code for area in table.areas]
    if not areas:
        return
    area = data.draw(st.sampled_from(areas))
    where = {split: data.draw(st.sampled_from([*split.members, "*"])) for split in wanted}
    asked = land.asked(country.ATLAS, area, date(2026, 3, 31))
    grid = land.grid(
        country.ATLAS,
        asked,
        land.level_of(asked, None),
        date(2026, 3, 31),
        engine.units_in(reading, Place.INCIDENT),
    )
    found = engine.cell(reading, B0101, QUARTER, grid, where, Place.INCIDENT)
    value = table.value(area, **{split.name: member for split, member in where.items()})
    assert engine.distinct(found, B0101.counts) == value
    current = {case: fact for case, _, _, fact in log}
    assert sorted(found.case_ids()) == sorted(
        country.case_id(case)
        for case, fact in current.items()
        if fact.harms
        and "voided" not in fact.flags
        and fact.received in QUARTER
        and country.NEW_COMMUNES.get(fact.incident_unit or fact.triage_unit) == area
        and (fact.decision == "accepted" or where.get(splits.one("decision", QUARTER), "*") != "*")
        and all(
            member in plain.members(fact, split.asked_as) or member == "*" for split, member in where.items()
        )
    )


def test_twice_harmed_is_one_child_in_the_total_and_one_in_each_form() -> None:
    first = Fact(
        7, date(2026, 1, 5), incident_unit=13, decision="accepted", harms=frozenset({"violence"}), age=9
    )
    again = Fact(
        7, date(2026, 2, 5), incident_unit=13, decision="accepted", harms=frozenset({"sexual_abuse"}), age=10
    )
    both = Fact(
        8, date(2026, 2, 6), incident_unit=14, decision="accepted", harms=frozenset({"violence", "other"})
    )
    log = [(1, 1, date(2026, 1, 6), first), (2, 2, date(2026, 2, 6), again), (3, 3, date(2026, 2, 7), both)]
    table = counted(country.register_of(log).reading(None), ["harm"], unit="20", level=None)
    assert (table.value(), table.value(harm="violence"), table.value(harm="sexual_abuse")) == (2, 2, 1)
    assert table.value(harm="unknown") == 0
    sums = table.sums(table.splits[0])
    assert (sums.exact, sums.sum, sums.total, sums.twice) == (False, 4, 2, 2)
    by_age = counted(country.register_of(log).reading(None), ["age_band:year"], unit="20", level=None)
    assert (by_age.value(age_band="9"), by_age.value(age_band="10"), by_age.value()) == (1, 1, 2)


def test_zero_rows_are_there_for_each_member_alone_and_for_the_asked_unit() -> None:
    nothing = counted(country.register_of([]).reading(None), ["sex", "online"], unit="06001", level=None)
    assert [(*row.dims.values(), row.value) for row in nothing.rows()] == [
        ("male", "*", 0),
        ("female", "*", 0),
        ("unknown", "*", 0),
        ("*", "true", 0),
        ("*", "false", 0),
        ("*", "unknown", 0),
        ("*", "*", 0),
    ]
    assert not list(counted(country.register_of([]).reading(None), ["sex"]).rows())


def test_too_many_combinations_are_refused() -> None:
    log = [(1, 1, date(2026, 1, 6), Fact(7, date(2026, 1, 5), incident_unit=13, harms=frozenset({"other"})))]
    with pytest.raises(Invalid):
        counted(country.register_of(log).reading(None), list(KEYS[4:]))


def test_the_digest_tells_any_difference_and_nothing_else() -> None:
    one = Fact(7, date(2026, 1, 5), incident_unit=13, decision="accepted", harms=frozenset({"violence"}))
    log = [(1, 1, date(2026, 1, 6), one)]
    base = counted(country.register_of(log).reading(None), ["sex"])
    again = counted(country.register_of(log[:0], log).reading(None), ["sex"])
    assert base.digest == again.digest
    assert len(base.digest) == 64
    more = counted(country.register_of([*log, (2, 2, date(2026, 1, 7), one)]).reading(None), ["sex"])
    assert more.digest == base.digest  # the same child again
    other = [
        *log,
        (
            2,
            2,
            date(2026, 1, 7),
            Fact(8, one.received, incident_unit=13, decision="accepted", harms=one.harms),
        ),
    ]
    assert counted(country.register_of(other).reading(None), ["sex"]).digest != base.digest
    assert counted(country.register_of(log).reading(None), ["online"]).digest != base.digest


def test_large_registers_are_linked_alike() -> None:
    """More rows at once than are linked one by one."""
    dice = default_rng(7)
    count = 30_000
    log: list[Entry] = [
        (
            int(case),
            seq,
            date(2026, 1, 1) + timedelta(days=seq * 90 // count),
            Fact(
                int(child),
                date(2026, 1, 1) + timedelta(days=int(day)),
                incident_unit=[3, 4, 5, 8, 13][int(child) % 5],
                decision="accepted" if day % 4 else "pending",
                harms=frozenset({facts.HARMS[int(day) % 6]}),
                sex=facts.SEXES[int(child) % 3],
            ),
        )
        for seq, (case, child, day) in enumerate(
            zip(*(dice.integers(1, top, count) for top in (20_000, 15_000, 110)), strict=True), start=1
        )
    ]
    for portions in ([log], [log[:25_000], log[25_000:25_500], log[25_500:]], [log[:10], log[10:]]):
        register = country.register_of(*portions)
        for as_of in (None, date(2026, 2, 10)):
            reading = register.reading(day_start(as_of + timedelta(days=1)) if as_of else None)
            expected = plain.b0101(log, country.NEW_COMMUNES, QUARTER, ["sex", "harm"], as_of)
            assert cells(counted(reading, ["sex", "harm"])) == expected
    register.clear()
    assert not cells(counted(register.reading(None), ["sex"]))


def test_rows_that_come_late_find_their_place() -> None:
    """Two writers of one case on PostgreSQL: the row with the lower number may be seen after the other."""
    old = Fact(7, date(2026, 1, 5), incident_unit=13, decision="pending", harms=frozenset({"violence"}))
    new = Fact(7, date(2026, 1, 5), incident_unit=13, decision="accepted", harms=frozenset({"violence"}))
    day = date(2026, 1, 6)
    for portions in ([[(1, 9, day, new)], [(1, 8, day, old)]], [[(1, 8, day, old)], [(1, 9, day, new)]]):
        register = country.register_of(*portions)
        assert counted(register.reading(None), [], unit="20", level=None).value() == 1
        later = country.log_rows([(1, 10, day, old)])
        assert counted(register.reading(None, more=later), [], unit="20", level=None).value() == 0
        assert counted(register.reading(None), [], unit="20", level=None).value() == 1
        between = country.log_rows([(1, 7, day, old)])
        assert counted(register.reading(None, more=between), [], unit="20", level=None).value() == 1


def test_every_pair_of_keys_can_be_asked() -> None:
    log = [(1, 1, date(2026, 1, 6), Fact(7, date(2026, 1, 5), incident_unit=13, harms=frozenset({"other"})))]
    reading = country.register_of(log).reading(None)
    for one, other in product(KEYS, KEYS):
        if one.partition(":")[0] != other.partition(":")[0]:
            assert list(counted(reading, [one, other], unit="20", level=None).rows())


def test_every_age_from_nought_to_twenty_and_none_stands_in_its_band() -> None:
    """Told by hand, band by band; one child of each age, and one of whom it is not known."""
    ages: list[int | None] = [*range(21), None]
    log: list[Entry] = [
        (
            place,
            place,
            date(2026, 1, 6),
            Fact(
                place,
                date(2026, 1, 5),
                incident_unit=13,
                decision="accepted",
                harms=frozenset({"other"}),
                age=age,
            ),
        )
        for place, age in enumerate(ages, start=1)
    ]
    reading = country.register_of(log).reading(None)
    by_hand = {
        "law": {"0-15": 16, "16+": 5},
        "procuracy": {"<6": 6, "6-<10": 4, "10-<13": 3, "13-<16": 3, "16-<18": 2, "18+": 3},
        "hotline111": {
            "0-3": 4, "4-6": 3, "7-9": 3, "10": 1, "11-12": 2, "13-14": 2, "15": 1, "16-17": 2, "18+": 3,
        },
        "year": {**{str(age): 1 for age in range(18)}, "18+": 3},
    }  # fmt: skip
    for bands, told in by_hand.items():
        table = counted(reading, [f"age_band:{bands}"], unit="20", level=None)
        (split,) = table.splits
        assert {member: table.value(age_band=member) for member in split.members} == {**told, "unknown": 1}
        assert table.value() == len(ages)


def test_of_two_facts_of_one_child_each_total_counts_it_once() -> None:
    """By hand: a girl in two reports, violence in one commune, then violence and sexual abuse in another; and her brother."""
    day = date(2026, 1, 5)
    girl = Fact(
        7, day, decision="accepted", sex="female", age=9, harms=frozenset({"violence"}), incident_unit=13
    )
    again = replace(girl, harms=frozenset({"violence", "sexual_abuse"}), age=10, incident_unit=14)
    brother = replace(girl, child=8, sex="male", age=None)
    log: list[Entry] = [(case, case, day, fact) for case, fact in enumerate((girl, again, brother), start=1)]
    reading = country.register_of(log).reading(None)
    country_, communes = (counted(reading, ["harm", "sex"], level=level) for level in (None, Level.COMMUNE))
    assert (country_.value(), country_.value(sex="female"), country_.value(harm="violence")) == (2, 1, 2)
    assert country_.value(harm="sexual_abuse", sex="female") == 1
    assert [communes.value("06001"), communes.value("06010")] == [2, 1]
    ages = counted(reading, ["age_band:procuracy"], level=None)
    told = [ages.value(age_band=band) for band in ("6-<10", "10-<13", "unknown", "*")]
    assert told == [1, 1, 1, 2], "at two ages, and once in the total"


def test_the_house_starts_without_numpy() -> None:
    program = "import sys, casemgr.indicators.views, casemgr.cli.indicators; print({'numpy', 'xlsxwriter'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "set()"
