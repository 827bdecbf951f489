"""The time limits of the law, each with the step it binds, where it starts, who answers, and its basis."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import TypeVar

from casemgr.core.calendar import WorkCalendar, due_days, due_hours, due_months, due_working_days
from casemgr.law import in_use
from casemgr.law.basis import Basis, Status, bases, cite, status_of
from casemgr.law.rows import LawDataWrong, Row, UnknownInLaw, check_dates, in_force, read
from casemgr.law.wording import Wording


class Unit(StrEnum):
    """In what a time limit is counted."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    IMMEDIATE = "immediate"
    NONE_STATED = "none_stated"
    OCCURRENCES = "occurrences"


class Kind(StrEnum):
    """What a time means: only some kinds are limits that can be passed."""

    LIMIT = "limit"
    MAXIMUM_DURATION = "maximum_duration"
    RECURRING = "recurring"
    TRIGGER = "trigger"
    DERIVED = "derived"
    VALIDITY = "validity"
    ELIGIBILITY = "eligibility"
    MINIMUM_COUNT = "minimum_count"
    LOCAL_EXAMPLE = "local_example"


E = TypeVar("E", bound=StrEnum)
MEASURED = frozenset({Unit.HOURS, Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS})
_MEMBERS = (
    *("id", "step", "value", "unit", "from_event", "responsible", "kind", "basis", "status"),
    *("start_not_stated", "extendable", "not_in_emergency", "note", "source", "in_force_from", "in_force_to"),
)
_WITHOUT_CLOCK = frozenset({Kind.ELIGIBILITY, Kind.MINIMUM_COUNT})
READ_AS: Mapping[str, Unit] = MappingProxyType(
    {
        "separation_max_15d": Unit.DAYS,
        "ac_visit_1m": Unit.MONTHS,
        "ac_visit_3m": Unit.MONTHS,
        "ac_report_6m": Unit.MONTHS,
        "ac_carer_report_6m": Unit.MONTHS,
        "ac_fit_review_6m": Unit.MONTHS,
        "ac_health_cert_6m": Unit.MONTHS,
        "ac_photo_6m": Unit.MONTHS,
        "ac_foreigner_residence": Unit.MONTHS,
        "ac_meet_twice": Unit.OCCURRENCES,
    }
)
"""Limits whose length is reckoned with as a number, and of what: a law that counts them otherwise is refused when loaded."""


@dataclass(frozen=True)
class Deadline:
    """One time limit as it was in force from a day to a day."""

    id: str
    step: Wording
    value: int | None
    unit: Unit
    from_event: Wording
    responsible: Wording
    kind: Kind
    basis: Basis
    also: tuple[Basis, ...]
    status: Status
    start_stated: bool
    extendable: bool | None
    not_in_emergency: bool
    note: Wording | None
    source: str | None
    in_force_from: date
    in_force_to: date | None

    def cite(self, lang: str) -> str:
        """All articles it rests on."""
        return cite((self.basis, *self.also), lang)

    def in_force(self, on: date) -> bool:
        return in_force(self, on)


def due_at(deadline: Deadline, start: datetime, calendar: WorkCalendar) -> datetime | None:
    """When the time is over that began at the start; None where the law measures none."""
    if deadline.value is None or deadline.kind in _WITHOUT_CLOCK:
        return None
    match deadline.unit:
        case Unit.HOURS:
            return due_hours(start, deadline.value)
        case Unit.DAYS:
            return due_days(start, deadline.value)
        case Unit.WORKING_DAYS:
            return due_working_days(start, deadline.value, calendar)
        case Unit.MONTHS:
            return due_months(start, deadline.value)
    return None


def length(id: str, on: date) -> int:
    """How long a limit is on a day, in the one unit in which it is reckoned with (`READ_AS`)."""
    found = deadline(id, on)
    if found.unit is not READ_AS.get(id) or found.value is None:
        raise UnknownInLaw(f"The time limit {id} is not read as a number.")
    return found.value


def deadline(id: str, on: date) -> Deadline:
    """The time limit of this name as it was in force on a day, by the law in use at this desk.

    A day before the first version gets the first: an old report that is entered late must not lack its clock.
    """
    return version_on(all_deadlines(), id, on)


def version_on(versions: Mapping[str, tuple[Deadline, ...]], id: str, on: date) -> Deadline:
    """The same out of given limits."""
    known = versions.get(id)
    if known is None:
        raise UnknownInLaw(f"No time limit is called {id}.")
    for version in known:
        if version.in_force(on) or on < known[0].in_force_from:
            return version
    raise UnknownInLaw(f"The time limit {id} was not in force on {on.isoformat()}.")


def all_deadlines() -> Mapping[str, tuple[Deadline, ...]]:
    """Every time limit of the law in use at this desk, by its name, the versions of each in order."""
    book = in_use.book()
    return shipped() if book is None else book.versions


@cache
def shipped() -> Mapping[str, tuple[Deadline, ...]]:
    """Every time limit that the data of the program holds."""
    with in_use.using(in_use.nothing_else):
        return from_file(read("deadlines"))


def from_file(file: Row) -> Mapping[str, tuple[Deadline, ...]]:
    """The time limits of a data file, checked: basis, both languages, dates without gap or overlap."""
    file.only("about", "deadlines", "instruments")
    return versions_in(file)


def versions_in(file: Row) -> Mapping[str, tuple[Deadline, ...]]:
    """The time limits among what a data file holds, by their name."""
    found: dict[str, list[Deadline]] = {}
    for row in file.rows("deadlines"):
        one = _read(row)
        found.setdefault(one.id, []).append(one)
    for name, versions in found.items():
        check_dates(f"deadline {name}", versions)
        versions.sort(key=lambda one: one.in_force_from)
    return MappingProxyType({name: tuple(versions) for name, versions in found.items()})


def _read(row: Row) -> Deadline:
    row.only(*_MEMBERS)
    status = status_of(row)
    main, *also = bases(row, status)
    one = Deadline(
        id=row.text("id"),
        step=row.wording("step"),
        value=row.maybe_number("value"),
        unit=_choice(Unit, row, "unit"),
        from_event=row.wording("from_event"),
        responsible=row.wording("responsible"),
        kind=_choice(Kind, row, "kind"),
        basis=main,
        also=tuple(also),
        status=status,
        start_stated=not row.flag("start_not_stated"),
        extendable=row.flag("extendable") if "extendable" in row else None,
        not_in_emergency=row.flag("not_in_emergency"),
        note=row.maybe_wording("note"),
        source=row.maybe_text("source"),
        in_force_from=row.day("in_force_from"),
        in_force_to=row.maybe_day("in_force_to"),
    )
    if (one.value is None) == (one.unit in MEASURED or one.unit is Unit.OCCURRENCES):
        raise LawDataWrong(f"{row.where}: {one.id} needs a value where time is measured, and none elsewhere.")
    if one.value is not None and one.value <= 0:
        raise LawDataWrong(f"{row.where}: {one.id} must be more than nothing.")
    if one.unit is not READ_AS.get(one.id, one.unit):
        raise LawDataWrong(f"{row.where}: {one.id} is reckoned with in {READ_AS[one.id]}, not in {one.unit}.")
    return one


def _choice(kind: type[E], row: Row, key: str) -> E:
    try:
        return kind(row.text(key))
    except ValueError:
        raise LawDataWrong(f"{row.where}: {key} is one of {', '.join(kind)}.") from None
