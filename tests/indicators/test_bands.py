"""Age bands: every age from 0 to 25 and unknown, in every banding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.core.errors import Invalid
from casemgr.core.periods import Period
from casemgr.core.words import _l
from casemgr.indicators import facts, splits
from casemgr.indicators.bands import BANDINGS, Band, Banding, Source
from tests.indicators.plain import BANDS

YEAR = Period.parse("2026")


@pytest.mark.parametrize("name", BANDINGS)
@pytest.mark.parametrize("age", range(26))
def test_every_age_is_in_exactly_the_band_that_names_it(name: str, age: int) -> None:
    expected = [label for label, ages in BANDS[name] if age in ages]
    assert [BANDINGS[name].band_of(age)] == expected
    split = splits.one(f"age_band:{name}", YEAR)
    assert [split.members[place] for place in split.members_of(age)] == expected


@pytest.mark.parametrize("name", BANDINGS)
def test_unknown_is_a_member_of_its_own_and_the_last(name: str) -> None:
    split = splits.one(f"age_band:{name}", YEAR)
    assert split.members == (*(label for label, _ in BANDS[name]), "unknown")
    assert [split.members[place] for place in split.members_of(facts.NO_AGE)] == ["unknown"]


@given(st.sampled_from(sorted(BANDINGS)), st.integers(0, 254))
def test_no_age_falls_between_two_bands(name: str, age: int) -> None:
    assert BANDINGS[name].band_of(age) in {band.label for band in BANDINGS[name].bands}


@pytest.mark.parametrize(
    "bands",
    [
        (Band("1+", 1, None),),
        (Band("0-3", 0, 4), Band("5+", 5, None)),
        (Band("0-3", 0, 4), Band("3+", 3, None)),
        (Band("0-3", 0, 4),),
    ],
)
def test_bands_with_a_gap_an_overlap_or_no_end_are_refused(bands: tuple[Band, ...]) -> None:
    with pytest.raises(TypeError):
        Banding("wrong", _l("Single years"), bands, "", Source.OURS)


def test_keys_are_read_as_they_are_written() -> None:
    assert [split.asked_as for split in splits.parse("sex, age_band", YEAR)] == ["sex", "age_band:law"]
    assert splits.one("month", Period.parse("2026-Q2")).members == ("2026-04", "2026-05", "2026-06")
    assert splits.one("online", YEAR).members == ("true", "false", "unknown")
    assert splits.one("sex", YEAR).members == ("male", "female", "unknown")
    assert splits.one("decision", YEAR).members == facts.DECISIONS
    for wrong in ("colour", "age_band:teens", "sex:law", "sex,sex"):
        with pytest.raises(Invalid):
            splits.parse(wrong, YEAR)


def test_conditions_are_read_as_they_are_written() -> None:
    wanted = splits.conditions("sex=female,age_band:procuracy=6-<10,harm=*", YEAR)
    assert {split.asked_as: member for split, member in wanted.items()} == {
        "sex": "female",
        "age_band:procuracy": "6-<10",
        "harm": "*",
    }
    for wrong in ("sex", "sex=", "sex=boy", "age_band:law=9"):
        with pytest.raises(Invalid):
            splits.conditions(wrong, YEAR)
