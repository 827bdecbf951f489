"""Every entry that counts items: the engine gives what a plain reading gives; a cell opens to what it counts."""

import csv
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.core.calendar import day_start
from casemgr.core.periods import Period
from casemgr.indicators import engine, facts, items, land, splits
from casemgr.indicators.catalogue import ENTRIES, INDICATORS
from casemgr.indicators.items import ITEMS, Item
from casemgr.indicators.register import LogRows, Reading, Register, microseconds
from casemgr.indicators.tables import percent
from casemgr.indicators.terms import Indicator, Kind, Level, Measure
from casemgr.law.vocabulary import vocabulary
from tests.indicators import country, plain_items

QUARTER = Period.parse("2026-Q1")
EXAMPLES = Path(__file__).parent / "examples"
OF_ITEMS = [entry for entry in INDICATORS if items.FORMS[entry.fact] is ITEMS]
UNITS = [3, 4, 5, 8, 13, 14, 18]
FIRST = date(2025, 12, 20)


def thing(dice: Random) -> Item:
    """A random item in which everything can meet everything."""

    def day(*, missing: bool = True) -> date | None:
        return None if missing and dice.random() < 0.2 else FIRST + timedelta(days=dice.randrange(112))

    def some(codes: Sequence[str], most: int) -> frozenset[str]:
        return frozenset(dice.sample(codes, dice.randint(0, most)))

    def minutes() -> int | None:
        return None if dice.random() < 0.3 else dice.randint(0, 5)

    return Item(
        case_high=7,
        case_low=dice.randint(1, 9),
        child=dice.randint(1, 6),
        report=dice.randint(1, 4),
        person=dice.randint(1, 4),
        decided_as=dice.randint(1, 4),
        amount=dice.randint(0, 2_000_000_000),
        incident_unit=dice.choice([0, *UNITS]),
        triage_unit=dice.choice([0, 11]),
        residence_unit=dice.choice([0, *UNITS]),
        unit=dice.choice([0, *UNITS]),
        received=day(missing=False),
        day=day(),
        gone=day(),
        due=day(),
        to_acknowledgement=minutes(),
        to_assessment=minutes(),
        to_measure=minutes(),
        to_plan=minutes(),
        to_approval=minutes(),
        rounds=dice.randint(1, 4),
        taken=some(items.TAKEN, 3),
        timed=some(items.STEPS, 3),
        in_time=some(items.STEPS, 3),
        relations=some((*facts.RELATIONS[:4], "unknown"), 2),
        harms=some(facts.HARMS[:3], 2),
        flags=dice.choice([frozenset(), frozenset(), frozenset({"voided"})]),
        decision=dice.choice(["accepted", "accepted", "pending", "not_verified"]),
        sex=dice.choice(facts.SEXES),
        age=None if dice.random() < 0.2 else dice.randint(0, 20),
        environment=dice.choice(facts.ENVIRONMENTS[:3]),
        ethnic_group=dice.choice(facts.ETHNIC_GROUPS[:3]),
        disability=dice.choice(facts.DISABILITIES),
        outcome=dice.choice(["warning", "fine", "fine", "none", "unknown"]),
        proceedings=dice.choice(items.PROCEEDINGS),
        party=dice.choice(items.PARTIES),
        group=dice.choice(["orphan", "hiv", "at_risk", "unknown"]),
        help=dice.choice(["unknown", "unknown", "health", "other"]),
        care_form=dice.choice(items.CARE_FORMS),
        again=some(items.AGAIN, 2),
        online=dice.choice([None, True, False]),
        reached=dice.choice(items.GOALS),
        offence=dice.choice(["unknown", "blhs141", "blhs142", "other"]),
        act=dice.choice(["unknown", "vp21.1", "vp36"]),
    )


def some_log(seed: int) -> list["Row"]:
    """A random log: items in several versions, by days of recording that do not fall within an item."""
    dice = Random(seed)
    days: dict[int, date] = {}
    rows: list[Row] = []
    for seq in range(1, dice.randint(0, 40) + 1):
        row = dice.randint(1, 25)
        days[row] = max(days.get(row, FIRST), date(2026, 1, 1) + timedelta(days=dice.randrange(110)))
        rows.append((row, seq, days[row], thing(dice)))
    return rows


