"""Mẫu 15: the request to end substitute care (Điều 48); pure."""

from casemgr.documents.facts import Facts, Placed
from casemgr.documents.fillers.form_12 import the_carer
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import Fields, code, day, said


def fill(facts: Facts) -> Fields:
    """Who asks, for which child, under which decision, for which reason of the law, what is proposed for the child."""
    return {**frame(facts.printing), **the_child(facts), **ending(facts)}


def ending(facts: Facts) -> dict[str, str]:
    """How a stay in substitute care ends."""
    done = facts.case.placed or Placed()
    return {
        **the_carer(facts, done),
        "care_form": code("alternative_care_forms", done.form),
        "care_number": said(done.number),
        "care_decided_on": day(done.decided_on),
        "since": day(done.since),
        "asked_by": said(done.end_asked_by),
        "end_reason": code("alternative_care_end_reasons", done.end_reason),
        "end_note": said(done.end_note),
        "ended_on": day(done.ended_on),
        "afterwards": said(done.afterwards),
    }
