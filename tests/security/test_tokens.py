"""Tokens and postings: keyed, unlinkable, never of what counting would give away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.core.clues import Class, Clue
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.tokens import Index, Posted

RING = Keyring.fresh("2026-11-01")
INDEX = Index(RING)
NAME = Clue(Class.WHOLE_NAME, ("nguien", "zan", "an"))
YEAR = Clue(Class.SURNAME_GIVEN_YEAR, ("nguien", "an", "2017"))


@pytest.mark.parametrize(
    ("of", "values"),
    [
        (Class.WHOLE_NAME, ("nguien",)),  # one syllable
        (Class.WHOLE_NAME, ()),
        (Class.WHOLE_NAME, ("nguien", "")),
        (Class.SURNAME_GIVEN_YEAR, ("", "", "2017")),  # a year
        (Class.BUT_GIVEN_YEAR, ("nguien", "2017")),  # a surname and a year
        (Class.GIVEN_BIRTH_DATE, ("an",)),
        (Class.SURNAME_BIRTH_DATE, ("nguien", "")),
        (Class.IDENTITY, ("male",)),  # a sex
        (Class.PHONE, ("113",)),
    ],
)
def test_what_counting_would_give_away_cannot_be_made(of: Class, values: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="No token"):
        Clue(of, values)


def test_no_class_takes_less_than_two_facts_of_a_person() -> None:
    numbers = {Class.IDENTITY, Class.PHONE}
    assert {of for of in Class if of.least < 2} == numbers


@given(record=st.integers(0, 2**63 - 1))
def test_a_posting_leads_back_and_looks_different_each_time(record: int) -> None:
    rows = INDEX.postings(record, [NAME, YEAR])
    assert INDEX.records(rows) == [record, record]
    assert rows[0].posting != rows[1].posting and all(len(row.posting) == 16 for row in rows)
    assert record.to_bytes(8, "big") not in rows[0].posting


def test_a_row_that_was_moved_or_made_up_leads_nowhere() -> None:
    name, year = INDEX.postings(7, [NAME, YEAR])
    assert INDEX.records([Posted(name.token, year.posting), Posted(name.token, bytes(16))]) == []
    assert INDEX.records([Posted(year.token, year.posting), Posted(1, name.posting)]) == [7]
    other = Index(Keyring.fresh("2026-11-01"))
    assert other.records([name]) == [] and other.tokens([NAME]) != INDEX.tokens([NAME])


def test_classes_and_borders_between_values_do_not_mix() -> None:
    clues = [
        Clue(Class.WHOLE_NAME, ("a", "bc")),
        Clue(Class.WHOLE_NAME, ("ab", "c")),
        Clue(Class.GIVEN_BIRTH_DATE, ("a", "bc")),
        Clue(Class.SURNAME_BIRTH_DATE, ("a", "bc")),
    ]
    assert len(set(INDEX.tokens(clues))) == len(clues)


def test_what_lies_under_replaced_keys_is_found_and_can_be_taken_away() -> None:
    old = INDEX.postings(7, [NAME])
    ring = RING.rotated(Purpose.INDEX_TOKEN, "2026-12-01").rotated(Purpose.INDEX_POSTING, "2026-12-01")
    index = Index(ring)
    assert old[0].token in index.tokens([NAME]) and index.records(old) == [7]
    assert old[0] in index.every_posting(7, [NAME])
    assert index.postings(7, [NAME])[0] not in old
