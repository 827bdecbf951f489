"""The room's own words: a figure and its cells, the source it comes from, and the sheet on which figures are typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from casemgr.core.periods import Period
from casemgr.indicators.terms import Indicator, Level, Origin, Supply
from casemgr.places.terms import COUNTRY, UnitFacts

ALL = "*"  # the total among the cells of a figure


@dataclass(frozen=True)
class Amount:
    """One number as its source tells it: a count (n), a rate with both its parts, or a bare rate in hundredths."""

    n: int | None = None
    of: int | None = None
    told: int | None = None


Cells = Mapping[str, Amount]  # by member: '*' is all, 'sex=female' one of them


@dataclass(frozen=True)
class Source:
    """From which document a figure was taken."""

    agency: str
    document: str
    day: date
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """The numbers of one unit for one period, as they stand in one revision."""

    entry: str
    unit_id: int | None
    unit_code: str
    period: Period
    revision: int
    cells: Cells
    source: Source
    explained: Mapping[str, str]
    recorded_at: datetime
    recorded_by: UUID | None
    withdrawn: bool = False
    invented: bool = False

    def origin(self, wanted: Period) -> Origin:
        """Where its numbers come from, for a table of a period."""
        told = self.source
        dated = self.period.last < wanted.first
        return Origin(
            self.entry, self.period.code, told.agency, told.document, told.day, dated, self.invented
        )


@dataclass(frozen=True)
class Line:
    """What was typed for one unit, and why it may differ from what was to be expected."""

    cells: Cells
    because: str = ""


Lines = Mapping[str, Line]  # by code of the unit


@dataclass(frozen=True)
class Sheet:
    """What is typed at once: one indicator and period, for a unit itself or for the units right below it."""

    entry: Indicator
    supply: Supply
    period: Period
    asked: UnitFacts | None  # none is the whole country
    level: Level
    units: Sequence[UnitFacts | None]

    @property
    def number(self) -> str:
        """What the audit trail calls it."""
        return f"{self.entry.id} {code_of(self.asked)} {self.period.code}"

    @property
    def codes(self) -> Sequence[str]:
        """The codes of its units, in order."""
        return [code_of(unit) for unit in self.units]


def code_of(unit: UnitFacts | None) -> str:
    """The code of a unit; of none that of the country."""
    return unit.code if unit else COUNTRY


def members(supply: Supply) -> Sequence[str]:
    """The cells a figure may have: all, then each member of each split."""
    each = (
        f"{split.partition(':')[0]}={member}" for split, names in supply.members.items() for member in names
    )
    return [ALL, *each]
