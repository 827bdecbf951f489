"""Pages of review and closure, as a browser without script sees them, on both engines."""

from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.terms import Stage, Step
from casemgr.intake import actions as taking_in
from casemgr.intake import queries as intake
from casemgr.intake.terms import Decision
from tests.intervention.plan.pages import Page
from tests.intervention.plan.work import a_case_carried_out
from tests.review.test_actions import WHY, a_case_served, propose, stands
from tests.review.test_rules import SAFEST
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR
FILLED = {
    **{f"row-{code}": str(rating.level) for code, rating in SAFEST.items()},
    "safe": "yes",
    "safe_evidence": "Gặp riêng hai lần",
    "stable": "yes",
    "stable_evidence": "Trường xác nhận",
    "child_says": "“Cháu thấy yên.”",
}


def page(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200
    return Page(answer.text).sound()


def review(number: str) -> str:
    return f"/cases/{number}/review"


def closure(number: str) -> str:
    return f"/cases/{number}/closure"


def test_last_time_stands_beside_now(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    client = house.client(OFFICER)
    shown = page(client, review(number))
    assert "Mẫu 03, 18/11" in shown.text and "Lần trước: Cao" in shown.text
    assert "safe" not in shown.values and "stable" not in shown.values
    assert client.post(review(number), data=shown.filled(do="save", **FILLED)).status_code == 303
    shown = page(client, review(number))
    assert shown.values["safe"] == ["yes"] and "bớt nguy hiểm" in shown.text and "Đã lưu nháp" in shown.text


def test_what_stands_against_closing_is_shown_and_asked(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    client = house.client(OFFICER)
    shown = page(client, review(number))
    answer = client.post(review(number), data=shown.filled(do="close"))
    empty = Page(answer.text).sound()
    assert answer.status_code == 409 and "Trả lời: trẻ còn nguy cơ hay không" in empty.text
    assert "chọn một mức" in empty.text
    unsure = client.post(review(number), data=empty.filled(do="close", **{**FILLED, "stable": "unknown"}))
    assert unsure.status_code == 409 and "lập kế hoạch vòng mới" in unsure.text
    told = Page(unsure.text).sound().filled(do="close", **FILLED, **{"explanation-services-running": "x"})
    assert client.post(review(number), data=told).status_code == 303
    assert stands(house, number)[0] == Stage.REVIEWING
    assert "Chủ tịch" in page(client, closure(number)).text


def test_another_round(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    client = house.client(OFFICER)
    shown = page(client, review(number))
    answer = client.post(review(number), data=shown.filled(do="next_round", **{**FILLED, "safe": "no"}))
    assert answer.status_code == 409 and "Ghi kế hoạch tới cần thay đổi gì" in answer.text
    told = Page(answer.text).sound().filled(next_plan="Nơi ở khác", do="next_round")
    assert client.post(review(number), data=told).status_code == 303
    assert stands(house, number)[:2] == (Stage.PLANNING, 2)
    builder = page(client, f"/cases/{number}/plan")
    assert "Lấy từ kế hoạch vòng 1" in builder.text and "Vòng 1, bản 1" in builder.text
    assert "Đó là vòng 1" in builder.text or "Đã duyệt" in builder.text
    assert "Nơi ở khác" in page(client, review(number)).text


def test_the_chair_closes_after_one_more_look(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    propose(house, number)
    waiting = page(house.client(OFFICER), closure(number))
    assert 'name="decision"' not in waiting.text and WHY["services-running"] in waiting.text
    client = house.client(CHAIR)
    shown = page(client, closure(number))
    assert "decision" not in shown.values
    assert client.post(closure(number), data=shown.filled(do="look")).status_code == 422
    answer = client.post(closure(number), data=shown.filled(decision="close", do="look"))
    confirm = Page(answer.text).sound()
    assert answer.status_code == 200 and stands(house, number)[0] == Stage.REVIEWING
    for _click in range(2):
        assert client.post(closure(number), data=confirm.filled(do="close")).status_code == 303
    assert stands(house, number)[0] == Stage.CLOSED
    assert "Hồ sơ đã kết thúc" in page(client, closure(number)).text
    assert "Đã ổn định" in page(client, review(number)).text


def test_who_closes_is_told_that_visits_in_care_go_on(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = a_case_served(house)
    propose(house, number)
    client = house.client(CHAIR)
    shown = page(client, closure(number))
    look = shown.filled(decision="close", do="look", **{"explanation-in-care": "Cán bộ xã thăm"})
    assert "hồ sơ rời danh sách việc" in client.post(closure(number), data=look).text
    with_carer = [SimpleNamespace(state="given")]
    monkeypatch.setattr("casemgr.review.queries.care.open_placements", lambda _desk, _case: with_carer)
    told = client.post(closure(number), data=look).text
    assert "vẫn tiếp tục, vẫn ở danh sách việc" in told and "hồ sơ rời danh sách việc" not in told


def test_a_report_that_was_refused_is_not_said_to_be_opened_again_as_a_case(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.RECEIVED)
    with house.desk(OFFICER) as desk:
        report = intake.report(desk, number)
        taking_in.decide(desk, report, decision=Decision.NOT_VERIFIED, reason="Đã đến nhà")
    shown = page(house.client(CHAIR), closure(number)).text
    assert "mở lại ở trang hồ sơ" not in shown and "hãy ghi ở trang tin báo" in shown


def test_the_chair_refuses_and_the_officer_reads_why(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    propose(house, number)
    client = house.client(CHAIR)
    shown = page(client, closure(number))
    bare = client.post(closure(number), data=shown.filled(decision="refuse", do="look"))
    assert bare.status_code == 409 and "Ghi vì sao chưa kết thúc" in bare.text
    told = Page(bare.text).sound().filled(reason="Chưa hỏi trường", do="look")
    assert client.post(closure(number), data=told).status_code == 303
    again = page(house.client(OFFICER), review(number))
    assert "Chưa hỏi trường" in again.text and stands(house, number)[0] == Stage.CARRYING_OUT
    assert "Vòng 1, lần rà soát 1" in again.text
    assert "Chưa hỏi trường" in page(house.client(OFFICER), review(number) + "/1").text


def test_a_file_from_elsewhere_that_waits_without_a_review_is_not_stuck(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    with house.desk(OFFICER) as desk:
        spine.advance(desk, cases.case(desk, number), Step.PROPOSE_CLOSURE)
    client = house.client(CHAIR)
    shown = page(client, closure(number))
    assert "không kèm bản rà soát" in shown.text
    assert client.post(closure(number), data=shown.filled()).status_code == 409
    assert client.post(closure(number), data=shown.filled(reason="Rà soát lại")).status_code == 303
    assert stands(house, number)[0] == Stage.CARRYING_OUT


def test_two_officers_see_both_versions(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    one, other = house.client(OFFICER), house.client(OFFICER, person=1)
    one.post(review(number), data=page(one, review(number)).filled(do="save", **FILLED))
    stale = page(other, review(number)).filled(do="save")
    one.post(review(number), data=page(one, review(number)).filled(do="save", child_says="“Bản một”"))
    answer = other.post(review(number), data={**stale, "child_says": "“Bản hai”", "row-M06.A1": "high"})
    shown = Page(answer.text).sound()
    assert answer.status_code == 409
    assert "“Bản một”" in shown.text and shown.values["child_says"] == ["“Bản hai”"]
    assert other.post(review(number), data=shown.filled(do="save")).status_code == 303
    assert page(one, review(number)).values["row-M06.A1"] == ["high"]


@pytest.mark.parametrize("address", ["/review", "/closure"])
def test_who_may_look(house: HouseUnderTest, address: str) -> None:
    number = a_case_carried_out(house)
    at = f"/cases/{number}{address}"
    for role in (OFFICER, CHAIR, Role.PROVINCE_SUPERVISOR):
        assert house.client(role).get(at).status_code == 200
    assert house.client(OFFICER, THAT_KHE).get(at).status_code == 404
    for role in (Role.STATISTICIAN, Role.INSPECTOR, Role.ADMIN, Role.HOTLINE_OPERATOR, Role.SERVICE_PROVIDER):
        assert house.client(role).get(at).status_code == 403
    assert house.client(CHAIR).post(review(number), data={}).status_code == 403
    assert house.client(OFFICER).post(closure(number), data={}).status_code == 403


@pytest.mark.parametrize("do", ["save", "close", "next_round"])
def test_an_answer_that_is_none_is_named_at_its_row_and_all_else_stays(
    house: HouseUnderTest, do: str
) -> None:
    number = a_case_served(house)
    client = house.client(OFFICER)
    shown = page(client, review(number))
    told = {"row-M06.A1": "9" * 80, "note-M06.A2": "nói trong buổi thăm", "safe": "perhaps", "stable": "²"}
    wrong = client.post(review(number), data=shown.filled(do=do, **told))
    assert wrong.status_code == 422
    read = Page(wrong.text)
    assert "Chọn một mức, hoặc “Chưa biết”." in read.text and read.values["note-M06.A2"] == [
        "nói trong buổi thăm"
    ]
    assert page(client, review(number)).values["note-M06.A2"] == [""], "nothing is kept by half"


def test_what_became_of_each_goal_is_asked_kept_and_shown(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    client = house.client(OFFICER)
    shown = page(client, review(number))
    assert "Trẻ ngủ yên ở nhà bà ngoại trước 1/12" in shown.text
    (goal,) = {name.removeprefix("why-") for name in shown.values if name.startswith("why-")}
    wrong = client.post(review(number), data=shown.filled(do="save", **{f"goal-{goal}": "wonderful"}))
    assert wrong.status_code == 422 and "Chọn một câu trả lời." in wrong.text
    told = {f"goal-{goal}": "partly", f"why-{goal}": "ngủ yên ba đêm"}
    assert client.post(review(number), data=shown.filled(do="save", **told)).status_code == 303
    shown = page(client, review(number))
    assert shown.values[f"goal-{goal}"] == ["partly"] and "ngủ yên ba đêm" in shown.text
    done = {**FILLED, **told, "explanation-services-running": "x"}
    assert client.post(review(number), data=shown.filled(do="close", **done)).status_code == 303
    shown = page(house.client(CHAIR), closure(number))
    assert "Đạt một phần: ngủ yên ba đêm" in shown.text and "Kế hoạch đã duyệt ngày" in shown.text
