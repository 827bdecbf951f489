"""Periods: what a text names, what comes before, what two periods share."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.core.periods import Period

days = st.dates(date(1950, 1, 1), date(2100, 12, 31))
named = st.one_of(
    st.integers(1950, 2100).map(str),
    st.builds("{}-H{}".format, st.integers(1950, 2100), st.integers(1, 2)),
    st.builds("{}-Q{}".format, st.integers(1950, 2100), st.integers(1, 4)),
    st.builds("{}-{:02}".format, st.integers(1950, 2100), st.integers(1, 12)),
)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(days)
    return Period(first, first + timedelta(days=draw(st.integers(0, 800))))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-05", date(2026, 5, 1), date(2026, 5, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-01-01..2026-03-15", date(2026, 1, 1), date(2026, 3, 15)),
        ("2026-05-05..2026-05-05", date(2026, 5, 5), date(2026, 5, 5)),
    ],
)
def test_what_a_text_names(text: str, first: date, last: date) -> None:
    assert Period.parse(text) == Period(first, last)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "26",
            "2026-H3",
            "2026-Q0",
            "2026-Q5",
            "2026-13",
            "2026-00",
            "2026-5",
            "2026-1-1",
            "2026-05-01",
        ),
        *("2026-05\n", " 2026", "２０２６", "2026-h1", "2026-02-30..2026-03-01", "2026-03-02..2026-03-01"),
        *(
            "0000",
            "1899",
            "2200",
            "2026-01-01..9999-12-31",
            "2026-01-01...2026-03-01",
            "2026/05",
            "2026-Q3-Q4",
        ),
    ],
)
def test_anything_else_gets_a_plain_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z0-9].*\.$") as refused:
        Period.parse(text)
    assert "Traceback" not in str(refused.value)
    assert "isoformat" not in str(refused.value)


@given(named)
def test_a_name_leads_back_to_itself(text: str) -> None:
    assert Period.parse(text).code == text


@given(periods())
def test_every_period_has_a_name_that_leads_back(period: Period) -> None:
    assert Period.parse(period.code) == period


def test_two_dates_that_make_a_quarter_are_the_quarter() -> None:
    assert Period.parse("2026-07-01..2026-09-30").code == "2026-Q3"
    assert Period.parse("2026-02-01..2026-04-30").code == "2026-02-01..2026-04-30"


@given(periods())
def test_the_previous_period_ends_the_day_before(period: Period) -> None:
    before = period.previous()
    assert before.last + timedelta(days=1) == period.first
    assert before.overlap(period) is None
    assert before.length == period.length or period.length is None
    if period.length is None:
        assert before.days == period.days


def test_previous_of_the_calendar_s_kinds() -> None:
    assert Period.parse("2026").previous().code == "2025"
    assert Period.parse("2026-H1").previous().code == "2025-H2"
    assert Period.parse("2026-Q1").previous().code == "2025-Q4"
    assert Period.parse("2026-03").previous().code == "2026-02"
    assert Period.parse("2024-02").previous().days == 31
    assert Period.parse("2026-03-01..2026-03-10").previous() == Period(date(2026, 2, 19), date(2026, 2, 28))


@given(periods())
def test_months_cover_the_period_and_touch_it(period: Period) -> None:
    months = period.months()
    assert months[0].first <= period.first and period.last <= months[-1].last
    assert all(month.length == 1 and month.overlap(period) for month in months)
    assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(months))
    shared = [month.overlap(period) for month in months]
    assert sum(part.days for part in shared if part) == period.days


@given(periods(), periods())
def test_overlap_is_what_both_have(one: Period, other: Period) -> None:
    shared = one.overlap(other)
    assert shared == other.overlap(one)
    for day in (one.first, one.last, other.first, other.last):
        assert (shared is not None and day in shared) == (day in one and day in other)


def test_an_instant_belongs_to_the_period_of_its_local_day() -> None:
    may, last = Period.parse("2026-05"), timedelta(microseconds=1)
    start, end = datetime(2026, 4, 30, 17, tzinfo=UTC), datetime(2026, 5, 31, 17, tzinfo=UTC)
    assert start in may and end - last in may
    assert end not in may and start - last not in may


def test_what_people_call_it() -> None:
    assert Period.parse("2026").label() == "Năm 2026"
    assert Period.parse("2026-H1").label("vi") == "6 tháng đầu năm 2026"
    assert Period.parse("2026-H2").label("vi") == "6 tháng cuối năm 2026"
    assert Period.parse("2026-Q4").label("vi") == "Quý IV năm 2026"
    assert Period.parse("2026-05").label("vi") == "Tháng 5 năm 2026"
    assert Period.parse("2026-01-02..2026-03-15").label("vi") == "Từ 02/01/2026 đến 15/03/2026"
    assert Period.parse("2026-H2").label("en") == "Second half of 2026"
    assert Period.parse("2026-Q4").label("en") == "Quarter 4 of 2026"
    assert Period.parse("2026-12").label("en") == "December 2026"
    assert Period.parse("2026-01-02..2026-03-15").label("en") == "2 January 2026 to 15 March 2026"


def test_a_period_cannot_run_backwards() -> None:
    with pytest.raises(ValueError, match="cannot end before"):
        Period(date(2026, 2, 2), date(2026, 2, 1))
