"""The door of a command: a desk for whoever runs it, one plain sentence when it goes wrong."""

import getpass
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
from flask import current_app
from sqlalchemy.exc import DBAPIError

from casemgr.access.actor import Actor, command
from casemgr.access.desk import Desk, Office
from casemgr.cli import schema
from casemgr.core.errors import Conflict, ExpectedError, Invalid, NotFound, Refused, RuleBroken
from casemgr.core.text import clean
from casemgr.core.words import ENGLISH, speaking
from casemgr.web.forms import LINE

Given = ParamSpec("Given")
Made = TypeVar("Made")

json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON, for scripts.")
reason_option = click.option("--reason", help="Why records are shown or exported; stands in the audit trail.")


def office() -> Office:
    """The office of this installation."""
    found: Office = current_app.extensions["casemgr"].office
    return found


def who() -> Actor:
    """The actor of a command: the login name of whoever runs it."""
    try:
        return command(getpass.getuser())
    except (KeyError, OSError):
        return command("unknown")


@contextmanager
def at_desk(*, writing: bool = True, reason: str | None = None) -> Iterator[Desk]:
    """A desk for the length of a command. On a terminal a reason is asked for when records will be shown."""
    with office().open(who(), writing=writing, reason=reason or "maintenance") as desk:
        yield desk


@contextmanager
def looking_for(what: str) -> Iterator[None]:
    """Say what was looked for when it is not there."""
    try:
        yield
    except NotFound:
        raise NotFound(f"There is no {what}.") from None


def asked(reason: str | None) -> str:
    """The reason given, or asked for on a terminal, or `maintenance`."""
    if reason:
        return reason
    return click.prompt("Reason", default="maintenance", err=True) if sys.stdin.isatty() else "maintenance"


def plain(function: Callable[Given, Made]) -> Callable[Given, Made]:
    """Say in one sentence on standard error what was refused, by us, by the machine or by the database, and exit with 1."""

    @wraps(function)
    def run(*given: Given.args, **named: Given.kwargs) -> Made:
        with speaking(ENGLISH):
            try:
                _insist_on_letters(named)
                return function(*given, **named)
            except ExpectedError as error:
                raise SystemExit(_fail(sentence(error))) from None
            except BrokenPipeError:  # whoever read has gone: nobody is there to be told
                raise
            except OSError as error:
                raise SystemExit(_fail(of_the_machine(error))) from None
            except DBAPIError as error:
                said = schema.failure(error, office())
                if said is None:
                    raise
                raise SystemExit(_fail(said)) from None

    return run


def _insist_on_letters(named: Mapping[str, object]) -> None:
    """What a terminal of another encoding sent holds halves of letters, which nothing here can keep."""
    wrong = [name for name, value in named.items() if isinstance(value, str) and not _is_text(value)]
    if wrong:
        raise Invalid({name: ["This is not written in UTF-8."] for name in wrong})


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def one_line(name: str, value: str) -> str:
    """A line of text in normal form, as long as on a page."""
    found = clean(value)
    if len(found) > LINE:
        raise Invalid({name: [f"At most {LINE} letters are taken."]})
    return found


def of_the_machine(error: OSError) -> str:
    """What the machine refused: which file, and why."""
    place = f"{error.filename}: " if error.filename is not None else ""
    return f"{place}{error.strerror or error}."


def sentence(error: ExpectedError) -> str:
    """An expected error in one sentence."""
    if isinstance(error, NotFound):
        return str(error) or "Not found."
    if isinstance(error, Invalid):
        return " ".join(f"{name}: {'; '.join(map(str, said))}" for name, said in error.errors.items())
    if isinstance(error, RuleBroken):
        return "; ".join(str(finding) for finding in error.findings) or "This step is not possible."
    if isinstance(error, Conflict):
        return error.sentence or "Somebody else saved first."
    if isinstance(error, Refused):
        return error.reason or "Not allowed."
    return str(error) or "It could not be done."


def show(answer: Any, *, as_json: bool, text: Callable[[], str]) -> None:
    """Print an answer for a script or for a person."""
    click.echo(json.dumps(answer, ensure_ascii=False, default=str) if as_json else text())


@contextmanager
def progress() -> Iterator[Callable[[str, int], None]]:
    """Say on a terminal how far a long command has come: what, and how many."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    yield lambda what, count: click.echo(f"\r{what:<28}{count:>12}", nl=False, err=True)
    click.echo(err=True)


def _fail(said: str) -> int:
    click.echo(said, err=True)
    return 1
