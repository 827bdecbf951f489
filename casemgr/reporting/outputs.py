"""The formats in which the tables of a version leave: one table of formats, and nothing else decides."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from casemgr.core.words import Later, _, _l
from casemgr.indicators import formats
from casemgr.indicators.tables import Table


@dataclass(frozen=True)
class Told:
    """What stands with the tables: whose return it is, for when, which version, and what proves it."""

    title: str
    name: str  # of the file, without its ending
    lines: Sequence[tuple[str, str]]


Write = Callable[[Sequence[Table], Told], bytes]


@dataclass(frozen=True)
class Format:
    """One format."""

    label: Later | str
    content: str
    write: Write


def _csv(tables: Sequence[Table], told: Told) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["set", "code", "level", "unit_code", "unit_name", "members", "value", "n", "of"])
    writer.writerows(_lines(tables))
    return (formats.BOM + text.getvalue()).encode()


def _lines(tables: Sequence[Table]) -> Iterator[list[str | int | float]]:
    for table in tables:
        for row in table.rows():
            members = ",".join(f"{split.asked_as}={row.dims[split.name]}" for split in table.splits)
            numbers = ("" if number is None else number for number in (row.value, row.n, row.of))
            place = (table.entry.set, table.entry.code, table.level.value, row.area.code, row.area.name)
            yield [*place, members, *numbers]


def _json(tables: Sequence[Table], told: Told) -> bytes:
    answer = {
        "title": told.title,
        "about": dict(told.lines),
        "tables": [formats.as_json(table) for table in tables],
    }
    return json.dumps(answer, ensure_ascii=False).encode()


def _xlsx(tables: Sequence[Table], told: Told) -> bytes:
    """One sheet for each table, and one that says what they are. Nothing in it is a formula."""
    import xlsxwriter  # noqa: PLC0415 - heavy, and few ask for a workbook

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        about = book.add_worksheet(_("What this is")[:31])
        about.set_column(0, 0, 32)
        about.set_column(1, 1, 90)
        lines = [(told.title, ""), *told.lines]
        for place, table in enumerate(tables, start=1):
            lines += [(_("Sheet %(number)s", number=place), ""), *formats.about_lines(table)]
            formats.write_sheet(
                book.add_worksheet(f"{place} {table.entry.set} {table.entry.code}"), table, bold
            )
        for line, (name, text) in enumerate(lines):
            about.write_string(line, 0, name, bold)
            about.write_string(line, 1, text)
    return made.getvalue()


FORMATS: Mapping[str, Format] = {
    "xlsx": Format("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "csv": Format("CSV", "text/csv; charset=utf-8", _csv),
    "json": Format(_l("JSON, for machines"), "application/json", _json),
}
