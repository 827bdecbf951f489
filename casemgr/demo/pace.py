"""When the next step of a case is taken: work takes its time, mostly in office hours, and some of it is hurried."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from casemgr.core.calendar import LOCAL, WorkCalendar, at_local, local_day
from casemgr.demo.chance import Chance
from casemgr.law.holidays import work_calendar

_OPENS, _CLOSES = time(7, 30), time(16, 45)
_URGENT = 8.0  # hours: what must be quicker than this is done at any time of the day
_CALENDAR: WorkCalendar = work_calendar()


@dataclass
class Pace:
    """Walks from one instant to the next, never past the limit when the case has to have come somewhere by then."""

    chance: Chance
    at: datetime
    limit: datetime
    hurried: bool = False

    def next(self, hours: float) -> datetime:
        """The instant of the next step, which takes about so many hours."""
        wanted = self.at + max(timedelta(minutes=4), self.chance.hours(hours))
        if hours >= _URGENT:
            wanted = in_office_hours(wanted, self.chance)
        if self.hurried and wanted >= self.limit > self.at:
            wanted = self.at + (self.limit - self.at) * self.chance.between(0.2, 0.5)
        self.at = wanted
        return wanted

    def until(self, instant: datetime) -> datetime:
        """The instant itself, or the next moment if it has passed."""
        self.at = max(instant, self.at + timedelta(minutes=4))
        return self.at


def in_office_hours(instant: datetime, chance: Chance) -> datetime:
    """The same instant, or some time in the next hours of work."""
    day, clock = local_day(instant), instant.astimezone(LOCAL).time()
    if _CALENDAR.is_working_day(day) and _OPENS <= clock <= _CLOSES:
        return instant
    if clock > _CLOSES or not _CALENDAR.is_working_day(day):
        day = _CALENDAR.add_working_days(day, 1)
    return at_local(day, _OPENS) + timedelta(minutes=chance.number(5, 420))
