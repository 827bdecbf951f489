"""Local days, working days, and adding the law's spans of time. Nothing here asks what time it is."""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
WORK_DAY_ENDS = time(17, 0)
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def local_day(instant: datetime) -> date:
    """The day on which an instant falls in Viet Nam: the only bridge from instants to days."""
    if instant.tzinfo is None:
        raise ValueError("An instant without its time zone cannot be told from another.")
    return instant.astimezone(LOCAL).date()


def day_start(day: date) -> datetime:
    """The first instant of a local day, in UTC."""
    return at_local(day, time.min)


def day_end(day: date) -> datetime:
    """The last instant of a local day, in UTC: still that day, a microsecond before the next."""
    return at_local(day, time.max)


def at_local(day: date, clock_time: time) -> datetime:
    """The instant at which the clock in Viet Nam shows this time on this day, in UTC."""
    return datetime.combine(day, clock_time, LOCAL).astimezone(UTC)


def local_minute(instant: datetime) -> time:
    """The hour and minute that the clock in Viet Nam shows at an instant."""
    return instant.astimezone(LOCAL).time().replace(second=0, microsecond=0)


def add_months(day: date, n: int) -> date:
    """The same day n months later, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the month in which a day lies."""
    return day.replace(day=monthrange(day.year, day.month)[1])


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: Monday to Friday, without the holidays, with the days worked in their place."""

    holidays: frozenset[date]
    make_up_days: frozenset[date]
    # What the two mean for counting, in order: holidays on weekdays, and days worked on weekends.
    _days_off: Sequence[date] = field(init=False, repr=False, compare=False)
    _days_worked: Sequence[date] = field(init=False, repr=False, compare=False)

    def __init__(self, holidays: Iterable[date] = (), make_up_days: Iterable[date] = ()) -> None:
        object.__setattr__(self, "holidays", frozenset(holidays))
        object.__setattr__(self, "make_up_days", frozenset(make_up_days))
        if both := sorted(self.holidays & self.make_up_days):
            raise ValueError(f"{both[0]} cannot be a holiday and a day worked to make up for another.")
        off = tuple(sorted(day for day in self.holidays if day.weekday() < _SATURDAY))
        object.__setattr__(self, "_days_off", off)
        worked = tuple(sorted(day for day in self.make_up_days if day.weekday() >= _SATURDAY))
        object.__setattr__(self, "_days_worked", worked)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on this day."""
        if day in self.make_up_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def add_working_days(self, start_day: date, n: int) -> date:
        """The nth working day after the start day, which itself is never counted."""
        if n < 0:
            raise ValueError("Working days are added forward only.")
        day = start_day
        while n:
            day += _ONE_DAY
            n -= self.is_working_day(day)
        return day

    def working_days_between(self, earlier: date, later: date) -> int:
        """How many working days come after the earlier day, up to and including the later one."""
        if later < earlier:
            return -self.working_days_between(later, earlier)
        weeks, rest = divmod((later - earlier).days, 7)
        weekdays = 5 * weeks + sum((earlier.weekday() + step) % 7 < _SATURDAY for step in range(1, rest + 1))
        return weekdays - _within(self._days_off, earlier, later) + _within(self._days_worked, earlier, later)


def _within(days: Sequence[date], earlier: date, later: date) -> int:
    """How many of some days in order come after the earlier one, up to and including the later one."""
    return bisect_right(days, later) - bisect_right(days, earlier)


def due_hours(start: datetime, n: int) -> datetime:
    """n hours on, through nights and holidays."""
    local_day(start)
    return start.astimezone(UTC) + timedelta(hours=_forward(n))


def due_days(start: datetime, n: int) -> datetime:
    """The end of the nth local day after the day of the start."""
    return day_end(local_day(start) + timedelta(days=_forward(n)))


def due_working_days(start: datetime, n: int, calendar: WorkCalendar) -> datetime:
    """The end of work on the nth working day after the day of the start."""
    return at_local(calendar.add_working_days(local_day(start), n), WORK_DAY_ENDS)


def due_months(start: datetime, n: int) -> datetime:
    """The end of the same day n months later, or of the last day of a shorter month."""
    return day_end(add_months(local_day(start), _forward(n)))


def _forward(n: int) -> int:
    if n < 0:
        raise ValueError("A span of time is added forward only.")
    return n
