"""Which clocks start and stop on which step: a table. What a clock means, and its length, is in the law's data."""

from collections.abc import Mapping
from dataclasses import dataclass

from casemgr.cases.terms import Stage, Step
from casemgr.law.rulebook import CountedFrom


@dataclass(frozen=True)
class Start:
    """A clock that a step starts, unless it already runs."""

    clock: str
    counted_from: CountedFrom = CountedFrom.STEP
    into: Stage | None = None  # only when the step leaves the case at this stage
    under: CountedFrom | None = (
        None  # where only some places read NĐ 56/2017 Điều 28 khoản 1 so: it is silent
    )
    among: frozenset[Stage] | None = None  # only when the step leaves the case at one of these

    def applies(self, stage: Stage, reading: CountedFrom = CountedFrom.RECEIPT) -> bool:
        """Whether the clock starts when the step leaves the case at a stage, in a place that reads the law so."""
        here = self.into is None or self.into is stage
        here = here and (self.among is None or stage in self.among)
        return here and (self.under is None or self.under is reading)


_BEFORE_THE_PLAN = frozenset({Stage.ASSESSING, Stage.PROTECTING, Stage.STUDYING, Stage.PLANNING})

EMERGENCY = "emergency_12h"
PLAN = "plan_5wd"
APPROVAL = "plan_approval_2wd"
INITIAL = "initial_assessment"
FULL = "specific_assessment"
REVIEW = "review_form06"
MEETING = "needs_meeting"
SEPARATION = "separation_max_15d"
CARE_HANDOVER = "ac_handover_15wd"
CRIME = "crime_report_now"

STARTS: Mapping[Step, tuple[Start, ...]] = {
    Step.RECEIVE: (Start(EMERGENCY, CountedFrom.RECEIPT),),
    # The law does not say from when the five days count: the strictest reading, from receipt, holds where a place has
    # not chosen another by a document. The one used is kept on the clock and shown.
    Step.ACCEPT: (Start(INITIAL), Start(PLAN, CountedFrom.RECEIPT, under=CountedFrom.RECEIPT)),
    Step.ASSESS_EMERGENCY: (Start(EMERGENCY),),
    Step.ASSESS_NO_EMERGENCY: (Start(FULL),),
    # Measures taken while services run wait for no full assessment.
    Step.PROTECT: (Start(FULL, into=Stage.STUDYING),),
    Step.STUDY: (Start(MEETING), Start(PLAN, CountedFrom.STUDY, under=CountedFrom.STUDY)),
    Step.MEET: (Start(PLAN, CountedFrom.MEETING, under=CountedFrom.MEETING, among=_BEFORE_THE_PLAN),),
    Step.SEPARATE: (Start(SEPARATION),),
    Step.DECIDE_CARE: (Start(CARE_HANDOVER),),
    Step.HAND_IN_PLAN: (Start(APPROVAL),),
    Step.APPROVE_PLAN: (Start(REVIEW),),
    Step.CHANGE_PLAN: (Start(PLAN),),
    Step.REVIEW_AGAIN: (Start(PLAN),),
    Step.REFUSE_CLOSURE: (Start(REVIEW),),
    Step.TELL_AGAIN: (Start(EMERGENCY),),
    Step.REOPEN: (Start(EMERGENCY), Start(INITIAL), Start(PLAN, under=CountedFrom.RECEIPT)),
}

STOPS: Mapping[Step, tuple[str, ...]] = {
    Step.ASSESS_EMERGENCY: (INITIAL,),
    Step.ASSESS_NO_EMERGENCY: (EMERGENCY, INITIAL),
    Step.PROTECT: (EMERGENCY,),
    Step.STUDY: (FULL,),
    Step.MEET: (MEETING,),
    Step.LIFT_SEPARATION: (SEPARATION,),
    Step.END_SEPARATION: (SEPARATION,),
    Step.GIVE_INTO_CARE: (CARE_HANDOVER,),
    Step.END_CARE: (CARE_HANDOVER,),  # decided, and never carried out
    Step.REPORT_CRIME: (CRIME,),
    Step.HAND_IN_PLAN: (PLAN, MEETING),
    Step.APPROVE_PLAN: (APPROVAL,),
    Step.CHANGE_PLAN: (REVIEW,),
    Step.REVIEW_AGAIN: (REVIEW,),
    Step.PROPOSE_CLOSURE: (REVIEW,),
}

# A decision says until when, and a competent authority may ask for longer than the law's own days: no recount moves it.
SET_BY_DECISION = frozenset({SEPARATION})

STOPS_ALL = frozenset({Step.SCREEN_OUT, Step.CLOSE})
