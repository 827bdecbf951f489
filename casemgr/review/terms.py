"""Words of the review: what was answered on Mẫu 06, and what was decided on closing."""

from dataclasses import dataclass, field
from enum import StrEnum

from casemgr.assessment.terms import Rating
from casemgr.cases.terms import Explained
from casemgr.intervention.plan.terms import Answer


class ReviewState(StrEnum):
    """How far a review has come."""

    DRAFT = "draft"
    PROPOSED = "proposed"  # closing was proposed, the chair decides
    AGAIN = "again"  # another round of planning
    REFUSED = "refused"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What a review leads to: codes of the list review_results."""

    CLOSE = "close"
    NEXT_ROUND = "next_round"


class Reached(StrEnum):
    """What became of one goal of the plan."""

    REACHED = "reached"
    PARTLY = "partly"
    NOT_REACHED = "not_reached"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class GoalReply:
    """What became of one goal, and what that rests on."""

    outcome: str | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Reply:
    """Answer to one condition, and what it rests on."""

    answer: Answer | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Answers:
    """Everything answered on Mẫu 06."""

    ratings: dict[str, Rating] = field(default_factory=dict)
    safe: Reply = Reply()
    stable: Reply = Reply()
    child_says: str | None = None
    next_plan: str | None = None  # what the next plan has to change
    goals: dict[str, GoalReply] = field(
        default_factory=dict
    )  # by the goal's key in the plan; not of the official form

    def rating(self, code: str) -> Rating:
        """The answer to a row; an empty one where nothing was said."""
        return self.ratings.get(code, Rating())

    def goal(self, key: str) -> GoalReply:
        """What was said of a goal; nothing where it was not answered."""
        return self.goals.get(key, GoalReply())

    @property
    def levels(self) -> dict[str, str | None]:
        """Levels alone, as the law's counting takes them."""
        return {code: rating.level for code, rating in self.ratings.items()}


@dataclass(frozen=True)
class Making:
    """Who wrote in a review, and what was explained when it was concluded."""

    writers: tuple[str, ...] = ()
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the chair said on closing, and why."""

    reason: str | None = None
    explained: tuple[Explained, ...] = ()
