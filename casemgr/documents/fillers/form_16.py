"""Mẫu 16: the decision to end substitute care (Điều 48, Luật Trẻ em Điều 69); pure."""

from casemgr.documents.facts import Facts, Placed
from casemgr.documents.fillers.form_15 import ending
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import Fields, day, said


def fill(facts: Facts) -> Fields:
    """Which care ends, why, from when, and where the child goes."""
    done = facts.case.placed or Placed()
    return {
        **frame(facts.printing),
        **the_child(facts),
        **ending(facts),
        "decided_by": said(done.end_decided_by),
        "decided_on": day(done.end_decided_on),
    }
