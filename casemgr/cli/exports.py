"""Commands of exports: remove files whose time is over."""

import click

from casemgr.cli.door import at_desk, json_option, plain, show
from casemgr.exports import actions


@click.group()
def exports() -> None:
    """Lists that were taken out."""


@exports.command()
@json_option
@plain
def clear(as_json: bool) -> None:
    """Remove every exported file that has outlived its hours, with its key. May run often, late, or twice at once.

    As a cron line: 17 * * * * cd /srv/casemgr && .venv/bin/flask --app wsgi exports clear

    Example: flask --app wsgi exports clear --json
    """
    with at_desk() as desk:
        gone = actions.clear(desk)
    show({"removed": list(gone)}, as_json=as_json, text=lambda: f"{len(gone)} files removed.")


COMMANDS = (exports,)
