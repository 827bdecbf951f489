"""The path of a case as a table, to be read by a lawyer, drawn by a script and walked by a test."""

from collections.abc import Mapping
from types import MappingProxyType

from casemgr.cases.terms import Stage as S
from casemgr.cases.terms import Step as T
from casemgr.core.errors import RuleBroken
from casemgr.core.findings import Finding, Findings, Weight
from casemgr.core.words import _l

_MOVES: Mapping[tuple[S, T], S] = {
    (S.RECEIVED, T.ACCEPT): S.ASSESSING,
    (S.RECEIVED, T.SCREEN_OUT): S.CLOSED,
    (S.ASSESSING, T.ASSESS_EMERGENCY): S.PROTECTING,
    (S.ASSESSING, T.ASSESS_NO_EMERGENCY): S.STUDYING,
    (S.PROTECTING, T.PROTECT): S.STUDYING,
    (S.STUDYING, T.STUDY): S.PLANNING,
    (S.PLANNING, T.HAND_IN_PLAN): S.APPROVING,
    (S.APPROVING, T.APPROVE_PLAN): S.CARRYING_OUT,
    (S.APPROVING, T.RETURN_PLAN): S.PLANNING,
    (S.CARRYING_OUT, T.CHANGE_PLAN): S.PLANNING,
    (S.CARRYING_OUT, T.REVIEW_AGAIN): S.PLANNING,
    (S.CARRYING_OUT, T.PROPOSE_CLOSURE): S.REVIEWING,
    (S.REVIEWING, T.REFUSE_CLOSURE): S.CARRYING_OUT,
    (S.REVIEWING, T.CLOSE): S.CLOSED,
    (S.CLOSED, T.REOPEN): S.ASSESSING,
    (S.CLOSED, T.TELL_AGAIN): S.RECEIVED,
}
_ANYWHERE_OPEN = (
    *(T.UPDATE, T.ACKNOWLEDGE, T.ASSIGN, T.NOTE, T.CORRECT, T.NUDGE, T.ESCALATE, T.PROVIDER_ANSWER),
    *(T.SEND_HANDOVER, T.SEE_HANDOVER, T.ACCEPT_HANDOVER, T.RETURN_HANDOVER, T.TAKE_BACK_HANDOVER),
    *(T.REPORT_CRIME, T.PROCEEDING, T.ISSUE_PAPER),
    *(T.RESTRICT, T.CHANGE_READERS, T.LIFT_RESTRICTION),
)
_AFTER_RECEIPT = (
    *(T.SEPARATE, T.EXTEND_SEPARATION, T.LIFT_SEPARATION, T.END_SEPARATION, T.ASK_COURT, T.WITHHOLD),
    *(T.MEET, T.ASK_PROVIDER),
    *(T.DECIDE_CARE, T.GIVE_INTO_CARE, T.VISIT_CARE, T.CHANGE_CARE, T.END_CARE),
)
_EVEN_CLOSED = (
    *(T.UPDATE, T.NOTE, T.NUDGE, T.ISSUE_PAPER, T.REPORT_CRIME, T.PROCEEDING, T.PROVIDER_ANSWER),
    *(T.RESTRICT, T.CHANGE_READERS, T.LIFT_RESTRICTION),
    # a child stays in alternative care long after the plan is closed
    *(T.VISIT_CARE, T.CHANGE_CARE, T.END_CARE),
)
_STAYING: Mapping[tuple[S, T], S] = {
    **{(stage, step): stage for stage in S for step in _ANYWHERE_OPEN if stage is not S.CLOSED},
    **{(S.CLOSED, step): S.CLOSED for step in _EVEN_CLOSED},
    **{(stage, step): stage for stage in S for step in _AFTER_RECEIPT if stage not in (S.RECEIVED, S.CLOSED)},
    (S.CARRYING_OUT, T.DELIVER_PLAN): S.CARRYING_OUT,
    (S.RECEIVED, T.ROUTE): S.RECEIVED,
    (S.PLANNING, T.DRAFT_PLAN): S.PLANNING,
    (S.CARRYING_OUT, T.SERVICE): S.CARRYING_OUT,
    # services of an approved plan may go on while the next round is planned
    **{(stage, T.SERVICE): stage for stage in (S.PLANNING, S.APPROVING, S.REVIEWING)},
    **{
        (stage, T.PROTECT): stage
        for stage in (S.ASSESSING, S.STUDYING, S.PLANNING, S.APPROVING, S.CARRYING_OUT)
    },
    **{
        (stage, T.ASSESS_EMERGENCY): S.PROTECTING for stage in (S.STUDYING, S.PLANNING)
    },  # danger seen later sends the case back
}
# Only the unit that is responsible takes these. Emergency measures, separation and what concerns a crime are left out:
# the unit of the incident and that of the residence may both act for the child (NĐ 56/2017, Điều 32 khoản 2).
BY_THE_RESPONSIBLE = frozenset(
    {
        *(T.ACCEPT, T.SCREEN_OUT, T.ASSIGN, T.ASSESS_EMERGENCY, T.ASSESS_NO_EMERGENCY, T.STUDY),
        *(T.DRAFT_PLAN, T.HAND_IN_PLAN, T.APPROVE_PLAN, T.RETURN_PLAN, T.CHANGE_PLAN, T.DELIVER_PLAN),
        *(T.MEET, T.SERVICE, T.ASK_PROVIDER),
        *(T.REVIEW_AGAIN, T.PROPOSE_CLOSURE, T.REFUSE_CLOSURE, T.CLOSE, T.REOPEN),
        *(T.SEND_HANDOVER, T.TAKE_BACK_HANDOVER),
    }
)
PATH: Mapping[tuple[S, T], S] = MappingProxyType({**_STAYING, **_MOVES})
_LEADS: Mapping[T, S] = {step: to for (_stage, step), to in _MOVES.items()}
_LEADS_BACK = frozenset({T.RETURN_PLAN, T.CHANGE_PLAN, T.REVIEW_AGAIN, T.REFUSE_CLOSURE})
_ORDER = tuple(S)


def after(stage: S, step: T) -> S:
    """The stage a case comes to by a step, or a finding that the step does not belong here."""
    try:
        return PATH[stage, step]
    except KeyError:
        sentence = _l("This step is not possible at the present stage of the case.")
        raise RuleBroken(Findings(Finding("wrong-order", sentence, Weight.BLOCK))) from None


def led(stage: S, step: T) -> S:
    """The stage an old course comes to by a step, whatever was told before it: never back, unless the step leads back."""
    if (stage, step) in PATH:
        return PATH[stage, step]
    to = _LEADS.get(step, stage)
    if stage is S.CLOSED or (step not in _LEADS_BACK and _ORDER.index(to) < _ORDER.index(stage)):
        return stage
    return to


def possible(stage: S) -> frozenset[T]:
    """The steps that can be taken at a stage."""
    return frozenset(step for at, step in PATH if at is stage)
