"""The table on the page of one indicator, row by row: figures, links, bars, what awaits a decision, the chosen cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from casemgr.access.actor import Actor
from casemgr.access.permissions import Permission
from casemgr.core.words import _, language
from casemgr.indicators import splits
from casemgr.indicators.splits import TOTAL, UNKNOWN, Split
from casemgr.indicators.tables import Table
from casemgr.web import charts
from casemgr.web.charts import Stack, Tone

_TONES = (Tone.DARK, Tone.LIGHT, Tone.MID)


@dataclass(frozen=True)
class Asked:
    """The page's form as it was filled in."""

    unit: str
    period: str
    rows: str
    columns: str
    as_of: str
    borders: str
    place: str
    row: str
    column: str
    look: str = ""  # what stands above the table

    def address(self, **changes: str) -> str:
        """The query of the page with some fields changed; empty fields are left out."""
        told = {name: value for name, value in {**self.__dict__, **changes}.items() if value}
        return "?" + urlencode(told)


@dataclass(frozen=True)
class Line:
    """One row of the page's table."""

    label: str
    kind: str  # '', unknown, sum
    cells: Sequence[tuple[int | str, str]]
    stack: Stack | None = None
    remark: str = ""


def without_report(unit: str) -> str:
    """What stands before the row of a unit that has nothing to say."""
    return _("%(unit)s: no report", unit=unit)


@dataclass(frozen=True)
class Picked:
    """The chosen cell."""

    value: int
    words: str
    address: str  # of the list behind it; empty when this person may not open it


