"""What comes next at each stage: what to do, on which form, whose task it is, where the page is. A table; pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from casemgr.access.permissions import Permission
from casemgr.cases.deadlines import APPROVAL, EMERGENCY, FULL, PLAN, REVIEW
from casemgr.cases.terms import Stage
from casemgr.core.words import Later, _l, language
from casemgr.law.basis import cited
from casemgr.law.deadlines import deadline
from casemgr.legislation.rules import limit_words


@dataclass(frozen=True)
class Next:
    """The next step of a case at a stage."""

    title: Later
    form: str
    address: str  # below the case, or the report's own page where it begins with "report"
    verb: Later
    sentence: Later
    law: str  # as the data cites it
    needs: Permission
    waiting_for: Later  # for whom others wait
    clocks: Sequence[str] = ()  # those that belong to this step: the first that runs is shown
    beside: tuple[Later, str] | None = None

    @property
    def basis(self) -> str:
        """The articles it rests on, in the reader's language."""
        return cited(self.law, language())


NEXT: Mapping[Stage, Next] = {
    Stage.RECEIVED: Next(
        _l("Read the report and decide"),
        "01",
        "report",
        _l("Open the report"),
        _l("A few minutes. Taking it on opens the way; saying no needs a reason."),
        "ND56 Điều 25; ND56 Điều 26",
        Permission.REPORT_DECIDE,
        _l("the commune"),
        (EMERGENCY,),
    ),
    Stage.ASSESSING: Next(
        _l("Initial risk assessment"),
        "02",
        "initial-assessment",
        _l("Fill in Form 02"),
        _l("About ten minutes, four rows and a conclusion. It decides whether emergency measures are taken."),
        "ND56 Điều 26 khoản 2; ND56 Điều 26 khoản 3",
        Permission.ASSESSMENT_WRITE,
        _l("the officer"),
        (EMERGENCY, PLAN),
        (_l("Act first, write down emergency measures"), "emergency"),
    ),
    Stage.PROTECTING: Next(
        _l("Take emergency measures"),
        "",
        "emergency",
        _l("Write down what was done"),
        _l("Police, medical help, keeping evidence, a safe place. Write down who did what and when."),
        "ND56 Điều 31; ND56 Điều 32",
        Permission.EMERGENCY_RECORD,
        _l("the officer and the chair"),
        (EMERGENCY,),
    ),
    Stage.STUDYING: Next(
        _l("Collect information, full assessment"),
        "03",
        "full-assessment",
        _l("Fill in Form 03"),
        _l("Eight headings; what is known already stands there. Then the level of risk and the needs."),
        "ND56 Điều 27 khoản 1",
        Permission.ASSESSMENT_WRITE,
        _l("the officer"),
        (EMERGENCY, PLAN, FULL),
    ),
    Stage.PLANNING: Next(
        _l("Draw up the support plan"),
        "04",
        "plan",
        _l("Write the plan"),
        _l("Goals first, then services with who, from, to and cost. Then it goes to the chair."),
        "ND56 Điều 28",
        Permission.PLAN_DRAFT,
        _l("the officer"),
        (PLAN, APPROVAL),
        (_l("The meeting comes first"), "meeting"),
    ),
    Stage.APPROVING: Next(
        _l("Decide on the plan"),
        "05",
        "plan/approval",
        _l("Read and decide"),
        _l("Approve and issue the decision, or return it with what is to be changed."),
        "ND56 Điều 28 khoản 4",
        Permission.PLAN_APPROVE,
        _l("the chair"),
        (APPROVAL,),
    ),
    Stage.CARRYING_OUT: Next(
        _l("Carry out the plan and follow it"),
        "",
        "services",
        _l("Write in the diary"),
        _l("Write down each service as it happens. When the plan is done, review the child's situation."),
        "ND56 Điều 29; ND56 Điều 30",
        Permission.SERVICE_RECORD,
        _l("the officer"),
        (REVIEW,),
        (_l("Review, Form 06"), "review"),
    ),
    Stage.REVIEWING: Next(
        _l("Decide on closing the case"),
        "06",
        "closure",
        _l("Read and decide"),
        _l("The review says that both conditions of the law are met."),
        "ND56 Điều 30 khoản 1",
        Permission.CASE_CLOSE,
        _l("the chair"),
    ),
}

GIVEN_BACK = replace(
    NEXT[Stage.PLANNING],
    title=_l("Put the plan right: the chair gave it back"),
    verb=_l("Read the comments, change the plan"),
    sentence=_l(
        "What is to be put right stands on top of the plan and beside its rows. Then hand it in again."
    ),
    clocks=(APPROVAL, PLAN),
    beside=None,
)


def next_of(stage: Stage, running: Collection[str]) -> Next:
    """The next step at a stage that is open. The clock of the approval runs on while a plan that was given back is put right."""
    return GIVEN_BACK if stage is Stage.PLANNING and APPROVAL in running else NEXT[stage]


@dataclass(frozen=True)
class Leg:
    """One stage of the way as it is told in a row: what is done, on which form, until when."""

    stage: Stage
    title: Later
    form: str
    until: Later  # takes the length of the clock, where there is one
    clock: str = ""

    def until_by(self, day: date) -> str:
        """Until when, by the law of a day."""
        if not self.clock:
            return str(self.until)
        rule = deadline(self.clock, day)
        if rule.value is None:
            return str(_NO_LIMIT)
        return str(self.until % {"length": limit_words(rule)})


_NO_LIMIT = _l("the law sets no time limit")
WAY: Sequence[Leg] = (
    Leg(Stage.RECEIVED, _l("Write down and decide on the report"), "01", _l("at once")),
    Leg(Stage.ASSESSING, _l("Initial assessment"), "02", _l("inside the %(length)s"), EMERGENCY),
    Leg(Stage.PROTECTING, _l("Emergency measures"), "", _l("limit %(length)s, if needed"), EMERGENCY),
    Leg(Stage.STUDYING, _l("Full assessment"), "03", _NO_LIMIT),
    Leg(Stage.PLANNING, _l("Plan"), "04", _l("limit %(length)s"), PLAN),
    Leg(Stage.APPROVING, _l("The chair approves"), "05", _l("limit %(length)s"), APPROVAL),
    Leg(Stage.CARRYING_OUT, _l("Carry out and follow"), "", _l("by the days in the plan")),
    Leg(Stage.REVIEWING, _l("Review, close"), "06", _NO_LIMIT),
)
