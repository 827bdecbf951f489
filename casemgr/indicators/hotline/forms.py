"""What a person sends in for the reconciliation: a list of the hotline and the day on which it was closed."""

import datetime
import re

from wtforms import FileField, StringField
from wtforms.validators import InputRequired, ValidationError

from casemgr.core.errors import Invalid
from casemgr.core.text import clean
from casemgr.core.words import _, _l
from casemgr.web.forms import BaseForm

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})")


def day_of(text: str) -> datetime.date | None:
    """The day of 31/10/2026 or 2026-10-31; nothing when it is none."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    day, month, year, *iso = found.groups()
    try:
        return datetime.date(*map(int, iso)) if iso[0] else datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None


def cut_of(text: str) -> datetime.date | None:
    """The closing day as typed; nothing typed is the period's last day."""
    if not text.strip():
        return None
    day = day_of(text)
    if day is None:
        raise Invalid({"cut": [_("Write the closing day as 31/10/2026 or 2026-10-31.")]})
    return day


class ListForm(BaseForm):
    """A list of the hotline."""

    file = FileField(_l("List as CSV"))
    closed_on = StringField(
        _l("Day on which the list was closed"),
        [InputRequired(_l("Give the day on which the list was closed, today at the latest."))],
        filters=[lambda value: clean(value or "")],
        description=_l("Day/month/year"),
    )

    def validate_closed_on(self, field: StringField) -> None:
        if day_of(field.data or "") is None:
            raise ValidationError(_("Write the closing day as 31/10/2026 or 2026-10-31."))

    def day(self) -> datetime.date | None:
        """The closing day."""
        return day_of(self.closed_on.data or "")
