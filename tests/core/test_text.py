"""Vietnamese text: one normal form whatever was typed, and names that find each other."""

import unicodedata
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.core.text import clean, clean_lines, fold, given_name, identifier, initials, syllables

names = st.text(st.characters(codec="utf-8"), max_size=60)
anything = st.text(max_size=80)  # lone surrogates too
vietnamese = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấờữỹ ÁĐỄỢ'-"), max_size=40)


@given(anything)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)
    assert clean(clean_lines(text)) == clean(text)


@given(anything)
def test_what_is_clean_can_be_stored_and_shows_what_it_holds(text: str) -> None:
    for cleaned in (clean(text), clean_lines(text)):
        cleaned.encode("utf-8")
        assert unicodedata.is_normalized("NFC", cleaned)
        assert cleaned == cleaned.strip()
        unseen = {unicodedata.category(character) for character in cleaned.replace("\n", "")}
        assert not unseen & {"Cc", "Cf", "Cs"}
    assert "\n" not in clean(text)


@given(anything, st.integers(0, 20))
def test_a_cut_text_is_a_beginning_of_the_whole(text: str, longest: int) -> None:
    short = clean(text, longest)
    assert len(short) <= longest
    assert clean(text).startswith(short)
    assert clean(short) == short


def test_a_cut_never_parts_a_letter_from_its_mark() -> None:
    assert clean("xiq\u0331 a", 3) == "xi"
    assert clean("Đỗ Thị Hoa", 6) == "Đỗ Thị"
    assert clean("Đỗ Thị Hoa", 7) == "Đỗ Thị"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nguyễn\t Thị \u00a0 Hoa ", "Nguyễn Thị Hoa"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("Nguye\u200b\u0302\u0303n", "Nguyễn"),
        ("Hoa\u0000\ud800\u202e\u2066\ufeff\u00ad", "Hoa"),
        ("dòng 1\r\ndòng 2\u2028dòng 3", "dòng 1 dòng 2 dòng 3"),
        ("a\ufe0fb\u034fc\u3164d", "abcd"),
    ],
)
def test_what_is_kept_of_a_line(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_lines_stay_lines() -> None:
    assert clean_lines(" một \r\n\n hai\u200b \x0b ba\rbốn  ") == "một\n\n hai\n ba\nbốn"
    assert clean_lines("a\n\n\n") == "a"


@given(names)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(names)
def test_how_marks_are_stored_does_not_matter(text: str) -> None:
    forms = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert forms == {fold(text)}


@given(vietnamese)
def test_a_folded_name_is_plain_letters_and_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded.replace(" ", "").isalnum() or not folded
    assert folded.isascii() and folded == folded.lower() and "  " not in folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà Thuý", "Hòa Thúy"),
        ("Đặng  THỊ Ðào", "dang thi dao"),
        ("H'Mông", "Hmông"),
        ("H’Wên Niê Kđăm", "H' Wên  nie kdam"),
        ("K'Brăng", "K‘Brang"),
        ("Y-Bhăm", "Y Bhăm"),
        ("Ê-đê", "e de"),
        ("Nguyễn Ｈoa", "nguyen hoa"),
        ("Lò Thị Ọng", "lo thi ong"),
    ],
)
def test_names_that_must_find_each_other(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Hoa", "Hoàn"), ("Lan Anh", "Lananh"), ("Đào", "Bào"), ("An", "")]
)
def test_names_that_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_folded_examples() -> None:
    assert fold("Nguyễn Thị Ngọc Ánh") == "nguyen thi ngoc anh"
    assert fold("H'Mông") == "hmong"
    assert fold("K'Brăng") == "kbrang"
    assert fold("Y-Bhăm") == "y bham"
    assert fold("; DROP TABLE child;--") == "drop table child"
    assert fold("") == fold("\u200b") == ""


@pytest.mark.parametrize(
    ("full", "given", "short"),
    [
        ("Nguyễn Thị Hoa", "Hoa", "N.T.H."),
        ("  đặng   văn  Ổn ", "Ổn", "Đ.V.Ổ."),
        ("A Dơng", "Dơng", "A.D."),
        ("H'Wên Niê Kđăm", "Kđăm", "H.N.K."),
        ("Hoa", "Hoa", "H."),
        ("", "", ""),
        ("123 ' Lan", "Lan", "L."),
    ],
)
def test_parts_of_a_name(full: str, given: str, short: str) -> None:
    assert given_name(full) == given
    assert initials(full) == short


def test_syllables() -> None:
    assert syllables("Nguyễn Hoàng Bảo Trâm Anh") == ("nguyen", "hoang", "bao", "tram", "anh")
    assert syllables(" H'Wên  Niê ") == ("hwen", "nie")
    assert syllables("") == ()


def test_a_very_long_name_is_only_long() -> None:
    assert len(fold("Nguyễn " * 5000).split()) == 5000
    assert clean("a" + "\u0301" * 3000, 300) in ("", "á")


@pytest.mark.parametrize("told", [None, "", "x", "nobody", "0" * 31, "0" * 33, "-" * 36, "\u0660" * 40])
def test_what_is_no_identifier_is_none(told: str | None) -> None:
    assert identifier(told) is None


@given(st.uuids())
def test_an_identifier_comes_back_however_it_was_written(mark: UUID) -> None:
    assert identifier(str(mark)) == identifier(mark.hex) == mark
