"""Forms: what every form shares, and the fields that ask as this house asks."""

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar

from flask import g, request
from werkzeug.datastructures import MultiDict
from wtforms import (
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import Choice
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from casemgr.core.calendar import at_local
from casemgr.core.errors import Invalid, RuleBroken
from casemgr.core.findings import Findings
from casemgr.core.text import clean, clean_lines
from casemgr.core.words import _, _l, language
from casemgr.law.vocabulary import vocabulary
from casemgr.web.field_help import help_of

LINE, TEXT = 200, 4000
FIRST_YEAR, LAST_YEAR = 1900, 2200  # of any day that is typed: no clock counts near the ends of the calendar
_TIME = re.compile(r"(\d{1,2})\s*(?:[:.hg]\s*(\d{2})?|(?<=\d\d)(\d{2}))")
_DAY = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_MONEY = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+|\d{1,15}")
_CURRENCY = re.compile(r"\s*(?:đồng|dong|đ|vnd)\.?\s*$", re.IGNORECASE)
_LATER_ROW = re.compile(r"-[1-9]\d*-$")  # of several rows the first one is explained
NOT_TOLD = ""
Choices = Sequence[tuple[str, object]]


class _OurWords:
    """WTForms' own sentences, in the language of the page."""

    SAID = (
        _l("Not a valid choice."),
        _l("Not a valid integer value."),
        _l("Invalid Choice: could not coerce."),
        _l("Field cannot be longer than %(max)d characters."),
    )

    def gettext(self, sentence: str) -> str:
        return _(sentence)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return _(many)


class BaseForm(Form):
    """A form that keeps what was typed. The forgery token is checked for all forms at the front."""

    official: ClassVar[str] = ""  # number of the form of the law, under whose fields help stands

    class Meta:
        def get_translations(self, _form: Form) -> _OurWords:
            return _OurWords()

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if self.official and not _LATER_ROW.search(self._prefix):
            for field in self:
                field.description = field.description or help_of(self.official, field.short_name)

    @classmethod
    def typed(cls, prefill: dict[str, Any] | None = None, *, prefix: str = "", sent_to: str = "") -> Self:
        """The form as it was typed, with what stood against it at its fields; else with what is already known.

        Of several forms on a page each names the endpoint it is ``sent_to``: what was typed, and what was said
        against it, belongs to one of them.
        """
        meant = not sent_to or request.endpoint == sent_to
        typed = request.form if request.method == "POST" and meant else g.get("draft")
        form = cls(typed, data=prefill, prefix=prefix)
        if meant and (not prefix or any(field.name in request.form for field in form)):
            for name, said in _objections():
                form._object(name, said)
        if not meant:
            for field in form:
                field.id = f"{sent_to.rpartition('.')[2]}-{field.id}"
        return form

    def _object(self, name: str, said: list[str]) -> None:
        field = self._fields.get(name)
        if isinstance(field, FormField):
            next(iter(field.form)).errors = said
        elif field is not None:
            field.errors, field.id = said, name  # where the sentence at the top of the page leads

    def check(self) -> None:
        """Go on only when everything typed can be read; otherwise the errors name each field."""
        if not self.validate():
            raise Invalid({field: _flat(said) for field, said in self.errors.items() if field})

    def ask(self, field: str, choices: Choices) -> Self:
        """Give a choice field its list, which may depend on the day or the unit."""
        self[field].choices = [(value, label) for value, label in choices]
        return self


def _flat(said: Any) -> list[str]:
    if isinstance(said, dict):
        return [sentence for inner in said.values() for sentence in _flat(inner)]
    return [str(sentence) for sentence in said]


def _cleaned(value: str | None) -> str | None:
    return clean(value) or None if isinstance(value, str) else value


def _cleaned_lines(value: str | None) -> str | None:
    return clean_lines(value) or None if isinstance(value, str) else value


def line(label: object, *, longest: int = LINE, description: object = "") -> StringField:
    """One line of text."""
    return StringField(label, [Optional(), Length(max=longest)], filters=[_cleaned], description=description)


def text(label: object, *, longest: int = TEXT, description: object = "") -> TextAreaField:
    """Several lines of text."""
    return TextAreaField(
        label, [Optional(), Length(max=longest)], filters=[_cleaned_lines], description=description
    )


class Number(IntegerField):
    """A whole number inside bounds. What lies outside is no number to anybody who asks, but stands there as it was typed."""

    data: int | None

    def __init__(self, label: object = None, *given: Any, least: int, most: int, **more: Any) -> None:
        super().__init__(label, *given, **more)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not self.least <= self.data <= self.most:
            self.data = None
            raise ValueError(
                _("Give a whole number from %(least)s to %(most)s.", least=self.least, most=self.most)
            )


def number(label: object, *, least: int = 0, most: int = 10**12, description: object = "") -> IntegerField:
    """A whole number inside bounds."""
    return Number(label, [Optional()], least=least, most=most, description=description)


def stored_version() -> IntegerField:
    """The version of what is stored from which a form was filled in: sent back unseen, so that nobody overwrites another."""
    return Number(least=0, most=2**31 - 1, widget=HiddenInput(), default=0)


def go_on_from(field: IntegerField, version: int) -> None:
    """Somebody else saved first: what is sent next says that this version was read."""
    field.raw_data, field.data = None, version


def one_of(label: object, name: str, *, description: object = "") -> RadioField:
    """One code of a list of the law, or nothing. A choice list never starts on a value."""
    return RadioField(label, [Optional()], choices=codes(name), description=description, validate_choice=True)


def pick(label: object, name: str, *, description: object = "") -> SelectField:
    """One code of a long list."""
    return SelectField(
        label,
        [Optional()],
        choices=lambda: [(NOT_TOLD, _("Not told")), *codes(name)()],
        description=description,
    )


def several(label: object, name: str, *, description: object = "") -> "Several":
    """Several codes of a list."""
    return Several(label, choices=codes(name), description=description)


class Several(RadioField):
    """Check boxes that give a tuple of codes."""

    def __init__(self, label: object, choices: Callable[[], Choices], **options: Any) -> None:
        super().__init__(label, [], choices=choices, validate_choice=False, **options)
        self.option_widget = CheckboxInput()
        self.widget = ListWidget(prefix_label=False)

    def process_data(self, value: Any) -> None:
        self.data = tuple(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tuple(valuelist)

    def iter_choices(self) -> Any:
        for value, label in self.choices:
            yield Choice(value, label, value in (self.data or ()), {})

    def pre_validate(self, form: Form) -> None:
        known = {value for value, _label in self.choices}
        if any(value not in known for value in self.data or ()):
            raise ValidationError(_("This is not one of the choices."))


def codes(name: str) -> Callable[[], list[tuple[str, str]]]:
    """The codes of a list in the reader's language, asked for when the form is made."""

    def choices() -> list[tuple[str, str]]:
        return [(code.code, code.label(language())) for code in vocabulary(name)]

    return choices


PRECISIONS: Sequence[tuple[str, object]] = (
    ("day", _l("Day known")),
    ("month", _l("Month known")),
    ("year", _l("Year known")),
    ("estimated", _l("Estimated")),
    ("unknown", _l("Not known")),
)


class DateParts(BaseForm):
    """A date that may be known in part: five choices above three number boxes, not a calendar."""

    precision = RadioField(_l("How exactly is it known"), [Optional()], choices=list(PRECISIONS))
    day = number(_l("Day"), least=1, most=31)
    month = number(_l("Month"), least=1, most=12)
    year = number(_l("Year"), least=FIRST_YEAR, most=LAST_YEAR)

    latest: datetime.date | None = None
    too_late: object = ""

    def value(self) -> tuple[datetime.date | None, str | None]:
        """The date (first of its month or year when no more is known) and its precision."""
        precision = self.precision.data or self._guess()
        if precision in (None, "unknown"):
            return None, precision
        try:
            parts = (self.year.data or 0, (self.month.data or 1) if precision != "year" else 1)
            day = (self.day.data or 1) if precision in ("day", "estimated") else 1
            return (datetime.date(*parts, day), precision) if self.year.data else (None, None)
        except ValueError:
            return None, None

    def _guess(self) -> str | None:
        """As exactly as the boxes are filled in; what is missing beside them is asked for."""
        return next((name for name in ("day", "month", "year") if self[name].data is not None), None)

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        filled, precision = self._guess(), self.precision.data or self._guess()
        if good and precision == "unknown" and filled is not None:
            self[filled].errors = [_("Fill this in, or choose what is known.")]
            return False
        if not good or precision in (None, "unknown"):
            return good
        asked = {"day": ("day", "month", "year"), "month": ("month", "year")}
        for name in asked.get(precision, ("year",)):
            if self[name].data is None:
                self[name].errors = [_("Fill this in, or choose what is known.")]
                return False
        date, _precision = self.value()
        if date is None and self.year.data is not None:
            self.day.errors = [_("There is no such day.")]
            return False
        if date is not None and self.latest is not None and date > self.latest:
            self.day.errors = [str(self.too_late)]
            return False
        return True

    def not_after(self, day: datetime.date, sentence: object) -> None:
        """Refuse a date after a day, with a sentence that says what to do."""
        self.latest, self.too_late = day, sentence

    @staticmethod
    def spread(date: datetime.date | None, precision: str | None) -> dict[str, Any]:
        """A stored date as the boxes show it."""
        if (
            date is None
        ):  # a choice never starts on a value, and what was typed beside "not known" would be lost
            return {}
        shown = {
            "day": ("day", "month", "year"),
            "estimated": ("day", "month", "year"),
            "month": ("month", "year"),
        }
        names = shown.get(precision or "day", ("year",))
        return {"precision": precision, **{name: getattr(date, name) for name in names}}


class BirthParts(DateParts):
    """A birth date, or an estimated age that stands for it."""

    age = number(_l("Age in years"), least=0, most=25)

    def validate(self, extra_validators: Any = None) -> bool:
        if self.age.data is not None and self._guess() is None:
            return bool(Form.validate(self, extra_validators))
        return super().validate(extra_validators)


def day_told(told: str) -> datetime.date:
    """The day of 20/11/2026, or of 2026-11-20 as addresses have it; whatever else is a `ValueError`."""
    parts = _DAY.fullmatch(told)
    day = (
        datetime.date(int(parts[3]), int(parts[2]), int(parts[1]))
        if parts
        else datetime.date.fromisoformat(told)
    )
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"A year lies between {FIRST_YEAR} and {LAST_YEAR}.")
    return day


class DayField(StringField):
    """A day in one box, written as 20/11/2026."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data.day}/{self.data.month}/{self.data.year}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        told = valuelist[0].strip() if valuelist else ""
        if not told:
            return
        try:
            self.data = day_told(told)
        except ValueError:
            raise ValueError(_("Write the day like 20/11/2026.")) from None


class MoneyField(StringField):
    """A whole number of đồng, with or without dots."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:,}".replace(",", ".") if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        told = _CURRENCY.sub("", valuelist[0]).strip() if valuelist else ""
        if not told:
            return
        if not _MONEY.fullmatch(told):
            raise ValueError(_("Write a whole number of đồng, for example 1.800.000, or 0."))
        self.data = int(re.sub(r"\D", "", told))


def read_time(typed: str) -> datetime.time | None:
    """A time of day as people write it: 21:40, 21h40, 21 giờ 40, 2140, 21h."""
    found = _TIME.fullmatch(typed.strip().lower().replace("giờ", "h").replace(" ", ""))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    return datetime.time(hour, minute) if hour < 24 and minute < 60 else None


class TimeField(StringField):
    """A time of day in one box."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        told = valuelist[0].strip() if valuelist else ""
        self.data = read_time(told) if told else None
        if told and self.data is None:
            raise ValueError(_("Write the time as on a clock, for example 21:40."))


def together(day: datetime.date | None, hour: datetime.time | None) -> datetime.datetime | None:
    """The instant of a day and a time that were typed in two boxes; none while one is empty."""
    return at_local(day, hour) if day is not None and hour is not None else None


Chosen = TypeVar("Chosen", bound=StrEnum)


def chosen(among: type[Chosen], told: str | None) -> Chosen | None:
    """What was chosen; nothing for what is no choice: a page shows again what was sent, whatever it was."""
    return among(told) if told in set(among) else None


def _objections() -> Iterator[tuple[str, list[str]]]:
    objection = g.get("objection")
    if isinstance(objection, Invalid):
        yield from objection.errors.items()
    elif isinstance(objection, RuleBroken) and isinstance(objection.findings, Findings):
        yield from ((one.field, [str(one)]) for one in objection.findings.blocking if one.field)


EXPLANATION = "explanation-"


def explanations() -> dict[str, str]:
    """What was explained on a page, by the code of the finding."""
    typed = {name: clean_lines(said) for name, said in request.form.items() if name.startswith(EXPLANATION)}
    return {name.removeprefix(EXPLANATION): said for name, said in typed.items() if said}


def typed_form() -> MultiDict[str, str]:
    """What was typed, for pages with rows of fields."""
    return request.form


__all__ = [
    "BaseForm",
    "BirthParts",
    "DateParts",
    "DayField",
    "FieldList",
    "FormField",
    "MoneyField",
    "Several",
    "TimeField",
    "ValidationError",
    "chosen",
    "codes",
    "day_told",
    "explanations",
    "go_on_from",
    "line",
    "number",
    "one_of",
    "pick",
    "read_time",
    "several",
    "stored_version",
    "text",
    "together",
    "typed_form",
]
