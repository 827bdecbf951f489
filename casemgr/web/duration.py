"""Time in words: how long a clock still has, until when, and how days, hours and money are said on a page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from casemgr.core.calendar import LOCAL, WorkCalendar, add_months, local_day
from casemgr.core.words import ENGLISH, _, _l, language
from casemgr.web.charts import pie

_DAY_NAMES = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_LONG_OVERDUE = timedelta(hours=48)
_SAY_MONTHS_FROM = 60  # days

_REMINDER_ONLY = frozenset({"derived", "local_example", "minimum_count"})  # no limit that the law itself sets
_FROM_A_DAY_ON = frozenset({"trigger", "validity", "eligibility"})  # a day is set, not how long one may take
_RUNNING_UNITS = frozenset({"hours", "days", "working_days", "months"})


class ClockState(StrEnum):
    """How a clock stands; each state has its own shape on the page."""

    TIME_LEFT = "time_left"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    NO_LIMIT = "no_limit"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True)
class SoonLimits:
    """From how much time left on a clock is shown as due soon."""

    hours: int = 4
    working_days: int = 1
    days: int = 3


@dataclass(frozen=True)
class ClockBadge:
    """A clock as it is shown: two lines, one sentence, and the slice of the time that remains."""

    state: ClockState
    left: str
    until: str
    sentence: str
    pie: str = ""
    due_at: str = ""
    as_of: str = ""
    ticks: bool = False
    soon_at: str = ""
    local: str = ""  # what a place ordered for itself: never overdue by law


def clock_state(
    now: datetime,
    started_at: datetime | None,
    due_at: datetime | None,
    stopped_at: datetime | None,
    unit: str,
    kind: str = "limit",
    *,
    calendar: WorkCalendar,
    soon: SoonLimits | None = None,
    remind_on: date | None = None,
    paused_since: datetime | None = None,
    waiting_for: str = "",
) -> ClockBadge:
    """How the clock of a deadline stands at an instant; what the law does not limit is never overdue."""
    if stopped_at is not None:
        return _done(now, due_at, stopped_at, unit, calendar)
    if paused_since is not None:
        return _paused(now, paused_since, waiting_for)
    if due_at is None or unit not in _RUNNING_UNITS or kind in _REMINDER_ONLY:
        return _no_limit(
            now, remind_on or (local_day(due_at) if due_at else None), at_once=unit == "immediate"
        )
    if now > due_at:
        if kind in _FROM_A_DAY_ON:
            return _day_has_come(now, due_at)
        return _overdue(now, due_at, unit, calendar)
    return _running(now, started_at or now, due_at, unit, calendar, soon or SoonLimits())


def start_is_doubtful(counted_from: str = "received") -> str:
    """What stands under a clock whose beginning the law leaves open: from when it is counted here."""
    if counted_from == "study":
        return _("The law does not say when this starts; counted from the end of the full assessment")
    if counted_from == "meeting":
        return _("The law does not say when this starts; counted from the meeting")
    if counted_from == "step":
        return _("The law does not say when this starts; counted from the step before")
    return _("The law does not say when this starts; counted from receipt")


def local_words(now: datetime, local_due_at: datetime, due_at: datetime | None) -> str:
    """What a shorter limit of a place says: a limit of the law is never called passed because of it."""
    moment = _due_moment(local_due_at, now)
    if now <= local_due_at:
        return _("The place's own limit: %(moment)s", moment=moment)
    if due_at is None:
        return _("The place's own limit has passed: %(moment)s. The law sets none", moment=moment)
    if now <= due_at:
        return _("The place's own limit has passed: %(moment)s. The law's has not", moment=moment)
    return _("The place's own limit was %(moment)s", moment=moment)


def _running(
    now: datetime, started_at: datetime, due_at: datetime, unit: str, calendar: WorkCalendar, soon: SoonLimits
) -> ClockBadge:
    left = _sentence_case(_("%(span)s left", span=_span_left(now, due_at, unit, calendar)))
    until = _("until %(moment)s", moment=_due_moment(due_at, now))
    whole = (due_at - started_at).total_seconds()
    return ClockBadge(
        ClockState.DUE_SOON if _is_soon(now, due_at, unit, calendar, soon) else ClockState.TIME_LEFT,
        left,
        until,
        f"{left}, {until}",
        pie=pie((due_at - now).total_seconds() / whole if whole > 0 else 1.0),
        due_at=_iso(due_at),
        as_of=_said_at(now, unit),
        ticks=unit == "hours",
        soon_at=_iso(due_at - timedelta(hours=soon.hours)) if unit == "hours" else "",
    )


def _overdue(now: datetime, due_at: datetime, unit: str, calendar: WorkCalendar) -> ClockBadge:
    left = _sentence_case(_("%(span)s overdue", span=_span_over(now, due_at, unit, calendar)))
    until = _("was due %(moment)s", moment=_due_moment(due_at, now))
    return ClockBadge(
        ClockState.OVERDUE, left, until, f"{left}, {until}", due_at=_iso(due_at), as_of=_said_at(now, unit)
    )


def _no_limit(now: datetime, remind_on: date | None, *, at_once: bool) -> ClockBadge:
    law = _("The law says “at once”, without hours") if at_once else _("The law sets no time limit")
    if remind_on is None:
        return ClockBadge(ClockState.NO_LIMIT, law, "", law)
    reminder = _("Reminder on %(day)s", day=day_short(remind_on, local_day(now)))
    return ClockBadge(ClockState.NO_LIMIT, reminder, law[:1].lower() + law[1:], f"{law}. {reminder}")


def _day_has_come(now: datetime, due_at: datetime) -> ClockBadge:
    since = _("The day has come, since %(day)s", day=day_short(local_day(due_at), local_day(now)))
    law = _("the law sets no last day")
    return ClockBadge(ClockState.NO_LIMIT, since, law, f"{since}, {law}", due_at=_iso(due_at))


def _paused(now: datetime, since: datetime, waiting_for: str) -> ClockBadge:
    head = _("Clock paused since %(day)s", day=day_short(local_day(since), local_day(now)))
    return ClockBadge(ClockState.PAUSED, head, waiting_for, f"{head}: {waiting_for}" if waiting_for else head)


def _done(
    now: datetime, due_at: datetime | None, stopped_at: datetime, unit: str, calendar: WorkCalendar
) -> ClockBadge:
    today = local_day(now)
    moment = f"{time_words(stopped_at)} {day_words(local_day(stopped_at), today)}"
    if due_at is None or unit not in _RUNNING_UNITS:
        head = _("Done")
    elif stopped_at <= due_at:
        span = _span_between(stopped_at, due_at, unit, calendar)
        head = _("Done %(span)s early", span=span) if span else _("Done in time")
    else:
        head = _("Done %(span)s late", span=_span_over(stopped_at, due_at, unit, calendar))
    return ClockBadge(
        ClockState.DONE, head, _("on %(moment)s", moment=moment), head, due_at=_iso(due_at) if due_at else ""
    )


def _is_soon(now: datetime, due_at: datetime, unit: str, calendar: WorkCalendar, soon: SoonLimits) -> bool:
    if unit == "hours":
        return due_at - now <= timedelta(hours=soon.hours)
    today, last = local_day(now), local_day(due_at)
    if unit == "working_days":
        return calendar.working_days_between(today, last) <= soon.working_days
    return (last - today).days <= soon.days


def _span_left(now: datetime, due_at: datetime, unit: str, calendar: WorkCalendar) -> str:
    """What is left in the law's own unit; on the last day in hours."""
    today, last = local_day(now), local_day(due_at)
    if unit == "working_days" and (count := calendar.working_days_between(today, last)):
        return _working_days(count)
    if unit in ("days", "months") and last > today:
        return _days_or_months(today, last, unit)
    return _hours_and_minutes(due_at - now)


