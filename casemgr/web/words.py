"""Words and labels that templates ask for: moments, codes, births, clocks."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Flask, g

from casemgr.core.ages import whole_months, whole_years
from casemgr.core.calendar import local_day
from casemgr.core.words import _, language
from casemgr.law.basis import cited
from casemgr.law.deadlines import Deadline, deadline, due_at
from casemgr.law.holidays import work_calendar
from casemgr.law.vocabulary import vocabulary
from casemgr.web import duration
from casemgr.web.duration import ClockBadge, clock_state

_EMERGENCY = "emergency_12h"
_REMIND_AFTER = datetime.timedelta(days=7)


def code_label(name: str, code: str | None) -> str:
    """The label of a code in the reader's language."""
    return vocabulary(name).label(code, language()) if code else ""


def moment(instant: datetime.datetime | None) -> str:
    """An instant in words, as seen from the page's instant."""
    return duration.moment_words(instant, g.now) if instant is not None else ""


def clock_time(instant: datetime.datetime) -> str:
    """The time of day in Viet Nam."""
    return duration.time_words(instant)


def badge(clock: Any, now: datetime.datetime) -> ClockBadge:
    """The badge of a clock of a case."""
    rule = _rule(clock)
    remind = local_day(clock.started_at + _REMIND_AFTER) if clock.due_at is None else None
    shown = clock_state(
        now,
        clock.started_at,
        clock.due_at,
        clock.stopped_at,
        str(rule.unit),
        str(rule.kind),
        calendar=work_calendar(),
        remind_on=remind,
    )
    if clock.stopped_at is not None or (own := getattr(clock, "local_due_at", None)) is None:
        return shown
    return replace(shown, local=duration.local_words(now, own, clock.due_at))


def _rule(clock: Any) -> Deadline:
    """The version of the law under which a clock is counted."""
    return deadline(clock.clock, on=getattr(clock, "rule_from", None) or local_day(clock.started_at))


def clock_start(clock: Any) -> str:
    """From when a clock is counted, where the law leaves that open; empty where it does not."""
    return "" if _rule(clock).start_stated else duration.start_is_doubtful(clock.started_by)


def two_receipts(case: Any) -> str:
    """That a case was heard of at two moments, which of them counts here, and what the other would mean."""
    first, reached = case.received_at, case.reached_at
    if reached is None or reached == first or case.handled_under is not None:  # begun anew: neither counts
        return ""
    emergency = deadline(_EMERGENCY, on=local_day(first))
    return _(
        "First heard %(first)s, at the commune %(second)s. The law does not say which counts: the earlier one is used; "
        "by the later one the time for emergency measures ends %(end)s.",
        first=moment(first),
        second=moment(reached),
        end=moment(due_at(emergency, max(first, reached), work_calendar())),
    )


def no_clock_badge(case: Any) -> ClockBadge:
    """The badge of a case on which no clock runs: a reminder of the house, which can never be overdue."""
    remind = local_day(case.moved_at + _REMIND_AFTER)
    return clock_state(
        g.now, case.moved_at, None, None, "none_stated", calendar=work_calendar(), remind_on=remind
    )


def initials(name: str) -> str:
    """Two letters that stand for a name of the staff."""
    return "".join(word[0] for word in name.split()[-2:]).upper()


def by_law(citations: str) -> str:
    """The articles that a page names as the data of the law does, `ND56 Điều 25; LTE Điều 52`, in the reader's language."""
    return cited(citations, language())


def clock_title(clock: Any) -> str:
    """What a clock is for, and on which basis."""
    return _rule(clock).step.text(language())


def clock_basis(clock: Any) -> str:
    """On which article of law a clock stands, and whether that was read in the text."""
    rule = _rule(clock)
    return rule.status.marked(rule.cite(language()), language())


def date_words(date: datetime.date | None, precision: str | None) -> str:
    """A date with its honesty: day, month or year, or estimated."""
    if date is None:
        return _("Not known") if precision == "unknown" else ""
    shown = {
        "month": f"{date.month}/{date.year}",
        "year": f"{date.year}",
    }.get(precision or "day", f"{date.day}/{date.month}/{date.year}")
    return f"{shown} ({_('estimated')})" if precision == "estimated" else shown


def birth_words(birth: Any) -> str:
    """When a child was born, as far as it is known."""
    if birth.date is not None:
        return date_words(birth.date, birth.precision)
    if birth.age_estimate is not None:
        return _("about %(age)s years", age=birth.age_estimate)
    return _("Not known")


def born_words(birth: Any) -> str:
    """The same in a line with other things about the child, where a bare day or "not known" would say nothing."""
    if birth.date is not None:
        return _("born %(date)s", date=birth_words(birth))
    return birth_words(birth) if birth.age_estimate is not None else _("age not known")


def age_words(birth: datetime.date | None, on: datetime.date, precision: str | None) -> str:
    """How old somebody is on a day: in months before the first birthday, in years after it; nothing if not known."""
    told = precision or "day"
    years, months = whole_years(birth, on, told), whole_months(birth, on, told)
    if years is None:
        return ""
    if years or months is None:
        return _("%(age)s years", age=years)
    return _("%(age)s months", age=months) if months else _("less than a month")


def parent_words(parent: Any) -> str:
    """A parent as told on Mẫu 01."""
    age = _("%(age)s years", age=parent.age) if parent.age is not None else None
    return ", ".join(part for part in (parent.name, age, parent.occupation) if part)


def history_rows(events: Sequence[Any], unit_name: Any) -> list[dict[str, Any]]:
    """The way of a report as lines of a timeline."""
    words = {
        "received": _("Received"),
        "acknowledged": _("Seen by the commune"),
        "accepted": _("Taken on"),
        "returned": _("Not verified"),
        "rerouted": _("Sent on"),
        "closed": _("Closed"),
    }
    return [
        {
            "when": moment(event.at),
            "iso": event.at.isoformat(),
            "what": f"{words.get(event.state, event.state)}, {unit_name(event.unit_id)}",
            "who": "",
        }
        for event in reversed(events)
    ]


def install(app: Flask) -> None:
    """Put the words within reach of every template."""
    app.jinja_env.globals.update(
        badge=badge,
        birth_words=birth_words,
        born_words=born_words,
        by_law=by_law,
        clock_basis=clock_basis,
        clock_start=clock_start,
        clock_time=clock_time,
        clock_title=clock_title,
        code_label=code_label,
        date_words=date_words,
        history_rows=history_rows,
        initials=initials,
        no_clock_badge=no_clock_badge,
        moment=moment,
        money=duration.money_words,
        parent_words=parent_words,
        two_receipts=two_receipts,
    )
    app.jinja_env.filters.update(duration.FILTERS)
    app.jinja_env.filters["local_day"] = local_day
    app.jinja_env.filters["prefixed"] = lambda part: f", {part}"
    app.jinja_env.filters["harm_label"] = lambda code: code_label("harms", code)
