"""What the pages of a report and of a case say, in states in which it would not be true."""

from datetime import timedelta

from casemgr.access.roles import Role
from casemgr.cases import actions as case_actions
from casemgr.cases import queries as cases
from casemgr.cases.terms import Ending, Stage
from casemgr.intake import actions, queries
from casemgr.intake.terms import Decision, Kind
from tests.support.factories import a_case, a_report
from tests.support.house import HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR
YOURS = "Anh/chị chịu trách nhiệm"


def test_whoever_decides_and_holds_no_case_is_not_told_to_answer_for_it(swept: HouseUnderTest) -> None:
    for role, holds in ((OFFICER, True), (CHAIR, False)):
        number, web = a_report(swept), swept.client(role)
        assert (YOURS in web.get(f"/reports/{number}").text) is holds
        taken = web.post(f"/reports/{number}/decision", data={"decision": "accepted"})
        assert taken.status_code == 303
        assert (f"{YOURS} hồ sơ này" in web.get(taken.location).text) is holds


def test_a_case_that_was_taken_on_late_is_without_a_holder_since_then(swept: HouseUnderTest) -> None:
    number = a_case(swept, stage=Stage.RECEIVED)
    swept.clock.move(timedelta(days=2))
    with swept.desk(CHAIR) as desk:
        actions.decide(desk, queries.report(desk, number), decision=Decision.ACCEPTED)
    page = swept.client(CHAIR).get(f"/cases/{number}").text
    line = page.partition('class="who-line"')[2].partition("</p>")[0]
    assert "hôm nay 12:45" in line


def test_a_consultation_is_stored_and_no_clock_is_said_to_run(swept: HouseUnderTest) -> None:
    numbers = [a_report(swept, kind=kind) for kind in (Kind.CONSULTATION, Kind.INTERVENTION)]
    web = swept.client(OFFICER)
    pages = [web.get(f"/reports/{number}?done=saved").text for number in numbers]
    assert ["đồng hồ đang chạy" in page for page in pages] == [False, True]
    assert ["Đồng hồ khẩn cấp dừng" in page for page in pages] == [False, True]


def test_the_reason_of_opening_again_is_not_lost_when_it_is_refused(swept: HouseUnderTest) -> None:
    number = a_case(swept)
    with swept.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        case.stage, case.closed_at, case.ending = Stage.CLOSED, desk.now, Ending.SAFE_AND_STABLE
    web = swept.client(OFFICER)
    assert 'name="reason"' in web.get(f"/cases/{number}").text
    with swept.desk(OFFICER, person=1) as desk:
        case_actions.reopen(desk, cases.case(desk, number), reason="Cha lại đánh")
    late = web.post(f"/cases/{number}/reopening", data={"reason": "Hàng xóm lại nghe tiếng khóc"})
    assert late.status_code == 409 and "Hàng xóm lại nghe tiếng khóc" in late.text
