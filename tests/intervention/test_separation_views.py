"""Pages of separation and withholding, as a browser without script sees them, on both engines."""

from datetime import timedelta

from flask.testing import FlaskClient

from casemgr.access.roles import Role
from casemgr.cases.terms import Stage
from tests.intervention.plan.pages import Page
from tests.intervention.separating import PLACE, handed_in, separated, signed
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR
TYPED = {
    "version": "0",
    "ground": "harm_goes_on",
    "reasons": "Bị đánh nhiều lần",
    "place": PLACE,
    "carer_kind": "relative",
    "carer_name": "Hoàng Thị Giả",
    "carer_relation": "bà ngoại",
    "starts_on": "18/11/2026",
    "starts_time": "14h",
    "days": "15",
}
SIGNED = {
    "version": "1",
    "decision": "sign",
    "number": "07/QĐ",
    "signed_on": "18/11/2026",
    "signed_time": "14:30",
}


def page(client: FlaskClient, number: str, more: str = "", status: int = 200) -> Page:
    answer = client.get(f"/cases/{number}/separation{more}")
    assert answer.status_code == status, answer.text[:400]
    return Page(answer.text).sound(names=("Hoàng", "Giả"))


def send(client: FlaskClient, number: str, more: str, data: dict[str, str], status: int) -> Page:
    answer = client.post(f"/cases/{number}/separation{more}", data=data)
    assert answer.status_code == status, answer.text[-3000:]
    return Page(answer.text if status != 303 else "<h1><title></title>")


def begun(house: HouseUnderTest) -> str:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    return number


def test_from_draft_to_signature(house: HouseUnderTest) -> None:
    number = begun(house)
    officer, chair = house.client(OFFICER), house.client(CHAIR)
    assert "Soạn quyết định" in page(officer, number).text
    assert "Soạn quyết định" not in page(chair, number).text
    blank = page(officer, number, "/draft")
    assert blank.values["starts_on"] == ["18/11/2026"] and blank.values["starts_time"] == ["14:45"]
    assert "thứ Năm 3/12/2026" in blank.text and "Còn 10 giờ 00 phút" in blank.text
    looked = send(officer, number, "/draft", {**TYPED, "do": "check"}, 200).sound()
    assert "15 ngày, đến hết thứ Năm 3/12/2026" in looked.text and looked.values["place"] == [PLACE]
    send(officer, number, "/draft", {**TYPED, "do": "save"}, 303)
    again = page(officer, number, "/draft")
    assert again.values["version"] == ["1"] and again.values["place"] == [""] and PLACE not in again.text
    send(officer, number, "/draft", {**TYPED, "version": "1", "place": "", "do": "hand_in"}, 303)
    waiting = page(officer, number)
    assert "Dự thảo đang chờ Chủ tịch" in waiting.text and PLACE not in waiting.text
    before = page(chair, number, "/decision")
    assert PLACE not in before.text and 'name="number"' in before.text
    assert 'name="number"' not in page(officer, number, "/decision").text
    version = before.values["version"][0]
    send(chair, number, "/decision", {**SIGNED, "version": version}, 303)
    done = page(chair, number)
    assert "Ngày bắt đầu, không tính vào 15 ngày." in done.text and "trong 12 giờ" in done.text
    assert (
        "Gia hạn" in done.text
        and "Hủy cách ly" in done.text
        and "Đồng hồ can thiệp khẩn cấp vẫn chạy" in done.text
    )
    assert "Gia hạn" not in page(officer, number).text


