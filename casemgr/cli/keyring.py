"""Commands of the keys: their state, new ones, everything brought under them, proof that all opens, a way back."""

import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy import func, inspect, select

from casemgr.access.desk import Desk
from casemgr.children import index
from casemgr.cli import resealing, walls
from casemgr.cli.door import at_desk, json_option, office, plain, show
from casemgr.cli.persons import agreed, two_persons
from casemgr.core.calendar import local_day
from casemgr.core.db import Model
from casemgr.core.errors import ExpectedError, Invalid, NotFound, Refused, Unavailable
from casemgr.security import keyfile, keys
from casemgr.security.audit import AuditEntry
from casemgr.security.keys import Key, Keyring, KeyState, Purpose
from casemgr.security.parts import sealed_parts_of
from casemgr.security.sealing import SealBroken, Wrapper

_ROTATED = (
    Purpose.KEK,
    Purpose.FACTS,
    Purpose.AUDIT_MAC,
    Purpose.AUDIT_QUERY,
    Purpose.INDEX_TOKEN,
    Purpose.INDEX_POSTING,
    Purpose.CLIENT,
    Purpose.BACKUP,
    Purpose.RECORD_COPY,
)
_SAMPLE, _NAMED = 20, 20
_KEPT_FOR = timedelta(days=35)  # as long as a backup may still need a key
_MOST_USES = 2**30
_FOR_EVER: Mapping[Purpose, str] = {
    Purpose.AUDIT_MAC: "entries of the audit trail are proved with it",
    Purpose.AUDIT_QUERY: "entries of the audit trail are opened with it",
    Purpose.INDEX_TOKEN: "marks made with it cannot be made anew without what they mark",
}
_INDEX = (Purpose.INDEX_TOKEN, Purpose.INDEX_POSTING)
_REINDEX = "The index of children is not rewrapped, it is written anew: search reindex."
_RECOVERY = "recovery copy of the keyring made"


@click.group("keys")
def keys_group() -> None:
    """The keyring: ids, ages and counts only."""


def key_file() -> keyfile.KeyFile:
    """The file of the keyring of this installation."""
    found: keyfile.KeyFile | None = current_app.extensions.get("keyfile")
    if found is None:
        raise Unavailable("This installation has no keyring file.")
    return found


# ---- state --------------------------------------------------------------------------------------------------------


@keys_group.command()
@json_option
@plain
def status(as_json: bool) -> None:
    """Which keys there are, how much lies under each, and what should be done.

    Example: flask --app wsgi keys status
    """
    ring = office().ring
    with at_desk(writing=False) as desk:
        used = resealing.counted(desk, ring)
        advice = list(_advice(desk, ring, used))
    wall = walls.in_words()
    advice += [wall] if wall else []
    counted = {kind.purpose for kind in resealing.KINDS}
    answer = [
        {
            "id": key.id,
            "purpose": key.purpose,
            "state": key.state,
            "created": key.created,
            "check": key.check_value if key.material else None,
            "records": used.get(key.id, 0) if key.purpose in counted else None,
        }
        for key in ring.all()
    ]
    lines = [
        f"{row['id']:>3} {row['purpose']:<14} {row['state']:<13} {row['created']} "
        f"{'' if row['records'] is None else row['records']}"
        for row in answer
    ]
    show(answer, as_json=as_json, text=lambda: "\n".join([*lines, *advice]))


def _advice(desk: Desk, ring: Keyring, used: dict[int, int]) -> Iterator[str]:
    behind = sum(used.get(key.id, 0) for key in ring.all() if key.state is KeyState.DECRYPT_ONLY)
    if behind:
        yield f"{behind} rows lie under keys that were replaced: keys rewrap."
    if "keyfile" in current_app.extensions and keyfile.previous(key_file().path).exists():
        yield "The last change of the keyring was not verified yet: keys verify."
    if index.lag_behind(desk):
        yield _REINDEX
    if any(used.get(key.id, 0) >= _MOST_USES for key in ring.all()):
        yield "A key has sealed as much as it should: keys rotate."
    newest = max(key.id for key in ring.all())
    told = desk.session.scalars(
        select(AuditEntry.body).where(AuditEntry.action == _RECOVERY).order_by(AuditEntry.seq.desc()).limit(1)
    ).first()
    if told is None:
        yield "There is no recovery copy of the keyring: keys recovery make."
    elif json.loads(told).get("newest") != newest:
        yield "The recovery copy is older than the newest key: keys recovery make."


