"""Words of papers: for whom one is made, how secret it is, and what the register keeps, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum

from casemgr.core.words import Later, _l


class Recipient(StrEnum):
    """Whom a paper is made for. What must not be seen there is taken out."""

    POLICE = "police"
    COURT = "court"
    HEALTH = "health"
    SCHOOL = "school"
    PROVIDER = "provider"
    FATHER = "father"
    MOTHER = "mother"
    CARER = "carer"
    SUBSTITUTE = "substitute_carer"
    COMMUNE = "commune"
    PROVINCE = "province"
    OWN_FILE = "own_file"
    OTHER = "other"


FAMILY = frozenset({Recipient.FATHER, Recipient.MOTHER, Recipient.CARER})


class Secrecy(StrEnum):
    """How secret a paper is (Điều 24 asks for a level and a scope)."""

    PRIVATE = "private"
    NAMED_ONLY = "named_only"
    STATE = "state"


class Format(StrEnum):
    """As what a paper is handed out."""

    DOCX = "docx"
    PDF = "pdf"


class Subject(StrEnum):
    """What a form is about."""

    CASE = "case"
    SEPARATION = "separation"
    MEETING = "meeting"
    PLACEMENT = "placement"
    VISIT = "visit"
    CARER = "carer"
    UNIT = "unit"


class Shown(StrEnum):
    """What is left out of a paper unless its recipient may have it and the issuer says why."""

    REPORTER = "reporter"
    PLACE = "place"


@dataclass(frozen=True)
class Wish:
    """What the issuer asks for: for whom, why, how secret, and what is shown although it is hidden by default."""

    recipient: Recipient
    name: str
    purpose: str
    secrecy: Secrecy | None
    scope: str
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Issue:
    """What the register keeps of an issued paper beside its number: sealed."""

    recipient: str
    name: str
    purpose: str
    secrecy: str
    scope: str
    shown: tuple[str, ...] = ()
    removed: int = 0
    digest: str = ""  # SHA-256 of the sealed copy
    explained: tuple[str, ...] = ()
    number: str | None = None  # of a decision that already had one


@dataclass(frozen=True)
class Copy:
    """The exact bytes of the Word file that was issued: sealed. Its PDF is made from it, always the same."""

    docx: bytes


@dataclass(frozen=True)
class Voided:
    """Why an issued paper no longer stands: sealed."""

    reason: str


RECIPIENTS: dict[Recipient, Later] = {
    Recipient.POLICE: _l("Police"),
    Recipient.COURT: _l("Court, procuracy"),
    Recipient.HEALTH: _l("Health service"),
    Recipient.SCHOOL: _l("School"),
    Recipient.PROVIDER: _l("Service provider"),
    Recipient.FATHER: _l("The child’s father"),
    Recipient.MOTHER: _l("The child’s mother"),
    Recipient.CARER: _l("The child’s carer"),
    Recipient.SUBSTITUTE: _l("The substitute carer"),
    Recipient.COMMUNE: _l("Another commune"),
    Recipient.PROVINCE: _l("Provincial agency"),
    Recipient.OWN_FILE: _l("File of this commune"),
    Recipient.OTHER: _l("Somebody else"),
}
SECRECIES: dict[Secrecy, Later] = {
    Secrecy.PRIVATE: _l("Secret of a child’s private life"),
    Secrecy.NAMED_ONLY: _l("For the named recipient only"),
    Secrecy.STATE: _l("State secret: Secret"),
}
SHOWN: dict[Shown, Later] = {
    Shown.REPORTER: _l("Who reported it"),
    Shown.PLACE: _l("Where the child is now"),
}
