"""The clock: aware, in UTC, and moved only by hand in tests."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from casemgr.core.clock import FixedClock, SystemClock, clock_from

NOON = datetime(2026, 11, 18, 12, 45, tzinfo=timezone(timedelta(hours=7)))


def test_the_machine_s_clock_is_aware_and_goes_on() -> None:
    clock = SystemClock()
    first = clock.now()
    assert first.tzinfo is UTC
    assert clock.now() >= first


def test_a_fixed_clock_stands_until_it_is_moved() -> None:
    clock = FixedClock(NOON)
    assert clock.now() == clock.now() == NOON
    assert clock.now().tzinfo is UTC
    clock.move(timedelta(hours=12))
    assert clock.now() - NOON == timedelta(hours=12)


def test_a_fixed_clock_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 11, 18, 12, 45))


def test_the_setting_chooses_the_clock() -> None:
    assert isinstance(clock_from(None), SystemClock)
    assert isinstance(clock_from(""), SystemClock)
    assert clock_from("2026-11-18T12:45:00+07:00").now() == NOON
    with pytest.raises(ValueError, match="isoformat"):
        clock_from("yesterday")