@dataclass(frozen=True)
class Board:
    """The table of the page, row by row."""

    asked: Asked
    table: Table
    whole: Table
    waiting: Table
    waiting_whole: Table
    row_split: Split | None
    column_split: Split | None
    silent: frozenset[str] = frozenset()  # rows of units without a report

    @property
    def members(self) -> Sequence[str]:
        return self.column_split.members if self.column_split else ()

    @property
    def keys(self) -> Sequence[str]:
        """The rows before the sum: members of the split, or codes of units."""
        if self.row_split:
            return self.row_split.members
        return [area.code for area in self.table.areas] if self.table is not self.whole else ()

    def headings(self) -> Sequence[str]:
        names = (
            [splits.label(self.column_split, member) for member in self.members] if self.column_split else []
        )
        return [*names, _("Total"), *([_("Awaiting a decision")] if self._shows_waiting() else [])]

    def lines(self) -> Sequence[Line]:
        stacks = charts.stacks([self.pieces(key) for key in self.keys]) if self.keys else ()
        lines = [self._line(key, stack) for key, stack in zip(self.keys, stacks, strict=True)]
        return [*lines, self._line(TOTAL, None)]

    def value(self, row: str, column: str) -> int:
        dims = {self.column_split.name: column} if self.column_split else {}
        if row == TOTAL:
            return self.whole.value(self.whole.place.code, **dims)
        if self.row_split:
            return self.table.value(self.table.place.code, **dims, **{self.row_split.name: row})
        return self.table.value(row, **dims)

    def pending(self, row: str) -> int:
        if row == TOTAL:
            return self.waiting_whole.value()
        if self.row_split:
            return self.waiting.value(None, **{self.row_split.name: row})
        return self.waiting.value(row)

    def picked_at(self) -> tuple[int, int] | None:
        rows, columns = [*self.keys, TOTAL], [*self.members, TOTAL]
        if self.asked.row in self.silent:
            return None
        if self.asked.row in rows and self.asked.column in columns:
            return rows.index(self.asked.row), columns.index(self.asked.column)
        return None

    def picked(self, actor: Actor, at: tuple[int, int] | None) -> Picked | None:
        if at is None:
            return None
        row, column = self.asked.row, self.asked.column
        by_area = self.row_split is None and row != TOTAL
        said = [self.row_label(row)] if row != TOTAL else []
        if self.column_split and column != TOTAL:
            said.append(splits.label(self.column_split, column))
        where = [f"{self.row_split.asked_as}={row}"] if self.row_split and row != TOTAL else []
        if self.column_split and column != TOTAL:
            where.append(f"{self.column_split.asked_as}={column}")
        told = {
            "unit": row if by_area else self.asked.unit,
            "period": self.asked.period,
            "where": ",".join(where),
            "as_of": self.asked.as_of,
            "borders": self.table.borders.value,
            "place": self.asked.place,
            "rows": self.asked.rows,
            "columns": self.asked.columns,
            "row": row,
            "column": column,
        }
        address = "?" + urlencode({name: value for name, value in told.items() if value})
        value = self.value(row, column)
        opens = actor.may(Permission.CELL_OPEN) and value > 0
        return Picked(
            value, ", ".join([*said, self.table.period.label(language())]), address if opens else ""
        )

    def tones(self) -> Sequence[tuple[str, Tone]]:
        known = [member for member in self.members if member != UNKNOWN]
        if not self.stacked:
            return [(_("Total"), Tone.MID)]
        assert self.column_split is not None
        return [
            *(
                (splits.label(self.column_split, member), tone)
                for member, tone in zip(known, _TONES, strict=False)
            ),
            (splits.label(self.column_split, UNKNOWN), Tone.UNKNOWN),
        ]

    def overlaps(self) -> bool:
        """Whether rows or columns give more than the totals, because a child is in several."""
        rows = [key for key in self.keys if self._is_in_total(self.row_split, key)]
        columns = [member for member in self.members if self._is_in_total(self.column_split, member)]
        over_rows = (
            sum(self.value(key, TOTAL) for key in rows) != self.value(TOTAL, TOTAL) if self.keys else False
        )
        over_columns = any(
            sum(self.value(key, member) for member in columns) != self.value(key, TOTAL)
            for key in (*self.keys, TOTAL)
            if self.members
        )
        return over_rows or over_columns

    def _is_in_total(self, split: Split | None, member: str) -> bool:
        """Whether the total holds a member: of decisions it holds those that the indicator counts."""
        decided = self.table.entry.decided
        return split is None or split.key.column != decided.column or member in decided.codes

    @property
    def _shows_more(self) -> bool:
        """Whether rows or columns stand there that the total does not hold."""
        return not all(
            self._is_in_total(split, member)
            for split in (self.row_split, self.column_split)
            if split is not None
            for member in split.members
        )

    def row_label(self, row: str) -> str:
        if row == TOTAL:
            return _("Total")
        if self.row_split:
            return splits.label(self.row_split, row)
        return next(area.name for area in self.table.areas if area.code == row)

    def _line(self, row: str, stack: Stack | None) -> Line:
        if row in self.silent:
            return Line(without_report(self.row_label(row)), "unknown", [("-", "")] * len(self.headings()))
        cells = [(self.value(row, column), self._link(row, column)) for column in (*self.members, TOTAL)]
        if self._shows_waiting():
            cells.append((self.pending(row), ""))
        if row == TOTAL:
            return Line(self.row_label(row), "sum", cells, None, self._remark())
        unknown = row == UNKNOWN or row.endswith("-unassigned")
        return Line(self.row_label(row), "unknown" if unknown else "", cells, stack)

    def _remark(self) -> str:
        if self.overlaps():
            return _("may overlap")
        return _("only accepted reports") if self._shows_more else _("rows and columns add up")

    def _link(self, row: str, column: str) -> str:
        return f"{self._here}&{urlencode({'row': row, 'column': column})}#cell"

    @cached_property
    def _here(self) -> str:
        """The page without a chosen cell: a table has hundreds of links to it."""
        return self.asked.address(row="", column="")

    def pieces(self, row: str) -> Sequence[tuple[int, Tone]]:
        """A row cut by the members of the columns, where that can be drawn; else its total."""
        if not self.stacked:
            return [(self.value(row, TOTAL), Tone.MID)]
        known = [member for member in self.members if member != UNKNOWN]
        pieces = [(self.value(row, member), tone) for member, tone in zip(known, _TONES, strict=False)]
        return [*pieces, (self.value(row, UNKNOWN), Tone.UNKNOWN)]

    @property
    def stacked(self) -> bool:
        """Whether the columns cut each row into pieces that can be told apart."""
        split = self.column_split
        return (
            split is not None
            and not split.overlaps
            and UNKNOWN in split.members
            and len(split.members) <= len(_TONES) + 1
        )

    def _shows_waiting(self) -> bool:
        return "decision" not in self.table.names
