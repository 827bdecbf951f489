"""Commands of reminders: tell whoever has to be told, send letters."""

from functools import partial

import click
from flask import current_app

from casemgr.cli.door import at_desk, json_option, plain, show
from casemgr.notices import actions
from casemgr.notices.post import deliver
from casemgr.notices.sending import send_all
from casemgr.notices.terms import Mailbox, Mark, Ran
from casemgr.settings import Settings


@click.group()
def notices() -> None:
    """Reminders: who has to be told that something waits."""


@notices.command()
@json_option
@plain
def run(as_json: bool) -> None:
    """Tell everybody who has to be told, once, and send the letters that wait. May run often, late, or twice at once.

    Pages are right without it. As a cron line: */5 * * * * cd /srv/casemgr && .venv/bin/flask --app wsgi notices run

    Example: flask --app wsgi notices run --json
    """
    done = Ran()
    mark: Mark | None = Mark()
    while mark is not None:
        with at_desk() as desk:
            done = done.and_then(actions.run(desk, mark))
        mark = done.next
    box = mailbox(current_app.extensions["settings"])
    sent, failed = send_all(at_desk, partial(deliver, box), box.link) if box is not None else (0, 0)
    answer = {
        "looked_at": done.looked_at,
        "told": done.told,
        "escalated": done.escalated,
        "letters_sent": sent,
        "letters_failed": failed,
    }
    show(
        answer,
        as_json=as_json,
        text=lambda: (
            f"{done.looked_at} looked at, {done.told} told, {done.escalated} escalated, {sent} letters sent, {failed} failed."
        ),
    )


def mailbox(settings: Settings) -> Mailbox | None:
    """The mail server of this installation, if one is set."""
    if not settings.smtp_host:
        return None
    password = ""
    if settings.smtp_password_file is not None:
        password = settings.smtp_password_file.read_text("utf-8").strip()
    return Mailbox(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_from,
        settings.public_url,
        settings.smtp_user,
        password,
        not settings.smtp_plain,
        settings.outside,
    )


COMMANDS = (notices,)
