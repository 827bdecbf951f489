"""The database: one declarative base, the column types we use, and how a transaction begins on each engine."""

import fcntl
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Engine,
    Executable,
    Integer,
    LargeBinary,
    MetaData,
    Pool,
    String,
    Table,
    Uuid,
    cast,
    event,
    inspect,
    literal,
    literal_column,
    select,
    text,
    tuple_,
    types,
)
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.functions import FunctionElement

from casemgr.core import plain
from casemgr.core.instants import Instant

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class TransactionId(types.UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction number; on SQLite, which has one writer, always zero."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class CurrentTransaction(FunctionElement[int]):
    """The number of the running transaction, where the engine has one."""

    inherit_cache = True


@compiles(CurrentTransaction)
def _no_number(*_: Any, **__: Any) -> str:
    return "0"


@compiles(CurrentTransaction, "postgresql")
def _postgresql_number(*_: Any, **__: Any) -> str:
    return "pg_current_xact_id()"


class Model(DeclarativeBase):
    """What every table is. A table says which rows an actor may see, or why everyone may; otherwise it does not map."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant(),
        UUID: Uuid(),
        bytes: LargeBinary,
        str: String,
    }

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "__tablename__" in cls.__dict__ and not (hasattr(cls, "in_scope") or hasattr(cls, "open_because")):
            raise TypeError(f"{cls.__name__} is neither Scoped nor Open: say who may see its rows.")
        super().__init_subclass__(**kwargs)
        for constraint in getattr(cls.__dict__.get("__table__"), "foreign_key_constraints", ()):
            # Checked when the transaction ends: one piece of work writes its rows in any order.
            constraint.deferrable, constraint.initially = True, "DEFERRED"

    def __init__(self, **values: Any) -> None:
        """A new row. There is nobody yet who would have to hear of each value by itself, which is most of the cost of a row."""
        if not values.keys() <= (known := _attributes(type(self))):
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(values.keys() - known))}.")
        vars(self).update(values)


@cache
def _attributes(table: type[Model]) -> frozenset[str]:
    """What the columns of a table are called on its rows."""
    return frozenset(inspect(table).column_attrs.keys())


db = SQLAlchemy(metadata=Model.metadata)


class Versioned:
    """A row that notices when somebody else saved first."""

    version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Followed:
    """An append-only log that can be followed without losing a late commit (PostgreSQL gives numbers out of order)."""

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"eager_defaults": False}  # nobody who writes a row asks for its transaction number

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True, sort_order=-20
    )
    xid: Mapped[str] = mapped_column(
        TransactionId().with_variant(Integer, "sqlite"),
        server_default=CurrentTransaction(),
        sort_order=-10,
        deferred=True,
    )


Log = TypeVar("Log", bound=Followed)
Cursor = tuple[int, int]  # transaction number, sequence number


def settled_after(
    session: Session, log: type[Log], cursor: Cursor, limit: int
) -> Sequence[tuple[Cursor, Log]]:
    """Rows of a log after a cursor that no later commit can precede, in an order that never changes."""
    transaction, number = cursor
    if session.get_bind().dialect.name == "sqlite":
        rows = session.scalars(select(log).where(log.seq > number).order_by(log.seq).limit(limit))
        return [((0, row.seq), row) for row in rows]
    own: ColumnElement[Any] = literal_column(f'"{inspect(log).local_table.name}".xid')
    statement = (
        select(log, cast(cast(own, String), BigInteger))
        .where(
            tuple_(own, log.seq) > tuple_(literal_column(f"'{transaction}'::xid8"), literal(number)),
            own < literal_column("pg_snapshot_xmin(pg_current_snapshot())"),
        )
        .order_by(own, log.seq)
        .limit(limit)
    )
    return [((int(position), row.seq), row) for row, position in session.execute(statement)]


def uuid7(now: datetime, order: int | None = None) -> UUID:
    """A time-ordered random identifier (RFC 9562, version 7) for an instant, and for its order within one piece of work."""
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    second = min(order, 0xFFF) if order is not None else secrets.randbits(12)
    value = milliseconds << 80 | 0x7 << 76 | second << 64 | secrets.randbits(64)
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def marked(prefix: str) -> str:
    """A number to be told and written down that says neither order nor volume."""
    return f"{prefix}-{secrets.token_hex(4).upper()}"


_AT_ONCE = 500  # rows in one statement
WRITING = "writing"  # execution option: this transaction will write; the turn it has to take, if there is one


class WriteTurn:
    """One fair turn at writing on SQLite, between the threads of a process and between processes.

    SQLite lets one writer in; its own busy timeout polls and can starve a writer for seconds.
    Threads wait in line here, processes in the line of the operating system's file lock. The thread at the head of its
    line may prepare its work while another process writes; a second one preparing would only take the interpreter away
    from the first, and with it from everybody who waits for the turn. The turn itself is taken when the first statement
    is about to run: what is prepared and sealed before that keeps no other process waiting.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._line: list[threading.Lock] = []
        self._guard = threading.Lock()
        self._file: int | None = None
        self._head: ExitStack | None = None  # of whoever stands there and has not taken the turn
        self._writer: int | None = None  # the thread that stands there

    @contextmanager
    def lined_up(self) -> Iterator[None]:
        """Stand at the head of this process's line until the transaction is over; the turn is given back with it."""
        if self._writer == threading.get_ident():
            raise RuntimeError(
                "This thread writes already: it would wait for itself, and every writer with it."
            )
        mine = threading.Lock()  # let go by whoever stands before
        with self._guard:
            if self._line:
                mine.acquire()
            self._line.append(mine)
        mine.acquire()
        try:
            with ExitStack() as held:
                self._head, self._writer = held, threading.get_ident()
                yield
        finally:
            self._head = self._writer = None
            with self._guard:
                self._line.pop(0)
                if self._line:
                    self._line[0].release()

    def take(self) -> None:
        """Wait for the turn among all processes, once; asked by whoever stands at the head of the line."""
        if self._head is not None:
            self._head.enter_context(self._taken())
            self._head = None

    @contextmanager
    def _taken(self) -> Iterator[None]:
        if self._path is None:
            yield
            return
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)


