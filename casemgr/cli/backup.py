"""Commands of backups: make one while people work, look whether one is whole, put one into an empty database."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask_migrate import upgrade

from casemgr.cli import walls
from casemgr.cli.dead import bury, dead_list, turn_keys
from casemgr.cli.door import asked, at_desk, json_option, office, plain, progress, reason_option, show
from casemgr.core.errors import NotFound
from casemgr.security import backup as backups
from casemgr.security.backup import Manifest
from casemgr.security.keys import COPIES_LAST


@click.group("backup")
def backup_group() -> None:
    """Backups: one file, sealed, without the keyring."""


_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@backup_group.command("create")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to be made."
)
@reason_option
@json_option
@plain
def create(out: Path, reason: str | None, as_json: bool) -> None:
    """Write everything as it stands at this instant into one sealed file. People may go on working.

    Example: flask --app wsgi backup create --out /media/backup/2026-11-22.casemgr
    """
    the_office, reason = office(), asked(reason)
    walls.refuse_half_a_copy()
    out.parent.mkdir(parents=True, exist_ok=True)
    with at_desk(writing=False) as desk:
        now = desk.now
    turn_keys(now)
    with progress() as told:
        made = backups.create(the_office.engine, the_office.ring, out, now=now, told=told)
    digest = _digest(out)
    with at_desk(reason=reason) as desk:
        desk.record("backup made", count=made.rows, digest=digest, head=made.head)
    answer = {"file": str(out), "bytes": out.stat().st_size, "sha256": digest, **_told(made)}
    show(
        answer,
        as_json=as_json,
        text=lambda: (
            f"{made.rows} rows in {out} ({out.stat().st_size} bytes). The keyring is not in it.\n"
            f"By itself it can be restored for {COPIES_LAST.days} days, then with the record keys of a newer one.\n"
            f"SHA-256 {digest}\nEnd of the audit trail: {made.head or 'none'}"
        ),
    )


@backup_group.command("check")
@_file
@json_option
@plain
def check(file: Path, as_json: bool) -> None:
    """Read a backup to its end, authenticate every byte and count its rows. Nothing is changed.

    Example: flask --app wsgi backup check /media/backup/2026-11-22.casemgr
    """
    _there(file)
    with progress() as told:
        found = backups.check(file, office().ring, told=told)
    alone = (
        "It can be restored by itself." if found.opens else "To restore it: --keys-from, with a newer backup."
    )
    show(_told(found), as_json=as_json, text=lambda: f"Whole: {found.rows} rows of {found.made_at}. {alone}")


@backup_group.command("restore")
@_file
@click.option(
    "--keys-from",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A newer backup whose record keys are taken: for a backup of more than 35 days.",
)
@click.option("--despite-faults", is_flag=True, help="Also when the audit trail in the backup is not whole.")
@click.option(
    "--bury-unlisted",
    is_flag=True,
    help="With --keys-from, without the list of shredded records: what the newer backup does not know was shredded.",
)
@reason_option
@json_option
@plain
def restore(
    file: Path,
    keys_from: Path | None,
    despite_faults: bool,
    bury_unlisted: bool,
    reason: str | None,
    as_json: bool,
) -> None:
    """Put a backup into the empty database of CASEMGR_DATABASE_URL, verify it, and only then keep it.

    Empty is a database without tables, or as `init` leaves it: its units and its first entries of the audit trail make way for
    those of the backup. Anything else is refused: a backup is never laid over data.

    Records that were shredded since stay dead: by the list beside the keyring, and because a newer backup has no key of
    theirs. A backup of more than 35 days has no living record keys of its own. Files that the newer backup does not know
    and the list does not name are counted and refused, unless --bury-unlisted says that they were shredded.

    Example: flask --app wsgi backup restore /media/backup/2026-11-22.casemgr

    Example: flask --app wsgi backup restore /media/old/2026-09-01.casemgr --keys-from /media/backup/2026-11-22.casemgr
    """
    the_office, reason = office(), asked(reason)
    _there(file)
    if keys_from is not None:
        _there(keys_from)
    backups.refuse_lived_in(the_office.engine)
    upgrade(directory=current_app.extensions["migrate"].directory)
    dead = dead_list()
    listed = dead.is_there
    with progress() as told:
        back = backups.restore(
            file,
            the_office.engine,
            the_office.ring,
            keys_from=keys_from,
            is_dead=dead.holds,
            note_dead=dead.add,
            despite=despite_faults,
            bury_unlisted=bury_unlisted,
            told=told,
        )
    found, faults = back.manifest, back.faults
    the_office.trail.begin_run()
    the_office.chain_trail()
    with at_desk(reason=reason) as desk:
        desk.record("backup restored", count=found.rows, head=found.head, digest=_digest(file))
    buried = bury(back.dead, dead)
    answer = {
        **_told(found),
        "faults": [{"kind": it.kind, "entry": it.entry} for it in faults],
        "dead": len(back.dead),
        "list_of_the_dead": listed,
    }
    show(
        answer,
        as_json=as_json,
        text=lambda: (
            f"{found.rows} rows of {found.made_at} are back; the audit trail is "
            f"{'NOT whole: see audit verify' if faults else 'whole'}. {_of_the_dead(back.dead, buried, listed=listed)}"
            "Now: keys verify"
        ),
    )


def _of_the_dead(records: Sequence[bytes], files: int, *, listed: bool) -> str:
    """What became of records that had been shredded when the backup was restored."""
    if records:
        return f"{len(records)} records stay shut, {files} files among them: they were shredded. "
    if not listed:
        return (
            "There is no list of shredded records beside the keyring: if anything was shredded after this backup, bring the "
            "list and restore again. "
        )
    return ""


def _there(file: Path) -> None:
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")


def _told(manifest: Manifest) -> dict[str, Any]:
    return {
        "made_at": manifest.made_at,
        "engine": manifest.engine,
        "revision": manifest.revision,
        "rows": manifest.rows,
        "head": manifest.head,
        "counts": dict(manifest.counts),
        "opens_alone": manifest.opens,
    }


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


COMMANDS = (backup_group,)
