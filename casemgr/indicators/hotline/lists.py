"""Reading a list of the hotline: lines of month, unit code and number. What is wrong is named by its line and column."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from casemgr.core.errors import Invalid
from casemgr.core.periods import Period
from casemgr.core.text import clean
from casemgr.core.words import _
from casemgr.indicators.hotline.terms import Line, Said
from casemgr.places.terms import UnitFacts

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "month": ("month", "thang", "tháng"),
    "unit_code": ("unit_code", "ma_don_vi", "mã đơn vị", "mã xã"),
    "count": ("count", "so_luong", "số lượng", "số tin"),
}
MOST_LINES, MOST_FAULTS = 20_000, 20
_MONTH = re.compile(r"(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4})")
UnitOn = Callable[[str, Period], UnitFacts | None]


def read(data: bytes, unit_on: UnitOn) -> Said:
    """The list that a file holds, or every objection to it; nothing of a list with a fault is kept."""
    rows = list(_rows(data))
    if not rows:
        raise Invalid({"file": [_("The file is empty.")]})
    where = _places(rows[0][1])
    faults: list[str] = []
    found: dict[tuple[str, str], Line] = {}
    for number, row in rows[1:]:
        if not any(row):
            continue
        try:
            line = _line(row, where, unit_on)
        except _Fault as wrong:
            faults.append(
                _(
                    "Line %(line)s, column %(column)s: %(what)s",
                    line=number,
                    column=wrong.column,
                    what=wrong.what,
                )
            )
            continue
        if (line.month, line.unit_code) in found:
            faults.append(_("Line %(line)s: this month and unit stand there twice.", line=number))
        found[line.month, line.unit_code] = line
    if not found and not faults:
        faults.append(_("The file holds no line below its heading."))
    if faults:
        more = len(faults) - MOST_FAULTS
        shown = [*faults[:MOST_FAULTS], *([_("And %(count)s more.", count=more)] if more > 0 else [])]
        raise Invalid({"file": shown})
    return Said(tuple(found.values()))


class _Fault(Exception):
    def __init__(self, column: str, what: str) -> None:
        super().__init__(what)
        self.column, self.what = column, what


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({"file": [_("This is no CSV file in UTF-8. Save the sheet as CSV UTF-8.")]}) from None
    mark = ";" if ";" in text.partition("\n")[0] else ","
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True), start=1
        ):
            if number > MOST_LINES:
                raise Invalid({"file": [_("A list holds at most %(count)s lines.", count=MOST_LINES)]})
            yield number, [clean(value) for value in row]
    except csv.Error:
        raise Invalid({"file": [_("This is no CSV file in UTF-8. Save the sheet as CSV UTF-8.")]}) from None


def _places(heading: Sequence[str]) -> Mapping[str, int]:
    told = [name.casefold() for name in heading]
    where = {
        name: next((told.index(word) for word in words if word in told), -1)
        for name, words in COLUMNS.items()
    }
    missing = [name for name, place in where.items() if place < 0]
    if missing:
        raise Invalid({"file": [_("Line 1: the heading lacks %(columns)s.", columns=", ".join(missing))]})
    return where


def _line(row: Sequence[str], where: Mapping[str, int], unit_on: UnitOn) -> Line:
    told = {name: row[place] if place < len(row) else "" for name, place in where.items()}
    matched = _MONTH.fullmatch(told["month"])
    year, number = (matched[1] or matched[4], matched[2] or matched[3]) if matched else ("", "")
    try:
        period = Period.parse(f"{year}-{int(number or 0):02}")
    except ValueError:
        raise _Fault("month", _("a month such as 2026-05 or 05/2026 is expected.")) from None
    if unit_on(told["unit_code"], period) is None:
        raise _Fault("unit_code", _("no unit you may read numbers of had this code in that month."))
    if not told["count"].isascii() or not told["count"].isdigit() or len(told["count"]) > 7:
        raise _Fault("count", _("a whole number from 0 is expected."))
    return Line(period.code, told["unit_code"], int(told["count"]))
