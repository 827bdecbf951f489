"""Backups: every table at one instant, in one file that opens only with the backup key of the keyring.

file   = magic | header length (4) | header (JSON: which key, salt) | chunks
chunk  = AES-256-GCM over at most 1 MiB, nonce = 7 random | number (4) | last (1), AAD = header
inside = zlib over JSON lines: manifest, then for each table its name and columns, its rows, their count; the end

The file key is made of the backup key and the salt. The keyring is never inside. Values travel in a form that belongs to no
engine, so a backup of SQLite is restored into PostgreSQL as well, and the other way round.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, Select, Table, bindparam, func, insert, inspect, select
from sqlalchemy.orm import Session

from casemgr.core.db import Instant, Model, TransactionId
from casemgr.core.errors import Refused, Unavailable
from casemgr.security.audit import AuditEntry, AuditLink, Head, Trail
from casemgr.security.chunks import START, nonce
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.traces import Fault

_MAGIC = b"casemgr-backup/1\n"
_CHUNK, _TAG = 1 << 20, 16
_MOST_HEADER = 4096
_PORTION = 1000
_VERSION_TABLE = "alembic_version"
_MADE_READY = (
    "unit",
    "unit_change",
    "unit_list",
    "audit_link",
    "audit_entry",
)  # what `init` leaves in a database
_BEYOND = 1_000_000  # transactions that may have come after the backup and are lost
_MOST_STEPS = 1_500_000_000  # PostgreSQL can tell no more than two thousand million transactions apart

Told = Callable[[str, int], None]  # table, rows so far


class BackupRefused(Unavailable):
    """A backup that is damaged, cut off, not ours, or of another version."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself."""

    made_at: str
    revision: str
    engine: str
    head: str | None
    keys: tuple[tuple[int, str, str], ...]
    transactions: int  # PostgreSQL: every transaction number in the backup is smaller
    counts: Mapping[str, int]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


# ---- the sealed file ----------------------------------------------------------------------------------------------


class _Writer:
    """Compresses and seals what is written, chunk by chunk."""

    def __init__(self, file: IO[bytes], ring: Keyring) -> None:
        key, salt = ring.active(Purpose.BACKUP), secrets.token_bytes(32)
        self._start, self._number = secrets.token_bytes(START), 0
        self._head = json.dumps(
            {"key": key.id, "check": key.check_value, "salt": salt.hex(), "start": self._start.hex()}
        ).encode()
        self._cipher = AESGCM(_file_key(key.material, salt))
        self._file, self._zip, self._waiting = file, zlib.compressobj(1), bytearray()
        file.write(_MAGIC + len(self._head).to_bytes(4, "big") + self._head)

    def line(self, value: object) -> None:
        self._take(
            self._zip.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        )

    def end(self) -> None:
        self._take(self._zip.flush())
        self._seal(bytes(self._waiting), last=True)

    def _take(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > _CHUNK:
            self._seal(bytes(self._waiting[:_CHUNK]), last=False)
            del self._waiting[:_CHUNK]

    def _seal(self, plain: bytes, *, last: bool) -> None:
        own = nonce(self._start, self._number, last=last)
        self._file.write(self._cipher.encrypt(own, plain, self._head))
        self._number += 1


def _lines(file: IO[bytes], ring: Keyring) -> Iterator[Any]:
    """The lines of a backup, each chunk authenticated before anything in it is looked at."""
    unzip, rest = zlib.decompressobj(), b""
    for plain in _opened(file, ring):
        data = unzip.decompress(plain)
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            yield json.loads(line)
    if rest or not unzip.eof:
        raise BackupRefused("The backup ends in the middle of a line.")


def _opened(file: IO[bytes], ring: Keyring) -> Iterator[bytes]:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise BackupRefused("This file is no backup of casemgr.")
    try:
        length = int.from_bytes(file.read(4), "big")
        if length > _MOST_HEADER:
            raise ValueError("too long")
        head = file.read(length)
        told = json.loads(head)
        start, salt, number = bytes.fromhex(told["start"]), bytes.fromhex(told["salt"]), int(told["key"])
    except (ValueError, KeyError, TypeError):
        raise BackupRefused("The head of the backup is damaged.") from None
    try:
        cipher = AESGCM(_file_key(ring.numbered(number).material, salt))
    except Unavailable:
        raise BackupRefused(
            "The key of this backup is not in the keyring. Recover the keyring first."
        ) from None
    place, chunk = 0, file.read(_CHUNK + _TAG)
    while True:
        following = file.read(_CHUNK + _TAG)
        try:
            yield cipher.decrypt(nonce(start, place, last=not following), chunk, head)
        except (InvalidTag, ValueError):
            raise BackupRefused(
                "The backup is damaged or cut off, or it belongs to another keyring."
            ) from None
        if not following:
            return
        place, chunk = place + 1, following


def _file_key(material: bytes, salt: bytes) -> bytes:
    return hmac.new(material, b"casemgr backup" + salt, hashlib.sha256).digest()


# ---- making one ---------------------------------------------------------------------------------------------------


def create(
    engine: Engine, ring: Keyring, out: Path, *, now: datetime, told: Told = lambda *_: None
) -> Manifest:
    """Write a backup of everything as it stands at one instant, while people work. Never over a file that is there."""
    if out.exists():
        raise Refused(f"{out} is there already. A backup never overwrites anything.")
    beside = out.with_name(out.name + ".part")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file, _snapshot(engine) as connection:
            manifest = _dump(connection, _Writer(file, ring), ring, now, told)
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, out)  # fails where somebody put a file meanwhile
    finally:
        beside.unlink(missing_ok=True)
    return manifest


