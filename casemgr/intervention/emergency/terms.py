"""Words of the emergency: measures taken, a separation and its course, who is kept out; as frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from casemgr.cases.terms import Explained
from casemgr.core.calendar import local_day
from casemgr.core.text import fold


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


class SeparationState(StrEnum):
    """How far a separation has come."""

    DRAFT = "draft"
    HANDED_IN = "handed_in"  # the chair decides
    RETURNED = "returned"
    RUNNING = "running"
    AT_COURT = "at_court"  # its time is over, the court was asked and has not decided
    LIFTED = "lifted"  # before its time
    ENDED = "ended"


WRITTEN = frozenset({SeparationState.DRAFT, SeparationState.HANDED_IN, SeparationState.RETURNED})
LIVE = frozenset({SeparationState.RUNNING, SeparationState.AT_COURT})


class CarerKind(StrEnum):
    """Who cares for the child while it is separated, in the order of preference of Điều 42."""

    RELATIVE = "relative"
    OTHER_FAMILY = "other_family"
    FACILITY = "facility"
    OTHER = "other"


class Turn(StrEnum):
    """What can happen to a separation once it was decided."""

    EXTENSION = "extension"
    LIFTING = "lifting"
    ASSESSMENT = "assessment"
    COURT_REQUEST = "court_request"
    COURT_OUTCOME = "court_outcome"


class Conclusion(StrEnum):
    """What the assessment at the end of the separation concludes (TT14 Điều 14)."""

    HOME = "home"
    COURT = "court"


class CourtOutcome(StrEnum):
    """What became of a request to the court."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Part(StrEnum):
    """From what somebody can be kept out."""

    MEETING = "meeting"
    OPINION = "opinion"
    DELIVERY = "delivery"


@dataclass(frozen=True)
class Proposal:
    """The draft of a decision on separation: sealed. The place of stay is sealed apart."""

    ground: str | None = None  # of the list separation_grounds
    reasons: str | None = None
    carer_kind: CarerKind | None = None
    carer_name: str | None = None
    carer_relation: str | None = None
    starts_at: datetime | None = None
    days: int | None = None
    writers: tuple[str, ...] = ()  # none of them decides


@dataclass(frozen=True)
class Stay:
    """Where the child stays while it is separated: hidden from those who must not learn it."""

    place: str


@dataclass(frozen=True)
class Signing:
    """What the chair decided, and how the twelve hours stood: sealed."""

    number: str | None = None
    signed_at: datetime | None = None
    received_at: datetime | None = None  # by whoever heard it first
    commune_at: datetime | None = None  # by the commune that answers
    due_at: datetime | None = None  # from the earlier of the two
    reason: str | None = None  # of giving the draft back
    explained: tuple[Explained, ...] = ()

    @property
    def in_time(self) -> bool | None:
        """Whether the decision was signed within the twelve hours; None where none was signed."""
        if self.signed_at is None or self.due_at is None:
            return None
        return self.signed_at <= self.due_at


@dataclass(frozen=True)
class Said:
    """What one turn of a separation says: sealed. A turn uses the fields that it needs."""

    on: date | None = None
    number: str | None = None
    reason: str | None = None  # of extension and lifting; findings of the assessment; what the court is asked
    days: int | None = None
    last_day: date | None = None
    authority: str | None = None  # that asks for more than the law's longest time
    authority_number: str | None = None
    authority_on: date | None = None
    to_whom: str | None = None  # to whom the child goes back
    conclusion: Conclusion | None = None
    conditions: str | None = None
    court: str | None = None  # of the list courts, as on the day of the request
    court_name: str | None = None
    outcome: CourtOutcome | None = None
    decided: str | None = None
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Happened:
    """One turn of a separation, as other rooms may know it."""

    turn: Turn
    at: datetime
    by: UUID | None
    said: Said


@dataclass(frozen=True)
class Course:
    """A separation that was decided, with all that came of it. The place of stay is not in it."""

    id: UUID
    state: SeparationState
    proposal: Proposal
    signing: Signing
    drafted_by: UUID | None
    decided_by: UUID | None
    starts_at: datetime
    last_day: date
    longest_day: date  # until when the law lets it last without the request of an authority
    ended_at: datetime | None
    turns: tuple[Happened, ...] = ()

    @property
    def days(self) -> int:
        """For how many days it was decided, with its extensions. The day of the start is not counted."""
        return (self.last_day - local_day(self.starts_at)).days

    def last(self, turn: Turn) -> Happened | None:
        """The last turn of a kind."""
        return next((one for one in reversed(self.turns) if one.turn is turn), None)

    @property
    def awaits_court(self) -> Happened | None:
        """The request to the court that has no outcome yet."""
        about = [one for one in self.turns if one.turn in (Turn.COURT_REQUEST, Turn.COURT_OUTCOME)]
        return about[-1] if about and about[-1].turn is Turn.COURT_REQUEST else None


@dataclass(frozen=True)
class Receipts:
    """When the report was received, first by whom ever, then by the commune; the earlier starts the twelve hours."""

    original: datetime
    commune: datetime
    due_at: datetime | None  # by law
    local_at: datetime | None = None  # by a shorter rule of the place

    @property
    def earlier(self) -> datetime:
        """From when the twelve hours are counted."""
        return min(self.original, self.commune)


_PARENTS = {"father": ("father",), "mother": ("mother",), "parent_unspecified": ("father", "mother")}


@dataclass(frozen=True)
class Person:
    """Somebody around the child who may have to be kept out: a parent, the carer, a person alleged to have done harm."""

    key: str  # father, mother, carer, or suspect- and the mark of the report
    name: str | None
    relation: str | None  # of the list relations
    alleged: bool
    is_the_carer: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """Every key the same person stands under: the own one, that of the parent they are, that of the carer."""
        carer = ("carer",) if self.is_the_carer else ()
        return tuple(dict.fromkeys((self.key, *_PARENTS.get(self.relation or "", ()), *carer)))


@dataclass(frozen=True)
class Ban:
    """Who is kept out of what, and why: sealed."""

    key: str
    name: str | None
    relation: str | None
    parts: tuple[Part, ...]
    ground: str
    also: tuple[str, ...] = ()  # further keys of the same person
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class BanEnd:
    """Why somebody is no longer kept out: sealed."""

    reason: str


@dataclass(frozen=True)
class Withheld:
    """A decision that keeps somebody out, as other rooms use it."""

    id: UUID
    ban: Ban
    decided_by: UUID | None
    decided_at: datetime

    def is_(self, key: str, name: str | None = None) -> bool:
        """Whether this is the person with a key, or of this name."""
        if key in (self.ban.key, *self.ban.also):
            return True
        return bool(name and self.ban.name and fold(name) == fold(self.ban.name))
