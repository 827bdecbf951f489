"""A table for other programs: JSON, CSV and XLSX, and the digest people compare."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from casemgr.core.words import _, language
from casemgr.indicators.bands import SOURCES
from casemgr.indicators.catalogue import STATES
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Measure

BOM = "\ufeff"
_NUMBERS = {  # the columns of numbers, at the end of each line
    Measure.COUNT: ("value",),
    Measure.SUM: ("value",),
    Measure.SHARE: ("value", "n", "of"),
    Measure.MEDIAN: ("value", "of"),
}


def as_json(table: Table) -> dict[str, object]:
    """The table as plain values."""
    entry = table.entry
    return {
        "set": entry.set,
        "code": entry.code,
        "version": entry.version,
        "name": entry.name,
        "unit": table.place.code,
        "unit_name": table.place.name,
        "level": table.level.value,
        "period": table.period.code,
        "by": [split.asked_as for split in table.splits],
        "place": table.counted_by.value,
        "borders": table.borders_day.isoformat(),
        "status": entry.state.value,
        "measure": entry.measure.value,
        "counting_unit": str(entry.counting_unit),
        "reporting_date": str(entry.reporting_date),
        "as_of": table.as_of.isoformat(),
        "counted_at": table.made_at.isoformat(),
        "source_status": {part.key: part.source.value for part in entry.parts},
        "basis": entry.basis,
        "may_overlap": sorted(split.name for split in table.splits if split.overlaps),
        "digest": table.digest,
        "rows": [
            {
                "unit_code": row.area.code,
                "unit_name": row.area.name,
                "dims": dict(row.dims),
                "value": row.value,
                **({} if row.of is None else {"n": row.n, "of": row.of}),
            }
            for row in table.rows()
        ],
    }


def csv_lines(table: Table) -> Iterator[list[str]]:
    """The table as lines of text: header, then rows."""
    numbers = _NUMBERS[table.entry.measure]
    yield ["unit_code", "unit_name", *table.names, *numbers]
    for row in table.rows():
        told = (getattr(row, name) for name in numbers)
        yield [
            row.area.code,
            row.area.name,
            *(row.dims[name] for name in table.names),
            *("" if number is None else str(number) for number in told),
        ]


def as_csv(table: Table, *, for_spreadsheets: bool = False) -> str:
    """The table as CSV; with a byte order mark for spreadsheet programs."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n" if for_spreadsheets else "\n").writerows(csv_lines(table))
    return BOM + text.getvalue() if for_spreadsheets else text.getvalue()


def write_xlsx(table: Table, target: Path | BinaryIO) -> None:
    """The table as a workbook: the numbers, and a sheet that says what they are. Nothing in it is a formula."""
    import xlsxwriter  # noqa: PLC0415 - heavy, and few ask for a workbook

    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        numbers = book.add_worksheet(f"{table.entry.set} {table.entry.code}")
        numbers.freeze_panes(1, 2)
        first = 2 + len(table.names)
        for line, cells in enumerate(csv_lines(table)):
            for column, text in enumerate(cells):
                if line and column >= first and text:
                    numbers.write_number(line, column, float(text) if "." in text else int(text))
                else:
                    numbers.write_string(line, column, text, None if line else bold)
        about = book.add_worksheet(_("What this is")[:31])
        for line, (name, text) in enumerate(about_lines(table)):
            about.write_string(line, 0, name, bold)
            about.write_string(line, 1, text)
        about.set_column(0, 0, 28)
        about.set_column(1, 1, 90)


def about_lines(table: Table) -> list[tuple[str, str]]:
    """What stands beside the numbers: what is counted, by which day, as of when, and how sure each part is."""
    entry = table.entry
    return [
        (f"{entry.set} {entry.code}", entry.name),
        (_("How sure this indicator is"), str(STATES[entry.state])),
        (_("Official concept"), str(entry.concept)),
        (_("How this system counts it"), str(entry.definition)),
        (_("Area"), f"{table.place.code} {table.place.name}"),
        (_("Period"), table.period.label(language())),
        (_("Counting unit"), str(entry.counting_unit)),
        (_("Reporting date"), str(entry.reporting_date)),
        (_("Counted up to"), _("24:00 on %(day)s", day=f"{table.as_of:%d/%m/%Y}")),
        (_("Basis"), entry.basis),
        *((_("Source: %(part)s", part=part.name), str(SOURCES[part.source])) for part in entry.parts),
        (_("Digest"), table.digest),
    ]


def short_digest(digest: str) -> str:
    """The first twelve signs of a digest, in groups of four."""
    return " ".join(digest[place : place + 4] for place in range(0, 12, 4))
