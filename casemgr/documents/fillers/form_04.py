"""Mẫu 04: the plan of support and intervention (Điều 28 khoản 1 và 3); pure."""

from collections.abc import Sequence

from casemgr.core.words import language
from casemgr.documents.facts import Facts, Planned
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import Fields, Row, day, moment, money, noted, numbered, said
from casemgr.intervention.plan.content import total
from casemgr.intervention.plan.terms import Content
from casemgr.law.vocabulary import vocabulary


def fill(facts: Facts) -> Fields:
    """Why, for what, which services by whom from when to when, and what each is expected to cost."""
    plan = facts.case.plan or Planned(Content())
    return {
        **frame(facts.printing),
        **the_child(facts),
        "round": str(plan.round),
        "written_by": said(plan.written_by),
        "handed_in": moment(plan.handed_in_at),
        "why": said(plan.content.why),
        "goals": numbered(goal.text for goal in plan.content.goals),
        "services": services(plan.content),
        "total": money(total(plan.content)),
    }


def services(content: Content) -> Sequence[Row]:
    """The services of a plan, one row each."""
    kinds = vocabulary("service_types")
    return [
        {
            "no": str(place),
            "what": noted(row.what) or (kinds.label(row.kind, language()) if row.kind else said(None)),
            "kind": kinds.label(row.kind, language()) if row.kind else "",
            "who": said(row.who),
            "since": day(row.since),
            "until": day(row.until),
            "cost": money(row.cost) or said(None),
            "source": noted(row.source),
            "note": noted(row.note),
        }
        for place, row in enumerate(content.services, 1)
    ]
