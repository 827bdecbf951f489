"""Passwords that are easily guessed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from casemgr.security import passwords
from casemgr.security.guessable import TRIES, common, is_guessable, tries

NEAR = ("mai.hoang.06124", "Hoàng Thị Mai", "Xã Na Sầm")


@pytest.mark.parametrize(
    "password",
    ["matkhau123456789", "Mật Khẩu 2026 !!!", "aaaaaaaaaaaaaaaaaaaa", "baovetreem2026nasam", "hoang.thi.mai.1987.na.sam",
     "passwordpassword", "abcdefghijklmnop", "P@ssw0rdP@ssw0rd1", "1q2w3e4r5t6y7u8i", "               ",
     "dragon monkey football", "sunshine trustno1", "P@ssw0rd Dr@gon M0nkey", "princess charlie 17",
     "mai.hoang.06124!", "ubnd xã na sầm 2026", "anh yêu em mãi mãi 1990"],
)  # fmt: skip
def test_easily_guessed(password: str) -> None:
    assert is_guessable(password, NEAR)


@pytest.mark.parametrize(
    "password",
    [
        "con trâu trắng ăn cỏ non",
        "qk3pd-8sn2v-uxm4e-tz7ra",
        "mưa rơi trên mái tôn cũ",
        "Xe tải chở 7 bao ngô!",
    ],
)
def test_not_easily_guessed(password: str) -> None:
    assert not is_guessable(password, NEAR)


def test_words_of_the_place_count_only_there() -> None:
    assert is_guessable("hoangthimai nasam1987", NEAR)
    assert not is_guessable("Quỳnh Nga ở Bản Áng Trên", ())


def test_generated_passwords_are_good() -> None:
    assert not any(is_guessable(passwords.generate(), NEAR) for _ in range(50))


def test_the_list_is_there() -> None:
    assert {"matkhau", "password", "baovetreem"} <= common()


def test_a_long_one_takes_no_time() -> None:
    assert not is_guessable("kq8" * 3 + "wz5n" * 30 + "mặt trời mọc", NEAR)


def test_no_password_of_the_stolen_lists_gets_through() -> None:
    """Alone if it is long enough; with itself, a year or a run of digits behind it if it is not."""
    stolen = FREQUENCY_LISTS["passwords"]
    assert len(stolen) == 30_000
    long = [word for word in stolen if len(word) >= passwords.SHORTEST]
    padded = [
        f"{word}{more}" for word in stolen[:3000:60] for more in (word * 2, "1987123456789", "aaaaaaaaaaaa")
    ]
    for word in (*long, *(one for one in padded if len(one) >= passwords.SHORTEST)):
        assert is_guessable(word), word


@given(st.text(alphabet="@4(8{[<369|!1/0$5+7%2abcđ ", min_size=15, max_size=128))
@settings(max_examples=40, deadline=2000)
def test_whatever_is_typed_is_judged_soon(typed: str) -> None:
    assert tries(typed, NEAR) >= 0 or not typed.strip()
    assert is_guessable(typed, NEAR) or tries(typed, NEAR) >= TRIES
