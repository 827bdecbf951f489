"""What a person types on Mẫu 06, and what the chair types on closing."""

from collections.abc import Mapping
from typing import Any

from wtforms import RadioField
from wtforms.validators import Optional

from casemgr.assessment.forms import Ratings
from casemgr.core.errors import Invalid
from casemgr.core.words import _, _l
from casemgr.intervention.plan.terms import Answer, Content
from casemgr.review.rules import FORM
from casemgr.review.terms import Answers, GoalReply, Reply
from casemgr.web.forms import BaseForm, chosen, stored_version, text

GOAL, WHY = "goal-", "why-"
ANSWERS = ((Answer.YES, _l("Yes")), (Answer.NO, _l("No")), (Answer.UNKNOWN, _l("Not known")))


class ReviewForm(BaseForm):
    """Mẫu 06 beside the goals of the plan, which are read from the page by goal."""

    official = "06"

    version = stored_version()
    ratings = Ratings(FORM)
    safe = RadioField(_l("Is the child no longer at risk of harm?"), [Optional()], choices=list(ANSWERS))
    safe_evidence = text(_l("What this rests on"))
    stable = RadioField(
        _l("Are the child’s body, mind, understanding and feelings stable?"),
        [Optional()],
        choices=list(ANSWERS),
    )
    stable_evidence = text(_l("What this rests on"))
    child_says = text(_l("What the child says about it, in its own words"))
    next_plan = text(_l("What the next plan has to change"))

    def answers(self, goals: dict[str, GoalReply]) -> Answers:
        """Everything that was answered."""
        return Answers(
            ratings=self.ratings.data or {},
            safe=Reply(chosen(Answer, self.safe.data), self.safe_evidence.data),
            stable=Reply(chosen(Answer, self.stable.data), self.stable_evidence.data),
            child_says=self.child_says.data,
            next_plan=self.next_plan.data,
            goals=goals,
        )

    def checked(self, goals: dict[str, GoalReply]) -> Answers:
        """The answers, or an objection that names each field that cannot be read."""
        if not self.validate():
            raise Invalid({field.id: [str(said) for said in field.errors] for field in self if field.errors})
        return self.answers(goals)


class ClosureForm(BaseForm):
    """The chair's decision on closing."""

    version = stored_version()
    decision = RadioField(
        _l("Decision"),
        [Optional()],
        choices=[("close", _l("Close the case")), ("refuse", _l("Do not close"))],
    )
    reason = text(_l("Reason"), longest=2000)

    def checked(self) -> "ClosureForm":
        """The form, or an objection that names each field that cannot be read."""
        if not self.validate():
            raise Invalid({field.id: [str(said) for said in field.errors] for field in self if field.errors})
        if not self.decision.data:
            raise Invalid({"decision": [_("Choose: close, or do not close")]})
        return self


def goals(typed: Mapping[str, str], plan: Content) -> dict[str, GoalReply]:
    """What was said of each goal of the plan, as it was typed."""
    found = {}
    for goal in plan.goals:
        said, why = typed.get(f"{GOAL}{goal.key}") or None, typed.get(f"{WHY}{goal.key}", "").strip() or None
        if said or why:
            found[goal.key] = GoalReply(said, why)
    return found


def filled(answers: Answers) -> dict[str, Any]:
    """Stored answers as the form shows them."""
    return {
        "ratings": answers.ratings,
        "safe": answers.safe.answer,
        "safe_evidence": answers.safe.evidence,
        "stable": answers.stable.answer,
        "stable_evidence": answers.stable.evidence,
        "child_says": answers.child_says,
        "next_plan": answers.next_plan,
    }