def _snapshot(engine: Engine) -> Connection:
    """A connection whose one transaction sees the database as it is when it first asks."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        return connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True, stream_results=True
        )
    return connection.execution_options(stream_results=True)


def _dump(connection: Connection, writer: _Writer, ring: Keyring, now: datetime, told: Told) -> Manifest:
    unknown = set(inspect(connection).get_table_names()) - {t.name for t in _tables()} - {_VERSION_TABLE}
    if unknown:
        raise Unavailable(
            f"The database has tables this program does not know: {', '.join(sorted(unknown))}."
        )
    last = select(AuditLink.position, AuditLink.mac).order_by(AuditLink.position.desc()).limit(1)
    head = connection.execute(last).one_or_none()
    about: dict[str, Any] = {
        "made_at": now.isoformat(),
        "revision": _revision(connection),
        "engine": connection.dialect.name,
        "head": None if head is None else str(Head(head.position, head.mac.hex())),
        "keys": [(key.id, key.purpose, key.check_value) for key in ring.all() if key.material],
        "transactions": _transactions(connection),
    }
    writer.line(about)
    counts = {}
    for table in _tables():
        writer.line({"table": table.name, "columns": [column.name for column in table.columns]})
        count = 0
        for rows in connection.execute(
            _rows_of(table), execution_options={"yield_per": _PORTION}
        ).partitions():
            for row in rows:
                writer.line([_out(value) for value in row])
            count += len(rows)
            told(table.name, count)
        counts[table.name] = count
    writer.line({"end": counts})
    writer.end()
    return _manifest(about, counts)


def _tables() -> Sequence[Table]:
    return Model.metadata.sorted_tables


def _rows_of(table: Table) -> Select[Any]:
    """All rows of a table. Those of an index come by their key: the order in which they were written would tell on them."""
    rows = select(table)
    return rows.order_by(*table.primary_key) if table.info.get("copied_by_key") else rows


def _revision(connection: Connection) -> str:
    found = connection.exec_driver_sql(f"SELECT version_num FROM {_VERSION_TABLE}").scalar()  # noqa: S608 - a constant
    return str(found)


def _out(value: Any) -> Any:
    """A value in a form that belongs to no engine."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value


def _into(table: Table, name: str, engine: str) -> Callable[[Any], Any]:
    """How a value of a column comes back from that form."""
    kind = table.columns[name].type
    if isinstance(kind, TransactionId) or (table.name, name) == ("audit_link", "xid"):
        if engine == "sqlite":
            return lambda _: 0  # it has one writer and no transaction numbers
        return str if isinstance(kind, TransactionId) else int
    if isinstance(kind, Instant):
        return datetime.fromisoformat
    return _BACK.get(kind.python_type, lambda value: value)


_BACK: Mapping[type, Callable[[Any], Any]] = {
    bytes: base64.b64decode,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
}


def _manifest(about: Mapping[str, Any], counts: Mapping[str, int]) -> Manifest:
    keys = tuple((key[0], key[1], key[2]) for key in about["keys"])
    return Manifest(
        about["made_at"],
        about["revision"],
        about["engine"],
        about["head"],
        keys,
        about["transactions"],
        counts,
    )


