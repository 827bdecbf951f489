"""The audit trail: who did or read what, when, by which right. Append-only, each entry authenticated, all in one chain.

An entry is written in the transaction of what it tells of. Its MAC covers its canonical JSON (sorted keys, UTF-8, no
spaces) with a random mark of its own, so that no entry can stand in for another. A link ties it to the link before: on SQLite, which has one writer, in the same transaction; on PostgreSQL by a
sealer that follows the log, because a chain inside the transaction would make all writers wait for one another.
No name, note, password or typed text is ever in an entry.
"""

import json
import os
import secrets
import struct
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from sqlalchemy import BigInteger, Integer, LargeBinary, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from casemgr.core.db import Followed, Model, append, settled_after
from casemgr.core.prepared import Open
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.sealing import lp

GENESIS = b"casemgr audit 1"
_LINK, _ENTRY = lp(b"link"), b"entry"
_DIGEST = 32
_PAIR = struct.Struct(f">H{_DIGEST}sH{_DIGEST}s")  # two of them as lp() joins them, in a fifth of its time
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


class Proof:
    """The keyed digests of entries and of links: begun once for each key, and copied for each that is made."""

    def __init__(self, ring: Keyring) -> None:
        self.ring = ring
        self._begun: dict[int, HMAC] = {}
        self._chain: HMAC | None = None

    def entry(self, key: int, body: str) -> bytes:
        """What authenticates an entry, under the key of a number."""
        begun = self._begun.get(key)
        if begun is None:
            begun = self._begun[key] = _begun(self.ring.numbered(key).material, _ENTRY)
        mac = begun.copy()
        mac.update(body.encode())
        return mac.finalize()

    def link(self, before: bytes, entry: bytes) -> bytes:
        """What ties an entry to the link before. The oldest key of the trail goes on when entries have a newer one."""
        if self._chain is None:
            own = (key for key in self.ring.all() if key.purpose is Purpose.AUDIT_MAC)
            self._chain = _begun(min(own, key=lambda key: key.id).material, _LINK)
        mac = self._chain.copy()
        whole = len(before) == len(entry) == _DIGEST
        mac.update(_PAIR.pack(_DIGEST, before, _DIGEST, entry) if whole else lp(before, entry))
        return mac.finalize()


def _begun(secret: bytes, domain: bytes) -> HMAC:
    mac = HMAC(secret, SHA256())
    mac.update(domain)
    return mac


class Trail:
    """Writes the audit trail of an installation and chains it; casemgr/security/verifying.py walks it."""

    def __init__(self, ring: Keyring) -> None:
        self.proof = Proof(ring)
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
        key = self.proof.ring.active(Purpose.AUDIT_MAC).id
        run, number, void = self._number()
        told = {name: value for name, value in more.items() if value not in (None, "", (), [])}
        body = canonical(
            {
                "at": at.isoformat(),
                "actor": actor,
                "action": action,
                "object": object,
                "key": key,
                "mark": secrets.token_hex(8),
                "run": run,
                "n": number,
                **({"void": void} if void else {}),
                **told,
            }
        )
        return Told(at, actor, action, object, body, self.proof.entry(key, body), (number, *void))

    def write(self, session: Session, entries: Sequence[Told]) -> None:
        """Write entries of a transaction; where there is one writer (SQLite), with their places in the chain at once."""
        rows = [entry.row() for entry in entries]
        chained = session.get_bind().dialect.name == "sqlite"
        found = _END.rows(session) if chained and rows else ()
        if not found or found[0][1] != found[0][3]:  # the first ones, or some came in without their links
            append(session, {AuditEntry: rows})
            if chained and rows:
                self.chain(session)
            return
        position, seq, mac, _ = found[0]
        links = []
        for row in rows:
            position, seq, mac = position + 1, seq + 1, self.proof.link(mac, row["mac"])
            row["seq"] = seq
            links.append({"position": position, "entry": seq, "mac": mac})
        append(session, {AuditEntry: rows, AuditLink: links})

    def chain(self, session: Session) -> int:
        """Link every settled entry that is not yet in the chain; returns how many. One caller at a time."""
        linked = 0
        head = session.execute(
            select(AuditLink.position, AuditLink.entry, AuditLink.xid, AuditLink.mac)
            .order_by(AuditLink.position.desc())
            .limit(1)
        ).one_or_none()
        position, entry, xid, mac = head if head is not None else (0, 0, 0, GENESIS)
        cursor = (xid, entry)
        while True:
            rows = settled_after(session, AuditEntry, cursor, _BATCH)
            links = []
            for (number, seq), row in rows:
                position, mac = position + 1, self.proof.link(mac, row.mac)
                links.append({"position": position, "entry": seq, "xid": number, "mac": mac})
                cursor = (number, seq)
            append(session, {AuditLink: links})
            linked += len(rows)
            if len(rows) < _BATCH:
                return linked

    def head(self, session: Session) -> Head | None:
        """The end of the chain as it is now."""
        last = select(AuditLink.position, AuditLink.mac).order_by(AuditLink.position.desc()).limit(1)
        found = session.execute(last).one_or_none()
        return None if found is None else Head(found.position, found.mac.hex())


AUTHENTICATED = (
    AuditEntry.at,
    AuditEntry.actor,
    AuditEntry.action,
    AuditEntry.object,
    AuditEntry.body,
    AuditEntry.mac,
)
_COLUMNS = tuple(column.key for column in AUTHENTICATED)
_NEWEST = select(func.max(AuditEntry.seq)).scalar_subquery()
_END = Open(
    AuditLink,
    select(AuditLink.position, AuditLink.entry, AuditLink.mac, _NEWEST)
    .order_by(AuditLink.position.desc())
    .limit(1),
)


def counted(session: Session) -> int:
    """How many entries the trail has."""
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


canonical: Callable[[dict[str, Any]], str] = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":")
).encode
