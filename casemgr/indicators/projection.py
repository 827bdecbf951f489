"""From case files to facts, and from the log of facts to the register: the only place of counting that sees every case.

`refresh` runs in the transaction that changed a case. `reading` gives the facts as they stand to the last commit.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

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
)
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from casemgr.access.desk import Desk
from casemgr.access.everything import whole_register
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.children.terms import Card, Detail
from casemgr.circumstances.models import Circumstance
from casemgr.core.ages import Precision, whole_years
from casemgr.core.calendar import local_day
from casemgr.core.db import TransactionId
from casemgr.indicators import facts, gathering
from casemgr.indicators.facts import Fact
from casemgr.indicators.items import FORMS, ITEMS
from casemgr.indicators.models import CaseFact, ItemFact
from casemgr.indicators.register import LogRows, Reading, Register, microseconds
from casemgr.intake.models import Report
from casemgr.intake.terms import Story

Item = TypeVar("Item")

_AT_ONCE = 400  # cases read in one statement
_PORTION = 20_000  # log rows opened at once
_REGISTERS: WeakKeyDictionary[Engine, dict[str, Register]] = WeakKeyDictionary()


# ---- from case files to facts -------------------------------------------------------------------------------------


def refresh(desk: Desk) -> int:
    """Write the facts of every case touched at this desk again, where they differ; gives how many did."""
    written = 0
    children = {row.child_id for row in desk.at_hand if isinstance(row, Circumstance)}
    children |= {row.id for row in desk.at_hand if isinstance(row, Child) and not desk.safe.is_born(row.id)}
    with whole_register(desk) as session:
        for portion in _portions(sorted(desk.touched), _AT_ONCE):
            written += _refresh(desk, session, portion)
        for children_ in _portions(sorted(children), _AT_ONCE):
            written += _write_items(desk, session, gathering.of_children(desk, session, children_))
    return written


def refresh_all(desk: Desk, *, told: Callable[[int], None]) -> int:
    """Write the facts of every case again, where they differ: after a new format, or to prove that none does."""
    written = 0
    with whole_register(desk) as session:
        every = session.scalars(select(Case.id).order_by(Case.id)).all()
        for done, portion in enumerate(_portions(every, _AT_ONCE), start=1):
            written += _refresh(desk, session, portion)
            desk.flush()
            session.expunge_all()
            told(min(done * _AT_ONCE, len(every)))
        registered = session.scalars(select(Circumstance.child_id).distinct()).all()
        for children in _portions(sorted(registered), _AT_ONCE):
            written += _write_items(desk, session, gathering.of_children(desk, session, children))
            desk.flush()
            session.expunge_all()
    return written


def _refresh(desk: Desk, session: Session, case_ids: Sequence[UUID]) -> int:
    anew = not _ours_alone(desk, session, case_ids)
    if anew:
        _take_turns(session, case_ids)
    found = _by_id(session, Case, set(case_ids), anew=anew).values()
    cases = sorted((case for case in found if not case.rehearsal), key=lambda case: case.id)
    reports = _by_id(session, Report, {case.report_id for case in cases}, anew=anew)
    children = _by_id(session, Child, {case.child_id for case in cases}, anew=anew)
    desk.safe.fetch_keys([*reports, *children])
    before = _newest(desk, session, [case_id for case_id in case_ids if not desk.safe.is_born(case_id)])
    rows = []
    files = []
    for case in cases:
        report, child = reports[case.report_id], children[case.child_id]
        fact = fact_of(case, report, child)
        files.append(gathering.File(case, report, child, fact.age))
        packed = facts.pack(fact)
        last_at, last = before.get(case.id, (None, None))
        if packed == last:
            continue
        recorded = max(microseconds(desk.now), last_at or 0)
        sealed = desk.safe.seal_fact(case.id, packed)
        rows.append({"case_id": case.id, "recorded_at": recorded, "sealed": sealed})
    desk.append(CaseFact, *rows)
    return len(rows) + _write_items(desk, session, gathering.of_cases(desk, session, files, anew=anew))


def _write_items(desk: Desk, session: Session, gathered: gathering.Gathered) -> int:
    """Append what differs from the newest version of each item; an item that is not there any more is marked so."""
    before = _newest_items(
        desk, session, [owner for owner in gathered.owners if not desk.safe.is_born(owner)]
    )
    current: dict[UUID, tuple[str, UUID, bytes]] = {
        one.id: (one.kind, one.owner, ITEMS.pack(one.item)) for one in gathered.found
    }
    for item_id, (kind, owner, _recorded, last) in before.items():
        if item_id not in current:
            left = ITEMS.unpack(last)
            current[item_id] = kind, owner, ITEMS.pack(replace(left, flags=left.flags | {"voided"}))
    rows = []
    for item_id, (kind, owner, packed) in current.items():
        known = before.get(item_id)
        if known is None or packed != known[3]:
            rows.append(
                {
                    "kind": kind,
                    "owner_id": owner,
                    "item_id": item_id,
                    "recorded_at": max(microseconds(desk.now), known[2] if known else 0),
                    "sealed": desk.safe.seal_fact(item_id, packed),
                }
            )
    desk.append(ItemFact, *rows)
    return len(rows)


def _newest_items(
    desk: Desk, session: Session, owners: Sequence[UUID]
) -> Mapping[UUID, tuple[str, UUID, int, bytes]]:
    """The newest version of each item of some owners, opened."""
    if not owners:
        return {}
    newest = select(func.max(ItemFact.seq)).where(ItemFact.owner_id.in_(owners)).group_by(ItemFact.item_id)
    rows = session.execute(
        select(
            ItemFact.item_id, ItemFact.kind, ItemFact.owner_id, ItemFact.recorded_at, ItemFact.sealed
        ).where(ItemFact.seq.in_(newest))
    ).all()
    opened = desk.safe.open_facts((row.item_id, row.sealed) for row in rows)
    return {
        row.item_id: (row.kind, row.owner_id, row.recorded_at, packed)
        for row, packed in zip(rows, opened, strict=True)
    }


def fact_of(case: Case, report: Report, child: Child) -> Fact:
    """What may be counted of one case, read from its report, its child and itself."""
    story = report.known or report.told or Story()
    told = next((one for one in story.children if one.ref == case.child_ref), None)
    card, detail = child.card or Card(), child.detail or Detail()
    received = local_day(report.received_at)
    event, precision = event_of(story, received)
    incident = story.incident
    return Fact(
        child=child.id,
        report=int.from_bytes(report.id.bytes[8:]),
        received=received,
        event=event,
        incident_unit=case.incident_unit_id or 0,
        residence_unit=case.residence_unit_id or 0,
        triage_unit=0 if case.incident_unit_id else report.unit_id or 0,
        decision=report.decision,
        sex=card.sex or facts.UNKNOWN,
        age=age_of(card, event or received, precision if event else Precision.DAY),
        harms=frozenset((told.harms if told else None) or ()),
        environment=incident.environment or facts.UNKNOWN,
        online=incident.online,
        relations=frozenset(
            tie.relation
            for suspect in story.suspects
            for tie in suspect.relations
            if tie.child == case.child_ref
        ),
        ethnic_group=detail.ethnic_group or facts.UNKNOWN,
        disability=detail.disability or facts.UNKNOWN,
        channel=report.channel or facts.UNKNOWN,
        urgency=report.urgency or facts.UNKNOWN,
        kind=report.kind or facts.UNKNOWN,
        stage=case.stage,
        flags=frozenset({"emergency"} if case.emergency else ()),
    )


def event_of(story: Story, received: date) -> tuple[date | None, str]:
    """The day of the event and how well it is known; a day told without more is that day."""
    incident = story.incident
    precision = incident.precision or Precision.DAY
    return (None if precision == Precision.UNKNOWN else incident.occurred_on), precision


def age_of(card: Card, on: date, precision: str) -> int | None:
    """Whole years on a day: an estimate stands as told, otherwise counted from the birth date."""
    if card.birth.age_estimate is not None:
        return card.birth.age_estimate
    return whole_years(card.birth.date, on, card.birth.precision, on_precision=precision)


def _ours_alone(desk: Desk, session: Session, case_ids: Sequence[UUID]) -> bool:
    """Whether nobody else can have changed what these facts are read from since this desk read it: SQLite has one writer,
    and what was born at this desk nobody else has seen."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    found = (session.identity_map.get(identity_key(Case, case_id)) for case_id in case_ids)
    return all(case is not None and desk.safe.is_born(case.report_id) for case in found)


