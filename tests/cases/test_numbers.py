"""Case numbers: every wrong digit and every swap of neighbours is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.cases import numbers


@given(
    st.integers(0, 99999),
    st.integers(2000, 2099),
    st.integers(1, 99999),
    st.integers(0, 13),
    st.integers(0, 9),
)
def test_one_wrong_digit_is_found(unit: int, year: int, running: int, place: int, digit: int) -> None:
    number = numbers.make(f"{unit:05d}", year, running)
    assert numbers.is_number(number)
    spots = [index for index, letter in enumerate(number[:-1]) if letter.isdigit()]
    spot = spots[place % len(spots)]
    wrong = number[:spot] + str(digit) + number[spot + 1 :]
    assert numbers.is_number(wrong) == (wrong == number)


@given(st.integers(0, 99999), st.integers(1, 99999))
def test_swapped_neighbours_are_found(unit: int, running: int) -> None:
    number = numbers.make(f"{unit:05d}", 2026, running)
    for spot in range(len(number) - 2):
        if number[spot].isdigit() and number[spot + 1].isdigit():
            swapped = number[:spot] + number[spot + 1] + number[spot] + number[spot + 2 :]
            assert numbers.is_number(swapped) == (swapped == number)


@pytest.mark.parametrize(
    "text", ["", "06124-2026-1-K", "06124-2026-00001-I", "06124-2026-00001", "x" * 400, "٠٦١٢٤-2026-00001-K"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert not numbers.is_number(text)


def test_triage_codes_are_no_commune() -> None:
    assert numbers.triage_code("20") == "90020"
    assert numbers.triage_code(None) == "90000"
