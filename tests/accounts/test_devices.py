"""Marks by which an account knows a browser again, and the names of buckets."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from casemgr.accounts import devices
from casemgr.accounts.codes import from_text

SECRET = b"s" * 32
NOW = datetime(2026, 11, 18, 5, 45, tzinfo=UTC)
MAI, LAN = UUID(int=1), UUID(int=2)


def test_an_account_knows_its_mark_and_no_other() -> None:
    mark = devices.new_mark(SECRET, MAI, NOW)
    assert devices.known_mark(SECRET, MAI, mark, NOW)
    assert devices.known_mark(SECRET, LAN, mark, NOW) is None
    assert devices.known_mark(b"t" * 32, MAI, mark, NOW) is None
    assert devices.known_mark(SECRET, None, mark, NOW) is None


def test_a_mark_grows_old() -> None:
    mark = devices.new_mark(SECRET, MAI, NOW)
    assert devices.known_mark(SECRET, MAI, mark, NOW + timedelta(days=179))
    assert devices.known_mark(SECRET, MAI, mark, NOW + timedelta(days=181)) is None
    assert devices.known_mark(SECRET, MAI, mark, NOW - timedelta(days=3)) is None


@pytest.mark.parametrize("text", ["", ".", "x", "....", "é", "A" * 70, "a" * 5000, "=?=."])
def test_what_is_no_mark(text: str) -> None:
    assert devices.known_mark(SECRET, MAI, text, NOW) is None


def test_a_changed_mark_is_no_mark() -> None:
    mark = devices.new_mark(SECRET, MAI, NOW)
    for place in range(0, len(mark) - 1, 7):
        other = "A" if mark[place] != "A" else "B"
        assert devices.known_mark(SECRET, MAI, mark[:place] + other + mark[place + 1 :], NOW) is None


def test_several_people_share_a_browser() -> None:
    cookie = ""
    people = [UUID(int=number) for number in range(1, 9)]
    for person in people:
        cookie = devices.with_mark(cookie, devices.new_mark(SECRET, person, NOW), SECRET, person)
    known = [person for person in people if devices.known_mark(SECRET, person, cookie, NOW)]
    assert known == people[2:]
    again = devices.with_mark(cookie, devices.new_mark(SECRET, people[-1], NOW), SECRET, people[-1])
    assert len(again.split(".")) == 6


def test_a_mark_says_nothing_about_the_account() -> None:
    assert MAI.hex not in from_text(devices.new_mark(SECRET, MAI, NOW)).hex()


def test_buckets_are_apart() -> None:
    names = {
        devices.bucket(SECRET, "unknown", b"mai"),
        devices.bucket(SECRET, "address", b"mai"),
        devices.bucket(SECRET, "known", b"ma", b"i"),
        devices.bucket(SECRET, "known", b"m", b"ai"),
        devices.bucket(b"t" * 32, "unknown", b"mai"),
    }
    assert len(names) == 5


def test_one_household_is_one_address() -> None:
    assert devices.neighbourhood("2001:db8:1:2::7") == devices.neighbourhood("2001:db8:1:2:ffff::1")
    assert devices.neighbourhood("2001:db8:1:3::7") != devices.neighbourhood("2001:db8:1:2::7")
    assert devices.neighbourhood("10.0.0.1") == "10.0.0.1"
    assert devices.neighbourhood("::ffff:10.0.0.1") == "10.0.0.1" != devices.neighbourhood("::ffff:10.0.0.2")
    assert devices.neighbourhood("unix:") == ""


def test_browsers_have_short_names() -> None:
    chrome = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36"
    assert devices.label(chrome) == "Chrome, Android"
    assert (
        devices.label("Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0")
        == "Firefox, Windows"
    )
    assert devices.label("<script>alert(1)</script>") == ""
