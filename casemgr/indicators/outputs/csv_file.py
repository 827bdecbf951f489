"""Tables as CSV: in the shape of the contract for programs; else every line tells which number it is, and how sure."""

import csv
import io
from collections.abc import Iterator, Sequence

from casemgr.indicators.outputs.told import Told, gap_words, origin_words
from casemgr.indicators.tables import WITHHELD, Row, Table
from casemgr.indicators.terms import Measure

BOM = "\ufeff"
_BESIDE = ("status", "as_of", "digest")
NUMBERS = {  # the columns of numbers, at the end of each line
    Measure.COUNT: ("value",),
    Measure.SUM: ("value",),
    Measure.SHARE: ("value", "n", "of"),
    Measure.MEDIAN: ("value", "of"),
    Measure.RATIO: ("value", "n", "of"),
    Measure.RATE: ("value", "n", "of"),
}
_SUPPLIED = ("missing", "source")  # further columns where others have supplied numbers


def lines(table: Table) -> Iterator[list[str]]:
    """The table as lines of text: header, then rows."""
    numbers, supplied = NUMBERS[table.entry.measure], table.origins is not None
    yield ["unit_code", "unit_name", *table.names, *numbers, *(_SUPPLIED if supplied else ())]
    for row in table.rows():
        yield [
            row.area.code,
            row.area.name,
            *(row.dims[name] for name in table.names),
            *(figure(row, name) for name in numbers),
            *(_supplied(row) if supplied else ()),
        ]


def _supplied(row: Row) -> tuple[str, str]:
    """Why there is no number, and who supplied what others have counted."""
    return gap_words(row.gap), "; ".join(map(origin_words, row.origins))


def figure(row: Row, column: str) -> str:
    """A number as text; a withheld one as its mark, and nothing where there is none."""
    number = getattr(row, column)
    if row.hidden:
        return WITHHELD
    return "" if number is None else str(number)


def write(tables: Sequence[Table], told: Told) -> bytes:
    """The tables as CSV; with a byte order mark where spreadsheet programs read it."""
    text = io.StringIO()
    alone = len(tables) == 1 and not told.for_spreadsheets  # as the contract says, for programs
    said = lines(tables[0]) if alone else _together(tables)
    csv.writer(text, lineterminator="\r\n" if told.for_spreadsheets else "\n").writerows(said)
    return ((BOM if told.for_spreadsheets else "") + text.getvalue()).encode()


def _together(tables: Sequence[Table]) -> Iterator[list[str]]:
    """Tables under one header: the keys and the columns of numbers of all, then what else there is to know."""
    names = list(dict.fromkeys(name for table in tables for name in table.names))
    numbers = [
        name for name in ("value", "n", "of") if any(name in NUMBERS[table.entry.measure] for table in tables)
    ]
    further = _SUPPLIED if any(table.origins is not None for table in tables) else ()
    known = ("set", "code", "version", "period", *_BESIDE)
    yield ["unit_code", "unit_name", *names, *numbers, *known, *further]
    for table in tables:
        entry, own = table.entry, NUMBERS[table.entry.measure]
        beside = [entry.set, entry.code, str(entry.version), table.period.code]
        beside += [entry.state.value, table.as_of.isoformat(), table.digest]
        for row in table.rows():
            yield [
                row.area.code,
                row.area.name,
                *(row.dims.get(name, "") for name in names),
                *(figure(row, name) if name in own else "" for name in numbers),
                *beside,
                *(_supplied(row) if further else ()),
            ]
