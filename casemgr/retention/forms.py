"""What a person types about how long files are kept."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from wtforms.validators import Optional

from casemgr.core.words import _l
from casemgr.retention.terms import Line, Period
from casemgr.web.forms import BaseForm, DayField, Several, line, number, text


class PeriodForm(BaseForm):
    """How long a kind of file is kept, by which document."""

    years = number(_l("Years after the case was closed"), least=0, most=999)
    until_age = number(_l("Until the youngest child has this age"), least=0, most=999)
    document = line(_l("Document that sets it: number and authority"))
    document_day = DayField(_l("Day of the document"), [Optional()])

    def period(self) -> Period:
        """What was typed, as a value."""
        return Period(self.years.data, self.until_age.data)


class HoldForm(BaseForm):
    """Why a file must be kept."""

    reason = text(_l("Why, and for whom"), longest=2000)


class LiftForm(BaseForm):
    """Why it need not be kept any more."""

    reason = text(_l("Why it need not be kept"), longest=2000)


class DestroyForm(BaseForm):
    """Which files go."""

    files = Several(_l("Files"), choices=list)
    reason = text(_l("Why they need not be kept any more"), longest=2000)

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Self:
        """For the files that are due."""
        return cls.typed().ask("files", [(one.report_id.hex, ", ".join(one.numbers)) for one in lines])

    def chosen(self) -> frozenset[UUID]:
        """The files that were ticked, once they have been checked to be on the list."""
        return frozenset(UUID(hex=one) for one in self.files.data or ())
