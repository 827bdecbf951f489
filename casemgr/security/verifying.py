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

from casemgr.core import db, instants, plain
from casemgr.security.audit import AUTHENTICATED, GENESIS, AuditEntry, AuditLink, Head, Proof, Trail
from casemgr.security.keys import Key, Keyring, Purpose
from casemgr.security.traces import MARK, Fault, Lying, Parts, Runs, has_doubles

STRETCH = 50_000  # links that are walked in one go
_MOST_STRETCHES = 256
ALONE = 2  # stretches up to which a second process is not worth its start
_AT_ONCE = 2000
_FAR = 10_000  # entries whose numbers are that far apart are not read as one span
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
        lying = Lying.found(session) if parts else None
        whole = Walked()
        for stretch in walked:
            whole.join(stretch)
    whole.join(outside)
    yield from whole.faults
    if has_doubles(whole.marks):
        yield from _twice(session)
    yield from whole.runs.faults()
    if lying is not None:
        yield from whole.parts.faults(lying)
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
    marks: bytearray = field(default_factory=bytearray)  # of each entry the beginning of its MAC
    runs: Runs = field(default_factory=Runs)
    parts: Parts = field(default_factory=Parts)

    def take(self, row: Sequence[Any], told: Mapping[str, Any], *, parts: bool) -> None:
        """Keep what an authentic entry tells."""
        self.marks += row[_MAC][:MARK]
        self.runs.take(told)
        if parts and "sealed" in told:
            self.parts.take(row[_SEQ], told["sealed"])

    def join(self, later: "Walked") -> None:
        """Put what comes later behind it."""
        self.faults += later.faults
        self.marks += later.marks
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
        start = plain.stored(self.connection, _START, {"after": stretch.after})
        expected, before = start[0] if start else (0, GENESIS)
        for links in plain.portions(self.connection, _LINKS, stretch._asdict(), _AT_ONCE):
            entries = self._entries(links)
            for position, entry, stored in links:
                expected += 1
                if position != expected:
                    walked.faults.append(Fault("link missing", entry, expected))
                    expected = position
                row = entries.get(entry)
                if row is None:
                    walked.faults.append(Fault("missing", entry, position))
                elif (told := _authentic(self.proof, row)) is None:
                    walked.faults.append(Fault("changed", entry, position))
                else:
                    walked.take(row, told, parts=self.parts)
                    if link(before, row[_MAC]) != stored:
                        walked.faults.append(Fault("reordered", entry, position))
                before = stored if isinstance(stored, bytes) else b""
        return walked

    def _entries(self, links: Iterable[plain.Stored]) -> Mapping[int, plain.Stored]:
        """The entries that some links name, by their numbers: read as they lie, because a database that is asked to
        join two logs of a million takes twice as long."""
        numbers = sorted(entry for _position, entry, _mac in links if isinstance(entry, int))
        return {
            row[_SEQ]: row
            for first, last in _near(numbers)
            for row in plain.stored(self.connection, _ENTRIES, {"first": first, "last": last})
        }


def _near(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Numbers as spans of such as lie near one another: one that somebody made up does not make a span long."""
    first = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] - numbers[place - 1] > _FAR:
            yield numbers[first], numbers[place - 1]
            first = place


def _authentic(proof: Proof, row: Sequence[Any]) -> Mapping[str, Any] | None:
    """What an entry tells, if its body was written here and the columns say the same as the body."""
    _seq, at, actor, action, about, body, mac = row
    try:
        told: dict[str, Any]
        told, end = _read(body)
        same = hmac.compare_digest(proof.entry(told["key"], body), mac)
        told["at"] = datetime.fromisoformat(told["at"])
        columns = (actor, action, about, at if isinstance(at, datetime) else instants.instant(at))
        wanted = (told["actor"], told["action"], told["object"], told["at"])
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
    for xid, *row in plain.stored(session.connection(), _UNLINKED, {}):
        if (xid, row[_SEQ]) <= cursor:
            walked.faults.append(Fault("not in the chain", row[_SEQ]))
        elif (told := _authentic(proof, row)) is None:
            walked.faults.append(Fault("changed", row[_SEQ]))
        else:
            walked.take(row, told, parts=parts)
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


def _as_stored(columns: Iterable[Any]) -> list[Any]:
    """Columns as the database hands them over: a value that does not even fit its type is a fault like any other."""
    return [type_coerce(column, NullType()) for column in columns]


_ROW = _as_stored([AuditEntry.seq, *AUTHENTICATED])
_SEQ, _MAC = 0, len(AUTHENTICATED)
_START = (
    select(*_as_stored([AuditLink.position, AuditLink.mac]))
    .where(AuditLink.position <= bindparam("after", type_=BigInteger()))
    .order_by(AuditLink.position.desc())
    .limit(1)
)
_LINKS = (
    select(*_as_stored([AuditLink.position, AuditLink.entry, AuditLink.mac]))
    .where(
        AuditLink.position > bindparam("after", type_=BigInteger()),
        AuditLink.position <= bindparam("upto", type_=BigInteger()),
    )
    .order_by(AuditLink.position)
)
_ENTRIES = select(*_ROW).where(
    AuditEntry.seq.between(bindparam("first", type_=BigInteger()), bindparam("last", type_=BigInteger()))
)
_UNLINKED = (
    select(cast(cast(AuditEntry.xid, String), BigInteger), *_ROW)
    .where(~exists().where(AuditLink.entry == AuditEntry.seq))
    .order_by(AuditEntry.seq)
)
