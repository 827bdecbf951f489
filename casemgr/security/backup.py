"""Backups: every table at one instant, in one file that opens only with the backup key of the keyring.

The sealed file: casemgr/security/sealed_file.py. Inside stand, line by line: the manifest; the records that have a key,
with sealed copies of their keys; then for each table its name and columns, its rows, their count; the end.

The copies of the record keys live shorter than the rest: casemgr/security/copies.py. An older backup is restored with
the record keys of a newer one; a record that was shredded meanwhile has none there. The keyring is never inside. Values
travel in a form that belongs to no engine, so a backup of SQLite is restored into PostgreSQL as well, and the other way.
"""

import base64
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Select,
    Table,
    bindparam,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.orm import Session

from casemgr.core.calendar import local_day
from casemgr.core.db import Model, TransactionId
from casemgr.core.errors import Refused, Unavailable
from casemgr.core.instants import Instant
from casemgr.core.portions import portions
from casemgr.security.audit import AuditEntry, AuditLink, Head, Trail
from casemgr.security.copies import Copied, Copies, CopiesGone
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.parts import RecordKey
from casemgr.security.sealed_file import BackupRefused, Writer, lines_of
from casemgr.security.traces import Fault
from casemgr.security.verifying import verify

_PORTION = 1000
_VERSION_TABLE = "alembic_version"
_MADE_READY = (
    "unit",
    "unit_change",
    "unit_list",
    "audit_link",
    "audit_entry",
)  # what `init` leaves in a database
_RECORDS = RecordKey.__tablename__
_COPIED = select(RecordKey.record, RecordKey.generation, RecordKey.kek_id, RecordKey.wrapped)
_BEYOND = 1_000_000  # transactions that may have come after the backup and are lost
_MOST_STEPS = 1_500_000_000  # PostgreSQL can tell no more than two thousand million transactions apart

Told = Callable[[str, int], None]  # table, rows so far


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
    opens: bool  # its own copies of the record keys, still

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


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
            manifest = _dump(connection, Writer(file, ring), ring, now, told)
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


def _dump(connection: Connection, writer: Writer, ring: Keyring, now: datetime, told: Told) -> Manifest:
    unknown = set(inspect(connection).get_table_names()) - {*Model.metadata.tables, _VERSION_TABLE}
    if unknown:
        raise Unavailable(
            f"The database has tables this program does not know: {', '.join(sorted(unknown))}."
        )
    last = select(AuditLink.position, AuditLink.mac).order_by(AuditLink.position.desc()).limit(1)
    head = connection.execute(last).one_or_none()
    copies = Copies.begun(ring, local_day(now))
    about: dict[str, Any] = {
        "made_at": now.isoformat(),
        "revision": _revision(connection),
        "engine": connection.dialect.name,
        "head": None if head is None else str(Head(head.position, head.mac.hex())),
        "keys": [(key.id, key.purpose, key.check_value) for key in ring.all() if key.material],
        "transactions": _transactions(connection),
        "copies": copies.about,
    }
    writer.line(about)
    counts = {_RECORDS: _dump_record_keys(connection, writer, copies, told)}
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
    return _manifest(about, counts, opens=True)


def _dump_record_keys(connection: Connection, writer: Writer, copies: Copies, told: Told) -> int:
    """Which records have a key, for all to read; the keys themselves for 35 days."""
    count = 0
    keys = connection.execute(_COPIED, execution_options={"yield_per": _PORTION}).partitions()
    for place, portion in enumerate(keys):
        rows = [Copied(*row) for row in portion]
        names = [row.record.hex() for row in rows]
        writer.line({"records": names, "place": place, "copies": copies.seal(place, rows)})
        count += len(rows)
        told(_RECORDS, count)
    return count


def _tables() -> Sequence[Table]:
    """Every table but that of the record keys, whose copies go by themselves."""
    return [table for table in Model.metadata.sorted_tables if table.name != _RECORDS]


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


def _manifest(about: Mapping[str, Any], counts: Mapping[str, int], *, opens: bool) -> Manifest:
    keys = tuple((key[0], key[1], key[2]) for key in about["keys"])
    return Manifest(
        about["made_at"],
        about["revision"],
        about["engine"],
        about["head"],
        keys,
        about["transactions"],
        counts,
        opens,
    )


# ---- reading one --------------------------------------------------------------------------------------------------


