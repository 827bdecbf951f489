"""The official calendar: public holidays, days off in their place, and the Saturdays worked for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from casemgr.core.calendar import WorkCalendar
from casemgr.law import in_use
from casemgr.law.basis import Basis, Status, bases, cite, status_of
from casemgr.law.rows import LawDataWrong, Row, read
from casemgr.law.wording import Wording

_SATURDAY = 5


class DayKind(StrEnum):
    """Why a day differs from what its weekday says."""

    HOLIDAY = "holiday"
    IN_LIEU = "in_lieu"
    SWAPPED = "swapped"
    MAKE_UP = "make_up"


@dataclass(frozen=True)
class SpecialDay:
    """One day that is off, or worked, against its weekday."""

    day: date
    kind: DayKind
    wording: Wording


@dataclass(frozen=True)
class Doubt:
    """Days of which one or all may still become days off; until that is certain they count as worked."""

    days: tuple[date, ...]
    wording: Wording


@dataclass(frozen=True)
class HolidayYear:
    """The calendar of one year, and how sure it is."""

    year: int
    status: Status
    basis: tuple[Basis, ...]
    days: tuple[SpecialDay, ...]
    doubts: tuple[Doubt, ...]
    sources: tuple[str, ...]

    def cite(self, lang: str) -> str:
        """On what the calendar of this year rests."""
        return cite(self.basis, lang)

    @property
    def days_off(self) -> frozenset[date]:
        return frozenset(one.day for one in self.days if one.kind is not DayKind.MAKE_UP)

    @property
    def make_up_days(self) -> frozenset[date]:
        return frozenset(one.day for one in self.days if one.kind is DayKind.MAKE_UP)


def work_calendar(more_days_off: Iterable[date] = (), more_make_up_days: Iterable[date] = ()) -> WorkCalendar:
    """The working days of the law in use at this desk; with additions, the shipped ones and these.

    Days in doubt count as worked: a limit may then end a day early, never a day late.
    """
    if not more_days_off and not more_make_up_days and (book := in_use.book()) is not None:
        return book.calendar
    return official_calendar(more_days_off, more_make_up_days)


def official_calendar(
    more_days_off: Iterable[date] = (), more_make_up_days: Iterable[date] = ()
) -> WorkCalendar:
    """The shipped working days, and what was added to them by a document."""
    return _calendar(frozenset(more_days_off), frozenset(more_make_up_days))


@cache
def _calendar(more_days_off: frozenset[date], more_make_up_days: frozenset[date]) -> WorkCalendar:
    """Made once for each list of additions: every clock on every page asks for it."""
    off, worked = set(more_days_off), set(more_make_up_days)
    for year in years():
        off |= year.days_off - worked
        worked |= year.make_up_days - off
    return WorkCalendar(off, worked)


def known(day: date) -> Status | None:
    """How sure the calendar is of the year of a day; None when it holds no holidays of that year."""
    return next((year.status for year in years() if year.year == day.year), None)


@cache
def years() -> tuple[HolidayYear, ...]:
    """Every year that the data holds, in order."""
    return from_file(read("holidays"))


def from_file(file: Row) -> tuple[HolidayYear, ...]:
    """The years of a data file, checked day by day against their weekdays."""
    file.only("about", "years")
    found = tuple(_year(row) for row in file.rows("years"))
    numbers = [one.year for one in found]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise LawDataWrong(f"{file.where}: the years leave a gap or stand twice.")
    WorkCalendar(
        (day for one in found for day in one.days_off), (day for one in found for day in one.make_up_days)
    )
    return found


def _year(row: Row) -> HolidayYear:
    row.only("year", "status", "basis", "sources", "days", "doubts")
    status, number = status_of(row), row.number("year")
    days = tuple(_day(one) for one in row.rows("days"))
    doubtful = tuple(_doubt(one) for one in row.rows("doubts"))
    for day in (*(one.day for one in days), *(day for one in doubtful for day in one.days)):
        if day.year != number:
            raise LawDataWrong(f"{row.where}: {day.isoformat()} is not in {number}.")
    if len({one.day for one in days}) != len(days):
        raise LawDataWrong(f"{row.where}: a day stands twice.")
    swapped = sum(one.kind is DayKind.SWAPPED for one in days)
    if swapped != sum(one.kind is DayKind.MAKE_UP for one in days):
        raise LawDataWrong(f"{row.where}: each swapped day needs the day worked for it.")
    return HolidayYear(number, status, bases(row, status), days, doubtful, row.texts("sources"))


def _day(row: Row) -> SpecialDay:
    row.only("day", "kind", "vi", "en")
    day = row.day("day")
    try:
        kind = DayKind(row.text("kind"))
    except ValueError:
        raise LawDataWrong(f"{row.where}: kind is one of {', '.join(DayKind)}.") from None
    weekend = day.weekday() >= _SATURDAY
    if kind is not DayKind.HOLIDAY and weekend != (kind is DayKind.MAKE_UP):
        raise LawDataWrong(f"{row.where}: {day.isoformat()} cannot be {kind.value}, it is a {day:%A}.")
    return SpecialDay(day, kind, Wording(row.text("vi"), row.text("en")))


def _doubt(row: Row) -> Doubt:
    row.only("days", "vi", "en")
    try:
        days = tuple(date.fromisoformat(text) for text in row.texts("days"))
    except ValueError:
        raise LawDataWrong(f"{row.where}: days are written as 2026-11-24.") from None
    return Doubt(days, Wording(row.text("vi"), row.text("en")))
