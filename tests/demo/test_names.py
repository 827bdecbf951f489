"""Names are put together from lists of single words; numbers are of a range that nobody has."""

import re

from casemgr.children.terms import Sex
from casemgr.demo import names
from casemgr.demo.chance import Chance
from casemgr.demo.names import Names

MANY = 3000


def made(seed: str, province: str = "20") -> list[str]:
    maker = Names(Chance(seed), province)
    return [maker.full(sex) for sex in (Sex.MALE, Sex.FEMALE) * (MANY // 2)]


def test_the_same_seed_gives_the_same_people_and_another_gives_others() -> None:
    assert made("7") == made("7")
    assert made("7") != made("8")


def test_every_name_is_a_combination_of_single_words_and_no_word_stands_twice() -> None:
    for name in made("7"):
        words = name.split()
        assert len(words) == 3 and len(set(words)) == 3, name
        assert set(words) <= names.words(), name


def children(seed: str, province: str) -> list[str]:
    maker = Names(Chance(seed), province)
    return [maker.child(sex, people="kinh") for sex in (Sex.MALE, Sex.FEMALE) * (MANY // 2)]


def test_children_are_named_as_today_and_meet_seldom() -> None:
    for province, least, most in (("01", 0.12, 0.28), ("79", 0.38, 0.55)):
        named = children("7", province)
        assert all(
            len(set(name.split())) == len(name.split()) and set(name.split()) <= names.words()
            for name in named
        )
        assert {len(name.split()) for name in named} == {3, 4}
        assert least < sum(len(name.split()) == 4 for name in named) / MANY < most
        assert len(set(named)) > 0.8 * MANY, "of three thousand children few have a namesake"


def test_the_lists_hold_words_not_names() -> None:
    assert all(re.fullmatch(r"[^\W\d_]+", word) for word in names.words())


def test_surnames_come_by_their_share() -> None:
    in_the_delta = [name.split()[0] for name in made("7", "01")]
    share = in_the_delta.count("Nguyễn") / MANY
    assert 0.3 < share < 0.45
    assert in_the_delta.count("Nguyễn") > in_the_delta.count("Trần") > in_the_delta.count("Phạm")


def test_the_north_and_the_south_write_two_surnames_differently() -> None:
    north, south = ({name.split()[0] for name in made("7", code)} for code in ("01", "79"))
    assert {"Hoàng", "Vũ"} <= north and not {"Huỳnh", "Võ"} & north
    assert {"Huỳnh", "Võ"} <= south and "Vũ" not in south


def test_in_lang_son_most_people_are_nung_and_tay() -> None:
    maker = Names(Chance("7"), "20")
    peoples = [maker.people() for _ in range(MANY)]
    share = {code: peoples.count(code) / MANY for code in set(peoples)}
    assert share["nung"] + share["tay"] > 0.7
    assert {"kinh", "dao", "hmong"} <= set(share)


def test_numbers_are_of_a_range_that_nobody_has() -> None:
    assert {names.phone(number) for number in range(1000)} == {f"0900 000 0{n:02d}" for n in range(100)}
