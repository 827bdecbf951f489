"""The audit trail: who did or read what, when, by which right. Append-only, each entry authenticated, all in one chain.

An entry is written in the transaction of what it tells of. Its MAC covers its canonical JSON (sorted keys, UTF-8, no
spaces). A link ties it to the link before: on SQLite, which has one writer, in the same transaction; on PostgreSQL by a
sealer that follows the log, because a chain inside the transaction would make all writers wait for one another.
No name, note, password or typed text is ever in an entry.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from casemgr.core.db import Followed, Model, settled_after
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.sealing import lp

_GENESIS = b"casemgr audit 1"
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
class Fault:
    """What verification found wrong, and at which entry."""

    kind: str  # changed | missing | reordered | link broken | not in the chain
    entry: int
    position: int | None = None


class Trail:
    """Writes and verifies the audit trail of an installation."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring

    def entry(self, *, at: datetime, actor: str, action: str, object: str | None, **more: Any) -> AuditEntry:
        """A new entry, authenticated, ready to be added to the session of the transaction it tells of."""
        key = self._ring.active(Purpose.AUDIT_MAC)
        told = {name: value for name, value in more.items() if value not in (None, "", (), [])}
        body = canonical(
            {"at": at.isoformat(), "actor": actor, "action": action, "object": object, "key": key.id, **told}
        )
        return AuditEntry(
            at=at, actor=actor, action=action, object=object, body=body, mac=_mac(key.material, body)
        )

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

    def verify(self, session: Session) -> Iterator[Fault]:
        """Walk the whole trail and name every entry that was changed, removed, reordered or slipped in."""
        linked: set[int] = set()
        mac, expected = _GENESIS, 0
        after = 0
        while links := session.execute(
            select(AuditLink.position, AuditLink.entry, AuditLink.mac)
            .where(AuditLink.position > after)
            .order_by(AuditLink.position)
            .limit(_BATCH)
        ).all():
            entries = self._entries(session, [link.entry for link in links])
            for position, entry, stored in links:
                expected += 1
                if position != expected:
                    yield Fault("link missing", entry, expected)
                    expected = position
                linked.add(entry)
                row = entries.get(entry)
                if row is None:
                    yield Fault("missing", entry, position)
                elif not self._authentic(row):
                    yield Fault("changed", entry, position)
                wanted = self._link(mac, row.mac) if row is not None else stored
                if not hmac.compare_digest(wanted, stored) and (row is None or self._authentic(row)):
                    yield Fault("reordered", entry, position)
                mac = stored
                after = position
        yield from self._outside(session, linked)

    def _outside(self, session: Session, linked: set[int]) -> Iterator[Fault]:
        """Entries that no link covers: the newest ones still wait for the sealer; the rest do not belong."""
        last = max(linked, default=0)
        for (seq,) in session.execute(
            select(AuditEntry.seq).where(AuditEntry.seq <= last).order_by(AuditEntry.seq)
        ):
            if seq not in linked:
                yield Fault("not in the chain", seq)
        for row in session.scalars(select(AuditEntry).where(AuditEntry.seq > last)):
            if not self._authentic(row):
                yield Fault("changed", row.seq)

    def _entries(self, session: Session, numbers: Sequence[int]) -> dict[int, AuditEntry]:
        return {
            row.seq: row for row in session.scalars(select(AuditEntry).where(AuditEntry.seq.in_(numbers)))
        }

    def _authentic(self, row: AuditEntry) -> bool:
        try:
            told = json.loads(row.body)
            key = self._ring.numbered(told["key"])
        except Exception:  # noqa: BLE001 - whatever was done to the body, the answer is the same
            return False
        same = (told["actor"], told["action"], told.get("object")) == (row.actor, row.action, row.object)
        return (
            same
            and datetime.fromisoformat(told["at"]) == row.at
            and hmac.compare_digest(_mac(key.material, row.body), row.mac)
        )

    def _link(self, before: bytes, entry: bytes) -> bytes:
        key = min(
            (key for key in self._ring.all() if key.purpose is Purpose.AUDIT_MAC), key=lambda key: key.id
        )
        return hmac.new(key.material, lp(b"link", before, entry), hashlib.sha256).digest()


def counted(session: Session) -> int:
    """How many entries the trail has."""
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def canonical(told: dict[str, Any]) -> str:
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _mac(secret: bytes, body: str) -> bytes:
    return hmac.new(secret, b"entry" + body.encode(), hashlib.sha256).digest()
