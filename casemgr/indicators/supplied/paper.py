"""The lines of a sheet as people fill them in, on a page or in a file: its columns, what stands in them, what was read."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from casemgr.core.books import FORMULA
from casemgr.core.errors import Invalid
from casemgr.core.findings import Finding
from casemgr.core.text import clean
from casemgr.core.words import Later, _, _l
from casemgr.indicators import splits
from casemgr.indicators.supplied import numbers, rules
from casemgr.indicators.supplied.numbers import Unreadable
from casemgr.indicators.supplied.terms import ALL, Amount, Cells, Figure, Line, Sheet, code_of, members
from casemgr.places.terms import COUNTRY

FORM = "casemgr-figures-1"
BECAUSE = "because"
LEAD = 2  # the columns before the numbers: code and name of the unit
LONGEST = 1000
_MOST_FAULTS = 40
_LIKE_A_FORMULA = f"{FORMULA} "  # no text of a sheet begins so
_PARTS = ("n", "of", "told")


@dataclass(frozen=True)
class Column:
    """One column of numbers: which member, which part of its amount, and what people read above it."""

    member: str
    part: str
    heading: str
    rate: bool  # with decimals

    @property
    def key(self) -> str:
        return f"{self.member}/{self.part}" if self.part else self.member


def columns(sheet: Sheet) -> Sequence[Column]:
    """The columns of numbers, in order."""
    supply, found = sheet.supply, []
    for member in members(supply):
        name = member_label(sheet, member)
        if not supply.per:
            found.append(Column(member, "", name, False))
            continue
        of_some = f"{name}: " if supply.members else ""
        titles = (
            str(supply.n or _("Number")),
            str(supply.of or _("Of how many")),
            f"{_('Rate')} ({sheet.entry.unit})",
        )
        for part, title in zip(_PARTS, titles, strict=True):
            found.append(Column(member, part, of_some + title, part == "told"))
    return found


def member_label(sheet: Sheet, member: str) -> str:
    """What a member is called."""
    if member == ALL:
        return _("Total")
    name, _equals, wanted = member.partition("=")
    asked = next(split for split in sheet.supply.members if split.partition(":")[0] == name)
    return splits.label(splits.one(asked, sheet.period), wanted)


def unit_name(sheet: Sheet, code: str) -> str:
    """The name of a unit of a sheet."""
    found = {code_of(unit): unit for unit in sheet.units}[code]
    return found.name if found else _("Whole country")


def identity(sheet: Sheet) -> Sequence[str]:
    """What a template is for. Its digest holds the units and columns too: of another day it is another template."""
    entry = sheet.entry
    said = [
        entry.set,
        entry.code,
        str(entry.version),
        code_of(sheet.asked),
        sheet.level.value,
        sheet.period.code,
    ]
    whole = [FORM, *said, *sheet.codes, *(column.key for column in columns(sheet))]
    return [FORM, *said, hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:16]]


def cell(cells: Cells, column: Column) -> int | None:
    """The number that stands in a column."""
    amount = cells.get(column.member)
    return None if amount is None else getattr(amount, column.part or "n")


def rows(sheet: Sheet, there: Mapping[str, Figure]) -> Iterator[tuple[str, str, list[int | None], str]]:
    """What stands in each row: code, name, numbers, explanation."""
    for code in sheet.codes:
        figure = there.get(code)
        cells = figure.cells if figure else {}
        because = " ".join(dict.fromkeys(figure.explained.values())) if figure else ""
        yield code, unit_name(sheet, code), [cell(cells, one) for one in columns(sheet)], because


def line_from(sheet: Sheet, told: Mapping[str, int | None], because: str) -> Line:
    """A line from the numbers of its columns."""
    parts: dict[str, dict[str, int]] = {}
    for column in columns(sheet):
        number = told.get(column.key)
        if number is not None:
            parts.setdefault(column.member, {})[column.part or "n"] = number
    cells = {member: Amount(**amount) for member, amount in parts.items()}
    return Line(cells, because.lstrip(_LIKE_A_FORMULA))


@dataclass(frozen=True)
class Found:
    """A file as it was opened: what it says it is for, its rows with the numbers of their lines, how a cell is named."""

    identity: Sequence[str]
    rows: Sequence[tuple[int, Sequence[object]]]
    where: Callable[[int, int], str]  # line and place of the column
    keys: Sequence[str] | None = None  # of its columns, where nothing keeps people from moving them


@dataclass
class Read:
    """The lines of a file, and on which line of it each unit stands."""

    lines: dict[str, Line] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)


class Faults:
    """What is wrong with a file, each with its place. Any of them, and nothing of the file is used."""

    def __init__(self) -> None:
        self._said: list[str] = []

    def add(self, where: str, sentence: object) -> None:
        """One more."""
        self._said.append(f"{where}: {sentence}")

    def settle(self) -> None:
        """Pass when there are none."""
        if self._said:
            more = len(self._said) - _MOST_FAULTS
            told = self._said[:_MOST_FAULTS] + ([_("… and %(count)s more.", count=more)] if more > 0 else [])
            raise Invalid({"file": told})


def read(sheet: Sheet, found: Found) -> Read:
    """The lines of a file, or every place where it cannot be used."""
    _check_identity(sheet, found)
    made, faults, known = Read(), Faults(), set(sheet.codes)
    for line, values in found.rows:
        if all(value is None or value == "" for value in values):
            continue
        code = _code(values[0], known)
        if code is None:
            faults.add(found.where(line, 0), _UNKNOWN_UNIT)
        elif code in made.at:
            faults.add(
                found.where(line, 0), _("This unit stands on line %(line)s already.", line=made.at[code])
            )
        else:
            made.at[code] = line
            made.lines[code] = _line(sheet, line, values, found.where, faults)
    for code in sheet.codes:
        if code not in made.at:
            faults.add(f"{code} {unit_name(sheet, code)}", _LACKING_UNIT)
    faults.settle()
    return made


_UNKNOWN_UNIT: Later = _l("No unit of this sheet has this code. Keep the codes as they are in the template.")
_LACKING_UNIT: Later = _l(
    "The row of this unit is missing. Keep every row; leave it empty where there is no figure."
)
_BESIDE: Later = _l("Nothing may stand beside the columns of the template.")
MOVED: Later = _l("The headings are not those of the template. Download it anew; do not move columns.")
_NO_TEXT: Later = _l("Only text may stand here, no formula.")
_OTHER: Later = _l(
    "This file is the template of another indicator, unit or period, or of an older list of units. Download the template "
    "of this page and fill that in."
)


def place_of(sheet: Sheet, finding: Finding, read: Read, found: Found) -> str:
    """Where in a file a finding was seen."""
    code = rules.unit_of(finding)
    if code not in read.at:
        return sheet.number
    member = (finding.field or "").removeprefix(rules.field_of(code, ""))
    place = next(place for place, column in enumerate(columns(sheet), start=LEAD) if column.member == member)
    return f"{found.where(read.at[code], place)}, {unit_name(sheet, code)}"


def _line(
    sheet: Sheet, line: int, values: Sequence[object], where: Callable[[int, int], str], faults: Faults
) -> Line:
    told: dict[str, int | None] = {}
    wanted = columns(sheet)
    for place, column in enumerate(wanted, start=LEAD):
        try:
            told[column.key] = numbers.in_cell(
                values[place] if place < len(values) else None, rate=column.rate
            )
        except Unreadable as wrong:
            faults.add(where(line, place), wrong.sentence)
    last = LEAD + len(wanted)
    because = values[last] if last < len(values) else None
    if isinstance(because, str) and because.lstrip().startswith(("=", "@")):
        faults.add(where(line, last), _NO_TEXT)
    for place, value in enumerate(values[last + 1 :], start=last + 1):
        if value not in (None, ""):
            faults.add(where(line, place), _BESIDE)
    return line_from(sheet, told, clean(str(because or ""), LONGEST))


def _code(value: object, known: set[str]) -> str | None:
    """The unit of a row. Spreadsheet programs drop zeros in front: they are put back where one unit alone can be meant."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    told = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if told.upper() == COUNTRY:
        told = COUNTRY
    meant = [
        code for code in known if told and (code == told or (told.isascii() and code.lstrip("0") == told))
    ]
    return meant[0] if len(meant) == 1 else None


def keys(sheet: Sheet) -> Sequence[str]:
    """What stands above the columns of a file without protection."""
    return ["", "", *(column.key for column in columns(sheet)), BECAUSE]


def _check_identity(sheet: Sheet, found: Found) -> None:
    if list(found.identity) != list(identity(sheet)):
        raise Invalid({"file": [str(_OTHER)]})
    if found.keys is not None and list(found.keys) != list(keys(sheet)):
        raise Invalid({"file": [str(MOVED)]})
