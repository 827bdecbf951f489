"""Commands of the safe: the truth of the audit trail."""

import click

from casemgr.cli.door import at_desk, json_option, office, plain, show
from casemgr.core.errors import Invalid
from casemgr.security.audit import Head, counted


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@click.option("--head", help="End of the chain as it was printed earlier and kept elsewhere.")
@json_option
@plain
def verify_trail(head: str | None, as_json: bool) -> None:
    """Walk the whole trail and name every entry that was changed, removed, reordered or slipped in.

    Prints the end of the chain. Keep it elsewhere and hand it in the next time: only that shows whether the newest
    entries were cut off.

    Example: flask --app wsgi audit verify
    """
    kept = Head.read(head) if head else None
    if head and kept is None:
        raise Invalid({"head": ["This is not the end of a chain as this command prints it."]})
    office().chain_trail()
    with at_desk(writing=False) as desk:
        found = desk.trail.verify(desk.session, kept=kept, parts=True)
        faults = [{"kind": fault.kind, "entry": fault.entry} for fault in found]
        count, end = counted(desk.session), str(desk.trail.head(desk.session) or "")
    whole = f"The audit trail is whole: {count} entries. Keep elsewhere: {end}"
    show(
        {"faults": faults, "entries": count, "head": end},
        as_json=as_json,
        text=lambda: "\n".join(f"{fault['kind']}: entry {fault['entry']}" for fault in faults) or whole,
    )
    if faults:
        raise SystemExit(1)


COMMANDS = (audit,)
