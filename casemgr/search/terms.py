"""Words of searching: what is shown of a child outside, candidates, requests to see a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from casemgr.children.comparing import Likeness
from casemgr.children.rules import Masked


class Verdict(StrEnum):
    """What a person says of two files that look alike. The first leads to a merge, the others are remembered."""

    SAME = "same"
    SIBLING = "sibling"
    OTHER = "other"


class PairState(StrEnum):
    """How far two files that look alike have come."""

    WAITING = "waiting"
    SIBLING = "sibling"
    OTHER = "other"


class RequestState(StrEnum):
    """How far a request to see a file has come."""

    WAITING = "waiting"
    SHARED = "shared"
    REFUSED = "refused"


@dataclass(frozen=True)
class Why:
    """Why somebody asks, or what was answered."""

    text: str


@dataclass(frozen=True)
class Outside:
    """A child outside the reader's files: covered, with the office to ask."""

    child_id: int
    covered: Masked
    unit_id: int | None
    score: float
    likeness: Likeness | None = None


@dataclass(frozen=True)
class Quota:
    """How many wide searches somebody made within the last hour, and how many are free of questions."""

    made: int
    free: int

    @property
    def used_up(self) -> bool:
        return self.made >= self.free


@dataclass(frozen=True)
class Family:
    """A child in scope that may be of the same household, and by what."""

    child_id: int
    name: str | None
    by: Sequence[str]  # mother | father | phone
