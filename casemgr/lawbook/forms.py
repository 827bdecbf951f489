"""Forms of changes of the law: the document it rests on, and what the change says."""

from datetime import date
from typing import Any

from wtforms import FormField, RadioField, SelectField, TextAreaField
from wtforms.validators import Optional

from casemgr.accounts.forms import DayForm
from casemgr.core.words import _, _l
from casemgr.law.deadlines import Unit
from casemgr.law.rulebook import CountedFrom
from casemgr.legislation.terms import ChangeKind, Document
from casemgr.web.forms import BaseForm, ValidationError, line, number, text

OFF, WORKED = "off", "worked"


class DocumentForm(BaseForm):
    """The document of an authority on which a change rests."""

    document = line(
        _l("Number of the document"), longest=120, description=_l("As it stands on it, such as 12/QĐ-UBND")
    )
    document_day = FormField(DayForm, label=_l("Day of the document"))
    basis = text(_l("What it says, in one or two sentences"), longest=1000)

    def document_of(self) -> Document:
        """The document as it was typed."""
        return Document(self.document.data or "", self._need("document_day"), self.basis.data or "")

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for name in self.needed():
            field = self[name]
            if isinstance(field, FormField):
                if not field.errors and field.form.value() is None:
                    field.form.day.errors = [_("Give the day, the month and the year.")]
                    good = False
            elif not field.errors and field.data in (None, ""):
                field.errors = [_("Fill this in.")]
                good = False
        return good

    def needed(self) -> tuple[str, ...]:
        """What must be there."""
        return ("document", "document_day")

    def _need(self, name: str) -> date:
        day: date | None = self[name].form.value()
        if day is None:
            raise ValidationError(_("Give the day, the month and the year."))
        return day


class LimitForm(DocumentForm):
    """A shorter limit of a place."""

    unit_code = line(_l("Commune or province"), longest=80, description=_l("Code or name"))
    deadline = SelectField(_l("Which limit of the law"), [Optional()], validate_choice=False)
    value = number(_l("Shorter limit"), least=1, most=3650)
    unit = RadioField(
        _l("Counted in"),
        [Optional()],
        choices=[
            (Unit.HOURS.value, _l("hours")),
            (Unit.WORKING_DAYS.value, _l("working days")),
            (Unit.DAYS.value, _l("days")),
            (Unit.MONTHS.value, _l("months")),
        ],
    )
    since = FormField(DayForm, label=_l("Holds from"))

    def needed(self) -> tuple[str, ...]:
        return ("unit_code", "deadline", "value", "unit", "since", *super().needed())


class StartForm(DocumentForm):
    """From when a place counts the five working days."""

    unit_code = line(_l("Commune or province"), longest=80, description=_l("Code or name"))
    reading = RadioField(
        _l("The five working days count from"),
        [Optional()],
        choices=[
            (CountedFrom.RECEIPT.value, _l("receipt of the report")),
            (CountedFrom.STUDY.value, _l("the end of the full assessment, Form 03")),
            (CountedFrom.MEETING.value, _l("the meeting on the measures")),
        ],
    )
    since = FormField(DayForm, label=_l("Holds from"))

    def needed(self) -> tuple[str, ...]:
        return ("unit_code", "reading", "since", *super().needed())


class CalendarForm(DocumentForm):
    """A day off, or a day worked to make up for one."""

    day = FormField(DayForm, label=_l("Which day"))
    worked = RadioField(
        _l("On this day"),
        [Optional()],
        choices=[(OFF, _l("offices are closed")), (WORKED, _l("offices work, to make up for a day off"))],
    )

    def needed(self) -> tuple[str, ...]:
        return ("day", "worked", *super().needed())


class LoadForm(DocumentForm):
    """Corrected or new data as a file: limits of the law, or entries of the catalogue of indicators."""

    data = TextAreaField(_l("Contents of the file"), [Optional()])

    def needed(self) -> tuple[str, ...]:
        return ("data", *super().needed())


class EndForm(DocumentForm):
    """The end of a local rule."""

    change = SelectField(_l("Which rule ends"), [Optional()], validate_choice=False)
    until = FormField(DayForm, label=_l("Last day on which it holds"))

    def needed(self) -> tuple[str, ...]:
        return ("change", "until", *super().needed())


FORMS: dict[ChangeKind, type[DocumentForm]] = {
    ChangeKind.LIMIT: LimitForm,
    ChangeKind.START: StartForm,
    ChangeKind.DAY: CalendarForm,
    ChangeKind.LAW: LoadForm,
    ChangeKind.ENTRIES: LoadForm,
    ChangeKind.END: EndForm,
}
