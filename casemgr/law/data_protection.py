"""The time limits of the protection of personal data: requests of people, incidents, the reports of each year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from casemgr.law import in_use
from casemgr.law.basis import Basis, Status, bases, cite, status_of
from casemgr.law.deadlines import Deadline, due_at, version_on, versions_in
from casemgr.law.holidays import work_calendar
from casemgr.law.rows import Row, in_force, read
from casemgr.law.wording import Wording


@dataclass(frozen=True)
class Yearly:
    """A report that is due on the same day of each year."""

    id: str
    month: int
    day: int
    what: Wording
    basis: tuple[Basis, ...]
    status: Status
    in_force_from: date
    in_force_to: date | None

    def next(self, today: date) -> date:
        """The next day on which it is due, today included."""
        this_year = date(today.year, self.month, self.day)
        return this_year if today <= this_year else this_year.replace(year=today.year + 1)

    def cite(self, lang: str) -> str:
        return cite(self.basis, lang)


def limit(id: str, on: date) -> Deadline:
    """The limit of this name as it was in force on a day."""
    return version_on(limits(), id, on)


def due(id: str, start: datetime, on: date) -> datetime:
    """When the time is over that began at the start, by the law of a day."""
    found = due_at(limit(id, on), start, work_calendar())
    if found is None:
        raise LookupError(f"{id} measures no time.")
    return found


def yearly(on: date) -> tuple[Yearly, ...]:
    """The reports of each year that are due under the law of a day."""
    return tuple(one for one in _yearly() if in_force(one, on))


@cache
def limits() -> Mapping[str, tuple[Deadline, ...]]:
    """Every limit of the file by its name."""
    with in_use.using(in_use.nothing_else):
        return versions_in(_file())


@cache
def _yearly() -> tuple[Yearly, ...]:
    with in_use.using(in_use.nothing_else):
        return tuple(_one_yearly(row) for row in _file().rows("yearly"))


def _one_yearly(row: Row) -> Yearly:
    row.only("id", "month", "day", "what", "basis", "status", "in_force_from", "in_force_to")
    status = status_of(row)
    found = Yearly(
        row.text("id"),
        row.number("month"),
        row.number("day"),
        row.wording("what"),
        bases(row, status),
        status,
        row.day("in_force_from"),
        row.maybe_day("in_force_to"),
    )
    date(found.in_force_from.year, found.month, found.day)  # there is such a day
    return found


def _file() -> Row:
    file = read("data_protection")
    file.only("about", "deadlines", "yearly")
    return file
