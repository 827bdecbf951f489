"""A finished Word file as PDF, laid out from the very file by WeasyPrint. Without its system libraries there is no PDF."""

import html
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from casemgr.core.errors import Unavailable
from casemgr.core.words import _
from casemgr.documents import sheet
from casemgr.documents.sheet import Block, Cell, Paragraph, Sheet, Span, Table

_STYLE = """
@page { size: A4 %(turned)s; margin: 18mm 16mm 24mm 24mm; @bottom-center { content: element(foot); width: 100%%; vertical-align: top } }
html { font-family: "Times New Roman", "Liberation Serif", "Noto Serif", "Noto Sans", serif; font-size: 13pt; line-height: 1.3 }
body { margin: 0 } p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
table { border-collapse: collapse; table-layout: fixed; margin: 0 0 6pt; page-break-inside: auto }
td, th { vertical-align: top; padding: 1.5pt 4pt; text-align: left; font-weight: normal }
table.ruled > tbody > tr > td, table.ruled > thead > tr > th { border: 0.6pt solid #000 }
tr { page-break-inside: avoid } tr.long { page-break-inside: auto }
.center { text-align: center } .right { text-align: right } .justify { text-align: justify }
footer { position: running(foot); font-size: 8.5pt; line-height: 1.25; border-top: 0.5pt solid #000; padding-top: 2pt }
.page::after { content: counter(page) } .pages::after { content: counter(pages) }
"""
MOST_ROWS = 300  # beyond it a reader would wait too long for the page
_LONG = 900  # letters in a row beyond which it may go over the end of a page
_FIELDS = {"PAGE": "page", "NUMPAGES": "pages"}


@cache
def _printer() -> Any | None:
    """The printer, if this machine has what it needs."""
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):
        return None


def available() -> bool:
    """Whether papers can be made as PDF on this machine."""
    return _printer() is not None


def from_docx(docx: bytes, title: str, *, most_rows: int | None = MOST_ROWS) -> bytes:
    """The Word file as PDF: the same file gives the same bytes."""
    if not available():
        raise Unavailable(_("This machine cannot make PDF files. Take the Word file and print it."))
    paper = sheet.read(docx)
    if most_rows is not None and paper.longest_table() > most_rows:
        raise Unavailable(_("This list is too long to be made as PDF here. Take the Word file and print it."))
    return from_page(_page(paper, title))


def from_page(page: str, attached: Mapping[str, bytes] | None = None) -> bytes:
    """A page that refers to nothing outside itself as PDF, with files inside it."""
    printer = _printer()
    if printer is None:
        raise Unavailable(_("This machine cannot make PDF files. Take another format."))
    document = printer.HTML(string=page, url_fetcher=_nothing)
    files = [printer.Attachment(string=content, name=name) for name, content in (attached or {}).items()]
    return bytes(document.write_pdf(attachments=files, presentational_hints=False))


def _nothing(url: str, *_given: Any, **_named: Any) -> Any:
    """A paper fetches nothing."""
    raise ValueError("A paper refers to nothing outside itself.")


def page_of(body: str, *, title: str, style: str, language: str = "vi") -> str:
    """A whole page of HTML with its own style."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{style}</style></head><body>{body}</body></html>"
    )


def _page(paper: Sheet, title: str) -> str:
    turned = "landscape" if paper.landscape else "portrait"
    body = f"<footer>{_blocks(paper.foot)}</footer>{_blocks(paper.blocks)}"
    return page_of(body, title=title, style=_STYLE % {"turned": turned})


def _blocks(blocks: Iterable[Block]) -> str:
    return "".join(_paragraph(one) if isinstance(one, Paragraph) else _table(one) for one in blocks)


def _paragraph(one: Paragraph) -> str:
    style = f"margin:{one.before:g}pt 0 {one.after:g}pt {one.indent:g}pt"
    if one.together:
        style += ";page-break-after:avoid"
    inside = "".join(_span(span) for span in one.spans)
    return f'<p class="{one.align}" style="{style}">{inside or "&#8203;"}</p>'


def _span(span: Span) -> str:
    if span.field:
        return f'<span class="{_FIELDS.get(span.field, "page")}"{_look(span)}></span>'
    return f"<span{_look(span)}>{html.escape(span.text)}</span>"


def _look(span: Span) -> str:
    style = [
        *(["font-weight:bold"] if span.bold else []),
        *(["font-style:italic"] if span.italic else []),
        *([f"font-size:{span.size:g}pt"] if span.size else []),
    ]
    return f' style="{";".join(style)}"' if style else ""


def _table(one: Table) -> str:
    columns = "".join(f'<col style="width:{width:g}%">' for width in one.widths)
    head = "".join(_row(row, "th") for row in one.rows if row.heading)
    body = "".join(_row(row, "td") for row in one.rows if not row.heading)
    place = {"right": "margin-left:auto", "center": "margin-left:auto;margin-right:auto"}.get(one.align, "")
    return (
        f'<table class="{"ruled" if one.ruled else "plain"}" style="width:{one.share:g}%;{place}">'
        f"<colgroup>{columns}</colgroup>{f'<thead>{head}</thead>' if head else ''}<tbody>{body}</tbody></table>"
    )


def _row(row: sheet.Line, tag: str) -> str:
    cells = "".join(_cell(cell, tag) for cell in row.cells)
    long = sum(len(text) for cell in row.cells for text in sheet.texts(cell.blocks)) > _LONG
    return f'<tr class="long">{cells}</tr>' if long else f"<tr>{cells}</tr>"


def _cell(cell: Cell, tag: str) -> str:
    span = f' colspan="{cell.span}"' if cell.span > 1 else ""
    return f"<{tag}{span}>{_blocks(cell.blocks)}</{tag}>"