_BROUGHT_IN_BY = 100  # writers, of whom the last brings SQLite's log into the database
_LONG_LOG = 20_000  # pages of 4 KiB, after which a commit does so itself


class SharedSync:
    """Makes what was committed last on SQLite: one sync of the write-ahead log for everybody who waits for one.

    SQLite would sync inside each commit, while every other writer waits. It is told not to (`synchronous=NORMAL`: never
    damaged, but the last commits could go with the power); instead nobody is answered before the log has been synced
    after their commit. One sync serves all who came before it began. PostgreSQL does the same by itself.

    SQLite would also bring the log into the database inside a commit. One writer in a hundred does it here instead, after
    its own commit has lasted and while others write; inside a commit it is done only when the log has grown long.
    """

    def __init__(self, engine: Engine) -> None:
        on_disk = engine.dialect.name == "sqlite" and engine.url.database
        self._engine = engine
        self._log = f"{engine.url.database}-wal" if on_disk else None
        self._counting = threading.Lock()
        self._syncing = threading.Lock()
        self._asked = self._synced = 0

    def wait(self) -> None:
        """Come back when everything that was committed before this call will last."""
        if self._log is None:
            return
        with self._counting:
            self._asked += 1
            mine = self._asked
        with self._syncing:
            if self._synced < mine:
                upto = self._asked
                self._sync(self._log)
                self._synced = upto
        if mine % _BROUGHT_IN_BY == 0:
            self._bring_in()

    def _bring_in(self) -> None:
        with suppress(sqlite3.Error), closing(self._engine.raw_connection()) as connection:
            # What did not get there stands in the log as before: nobody who was told so has to hear of it.
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _sync(self, log: str) -> None:
        try:
            file = os.open(log, os.O_RDONLY)
        except FileNotFoundError:  # its last reader has gone, and everything stands in the database itself
            return
        try:
            _sync_file(file)
        finally:
            os.close(file)


_sync_file = getattr(os, "fdatasync", os.fsync)


def for_writing(engine: Engine, turn: WriteTurn | None) -> Engine:
    """The engine for transactions that will write: on SQLite they take their turn and the lock as they begin."""
    return engine.execution_options(**{WRITING: turn or True}) if engine.dialect.name == "sqlite" else engine


