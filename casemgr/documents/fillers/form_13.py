"""Mẫu 13: a visit to a child in substitute care (Điều 43); pure."""

from casemgr.documents.facts import Facts, Placed, Visited
from casemgr.documents.fillers.form_12 import the_carer
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import Fields, answer, code, day, pairs, said


def fill(facts: Facts) -> Fields:
    """When, by whom, how the child is, what it and the carer say, what should be done."""
    done, placed = facts.case.visited or Visited(), facts.case.placed or Placed()
    return {
        **frame(facts.printing),
        **the_child(facts),
        **the_carer(facts, placed),
        "care_form": code("alternative_care_forms", placed.form),
        "since": day(placed.since),
        "which": said(done.which),
        "visited_on": day(done.on),
        "done_by": said(done.by),
        "seen": answer(done.seen),
        "alone": answer(done.alone),
        "findings": pairs(done.findings),
        "child_says": said(done.child_says),
        "carer_says": said(done.carer_says),
        "conclusion": said(done.conclusion),
        "proposal": said(done.proposal),
    }
