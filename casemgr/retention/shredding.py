"""Destroying files for good. Commands do it at night, for what two persons have agreed; it may be killed and begun again.

In this order: what is still due is closed to everybody, for good (`begin`); from there nothing leads back, and a run that
was killed is finished by the next. Then the rows by which the people of a file are found go (`forget`), while everything
still opens to the house; then, file by file and each in one transaction, its records are written into the list of the dead, their keys are destroyed,
everything sealed under them is emptied, and what is left is a skeleton of numbers and times (`destroy`).

What is found by record key is found in every table, also in those of tomorrow: whatever is sealed under a record that
dies is emptied.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, delete, or_, select, tuple_, update

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases.models import Case, Disposal
from casemgr.cases.terms import DisposalState
from casemgr.children import index as children_index
from casemgr.children.models import Child, ChildPair, NameToken
from casemgr.core.calendar import local_day
from casemgr.core.db import Model
from casemgr.core.portions import portions
from casemgr.exchange.models import GivenAnswer
from casemgr.files.models import CaseFile, FileChunk
from casemgr.files.terms import State
from casemgr.intake.models import Report, ReportEvent
from casemgr.lives.models import ChildMerge
from casemgr.proceedings.models import Proceeding, ProceedingToken
from casemgr.proceedings.tokens import Posting
from casemgr.retention import queries
from casemgr.retention.terms import KindCode, Standing
from casemgr.safeguards.models import PersonMark
from casemgr.security.parts import RecordKey, named, sealed_parts_of
from casemgr.security.tokens import Posted

_AT_ONCE = 500
_PORTION = 5000
_HANGS_ON = (("case_id", "case"), ("child_id", "child"), ("report_id", "report"))
NoteDead = Callable[[Iterable[bytes]], object]
OpenDesk = Callable[[bool], AbstractContextManager[Desk]]


@dataclass(frozen=True)
class Doomed:
    """What goes with some files: their cases and reports, and the children of whom no other file is left."""

    reports: frozenset[UUID]
    cases: frozenset[UUID]
    children: frozenset[int]

    def keys(self, of: str) -> frozenset[Any]:
        """The numbers of one kind."""
        found: dict[str, frozenset[Any]] = {
            "case": self.cases,
            "child": self.children,
            "report": self.reports,
        }
        return found[of]


def doomed_by(desk: Desk, report_ids: Collection[UUID], *, restored: bool = False) -> Doomed:
    """What goes when these reports go. In a restored database whoever has a key lives: it does not know of newer files."""
    reports = frozenset(report_ids)
    rows = desk.rows(select(Case.id, Case.child_id).where(Case.report_id.in_(reports)))
    children = {row.child_id for row in rows}
    left = set(
        desk.all(
            select(Case.child_id)
            .where(Case.child_id.in_(children), Case.report_id.not_in(reports), Case.shredded_at.is_(None))
            .join(Child, Child.id == Case.child_id)
            .where(Child.shredded_at.is_(None))
        )
    )
    going = children - left
    newly = going
    while newly:
        newly = _merged_into(desk, newly) - going
        going |= newly
    if restored:
        living = _living(desk, {named(child_id) for child_id in going})
        going = {child_id for child_id in going if named(child_id) not in living}
    return Doomed(reports, frozenset(row.id for row in rows), frozenset(going))


def _merged_into(desk: Desk, children: Collection[int]) -> set[int]:
    """The files that were given up for those of some children."""
    return set(
        desk.all(
            select(ChildMerge.given_up_id)
            .join(Child, Child.id == ChildMerge.given_up_id)
            .where(
                ChildMerge.kept_id.in_(children),
                ChildMerge.is_one,
                Child.state == "merged",
            )
        )
    )


def _living(desk: Desk, records: Collection[bytes]) -> set[bytes]:
    """Those of some records that have a key."""
    statement = select(RecordKey.record)
    return {
        record
        for portion in portions(sorted(records), _AT_ONCE)
        for record in desk.all(statement.where(RecordKey.record.in_(portion)))
    }


# ---- the point of no return ---------------------------------------------------------------------------------------


@action("destruction of a file begun", needs=Permission.MAINTAIN)
def begin(desk: Desk, report: Report) -> Report | None:
    """Close a file to everybody, for good, if it is still due; its keys are destroyed after that.

    Who holds it, reopens it or adds to it at this moment is waited for, or finds that the row has changed.
    """
    mine = Case.report_id == report.id
    children = select(Case.child_id).where(mine)
    for which in (
        select(Disposal.id).where(Disposal.report_id == report.id).order_by(Disposal.id),
        select(Child.id).where(Child.id.in_(children)).order_by(Child.id),
        select(Case.id).where(mine).order_by(Case.id),
    ):
        desk.rows(which.with_for_update())
    agreed = queries.disposals(desk, [report.id], DisposalState.AGREED)
    if not agreed or queries.verdicts(desk, [report.id])[report.id].standing is not Standing.DUE:
        return None
    _hide(desk, doomed_by(desk, {report.id}), DisposalState.GOING)
    return report


def _hide(desk: Desk, doomed: Doomed, state: DisposalState) -> None:
    for table, ids in ((Report, doomed.reports), (Case, doomed.cases), (Child, doomed.children)):
        _mark(desk, table, table.id.in_(ids), shredded_at=desk.now, version=table.version + 1)
    _mark(
        desk,
        Disposal,
        Disposal.report_id.in_(doomed.reports),
        state=state,
        done_at=desk.now,
        version=Disposal.version + 1,
    )


# ---- the rows by which people are found ---------------------------------------------------------------------------


def forget(open_desk: OpenDesk, doomed: Doomed, *, told: Callable[[str, int], None] = lambda *_: None) -> int:
    """Take away every row of an index that leads to what is doomed; gives how many.

    A child's rows follow from its file. Each row of an index is looked at only where they do not: of a child whose key a
    restore has not given back, of people who stood in a case once, of decisions.
    """
    with open_desk(False) as desk:
        decisions = frozenset(
            desk.all(select(Proceeding.decision_id).where(Proceeding.case_id.in_(doomed.cases)))
        )
        living = _living(desk, {named(child_id) for child_id in doomed.children})
    opening = {child_id for child_id in doomed.children if named(child_id) in living}
    gone = 0
    for portion in portions(sorted(opening), _AT_ONCE):
        with open_desk(True) as desk:
            gone += children_index.forget(desk, portion)
    for index in (
        _Rows(NameToken, (NameToken.token, NameToken.posting), doomed.children - opening, _of_children),
        _Rows(PersonMark, (PersonMark.id,), doomed.cases, _of_cases),
        _Rows(ProceedingToken, (ProceedingToken.id,), decisions, _of_decisions),
    ):
        if index.owners:
            gone += index.forget(open_desk, told)
    return gone


@dataclass(frozen=True)
class _Rows:
    """The rows of one index, walked from end to end in the order of their key."""

    table: Any
    key: tuple[Any, ...]
    owners: frozenset[Any]
    owners_of: Callable[[Desk, Sequence[Any]], Sequence[Any]]

    def forget(self, open_desk: OpenDesk, told: Callable[[str, int], None]) -> int:
        """Take away those that lead to an owner."""
        gone, looked, after = 0, 0, None
        key = tuple_(*self.key)
        while True:
            statement = select(*self.key, self.table.token, self.table.posting).order_by(*self.key)
            if after is not None:
                statement = statement.where(key > after)
            with open_desk(False) as desk:
                rows = desk.rows(statement.limit(_PORTION))
                owners = self.owners_of(desk, rows)
            mine = [
                tuple(row[: len(self.key)])
                for row, owner in zip(rows, owners, strict=True)
                if owner in self.owners
            ]
            if mine:
                with open_desk(True) as desk:
                    doomed = delete(self.table).where(key.in_(mine))
                    desk.session.execute(doomed, execution_options={"synchronize_session": False})
            gone, looked = gone + len(mine), looked + len(rows)
            told(self.table.__tablename__, looked)
            if len(rows) < _PORTION:
                return gone
            after = tuple(rows[-1][: len(self.key)])


def _of_children(desk: Desk, rows: Sequence[Any]) -> Sequence[Any]:
    return desk.safe.index.owners([Posted(row.token, row.posting) for row in rows])


def _of_cases(desk: Desk, rows: Sequence[Any]) -> Sequence[Any]:
    return [UUID(bytes=desk.safe.open_posting(row.token, row.posting)) for row in rows]


def _of_decisions(desk: Desk, rows: Sequence[Any]) -> Sequence[Any]:
    plain = (desk.safe.open_posting(row.token, row.posting) for row in rows)
    return [Posting.unpacked(one).decision_id for one in plain]


# ---- keys, parts, plain leftovers ---------------------------------------------------------------------------------


@action("file destroyed", needs=Permission.MAINTAIN)
def destroy(desk: Desk, report: Report, *, note_dead: NoteDead, restored: bool = False) -> Report:
    """Destroy the file of one report: nothing of it opens any more, here or anywhere that has what is here."""
    doomed = doomed_by(desk, {report.id}, restored=restored)
    records = _records(desk, doomed)
    if restored:
        records -= _living(desk, records)
    note_dead(sorted(records))
    close(desk, records)
    _empty(desk, doomed)
    desk.record("keys destroyed", report.number, count=len(records))
    return report


def close(desk: Desk, records: Collection[bytes]) -> None:
    """Destroy the keys of records, and empty whatever is sealed under them, in whichever table it stands."""
    for portion in portions(sorted(records), _AT_ONCE):
        desk.session.execute(
            delete(RecordKey).where(RecordKey.record.in_(portion)),
            execution_options={"synchronize_session": False},
        )
        for table in _sealed_tables():
            _empty_parts(desk, table, portion)


def _empty_parts(desk: Desk, table: type[Any], records: Sequence[bytes]) -> None:
    for record in {part.record for part in sealed_parts_of(table)}:
        parts = [part for part in sealed_parts_of(table) if part.record == record]
        column = getattr(table, record)
        keys = _as_keys(column, records)
        if not keys:
            continue
        columns = [getattr(table, part.column) for part in parts]
        full = (column.in_(keys), or_(*(one.is_not(None) for one in columns)))
        found = desk.rows(
            select(getattr(table, parts[0].row), *(one.is_not(None) for one in columns)).where(*full)
        )
        for place, part in enumerate(parts):
            desk.removed(table.__tablename__, [row[0] for row in found if row[1 + place]], [part.name])
        if found:
            desk.session.execute(
                update(table).where(*full).values({one.key: None for one in columns}),
                execution_options={"synchronize_session": False},
            )


def _as_keys(column: Any, records: Sequence[bytes]) -> list[Any]:
    """Records as a column names them: a child by its number, anything else by its identifier."""
    of_children = isinstance(column.type, BigInteger)
    chosen = [record for record in records if (record[:8] == bytes(8)) is of_children]
    return [int.from_bytes(one, "big") if of_children else UUID(bytes=one) for one in chosen]


def _records(desk: Desk, doomed: Doomed) -> set[bytes]:
    """Every record whose key goes: of the file itself, and of rows that hang on it and have a key of their own."""
    ids: tuple[UUID | int, ...] = (*doomed.reports, *doomed.cases, *doomed.children)
    found = {named(one) for one in ids}
    for table in _sealed_tables():
        own = {part.record for part in sealed_parts_of(table)} - {name for name, _ in _HANGS_ON} - {"kept_id"}
        for name, of in _HANGS_ON:
            if own and hasattr(table, name):
                columns = [getattr(table, one) for one in sorted(own)]
                for row in desk.rows(select(*columns).where(getattr(table, name).in_(doomed.keys(of)))):
                    found |= {named(one) for one in row}
    return found


def _empty(desk: Desk, doomed: Doomed) -> None:
    """What is plain and points outside goes; what numbers and times there are stays. The line on the list tells of it."""
    _hide(desk, doomed, DisposalState.DESTROYED)
    _mark(desk, Report, Report.id.in_(doomed.reports), reference=None)
    _mark(desk, ReportEvent, ReportEvent.report_id.in_(doomed.reports), reference=None)
    _mark(
        desk,
        CaseFile,
        CaseFile.case_id.in_(doomed.cases) & (CaseFile.state != State.REMOVED),
        state=State.REMOVED,
        removed_at=desk.now,
        removed_by=desk.actor.id,
    )
    for table, gone in (
        (FileChunk, FileChunk.case_id.in_(doomed.cases)),
        (GivenAnswer, GivenAnswer.report_id.in_(doomed.reports)),
        (ChildPair, ChildPair.first_id.in_(doomed.children) | ChildPair.second_id.in_(doomed.children)),
    ):
        desk.session.execute(delete(table).where(gone), execution_options={"synchronize_session": False})


def _mark(desk: Desk, table: type[Any], which: Any, **values: object) -> None:
    desk.session.execute(
        update(table).where(which).values(**values), execution_options={"synchronize_session": False}
    )


# ---- after a restore ----------------------------------------------------------------------------------------------


@action("shredded records buried again", needs=Permission.MAINTAIN)
def bury(desk: Desk, records: Collection[bytes], *, note_dead: NoteDead) -> Sequence[Report]:
    """Bring a database that was restored from before in line: what has no key any more is destroyed here as well."""
    note_dead(sorted(records))
    reports = reports_among(desk, records)
    ids = sorted(UUID(bytes=record) for record in records if record[:8] != bytes(8))
    for portion in portions(ids, _AT_ONCE):
        removed = CaseFile.id.in_(portion)
        _mark(desk, CaseFile, removed, state=State.REMOVED, removed_at=desk.now, removed_by=desk.actor.id)
        gone = delete(FileChunk).where(FileChunk.file_id.in_(portion))
        desk.session.execute(gone, execution_options={"synchronize_session": False})
    close(desk, records)
    buried = []
    for report_id in sorted(reports):
        _note_end(desk, report_id)
        report = desk.session.get_one(Report, report_id)
        buried.append(destroy(desk, report, note_dead=note_dead, restored=True))
    return buried


def reports_among(desk: Desk, records: Collection[bytes]) -> set[UUID]:
    """The reports among some records."""
    ids = sorted(UUID(bytes=record) for record in records if record[:8] != bytes(8))
    return {
        one
        for portion in portions(ids, _AT_ONCE)
        for one in desk.all(select(Report.id).where(Report.id.in_(portion)))
    }


def unburied(desk: Desk, is_dead: Callable[[bytes], bool]) -> Sequence[bytes]:
    """Reports that were shredded and whose words are back without a key: a restore was interrupted.

    One without a key that is not on the list of the dead is a fault of the database, and nothing of it is touched.
    """
    full = or_(*(getattr(Report, part.column).is_not(None) for part in sealed_parts_of(Report)))
    ids = desk.all(select(Report.id).where(Report.shredded_at.is_(None), full))
    records = {named(report_id) for report_id in ids}
    return sorted(filter(is_dead, records - _living(desk, records)))


def _note_end(desk: Desk, report_id: UUID) -> None:
    """A line on the list for a file whose end the restored database does not know of."""
    known = {row.case_id for row in queries.disposals(desk, [report_id])}
    for case, number in desk.rows(
        select(Case, Report.number)
        .join(Report, Report.id == Case.report_id)
        .where(Case.report_id == report_id)
    ):
        if case.id not in known:
            desk.add(line_of(desk, case, number, rule=KindCode.CASE_FILE, state=DisposalState.AGREED))
    desk.flush()


def line_of(desk: Desk, case: Case, report_number: str, *, rule: KindCode, state: DisposalState) -> Disposal:
    """A line on the list."""
    return Disposal(
        id=desk.id(),
        case_id=case.id,
        report_id=case.report_id,
        number=case.number,
        report_number=report_number,
        unit_id=case.unit_id,
        restricted=case.restricted,
        state=state,
        rule=rule,
        keep_until=local_day(desk.now),
        found_at=desk.now,
    )


def _sealed_tables() -> list[type[Any]]:
    """Every table with sealed parts, in an order that does not change."""
    tables = [mapper.class_ for mapper in Model.registry.mappers if sealed_parts_of(mapper.class_)]
    return sorted(tables, key=lambda table: str(table.__tablename__))
