"""What a person types about verification and meeting: who was there row by row, what was said, what was agreed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import Optional

from casemgr.core.calendar import at_local
from casemgr.core.text import identifier
from casemgr.core.words import _l
from casemgr.intervention.meeting.rules import MOST_PEOPLE
from casemgr.intervention.meeting.terms import (
    FAMILY,
    Attendee,
    Check,
    Content,
    Heard,
    Opinion,
    Result,
    Seat,
    Way,
)
from casemgr.web.forms import BaseForm, DayField, TimeField, line, several, stored_version, text, together

SEATS = {
    Seat.CHAIR: _l("Chair of the commune"),
    Seat.DEPUTY_CHAIR: _l("Vice-chair of the commune"),
    Seat.OFFICER: _l("Child-protection officer"),
    Seat.SOCIAL_WORKER: _l("Social worker"),
    Seat.LOCALITY: _l("Village or residential group"),
    Seat.POLICE: _l("Police"),
    Seat.HEALTH: _l("Health station"),
    Seat.SCHOOL: _l("School"),
    Seat.ASSOCIATION: _l("Women’s union, youth union or another association"),
    Seat.PROVIDER: _l("Service provider"),
    Seat.CHILD: _l("The child"),
    Seat.FATHER: _l("Father"),
    Seat.MOTHER: _l("Mother"),
    Seat.CARER: _l("Carer"),
    Seat.RELATIVE: _l("Another relative"),
    Seat.OTHER: _l("Somebody else"),
}
HEARD = {
    Heard.THERE: _l("The child was at the meeting"),
    Heard.BEFORE: _l("The child was asked before, its words were read out"),
    Heard.NOT_HEARD: _l("The child was not heard"),
}
WAYS = {
    Way.VISIT: _l("By going there"),
    Way.TALK: _l("By talking in person"),
    Way.TELEPHONE: _l("By telephone"),
    Way.PAPERS: _l("By papers, records"),
    Way.OTHER: _l("Another way"),
}
RESULTS = {
    Result.CONFIRMED: _l("It is as told"),
    Result.NOT_CONFIRMED: _l("It is not as told"),
    Result.UNCLEAR: _l("Still unclear"),
}
_CAME = (("yes", _l("Was there")), ("no", _l("Invited, did not come")))


class PersonRow(BaseForm):
    """Somebody who was invited."""

    seat = SelectField(
        _l("As what"),
        [Optional()],
        choices=[("", _l("Choose as what")), *((k.value, v) for k, v in SEATS.items())],
    )
    name = line(_l("Name"))
    organisation = line(_l("From where"))
    came = SelectField(_l("Was there"), [Optional()], choices=list(_CAME))

    def attendee(self) -> Attendee | None:
        """The person, or nobody where nothing was typed."""
        if not (self.name.data or self.organisation.data):
            return None
        seat = Seat(self.seat.data) if self.seat.data else Seat.OTHER
        return Attendee(seat, self.name.data, self.organisation.data, self.came.data != "no")


class MeetingForm(BaseForm):
    """The minutes of a meeting."""

    version = stored_version()
    held_on = DayField(_l("Day"), [Optional()])
    held_time = TimeField(_l("Hour"), [Optional()])
    place = line(_l("Place of the meeting"), longest=300)
    presided_by = line(_l("Presided by"))
    people = FieldList(FormField(PersonRow), min_entries=4, max_entries=MOST_PEOPLE)
    heard = RadioField(_l("How the child was heard"), [Optional()], choices=list(HEARD.items()))
    child_words = text(_l("What the child said, in its own words"))
    opinion_father = text(_l("The father’s opinion"))
    opinion_mother = text(_l("The mother’s opinion"))
    opinion_carer = text(_l("The carer’s opinion"))
    measures = several(_l("Measures agreed"), "protection_measures")
    measures_note = text(_l("About the measures"))
    minutes = text(_l("Minutes: who said what"), longest=10000)
    conclusion = text(_l("Conclusion"))

    def add(self) -> None:
        """One more empty row."""
        if len(self.people) < MOST_PEOPLE:
            self.people.append_entry()

    def held_at(self) -> datetime | None:
        """When it was held."""
        if self.held_on.data is None or self.held_time.data is None:
            return None
        return at_local(self.held_on.data, self.held_time.data)

    def content(self) -> Content:
        """What was typed, as minutes."""
        told = {seat.value: self[f"opinion_{seat.value}"].data for seat in FAMILY}
        people = (row.form.attendee() for row in self.people)
        return Content(
            place=self.place.data,
            presided_by=self.presided_by.data,
            people=tuple(one for one in people if one is not None),
            heard=Heard(self.heard.data) if self.heard.data else None,
            child_words=self.child_words.data,
            opinions=tuple(Opinion(key, words) for key, words in told.items() if words),
            measures=tuple(self.measures.data or ()),
            measures_note=self.measures_note.data,
            minutes=self.minutes.data,
            conclusion=self.conclusion.data,
        )


class CorrectionForm(MeetingForm):
    """Concluded minutes that are put right."""

    why_corrected = text(_l("Why the minutes are corrected"), longest=2000)


class VerificationForm(BaseForm):
    """One thing that was checked."""

    form_id = HiddenField()
    what = line(_l("What was checked"), longest=500)
    way = RadioField(_l("How"), [Optional()], choices=list(WAYS.items()))
    with_whom = line(_l("With whom, which office"))
    checked_on = DayField(_l("Day"), [Optional()])
    checked_time = TimeField(_l("Hour"), [Optional()])
    result = RadioField(_l("What came of it"), [Optional()], choices=list(RESULTS.items()))
    found = text(_l("What was found"))

    def check_made(self) -> Check:
        """What was typed, as a value."""
        return Check(
            what=self.what.data,
            way=Way(self.way.data) if self.way.data else None,
            with_whom=self.with_whom.data,
            result=Result(self.result.data) if self.result.data else None,
            found=self.found.data,
        )

    def checked_at(self) -> datetime | None:
        """When it was checked."""
        return together(self.checked_on.data, self.checked_time.data)

    def mark(self) -> UUID | None:
        """The mark of this page, so that it is stored once however often it is sent."""
        return identifier(self.form_id.data)


def filled(content: Content) -> dict[str, Any]:
    """Minutes as the form shows them."""
    names = (
        "place",
        "presided_by",
        "heard",
        "child_words",
        "measures",
        "measures_note",
        "minutes",
        "conclusion",
    )
    return {
        **{name: getattr(content, name) for name in names},
        **{f"opinion_{seat.value}": content.opinion(seat.value) for seat in FAMILY},
        "people": [
            {"seat": one.seat.value, "name": one.name, "organisation": one.organisation, "came": "yes" if one.came else "no"}
            for one in content.people
        ],
    }  # fmt: skip
