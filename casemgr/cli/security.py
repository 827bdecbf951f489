"""Commands of the safe: the state of the keys, the truth of the audit trail."""

import random

import click
from sqlalchemy import func, select

from casemgr.cli.door import at_desk, json_option, office, plain, show
from casemgr.core.errors import Invalid, Unavailable
from casemgr.security.audit import Head, counted
from casemgr.security.keys import Purpose
from casemgr.security.parts import RecordKey
from casemgr.security.sealing import SealBroken, Wrapper

_SAMPLE = 200


@click.group()
def keys() -> None:
    """The keyring: ids, ages and counts only."""


@keys.command()
@json_option
@plain
def status(as_json: bool) -> None:
    """Which keys there are, and how many records each wraps.

    Example: flask --app wsgi keys status
    """
    with at_desk(writing=False) as desk:
        used = dict(
            desk.session.execute(select(RecordKey.kek_id, func.count()).group_by(RecordKey.kek_id)).all()
        )
    answer = [
        {
            "id": key.id,
            "purpose": key.purpose,
            "state": key.state,
            "created": key.created,
            "check": key.check_value,
            "records": used.get(key.id, 0) if key.purpose is Purpose.KEK else None,
        }
        for key in office().ring.all()
    ]
    show(
        answer,
        as_json=as_json,
        text=lambda: "\n".join(f"{row['id']:>3} {row['purpose']:<14} {row['state']}" for row in answer),
    )


@keys.command()
@json_option
@plain
def verify(as_json: bool) -> None:
    """Open a random sample of wrapped record keys with the keyring that is loaded.

    Example: flask --app wsgi keys verify
    """
    wrapper = Wrapper(office().ring)
    with at_desk(writing=False) as desk:
        records = list(desk.all(select(RecordKey.record)))
        sample = random.SystemRandom().sample(records, min(_SAMPLE, len(records)))
        broken = 0
        for row in desk.all(select(RecordKey).where(RecordKey.record.in_(sample))):
            try:
                wrapper.unwrap(row.record, row.generation, row.wrapped)
            except (SealBroken, Unavailable):
                broken += 1
    answer = {"opened": len(sample) - broken, "broken": broken}
    show(answer, as_json=as_json, text=lambda: f"{answer['opened']} of {len(sample)} sampled records open.")
    if broken:
        raise SystemExit(1)


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
        found = desk.trail.verify(desk.session, kept=kept)
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


COMMANDS = (keys, audit)
