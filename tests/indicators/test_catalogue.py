"""The catalogue: every entry is complete, and its worked example, made by hand, comes out."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from casemgr.children.terms import Birth, Card, Precision
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.core.periods import Period
from casemgr.core.words import _l
from casemgr.indicators import catalogue, engine, land, splits
from casemgr.indicators.bands import Source
from casemgr.indicators.catalogue import INDICATORS, check, indicator
from casemgr.indicators.facts import Fact
from casemgr.indicators.projection import age_of
from casemgr.indicators.terms import AnyOf, Counts, Indicator, Level, Part, Place
from casemgr.law.vocabulary import vocabulary
from tests.indicators import country, plain

EXAMPLES = Path(__file__).parent / "examples"
QUARTER = Period.parse("2026-Q1")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _fact(row: dict[str, str]) -> Fact:
    received = date.fromisoformat(row["received"])
    event = _day(row["event"])
    estimate = int(row["estimate"]) if row["estimate"] else None
    card = Card(birth=Birth(_day(row["birth"]), Precision(row["precision"]), estimate))
    return Fact(
        child=int(row["child"]),
        report=int(row["case"]),
        received=received,
        event=event,
        incident_unit=int(row["unit"]),
        decision=row["decision"],
        sex=row["sex"],
        age=age_of(card, event or received, Precision.DAY),
        harms=frozenset(row["harms"].split()),
        environment=row["environment"],
        relations=frozenset(row["relations"].split()),
    )


def _log() -> list[country.Entry]:
    with (EXAMPLES / "B-0101.csv").open(encoding="utf-8", newline="") as file:
        return [
            (int(row["case"]), seq, date.fromisoformat(row["received"]), _fact(row))
            for seq, row in enumerate(csv.DictReader(file), start=1)
        ]


@pytest.mark.parametrize(
    "entry", [one for one in INDICATORS if one.fact == "case"], ids=lambda entry: entry.id
)
def test_the_worked_example_comes_out(entry: Indicator) -> None:
    reading = country.register_of(_log()).reading(None)
    homes = {"20": dict.fromkeys((3, 4, 5, 11, 13, 14), "20")}
    with (EXAMPLES / f"{entry.set}-{entry.code}.expected.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            wanted = splits.parse(row["by"], QUARTER)
            asked = land.asked(country.ATLAS, row["unit"], QUARTER.last)
            grid = land.grid(
                country.ATLAS,
                asked,
                land.level_of(asked, None),
                QUARTER.last,
                engine.units_in(reading, Place.INCIDENT),
            )
            where = dict.fromkeys(wanted, row["member"])
            counted = engine.count(reading, entry, QUARTER, grid, wanted, Place.INCIDENT)
            place = [-1 if member == "*" else split.members.index(member) for split, member in where.items()]
            assert int(counted.values[(0, *place)]) == int(row["value"]), row
            if row["member"] != "*":
                found = engine.cell(reading, entry, QUARTER, grid, where, Place.INCIDENT)
                assert engine.distinct(found, entry.counts) == int(row["value"]), row
            if entry.code != "0101":
                continue
            by_hand = plain.b0101(
                _log(), homes.get(row["unit"], {}), QUARTER, [row["by"]] if row["by"] else []
            )
            if row["unit"] in homes:
                assert by_hand.get(("20", *([row["member"]] if row["by"] else [])), 0) == int(row["value"])


@pytest.mark.parametrize("entry", INDICATORS, ids=lambda entry: entry.id)
def test_every_entry_says_how_sure_its_parts_are(entry: Indicator) -> None:
    states = {part.key: part.source for part in entry.parts}
    assert "name" in states
    for split in entry.splits:
        assert splits.KEYS[split]
    assert entry.name_vi != entry.name_en


def test_b_0101_says_what_was_not_read() -> None:
    states = {part.key: part.source for part in indicator("b", "0101", date(2026, 1, 1)).parts}
    assert [key for key, source in states.items() if source is Source.CONFIRMED] == ["name"]
    assert states["concept"] is Source.PARTLY
    assert states["definition"] is Source.OUR_RULE
    assert states["sex"] is Source.NAME_CONFIRMED
    assert states["age_groups"] is states["environment"] is Source.PROVISIONAL


def test_an_entry_is_found_by_set_code_and_day() -> None:
    assert indicator("B", "0101", date(2020, 1, 1)).code == "0101"
    for wrong in (("A", "0199"), ("B", "9999"), ("Z", "0101")):
        with pytest.raises(NotFound):
            indicator(*wrong, date(2026, 1, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"set": "Q"},
        {"basis": ""},
        {"name_en": ""},
        {"parts": ()},
        {"parts": (Part("definition", _l("Definition"), Source.CONFIRMED),)},
        {"splits": ("colour",)},
        {"dated_by": "birthday"},
        {"decided": AnyOf("decision", ("forgotten",))},
        {"always": (AnyOf("moods", ("good",)),)},
    ],
)
def test_a_wrong_entry_does_not_import(wrong: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        check([replace(INDICATORS[0], **wrong)])  # type: ignore[arg-type]


def test_a_code_stands_once_at_a_time() -> None:
    first = INDICATORS[0]
    with pytest.raises(TypeError):
        check([first, replace(first, version=2, valid_from=date(2027, 1, 1))])
    check(
        [replace(first, valid_to=date(2026, 12, 31)), replace(first, version=2, valid_from=date(2027, 1, 1))]
    )


def test_every_member_has_a_name_in_both_languages() -> None:
    for key in splits.KEYS.values():
        split = splits.one(key.name, QUARTER)
        names = [splits.label(split, member) for member in split.members]
        assert len(set(names)) == len(names), key.name
        assert all(names)
        if key.codes:
            assert vocabulary(key.codes)


def test_counting_reports_and_cases_needs_no_other_engine() -> None:
    log = _log()
    log = [(case, seq, day, replace(fact, report=case // 2)) for case, seq, day, fact in log]
    reading = country.register_of(log).reading(None)
    asked = land.asked(country.ATLAS, "VN", QUARTER.last)
    grid = land.grid(
        country.ATLAS, asked, Level.NATION, QUARTER.last, engine.units_in(reading, Place.INCIDENT)
    )
    sex = splits.parse("sex", QUARTER)
    accepted = [
        (case, fact)
        for case, _, _, fact in log
        if fact.decision == "accepted" and fact.harms and fact.received in QUARTER
    ]
    for counts, key in (
        (Counts.CASES, lambda case, fact: case),
        (Counts.REPORTS, lambda case, fact: fact.report),
    ):
        entry = replace(INDICATORS[0], counts=counts, version=hash(counts))
        values = engine.count(reading, entry, QUARTER, grid, sex, Place.INCIDENT).values
        assert int(values[0, -1]) == len({key(case, fact) for case, fact in accepted})
        girls = {key(case, fact) for case, fact in accepted if fact.sex == "female"}
        assert int(values[0, sex[0].members.index("female")]) == len(girls)


def test_days_are_local() -> None:
    assert local_day(datetime(2026, 3, 31, 17, 30, tzinfo=UTC)) == date(2026, 4, 1)
    assert catalogue.SETS.keys() == {"A", "B", "H", "P"}
