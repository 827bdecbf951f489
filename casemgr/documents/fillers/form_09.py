"""Mẫu 09: the quarter's list of those who registered to give substitute care (Điều 40); pure."""

from casemgr.documents.facts import Facts
from casemgr.documents.fillers.frame import frame
from casemgr.documents.fillers.wording import DOTS, Fields, birth, code, day, noted, said


def fill(facts: Facts) -> Fields:
    """One row for each person or family on the list."""
    unit = facts.unit
    return {
        **frame(facts.printing),
        "quarter": str(unit.quarter) if unit.quarter else DOTS,
        "list_year": str(unit.year) if unit.year else DOTS,
        "count": str(len(unit.carers)),
        "carers": [
            {
                "no": str(place),
                "name": said(one.person.name),
                "birth": birth(one.person.birth),
                "address": said(one.person.address),
                "phone": noted(one.person.phone),
                "care_form": code("alternative_care_forms", one.form) if one.form else DOTS,
                "wishes": noted(one.wishes),
                "applied_on": day(one.applied_on),
                "status": noted(one.status),
            }
            for place, one in enumerate(unit.carers, 1)
        ],
    }
