"""The audit trail: who did or read what, when, by which right. Append-only, each entry authenticated, all in one chain.

An entry is written in the transaction of what it tells of. Its MAC covers its canonical JSON (sorted keys, UTF-8, no
spaces) with a random mark of its own, so that no entry can stand in for another. A link ties it to the link before: on SQLite, which has one writer, in the same transaction; on PostgreSQL by a
sealer that follows the log, because a chain inside the transaction would make all writers wait for one another.
No name, note, password or typed text is ever in an entry.
"""

import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Engine, Integer, LargeBinary, String, Text, cast, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from casemgr.core.db import Followed, Model, append, beside_the_wall, settled_after
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.sealing import lp
from casemgr.security.traces import Fault, Parts, Runs

Take = Callable[[int, Mapping[str, Any]], None]
_GENESIS = b"casemgr audit 1"
_LINK = lp(b"link")
_read = json.JSONDecoder().raw_decode
_BATCH = 1000


class AuditEntry(Followed, Model):
    """One thing that was done or read. The columns repeat the body for looking up; the body is what is authenticated."""

    __tablename__ = "audit_entry"
    open_because = "entries name no person of a case; who may list them is a permission of its own"

    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(80), index=True)
    action: Mapped[str] = mapped_column(String(80))
    object: Mapped[str | None] = mapped_column(String(80), index=True)
    body: Mapped[str] = mapped_column(Text)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditLink(Model):
    """The place of an entry in the chain."""

    __tablename__ = "audit_link"
    open_because = "links hold digests only"

    position: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    entry: Mapped[int] = mapped_column(BigInteger, unique=True)
    xid: Mapped[int] = mapped_column(BigInteger, default=0)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


@dataclass(frozen=True)
class Head:
    """The end of the chain at some moment. Kept elsewhere, it shows later whether the newest entries were cut off."""

    position: int
    mac: str

    def __str__(self) -> str:
        return f"{self.position}-{self.mac}"

    @classmethod
    def read(cls, text: str) -> "Head | None":
        """A head as it was written down; None if it is not one."""
        position, _, mac = text.strip().partition("-")
        whole = position.isascii() and position.isdigit() and len(mac) == 64
        return cls(int(position), mac.lower()) if whole else None


class Told(NamedTuple):
    """An entry that is authenticated and not yet written; the first members are those of its row."""

    at: datetime
    actor: str
    action: str
    object: str | None
    body: str
    mac: bytes
    numbers: tuple[int, ...]  # its own in the run, and those it declares void

    def row(self) -> dict[str, Any]:
        """What is written of it."""
        return dict(zip(_COLUMNS, self, strict=False))


