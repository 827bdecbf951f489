"""Words of notices."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from casemgr.core.outside import NOWHERE, Outside


class About(StrEnum):
    """What somebody is told about."""

    REPORT_UNSEEN = "report_unseen"
    HANDOVER_UNSEEN = "handover_unseen"
    HANDOVER_UNANSWERED = "handover_unanswered"  # seen, and neither accepted nor returned
    NO_HOLDER = "no_holder"
    CLOCK_HOURS = "clock_hours"  # a limit of hours
    CLOCK_DAYS = "clock_days"  # a limit of days, working days, months
    QUESTION = "question"  # somebody asks for help with a case, by its number
    YOURS_ALONE = "yours_alone"  # a restricted case has come to this person
    NO_READER = "no_reader"  # nobody who may read a restricted case can act any more
    GLASS_BROKEN = "glass_broken"  # somebody from outside reads a case for a day
    GLASS_REVIEW = "glass_review"  # that is to be reviewed
    GLASS_TRIED = "glass_tried"  # somebody tries in vain to open cases
    RETURN_DUE = "return_due"  # a statistical return of a unit waits to be signed


# Told by their number alone, though the case itself may not be seen
TOLD_ANYWAY = (About.NO_READER, About.GLASS_BROKEN, About.GLASS_REVIEW, About.GLASS_TRIED)


class Level(StrEnum):
    """Who is told, in this order."""

    HOLDER = "holder"
    CHAIR = "chair"
    PROVINCE = "province"
    NATION = "nation"  # only when no province has anybody


class CountedFrom(StrEnum):
    """From when a threshold is counted."""

    SINCE = "since"  # the moment the matter began to wait
    DUE = "due"  # the moment the limit runs out; before it when negative


@dataclass(frozen=True)
class Threshold:
    """When a level is told about a matter: a dated setting with its reason."""

    about: About
    level: Level
    counted_from: CountedFrom
    after: timedelta
    valid_from: date
    valid_to: date | None
    reason_vi: str
    reason_en: str


@dataclass(frozen=True)
class Matter:
    """Something that waits for a reaction."""

    about: About
    ref: str  # the same matter has the same mark, so that nobody is told twice
    case_id: UUID | None  # none: it is about a return
    number: str
    unit_id: int | None
    holder_id: UUID | None
    since: datetime
    due_at: datetime | None = None
    clock: str | None = None


@dataclass(frozen=True)
class Staff:
    """Who could be told about a matter: by level, the nearest first."""

    holder: Sequence[UUID] = ()
    officers: Sequence[UUID] = ()
    chairs: Sequence[UUID] = ()
    province: Sequence[UUID] = ()
    nation: Sequence[UUID] = ()


@dataclass(frozen=True)
class Standing:
    """How far a matter has climbed, and whom it reaches next if nobody reacts."""

    told: Sequence[tuple[Level, datetime]] = ()
    next: tuple[Level, datetime] | None = None


@dataclass(frozen=True)
class Line:
    """One notice as its page shows it."""

    id: UUID | None  # none: it is true now, though the reminders have not been run
    number: str
    about: About
    level: Level
    clock: str | None
    due_at: datetime | None
    at: datetime
    read: bool


@dataclass(frozen=True)
class Mark:
    """Where a run of reminders goes on."""

    part: int = 0
    after: UUID | None = None


@dataclass(frozen=True)
class Ran:
    """What one portion of a run did."""

    looked_at: int = 0
    told: int = 0
    escalated: int = 0
    next: Mark | None = None

    def and_then(self, other: "Ran") -> "Ran":
        """Two portions taken together."""
        return Ran(
            self.looked_at + other.looked_at,
            self.told + other.told,
            self.escalated + other.escalated,
            other.next,
        )


class MailState(StrEnum):
    """What became of a letter."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class Mailbox:
    """The mail server that takes our letters."""

    host: str
    port: int
    sender: str
    link: str  # address of this installation, for the link in a letter
    user: str = ""
    password: str = field(default="", repr=False)
    encrypted: bool = True
    outside: Outside = NOWHERE


@dataclass(frozen=True)
class Letter:
    """One letter: a number, what is due, a link. No name."""

    to: str = field(repr=False)
    subject: str
    text: str


@dataclass(frozen=True)
class Entry:
    """One entry of a calendar."""

    uid: str
    at: datetime
    changed_at: datetime
    title: str
    link: str
