"""Why two versions of a return differ: cell by cell, which cases came in, went out or changed, told from the facts."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from casemgr.access.desk import Desk
from casemgr.core.words import Later, _l
from casemgr.indicators import evidence, freezing
from casemgr.indicators.register import Reading, microseconds
from casemgr.indicators.splits import TOTAL, Split
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import FrozenTable, Measure
from casemgr.reporting import frozen as keeping
from casemgr.reporting.terms import Frozen


class Cause(StrEnum):
    """Why a case is counted in one version and not, or otherwise, in the other."""

    LATE = "late"  # nothing of it was recorded when the version before was signed
    DECISION = "decision"
    MERGED = "merged"
    MOVED = "moved"  # to another unit
    CORRECTED = "corrected"
    CATALOGUE = "catalogue"
    BORDERS = "borders"
    GONE = "gone"  # the row of the log is not there any more: the cause cannot be told


CAUSES: Mapping[Cause, Later] = {
    Cause.LATE: _l("recorded after the version before was signed"),
    Cause.DECISION: _l("the decision on the report was changed"),
    Cause.MERGED: _l("files of one child were joined or taken apart"),
    Cause.MOVED: _l("the commune was corrected"),
    Cause.CORRECTED: _l("what was recorded was corrected"),
    Cause.CATALOGUE: _l("the rule of counting was changed"),
    Cause.BORDERS: _l("borders were changed"),
    Cause.GONE: _l("the cause cannot be told any more"),
}
_BY_COLUMN: Sequence[tuple[Cause, tuple[str, ...]]] = (
    (Cause.DECISION, ("decision",)),
    (Cause.MERGED, ("child",)),
    (Cause.MOVED, ("incident_unit", "triage_unit", "unit")),
)


@dataclass(frozen=True)
class Moves:
    """The cases that make the difference of one number, by what happened to them, and why."""

    entered: tuple[UUID, ...] = ()
    left: tuple[UUID, ...] = ()
    changed: tuple[UUID, ...] = ()
    causes: Mapping[Cause, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One number that differs."""

    table: str
    area: str
    members: tuple[str, ...]
    before: int | None
    after: int | None
    before_of: int | None
    after_of: int | None
    moves: Moves

    @property
    def total(self) -> bool:
        return all(member == TOTAL for member in self.members)


_Number = tuple[int | None, int | None]  # a number, and what it was taken from
_Differs = tuple[FrozenTable, str, tuple[str, ...], _Number, _Number]


def changed_cells(old: Frozen, new: Frozen) -> Sequence[_Differs]:
    """The numbers that differ, without their causes: what one version has not is none, never zero. Cheap."""
    nothing: _Number = (None, None)
    before = {table.key: table for table in old.tables}
    found: list[_Differs] = []
    for table in new.tables:
        was = before.pop(table.key, None)
        numbers: dict[tuple[str, tuple[str, ...]], _Number] = (
            {(area, members): value for area, members, value in freezing.cells(was)} if was else {}
        )
        for area, members, value in freezing.cells(table):
            old_value = numbers.pop((area, members), nothing)
            if value != old_value and not (old_value == nothing and not any(value)):
                found.append((table, area, members, old_value, value))
        found += [
            (table, area, members, value, nothing) for (area, members), value in numbers.items() if any(value)
        ]
    for table in before.values():
        found += [
            (table, area, members, value, nothing)
            for area, members, value in freezing.cells(table)
            if any(value)
        ]
    return found


