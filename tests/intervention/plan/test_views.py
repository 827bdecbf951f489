"""Pages of the plan, as a browser without script sees them, on both engines."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.terms import Stage, Step
from casemgr.intervention.plan import queries
from tests.intervention.plan.pages import Page
from tests.intervention.plan.work import (
    EXPLAINED,
    NO_PAPERS,
    a_case_carried_out,
    a_case_in_planning,
    handed_in,
)
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR
TYPED = {
    "version": "0",
    "why": "Bạo lực: trẻ bị đánh tại nhà",
    "goals-0-text": "Trẻ ngủ yên trước 1/12",
    "services-0-what": "Tham vấn cho trẻ",
    "services-0-kind": "psychology",
    "services-0-who": "Trung tâm công tác xã hội tỉnh",
    "services-0-since": "19/11/2026",
    "services-0-until": "26/2/2027",
    "services-0-cost": "2.400.000",
    "services-0-source": "ngân sách xã",
    "services-0-provider": "Trung tâm công tác xã hội tỉnh",
}


def page(client: FlaskClient, address: str, status: int = 200) -> Page:
    answer = client.get(address)
    assert answer.status_code == status
    return Page(answer.text)


def plan(number: str, more: str = "") -> str:
    return f"/cases/{number}/plan{more}"


def test_the_builder_starts_with_what_form_03_found(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    shown = page(house.client(OFFICER), plan(number)).sound()
    assert shown.values["services-0-kind"] == ["psychology"]
    assert "“Cháu muốn ở với bà.”" in shown.text and "Mẫu 03" in shown.text
    assert "Ghi ít nhất một mục tiêu" in shown.text and "Thêm dịch vụ" in shown.text
    assert "ngày làm việc" in shown.text


def test_a_row_is_added_and_typed_text_stays(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    client = house.client(OFFICER)
    answer = client.post(plan(number), data={**TYPED, "do": "add_service"})
    shown = Page(answer.text).sound()
    assert answer.status_code == 200 and shown.values["services-1-what"] == [""]
    assert shown.values["services-0-what"] == ["Tham vấn cho trẻ"]
    assert shown.values["services-0-cost"] == ["2.400.000"]
    shown = Page(client.post(plan(number), data=shown.filled(do="add_goal")).text).sound()
    assert shown.values["goals-1-text"] == [""]
    assert "Các bản kế hoạch" not in shown.text


def test_a_draft_is_saved_and_comes_back(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    client = house.client(OFFICER)
    assert client.post(plan(number), data={**TYPED, "do": "save"}).status_code == 303
    shown = page(client, plan(number)).sound()
    assert shown.values["version"] == ["1"] and "Đã lưu nháp" in shown.text
    assert shown.values["services-0-since"] == ["19/11/2026"] and shown.values["services-0-key"] != [""]
    gone = shown.filled(services__0__remove="y", do="save")
    assert client.post(plan(number), data=gone).status_code == 303
    assert page(client, plan(number)).values["services-0-what"] == [""]


def test_faults_are_named_at_their_field(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    wrong = {**TYPED, "services-0-since": "31/2/2026", "services-0-cost": "vài trăm", "do": "save"}
    answer = house.client(OFFICER).post(plan(number), data=wrong)
    shown = Page(answer.text).sound()
    assert answer.status_code == 422
    assert "Ghi ngày như 20/11/2026." in shown.text and "Ghi số đồng nguyên" in shown.text
    assert 'href="#services-0-cost"' in shown.text and shown.values["services-0-cost"] == ["vài trăm"]


def test_what_the_law_asks_stands_against_handing_in(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    client = house.client(OFFICER)
    answer = client.post(plan(number), data={**TYPED, "services-0-cost": "", "do": "hand_in"})
    shown = Page(answer.text).sound()
    assert answer.status_code == 409 and "Ghi dự toán, 0 nếu không phát sinh: dịch vụ 1" in shown.text
    told = {f"explanation-{code}": said for code, said in NO_PAPERS.items()}
    answer = client.post(plan(number), data=shown.filled(services__0__cost="0", do="hand_in", **told))
    assert answer.status_code == 303 and answer.location == f"/cases/{number}"


def test_an_explanation_is_asked_for_in_place(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    client = house.client(OFFICER)
    answer = client.post(plan(number), data={**TYPED, "do": "hand_in"})
    shown = Page(answer.text).sound()
    assert answer.status_code == 409 and "explanation-child-not-asked" in shown.values
    papers = {f"explanation-{code}": said for code, said in NO_PAPERS.items()}
    told = shown.filled(
        **{"explanation-child-not-asked": "Trẻ mới 2 tuổi", "explanation-file-full": "Chưa làm"},
        **papers,
        do="hand_in",
    )
    assert client.post(plan(number), data=told).status_code == 303
    assert "Trẻ mới 2 tuổi" in page(house.client(CHAIR), plan(number, "/approval")).sound().text


def test_two_officers_see_both_versions(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    one, other = house.client(OFFICER), house.client(OFFICER, person=1)
    one.post(plan(number), data={**TYPED, "do": "save"})
    stale = page(other, plan(number)).filled(do="save")
    one.post(plan(number), data=page(one, plan(number)).filled(why="Bản của người thứ nhất", do="save"))
    answer = other.post(plan(number), data={**stale, "why": "Bản của người thứ hai"})
    shown = Page(answer.text).sound()
    assert answer.status_code == 409
    assert "Người khác đã lưu kế hoạch này" in shown.text
    assert "Bản của người thứ nhất" in shown.text and shown.values["why"] == ["Bản của người thứ hai"]
    assert other.post(plan(number), data=shown.filled(do="save")).status_code == 303
    assert page(one, plan(number)).values["why"] == ["Bản của người thứ hai"]


def test_the_chair_looks_confirms_and_issues(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    handed_in(house, number)
    waiting = page(house.client(OFFICER), plan(number, "/approval")).sound()
    assert "Đang chờ" in waiting.text or "Chờ" in waiting.text
    assert 'name="decision"' not in waiting.text
    client = house.client(CHAIR)
    shown = page(client, plan(number, "/approval")).sound()
    assert "2.400.000" in shown.text and "không phát sinh" in shown.text
    assert "decision" not in shown.values  # nothing is chosen beforehand
    assert "father" not in shown.values["sent_to"] and "bị cho là gây tổn hại" in shown.text
    assert client.post(plan(number, "/approval"), data=shown.filled(do="look")).status_code == 422
    told = shown.filled(decision="approve", number="128/QĐ-UBND", effective_on="18/11/2026", do="look")
    answer = client.post(plan(number, "/approval"), data=told)
    assert answer.status_code == 409 and "vì sao gửi" in answer.text
    told = {**told, "explanation-alleged-parent": EXPLAINED["alleged-parent"]}
    confirm = Page(client.post(plan(number, "/approval"), data=told).text).sound()
    assert (
        "Không thể thu hồi" in confirm.text
        and "128/QĐ-UBND" in confirm.text
        and "2.400.000 đồng" in confirm.text
    )
    back = Page(client.post(plan(number, "/approval"), data=confirm.filled(do="back")).text).sound()
    assert back.values["number"] == ["128/QĐ-UBND"] and back.values["decision"] == ["approve"]
    assert "Ghi là nơi nhận" in confirm.text and "Phần mềm không gửi gì" in confirm.text
    for _click in range(2):
        assert client.post(plan(number, "/approval"), data=confirm.filled(do="issue")).status_code == 303
    shown = page(house.client(OFFICER), plan(number)).sound()
    assert "Kế hoạch đã duyệt ngày 18/11" in shown.text and "Sửa kế hoạch đã duyệt" in shown.text


def test_given_back_opens_with_comments_at_the_rows(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    handed_in(house, number)
    client = house.client(CHAIR)
    shown = page(client, plan(number, "/approval"))
    empty = client.post(plan(number, "/approval"), data=shown.filled(decision="return", do="look"))
    assert empty.status_code == 409 and "Ghi chỗ cần sửa" in empty.text
    row = next(name for name in shown.values if name.startswith("comment-"))
    told = shown.filled(decision="return", reason="Thiếu hỗ trợ bà ngoại", do="look", **{row: "Nói rõ ngày"})
    assert client.post(plan(number, "/approval"), data=told).status_code == 303
    opened = page(house.client(OFFICER), plan(number)).sound()
    assert "Thiếu hỗ trợ bà ngoại" in opened.text and "Nói rõ ngày" in opened.text
    papers = {f"explanation-{code}": said for code, said in NO_PAPERS.items()}
    told = opened.filled(why="Đã sửa", do="hand_in", **papers)
    assert house.client(OFFICER).post(plan(number), data=told).status_code == 303
    again = page(client, plan(number, "/approval")).sound()
    assert "Thay đổi so với bản đã trả lại ngày 18/11" in again.text and "2 dịch vụ không đổi" in again.text
    first = page(client, plan(number, "/versions/1/1")).sound()
    assert "Nói rõ ngày" in first.text


def test_a_change_shows_the_void_approval_and_what_changed(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    client = house.client(OFFICER)
    shown = page(client, plan(number, "/change")).sound()
    assert "phê duyệt không còn hiệu lực" in shown.text
    untouched = client.post(plan(number, "/change"), data=shown.filled(do="change"))
    assert untouched.status_code == 409
    told = shown.filled(why_changed="Thêm tiền đi lại", services__0__cost="500.000", do="change")
    assert client.post(plan(number, "/change"), data=told).status_code == 303
    for address in (plan(number), f"/cases/{number}/services", f"/cases/{number}/review"):
        text = page(client, address).sound().text
        assert "không còn hiệu lực" in text and "500.000 đồng" in text and "128/QĐ-UBND" in text
    assert client.get(plan(number, "/change")).status_code == 404


def test_the_diary_takes_an_entry_on_one_screen(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    address = f"/cases/{number}/services"
    client = house.client(OFFICER)
    shown = page(client, address).sound()
    assert shown.values["happened_on"] == ["18/11/2026"]
    service = re.findall(r'name="service" type="radio" value="(\w+)"', shown.text)[1]
    told = shown.filled(
        service=service,
        seen="yes",
        alone="yes",
        changed="Trẻ ngủ ngon hơn",
        promise="Mang sách vở",
        promise_on="24/11/2026",
    )
    sent = client.post(address, data=told)
    assert sent.status_code == 303 and "Đã ghi." in page(client, sent.location).text
    assert client.post(address, data=told).status_code == 303  # sent twice over a weak line
    noted = page(client, address).sound()
    assert noted.text.count("Trẻ ngủ ngon hơn") == 1 and "Tuần 16/11 đến 22/11" in noted.text
    kept = re.search(r'action="([^"]+/kept)"', noted.text)
    assert kept is not None and client.post(kept[1]).status_code == 303
    assert "đã làm" in page(client, address).text
    wrong = client.post(address, data={**told, "form_id": "", "promise_on": ""})
    assert wrong.status_code == 409 and "Ghi ngày sẽ làm xong" in wrong.text
    assert Page(wrong.text).sound().values["promise"] == ["Mang sách vở"]


def test_a_missed_start_is_amber(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    house.clock.move(timedelta(days=5))
    text = page(house.client(OFFICER), f"/cases/{number}/services").sound().text
    assert "đã qua ngày bắt đầu" in text and 'class="tag amber"' in text and 'class="tag red"' not in text


@pytest.mark.parametrize("address", ["/plan", "/plan/approval", "/services", "/plan/versions/1/1"])
def test_who_may_look(house: HouseUnderTest, address: str) -> None:
    number = a_case_carried_out(house)
    at = f"/cases/{number}{address}"
    assert house.client(OFFICER).get(at).status_code == 200
    assert house.client(Role.PROVINCE_SUPERVISOR).get(at).status_code == 200
    assert house.client(OFFICER, THAT_KHE).get(at).status_code == 404
    for role in (Role.STATISTICIAN, Role.INSPECTOR, Role.ADMIN, Role.HOTLINE_OPERATOR, Role.SERVICE_PROVIDER):
        assert house.client(role).get(at).status_code == 403
    assert house.app.test_client().get(at).status_code == 303


def test_every_page_in_english(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    client = house.client(OFFICER)
    client.set_cookie("lang", "en")
    for address in ("/plan", "/plan/change", "/plan/approval", "/services", "/review", "/closure"):
        text = page(client, f"/cases/{number}{address}").sound().text
        assert "Lưu nháp" not in text and 'lang="en"' in text


def test_a_case_without_a_plan_says_so(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.CARRYING_OUT)
    client = house.client(OFFICER)
    assert "Chưa có kế hoạch" in page(client, plan(number)).sound().text
    assert "Nhật ký được ghi khi" in page(client, f"/cases/{number}/services").sound().text
    assert client.get(plan(number, "/approval")).status_code == 404


def test_a_file_from_elsewhere_that_waits_without_a_plan_is_not_stuck(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.APPROVING)
    client = house.client(CHAIR)
    shown = page(client, plan(number, "/approval")).sound()
    assert "không kèm kế hoạch" in shown.text
    bare = client.post(plan(number, "/approval"), data=shown.filled())
    assert bare.status_code == 409 and "Ghi chỗ cần sửa" in bare.text
    assert client.post(plan(number, "/approval"), data=shown.filled(reason="Lập kế hoạch")).status_code == 303
    assert "Thêm dịch vụ" in page(house.client(OFFICER), plan(number)).sound().text


def test_on_a_phone_the_checks_come_before_the_decision(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    handed_in(house, number)
    text = page(house.client(CHAIR), plan(number, "/approval")).sound().text
    assert 'class="phone flow"' in text
    assert text.index("Kiểm tra trước khi duyệt") < text.index('name="decision"')


def test_an_empty_plan_has_no_ticks_for_what_cannot_be_asked_yet(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    text = page(house.client(OFFICER), plan(number)).sound().text
    assert (
        "Ngày kết thúc sau ngày bắt đầu" not in text
        and "Không việc nào bắt đầu trước ngày nhận tin" not in text
    )
    assert text.count("“Cháu muốn ở với bà.”") == 1


def test_visits_of_the_standing_plan_are_noted_while_the_next_round_is_planned(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        spine.advance(desk, case, Step.REVIEW_AGAIN)
        case.round += 1
    client, address = house.client(OFFICER), f"/cases/{number}/services"
    shown = page(client, address).sound()
    assert "Nhật ký được ghi khi" not in shown.text
    with house.desk(OFFICER, writing=False) as desk:
        standing = queries.approved(desk, cases.case(desk, number))
        assert standing is not None and standing.content is not None
        service = standing.content.services[0].key
    typed = {"service": service, "happened_on": "18/11/2026", "seen": "yes", "alone": "yes"}
    assert client.post(address, data={**typed, "changed": "Cháu ngủ được"}).status_code == 303
    assert "Cháu ngủ được" in page(client, address).text
