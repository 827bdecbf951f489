"""python -m bench: run the benchmarks, one engine after the other, and write bench/results.json."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import counting, intake, listing, machine, pages, process, reading, rewrapping, searching, stand
from bench.machine import Result
from bench.stand import Stand
from tests.support import postgres

_SCREEN = Console(stderr=True)
_QUICK, _FULL = 80, 600


@click.command()
@click.option("--size", default=100_000, show_default=True, type=click.IntRange(50), help="How many cases.")
@click.option(
    "--facts",
    default=1_000_000,
    show_default=True,
    type=click.IntRange(50),
    help="How many cases for the results of counting; these are facts only, without their files.",
)
@click.option(
    "--children",
    default=1_000_000,
    show_default=True,
    type=click.IntRange(50),
    help="How many children for what is searched, opened, verified and wrapped anew.",
)
@click.option("--seed", default=7, show_default=True)
@click.option(
    "--engine", "engines", multiple=True, type=click.Choice(["sqlite", "postgresql"]), help="Both without it."
)
@click.option("--only", multiple=True, help="Ids of results, or the beginning of some.")
@click.option("--server", default="gunicorn", show_default=True, type=click.Choice(["gunicorn", "waitress"]))
@click.option("--quick", is_flag=True, help="Few repetitions: to see that everything works, not to compare.")
def run(
    size: int,
    facts: int,
    children: int,
    seed: int,
    engines: Sequence[str],
    only: Sequence[str],
    server: str,
    quick: bool,
) -> None:
    """Measure everything on invented data of a size, and write the results beside this program.

    Example: python -m bench --size 100000
             python -m bench --size 2000 --quick --only list_50
    """
    told = machine.described()
    results: list[Result] = []
    for engine in engines or ("sqlite", "postgresql"):
        for kind, many in ((stand.CASES, size), (stand.FACTS, facts), (stand.CHILDREN, children)):
            wanted = [work for work in _works(server, quick=quick, facts=facts) if work.of is kind]
            wanted = [
                work for work in wanted if not only or any(name.startswith(tuple(only)) for name in work.ids)
            ]
            if not wanted:
                continue
            with _stand(engine, kind, size=many, seed=seed) as made:
                for work in wanted:
                    _SCREEN.print(f"[dim]{engine}: {', '.join(work.ids)} …[/dim]")
                    for result in work.measure(made):
                        results.append(result)
                        click.echo(result.line())
                    machine.write(results, told)
    click.echo(f"Written to {machine.RESULTS}.")


@dataclass(frozen=True)
class _Work:
    """What is measured together, and on which data."""

    ids: Sequence[str]
    measure: Callable[[Stand], Sequence[Result]]
    of: stand.Kind = stand.CASES


def _works(server: str, *, quick: bool, facts: int) -> Sequence[_Work]:
    requests = _QUICK if quick else _FULL
    repeats = 2 if quick else 7
    return (
        _Work(
            ("list_50", "case_page", "worklist_50", "list_50_province"),
            lambda made: pages.measure(made, server=server, requests=requests),
        ),
        _Work(("intake_8_writers",), lambda made: intake.measure(made, seconds=1.5 if quick else 10)),
        _Work(("trail_kept",), lambda made: intake.kept(made, seconds=6 if quick else 20)),
        _Work(("read_50", "second_wall"), lambda made: listing.measure(made, repeats=repeats)),
        _Work(("search_commune",), lambda made: reading.searched(made, repeats=repeats)),
        _Work(("open_cards",), reading.opened, stand.CHILDREN),
        _Work(
            ("search_wide", "duplicate_check"),
            lambda made: searching.measure(made, repeats=repeats),
            stand.CHILDREN,
        ),
        _Work(("audit_verify",), lambda made: reading.trail(made, repeats=min(3, repeats)), stand.CHILDREN),
        _Work(("rewrap",), lambda made: rewrapping.measure(made, server=server), stand.CHILDREN),
        _Work(
            ("audit_verify_parts",),
            lambda made: reading.parts(made, repeats=min(3, repeats)),
            stand.CHILDREN,
        ),
        _Work(
            ("startup", "memory"), lambda made: process.measure(made, server=server, repeats=min(5, repeats))
        ),
        _Work(
            ("snapshot", "tables_40", "tables_40_group_by", "tables_40_province", "tables_commit"),
            lambda made: counting.measure(made, repeats=repeats),
            stand.FACTS,
        ),
        _Work(
            ("tables_page",),
            lambda made: counting.pages(made, server=server, requests=requests),
            stand.FACTS,
        ),
        _Work(
            ("tables_growth",),
            lambda made: counting.growth(
                made,
                sizes=(facts // 10, facts) if quick else (facts // 10, facts, 10 * facts),
                repeats=repeats,
            ),
            stand.FACTS,
        ),
    )


@contextmanager
def _stand(engine: str, kind: stand.Kind, *, size: int, seed: int) -> Iterator[Stand]:
    columns = (
        TextColumn(f"[dim]invented {kind.name}[/dim]"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=_SCREEN, transient=True) as bar:
        task = bar.add_task("", total=size)

        def told(done: int) -> None:
            bar.update(task, completed=done)

        if engine == "sqlite":
            with stand.sqlite(size=size, seed=seed, told=told, kind=kind) as made:
                bar.stop()
                yield made
            return
        try:
            with (
                postgres.server(durable=True) as url,
                stand.postgresql(url, size=size, seed=seed, told=told, kind=kind) as made,
            ):
                bar.stop()
                yield made
        except postgres.NoServer as missing:
            sys.exit(f"PostgreSQL: {missing}")


if __name__ == "__main__":
    run()
