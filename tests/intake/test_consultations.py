"""A request for advice: it starts no clock, until it turns out that a child needs help."""

from dataclasses import replace

import pytest

from casemgr.access.roles import Role
from casemgr.assessment import actions as assessments
from casemgr.assessment.terms import Kind as Form
from casemgr.assessment.terms import Rating, Reply, Verdict
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.terms import Stage, Step
from casemgr.intake import actions, queries
from casemgr.intake.terms import Decision, Kind
from tests.assessment.test_actions import begin, initial
from tests.intake.test_actions import _client_report, _tell_more
from tests.support.factories import a_report, a_story
from tests.support.house import HouseUnderTest

OFFICER = Role.COMMUNE_OFFICER
NOBODY = a_story(suspects=())
CALM = initial(
    Verdict.NO_MEASURES,
    danger=Reply.NO,
    carer=Reply.NO,
    ratings={f"M02.{row}": Rating("low" if row[0] == "A" else "high") for row in ("A1", "A2", "B1", "B2")},
)


def running(house: HouseUnderTest, number: str) -> set[str]:
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        return {clock.clock for clock in cases.clocks(desk, case) if clock.stopped_at is None}


def found_safe(house: HouseUnderTest, number: str) -> None:
    with house.desk(OFFICER) as desk:
        case, version = begin(desk, number, CALM)
        assessments.conclude(desk, case, kind=Form.INITIAL, version=version)


def a_consultation_taken_on(house: HouseUnderTest) -> tuple[object, str]:
    client, number = _client_report(house, kind=Kind.CONSULTATION, story=NOBODY)
    with house.desk(OFFICER) as desk:
        actions.decide(desk, queries.report(desk, number), decision=Decision.ACCEPTED)
    found_safe(house, number)
    return client, number


@pytest.mark.parametrize("by_machine", [True, False])
def test_told_again_after_a_no_it_still_starts_no_clock(swept: HouseUnderTest, by_machine: bool) -> None:
    if by_machine:
        client, number = _client_report(swept, kind=Kind.CONSULTATION)
    else:
        number = a_report(swept, kind=Kind.CONSULTATION)
    with swept.desk(OFFICER) as desk:
        report = queries.report(desk, number)
        actions.decide(desk, report, decision=Decision.NO_PLAN_NEEDED, reason="Đã tư vấn")
    if by_machine:
        more = replace(a_story(), actions_taken="Hỏi thêm về trường học")
        _tell_more(swept, client, 2, kind=Kind.CONSULTATION, story=more)
    else:
        with swept.desk(OFFICER) as desk:
            actions.tell_again(desk, queries.report(desk, number), told="Hỏi thêm về trường học")
    assert running(swept, number) == set()
    if by_machine:
        more = replace(a_story(), actions_taken="Trẻ bị đánh")
        _tell_more(swept, client, 3, kind=Kind.INTERVENTION, story=more)
        assert running(swept, number) == {EMERGENCY}


def test_the_clock_of_one_that_became_an_intervention_ends_when_form_02_says_so_again(
    house: HouseUnderTest,
) -> None:
    client, number = a_consultation_taken_on(house)
    _tell_more(house, client, 2, kind=Kind.INTERVENTION, story=replace(NOBODY, secrecy="x"))
    assert EMERGENCY in running(house, number)
    found_safe(house, number)
    assert EMERGENCY not in running(house, number)
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert (case.stage, case.due_clock) == (Stage.STUDYING, "plan_5wd")


def test_once_form_02_is_not_written_any_more_somebody_reads_it_and_no_clock_runs_for_ever(
    swept: HouseUnderTest,
) -> None:
    client, number = a_consultation_taken_on(swept)
    with swept.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        for step in (Step.STUDY, Step.HAND_IN_PLAN, Step.APPROVE_PLAN):
            spine.advance(desk, case, step)
    _tell_more(swept, client, 2, kind=Kind.INTERVENTION, story=replace(NOBODY, secrecy="x"))
    assert EMERGENCY not in running(swept, number), (
        "nothing could stop it, and the case could never be closed"
    )
    with swept.desk(OFFICER, writing=False) as desk:
        report = queries.report(desk, number)
        assert report in queries.inbox(desk) and cases.case(desk, number).nudged_at == swept.clock.now()


def test_no_page_speaks_of_a_clock_that_does_not_run(swept: HouseUnderTest) -> None:
    numbers = [a_report(swept, kind=kind) for kind in (Kind.CONSULTATION, Kind.INTERVENTION)]
    web = swept.client(OFFICER)
    written = [web.get(f"/reports/{number}/incident").text for number in numbers]
    assert ["Đồng hồ 12 giờ chạy từ lúc nhận tin" in page for page in written] == [False, True]
    for number in numbers:
        with swept.desk(OFFICER) as desk:
            report = queries.report(desk, number)
            actions.decide(desk, report, decision=Decision.NO_PLAN_NEEDED, reason="Đã tư vấn")
    refused = [web.get(f"/reports/{number}").text for number in numbers]
    assert ["Đồng hồ 12 giờ chạy từ lúc này" in page for page in refused] == [False, True]
    assert all("Tin báo sẽ được quyết định lại" in page for page in refused)


def test_form_02_written_again_says_that_the_case_stays_where_it_is(swept: HouseUnderTest) -> None:
    _client, number = a_consultation_taken_on(swept)
    with swept.desk(OFFICER) as desk:
        spine.advance(desk, cases.case(desk, number), Step.STUDY)
        begin(desk, number, CALM)
    web = swept.client(OFFICER)
    for address in ("initial-assessment", "initial-assessment/check"):
        page = web.get(f"/cases/{number}/{address}").text
        assert "Hồ sơ giữ nguyên bước hiện tại" in page
        assert "Bước sau là đánh giá" not in page and "Bước sau: đánh giá" not in page
