"""Mẫu 12: the decision to give a child into substitute care (Điều 42 khoản 7); pure."""

from casemgr.core.words import _
from casemgr.documents.facts import Facts, Placed
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import Fields, birth, code, day, said
from casemgr.documents.terms import Shown


def fill(facts: Facts) -> Fields:
    """The child, the carer, on which ground and in which form, from when to when, the child's opinion, the duties."""
    done = facts.case.placed or Placed()
    return {
        **frame(facts.printing),
        **the_child(facts),
        **the_carer(facts, done),
        "care_form": code("alternative_care_forms", done.form),
        "reason": code("alternative_care_reasons", done.reason),
        "relation": said(done.relation),
        "since": day(done.since),
        "until": day(done.until),
        "child_opinion": said(done.child_opinion),
        "consent": said(done.consent),
        "why": said(done.why),
        "siblings": said(done.siblings),
        "duties": said(done.duties),
        "decided_by": said(done.decided_by),
        "decided_on": day(done.decided_on),
    }


def the_carer(facts: Facts, done: Placed) -> dict[str, str]:
    """Who cares for the child; not where they live when the place is hidden from the recipient."""
    secret = _("not given, kept secret") if Shown.PLACE in facts.case.hidden else None
    carer = done.carer
    return {
        "carer_name": secret or said(carer.name),
        "carer_birth": secret or birth(carer.birth),
        "carer_identity": secret or said(carer.identity),
        "carer_address": secret or said(carer.address),
        "carer_phone": secret or said(carer.phone),
    }
