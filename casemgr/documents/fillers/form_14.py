"""Mẫu 14: the list of children in a facility that need care in a family (Điều 45); pure."""

from casemgr.documents.facts import Facts
from casemgr.documents.fillers.frame import frame
from casemgr.documents.fillers.wording import DOTS, Fields, birth, day, noted, said, sex


def fill(facts: Facts) -> Fields:
    """One row for each child."""
    unit = facts.unit
    return {
        **frame(facts.printing),
        "quarter": str(unit.quarter) if unit.quarter else DOTS,
        "list_year": str(unit.year) if unit.year else DOTS,
        "count": str(len(unit.children)),
        "children": [
            {
                "no": str(place),
                "name": said(one.name),
                "birth": birth(one.birth),
                "sex": sex(one.sex),
                "facility": said(one.facility),
                "since": day(one.since),
                "reason": said(one.reason),
                "note": noted(one.note),
            }
            for place, one in enumerate(unit.children, 1)
        ],
    }
