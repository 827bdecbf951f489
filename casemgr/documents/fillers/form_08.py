"""Mẫu 08: somebody registers to give substitute care (Điều 39); pure."""

from collections.abc import Sequence

from casemgr.documents.facts import Applied, Facts, Person
from casemgr.documents.fillers.frame import frame
from casemgr.documents.fillers.wording import DOTS, Fields, Row, birth, code, day, said, sex


def fill(facts: Facts) -> Fields:
    """Who applies, with whom they live, what they offer, which child they could care for."""
    return {**frame(facts.printing), **applicant(facts.applied), "applied_on": day(facts.applied.applied_on)}


def applicant(applied: Applied) -> dict[str, str | Sequence[Row]]:
    """Who wants to care for a child, and what was said of house, income and health."""
    one, spouse = applied.person, applied.spouse or Person()
    return {
        "name": said(one.name),
        "birth": birth(one.birth),
        "sex": sex(one.sex),
        "ethnic_group": code("ethnic_groups", one.ethnic_group),
        "identity": said(one.identity),
        "phone": said(one.phone),
        "address": said(one.address),
        "occupation": said(one.occupation),
        "spouse_name": said(spouse.name),
        "spouse_birth": birth(spouse.birth),
        "spouse_occupation": said(spouse.occupation),
        "members": [
            {
                "no": str(place),
                "name": said(member.name),
                "birth": birth(member.birth),
                "occupation": member.occupation or "",
            }
            for place, member in enumerate(applied.members, 1)
        ],
        "care_form": code("alternative_care_forms", applied.form) if applied.form else DOTS,
        "relation": said(applied.relation),
        "wishes": said(applied.wishes),
        "housing": said(applied.housing),
        "income": said(applied.income),
        "health": said(applied.health),
        "reasons": said(applied.reasons),
    }
