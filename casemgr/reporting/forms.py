"""What a person types about returns."""

from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.validators import Optional

from casemgr.core.errors import Invalid
from casemgr.core.words import _, _l
from casemgr.indicators.terms import Level
from casemgr.reporting import schedules
from casemgr.reporting.terms import MONTHS, Due, Schedule, Step, Term
from casemgr.web.forms import BaseForm, DayField, line, text, typed_form


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


def due_fields(level: Level) -> list[tuple[Schedule, Step, list[tuple[str, int]]]]:
    """The fields of a plan: for each schedule and level of a province one box for each period of a year."""
    return [
        (
            schedule,
            step,
            [(f"{schedule.id}-{step.level}-{part}", part) for part in range(12 // MONTHS[schedule.every])],
        )
        for schedule in schedules.schedules().values()
        for step in schedule.steps
        if (step.level is Level.NATION) == (level is Level.NATION)
    ]


def typed_terms(level: Level) -> list[Term]:
    """The days that were typed, each as day and month; empty boxes of a row that has any mean that none is asked for."""
    given, errors, terms = typed_form(), {}, []
    for schedule, step, boxes in due_fields(level):
        days = []
        for name, _part in boxes:
            told = given.get(name, "").strip()
            try:
                days.append(_day_and_month(told))
            except ValueError:
                errors[name] = [_("%(text)s is no day and month. Write it like 10/5.", text=told[:20])]
                days.append("")
        if any(days):
            terms.append(Term(schedule.id, step.level, Due(tuple(days))))
    if errors:
        raise Invalid(errors)
    return terms


def _day_and_month(told: str) -> str:
    if not told:
        return ""
    day, month = (int(part) for part in told.replace("-", "/").replace(".", "/").split("/"))
    return f"{date(2023, month, day):%m-%d}"  # a year without 29 February: the day must come every year


def shown_days(term: Term) -> dict[str, str]:
    """The boxes of a term, filled."""
    days: dict[str, Any] = {}
    for part, told in enumerate(term.due.before):
        month, _dash, day = told.partition("-")
        days[f"{term.schedule}-{term.level}-{part}"] = f"{int(day)}/{int(month)}" if told else ""
    return days