class Explaining:
    """Tells why numbers of two versions differ; the logs are read once for each kind of facts."""

    def __init__(self, desk: Desk, old: Frozen, new: Frozen, place: str, period: str) -> None:
        self.desk, self.old, self.new = desk, old, new
        self.place, self.period = place, period
        self._logs: dict[str, evidence.Log] = {}
        self._old_tables = {table.key: table for table in old.tables}
        self._new_tables = {table.key: table for table in new.tables}

    def changes(self) -> Sequence[Change]:
        """Every number that differs, with its causes: the totals first, one that stands in several tables once."""
        found: dict[object, _Differs] = {}
        for one in changed_cells(self.old, self.new):
            found.setdefault(_sameness(one), one)
        return [
            Change(
                table.key,
                area,
                members,
                before[0],
                after[0],
                before[1],
                after[1],
                self._moves(table, area, members),
            )
            for table, area, members, before, after in sorted(found.values(), key=_totals_first)
        ]

    def _moves(self, table: FrozenTable, area: str, members: tuple[str, ...]) -> Moves:
        was, now = self._old_tables.get(table.key), self._new_tables.get(table.key)
        whole = keeping.table_of(
            self.desk, self.new if now else self.old, now or table, self.place, self.period
        )
        measure = whole.entry.measure
        if measure is Measure.SHARE:  # its N is told: whoever is of its n is in it
            whole = replace(whole, entry=replace(whole.entry, measure=Measure.COUNT))
        log = self._log(whole.entry.fact)
        where = {
            split: member for split, member in zip(whole.splits, members, strict=True) if member != TOTAL
        }
        before = self._behind(log, self.old, was, whole, area, where)
        after = self._behind(log, self.new, now, whole, area, where)
        moves = self._compared(log, measure, before, after)
        general = self._general(was, now, area)
        return Moves(moves.entered, moves.left, moves.changed, {**moves.causes, **general})

    def _general(self, was: FrozenTable | None, now: FrozenTable | None, area: str) -> Mapping[Cause, int]:
        """What is not the doing of single cases: another rule of counting, other borders."""
        if was is None or now is None or was.rule != now.rule:
            return {Cause.CATALOGUE: 0}
        known = {code for code, _name in was.areas} & {code for code, _name in now.areas}
        return {} if self.old.borders_day == self.new.borders_day or area in known else {Cause.BORDERS: 0}

    def _log(self, fact: str) -> evidence.Log:
        if fact not in self._logs:
            self._logs[fact] = evidence.Log(self.desk, fact)
        return self._logs[fact]

    def _behind(
        self,
        log: evidence.Log,
        version: Frozen,
        table: FrozenTable | None,
        whole: Table,
        area: str,
        where: Mapping[Split, str],
    ) -> Reading | None:
        packed = version.evidence.get(table.entry, "") if table else ""
        rows = log.rows(packed) if packed else None
        return evidence.in_cell(self.desk, rows, whole, area, where) if rows is not None else None

    def _compared(
        self, log: evidence.Log, measure: Measure, before: Reading | None, after: Reading | None
    ) -> Moves:
        old, new = _by_case(before), _by_case(after)
        causes = Counter(self._came(log, case, new[case]) for case in new.keys() - old.keys())
        causes.update(self._went(log, case, old[case]) for case in old.keys() - new.keys())
        differs = {
            case: _cause(log, old[case], new[case])
            for case in old.keys() & new.keys()
            if old[case] != new[case]
        }
        if (
            measure is Measure.COUNT
        ):  # a file that stayed counts otherwise only where its child became another
            differs = {case: cause for case, cause in differs.items() if cause is Cause.MERGED}
        causes.update(differs.values())
        return Moves(
            _cases(after, new.keys() - old.keys()),
            _cases(before, old.keys() - new.keys()),
            _cases(after, differs.keys()),
            dict(causes),
        )

    def _came(self, log: evidence.Log, case: bytes, seq: int) -> Cause:
        """Why a case is in the number now: unknown when the version before was signed, or known and otherwise."""
        known = self._known(log, case, self.old.as_of)
        return Cause.LATE if known is None else _cause(log, known, seq)

    def _went(self, log: evidence.Log, case: bytes, seq: int) -> Cause:
        now = self._known(log, case, self.new.as_of)
        return Cause.GONE if now is None else _cause(log, seq, now)

    @staticmethod
    def _known(log: evidence.Log, case: bytes, at: datetime) -> int | None:
        return log.before([case], microseconds(at)).get(case)


def _cause(log: evidence.Log, old: int, new: int) -> Cause:
    for cause, columns in _BY_COLUMN:
        if any(log.has(name) and log.at(old, name) != log.at(new, name) for name in columns):
            return cause
    return Cause.CORRECTED


def _sameness(one: _Differs) -> tuple[str, str, frozenset[tuple[str, str]]]:
    """What makes two cells the same number: the entry, the area, and the members that are not totals."""
    table, area, members, _before, _after = one
    named = zip((split.asked_as for split in table.splits), members, strict=True)
    return table.entry, area, frozenset(pair for pair in named if pair[1] != TOTAL)


def _totals_first(one: _Differs) -> int:
    return sum(member != TOTAL for member in one[2])


def _by_case(rows: Reading | None) -> dict[bytes, int]:
    """The row of each case, or of each item where those are counted."""
    if rows is None:
        return {}
    return dict(zip(rows.column("case").tolist(), rows.column("seq").tolist(), strict=True))


def _cases(rows: Reading | None, keys: Set[bytes]) -> tuple[UUID, ...]:
    if rows is None or not keys:
        return ()
    return tuple(evidence.case_ids(evidence.only(rows, keys)))
