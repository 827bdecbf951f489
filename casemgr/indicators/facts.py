"""The nameless fact of one case: what may be counted, packed into a few bytes. No name, no birth date, no address.

The code lists below are the stored format: a code is a position in its list. New codes go to the end; nothing moves.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, partial
from typing import Any, TypeVar

from casemgr.indicators.arrays import np

Told = TypeVar("Told")

UNKNOWN = "unknown"
_EPOCH = date(1970, 1, 1)
NO_DAY = -(2**31)
NO_AGE = 255

DECISIONS = ("pending", "accepted", "not_verified", "other_commune", "no_plan_needed")
SEXES = (UNKNOWN, "male", "female")
HARMS = ("violence", "exploitation", "sexual_abuse", "trafficking", "abandonment_neglect", "other")
ENVIRONMENTS = (UNKNOWN, "family", "school", "community", "care_facility", "other")
ONLINE = (UNKNOWN, "true", "false")
RELATIONS = (
    "mother",
    "father",
    "parent_unspecified",
    "step_parent",
    "adoptive_parent",
    "guardian",
    "substitute_carer",
    "grandparent",
    "sibling",
    "other_relative",
    "teacher_or_school_staff",
    "care_facility_staff",
    "neighbour_or_acquaintance",
    "friend_or_peer",
    "partner",
    "employer",
    "online_contact",
    "stranger",
    "other",
    UNKNOWN,
)
DISABILITIES = (UNKNOWN, "yes", "no")
CHANNELS = (
    UNKNOWN,
    "telephone",
    "zalo",
    "app",
    "fanpage",
    "web",
    "press",
    "official_letter",
    "petition",
    "other",
    "in_person",
)
URGENCIES = (UNKNOWN, "emergency", "not_emergency")
KINDS = (UNKNOWN, "intervention", "consultation")
FLAGS = ("voided", "restricted", "emergency", "waits")
ETHNIC_GROUPS = (
    UNKNOWN,
    "kinh", "tay", "thai", "hoa", "khmer", "muong", "nung", "hmong", "dao", "gia_rai", "ngai", "e_de",
    "ba_na", "xo_dang", "san_chay", "co_ho", "cham", "san_diu", "hre", "mnong", "ra_glai", "xtieng",
    "bru_van_kieu", "tho", "giay", "co_tu", "gie_trieng", "ma", "kho_mu", "co", "ta_oi", "cho_ro", "khang",
    "xinh_mun", "ha_nhi", "chu_ru", "lao", "la_chi", "la_ha", "phu_la", "la_hu", "lu", "lo_lo", "chut",
    "mang", "pa_then", "co_lao", "cong", "bo_y", "si_la", "pu_peo", "brau", "o_du", "ro_mam", "foreigner",
)  # fmt: skip
STAGES = (
    UNKNOWN,
    "received",
    "assessing",
    "protecting",
    "studying",
    "planning",
    "approving",
    "carrying_out",
    "reviewing",
    "closed",
)


@dataclass(frozen=True)
class Fact:
    """What may be counted of one case, in words."""

    child: int
    received: date
    report: int = 0
    incident_unit: int = 0
    residence_unit: int = 0
    triage_unit: int = 0
    event: date | None = None
    decision: str = "pending"
    sex: str = UNKNOWN
    age: int | None = None
    harms: frozenset[str] = frozenset()
    environment: str = UNKNOWN
    online: bool | None = None
    relations: frozenset[str] = frozenset()
    ethnic_group: str = UNKNOWN
    disability: str = UNKNOWN
    channel: str = UNKNOWN
    urgency: str = UNKNOWN
    kind: str = UNKNOWN
    stage: str = UNKNOWN
    flags: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Column:
    """One number of a packed fact: its name, its width, and the list whose positions or bits it holds."""

    name: str
    width: str  # as in struct: B, H, I, Q unsigned, i signed
    codes: tuple[str, ...] = ()
    bits: bool = False


_FIRST = (
    Column("child", "Q"),
    Column("report", "Q"),
    Column("incident_unit", "I"),
    Column("residence_unit", "I"),
    Column("triage_unit", "I"),
    Column("received", "i"),
    Column("event", "i"),
    Column("relations", "I", RELATIONS, bits=True),
    Column("decision", "B", DECISIONS),
    Column("sex", "B", SEXES),
    Column("age", "B"),
    Column("harms", "B", HARMS, bits=True),
    Column("environment", "B", ENVIRONMENTS),
    Column("online", "B", ONLINE),
    Column("ethnic_group", "B", ETHNIC_GROUPS),
    Column("disability", "B", DISABILITIES),
    Column("channel", "B", CHANNELS),
    Column("urgency", "B", URGENCIES),
    Column("kind", "B", KINDS),
    Column("stage", "B", STAGES),
    Column("flags", "H", FLAGS, bits=True),
)

NUMPY = {"B": "u1", "H": "<u2", "I": "<u4", "Q": "<u8", "i": "<i4"}
_MISSING = {
    "age": NO_AGE,
    "event": NO_DAY,
}  # what an older format, or an empty value, stands for; otherwise 0


class _Places(dict[Any, int]):
    """What stands for each word of a list: its position, or its bit. Another word counts as unknown where the list has it."""

    def __init__(self, column: Column) -> None:
        super().__init__(
            {code: 1 << place if column.bits else place for place, code in enumerate(column.codes)}
        )
        self._column = column

    def __missing__(self, word: object) -> int:
        if isinstance(word, bool):
            return self[str(word).lower()]
        if UNKNOWN in self or self._column.bits:
            return self.get(UNKNOWN, 0)
        raise ValueError(f"{self._column.name} has no code for {word!r}.")


_places = cache(_Places)


def mask_of(column: Column, words: Iterable[str]) -> int:
    """Codes of a column as a bit mask."""
    return _mask(_places(column), words)


def _mask(bit_of: _Places, words: Iterable[str]) -> int:
    mask = 0
    for word in words:
        mask |= bit_of[word]
    return mask


def _numbered(column: Column, empty: int) -> Callable[[Any], int]:
    """How the values of a column become numbers; `empty` stands for none."""
    if column.bits:
        return partial(_mask, _places(column))
    if column.codes:
        return _places(column).__getitem__
    if column.width == "i":
        return lambda day: empty if day is None else day_number(day)
    if column.name == "age":
        return lambda age: empty if age is None else min(age, NO_AGE - 1)
    return lambda number: empty if number is None else int(number)


class Form:
    """The stored format of one kind of facts: its versions, and what stands for an empty value."""

    def __init__(
        self, formats: Mapping[int, tuple[Column, ...]], made: Callable[..., Any], missing: Mapping[str, int]
    ) -> None:
        self.formats = formats
        self.newest = max(formats)
        self.missing = missing
        self.columns: Mapping[str, Column] = {column.name: column for column in formats[self.newest]}
        self.masks = tuple(column.name for column in self.columns.values() if column.bits)
        self._made = made
        self._packers = {
            version: struct.Struct("<B" + "".join(c.width for c in columns))
            for version, columns in formats.items()
        }
        self._number_of = [(name, _numbered(c, missing.get(name, 0))) for name, c in self.columns.items()]

    def pack(self, fact: Any) -> bytes:
        """The fact as bytes: the format's number, then fixed-width little-endian numbers."""
        said = vars(fact)
        numbers = [number_of(said[name]) for name, number_of in self._number_of]
        return self._packers[self.newest].pack(self.newest, *numbers)

    def unpack(self, packed: bytes) -> Any:
        """The fact in words."""
        version, *numbers = self._packers[packed[0]].unpack(packed)
        told = {
            c.name: _word(c, number, self.missing)
            for c, number in zip(self.formats[version], numbers, strict=True)
        }
        return self._made(**told)

    def columns_of(self, packed: Sequence[bytes]) -> dict[str, np.ndarray]:
        """Many facts as one array for each column, in the order given."""
        found: dict[str, np.ndarray] = {}
        versions = np.fromiter((fact[0] for fact in packed), dtype="u1", count=len(packed))
        told = np.unique(versions).tolist() if len(packed) else [self.newest]
        for version in told:
            rows: Any = np.flatnonzero(versions == version) if len(told) > 1 else slice(None)
            these = [packed[row] for row in rows.tolist()] if len(told) > 1 else packed
            widths = [(c.name, NUMPY[c.width]) for c in self.formats[version]]
            kind = np.dtype([("version", "u1"), *widths])
            table = np.frombuffer(b"".join(these), dtype=kind)
            for column in self.columns.values():
                if column.name not in found:
                    empty = self.missing.get(column.name, 0)
                    found[column.name] = np.full(len(packed), empty, dtype=NUMPY[column.width])
                if column.name in (kind.names or ()):
                    found[column.name][rows] = table[column.name]
        return found


