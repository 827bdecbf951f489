"""Words of verification and meeting, as frozen values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from casemgr.cases.terms import Explained


class MeetingState(StrEnum):
    """How far the minutes of a meeting are."""

    DRAFT = "draft"
    CONCLUDED = "concluded"
    REPLACED = "replaced"  # corrected by a later version


class Seat(StrEnum):
    """As what somebody is invited to a meeting."""

    CHAIR = "chair"
    DEPUTY_CHAIR = "deputy_chair"
    OFFICER = "officer"
    SOCIAL_WORKER = "social_worker"
    LOCALITY = "locality"  # of the village or residential group
    POLICE = "police"
    HEALTH = "health"
    SCHOOL = "school"
    ASSOCIATION = "association"
    PROVIDER = "provider"
    CHILD = "child"
    FATHER = "father"
    MOTHER = "mother"
    CARER = "carer"
    RELATIVE = "relative"
    OTHER = "other"


FAMILY = (Seat.FATHER, Seat.MOTHER, Seat.CARER)
"""Those whom Điều 27 khoản 2 names: parents and carers. Their seats are the keys of the other rooms."""


class Heard(StrEnum):
    """How the child's opinion came to the meeting."""

    THERE = "there"
    BEFORE = "before"
    NOT_HEARD = "not_heard"


class Way(StrEnum):
    """How something was checked."""

    VISIT = "visit"
    TALK = "talk"
    TELEPHONE = "telephone"
    PAPERS = "papers"
    OTHER = "other"


class Result(StrEnum):
    """What a check found."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Attendee:
    """Somebody who was invited: as what, from where, and whether they came."""

    seat: Seat
    name: str | None = None
    organisation: str | None = None
    came: bool = True


@dataclass(frozen=True)
class Opinion:
    """What a parent or carer said."""

    key: str  # father, mother, carer
    words: str


@dataclass(frozen=True)
class Content:
    """The minutes of a meeting: sealed."""

    place: str | None = None
    presided_by: str | None = None
    people: tuple[Attendee, ...] = ()
    heard: Heard | None = None
    child_words: str | None = None
    opinions: tuple[Opinion, ...] = ()
    measures: tuple[str, ...] = ()  # of the list protection_measures
    measures_note: str | None = None
    minutes: str | None = None
    conclusion: str | None = None
    why_corrected: str | None = None
    explained: tuple[Explained, ...] = ()

    @property
    def present(self) -> tuple[Attendee, ...]:
        """Who was there."""
        return tuple(one for one in self.people if one.came)

    @property
    def absent(self) -> tuple[Attendee, ...]:
        """Who was invited and did not come."""
        return tuple(one for one in self.people if not one.came)

    def opinion(self, key: str) -> str | None:
        """What a parent or the carer said."""
        return next((one.words for one in self.opinions if one.key == key), None)


@dataclass(frozen=True)
class Held:
    """A meeting that was concluded, as other rooms may know it; in its last version."""

    id: UUID
    number: int
    revision: int
    round: int
    held_at: datetime
    content: Content
    drafted_by: UUID | None
    concluded_by: UUID | None
    concluded_at: datetime


@dataclass(frozen=True)
class Check:
    """What was checked of a report, how, with whom, and what came of it: sealed."""

    what: str | None = None
    way: Way | None = None
    with_whom: str | None = None
    result: Result | None = None
    found: str | None = None


@dataclass(frozen=True)
class Checked:
    """One entry of the verification, as other rooms may know it."""

    id: UUID
    checked_at: datetime
    check: Check
    recorded_by: UUID | None
    recorded_at: datetime
