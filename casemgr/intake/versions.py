"""Two versions of a form, what is stored and what was typed, side by side in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from wtforms import Field, FormField, RadioField, SelectField

from casemgr.core.words import _
from casemgr.intake.forms import CommuneCode, FormOne
from casemgr.web.forms import DateParts, Several
from casemgr.web.words import date_words


@dataclass(frozen=True)
class Difference:
    """One field in which the stored version and the typed one differ."""

    question: str
    stored: str
    typed: str


def differences(
    stored: FormOne, typed: FormOne, *, hidden: Mapping[str, str] | None = None
) -> tuple[Difference, ...]:
    """The fields in which two versions of a form differ; of a hidden one only the words given for it are shown."""
    pairs = ((field, in_words(stored[field.short_name]), in_words(field)) for field in typed)
    return tuple(
        difference(str(field.label.text), (hidden or {}).get(field.short_name, kept), said)
        for field, kept, said in pairs
        if kept != said
    )


def difference(question: str, stored: str, typed: str) -> Difference:
    """One line; what is empty was not told."""
    return Difference(question, stored or _("not told"), typed or _("not told"))


def in_words(field: Field) -> str:
    """What stands in a field, as a person would read it."""
    if isinstance(field, FormField):
        return _date(field.form) if isinstance(field.form, DateParts) else ""
    if isinstance(field, Several):
        return ", ".join(str(label) for value, label in field.choices if value in (field.data or ()))
    if isinstance(field, SelectField | RadioField):
        labels = {str(value): str(label) for value, label in field.choices or () if value != ""}
        return labels.get(field.data or "", field.data or "")
    if isinstance(field, CommuneCode):
        return field.in_words()
    return _as_typed(field)


def _date(form: DateParts) -> str:
    """A date with its honesty; one that does not exist as it was typed."""
    date, precision = form.value()
    boxes = "/".join(said for name in ("day", "month", "year") if (said := _as_typed(form[name])))
    shown = (date_words(date, precision) if date is not None else "") or boxes
    age = _as_typed(form["age"]) if "age" in form else ""
    words = [shown, _("about %(age)s years", age=age) if age else ""]
    return ", ".join(part for part in words if part) or date_words(None, precision)


def _as_typed(field: Field) -> str:
    if field.data is not None:
        return str(field.data)
    return str(field.raw_data[0]).strip() if field.raw_data else ""
