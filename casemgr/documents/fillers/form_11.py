"""Mẫu 11: the check of the conditions of somebody who wants to give substitute care (Điều 42, Luật Trẻ em Điều 63); pure."""

from casemgr.documents.facts import Facts
from casemgr.documents.fillers.form_08 import applicant
from casemgr.documents.fillers.frame import frame
from casemgr.documents.fillers.wording import Fields, answer, day, noted, said


def fill(facts: Facts) -> Fields:
    """Every condition of the law, whether it is met, what that rests on; the conclusion."""
    applied = facts.applied
    return {
        **frame(facts.printing),
        **applicant(applied),
        "conditions": [
            {
                "no": str(place),
                "wording": noted(one.wording),
                "met": answer(one.met),
                "evidence": noted(one.evidence),
            }
            for place, one in enumerate(applied.conditions, 1)
        ],
        "conclusion": said(applied.conclusion),
        "done_by": said(applied.checked_by),
        "done_on": day(applied.checked_on),
    }
