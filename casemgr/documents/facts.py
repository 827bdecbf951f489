"""What a form is filled from: frozen values, read once, from which a recipient's hidden parts have been taken out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from casemgr.assessment import terms as assessment
from casemgr.children.terms import Birth, Card, Detail
from casemgr.intake.terms import Reporter, Story
from casemgr.intervention.emergency.terms import Taken
from casemgr.intervention.plan import terms as plan
from casemgr.review import terms as review


@dataclass(frozen=True)
class Letterhead:
    """Which agency issues, and where."""

    agency: str = ""  # the unit's full name: Xã Na Sầm
    place: str = ""  # the name alone: Na Sầm
    province: str = ""


@dataclass(frozen=True)
class Printing:
    """For whom, why, when and under which number a paper is made."""

    letterhead: Letterhead = Letterhead()
    number: str = ""
    register: str = ""  # the number in the register, where the paper has a number of its own
    on: date | None = None
    at: datetime | None = None
    secrecy: str = ""
    scope: str = ""
    recipient: str = ""
    purpose: str = ""
    printed_by: str = ""
    case_number: str = ""
    checked: bool = False
    rehearsal: bool = False
    replaces: str = ""
    signer: str = ""
    signer_title: str = ""


@dataclass(frozen=True)
class Concluded:
    """A concluded assessment."""

    answers: assessment.Answers
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class Planned:
    """A version of the plan, who wrote it and what the chair decided on it."""

    content: plan.Content
    round: int = 1
    written_by: str = ""
    handed_in_at: datetime | None = None
    ruling: plan.Ruling | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    effective_on: date | None = None
    approved: bool = False


@dataclass(frozen=True)
class Earlier:
    """How a row of Mẫu 06 was judged last time."""

    level: str | None
    form: str


@dataclass(frozen=True)
class Reviewed:
    """A review that was concluded."""

    answers: review.Answers
    state: str = ""
    at: datetime | None = None
    by: str = ""
    before: Mapping[str, Earlier] = field(default_factory=dict)


@dataclass(frozen=True)
class Separated:
    """A decision that a child is kept apart from its surroundings for a time."""

    grounds: tuple[str, ...] = ()
    reasons: str | None = None
    place: str | None = None
    carer: str | None = None
    since: datetime | None = None
    days: int | None = None
    until: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    number: str | None = None


@dataclass(frozen=True)
class Attending:
    """Somebody at a meeting."""

    name: str | None = None
    role: str | None = None


@dataclass(frozen=True)
class Met:
    """The meeting that settles which measures are taken."""

    at: datetime | None = None
    place: str | None = None
    chair: str = ""
    secretary: str = ""
    present: tuple[Attending, ...] = ()
    absent: tuple[Attending, ...] = ()
    opinions: tuple[tuple[str, str], ...] = ()
    child_says: str | None = None
    carer_says: str | None = None
    measures: tuple[str, ...] = ()
    conclusion: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who wants to care for a child."""

    name: str | None = None
    birth: Birth = Birth()
    sex: str | None = None
    identity: str | None = None
    phone: str | None = None
    address: str | None = None
    occupation: str | None = None
    ethnic_group: str | None = None


@dataclass(frozen=True)
class Condition:
    """One condition of the law, whether it is met, and what that rests on."""

    wording: str
    met: str = ""  # yes, no, unknown
    evidence: str | None = None


@dataclass(frozen=True)
class Applied:
    """Somebody's registration to give substitute care."""

    person: Person = Person()
    spouse: Person | None = None
    members: tuple[Person, ...] = ()
    form: str | None = None  # of the list alternative_care_forms
    wishes: str | None = None
    housing: str | None = None
    income: str | None = None
    health: str | None = None
    reasons: str | None = None
    applied_on: date | None = None
    status: str | None = None
    conditions: tuple[Condition, ...] = ()
    conclusion: str | None = None
    checked_by: str = ""
    checked_on: date | None = None
    relation: str | None = None


@dataclass(frozen=True)
class Placed:
    """A decision to give a child into substitute care, and how it ended."""

    carer: Person = Person()
    form: str | None = None
    reason: str | None = None
    relation: str | None = None
    since: date | None = None
    until: date | None = None
    number: str | None = None
    decided_by: str = ""
    decided_on: date | None = None
    child_opinion: str | None = None
    consent: str | None = None
    why: str | None = None
    siblings: str | None = None
    duties: str | None = None
    end_reason: str | None = None
    end_note: str | None = None
    end_asked_by: str | None = None
    ended_on: date | None = None
    end_number: str | None = None
    end_decided_by: str = ""
    end_decided_on: date | None = None
    afterwards: str | None = None


@dataclass(frozen=True)
class Visited:
    """One visit to a child in substitute care."""

    on: date | None = None
    by: str = ""
    which: str | None = None
    seen: str | None = None
    alone: str | None = None
    findings: tuple[tuple[str, str], ...] = ()
    child_says: str | None = None
    carer_says: str | None = None
    conclusion: str | None = None
    proposal: str | None = None


@dataclass(frozen=True)
class Needing:
    """The assessment of a child that needs substitute care."""

    reason: str | None = None
    findings: tuple[tuple[str, str], ...] = ()
    health: str | None = None
    family: str | None = None
    needs: str | None = None
    wishes: str | None = None
    relatives: str | None = None
    proposal: str | None = None
    by: str = ""
    on: date | None = None


@dataclass(frozen=True)
class InFacility:
    """A child in a facility that needs family care."""

    name: str | None = None
    birth: Birth = Birth()
    sex: str | None = None
    facility: str | None = None
    since: date | None = None
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class UnitFacts:
    """What a list of a unit is filled from."""

    quarter: int | None = None
    year: int | None = None
    carers: tuple[Applied, ...] = ()
    children: tuple[InFacility, ...] = ()


@dataclass(frozen=True)
class CaseFacts:
    """Everything on file about one child's case that a form may ask for."""

    number: str = ""
    received_at: datetime | None = None
    channel: str | None = None
    received_by: str = ""
    ref: str = ""
    story: Story = Story()
    card: Card = Card()
    detail: Detail = Detail()
    reporter: Reporter | None = None
    place: str | None = None
    hidden: frozenset[str] = frozenset()  # parts that were taken out for the recipient
    residence: str | None = None
    incident_unit: str | None = None
    initial: Concluded | None = None
    full: Concluded | None = None
    measures: tuple[Taken, ...] = ()
    plan: Planned | None = None
    review: Reviewed | None = None
    separation: Separated | None = None
    meeting: Met | None = None
    needing: Needing | None = None
    applied: Applied | None = None
    placed: Placed | None = None
    visited: Visited | None = None


@dataclass(frozen=True)
class Facts:
    """What one paper is filled from: the case or the unit or the carer it is about, and how it is printed."""

    printing: Printing = Printing()
    case: CaseFacts = CaseFacts()
    applied: Applied = Applied()
    unit: UnitFacts = UnitFacts()
