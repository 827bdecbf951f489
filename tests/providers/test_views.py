"""Pages of the directory, as a browser without script sees them, on both engines."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from casemgr.access.roles import Role
from casemgr.core.errors import RuleBroken
from casemgr.providers import actions, queries
from casemgr.providers.terms import Fit, Wanted
from tests.intervention.plan.pages import Page
from tests.providers.directory import CENTRE, a_provider, as_typed, joined
from tests.support.house import ELSEWHERE, LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

OFFICER, SUPERVISOR = Role.COMMUNE_OFFICER, Role.PROVINCE_SUPERVISOR


def test_an_entry_is_made_found_and_read(house: HouseUnderTest) -> None:
    client = house.client(OFFICER)
    assert Page(client.get("/providers/new").text).sound().values["areas"][0].startswith("06124")
    made = client.post("/providers/new", data=as_typed())
    assert made.status_code == 303
    shown = Page(client.get(made.location).text).sound()
    assert (
        "Nhà tạm lánh Hoa Đào" in shown.text and "cả ngày đêm" in shown.text and "chỉ trẻ gái" in shown.text
    )
    listed = Page(client.get("/providers").text).sound()
    assert "Nhà tạm lánh Hoa Đào" in listed.text
    boys = Page(client.get("/providers?sex=male&age=9").text).sound()
    assert "Không phù hợp: 1" in boys.text and "chỉ nhận trẻ gái" in boys.text
    assert "Ghi tuổi bằng số nguyên" in client.get("/providers?age=chín").text
    assert "No commune" not in client.get("/providers?unit=Khôngcóxãnày").text


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"name": ""}, 409, "Ghi tên nơi cung cấp."),
        ({"services": []}, 409, "Chọn ít nhất một dịch vụ."),
        ({"areas": "xã không có thật"}, 422, "xã không có thật"),
        ({"email": "không phải thư"}, 422, "Ghi thư điện tử như"),
        ({"day_and_night": "", "opens": "25h"}, 422, "Ghi giờ như trên đồng hồ"),
        ({"since": "31/2/2026"}, 422, "Ghi ngày như 20/11/2026."),
        ({"youngest": "90"}, 422, "từ 0 đến 25"),
    ],
)
def test_what_cannot_be_read_is_named_and_kept(
    house: HouseUnderTest, changes: dict[str, object], status: int, said: str
) -> None:
    typed = {key: value for key, value in as_typed(**changes).items() if value != ""}
    answer = house.client(OFFICER).post("/providers/new", data=typed)
    shown = Page(answer.text).sound()
    assert answer.status_code == status and said in shown.text
    assert shown.values["phone"] == ["0205 111 1111"]
    with house.maintenance(writing=False) as desk:
        assert not queries.who_can(desk, Wanted())


def test_a_change_holds_from_its_day_and_the_past_stays(house: HouseUnderTest) -> None:
    key = a_provider(house)
    client = house.client(OFFICER)
    form = Page(client.get(f"/providers/{key}/edit").text).sound()
    told = form.filled(name="Tên mới (giả định)", since="1/12/2026")
    assert client.post(f"/providers/{key}/edit", data=told).status_code == 303
    with house.maintenance(writing=False) as desk:
        assert queries.entry(desk, key).listing.name == CENTRE.name  # type: ignore[union-attr]
        later = queries.entry(desk, key, date(2026, 12, 1))
        assert later is not None and later.listing.name == "Tên mới (giả định)"
        assert queries.entry(desk, key, date(2025, 12, 31)) is None
        assert len(queries.versions(desk, queries.provider(desk, key))) == 2
    early = client.post(f"/providers/{key}/edit", data={**told, "since": "1/6/2026", "name": "Khác"})
    assert early.status_code == 409 and "muộn hơn" in early.text
    assert client.post(f"/providers/{key}/edit", data=told).status_code == 303  # twice is once
    with house.maintenance(writing=False) as desk:
        assert len(queries.versions(desk, queries.provider(desk, key))) == 2


def test_an_ended_entry_is_found_no_more(house: HouseUnderTest) -> None:
    key = a_provider(house)
    client = house.client(OFFICER)
    assert client.post(f"/providers/{key}/end", data={"ended_on": "17/11/2026"}).status_code == 303
    assert CENTRE.name not in client.get("/providers").text
    assert "đã ngừng" in client.get(f"/providers/{key}").text
    again = client.post(f"/providers/{key}/end", data={"ended_on": "18/11/2026"})
    assert again.status_code == 409


def test_only_the_keeper_and_its_province_change_an_entry(house: HouseUnderTest) -> None:
    key = a_provider(house)
    for unit in (THAT_KHE, ELSEWHERE):
        client = house.client(OFFICER, unit)
        assert client.get(f"/providers/{key}").status_code == 200
        told = Page(client.get(f"/providers/{key}/edit").text).filled(name="Bị sửa")
        assert client.post(f"/providers/{key}/edit", data=told).status_code == 409
    with house.desk(SUPERVISOR) as desk:
        provider = queries.provider(desk, key)
        new = replace(CENTRE, note="tỉnh đã kiểm tra")
        units = [house.unit_id(LANG_SON)]
        actions.change(desk, provider, listing=new, unit_ids=units, nation=False, since=date(2026, 11, 18))
    assert house.client(Role.COMMUNE_CHAIR).get(f"/providers/{key}/edit").status_code == 403
    assert house.client(Role.SERVICE_PROVIDER).get("/providers").status_code == 403
    assert house.client(OFFICER).get(f"/providers/{uuid4()}").status_code == 404


def test_a_province_serves_its_communes_and_nobody_beyond(house: HouseUnderTest) -> None:
    a_provider(house)
    commune = a_provider(house, replace(CENTRE, name="Trạm y tế (giả định)"), units=(NA_SAM,))
    nation = a_provider(house, replace(CENTRE, name="Cả nước (giả định)"), units=(), nation=True)
    with house.maintenance(writing=False) as desk:
        here = queries.who_can(desk, Wanted("psychology", 9), house.unit_id(NA_SAM))
        beside = queries.who_can(desk, Wanted("psychology", 9), house.unit_id(THAT_KHE))
        far = queries.who_can(desk, Wanted("psychology", 9), house.unit_id(ELSEWHERE))
    assert len(here) == 3 and all(one.verdict.fit is Fit.YES for one in here)
    assert commune not in {one.id for one in beside} and len(beside) == 2
    assert [one.id for one in far] == [nation]
    assert here[-1].id == nation, "what is near comes first"


def test_accounts_are_joined_and_leave(house: HouseUnderTest) -> None:
    key = a_provider(house)
    account, _ = house.hire(Role.SERVICE_PROVIDER)
    client = house.client(OFFICER)
    shown = Page(client.get(f"/providers/{key}").text).sound()
    assert str(account) in shown.text
    assert client.post(f"/providers/{key}/members", data={"account": str(account)}).status_code == 303
    twice = client.post(f"/providers/{key}/members", data={"account": str(account)})
    assert twice.status_code == 409
    assert client.post(f"/providers/{key}/members", data={"account": "x"}).status_code == 409
    with house.maintenance(writing=False) as desk:
        (person,) = queries.members(desk, queries.provider(desk, key))
    assert client.post(f"/providers/{key}/members/{person.id}/end").status_code == 303
    assert client.post(f"/providers/{key}/members/{uuid4()}/end").status_code == 404
    with house.maintenance(writing=False) as desk:
        assert not queries.members(desk, queries.provider(desk, key))


def test_an_officer_of_another_place_joins_nobody(house: HouseUnderTest) -> None:
    key = a_provider(house)
    officer, _ = house.hire(OFFICER)
    with pytest.raises(RuleBroken), house.desk(OFFICER) as desk:
        actions.join(desk, queries.provider(desk, key), account_id=officer)  # no service provider
    with pytest.raises(RuleBroken):
        account, _ = house.hire(Role.SERVICE_PROVIDER)
        with house.desk(OFFICER, THAT_KHE) as desk:
            actions.join(desk, queries.provider(desk, key), account_id=account)
    assert joined(house, key)
