"""Words of intake: the report, and the story it tells, as frozen values."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from casemgr.children.terms import Birth, Parent, Precision, Sex


class ReportState(StrEnum):
    """How far a report has come, as its sender may know it."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REROUTED = "rerouted"
    CLOSED = "closed"


class Decision(StrEnum):
    """What was decided on a report."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    NOT_VERIFIED = "not_verified"
    OTHER_COMMUNE = "other_commune"
    NO_PLAN_NEEDED = "no_plan_needed"


class Kind(StrEnum):
    """What the hotline asks for."""

    INTERVENTION = "intervention"
    CONSULTATION = "consultation"


@dataclass(frozen=True)
class Incident:
    """What happened, where and when, as told."""

    unit_code: str | None = None
    address: str | None = None
    occurred_on: datetime.date | None = None
    precision: Precision | None = None
    environment: str | None = None
    online: bool | None = None
    description: str | None = None


@dataclass(frozen=True)
class ToldChild:
    """A child as told. Where the child is now is kept apart."""

    ref: str
    name: str | None = None
    sex: Sex | None = None
    birth: Birth = Birth()
    ethnic_group: str | None = None
    disability: str | None = None
    residence_unit_code: str | None = None
    condition: str | None = None
    harms: tuple[str, ...] | None = None
    feared_consequences: str | None = None
    father: Parent = Parent()
    mother: Parent = Parent()
    family: str | None = None
    carer: str | None = None
    identity: str | None = None
    phone: str | None = None
    groups: tuple[str, ...] | None = None  # of children, as hotline 111 tells them apart


@dataclass(frozen=True)
class Relation:
    """What a suspect is to a child."""

    child: str
    relation: str


@dataclass(frozen=True)
class Suspect:
    """A person alleged to have done harm, as told."""

    ref: str
    name: str | None = None
    sex: Sex | None = None
    age: int | None = None
    is_carer: bool | None = None
    relations: tuple[Relation, ...] = ()
    kind: str | None = None  # which of the four sheets of hotline 111 counts this person


@dataclass(frozen=True)
class Story:
    """Everything a report tells, except who told it and where the children are now."""

    incident: Incident = Incident()
    children: tuple[ToldChild, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    actions_taken: str | None = None
    secrecy: str | None = None
    subject: str | None = None  # note (4) of Mẫu 01: which kind of child this is about
    by_hotline: bool | None = None  # it came through hotline 111, also where no machine sent it
    problems: tuple[str, ...] | None = None  # what the hotline was asked about
    results: tuple[str, ...] | None = None  # what came of it, in the hotline's words


@dataclass(frozen=True)
class Reporter:
    """Who told it. Sealed apart, with a right of its own."""

    anonymous: bool | None = None
    kind: str | None = None
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    note: str | None = None
    sex: Sex | None = None
    age: int | None = None
    ethnic_group: str | None = None


@dataclass(frozen=True)
class Places:
    """Where each child of the report is now, by its mark."""

    of: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Telling:
    """One telling of a report, from a page or a machine, ready to be received."""

    reference: str | None
    revision: int
    received_at: datetime.datetime
    channel: str | None
    kind: Kind | None
    urgency: str | None
    story: Story
    reporter: Reporter | None
    places: Places
    digest: bytes
