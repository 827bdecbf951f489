"""What the pages show: the grid as it was typed, the differences of a file, the revisions of a figure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from casemgr.core.findings import Findings, Weight
from casemgr.core.words import language
from casemgr.indicators.supplied import forms, numbers, paper, rules
from casemgr.indicators.supplied.terms import Amount, Figure, Line, Lines, Sheet


@dataclass(frozen=True)
class Box:
    """One number of the grid."""

    name: str
    label: str
    value: str
    wrong: bool


@dataclass(frozen=True)
class GridRow:
    """One unit of the grid, with what stands against it."""

    code: str
    name: str
    boxes: Sequence[Box]
    because: str
    blocks: Sequence[str]
    asks: Sequence[str]


@dataclass(frozen=True)
class Change:
    """One unit of a file: what is new in it, what differs, and how many numbers stay."""

    code: str
    name: str
    cells: Sequence[tuple[str, str, str]]  # member, as it stands, as it will stand
    is_new: bool


def grid(
    sheet: Sheet, there: Mapping[str, Figure], values: Mapping[str, str] | None, found: Findings
) -> Iterator[GridRow]:
    """The rows of the page: as they were typed, or else as they stand."""
    wrong = {finding.field for finding in found if finding.weight is Weight.BLOCK}
    columns = paper.columns(sheet)
    for code, name, stored, because in paper.rows(sheet, there):
        boxes = []
        for column, number in zip(columns, stored, strict=True):
            box = forms.box(code, column)
            value = numbers.written(number, rate=column.rate) if values is None else values.get(box, "")
            first = rules.field_of(code, column.member)
            boxes.append(Box(box, f"{name}: {column.heading}", value, first in wrong or box in wrong))
        told = because if values is None else values.get(f"{paper.BECAUSE}-{code}", "")
        ours = [finding for finding in found if rules.unit_of(finding) == code]
        yield GridRow(
            code,
            name,
            boxes,
            told,
            [str(finding) for finding in ours if finding.weight is Weight.BLOCK],
            [str(finding) for finding in ours if finding.weight is Weight.EXPLAIN],
        )


def changes(sheet: Sheet, there: Mapping[str, Figure], lines: Lines) -> Sequence[Change]:
    """The units whose numbers a file would change, in the order of the sheet."""
    found = []
    for code in sheet.codes:
        line = lines.get(code)
        if line is None:
            continue
        old = there[code].cells if code in there else {}
        members = [member for member in {**old, **line.cells} if old.get(member) != line.cells.get(member)]
        cells = [
            (
                paper.member_label(sheet, member),
                said(sheet, old.get(member)),
                said(sheet, line.cells.get(member)),
            )
            for member in members
        ]
        if cells:
            found.append(Change(code, paper.unit_name(sheet, code), cells, code not in there))
    return found


def said(sheet: Sheet, amount: Amount | None) -> str:
    """An amount as people read it; nothing where there is none."""
    if amount is None:
        return ""
    per = sheet.supply.per
    if not per:
        return _grouped(amount.n or 0)
    share = rules.hundredths(amount, per)
    told = f"{(share or 0) / 100:.2f}".replace(".", "," if language() == "vi" else ".")
    return (
        told if amount.told is not None else f"{told} ({_grouped(amount.n or 0)}/{_grouped(amount.of or 0)})"
    )


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "." if language() == "vi" else ",")


def as_typed(sheet: Sheet, lines: Lines) -> Iterator[tuple[str, str]]:
    """Lines as the boxes of the page would send them, to be sent once more with a confirmation."""
    for code, line in lines.items():
        yield from _boxes(sheet, code, line)
        if line.because:
            yield f"{paper.BECAUSE}-{code}", line.because


def _boxes(sheet: Sheet, code: str, line: Line) -> Iterator[tuple[str, str]]:
    for column in paper.columns(sheet):
        number = paper.cell(line.cells, column)
        if number is not None:
            yield forms.box(code, column), numbers.written(number, rate=column.rate)
