"""Pages of the assessments, as a browser without script sees them."""

import re
from datetime import timedelta

import pytest

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.handovers import actions as handovers
from tests.handovers.test_actions import answer, sent
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest

FILLED = {
    "version": "0",
    "danger": "unclear",
    "carer": "yes",
    "row-M02.A1": "medium",
    "note-M02.A1": "Vết bầm cẳng tay phải",
    "row-M02.A2": "high",
    "row-M02.B1": "low",
    "row-M02.B2": "unknown",
    "verdict": "measures",
    "shelter_what": "Ở tạm nhà người thân tin cậy",
    "care_who": "Trạm y tế xã Na Sầm",
    "go": "check",
}


def url(number: str, form: str = "initial", check: bool = False) -> str:
    return f"/cases/{number}/{form}-assessment{'/check' if check else ''}"


def test_the_danger_stands_last_in_both_tables(house: HouseUnderTest) -> None:
    number = a_case(house)
    text = house.client(Role.COMMUNE_OFFICER).get(url(number)).text
    order = re.findall(r'name="row-M02\.(A1|B1)" value="(\w+)"', text)
    assert order == [
        *(("A1", level) for level in ("low", "medium", "high", "unknown")),
        *(("B1", level) for level in ("high", "medium", "low", "unknown")),
    ]
    assert "Ở đây “Cao” là xấu" in text and "Ở đây “Cao” là tốt" in text
    assert text.count("<h1") == 1


def test_the_second_question_is_filled_from_the_report(house: HouseUnderTest) -> None:
    number = a_case(house)
    text = house.client(Role.COMMUNE_OFFICER).get(url(number)).text
    assert re.search(r'<input checked[^>]*name="carer"[^>]*value="yes"', text)
    assert "Lấy từ Mẫu 01" in text
    assert not re.search(r'<input checked[^>]*name="(danger|verdict)"', text)
    assert "Theo luật, đây là trường hợp khẩn cấp" in text


def test_no_name_in_title_and_no_whereabouts_on_the_page(house: HouseUnderTest) -> None:
    number = a_case(house)
    text = house.client(Role.COMMUNE_OFFICER).get(url(number)).text
    title = re.search(r"<title>(.*?)</title>", text, re.S)
    assert title is not None and "Khang" not in title[1] and number in title[1]
    assert "Bản Tích" not in text and "Nà Tềnh" not in text and "Nông Văn Đức" not in text


