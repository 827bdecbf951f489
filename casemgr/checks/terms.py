"""The room's own words: which number a rule reads, what it asks of numbers and of cases, and what it found."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from casemgr.core.findings import Weight
from casemgr.core.periods import holds
from casemgr.core.words import decimal
from casemgr.indicators.terms import AnyOf, Known, Level, NoneOf, Place, Told

_ADDRESS = re.compile(
    r"(?:(?P<where>parts|unassigned):)?(?P<set>[A-Z])/(?P<code>[\w-]+)"
    r"(?:\[(?P<key>[\w:]+)=(?P<members>[\w+|<-]+)\])?"
    r"(?:\.(?P<part>n|of))?"
    r"(?:@(?P<when>-?\d+(?:\.\.-?\d+)?|cut))?"
)
_OWN = re.compile(r"(?P<own>cases|nil|versions):?(?P<of>.*)")


class Where(StrEnum):
    """Of which unit a number is read."""

    HERE = ""
    PARTS = "parts"  # the units below it, added up
    UNASSIGNED = "unassigned"  # what cannot be given to a unit below it


class Part(StrEnum):
    """Which of the numbers of a cell."""

    VALUE = ""
    N = "n"
    OF = "of"


class Own(StrEnum):
    """What is no number of the catalogue."""

    CASES = "cases"  # the cases that a rule picks out
    NIL = "nil"  # whether the report says that there was nothing: 1 or 0
    VERSIONS = "versions"  # how many versions of an entry hold within the period


@dataclass(frozen=True)
class Address:
    """One number: of an entry, for a member of a key (all members added up: +), in this period or one before it."""

    set: str = ""
    code: str = ""
    key: str = ""
    members: tuple[str, ...] = ()
    part: Part = Part.VALUE
    ago: int = 0  # periods before the one that is checked
    cut: bool = False  # as it was known at the end of the day up to which entries count
    where: Where = Where.HERE
    own: Own | None = None
    text: str = ""

    def __str__(self) -> str:
        return self.text

    @property
    def is_cell(self) -> bool:
        """Whether it stands in a table that can be opened."""
        return self.own is None and self.where is Where.HERE


ALL = "+"


def addresses(text: str) -> Iterator[Address]:
    """The numbers that a text names: B/0101, B/0101[sex=unknown], P/06.n, B/0101@-12..-1, parts:B/0101, cases."""
    told = _ADDRESS.fullmatch(text)
    if told is None:
        own = _OWN.fullmatch(text)
        if own is None:
            raise TypeError(f"{text} is no address of a number.")
        set_, _slash, code = own["of"].partition("/")
        yield Address(set_, code, own=Own(own["own"]), text=text)
        return
    plain = text.partition("@")[0]
    when = told["when"] or "0"
    first, _dots, last = ("0", "", "0") if when == "cut" else when.partition("..")
    for ago in range(-int(first), -int(last or first) - 1, -1):
        yield Address(
            told["set"],
            told["code"],
            told["key"] or "",
            tuple((told["members"] or "").split("|")) if told["members"] else (),
            Part(told["part"] or ""),
            ago,
            when == "cut",
            Where(told["where"] or ""),
            text=plain + ("@cut" if when == "cut" else f"@-{ago}" if ago else ""),
        )


class Figures(Protocol):
    """The numbers of one unit in one period. A number that nobody knows is None, never zero."""

    def number(self, address: Address) -> int | None: ...


Term = int | Address


class Kind(StrEnum):
    """What is asked of the numbers on the left and on the right, each side added up."""

    EQUAL = "equal"  # both sides are the same
    AT_MOST = "at_most"  # the left is not more than the right
    NEEDS = "needs"  # where there is a left, from `least` on, there is a right
    NOT_BOTH = "not_both"  # there is a left or a right
    SHARE_UP_TO = "share_up_to"  # of at least `least`, the left is up to so many per cent of the right
    SHARE_FROM = "share_from"  # of at least `least`, the left is from so many per cent of the right on
    GIVEN = "given"  # every number on the left is known
    RISE = "rise"  # the left has not risen against the periods on the right
    FALL = "fall"  # the left has not fallen against the periods on the right


HISTORY = (Kind.RISE, Kind.FALL)


@dataclass(frozen=True)
class Test:
    """One question to the numbers."""

    kind: Kind
    left: tuple[Term, ...]
    right: tuple[Term, ...] = ()
    percent: int = 0  # a limit of a share; of a rise or fall the change that matters at all
    least: int = 0
    false_alarms: float = 0.0  # in at most this share of quiet histories a rise or fall is seen all the same

    @property
    def reads(self) -> tuple[Address, ...]:
        """Every number it looks at."""
        return tuple(term for term in (*self.left, *self.right) if isinstance(term, Address))


@dataclass(frozen=True)
class Unknown:
    """Facts whose column was not told."""

    column: str


@dataclass(frozen=True)
class Above:
    """Facts of which one number (a day, minutes) is higher than another, both known."""

    column: str
    than: str


@dataclass(frozen=True)
class MoreThan:
    """Facts whose number is known and higher than this."""

    column: str
    number: int


@dataclass(frozen=True)
class LessThan:
    """Facts whose number is known and lower than this."""

    column: str
    number: int


@dataclass(frozen=True)
class Waiting:
    """Facts whose day lies so many days or more before the last day of the period."""

    column: str
    days: int


@dataclass(frozen=True)
class Repeated:
    """Facts that have this number in common with another of the same unit."""

    column: str


Condition = AnyOf | NoneOf | Known | Unknown | Above | MoreThan | LessThan | Waiting | Repeated


@dataclass(frozen=True)
class Cases:
    """Which cases a rule picks out: facts of a kind, in the period by a day or standing at its end, that meet it all."""

    fact: str
    dated_by: str
    stands: bool
    place: Place
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Rule:
    """One rule, as data."""

    id: str
    weight: Weight
    test: Test
    cases: Cases | None
    said: Told  # what is wrong, with the numbers left, right, mean, percent or hours put in
    todo: Told
    source: str  # the text it follows from, or that it is our own
    valid_from: date
    valid_to: date | None = None
    levels: tuple[Level, ...] = tuple(Level)
    lengths: tuple[int, ...] = ()  # months of the periods it is for; all, if none is named
    by_page: bool = True  # whether it can come about by pages at all, or only by a file or an error of ours

    def holds_on(self, day: date, level: Level, length: int | None) -> bool:
        """Whether it is asked of a unit of this level in a period of so many months that ends on a day."""
        in_force = holds(self.valid_from, self.valid_to, day)
        return in_force and level in self.levels and (not self.lengths or length in self.lengths)


@dataclass(frozen=True)
class Seen:
    """A number a finding rests on."""

    address: Address
    value: int | None


@dataclass(frozen=True)
class Finding:
    """What a rule saw in the numbers of a unit."""

    rule: Rule
    seen: tuple[Seen, ...]
    left: int
    right: int
    mean: float = 0.0

    @property
    def said(self) -> str:
        """What is wrong, in the reader's language."""
        return str(self.rule.said) % {
            "left": self.left,
            "right": self.right,
            "mean": decimal(self.mean),
            "percent": decimal(self.percent),
            "hours": decimal(self.left / 60),
        }

    @property
    def percent(self) -> float:
        """The left as a share of the right."""
        return 100 * self.left / self.right if self.right else 0.0

    @property
    def todo(self) -> str:
        """What to do about it, in the reader's language."""
        return str(self.rule.todo)

    @property
    def key(self) -> str:
        """A mark of the rule and every number it saw: an explanation holds for these and no others."""
        lines = (f"{seen.address}={'' if seen.value is None else seen.value}" for seen in self.seen)
        return hashlib.sha256("\n".join((self.rule.id, *lines)).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Sent:
    """What the report itself says, as far as one has been written."""

    nil: bool | None = None  # that there was nothing to count
    cut: date | None = None  # the last day whose entries count in it


NOT_SENT = Sent()


@dataclass(frozen=True)
class Explained:
    """What somebody wrote about a finding, and of which numbers. It may name a person by mistake: it is kept sealed."""

    text: str
    key: str
