"""Names as they sound, and numbers as they are typed: whatever the dialect, the keyboard or the hand."""

import unicodedata
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.core.text import fold, identity_number, phone_number, sound, sounds, sounds_near
from casemgr.demo import names

WORDS = sorted({fold(word) for word in names.words()})
NAMES = ("Nguyễn Thị Thuý Hoà", "H'Mông K'Brăng", "Y-Bhăm Niê", "Đặng Gia Quý", "K' Brăng", "An")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trần", "Chần"), ("Sơn", "Xơn"), ("Giang", "Dang"), ("Vũ", "Dũ"), ("Rành", "Dành"), ("Lê", "Nê"),
        ("Quốc", "Cuốc"), ("Kỳ", "Kì"), ("Phú", "Fú"), ("Khang", "Khan"), ("Minh", "Min"), ("Bích", "Bít"),
        ("Nghĩa", "Ngĩa"), ("Lý", "Lí"), ("Tách", "Tát"),
    ],
)  # fmt: skip
def test_what_sounds_alike_has_one_key(one: str, other: str) -> None:
    assert sounds(one) == sounds(other)


@pytest.mark.parametrize(("one", "other"), [("Nam", "Năng"), ("Hoa", "Hòe"), ("Tâm", "Tân"), ("Khoa", "Hoa")])
def test_what_sounds_otherwise_has_another(one: str, other: str) -> None:
    assert sounds(one) != sounds(other)


@pytest.mark.parametrize("name", NAMES)
def test_however_it_is_encoded_or_its_tones_are_placed(name: str) -> None:
    assert (
        sounds(unicodedata.normalize("NFD", name))
        == sounds(unicodedata.normalize("NFC", name))
        == sounds(name)
    )
    assert sounds("Thuý Hoà") == sounds("Thúy Hòa")
    assert sounds(f"\u200b{name}\u202e") == sounds(name.upper()) == sounds(name)


@given(text=st.text(max_size=300))
def test_any_text_has_its_sounds(text: str) -> None:
    found = sounds(text)
    assert all(found) and len(found) == len(fold(text).split())


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "\u200b\u202e", "   ", "'", "a" * 300])
def test_hostile_text_is_no_name_or_one_word(text: str) -> None:
    assert len(sounds(text)) <= 1


@given(word=st.text("abcdeghiklmnopqrstuvxy", min_size=1, max_size=7))
def test_a_sound_is_never_nothing(word: str) -> None:
    assert sound(word)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("079217000123", "079217000123"), ("079 217 000 123", "079217000123"), ("０７９２１７０００１２３", "079217000123"),
        ("012345678", "012345678"), ("12345", None), ("không có", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_personal_numbers(typed: str | None, read: str | None) -> None:
    assert identity_number(typed) == read


@pytest.mark.parametrize("typed", ["+84 912 345 678", "84912345678", "0912.345.678", "(0912) 345-678"])
def test_telephones_are_dialled_inside_the_country(typed: str) -> None:
    assert phone_number(typed) == "0912345678"


@pytest.mark.parametrize("typed", ["không có", "912", "113", "", None, "079217000123"])
def test_what_is_no_telephone(typed: str | None) -> None:
    assert phone_number(typed) is None


@given(st.sampled_from(WORDS), st.integers(0, 9), st.sampled_from(ascii_lowercase), st.sampled_from("+-=~"))
def test_a_syllable_with_one_wrong_letter_leads_back_to_its_sound(
    word: str, place: int, letter: str, how: str
) -> None:
    at = place % len(word)
    before, here, after = word[:at], word[at], word[at + 1 :]
    typed = {
        "+": f"{before}{letter}{here}{after}",
        "-": before + after,
        "=": f"{before}{letter}{after}",
        "~": f"{before}{after[:1]}{here}{after[1:]}",
    }[how]
    if typed and sound(typed) != sound(word):
        assert sound(word) in sounds_near(typed)


@given(st.text(ascii_lowercase, min_size=1, max_size=8))
def test_what_is_near_is_another_sound_and_not_everything(word: str) -> None:
    near = sounds_near(word)
    assert sound(word) not in near and all(near) and len(near) < 500


def test_a_vietnamese_syllable_has_few_others_near() -> None:
    assert max(len(sounds_near(word)) for word in WORDS) <= 80
    assert "ksor" in sounds_near("ksorr"), "what does not sound Vietnamese may have been anything"
    assert not sounds_near("a" * 120), "no name has a word so long"
