"""What is typed in oversight: the filter of the trail, why searched words are opened, what was learned about a look."""

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from casemgr.core.text import clean, fold
from casemgr.core.words import _l
from casemgr.oversight.terms import ANSWERS, SORTS, Answer, Sort, action_names, in_words
from casemgr.oversight.trail import Asked
from casemgr.web.forms import BaseForm, DayField, line


class Filter(BaseForm):
    """What an inspector wants to see; it stands in the address, so it asks for numbers and sign-in names only."""

    record = line(_l("Number of the case or report"), longest=80)
    person = line(_l("Sign-in name of the person"), longest=80)
    sort = SelectField(
        _l("What"),
        [Optional()],
        choices=lambda: [("", _l("Everything")), *((sort.value, label) for sort, label in SORTS.items())],
    )
    since = DayField(_l("From day"), [Optional()])
    until = DayField(_l("To day"), [Optional()])
    action = SelectField(
        _l("Kind of entry"),
        [Optional()],
        choices=lambda: [
            ("", _l("Everything")),
            *sorted(((name, in_words(name)) for name in action_names()), key=lambda named: fold(named[1])),
        ],
    )

    @classmethod
    def asked_for(cls, address: MultiDict[str, str]) -> "Filter":
        """The filter as it stands in the address; what cannot be read is named beside its field."""
        form = cls(address)
        form.validate()
        return form

    def asked(self, *, before: int | None = None) -> Asked:
        return Asked(
            person=self.person.data or "",
            record=(self.record.data or "").upper()
            if "-" in (self.record.data or "")
            else self.record.data or "",
            action=self.action.data or "",
            sort=Sort(self.sort.data) if self.sort.data in set(Sort) else None,
            since=self.since.data,
            until=self.until.data,
            before=before,
        )

    def told(self) -> dict[str, Any]:
        """The same for the address of the next page."""
        return {field.name: field.raw_data[0] for field in self if field.raw_data and field.raw_data[0]}


class WordsForm(BaseForm):
    """Why searched words are opened."""

    reason = StringField(
        _l("Why you need to see them"),
        [DataRequired(_l("Say why.")), Length(max=200)],
        filters=[lambda typed: clean(typed or "")],
    )


class AnswerForm(BaseForm):
    """What somebody learned by asking."""

    said = RadioField(
        _l("What you learned"),
        [InputRequired(_l("Choose what you learned."))],
        choices=lambda: [(code.value, label) for code, label in ANSWERS.items()],
    )

    @property
    def chosen(self) -> Answer:
        return Answer(self.said.data)
