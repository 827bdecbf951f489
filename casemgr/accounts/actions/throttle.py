"""Slowing down wrong tries without ever locking anybody out. The buckets stand in the database, shared by all workers.

A browser that an account knows has a bucket of its own for that account, and nothing that others do fills it. All other
browsers share one bucket for each typed name and one for each address. A try that comes too early counts for nothing:
neither can it get in, nor does it prolong the wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from casemgr.access.desk import Desk
from casemgr.accounts import devices, queries, rules
from casemgr.accounts.models import Throttle
from casemgr.accounts.rules import PER_ACCOUNT, PER_ADDRESS, Allowance
from casemgr.accounts.terms import Browser, Bucket

_KEPT_FOR = timedelta(days=1)
Named = tuple[bytes, Allowance]


@dataclass
class Kept:
    """A bucket held for the length of this transaction; it has a row once a wrong try has fallen into it."""

    name: bytes
    allowance: Allowance
    row: Throttle | None


def buckets(secret: bytes, username: str, account_id: UUID | None, browser: Browser) -> Sequence[Named]:
    """Which buckets a try falls into; the one of the person first."""
    if account_id is not None and browser.mark is not None:
        return ((devices.bucket(secret, "known", account_id.bytes, browser.mark), PER_ACCOUNT),)
    around = devices.neighbourhood(browser.address)
    of_person = (unknown(secret, username), PER_ACCOUNT)
    return (
        (of_person, (devices.bucket(secret, "address", around.encode()), PER_ADDRESS))
        if around
        else (of_person,)
    )


def unknown(secret: bytes, username: str) -> bytes:
    """The bucket of all browsers that are not known to the account of this name, whether there is one or not."""
    return devices.bucket(secret, "unknown", username.encode())


def look(desk: Desk, named: Sequence[Named]) -> int:
    """Seconds until a try counts again, without taking hold of anything."""
    columns = (Throttle.bucket, Throttle.failures, Throttle.since, Throttle.last)
    rows = desk.rows(select(*columns).where(Throttle.bucket.in_([name for name, _ in named])))
    facts = {name: Bucket(failures, since, last) for name, failures, since, last in rows if failures}
    return max((rules.wait(facts.get(name), allowance, desk.now) for name, allowance in named), default=0)


def keep(desk: Desk, named: Sequence[Named], *, make: bool = False) -> Sequence[Kept]:
    """Take hold of buckets, one after another and always in the same order: workers never wait for one another in a ring.

    Where a wrong try is about to be counted, missing ones are made on the way.
    """
    rows: dict[bytes, Throttle | None] = {}
    for name in sorted(name for name, _ in named):
        row = desk.first(select(Throttle).where(Throttle.bucket == name).with_for_update())
        rows[name] = _made(desk, name) if row is None and make else row
    return [Kept(name, allowance, rows[name]) for name, allowance in named]


def wait(desk: Desk, kept: Sequence[Kept]) -> int:
    """Seconds until a try counts again, of buckets that are held."""
    return max((rules.wait(_facts(each.row), each.allowance, desk.now) for each in kept), default=0)


def count_wrong(desk: Desk, kept: Sequence[Kept], subject: str | None) -> int:
    """Put one wrong try into its buckets; returns how long the next has to wait."""
    desk.session.execute(delete(Throttle).where(Throttle.last < desk.now - _KEPT_FOR))
    for each in kept:
        told = rules.after_wrong_try(_facts(each.row), each.allowance, desk.now)
        row = each.row = each.row or _made(desk, each.name)
        row.failures, row.since, row.last = told.failures, told.since, told.last
        _tell_held(desk, row, subject)
    desk.flush()
    return wait(desk, kept)


def hold_back(desk: Desk, named: Sequence[Named]) -> None:
    """Note that a try came too early; it goes into the trail together with others, so that a flood cannot fill it."""
    desk.session.execute(
        update(Throttle).where(Throttle.bucket == named[0][0]).values(held=Throttle.held + 1)
    )


def forgive(desk: Desk, kept: Sequence[Kept], others: Sequence[Kept], subject: str) -> None:
    """After a good sign-in from a known browser its bucket is emptied; what was held back goes into the trail.

    The buckets of unknown browsers stay as they are: whoever is guessing there gains nothing from it.
    """
    for each in (*kept, *others):
        if each.row is not None:
            _tell_held(desk, each.row, subject)
    for each in kept:
        if each.row is not None:
            each.row.failures = 0


def _tell_held(desk: Desk, row: Throttle, subject: str | None) -> None:
    if row.held:
        desk.record(queries.HELD_BACK, subject, count=row.held)
        row.held = 0


def _made(desk: Desk, name: bytes) -> Throttle:
    """A new bucket, or the one that another worker made at the same moment."""
    row = Throttle(bucket=name, failures=0, held=0, since=desk.now, last=desk.now)
    try:
        with desk.session.begin_nested():
            desk.session.add(row)
    except IntegrityError:
        return desk.one(select(Throttle).where(Throttle.bucket == name).with_for_update())
    return row


def _facts(row: Throttle | None) -> Bucket | None:
    return None if row is None or row.failures == 0 else Bucket(row.failures, row.since, row.last)