# ---- new keys -----------------------------------------------------------------------------------------------------


@keys_group.command()
@click.option(
    "--purpose",
    "purposes",
    multiple=True,
    type=click.Choice([purpose.value for purpose in Purpose]),
    help="Only keys of this purpose; may be given again. Without it all but that of the sessions.",
)
@two_persons
@json_option
@plain
def rotate(purposes: Sequence[str], first: str | None, second: str | None, as_json: bool) -> None:
    """Make new keys. The old ones still open; running servers take up the new ring at their next request.

    Example: flask --app wsgi keys rotate --purpose kek --as an.admin --second binh.admin
    """
    wanted = [Purpose(name) for name in purposes] or list(_ROTATED)
    with at_desk(writing=False) as desk:
        persons, day = agreed(desk, first, second), local_day(desk.now).isoformat()
    made: list[Key] = []

    def renewed(ring: Keyring) -> Keyring:
        for purpose in wanted:
            ring = ring.rotated(purpose, day)
            made.append(ring.active(purpose))
        return ring

    key_file().change(renewed)
    office().ring.catch_up(wait=True)
    with at_desk() as desk:
        desk.record("keys rotated", purposes=sorted(wanted), keys=sorted(key.id for key in made), **persons)
    answer = [{"id": key.id, "purpose": key.purpose, "check": key.check_value} for key in made]
    after = "Now: keys verify, then keys rewrap, then keys recovery make."
    if set(wanted) & set(_INDEX):
        after += f" {_REINDEX}"
    if Purpose.SESSION in wanted:
        after = "Servers use the new session key after a restart; known devices are then new ones. " + after
    show(
        answer,
        as_json=as_json,
        text=lambda: "\n".join(
            [*(f"{row['id']:>3} {row['purpose']} {row['check']}" for row in answer), after]
        ),
    )


@keys_group.command()
@two_persons
@json_option
@plain
def rewrap(first: str | None, second: str | None, as_json: bool) -> None:
    """Bring everything under the new keys, in small portions while people work. May be interrupted and begun again.

    Example: flask --app wsgi keys rewrap --as an.admin --second binh.admin
    """
    the_office = office()
    with at_desk() as desk:
        persons = agreed(desk, first, second)
        left = {kind.name: resealing.waiting(desk, the_office.ring, kind) for kind in resealing.KINDS}
        if any(left.values()):
            desk.record("rewrapping begun", count=sum(left.values()), **persons)
    done = {}
    for kind in resealing.KINDS:
        with click.progressbar(length=left[kind.name], label=f"{kind.name:<26}", file=sys.stderr) as bar:
            done[kind.name] = resealing.reseal(the_office, kind, told=_steps(bar))
    with at_desk() as desk:
        behind = sum(resealing.waiting(desk, the_office.ring, kind) for kind in resealing.KINDS)
        lags = index.lag_behind(desk)
        if any(done.values()):
            desk.record("rewrapped", count=sum(done.values()), **persons)
    answer = {"changed": done, "left": behind, "index_lags": lags}
    after = f" {_REINDEX}" if lags else ""
    show(
        answer,
        as_json=as_json,
        text=lambda: f"{sum(done.values())} rows brought under the new keys, {behind} left.{after}",
    )
    if behind:
        raise Unavailable("Not everything is under the new keys: keys rewrap once more.")


def _steps(bar: Any) -> Any:
    so_far = [0]

    def told(changed: int) -> None:
        bar.update(changed - so_far[0])
        so_far[0] = changed

    return told


