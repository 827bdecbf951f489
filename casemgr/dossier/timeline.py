"""The timeline of a case in words: what happened, when, by whom, and what was written about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.models import CaseEvent
from casemgr.cases.spine import handled_under
from casemgr.cases.terms import Step
from casemgr.core.words import Later, _, _l
from casemgr.dossier.queries import CasePage
from casemgr.dossier.said import said
from casemgr.law.rulebook import CountedFrom
from casemgr.legislation.rules import length_words
from casemgr.web.words import moment

WORDS: Mapping[Step, Later] = {
    Step.RECEIVE: _l("Report received, Form 01"),
    Step.UPDATE: _l("The sender told more"),
    Step.ACKNOWLEDGE: _l("The report was seen"),
    Step.ROUTE: _l("Sent to another commune"),
    Step.ACCEPT: _l("Report taken on"),
    Step.SCREEN_OUT: _l("Closed without a plan"),
    Step.ASSIGN: _l("The case was given to somebody"),
    Step.NOTE: _l("Note"),
    Step.CORRECT: _l("Form 01 was completed"),
    Step.NUDGE: _l("The hotline asks again"),
    Step.ASSESS_EMERGENCY: _l("Initial assessment: emergency measures are needed"),
    Step.ASSESS_NO_EMERGENCY: _l("Initial assessment: no emergency measures"),
    Step.PROTECT: _l("Emergency measures taken"),
    Step.STUDY: _l("Full assessment concluded"),
    Step.DRAFT_PLAN: _l("Draft of the plan saved"),
    Step.HAND_IN_PLAN: _l("Plan handed in to the chair"),
    Step.APPROVE_PLAN: _l("Plan approved"),
    Step.RETURN_PLAN: _l("Plan returned to be changed"),
    Step.CHANGE_PLAN: _l("Plan changed: the approval no longer stands"),
    Step.SERVICE: _l("A service was carried out"),
    Step.REVIEW_AGAIN: _l("Reviewed: another round of planning"),
    Step.PROPOSE_CLOSURE: _l("Reviewed: closing proposed"),
    Step.REFUSE_CLOSURE: _l("Closing refused"),
    Step.CLOSE: _l("Case closed"),
    Step.REOPEN: _l("Case opened again"),
    Step.SEPARATE: _l("Temporary separation decided, Form 07"),
    Step.EXTEND_SEPARATION: _l("Temporary separation extended"),
    Step.LIFT_SEPARATION: _l("Temporary separation lifted before its time"),
    Step.END_SEPARATION: _l("Temporary separation ended"),
    Step.ASK_COURT: _l("The court was asked"),
    Step.WITHHOLD: _l("Somebody is kept out for the safety of the child"),
    Step.MEET: _l("Meeting on the measures"),
    Step.DELIVER_PLAN: _l("The decision and the plan were delivered"),
    Step.ASK_PROVIDER: _l("A service was asked of a provider"),
    Step.PROVIDER_ANSWER: _l("The provider answered"),
    Step.SEND_HANDOVER: _l("Handover sent"),
    Step.SEE_HANDOVER: _l("Handover seen by the receiver"),
    Step.ACCEPT_HANDOVER: _l("Handover accepted: the receiver is responsible now"),
    Step.RETURN_HANDOVER: _l("Handover returned"),
    Step.TAKE_BACK_HANDOVER: _l("Handover taken back"),
    Step.DECIDE_CARE: _l("Alternative care decided, Form 12"),
    Step.GIVE_INTO_CARE: _l("The child was handed over to the carer"),
    Step.VISIT_CARE: _l("Visit to the child in alternative care, Form 13"),
    Step.CHANGE_CARE: _l("Alternative care changed"),
    Step.END_CARE: _l("Alternative care ended, Form 16"),
    Step.REPORT_CRIME: _l("Signs of a crime reported to the police"),
    Step.PROCEEDING: _l("Sanction or criminal proceedings"),
    Step.ISSUE_PAPER: _l("An official form was issued"),
    Step.RESTRICT: _l("Restricted to named readers"),
    Step.CHANGE_READERS: _l("Readers changed"),
    Step.LIFT_RESTRICTION: _l("Restriction lifted"),
    Step.ESCALATE: _l("Nobody reacted: the next level was told"),
    Step.TELL_AGAIN: _l("The sender told more after the report was closed: decide again"),
}
_WITH_ITS_CLOCK = _l("Report received, Form 01. The clock of %(limit)s started")
_QUIET = frozenset({Step.UPDATE, Step.ACKNOWLEDGE, Step.NUDGE, Step.CORRECT, Step.DRAFT_PLAN, Step.ASSIGN})


@dataclass(frozen=True)
class Line:
    """One line as the page shows it."""

    when: str
    iso: str
    what: str
    who: str
    quiet: bool
    late: str  # when it was written down, if that was a day or more after it happened


def lines(shown: CasePage) -> Sequence[Line]:
    """The timeline in words, the newest first."""
    return [_line(event, shown) for event in shown.timeline]


def _line(event: CaseEvent, shown: CasePage) -> Line:
    step, told = Step(event.step), said(event.note)
    late = (event.recorded_at - event.at).days >= 1
    return Line(
        when=moment(event.at),
        iso=event.at.isoformat(),
        what=f"{_happened(step, shown)}{': ' + told if told else ''}",
        who=_who(event, shown.names),
        quiet=step in _QUIET,
        late=_("recorded %(when)s", when=moment(event.recorded_at)) if late else "",
    )


def _happened(step: Step, shown: CasePage) -> Later:
    """What a step is called. A request for advice starts no clock, and does not say so, whatever it became later."""
    began = {clock.clock: clock for clock in shown.clocks if clock.started_by == CountedFrom.RECEIPT}
    if step is Step.RECEIVE and EMERGENCY in began:
        day = began[EMERGENCY].rule_from or handled_under(shown.case)
        return _WITH_ITS_CLOCK % {"limit": length_words(EMERGENCY, day)}
    return WORDS[step]


def _who(event: CaseEvent, names: Mapping[UUID, str]) -> str:
    who = names.get(event.account_id, "") if event.account_id else ""
    if event.for_account_id is not None:
        return _("%(name)s for %(absent)s", name=who, absent=names.get(event.for_account_id, ""))
    return who or (_("Hotline 111") if event.actor.startswith("client:") else "")
