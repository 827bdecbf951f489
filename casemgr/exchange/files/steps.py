"""The steps of a file and ours: one name may stand for several of ours, told apart by `act`; the first is meant without it."""

from collections.abc import Mapping
from types import MappingProxyType

from casemgr.cases.terms import Step

SAME_CHILD = "same_child"  # the child is that of another report
OTHER = "event"  # a line of the timeline that no other name covers
RECORDED = "recorded"  # a row without a line of its own: the timeline tells of it otherwise

STEPS: Mapping[str, Mapping[str, Step]] = MappingProxyType(
    {
        "initial_assessment": {"no_emergency": Step.ASSESS_NO_EMERGENCY, "emergency": Step.ASSESS_EMERGENCY},
        "emergency_measure": {"taken": Step.PROTECT},
        "separation": {
            "decided": Step.SEPARATE,
            "extended": Step.EXTEND_SEPARATION,
            "lifted": Step.LIFT_SEPARATION,
            "ended": Step.END_SEPARATION,
            "court_asked": Step.ASK_COURT,
        },
        "full_assessment": {"concluded": Step.STUDY},
        "meeting": {"held": Step.MEET},
        "plan": {
            "handed_in": Step.HAND_IN_PLAN,
            "drafted": Step.DRAFT_PLAN,
            "changed": Step.CHANGE_PLAN,
            "delivered": Step.DELIVER_PLAN,
        },
        "plan_approval": {"approved": Step.APPROVE_PLAN, "returned": Step.RETURN_PLAN},
        "service": {
            "given": Step.SERVICE,
            "asked": Step.ASK_PROVIDER,
            "answered": Step.PROVIDER_ANSWER,
        },
        "review": {"closure_proposed": Step.PROPOSE_CLOSURE, "another_round": Step.REVIEW_AGAIN},
        "closure": {"closed": Step.CLOSE, "refused": Step.REFUSE_CLOSURE},
        "sanction": {"decided": Step.PROCEEDING},
        "prosecution": {"decided": Step.PROCEEDING, "reported": Step.REPORT_CRIME},
        "handover": {
            "accepted": Step.ACCEPT_HANDOVER,
            "sent": Step.SEND_HANDOVER,
            "seen": Step.SEE_HANDOVER,
            "returned": Step.RETURN_HANDOVER,
            "taken_back": Step.TAKE_BACK_HANDOVER,
        },
        "placement": {
            "given": Step.GIVE_INTO_CARE,
            "decided": Step.DECIDE_CARE,
            "visited": Step.VISIT_CARE,
            "changed": Step.CHANGE_CARE,
            "ended": Step.END_CARE,
        },
        "circumstance": {"registered": Step.NOTE},
        OTHER: {
            step.value: step
            for step in (
                *(Step.UPDATE, Step.ACKNOWLEDGE, Step.ROUTE, Step.ACCEPT, Step.SCREEN_OUT, Step.ASSIGN),
                *(Step.NOTE, Step.CORRECT, Step.NUDGE, Step.REOPEN, Step.WITHHOLD, Step.PROCEEDING),
                *(Step.ISSUE_PAPER, Step.ESCALATE, Step.TELL_AGAIN),
                *(Step.RESTRICT, Step.CHANGE_READERS, Step.LIFT_RESTRICTION),
            )
        },
    }
)
WITH_ROWS = ("sanction", "prosecution", "placement", "circumstance")
NAMES = (*STEPS, SAME_CHILD)
PLACE = {name: place for place, name in enumerate((OTHER, *NAMES[:-2], SAME_CHILD))}  # of the same instant

_GIVEN: Mapping[Step, tuple[str, str]] = {
    step: (name, act)
    for name, acts in STEPS.items()
    for act, step in acts.items()
    if name not in ("sanction", "circumstance") and (name, act) != ("prosecution", "decided")
}


def acts(name: str) -> tuple[str, ...]:
    """What can be told apart under a name."""
    return (*STEPS[name], *((RECORDED,) if name in WITH_ROWS else ()))


def step_of(name: str, act: str | None) -> Step:
    """Our step; without an act the one that is meant most often."""
    known = STEPS[name]
    return known[act] if act is not None else next(iter(known.values()))


def told_as(step: Step) -> tuple[str, str]:
    """Name and act under which a step of ours is told."""
    return _GIVEN[step]