@keys_group.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option(
    "--early",
    is_flag=True,
    help="Before 35 days have passed: backups made before the key was replaced will not open any more.",
)
@two_persons
@plain
def destroy(number: int, early: bool, first: str | None, second: str | None) -> None:
    """Destroy a key that was replaced and under which nothing lies any more. There is no way back.

    Example: flask --app wsgi keys destroy 1 --as an.admin --second binh.admin
    """
    ring = office().ring
    try:
        key = ring.numbered(number)
    except Unavailable:
        raise NotFound(f"There is no key {number} that could be destroyed.") from None
    with at_desk(writing=False) as desk:
        persons = agreed(desk, first, second)
        used = resealing.counted(desk, ring).get(number, 0)
        posted = index.under(desk, number) if key.purpose is Purpose.INDEX_POSTING else 0
        today = local_day(desk.now)
    if key.state is not KeyState.DECRYPT_ONLY:
        raise Refused("Only a key that has been replaced can be destroyed.")
    why = _FOR_EVER.get(key.purpose)
    if key.purpose is Purpose.SESSION and current_app.extensions["settings"].demo:
        why = "the passwords of the demo accounts are made with it"
    if why:
        raise Refused(f"This key is kept: {why}.")
    if used:
        raise Refused(f"{used} rows still lie under this key. First: keys rewrap.")
    if posted:
        raise Refused(f"{posted} rows of the index of children lie under this key. First: search reindex.")
    since = today - date.fromisoformat(ring.successor(number).created)
    if since < timedelta(days=1):
        raise Refused("This key was replaced today: work that began before may still use it. Tomorrow.")
    if since < _KEPT_FOR and not early:
        raise Refused(
            f"Backups of the last {_KEPT_FOR.days} days may need this key (replaced {since.days} days ago). "
            "If it has to go now: --early, and make a backup first."
        )
    key_file().change(lambda now: now.without(number))
    office().ring.catch_up(wait=True)
    with at_desk() as desk:
        desk.record("key destroyed", str(number), purpose=key.purpose, **persons)
    click.echo(f"Key {number} ({key.purpose}) is gone. Now: keys verify, then keys recovery make.")


# ---- proof --------------------------------------------------------------------------------------------------------


@keys_group.command()
@json_option
@plain
def verify(as_json: bool) -> None:
    """Open every record key and every row under a shared key, and samples of all sealed parts; name what does not open.

    Example: flask --app wsgi keys verify
    """
    ring = office().ring
    if "keyfile" in current_app.extensions and not key_file().opened().same_as(ring):
        raise Unavailable("The keyring in the file is not the one in use.")
    opened, broken = 0, list[str]()
    for kind in resealing.KINDS:
        for row, fits in _opened(ring, kind):
            opened += fits
            if not fits:
                broken.append(f"{kind.name} {_name(row.key)}")
    parts, shut = _parts()
    with at_desk(writing=False) as desk:
        lags = index.lag_behind(desk)
    verified = not (broken or shut) and "keyfile" in current_app.extensions and key_file().verified()
    which = (broken + shut)[:_NAMED]
    answer = {
        "opened": opened,
        "broken": len(broken),
        "parts": parts,
        "parts_broken": len(shut),
        "index_lags": lags,
        "which": which,
    }
    said = [f"{opened} keys and rows open, {parts} sampled parts open."]
    said += [f"Does not open: {name}" for name in which]
    said += [_REINDEX] if lags else []
    said += ["The keyring from before the last change was put away."] if verified else []
    show(answer, as_json=as_json, text=lambda: "\n".join(said))
    if broken or shut:
        raise ExpectedError(f"{len(broken) + len(shut)} of what is sealed does not open.")


def _opened(ring: Keyring, kind: resealing.Kind) -> Iterator[tuple[Any, bool]]:
    """Every row of a kind, and whether it opens with a ring."""
    wrapper, after = Wrapper(ring), None
    column = getattr(kind.model, kind.column)
    while True:
        with at_desk(writing=False) as desk:
            rows = desk.session.execute(kind.rows(column.is_not(None), after).limit(5000)).all()
        for row in rows:
            try:
                kind.opens(wrapper, row)
                yield row, True
            except (SealBroken, Unavailable):
                yield row, False
        if len(rows) < 5000:
            return
        after = rows[-1].at


def _parts() -> tuple[int, list[str]]:
    """Open the sealed parts of some rows of every table; gives how many opened, and those that did not."""
    opened, shut = 0, list[str]()
    for model in sorted((it.class_ for it in Model.registry.mappers), key=lambda it: it.__name__):
        parts = sealed_parts_of(model)
        if not parts:
            continue
        with at_desk(writing=False) as desk:
            (key,) = inspect(model).primary_key
            count = desk.session.scalar(select(func.count()).select_from(model)) or 0
            start = random.SystemRandom().randrange(max(1, count - _SAMPLE + 1))
            for row in desk.all(select(model).order_by(key).offset(start).limit(_SAMPLE)):
                for part in parts:
                    try:
                        opened += getattr(row, part.name) is not None
                    except (SealBroken, Unavailable):
                        shut.append(f"{model.__tablename__}.{part.name} {_name(row.id)}")
    return opened, shut


def _name(key: Any) -> str:
    return key.hex() if isinstance(key, bytes) else str(key)


# ---- the way back -------------------------------------------------------------------------------------------------


