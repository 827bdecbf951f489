"""Every rule has a passing and a failing example, and each failing one fails for its own reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from casemgr.checks import catalogue, picking, rules
from casemgr.checks.catalogue import RULES
from casemgr.checks.terms import Address, Finding, Own, Rule, Where
from casemgr.core.errors import NotFound
from casemgr.core.periods import Period
from casemgr.core.words import ENGLISH, VIETNAMESE, speaking
from casemgr.indicators import engine, land, splits
from casemgr.indicators.catalogue import ENTRIES, indicator
from casemgr.indicators.facts import Fact
from casemgr.indicators.items import FORMS, Item
from casemgr.indicators.register import LogRows, Register, microseconds
from casemgr.indicators.splits import TOTAL
from casemgr.indicators.terms import Level, Measure, Told
from tests.indicators.country import ATLAS

FOLDER = Path(__file__).parent / "examples"
OCTOBER = Period.parse("2026-10")
RECORDED = microseconds(datetime(2026, 10, 31, 5, tzinfo=UTC))


@dataclass(frozen=True)
class Plain:
    """Numbers as they stand in an example; what is not named is not known."""

    numbers: Mapping[str, int]

    def number(self, address: Address) -> int | None:
        return self.numbers.get(str(address))


def examples(which: str) -> list[Any]:
    return [
        pytest.param(RULES[name], one, id=f"{name}-{number}")
        for name in RULES
        for number, one in enumerate(read(name)[which])
    ]


def read(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return told


def figures_of(rule: Rule, example: Mapping[str, Any]) -> Plain:
    """The numbers of an example; where it gives facts, they are counted as the house counts them."""
    if rule.cases is None:
        return Plain(example["figures"])
    kind = rule.cases.fact
    register = Register(FORMS[kind])
    packed = [FORMS[kind].pack(made(kind, told)) for told in example["facts"]]
    numbers = range(1, len(packed) + 1)
    register.write(
        LogRows(
            list(numbers),
            [UUID(int=number).bytes for number in numbers],
            [RECORDED] * len(packed),
            list(numbers),
            packed,
        )
    )
    register.link()
    reading = register.reading(None)
    place = land.asked(ATLAS, "VN", OCTOBER.last)
    level = Level.PROVINCE if Level.COMMUNE not in rule.levels else Level.COMMUNE
    grid = land.grid(ATLAS, place, level, OCTOBER.last, engine.units_in(reading, rule.cases.place))
    return Plain({"cases": sum(picking.by_area(reading, rule.cases, grid, OCTOBER).values())})


def made(kind: str, told: Mapping[str, Any]) -> Fact | Item:
    """A fact from its words."""
    form = Fact if kind == "case" else Item
    types = {field.name: str(field.type) for field in fields(form)}
    return form(**{name: value_of(types[name], value) for name, value in told.items()})


def value_of(kind: str, told: Any) -> Any:
    """A value of a fact from its words."""
    if "frozenset" in kind:
        return frozenset(told)
    return date.fromisoformat(told) if "date" in kind and told is not None else told


def test_there_are_enough_rules_and_each_has_both_examples() -> None:
    assert len(RULES) >= 48
    assert {file.stem for file in FOLDER.glob("*.json")} == RULES.keys()
    for name in RULES:
        told = read(name)
        assert told["passing"] and told["failing"], name


@pytest.mark.parametrize(("rule", "example"), examples("passing"))
def test_a_passing_example_passes(rule: Rule, example: Mapping[str, Any]) -> None:
    assert rules.evaluate(rule, figures_of(rule, example)) is None


@pytest.mark.parametrize(("rule", "example"), examples("failing"))
def test_a_failing_example_fails_for_its_own_reason(rule: Rule, example: Mapping[str, Any]) -> None:
    found = rules.evaluate(rule, figures_of(rule, example))
    assert found is not None and found.rule is rule
    if rule.cases is not None:
        assert found.left == example["cases"]
        return
    with speaking(ENGLISH):
        assert found.said == example["said"]
    known = {str(seen.address): seen.value for seen in found.seen if seen.value is not None}
    assert known == example["figures"]


@pytest.mark.parametrize(("rule", "example"), examples("failing"))
def test_a_failing_example_passes_without_its_reason(rule: Rule, example: Mapping[str, Any]) -> None:
    """Nothing but the numbers that the rule names decides: with none of them, nothing is found."""
    if rule.cases is not None:
        assert rules.evaluate(rule, Plain({"cases": 0})) is None
    elif example["figures"]:
        assert rules.evaluate(rule, Plain({})) is None


@pytest.mark.parametrize("rule", list(RULES.values()), ids=lambda rule: rule.id)
def test_a_rule_speaks_two_languages_plainly(rule: Rule) -> None:
    found = Finding(rule, (), 3, 4, 1.5)
    said = {}
    for language in (VIETNAMESE, ENGLISH):
        with speaking(language):
            said[language] = (found.said, found.todo)
            assert "%(" not in found.said and "%%" not in found.said
            assert all(text.endswith(".") and len(text) <= 200 for text in said[language])
            mean = "1,5" if language == VIETNAMESE else "1.5"
            assert "%(mean)s" not in str(rule.said) or mean in found.said
    assert said[VIETNAMESE] != said[ENGLISH]
    assert isinstance(rule.said, Told) and rule.source


@pytest.mark.parametrize("rule", list(RULES.values()), ids=lambda rule: rule.id)
def test_a_rule_reads_numbers_that_exist(rule: Rule) -> None:
    for address in rule.test.reads:
        if address.own is not None or address.set not in {entry.set for entry in ENTRIES}:
            continue  # numbers of a set that is not counted here are unknown, and the page says so
        entry = indicator(address.set, address.code, OCTOBER.last)
        if address.part.value:
            assert entry.measure in (Measure.SHARE, Measure.MEDIAN)
        if address.key:
            split = splits.one(address.key, OCTOBER)
            assert set(address.members) <= {*split.members, TOTAL, "+"}
        if address.where is not Where.HERE:
            assert Level.COMMUNE not in rule.levels


def test_a_number_that_nobody_knows_is_no_zero() -> None:
    for rule in RULES.values():
        if rule.test.kind != "given":
            assert rules.evaluate(rule, Plain({})) is None
            assert rules.readable(rule, Plain({})) is False


def test_an_explanation_holds_for_its_numbers_only() -> None:
    rule = RULES["late-children"]
    one, again, other = (rules.evaluate(rule, Plain({"B/0101": now, "B/0101@cut": 4})) for now in (5, 5, 6))
    assert one is not None and again is not None and other is not None
    assert one.key == again.key != other.key


def test_what_only_a_file_can_bring_is_marked() -> None:
    assert not RULES["approved-before-plan"].by_page
    assert RULES["event-after-receipt"].by_page
    assert any(address.own is Own.CASES for address in RULES["approved-before-plan"].test.reads)


def test_rules_that_contradict_themselves_are_refused() -> None:
    told = json.loads((Path(catalogue.__file__).parent / "data" / "cases.json").read_text("utf-8"))[0]
    one = catalogue.rule(told)
    with pytest.raises(TypeError, match="stands twice"):
        catalogue.check([one, one])
    for wrong, said in (
        ({"cases": {"fact": "case", "that": [["above", "event", "nonsense"]]}}, "do not have"),
        ({"cases": {"fact": "case", "that": [["any", "decision", "nonsense"]]}}, "codes"),
        ({"test": {"kind": "at_most", "left": ["B/0101"], "right": [0]}}, "does not read"),
        ({"cases": {"fact": "case", "that": [["perhaps", "event"]]}}, "no condition"),
        ({"test": {"kind": "at_most", "left": ["B 0101"], "right": [0]}}, "no address"),
    ):
        with pytest.raises(TypeError, match=said):
            catalogue.check([catalogue.rule({**told, **wrong})])
    with pytest.raises(NotFound):
        indicator("B", "nonsense", OCTOBER.last)
