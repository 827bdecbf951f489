"""What the formats of other systems have in common: dimensions with their code lists, and a table as observations.

Every key of the house is a dimension. A code is the member's own, without signs that such formats refuse; `_T` is the
total and `_U` what is not known, as statistical offices write them. Age groups carry the name of their bands, because
one indicator is split by several.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from casemgr.core.periods import Period
from casemgr.core.words import ENGLISH, VIETNAMESE, speaking
from casemgr.indicators import splits
from casemgr.indicators.bands import BANDINGS
from casemgr.indicators.splits import KEYS, TOTAL, UNKNOWN, Key, Sort, Split
from casemgr.indicators.tables import Row, Table
from casemgr.indicators.terms import Indicator, Measure

ALL, NOT_KNOWN = "_T", "_U"
AGENCY = "CASEMGR"
SUPPLIED = "supplied"  # by no unit of a case: another sector has counted
VERSION = "1.0.0"  # of the structures; a new code list that keeps its codes keeps it
NEW_BORDERS = date(2025, 7, 1)
_LATELY = Period.parse("2199")  # code lists as they are now
_SIGNS = {"<": "LT", "+": "PLUS", "=": "EQ", ":": "_", ".": "-"}
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


class What(StrEnum):
    """What a figure is: the number itself, or what a share or a middle value was taken from."""

    VALUE = "value"
    N = "n"
    OF = "of"
    WITHHELD = "withheld"  # how many numbers of a unit are not published


PARTS: Mapping[Measure, Sequence[What]] = {
    Measure.COUNT: (What.VALUE,),
    Measure.SUM: (What.VALUE,),
    Measure.SHARE: (What.VALUE, What.N, What.OF),
    Measure.MEDIAN: (What.VALUE, What.OF),
    Measure.RATIO: (What.VALUE, What.N, What.OF),
    Measure.RATE: (What.VALUE, What.N, What.OF),
}


@dataclass(frozen=True)
class Named:
    """A code with its name in both languages."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True)
class Dimension:
    """A key as other systems write it; without codes its values are periods."""

    id: str
    vi: str
    en: str
    codes: tuple[Named, ...]


@dataclass(frozen=True)
class Observation:
    """One row of a table with its members as codes; what is a total has no member."""

    row: Row
    members: Mapping[str, str]
    keys: tuple[str, ...]  # those of the members, with their bands


def entry_id(entry: Indicator) -> str:
    """An indicator in one word: set, code and version, because a code alone is not one."""
    return safe(f"{entry.set}_{entry.code}_V{entry.version}")


def safe(code: str) -> str:
    """A code with the signs that all formats take."""
    return "".join(sign if sign in _PLAIN else _SIGNS.get(sign, f"x{ord(sign):X}") for sign in code)


def member_code(split: Split, member: str) -> str:
    """A member as other systems write it."""
    bands = split.banding.name if split.banding else ""
    if member == UNKNOWN:
        return bands + NOT_KNOWN
    return safe(f"{bands}:{member}" if bands else member)


def observations(table: Table) -> Iterator[Observation]:
    """The rows of a table, in its order."""
    by_name = {split.name: split for split in table.splits}
    for row in table.rows():
        members = {
            name: member_code(by_name[name], member) for name, member in row.dims.items() if member != TOTAL
        }
        yield Observation(row, members, tuple(by_name[name].asked_as for name in members))


def figures(entry: Indicator, seen: Observation) -> Iterator[tuple[What, int | float]]:
    """The numbers of an observation that are there and not withheld."""
    for part in PARTS[entry.measure]:
        number = getattr(seen.row, part)
        if number is not None:
            yield part, number


@cache
def dimensions() -> tuple[Dimension, ...]:
    """Every key of the house as a dimension, in the order of the house."""
    return tuple(dimension(key) for key in KEYS.values())


@cache
def dimension(key: Key) -> Dimension:
    """A key with its code list in both languages."""
    vi, en = both_languages(key.title)
    if key.sort is Sort.MONTH:
        return Dimension(key.name, vi, en, ())
    kinds = (
        [splits.one(f"{key.name}:{bands}", _LATELY) for bands in BANDINGS]
        if key.sort is Sort.BAND
        else [splits.one(key.name, _LATELY)]
    )
    found: dict[str, Named] = {}
    for split in kinds:
        for member in split.members:
            code = member_code(split, member)
            found.setdefault(code, Named(code, *both_languages(_Label(split, member))))
    return Dimension(key.name, vi, en, tuple(found.values()))


@dataclass(frozen=True)
class _Label:
    """The name of a member in whatever language it is asked for."""

    split: Split
    member: str

    def __str__(self) -> str:
        return splits.label(self.split, self.member)


def both_languages(said: object) -> tuple[str, str]:
    """What is said later, in Vietnamese and in English."""
    with speaking(VIETNAMESE):
        vi = str(said)
    with speaking(ENGLISH):
        return vi, str(said)


def iso_period(period: Period) -> str:
    """A period as ISO 8601 writes it: its first day and how long it lasts."""
    match period.length:
        case None:
            lasts = f"P{period.days}D"
        case 12:
            lasts = "P1Y"
        case months:
            lasts = f"P{months}M"
    return f"{period.first.isoformat()}/{lasts}"


def sdmx_period(period: Period) -> str:
    """A period as SDMX writes it."""
    if period.length is None:
        return iso_period(period)
    return period.code.replace("-H", "-S")


def borders(table: Table) -> str:
    """Of which borders the units of a table are: a code means nothing without them."""
    return "2025" if table.borders_day >= NEW_BORDERS else "2024"