@keys_group.group("recovery")
def recovery() -> None:
    """The copy of the keyring for the day it is lost, and the drill that proves it."""


@recovery.command("make")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The copy; on another disk."
)
@click.option("--halves", is_flag=True, help="Two codes for two persons: one alone opens nothing.")
@two_persons
@json_option
@plain
def make_recovery(out: Path, halves: bool, first: str | None, second: str | None, as_json: bool) -> None:
    """Copy the keyring under a code of its own, printed once: write it down and keep it apart from the copy.

    Example: flask --app wsgi keys recovery make --out /media/office/casemgr.recovery --halves --as an.admin --second binh.admin
    """
    with at_desk(writing=False) as desk:
        persons = agreed(desk, first, second)
    if out.exists():
        raise Refused(f"{out} is there already. A recovery copy never overwrites anything.")
    for folder in key_file().forbidden:
        if out.resolve().is_relative_to(folder.resolve()):
            raise Refused(f"The copy must not lie inside {folder}.")
    ring, code = key_file().opened(), keyfile.recovery_passphrase()
    cost = keys.DEMO if current_app.extensions["settings"].demo else keys.Stretch()
    keys.save(out, ring, keys.PassphraseWrapper(_phrase(code), stretch=cost))
    if not keys.load(out, keys.PassphraseWrapper(_phrase(code))).same_as(ring):
        raise Unavailable("The copy does not read as it was written.")
    with at_desk() as desk:
        newest = max(key.id for key in ring.all())
        desk.record(_RECOVERY, newest=newest, halves=halves, **persons)
    codes = [keyfile.spoken(one) for one in (keyfile.halves(code) if halves else (code,))]
    said = ["Shown once. Each in its own sealed envelope, in its own office:"] if halves else ["Shown once:"]
    show({"file": str(out), "codes": codes}, as_json=as_json, text=lambda: "\n".join([*said, *codes]))


def _phrase(code: bytes) -> bytes:
    return keyfile.spoken(code).encode()


def told_code(files: Sequence[Path]) -> bytes:
    """The recovery passphrase, from files or from the terminal: one code, or two halves."""
    texts = []
    for file in files:
        keys.guard(file, "code file")
        texts.append(file.read_text())
    if not texts:
        texts = [click.prompt("Code (or first half)", hide_input=True, err=True)]
        other = click.prompt(
            "Second half (empty if there is one code)",
            hide_input=True,
            default="",
            err=True,
            show_default=False,
        )
        texts += [other] if other else []
    if len(texts) > 2:
        raise Invalid({"code-file": ["One code, or two halves."]})
    codes = [keyfile.heard(text) for text in texts]
    return _phrase(codes[0] if len(codes) == 1 else keyfile.joined(*codes))


code_files = click.option(
    "--code-file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file (mode 0600) with the code or a half; twice for two halves. Asked for on the terminal without it.",
)


@recovery.command("drill")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@code_files
@json_option
@plain
def drill(file: Path, files: Sequence[Path], as_json: bool) -> None:
    """Prove that a recovery copy opens and fits what is stored. Nothing is changed but a line in the audit trail.

    Example: flask --app wsgi keys recovery drill /media/office/casemgr.recovery
    """
    with at_desk(writing=False) as desk:
        today = local_day(desk.now)
    copy = keys.load(file, keys.PassphraseWrapper(told_code(files))).turned(today)
    now = {key.id: key for key in office().ring.turned(today).all() if key.state is not KeyState.DESTROYED}
    there = {key.id: key for key in copy.all()}
    missing = [
        number
        for number, key in now.items()
        if there.get(number) is None or there[number].material != key.material
    ]
    opened = broken = 0
    for kind in resealing.KINDS:
        for _row, fits in _opened(copy, kind):
            opened, broken = opened + fits, broken + (not fits)
    with at_desk() as desk:
        desk.record(
            "recovery copy of the keyring tried", count=opened, result="whole" if not broken else "lacks keys"
        )
    answer = {"keys": len(there), "missing": missing, "opened": opened, "broken": broken}
    said = [f"The copy opens: {len(there)} keys; {opened} record keys and rows open with it."]
    said += [f"It lacks the keys {', '.join(map(str, missing))}: make a new copy."] if missing else []
    said += [f"{broken} rows do not open with it."] if broken else []
    show(answer, as_json=as_json, text=lambda: "\n".join(said))
    if missing or broken:
        raise ExpectedError("The copy does not open everything: make a new one.")


COMMANDS = (keys_group,)
