"""Mẫu 07: the decision to keep a child apart for a time (Điều 32); pure."""

from casemgr.core.words import _
from casemgr.documents.facts import Facts, Separated
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import DOTS, Fields, day_of, moment, numbered, said
from casemgr.documents.terms import Shown


def fill(facts: Facts) -> Fields:
    """On which ground, why, where the child stays and with whom, from when and for how many days."""
    done = facts.case.separation or Separated()
    secret = _("not given, kept secret") if Shown.PLACE in facts.case.hidden else None
    return {
        **frame(facts.printing),
        **the_child(facts),
        "grounds": numbered(done.grounds),
        "reasons": said(done.reasons),
        "stay": secret or said(done.place),
        "care_by": secret or said(done.carer),
        "since": moment(done.since),
        "days": str(done.days) if done.days is not None else DOTS,
        "until": day_of(done.until),
        "decided_by": said(done.decided_by),
        "decided_on": day_of(done.decided_at),
    }