# ---- reading one --------------------------------------------------------------------------------------------------


def check(file: Path, ring: Keyring, *, told: Told = lambda *_: None) -> Manifest:
    """Read a backup to its end and count; nothing is written anywhere."""
    with file.open("rb") as stream:
        lines = _lines(stream, ring)
        about = _first(lines)
        return _manifest(about, _walk(lines, lambda *_: None, told))


def _first(lines: Iterator[Any]) -> Mapping[str, Any]:
    about = next(lines, None)
    if not isinstance(about, dict) or "revision" not in about:
        raise BackupRefused("The backup does not say what it is.")
    return about


def _walk(
    lines: Iterator[Any], put: Callable[[str, list[str], list[Any]], None], told: Told
) -> Mapping[str, int]:
    """Hand on the rows of each table in portions; gives the counts, which are what the end of the backup says."""
    counts: dict[str, int] = {}
    table, columns, rows = "", list[str](), list[Any]()

    def hand_on() -> None:
        if rows:
            put(table, columns, rows)
            counts[table] += len(rows)
            told(table, counts[table])
            rows.clear()

    for line in lines:
        if isinstance(line, list):
            rows.append(line)
            if len(rows) == _PORTION:
                hand_on()
            continue
        hand_on()
        if "end" in line:
            if line["end"] != counts:
                raise BackupRefused("The backup does not hold as many rows as it says.")
            return counts
        table, columns = line["table"], line["columns"]
        counts[table] = 0
    raise BackupRefused("The backup has no end.")


# ---- putting one back ---------------------------------------------------------------------------------------------


def refuse_lived_in(engine: Engine) -> None:
    """A backup goes into an empty database only; what `init` writes (units, the first entries of the trail) counts as empty."""
    there = set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        full = [
            table.name
            for table in _tables()
            if table.name in there
            and table.name not in _MADE_READY
            and connection.execute(select(func.count()).select_from(table)).scalar()
        ]
    if full:
        raise Refused(
            f"The database is not empty ({', '.join(full[:5])}). A backup is never laid over data: "
            "name an empty database in CASEMGR_DATABASE_URL."
        )


def restore(
    file: Path, engine: Engine, ring: Keyring, *, despite: bool = False, told: Told = lambda *_: None
) -> tuple[Manifest, Sequence[Fault]]:
    """Put a backup into an empty database, in one transaction: all of it, verified, or nothing.

    Gives the manifest, and what the trail's verification found (only with `despite`: otherwise faults refuse).
    """
    refuse_lived_in(engine)
    _go_past_transactions(engine, ring, file, told)
    connection = engine.connect().execution_options(writing=True)
    with connection, connection.begin(), file.open("rb") as stream:
        lines = _lines(stream, ring)
        about = _first(lines)
        if about["revision"] != _revision(connection):
            raise BackupRefused(
                f"The backup was made by another version (tables {about['revision']}, here {_revision(connection)}). "
                "Restore it with that version of the program, then upgrade."
            )
        _refuse_other_keys(about, ring)
        for name in _MADE_READY:
            connection.execute(Model.metadata.tables[name].delete())
        counts = _walk(lines, lambda *rows: _put(connection, *rows), told)
        for name, count in counts.items():
            stored = connection.execute(
                select(func.count()).select_from(Model.metadata.tables[name])
            ).scalar()
            if stored != count:
                raise BackupRefused(f"{name}: {stored} rows instead of {count}.")
        _go_on_counting(connection)
        faults = _verified(connection, ring, about["head"])
        if faults and not despite:
            found = ", ".join(f"{fault.kind}: entry {fault.entry}" for fault in faults[:5])
            raise BackupRefused(f"The audit trail in the backup is not whole ({found}).")
    return _manifest(about, counts), faults


def _refuse_other_keys(about: Mapping[str, Any], ring: Keyring) -> None:
    here = {key.id: key.check_value for key in ring.all() if key.material}
    lacking = [
        str(number)
        for number, purpose, value in about["keys"]
        if here.get(number) != value and purpose in (Purpose.KEK, Purpose.AUDIT_MAC)
    ]
    if lacking:
        raise BackupRefused(
            f"The keyring lacks keys of this backup ({', '.join(lacking)}), or holds others under their numbers."
        )