def _take_turns(session: Session, case_ids: Sequence[UUID]) -> None:
    """Let writers of the same report come one after the other: the later one sees what the earlier one wrote."""
    reports = session.scalars(select(Case.report_id).where(Case.id.in_(case_ids)).distinct())
    for key in sorted(int.from_bytes(report.bytes[8:], signed=True) for report in reports):
        session.execute(select(func.pg_advisory_xact_lock(key)))


def _by_id(session: Session, model: type[Any], ids: set[Any], *, anew: bool) -> Mapping[Any, Any]:
    """Rows by their keys: as this desk holds them, or, where somebody else may have written, read anew."""
    held = {} if anew else {key: session.identity_map.get(identity_key(model, key)) for key in ids}
    found = {key: row for key, row in held.items() if row is not None}
    missing = [key for key in ids if key not in found]
    if missing:
        options = {"populate_existing": True} if anew else {}
        rows = session.scalars(select(model).where(model.id.in_(missing)), execution_options=options)
        found.update((row.id, row) for row in rows)
    return found


def _newest(desk: Desk, session: Session, case_ids: Sequence[UUID]) -> Mapping[UUID, tuple[int, bytes]]:
    """The newest fact of each case, opened, and when it was recorded."""
    if not case_ids:
        return {}
    newest = select(func.max(CaseFact.seq)).where(CaseFact.case_id.in_(case_ids)).group_by(CaseFact.case_id)
    rows = session.execute(
        select(CaseFact.case_id, CaseFact.recorded_at, CaseFact.sealed).where(CaseFact.seq.in_(newest))
    ).all()
    opened = desk.safe.open_facts((row.case_id, row.sealed) for row in rows)
    return {row.case_id: (row.recorded_at, packed) for row, packed in zip(rows, opened, strict=True)}