LOGS = st.integers(0, 2**32).map(some_log)
THINGS = st.integers(0, 2**32).map(lambda seed: thing(Random(seed)))
Row = tuple[int, int, date, Item]


def reading_of(rows: Sequence[Row], as_of: date | None = None) -> Reading:
    register = Register(ITEMS)
    register.write(
        LogRows(
            seq=[seq for _, seq, _, _ in rows],
            case=[country.case_id(row).bytes for row, _, _, _ in rows],
            recorded=[microseconds(datetime.combine(day, time(5, tzinfo=UTC))) for _, _, day, _ in rows],
            mark=[seq for _, seq, _, _ in rows],
            packed=[ITEMS.pack(item) for *_, item in rows],
        )
    )
    register.link()
    return register.reading(day_start(as_of + timedelta(days=1)) if as_of else None)


def grid_of(reading: Reading, entry: Indicator, unit: str, level: Level | None) -> land.Grid:
    asked = land.asked(country.ATLAS, unit, QUARTER.last)
    units = engine.units_in(reading, entry.place)
    return land.grid(country.ATLAS, asked, land.level_of(asked, level), QUARTER.last, units)


def cells(reading: Reading, entry: Indicator, keys: Sequence[str]) -> dict[tuple[str, ...], tuple[Any, ...]]:
    grid = grid_of(reading, entry, "VN", Level.COMMUNE)
    wanted = splits.parse(",".join(keys), QUARTER)
    found = engine.count(reading, entry, QUARTER, grid, wanted, entry.place)
    names = [[*split.members, "*"] for split in wanted]
    told = {}
    shown = found.values if found.of is None else found.of
    for at in zip(*shown.nonzero(), strict=True):
        place, *members = (int(one) for one in at)
        key = (grid.areas[place].code, *(name[one] for name, one in zip(names, members, strict=True)))
        number = int(found.values[at])
        told[key] = (number,) if found.of is None else (number, int(found.of[at]))
    return told


def keys_for(data: st.DataObject, entry: Indicator, most: int) -> list[str]:
    return data.draw(st.lists(st.sampled_from(entry.splits), max_size=most, unique=True))


def test_a_fact_is_made_as_its_class_would_make_it() -> None:
    assert facts.made(Item, child=3, harms=frozenset({"violence"})) == Item(
        child=3, harms=frozenset({"violence"})
    )
    assert facts.varied(Item(child=3), age=9) == Item(child=3, age=9)
    with pytest.raises(TypeError, match="Item has no colour"):
        facts.made(Item, colour="blue")


def test_the_plain_reading_knows_every_entry_that_counts_items() -> None:
    assert {entry.id for entry in OF_ITEMS} == {*plain_items.ENTRIES}


@pytest.mark.parametrize("entry", OF_ITEMS, ids=lambda entry: entry.id)
@settings(max_examples=12)
@given(LOGS, st.none() | st.dates(date(2026, 1, 1), date(2026, 4, 20)), st.data())
def test_engine_equals_the_plain_reading(
    entry: Indicator, log: list[Row], as_of: date | None, data: st.DataObject
) -> None:
    keys = keys_for(data, entry, 2)
    found = cells(reading_of(log, as_of), entry, keys)
    assert found == plain_items.table(entry.id, log, country.NEW_COMMUNES, QUARTER, keys, as_of)


@pytest.mark.parametrize("entry", OF_ITEMS, ids=lambda entry: entry.id)
@settings(max_examples=12)
@given(LOGS, st.data())
def test_a_cell_opens_to_what_it_counts(entry: Indicator, log: list[Row], data: st.DataObject) -> None:
    reading = reading_of(log)
    keys = keys_for(data, entry, 2)
    wanted = splits.parse(",".join(keys), QUARTER)
    where = {split: data.draw(st.sampled_from([*split.members, "*"])) for split in wanted}
    area = data.draw(st.sampled_from(["06001", "06010", "20-unassigned"]))
    grid = grid_of(reading, entry, area, None)
    found = engine.cell(reading, entry, QUARTER, grid, where, entry.place)
    asked = [split.name for split, member in where.items() if member != "*"]
    expected = plain_items.table(entry.id, log, country.NEW_COMMUNES, QUARTER, keys)
    number = expected.get((area, *where.values()), (None if entry.measure is Measure.MEDIAN else 0,))[0]
    assert engine.amount(found, entry) == number
    rule = plain_items.ENTRIES[entry.id]
    cases = {
        item.case_high << 64 | item.case_low
        for item in plain_items.standing(log, None).values()
        if plain_items.counted(entry.id, item, QUARTER, asked)
        and country.NEW_COMMUNES.get(rule.unit(item)) == area
        and (rule.having is None or rule.having(item))
        and (rule.measure != "median" or getattr(item, rule.value) is not None)
        and all(member == "*" or member in plain_items.members(item, s.name) for s, member in where.items())
    }
    assert {case.int for case in found.case_ids()} == cases