def test_faults_are_named_and_what_was_typed_stays(house: HouseUnderTest) -> None:
    number = begun(house)
    officer = house.client(OFFICER)
    wrong = {**TYPED, "starts_time": "chiều", "days": "mười", "do": "hand_in"}
    shown = send(officer, number, "/draft", wrong, 422).sound()
    assert shown.values["starts_time"] == ["chiều"] and shown.values["days"] == ["mười"]
    assert "Ghi giờ như trên đồng hồ" in shown.text and shown.values["place"] == [PLACE]
    lacking = send(
        officer, number, "/draft", {**TYPED, "ground": "", "days": "16", "do": "hand_in"}, 409
    ).sound()
    assert "Chọn căn cứ theo Điều 32" in lacking.text and "từ 1 đến 15" in lacking.text
    assert lacking.values["reasons"] == ["Bị đánh nhiều lần"] and lacking.values["days"] == ["16"]
    ahead = {**TYPED, "starts_on": "21/11/2026", "do": "hand_in"}
    asked = send(officer, number, "/draft", ahead, 409).sound()
    assert 'name="explanation-starts-late"' in asked.text
    send(officer, number, "/draft", {**ahead, "explanation-starts-late": "Đang ở trạm y tế"}, 303)


def test_the_chair_gives_back_and_sees_what_stands_against_signing(house: HouseUnderTest) -> None:
    number = begun(house)
    handed_in(house, number)
    chair, officer = house.client(CHAIR), house.client(OFFICER)
    none = send(chair, number, "/decision", {**SIGNED, "decision": ""}, 422).sound()
    assert "Chọn: ký, hoặc trả lại" in none.text and none.values["number"] == ["07/QĐ"]
    late = send(chair, number, "/decision", {**SIGNED, "signed_time": "15:00"}, 409).sound()
    assert "Lúc ký còn ở phía trước" in late.text
    send(chair, number, "/decision", {"version": "1", "decision": "return", "reason": "Ghi rõ nơi ở"}, 303)
    assert "Ghi rõ nơi ở" in page(officer, number).text
    assert "Ghi rõ nơi ở" in page(officer, number, "/draft").text
    assert "Đã ghi và đang ẩn" in page(officer, number, "/draft").text


def test_every_turn_has_its_page(house: HouseUnderTest) -> None:
    number = separated(house, days=10)
    chair, officer = house.client(CHAIR), house.client(OFFICER)
    for turn in ("/extension", "/lifting", "/court"):
        page(chair, number, turn)
    page(officer, number, "/assessment")
    more = {"days": "9", "reason": "Chưa an toàn", "number": "8", "on": "18/11/2026"}
    beyond = send(chair, number, "/extension", more, 409).sound()
    assert "tổng cộng 15 ngày" in beyond.text and beyond.values["days"] == ["9"]
    send(chair, number, "/extension", {**more, "days": "5"}, 303)
    assert "Đã gia hạn" in page(chair, number).text
    lifted = {"reason": "Cha đi xa", "to_whom": "mẹ đẻ", "number": "9", "on": "18/11/2026"}
    assert 'name="explanation-no-form-03"' in send(chair, number, "/lifting", lifted, 409).sound().text
    court = {"court_name": "Tòa án khu vực 5", "reason": "Hạn chế quyền", "number": "1", "on": "18/11/2026"}
    shown = send(chair, number, "/court", court, 409).sound()
    assert 'name="explanation-early-court"' in shown.text and "Chưa đối chiếu bản chính" in shown.text
    send(chair, number, "/court", {**court, "explanation-early-court": "Cha đe dọa"}, 303)
    assert "Tòa án nhân dân khu vực" in page(chair, number).text
    outcome = page(officer, number, "/court")
    assert outcome.values["about"] == ["outcome"]
    told = {
        "about": "outcome",
        "outcome": "granted",
        "decided": "Chấp nhận",
        "number": "5",
        "on": "18/11/2026",
    }
    send(officer, number, "/court", told, 303)
    assert "Đã kết thúc" in page(officer, number).text


def test_the_assessment_on_the_last_day(house: HouseUnderTest) -> None:
    number = separated(house, days=2)
    officer = house.client(OFFICER)
    assert "/assessment" not in page(officer, number).text
    house.clock.move(timedelta(days=2))
    officer = house.client(OFFICER)
    assert "/separation/assessment" in page(officer, number).text
    found = {"on": "20/11/2026", "reason": "Ổn định", "conclusion": "home"}
    lacking = send(officer, number, "/assessment", found, 409).sound()
    assert "Ghi trẻ được giao lại cho ai" in lacking.text
    send(officer, number, "/assessment", {**found, "to_whom": "mẹ", "conditions": "Thăm hằng tuần"}, 303)
    assert "Trẻ về gia đình" in page(officer, number).text


