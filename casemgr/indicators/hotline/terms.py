"""Words of the reconciliation with hotline 111: what it says it sent, what arrived, and why the two differ."""

import datetime
from dataclasses import dataclass, field
from enum import StrEnum

NOWHERE = ""  # the row of what the hotline sent without naming a commune
OUTSIDE = "outside"  # a unit that is none of the rows


class Why(StrEnum):
    """Why a report that was sent to a unit does not stand in its number; in the order in which they are looked at."""

    LATE = "late"
    TRIAGE = "triage"
    REROUTED = "rerouted"
    TOLD_AGAIN = "told_again"
    NOT_VERIFIED = "not_verified"
    NO_PLAN_NEEDED = "no_plan_needed"
    PENDING = "pending"


@dataclass(frozen=True)
class Line:
    """What the hotline says of a month and a unit."""

    month: str
    unit_code: str
    count: int


@dataclass(frozen=True)
class Said:
    """A statement of the hotline."""

    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Referral:
    """One report that came through the hotline, as far as it is compared."""

    told: str  # the row of the unit that the hotline named
    stands: str | None  # the row where it stands here; none: no commune was found yet
    decision: str
    waits: bool  # more was told that nobody has read yet
    arrived: datetime.date


@dataclass(frozen=True)
class Compared:
    """One row: the two numbers and everything that lies between them."""

    row: str
    said: int | None  # by the hotline's own list; none: no list names this row
    sent: int  # of what arrived here, how many it sent to this unit
    why: dict[Why, int] = field(default_factory=dict)  # sent to this unit, not counted in it
    from_elsewhere: int = 0  # counted here, sent to another unit or to none

    @property
    def here(self) -> int:
        """What stands in the number of the unit."""
        return self.sent - sum(self.why.values()) + self.from_elsewhere

    @property
    def unexplained(self) -> int:
        """How many the hotline names that never arrived; below zero: how many arrived that it does not name."""
        return 0 if self.said is None else self.said - self.sent

    @property
    def difference(self) -> int:
        """The hotline's number less the one here."""
        return (self.sent if self.said is None else self.said) - self.here
