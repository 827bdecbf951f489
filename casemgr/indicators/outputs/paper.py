"""Tables on paper: A4, black on white, the numbers attached as CSV. Without the printer's system libraries there is none."""

import html
from collections.abc import Iterator, Sequence
from itertools import product

from casemgr.core.errors import Unavailable
from casemgr.core.words import _, language
from casemgr.documents import pdf
from casemgr.indicators import splits
from casemgr.indicators.outputs import csv_file
from casemgr.indicators.outputs.told import Told, about_lines, said, short_digest, withheld_lines
from casemgr.indicators.splits import TOTAL, UNKNOWN, Split
from casemgr.indicators.tables import Table

MOST_ROWS = 300  # beyond it a reader would wait too long for the page
_WIDE = 6  # with more columns the paper is turned
_STYLE = """
@page { size: A4 %(turned)s; margin: 16mm 14mm 18mm;
  @bottom-left { content: "%(foot)s"; font: 8pt sans-serif }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif } }
html { font: 10pt/1.35 "Noto Sans", "DejaVu Sans", Arial, sans-serif; color: #000 }
h1 { font-size: 14pt; margin: 0 0 2mm } p { margin: 0 0 2mm } section + section { break-before: page }
table { border-collapse: collapse; width: 100%%; margin: 0 0 4mm; font-variant-numeric: tabular-nums }
caption { text-align: left; font-weight: bold; margin: 0 0 1.5mm }
th, td { border-bottom: .4pt solid #777; padding: .8mm 1.6mm; text-align: left; vertical-align: top }
td.n, th.n { text-align: right } thead th { border-bottom: 1pt solid #000 } tr { break-inside: avoid }
tr.sum > * { border-top: 1pt solid #000; font-weight: bold } tr.unknown > th { border-left: 2.5pt double #000 }
dl { margin: 0; font-size: 8.5pt } dt { font-weight: bold } dd { margin: 0 0 1mm }
"""


def write(tables: Sequence[Table], told: Told) -> bytes:
    """The tables as PDF: one begins on each page, with what it is below it."""
    lines = sum(len(list(_lines(table))) for table in tables)
    if lines > MOST_ROWS and not told.patient:
        raise Unavailable(
            _(
                "This table has %(lines)s rows, too many to be made as PDF while you wait. Take the Excel workbook, or ask for fewer rows.",
                lines=lines,
            )
        )
    return pdf.from_page(page(tables, told), {"table.csv": csv_file.write(tables, told)})


def page(tables: Sequence[Table], told: Told) -> str:
    """The paper as a page."""
    widest = max(len(_columns(table)) for table in tables)
    foot = f"{tables[0].entry.set} {tables[0].entry.code} · {short_digest(tables[0].digest)}"
    style = _STYLE % {
        "turned": "landscape" if widest > _WIDE else "portrait",
        "foot": foot.replace('"', ""),
    }
    body = "".join(_section(table, told) for table in tables)
    return pdf.page_of(body, title=told.heading(tables), style=style, language=language())


def _section(table: Table, told: Told) -> str:
    text = html.escape
    caption = _(
        "%(name)s, %(place)s, %(period)s. Unit: %(unit)s.",
        name=table.entry.name,
        place=table.place.name,
        period=table.period.label(language()),
        unit=table.entry.unit,
    )
    head = "".join(f'<th scope="col" class="n">{text(label)}</th>' for label in _columns(table))
    rows = "".join(
        f'<tr class="{kind}"><th scope="row">{text(label)}</th>'
        + "".join(f'<td class="n">{text(cell)}</td>' for cell in cells)
        + "</tr>"
        for label, kind, cells in _lines(table)
    )
    marks = "".join(f"<p>{text(mark)}: {text(meaning)}</p>" for mark, meaning in withheld_lines(table))
    about = "".join(
        f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in about_lines(table, told) if value
    )
    return (
        f"<section><h1>{text(table.entry.set)} {text(table.entry.code)} {text(table.entry.name)}</h1>"
        f"<p><b>{text(told.standing())}</b></p>"
        f'<table><caption>{text(caption)}</caption><thead><tr><th scope="col">{text(_first(table))}</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>{marks}<dl>{about}</dl></section>"
    )


def _first(table: Table) -> str:
    names = [_("Administrative unit")] if len(table.areas) > 1 else []
    return ", ".join([*names, *(split.title for split in table.splits[:-1])]) or _("Administrative unit")


def _columns(table: Table) -> list[str]:
    """The members of the last key, and its total."""
    if not table.splits:
        return [_("Total")]
    last = table.splits[-1]
    return [*(splits.label(last, member) for member in last.members), _("Total")]


def _lines(table: Table) -> Iterator[tuple[str, str, list[str]]]:
    """Each row that has any number: its name, its kind, and its cells as people read them."""
    others, last = table.splits[:-1], table.splits[-1] if table.splits else None
    shown = {(row.area.code, *row.dims.values()) for row in table.rows()}
    for area in table.areas:
        for members in product(*([*split.members, TOTAL] for split in others)):
            columns = (*last.members, TOTAL) if last else ()
            keys = [(area.code, *members, column) for column in columns] or [(area.code,)]
            if not any(key in shown for key in keys):
                continue
            names = [split.name for split in table.splits]
            cells = [
                said(table.entry, table.row(key[0], **dict(zip(names, key[1:], strict=True)))) for key in keys
            ]
            kind = "sum" if members and set(members) == {TOTAL} else ""
            yield _label(table, area.name, members, others), kind or _unknown(members), [*map(str, cells)]


def _unknown(members: Sequence[str]) -> str:
    return "unknown" if UNKNOWN in members else ""


def _label(table: Table, area: str, members: Sequence[str], others: Sequence[Split]) -> str:
    names = [area] if len(table.areas) > 1 or not members else []
    names += [splits.label(split, member) for split, member in zip(others, members, strict=True)]
    return ", ".join(names)
