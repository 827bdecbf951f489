"""Words of the safeguards."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Whose(StrEnum):
    """Who somebody is in a case."""

    CHILD = "child"
    PARENT = "parent"
    SUSPECT = "suspect"
    REPORTER = "reporter"
    CARER = "carer"


class Piece(StrEnum):
    """By what two people are taken for one."""

    IDENTITY = "identity"
    PHONE = "phone"
    NAME_AND_YEAR = "name_and_year"
    NAME = "name"


@dataclass(frozen=True)
class Kin:
    """Somebody of the household of a member of staff, as declared. Written in one form only."""

    name: str = ""
    birth_year: int | None = None
    identity: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Declared:
    """What a member of staff said of themselves and their household: sealed."""

    identity: str = ""
    phone: str = ""
    household: tuple[Kin, ...] = ()


@dataclass(frozen=True)
class Person:
    """Somebody in a case, as far as can be compared."""

    whose: Whose
    name: str = ""
    birth_year: int | None = None
    identity: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Breaking:
    """Why the glass was broken: sealed."""

    reason: str


class Verdict(StrEnum):
    """What the supervisor thought of it."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


@dataclass(frozen=True)
class Judged:
    """Why so: sealed."""

    words: str


@dataclass(frozen=True)
class Around:
    """Who could act on a case: by what they are to it."""

    workers: frozenset[UUID] = frozenset()  # who holds it or is a member
    officers: frozenset[UUID] = frozenset()
    chairs: frozenset[UUID] = frozenset()
    province: frozenset[UUID] = frozenset()
    nation: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Handed:
    """Who reads a case from now on, and who has to act."""

    readers: frozenset[UUID]
    told: frozenset[UUID]


@dataclass(frozen=True)
class Reader:
    """Somebody named on a restricted case, as a page shows it."""

    account_id: UUID
    name: str
    since: datetime
    by: str
    can_act: bool


@dataclass(frozen=True)
class Readers:
    """Who may see a case, who is kept out, and who could be named."""

    restricted: bool
    reason: str
    named: tuple[Reader, ...]
    barred: tuple[Reader, ...]
    possible: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True)
class Orphan:
    """A restricted case of which no reader can act: its number, and nothing else."""

    case_id: UUID
    number: str
    unit_id: int | None


@dataclass(frozen=True)
class Kept:
    """Somebody is kept out of a case, as the supervisor sees it."""

    tie_id: UUID
    number: str
    name: str
    since: datetime
    found: tuple[tuple[Whose, Piece], ...]


@dataclass(frozen=True)
class Tries:
    """How often somebody tried in vain to open a case from outside, and when last."""

    name: str
    count: int
    last: datetime


@dataclass(frozen=True)
class GlassLine:
    """One opening from outside, as the supervisor sees it."""

    id: UUID
    number: str
    name: str
    role: str
    opened_at: datetime
    until: datetime
    reason: str
    review_by: date
    late: bool
    reviewed_at: datetime | None = None
    verdict: Verdict | None = None
    words: str = ""
