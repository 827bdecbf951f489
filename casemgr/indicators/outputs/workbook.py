"""Tables as a workbook: one sheet a table, real numbers, and beside each what the numbers are. Nothing is a formula."""

import io
from collections.abc import Sequence
from typing import Any

from casemgr.core.books import new_book
from casemgr.core.words import _
from casemgr.indicators.outputs import csv_file
from casemgr.indicators.outputs.told import Told, about_lines
from casemgr.indicators.tables import Table

_LONGEST_NAME = 31  # of a sheet; a limit of the format


def write(tables: Sequence[Table], told: Told) -> bytes:
    """The workbook: the sheets of numbers, then for each a sheet that says what they are."""
    target = io.BytesIO()
    with new_book(target) as book:
        bold = book.add_format({"bold": True})
        for number, table in enumerate(tables):
            suffix = f" ({number + 1})" if len(tables) > 1 else ""
            name = f"{table.entry.set} {table.entry.code}"[: _LONGEST_NAME - len(suffix)] + suffix
            _numbers(book.add_worksheet(name), table, bold)
        for number, table in enumerate(tables):
            suffix = f" ({number + 1})" if len(tables) > 1 else ""
            name = _("What this is")[: _LONGEST_NAME - len(suffix)] + suffix
            _about(book.add_worksheet(name), table, told, bold)
    return target.getvalue()


def _numbers(sheet: Any, table: Table, bold: Any) -> None:
    sheet.freeze_panes(1, 2)
    first = 2 + len(table.names)
    last = first + len(csv_file.NUMBERS[table.entry.measure])
    for line, cells in enumerate(csv_file.lines(table)):
        for column, text in enumerate(cells):
            if line and first <= column < last and text[:1].isdigit():
                sheet.write_number(line, column, float(text) if "." in text else int(text))
            else:
                sheet.write_string(line, column, text, None if line else bold)


def _about(sheet: Any, table: Table, told: Told, bold: Any) -> None:
    for line, (name, text) in enumerate(about_lines(table, told)):
        sheet.write_string(line, 0, name, bold)
        sheet.write_string(line, 1, text)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
