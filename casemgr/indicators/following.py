"""From the log of facts to registers in memory: what is new is taken in with each reading, so that it is exact to the last
commit; what is large is prepared beside the work, and kept sealed in the data directory for the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary, ref

import structlog
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Engine,
    Select,
    String,
    cast,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import Session

from casemgr.access.actor import command
from casemgr.access.desk import Desk, Office
from casemgr.access.everything import whole_register
from casemgr.access.questions import Question
from casemgr.core.db import TransactionId
from casemgr.core.errors import NotReady
from casemgr.core.prepared import gap
from casemgr.indicators import snapshot
from casemgr.indicators.items import FORMS
from casemgr.indicators.models import CaseFact, ItemFact
from casemgr.indicators.preparing import Preparation, Told, alone
from casemgr.indicators.register import LogRows, Reading, Register

log = structlog.get_logger()
_PORTION = 2_000  # log rows opened at once: more of them live long enough to be looked at by the collector
MOMENT = 20_000  # a page takes in so many rows itself; more are taken in beside it
PATIENCE = 1.0  # seconds that a page waits for that
GROWN = 50_000  # with so many rows more than the copy on disk, and a tenth more, a new copy is written
_KEPT_IN = "counting"


@dataclass(frozen=True)
class _Source:
    """Where the facts of one kind are logged."""

    kind: str = "case"

    @property
    def model(self) -> Any:
        return CaseFact if self.kind == "case" else ItemFact

    @property
    def key(self) -> Any:
        return CaseFact.case_id if self.kind == "case" else ItemFact.item_id

    def rows(self, *columns: Any) -> Select[*tuple[Any, ...]]:
        """A statement over the rows of this kind."""
        statement = select(*columns)
        return statement if self.kind == "case" else statement.where(ItemFact.kind == self.kind)

    def log(self, *, on_sqlite: bool) -> Question[Any]:
        """The log behind a position, in its order; of each row also its transaction, and whether no later commit can
        precede it. Keys come as plain bytes or digits, because a million objects take longer than the rest."""
        model, seq = self.model, gap("seq", BigInteger())
        columns = model.seq, model.recorded_at, model.sealed
        if on_sqlite:
            found = self.rows(*columns, type_coerce(self.key, String), literal(0), literal(True))
            return Question(found.where(model.seq > seq).order_by(model.seq))
        own, transaction = _own(model), cast(gap("transaction", String()), TransactionId())
        settled = own < func.pg_snapshot_xmin(func.pg_current_snapshot())
        found = self.rows(*columns, func.uuid_send(self.key), _number(model), settled)
        return Question(
            found.where(tuple_(own, model.seq) > tuple_(transaction, seq)).order_by(own, model.seq)
        )

    def count(self, session: Session, after: int = 0, most: int | None = None) -> int:
        """How many rows come after a number; no more than `most` are looked at."""
        rows = self.rows(literal(1)).where(self.model.seq > after).limit(most)
        return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


class Counting:
    """The registers of one database in this process, and the folder where their sealed copies lie."""

    def __init__(self) -> None:
        self._registers: dict[str, Register] = {}
        self._prepared: dict[str, Preparation] = {}
        self._saved: dict[str, int] = {}  # rows in the copy on disk, as far as is known here
        self._lock = Lock()
        self._office: ref[Office] | None = None
        self.folder: Path | None = None

    def settle(self, office: Office, folder: Path) -> None:
        """Say which office prepares what is large, and where copies are kept."""
        self._office, self.folder = ref(office), folder

    @property
    def office(self) -> Office | None:
        return self._office() if self._office is not None else None

    def register(self, kind: str) -> Register:
        return self._registers.setdefault(kind, Register(FORMS[kind]))

    def forget(self) -> None:
        self._registers.clear()
        self._saved.clear()

    def path(self, kind: str) -> Path | None:
        """Where the copy of a kind lies."""
        return None if self.folder is None else self.folder / f"{kind}.facts"

    def read(self, desk: Desk, as_of: datetime | None, source: _Source) -> Reading | None:
        """The facts as this desk sees them; nothing where a request would have to take in more than it should."""
        register, path = self.register(source.kind), self.path(source.kind)
        hurried = desk.request is not None and self.office is not None
        with register.lock, whole_register(desk) as session:
            if hurried and source.count(session, register.last_seq, MOMENT + 1) > MOMENT:
                return None
            if not register.size and path is not None:
                _take_up(desk, session, register, source, path)
            size, unsettled = _follow(desk, session, register, source)
            found = register.reading(as_of, size=size, more=unsettled)
        if hurried and not desk.writing:
            self._save_beside(source.kind, register, register.size if size is None else size)
        return found

    def wait(self, kind: str) -> None:
        """Let a register be made ready beside the work; whoever would have to wait longer than a moment is told so."""
        with self._lock:
            running = self._prepared.get(kind)
            if running is None:
                running = Preparation(f"counting {kind}", partial(self.build, kind))
                self._prepared[kind] = running
        if not running.ended(PATIENCE):
            raise NotReady(running.done, running.total)
        with self._lock:
            if self._prepared.get(kind) is running:
                del self._prepared[kind]
        if running.fault is not None:
            raise running.fault

    def build(self, kind: str, told: Told, *, anew: bool = False) -> Register:
        """A register from its copy on disk and what came since; or `anew`, from nothing but the log. Keeps a copy."""
        office, path = self.office, self.path(kind)
        if office is None or path is None:
            raise RuntimeError("Nobody has said where counting is settled.")
        source, fresh = _Source(kind), Register(FORMS[kind])
        with (
            alone(path.with_suffix(".lock"), told) as tell,
            office.open(command("counting"), writing=False) as desk,
            whole_register(desk) as session,
        ):
            refused = None if anew else _take_up(desk, session, fresh, source, path)
            if refused and path.exists():
                log.warning("copy of facts not used", kind=kind, reason=refused)
            taken_up = fresh.size
            total = taken_up + source.count(session, fresh.last_seq)
            _follow(desk, session, fresh, source, told=lambda done: tell(done, total))
            if anew or _has_grown(fresh.size, taken_up):
                self._save(desk, kind, fresh, fresh.size)
        self._registers[kind] = fresh
        return fresh

    def _save_beside(self, kind: str, register: Register, size: int) -> None:
        """Write a new copy beside the work when much has come since the last one."""
        office, path = self.office, self.path(kind)
        if office is None or path is None or not _has_grown(size, self._saved.get(kind, 0)):
            return
        self._saved[kind] = size  # nobody else begins with it

        def work(told: Told) -> None:
            with (
                alone(path.with_suffix(".lock"), told),
                office.open(command("counting"), writing=False) as desk,
            ):
                if _has_grown(size, snapshot.rows_in(path, desk.safe, kind)):
                    self._save(desk, kind, register, size)

        Preparation(f"copy of {kind}", work)

    def _save(self, desk: Desk, kind: str, register: Register, size: int) -> None:
        """A copy that cannot be written is no reason not to count."""
        path = self.path(kind)
        assert path is not None
        try:
            snapshot.write(path, desk.safe, kind, register.copied(size))
        except OSError as fault:
            log.warning("copy of facts not written", kind=type(fault).__name__)
        self._saved[kind] = size


_COUNTING: WeakKeyDictionary[Engine, Counting] = WeakKeyDictionary()


def counting(engine: Engine) -> Counting:
    """What this process holds of the facts of a database."""
    return _COUNTING.setdefault(engine, Counting())


def settle(office: Office, data_dir: Path) -> None:
    """Let the sealed copies of an installation's facts lie in its data directory."""
    counting(office.engine).settle(office, data_dir / _KEPT_IN)