def check(file: Path, ring: Keyring, *, told: Told = lambda *_: None) -> Manifest:
    """Read a backup to its end and count; nothing is written anywhere."""
    with file.open("rb") as stream:
        lines = lines_of(stream, ring)
        about = _first(lines)
        copies = _copies(ring, about)

        def tried(line: Mapping[str, Any]) -> None:
            if copies is not None:
                copies.opened(line["place"], line["copies"])

        return _manifest(about, _walk(lines, lambda *_: None, tried, told), opens=copies is not None)


def _copies(ring: Keyring, about: Mapping[str, Any]) -> Copies | None:
    """What opens a backup's own copies of the record keys; none once they are too old."""
    try:
        return Copies(ring, about["copies"])
    except CopiesGone:
        return None


def _first(lines: Iterator[Any]) -> Mapping[str, Any]:
    about = next(lines, None)
    if not isinstance(about, dict) or "revision" not in about:
        raise BackupRefused("The backup does not say what it is.")
    return about


def _walk(
    lines: Iterator[Any],
    put: Callable[[str, list[str], list[Any]], None],
    take: Callable[[Mapping[str, Any]], None],
    told: Told,
) -> Mapping[str, int]:
    """Hand on the records, and the rows of each table in portions; gives the counts, which are what the end of the backup says."""
    counts: dict[str, int] = {_RECORDS: 0}
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
        if "records" in line:
            take(line)
            counts[_RECORDS] += len(line["records"])
            continue
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
            for table in Model.metadata.sorted_tables
            if table.name in there
            and table.name not in _MADE_READY
            and connection.execute(select(func.count()).select_from(table)).scalar()
        ]
    if full:
        raise Refused(
            f"The database is not empty ({', '.join(full[:5])}). A backup is never laid over data: "
            "name an empty database in CASEMGR_DATABASE_URL."
        )


@dataclass(frozen=True)
class Restored:
    """What came back, what the trail's verification found, and which records have no key any more."""

    manifest: Manifest
    faults: Sequence[Fault]
    dead: Sequence[bytes]


def restore(
    file: Path,
    engine: Engine,
    ring: Keyring,
    *,
    keys_from: Path | None = None,
    is_dead: Callable[[bytes], bool] = lambda _: False,
    note_dead: Callable[[Sequence[bytes]], object] = lambda _: None,
    despite: bool = False,
    bury_unlisted: bool = False,
    told: Told = lambda *_: None,
) -> Restored:
    """Put a backup into an empty database, in one transaction: all of it, verified, or nothing.

    The keys of its records come from its own copies, or, once those are too old, from those of a newer backup. Records
    that must stay dead get none. Faults of the trail refuse, unless `despite`; so do files that the newer backup does not
    know although no list says that they were shredded, unless `bury_unlisted`.
    """
    refuse_lived_in(engine)
    _go_past_transactions(engine, ring, file, told)
    connection = engine.connect().execution_options(writing=True)
    with connection, connection.begin(), file.open("rb") as stream:
        lines = lines_of(stream, ring)
        about = _first(lines)
        if about["revision"] != _revision(connection):
            raise BackupRefused(
                f"The backup was made by another version (tables {about['revision']}, here {_revision(connection)}). "
                "Restore it with that version of the program, then upgrade."
            )
        _refuse_other_keys(
            about, ring, (Purpose.AUDIT_MAC,) if keys_from else (Purpose.KEK, Purpose.AUDIT_MAC)
        )
        for name in _MADE_READY:
            connection.execute(Model.metadata.tables[name].delete())
        keys = _RecordKeys(connection, is_dead, None if keys_from else _own_copies(ring, about))
        counts = _walk(lines, lambda *rows: _put(connection, *rows), keys.take, told)
        if keys_from is not None:
            unlisted = keys.take_from(keys_from, ring, than=about)
            files = _files_among(connection, unlisted)
            if files and not bury_unlisted:
                raise BackupRefused(
                    f"{files} files of this backup have no key in the newer one, and the list beside the keyring does not say "
                    "that they were shredded: they would be closed for ever. Bring the list, or, if they were shredded: "
                    "--bury-unlisted."
                )
        for name, count in counts.items():
            stored = connection.execute(
                select(func.count()).select_from(Model.metadata.tables[name])
            ).scalar()
            wanted = count - (len(keys.dead) if name == _RECORDS else 0)
            if stored != wanted:
                raise BackupRefused(f"{name}: {stored} rows instead of {wanted}.")
        _go_on_counting(connection)
        faults = _verified(connection, ring, about["head"])
        if faults and not despite:
            found = ", ".join(f"{fault.kind}: entry {fault.entry}" for fault in faults[:5])
            raise BackupRefused(f"The audit trail in the backup is not whole ({found}).")
        note_dead(keys.dead)
    return Restored(_manifest(about, counts, opens=keys_from is None), faults, keys.dead)


