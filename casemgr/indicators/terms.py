"""The room's own words: what is asked of a table, and what an indicator is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from casemgr.core.words import Later, both
from casemgr.indicators.bands import Source


class Level(StrEnum):
    """Which units make the rows of a table."""

    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"
    NATION = "nation"


BELOW: Mapping[Level, Level] = {
    Level.NATION: Level.PROVINCE,
    Level.PROVINCE: Level.COMMUNE,
    Level.DISTRICT: Level.COMMUNE,
}


class Place(StrEnum):
    """Which unit of a case is counted."""

    INCIDENT = "incident"
    RESIDENCE = "residence"
    RESPONSIBLE = "responsible"


class Borders(StrEnum):
    """Which units a table shows: those in force on the period's last day, or the present ones."""

    OLD = "old"
    NEW = "new"


class Counts(StrEnum):
    """What one in a number is: the fact column of which each value counts once."""

    CHILDREN = "child"
    REPORTS = "report"
    CASES = "case"
    FILES = "case_low"  # cases, where one may stand in several facts
    PERSONS = "person"
    DECISIONS = "decided_as"


class Measure(StrEnum):
    """What is made of those that are counted."""

    COUNT = "count"  # how many there are
    SHARE = "share"  # how many of them have something: n of N
    SUM = "sum"  # a column added up, each counted one once
    MEDIAN = "median"  # the value that half of them do not exceed
    RATIO = "ratio"  # how many there are for each person in post
    RATE = "rate"  # how many for so many of those whom another sector counts


class Kind(StrEnum):
    """Where a number comes from."""

    COMPUTED = "computed"  # from the files here
    DERIVED = "derived"  # from files here and a number supplied by another sector
    ENTERED = "entered"  # supplied by another sector


class State(StrEnum):
    """How sure an entry of the catalogue is."""

    CONFIRMED = "confirmed"
    NAME_CONFIRMED = "name_confirmed"
    PROVISIONAL = "provisional"
    OURS = "ours"


@dataclass(frozen=True)
class AnyOf:
    """Facts whose column holds at least one of the codes."""

    column: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class NoneOf:
    """Facts whose column holds none of the codes."""

    column: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """Facts whose column was told or measured."""

    column: str


@dataclass(frozen=True)
class Late:
    """Facts whose clock ran out at least so many days before the day they are counted on."""

    days: int
    column: str = "due"


Condition = AnyOf | NoneOf | Known | Late


@dataclass(frozen=True)
class Told:
    """A text in both languages, as it stands in the data."""

    vi: str
    en: str

    def __str__(self) -> str:
        return both(self.vi, self.en)


Text = Later | Told


@dataclass(frozen=True)
class Part:
    """One part of a definition and how sure it is."""

    key: str
    name: Text
    source: Source


@dataclass(frozen=True)
class Supply:
    """What another sector supplies for an entry; of a derived one, what its rate is worked out from."""

    per: int = 0  # a rate for so many; 0: a plain number
    members: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict, hash=False
    )  # by split, beside the total
    n: Told | None = None
    of: Told | None = None
    part: bool = False  # the n are some of the N: no rate above 100 %
    jump: int = 25  # from so many per cent on, a change since the last period is to be explained
    counted: str = ""  # derived: the entry that counts the n here
    over: str = ""  # derived: the entry that supplies the N


class Lack(StrEnum):
    """Why there is no number. Missing is not zero."""

    NONE = "none"  # nobody has supplied one
    INCOMPLETE = "incomplete"  # some units below have supplied one, others have not
    DIVIDED = "divided"  # supplied for a former unit whose people were divided
    ALONE = "alone"  # supplied as bare rates, which cannot be added
    NO_DENOMINATOR = "no_denominator"  # counted here, but there is nothing to divide it by


@dataclass(frozen=True)
class Gap:
    """A cell without a number: why, and how many of how many units lack one."""

    lack: Lack
    lacking: int = 0
    units: int = 0


@dataclass(frozen=True)
class Origin:
    """Where a supplied number comes from, and for which period it was supplied."""

    entry: str
    period: str
    agency: str
    document: str
    day: date
    dated: bool = False  # of an earlier period than the one asked for
    invented: bool = False

    def __str__(self) -> str:
        return f"{self.entry} {self.period}: {self.agency}, {self.document}, {self.day:%d/%m/%Y}"


@dataclass(frozen=True)
class Indicator:
    """One indicator, as data. It is known by set, code and version together, never by its code alone."""

    set: str
    code: str
    version: int
    valid_from: date
    valid_to: date | None
    name_vi: str
    name_en: str
    concept: Text  # what the official text says it is, as far as it was read
    definition: Text  # how this system counts it
    formula: Text
    unit: Text
    counting_unit: Text
    reporting_date: Text
    basis: str
    parts: tuple[Part, ...]
    splits: tuple[str, ...]  # the split keys that the source names
    counts: Counts
    always: tuple[Condition, ...]  # what every counted fact holds
    decided: AnyOf  # what holds too, unless the decision itself is asked for
    dated_by: str = "received"  # the fact column whose day falls into the period
    fact: str = "case"  # of which kind of facts
    measure: Measure = Measure.COUNT
    column: str = ""  # what is added up, or of which the middle is taken
    having: tuple[Condition, ...] = ()  # what the n of a share hold
    per: tuple[str, ...] = ()  # of a ratio the roles whose holders are its N
    stands: bool = False  # counted are those that have begun and are not gone on the last day of the period
    place: Place = Place.INCIDENT
    kind: Kind = Kind.COMPUTED
    state: State = State.CONFIRMED
    period: Told | None = None  # how often the source publishes it; nothing where that was not read
    supplier: Told | None = None  # the source of the number as far as it was read
    lead: Told | None = None
    note: Told | None = None  # why it cannot be counted in full, what is missing
    supply: Supply | None = None
    formerly: str = ""  # the entry that goes on under this code, as B/01-c1-p
    said: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)  # as its file has it

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return both(self.name_vi, self.name_en)

    @property
    def sure(self) -> bool:
        """Whether its code was read in the official text, or is our own."""
        return self.state in (State.CONFIRMED, State.OURS)

    @property
    def is_table_of_cases(self) -> bool:
        """Whether its page is the full one: children of reports by day of receipt, with those that await a decision."""
        computed = self.kind is Kind.COMPUTED and self.measure is Measure.COUNT
        return computed and self.fact == "case" and not self.stands

    @property
    def id(self) -> str:
        return f"{self.set}/{self.code}"


@dataclass(frozen=True)
class FrozenSplit:
    """A split as it was: its members do not change with the lists."""

    asked_as: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class FrozenTable:
    """One table as it stood: numbers with what they are, never counted again."""

    set: str
    code: str
    version: int
    name_vi: str
    name_en: str
    rule: str  # digest of the rule of counting
    level: str
    place: str
    splits: tuple[FrozenSplit, ...]
    areas: tuple[tuple[str, str], ...]
    values: tuple[int, ...]
    of: tuple[int, ...] | None
    digest: str

    @property
    def entry(self) -> str:
        return f"{self.set}/{self.code}"

    @property
    def by(self) -> str:
        return ",".join(split.asked_as for split in self.splits)

    @property
    def key(self) -> str:
        """What tells a table of a return from the others."""
        return f"{self.entry}/{self.level}/{self.by}"
