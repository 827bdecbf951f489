"""Mẫu 01: what was told when the report was received (Điều 25); pure."""

from casemgr.core.words import _
from casemgr.documents.facts import Facts
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import (
    DOTS,
    Fields,
    clock,
    code,
    codes,
    day_of,
    joined,
    parent,
    said,
    sex,
    told_day,
)
from casemgr.documents.terms import Shown
from casemgr.intake.story import child_of, suspects_of
from casemgr.intake.terms import Reporter, ToldChild


def fill(facts: Facts) -> Fields:
    """The source, the child, who told it; then what the form itself does not ask but the work needs."""
    case = facts.case
    story, told = case.story, child_of(case.story, case.ref) or ToldChild(case.ref)
    incident, reporter = story.incident, case.reporter or Reporter()
    untold = _("not given, kept secret") if Shown.REPORTER in case.hidden else None
    unplaced = _("not given, kept secret") if Shown.PLACE in case.hidden else None
    return {
        **frame(facts.printing),
        **the_child(facts),
        "subject": code("at_risk", story.subject) if story.subject else DOTS,
        "channel": code("channels", case.channel),
        "received_time": clock(case.received_at),
        "received_day": day_of(case.received_at),
        "incident_place": joined((incident.address, case.incident_unit)),
        "incident_day": told_day(incident.occurred_on, incident.precision),
        "environment": code("environments", incident.environment),
        "description": said(incident.description),
        "condition": said(told.condition),
        "feared": said(told.feared_consequences),
        "father": parent(case.detail.father),
        "mother": parent(case.detail.mother),
        "family": said(case.detail.family),
        "carer": said(case.detail.carer),
        "actions": said(story.actions_taken),
        "whereabouts": unplaced or said(case.place),
        "harms": codes("harms", told.harms),
        "reporter_name": untold or said(reporter.name),
        "reporter_phone": untold or said(reporter.phone),
        "reporter_address": untold or said(reporter.address),
        "reporter_note": untold or said(reporter.note),
        "suspects": [
            {
                "no": str(place),
                "name": said(suspect.name),
                "sex": sex(suspect.sex),
                "age": str(suspect.age) if suspect.age is not None else DOTS,
                "relation": code("relations", relation),
            }
            for place, (suspect, relation) in enumerate(suspects_of(story, case.ref), 1)
        ],
    }