def _put(connection: Connection, name: str, columns: list[str], rows: list[Any]) -> None:
    table = Model.metadata.tables.get(name)
    if table is None or set(columns) != set(table.columns.keys()):
        raise BackupRefused(f"The backup has a table {name} that this program does not know in this form.")
    back = [_into(table, column, connection.dialect.name) for column in columns]
    connection.execute(
        insert(table),
        [
            {
                column: None if value is None else into(value)
                for column, into, value in zip(columns, back, row, strict=True)
            }
            for row in rows
        ],
    )


def _verified(connection: Connection, ring: Keyring, head: str | None) -> Sequence[Fault]:
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        kept = Head.read(head) if head else None
        return list(Trail(ring).verify(session, kept=kept, parts=True))


# ---- transaction numbers and sequences ----------------------------------------------------------------------------
# The logs that are followed (audit trail, facts, events of reports) are read in the order of PostgreSQL's transaction
# numbers, and cursors of the sealer and of the hotline hold such numbers. A new server starts counting at its beginning: rows
# from the backup would lie in its future, and nobody would see them or what comes after. So its counter is moved past them.


def _transactions(connection: Connection) -> int:
    """A number above every transaction that a snapshot sees."""
    if connection.dialect.name != "postgresql":
        return 0
    return int(connection.exec_driver_sql("SELECT pg_snapshot_xmax(pg_current_snapshot())").scalar_one())


def _go_past_transactions(engine: Engine, ring: Keyring, file: Path, told: Told) -> None:
    """Let a PostgreSQL server count past the backup's transactions, and past those that may have come after it."""
    if engine.dialect.name != "postgresql":
        return
    with file.open("rb") as stream:
        wanted = int(_first(_lines(stream, ring))["transactions"])
    if not wanted:
        return
    wanted += _BEYOND
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        missing = wanted - _transactions(connection)
        if missing > _MOST_STEPS:
            raise BackupRefused(
                f"The server of the backup had counted {wanted} transactions, too many to count past. "
                "Restore into a database on that server."
            )
        connection.exec_driver_sql("SET synchronous_commit TO OFF")
        done = 0
        while done < missing:
            steps = min(_STEPS, missing - done)
            connection.exec_driver_sql(_COUNT_ON.format(steps=steps))
            done += steps
            told("transaction numbers", done)
        connection.exec_driver_sql("RESET synchronous_commit")


_STEPS = 100_000
_COUNT_ON = "DO $$ BEGIN FOR step IN 1..{steps} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"


def _go_on_counting(connection: Connection) -> None:
    """Let numbers go on after those that came from the backup."""
    if connection.dialect.name == "sqlite":
        _in_order_of_the_chain(connection)
        return
    for table in _tables():
        for column in table.primary_key.columns:
            if column.type.python_type is not int:
                continue
            named = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
            sequence = connection.execute(select(named)).scalar()
            highest = connection.execute(select(func.max(column))).scalar()
            if sequence and highest:
                connection.execute(select(func.setval(sequence, highest)))


def _in_order_of_the_chain(connection: Connection) -> None:
    """On SQLite the chain grows in the order of the entries' numbers: entries that PostgreSQL's sealer linked in another order
    get new numbers in that order, those that still wait for it come last. What is authenticated holds no number."""
    links = AuditLink.__table__
    entries = AuditEntry.__table__
    before = select(
        links.c.entry, func.lag(links.c.entry).over(order_by=links.c.position).label("earlier")
    ).subquery()
    crossed = connection.execute(select(func.count()).where(before.c.entry < before.c.earlier)).scalar()
    last = select(links.c.entry).order_by(links.c.position.desc()).limit(1).scalar_subquery()
    loose = select(func.count()).where(entries.c.seq < last, entries.c.seq.not_in(select(links.c.entry)))
    if not crossed and not connection.execute(loose).scalar():
        return
    order = (
        connection.execute(
            select(entries.c.seq)
            .outerjoin(links, links.c.entry == entries.c.seq)
            .order_by(links.c.position.is_(None), links.c.position, entries.c.seq)
        )
        .scalars()
        .all()
    )
    for sign in (-1, 1):  # by way of negative numbers, so that no two rows ever share one
        moves = [
            {"was": seq if sign < 0 else -place, "is": sign * place}
            for place, seq in enumerate(order, start=1)
        ]
        for start in range(0, len(moves), _PORTION):
            for column in (entries.c.seq, links.c.entry):
                connection.execute(
                    column.table.update().where(column == bindparam("was")).values({column: bindparam("is")}),
                    moves[start : start + _PORTION],
                )
