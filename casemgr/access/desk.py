"""The desk: one actor, one instant, one session. It is handed in; nothing behind the door reaches for who or when."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from sqlalchemy import Engine, Executable, Select, event
from sqlalchemy.exc import MultipleResultsFound
from sqlalchemy.orm import Session, UOWTransaction, sessionmaker

from casemgr.access import second_wall
from casemgr.access.actor import NOBODY, Actor
from casemgr.access.questions import Question, found
from casemgr.access.scope import DeskSession
from casemgr.core import db, plain
from casemgr.core.clock import Clock
from casemgr.core.db import SharedSync, WriteTurn, alone, uuid7
from casemgr.core.errors import NotFound
from casemgr.law import in_use
from casemgr.security.audit import Told, Trail
from casemgr.security.parts import RecordKey, Safe, gone
from casemgr.security.traces import EVERY_ROW

if TYPE_CHECKING:
    from casemgr.security.keys import Keyring

Row = TypeVar("Row")


@dataclass(frozen=True)
class Reading:
    """One look at a file, to be written to the trail before the page leaves the house."""

    action: str
    object: str | None
    parts: tuple[str, ...] = ()
    reason: str | None = None
    count: int | None = None
    passing: bool = False  # opened on the way: told only if it is shown
    asked: str = field(default="", repr=False)  # what was searched for; sealed in the trail


@dataclass
class Desk:
    """Where one piece of work is done."""

    actor: Actor
    now: datetime
    session: Session
    safe: Safe
    trail: Trail
    writing: bool
    reason: str | None = None
    request: str | None = None
    readings: list[Reading] = field(default_factory=list)
    touched: dict[UUID, None] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list, repr=False)  # waiting to be authenticated
    told: list[Told] = field(
        default_factory=list, repr=False
    )  # written, and nothing as long as it is not committed
    traces: list[list[str]] = field(default_factory=list, repr=False)  # of sealed parts, for the next entry
    appended: dict[type, list[Mapping[str, Any]]] = field(default_factory=dict, repr=False)
    at_hand: list[Any] = field(default_factory=list, repr=False)
    put_off: list[Callable[[], object]] = field(default_factory=list, repr=False)
    closers: "Sequence[Closer]" = field(default=(), repr=False)
    looked_after: int = 0  # of the rows at hand, those that the closers have seen
    kept: bool = True
    showing: bool = False  # what was opened leaves the house on a page: the door says so for a writing desk
    made: int = 0  # identifiers given at this desk
    paths: dict[str, str] = field(default_factory=dict, repr=False)  # by which right each record was opened

    def give_up(self) -> None:
        """The work did not end well: nothing of it is kept."""
        self.kept = False

    def get(self, model: type[Row], key: Any) -> Row:
        """The row with this key, or NotFound, exactly as if it did not exist when it lies outside the scope."""
        row = found(self.session, model, key) if key is not None else None
        if row is None:
            raise NotFound
        return self._kept_at_hand(row)

    def one(self, statement: "Select[Row] | Question[Row]", **values: Any) -> Row:
        """The one row a statement or a question finds, or NotFound."""
        rows = self.all(statement, **values)
        if not rows:
            raise NotFound
        if len(rows) > 1:
            raise MultipleResultsFound
        return self._kept_at_hand(rows[0])

    def first(self, statement: Select[Row]) -> Row | None:
        """The first row a statement finds, if any."""
        return self.session.scalars(statement.limit(1)).first()

    def all(self, statement: "Select[Row] | Question[Row]", **values: Any) -> Sequence[Row]:
        """Every row a statement or a question finds, as objects or single values."""
        if isinstance(statement, Question):
            return statement.objects(self.session, values)
        return self.session.scalars(statement).all()

    def rows(self, statement: "Executable | Question[Any]", **values: Any) -> Sequence[Any]:
        """Every row a statement or a question finds, as tuples of columns."""
        if isinstance(statement, Question):
            return statement.rows(self.session, values)
        return self.session.execute(statement).all()

    def add(self, *rows: Any) -> None:
        self.session.add_all(rows)
        self.at_hand += rows

    def put_off_till_written(self, work: Callable[[], object]) -> None:
        """Leave to the last moment what makes other writers wait: it is done before the first row is written."""
        self.put_off.append(work)

    def work_ahead(self) -> None:
        """Close now what was only begun at this desk and is not written: no other writer waits for it yet."""
        if (
            not self.put_off
            or self.session.dirty
            or self.session.deleted
            or not all(map(self.safe.is_born, self.touched))
        ):
            return
        self.close()

    def close(self) -> None:
        """Do what has to be done after the work, for all of it that was not looked after yet."""
        if self.touched or len(self.at_hand) != self.looked_after:
            for closer in self.closers:
                closer(self)
        self.looked_after = len(self.at_hand)
        self.touched.clear()

    def flush(self) -> None:
        """Write what was done and recorded so far, so that it is found by what comes next at this desk."""
        while self.put_off:
            self.put_off.pop(0)()
        self.session.flush()
        with second_wall.let_go_still(self.session, self.appended):
            db.append(self.session, {RecordKey: self.safe.new_keys(), **self.appended})
        self.appended.clear()
        self.traces += self.safe.written()
        if self.entries and self.traces:
            self.entries[-1]["sealed"], self.traces = self.traces, []
        told = [self.trail.entry(**entry) for entry in self.entries]
        self.entries.clear()
        self.told += told
        self.trail.write(self.session, told)

    def append(self, log: type, *rows: Mapping[str, Any]) -> None:
        """Add rows to a log; nobody at this desk asks for them again."""
        self.appended.setdefault(log, []).extend(rows)

    def seal(self, row: Any, **parts: object) -> None:
        """Write sealed parts of a row."""
        self.safe.seal(row, **parts)

    def id(self) -> UUID:
        """A new time-ordered identifier."""
        self.made += 1
        return uuid7(self.now, self.made)

    def touch(self, case_id: UUID) -> None:
        """Say that a case has changed, so that its facts for counting are written again in this transaction."""
        self.touched[case_id] = None

    def read(
        self,
        action: str,
        record: object | None = None,
        parts: Sequence[str] = (),
        *,
        reason: str | None = None,
        count: int | None = None,
        asked: str = "",
    ) -> None:
        """Note that a file was looked at; the note is in the trail before the page is."""
        about = None if record is None else str(record)
        self.readings.append(Reading(action, about, tuple(parts), reason, count, asked=asked))

    def opened(self, action: str, record: object, parts: Sequence[str] = ()) -> None:
        """Note that a file lies open. Where the work leads on and shows nothing of it, its own entry tells enough."""
        self.readings.append(Reading(action, str(record), tuple(parts), passing=True))

    def noted(self) -> Sequence[Reading]:
        """What the trail is told of the looks at this desk: the same look once."""
        told = self.showing or not self.writing
        return list(dict.fromkeys(look for look in self.readings if told or not look.passing))

    def record(self, action: str, record: object | None = None, **more: Any) -> None:
        """An entry of the trail, written at the latest when the desk is closed, in the transaction of what it tells of."""
        self.entries.append(
            {
                "at": self.now,
                "actor": self.actor.id,
                "action": action,
                "object": None if record is None else str(record),
                "role": self.actor.role,
                "unit": self.actor.unit_id,
                "session": _told(self.actor.session_id),
                "address": self.actor.address,
                "request": self.request,
                "reason": self.reason,
                "for": _told(self.actor.stands_for),
                **more,
            }
        )

    def removed(
        self, table: str, rows: Iterable[UUID | int] | None = None, parts: Sequence[str] = ()
    ) -> None:
        """Note that rows with sealed parts were taken away for good (all of the table, if none are named)."""
        if rows is None:
            self.traces.append([table, EVERY_ROW, "", "", ""])
        else:
            self.traces += [gone(table, row, part) for row in rows for part in parts]

    def _kept_at_hand(self, row: Row) -> Row:
        """The session forgets a row that nobody holds: what is worked on stays here until the desk is closed."""
        if self.writing:
            self.at_hand.append(row)
        return row


def _sealed_words(desk: Desk, words: str) -> str:
    return base64.b64encode(desk.safe.seal_words(desk.actor.id, words)).decode()


@event.listens_for(DeskSession, "before_flush")
def add_plainly(session: Session, context: UOWTransaction, _instances: Any) -> None:
    """New rows need no unit of work. Where it is left nothing to do, it does not say either that all is written."""
    plain.add_new(session)
    if not (session.new or session.dirty or session.deleted):
        session.dispatch.after_flush(session, context)


Closer = Callable[[Desk], object]


def _told(account_id: UUID | None) -> str | None:
    return None if account_id is None else str(account_id)


class Office:
    """Opens and closes desks: one transaction each, committed when the work ended well, as if never begun otherwise."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        ring: "Keyring",
        *,
        turn: WriteTurn | None = None,
        closers: Sequence[Closer] = (),
        law: "Callable[[Desk], in_use.Book] | None" = None,
        forward: Callable[[Told], None] | None = None,
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.ring = ring
        self.trail = Trail(ring)
        self._turn = turn
        self._for_writing = db.for_writing(engine, turn)
        self._sync = SharedSync(engine)
        self._closers = tuple(closers)
        self._law = law
        self._forward = forward
        self._sessions = sessionmaker(engine, class_=DeskSession, autoflush=False, expire_on_commit=False)

    @property
    def chains_directly(self) -> bool:
        """SQLite has one writer, so the chain grows inside each transaction; PostgreSQL has a sealer."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def open(
        self,
        actor: Actor,
        *,
        writing: bool = True,
        request: str | None = None,
        reason: str | None = None,
        now: datetime | None = None,
        lasting: bool = True,
    ) -> Iterator[Desk]:
        """A desk for one piece of work. What it wrote is durable once the block has ended without an error.

        A large load opens its desks with `lasting=False`: they are durable together with the next lasting one.
        """
        with self._session(actor, writing=writing, lasting=lasting) as session:
            safe = session.info["safe"]
            desk = Desk(
                actor,
                now or self.clock.now(),
                session,
                safe,
                self.trail,
                writing,
                reason,
                request,
                closers=self._closers,
            )
            law = self._law
            rules = (lambda: law(desk)) if law is not None else in_use.nothing_else
            with self._all_or_nothing(desk), in_use.using(rules):
                yield desk
                if writing and desk.kept:
                    self._close(desk)
        if writing and desk.kept and lasting:
            self._sync.wait()
        apart = not writing or (desk.showing and not desk.kept)
        if apart and desk.noted():
            self._keep_readings(desk)

    def take_stock(self) -> None:
        """Let the database count what lies in its tables; once a night, and after a large load, is often enough."""
        with self._session(NOBODY) as session:
            db.count_what_lies_here(session)
            session.commit()

    def chain_trail(self) -> int:
        """Chain the entries of the trail that have settled; one office at a time. Returns how many."""
        with self._session(NOBODY) as session:
            if not self.chains_directly and not alone(session, "audit sealer"):
                return 0
            chained = self.trail.chain(session)
            session.commit()
        self._sync.wait()
        return chained

    @contextmanager
    def _session(self, actor: Actor, *, writing: bool = True, lasting: bool = True) -> Iterator[DeskSession]:
        """A session for one transaction of an actor; a writer waits for its turn before its first statement."""
        self.ring.catch_up()
        in_line = self._turn.lined_up() if writing and self._turn is not None else nullcontext()
        with in_line, self._sessions(bind=self._for_writing if writing else self.engine) as session:
            session.info.update(actor=actor, writing=writing, safe=Safe(self.ring, session))
            if writing and not lasting:
                db.need_not_last(session)
            try:
                yield session
                if not writing:
                    db.end_reading(session)
            finally:
                for kept in ("safe", "seen"):  # nothing that was read here is opened any more
                    session.info.pop(kept, None)

    def _close(self, desk: Desk) -> None:
        desk.flush()
        desk.close()
        self._note_readings(desk, desk)
        self._finish(desk)

    def _keep_readings(self, read: Desk) -> None:
        """What was looked at goes into the trail in a short transaction of its own, before the page leaves the house."""
        with self._session(read.actor) as session:
            desk = replace(
                read,
                session=session,
                safe=session.info["safe"],
                writing=True,
                entries=[],
                appended={},
                told=[],
            )
            with self._all_or_nothing(desk):
                self._note_readings(read, desk)
                self._finish(desk)
        self._sync.wait()

    def _finish(self, desk: Desk) -> None:
        desk.flush()
        if desk.traces:
            desk.record("sealed")
            desk.flush()
        desk.session.commit()
        if self._forward is not None:
            for entry in desk.told:
                self._forward(entry)
        desk.told.clear()

    @contextmanager
    def _all_or_nothing(self, desk: Desk) -> Iterator[None]:
        """Entries that were written and not committed were never there; their numbers are taken back."""
        try:
            yield
        finally:
            if desk.told:
                self.trail.take_back(desk.told)

    def _note_readings(self, read: Desk, desk: Desk) -> None:
        for reading in read.noted():
            desk.record(
                reading.action,
                reading.object,
                parts=list(reading.parts),
                count=reading.count,
                right=read.paths.get(reading.object or ""),
                **({"reason": reading.reason} if reading.reason else {}),
                **({"asked": _sealed_words(desk, reading.asked)} if reading.asked else {}),
            )
