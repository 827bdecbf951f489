"""A finished paper as it will be read: paragraphs and tables with their look, for the screen and for the printer."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from casemgr.documents import package
from casemgr.documents.package import W

_ALIGN = {"center": "center", "right": "right", "end": "right", "both": "justify", "left": "left"}
_TWIPS = 20  # to a point
_A4 = 9638.0  # twips between the usual margins


@dataclass(frozen=True)
class Span:
    """A piece of text of one look. A field is the page's number or the number of pages."""

    text: str
    bold: bool = False
    italic: bool = False
    size: float | None = None
    field: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    spans: tuple[Span, ...]
    align: str = "left"
    before: float = 0
    after: float = 0
    indent: float = 0
    together: bool = False
    kind: str = "paragraph"

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Cell:
    """One cell of a table."""

    blocks: "tuple[Paragraph | Table, ...]"
    span: int = 1


@dataclass(frozen=True)
class Line:
    """One row of a table."""

    cells: tuple[Cell, ...]
    heading: bool = False


@dataclass(frozen=True)
class Table:
    """A table, with or without lines, and the widths of its columns in percent."""

    rows: tuple[Line, ...]
    widths: tuple[float, ...]
    ruled: bool
    align: str = "left"
    share: float = 100
    kind: str = "table"


Block = Paragraph | Table


@dataclass(frozen=True)
class Sheet:
    """A paper: its contents, and what stands at the foot of each page."""

    blocks: tuple[Block, ...]
    foot: tuple[Block, ...] = ()
    landscape: bool = False

    def longest_table(self) -> int:
        """How many rows the longest table has."""
        return max((len(block.rows) for block in self.blocks if isinstance(block, Table)), default=0)

    def text(self) -> str:
        """Everything written on it, for tests and for the count of what was left out."""
        return "\n".join(texts((*self.blocks, *self.foot)))


def texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Every piece of text of some blocks, in order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from texts(cell.blocks)


def read(docx: bytes) -> Sheet:
    """A Word file of ours as a sheet."""
    opened = package.read(docx)
    body = opened.tree("word/document.xml").find(f"{W}body")
    if body is None:
        return Sheet(())
    feet = sorted(name for name in opened.texts() if name.startswith("word/footer"))
    foot = next((found for found in (_blocks(opened.tree(name)) for name in feet) if found), ())
    size, margin = body.find(f"{W}sectPr/{W}pgSz"), body.find(f"{W}sectPr/{W}pgMar")
    wide = size is not None and size.get(f"{W}orient") == "landscape"
    return Sheet(_blocks(body, _width(size, margin)), foot, wide)


def _width(size: etree._Element | None, margin: etree._Element | None) -> float:
    """How wide the text is, between the margins."""
    if size is None or margin is None:
        return _A4
    sides = _number(margin.get(f"{W}left")) + _number(margin.get(f"{W}right"))
    return max(_number(size.get(f"{W}w")) - sides, 1)


def _blocks(parent: etree._Element, width: float = _A4) -> tuple[Block, ...]:
    found: list[Block] = []
    for child in parent:
        if child.tag == f"{W}p":
            found.append(_paragraph(child))
        elif child.tag == f"{W}tbl":
            found.append(_table(child, width))
    return tuple(found)


def _paragraph(element: etree._Element) -> Paragraph:
    look = element.find(f"{W}pPr")
    align = _attribute(look, "jc", "val") or "left"
    return Paragraph(
        tuple(_spans(element)),
        _ALIGN.get(align, "left"),
        _points(_attribute(look, "spacing", "before")),
        _points(_attribute(look, "spacing", "after")),
        _points(_attribute(look, "ind", "left")),
        look is not None and look.find(f"{W}keepNext") is not None,
    )


def _spans(paragraph: etree._Element) -> Iterator[Span]:
    shown_by_word = False  # what a field showed when it was last saved
    for run in paragraph.iter(f"{W}r"):
        look = run.find(f"{W}rPr")
        half = _attribute(look, "sz", "val")
        size = int(half) / 2 if half and half.isdecimal() else None
        for child in run:
            if child.tag == f"{W}fldChar":
                shown_by_word = child.get(f"{W}fldCharType") == "separate"
            elif not shown_by_word and (span := _span(child, _on(look, "b"), _on(look, "i"), size)):
                yield span


def _span(child: etree._Element, bold: bool, italic: bool, size: float | None) -> Span | None:
    if child.tag == f"{W}t" and child.text:
        return Span(child.text, bold, italic, size)
    if child.tag == f"{W}br":
        return Span("\n", bold, italic, size)
    if child.tag == f"{W}tab":
        return Span("\t", bold, italic, size)
    if child.tag == f"{W}instrText":
        return Span("", bold, italic, size, field=package.field_of(child))
    return None


def _table(element: etree._Element, within: float) -> Table:
    look = element.find(f"{W}tblPr")
    columns = [_number(one.get(f"{W}w")) for one in element.findall(f"{W}tblGrid/{W}gridCol")]
    total = sum(columns) or 1
    borders = look.find(f"{W}tblBorders/{W}top") if look is not None else None
    width = look.find(f"{W}tblW") if look is not None else None
    share = 100.0
    if width is not None and width.get(f"{W}type") == "pct":
        share = min(100.0, _number(width.get(f"{W}w")) / 50)
    elif width is not None and width.get(f"{W}type") == "dxa" and _number(width.get(f"{W}w")):
        share = min(100.0, 100 * _number(width.get(f"{W}w")) / within)
    return Table(
        tuple(
            Line(
                tuple(
                    Cell(
                        _blocks(cell), int(_number(_attribute(cell.find(f"{W}tcPr"), "gridSpan", "val")) or 1)
                    )
                    for cell in row.findall(f"{W}tc")
                ),
                row.find(f"{W}trPr/{W}tblHeader") is not None,
            )
            for row in element.findall(f"{W}tr")
        ),
        tuple(round(100 * one / total, 2) for one in columns),
        borders is not None and borders.get(f"{W}val") not in (None, "nil", "none"),
        _ALIGN.get(_attribute(look, "jc", "val") or "left", "left"),
        share,
    )


def _attribute(look: etree._Element | None, tag: str, name: str) -> str | None:
    found = look.find(f"{W}{tag}") if look is not None else None
    return found.get(f"{W}{name}") if found is not None else None


def _on(look: etree._Element | None, tag: str) -> bool:
    found = look.find(f"{W}{tag}") if look is not None else None
    return found is not None and found.get(f"{W}val") not in ("0", "false", "none")


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0


def _points(text: str | None) -> float:
    return _number(text) / _TWIPS
