"""Commands of the index: build it for every child, and look for files that may be of one child."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import ColumnElement, func, or_, select, true

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.children import index
from casemgr.children.models import Child, NameToken
from casemgr.cli import walls
from casemgr.cli.door import at_desk, json_option, plain, show
from casemgr.core.db import lay_in_order
from casemgr.search import actions

PORTION = 200
Work = Callable[[Desk, Sequence[int]], int]


@click.group()
def search() -> None:
    """The index by which children are found, and files that may be of one child."""


@search.command()
@json_option
@plain
def reindex(as_json: bool) -> None:
    """Write the index for every child: after a first start with old data, and after a key of the index was replaced.

    May be stopped and begun again at any time, while everybody works: what stands already is left as it is.

    Example: flask --app wsgi search reindex
    """
    looked, written = _in_portions("children", index.rebuild, Child.shredded_at.is_(None))
    answer = {"children": looked, "rows_written": written}
    show(answer, as_json=as_json, text=lambda: f"{looked} children, {written} rows written.")


@search.command()
@click.option(
    "--days", type=click.IntRange(1), help="Only children who came or whose cases moved within so many days."
)
@json_option
@plain
def duplicates(days: int | None, as_json: bool) -> None:
    """Look for files that may be of one child, and keep them for somebody to compare. Meant for the night.

    A pair that is kept or was decided is not found again. As a cron line: 30 1 * * * cd /srv/casemgr && .venv/bin/flask --app wsgi search duplicates --days 2

    Example: flask --app wsgi search duplicates --days 2
    """
    looked, new = _in_portions("children", actions.queue, _of_late(days))
    answer = {"children": looked, "new_pairs": new}
    show(answer, as_json=as_json, text=lambda: f"{looked} children compared, {new} new pairs.")


@search.command()
@json_option
@plain
def tidy(as_json: bool) -> None:
    """Lay the index in the order of its tokens, so that rows of one child do not lie together. Meant for a night a week.

    PostgreSQL keeps rows in the order in which they were written; nobody searches or registers while this runs, about ten
    seconds for a million children; behind the second wall as the owner of the tables. On SQLite they lie so already.

    Example: flask --app wsgi search tidy
    """
    walls.insist_on_the_owner()
    with at_desk() as desk:
        laid = lay_in_order(desk.session, NameToken)
        desk.record("index of children laid in order")
    text = "Laid in order." if laid else "Nothing to do: this engine keeps them in order."
    show({"laid": laid}, as_json=as_json, text=lambda: text)


def _of_late(days: int | None) -> ColumnElement[bool]:
    if days is None:
        return true()
    with at_desk(writing=False) as desk:
        since = desk.now - timedelta(days=days)
    moved = select(Case.child_id).where(Case.moved_at > since)
    return or_(Child.recorded_at > since, Child.id.in_(moved))


def _in_portions(what: str, work: Work, which: ColumnElement[bool]) -> tuple[int, int]:
    """Work on children portion by portion, each in a transaction of its own; gives how many, and what came of it."""
    looked, done, after = 0, 0, -1
    wanted = select(Child.id).where(which, Child.state != "merged").order_by(Child.id)
    with at_desk(writing=False) as desk:
        total = desk.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    with _progress(what, total) as told:
        while True:
            with at_desk() as desk:
                numbers = desk.all(wanted.where(Child.id > after).limit(PORTION))
                if not numbers:
                    return looked, done
                done += work(desk, numbers)
            after = numbers[-1]
            looked += len(numbers)
            told(looked)


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn(f"[dim]{what}[/dim]"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


COMMANDS = (search,)
