"""Words of alternative care: carers, what was checked about them, the child's profile, the course of a placement."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from casemgr.cases.terms import Explained
from casemgr.children.terms import Birth, Sex


class CarerKind(StrEnum):
    """How somebody came on the register."""

    APPLICATION = "application"  # Mẫu 08
    NOTICE = "notice"  # a relative told the commune


class CarerState(StrEnum):
    """How a registration stands."""

    REGISTERED = "registered"
    STOPPED = "stopped"  # a child was taken out of this family: nobody else is placed there
    ENDED = "ended"


class Answer(StrEnum):
    """What is known of a condition or a question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class CareForm(StrEnum):
    """The four forms of Luật Trẻ em, Điều 61."""

    KIN = "kin"
    NON_KIN = "non_kin"
    ADOPTION = "adoption"
    FACILITY = "facility"


FAMILY = (CareForm.KIN, CareForm.NON_KIN)


class State(StrEnum):
    """How far a placement has come."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    GIVEN = "given"
    ENDED = "ended"
    DROPPED = "dropped"  # never came about


OPEN = (State.DECIDED, State.GIVEN)
UNDECIDED = (State.PROPOSED, State.GIVEN)  # a decision may come, while none was taken


class EntryKind(StrEnum):
    """What can be written down about a placement."""

    MEETING = "meeting"  # the child gets to know the family
    VISIT = "visit"  # Mẫu 13
    CARER_REPORT = "carer_report"
    FIT_REVIEW = "fit_review"
    TRANSITION = "transition"  # the child turns sixteen
    LISTED = "listed"  # Mẫu 14 arrived
    APPRAISED = "appraised"
    ORDERED = "ordered"  # the commune's decision reached the facility's authority
    FACILITY_ENDED = "facility_ended"


TRANSFER = (EntryKind.LISTED, EntryKind.APPRAISED, EntryKind.ORDERED, EntryKind.FACILITY_ENDED)


class Consent(StrEnum):
    """How the written consent of Luật Trẻ em, Điều 63 khoản 1 stands."""

    GIVEN = "given"
    EXEMPT = "exempt"
    REFUSED = "refused"
    MISSING = "missing"


class Siblings(StrEnum):
    """Whether brothers and sisters stay together."""

    NONE = "none"
    TOGETHER = "together"
    APART = "apart"


@dataclass(frozen=True)
class Member:
    """Somebody of the carer's household."""

    name: str
    birth_year: int | None = None


class Certainty(StrEnum):
    """How sure it is that a record is of the person asked for."""

    IDENTITY = "identity"
    NAME_AND_YEAR = "name_and_year"
    NAME = "name"


@dataclass(frozen=True)
class Hit:
    """That something is on record against somebody of a household, and which unit to ask."""

    name: str
    certainty: Certainty
    unit_id: int | None = None


@dataclass(frozen=True)
class Person:
    """Whoever gives care."""

    name: str = ""
    sex: Sex | None = None
    birth: Birth = Birth()
    foreigner: bool = False
    identity: str | None = None  # number of the identity card: records are looked up by it
    occupation: str | None = None
    address: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Wishes:
    """For which child somebody is ready."""

    forms: tuple[str, ...] = ()
    sex: str | None = None
    age_from: int | None = None
    age_to: int | None = None
    number: int | None = None
    relation: str | None = None  # to a certain child, in a relative's notice
    note: str | None = None


@dataclass(frozen=True)
class Papers:
    """The papers of a registration with the days on which they were made."""

    identity_seen: bool = False
    health_on: date | None = None
    residence_since: date | None = None
    residence_until: date | None = None
    other: str | None = None


@dataclass(frozen=True)
class Registration:
    """Everything a registration says (Mẫu 08): sealed."""

    person: Person = Person()
    household: tuple[Member, ...] = ()
    wishes: Wishes = Wishes()
    papers: Papers = Papers()
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Stopping:
    """Why a registration ended: sealed."""

    why: str


@dataclass(frozen=True)
class Checked:
    """One condition as it was checked."""

    code: str
    answer: Answer = Answer.UNKNOWN
    evidence: str | None = None


@dataclass(frozen=True)
class Check:
    """All conditions as one person found them on one day (Mẫu 11): sealed."""

    conditions: tuple[Checked, ...] = ()
    hits: tuple[str, ...] = ()  # whom of the household the records of sanctions and prosecutions know
    note: str | None = None

    def of(self, code: str) -> Checked:
        """What was found about one condition."""
        return next((one for one in self.conditions if one.code == code), Checked(code))