def test_the_place_is_shown_for_one_view(house: HouseUnderTest) -> None:
    number = separated(house)
    chair = house.client(CHAIR)
    assert PLACE not in page(chair, number).text
    shown = chair.post(f"/cases/{number}/separation/place")
    assert shown.status_code == 200 and PLACE in shown.text
    assert PLACE not in page(chair, number).text
    other = house.client(OFFICER, person=3)
    refused = other.post(f"/cases/{number}/separation/place")
    assert refused.status_code == 422 and PLACE not in refused.text
    given = other.post(f"/cases/{number}/separation/place", data={"reason": "Đưa trẻ đi khám"})
    assert given.status_code == 200 and PLACE in given.text


def test_who_may_look_and_who_may_not(house: HouseUnderTest) -> None:
    number = separated(house)
    supervisor = house.client(Role.PROVINCE_SUPERVISOR)
    assert "Gia hạn" not in page(supervisor, number).text
    assert house.client(CHAIR, THAT_KHE).get(f"/cases/{number}/separation").status_code == 404
    assert house.client(Role.STATISTICIAN).get(f"/cases/{number}/separation").status_code == 403
    for turn in ("extension", "lifting", "decision"):
        address = f"/cases/{number}/separation/{turn}"
        assert house.client(OFFICER).post(address, data={}).status_code == 403
        assert house.client(CHAIR, THAT_KHE).post(address, data={}).status_code == 404
    fresh = begun(house)
    for turn in ("extension", "lifting"):
        assert house.client(CHAIR).get(f"/cases/{fresh}/separation/{turn}").status_code == 404


def test_somebody_is_kept_out_on_the_page(house: HouseUnderTest) -> None:
    number = begun(house)
    client, address = house.client(OFFICER), f"/cases/{number}/withholding"
    shown = Page(client.get(address).text).sound(names=("Đức",))
    assert "Nông Văn Đức" in shown.text and "luật không có ngoại lệ bằng chữ" in shown.text
    bare = client.post(address, data={"person": "suspect-s1"})
    assert bare.status_code == 409 and "Chọn việc nào" in bare.text
    bad = client.post(address, data={"person": "suspect-s1", "parts": "everything", "ground": "x"})
    assert bad.status_code == 422
    typed = {"person": "suspect-s1", "parts": ["meeting", "delivery"], "ground": "Trẻ sợ cha"}
    assert client.post(address, data=typed).status_code == 303
    shown = Page(client.get(address).text).sound()
    assert "đang không được tham gia" in shown.text and "Trẻ sợ cha" in shown.text
    end = shown.text.split(f'action="/cases/{number}/withholding/')[1].split('"')[0]
    empty = client.post(f"{address}/{end}", data={"reason": ""})
    assert empty.status_code == 409 and "Ghi vì sao người này được tham gia lại" in empty.text
    assert client.post(f"{address}/{end}", data={"reason": "Đã khác"}).status_code == 303
    assert "đã kết thúc" in client.get(address).text
    assert 'name="person"' not in house.client(Role.PROVINCE_SUPERVISOR).get(address).text


def test_the_pages_speak_english(house: HouseUnderTest) -> None:
    number = separated(house)
    client = house.client(CHAIR)
    client.set_cookie("lang", "en")
    for more in ("", "/extension", "/lifting", "/court"):
        assert "The" in page(client, number, more).text


def test_a_decision_taken_meanwhile_is_said(house: HouseUnderTest) -> None:
    number = begun(house)
    assert house.client(CHAIR).get(f"/cases/{number}/separation/decision").status_code == 404
    handed_in(house, number)
    signed(house, number)
    late = send(house.client(CHAIR, person=1), number, "/decision", {**SIGNED, "number": "99"}, 409).sound()
    assert "Người khác đã lưu trước" in late.text and "07/QĐ-UBND" in late.text
    for more in ("/draft", "/decision"):
        client = house.client(OFFICER)
        assert client.get(f"/cases/{number}/separation{more}").location == f"/cases/{number}/separation"
