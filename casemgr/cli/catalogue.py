"""Commands about the catalogue of indicators: what stands in it as a file, and a corrected file taken up again."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from casemgr.cli.door import at_desk, json_option, plain, show
from casemgr.core.errors import Invalid
from casemgr.indicators.catalogue import files, in_use
from casemgr.lawbook import actions, queries
from casemgr.lawbook.showing import Preview
from casemgr.legislation.terms import ChangeKind, Document, Proposal


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--document", required=True, help="Number of the document it rests on.")
@click.option("--day", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Day of the document.")
@click.option("--basis", default="", help="What the document says, in a sentence.")
@click.option(
    "--dry-run", is_flag=True, help="Only show what would change, entry by entry and field by field."
)
@json_option
@plain
def load(file: Path, document: str, day: datetime, basis: str, dry_run: bool, as_json: bool) -> None:
    """Take up corrected or new entries of the catalogue from FILE, as `indicators export` writes it.

    Example: flask --app wsgi indicators load official.json --document 13/2027/TT-BYT --day 2027-01-05 --dry-run
    """
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise Invalid({"file": [f"It is no JSON: {wrong}"]}) from None
    proposal = Proposal(ChangeKind.ENTRIES, Document(document, day.date(), basis), body)
    with at_desk(writing=not dry_run) as desk:
        seen = queries.preview(desk, proposal)
        if not dry_run:
            actions.change(desk, proposal, seen=seen.seen)
        answer = {
            "entries": [
                {
                    "set": one.entry.set,
                    "code": one.entry.code,
                    "version": one.entry.version,
                    "change": one.change.value,
                    "formerly": one.before.id if one.before is not None else None,
                    "fields": {
                        line.field: {"before": line.before, "after": line.after} for line in one.lines
                    },
                }
                for one in seen.entries
            ],
            "stored": not dry_run,
        }
        told = "\n".join(_lines(seen, dry_run))
    show(answer, as_json=as_json, text=lambda: told)


def _lines(seen: Preview, dry_run: bool) -> Iterator[str]:
    for one in seen.entries:
        yield f"{one.entry.set} {one.entry.code} version {one.entry.version}: {files.CHANGES[one.change].original}"
        for line in one.lines:
            yield f"  {line.label.original}"
            yield from (f"  {sign} {said}" for sign, said in (("-", line.before), ("+", line.after)) if said)
    if seen.rewrites:
        yield "Some entries begin before today: periods that ended since then are counted by them."
    yield f"{len(seen.entries)} entries {'would change' if dry_run else 'changed'}."


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@plain
def export(out: Path | None) -> None:
    """Write the catalogue in use, with all its versions, in the form that `indicators load` reads.

    Example: flask --app wsgi indicators export --out catalogue.json
    """
    with at_desk(writing=False):
        text = json.dumps(files.written(in_use()), ensure_ascii=False, indent=1) + "\n"
    if out is not None:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
