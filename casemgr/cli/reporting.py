"""Commands of the reporting chain: the schedules and plans in force, and how far the returns of a period have come."""

from collections.abc import Mapping
from typing import Any

import click

from casemgr.cli.door import at_desk, json_option, looking_for, plain, show
from casemgr.places import queries as places
from casemgr.reporting import queries


@click.group()
def reporting() -> None:
    """Statistical returns of units: who owes which tables, who has signed, what was published."""


@reporting.command("list")
@json_option
@plain
def list_(as_json: bool) -> None:
    """Schedules, their forms, and the plans of due days in force.

    Example: flask --app wsgi reporting list --json
    """
    with at_desk(writing=False) as desk:
        answer = queries.list_json(desk, places.today(desk))
    show(answer, as_json=as_json, text=lambda: "\n".join(map(_line, answer["schedules"])))  # type: ignore[call-overload]


@reporting.command()
@click.option("--unit", required=True, help="Code of a province or commune, or VN.")
@click.option("--period", required=True, help="2026, 2026-H1, 2026-Q3 or 2026-05.")
@click.option("--schedule", default="half", show_default=True, help="month, quarter, half or year.")
@json_option
@plain
def status(unit: str, period: str, schedule: str, as_json: bool) -> None:
    """How far the return of a unit has come, and which units below it have reported.

    Example: flask --app wsgi reporting status --unit 20 --period 2026-H1 --json
    """
    with at_desk(writing=False) as desk, looking_for(f"return of {unit} for {period} by schedule {schedule}"):
        answer = queries.status_json(desk, queries.wanted(desk, schedule, period, unit))
    show(answer, as_json=as_json, text=lambda: _status(answer))


def _line(one: Mapping[str, Any]) -> str:
    steps = ", ".join(step["level"] for step in one["steps"] if step["asked"]) or "only where a plan asks"
    return f"{one['id']}: {one['name']} ({steps})"


def _status(answer: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{name} {count}" for name, count in answer["units"].items() if count)
    return f"{answer['unit']} {answer['period']}: {answer['state']}, due {answer['due_on']}. Units: {counts or 'none'}"


COMMANDS = (reporting,)
