"""Entries of the catalogue that stand as data: what each is, how sure it is, and the rule by which it is counted."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from casemgr.core.words import Later, _l
from casemgr.indicators import facts
from casemgr.indicators.bands import Source
from casemgr.indicators.terms import (
    AnyOf,
    Condition,
    Counts,
    Indicator,
    Kind,
    Known,
    Late,
    Measure,
    NoneOf,
    Part,
    Place,
    State,
    Supply,
    Told,
)

_SOURCES = {
    State.CONFIRMED: Source.CONFIRMED,
    State.NAME_CONFIRMED: Source.NAME_CONFIRMED,
    State.PROVISIONAL: Source.PROVISIONAL,
    State.OURS: Source.OURS,
}
_PARTS: Mapping[str, Later] = {
    "name": _l("Name of the indicator"),
    "concept": _l("Official concept"),
    "definition": _l("How this system counts it"),
    "code": _l("Code"),
    "sex": _l("Sex"),
    "age_groups": _l("Age groups"),
    "environment": _l("Where it happened"),
    "rows_and_columns": _l("Rows and columns"),
    "further_splits": _l("Further splits"),
    "counting_unit": _l("Counting unit"),
    "reporting_date": _l("Reporting date"),
}
PARTS = tuple(_PARTS)
_NOT_VOID = NoneOf("flags", ("voided",))
_NOTHING = Told("", "")


def _told(said: Mapping[str, str] | None) -> Told | None:
    return Told(said["vi"], said["en"]) if said else None


def condition(said: Sequence[Any]) -> Condition:
    """A condition on one column, or ["late", days]."""
    match said:
        case ["late", int(days)]:
            return Late(days)
    found = of_column(said)
    if found is None:
        raise TypeError(f"{said} is no condition of counting.")
    return found


def of_column(said: Sequence[Any]) -> AnyOf | NoneOf | Known | None:
    """["any", column, code, …], ["none", column, code, …] or ["known", column]; nothing where it is none of them."""
    match said:
        case ["any", column, *codes]:
            return AnyOf(column, tuple(codes))
        case ["none", column, *codes]:
            return NoneOf(column, tuple(codes))
        case ["known", column]:
            return Known(column)
    return None


def _sureness(said: Mapping[str, Any], state: State, kind: Kind) -> Mapping[str, Source]:
    """How sure each part of an entry is: as it says, else as its state has it."""
    if "parts" in said:
        return {key: Source(source) for key, source in said["parts"].items()}
    found = {"name": _SOURCES[state]}
    if kind is Kind.COMPUTED:
        found["definition"] = Source.OUR_RULE
    if state is not State.OURS:
        found["code"] = Source.CONFIRMED if state is State.CONFIRMED else Source.PROVISIONAL
        if kind is Kind.COMPUTED:
            open_parts = ("further_splits", "counting_unit", "reporting_date")
            found |= dict.fromkeys(open_parts, Source.PROVISIONAL)
    return found


def _supply(said: Mapping[str, Any] | None) -> Supply | None:
    if said is None:
        return None
    return Supply(
        per=said.get("per", 0),
        members={split: tuple(members) for split, members in said.get("members", {}).items()},
        n=_told(said.get("n")),
        of=_told(said.get("of")),
        part=said.get("part", False),
        jump=said.get("jump", 25),
        counted=said.get("counted", ""),
        over=said.get("over", ""),
    )


def entry(said: Mapping[str, Any]) -> Indicator:
    """One entry from its data. What is not told stays open, and says so."""
    state, kind = State(said["state"]), Kind(said["kind"])
    rule, supply = said.get("rule", {}), _supply(said.get("supply"))
    decided = facts.DECISIONS if rule.get("decided") == "all" else ("accepted",)
    return Indicator(
        set=said["set"],
        code=said["code"],
        version=said.get("version", 1),
        valid_from=date.fromisoformat(said["valid_from"]),
        valid_to=date.fromisoformat(said["valid_to"]) if said.get("valid_to") else None,
        formerly=said.get("formerly", ""),
        name_vi=said["name"]["vi"],
        name_en=said["name"]["en"],
        concept=_told(said.get("concept"))
        or Told("Chưa đọc được nội dung chính thức.", "The official text was not read."),
        definition=_told(said["definition"]) or _NOTHING,
        formula=_told(said.get("formula")) or _NOTHING,
        unit=_told(said.get("unit")) or _NOTHING,
        counting_unit=_told(said.get("counting_unit")) or _NOTHING,
        reporting_date=_told(said.get("reporting_date")) or _NOTHING,
        basis=said["basis"],
        parts=tuple(Part(key, _PARTS[key], source) for key, source in _sureness(said, state, kind).items()),
        splits=tuple(said.get("splits", ())),
        counts=Counts(rule.get("counts", "case")),
        always=(*map(condition, rule.get("always", ())), _NOT_VOID),
        decided=AnyOf("decision", decided),
        dated_by=rule.get("dated_by", "received"),
        fact=rule.get("fact", "case"),
        measure=Measure(rule.get("measure", "rate" if supply and supply.per else "count")),
        column=rule.get("column", ""),
        having=tuple(map(condition, rule.get("having", ()))),
        per=tuple(rule.get("per", ())),
        stands=rule.get("stands", False),
        place=Place(rule.get("place", "incident")),
        kind=kind,
        state=state,
        period=_told(said.get("period")),
        supplier=_told(said.get("supplier")),
        lead=_told(said.get("lead")),
        note=_told(said.get("note")),
        said=said,
        supply=supply,
    )


SHIPPED: Mapping[str, Any] = json.loads((Path(__file__).parent / "entries.json").read_text(encoding="utf-8"))
ENTRIES: Sequence[Indicator] = tuple(map(entry, SHIPPED["entries"]))
