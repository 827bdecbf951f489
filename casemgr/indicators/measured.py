"""The page of a share, a sum, a middle value or a stock: the form, and one table whose cells open to their cases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.words import _, language
from casemgr.indicators import choices, queries, sheets, silence, splits
from casemgr.indicators.bands import Banding
from casemgr.indicators.board import Asked, without_report
from casemgr.indicators.choices import COUNTED_BY, Form
from casemgr.indicators.outputs.told import said, short_digest, source_lines
from casemgr.indicators.queries import Question
from casemgr.indicators.splits import TOTAL, UNKNOWN, Split
from casemgr.indicators.tables import Row, Table
from casemgr.indicators.terms import Indicator, Kind


@dataclass(frozen=True)
class Line:
    """One row of the table: its label, its kind ('', unknown, sum), and text and address of each cell."""

    label: str
    kind: str
    cells: Sequence[tuple[str | int | None, str]]


@dataclass(frozen=True)
class Measured:
    """Everything on the page."""

    entry: Indicator
    base: Question
    asked: Asked
    unit_name: str
    period: str
    first: str
    columns: Sequence[str]
    lines: Sequence[Line]
    as_of: date
    borders_day: date
    counted_by: str
    digest: str
    form: Form
    bandings: Sequence[Banding]
    sources: Sequence[str]  # of supplied numbers
    opens: bool  # whether its numbers open to their cases for this reader
    empty: bool  # whether others supply them, and have not
    silent: bool  # whether a unit stands in the rows without a report


def measured(desk: Desk, set_: str, code: str, asked: Asked) -> Measured:
    """The page of one indicator that is not a plain count of children by day of receipt."""
    base = sheets.question(desk, set_, code, asked)
    rows, columns, asked_table = sheets.laid_out(asked, base)
    table, by_unit = queries.table(desk, asked_table), asked_table.level is not None
    whole = queries.table(desk, replace(base, splits=columns)) if by_unit else table
    opens = desk.actor.may(Permission.CELL_OPEN)
    column = columns[0] if columns else None
    counted = by_unit and base.entry.kind is Kind.COMPUTED
    silent = silence.silent(desk, table) if counted else frozenset[str]()
    shown = _Shown(asked, base, table, whole, column, opens, silent)
    return Measured(
        entry=base.entry,
        base=base,
        asked=asked,
        unit_name=table.place.name,
        period=base.period.label(language()),
        first=rows[0].title if rows else _("Administrative unit"),
        columns=[
            *([splits.label(column, member) for member in column.members] if column else []),
            _("Total"),
        ],
        lines=shown.lines(rows[0] if rows else None, by_unit=by_unit),
        silent=bool(shown.silent),
        as_of=table.as_of,
        borders_day=table.borders_day,
        counted_by=str(COUNTED_BY[table.counted_by]) if table.counted_by else "",
        digest=short_digest(table.digest),
        form=choices.form(desk, asked, base, whole),
        bandings=[split.banding for split in table.splits if split.banding],
        sources=list(dict.fromkeys((*source_lines(whole), *source_lines(table)))),
        opens=opens,
        empty=all(one.origins is not None and not any(one.origins.values()) for one in (table, whole)),
    )


@dataclass(frozen=True)
class _Shown:
    asked: Asked
    base: Question
    table: Table
    whole: Table
    column: Split | None
    opens: bool
    silent: frozenset[str]

    def lines(self, rows: Split | None, *, by_unit: bool) -> list[Line]:
        found = []
        if rows is not None:
            for member in rows.members:
                kind = "unknown" if member == UNKNOWN else ""
                found.append(self._line(self.table, splits.label(rows, member), kind, {rows: member}))
        elif by_unit:
            for area in self.table.areas:
                kind = "unknown" if area.code.endswith("-unassigned") else ""
                found.append(self._line(self.table, area.name, kind, {}, area.code))
        return [*found, self._line(self.whole, _("Total"), "sum", {})]

    def _line(
        self, table: Table, label: str, kind: str, where: dict[Split, str], area: str | None = None
    ) -> Line:
        members = (*(self.column.members if self.column else ()), TOTAL)
        if area in self.silent:
            return Line(without_report(label), "unknown", [("-", "")] * len(members))
        cells = []
        for member in members:
            here = {**where, **({self.column: member} if self.column and member != TOTAL else {})}
            row = table.row(area or table.place.code, **{split.name: one for split, one in here.items()})
            cells.append((said(self.base.entry, row), self._address(row, here, area) if self.opens else ""))
        return Line(label, kind, cells)

    def _address(self, row: Row, where: dict[Split, str], area: str | None) -> str:
        counted = queries.counted_here(self.base).entry
        if counted.kind is Kind.ENTERED or not (row.value if row.n is None else row.n):
            return ""
        told = {
            "unit": area or self.asked.unit,
            "period": self.asked.period,
            "where": ",".join(f"{split.asked_as}={member}" for split, member in where.items()),
            "as_of": self.asked.as_of,
            "borders": self.table.borders.value,
            "place": self.asked.place,
            "rows": self.asked.rows,
            "columns": self.asked.columns,
        }
        page = f"/indicators/{counted.set}/{counted.code}/cases?"
        return page + urlencode({name: value for name, value in told.items() if value})