def need_not_last(session: Session) -> None:
    """Let a transaction end without waiting for the disk: it will last together with the next one that waits."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL synchronous_commit TO OFF"))


def end_reading(session: Session) -> None:
    """End a transaction that only read: on PostgreSQL by COMMIT. At a ROLLBACK its driver lets go of every statement
    that stands ready there, and each page would have all of its questions planned anew."""
    if session.get_bind().dialect.name == "postgresql":
        session.expunge_all()
        session.commit()


def append(session: Session, logs: Mapping[Any, Sequence[Mapping[str, Any]]]) -> None:
    """Write rows of logs as they stand, by a plain statement each: nothing of them is asked for again in this work."""
    if any(logs.values()):
        connection = session.connection()
        with plain.together(connection):
            for log, rows in logs.items():
                plain.append(connection, log, rows)


def insert_new(session: Session, table: type[Any], rows: Sequence[Mapping[str, Any]]) -> int:
    """Write those rows whose key does not stand yet; gives how many were written."""
    if not rows:
        return 0
    kind = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    written = 0
    for start in range(0, len(rows), _AT_ONCE):
        new = kind(table).values(rows[start : start + _AT_ONCE]).on_conflict_do_nothing()
        written += len(session.connection().execute(new.returning(*inspect(table).primary_key)).all())
    return written


def lay_in_order(session: Session, table: type[Any]) -> bool:
    """Lay the rows of a table in the order of its key, where the engine keeps that of writing; gives whether it does."""
    if session.get_bind().dialect.name != "postgresql":
        return False
    name = inspect(table).local_table.name
    session.execute(text(f'CLUSTER "{name}" USING "pk_{name}"'))
    return True


class Lies(FunctionElement[Any]):
    """Where a row lies: on SQLite in the order of writing, so that a walk over a whole table touches each page once;
    else by its key."""

    type = types.NullType()
    inherit_cache = True

    def __init__(self, table: Any) -> None:
        super().__init__(*inspect(table).primary_key)


@compiles(Lies)
def _by_key(element: Lies, compiler: Any, **how: Any) -> str:
    return str(compiler.process(element.clauses, **how))


@compiles(Lies, "sqlite")
def _by_row(element: Lies, compiler: Any, **_: Any) -> str:
    (key,) = element.clauses
    return f"{compiler.preparer.format_table(key.table)}.rowid"


def swap(session: Session, table: type[Any], column: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Put new bytes in the place of old ones, row by row, where nobody changed them meanwhile; gives how many were.

    Each row says where it lies (`at`), its `old` bytes, and the new values of its columns; they come as they lie.
    """
    if not rows:
        return 0
    there: Table = inspect(table).local_table
    names = [name for name in rows[0] if name in there.c]
    if session.get_bind().dialect.name == "postgresql":
        return _swap_at_once(session, there, column, names, rows)
    new = ", ".join(f'"{name}" = :{name}' for name in names)
    statement = f'UPDATE "{there.name}" SET {new} WHERE rowid = :at AND "{column}" = :old'  # noqa: S608 - our own names
    return int(session.connection().exec_driver_sql(statement, rows).rowcount)


