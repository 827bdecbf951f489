"""Pages of oversight: the province's overview, the trail, help."""

import re
from datetime import timedelta

import pytest

from casemgr.access.roles import Role
from casemgr.cases.terms import Stage
from casemgr.oversight import queries
from tests.support.factories import KHANG, a_case
from tests.support.house import HouseUnderTest


def test_the_overview_shows_what_ran_out_and_no_childs_name(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    house.clock.move(timedelta(days=14))
    page = house.client(Role.PROVINCE_SUPERVISOR).get("/oversight").get_data(as_text=True)
    assert number in page
    assert "Quá hạn" in page
    assert str(KHANG.name) not in page


def test_the_trail_shows_readings_to_the_inspector_and_no_childs_name(house: HouseUnderTest) -> None:
    number = a_case(house)
    house.client(Role.COMMUNE_OFFICER).get(f"/cases/{number}")
    inspector = house.client(Role.INSPECTOR)
    page = inspector.get("/audit", query_string={"record": number}).get_data(as_text=True)
    assert "case opened" in page
    assert str(KHANG.name) not in page
    assert inspector.get(f"/cases/{number}").status_code == 403


def test_help_names_every_step_with_its_limit(house: HouseUnderTest) -> None:
    page = house.client(Role.SERVICE_PROVIDER).get("/help").get_data(as_text=True)
    assert "Mẫu 02" in page
    assert "12 giờ" in page


def test_what_ran_out_is_counted_in_full_where_the_list_is_cut(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SHOWN", 1)
    first, second = a_case(house, stage=Stage.PLANNING), a_case(house, stage=Stage.PLANNING)
    house.clock.move(timedelta(days=14))
    page = house.client(Role.PROVINCE_SUPERVISOR).get("/oversight").get_data(as_text=True)
    assert (first in page) is not (second in page) and "có thể còn nữa" in page
    assert re.search(r">2<svg.*?<b>Quá hạn luật định", page, re.S)
