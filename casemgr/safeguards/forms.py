"""What a person types about readers, about their own household, about an opening from outside."""

from typing import Any, Self
from uuid import UUID

from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import Optional

from casemgr.core.text import identifier
from casemgr.core.words import _, _l
from casemgr.safeguards import rules
from casemgr.safeguards.terms import Declared, Readers, Verdict
from casemgr.web.forms import BaseForm, Several, line, text


class ReasonForm(BaseForm):
    """Why."""

    reason = text(_l("Why"), longest=2000)


class RestrictForm(ReasonForm):
    """Who may see the case from now on, and why only they."""

    readers = Several(_l("Who may see it"), choices=list)

    def chosen(self) -> list[UUID]:
        """The people that were ticked."""
        return [found for one in self.readers.data or () if (found := identifier(one)) is not None]


class ReaderForm(ReasonForm):
    """One more person, and why."""

    reader = SelectField(_l("Who"), [Optional()], choices=[], validate_choice=False)

    def chosen(self) -> UUID | None:
        """The person that was chosen."""
        return identifier(self.reader.data)

    @classmethod
    def of(cls, possible: Readers | tuple[tuple[UUID, str], ...], *, sent_to: str = "") -> Self:
        """The form with those who can be named."""
        rows = possible.possible if isinstance(possible, Readers) else possible
        return cls.typed(sent_to=sent_to).ask(
            "reader", [("", _("Choose")), *((str(one), name) for one, name in rows)]
        )


class TiesForm(BaseForm):
    """Oneself and the people one lives with."""

    identity = line(_l("Own number of the identity card"), longest=40)
    phone = line(_l("Own telephone"), longest=40)
    household = text(_l("People of the household and close relatives"), longest=4000)

    def validate_identity(self, field: Any) -> None:
        _refuse(rules.identity_errors(field.data or ""))

    def validate_phone(self, field: Any) -> None:
        _refuse(rules.phone_errors(field.data or ""))

    def validate_household(self, field: Any) -> None:
        _refuse(rules.household(field.data or "")[1])

    def said(self) -> Declared:
        """What was declared, in its one form."""
        return Declared(
            rules.identity(self.identity.data),
            rules.phone(self.phone.data),
            rules.household(self.household.data or "")[0],
        )

    @classmethod
    def of(cls, known: Declared) -> Self:
        """The form with what was declared before."""
        told = {"identity": known.identity, "phone": known.phone}
        return cls.typed({**told, "household": rules.household_text(known.household)})


class GlassForm(ReasonForm):
    """Which case, and why."""

    number = line(_l("Number of the case"), longest=40)


class JudgeForm(BaseForm):
    """Whether an opening was justified, and why."""

    verdict = RadioField(
        _l("Was it justified?"),
        [Optional()],
        choices=[
            (Verdict.JUSTIFIED.value, _l("Justified")),
            (Verdict.NOT_JUSTIFIED.value, _l("Not justified")),
        ],
    )
    words = text(_l("Why so"), longest=2000)

    def chosen(self) -> Verdict | None:
        """What was decided."""
        return Verdict(self.verdict.data) if self.verdict.data else None


def _refuse(errors: Any) -> None:
    if errors:
        raise ValidationError(" ".join(str(said) for said in errors))
