"""Tables that were published by others, beside the rows of our own that would express them. Pure data, no number of ours.

`published_tables.json` carries each figure with its owner, year and addresses. A cell is written as `B/0101 harm=violence`,
members of one key joined by `|`, and, where rows are periods or units, `period=2023-H1`, `unit=01`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from casemgr.core.errors import NotFound
from casemgr.core.periods import Period
from casemgr.core.words import language
from casemgr.indicators import splits
from casemgr.indicators.catalogue import in_use
from casemgr.indicators.terms import Indicator, Told

_FILE = Path(__file__).with_name("published_tables.json")
_ANY = Period.parse("2026")  # of the splits only the names of members are asked
Figure = int | float | None


@dataclass(frozen=True)
class Cell:
    """Which number of ours would stand there: an entry, members of some keys, a period or a unit of its own."""

    entry: str
    where: Mapping[str, tuple[str, ...]]
    period: str = ""
    unit: str = ""

    def indicator(self) -> Indicator:
        """The entry as it holds now."""
        set_, _slash, code = self.entry.partition("/")
        return in_use().versions(set_, code)[-1]

    def words(self) -> str:
        """The cell as people read it."""
        entry = self.indicator()
        told = [f"{entry.set} {entry.code}"]
        for key, members in self.where.items():
            split = splits.one(key, _ANY)
            told.append(", ".join(splits.label(split, member) for member in members))
        if self.period:
            told.append(Period.parse(self.period).label(language()))
        return ": ".join(told)


@dataclass(frozen=True)
class Row:
    """A published row: its figures, and for each the cell of ours, or why there is none."""

    label: str
    figures: tuple[Figure, ...]
    cells: tuple[Cell | None, ...]
    why: Told | None = None


@dataclass(frozen=True)
class Published:
    """One published table."""

    id: str
    title: str
    year: str
    period: str
    owner: str
    sources: tuple[str, ...]
    read: date
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row | None
    percent: bool  # published as shares only
    note: str

    def when(self) -> str:
        """The time the figures are of, as far as the source says it."""
        try:
            return _span(self.period).label(language())
        except ValueError:
            return self.year if self.period == "năm" else f"{self.period}, {self.year}"

    def not_classified(self) -> tuple[int | None, ...]:
        """By column, what the printed total has beyond the rows that ours can tell apart: it makes our rows add up.

        Negative where the printed rows give more than their total. Nothing where there is no total, or a row is not known.
        """
        if self.total is None:
            return tuple(None for _column in self.columns)
        return tuple(self._rest(column) for column in range(len(self.columns)))

    def _rest(self, column: int) -> int | None:
        assert self.total is not None
        total = self.total.figures[column]
        known = [row.figures[column] for row in self.rows if row.cells[column] is not None]
        if not isinstance(total, int) or not known or not all(isinstance(figure, int) for figure in known):
            return None
        return total - sum(int(figure or 0) for figure in known)


def about() -> Told:
    """What these figures are, and are not."""
    said = _read()["about"]
    return Told(said["vi"], said["en"])


def table(id: str) -> Published:
    """One of them; the first where none is named."""
    found = next((one for one in tables() if one.id == id or not id), None)
    if found is None:
        raise NotFound
    return found


def _span(text: str) -> Period:
    """A period as it is written here: also from one year or month to another, as in 2004-05..2024."""
    try:
        return Period.parse(text)
    except ValueError:
        first, _dots, last = text.partition("..")
        return Period(Period.parse(first).first, Period.parse(last).last)


@cache
def tables() -> Sequence[Published]:
    """Every table, in the order of its file."""
    return tuple(map(_table, _read()["tables"]))


def cell(said: str) -> Cell:
    """A cell from how it is written."""
    entry, *parts = said.split(" ")
    told = dict(part.split("=", 1) for part in parts)
    period, unit = told.pop("period", ""), told.pop("unit", "")
    return Cell(entry, {key: tuple(members.split("|")) for key, members in told.items()}, period, unit)


@cache
def _read() -> Any:
    return json.loads(_FILE.read_text(encoding="utf-8"))


def _table(said: Mapping[str, Any]) -> Published:
    total = said.get("total")
    return Published(
        id=said["id"],
        title=said["title"],
        year=said["year"],
        period=said["period"],
        owner=said["owner"],
        sources=tuple(said["sources"]),
        read=date.fromisoformat(said["read"]),
        columns=tuple(said["columns"]),
        rows=tuple(map(_row, said["rows"])),
        total=_row({"label": "", **total}) if total else None,
        percent=said.get("percent", False),
        note=said.get("note", ""),
    )


def _row(said: Mapping[str, Any]) -> Row:
    why = said.get("why")
    return Row(
        said["label"],
        tuple(said["figures"]),
        tuple(cell(one) if one else None for one in said["cells"]),
        Told(why["vi"], why["en"]) if why else None,
    )
