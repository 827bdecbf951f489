"""A sheet of hotline 111 as it is printed: rows by groups of columns under two-level headings, each number one of a table."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.periods import Period
from casemgr.core.words import _
from casemgr.indicators import board, queries, sheets, splits
from casemgr.indicators.catalogue.hotline import FIVE, SET, UNSORTED, Form, Group
from casemgr.indicators.queries import Question
from casemgr.indicators.splits import TOTAL, UNKNOWN, Split
from casemgr.indicators.tables import Table, percent
from casemgr.indicators.terms import BELOW
from casemgr.law.vocabulary import vocabulary

NOTHING_FILLS_IT = None


@dataclass(frozen=True)
class Asked:
    """For which unit and period, as of when."""

    unit: str
    period: str
    as_of: str = ""

    def address(self, **more: str) -> str:
        """The query of a page about the same."""
        told = {"unit": self.unit, "period": self.period, "as_of": self.as_of, **more}
        return "?" + urlencode({name: value for name, value in told.items() if value})


@dataclass(frozen=True)
class Cell:
    """A number, or a share in per cent. No value: nothing recorded here can fill it, or there is nothing to take it from."""

    value: int | float | None
    share: bool = False
    address: str = ""  # of the cases behind it


@dataclass(frozen=True)
class Line:
    """One row: what stands at its head, how deep it stands under others, its kind ('', upper, unknown, sum)."""

    labels: tuple[str, ...]
    cells: Sequence[Cell]
    depth: int = 0
    kind: str = ""


@dataclass(frozen=True)
class Heading:
    """Columns under one heading; a column of shares has another look."""

    label: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Everything on one sheet."""

    form: Form
    asked: Asked
    place: str
    place_code: str
    period: Period
    stubs: tuple[str, ...]
    headings: Sequence[Heading]
    lines: Sequence[Line]
    notes: Sequence[str]
    total: int
    as_of: date
    made_at: datetime
    digest: str

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.stubs) + sum(len(heading.columns) for heading in self.headings)


@dataclass(frozen=True)
class _Column:
    """One column: the member of its split, and whether it shows the share of the whole."""

    group: int
    label: str
    member: str
    share: bool = False


def sheet(desk: Desk, form: Form, asked: Asked) -> Sheet:
    """One sheet, counted now or as of a past day."""
    return _Layout(desk, form, asked).sheet()


def question(desk: Desk, code: str, asked: Asked) -> Question:
    """What the tables of a sheet are asked."""
    plain = board.Asked(asked.unit, asked.period, "", "", asked.as_of, "", "", "", "")
    return sheets.question(desk, SET, code, plain)


