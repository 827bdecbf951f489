"""Mẫu 05: the decision that approves the plan (Điều 28 khoản 2 điểm c, khoản 4 và 5); pure."""

from casemgr.documents.facts import Facts, Planned
from casemgr.documents.fillers.form_04 import services
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import Fields, day, day_of, money, numbered, said
from casemgr.intervention.plan.content import total
from casemgr.intervention.plan.terms import Content, Ruling


def fill(facts: Facts) -> Fields:
    """The articles of the decision, the approved services with their total, and everybody who gets it."""
    plan = facts.case.plan or Planned(Content())
    ruling = plan.ruling or Ruling()
    return {
        **frame(facts.printing),
        **the_child(facts),
        "round": str(plan.round),
        "decided_by": said(plan.decided_by),
        "decided_on": day_of(plan.decided_at),
        "effective_on": day(plan.effective_on),
        "written_by": said(plan.written_by),
        "handed_in": day_of(plan.handed_in_at),
        "why": said(plan.content.why),
        "goals": numbered(goal.text for goal in plan.content.goals),
        "services": services(plan.content),
        "total": money(total(plan.content)),
        "receivers": numbered(said(one.name) for one in ruling.sent_to),
    }