def _swap_at_once(
    session: Session, there: Table, column: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> int:
    """All rows in one statement: each by itself would cost PostgreSQL many times as much.

    The first and the last key keep it from looking through the whole table, `%b` the bytes from being written as text.
    """
    (key,) = there.primary_key.columns.keys()
    told = ("at", "old", *names)
    new = ", ".join(f'"{name}" = told."{name}"' for name in names)
    lists, titles = ", ".join(f"%({name})b" for name in told), ", ".join(f'"{name}"' for name in told)
    statement = (
        f'UPDATE "{there.name}" AS here SET {new} FROM unnest({lists}) AS told({titles}) '  # noqa: S608 - our own names
        f'WHERE here."{key}" = told.at AND here."{column}" = told.old '
        f'AND here."{key}" BETWEEN %(first)s AND %(last)s'
    )
    values = {name: [row[name] for row in rows] for name in told}
    values |= {"first": rows[0]["at"], "last": rows[-1]["at"]}
    return int(session.connection().exec_driver_sql(statement, values).rowcount)


def count_what_lies_here(session: Session) -> None:
    """Let SQLite look at a few hundred entries of each index, so that it picks the right one. PostgreSQL does so itself."""
    if session.get_bind().dialect.name == "sqlite":
        connection = session.connection()
        connection.exec_driver_sql("PRAGMA analysis_limit=400")
        connection.exec_driver_sql("ANALYZE")


def beside_the_wall(
    session: Session, statement: Executable, table: type[Any], values: Mapping[str, Any] | None = None
) -> Sequence[plain.Stored]:
    """What a statement finds or gives back on a table which everyone may read: the wall says nothing there."""
    if not hasattr(table, "open_because"):
        raise TypeError(f"The rows of {table.__name__} belong to somebody.")
    return plain.run(session.connection(), statement, values or {})


_STILL = 1.0  # seconds
_READY = 400  # statements on a connection; the driver's own hundred are not enough for our pages


def prepare(engine: Engine) -> None:
    """Teach an engine our settings."""
    {"postgresql": _prepare_postgresql, "sqlite": _prepare_sqlite}[engine.dialect.name](engine)


def _prepare_postgresql(engine: Engine) -> None:
    """Instants in UTC, which the driver reads and Python compares five times as fast as those of another zone; no machine
    code for a question, which takes longer to make than the question: behind the policies all look dear; a page of an
    index as near as the next page of a table, as on every disk without arms; and as many statements standing ready as our
    pages have.

    A connection that lay still is asked whether it stands before it is handed out. Asked every time, three times a page,
    it would cost a fifteenth of the page.
    """

    @event.listens_for(engine, "connect")
    def as_we_ask(connection: Any, _: Any) -> None:
        for setting in ("TIME ZONE 'UTC'", "jit = off", "random_page_cost = 1.1"):
            connection.execute(f"SET {setting}")
        connection.commit()
        connection.prepared_max = _READY

    @event.listens_for(engine, "checkin")
    def lies_still(_connection: Any, record: Any) -> None:
        record.info["lies still since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def still_stands(connection: Any, record: Any, _handed: Any) -> None:
        if monotonic() - record.info.get("lies still since", monotonic()) < _STILL:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            raise InvalidatePoolError from gone


def _prepare_sqlite(engine: Engine) -> None:
    """Foreign keys on, writers begin at once, the sync is ours (SharedSync)."""

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=5000",
            "secure_delete=ON",
            "cache_size=-32000",
            f"wal_autocheckpoint={_LONG_LOG}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        writing = connection.get_execution_options().get(WRITING, False)
        if isinstance(writing, WriteTurn):
            writing.take()
        plain.found(connection, "BEGIN IMMEDIATE" if writing else "BEGIN", ())

    @event.listens_for(engine, "reset")
    def leave_nothing_open(connection: Any, _record: Any, _state: Any) -> None:
        """After a commit that failed SQLite keeps its transaction, and with it the turn of all writers."""
        if connection.in_transaction:
            connection.rollback()


def empty_write_ahead_log(engine: Engine) -> bool:
    """Bring SQLite's log into the database and empty it, so that nothing of what was deleted is left in it; says whether it was."""
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        busy = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.close()
    return not busy


class Remembered:
    """What an installation seldom changes and every page asks for: asked of the database at most once a second."""

    _every: ClassVar[list["Remembered"]] = []

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Pool, tuple[float, str]] = (
            WeakKeyDictionary()
        )  # when, and what was said
        self._every.append(self)

    @classmethod
    def forget_all(cls, engine: Engine) -> None:
        """A database was emptied or filled anew."""
        for each in cls._every:
            each._known.pop(engine.pool, None)

    def of(self, session: Session, ask: Callable[[], str]) -> str:
        """What the database said last, or says now."""
        database = session.get_bind().engine.pool
        known = self._known.get(database)
        if known is None or monotonic() - known[0] > 1.0:
            known = self._known[database] = monotonic(), ask()
        return known[1]

    def forget(self, session: Session) -> None:
        """It is being changed here: ask again."""
        self._known.pop(session.get_bind().engine.pool, None)


_RACES = frozenset(
    {"23505", "40001", "40P01"}
)  # PostgreSQL: it stands already, could not serialize, deadlock


def lost_a_race(error: BaseException) -> bool:
    """Whether somebody else wrote at the same moment, so that the work may be done again and will see what they wrote."""
    if isinstance(error, StaleDataError):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _RACES


def alone(session: Session, task: str) -> bool:
    """Whether this transaction may do a task of which only one may run at a time (PostgreSQL)."""
    return bool(
        session.execute(text("SELECT pg_try_advisory_xact_lock(hashtext(:task))"), {"task": task}).scalar()
    )
