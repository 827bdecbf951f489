"""What a person types about returns."""

from dataclasses import dataclass
from datetime import date

from wtforms import BooleanField, HiddenField
from wtforms.validators import Optional

from casemgr.core.errors import Invalid
from casemgr.core.text import whole_number
from casemgr.core.words import _, _l
from casemgr.indicators.terms import Level
from casemgr.reporting import schedules
from casemgr.reporting.terms import MONTHS, Due, Every, Schedule, Term
from casemgr.web.forms import BaseForm, DayField, line, text, typed_form

_LONGEST_WAIT = 60  # days after the end of a month


class SignForm(BaseForm):
    """Signing a return: what was read, and what is declared."""

    seen = HiddenField()
    nil = BooleanField(_l("Nothing happened in this period: I sign a nil return"))
    reason = text(_l("Why the return is amended"), longest=2000)


class ReasonForm(BaseForm):
    """Why a return is given back."""

    reason = text(_l("What has to be put right"), longest=2000)


class CommentForm(BaseForm):
    """A line on a number."""

    text = text(_l("Your question or answer"), longest=2000)


class KnownPlanForm(BaseForm):
    """From when a plan that was read elsewhere is taken over."""

    since = DayField(_l("Holds from"), [Optional()])


class PlanForm(BaseForm):
    """Due days by a document of one's own; the days themselves are read field by field."""

    document = line(_l("Number of the plan or decision"), longest=120)
    document_day = DayField(_l("Day of the document"), [Optional()])
    since = DayField(_l("Holds from"), [Optional()])
    until = DayField(_l("Holds until (empty: until another plan)"), [Optional()])


@dataclass(frozen=True)
class Row:
    """One row of a plan: a schedule at a level, and its boxes. Months have one box, in days after their end."""

    schedule: Schedule
    level: Level
    boxes: tuple[str, ...]

    @property
    def in_days(self) -> bool:
        return self.schedule.every is Every.MONTH


def rows(level: Level) -> list[Row]:
    """The rows of a plan of a province, or of the country."""
    return [
        Row(schedule, step.level, tuple(_box(schedule, step.level, part) for part in range(_parts(schedule))))
        for schedule in schedules.schedules().values()
        for step in schedule.steps
        if (step.level is Level.NATION) == (level is Level.NATION)
    ]


def _parts(schedule: Schedule) -> int:
    return 1 if schedule.every is Every.MONTH else 12 // MONTHS[schedule.every]


def _box(schedule: Schedule, level: Level, part: int) -> str:
    return f"{schedule.id}-{level}-{part}"


def typed_terms(level: Level) -> list[Term]:
    """The days that were typed; empty boxes of a row that has any mean that none is asked for."""
    errors: dict[str, list[str]] = {}
    terms = []
    for row in rows(level):
        due = _typed_days_after(row, errors) if row.in_days else _typed_days(row, errors)
        if due is not None:
            terms.append(Term(row.schedule.id, row.level, due))
    if errors:
        raise Invalid(errors)
    return terms


def _typed_days(row: Row, errors: dict[str, list[str]]) -> Due | None:
    """For each part of the year a day and month."""
    days = []
    for name in row.boxes:
        told = typed_form().get(name, "").strip()
        try:
            days.append(_day_and_month(told))
        except (ValueError, OverflowError):
            errors[name] = [_("%(text)s is no day and month. Write it like 10/5.", text=told[:20])]
            days.append("")
    return Due(tuple(days)) if any(days) else None


def _typed_days_after(row: Row, errors: dict[str, list[str]]) -> Due | None:
    """How many days after the end of each month."""
    (name,) = row.boxes
    told = typed_form().get(name, "").strip()
    if not told:
        return None
    days = whole_number(told, _LONGEST_WAIT)
    if days is None:
        errors[name] = [_("Write a number of days, up to %(most)s.", most=_LONGEST_WAIT)]
        return None
    return Due(days_after=days)


def _day_and_month(told: str) -> str:
    if not told:
        return ""
    day, month = (int(part) for part in told.replace("-", "/").replace(".", "/").split("/"))
    return f"{date(2023, month, day):%m-%d}"  # a year without 29 February: the day must come every year


def shown_days(term: Term) -> dict[str, str]:
    """The boxes of a term, filled."""
    schedule = schedules.schedule(term.schedule)
    if term.due.days_after is not None:
        return (
            {_box(schedule, term.level, 0): str(term.due.days_after)} if schedule.every is Every.MONTH else {}
        )
    days = {}
    for part, told in enumerate(term.due.before):
        month, _dash, day = told.partition("-")
        days[_box(schedule, term.level, part)] = f"{int(day)}/{int(month)}" if told else ""
    return days
