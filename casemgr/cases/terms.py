"""Words of the spine."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stage(StrEnum):
    """Where a case stands on its way."""

    RECEIVED = "received"
    ASSESSING = "assessing"  # initial assessment, Mẫu 02
    PROTECTING = "protecting"  # emergency measures were decided and are not yet taken
    STUDYING = "studying"  # full assessment, Mẫu 03
    PLANNING = "planning"  # plan, Mẫu 04
    APPROVING = "approving"  # the chair decides, Mẫu 05
    CARRYING_OUT = "carrying_out"  # services run
    REVIEWING = "reviewing"  # reviewed and proposed for closure, the chair decides
    CLOSED = "closed"


class Step(StrEnum):
    """One thing that moves a case or is worth a line on its timeline."""

    RECEIVE = "receive"
    UPDATE = "update"
    ACKNOWLEDGE = "acknowledge"
    ROUTE = "route"
    ACCEPT = "accept"
    SCREEN_OUT = "screen_out"
    ASSIGN = "assign"
    NOTE = "note"
    CORRECT = "correct"
    NUDGE = "nudge"
    ASSESS_EMERGENCY = "assess_emergency"  # initial assessment: emergency measures are needed
    ASSESS_NO_EMERGENCY = "assess_no_emergency"  # initial assessment: none is needed
    PROTECT = "protect"  # emergency measure taken
    STUDY = "study"  # full assessment concluded
    DRAFT_PLAN = "draft_plan"
    HAND_IN_PLAN = "hand_in_plan"
    APPROVE_PLAN = "approve_plan"
    RETURN_PLAN = "return_plan"
    CHANGE_PLAN = "change_plan"  # approved content was changed: the approval is void
    SERVICE = "service"
    REVIEW_AGAIN = "review_again"  # reviewed: another round of planning
    PROPOSE_CLOSURE = "propose_closure"  # reviewed: both conditions of the law are met
    REFUSE_CLOSURE = "refuse_closure"
    CLOSE = "close"
    REOPEN = "reopen"
    TELL_AGAIN = (
        "tell_again"  # the sender told more after a decision against the report: it must be decided anew
    )


class Ending(StrEnum):
    """Why a case is closed."""

    SAFE_AND_STABLE = "safe_and_stable"
    NOT_VERIFIED = "not_verified"
    OTHER_COMMUNE = "other_commune"
    NO_PLAN_NEEDED = "no_plan_needed"


class Risk(StrEnum):
    """Level of risk as concluded."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Note:
    """What was written about one step: sealed."""

    text: str | None = None
    reason: str | None = None
    data: dict[str, str] | None = None


@dataclass(frozen=True)
class Explained:
    """A finding that was explained: by whom and when. It stays visible for ever."""

    code: str
    text: str
    by: str
    at: datetime
