"""Minutes and verification in words: who was there, what was said, what differs between two versions."""

from typing import Any

from casemgr.access.desk import Desk
from casemgr.assessment import showing as assessments
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.children import queries as children
from casemgr.core.calendar import local_day, local_minute
from casemgr.core.words import language
from casemgr.intervention.emergency import queries as emergency
from casemgr.intervention.emergency.showing import explained
from casemgr.intervention.emergency.terms import Part
from casemgr.intervention.meeting import forms, queries
from casemgr.intervention.meeting.models import Meeting
from casemgr.intervention.meeting.terms import FAMILY, Attendee, Checked, Content, Seat
from casemgr.law.vocabulary import vocabulary
from casemgr.web.duration import day_words, moment_words, time_words


def frame(desk: Desk, case: Case) -> dict[str, Any]:
    """What every page of the room shows."""
    card = children.child(desk, case.child_id).card
    return {"case": case, "label": assessments.case_label(case, card)}


def beginning(desk: Desk, case: Case) -> dict[str, Any]:
    """New minutes: those who are always invited stand there already, but for whoever is kept out."""
    out = emergency.withheld(desk, case, Part.MEETING)
    kin = [one for one in emergency.people(desk, case) if one.relation in FAMILY or one.key == Seat.CARER]
    rows = [Attendee(Seat.CHAIR), Attendee(Seat.OFFICER, desk.actor.name)]
    for one in kin:
        seat = Seat(one.relation) if one.relation in FAMILY else Seat.CARER
        if one.name and not any(ban.is_(one.key, one.name) or ban.is_(seat) for ban in out):
            rows.append(Attendee(seat, one.name))
    content = Content(people=(*rows, Attendee(Seat.LOCALITY)), child_words=queries.wishes(desk, case))
    return {
        **forms.filled(content),
        "held_on": local_day(desk.now),
        "held_time": local_minute(desk.now),
    }


def kept_out(desk: Desk, case: Case) -> dict[str, str]:
    """Whose opinion is not asked, by key, with the ground of the decision."""
    bans = emergency.withheld(desk, case, Part.OPINION)
    found = {seat.value: next((ban for ban in bans if ban.is_(seat.value)), None) for seat in FAMILY}
    return {key: ban.ban.ground for key, ban in found.items() if ban is not None}


def shown(desk: Desk, row: Meeting) -> dict[str, Any]:
    """One version of the minutes, to be read."""
    content = row.content or Content()
    names = cases.names(desk, [row.concluded_by])
    measures = vocabulary("protection_measures")
    return {
        "content": content,
        "number": row.number,
        "revision": row.revision,
        "when": held_words(row),
        "present": [person_words(one) for one in content.present],
        "absent": [person_words(one) for one in content.absent],
        "heard": str(forms.HEARD[content.heard]) if content.heard else "",
        "opinions": [(str(forms.SEATS[Seat(one.key)]), one.words) for one in content.opinions],
        "measures": [measures.label(code, language()) for code in content.measures],
        "explained": explained(desk, content.explained),
        "concluded": moment_words(row.concluded_at, desk.now) if row.concluded_at else "",
        "by": names.get(row.concluded_by, "") if row.concluded_by else "",
        "replaced": row.state == "replaced",
    }  # fmt: skip


def held_words(row: Meeting) -> str:
    """When a meeting was held, with the name of the day."""
    return f"{time_words(row.held_at)} {day_words(local_day(row.held_at))}" if row.held_at else ""


def person_words(one: Attendee) -> str:
    """Somebody at the meeting."""
    who = ", ".join(part for part in (one.name, one.organisation) if part)
    seat = str(forms.SEATS[one.seat])
    return f"{seat}: {who}" if who else seat


def checked(desk: Desk, entries: tuple[Checked, ...]) -> list[dict[str, str]]:
    """The entries of the verification, in words."""
    names = cases.names(desk, [one.recorded_by for one in entries])
    return [
        {
            "when": moment_words(one.checked_at, desk.now),
            "what": one.check.what or "",
            "how": str(forms.WAYS[one.check.way]) if one.check.way else "",
            "with_whom": one.check.with_whom or "",
            "result": str(forms.RESULTS[one.check.result]) if one.check.result else "",
            "found": one.check.found or "",
            "by": names.get(one.recorded_by, "") if one.recorded_by else "",
            "recorded": moment_words(one.recorded_at, desk.now),
        }
        for one in entries
    ]
