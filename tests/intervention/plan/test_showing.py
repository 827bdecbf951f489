"""Words of the plan's pages."""

import pytest

from casemgr.intervention.plan.showing import quoted


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Cháu muốn ở với bà.", "“Cháu muốn ở với bà.”"),
        ("“Cháu muốn ở với bà.”", "“Cháu muốn ở với bà.”"),
        ('Trẻ nói: "Cháu sợ"', 'Trẻ nói: "Cháu sợ"'),
        (" ", ""),
        (None, ""),
    ],
)
def test_words_stand_in_one_pair_of_quotation_marks(words: str | None, shown: str) -> None:
    assert quoted(words) == shown
