"""Commands about files: let the virus scanner look at what waits for it."""

from uuid import UUID

import click
from flask import current_app

from casemgr.cli.door import at_desk, json_option, plain, show
from casemgr.core.errors import Unavailable
from casemgr.files import actions, queries
from casemgr.files.scanner import Verdict, scan
from casemgr.files.terms import Form
from casemgr.security.spool import SealedSpool


@click.group()
def files() -> None:
    """Files of cases."""


@files.command("scan")
@json_option
@plain
def scan_waiting(as_json: bool) -> None:
    """Let the virus scanner look at every file that waits for it; release those that are clean, lock away the others.

    Example: flask --app wsgi files scan
    """
    if current_app.extensions["settings"].clamd_socket is None:
        raise Unavailable("No virus scanner is set: name its socket in CASEMGR_CLAMD_SOCKET.")
    with at_desk(writing=False) as desk:
        waiting = [file.id for file in queries.waiting(desk)]
    counts = {verdict.value: 0 for verdict in Verdict}
    for file_id in waiting:
        verdict = _scanned(file_id)
        if verdict is not Verdict.UNAVAILABLE:
            with at_desk() as desk:
                file = queries.waits(desk, file_id)
                (actions.release if verdict is Verdict.CLEAN else actions.lock_away)(desk, file)
        counts[verdict] += 1
    show(
        counts,
        as_json=as_json,
        text=lambda: (
            f"released: {counts['clean']}, locked away: {counts['found']}, "
            f"still waiting: {counts['unavailable']}"
        ),
    )
    if counts[Verdict.UNAVAILABLE]:
        raise Unavailable("The virus scanner did not answer for every file: the rest still waits.")


def _scanned(file_id: UUID) -> Verdict:
    """What the scanner says of a file; meanwhile nobody waits for us."""
    with at_desk(writing=False) as desk, SealedSpool() as spool:
        for piece in queries.opened(desk, queries.waits(desk, file_id), Form.ORIGINAL):
            spool.write(piece)
        settings = current_app.extensions["settings"]
        return scan(settings.outside, settings.clamd_socket, spool)  # type: ignore[arg-type]


COMMANDS = (files,)
