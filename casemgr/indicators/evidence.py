"""What a number was counted from, to be kept: the rows of the log of facts, found again however long ago it was.

A row of the log is never changed, so its number says for ever what a case looked like when it was counted.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Collection, Mapping
from uuid import UUID

from casemgr.access.desk import Desk
from casemgr.indicators import engine, following, land
from casemgr.indicators.arrays import np
from casemgr.indicators.queries import Question, setting_of
from casemgr.indicators.register import Reading
from casemgr.indicators.splits import Split
from casemgr.indicators.tables import Table
from casemgr.places import queries as places


def of(desk: Desk, asked: Question) -> str:
    """The rows from which the table of a question is counted now, packed."""
    found = setting_of(desk, asked)
    chosen = engine.counted_facts(
        found.reading,
        asked.entry,
        asked.period,
        found.grid,
        asked.counted_by,
        decided=True,
        on=found.on(asked.period),
    )
    return pack(chosen.column("seq"))


def pack(numbers: np.ndarray) -> str:
    """Numbers of rows as a short text: sorted, their steps, squeezed."""
    steps = np.diff(np.sort(numbers.astype("<i8")), prepend=0)
    return base64.b85encode(zlib.compress(steps.astype("<i8").tobytes())).decode()


def unpack(packed: str) -> np.ndarray:
    """The numbers of rows again."""
    if not packed:
        return np.empty(0, "i8")
    return np.frombuffer(zlib.decompress(base64.b85decode(packed)), "<i8").cumsum()


class Log:
    """The whole log of one kind of facts, for finding rows again and telling what came before them."""

    def __init__(self, desk: Desk, fact: str) -> None:
        self._all = following.reading(desk, None, fact)
        self._seq = self._all.column("seq")
        self._order = np.argsort(self._seq, kind="stable")

    def rows(self, packed: str) -> Reading:
        """The rows with these numbers, as far as they are still there."""
        wanted = unpack(packed)
        at = np.searchsorted(self._seq, wanted, sorter=self._order)
        at = at[at < len(self._order)]
        places_ = self._order[at]
        return self._all.take(places_[np.isin(self._seq[places_], wanted)])

    def before(self, cases: Collection[bytes], instant: int) -> dict[bytes, int]:
        """The number of the newest row of each of some cases that was recorded up to an instant."""
        held = np.flatnonzero(np.isin(self._all.column("case"), np.array(list(cases), "S16")))
        held = held[self._all.column("recorded")[held] <= instant]
        held = held[np.argsort(self._seq[held], kind="stable")]
        keys = self._all.column("case")[held].tolist()
        return dict(zip(keys, self._seq[held].tolist(), strict=True))

    def at(self, seq: int, column: str) -> int:
        """One number of one row."""
        place = self._order[int(np.searchsorted(self._seq, seq, sorter=self._order))]
        return int(self._all.column(column)[place])

    def has(self, column: str) -> bool:
        """Whether facts of this kind have a column."""
        try:
            self._all.column(column)
        except KeyError:
            return False
        return True


def in_cell(desk: Desk, rows: Reading, table: Table, area: str, where: Mapping[Split, str]) -> Reading:
    """Those of some rows that a number of a table counts: an area, and a member of each split."""
    if table.counted_by is None:  # supplied by others: no case stands behind it
        return rows.take(np.empty(0, "i8"))
    asked = land.asked(places.atlas(desk), area, table.borders_day)
    level = land.level_of(asked, None)
    units = engine.units_in(rows, table.counted_by)
    grid = land.grid(places.atlas(desk), asked, level, table.borders_day, units)
    found = engine.inside(rows, grid, table.counted_by) if len(rows) else rows
    return engine.narrowed(found, table.entry, where, min(table.period.last, table.as_of))


def only(rows: Reading, cases: Collection[bytes]) -> Reading:
    """Those of some rows that are of these cases, or items."""
    return rows.take(np.flatnonzero(np.isin(rows.column("case"), np.array(list(cases), "S16"))))


def case_ids(rows: Reading) -> list[UUID]:
    """The cases of some rows."""
    return sorted(rows.case_ids())
