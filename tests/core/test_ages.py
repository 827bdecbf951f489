"""Whole years of age, at every border."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.core.ages import Precision, whole_months, whole_years

DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (date(2017, 3, 1), date(2026, 2, 28), 8),
        (date(2017, 3, 1), date(2026, 3, 1), 9),
        (date(2010, 6, 2), date(2026, 6, 1), 15),
        (date(2010, 6, 2), date(2026, 6, 2), 16),
        (date(2016, 2, 29), date(2026, 2, 28), 9),
        (date(2016, 2, 29), date(2026, 3, 1), 10),
        (date(2016, 2, 29), date(2024, 2, 28), 7),
        (date(2016, 2, 29), date(2024, 2, 29), 8),
        (date(2026, 3, 1), date(2026, 3, 1), 0),
        (date(2026, 3, 2), date(2026, 3, 1), None),
    ],
)
def test_age_changes_on_the_birthday(birth: date, on: date, age: int | None) -> None:
    assert whole_years(birth, on) == age


def test_known_by_year_or_month_counts_as_reached() -> None:
    assert whole_years(date(2010, 1, 1), date(2026, 1, 1), Precision.YEAR) == 16
    assert whole_years(date(2010, 12, 31), date(2026, 1, 1), Precision.YEAR) == 16
    assert whole_years(date(2010, 12, 31), date(2026, 1, 1), on_precision=Precision.YEAR) == 16
    assert whole_years(date(2010, 6, 30), date(2026, 6, 1), Precision.MONTH) == 16
    assert whole_years(date(2010, 7, 1), date(2026, 6, 30), Precision.MONTH) == 15
    assert whole_years(date(2010, 6, 30), date(2026, 6, 1), Precision.ESTIMATED) == 15


def test_nothing_is_made_up() -> None:
    assert whole_years(None, date(2026, 1, 1)) is None
    assert whole_years(date(2010, 1, 1), None) is None
    assert whole_years(date(2010, 1, 1), date(2026, 1, 1), Precision.UNKNOWN) is None
    assert whole_years(date(2010, 1, 1), date(2026, 1, 1), on_precision=Precision.UNKNOWN) is None


@given(DAYS, DAYS)
def test_age_counts_the_birthdays_that_have_been(birth: date, on: date) -> None:
    """The law's rule read literally: one more on each birthday, 1 March standing in for 29 February."""

    def birthday(year: int) -> date:
        try:
            return birth.replace(year=year)
        except ValueError:
            return date(year, 3, 1)

    been = sum(birthday(year) <= on for year in range(birth.year + 1, on.year + 1))
    assert whole_years(birth, on) == (None if on < birth else been)


@given(DAYS, DAYS)
def test_age_never_falls_and_year_is_at_most_one_ahead(birth: date, on: date) -> None:
    age, later = whole_years(birth, on), whole_years(birth, on + timedelta(days=1))
    if age is not None:
        assert later is not None
        assert age <= later <= age + 1
        by_year = whole_years(birth, on, Precision.YEAR)
        assert by_year is not None
        assert age <= by_year <= age + 1


def test_a_baby_is_told_in_months() -> None:
    assert whole_months(date(2026, 3, 10), date(2026, 11, 18)) == 8
    assert whole_months(date(2026, 3, 19), date(2026, 11, 18)) == 7
    assert whole_months(date(2026, 3, 1), date(2026, 11, 18), "month") == 8
    assert whole_months(date(2026, 1, 1), date(2026, 11, 18), "year") is None
    assert whole_months(date(2026, 11, 19), date(2026, 11, 18)) is None
