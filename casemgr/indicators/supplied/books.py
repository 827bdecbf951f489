"""Sheets as files: an Excel template with protected headings, the same as CSV, and the strict reading of what comes back.

A workbook from outside is unpacked within limits and looked through before anything reads it: no macros, no links out,
no parts beyond plain sheets. Numbers are read as numbers; what would need a guess is refused with its cell.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from casemgr.core.books import new_book
from casemgr.core.errors import Invalid
from casemgr.core.words import Later, _, _l, language
from casemgr.documents import package
from casemgr.indicators.catalogue import STATES
from casemgr.indicators.supplied import numbers, paper
from casemgr.indicators.supplied.paper import Column, Found
from casemgr.indicators.supplied.terms import Figure, Sheet

LARGEST = 2_000_000
_ROWS, _COLUMNS = 6000, 80  # no template is larger
_HIDDEN = "_casemgr"
_TOP = 4  # lines above the first unit
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_REFUSED = re.compile(
    r"vbaproject|vbadata|/activex/|/embeddings/|/externallinks/|/querytables/|/pivot|/ctrlprops/|/macrosheets/|"
    r"/dialogsheets/|/chartsheets/|/model/|xl/connections\.xml|\.(exe|dll|js|vbs)$",
    re.IGNORECASE,
)
_FAULTS = (
    *package.UNREADABLE,
    *(KeyError, TypeError, AttributeError, IndexError, SyntaxError, AssertionError, OverflowError),
)
_ACTIVE = re.compile(r"macro|vba|activex|oleobject|externallink", re.IGNORECASE)

_NO_FILE = _l("Choose an Excel file (XLSX) or a CSV file.")
_NO_BOOK = _l("This is no Excel workbook (XLSX) and no CSV file in UTF-8.")
_ACTS = _l(
    "The workbook holds macros, links to other files or parts beyond plain sheets. Save it as a plain XLSX."
)
_NOT_OURS = _l(
    "This is not a template of this page: its hidden sheet is missing. Download the template anew."
)
_TOO_WIDE = _l("The sheet is far larger than the template. Delete what stands beside and below it.")
_DAMAGED = _l("The workbook is damaged: it cannot be read.")


def csv_file(sheet: Sheet, there: Mapping[str, Figure]) -> bytes:
    """The template as CSV, with what stands already."""
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(paper.identity(sheet))
    columns = paper.columns(sheet)
    writer.writerow(paper.keys(sheet))
    writer.writerow(_headings(columns))
    writer.writerow([])
    for code, name, told, because in paper.rows(sheet, there):
        cells = (numbers.written(one, rate=column.rate) for one, column in zip(told, columns, strict=True))
        writer.writerow([code, name, *cells, because])
    return text.getvalue().encode()


def workbook(sheet: Sheet, there: Mapping[str, Figure]) -> bytes:
    """The template as a workbook: only the cells of numbers and explanations can be written in."""
    target = io.BytesIO()
    with new_book(target) as book:
        _figures(book, sheet, there)
        units = book.add_worksheet(_("Units")[:31])
        for line, code in enumerate(sheet.codes):
            units.write_string(line, 0, code)
            units.write_string(line, 1, paper.unit_name(sheet, code))
        units.set_column(1, 1, 40)
        units.protect()
        hidden = book.add_worksheet(_HIDDEN)
        for place, told in enumerate((*paper.identity(sheet), _figures_name())):
            hidden.write_string(0, place, told)
        for place, heading in enumerate(_headings(paper.columns(sheet))):
            hidden.write_string(1, place, heading)
        hidden.very_hidden()
        hidden.protect()
    return target.getvalue()


def opened(name: str, data: bytes) -> Found:
    """A file from outside as rows of plain values, or a sentence why it cannot be."""
    if not data:
        raise _refused(_NO_FILE)
    if data[:4] == b"PK\x03\x04":
        return _from_workbook(data)
    if name.lower().endswith((".xls", ".xlsx", ".xlsm", ".ods")):
        raise _refused(_NO_BOOK)
    return _from_csv(data)


def _figures_name() -> str:
    return _("Figures")[:31]


def _headings(columns: Sequence[Column]) -> Sequence[str]:
    return [
        _("Code"),
        _("Unit of administration"),
        *(column.heading for column in columns),
        _("Explanation, where a number is unusual"),
    ]


def _figures(book: Any, sheet: Sheet, there: Mapping[str, Figure]) -> None:
    """The sheet that is filled in."""
    page = book.add_worksheet(_figures_name())
    bold, wrapped = (
        book.add_format({"bold": True}),
        book.add_format({"bold": True, "text_wrap": True, "border": 1}),
    )
    free = {
        rate: book.add_format({"locked": False, "num_format": "0.00" if rate else "0", "border": 1})
        for rate in (True, False)
    }
    words = book.add_format({"locked": False, "num_format": "@", "border": 1})
    entry, columns = sheet.entry, paper.columns(sheet)
    page.write_string(
        0, 0, f"{entry.set} {entry.code} {entry.name} ({entry.unit}), {sheet.period.label(language())}", bold
    )
    page.write_string(1, 0, f"{STATES[entry.state]}. {entry.basis}")
    page.write_string(
        2, 0, _("One row for each unit: type numbers only, leave a row empty where there is no figure.")
    )
    for place, heading in enumerate(_headings(columns)):
        page.write_string(3, place, heading, wrapped)
    for line, (code, name, told, because) in enumerate(paper.rows(sheet, there), start=_TOP):
        page.write_string(line, 0, code)
        page.write_string(line, 1, name)
        for place, (number, column) in enumerate(zip(told, columns, strict=True), start=paper.LEAD):
            if number is None:
                page.write_blank(line, place, None, free[column.rate])
            else:
                page.write_number(line, place, number / 100 if column.rate else number, free[column.rate])
        page.write_string(line, paper.LEAD + len(columns), because, words)
    last = _TOP + len(sheet.units) - 1
    page.data_validation(
        *(_TOP, paper.LEAD, last, paper.LEAD + len(columns) - 1),
        {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": str(numbers.NEGATIVE)},
    )
    page.set_column(0, 0, 8)
    page.set_column(1, 1, 28)
    page.set_column(paper.LEAD, paper.LEAD + len(columns) - 1, 13)
    page.set_column(paper.LEAD + len(columns), paper.LEAD + len(columns), 40)
    page.freeze_panes(_TOP, paper.LEAD)
    page.protect("", {"format_columns": True})


def _from_csv(data: bytes) -> Found:
    try:
        text = data.decode("utf-8-sig")
        first = text.partition("\n")[0]
        told = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True)
        )
    except (UnicodeDecodeError, csv.Error):
        raise _refused(_NO_BOOK) from None
    if "\0" in text or len(told) > _ROWS or any(len(row) > _COLUMNS for row in told):
        raise _refused(_TOO_WIDE)
    identity = [one for one in told[0] if one] if told else []
    rows = [(line, row) for line, row in enumerate(told, start=1) if line > _TOP]
    return Found(identity, rows, _line_and_column, told[1] if len(told) > 1 else ())


def _line_and_column(line: int, place: int) -> str:
    return _("Line %(line)s, column %(column)s", line=line, column=place + 1)


def _from_workbook(data: bytes) -> Found:
    _prove(data)
    import openpyxl  # noqa: PLC0415 - heavy, and few send a workbook

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), keep_links=False, keep_vba=False)
    # What its many parsers raise over a damaged file is documented nowhere.
    except _FAULTS:
        raise _refused(_DAMAGED) from None
    if _HIDDEN not in book.sheetnames:
        raise _refused(_NOT_OURS)
    said = [_texts(row) for row in _values(book[_HIDDEN], most=2)]
    if len(said) < 2 or not said[0] or said[0][-1] not in book.sheetnames:
        raise _refused(_NOT_OURS)
    *identity, name = said[0]
    page = book[name]
    where = _cell_of(name)
    for merged in page.merged_cells.ranges:
        raise Invalid(
            {"file": [_("Sheet %(sheet)s, cells %(cells)s: they are merged.", sheet=name, cells=merged)]}
        )
    rows = list(enumerate(_values(page, most=_ROWS), start=1))
    heads = _texts(rows[3][1]) if len(rows) > 3 else []
    if heads != said[1]:
        place = next((n for n, pair in enumerate(zip(heads, said[1], strict=False)) if len(set(pair)) > 1), 0)
        raise Invalid({"file": [f"{where(4, place)}: {paper.MOVED}"]})
    return Found(identity, rows[_TOP:], where)


def _prove(data: bytes) -> None:
    """Look through a workbook before it is read."""
    try:
        inside = package.unzipped(data)
        types = [one.get("ContentType", "") for one in inside.tree("[Content_Types].xml")]
        package.reaches_nowhere(inside)
        for part in inside.files.values():  # whatever its name: relations say which of them is read as what
            package.no_entities(part)
    except package.TemplateRefused as wrong:
        raise Invalid(wrong.errors) from None
    except (KeyError, *package.UNREADABLE):
        raise _refused(_DAMAGED) from None
    if _MAIN not in types or any(map(_ACTIVE.search, types)) or any(map(_REFUSED.search, inside.files)):
        raise _refused(_ACTS)


def _values(page: Any, *, most: int) -> Iterator[list[object]]:
    """The cells of a sheet, row by row; a formula stands as the sign that begins it."""
    if page.max_row > _ROWS or page.max_column > _COLUMNS:
        raise _refused(_TOO_WIDE)
    for row in page.iter_rows(max_row=min(page.max_row, most)):
        yield ["=" if one.data_type == "f" else one.value for one in row]


def _texts(values: Sequence[object]) -> list[str]:
    told = ["" if value is None else str(value) for value in values]
    while told and not told[-1]:
        told.pop()
    return told


def _cell_of(name: str) -> Callable[[int, int], str]:
    def where(line: int, place: int) -> str:
        letters = chr(64 + place // 26) * bool(place // 26) + chr(65 + place % 26)
        return _(
            "Sheet %(sheet)s, line %(line)s, cell %(cell)s", sheet=name, line=line, cell=f"{letters}{line}"
        )

    return where


def _refused(sentence: Later) -> Invalid:
    return Invalid({"file": [str(sentence)]})
