"""Words of the emergency: a measure that was taken, as frozen values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Measure:
    """What was done, and by whom: sealed."""

    code: str  # of the list emergency_measures
    who: str | None = None
    agency: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Taken:
    """A measure with the instant at which it was taken."""

    at: datetime
    measure: Measure


@dataclass(frozen=True)
class Frame:
    """What the rules must know of the case: when it was received, what time it is, and until when the law gives time."""

    received_at: datetime
    now: datetime
    due_at: datetime | None = None  # of the twelve hours, while they run
    earlier: tuple[Taken, ...] = ()