CASES = Form({1: _FIRST}, Fact, _MISSING)
COLUMNS = CASES.columns


def made(kind: type[Told], /, **values: Any) -> Told:
    """A fact of a kind of which every field has something that stands for unknown."""
    unknown: Told = _unknown(kind)  # type: ignore[arg-type]
    return varied(unknown, **values)


@cache
def _unknown(kind: type[Any]) -> Any:
    return kind()


def varied(fact: Told, /, **values: Any) -> Told:
    """A fact with other values. The class itself takes every field one by one, at fifty times the cost."""
    if not values.keys() <= vars(fact).keys():
        raise TypeError(f"{type(fact).__name__} has no {', '.join(values.keys() - vars(fact).keys())}.")
    copy: Told = object.__new__(type(fact))
    vars(copy).update(vars(fact), **values)
    return copy


def day_number(day: date) -> int:
    """A local day as a number."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The local day of a number."""
    return _EPOCH + timedelta(days=number)


def pack(fact: Fact) -> bytes:
    """The fact of a case as bytes."""
    return CASES.pack(fact)


def position(column: str, word: str) -> int:
    """The number of a code in its column."""
    return COLUMNS[column].codes.index(word)


def words(column: str, mask: int) -> frozenset[str]:
    """The codes of a bit mask."""
    return _words(COLUMNS[column], mask)


def _words(column: Column, mask: int) -> frozenset[str]:
    return frozenset(word for place, word in enumerate(column.codes) if mask >> place & 1)


def _word(column: Column, number: int, missing: Mapping[str, int]) -> object:
    if column.bits:
        return _words(column, number)
    if column.name == "online":
        return {"true": True, "false": False}.get(ONLINE[number])
    if column.codes:
        return column.codes[number]
    if column.name in missing and number == missing[column.name]:
        return None
    return day_of(number) if column.width == "i" else number
