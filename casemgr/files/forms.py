"""What is asked when a file is sent, an original taken, a removal asked."""

from wtforms import FileField, RadioField
from wtforms.validators import Optional

from casemgr.core.words import _l
from casemgr.files.terms import ABOUT, PURPOSES, About, Purpose
from casemgr.web.forms import BaseForm, DayField, text


class AddForm(BaseForm):
    """A file, and what it shows."""

    file = FileField(_l("File"))
    about = RadioField(
        _l("What it shows"), [Optional()], choices=[(key.value, label) for key, label in ABOUT.items()]
    )
    description = text(_l("In a few words"), longest=2000)
    taken_on = DayField(_l("Day it was taken or written"), [Optional()])

    def chosen(self) -> About | None:
        """What it shows, as far as it was chosen."""
        return next((one for one in About if one.value == self.about.data), None)


class TakeForm(BaseForm):
    """For whom and why an original leaves the house."""

    purpose = RadioField(
        _l("What the original is needed for"),
        [Optional()],
        choices=[(key.value, label) for key, label in PURPOSES.items()],
    )
    words = text(_l("Who needs it and why"), longest=2000)

    def chosen(self) -> Purpose | None:
        """What it is needed for, as far as it was chosen."""
        return next((one for one in Purpose if one.value == self.purpose.data), None)


class RemoveForm(BaseForm):
    """Why a file should not be here."""

    reason = text(_l("Why it should not be here"), longest=2000)
