"""What pages say of a child's birth."""

from datetime import date

import pytest

from casemgr.children.terms import Birth, Precision
from casemgr.core.words import speaking
from casemgr.web.words import birth_words, born_words


@pytest.mark.parametrize(
    ("birth", "alone", "in_a_line"),
    [
        (Birth(date(2015, 2, 3), Precision.DAY), "3/2/2015", "sinh 3/2/2015"),
        (Birth(date(2015, 2, 1), Precision.MONTH), "2/2015", "sinh 2/2015"),
        (Birth(age_estimate=6), "khoảng 6 tuổi", "khoảng 6 tuổi"),
        (Birth(), "Chưa biết", "chưa biết tuổi"),
    ],
)
def test_a_birth_alone_and_in_a_line_with_other_things(birth: Birth, alone: str, in_a_line: str) -> None:
    with speaking("vi"):
        assert (birth_words(birth), born_words(birth)) == (alone, in_a_line)
