"""Codes, recovery codes and tickets: pure."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.accounts import codes

RFC = b"12345678901234567890"  # RFC 6238, appendix B, SHA-1; the last six of its eight digits
NOW = datetime(2026, 11, 18, 5, 45, tzinfo=UTC)
SECRET = b"a secret of this house, in tests"


@pytest.mark.parametrize(
    ("second", "digits"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
     (2000000000, "279037"), (20000000000, "353130")],
)  # fmt: skip
def test_codes_are_those_of_the_standard(second: int, digits: str) -> None:
    assert codes.code(RFC, second // 30) == digits
    at = datetime.fromtimestamp(second, UTC)
    assert codes.fitting_step(RFC, f" {digits[:3]} {digits[3:]}", at, None) == second // 30


@pytest.mark.parametrize(("drift", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_wrong(drift: int, fits: bool) -> None:
    here = codes.step_of(NOW)
    assert (codes.fitting_step(RFC, codes.code(RFC, here + drift), NOW, None) == here + drift) is fits


def test_a_code_and_all_before_it_work_once() -> None:
    here = codes.step_of(NOW)
    assert codes.fitting_step(RFC, codes.code(RFC, here), NOW, here) is None
    assert codes.fitting_step(RFC, codes.code(RFC, here - 1), NOW, here) is None
    assert codes.fitting_step(RFC, codes.code(RFC, here + 1), NOW, here) == here + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "28708a", "٢87082", "-28708", "²87082"])
def test_what_is_not_six_digits_fits_nothing(typed: str) -> None:
    assert codes.fitting_step(RFC, typed, datetime.fromtimestamp(59, UTC), None) is None


def test_the_key_is_written_as_apps_read_it() -> None:
    secret = codes.new_secret()
    assert len(secret) == 20
    text = codes.written(secret).replace(" ", "")
    assert base64.b32decode(text) == secret
    address = codes.address(secret, "mai.06124", "Bảo vệ trẻ em")
    assert (
        address.startswith("otpauth://totp/B%E1%BA%A3o")
        and f"secret={text}" in address
        and " " not in address
    )
    square = codes.square(address)
    assert square.size >= 41 and re.fullmatch(r"(M\d+ \d+h1v1h-1z)+", square.path)


def test_ten_recovery_codes_are_read_however_they_are_typed() -> None:
    told = codes.new_recovery_codes()
    assert len(set(told)) == 10 and all(
        re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}", each) for each in told
    )
    assert 32**24 >= 2**112, "as long as a code must be that is stored without a slow hash"
    one = told[0]
    assert (
        len(
            {
                codes.recovery_digest(typed)
                for typed in (one, one.lower(), one.replace("-", " "), f"  {one}  ")
            }
        )
        == 1
    )
    assert codes.recovery_digest("O0Il-0000-0000-0000") == codes.recovery_digest("0011-0000-0000-0000")
    assert codes.recovery_digest(one[:-1]) is None and codes.recovery_digest("") is None
    assert codes.recovery_digest("U" * 24) is None


@given(payload=st.binary(max_size=64), bound=st.binary(max_size=32), at=st.integers(0, 10**6))
def test_a_ticket_says_what_was_put_into_it_and_a_changed_one_nothing(
    payload: bytes, bound: bytes, at: int
) -> None:
    lasts = timedelta(minutes=5)
    ticket = codes.new_ticket(SECRET, "half", NOW, payload=payload, bound=bound)
    read = codes.read_ticket(SECRET, "half", ticket, NOW, lasts=lasts, bound=bound)
    assert read is not None and read.payload == payload
    place = at % len(ticket)
    forged = ticket[:place] + bytes([ticket[place] ^ 1]) + ticket[place + 1 :]
    assert codes.read_ticket(SECRET, "half", forged, NOW, lasts=lasts, bound=bound) is None
    assert codes.read_ticket(SECRET, "enter", ticket, NOW, lasts=lasts, bound=bound) is None
    assert codes.read_ticket(SECRET, "half", ticket, NOW, lasts=lasts, bound=bound + b"x") is None
    assert codes.read_ticket(SECRET, "half", ticket, NOW + lasts, lasts=lasts, bound=bound) is None
    assert (
        codes.read_ticket(SECRET, "half", ticket, NOW - timedelta(seconds=1), lasts=lasts, bound=bound)
        is None
    )
    assert codes.from_text(codes.as_text(ticket)) == ticket