@dataclass(frozen=True)
class Profile:
    """The child as described and assessed for care (Mẫu 10): sealed."""

    reason: str | None = None  # of the list alternative_care_reasons
    why: str | None = None
    child_says: str | None = None
    not_asked: str | None = None  # why the child could not be asked
    health: str | None = None
    school: str | None = None
    feelings: str | None = None
    family: str | None = None
    contact: str | None = None  # how the child keeps in touch with its family
    services: tuple[str, ...] = ()
    photo_on: date | None = None
    fits: str | None = None  # which form of care would fit
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Choice:
    """Whom the child is to be placed with, and why so: sealed. The carer is kept as known on that day."""

    reason: str | None = None
    carer: Registration | None = None
    facility: str | None = None
    rank: str | None = None  # of the list alternative_care_priority
    relation: str | None = None
    consent: Consent | None = None
    consent_by: str | None = None
    consent_on: date | None = None
    no_consent: str | None = None
    siblings: Siblings | None = None
    siblings_why: str | None = None
    child_says: str | None = None
    not_asked: str | None = None
    contact: str | None = None
    change_reason: str | None = None  # why another placement ends for this one
    why: str | None = None
    writers: tuple[str, ...] = ()
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Issue:
    """What is typed to decide on a placement, or to write another authority's decision down."""

    authority: str | None = None
    number: str | None = None
    decided_on: date | None = None
    signed_by: str | None = None


@dataclass(frozen=True)
class Ruling:
    """The decision (Mẫu 12): sealed."""

    authority: str = ""
    number: str = ""
    signed_by: str | None = None
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Handing:
    """How the child was handed over: sealed."""

    present: str | None = None
    with_it: str | None = None  # what came with the child: papers, clothes, medicine
    child_says: str | None = None
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Ending:
    """Why and how a placement ends (Mẫu 15, 16): sealed."""

    reason: str | None = None
    why: str | None = None
    asked_by: str | None = None
    child_says: str | None = None
    not_asked: str | None = None
    goes_to: str | None = None
    number: str | None = None
    removed: bool = False  # taken out at once because harm was found
    writers: tuple[str, ...] = ()  # who asked for the end, and for whom
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Said:
    """What was written down on one occasion: sealed."""

    present: str | None = None
    seen: Answer | None = None
    alone: Answer | None = None
    child_says: str | None = None
    health: str | None = None
    school: str | None = None
    feelings: str | None = None
    carers: str | None = None
    danger: Answer | None = None
    fits: Answer | None = None
    outcome: str | None = None
    reference: str | None = None
    note: str | None = None
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class CheckFile:
    """One check of the conditions, for Mẫu 11."""

    id: UUID
    on: date
    by: str
    said: Check


@dataclass(frozen=True)
class CarerFile:
    """A registration as it stands, for Mẫu 08, 09 and 11."""

    id: UUID
    unit_id: int
    kind: CarerKind
    state: CarerState
    registered_on: date
    ended_on: date | None
    version: int
    said: Registration
    check: CheckFile | None = None
    why_ended: str | None = None


@dataclass(frozen=True)
class ProfileFile:
    """The child's profile, for Mẫu 10."""

    id: UUID
    revision: int
    on: date
    by: str
    said: Profile


@dataclass(frozen=True)
class EntryFile:
    """One entry, for Mẫu 13 and 14."""

    id: UUID
    kind: EntryKind
    on: date
    by: str
    said: Said


@dataclass(frozen=True)
class PlacementFile:
    """A placement from the proposal to its end, for Mẫu 12, 13, 15 and 16."""

    id: UUID
    case_id: UUID
    child_id: int
    carer_id: UUID | None
    unit_id: int | None  # where the carers live
    form: CareForm
    urgent: bool
    state: State
    replaces_id: UUID | None
    proposed_on: date
    proposed_by: str
    decided_on: date | None
    decided_by: str
    given_on: date | None
    end_asked_on: date | None
    ended_on: date | None
    version: int
    choice: Choice
    ruling: Ruling | None
    handing: Handing | None
    ending: Ending | None
    entries: tuple[EntryFile, ...] = ()
    ended_by: str = ""


@dataclass(frozen=True)
class QuarterRow:
    """One line of the quarter's list (Mẫu 09)."""

    carer: CarerFile
    new: bool
    ended: bool
    children: int  # placed with this carer on the last day


@dataclass(frozen=True)
class QuarterList:
    """The register of a unit over one quarter (Mẫu 09)."""

    unit_id: int
    quarter: str
    first: date
    last: date
    rows: tuple[QuarterRow, ...] = ()
