"""The room's own words: what is asked of a table, and what an indicator is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casemgr.core.words import Later, both
from casemgr.indicators.bands import Source


class Level(StrEnum):
    """Which units make the rows of a table."""

    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"
    NATION = "nation"


class Place(StrEnum):
    """Which unit of a case is counted."""

    INCIDENT = "incident"
    RESIDENCE = "residence"


class Borders(StrEnum):
    """Which units a table shows: those in force on the period's last day, or the present ones."""

    OLD = "old"
    NEW = "new"


class Counts(StrEnum):
    """What one in a number is: the fact column of which each value counts once."""

    CHILDREN = "child"
    REPORTS = "report"
    CASES = "case"


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


Condition = AnyOf | NoneOf


@dataclass(frozen=True)
class Part:
    """One part of a definition and how sure it is."""

    key: str
    name: Later
    source: Source


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
    concept: Later  # what the official text says it is, as far as it was read
    definition: Later  # how this system counts it
    formula: Later
    unit: Later
    counting_unit: Later
    reporting_date: Later
    basis: str
    parts: tuple[Part, ...]
    splits: tuple[str, ...]  # the split keys that the source names
    counts: Counts
    always: tuple[Condition, ...]  # what every counted fact holds
    decided: AnyOf  # what holds too, unless the decision itself is asked for
    dated_by: str = "received"  # the fact column whose day falls into the period

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return both(self.name_vi, self.name_en)

    @property
    def id(self) -> str:
        return f"{self.set}/{self.code}"
