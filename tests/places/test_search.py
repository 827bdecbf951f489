"""Finding a commune by what somebody types."""

from datetime import date

import pytest

from casemgr.places import rules
from casemgr.places.atlas import Atlas

OLD, NOW = date(2025, 6, 1), date(2026, 11, 21)


@pytest.mark.parametrize(
    "typed",
    ["Na Sầm", "na sam", "NA SẦM", "xa na sam", "Xã Na Sầm", "na sam lang son", "06124", "na sầm, lạng sơn"],
)
def test_a_commune_is_found_by_name_or_code_with_or_without_marks(atlas: Atlas, typed: str) -> None:
    found = rules.search(atlas, typed, NOW, 5)
    assert found[0].unit.code == "06124"
    assert found[0].province is not None
    assert found[0].province.name == "Tỉnh Lạng Sơn"


def test_marks_that_were_typed_decide_between_names_that_fold_alike(atlas: Atlas) -> None:
    """Xã Ba Dinh and Phường Ba Đình are one word without marks."""
    with_marks = rules.search(atlas, "Ba Đình", NOW, 5)
    assert [found.unit.name for found in with_marks[:2]] == ["Phường Ba Đình", "Xã Ba Đình"]
    assert {found.unit.name for found in rules.search(atlas, "ba dinh", NOW, 3)} == {
        "Xã Ba Dinh",
        "Phường Ba Đình",
        "Xã Ba Đình",
    }


def test_where_the_tone_mark_stands_does_not_matter(atlas: Atlas) -> None:
    one, other = (rules.search(atlas, typed, NOW, 20) for typed in ("Hòa An", "Hoà An"))
    assert {found.unit.code for found in one} == {found.unit.code for found in other} != set()


def test_the_beginning_of_a_code_lists_its_neighbours(atlas: Atlas) -> None:
    found = [one.unit.code for one in rules.search(atlas, "0612", NOW, 50)]
    assert "06124" in found
    assert found == sorted(found)
    assert all(code.startswith("0612") for code in found)


def test_a_number_that_begins_no_code_may_be_a_name(atlas: Atlas) -> None:
    assert {found.unit.name for found in rules.search(atlas, "Phường 4", OLD, 30)} >= {"Phường 4"}
    assert rules.search(atlas, "Phường 4", NOW, 30) == []


def test_only_units_of_the_day_are_found(atlas: Atlas) -> None:
    assert rules.search(atlas, "thi tran na sam", NOW, 5) == []
    assert rules.search(atlas, "thi tran na sam", OLD, 5)[0].unit.name == "Thị trấn Na Sầm"


@pytest.mark.parametrize("typed", ["", "   ", "!!!", "qqqq", "'; drop table unit"])
def test_nothing_is_found_for_nothing(atlas: Atlas, typed: str) -> None:
    assert rules.search(atlas, typed, NOW, 5) == []


def test_no_more_than_asked_for(atlas: Atlas) -> None:
    assert len(rules.search(atlas, "an", NOW, 7)) == 7
    assert rules.search(atlas, "an", NOW, 0) == []