def _files_among(connection: Connection, records: Sequence[bytes]) -> int:
    """How many of some records are those of a report."""
    report = Model.metadata.tables["report"].c.id
    ids = [UUID(bytes=record) for record in records]
    return sum(
        connection.execute(select(func.count()).where(report.in_(some))).scalar_one()
        for some in portions(ids, _PORTION)
    )


def _own_copies(ring: Keyring, about: Mapping[str, Any]) -> Copies:
    copies = _copies(ring, about)
    if copies is None:
        raise BackupRefused(
            "The record keys in this backup are older than 35 days and cannot be opened any more. Its data can: name a newer "
            "backup whose record keys are taken, with --keys-from FILE. What was shredded meanwhile stays shut."
        )
    return copies


class _RecordKeys:
    """Puts the keys of the records back while a backup is read, and tells which records stay shut."""

    def __init__(self, connection: Connection, is_dead: Callable[[bytes], bool], own: Copies | None) -> None:
        self._connection, self._is_dead, self._own = connection, is_dead, own
        self.dead: list[bytes] = []
        if own is None:
            _WANTED.create(connection)

    def take(self, line: Mapping[str, Any]) -> None:
        """The records of one portion, with the copies of their keys where these still open."""
        if self._own is not None:
            self._keep(self._own.opened(line["place"], line["copies"]))
            return
        records = [{"record": bytes.fromhex(name)} for name in line["records"]]
        self._connection.execute(insert(_WANTED), records)

    def take_from(self, newer: Path, ring: Keyring, *, than: Mapping[str, Any]) -> Sequence[bytes]:
        """The keys of those records that a newer backup still knows; gives the others, which stay shut."""
        with newer.open("rb") as stream:
            lines = lines_of(stream, ring)
            about = _first(lines)
            if datetime.fromisoformat(about["made_at"]) < datetime.fromisoformat(than["made_at"]):
                raise BackupRefused(
                    f"{newer} is of {about['made_at']}, older than the backup of {than['made_at']} itself: it does not know "
                    "the keys of what came between. --keys-from takes a newer backup."
                )
            _refuse_other_keys(about, ring, (Purpose.KEK,))
            copies = _own_copies(ring, about)
            for line in lines:
                if not isinstance(line, dict) or "records" not in line:
                    break
                names = [bytes.fromhex(name) for name in line["records"]]
                wanted = set(
                    self._connection.scalars(select(_WANTED.c.record).where(_WANTED.c.record.in_(names)))
                )
                rows = copies.opened(line["place"], line["copies"])
                self._keep([row for row in rows if row.record in wanted])
        known = select(RecordKey.record)
        there = set(self.dead)
        shut = self._connection.scalars(select(_WANTED.c.record).where(_WANTED.c.record.not_in(known)))
        missing = [record for record in shut if record not in there]
        self.dead += missing
        _WANTED.drop(self._connection)
        return [record for record in missing if not self._is_dead(record)]

    def _keep(self, rows: Sequence[Copied]) -> None:
        alive = [row._asdict() for row in rows if not self._is_dead(row.record)]
        self.dead += [row.record for row in rows if self._is_dead(row.record)]
        if alive:
            self._connection.execute(insert(RecordKey), alive)


_WANTED = Table(
    "restored_record", MetaData(), Column("record", LargeBinary(16), primary_key=True), prefixes=["TEMPORARY"]
)


def _refuse_other_keys(about: Mapping[str, Any], ring: Keyring, needed: Sequence[Purpose]) -> None:
    here = {key.id: key.check_value for key in ring.all() if key.material}
    lacking = [
        str(number)
        for number, purpose, value in about["keys"]
        if here.get(number) != value and purpose in needed
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
        return list(verify(Trail(ring), session, kept=kept, parts=True))


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
        wanted = int(_first(lines_of(stream, ring))["transactions"])
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
        for some in portions(moves, _PORTION):
            for column in (entries.c.seq, links.c.entry):
                connection.execute(
                    column.table.update().where(column == bindparam("was")).values({column: bindparam("is")}),
                    some,
                )
