"""Words of the spine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from casemgr.core.words import Later, _l


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


STAGES: Mapping[str, Later] = {
    Stage.RECEIVED: _l("report not decided yet"),
    Stage.ASSESSING: _l("initial assessment"),
    Stage.PROTECTING: _l("emergency measures"),
    Stage.STUDYING: _l("full assessment"),
    Stage.PLANNING: _l("plan is being written"),
    Stage.APPROVING: _l("plan waits for the chair"),
    Stage.CARRYING_OUT: _l("services run"),
    Stage.REVIEWING: _l("closing waits for the chair"),
    Stage.CLOSED: _l("closed"),
}


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
    SEPARATE = "separate"  # temporary separation from the carer decided, Mẫu 07
    EXTEND_SEPARATION = "extend_separation"
    LIFT_SEPARATION = "lift_separation"  # before its time, by the chair
    END_SEPARATION = "end_separation"  # assessed at the end: home, or the court
    ASK_COURT = "ask_court"  # Luật Trẻ em, Điều 52 khoản 3
    WITHHOLD = "withhold"  # somebody is kept out of meeting, opinion or delivery for the child's safety
    MEET = "meet"  # the meeting of Điều 27 khoản 2
    DELIVER_PLAN = "deliver_plan"  # Điều 28 khoản 5
    ASK_PROVIDER = "ask_provider"  # a service was asked of a provider
    PROVIDER_ANSWER = "provider_answer"
    SEND_HANDOVER = "send_handover"
    SEE_HANDOVER = "see_handover"
    ACCEPT_HANDOVER = "accept_handover"
    RETURN_HANDOVER = "return_handover"
    TAKE_BACK_HANDOVER = "take_back_handover"
    DECIDE_CARE = "decide_care"  # alternative care decided, Mẫu 12
    GIVE_INTO_CARE = "give_into_care"  # the child was handed over to the carer
    VISIT_CARE = "visit_care"  # Mẫu 13
    CHANGE_CARE = "change_care"
    END_CARE = "end_care"  # Mẫu 16
    REPORT_CRIME = "report_crime"
    PROCEEDING = "proceeding"  # sanction or criminal proceedings: what became of it
    ISSUE_PAPER = "issue_paper"  # an official form was issued
    RESTRICT = "restrict"  # only the named readers see it from now on
    CHANGE_READERS = "change_readers"
    LIFT_RESTRICTION = "lift_restriction"
    ESCALATE = "escalate"  # nobody reacted: the next level was told
    TELL_AGAIN = "tell_again"  # more was told after a no to the report: it must be decided anew


BEGINS_ANEW = frozenset(
    {Step.REOPEN, Step.TELL_AGAIN}
)  # a closed case goes on: limits and law count from then


class Ending(StrEnum):
    """Why a case is closed."""

    SAFE_AND_STABLE = "safe_and_stable"
    NOT_VERIFIED = "not_verified"
    OTHER_COMMUNE = "other_commune"
    NO_PLAN_NEEDED = "no_plan_needed"


# Closed by a decision on the report: more is decided anew with the report, not by opening the case alone.
SCREENED_OUT = frozenset({Ending.NOT_VERIFIED, Ending.OTHER_COMMUNE, Ending.NO_PLAN_NEEDED})


class Risk(StrEnum):
    """Level of risk as concluded."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Beside(StrEnum):
    """What happened beside the steps: noted as a code, so that each reads it in their own language."""

    SEPARATION_HANDED_IN = "separation_handed_in"
    SEPARATION_RETURNED = "separation_returned"
    COURT_DECIDED = "court_decided"
    LET_IN_AGAIN = "let_in_again"
    CHECKED = "checked"
    MINUTES_CORRECTED = "minutes_corrected"
    SERVICE_WITHDRAWN = "service_withdrawn"
    CARE_PROPOSED = "care_proposed"
    CARE_CONSENTED = "care_consented"
    CARE_END_ASKED = "care_end_asked"
    CALL_ASKED = "call_asked"
    FILES_JOINED = "files_joined"
    FILES_PARTED = "files_parted"


BESIDE: Mapping[str, Later] = {
    Beside.SEPARATION_HANDED_IN: _l("The decision on a temporary separation waits for the chair."),
    Beside.SEPARATION_RETURNED: _l("The draft of a temporary separation was given back."),
    Beside.COURT_DECIDED: _l("Outcome of the request to the court."),
    Beside.LET_IN_AGAIN: _l("A decision that kept somebody out was ended."),
    Beside.CHECKED: _l("It was checked."),
    Beside.MINUTES_CORRECTED: _l("Minutes of the meeting."),
    Beside.SERVICE_WITHDRAWN: _l("The request is withdrawn."),
    Beside.CARE_PROPOSED: _l("Alternative care was proposed."),
    Beside.CARE_CONSENTED: _l("Consent to the placement was written down."),
    Beside.CARE_END_ASKED: _l("The end of alternative care was asked for."),
    Beside.CALL_ASKED: _l("Asked the supervisor to call."),
    Beside.FILES_JOINED: _l("The child was known here before: this case now stands in its file."),
    Beside.FILES_PARTED: _l("Two files were parted again."),
}


@dataclass(frozen=True)
class Note:
    """What was written about one step: sealed."""

    text: str | None = None
    reason: str | None = None
    data: dict[str, str] | None = None

    @classmethod
    def of(cls, what: Beside, *, text: str | None = None, reason: str | None = None, **codes: str) -> "Note":
        """A note that the house makes by itself, with what was written to it."""
        return cls(text, reason, {"happened": what, **codes})


class Way(StrEnum):
    """How a person is tied to a single case."""

    NAMED = "named"  # on the list of readers
    GLASS = "glass"  # let in for a day in an emergency
    BARRED = "barred"  # kept out: the person may have an interest in it


@dataclass(frozen=True)
class TieNote:
    """Why somebody was tied to a case, and why no longer: sealed."""

    reason: str | None = None
    found: tuple[str, ...] = ()  # what of the person is in the case, in codes: whose, and by which piece
    ended: str | None = None


@dataclass(frozen=True)
class Held:
    """Why a file must be kept, or need not be any more."""

    reason: str


class DisposalState(StrEnum):
    """How far the end of a file has come."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    GOING = "going"  # nobody sees it any more; its keys are being destroyed, and nothing stops that
    DESTROYED = "destroyed"


GONE = (DisposalState.GOING, DisposalState.DESTROYED)


@dataclass(frozen=True)
class Explained:
    """A finding that was explained: by whom and when. It stays visible for ever."""

    code: str
    text: str
    by: str
    at: datetime