def test_save_check_and_send(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    saved = client.post(url(number), data=FILLED)
    assert (saved.status_code, saved.location) == (303, url(number, check=True))
    check = client.get(url(number, check=True)).text
    assert "Vết bầm cẳng tay phải" in check and "Áp dụng biện pháp khẩn cấp" in check
    sent = client.post(url(number, check=True), data={"version": "1"})
    assert (sent.status_code, sent.location) == (303, f"/cases/{number}")
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert cases.case(desk, number).stage == Stage.PROTECTING
    shown = client.get(url(number)).text
    assert "<form" not in shown.partition("<main")[2].partition("</main>")[0].replace('action="/language', "")
    assert "Vết bầm cẳng tay phải" in shown


def test_a_draft_comes_back_with_its_count_and_suggestion(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    saved = client.post(url(number), data={**FILLED, "go": "save"}, follow_redirects=True)
    assert "Đã lưu nháp lúc" in saved.text
    assert "Gợi ý: nguy cơ cao." in saved.text
    assert "Chưa đối chiếu bản chính" in saved.text or "chưa đối chiếu bản chính" in saved.text


def test_a_refusal_against_the_law_is_asked_for_its_reason(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    client.post(url(number), data={**FILLED, "verdict": "no_measures"})
    check = client.get(url(number, check=True)).text
    assert 'name="explanation-against-law"' in check
    refused = client.post(url(number, check=True), data={"version": "1", "explanation-against-law": " "})
    assert refused.status_code == 409
    assert 'name="explanation-against-law"' in refused.text
    sent = client.post(
        url(number, check=True), data={"version": "1", "explanation-against-law": "Cha đã bị tạm giữ"}
    )
    assert sent.status_code == 303


def test_a_form_changed_after_it_was_read_is_not_sent_unread(house: HouseUnderTest) -> None:
    number = a_case(house)
    first, second = house.client(Role.COMMUNE_OFFICER), house.client(Role.COMMUNE_OFFICER, person=1)
    first.post(url(number), data=FILLED)
    second.post(url(number), data={**FILLED, "version": "1", "shelter_what": "Nhà bác"})
    stale = first.post(url(number, check=True), data={"version": "1"})
    assert stale.status_code == 409
    assert "Nhà bác" in stale.text and 'name="version" value="2"' in stale.text


def test_what_is_missing_is_shown_with_the_way_there(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    client.post(url(number), data={"version": "0", "verdict": "no_measures", "go": "check"})
    check = client.get(url(number, check=True)).text
    for field in ("danger", "carer", "A1", "B2"):
        assert f'href="{url(number)}#{field}"' in check
    assert client.post(url(number, check=True), data={"version": "1"}).status_code == 409


def test_both_versions_are_shown_when_somebody_else_saved(house: HouseUnderTest) -> None:
    number = a_case(house)
    first, second = house.client(Role.COMMUNE_OFFICER), house.client(Role.COMMUNE_OFFICER, person=1)
    first.post(url(number), data={**FILLED, "shelter_what": "Nhà bà nội", "go": "save"})
    stale = second.post(url(number), data={**FILLED, "shelter_what": "Nhà bác", "go": "save"})
    assert stale.status_code == 409
    assert "Nhà bà nội" in stale.text and "Nhà bác" in stale.text
    assert 'value="Nhà bác"' in stale.text
    assert 'name="version" value="1"' in stale.text
    again = second.post(url(number), data={**FILLED, "version": "1", "shelter_what": "Nhà bác", "go": "save"})
    assert again.status_code == 303


def test_nothing_typed_is_lost_when_the_form_was_concluded_in_between(house: HouseUnderTest) -> None:
    number = a_case(house)
    first, second = house.client(Role.COMMUNE_OFFICER), house.client(Role.COMMUNE_OFFICER, person=1)
    first.post(url(number), data=FILLED)
    first.post(url(number, check=True), data={"version": "1"})
    late = second.post(url(number), data={**FILLED, "version": "1", "shelter_what": "Nhà bác"})
    assert late.status_code == 409
    assert "Nhà bác" in late.text and "Ở tạm nhà người thân tin cậy" in late.text
    twice = first.post(url(number, check=True), data={"version": "1"})
    assert twice.status_code == 303


def test_danger_seen_later_opens_the_form_again(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.STUDYING)
    client = house.client(Role.COMMUNE_OFFICER)
    assert 'name="verdict"' not in client.get(url(number)).text
    assert 'name="verdict"' in client.get(url(number) + "?again=1").text
    client.post(url(number), data={**FILLED, "danger": "yes"})
    assert client.post(url(number, check=True), data={"version": "1"}).status_code == 303
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert cases.case(desk, number).stage == Stage.PROTECTING


def test_only_who_answers_for_the_case_is_offered_to_assess_again(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    client.post(url(number), data={**FILLED, "verdict": "no_measures", "reason": "Cha đã bị tạm giữ"})
    assert client.post(url(number, check=True), data={"version": "1"}).status_code == 303
    assert "Có nguy hiểm mới: đánh giá lại" in client.get(url(number)).text
    answer(house, handovers.accept, sent(house, number), at=THAT_KHE)
    assert "Có nguy hiểm mới: đánh giá lại" not in client.get(url(number)).text
    there = house.client(Role.COMMUNE_OFFICER, THAT_KHE)
    assert "Có nguy hiểm mới: đánh giá lại" in there.get(url(number)).text


def test_what_cannot_be_read_is_said_at_its_place(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    wrong = client.post(url(number), data={**FILLED, "row-M02.A1": "terrible", "shelter_what": "x" * 201})
    assert wrong.status_code == 422
    assert "Vết bầm cẳng tay phải" in wrong.text
    assert wrong.text.count('class="error"') >= 2


def test_the_full_assessment_from_draft_to_plan(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.STUDYING)
    client = house.client(Role.COMMUNE_OFFICER)
    page = client.get(url(number, "full")).text
    assert "Vết bầm ở cẳng tay phải" in page
    assert "Được bỏ qua theo luật" in page
    rows = {f"row-M03.{side}{n}": "medium" for side in "AB" for n in range(1, 5)}
    texts = {f"content-{letter}": f"Nội dung {letter}" for letter in "abcdđeg"}
    done = {"done-a": "yes", "done-g": "yes"}
    data = {**rows, **texts, **done, "risk": "medium", "services": ["health"], "version": "0", "go": "check"}
    assert client.post(url(number, "full"), data=data).status_code == 303
    draft = client.get(url(number, "full")).text
    assert "đang viết" in draft and "Nội dung g" in draft
    check = client.get(url(number, "full", check=True)).text
    assert "Nội dung đ" in check and "Chăm sóc sức khỏe" in check
    assert client.post(url(number, "full", check=True), data={"version": "1"}).status_code == 303
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert (case.stage, case.risk) == (Stage.PLANNING, "medium")


def test_who_may_only_read_sees_no_form(house: HouseUnderTest) -> None:
    number = a_case(house)
    chair = house.client(Role.COMMUNE_CHAIR)
    page = chair.get(url(number))
    assert page.status_code == 200 and 'name="verdict"' not in page.text
    assert chair.post(url(number), data=FILLED).status_code == 403
    assert chair.get(url(number, check=True)).status_code == 403
    assert house.client(Role.STATISTICIAN).get(url(number)).status_code == 403
    assert house.client(Role.COMMUNE_OFFICER, THAT_KHE).get(url(number)).status_code == 404


@pytest.mark.parametrize("form", ["initial", "full"])
def test_pages_speak_english_completely(house: HouseUnderTest, form: str) -> None:
    number = a_case(house, stage=Stage.ASSESSING if form == "initial" else Stage.STUDYING)
    client = house.client(Role.COMMUNE_OFFICER)
    client.set_cookie("lang", "en")
    text = client.get(url(number, form)).text
    assert "Conclusion" in text and "Kết luận" not in text


def test_the_clock_stands_on_the_page(house: HouseUnderTest) -> None:
    number = a_case(house)
    house.clock.move(timedelta(hours=9))
    text = house.client(Role.COMMUNE_OFFICER).get(url(number)).text
    assert "Còn 3 giờ 00 phút" in text and "due_soon" in text


def test_tables_that_were_not_compared_say_so_where_they_are_filled_in(house: HouseUnderTest) -> None:
    number = a_case(house)
    page = house.client(Role.COMMUNE_OFFICER).get(f"/cases/{number}/initial-assessment").text
    for table in ("table-A", "table-B"):
        section = page[page.index(f'id="{table}"') :]
        assert "chưa đối chiếu bản chính" in section[: section.index("</section>")]
