"""Keyed marks: the same for the same name, another under another key, found after the key was changed."""

from dataclasses import replace

import pytest

from casemgr.proceedings import tokens
from casemgr.proceedings.terms import Certainty, KnownKind
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.sealing import SealBroken, Wrapper
from tests.support.house import HouseUnderTest

RING = Keyring.fresh("2026-11-01")


def test_a_mark_is_the_same_under_one_key_and_another_under_another() -> None:
    mark = Wrapper(RING).tokens("name", "nong van duc")
    assert mark == Wrapper(RING).tokens("name", "nong van duc") and len(mark) == 1
    assert mark != Wrapper(RING).tokens("name", "nong van", "duc")
    assert mark != Wrapper(Keyring.fresh("2026-11-01")).tokens("name", "nong van duc")
    assert -(2**63) <= mark[0] < 2**63


def test_after_a_change_of_key_the_old_marks_are_still_found() -> None:
    old = Wrapper(RING).tokens("name", "nong van duc")
    new = Wrapper(RING.rotated(Purpose.INDEX_TOKEN, "2026-12-01")).tokens("name", "nong van duc")
    assert new[1:] == old and new[0] != old[0]


def test_a_single_word_or_a_year_leaves_no_mark(house: HouseUnderTest) -> None:
    with house.maintenance(writing=False) as desk:
        for name, year, identity in ((None, 1985, None), ("Đức", 1985, None), ("", None, "12345678")):
            assert tokens.find(desk, name, year, identity) == []
    pieces = list(tokens._pieces("Nông Văn Đức", 1985, "020 085 001 234"))
    assert [certainty for certainty, _ in pieces] == [
        Certainty.IDENTITY,
        Certainty.NAME,
        Certainty.NAME_AND_YEAR,
    ]


def test_what_a_mark_points_to_is_bound_to_it(house: HouseUnderTest) -> None:
    with house.maintenance(writing=False) as desk:
        posting = tokens.Posting(desk.id(), KnownKind.SANCTION, Certainty.NAME, 7, None)
        sealed = desk.safe.seal_posting(5, posting.packed())
        assert tokens.Posting.unpacked(desk.safe.open_posting(5, sealed)) == posting
        with pytest.raises(SealBroken):
            desk.safe.open_posting(6, sealed)
        other = replace(posting, birth_year=1985, kind=KnownKind.CONVICTION)
        assert len(desk.safe.seal_posting(5, other.packed())) == len(sealed)