def reading(desk: Desk, as_of: datetime | None = None, kind: str = "case") -> Reading:
    """The facts as they stand to the last commit; or as they stood, by what had been recorded here, before an instant.

    A request that would have to wait until much is taken in gets NotReady instead; a command does the work itself.
    """
    read: dict[tuple[datetime | None, str], Reading] = desk.session.info.setdefault("facts read", {})
    found = None if desk.writing else read.get((as_of, kind))  # all numbers of a page are of one moment
    held = counting(desk.session.get_bind().engine)
    while found is None:
        found = held.read(desk, as_of, _Source(kind))
        if found is None:
            held.wait(kind)
    read[as_of, kind] = found
    return found


def _has_grown(size: int, before: int) -> bool:
    return size - before > max(GROWN, before // 10)


def _take_up(desk: Desk, session: Session, register: Register, source: _Source, path: Path) -> str | None:
    """Begin with the copy on disk, if it is one, and of exactly this log; otherwise the reason why not."""
    try:
        found = snapshot.read(path, desk.safe, source.kind, register.stored())
        if len(found) and not _is_of(session, source, found):
            raise snapshot.NotBelieved("of another log")
    except snapshot.NotBelieved as reason:
        return str(reason)
    register.take_up(found)
    return None


def _is_of(session: Session, source: _Source, found: snapshot.Snapshot) -> bool:
    """Whether the log still has as many rows up to the last one of a copy, and that very row at its end."""
    last = int(found.columns["seq"][-1])
    model = source.model
    if session.get_bind().dialect.name == "sqlite":
        position = select(literal(0), model.sealed).where(model.seq == last)
        before = source.rows(func.count()).where(model.seq <= last)
    else:
        position = select(_number(model), model.sealed).where(model.seq == last)
        before = source.rows(func.count()).where(tuple_(_own(model), model.seq) <= _at(found.cursor))
    at = session.execute(position).one_or_none()
    return (
        at is not None
        and (at[0], last) == (found.cursor if found.cursor[1] else (0, last))
        and _mark(at[1]) == int(found.columns["mark"][-1])
        and session.scalar(before) == len(found)
    )


def _follow(
    desk: Desk,
    session: Session,
    register: Register,
    source: _Source,
    told: Callable[[int], object] = lambda done: None,
) -> tuple[int | None, LogRows | None]:
    """Take in what is new; gives how many rows the reading has (all, if not told), and rows that may yet be undone."""
    follow = _follow_sqlite if session.get_bind().dialect.name == "sqlite" else _follow_postgresql
    return follow(desk, session, register, source, told)


def _follow_sqlite(
    desk: Desk, session: Session, register: Register, source: _Source, told: Callable[[int], object]
) -> tuple[int | None, LogRows | None]:
    """Take in what is new. A session that looks at an older moment gets the rows of that moment."""
    model = source.model
    newest = session.execute(
        source.rows(model.seq, model.sealed).order_by(model.seq.desc()).limit(1)
    ).one_or_none()
    if newest is None:
        return 0, None
    seen = register.holds(newest.seq, _mark(newest.sealed))
    if seen is not None:
        return seen, None
    if newest.seq <= register.last_seq:
        register.clear()
    if register.size and not _still_there(session, register, source, register.last_seq):
        register.clear()
    behind = {"seq": register.last_seq}
    for portion in _log(source, on_sqlite=True).portions(session, behind, _PORTION):
        register.write(_opened(desk, portion))
        told(register.size)
    register.link()
    return None, None


def _still_there(session: Session, register: Register, source: _Source, seq: int) -> bool:
    """Whether the last row that was taken in is still in the log (it is not when a test, or a restore, undid it)."""
    sealed = session.scalar(select(source.model.sealed).where(source.model.seq == seq))
    return sealed is not None and _mark(sealed) == register.last_mark()


def _follow_postgresql(
    desk: Desk, session: Session, register: Register, source: _Source, told: Callable[[int], object]
) -> tuple[int | None, LogRows | None]:
    """Take in what no later commit can precede; rows that are committed but not yet settled are laid over it."""
    if register.size and not _still_there(session, register, source, register.cursor[1]):
        register.clear()
    transaction, seq = register.cursor
    behind = {"transaction": str(transaction), "seq": seq}
    unsettled = LogRows()
    for portion in _log(source, on_sqlite=False).portions(session, behind, _PORTION):
        settled = [row for row in portion if row[_SETTLED]]  # they come first: their transactions are older
        if settled:
            register.write(_opened(desk, settled))
            register.cursor = settled[-1][_TRANSACTION], settled[-1][_SEQ]
            told(register.size)
        unsettled.extend(_opened(desk, portion[len(settled) :]))
    register.link()
    return None, unsettled if len(unsettled) else None


def _own(model: Any) -> ColumnElement[Any]:
    """The transaction that wrote a row of a log (PostgreSQL)."""
    return literal_column(f"{model.__tablename__}.xid")


def _number(model: Any) -> ColumnElement[int]:
    return cast(cast(_own(model), String), BigInteger)


def _at(cursor: tuple[int, int]) -> Any:
    """A position in a log, to be compared with those of its rows."""
    transaction, seq = cursor
    return tuple_(cast(literal(str(transaction)), TransactionId()), literal(seq))


_SEQ, _TRANSACTION, _SETTLED = 0, 4, 5  # places in a row of the log


@cache
def _log(source: _Source, *, on_sqlite: bool) -> Question[Any]:
    """Made once: each reading asks it."""
    return source.log(on_sqlite=on_sqlite)


def _opened(desk: Desk, rows: Sequence[Sequence[Any]]) -> LogRows:
    if not rows:
        return LogRows()
    seq, recorded, sealed, keys, *_more = zip(*rows, strict=True)
    cases = list(map(bytes.fromhex, keys)) if isinstance(keys[0], str) else list(keys)
    return LogRows(
        seq=list(seq),
        case=cases,
        recorded=list(recorded),
        mark=list(map(_mark, sealed)),
        packed=desk.safe.open_facts(zip(cases, sealed, strict=True)),
    )


def _mark(sealed: bytes) -> int:
    """Eight bytes of the seal, which no other row has."""
    return int.from_bytes(sealed[-8:])