def _span_over(now: datetime, due_at: datetime, unit: str, calendar: WorkCalendar) -> str:
    """By how much a limit was passed, in the law's own unit."""
    today, last = local_day(now), local_day(due_at)
    if unit == "working_days":
        count = calendar.working_days_between(last, today)
        return _working_days(count) if count else _("less than 1 working day")
    if unit in ("days", "months"):
        return _days_or_months(last, today, unit) if today > last else _hours_and_minutes(now - due_at)
    return _days((today - last).days) if now - due_at >= _LONG_OVERDUE else _hours_and_minutes(now - due_at)


def _span_between(stopped_at: datetime, due_at: datetime, unit: str, calendar: WorkCalendar) -> str:
    """How early something was done; empty when it was done in the last unit before the limit."""
    early, last = local_day(stopped_at), local_day(due_at)
    if unit == "hours":
        span = due_at - stopped_at
        return (
            _hours(span // _HOUR) if span >= _HOUR else _minutes(span // _MINUTE) if span >= _MINUTE else ""
        )
    if unit == "working_days":
        count = calendar.working_days_between(early, last)
        return _working_days(count) if count else ""
    return _days_or_months(early, last, unit) if last > early else ""


def _hours_and_minutes(span: timedelta) -> str:
    hours, rest = divmod(span, _HOUR)
    minutes = rest // _MINUTE
    if hours == 1:
        return _("1 hour %(minutes)s minutes", minutes=f"{minutes:02d}")
    if hours:
        return _("%(hours)s hours %(minutes)s minutes", hours=hours, minutes=f"{minutes:02d}")
    return _minutes(minutes) if minutes else _("less than 1 minute")


def _days_or_months(first: date, last: date, unit: str) -> str:
    if unit == "months" and (last - first).days >= _SAY_MONTHS_FROM:
        count = (last.year - first.year) * 12 + last.month - first.month
        count -= add_months(first, count) > last
        return _("%(n)s months", n=count) if count > 1 else _("1 month")
    return _days((last - first).days)


def _hours(count: int) -> str:
    return _("1 hour") if count == 1 else _("%(n)s hours", n=count)


def _minutes(count: int) -> str:
    return _("1 minute") if count == 1 else _("%(n)s minutes", n=count)


def _days(count: int) -> str:
    return _("1 day") if count == 1 else _("%(n)s days", n=count)


def _working_days(count: int) -> str:
    return _("1 working day") if count == 1 else _("%(n)s working days", n=count)


def _due_moment(due_at: datetime, now: datetime) -> str:
    """When a clock runs out: an hour and a day, or the end of a day."""
    last = local_day(due_at)
    if due_at.astimezone(LOCAL).time() >= time(23, 59, 59):
        return _("the end of %(day)s", day=day_words(last, local_day(now)))
    return f"{time_words(due_at)} {day_words(last, local_day(now))}"


def _said_at(now: datetime, unit: str) -> str:
    """The hour at which a page was made, beside clocks that run by the minute."""
    return _("at %(time)s", time=time_words(now)) if unit == "hours" else ""


def _iso(instant: datetime) -> str:
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def day_short(day: date, today: date | None = None) -> str:
    """19/11, with its year when it is not this year's, and always on paper (no `today` given)."""
    year = "" if today is not None and today.year == day.year else str(day.year)
    if language() == ENGLISH:
        return f"{day.day} {_MONTH_NAMES[day.month - 1]} {year}".rstrip()
    return f"{day.day}/{day.month}/{year}".rstrip("/")


def day_words(day: date, today: date | None = None) -> str:
    """thứ Năm 19/11: a day with its name."""
    return f"{_DAY_NAMES[day.weekday()]} {day_short(day, today)}"


def time_words(instant: datetime) -> str:
    """00:45, as the clock on the wall shows it."""
    return instant.astimezone(LOCAL).time().isoformat("minutes")


def _named_day(day: date, today: date) -> str | None:
    ago = (today - day).days
    return _("today") if ago == 0 else _("yesterday") if ago == 1 else None


def moment_words(instant: datetime, now: datetime) -> str:
    """hôm nay 21:38, hôm qua 09:12, 16/11, 10:04: when something happened."""
    day, today = local_day(instant), local_day(now)
    named = _named_day(day, today)
    return f"{named} {time_words(instant)}" if named else f"{day_short(day, today)}, {time_words(instant)}"


def since_words(instant: datetime, now: datetime) -> str:
    """13:10 hôm nay, 10:20 16/11: since when something holds, to be put after "since"."""
    day, today = local_day(instant), local_day(now)
    return f"{time_words(instant)} {_named_day(day, today) or day_short(day, today)}"


def now_words(now: datetime) -> str:
    """Thứ Tư 18/11/2026, 21:40: the day and the hour in the heading of a page."""
    return _sentence_case(f"{day_words(local_day(now))}, {time_words(now)}")


def number_words(number: int) -> str:
    """1.800.000: a whole number, grouped as the reader's language does."""
    grouped = f"{number:,}"
    return grouped if language() == ENGLISH else grouped.replace(",", ".")


def money_words(dong: int) -> str:
    """1.800.000 đồng."""
    return _("%(amount)s dong", amount=number_words(dong))


FILTERS: dict[str, Callable[..., str]] = {
    "day_short": day_short,
    "day_words": day_words,
    "time_words": time_words,
    "moment_words": moment_words,
    "since_words": since_words,
    "number_words": number_words,
    "money_words": money_words,
}
