"""The words of places: levels, kinds of change, and small values that rules and callers hand around."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from casemgr.core.periods import holds
from casemgr.core.words import Later, _l


class Level(StrEnum):
    """The tier of a unit. Districts ended on 30 June 2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


DIGITS = {Level.PROVINCE: 2, Level.DISTRICT: 3, Level.COMMUNE: 5}
COUNTRY = "VN"


class Relation(StrEnum):
    """What a unit gave to one that came after it."""

    WHOLE = "whole"
    UNCHANGED = "unchanged"
    RENAMED = "renamed_or_retyped"
    PART = "part"
    PART_AREA = "part_area"
    PART_POPULATION = "part_population"
    PART_AREA_ALL_POPULATION = "part_area_all_population"
    DISTRICT_TO_SPECIAL_ZONE = "district_to_special_zone"


CARRIES_ALL_PEOPLE = frozenset(
    {
        Relation.WHOLE,
        Relation.UNCHANGED,
        Relation.RENAMED,
        Relation.PART_AREA_ALL_POPULATION,
        Relation.DISTRICT_TO_SPECIAL_ZONE,
    }
)
CARRIES_NO_PEOPLE = frozenset({Relation.PART_AREA})


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """One unit with one extent, one kind and one name, from a day to a day."""

    id: int
    level: Level
    code: str
    type: str
    name: str
    parent_code: str
    valid_from: date
    valid_to: date | None = None

    def __hash__(self) -> int:
        return self.id

    def in_force(self, day: date) -> bool:
        """Whether the unit exists on this day."""
        return holds(self.valid_from, self.valid_to, day)


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """On a day, the old unit gave something to the new one."""

    old_id: int
    new_id: int
    relation: Relation
    on: date


class Reading(StrEnum):
    """How a code was understood on a day."""

    IN_FORCE = "in_force"
    SUCCESSOR = "successor"
    DIVIDED = "divided"
    NEVER_IN_FORCE = "never_in_force"
    NOT_YET = "not_yet"
    NOT_A_COMMUNE = "not_a_commune"


READINGS: dict[Reading, Later] = {
    Reading.IN_FORCE: _l("The code is in force on this day."),
    Reading.SUCCESSOR: _l(
        "The code was no longer in force; the unit and its people are now in the one shown."
    ),
    Reading.DIVIDED: _l("The unit of this code was divided; which of the new ones is meant must be chosen."),
    Reading.NEVER_IN_FORCE: _l("This code was never given to any unit."),
    Reading.NOT_YET: _l("This code was not yet in force on this day."),
    Reading.NOT_A_COMMUNE: _l("This code belongs to a province or a district, not to a commune."),
}


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a code means on a day: one commune, or several to choose from, or none that can be told."""

    reading: Reading
    unit: UnitFacts | None = None
    candidates: Sequence[UnitFacts] = ()
    province: UnitFacts | None = None  # whose triage has to choose; None is the nation's

    @property
    def reason(self) -> Later:
        """The reading as a sentence."""
        return READINGS[self.reading]


@dataclass(frozen=True, slots=True)
class Standing:
    """Under which unit the records of a unit are shown on a day: one, or its province without saying which."""

    unit: UnitFacts | None
    province: UnitFacts | None = None
    among: Sequence[UnitFacts] = ()

    @property
    def code(self) -> str:
        """The code of the row of a table: of the unit, or of the province with `-unassigned`, or of nobody's."""
        if self.unit is not None:
            return self.unit.code
        return f"{self.province.code if self.province else COUNTRY}-unassigned"


@dataclass(frozen=True, slots=True)
class Found:
    """One commune that a search found, with the province it lies in."""

    unit: UnitFacts
    province: UnitFacts | None


@dataclass(frozen=True, slots=True)
class ListDiff:
    """What loading an official list would change: lines added, changed and missing, and what is wrong with it."""

    added: Sequence[str] = field(default=())
    changed: Sequence[str] = field(default=())
    removed: Sequence[str] = field(default=())
    faults: Sequence[str] = field(default=())

    @property
    def same(self) -> bool:
        """Whether there is nothing to load."""
        return not (self.added or self.changed or self.removed)
