"""Commands about administrative units: take up the official list, and tell what a code meant on a day."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from casemgr.cli.door import at_desk, json_option, plain, show
from casemgr.core.errors import Invalid
from casemgr.places import actions, official_list, queries, rules
from casemgr.places.atlas import Atlas, Edge
from casemgr.places.terms import ListDiff, Reading, Resolution, UnitFacts

_SIGNS = {"added": "+", "changed": "~", "removed": "-"}


@click.group()
def places() -> None:
    """Administrative units: the official list, and what a code means on a day."""


@places.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show what would be added, changed and removed.")
@json_option
@plain
def load(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take up the official list of units in FILE (units.csv, with changes.csv and counts.csv beside it).

    Example: flask --app wsgi places load casemgr/places/data/units.csv --dry-run
    """
    official = official_list.read(file)
    with at_desk(writing=not dry_run) as desk:
        diff = queries.list_diff(desk, official) if dry_run else actions.load_units(desk, official)
    parts = {"added": diff.added, "changed": diff.changed, "removed": diff.removed}
    shown = {name: list(part) if dry_run else len(part) for name, part in parts.items()}
    show(
        {**shown, "faults": list(diff.faults)},
        as_json=as_json,
        text=lambda: "\n".join(_diff_lines(diff, dry_run)),
    )
    if diff.faults:
        raise Invalid({"file": diff.faults})


@places.command("show")
@click.argument("code")
@click.option(
    "--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="The day, as 2025-06-30; today without it."
)
@json_option
@plain
def show_code(code: str, on: datetime | None, as_json: bool) -> None:
    """Tell what CODE meant on a day, what it came from and what became of it.

    Example: flask --app wsgi places show 06148 --on 2025-06-01
    """
    with at_desk(writing=False) as desk:
        atlas = queries.atlas(desk)
        day = on.date() if on else queries.today(desk)
    if not atlas.history(code):
        raise Invalid({"code": [f"No unit ever had the code {code}."]})
    told = _told(atlas, code, day)
    show(told, as_json=as_json, text=lambda: "\n".join(_lines(told)))


def _told(atlas: Atlas, code: str, day: date) -> dict[str, Any]:
    """Everything there is to say about a code on a day."""
    meant = rules.resolve(atlas, code, day)
    of_that_day = atlas.at(code, day)
    here = of_that_day or _last_before(atlas, code, day)
    return {
        "code": code,
        "on": day.isoformat(),
        "reading": meant.reading.value,
        "reason": str(meant.reason),
        "unit": _unit(of_that_day),
        "resolved_to": _unit(meant.unit),
        "province": _unit(meant.province),
        "candidates": [_unit(unit) for unit in meant.candidates],
        "predecessors": [_edge(edge) for edge in atlas.before(here)],
        "successors": [_edge(edge) for edge in atlas.after(here)],
        "choice_needed": _choice_needed(atlas, here, meant),
        "history": [_unit(unit) for unit in atlas.history(code)],
    }


def _last_before(atlas: Atlas, code: str, day: date) -> UnitFacts:
    """The unit that had the code last before a day, or the first that ever had it."""
    history = atlas.history(code)
    return next((unit for unit in reversed(history) if unit.valid_from <= day), history[0])


def _choice_needed(atlas: Atlas, unit: UnitFacts, meant: Resolution) -> bool:
    """Whether the people of the unit were divided, so that a person must say where a record belongs."""
    divided = bool(atlas.after(unit)) and rules.safe_successor(atlas, unit) is None
    return divided or meant.reading is Reading.DIVIDED


def _unit(unit: UnitFacts | None) -> dict[str, Any] | None:
    if unit is None:
        return None
    return {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level.value,
        "type": unit.type,
        "parent": unit.parent_code or None,
        "valid_from": unit.valid_from.isoformat(),
        "valid_to": unit.valid_to.isoformat() if unit.valid_to else None,
    }


def _edge(edge: Edge) -> dict[str, Any]:
    unit, relation = edge
    return {**(_unit(unit) or {}), "relation": relation.value}


def _lines(told: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
    yield f"{told['code']}  {told['on']}  {told['reason']}"
    for label, key in (("Unit", "unit"), ("Now stands under", "resolved_to"), ("Province", "province")):
        if told[key] and not (key == "resolved_to" and told[key] == told["unit"]):
            yield f"{label}: {_one_line(told[key])}"
    for label, key in (
        ("To choose from", "candidates"),
        ("Came from", "predecessors"),
        ("Became", "successors"),
        ("Every unit with this code", "history"),
    ):
        if told[key]:
            yield f"{label}:"
            yield from (f"  {_one_line(unit)}" for unit in told[key])


def _one_line(unit: dict[str, Any]) -> str:
    relation = f"  {unit['relation']}" if "relation" in unit else ""
    return f"{unit['code']}  {unit['name']}  {unit['valid_from']}..{unit['valid_to'] or ''}{relation}"


def _diff_lines(diff: ListDiff, every_line: bool) -> Iterator[str]:
    """What is added, changed and removed: the numbers, and line by line when nothing is stored."""
    parts = {"added": diff.added, "changed": diff.changed, "removed": diff.removed}
    if every_line:
        yield from (f"{_SIGNS[name]} {line}" for name, part in parts.items() for line in part)
    yield ", ".join(f"{len(part)} lines {name}" for name, part in parts.items()) + "."


COMMANDS = (places,)
