"""What a person types to take a list out."""

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import Optional

from casemgr.core.words import _l
from casemgr.exports.columns import COLUMNS, heading
from casemgr.exports.terms import Asking, Format, Selection, Which
from casemgr.web.forms import BaseForm, DayField, Several, line, one_of, text

WHICH = {Which.OPEN: _l("Open"), Which.CLOSED: _l("Closed"), Which.ALL: _l("All")}
FORMATS = {Format.XLSX: _l("Excel workbook, encrypted"), Format.CSV: _l("CSV in an encrypted zip")}
FIRST = ("number", "received", "unit", "stage", "due")  # what is ticked at first names no child


class ExportForm(BaseForm):
    """What is exported, what for and for whom."""

    which = RadioField(_l("Which cases"), [Optional()], choices=list(WHICH.items()))
    since = DayField(_l("Received from"), [Optional()])
    until = DayField(_l("Received until"), [Optional()])
    unit = SelectField(_l("Commune"), [Optional()], choices=[("", "")])
    columns = Several(_l("Columns"), lambda: [(key, heading(key)) for key in COLUMNS])
    purpose = text(_l("What for"), longest=500)
    recipient = line(_l("Who receives it"))
    basis = one_of(_l("Legal basis"), "processing_bases")
    reason = line(_l("Why it is urgent"), longest=300)
    outside = BooleanField(_l("It goes outside the case team, or is published"))
    format = RadioField(_l("Kind of file"), [Optional()], choices=list(FORMATS.items()))

    def asking(self) -> Asking:
        """What was typed, as a value; the columns in the order of the list."""
        chosen = set(self.columns.data or ())
        return Asking(
            purpose=self.purpose.data or "",
            recipient=self.recipient.data or "",
            columns=tuple(key for key in COLUMNS if key in chosen),
            selection=Selection(
                Which(self.which.data or Which.OPEN),
                self.since.data,
                self.until.data,
                int(self.unit.data) if self.unit.data else None,
            ),
            reason=self.reason.data or "",
        )
