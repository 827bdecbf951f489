"""What may be recorded as an emergency measure, and what has to be explained."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.terms import Stage
from casemgr.core.errors import RuleBroken
from casemgr.core.words import ENGLISH, speaking
from casemgr.intervention.emergency import rules
from casemgr.intervention.emergency.terms import Frame, Measure, Taken
from casemgr.law import in_use
from casemgr.law.rulebook import shipped_rulebook
from casemgr.web.forms import read_time

RECEIVED = datetime(2026, 11, 18, 5, 45, tzinfo=UTC)
NOW = RECEIVED + timedelta(hours=14)
FRAME = Frame(received_at=RECEIVED, now=NOW, due_at=RECEIVED + timedelta(hours=12))


def police(hours: float, who: str | None = "an officer on duty") -> Taken:
    return Taken(RECEIVED + timedelta(hours=hours), Measure("police_protection", who=who))


def codes(measures: tuple[Taken, ...], frame: Frame = FRAME, stage: Stage = Stage.PROTECTING) -> list[str]:
    return [finding.code for finding in rules.may_be_recorded(measures, frame, stage)]


def test_a_measure_in_time_passes() -> None:
    assert codes((police(1),)) == []


def test_a_measure_after_twelve_hours_needs_an_explanation() -> None:
    findings = rules.may_be_recorded((police(12.5),), FRAME, Stage.PROTECTING)
    assert [finding.code for finding in findings.to_explain] == ["late"]
    with pytest.raises(RuleBroken):
        findings.settle()
    findings.settle({"late": "the road was flooded"})
    book = shipped_rulebook()
    shorter = replace(book.versions[EMERGENCY][-1], value=8)
    with (
        speaking(ENGLISH),
        in_use.using(lambda: replace(book, versions={**book.versions, EMERGENCY: (shorter,)})),
    ):
        (late,) = rules.may_be_recorded((police(12.5),), FRAME, Stage.PROTECTING).to_explain
        assert "8 hours" in str(late)


@pytest.mark.parametrize(("hours", "late"), [(0, False), (12, False), (12.01, True)])
def test_the_twelfth_hour_itself_is_in_time(hours: float, late: bool) -> None:
    assert rules.is_late((police(hours),), FRAME) is late


def test_only_the_first_measure_counts_for_the_twelve_hours() -> None:
    assert codes((police(13), police(3))) == []
    assert codes((police(13),), replace(FRAME, earlier=(police(3),))) == []
    assert codes((police(13),), replace(FRAME, due_at=None)) == []


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        (police(14.1), "future-police_protection"),
        (police(-0.1), "before-police_protection"),
        (police(1, who=None), "nobody-police_protection"),
    ],
)
def test_what_cannot_be_true_blocks(measure: Taken, code: str) -> None:
    findings = rules.may_be_recorded((measure,), replace(FRAME, due_at=None), Stage.PROTECTING)
    assert [finding.code for finding in findings.blocking] == [code]


def test_an_office_may_stand_for_a_name() -> None:
    by_office = replace(police(1), measure=Measure("police_protection", agency="commune police"))
    assert codes((by_office,)) == []


def test_nothing_ticked_confirms_only_what_was_done_before() -> None:
    assert codes(()) == ["nothing"]
    assert codes((), replace(FRAME, earlier=(police(1),))) == []
    assert codes((), replace(FRAME, earlier=(police(1),)), Stage.STUDYING) == ["nothing"]


def test_a_page_sent_twice_records_once() -> None:
    again = replace(FRAME, earlier=(police(1),))
    assert rules.fresh((police(1), police(2), police(2)), again) == (police(2),)


@pytest.mark.parametrize("stage", Stage)
def test_measures_belong_to_open_cases(stage: Stage) -> None:
    closed = {Stage.RECEIVED, Stage.REVIEWING, Stage.CLOSED}
    assert rules.may_be_written(stage) is (stage not in closed)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("21:40", time(21, 40)),
        ("21h40", time(21, 40)),
        ("21 giờ 40", time(21, 40)),
        ("2140", time(21, 40)),
        ("9:05", time(9, 5)),
        ("21h", time(21, 0)),
        ("00.45", time(0, 45)),
        ("24:00", None),
        ("21:60", None),
        ("", None),
        ("tối", None),
        ("214", None),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, told: time | None) -> None:
    assert read_time(typed) == told
