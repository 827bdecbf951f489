"""Periods of whole local days: years, halves, quarters, months, and any two dates."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casemgr.core.calendar import add_months, local_day

_ONE_DAY = timedelta(days=1)
_CALENDAR = re.compile(r"([0-9]{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")
_DATES = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_SENTENCE = (
    "A period is a year (2026), a half (2026-H1), a quarter (2026-Q3), a month (2026-05), "
    "or two dates (2026-01-01..2026-03-15)."
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ROMAN = "I", "II", "III", "IV"


@dataclass(frozen=True, order=True)
class Period:
    """From the first local day to the last, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A period cannot end before it begins.")

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period that a text such as 2026-Q3 names; a plain sentence when it names none."""
        if named := _CALENDAR.fullmatch(text):
            year, half, quarter, month = named.groups()
            if half:
                return cls._of(int(year), (int(half) - 1) * 6 + 1, 6)
            if quarter:
                return cls._of(int(year), (int(quarter) - 1) * 3 + 1, 3)
            return cls._of(int(year), int(month), 1) if month else cls._of(int(year), 1, 12)
        if named := _DATES.fullmatch(text):
            return cls(_date(named[1]), _date(named[2]))
        raise ValueError(_SENTENCE)

    @classmethod
    def _of(cls, year: int, month: int, length: int) -> "Period":
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise ValueError(f"A year lies between {_FIRST_YEAR} and {_LAST_YEAR}.")
        first = date(year, month, 1)
        return cls(first, add_months(first, length) - _ONE_DAY)

    @classmethod
    def month_of(cls, day: date) -> "Period":
        """The calendar month in which a day lies."""
        return cls._of(day.year, day.month, 1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def length(self) -> int | None:
        """12, 6, 3 or 1 months for a calendar year, half, quarter or month; None for any other span."""
        for months in (12, 6, 3, 1):
            begins = (self.first.month - 1) % months == 0 and self.first.day == 1
            if begins and self.last == add_months(self.first, months) - _ONE_DAY:
                return months
        return None

    @property
    def code(self) -> str:
        """The text that names it: `Period.parse(period.code) == period`."""
        year, month = f"{self.first.year:04}", self.first.month
        match self.length:
            case 12:
                return year
            case 6:
                return f"{year}-H{(month - 1) // 6 + 1}"
            case 3:
                return f"{year}-Q{(month - 1) // 3 + 1}"
            case 1:
                return f"{year}-{month:02}"
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def label(self, lang: str = "vi") -> str:
        """What people call it."""
        return self._english() if lang.startswith("en") else self._vietnamese()

    def _vietnamese(self) -> str:
        year, month = self.first.year, self.first.month
        match self.length:
            case 12:
                return f"Năm {year}"
            case 6:
                return f"6 tháng {'đầu' if month == 1 else 'cuối'} năm {year}"
            case 3:
                return f"Quý {_ROMAN[(month - 1) // 3]} năm {year}"
            case 1:
                return f"Tháng {month} năm {year}"
        return f"Từ {self.first:%d/%m/%Y} đến {self.last:%d/%m/%Y}"

    def _english(self) -> str:
        year, month = self.first.year, self.first.month
        match self.length:
            case 12:
                return f"{year}"
            case 6:
                return f"{'First' if month == 1 else 'Second'} half of {year}"
            case 3:
                return f"Quarter {(month - 1) // 3 + 1} of {year}"
            case 1:
                return f"{_MONTHS[month - 1]} {year}"
        return f"{_english_day(self.first)} to {_english_day(self.last)}"

    def months(self) -> tuple["Period", ...]:
        """The calendar months it touches, each whole, in order."""
        found = [Period.month_of(self.first)]
        while found[-1].last < self.last:
            found.append(Period.month_of(found[-1].last + _ONE_DAY))
        return tuple(found)

    def previous(self) -> "Period":
        """The period before it of the same kind; for any two dates, as many days just before."""
        before = self.first - _ONE_DAY
        if self.length:
            return Period(add_months(self.first, -self.length), before)
        return Period(self.first - timedelta(days=self.days), before)

    def overlap(self, other: "Period") -> "Period | None":
        """The days that both have, or nothing."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else None

    def __contains__(self, moment: date | datetime) -> bool:
        day = local_day(moment) if isinstance(moment, datetime) else moment
        return self.first <= day <= self.last


def holds(since: date, until: date | None, day: date) -> bool:
    """Whether what holds from a day to a day, both included, or without an end, holds on a day."""
    return since <= day and (until is None or day <= until)


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is not a day of the calendar.") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"A year lies between {_FIRST_YEAR} and {_LAST_YEAR}.")
    return day


def _english_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