def _typed(name: str, text: str) -> Any:
    kind = {field.name: str(field.type) for field in fields(Item)}[name]
    if kind.startswith("frozenset"):
        return frozenset(text.split())
    if kind.startswith("bool"):
        return {"true": True, "false": False}.get(text)
    if kind.startswith("date"):
        return date.fromisoformat(text) if text else None
    if kind.startswith("int"):
        return int(text) if text else (0 if kind == "int" else None)
    return text or "unknown"


def example(kind: str) -> list[Row]:
    """The rows of a kind's example, written by hand."""
    with (EXAMPLES / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = [
        {name: _typed(name, text) for name, text in row.items() if name not in ("row", "why")} for row in rows
    ]
    return [
        (int(row["row"]), seq, date(2026, 1, 1), Item(**item))
        for seq, (row, item) in enumerate(zip(rows, told, strict=True), start=1)
    ]


@pytest.mark.parametrize("entry", OF_ITEMS, ids=lambda entry: entry.id)
def test_the_worked_example_comes_out(entry: Indicator) -> None:
    reading = reading_of(example(entry.fact))
    grid = grid_of(reading, entry, "20", None)
    with (EXAMPLES / f"{entry.set}-{entry.code}.expected.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert lines
    for line in lines:
        wanted = splits.parse(line["by"], QUARTER)
        found = engine.count(reading, entry, QUARTER, grid, wanted, entry.place)
        member = line["member"]
        at = (0, *(-1 if member == "*" else split.members.index(member) for split in wanted))
        assert int(found.values[at]) == int(line["value"]), line
        if line["of"]:
            assert found.of is not None
            assert int(found.of[at]) == int(line["of"]), line


@given(THINGS)
def test_an_item_comes_back_as_it_went(item: Item) -> None:
    packed = ITEMS.pack(item)
    assert len(packed) <= 170
    assert ITEMS.unpack(packed) == item


def test_every_code_of_the_law_has_its_place() -> None:
    for name, codes in (
        ("sanction_outcomes", items.OUTCOMES),
        ("criminal_outcomes", items.PROCEEDINGS),
        ("alternative_care_forms", items.CARE_FORMS),
        ("criminal_offences", items.OFFENCES),
        ("administrative_violations", items.ACTS),
    ):
        assert set(vocabulary(name).codes) <= {*codes}, name
    groups = {code for code in vocabulary("special_circumstances").codes if "." not in code}
    assert groups <= {*items.GROUPS}


def test_where_two_formats_share_a_column_its_codes_are_the_same() -> None:
    for name in ITEMS.columns.keys() & facts.COLUMNS.keys():
        one, other = ITEMS.columns[name], facts.COLUMNS[name]
        assert (one.codes, one.bits) == (other.codes, other.bits), name


def test_an_item_holds_no_name_no_birth_date_no_address() -> None:
    assert not {field.name for field in fields(Item)} & {"name", "birth", "address", "number", "description"}


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_share_is_rounded_once_and_of_nothing_there_is_none(number: int, of: int) -> None:
    if of == 0:
        assert percent(number, of) is None
    elif number <= of:
        share = percent(number, of)
        assert share is not None
        assert abs(share - 100 * number / of) <= 0.05 + 1e-9


def test_what_is_not_sure_shows_it_in_its_code() -> None:
    for entry in ENTRIES:
        assert entry.code.endswith("-p") != entry.sure, entry.id
        if entry.kind is not Kind.COMPUTED:
            assert entry not in INDICATORS
            assert str(entry.note)
