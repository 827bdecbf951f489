"""Keeping and concluding assessments, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.assessment import actions, queries
from casemgr.assessment.rules import Ground
from casemgr.assessment.terms import Answers, Content, Kind, Need, Rating, Reply, State, Verdict
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.models import Case, CaseEvent
from casemgr.cases.terms import Stage, Step
from casemgr.core.errors import Conflict, NotFound, Refused, RuleBroken
from casemgr.law import factors
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest

TONIGHT = Need("bên bà ngoại", "công an xã canh")


def initial(verdict: Verdict | None = Verdict.MEASURES, **changes: object) -> Answers:
    levels = {"A1": "medium", "A2": "high", "B1": "low", "B2": "unknown"}
    ratings = {f"M02.{row}": Rating(level, "vết bầm") for row, level in levels.items()}
    answers = Answers(
        danger=Reply.UNCLEAR, carer=Reply.YES, ratings=ratings, verdict=verdict, shelter=TONIGHT
    )
    return replace(answers, **changes)  # type: ignore[arg-type]


def full(**changes: object) -> Answers:
    form = factors.assessment("03")
    ratings = {row.code: Rating("medium") for row in form.rows}
    contents = {content.code: Content("đã ghi", done=True) for content in form.required}
    answers = Answers(
        ratings=ratings,
        contents=contents,
        risk="medium",
        services=("health", "psychology"),
        problems="ở cùng nhà",
    )
    return replace(answers, **changes)  # type: ignore[arg-type]


def begin(
    desk: Desk, number: str, answers: Answers, kind: Kind = Kind.INITIAL, version: int = 0
) -> tuple[Case, int]:
    case = cases.case(desk, number)
    draft = actions.save_draft(desk, case, kind=kind, answers=answers, version=version)
    return case, draft.version


def line_of(desk: Desk, case: Case, step: Step) -> CaseEvent:
    """The line of the timeline that a step left."""
    return next(event for event in cases.timeline(desk, case) if event.step == step)


def test_a_draft_is_kept_sealed_and_comes_back_as_written(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        begin(desk, number, initial(verdict=None))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        draft = queries.draft(desk, cases.case(desk, number), Kind.INITIAL)
        assert draft is not None
        assert draft.answers == initial(verdict=None)
        assert b"v\xe1\xba\xbft" not in (draft._answers or b"")
        assert (draft.state, draft.version, draft.round) == (State.DRAFT, 1, 1)
        assert queries.latest(desk, cases.case(desk, number), Kind.INITIAL) is None


def test_a_later_save_needs_the_version_that_was_read(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        begin(desk, number, initial())
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        _case, version = begin(desk, number, initial(reason="theirs"), version=1)
        assert version == 2
    for stale in (0, 1):
        with house.desk(Role.COMMUNE_OFFICER, person=1) as desk, pytest.raises(Conflict):
            begin(desk, number, initial(reason="mine"), version=stale)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        kept = queries.draft(desk, cases.case(desk, number), Kind.INITIAL)
        assert kept is not None and kept.answers is not None and kept.answers.reason == "theirs"


def test_measures_move_the_case_to_protection(house: HouseUnderTest) -> None:
    number = a_case(house)
    house.clock.move(timedelta(hours=2))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, version = begin(desk, number, initial())
        actions.conclude(desk, case, kind=Kind.INITIAL, version=version)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert (case.stage, case.emergency, case.due_clock) == (Stage.PROTECTING, True, "emergency_12h")
        assert line_of(desk, case, Step.ASSESS_EMERGENCY).form == "02"
        summary = queries.summary(desk, case, Kind.INITIAL)
        assert summary is not None
        assert summary.grounds == (Ground.CARER,)
        assert summary.answers.suggested == "high"
        assert summary.concluded_at == house.clock.now()
        assert queries.draft(desk, case, Kind.INITIAL) is None


def test_no_measures_against_the_law_need_a_reason_that_the_chair_can_read(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, version = begin(desk, number, initial(Verdict.NO_MEASURES))
        with pytest.raises(RuleBroken) as broken:
            actions.conclude(desk, case, kind=Kind.INITIAL, version=version)
        assert [finding.code for finding in broken.value.findings.to_explain] == ["against-law"]
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        told = {"against-law": "Cha đã bị tạm giữ"}
        actions.conclude(desk, case, kind=Kind.INITIAL, version=1, explanations=told)
    with house.desk(Role.COMMUNE_CHAIR, writing=False) as desk:
        case = cases.case(desk, number)
        assert (case.stage, case.emergency) == (Stage.STUDYING, True)
        note = line_of(desk, case, Step.ASSESS_NO_EMERGENCY).note
        assert note is not None
        assert note.reason == "Cha đã bị tạm giữ"
        assert note.data == {"grounds": "carer"}
        assert note.text is None


def test_no_measures_stop_the_emergency_clock(house: HouseUnderTest) -> None:
    number = a_case(house)
    ratings = {
        f"M02.{row}": Rating(level)
        for row, level in {"A1": "low", "A2": "low", "B1": "high", "B2": "high"}.items()
    }
    calm = initial(Verdict.NO_MEASURES, danger=Reply.NO, carer=Reply.NO, ratings=ratings)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, version = begin(desk, number, calm)
        actions.conclude(desk, case, kind=Kind.INITIAL, version=version)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert (case.stage, case.emergency) == (Stage.STUDYING, False)
        stopped = {clock.clock for clock in cases.clocks(desk, case) if clock.stopped_at is not None}
        assert "emergency_12h" in stopped


def test_rows_nobody_answered_are_kept_as_not_asked(house: HouseUnderTest) -> None:
    number = a_case(house)
    hurried = Answers(
        danger=Reply.YES, verdict=Verdict.MEASURES, care=TONIGHT, ratings={"M02.A2": Rating(None, "sẽ về")}
    )
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, version = begin(desk, number, hurried)
        found = actions.conclude(desk, case, kind=Kind.INITIAL, version=version)
        assert found.answers is not None
        assert {rating.level for rating in found.answers.ratings.values()} == {"not_asked"}
        assert found.answers.rating("M02.A2").evidence == "sẽ về"


def test_the_same_conclusion_sent_twice_is_one(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, version = begin(desk, number, initial())
        actions.conclude(desk, case, kind=Kind.INITIAL, version=version)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        again = actions.conclude(desk, case, kind=Kind.INITIAL, version=1)
        assert again.state == State.CONCLUDED
        steps = [event.step for event in cases.timeline(desk, case)]
        assert steps.count(Step.ASSESS_EMERGENCY) == 1
    with house.desk(Role.COMMUNE_OFFICER, person=1) as desk, pytest.raises(NotFound):
        actions.conclude(desk, cases.case(desk, number), kind=Kind.INITIAL, version=1)


def test_danger_seen_later_sends_the_case_back(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, version = begin(desk, number, initial(danger=Reply.YES))
        actions.conclude(desk, case, kind=Kind.INITIAL, version=version)
        assert case.stage == Stage.PROTECTING


def test_looked_at_again_and_found_safe_leaves_the_case_where_it_is(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.STUDYING)
    answers = initial(Verdict.NO_MEASURES, carer=Reply.NO, danger=Reply.NO, reason="Cha đã đi khỏi nhà")
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, version = begin(desk, number, answers)
        actions.conclude(desk, case, kind=Kind.INITIAL, version=version)
        assert case.stage == Stage.STUDYING
        note = line_of(desk, case, Step.NOTE).note
        assert note is not None and note.data == {"verdict": "no_measures"}


def test_a_child_that_was_protected_stays_counted_so_when_found_safe_later(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, version = begin(desk, number, initial())
        actions.conclude(desk, case, kind=Kind.INITIAL, version=version)
        spine.advance(desk, case, Step.PROTECT)
    answers = initial(Verdict.NO_MEASURES, carer=Reply.NO, danger=Reply.NO, reason="Cha đã đi khỏi nhà")
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, version = begin(desk, number, answers)
        actions.conclude(desk, case, kind=Kind.INITIAL, version=version)
        assert (case.stage, case.emergency) == (Stage.STUDYING, True)


def test_the_full_assessment_sets_the_level_and_moves_to_planning(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.STUDYING)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, version = begin(desk, number, full(), Kind.FULL)
        actions.conclude(desk, case, kind=Kind.FULL, version=version)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert (case.stage, case.risk) == (Stage.PLANNING, "medium")
        line = line_of(desk, case, Step.STUDY)
        assert line.form == "03" and line.note is not None
        assert line.note.data == {"risk": "medium"} and line.note.text is None
        summary = queries.summary(desk, case, Kind.FULL)
        assert summary is not None and summary.answers.services == ("health", "psychology")


def test_the_full_assessment_may_be_begun_but_not_concluded_while_the_child_is_protected(
    house: HouseUnderTest,
) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, version = begin(desk, number, full(), Kind.FULL)
        with pytest.raises(RuleBroken):
            actions.conclude(desk, case, kind=Kind.FULL, version=version)


def test_a_form_at_the_wrong_stage_is_refused(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.RECEIVED)
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(RuleBroken):
        begin(desk, number, initial())


def test_carers_are_alleged_by_the_report_until_the_initial_assessment_says_otherwise(
    house: HouseUnderTest,
) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        assert queries.background(desk, case).carer_alleged
        _case, version = begin(desk, number, initial(carer=Reply.NO, danger=Reply.YES))
        actions.conclude(desk, case, kind=Kind.INITIAL, version=version)
        desk.flush()
        assert not queries.background(desk, case).carer_alleged


def test_a_stranger_neither_finds_nor_writes(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case, _version = begin(desk, number, initial())
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE, writing=False) as desk:
        with pytest.raises(NotFound):
            cases.case(desk, number)
        assert queries.draft(desk, case, Kind.INITIAL) is None
    with house.desk(Role.COMMUNE_CHAIR) as desk, pytest.raises(Refused):
        begin(desk, number, initial(), version=1)
