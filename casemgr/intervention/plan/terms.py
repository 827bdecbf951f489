"""Words of the plan: its content, how it came about, what was decided on it, and visits of its services."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from casemgr.cases.terms import Explained


class PlanState(StrEnum):
    """How far one version of a plan has come."""

    DRAFT = "draft"
    HANDED_IN = "handed_in"
    RETURNED = "returned"
    APPROVED = "approved"
    VOID = "void"  # approved once, then its content was changed


class Answer(StrEnum):
    """Yes, no, or not known: not known is an answer."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Part(StrEnum):
    """As what somebody receives the decision."""

    IMPLEMENTER = "implementer"
    FATHER = "father"
    MOTHER = "mother"
    CARER = "carer"


@dataclass(frozen=True)
class Goal:
    """What shall be different for the child. The key stays with the goal through all versions."""

    key: str
    text: str


@dataclass(frozen=True)
class Service:
    """One service or task of a plan. The key stays with it through all versions."""

    key: str
    what: str | None = None
    kind: str | None = None  # code of the list service_types
    who: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    cost: int | None = None  # whole đồng; 0 is an answer, nothing is not
    source: str | None = None
    note: str | None = None
    provider: str | None = None  # the provider of services to be mobilised, if one is needed


@dataclass(frozen=True)
class Content:
    """What a plan says: why, for what, and which services."""

    why: str | None = None
    goals: tuple[Goal, ...] = ()
    services: tuple[Service, ...] = ()


@dataclass(frozen=True)
class Making:
    """How a version came about: everybody who wrote in it, what was explained, why an approved one was changed."""

    writers: tuple[str, ...] = ()
    explained: tuple[Explained, ...] = ()
    why_changed: str | None = None


@dataclass(frozen=True)
class Recipient:
    """Somebody who gets the decision, with the services that concern them."""

    key: str
    part: Part
    name: str | None = None
    services: tuple[str, ...] = ()
    alleged: bool = False


@dataclass(frozen=True)
class Relative:
    """A parent or carer: the name, if known, and whether this person is alleged to have done the harm."""

    name: str | None = None
    alleged: bool = False


@dataclass(frozen=True)
class Family:
    """Whom the law names beside those who carry the plan out."""

    father: Relative = Relative()
    mother: Relative = Relative()
    carer: Relative = Relative()


@dataclass(frozen=True)
class Comment:
    """What should be put right in one row, the key of a service or goal, or in one field of it."""

    row: str
    text: str
    field: str | None = None


@dataclass(frozen=True)
class Issue:
    """What the chair types to issue the decision on a plan."""

    number: str | None = None
    effective_on: datetime.date | None = None
    recipients: Collection[str] = ()  # keys of those who receive it


@dataclass(frozen=True)
class Ruling:
    """What the chair decided on a version, and why."""

    number: str | None = None
    reason: str | None = None
    sent_to: tuple[Recipient, ...] = ()
    not_sent_to: tuple[Recipient, ...] = ()
    comments: tuple[Comment, ...] = ()
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Visit:
    """What is noted after a service met the child, or should have."""

    seen: Answer = Answer.UNKNOWN
    alone: Answer = Answer.UNKNOWN
    changed: str | None = None
    promise: str | None = None


class Way(StrEnum):
    """How a decision reached somebody."""

    IN_PERSON = "in_person"
    MEETING = "meeting"
    POST = "post"
    OFFICIAL_MAIL = "official_mail"
    THIRD_PERSON = "third_person"


@dataclass(frozen=True)
class Delivered:
    """That the decision and the plan were handed to somebody, or knowingly not, and why."""

    recipient: Recipient
    way: Way | None = None
    by: str | None = None
    note: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Receipt:
    """Who said that the decision arrived."""

    who: str | None = None


class Message(StrEnum):
    """Whether a message may be left when nobody answers, or somebody else does."""

    NEVER = "never"
    NEUTRAL = "neutral"  # words that say nothing of the case


@dataclass(frozen=True)
class Contact:
    """Somebody who may be called for the child."""

    who: str | None = None
    tie: str | None = None
    phone: str | None = None
    hours: str | None = None


@dataclass(frozen=True)
class SafeContact:
    """How the child may be reached without danger: who may be called and when, what is left, who must not know."""

    contacts: tuple[Contact, ...] = ()
    message: Message = Message.NEVER
    words: str | None = None  # what to say if somebody else answers
    keep_from: str | None = None
    note: str | None = None
