"""Waiting, sessions, roles and addresses: pure rules."""

from datetime import UTC, date, datetime, timedelta

import pytest

from casemgr.access.roles import GRANTS, Role
from casemgr.accounts import rules
from casemgr.accounts.rules import PER_ACCOUNT
from casemgr.accounts.terms import PROVED_TWICE, SEATS, Bucket, Seat
from casemgr.core.periods import holds

NOW = datetime(2026, 11, 18, 5, 45, tzinfo=UTC)


def after(failures: int, *, ago: float = 0) -> Bucket:
    return Bucket(failures, NOW - timedelta(seconds=ago), NOW - timedelta(seconds=ago))


def test_ten_wrong_tries_cost_nothing_then_the_wait_doubles_up_to_a_minute() -> None:
    waits = [rules.wait(after(count), PER_ACCOUNT, NOW) for count in (0, 9, 10, 11, 12, 15, 16, 17, 1000)]
    assert waits == [0, 0, 1, 2, 4, 32, 60, 60, 60]


def test_a_wait_runs_down_and_is_rounded_up() -> None:
    assert rules.wait(after(16, ago=0.5), PER_ACCOUNT, NOW) == 60
    assert rules.wait(after(16, ago=59.5), PER_ACCOUNT, NOW) == 1
    assert rules.wait(after(16, ago=60), PER_ACCOUNT, NOW) == 0


def test_a_bucket_is_forgotten_after_a_quiet_quarter_of_an_hour() -> None:
    full = after(500, ago=15 * 60)
    assert rules.wait(full, PER_ACCOUNT, NOW) == 0
    assert rules.after_wrong_try(full, PER_ACCOUNT, NOW) == Bucket(1, NOW, NOW)
    assert rules.after_wrong_try(after(500, ago=60), PER_ACCOUNT, NOW).failures == 501


def test_slow_typing_errors_never_add_up() -> None:
    slow = Bucket(9, NOW - timedelta(minutes=15), NOW - timedelta(minutes=1))
    assert rules.after_wrong_try(slow, PER_ACCOUNT, NOW).failures == 1


@pytest.mark.parametrize(
    ("idle", "age", "lives"), [(0, 0, True), (29, 60, True), (30, 60, False), (1, 719, True), (1, 720, False)]
)
def test_a_session_lives_half_an_hour_unused_and_half_a_day_at_most(idle: int, age: int, lives: bool) -> None:
    seen, started = NOW - timedelta(minutes=idle), NOW - timedelta(minutes=age)
    assert rules.session_lives(started, seen, None, NOW) is lives
    assert not rules.session_lives(started, seen, seen, NOW)


def test_a_fourth_session_ends_the_oldest() -> None:
    assert [rules.surplus([NOW] * count) for count in range(6)] == [0, 0, 0, 1, 2, 3]


def test_the_last_day_of_a_role_counts() -> None:
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    days = [date(2025, 12, 31), first, last, date(2026, 4, 1)]
    assert [holds(first, last, day) for day in days] == [False, True, True, False]
    assert holds(first, None, date(2040, 1, 1))


def test_every_role_says_where_it_is_held() -> None:
    assert set(SEATS) == {role.value for role in Role} == {role.value for role in GRANTS}
    assert all(SEATS.values())
    assert not rules.may_hold("commune_officer", Seat.COMMUNE).blocking
    assert rules.may_hold("commune_officer", Seat.PROVINCE).blocking
    assert rules.may_hold("commune_chair", Seat.COUNTRY).blocking
    assert rules.may_hold("province_supervisor", Seat.COMMUNE).blocking


def test_only_production_asks_for_a_second_proof() -> None:
    assert {role.value for role in Role if rules.needs_second_proof(role, demo=False)} == PROVED_TWICE
    assert not any(rules.needs_second_proof(role, demo=True) for role in Role)


def test_nobody_manages_themselves_or_people_elsewhere() -> None:
    assert not len(rules.may_manage(oneself=False, within_reach=True))
    assert rules.may_manage(oneself=True, within_reach=True).blocking
    assert rules.may_manage(oneself=False, within_reach=False).blocking


@pytest.mark.parametrize("name", ["mai", "mai.hoang.06124", "a_b-c", "x" * 64, "123"])
def test_sign_in_names(name: str) -> None:
    assert not rules.username_errors(name)


@pytest.mark.parametrize(
    "name", ["", "ab", "x" * 65, "Mai", "mai hoang", "mai@x", "mái", "mai\n", "a/b", "../x"]
)
def test_what_is_no_sign_in_name(name: str) -> None:
    assert rules.username_errors(name)


@pytest.mark.parametrize(
    "path", ["/", "/cases/06124-2026-00001-K", "/indicators/A/0101?unit=20&period=2026-Q3", "/a#b"]
)
def test_addresses_of_ours(path: str) -> None:
    assert rules.safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", None, "cases", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a b",
     "/\t/evil", "/\r\nSet-Cookie: x", "///x", "/" + "x" * 600, "\\\\x", " /x"],
)  # fmt: skip
def test_addresses_of_others(path: str | None) -> None:
    assert rules.safe_path(path) is None


def test_what_is_wrong_with_a_new_password() -> None:
    def said(password: str, *, guessable: bool = False, same: bool = False) -> int:
        return len(rules.password_errors(password, shortest=15, longest=128, guessable=guessable, same=same))

    assert said("x" * 14) and said("x" * 129) and said("x" * 15, guessable=True) and said("x" * 15, same=True)
    assert not said("x" * 15) and not said("x" * 128)
