"""Commands that look at cases as a whole."""

from typing import Any

import click

from casemgr.cases import queries
from casemgr.cli.door import asked, at_desk, json_option, plain, reason_option, show
from casemgr.core.calendar import LOCAL
from casemgr.core.errors import Invalid
from casemgr.places import queries as places
from casemgr.places import rules as place_rules


@click.group()
def cases() -> None:
    """Cases: what ran out."""


@cases.command()
@click.option("--unit", required=True, help="Code of a unit, or VN for the whole country.")
@json_option
@reason_option
@plain
def overdue(unit: str, as_json: bool, reason: str | None) -> None:
    """Clocks of the law that ran out, the longest first. Case numbers only.

    Example: flask --app wsgi cases overdue --unit 20 --json
    """
    with at_desk(writing=False, reason=asked(reason)) as desk:
        atlas = places.atlas(desk)
        units = None
        if unit != "VN":
            found = atlas.at(unit, places.today(desk))
            if found is None:
                raise Invalid({"unit": ["There is no unit with this code today."]})
            units = place_rules.reach(atlas, found, places.today(desk))
        rows = queries.overdue(desk, units)
        answer: list[dict[str, Any]] = []
        for clock, case in rows:
            holder = atlas.unit(case.unit_id) if case.unit_id is not None else None
            due = clock.due_at or desk.now
            answer.append(
                {
                    "case": case.number,
                    "clock": clock.clock,
                    "due_at": due.astimezone(LOCAL).isoformat(),
                    "overdue_seconds": int((desk.now - due).total_seconds()),
                    "responsible_unit": holder.code if holder else None,
                }
            )
        desk.read("overdue cases listed", unit, count=len(answer))
    show(answer, as_json=as_json, text=lambda: _as_text(answer))


def _as_text(answer: list[dict[str, Any]]) -> str:
    if not answer:
        return "No clock has run out."
    return "\n".join(
        f"{row['case']}  {row['clock']}  due {row['due_at']}  unit {row['responsible_unit']}"
        for row in answer
    )


COMMANDS = (cases,)
