"""Words: every sentence has its Vietnamese, every Vietnamese its sentence."""

import re

from casemgr.core.words import catalogue, speaking
from tools.check_words import faults, unused


def test_every_sentence_has_its_vietnamese() -> None:
    found = faults()
    assert not found, "\n".join(["Write it into casemgr/translations/vi/<room>.po:", *found])


def test_no_vietnamese_without_a_sentence() -> None:
    found = unused()
    assert not found, "\n".join(["Take these out of casemgr/translations/vi:", *found])


def test_a_child_is_never_called_a_victim() -> None:
    for sentence, said in catalogue("vi").items():
        for word in ("nạn nhân", "thủ phạm"):
            assert word not in said.lower(), f"{sentence!r}: say it without {word!r}."


def test_the_reader_is_called_by_one_name() -> None:
    for sentence, said in catalogue("vi").items():
        assert not re.search(r"\bbạn\b(?! (bè|học))", said, re.IGNORECASE), f"{sentence!r}: say anh/chị."


def test_the_language_of_a_page_is_one_of_two() -> None:
    with speaking("fr"):
        assert catalogue("vi")
