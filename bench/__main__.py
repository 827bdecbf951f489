"""python -m bench: run the benchmarks, one engine after the other, and write bench/results.json."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import counting, intake, machine, pages, process, reading, searching, stand
from bench.machine import Result
from bench.stand import Stand
from tests.support import postgres

_SCREEN = Console(stderr=True)
_QUICK, _FULL = 80, 600


@click.command()
@click.option("--size", default=100_000, show_default=True, type=click.IntRange(50), help="How many cases.")
@click.option("--seed", default=7, show_default=True)
@click.option(
    "--engine", "engines", multiple=True, type=click.Choice(["sqlite", "postgresql"]), help="Both without it."
)
@click.option("--only", multiple=True, help="Ids of results, or the beginning of some.")
@click.option("--server", default="gunicorn", show_default=True, type=click.Choice(["gunicorn", "waitress"]))
@click.option("--quick", is_flag=True, help="Few repetitions: to see that everything works, not to compare.")
def run(size: int, seed: int, engines: Sequence[str], only: Sequence[str], server: str, quick: bool) -> None:
    """Measure everything on invented data of a size, and write the results beside this program.

    Example: python -m bench --size 100000
             python -m bench --size 2000 --quick --only list_50
    """
    told = machine.described()
    results: list[Result] = []
    for engine in engines or ("sqlite", "postgresql"):
        with _stand(engine, size=size, seed=seed) as made:
            for ids, measure in _measures(made, server=server, quick=quick):
                if only and not any(name.startswith(tuple(only)) for name in ids):
                    continue
                _SCREEN.print(f"[dim]{engine}: {', '.join(ids)} …[/dim]")
                for result in measure():
                    results.append(result)
                    click.echo(result.line())
                machine.write(results, told)
    click.echo(f"Written to {machine.RESULTS}.")


def _measures(
    made: Stand, *, server: str, quick: bool
) -> Iterator[tuple[Sequence[str], Callable[[], Sequence[Result]]]]:
    requests = _QUICK if quick else _FULL
    repeats = 2 if quick else 7
    yield (
        ("list_50", "case_page", "worklist_50", "list_50_province"),
        lambda: pages.measure(made, server=server, requests=requests),
    )
    yield ("intake_8_writers",), lambda: intake.measure(made, seconds=1.5 if quick else 10)
    yield (
        ("tables_40", "tables_40_group_by", "tables_40_province"),
        lambda: counting.measure(made, repeats=repeats),
    )
    yield ("search_commune", "open_cards"), lambda: reading.opened(made, repeats=repeats)
    yield ("search_wide", "duplicate_check"), lambda: searching.measure(made, repeats=repeats)
    yield ("audit_verify",), lambda: reading.trail(made, repeats=min(3, repeats))
    yield ("startup", "memory"), lambda: process.measure(made, server=server, repeats=min(5, repeats))


@contextmanager
def _stand(engine: str, *, size: int, seed: int) -> Iterator[Stand]:
    columns = (
        TextColumn("[dim]invented cases[/dim]"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=_SCREEN, transient=True) as bar:
        task = bar.add_task("", total=size)

        def told(done: int) -> None:
            bar.update(task, completed=done)

        if engine == "sqlite":
            with stand.sqlite(size=size, seed=seed, told=told) as made:
                bar.stop()
                yield made
            return
        try:
            with (
                postgres.server(durable=True) as url,
                stand.postgresql(url, size=size, seed=seed, told=told) as made,
            ):
                bar.stop()
                yield made
        except postgres.NoServer as missing:
            sys.exit(f"PostgreSQL: {missing}")


if __name__ == "__main__":
    run()
