"""The sheets as a workbook, one worksheet each with real numbers, and as PDF, one sheet a page."""

import io
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from casemgr.core.books import new_book
from casemgr.core.words import _, language
from casemgr.documents import pdf
from casemgr.indicators.bands import SOURCES
from casemgr.indicators.catalogue import STATES
from casemgr.indicators.hotline.layout import Cell, Sheet
from casemgr.indicators.outputs.told import short_digest
from casemgr.web import pages

_STYLE = """
@page { size: A4 portrait; margin: 12mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt } }
@page turned { size: A4 landscape; margin: 10mm }
html { font-family: "Times New Roman", "Liberation Serif", "Noto Serif", serif; font-size: 9pt; line-height: 1.25 }
section { break-before: page } section:first-of-type { break-before: auto } section.turned { page: turned; font-size: 7pt }
h2 { font-size: 13pt; margin: 0 0 4pt } p { margin: 3pt 0 } caption { text-align: left; font-style: italic; margin-bottom: 2pt }
dl { display: block; margin: 0 0 6pt } dl div { display: inline } dt { display: inline; font-weight: bold } dt::after { content: ": " } dd::after { content: ". " } dd { display: inline; margin: 0; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% } thead { display: table-header-group }
th, td { border: 0.5pt solid #000; padding: .4pt 2pt; line-height: 1.15; text-align: left; font-weight: normal; vertical-align: top } thead th { font-weight: bold; text-align: center }
td.n { text-align: right } tr { break-inside: avoid } tr.upper th, tr.sum th, tr.sum td { font-weight: bold } tr.sum th, tr.sum td { border-top: 1.2pt solid #000 }
.deep-1 { padding-left: 8pt } .deep-2 { padding-left: 16pt } .vh { display: none }
"""
_KEPT = 8  # prints, the last ones asked for; seconds of work each
_HEADS = 3  # lines of the table above its numbers: headings, columns


def about(sheet: Sheet) -> list[tuple[str, str]]:
    """What stands over a sheet on paper: for whom, when, how sure, and the digest."""
    entry = sheet.form.entry
    return [
        (_("Name on the form"), sheet.form.printed),
        (_("Area"), f"{sheet.place_code} {sheet.place}"),
        (_("Period"), sheet.period.label(language())),
        (_("Counting unit"), str(entry.counting_unit)),
        (_("Counted up to"), _("24:00 on %(day)s", day=f"{sheet.as_of:%d/%m/%Y}")),
        (_("How sure this form is"), f"{STATES[entry.state]}. {entry.note}"),
        (_("Digest"), sheet.digest),
    ]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Every sheet as a worksheet. Nothing in it is a formula; what nothing can fill stays a dash."""
    file = io.BytesIO()
    with new_book(file) as book:
        looks = {
            "bold": book.add_format({"bold": True}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"}),
            "cell": book.add_format({"border": 1}),
            "share": book.add_format({"border": 1, "num_format": "0.0"}),
            "sum": book.add_format({"border": 1, "bold": True}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        for sheet in sheets:
            _worksheet(book, looks, sheet)
    return file.getvalue()


def _worksheet(book: Any, looks: dict[str, Any], sheet: Sheet) -> None:
    page = book.add_worksheet(f"H {sheet.form.code.removesuffix('-p')}")
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, sheet.form.name, looks["title"])
    line = 1
    for name, text in about(sheet):
        page.write_string(line, 0, name, looks["bold"])
        page.write_string(line, 1, text)
        line += 1
    first = line + 1
    _heads(page, looks, sheet, first)
    for place, row in enumerate(sheet.lines, start=first + 2):
        look = looks["sum" if row.kind in ("sum", "upper") else "cell"]
        for column, label in enumerate(row.labels):
            page.write_string(place, column, "  " * row.depth * (column == 0) + label, look)
        for column, cell in enumerate(row.cells, start=len(row.labels)):
            _write(page, place, column, cell, looks["share"] if cell.share else look)
    for place, note in enumerate(sheet.notes, start=first + len(sheet.lines) + _HEADS):
        page.write_string(place, 0, note)
    page.set_column(0, 0, 42)
    page.freeze_panes(first + 2, len(sheet.stubs))


def _heads(page: Any, looks: dict[str, Any], sheet: Sheet, first: int) -> None:
    for column, label in enumerate(sheet.stubs):
        page.merge_range(first, column, first + 1, column, label, looks["head"])
    column = len(sheet.stubs)
    for heading in sheet.headings:
        last = column + len(heading.columns) - 1
        if last > column:
            page.merge_range(first, column, first, last, heading.label, looks["head"])
        else:
            page.write_string(first, column, heading.label, looks["head"])
        for place, label in enumerate(heading.columns, start=column):
            page.write_string(first + 1, place, label, looks["head"])
        column = last + 1


def _write(page: Any, line: int, column: int, cell: Cell, look: Any) -> None:
    if cell.value is None:
        page.write_string(line, column, "–", look)
    else:
        page.write_number(line, column, cell.value, look)


def as_pdf(sheets: Sequence[Sheet], title: str) -> bytes:
    """Every sheet on a page of its own, by who may see these numbers and as they stand now."""
    shown = [(sheet, about(sheet)) for sheet in sheets]
    body = pages.text(
        "indicators/hotline/paper.html", shown=shown, sources=SOURCES, short_digest=short_digest
    )
    return _drawn(pdf.page_of(body, title=title, style=_STYLE, language=language()))


@lru_cache(_KEPT)
def _drawn(page: str) -> bytes:
    """The print of a page, found again by all that stands on it: with another number it is another page."""
    return pdf.from_page(page)
