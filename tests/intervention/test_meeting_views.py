"""Pages of meeting and verification, as a browser without script sees them, on both engines."""

from datetime import timedelta

from casemgr.access.roles import Role
from casemgr.cases.terms import Stage
from tests.intervention.plan.pages import Page
from tests.intervention.plan.work import assess
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR
TYPED = {
    "version": "0",
    "held_on": "18/11/2026",
    "held_time": "14:00",
    "place": "Trụ sở xã",
    "presided_by": "Vi Thị Giả",
    "people-0-seat": "chair",
    "people-0-name": "Vi Thị Giả",
    "people-0-came": "yes",
    "people-1-seat": "relative",
    "people-1-name": "Hoàng Thị Giả",
    "people-1-came": "yes",
    "people-2-seat": "school",
    "people-2-organisation": "Trường tiểu học",
    "people-2-came": "no",
    "heard": "before",
    "child_words": "Cháu muốn ở với bà.",
    "opinion_mother": "Đồng ý",
    "measures": "intervention.shelter",
    "minutes": "Chủ tịch nêu vụ việc.",
    "conclusion": "Thống nhất.",
}


def begun(house: HouseUnderTest) -> str:
    number = a_case(house, stage=Stage.PLANNING)
    assess(house, number)
    house.clock.move(timedelta(hours=3))
    return number


def test_minutes_from_the_first_row_to_a_correction(house: HouseUnderTest) -> None:
    number = begun(house)
    client, address = house.client(OFFICER), f"/cases/{number}/meeting"
    assert "Ghi biên bản" in Page(client.get(address).text).sound().text
    blank = Page(client.get(f"{address}/draft").text).sound()
    assert blank.values["people-0-seat"] == ["chair"] and blank.values["child_words"] == [
        "Cháu muốn ở với bà."
    ]
    assert "Lấy từ Mẫu 03" in blank.text
    wider = Page(client.post(f"{address}/draft", data={**TYPED, "do": "add"}).text).sound()
    assert wider.values["people-4-name"] == [""] and wider.values["place"] == ["Trụ sở xã"]
    assert client.post(f"{address}/draft", data={**TYPED, "do": "save"}).status_code == 303
    assert "Viết tiếp biên bản" in client.get(address).text
    kept = Page(client.get(f"{address}/draft").text).sound()
    assert kept.values["version"] == ["1"] and kept.values["people-1-name"] == ["Hoàng Thị Giả"]
    done = client.post(f"{address}/draft", data=kept.filled(do="conclude"))
    assert done.status_code == 303, done.text[-2000:]
    shown = Page(client.get(address).text).sound()
    assert "“Cháu muốn ở với bà.”" in shown.text and "Trường tiểu học" in shown.text
    correction = Page(client.get(f"{address}/1/correction").text).sound()
    typed = correction.filled(minutes="Thêm ý kiến trưởng thôn.", do="conclude")
    assert client.post(f"{address}/1/correction", data=typed).status_code == 409
    typed["why_corrected"] = "Thiếu một ý kiến"
    assert client.post(f"{address}/1/correction", data=typed).status_code == 303
    both = client.get(address).text
    assert "Thêm ý kiến trưởng thôn." in both and "Chủ tịch nêu vụ việc." in both and "Bản 1" in both
    assert client.get(f"{address}/2/correction").status_code == 404


def test_faults_come_back_with_what_was_typed(house: HouseUnderTest) -> None:
    number = begun(house)
    client, address = house.client(OFFICER), f"/cases/{number}/meeting/draft"
    wrong = client.post(address, data={**TYPED, "held_time": "chiều", "do": "conclude"})
    shown = Page(wrong.text).sound()
    assert wrong.status_code == 422 and shown.values["held_time"] == ["chiều"]
    long = client.post(address, data={**TYPED, "people-0-name": "x" * 201, "do": "save"})
    assert long.status_code == 422 and 'href="#people-0-name"' in long.text
    bare = client.post(
        address, data={**TYPED, "conclusion": "", "people-0-seat": "officer", "do": "conclude"}
    )
    shown = Page(bare.text).sound()
    assert bare.status_code == 409 and 'name="explanation-no-chair"' in bare.text
    assert "Ghi kết luận của người chủ trì" in bare.text and shown.values["people-1-name"] == [
        "Hoàng Thị Giả"
    ]
    assert "Chưa ghi cuộc họp nào" in house.client(Role.PROVINCE_SUPERVISOR).get(address[:-6]).text


def test_whoever_is_kept_out_is_said_on_the_form(house: HouseUnderTest) -> None:
    number = begun(house)
    client = house.client(OFFICER)
    assert 'value="Nông Văn Đức"' in client.get(f"/cases/{number}/meeting/draft").text
    typed = {"person": "suspect-s1", "parts": ["meeting", "opinion"], "ground": "Trẻ sợ cha"}
    client.post(f"/cases/{number}/withholding", data=typed)
    form = client.get(f"/cases/{number}/meeting/draft").text
    assert 'value="Nông Văn Đức"' not in form and "Không được dự họp:" in form
    assert 'name="opinion_father"' not in form and "Không hỏi, theo quyết định: Trẻ sợ cha" in form
    asked = {**TYPED, "opinion_father": "Không đồng ý", "do": "conclude"}
    refused = client.post(f"/cases/{number}/meeting/draft", data=asked)
    assert refused.status_code == 409 and "không được hỏi theo quyết định" in refused.text
    assert 'name="opinion_father"' in refused.text


def test_a_check_is_written_down(house: HouseUnderTest) -> None:
    number = begun(house)
    client, address = house.client(OFFICER), f"/cases/{number}/verification"
    blank = Page(client.get(address).text).sound()
    assert "Chưa kiểm tra điều gì" in blank.text and blank.values["checked_time"] == ["15:45"]
    lacking = client.post(address, data=blank.filled(what="Vết bầm"))
    assert lacking.status_code == 409 and "Chọn kết quả" in lacking.text and 'value="Vết bầm"' in lacking.text
    typed = blank.filled(what="Vết bầm", way="visit", with_whom="Trạm y tế", result="confirmed", found="Có")
    for _again in range(2):
        assert client.post(address, data=typed).status_code == 303
    shown = client.get(address).text
    assert shown.count("Đúng như tin báo") == 2 and "Trạm y tế" in shown  # the choice, and one entry
    assert house.client(OFFICER, THAT_KHE).get(address).status_code == 404
    assert 'name="what"' not in house.client(Role.PROVINCE_SUPERVISOR).get(address).text
