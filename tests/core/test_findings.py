"""Findings: a rule blocks, or asks for an explanation, or says what it has looked at."""

import pytest

from casemgr.core.errors import RuleBroken
from casemgr.core.findings import Findings, Weight, blocks, checks, explains

BLOCKED = blocks("open", "The child is still in care.", when=True, field="place", basis="Điều 30")
ASKED = explains("unmet", "Some goals were not reached.", when=True)


def test_what_does_not_hold_is_no_finding() -> None:
    assert blocks("x", "", when=False) is None
    assert explains("x", "", when=False) is None
    assert len(Findings(None, blocks("x", "", when=False))) == 0
    Findings().settle()


def test_a_block_stops_whatever_is_explained() -> None:
    found = Findings(BLOCKED, ASKED)
    for told in (None, {}, {"open": "why"}, {"open": "why", "unmet": "because"}):
        with pytest.raises(RuleBroken) as broken:
            found.settle(told)
        assert broken.value.findings is found
        assert broken.value.status == 409
    assert str(found) == "open; unmet"


@pytest.mark.parametrize("told", [None, {}, {"unmet": ""}, {"unmet": "  "}, {"other": "because"}])
def test_what_needs_it_waits_for_its_explanation(told: dict[str, str] | None) -> None:
    with pytest.raises(RuleBroken):
        Findings(ASKED).settle(told)


def test_what_was_explained_passes() -> None:
    Findings(ASKED).settle({"unmet": "moved away", "more": "x"})


def test_a_check_is_a_tick_or_a_block() -> None:
    tick = checks(
        "safe", asked="Asked about safety.", missing="Ask about safety.", holds=True, basis="Điều 30"
    )
    gap = checks("stable", asked="Asked.", missing="Ask about stability.", holds=False)
    found = Findings(tick, gap)
    assert [finding.weight for finding in found] == [Weight.PASSED, Weight.BLOCK]
    assert found.passed == (tick,)
    assert found.blocking == (gap,)
    assert (str(tick), str(gap)) == ("Asked about safety.", "Ask about stability.")
    assert tick.basis == "Điều 30"
    assert str(found) == "stable"
    Findings(tick).settle()


def test_findings_keep_the_order_in_which_a_person_reads_them() -> None:
    found = Findings(ASKED, None, BLOCKED)
    assert [finding.code for finding in found] == ["unmet", "open"]
    assert found.to_explain == (ASKED,)
    assert BLOCKED is not None
    assert (BLOCKED.field, BLOCKED.basis) == ("place", "Điều 30")
