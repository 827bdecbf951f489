"""What is asked before a paper is issued, voided, looked for, or its template loaded."""

from enum import StrEnum
from typing import TypeVar

from wtforms import DateField, FileField, RadioField
from wtforms.validators import Optional

from casemgr.core.words import _l
from casemgr.documents.terms import RECIPIENTS, SECRECIES, SHOWN, Recipient, Secrecy, Shown, Wish
from casemgr.web.forms import BaseForm, Several, line, number, text

Member = TypeVar("Member", bound=StrEnum)


def _known(kind: type[Member], told: str | None) -> Member | None:
    """The member of this name, if there is one."""
    return next((one for one in kind if one.value == told), None)


class IssueForm(BaseForm):
    """For whom, why, how secret, and what is shown although it is hidden."""

    recipient = RadioField(
        _l("For whom"), [Optional()], choices=[(key.value, label) for key, label in RECIPIENTS.items()]
    )
    name = line(_l("Name of the recipient: office or person"))
    purpose = line(_l("What they need it for"))
    secrecy = RadioField(
        _l("How secret"), [Optional()], choices=[(key.value, label) for key, label in SECRECIES.items()]
    )
    scope = line(_l("How far it may be passed on"))
    shown = Several(
        _l("Show although it is hidden"), choices=lambda: [(key.value, label) for key, label in SHOWN.items()]
    )

    def wish(self) -> Wish:
        """What was asked for. Nobody chosen is somebody who may see nothing hidden."""
        return Wish(
            recipient=_known(Recipient, self.recipient.data) or Recipient.OTHER,
            name=self.name.data or "",
            purpose=self.purpose.data or "",
            secrecy=_known(Secrecy, self.secrecy.data),
            scope=self.scope.data or "",
            shown=tuple(part for part in Shown if part.value in (self.shown.data or ())),
        )


class VoidForm(BaseForm):
    """Why a paper no longer stands."""

    reason = text(_l("Why it is void"), longest=1000)


class RegisterForm(BaseForm):
    """What to look for in the register."""

    running = number(_l("Number"), least=1, most=10**6)
    year = number(_l("Year"), least=1900, most=2200)
    day = DateField(_l("Day"), [Optional()])


class TemplateForm(BaseForm):
    """A Word template of the province."""

    form = RadioField(_l("For which form"), [Optional()], choices=[])
    file = FileField(_l("Word file (DOCX)"))
    since = DateField(_l("Used from"), [Optional()])
