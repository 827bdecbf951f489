"""The rules, read from data: one file per chapter, checked on import."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from casemgr.checks.terms import (
    Above,
    Cases,
    Condition,
    Kind,
    LessThan,
    MoreThan,
    Own,
    Repeated,
    Rule,
    Term,
    Test,
    Unknown,
    Waiting,
    addresses,
)
from casemgr.core.findings import Weight
from casemgr.core.periods import Period
from casemgr.indicators.catalogue import loading
from casemgr.indicators.items import FORMS
from casemgr.indicators.terms import Level, NoneOf, Place, Told

_DATA = Path(__file__).parent / "data"
_NOT_VOID = NoneOf("flags", ("voided",))
_PICKED = {"kind": "at_most", "left": ["cases"], "right": [0]}


def rule(said: Mapping[str, Any]) -> Rule:
    """One rule from its data."""
    cases = _cases(said["cases"]) if "cases" in said else None
    return Rule(
        id=said["id"],
        weight=Weight(said["weight"]),
        test=_test(said["id"], said.get("test", _PICKED)),
        cases=cases,
        said=Told(said["said"]["vi"], said["said"]["en"]),
        todo=Told(said["todo"]["vi"], said["todo"]["en"]),
        source=said["source"],
        valid_from=date.fromisoformat(said["valid_from"]),
        valid_to=date.fromisoformat(said["valid_to"]) if said.get("valid_to") else None,
        levels=tuple(map(Level, said["levels"])) if "levels" in said else tuple(Level),
        lengths=tuple(said.get("lengths", ())),
        by_page=said.get("by_page", True),
    )


def asked_of(level: Level, period: Period) -> Sequence[Rule]:
    """The rules that are asked of a unit of a level in a period."""
    return [rule for rule in RULES.values() if rule.holds_on(period.last, level, period.length)]


def check(rules: Sequence[Rule]) -> None:
    """Refuse rules of one name, without cases to pick out, or that ask for what their facts do not hold."""
    for rule in rules:
        if sum(other.id == rule.id for other in rules) > 1:
            raise TypeError(f"Rule {rule.id} stands twice.")
        if (rule.cases is not None) != any(address.own is Own.CASES for address in rule.test.reads):
            raise TypeError(f"Rule {rule.id} picks out cases that it does not read, or the other way round.")
        if rule.weight is Weight.PASSED or not rule.source:
            raise TypeError(f"Rule {rule.id} does not say what it does, or where it comes from.")
        if rule.cases is not None:
            _check_cases(rule.id, rule.cases)


def _check_cases(name: str, cases: Cases) -> None:
    columns = FORMS[cases.fact].columns
    asked = {cases.dated_by, *(getattr(one, "than", cases.dated_by) for one in cases.conditions)}
    if (asked | {one.column for one in cases.conditions}) - columns.keys():
        raise TypeError(f"Rule {name} asks for a column that its facts do not have.")
    for one in cases.conditions:
        if set(getattr(one, "codes", ())) - set(columns[one.column].codes):
            raise TypeError(f"Rule {name} asks for codes that {one.column} does not have.")


def _test(name: str, said: Mapping[str, Any]) -> Test:
    return Test(
        Kind(said["kind"]),
        tuple(_terms(name, said["left"])),
        tuple(_terms(name, said.get("right", ()))),
        said.get("percent", 0),
        said.get("least", 0),
        said.get("false_alarms", 0.0),
    )


def _terms(name: str, said: Sequence[str | int]) -> Iterator[Term]:
    for one in said:
        if isinstance(one, int):
            yield one
        else:
            for address in addresses(one):
                yield replace(address, code=name) if address.own is Own.CASES else address


def _cases(said: Mapping[str, Any]) -> Cases:
    return Cases(
        said["fact"],
        said.get("dated_by", "received"),
        said.get("stands", False),
        Place(said.get("place", "incident")),
        (*map(_condition, said["that"]), _NOT_VOID),
    )


def _condition(said: Sequence[Any]) -> Condition:
    """A list: the kind of the condition, its column, and what it is compared with."""
    match said:
        case ["unknown", column]:
            return Unknown(column)
        case ["above", column, str(than)]:
            return Above(column, than)
        case ["more_than", column, int(number)]:
            return MoreThan(column, number)
        case ["less_than", column, int(number)]:
            return LessThan(column, number)
        case ["waiting", column, int(days)]:
            return Waiting(column, days)
        case ["repeated", column]:
            return Repeated(column)
    found = loading.of_column(said)
    if found is None:
        raise TypeError(f"{said} is no condition of a rule.")
    return found


def _read() -> Mapping[str, Rule]:
    found = [
        rule(said) for file in sorted(_DATA.glob("*.json")) for said in json.loads(file.read_text("utf-8"))
    ]
    check(found)
    return {rule.id: rule for rule in found}


RULES = _read()
