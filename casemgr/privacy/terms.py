"""Words of data protection: consents, requests of people, incidents, what is processed; as frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

PUBLICATION = "publication"  # the purpose without which nothing leaves the case team
URGENT, CONSENT = "urgent_protection", "consent"


class Side(StrEnum):
    """Whose consent it is: the child's own, or that of whoever stands for the child."""

    CHILD = "child"
    REPRESENTATIVE = "representative"


class Method(StrEnum):
    """How a consent was given. Silence is none."""

    PAPER = "paper"
    AUDIO = "audio"
    SIGNED = "signed"


class Told(StrEnum):
    """Yes, no, or not clear yet."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class RequestState(StrEnum):
    """How far a request has come."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"


class Answer(StrEnum):
    """How a request was answered."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


class Relation(StrEnum):
    """What whoever asks is to the child."""

    SELF = "self"
    FATHER = "father"
    MOTHER = "mother"
    GUARDIAN = "guardian"
    OTHER = "other"


@dataclass(frozen=True)
class Given:
    """A consent as it was given, and its end."""

    giver: str
    relation: str = ""
    data_types: str = ""
    opinion: str = ""  # what the child says itself
    method: Method | None = None
    evidence: str = ""
    withdrawn_because: str = ""


@dataclass(frozen=True)
class Conflict:
    """What stands between whoever asks and the child."""

    alleged: Told = Told.NO
    lives_with: Told = Told.NO
    kept_apart: Told = Told.NO
    same_name: bool = False  # somebody of this name is alleged in a case of the child

    @property
    def exists(self) -> bool:
        """Whether the request goes to the supervisor: what is not clear counts as a conflict."""
        answers = (self.alleged, self.lives_with, self.kept_apart)
        return self.same_name or any(one is not Told.NO for one in answers)


@dataclass(frozen=True)
class Asked:
    """Who asks for what, and how it was checked that they may."""

    requester: str
    relation: Relation | None
    what: str
    contact: str = ""
    checked: str = ""
    conflict: Conflict = Conflict()


@dataclass(frozen=True)
class Correction:
    """One thing that was put right: the old value stays."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Replied:
    """What was answered, and why."""

    reason: str = ""
    done: str = ""
    evidence: str = ""
    extended_because: str = ""
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Happened:
    """What an incident's record says: everything but whom a case is about."""

    act: str = ""
    place: str = ""
    people: str = ""
    data_types: str = ""
    children: int | None = None
    records: int | None = None
    contact: str = ""
    consequences: str = ""
    measures: str = ""
    closed_because: str = ""


@dataclass(frozen=True)
class Volume:
    """What somebody saw in a time, counted in the access log."""

    children: int
    records: int
    looks: int
    exported: int


@dataclass(frozen=True)
class Purpose:
    """One purpose of processing as the register tells it."""

    title: str
    bases: tuple[str, ...]
    data_types: str
    people: str
    recipients: str
    retention: str
    safeguards: str
    note: str = ""


@dataclass(frozen=True)
class Span:
    """From when to when."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Times:
    """The clocks of a request."""

    acknowledge_by: datetime
    answer_by: datetime
    rule_from: date
