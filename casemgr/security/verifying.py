"""The audit trail walked from its beginning: every entry that was changed, removed, reordered, put back or slipped in.

A link is proved by the stored link before it, so the chain is walked in stretches that know nothing of one another, the
stretches of a long trail by as many processes as there are processors. Meanwhile this process looks at what no link
covers and at the sealed parts in the tables; at the end all that was told is put together.
"""

import hmac
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    String,
    bindparam,
    cast,
    create_engine,
    exists,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from casemgr.core import db
from casemgr.security.audit import AUTHENTICATED, GENESIS, AuditEntry, AuditLink, Head, Proof, Trail
from casemgr.security.keys import Key, Keyring, Purpose
from casemgr.security.traces import Fault, Lying, Parts, Runs

STRETCH = 50_000  # links that are walked in one go
_MOST_STRETCHES = 256
ALONE = 2  # stretches up to which a second process is not worth its start
_AT_ONCE = 2000
_read = json.JSONDecoder().raw_decode


def verify(
    trail: Trail, session: Session, *, kept: Head | None = None, parts: bool = False
) -> Iterator[Fault]:
    """Walk the whole trail and name every entry that is not as it was left.

    With `parts` every sealed part is compared with what the trail says of it. Nothing inside the database can tell
    that its newest entries are gone while nobody works; a head that was kept elsewhere can.
    """
    bind = session.get_bind()
    if isinstance(bind, Engine) and bind.dialect.name == "postgresql" and not session.in_transaction():
        # One look at the trail and at the tables: what is written meanwhile is no fault.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    with _walking(trail.proof, session, parts=parts) as walked:
        outside = _outside(trail.proof, session, parts=parts)
        twice = list(_twice(session))
        lying = Lying.found(session) if parts else None
        whole = Walked()
        for stretch in walked:
            whole.join(stretch)
    whole.join(outside)
    yield from whole.faults
    yield from twice
    yield from whole.runs.faults()
    if lying is not None:
        yield from whole.parts.faults(lying, lambda entry: _sealed_lines(session, entry))
    if kept is not None:
        found = session.scalar(select(AuditLink.mac).where(AuditLink.position == kept.position))
        if found is None or found.hex() != kept.mac:
            yield Fault("cut off", 0, kept.position)


# ---- stretches of the chain ---------------------------------------------------------------------------------------


class Stretch(NamedTuple):
    """Links after one position, up to another."""

    after: int
    upto: int


@dataclass
class Walked:
    """What a part of the trail tells, and what is wrong with it."""

    faults: list[Fault] = field(default_factory=list)
    runs: Runs = field(default_factory=Runs)
    parts: Parts = field(default_factory=Parts)

    def take(self, entry: int, told: Mapping[str, Any], *, parts: bool) -> None:
        self.runs.take(told)
        if parts and "sealed" in told:
            self.parts.take(entry, told["sealed"])

    def join(self, later: "Walked") -> None:
        """Put what comes later behind it."""
        self.faults += later.faults
        self.runs.join(later.runs)
        self.parts.join(later.parts)


