"""The whole law of time as one value: limits with all their versions, the calendar, and what a place added to them.

A place may make a limit shorter, never longer, and may say from when the five working days count. When a time is over
is always told twice: by the law, and, where a place set a shorter one, by its own rule. Only the first is overdue by law.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from casemgr.core.calendar import WorkCalendar, due_days, due_hours, due_months, due_working_days, local_day
from casemgr.core.periods import holds
from casemgr.law.basis import Instrument
from casemgr.law.deadlines import Deadline, Kind, Unit, due_at, shipped, version_on
from casemgr.law.holidays import official_calendar


class CountedFrom(StrEnum):
    """The instant a clock is counted from. The last three are readings of a limit whose start the law leaves open."""

    STEP = "step"
    RECEIPT = "received"  # by whoever heard it first
    STUDY = "study"  # the full assessment, Mẫu 03, was concluded
    MEETING = "meeting"  # the meeting of Điều 27 khoản 2


READINGS = (CountedFrom.RECEIPT, CountedFrom.STUDY, CountedFrom.MEETING)  # the strictest first


class _Dated:
    """What holds from a day to a day, both included."""

    since: date
    until: date | None

    def holds(self, on: date) -> bool:
        return holds(self.since, self.until, on)


@dataclass(frozen=True)
class LocalLimit(_Dated):
    """A shorter limit that a place set for itself by a document, for the days on which it holds."""

    change: int
    unit_id: int
    deadline: str
    value: int
    unit: Unit
    since: date
    until: date | None
    document: str


@dataclass(frozen=True)
class LocalStart(_Dated):
    """From when a place counts the five working days, for the days on which it holds."""

    change: int
    unit_id: int
    reading: CountedFrom
    since: date
    until: date | None
    document: str


@dataclass(frozen=True)
class CatalogueLoaded:
    """A file of the catalogue of indicators as it was loaded; counting reads it."""

    mark: str  # of the row of the log; empty for one that is only thought of
    at: datetime | None
    body: Mapping[str, object] = field(compare=False, repr=False)


@dataclass(frozen=True)
class Due:
    """When the time is over: by the law, under the version named, and by the place's own rule if that is earlier."""

    rule: Deadline
    at: datetime | None
    local_at: datetime | None = None
    local: LocalLimit | None = None


@dataclass(frozen=True)
class Rulebook:
    """The law as known on a day of loading. A value: a changed law is another rulebook."""

    versions: Mapping[str, tuple[Deadline, ...]]
    calendar: WorkCalendar
    limits: tuple[LocalLimit, ...] = ()
    starts: tuple[LocalStart, ...] = ()
    instruments: Mapping[str, Instrument] = field(default_factory=dict)  # those loaded since
    catalogues: tuple[CatalogueLoaded, ...] = ()  # the oldest first

    def deadline(self, id: str, on: date) -> Deadline:
        """The limit as it was in force on a day."""
        return version_on(self.versions, id, on)

    def due(
        self, id: str, counted_from: datetime, *, handled_under: date, units: Collection[int] = ()
    ) -> Due:
        """When the time that began at an instant is over.

        The version is that of the day under whose law the case is handled. A duty that comes back again and again
        (a visit every six months) follows the law of the day from which it is counted.
        """
        day = local_day(counted_from)
        rule = self.deadline(id, handled_under)
        if rule.kind is Kind.RECURRING:
            rule = self.deadline(id, day)
        at = due_at(rule, counted_from, self.calendar)
        own = [
            (_span(one, counted_from, self.calendar), one.change, one)
            for one in self.limits
            if one.deadline == id and one.unit_id in units and one.holds(day)
        ]
        if not own:
            return Due(rule, at)
        local_at, _change, local = min(own, key=lambda entry: entry[:2])
        return Due(rule, at, local_at, local) if at is None or local_at < at else Due(rule, at)

    def start(self, units: Collection[int], on: date) -> CountedFrom:
        """From when the five working days count in a place on a day: from receipt, unless the place said otherwise.

        `units` runs from the commune upwards; what the nearest says holds, and of one unit what it said last.
        """
        for unit in units:
            said = [one for one in self.starts if one.unit_id == unit and one.holds(on)]
            if said:
                return max(said, key=lambda one: (one.since, one.change)).reading
        return CountedFrom.RECEIPT


def _span(local: LocalLimit, counted_from: datetime, calendar: WorkCalendar) -> datetime:
    match local.unit:
        case Unit.HOURS:
            return due_hours(counted_from, local.value)
        case Unit.WORKING_DAYS:
            return due_working_days(counted_from, local.value, calendar)
        case Unit.MONTHS:
            return due_months(counted_from, local.value)
    return due_days(counted_from, local.value)


def shipped_rulebook() -> Rulebook:
    """The law as it ships with the program."""
    return Rulebook(shipped(), official_calendar())
