"""Commands that look at cases as a whole."""

from typing import Any
from uuid import UUID

import click

from casemgr.cases import queries
from casemgr.cli.door import asked, at_desk, json_option, plain, reason_option, show
from casemgr.core.calendar import LOCAL
from casemgr.core.errors import Invalid
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.safeguards import actions as safeguards


@click.group()
def cases() -> None:
    """Cases: what ran out, and who must be kept out."""


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


@cases.command()
@click.option(
    "--all", "everything", is_flag=True, help="Also mark the people of every case: once after an upgrade."
)
@json_option
@plain
def conflicts(everything: bool, as_json: bool) -> None:
    """Compare what the staff declared with the people of the cases, and look after restricted cases. For every night.

    Whoever is found is kept out of the case, and it goes one level up. Done again it changes nothing. As a cron line:
    17 2 * * * cd /srv/casemgr && .venv/bin/flask --app wsgi cases conflicts

    Example: flask --app wsgi cases conflicts --all --json
    """
    marked = compared = kept_out = 0
    after: UUID | None = None
    while everything:
        with at_desk() as desk:
            count, after = safeguards.mark_all(desk, after)
        marked += count
        if after is None:
            break
    while True:
        with at_desk() as desk:
            count, kept, after = safeguards.compare_all(desk, after)
        compared, kept_out = compared + count, kept_out + kept
        if after is None:
            break
    with at_desk() as desk:
        orphans = safeguards.look_after(desk)
    show(
        {"marked": marked, "compared": compared, "kept_out": kept_out, "without_reader_told": orphans},
        as_json=as_json,
        text=lambda: (
            f"{compared} declarations compared, {kept_out} newly kept out, "
            f"{orphans} restricted cases without a reader told, {marked} cases marked."
        ),
    )


COMMANDS = (cases,)
