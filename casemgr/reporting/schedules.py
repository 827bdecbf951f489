"""Schedules, forms and known plans as data: read once, checked on import; a plan of an installation is read alike."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from casemgr.core.errors import NotFound
from casemgr.indicators.bands import Source
from casemgr.indicators.catalogue import INDICATORS
from casemgr.indicators.terms import Level, Told
from casemgr.reporting.terms import MONTHS, Asked, Due, Every, Form, Plan, Schedule, Step, Term

_DATA = Path(__file__).parent / "data"


@cache
def schedules() -> Mapping[str, Schedule]:
    """Every schedule, by its id."""
    return loaded(shipped())


def shipped() -> Any:
    """The data as it comes with the system."""
    return json.loads((_DATA / "schedules.json").read_text(encoding="utf-8"))


def loaded(told: Mapping[str, Any]) -> Mapping[str, Schedule]:
    """Schedules from data. Of several units, returns for everybody could tell together what each of them withholds."""
    forms = {row["code"]: _form(row) for row in told["forms"]}
    found = {row["id"]: _schedule(row, forms) for row in told["schedules"]}
    steps = (step for one in found.values() for step in one.steps if step.public)
    if any(step.level is not Level.NATION for step in steps):
        raise TypeError("Editions for everybody are made of returns of the country only.")
    return found


def for_everybody() -> Sequence[Schedule]:
    """The returns of the country of which editions are made for everybody."""
    return [one for one in schedules().values() if any(step.public for step in one.steps)]


def schedule(key: str) -> Schedule:
    """The schedule with an id."""
    try:
        return schedules()[key]
    except KeyError:
        raise NotFound from None


@cache
def known_plans() -> Sequence[Plan]:
    """The plans that were read: those that hold, and examples to take over."""
    told = json.loads((_DATA / "plans.json").read_text(encoding="utf-8"))
    return tuple(_plan(row) for row in told["plans"])


def due_of(row: Mapping[str, Any], every: Every) -> Due:
    """A due day as it stands in the data."""
    before = tuple(row.get("before", ()))
    if bool(before) == ("days_after" in row) or (before and len(before) != 12 // MONTHS[every]):
        raise TypeError("A due day is a day of the year for each period, or so many days after it.")
    for day in before:
        if day:
            date.fromisoformat(f"2023-{day}")  # no 29 February: the day must come every year
    return Due(before, row.get("days_after"))


def as_data(term: Term) -> dict[str, object]:
    """A term as it is stored."""
    due: dict[str, object] = (
        {"before": list(term.due.before)} if term.due.before else {"days_after": term.due.days_after}
    )
    return {"schedule": term.schedule, "level": term.level.value, **due}


def term_of(row: Mapping[str, Any]) -> Term:
    """A term from what is stored."""
    return Term(row["schedule"], Level(row["level"]), due_of(row, schedules()[row["schedule"]].every))


def plan_set(row: Mapping[str, Any]) -> Plan:
    """A plan that was set in an installation."""
    day = date.fromisoformat(row["document_day"])
    said = f"{row['document']} ({day:%d/%m/%Y})"
    return Plan(
        id=row["id"],
        unit="",
        document=row["document"],
        document_day=day,
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        terms=tuple(map(term_of, row["terms"])),
        basis=Told(said, said),
        source=Source.OURS,
        unit_id=row["unit_id"],
    )


def _told(row: Mapping[str, str]) -> Told:
    return Told(row["vi"], row["en"])


def _form(row: Mapping[str, Any]) -> Form:
    tables = tuple(Asked(**table) for table in row["tables"])
    known = {(entry.set, entry.code) for entry in INDICATORS}
    if missing := [table for table in tables if (table.set, table.code) not in known]:
        raise TypeError(f"Form {row['code']} asks for {missing[0]}, which is not counted here.")
    return Form(row["code"], _told(row["name"]), tables, Source(row["source"]), _told(row["basis"]))


def _schedule(row: Mapping[str, Any], forms: Mapping[str, Form]) -> Schedule:
    every = Every(row["every"])
    steps = tuple(
        Step(
            Level(step["level"]),
            due_of(step, every) if step.keys() & {"before", "days_after"} else None,
            step.get("publishes", False),
            step.get("public", False),
        )
        for step in row["steps"]
    )
    until = row.get("valid_to")
    return Schedule(
        id=row["id"],
        every=every,
        form=forms[row["form"]],
        name=_told(row["name"]),
        steps=steps,
        source=Source(row["source"]),
        basis=_told(row["basis"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(until) if until else None,
    )


def _plan(row: Mapping[str, Any]) -> Plan:
    return Plan(
        id=row["id"],
        unit=row["unit"],
        document=row["document"],
        document_day=date.fromisoformat(row["document_day"]),
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        terms=tuple(map(term_of, row["terms"])),
        basis=_told(row["basis"]),
        source=Source(row["source"]),
        note=_told(row["note"]) if "note" in row else None,
        holds=row["holds"],
    )
