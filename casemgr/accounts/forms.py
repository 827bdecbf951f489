"""What is typed: name and password, a new password, a person, a role with its days."""

import datetime
from collections.abc import Callable
from typing import Any

from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional, StopValidation

from casemgr.core.text import clean
from casemgr.core.words import _, _l
from casemgr.web.forms import BaseForm, FormField, ValidationError, line, number, text

_CUT = 200  # signs of a password that are looked at; longer ones fit nothing


def _cleaned(value: str | None) -> str | None:
    return clean(value) if isinstance(value, str) else value


def _given(sentence: object) -> Callable[[Any, Any], None]:
    """Something has to stand in the field."""

    def check(_form: Any, field: Any) -> None:
        if not field.data:
            raise StopValidation(sentence)

    return check


def _line(label: object, sentence: object, *, longest: int) -> StringField:
    """One line that cannot be left out."""
    return StringField(label, [_given(sentence), Length(max=longest)], filters=[_cleaned])


class SignInForm(BaseForm):
    """Name and password, and where to go on to."""

    username = line(_l("Sign-in name"), longest=64)
    password = PasswordField(_l("Password"), [Optional(), Length(max=_CUT)])
    next = HiddenField()


class ProofForm(BaseForm):
    """A second proof: six digits, a recovery code, a passkey's answer; the password where there is none yet."""

    way = HiddenField()
    code = line(_l("Code of six digits"), longest=20)
    recovery = line(_l("Recovery code"), longest=40)
    password = PasswordField(_l("Password"), [Optional(), Length(max=_CUT)])
    answer = HiddenField()
    next = HiddenField()


class PasskeyForm(BaseForm):
    """What a browser answers, and what its passkey is called."""

    label = line(_l("What do you call this device?"), longest=80)
    answer = HiddenField()
    next = HiddenField()


class AuthenticatorForm(BaseForm):
    """The first code of an authenticator app, and what it is called."""

    ticket = HiddenField()
    label = line(_l("What do you call this device?"), longest=80)
    code = line(_l("Code of six digits"), longest=20)


class PasswordForm(BaseForm):
    """A new password, typed twice; the one of now as well, unless it was only lent."""

    current = PasswordField(_l("Password you have now"), [Optional()])
    new = PasswordField(_l("New password"), [_given(_l("Type a password."))])
    again = PasswordField(_l("New password once more"), [Optional()])

    def validate_again(self, field: PasswordField) -> None:
        if (field.data or "") != (self.new.data or ""):
            raise ValidationError(_("The two are not the same. Type the new password twice."))


class RoleChoiceForm(BaseForm):
    """In which of several roles to work."""

    appointment = RadioField(_l("Role"), [_given(_l("Choose a role."))])


class DayForm(BaseForm):
    """A day in three number boxes, or none."""

    day = number(_l("Day"), least=1, most=31)
    month = number(_l("Month"), least=1, most=12)
    year = number(_l("Year"), least=1900, most=2200)

    @staticmethod
    def spread(date: datetime.date | None) -> dict[str, Any]:
        """A day as the boxes show it."""
        return {} if date is None else {"day": date.day, "month": date.month, "year": date.year}

    def value(self) -> datetime.date | None:
        """The day, if one was given."""
        if self.day.data is None or self.month.data is None or self.year.data is None:
            return None
        return datetime.date(self.year.data, self.month.data, self.day.data)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        given = [part for part in (self.day.data, self.month.data, self.year.data) if part is not None]
        try:
            if len(given) in (1, 2):
                raise ValueError
            self.value()
        except ValueError:
            self.day.errors = [_("There is no such day.")]
            return False
        return True


class NamesForm(BaseForm):
    """What somebody is called, and how they sign in."""

    name = _line(_l("Full name"), _l("Give the full name, as it stands on decisions."), longest=120)
    username = _line(_l("Sign-in name"), _l("Give a sign-in name."), longest=64)


class RoleForm(BaseForm):
    """A role at a unit, from a day, perhaps to a day."""

    role = SelectField(_l("Role"), validate_choice=False)
    unit = _line(_l("Unit"), _l("Give the code or the name of the unit."), longest=80)
    since = FormField(DayForm, label=_l("Held from"))
    until = FormField(DayForm, label=_l("Held to, the last day included"))

    def validate_role(self, field: SelectField) -> None:
        if field.data not in {value for value, _label in field.choices if value}:
            raise ValidationError(_("Choose a role."))


class PersonForm(RoleForm, NamesForm):
    """Somebody new, with a first role."""


class AbsenceForm(BaseForm):
    """Away from an office from a day to a day, and who stands in."""

    since = FormField(DayForm, label=_l("First day away"))
    until = FormField(DayForm, label=_l("Last day away"))
    deputy = RadioField(_l("Who stands in"), [Optional()], validate_choice=False)


class EndRoleForm(BaseForm):
    """The last day of a role."""

    last = FormField(DayForm, label=_l("Last day"))


__all__ = [
    "AbsenceForm",
    "AuthenticatorForm",
    "DayForm",
    "EndRoleForm",
    "PasskeyForm",
    "PasswordForm",
    "PersonForm",
    "ProofForm",
    "RoleChoiceForm",
    "RoleForm",
    "SignInForm",
]


class RefusalForm(BaseForm):
    """Why something is not signed."""

    reason = text(_l("Why you refuse"), longest=2000)