class Trail:
    """Writes and verifies the audit trail of an installation."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring
        self._guard = threading.Lock()
        self._process, self._run, self._last = 0, "", 0
        self._void: list[int] = []

    def _number(self) -> tuple[str, int, list[int]]:
        """The run of this server, the next number in it, and the numbers that were given and came to nothing."""
        with self._guard:
            if self._process != os.getpid():  # a worker of its own, also after a fork
                self._process, self._run, self._last = os.getpid(), secrets.token_hex(6), 0
                self._void = []
            self._last += 1
            void, self._void = self._void, []
            return self._run, self._last, void

    def begin_run(self) -> None:
        """Number from one again: the entries of before are not in this database any more."""
        with self._guard:
            self._process = 0

    def take_back(self, entries: Iterable["Told"]) -> None:
        """Entries whose transaction came to nothing: the next one says that their numbers are void."""
        with self._guard:
            for entry in entries:
                self._void += entry.numbers

    def entry(self, *, at: datetime, actor: str, action: str, object: str | None, **more: Any) -> Told:
        """A new entry, authenticated, ready to be written in the transaction it tells of."""
        key = self._ring.active(Purpose.AUDIT_MAC)
        run, number, void = self._number()
        told = {name: value for name, value in more.items() if value not in (None, "", (), [])}
        body = canonical(
            {
                "at": at.isoformat(),
                "actor": actor,
                "action": action,
                "object": object,
                "key": key.id,
                "mark": secrets.token_hex(8),
                "run": run,
                "n": number,
                **({"void": void} if void else {}),
                **told,
            }
        )
        return Told(at, actor, action, object, body, _mac(key.material, body), (number, *void))

    def write(self, session: Session, entries: Sequence[Told]) -> None:
        """Write entries of a transaction; where there is one writer (SQLite), with their places in the chain at once."""
        rows = [entry.row() for entry in entries]
        chained = session.get_bind().dialect.name == "sqlite"
        found = beside_the_wall(session, _END, AuditLink).one_or_none() if chained and rows else None
        if found is None or found[1] != found[3]:  # the first ones, or some came in without their links
            append(session, AuditEntry, rows)
            if chained and rows:
                self.chain(session)
            return
        position, seq, mac, _ = found
        links = []
        for row in rows:
            position, seq, mac = position + 1, seq + 1, self._link(mac, row["mac"])
            row["seq"] = seq
            links.append({"position": position, "entry": seq, "mac": mac})
        append(session, AuditEntry, rows)
        append(session, AuditLink, links)

    def chain(self, session: Session) -> int:
        """Link every settled entry that is not yet in the chain; returns how many. One caller at a time."""
        linked = 0
        head = session.execute(
            select(AuditLink.position, AuditLink.entry, AuditLink.xid, AuditLink.mac)
            .order_by(AuditLink.position.desc())
            .limit(1)
        ).one_or_none()
        position, entry, xid, mac = head if head is not None else (0, 0, 0, _GENESIS)
        cursor = (xid, entry)
        while True:
            rows = settled_after(session, AuditEntry, cursor, _BATCH)
            for (number, seq), row in rows:
                mac = self._link(mac, row.mac)
                position += 1
                session.add(AuditLink(position=position, entry=seq, xid=number, mac=mac))
                cursor = (number, seq)
            session.flush()
            linked += len(rows)
            if len(rows) < _BATCH:
                return linked

    def head(self, session: Session) -> Head | None:
        """The end of the chain as it is now."""
        last = select(AuditLink.position, AuditLink.mac).order_by(AuditLink.position.desc()).limit(1)
        found = session.execute(last).one_or_none()
        return None if found is None else Head(found.position, found.mac.hex())

    def verify(self, session: Session, *, kept: Head | None = None, parts: bool = False) -> Iterator[Fault]:
        """Walk the whole trail and name every entry that was changed, removed, reordered, put back or slipped in.

        With `parts` every sealed part is compared with what the trail says of it. Nothing inside the database can tell
        that its newest entries are gone while nobody works; a head that was kept elsewhere can.
        """
        bind = session.get_bind()
        if isinstance(bind, Engine) and bind.dialect.name == "postgresql" and not session.in_transaction():
            # One look at the trail and at the tables: what is written meanwhile is no fault.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        runs, told_parts = Runs(), Parts()

        def take(entry: int, told: Mapping[str, Any]) -> None:
            runs.take(told)
            if parts and "sealed" in told:
                told_parts.take(entry, told["sealed"])

        yield from self._chained(session, take)
        yield from self._outside(session, take)
        yield from self._twice(session)
        yield from runs.faults()
        if parts:
            yield from told_parts.faults(session, lambda entry: _sealed_lines(session, entry))
        if kept is not None:
            found = session.scalar(select(AuditLink.mac).where(AuditLink.position == kept.position))
            if found is None or found.hex() != kept.mac:
                yield Fault("cut off", 0, kept.position)

    def _chained(self, session: Session, take: Take) -> Iterator[Fault]:
        """Entries in the order of the chain: each is as it was written, and stands where it stood."""
        mac, expected = _GENESIS, 0
        walked: Iterable[Any] = session.execute(_WALK)
        for position, entry, stored, *row in walked:
            expected += 1
            if position != expected:
                yield Fault("link missing", entry, expected)
                expected = position
            told = self._authentic(row)
            if told is not None:
                take(entry, told)
                if self._link(mac, row[5]) != stored:
                    yield Fault("reordered", entry, position)
            else:
                yield Fault("missing" if row[0] is None else "changed", entry, position)
            mac = stored

    def _outside(self, session: Session, take: Take) -> Iterator[Fault]:
        """Entries that no link covers: the newest ones still wait for the sealer; the rest do not belong."""
        last = select(AuditLink.xid, AuditLink.entry).order_by(AuditLink.position.desc()).limit(1)
        chained = session.execute(last).one_or_none()
        cursor = (0, 0) if chained is None else (chained.xid, chained.entry)
        for seq, xid, *row in session.execute(_UNLINKED):
            if (xid, seq) <= cursor:
                yield Fault("not in the chain", seq)
            elif (told := self._authentic(row)) is None:
                yield Fault("changed", seq)
            else:
                take(seq, told)

    def _twice(self, session: Session) -> Iterator[Fault]:
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

    def _authentic(self, row: Sequence[Any]) -> Mapping[str, Any] | None:
        """What an entry tells, if its body was written here and the columns say the same as the body."""
        at, actor, action, about, body, mac = row
        try:
            told: dict[str, Any]
            told, end = _read(body)
            key = self._ring.numbered(told["key"])
            same = hmac.compare_digest(_mac(key.material, body), mac)
            columns = (actor, action, about, at)
            wanted = (told["actor"], told["action"], told["object"], datetime.fromisoformat(told["at"]))
            return told if same and columns == wanted and end == len(body) else None
        except Exception:  # noqa: BLE001 - whatever was done to the row, the answer is the same
            return None

    def _link(self, before: bytes, entry: bytes) -> bytes:
        return hmac.digest(self._chain_secret, _LINK + lp(before, entry), "sha256")

    @cached_property
    def _chain_secret(self) -> bytes:
        """The oldest key of the trail: the chain goes on under it when entries have a newer one."""
        own = (key for key in self._ring.all() if key.purpose is Purpose.AUDIT_MAC)
        return min(own, key=lambda key: key.id).material


_AUTHENTICATED = (
    AuditEntry.at,
    AuditEntry.actor,
    AuditEntry.action,
    AuditEntry.object,
    AuditEntry.body,
    AuditEntry.mac,
)
_COLUMNS = tuple(column.key for column in _AUTHENTICATED)
_WALK = (
    select(AuditLink.position, AuditLink.entry, AuditLink.mac, *_AUTHENTICATED)
    .outerjoin(AuditEntry, AuditEntry.seq == AuditLink.entry)
    .order_by(AuditLink.position)
    .execution_options(yield_per=_BATCH)
)
_UNLINKED = (
    select(AuditEntry.seq, cast(cast(AuditEntry.xid, String), BigInteger), *_AUTHENTICATED)
    .where(~exists().where(AuditLink.entry == AuditEntry.seq))
    .order_by(AuditEntry.seq)
)
_NEWEST = select(func.max(AuditEntry.seq)).scalar_subquery()
_END = (
    select(AuditLink.position, AuditLink.entry, AuditLink.mac, _NEWEST)
    .order_by(AuditLink.position.desc())
    .limit(1)
)


def _sealed_lines(session: Session, entry: int) -> Sequence[Sequence[str]]:
    """What one entry tells of sealed parts."""
    body = session.scalar(select(AuditEntry.body).where(AuditEntry.seq == entry))
    told: Sequence[Sequence[str]] = json.loads(body or "{}").get("sealed", ())
    return told


def counted(session: Session) -> int:
    """How many entries the trail has."""
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


canonical: Callable[[dict[str, Any]], str] = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":")
).encode


def _mac(secret: bytes, body: str) -> bytes:
    return hmac.digest(secret, b"entry" + body.encode(), "sha256")