# ---- from the log to the register ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Source:
    """Where the facts of one kind are logged."""

    kind: str = "case"

    @property
    def model(self) -> Any:
        return CaseFact if self.kind == "case" else ItemFact

    def rows(self, *columns: Any) -> Select[*tuple[Any, ...]]:
        """A statement over the rows of this kind."""
        statement = select(*columns)
        return statement if self.kind == "case" else statement.where(ItemFact.kind == self.kind)

    def columns(self) -> Select[*tuple[Any, ...]]:
        log = self.model
        key = CaseFact.case_id if self.kind == "case" else ItemFact.item_id
        return self.rows(log.seq, key, log.recorded_at, log.sealed)


def reading(desk: Desk, as_of: datetime | None = None, kind: str = "case") -> Reading:
    """The facts as they stand to the last commit; or as they stood, by what had been recorded here, before an instant."""
    engine = desk.session.get_bind().engine
    register = _REGISTERS.setdefault(engine, {}).setdefault(kind, Register(FORMS[kind]))
    with register.lock, whole_register(desk) as session:
        follow = _follow_sqlite if engine.dialect.name == "sqlite" else _follow_postgresql
        size, unsettled = follow(desk, session, register, _Source(kind))
        return register.reading(as_of, size=size, more=unsettled)


def _follow_sqlite(
    desk: Desk, session: Session, register: Register, source: _Source
) -> tuple[int | None, LogRows | None]:
    """Take in what is new. A session that looks at an older moment gets the rows of that moment."""
    log = source.model
    newest = session.execute(source.rows(log.seq, log.sealed).order_by(log.seq.desc()).limit(1)).one_or_none()
    if newest is None:
        return 0, None
    seen = register.holds(newest.seq, _mark(newest.sealed))
    if seen is not None:
        return seen, None
    if newest.seq <= register.last_seq:
        register.clear()
    if register.size and not _still_there(session, register, source):
        register.clear()
    for rows, _, _ in _log(
        desk, session, source.columns().where(log.seq > register.last_seq).order_by(log.seq)
    ):
        register.write(rows)
    register.link()
    return None, None


def _still_there(session: Session, register: Register, source: _Source) -> bool:
    """Whether the last row that was taken in is still in the log (it is not when a test, or a restore, undid it)."""
    log = source.model
    sealed = session.scalar(select(log.sealed).where(log.seq == register.last_seq))
    return sealed is not None and _mark(sealed) == register.last_mark()


def _follow_postgresql(
    desk: Desk, session: Session, register: Register, source: _Source
) -> tuple[int | None, LogRows | None]:
    """Take in what no later commit can precede; rows that are committed but not yet settled are laid over it."""
    own: ColumnElement[Any] = literal_column(f"{source.model.__tablename__}.xid")
    number = cast(cast(own, String), BigInteger)
    settled = own < func.pg_snapshot_xmin(func.pg_current_snapshot())
    if register.size:
        transaction, seq = register.cursor
        mark = session.scalar(select(source.model.sealed).where(source.model.seq == seq))
        if mark is None or _mark(mark) != register.last_mark():
            register.clear()
    statement = source.columns().add_columns(number.label("number"), settled.label("settled"))
    if register.size:
        transaction, seq = register.cursor
        after = tuple_(cast(literal(str(transaction)), TransactionId()), literal(seq))
        statement = statement.where(tuple_(own, source.model.seq) > after)
    unsettled = LogRows()
    for rows, last, loose in _log(desk, session, statement.order_by(settled.desc(), own, source.model.seq)):
        if len(rows):
            register.write(rows)
            register.cursor = last
        unsettled.extend(loose)
    register.link()
    return None, unsettled if len(unsettled) else None


def _log(
    desk: Desk, session: Session, statement: Select[*tuple[Any, ...]]
) -> Iterator[tuple[LogRows, tuple[int, int], LogRows]]:
    """Portions of the log, opened: settled rows, the position of the last of them, and rows not yet settled."""
    found = session.execute(statement, execution_options={"yield_per": _PORTION})
    for portion in found.partitions():
        settled = [row for row in portion if len(row) == 4 or row.settled]
        loose = portion[len(settled) :]
        last = (settled[-1].number, settled[-1].seq) if settled and len(settled[-1]) > 4 else (0, 0)
        yield _opened(desk, settled), last, _opened(desk, loose)


def _opened(desk: Desk, rows: Sequence[Any]) -> LogRows:
    return LogRows(
        seq=[row[0] for row in rows],
        case=[row[1].bytes for row in rows],
        recorded=[row[2] for row in rows],
        mark=[_mark(row[3]) for row in rows],
        packed=desk.safe.open_facts((row[1], row[3]) for row in rows),
    )


def _mark(sealed: bytes) -> int:
    """Eight bytes of the seal, which no other row has."""
    return int.from_bytes(sealed[-8:])


def _portions(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