def _stretches(session: Session) -> list[Stretch]:
    """The chain as it is now, cut up. Positions that somebody made up cannot make them many."""
    first = session.scalar(select(func.min(AuditLink.position)))
    last = session.scalar(select(func.max(AuditLink.position)))
    if first is None or last is None:
        return []
    long = max(STRETCH, -(-(last - first + 1) // _MOST_STRETCHES))
    return [Stretch(after, min(after + long, last)) for after in range(first - 1, last, long)]


@dataclass(frozen=True)
class _Walker:
    """Walks stretches on one connection."""

    connection: Connection
    proof: Proof
    parts: bool

    def walk(self, stretch: Stretch) -> Walked:
        """Entries in the order of the chain: each is as it was written, and stands where it stood."""
        walked, link = Walked(), self.proof.link
        start = self.connection.execute(_START, {"after": stretch.after}).one_or_none()
        expected, before = start if start is not None else (0, GENESIS)
        for rows in self.connection.execute(_WALK, stretch._asdict()).partitions():
            for position, entry, stored, *row in rows:
                expected += 1
                if position != expected:
                    walked.faults.append(Fault("link missing", entry, expected))
                    expected = position
                told = _authentic(self.proof, row)
                if told is None:
                    kind = "missing" if row[_MAC] is None else "changed"
                    walked.faults.append(Fault(kind, entry, position))
                else:
                    walked.take(entry, told, parts=self.parts)
                    if link(before, row[_MAC]) != stored:
                        walked.faults.append(Fault("reordered", entry, position))
                before = stored if isinstance(stored, bytes) else b""
        return walked


def _authentic(proof: Proof, row: Sequence[Any]) -> Mapping[str, Any] | None:
    """What an entry tells, if its body was written here and the columns say the same as the body."""
    at, actor, action, about, body, mac = row
    try:
        told: dict[str, Any]
        told, end = _read(body)
        same = hmac.compare_digest(proof.entry(told["key"], body), mac)
        columns = (actor, action, about, at if isinstance(at, datetime) else db.instant(at))
        wanted = (told["actor"], told["action"], told["object"], datetime.fromisoformat(told["at"]))
        return told if same and columns == wanted and end == len(body) else None
    except Exception:  # noqa: BLE001 - whatever was done to the row, the answer is the same
        return None


@contextmanager
def _walking(proof: Proof, session: Session, *, parts: bool) -> Iterator[Iterable[Walked]]:
    """The stretches of the chain as they have been walked: here, or a long chain by all processors at the same time."""
    stretches, bind = _stretches(session), session.get_bind()
    hands = min(len(os.sched_getaffinity(0)), len(stretches))
    if not isinstance(bind, Engine) or hands < 2 or len(stretches) <= ALONE:
        yield map(_Walker(session.connection(), proof, parts).walk, stretches)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - slow to load, and seldom needed
    from multiprocessing import get_context  # noqa: PLC0415 - the same

    proof.ring.catch_up(wait=True)  # of all keys that sealed what is walked
    keys = [key for key in proof.ring.all() if key.purpose is Purpose.AUDIT_MAC]
    told = (bind.url.render_as_string(hide_password=False), _snapshot(session), keys, parts)
    # A process of its own from the start: one that splits off would take a share of this one's locks on the database.
    with ProcessPoolExecutor(hands, get_context("spawn"), _Hand.begin, told) as pool:
        yield pool.map(_Hand.walk, stretches)


def _snapshot(session: Session) -> str | None:
    """A name by which other connections see exactly what this one sees. SQLite has none: of what it chained nothing changes."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    return str(session.scalar(select(func.pg_export_snapshot())))


class _Hand:
    """One of the processes that walk."""

    walker: ClassVar[_Walker]

    @classmethod
    def begin(cls, url: str, snapshot: str | None, keys: Sequence[Key], parts: bool) -> None:
        """Take up the keys of the trail, and look at the database from where the first process stands."""
        engine = create_engine(url)
        db.prepare(engine)
        connection = engine.connect()
        if snapshot is not None:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
            connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        cls.walker = _Walker(connection, Proof(Keyring({key.id: key for key in keys})), parts)

    @classmethod
    def walk(cls, stretch: Stretch) -> Walked:
        return cls.walker.walk(stretch)


# ---- what the chain does not cover --------------------------------------------------------------------------------


def _outside(proof: Proof, session: Session, *, parts: bool) -> Walked:
    """Entries that no link covers: the newest ones still wait for the sealer; the rest do not belong."""
    walked = Walked()
    last = select(AuditLink.xid, AuditLink.entry).order_by(AuditLink.position.desc()).limit(1)
    chained = session.execute(last).one_or_none()
    cursor = (0, 0) if chained is None else (chained.xid, chained.entry)
    for seq, xid, *row in session.connection().execute(_UNLINKED):
        if (xid, seq) <= cursor:
            walked.faults.append(Fault("not in the chain", seq))
        elif (told := _authentic(proof, row)) is None:
            walked.faults.append(Fault("changed", seq))
        else:
            walked.take(seq, told, parts=parts)
    return walked


def _twice(session: Session) -> Iterator[Fault]:
    """Entries that stand there a second time: no two have the same mark, so one of them was put back."""
    double = select(AuditEntry.mac).group_by(AuditEntry.mac).having(func.count() > 1)
    statement = (
        select(AuditEntry.seq, AuditEntry.mac).where(AuditEntry.mac.in_(double)).order_by(AuditEntry.seq)
    )
    seen: set[bytes] = set()
    for seq, mac in session.execute(statement):
        if mac in seen:
            yield Fault("put back", seq)
        seen.add(mac)


def _sealed_lines(session: Session, entry: int) -> Sequence[Sequence[str]]:
    """What one entry tells of sealed parts."""
    body = session.scalar(select(AuditEntry.body).where(AuditEntry.seq == entry))
    told: Sequence[Sequence[str]] = json.loads(body or "{}").get("sealed", ())
    return told


def _as_stored(columns: Iterable[Any]) -> list[Any]:
    """Columns as the database hands them over: a value that does not even fit its type is a fault like any other."""
    return [type_coerce(column, NullType()) for column in columns]


_MAC = AUTHENTICATED.index(AuditEntry.mac)
_START = (
    select(AuditLink.position, *_as_stored([AuditLink.mac]))
    .where(AuditLink.position <= bindparam("after"))
    .order_by(AuditLink.position.desc())
    .limit(1)
)
_WALK = (
    select(*_as_stored([AuditLink.position, AuditLink.entry, AuditLink.mac, *AUTHENTICATED]))
    .outerjoin_from(AuditLink, AuditEntry, AuditEntry.seq == AuditLink.entry)
    .where(AuditLink.position > bindparam("after"), AuditLink.position <= bindparam("upto"))
    .order_by(AuditLink.position)
    .execution_options(yield_per=_AT_ONCE)
)
_UNLINKED = (
    select(AuditEntry.seq, cast(cast(AuditEntry.xid, String), BigInteger), *_as_stored(AUTHENTICATED))
    .where(~exists().where(AuditLink.entry == AuditEntry.seq))
    .order_by(AuditEntry.seq)
)
