"""The laws of adding time: nothing moves backwards, nothing ends on a day off, midnight parts days."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.core.calendar import (
    LOCAL,
    WorkCalendar,
    add_months,
    at_local,
    day_end,
    day_start,
    due_days,
    due_hours,
    due_months,
    due_working_days,
    local_day,
)

FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
days = st.dates(FIRST, LAST)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
spans = st.integers(0, 40)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    off = draw(st.frozensets(days, max_size=60))
    weekends = days.filter(lambda day: day.weekday() >= 5 and day not in off)
    return WorkCalendar(off, draw(st.frozensets(weekends, max_size=10)))


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LOCAL)


def test_midnight_parts_two_local_days() -> None:
    midnight = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    assert local_day(midnight) == date(2026, 11, 21)
    assert local_day(midnight - timedelta(microseconds=1)) == date(2026, 11, 20)
    assert day_start(date(2026, 11, 21)) == midnight
    assert day_end(date(2026, 11, 20)) == midnight - timedelta(microseconds=1)
    assert day_start(date(2026, 11, 21)).tzinfo is UTC


def test_an_instant_without_zone_is_refused() -> None:
    bare = datetime(2026, 11, 21, 8, 0)
    for ask in (local_day, lambda bare: due_hours(bare, 1), lambda bare: due_days(bare, 1)):
        with pytest.raises(ValueError, match="time zone"):
            ask(bare)


@given(instants, st.integers(-14, 14))
def test_the_writer_s_zone_changes_nothing(instant: datetime, hours: int) -> None:
    elsewhere = instant.astimezone(timezone(timedelta(hours=hours)))
    assert local_day(elsewhere) == local_day(instant)
    assert due_days(elsewhere, 3) == due_days(instant, 3)
    assert due_hours(elsewhere, 12) == instant + timedelta(hours=12)


@given(days)
def test_a_local_day_holds_its_first_and_last_instant(day: date) -> None:
    assert local_day(day_start(day)) == local_day(day_end(day)) == day
    assert day_end(day) < day_start(day + timedelta(days=1))
    assert at_local(day, time(17)).astimezone(LOCAL).hour == 17


@given(calendars(), days, st.integers(1, 40))
def test_working_days_never_end_on_a_day_off(calendar: WorkCalendar, start: date, n: int) -> None:
    assert calendar.is_working_day(calendar.add_working_days(start, n))


@given(calendars(), days, spans, spans)
def test_working_days_can_be_added_in_parts(
    calendar: WorkCalendar, start: date, some: int, more: int
) -> None:
    halfway = calendar.add_working_days(start, some)
    assert calendar.add_working_days(halfway, more) == calendar.add_working_days(start, some + more)


@given(calendars(), days, spans)
def test_working_days_are_counted_as_they_are_added(calendar: WorkCalendar, start: date, n: int) -> None:
    end = calendar.add_working_days(start, n)
    assert calendar.working_days_between(start, end) == n
    assert calendar.working_days_between(end, start) == -n


@given(calendars(), days, days, days)
def test_counts_of_neighbouring_spans_add_up(
    calendar: WorkCalendar, one: date, two: date, three: date
) -> None:
    a, b, c = sorted((one, two, three))
    parts = calendar.working_days_between(a, b) + calendar.working_days_between(b, c)
    assert parts == calendar.working_days_between(a, c)


@given(calendars(), instants, instants, spans)
def test_a_later_start_is_never_due_earlier(
    calendar: WorkCalendar, one: datetime, two: datetime, n: int
) -> None:
    early, late = sorted((one, two))
    assert due_hours(early, n) <= due_hours(late, n)
    assert due_days(early, n) <= due_days(late, n)
    assert due_working_days(early, n, calendar) <= due_working_days(late, n, calendar)
    assert due_months(early, n) <= due_months(late, n)


@given(calendars(), instants, spans)
def test_a_longer_span_is_never_due_earlier(calendar: WorkCalendar, start: datetime, n: int) -> None:
    assert due_hours(start, n) < due_hours(start, n + 1)
    assert due_days(start, n) < due_days(start, n + 1)
    assert due_working_days(start, n, calendar) < due_working_days(start, n + 1, calendar)
    assert due_months(start, n) < due_months(start, n + 1)


@given(instants, st.integers(1, 40))
def test_what_is_measured_in_days_is_due_after_its_start(start: datetime, n: int) -> None:
    assert start < due_hours(start, n)
    assert start < due_days(start, n)
    assert start < due_months(start, n)
    assert start < due_working_days(start, n, WorkCalendar())


@given(days, st.integers(0, 48))
def test_months_keep_the_day_or_stop_at_the_month_s_end(day: date, n: int) -> None:
    later = add_months(day, n)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == n
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_the_29th_of_february() -> None:
    leap = date(2024, 2, 29)
    assert add_months(leap, 12) == date(2025, 2, 28)
    assert add_months(leap, 48) == date(2028, 2, 29)
    assert add_months(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)
    assert due_months(local(2024, 1, 31, 9), 1) == day_end(leap)
    assert due_days(local(2024, 2, 28, 9), 1) == day_end(leap)
    assert WorkCalendar().add_working_days(date(2024, 2, 28), 2) == date(2024, 3, 1)


def test_hours_run_through_nights_and_holidays() -> None:
    tet_eve = local(2026, 2, 16, 20, 30)
    assert due_hours(tet_eve, 12) == local(2026, 2, 17, 8, 30)


def test_the_day_of_the_start_is_not_counted_and_work_ends_at_five() -> None:
    monday_morning, monday_night = local(2026, 11, 16, 0, 0), local(2026, 11, 16, 23, 59)
    calendar = WorkCalendar()
    assert due_working_days(monday_morning, 5, calendar) == local(2026, 11, 23, 17, 0)
    assert due_working_days(monday_night, 5, calendar) == local(2026, 11, 23, 17, 0)
    assert due_working_days(local(2026, 11, 17), 5, calendar) == local(2026, 11, 24, 17, 0)


def test_holidays_are_skipped_and_make_up_days_are_worked() -> None:
    plain = WorkCalendar()
    tet = WorkCalendar([date(2026, 2, day) for day in range(16, 21)], [date(2026, 2, 28)])
    assert plain.add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 16)
    assert tet.add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 23)
    assert plain.add_working_days(date(2026, 2, 27), 1) == date(2026, 3, 2)
    assert tet.add_working_days(date(2026, 2, 27), 1) == date(2026, 2, 28)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="holiday and a day worked"):
        WorkCalendar([date(2026, 2, 28)], [date(2026, 2, 28)])
    with pytest.raises(ValueError, match="forward"):
        WorkCalendar().add_working_days(FIRST, -1)
    for due in (due_hours, due_days, due_months):
        with pytest.raises(ValueError, match="forward"):
            due(day_start(FIRST), -1)


def test_no_working_days_is_the_day_itself() -> None:
    saturday = date(2026, 11, 21)
    assert WorkCalendar().add_working_days(saturday, 0) == saturday
    assert WorkCalendar().working_days_between(saturday, saturday) == 0
