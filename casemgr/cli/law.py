"""Commands about the law: load corrected data, tell what a limit says on a day, count running clocks again."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from casemgr.cli.door import at_desk, json_option, plain, show
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid
from casemgr.law.rows import UnknownInLaw
from casemgr.lawbook import actions, queries
from casemgr.lawbook.showing import Preview, version_words
from casemgr.legislation import queries as legislation
from casemgr.legislation.terms import ChangeKind, Document, Proposal


@click.group()
def law() -> None:
    """The law as data: limits of time, by which version, since when."""


@law.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--document", required=True, help="Number of the document it rests on.")
@click.option("--day", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Day of the document.")
@click.option("--basis", default="", help="What the document says, in a sentence.")
@click.option("--dry-run", is_flag=True, help="Only show what would change, and which clocks would move.")
@json_option
@plain
def load(file: Path, document: str, day: datetime, basis: str, dry_run: bool, as_json: bool) -> None:
    """Take up corrected or new limits from FILE, written like casemgr/law/data/deadlines.json.

    Example: flask --app wsgi law load corrected.json --document 12/2027/NĐ-CP --day 2027-01-05 --dry-run
    """
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise Invalid({"file": [f"It is no JSON: {wrong}"]}) from None
    proposal = Proposal(ChangeKind.LAW, Document(document, day.date(), basis), body)
    with at_desk(writing=not dry_run) as desk:
        seen = queries.preview(desk, proposal)
        if not dry_run:
            actions.change(desk, proposal, seen=seen.seen)
    show(
        {"clocks": seen.clocks, "cases": seen.cases, "would_be_overdue": seen.overdue, "stored": not dry_run},
        as_json=as_json,
        text=lambda: "\n".join(_lines(seen, dry_run)),
    )


def _lines(seen: Preview, dry_run: bool) -> Iterator[str]:
    for line in seen.differences:
        yield line.title
        yield from (f"  - {words}" for words in line.before)
        yield from (f"  + {words}" for words in line.after)
    for row in seen.rows if dry_run else ():
        late = "  would be overdue" if row.overdue else ""
        yield f"{row.number}  {row.clock}: {row.before or 'none'} -> {row.after or 'none'}{late}"
    verb = "would move" if dry_run else "moved"
    yield f"{seen.clocks} clocks of {seen.cases} cases {verb}, {seen.overdue} of them past their limit."


@law.command("show")
@click.argument("id")
@click.option(
    "--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="The day, as 2025-06-30; today without it."
)
@json_option
@plain
def show_limit(id: str, on: datetime | None, as_json: bool) -> None:
    """Tell what the limit ID says on a day, by the law in use.

    Example: flask --app wsgi law show emergency_12h --on 2025-06-30
    """
    with at_desk(writing=False) as desk:
        day: date = on.date() if on else local_day(desk.now)
        try:
            rule = legislation.rulebook(desk).deadline(id, day)
        except UnknownInLaw as unknown:
            raise Invalid({"id": [str(unknown)]}) from None
        told: dict[str, Any] = {
            "id": rule.id,
            "step": rule.step.en,
            "value": rule.value,
            "unit": rule.unit.value,
            "basis": rule.cite("en"),
            "status": rule.status.value,
            "in_force_from": rule.in_force_from.isoformat(),
            "in_force_to": rule.in_force_to.isoformat() if rule.in_force_to else None,
        }
        words = f"{rule.step.en}: {version_words(rule)}"
    show(told, as_json=as_json, text=lambda: words)


@law.command()
@json_option
@plain
def recount(as_json: bool) -> None:
    """Count every running clock again under the law in use: after an upgrade that brought other data of the law.

    Example: flask --app wsgi law recount
    """
    with at_desk() as desk:
        moved = actions.count_again(desk)
    show({"clocks": moved}, as_json=as_json, text=lambda: f"{moved} clocks were given another time.")


COMMANDS = (law,)
