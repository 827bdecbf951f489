"""Commands of the safe: the truth of the audit trail."""

import click
import structlog
from flask import current_app

from casemgr.cli.door import at_desk, json_option, office, plain, show
from casemgr.cli.notices import mailbox
from casemgr.core.errors import ExpectedError, Invalid, Unavailable
from casemgr.notices.post import PostFailed, deliver
from casemgr.notices.terms import Letter
from casemgr.oversight import actions as oversight
from casemgr.oversight import heads, lures, watching
from casemgr.security.audit import Head
from casemgr.security.traces import Fault
from casemgr.settings import Settings

log = structlog.get_logger()


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@click.option("--head", help="End of the chain as it was printed earlier and kept elsewhere.")
@json_option
@plain
def verify_trail(head: str | None, as_json: bool) -> None:
    """Walk the whole trail and name every entry that was changed, removed, reordered or slipped in; every sealed part that
    was changed, put back or taken away; every unit that has fewer cases than the last time.

    Prints the end of the chain. Keep it elsewhere and hand it in the next time: only that shows whether the newest
    entries were cut off.

    Example: flask --app wsgi audit verify
    """
    kept = Head.read(head) if head else None
    if head and kept is None:
        raise Invalid({"head": ["This is not the end of a chain as this command prints it."]})
    office().chain_trail()
    with at_desk(writing=False) as desk:
        found = oversight.verify(desk, kept=kept)
    with at_desk() as desk:
        oversight.note(desk, found)
    faults = [
        {"kind": fault.kind, "entry": fault.entry, **({"what": fault.what} if fault.what else {})}
        for fault in found.faults
    ]
    whole = f"The audit trail is whole: {found.entries} entries. Keep elsewhere: {found.head}"
    show(
        {"faults": faults, "entries": found.entries, "head": found.head},
        as_json=as_json,
        text=lambda: "\n".join(map(_in_words, found.faults)) or whole,
    )
    if faults:
        raise ExpectedError(f"The audit trail is not whole: {len(faults)} named.")


def _in_words(fault: Fault) -> str:
    place = f": entry {fault.entry}" if fault.entry else ""
    return f"{fault.kind}{place}{': ' + fault.what if fault.what else ''}"


@audit.command("head")
@plain
def print_head() -> None:
    """Print the end of the chain, to be kept in another house.

    Example: flask --app wsgi audit head
    """
    office().chain_trail()
    with at_desk(writing=False) as desk:
        click.echo(desk.trail.head(desk.session) or "")


@audit.command("send-head")
@plain
def send_head() -> None:
    """Send the end of the chain by post to the addresses of CASEMGR_HEADS_TO, each once a day; what failed is tried by the next run.

    After `audit verify`, as a cron line: 30 3,4,5 * * * cd /srv/casemgr && .venv/bin/flask --app wsgi audit send-head

    Example: flask --app wsgi audit send-head
    """
    settings: Settings = current_app.extensions["settings"]
    box = mailbox(settings)
    if box is None or not settings.heads_to:
        raise Invalid({"CASEMGR_HEADS_TO": ["No address outside is set, or no mail server."]})
    office().chain_trail()

    def post(address: str, subject: str, text: str) -> bool:
        try:
            deliver(box, Letter(address, subject, text))
        except PostFailed:
            return False
        return True

    done = heads.send(at_desk, post, settings.heads_to)
    click.echo(f"{done.sent} letters sent, {done.failed} failed.")
    if done.failed:
        raise Unavailable("Not every letter was taken: the next run tries them again.")


@audit.command("seal")
@plain
def seal() -> None:
    """Chain the entries that wait, once: for a sealer of its own beside servers that are not `serve`.

    Example: flask --app wsgi audit seal
    """
    click.echo(f"{office().chain_trail()} entries chained.")


@audit.command("take-in")
@plain
def take_in() -> None:
    """Tell the trail of sealed parts from before it was told of them; `audit verify` calls these `part unknown`.

    Only once, after the upgrade, and only when nobody can have written beside the programs: what is taken in counts as right.

    Example: flask --app wsgi audit take-in
    """
    office().chain_trail()
    with at_desk() as desk:
        click.echo(f"{oversight.take_in(desk)} sealed parts are in the trail now.")


@audit.command("watch")
@plain
def watch() -> None:
    """Look for looks that somebody should ask about. May run often; each person and file is brought up once a month.

    The night's work: it also lets the database count what lies in its tables, so that lists stay quick.

    As a cron line: 15 2 * * * cd /srv/casemgr && .venv/bin/flask --app wsgi audit watch

    Example: flask --app wsgi audit watch
    """
    with at_desk() as desk:
        new, lured = watching.watch(desk), lures.watch(desk)
        click.echo(f"{new} new.")
    if lured:
        log.warning("honey record touched", count=len(lured))
        click.echo(f"{len(lured)} people went to a honey record: see the page for inspectors.")
    office().take_stock()


@audit.group("honey")
def honey() -> None:
    """Honey records: invented children on the register, whom nobody has a reason to open.

    They are registered on the ordinary pages and their entry is marked there as made in error, so that they count nowhere
    and look like any other. These commands only say which they are; that is kept sealed. See docs/runbook.md.
    """


@honey.command("name")
@click.argument("marks", nargs=-1, required=True)
@plain
def name_honey(marks: tuple[str, ...]) -> None:
    """Take children for honey records, by the mark at the end of the address of their page.

    Refused for whoever has a case or an entry that holds. Do it on another day than the registering.

    Example: flask --app wsgi audit honey name 3f0c5a7712de9b04
    """
    with at_desk() as desk:
        lures.name(desk, marks)


@honey.command("drop")
@click.argument("marks", nargs=-1, required=True)
@plain
def drop_honey(marks: tuple[str, ...]) -> None:
    """Some children are honey records no longer; their files stay as they are.

    Example: flask --app wsgi audit honey drop 3f0c5a7712de9b04
    """
    with at_desk() as desk:
        lures.drop(desk, marks)


@honey.command("list")
@json_option
@plain
def list_honey(as_json: bool) -> None:
    """Print the honey records, since when, and whether there still is no reason to open them.

    Example: flask --app wsgi audit honey list
    """
    with at_desk(writing=False) as desk:
        found = lures.records(desk)
    show(
        [{"mark": one.mark, "since": one.since.isoformat(), "good": one.good} for one in found],
        as_json=as_json,
        text=lambda: "\n".join(
            f"{one.mark} since {one.since:%Y-%m-%d}{'' if one.good else ': somebody works on it, drop it'}"
            for one in found
        ),
    )


COMMANDS = (audit,)
