"""What a question is looked up by: it leads to the file in spite of a slip, and what fits best comes first."""

from datetime import date
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.children import index, rules
from casemgr.children.clues import Known, known_of, of_file, of_question, weighed
from casemgr.children.terms import Birth, Card, Detail, Precision, Sex
from casemgr.core.clues import Class, Clue
from casemgr.core.text import fold
from casemgr.demo.chance import Chance
from casemgr.demo.names import Names
from tests.search.people import BORN, KHANG, a_child, called
from tests.support.house import HouseUnderTest


def known(name: str, year: int | None = 2017, born: date | None = None) -> Known:
    return Known(tuple(fold(name).split()), year, born)


@given(st.integers(0, 10**6), st.sampled_from(["01", "20", "79"]), st.data())
def test_a_slip_in_any_word_still_leads_to_the_whole_name(
    seed: int, province: str, data: st.DataObject
) -> None:
    name = fold(Names(Chance(f"slip {seed}"), province).child(Sex.FEMALE))
    words = name.split()
    place = data.draw(st.integers(0, len(words) - 1))
    at = data.draw(st.integers(0, len(words[place]) - 1))
    words[place] = words[place][:at] + data.draw(st.sampled_from(ascii_lowercase)) + words[place][at + 1 :]
    (whole,) = (clue for clue in of_file(known(name)) if clue.of is Class.WHOLE_NAME)
    assert whole in of_question(known(" ".join(words)))


def test_what_was_told_is_worth_more_than_what_may_have_been_meant() -> None:
    asked = of_question(known("Nông Minh Khang", 2017, date(2017, 4, 3)))
    exact = weighed(of_file(known("Nông Minh Khang", 2017, date(2017, 4, 3))))
    assert all(asked[clue] == worth for clue, worth in exact.items())
    beside = {clue.of: worth for clue, worth in asked.items() if clue not in exact}
    assert beside and all(
        worth < next(w for c, w in exact.items() if c.of is of) for of, worth in beside.items()
    )


def test_two_words_may_be_the_end_of_a_name() -> None:
    (end,) = (clue for clue in of_file(known("Nông Minh Khang")) if clue.of is Class.MIDDLE_GIVEN_YEAR)
    assert end in of_question(known("Minh Khang"))
    assert end not in of_question(known("Minh Khang", None)), "one fact leads to nobody"


@pytest.mark.parametrize("name", ["", "Khang", "a" * 120, " ".join("abcdefghijklmnopqrst"), "' '"])
def test_odd_names_are_no_great_work(name: str) -> None:
    asked = of_question(known(name))
    assert len(asked) < 60
    assert all(isinstance(clue, Clue) for clue in asked)


def test_the_likeliest_come_first_and_only_so_many(house: HouseUnderTest) -> None:
    later = Birth(date(2018, 5, 6), Precision.DAY)
    cards = (
        KHANG,
        called("Nông Minh Khang", birth=later),
        called("Nông Minh Khong"),
        called("Nông Văn Khang", birth=later),
    )
    numbers = [a_child(house, card) for card in reversed(cards)][::-1]
    a_child(house, Card("Trần Thị Hoa", Sex.FEMALE, BORN), Detail())
    with house.maintenance(writing=False) as desk:
        asked = of_question(rules.wanted("nong minh khang 2017").known)
        assert index.find(desk, asked) == numbers
        assert index.find(desk, asked, most=2) == numbers[:2]


def test_no_more_rows_are_read_than_a_question_may_cost(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        a_child(house)
    with house.maintenance(writing=False) as desk:
        asked = of_question(known_of(KHANG, None, province=None, told_in=2026))
        assert len(index.find(desk, asked)) == 4
        monkeypatch.setattr(index, "_ROWS", 3)
        assert 1 <= len(index.find(desk, asked)) <= 3
