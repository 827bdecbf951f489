"""Pages of oversight: the province's overview, the trail, help."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.oversight import queries
from casemgr.security.audit import AuditEntry
from tests.support.factories import KHANG, a_case
from tests.support.house import ELSEWHERE, NA_SAM, HouseUnderTest


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
    assert "mở hồ sơ vụ việc" in page
    assert str(KHANG.name) not in page
    assert inspector.get(f"/cases/{number}").status_code == 403


def test_the_trail_is_narrowed_by_person_sort_day_and_action(house: HouseUnderTest) -> None:
    number = a_case(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    officer.get(f"/cases/{number}")
    stranger = house.client(Role.COMMUNE_OFFICER, ELSEWHERE)
    assert stranger.get(f"/cases/{number}").status_code == 404
    assert stranger.get("/audit").status_code == 403
    inspector = house.client(Role.INSPECTOR)

    def found(**asked: str) -> str:
        answer = inspector.get("/audit", query_string=asked)
        assert answer.status_code == 200
        return answer.get_data(as_text=True).partition("<table")[2]

    refused = found(sort="refused")
    assert "không thấy, hoặc ngoài phạm vi" in refused and "bị từ chối" in refused and "/audit" in refused
    assert number in refused, "which file somebody stood before"
    assert "mở hồ sơ vụ việc" not in refused
    assert "mở hồ sơ vụ việc" in found(sort="read", person=f"commune-officer.{NA_SAM}.0")
    assert "mở hồ sơ vụ việc" not in found(person=f"commune-officer.{ELSEWHERE}.0")
    assert "mở hồ sơ vụ việc" in found(action="case opened", since="18/11/2026", until="2026-11-18")
    assert "<tr>" not in found(since="19/11/2026")
    assert "20/11/2026" in inspector.get("/audit?since=32/13").get_data(as_text=True), (
        "the field says how to write"
    )


def test_the_trail_pages_by_key_and_loses_nothing(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        for place in range(250):
            desk.record("looked", f"thing {place}")
    inspector, seen, address = house.client(Role.INSPECTOR), set(), "/audit?person=cli:tests"
    for _page in range(4):
        page = inspector.get(address).get_data(as_text=True)
        seen |= set(re.findall(r"thing (\d+)", page))
        older = re.findall(r'href="(/audit\?[^"]*before=[^"]*)"', page)
        if not older:
            break
        address = older[-1].replace("&amp;", "&")
    assert len(seen) == 250


def test_the_trail_for_a_spreadsheet_holds_no_formula(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        desk.record("=1+1", "@sum")
        desk.record(" ＝1+1", "x;=1+1")
    answer = house.client(Role.INSPECTOR).get("/audit/csv")
    text = answer.get_data(as_text=True)
    assert answer.content_type.startswith("text/csv")
    cells = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [row[4:6] for row in reversed(cells) if "=1+1" in "".join(row)] == [
        ["'=1+1", "'@sum"],
        ["' ＝1+1", "x;=1+1"],
    ]
    assert ',"x;=1+1",' in text, "whatever a program takes for the sign between two cells"
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(AuditEntry).where(AuditEntry.action == "trail exported"))


def test_searched_words_open_for_a_reason_only(house: HouseUnderTest) -> None:
    a_case(house)
    house.client(Role.COMMUNE_OFFICER).post("/children/search", data={"q": "Nông Minh Khang"})
    with house.maintenance(writing=False) as desk:
        seq = desk.all(select(AuditEntry.seq).where(AuditEntry.action == "children searched"))[0]
    inspector = house.client(Role.INSPECTOR)
    assert "Nông Minh Khang" not in inspector.get("/audit").get_data(as_text=True)
    assert f"/audit/{seq}/words" in inspector.get("/audit").get_data(as_text=True)
    refused = inspector.post(f"/audit/{seq}/words", data={"reason": " "})
    assert refused.status_code in (400, 422) and "Nông Minh Khang" not in refused.get_data(as_text=True)
    opened = inspector.post(f"/audit/{seq}/words", data={"reason": "Khiếu nại"})
    assert "Nông Minh Khang" in opened.get_data(as_text=True)
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(AuditEntry).where(AuditEntry.object == str(seq)))
    assert inspector.post("/audit/999999/words", data={"reason": "x"}).status_code == 404


def test_who_is_responsible_sees_who_looked_at_the_file(house: HouseUnderTest) -> None:
    number = a_case(house)
    supervisor = house.client(Role.PROVINCE_SUPERVISOR)
    assert supervisor.get(f"/cases/{number}").status_code == 200
    for role in (Role.COMMUNE_CHAIR, Role.PROVINCE_SUPERVISOR):
        page = house.client(role).get(f"/cases/{number}/looks").get_data(as_text=True)
        assert "Người Thử PR0" in page and "chỉ xem" in page
    holder = house.client(Role.COMMUNE_OFFICER)
    assert holder.get(f"/cases/{number}/looks").status_code in (200, 404)
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        cases.case(desk, number).holder_id = house.hire(Role.COMMUNE_OFFICER)[0]
    assert holder.get(f"/cases/{number}/looks").status_code == 200
    assert house.client(Role.COMMUNE_OFFICER, person=1).get(f"/cases/{number}/looks").status_code == 404
    assert house.client(Role.COMMUNE_OFFICER, ELSEWHERE).get(f"/cases/{number}/looks").status_code == 404
    assert f"/cases/{number}/looks" in holder.get(f"/cases/{number}").get_data(as_text=True)


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
