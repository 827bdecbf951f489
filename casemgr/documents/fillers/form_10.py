"""Mẫu 10: the assessment of a child that needs substitute care (Điều 38); pure."""

from casemgr.documents.facts import Facts, Needing
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import DOTS, Fields, code, day, pairs, parent, said


def fill(facts: Facts) -> Fields:
    """The child, why it needs care, its health, family and wishes, what is proposed."""
    need, detail = facts.case.needing or Needing(), facts.case.detail
    return {
        **frame(facts.printing),
        **the_child(facts),
        "ethnic_group": code("ethnic_groups", detail.ethnic_group),
        "disability": code("disability", detail.disability),
        "father": parent(detail.father),
        "mother": parent(detail.mother),
        "carer": said(detail.carer),
        "reason": code("alternative_care_reasons", need.reason) if need.reason else DOTS,
        "health": said(need.health),
        "family": said(need.family or detail.family),
        "needs": said(need.needs),
        "wishes": said(need.wishes),
        "relatives": said(need.relatives),
        "findings": pairs(need.findings),
        "proposal": said(need.proposal),
        "done_by": said(need.by),
        "done_on": day(need.on),
    }
