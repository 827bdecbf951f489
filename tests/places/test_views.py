"""The look-up of communes: for those who may, with and without script, on any day."""

import pytest

from casemgr.access.permissions import Permission
from casemgr.access.roles import GRANTS, Role
from tests.support.house import HouseUnderTest


def test_an_officer_finds_a_commune(house: HouseUnderTest) -> None:
    client = house.client(Role.COMMUNE_OFFICER)
    shown = client.get("/communes?q=na+sam").get_data(as_text=True)
    assert "Xã Na Sầm" in shown
    assert "06124" in shown
    assert "Tỉnh Lạng Sơn" in shown
    assert "Thị trấn Na Sầm" not in shown
    assert "Thị trấn Na Sầm" in client.get("/communes?q=na+sam&on=2025-06-01").get_data(as_text=True)


def test_fields_get_suggestions(house: HouseUnderTest) -> None:
    answer = house.client(Role.COMMUNE_OFFICER).get("/communes/suggestions?q=thuy+hung")
    assert {"code": "06148", "name": "Xã Thụy Hùng", "province": "Tỉnh Lạng Sơn"} in answer.get_json()


def test_nothing_found_is_said(house: HouseUnderTest) -> None:
    shown = house.client(Role.COMMUNE_OFFICER).get("/communes?q=qqqq")
    assert shown.status_code == 200
    assert "18/11/2026" in shown.get_data(as_text=True)


@pytest.mark.parametrize("day", ["2025-02-30", "hôm qua", "1"])
def test_a_day_that_is_none_is_said_where_it_was_typed(house: HouseUnderTest, day: str) -> None:
    shown = house.client(Role.COMMUNE_OFFICER).get("/communes", query_string={"q": "an", "on": day})
    assert shown.status_code == 422
    assert 'role="alert"' in shown.get_data(as_text=True)
    assert f'value="{day}"' in shown.get_data(as_text=True)
    assert house.client(Role.COMMUNE_OFFICER).get("/communes/suggestions?q=an&on=" + day).get_json() == []


@pytest.mark.parametrize(
    "role", [Role.COMMUNE_OFFICER, Role.STATISTICIAN, Role.INSPECTOR, Role.SERVICE_PROVIDER]
)
def test_who_may_look_up(house: HouseUnderTest, role: Role) -> None:
    unit = "06124" if role is Role.SERVICE_PROVIDER else None
    status = house.client(role, unit).get("/communes?q=an").status_code
    assert (status == 200) == (Permission.PLACE_LOOK_UP in GRANTS[role])
    assert house.app.test_client().get("/communes?q=an").status_code in (302, 303)