class _Layout:
    def __init__(self, desk: Desk, form: Form, asked: Asked) -> None:
        self.desk, self.form, self.asked = desk, form, asked
        self.base = question(desk, form.code, asked)
        self.rows = splits.one(form.rows, self.base.period)
        self.opens = desk.actor.may(Permission.CELL_OPEN)
        self.columns_of = [
            splits.one(group.key, self.base.period) if group.key else None for group in form.groups
        ]
        self.tables: dict[Split | None, Table] = {}
        for split in (None, *self.columns_of):
            if split not in self.tables:
                kept = (self.rows,) if split is None else (self.rows, split)
                self.tables[split] = queries.table(desk, replace(self.base, splits=kept))
        self.whole = self.tables[None]
        self.total = self.whole.value()

    def sheet(self) -> Sheet:
        columns = list(self._columns())
        areas = self._areas() if self.form.by_area else None
        lines = list(self._by_area(areas) if areas else self._lines(columns))
        counted = [*self.tables.values(), *([areas] if areas else [])]
        return Sheet(
            form=self.form,
            asked=self.asked,
            place=self.whole.place.name,
            place_code=self.whole.place.code,
            period=self.base.period,
            stubs=(str(self.form.row_heading), *([_("Area")] if areas else [])),
            headings=self._headings(columns),
            lines=lines,
            notes=list(self._notes()),
            total=self.total,
            as_of=self.whole.as_of,
            made_at=self.whole.made_at,
            digest=hashlib.sha256("\n".join(table.digest for table in counted).encode()).hexdigest(),
        )

    # ---- columns --------------------------------------------------------------------------------------------------

    def _columns(self) -> Iterator[_Column]:
        """The number of the whole row first, unless the form begins with it; then the groups."""
        if self.form.groups[0].key:
            yield _Column(-1, _("All"), TOTAL)
        for place, (group, split) in enumerate(zip(self.form.groups, self.columns_of, strict=True)):
            for member, label in _members(group, split):
                yield _Column(place, label, member)
                if group.shares:
                    yield _Column(place, "%", member, share=True)

    def _headings(self, columns: Sequence[_Column]) -> list[Heading]:
        found = [Heading(_("Total"), (_("All"),))] if columns[0].group < 0 else []
        return [
            *found,
            *(
                Heading(
                    str(group.heading), tuple(column.label for column in columns if column.group == place)
                )
                for place, group in enumerate(self.form.groups)
            ),
        ]

    # ---- rows -----------------------------------------------------------------------------------------------------

    def _lines(self, columns: Sequence[_Column]) -> Iterator[Line]:
        for member in self.rows.members:
            yield Line(
                (row_label(self.rows, member),),
                [self._cell(member, column) for column in columns],
                len(splits.above(self.rows.key.codes, member)) if self.rows.key.tree else 0,
                self._kind(member),
            )
        yield Line((_("Total"),), [self._cell(TOTAL, column) for column in columns], 0, "sum")

    def _kind(self, member: str) -> str:
        if member == UNKNOWN:
            return "unknown"
        return "upper" if self.rows.key.tree and not splits.above(self.rows.key.codes, member) else ""

    def _cell(self, row: str, column: _Column) -> Cell:
        split = self.columns_of[column.group] if column.group >= 0 else None
        if row in _unfilled(self.rows) or (split is not None and column.member in _unfilled(split)):
            return Cell(NOTHING_FILLS_IT, share=column.share)
        members = {self.rows.name: row} | ({split.name: column.member} if split is not None else {})
        value = self.tables[split].value(None, **members)
        if column.share:
            return Cell(percent(value, self.total), share=True)
        where = {self.rows: row} | ({split: column.member} if split is not None else {})
        return Cell(value, address=self._address(where, self.asked.unit) if value else "")

    def _areas(self) -> Table:
        level = BELOW.get(self.whole.level)
        return queries.table(self.desk, replace(self.base, level=level, splits=(self.rows,)))

    def _by_area(self, areas: Table) -> Iterator[Line]:
        """Each row once for every area that has any, and once with a nought where none has."""
        for member in (*self.rows.members, TOTAL):
            kind = "sum" if member == TOTAL else self._kind(member)
            label = _("Total") if member == TOTAL else row_label(self.rows, member)
            depth = len(splits.above(self.rows.key.codes, member)) if self.rows.key.tree else 0
            found = [(area, areas.value(area.code, **{self.rows.name: member})) for area in areas.areas]
            for area, value in found:
                if value:
                    yield Line(
                        (label, area.name), self._pair(value, {self.rows: member}, area.code), depth, kind
                    )
            if member == TOTAL:
                yield Line((label, _("All")), self._pair(self.total, {}, self.asked.unit), 0, "sum")
            elif not any(value for _area, value in found):
                yield Line((label, ""), self._pair(0, {}, ""), depth, kind)

    def _pair(self, value: int, where: Mapping[Split, str], unit: str) -> list[Cell]:
        return [
            Cell(value, address=self._address(where, unit) if value else ""),
            Cell(percent(value, self.total), share=True),
        ]

    def _address(self, where: Mapping[Split, str], unit: str) -> str:
        if not self.opens:
            return ""
        told = ",".join(f"{split.asked_as}={member}" for split, member in where.items() if member != TOTAL)
        page = f"/indicators/{SET}/{self.form.code}/cases"
        return page + replace(self.asked, unit=unit).address(where=told)

    # ---- what is said below ---------------------------------------------------------------------------------------

    def _notes(self) -> Iterator[str]:
        used = [self.rows, *(split for split in self.columns_of if split is not None)]
        if any(split.overlaps for split in used):
            yield _("Rows or columns may overlap: one can stand in several, and once in the total.")
        if any(_unfilled(split) for split in used):
            yield _("–: nothing recorded here can fill this; it is not zero.")
        if any(group.shares for group in self.form.groups):
            yield _("%: of the total of the sheet.")
        if self.form.code.startswith(FIVE):
            unsorted = queries.table(self.desk, replace(self.base, entry=UNSORTED)).value()
            yield _("On none of the four sheets, because their kind is not known: %(count)s.", count=unsorted)


def _unfilled(split: Split) -> frozenset[str]:
    return split.folding.empty if split.folding is not None else frozenset()


def _members(group: Group, split: Split | None) -> Iterator[tuple[str, str]]:
    """The columns of a group: every member; of a tree those under one, and all of it first; or the number alone."""
    if split is None:
        yield TOTAL, _("Number")
    elif not group.under:
        for member in split.members:
            yield member, str(group.label(member) or _column_label(split, member))
    else:
        below = vocabulary(split.key.codes).under(group.under)
        yield group.under, _("All") if below else _("Number")
        for member in below:
            yield member, row_label(split, member)


def _column_label(split: Split, member: str) -> str:
    return member if split.banding is not None and member != UNKNOWN else splits.label(split, member)


def row_label(split: Split, member: str) -> str:
    """What a member is called where what it stands under is seen."""
    return (
        splits.plain_label(split, member)
        if split.key.tree and member != UNKNOWN
        else splits.label(split, member)
    )


def total(desk: Desk, form: Form, asked: Asked) -> int:
    """The total of a sheet alone."""
    return queries.table(desk, question(desk, form.code, asked)).value()
