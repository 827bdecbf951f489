"""Words of reporting: schedules, due days, states, and what a version keeps; as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from casemgr.core.words import Later, _l
from casemgr.indicators.bands import Source
from casemgr.indicators.terms import FrozenTable, Level, Told


class Every(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


MONTHS: Mapping[Every, int] = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF: 6, Every.YEAR: 12}


class State(StrEnum):
    """How far a return has come."""

    DRAFT = "draft"  # every number is there, nobody has signed
    CHECKED = "checked"  # signed, waits for the level above
    RETURNED = "returned"  # given back with a reason
    APPROVED = "approved"
    PUBLISHED = "published"


STATES: Mapping[State, Later] = {
    State.DRAFT: _l("Draft"),
    State.CHECKED: _l("Checked, awaiting approval"),
    State.RETURNED: _l("Returned to be put right"),
    State.APPROVED: _l("Approved"),
    State.PUBLISHED: _l("Made public"),
}


class Reported(StrEnum):
    """Whether a unit has reported for a period."""

    ON_TIME = "on_time"
    NIL = "nil"  # on time or late: nothing happened, and somebody signed for it
    LATE = "late"
    AWAITED = "awaited"  # not yet, and not yet due
    SILENT = "silent"  # due, and nothing was signed


REPORTED: Mapping[Reported, Later] = {
    Reported.ON_TIME: _l("Reported on time"),
    Reported.NIL: _l("Nil return, signed"),
    Reported.LATE: _l("Reported late"),
    Reported.AWAITED: _l("Not due yet"),
    Reported.SILENT: _l("Silent: due, nothing signed"),
}


@dataclass(frozen=True)
class Due:
    """Until when a return is signed: before a day of the year for each part of it, or so many days after its period."""

    before: tuple[str, ...] = ()  # '05-10', one for each period of a year; '' where none is asked for
    days_after: int | None = None


@dataclass(frozen=True)
class Asked:
    """One table of a form: an indicator, how it is split, and whether the units below stand in rows too."""

    set: str
    code: str
    by: str = ""
    units: bool = False


@dataclass(frozen=True)
class Form:
    """The tables of a return."""

    code: str
    name: Told
    tables: tuple[Asked, ...]
    source: Source
    basis: Told


@dataclass(frozen=True)
class Step:
    """One level of the chain: until when it signs, and what becomes of what is approved there."""

    level: Level
    due: Due | None  # none: only where a plan asks for it
    publishes: bool
    public: bool  # an edition without small numbers is made for everybody


@dataclass(frozen=True)
class Schedule:
    """Who reports which form, how often, level by level."""

    id: str
    every: Every
    form: Form
    name: Told
    steps: tuple[Step, ...]
    source: Source
    basis: Told
    valid_from: date
    valid_to: date | None = None

    def step(self, level: Level) -> Step | None:
        """What a level does; none where it does not report."""
        return next((step for step in self.steps if step.level is level), None)


@dataclass(frozen=True)
class Term:
    """What a plan says about one schedule and level."""

    schedule: str
    level: Level
    due: Due


@dataclass(frozen=True)
class Plan:
    """Until when a province's units report by its own plan: a dated document with its terms."""

    id: str
    unit: str  # code of the province, or VN
    document: str
    document_day: date
    since: date
    until: date | None
    terms: tuple[Term, ...]
    basis: Told
    source: Source
    note: Told | None = None
    holds: bool = True  # otherwise only an example for a province to take over
    unit_id: int | None = None  # of the province whose plan it is, as it was then; of the country none


@dataclass(frozen=True)
class Wanted:
    """A return that a unit owes: for which schedule, period and place, until which day, by which rule."""

    schedule: Schedule
    period: str
    place: str
    level: Level
    due_on: date
    plan: Plan | None = None

    @property
    def step(self) -> Step:
        found = self.schedule.step(self.level)
        assert found is not None
        return found


@dataclass(frozen=True)
class Frozen:
    """Everything a version keeps: the tables as of an instant, and which facts they were counted from."""

    as_of: datetime
    borders_day: date
    tables: tuple[FrozenTable, ...]
    evidence: Mapping[str, str] = field(
        default_factory=dict
    )  # by entry: the numbers of the fact rows, packed


@dataclass(frozen=True)
class Said:
    """What people wrote on a version."""

    explanations: Mapping[str, str] = field(default_factory=dict)
    amended_because: str = ""
    returned_because: str = ""


@dataclass(frozen=True)
class Written:
    """One line of a thread on a cell."""

    text: str
