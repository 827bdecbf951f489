"""Commands for files between installations: take one in, give everything of a unit away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from casemgr.cli.door import asked, at_desk, json_option, office, plain, reason_option, show, who
from casemgr.core.errors import ExpectedError
from casemgr.exchange.files import taking, writing
from casemgr.exchange.files.lines import Fault
from casemgr.exchange.files.taking import Taken

_NAMED = 1000  # objections that an answer for scripts names one by one
_COUNTED = {
    "reports": "reports stored",
    "updated": "reports updated",
    "children": "registered children stored",
    "steps": "steps stored",
    "joined": "children joined",
    "same": "there already",
}


@click.group()
def exchange() -> None:
    """Files to and from other installations: the whole history of reports, as JSON Lines (docs/exchange.md)."""


@exchange.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report the same, and store nothing at all.")
@json_option
@reason_option
@plain
def import_(file: Path, dry_run: bool, as_json: bool, reason: str | None) -> None:
    """Take in the histories in FILE. A report with a wrong line is left out, and the line is named; the others are stored.

    \b
    Example: flask --app wsgi exchange import histories.jsonl --dry-run
    """
    wanted = taking.Wanted(office(), who(), reason or "maintenance", dry_run)
    faults: list[Fault] = []

    def objects(fault: Fault) -> None:
        if len(faults) < _NAMED:
            faults.append(fault)
        if not as_json:
            click.echo(str(fault), err=True)

    with _progress(quiet=as_json) as told:
        taken = taking.take(file, wanted, told=told, objects=objects)
    answer = _answer(taken, faults, dry_run=dry_run)
    show(answer, as_json=as_json, text=lambda: _said(taken, dry_run=dry_run))
    if not taken.whole:
        raise ExpectedError(f"{taken.faults} objections; of {taken.refused} reports nothing was stored.")


@exchange.command()
@click.option("--unit", required=True, help="Code of a commune or province, or VN.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A new file.")
@click.option(
    "--made-at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]),
    help="Stands in the first line; without it the latest instant of which the file tells.",
)
@json_option
@reason_option
@plain
def export(unit: str, out: Path, made_at: datetime | None, as_json: bool, reason: str | None) -> None:
    """Give everything of a unit and its predecessors away: reports, decisions, every step, children on the registers.

    The file can be read by its owner only, and is never written over. It holds names: keep it like a case file.

    \b
    Example: flask --app wsgi exchange export --unit 20 --out histories.jsonl --reason "Moving to the new server"
    """
    why = asked(reason)
    with at_desk(writing=False, reason=why) as desk:
        desk.read("records exported", f"unit {writing.scope_of(desk, unit)[0]}")
    with at_desk(writing=False, reason=why) as desk, _progress(quiet=as_json) as told:
        done = writing.write(desk, out, unit, made_at=made_at, told=lambda reports: told("reports", reports))
        desk.read("export finished", f"unit {unit}", count=done.reports)
    answer = {
        "reports": done.reports,
        "children": done.children,
        "lines": done.lines,
        "made_at": done.made_at,
    }
    show(
        answer,
        as_json=as_json,
        text=lambda: f"{done.reports} reports, {done.children} registered children, {done.lines} lines.",
    )


def _answer(taken: Taken, faults: list[Fault], *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "lines": taken.lines,
        **{name: taken.done[name] for name in _COUNTED},
        "refused": taken.refused,
        "objections": taken.faults,
        "errors": [
            {"line": one.line, "field": one.field, "report": one.report, "error": one.sentence}
            for one in faults
        ],
    }


def _said(taken: Taken, *, dry_run: bool) -> str:
    counted = ", ".join(f"{taken.done[name]} {label}" for name, label in _COUNTED.items() if taken.done[name])
    before = "Nothing was stored. It would be: " if dry_run else ""
    return f"{before}{taken.lines} lines read; {counted or 'nothing new'}; {taken.refused} reports refused."


@contextmanager
def _progress(*, quiet: bool) -> Iterator[taking.Progress]:
    console = Console(stderr=True, quiet=quiet or not Console(stderr=True).is_terminal)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        line = bar.add_task("")

        def told(what: str, done: int) -> None:
            bar.update(line, description=f"{what}: {done}")

        yield told


COMMANDS = (exchange,)
