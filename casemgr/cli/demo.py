"""Commands for the invented province: build it, and tell how to sign in. Refused outside demo mode."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import click
from flask import current_app
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from casemgr.accounts.terms import COUNTRY
from casemgr.cli.door import at_desk, json_option, office, plain, show, who
from casemgr.core.calendar import local_day
from casemgr.core.errors import Refused
from casemgr.core.words import VIETNAMESE, speaking
from casemgr.demo import mix, province, staff
from casemgr.security.keys import Purpose
from casemgr.web.room import house

_SPAN = timedelta(days=mix.MONTHS * 31)


@click.group()
def demo() -> None:
    """Invented data to try everything on: in demo mode only."""


@demo.command()
@click.option("--province", "province_code", default="20", show_default=True, help="Code of a province.")
@click.option(
    "--children",
    default=300,
    show_default=True,
    type=click.IntRange(1, 20_000),
    help="How many children are told of.",
)
@click.option(
    "--seed", default=7, show_default=True, type=int, help="The same seed gives the same people and events."
)
@click.option("--again", is_flag=True, help="Clear the invented data that is there, and build it anew.")
@json_option
@plain
def load(province_code: str, children: int, seed: int, again: bool, as_json: bool) -> None:
    """Build an invented province: staff of every role, and cases at every stage over the last two years.

    \b
    Example: flask --app wsgi demo load --province 20 --children 300 --seed 7
    """
    _only_in_demo_mode()
    with at_desk(writing=False) as desk:
        province.communes_of(desk, province_code)  # a wrong code is found before anything is cleared
        there = staff.is_there(desk)
    if there and not again:
        sentence = "The invented data is there already. Use --again to clear it and build it anew."
        show({"built": False, "reason": sentence}, as_json=as_json, text=lambda: sentence)
        return
    if there:
        province.clear(office(), who())
    with (
        speaking(VIETNAMESE),
        _progress(quiet=as_json) as told,
    ):  # files are written as an officer writes them
        built = province.build(
            office(),
            who(),
            province.Wanted(province_code, children, seed),
            passwords=house().passwords,
            password_of=_password_of(),
            told=told,
        )
    office().take_stock()
    show(
        {
            "built": True,
            "reports": built.reports,
            "cases": built.cases,
            "open": built.open_cases,
            "steps": built.steps,
        },
        as_json=as_json,
        text=lambda: (
            f"{built.cases} cases of {built.reports} reports, {built.open_cases} of them open.\n"
            "How to sign in: flask --app wsgi demo accounts"
        ),
    )


@demo.command()
@click.option("--country", is_flag=True, help="With --json too: the accounts of the whole country.")
@json_option
@plain
def accounts(country: bool, as_json: bool) -> None:
    """How to sign in to the demo: one account for each role; for people to read, those of the whole country too.

    \b
    Example: flask --app wsgi demo accounts --json
    """
    _only_in_demo_mode()
    with at_desk(writing=False) as desk:
        lines = staff.sign_ins(desk, house().passwords, _password_of())
        if country or not as_json:
            lines += staff.sign_ins(desk, house().passwords, _password_of(), of_the_country=True)
    answer = [
        {"username": line.username, "password": line.password, "role": line.role.value, "unit": line.unit}
        for line in lines
    ]
    show(answer, as_json=as_json, text=lambda: _as_table(lines))


def _only_in_demo_mode() -> None:
    if not current_app.extensions["settings"].demo:
        raise Refused("Invented data is for demo mode only.")


def _password_of() -> staff.PasswordOf:
    """Gives the password of a demo account: from the oldest session key of this keyring and the name, kept nowhere."""
    key = min((key for key in office().ring.all() if key.purpose is Purpose.SESSION), key=lambda key: key.id)
    return partial(staff.password, key.material)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[datetime], None]]:
    """A bar that goes through the two years, on standard error."""
    columns = (
        TextColumn("Two years go by"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    end = office().clock.now()
    start = end - _SPAN
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task("", total=_SPAN.total_seconds())

        def told(instant: datetime) -> None:
            bar.update(
                task, completed=(instant - start).total_seconds(), description=f"{local_day(instant):%m/%Y}"
            )

        yield told


def _as_table(lines: Sequence[staff.SignInLine]) -> str:
    if not lines:
        return "There is no demo account. Build the demo first: flask --app wsgi demo load"
    table = Table("Name", "Password", "Role", "Unit", box=None, pad_edge=False)
    for line in lines:
        table.add_row(
            line.username,
            line.password,
            line.role.value,
            "whole country" if line.unit == COUNTRY else line.unit,
        )
    console = Console(width=120, no_color=True)
    with console.capture() as said:
        console.print(table)
    return said.get().rstrip()


COMMANDS = (demo,)
