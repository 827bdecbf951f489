"""The pages of alternative care: a commune's register and the course of one child, as a browser without script sees them."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.intervention.care import queries
from casemgr.intervention.care.terms import CareForm, CarerKind, EntryKind, State
from casemgr.proceedings import actions as proceedings
from casemgr.proceedings.terms import Body, Sanction
from casemgr.proceedings.terms import Person as Against
from tests.intervention.care import work
from tests.intervention.plan.pages import Page
from tests.support.factories import a_case
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

TODAY = date(2026, 11, 18)
NAMES = ("Lương", "Hoàng Thị")
APPLICATION = {
    "kind": "application",
    "name": "Vi Thị Giả Định",
    "birth-precision": "day",
    "birth-day": "5",
    "birth-month": "3",
    "birth-year": "1984",
    "household": "Vi Văn Giả Định, 1980\nVi Thị Hai (2010)",
    "forms": ["non_kin"],
    "age_from": "5",
    "age_to": "12",
    "health_on": "1/9/2026",
}


def opened(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return Page(answer.text).sound(names=NAMES)


def sent(client: FlaskClient, address: str, **changes: Any) -> Any:
    """Send the form of a page with what it holds and some changes."""
    return client.post(address, data=Page(client.get(address).text).filled(**changes))


def the_placement(house: HouseUnderTest, number: str) -> Any:
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        return queries.placements_of_case(desk, cases.case(desk, number))[0]


def test_an_application_is_registered_checked_and_shown(house: HouseUnderTest) -> None:
    client = house.client(Role.COMMUNE_OFFICER)
    opened(client, "/care")
    first = Page(client.get("/care/carers/new").text).sound().filled(**APPLICATION)
    answer = client.post("/care/carers/new", data=first)
    assert answer.status_code == 303
    assert client.post("/care/carers/new", data=first).location == answer.location
    page = opened(client, answer.location)
    assert "Vi Văn Giả Định (1980)" in page.text and "Chưa xác minh điều kiện" in page.text
    check = Page(client.get(f"{answer.location}/check").text).sound(names=("Vi Thị",))
    assert (
        client.post(f"{answer.location}/check", data=check.filled(**{"answer-housing": "yes"})).status_code
        == 409
    )
    told = check.filled(**{"answer-housing": "yes", "evidence-housing": "nhà xây, 3 phòng"})
    assert client.post(f"{answer.location}/check", data=told).status_code == 303
    assert "nhà xây, 3 phòng" in opened(client, answer.location).text
    listed = opened(client, "/care").text
    assert "Vi Thị Giả Định" in listed and "còn 9 điều kiện" in listed
    quarter = opened(client, "/care/quarter?q=2026-Q4").text
    assert "Vi Thị Giả Định" in quarter and "Quý IV/2026" in quarter
    assert client.get("/care/quarter?q=never").status_code == 404


def test_a_registration_is_corrected_and_ended(house: HouseUnderTest) -> None:
    carer = work.a_carer(house)
    client = house.client(Role.COMMUNE_OFFICER)
    address = f"/care/carers/{carer}"
    assert sent(client, f"{address}/edit", phone="0900 123 456").status_code == 303
    assert "0900 123 456" in opened(client, address).text
    wrong = sent(client, f"{address}/edit", name="", phone="0900 999 999")
    assert wrong.status_code == 409 and "Ghi họ tên" in wrong.text and "0900 999 999" in wrong.text
    assert sent(client, f"{address}/end", why="").status_code == 422
    assert sent(client, f"{address}/end", why="Chuyển đi").status_code == 303
    assert "Chuyển đi" in opened(client, address).text
    assert "Lương" not in client.get("/care").text and "Lương" in client.get("/care?show=all").text


def test_mistakes_keep_what_was_typed_and_store_nothing(house: HouseUnderTest) -> None:
    client = house.client(Role.COMMUNE_OFFICER)
    told = Page(client.get("/care/carers/new").text).filled(**{**APPLICATION, "health_on": "mới đây"})
    unread = client.post("/care/carers/new", data=told)
    assert unread.status_code == 422 and 'value="mới đây"' in unread.text
    told = {**told, "health_on": "1/1/2026"}
    old = client.post("/care/carers/new", data=told)
    assert old.status_code == 409 and 'name="explanation-health"' in old.text
    assert "Vi Thị Hai (2010)" in old.text
    assert "Vi Thị" not in client.get("/care").text
    assert client.post("/care/carers/new", data={**told, "explanation-health": "Hẹn khám"}).status_code == 303


def test_the_whole_course_on_the_pages(house: HouseUnderTest) -> None:
    number = a_case(house)
    carer = work.a_carer(house)
    officer, chair = house.client(Role.COMMUNE_OFFICER), house.client(Role.COMMUNE_CHAIR)
    here = f"/cases/{number}/care"
    assert "Lập hồ sơ" in opened(officer, here).text
    opened(officer, f"{here}/profile")
    profile = {
        "reason": "without_parents",
        "child_says": "Cháu muốn ở với bà.",
        "family": "Bà ngoại nhận",
        "contact": "Thăm mộ cha mẹ",
        "photo_on": "1/11/2026",
    }
    assert sent(officer, f"{here}/profile", **profile).status_code == 303
    assert "“Cháu muốn ở với bà.”" in opened(officer, here).text
    opened(officer, f"{here}/choose")
    nothing = sent(officer, f"{here}/choose")
    assert nothing.status_code == 422 and "Chọn hình thức" in nothing.text
    choice = {
        "form": "kin",
        "carer": str(carer),
        "rank": "kin",
        "relation": "bà ngoại",
        "consent": "given",
        "consent_by": "mẹ",
        "consent_on": "17/11/2026",
    }
    assert sent(officer, f"{here}/choose", **choice).status_code == 303
    place = the_placement(house, number)
    assert "chờ quyết định" in opened(officer, here).text
    decision = f"{here}/{place.id}/decision"
    opened(chair, decision)
    refused = sent(officer, decision, number="5/QĐ", authority="commune_chair")
    assert refused.status_code == 409 and "Chủ tịch xã quyết định ngay tại đây" in refused.text
    assert sent(chair, decision, number="5/QĐ-UBND").status_code == 303
    assert chair.get(decision).status_code == 404
    handing = f"{here}/{place.id}/handing"
    opened(officer, handing)
    assert sent(officer, handing, present="").status_code == 409
    assert sent(officer, handing, present="Bà ngoại, cán bộ").status_code == 303
    page = opened(officer, here).text
    assert "Đến thăm trẻ" in page and "18/12" in page
    visit = f"{here}/{place.id}/write/visit"
    opened(officer, visit)
    told = {"seen": "yes", "danger": "yes", "note": "Có vết bầm mới"}
    assert sent(officer, visit, **told).status_code == 303
    assert "Chuyển trẻ đi ngay" in opened(officer, here).text
    listed = opened(officer, "/care").text
    assert "Khang, 9 tuổi" in listed and "Nông Minh" not in listed and "Đến thăm trẻ" in listed
    assert "Lần theo dõi gần nhất cho thấy" in listed
    end = f"{here}/{place.id}/end"
    opened(officer, end)
    harm = {"do": "remove", "end_reason": "carer_harmed", "why": "Bị đánh", "goes_to": "Nhà tạm lánh"}
    assert sent(officer, end, **harm).status_code == 303
    assert 'href="/reports/new"' in opened(officer, here).text
    assert sent(chair, end, do="confirm", number="6/QĐ-UBND").status_code == 303
    assert the_placement(house, number).state is State.ENDED


def test_somebody_on_record_for_child_abuse_is_seen_and_blocks(house: HouseUnderTest) -> None:
    other = a_case(house)
    fine = Sanction(
        "vp22.1.a", "fine", number="12/QĐ", day=TODAY, body=Body("commune_chair"), amount=15_000_000
    )
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        against = Against(None, "Lương Văn Giả Định", 1959)
        proceedings.record(
            desk,
            cases.case(desk, other),
            said=proceedings.Said(against, fine),
            explanations=dict.fromkeys(("unknown-person", "amount", "not-suspect"), "theo quyết định"),
        )
    carer = work.a_carer(house, checked=False)
    client = house.client(Role.COMMUNE_OFFICER)
    page = opened(client, f"/care/carers/{carer}/check")
    assert "trùng tên và năm sinh" in page.text
    number = work.a_child(house)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        facts = queries.choice_facts(
            desk,
            cases.case(desk, number),
            form=work.CareForm.KIN,
            choice=work.replace(work.CHOICE, carer=work.GRANDMOTHER),
            urgent=False,
            carer_id=carer,
        )
    assert [one.name for one in facts.hits] == ["Lương Văn Giả Định"]
    choice = {
        "form": "kin",
        "carer": str(carer),
        "rank": "kin",
        "consent": "given",
        "consent_by": "mẹ",
        "consent_on": "17/11/2026",
    }
    answer = sent(client, f"/cases/{number}/care/choose", **choice)
    assert answer.status_code == 409 and "Không được giao trẻ cho gia đình này" in answer.text


@pytest.mark.parametrize("kind", list(EntryKind))
def test_every_page_of_what_is_written_down_opens(house: HouseUnderTest, kind: EntryKind) -> None:
    number, placement = work.in_care(house)
    client = house.client(Role.COMMUNE_OFFICER)
    opened(client, f"/cases/{number}/care/{placement}/write/{kind.value}")
    assert client.get(f"/cases/{number}/care/{placement}/write/nothing").status_code == 404


def test_turning_sixteen_comes_up_before_the_day(house: HouseUnderTest) -> None:
    number, _placement = work.in_care(house)
    client = house.client(Role.COMMUNE_OFFICER)
    assert "Trẻ đủ 16 tuổi vào" not in client.get(f"/cases/{number}/care").text
    house.clock.move(timedelta(days=(date(2032, 12, 20) - TODAY).days))
    client = house.client(Role.COMMUNE_OFFICER)
    assert "Trẻ đủ 16 tuổi vào 14/3/2033" in opened(client, f"/cases/{number}/care").text
    assert "Trao đổi việc trẻ sắp đủ 16 tuổi" in opened(client, "/care").text


def test_who_may_read_who_may_write(house: HouseUnderTest) -> None:
    number, placement = work.in_care(house)
    carer = the_placement(house, number).carer_id
    supervisor = house.client(Role.PROVINCE_SUPERVISOR)
    page = opened(supervisor, f"/cases/{number}/care").text
    assert "Chấm dứt chăm sóc thay thế" not in re.sub(r"<nav.*?</nav>", "", page, flags=re.S)
    assert supervisor.get(f"/cases/{number}/care/choose").status_code == 403
    assert supervisor.get(f"/care/carers/{carer}").status_code == 200
    stranger = house.client(Role.COMMUNE_OFFICER, THAT_KHE)
    for address in (
        f"/cases/{number}/care",
        f"/cases/{number}/care/{placement}/end",
        f"/care/carers/{carer}",
        f"/care/carers/{carer}/check",
    ):
        assert stranger.get(address).status_code == 404
    assert house.client(Role.STATISTICIAN).get("/care").status_code == 403
    assert house.client(Role.SOCIAL_WORKER).get("/care").status_code == 200
    assert house.client(Role.SOCIAL_WORKER).get("/care/carers/new").status_code == 403


def test_nothing_sent_and_nothing_known_is_answered_plainly(swept: HouseUnderTest) -> None:
    """Every address of the room, empty-handed: an answer that says something, never a fault."""
    house = swept
    number, placement = work.in_care(house)
    carer = the_placement(house, number).carer_id
    known = {"number": number, "placement_id": str(placement), "carer_id": str(carer), "what": "visit"}
    unknown = {**known, "placement_id": str(carer), "carer_id": str(placement)}
    for role in (Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR, Role.SOCIAL_WORKER):
        client = house.client(role)
        client.set_cookie("lang", "en")
        for rule in house.app.url_map.iter_rules():
            if not rule.endpoint.startswith("care."):
                continue
            for method in (rule.methods or set()) & {"GET", "POST"}:
                for values in (known, unknown):
                    address = re.sub(
                        r"<(?:\w+:)?(\w+)>", lambda found, told=values: told[found[1]], rule.rule
                    )
                    answer = client.open(address, method=method)
                    assert answer.status_code in (200, 303, 403, 404, 409, 422), (address, method, role)


def test_a_list_that_is_cut_says_so_and_an_official_list_is_never_cut(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.a_carer(house)
    client, says = house.client(Role.COMMUNE_OFFICER), "có thể còn nữa"
    assert says not in client.get("/care").text
    monkeypatch.setattr(queries, "MOST", 1)
    work.a_carer(house, work.FAMILY, kind=CarerKind.APPLICATION)
    page = client.get("/care").text
    assert says in page and "Chỉ hiện 1 dòng đầu" in page
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert len(queries.register(desk)) == 1
        assert len(queries.quarter_list(desk, house.unit_id(NA_SAM), "2026-Q4").rows) == 2


def test_the_list_of_children_in_facilities_is_of_one_commune(house: HouseUnderTest) -> None:
    number = work.a_child(house, separated=True)
    choice = replace(work.CHOICE, rank=None, facility="Trung tâm bảo trợ giả định", relation=None)
    placement = work.proposed(house, number, None, form=CareForm.FACILITY, choice=choice)
    work.decided(house, number, placement, authority="court")
    work.given(house, number, placement, TODAY)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        ((place, card),) = queries.in_facilities(desk, house.unit_id(NA_SAM))
        assert (place.id, card.name) == (placement, "Nông Minh Khang")
        assert not queries.in_facilities(desk, house.unit_id(THAT_KHE))
