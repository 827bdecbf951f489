"""Consents, requests, incidents, the register of processing: through their pages and actions, on both engines."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casemgr.access.roles import STAFF, Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.children import queries as children
from casemgr.children.models import Child
from casemgr.children.rules import mark_of
from casemgr.children.terms import Birth, Precision
from casemgr.core.calendar import day_start, local_day
from casemgr.core.errors import Conflict as Crossed
from casemgr.core.errors import NotFound, Refused, RuleBroken
from casemgr.intake.models import Report
from casemgr.intake.terms import Relation as Tie
from casemgr.intake.terms import Suspect
from casemgr.privacy import actions, extract, queries, register, writing
from casemgr.privacy.models import Consent, DataIncident, DataRequest, ProcessingVersion
from casemgr.privacy.terms import (
    Answer,
    Asked,
    Conflict,
    Given,
    Happened,
    Purpose,
    Relation,
    RequestState,
    Side,
    Span,
    Told,
    Volume,
)
from casemgr.security.audit import AuditEntry
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import ELSEWHERE, HouseUnderTest

OFFICER, SUPERVISOR = Role.COMMUNE_OFFICER, Role.PROVINCE_SUPERVISOR
ASKED = Asked("Hoàng Thị Lan", Relation.MOTHER, "xem dữ liệu của con", checked="căn cước, giấy khai sinh")
CONSENT = {
    "purpose": "publication",
    "side": "child",
    "giver": "Nông Minh Khang",
    "data_types": "họ tên, ảnh",
    "opinion": "Con đồng ý",
    "method": "paper",
    "evidence": "bút lục 14",
    "given_on": "18/11/2026",
}
REQUEST = {
    "kind": "view",
    "requester": "Hoàng Thị Lan",
    "relation": "mother",
    "checked": "giấy khai sinh",
    "what": "xem dữ liệu",
    "alleged": "no",
    "lives_with": "no",
    "kept_apart": "no",
    "received_on": "18/11/2026",
}


def child_of(house: HouseUnderTest, number: str) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.one(select(Case).where(Case.number == number)).child_id


def mark(house: HouseUnderTest, number: str) -> str:
    return mark_of(child_of(house, number))


def a_request(house: HouseUnderTest, number: str, *, kind: str = "view", asked: Asked = ASKED) -> str:
    child_id = child_of(house, number)
    with house.desk(OFFICER) as desk:
        child = children.child(desk, child_id)
        row = actions.register(
            desk, child=child, asked=asked, kind=kind, others_act=False, received_at=desk.now
        )
        desk.flush()
        return row.number


def an_incident(house: HouseUnderTest, role: Role = OFFICER, **changes: Any) -> str:
    with house.desk(role) as desk:
        given = {
            "happened": Happened(act="mất điện thoại"),
            "kind": "loss",
            "detected_at": desk.now,
            "cyber": False,
            "serious": True,
        }
        row = writing.open_incident(desk, **{**given, **changes})
        desk.flush()
        return row.number


def names_the_field(text: str, field: str) -> bool:
    return f'href="#{field}"' in text or f'id="{field}-error"' in text


# Consents


def test_a_consent_is_recorded_sealed_and_withdrawn_for_the_future_alone(house: HouseUnderTest) -> None:
    number = a_case(house)
    client, here = house.client(OFFICER), mark(house, number)
    page = client.get(f"/children/{here}/consents").get_data(as_text=True)
    assert "checked" not in page.split("<main")[1], "nothing is ticked before somebody ticks it"
    assert "không cần sự đồng ý" in page, "the work on the case needs none"
    assert client.post(f"/children/{here}/consents", data=CONSENT).status_code == 303
    with house.maintenance(writing=False) as desk:
        row = desk.one(select(Consent))
        assert row.given is not None and row.given.opinion == "Con đồng ý"
        assert b"Khang" not in (row._given or b"") and "Khang" not in repr(row)
        bodies = " ".join(one.body for one in desk.all(select(AuditEntry)))
        before = row.given_at
    assert "Khang" not in bodies
    page = client.get(f"/children/{here}/consents").get_data(as_text=True)
    assert "Hồ sơ vẫn được giải quyết tiếp" in page and f"{row.id}/withdraw" in page
    house.clock.move(timedelta(days=1))
    client = house.client(OFFICER)
    gone = f"/children/{here}/consents/{row.id}/withdraw"
    assert client.post(gone, data={"reason": ""}).status_code == 409
    assert client.post(gone, data={"reason": "trẻ nói với cán bộ"}).status_code == 303
    assert client.post(gone, data={"reason": "lần nữa"}).status_code == 409
    with house.maintenance(writing=False) as desk:
        child_id, now = child_of(house, number), desk.now
        for at, missing in ((before + timedelta(hours=12), set()), (now, {Side.CHILD})):
            lacking = queries.without_consent(desk, {child_id: 9}, at=at)
            assert lacking.get(child_id, set()) == missing | {Side.REPRESENTATIVE}
    page = client.get(f"/children/{here}/consents").get_data(as_text=True)
    assert "đã rút lại" in page and "trẻ nói với cán bộ" in page


@pytest.mark.parametrize(
    "field, value",
    [
        ("purpose", ""),
        ("purpose", "all"),
        ("side", ""),
        ("giver", "  "),
        ("data_types", ""),
        ("opinion", ""),
        ("evidence", ""),
        ("method", ""),
        ("given_on", ""),
        ("given_on", "19/11/2026"),
        ("given_on", "hôm qua"),
        ("giver", "x" * 201),
    ],
)
def test_a_consent_that_lacks_something_is_not_stored(swept: HouseUnderTest, field: str, value: str) -> None:
    here = mark(swept, a_case(swept))
    client = swept.client(OFFICER)
    answer = client.post(f"/children/{here}/consents", data={**CONSENT, field: value})
    text = answer.get_data(as_text=True)
    assert answer.status_code in (409, 422) and names_the_field(text, field)
    assert "bút lục 14" in text or field == "evidence", "what was typed stays"
    with swept.maintenance(writing=False) as desk:
        assert not desk.all(select(Consent))


def test_consents_and_requests_of_a_foreign_child_are_not_found(house: HouseUnderTest) -> None:
    here = mark(house, a_case(house))
    far = house.client(OFFICER, ELSEWHERE)
    number = a_request(house, a_case(house))
    for path in (f"/children/{here}/consents", f"/children/{here}/data-request"):
        assert far.get(path).status_code == 404
        assert far.post(path, data={**CONSENT, **REQUEST}).status_code == 404
    for path in (f"/privacy/requests/{number}", "/privacy/requests/YC-FFFFFFFF", "/privacy/requests/'--"):
        assert far.get(path).status_code == 404
    assert house.client(OFFICER).get("/children/ffffffffffffffff/consents").status_code == 404


# Requests


def test_a_request_from_the_first_day_to_the_answer(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    there = client.post(f"/children/{mark(house, number)}/data-request", data=REQUEST)
    assert there.status_code == 303, there.get_data(as_text=True)
    page = client.get(there.location).get_data(as_text=True)
    assert "Chưa đối chiếu bản chính" in page and "Nghị định 356/2025/NĐ-CP" in page
    assert client.post(f"{there.location}/acknowledge").status_code == 303
    with house.maintenance(writing=False) as desk:
        row = desk.one(select(DataRequest))
        first = row.answer_by
        assert row.state == RequestState.ACKNOWLEDGED and not row.conflict
        assert local_day(row.acknowledge_by) == date(2026, 11, 20)
        assert local_day(first) == date(2026, 11, 28)
        assert b"Lan" not in (row._asked or b"")
    refused = client.post(f"{there.location}/extend", data={"reason": ""})
    assert refused.status_code == 409
    marked = re.findall(r"<textarea[^>]*aria-invalid[^>]*>", refused.get_data(as_text=True))
    assert len(marked) == 1 and 'id="reason"' in marked[0], "of the page's forms only the one that was sent"
    assert refused.get_data(as_text=True).count('id="reason"') == 1
    assert client.post(f"{there.location}/extend", data={"reason": "cần tìm bản giấy"}).status_code == 303
    assert client.post(f"{there.location}/extend", data={"reason": "nữa"}).status_code == 409
    assert client.post(f"{there.location}/answer", data={"answer": "granted"}).status_code == 409
    good = {"answer": "granted", "done": "đã giao bản trích"}
    assert client.post(f"{there.location}/answer", data=good).status_code == 303
    assert client.post(f"{there.location}/answer", data=good).status_code == 409
    with house.maintenance(writing=False) as desk:
        row = desk.one(select(DataRequest))
        assert local_day(row.answer_by) == date(2026, 12, 8)
        assert (row.state, row.answer) == (RequestState.ANSWERED, Answer.GRANTED)
    assert client.get("/privacy/requests").status_code == 200


def test_an_extension_comes_before_the_end(house: HouseUnderTest) -> None:
    request = a_request(house, a_case(house))
    house.clock.move(timedelta(days=11))
    with house.desk(OFFICER) as desk, pytest.raises(RuleBroken):
        actions.extend(desk, queries.request(desk, request), reason="muộn")
    client = house.client(OFFICER)
    page = client.get(f"/privacy/requests/{request}").get_data(as_text=True)
    assert "Đã quá hạn trả lời" in page and "/privacy/incidents/new?kind=request_overdue" in page
    alarm = client.get("/privacy/incidents/new?kind=request_overdue").get_data(as_text=True)
    assert re.search(r'value="request_overdue"[^>]*checked|checked[^>]*value="request_overdue"', alarm)
    assert client.get("/privacy/incidents/new?kind=<b>").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"alleged": "yes"},
        {"lives_with": "unclear"},
        {"kept_apart": ""},
        {"requester": "nong van duc", "relation": "other"},
        {"requester": "Tên Khác", "relation": "father"},
    ],
)
def test_somebody_in_conflict_is_answered_by_the_supervisor(
    house: HouseUnderTest, change: dict[str, str]
) -> None:
    number = a_case(house)
    officer, supervisor = house.client(OFFICER), house.client(SUPERVISOR)
    there = officer.post(f"/children/{mark(house, number)}/data-request", data={**REQUEST, **change})
    assert there.status_code == 303
    page = officer.get(there.location).get_data(as_text=True)
    assert "xung đột lợi ích" in page and "extract" not in page
    refused = {"answer": "refused", "reason": "đang có quyết định"}
    assert officer.post(f"{there.location}/answer", data=refused).status_code == 409
    assert officer.post(f"{there.location}/extract").status_code == 403
    text = supervisor.post(f"{there.location}/extract").get_data(as_text=True)
    for hidden in ("Na Sầm</dd>", "Nông Văn Đức", "bà ngoại", "Bản Tích", "Giả Định", "0900 000 000"):
        assert hidden not in text
    assert supervisor.post(f"{there.location}/answer", data=refused).status_code == 303


def test_the_extract_leaves_out_whoever_else_is_named(house: HouseUnderTest) -> None:
    neighbour = Suspect(ref="s2", name="Lý Văn Thử", relations=(Tie("c1", "neighbour_or_acquaintance"),))
    sister = replace(KHANG, ref="c2", name="Nông Thị Hà")
    story = a_story(children=(KHANG, sister), suspects=(neighbour,))
    said = "Ly Van Thu đánh trẻ; em NÔNG THỊ HÀ thấy. Người báo: Lý Thị Giả Định. Trẻ ở Bản Tích"
    story = replace(story, incident=replace(story.incident, description=said))
    request = a_request(house, a_case(house, story=story))
    answer = house.client(OFFICER).post(f"/privacy/requests/{request}/extract")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "Nông Minh Khang" in text and "đánh trẻ" in text
    for hidden in ("Van Thu", "Lý Văn Thử", "NÔNG THỊ HÀ", "Nông Thị Hà", "Giả Định", "Bản Tích"):
        assert hidden not in text, hidden
    assert request in text and "Người Thử CO0" in text
    with house.maintenance(writing=False) as desk:
        found = extract.of_request(desk, queries.request(desk, request))
        assert found.removed >= 4 and not found.guarded


def test_nothing_is_handed_out_on_a_request_that_was_refused(house: HouseUnderTest) -> None:
    request = a_request(house, a_case(house))
    with house.desk(OFFICER) as desk:
        row = queries.request(desk, request)
        actions.answer(desk, row, answer=Answer.REFUSED, reason="x", done="", evidence="")
    with house.desk(OFFICER) as desk, pytest.raises(Crossed):
        actions.hand_out(desk, queries.request(desk, request))


def test_a_correction_changes_child_and_report_and_keeps_the_old_value(house: HouseUnderTest) -> None:
    number = a_case(house)
    request = a_request(house, number, kind="correct")
    client, there = house.client(OFFICER), f"/privacy/requests/{request}/correct"
    for field, new in (
        ("name", ""),
        ("", "Nông Minh Khánh"),
        ("name", "Nông Minh Khang"),
        ("birth", "31/02/2017"),
        ("birth", "mùa xuân"),
        ("sex", "không"),
    ):
        assert client.post(there, data={"field": field, "new": new}).status_code in (409, 422), (field, new)
    assert client.post(there, data={"field": "name", "new": "Nông Minh Khánh"}).status_code == 303
    assert client.post(there, data={"field": "birth", "new": "15/3/2017"}).status_code == 303
    with house.maintenance(writing=False) as desk:
        child = desk.get(Child, child_of(house, number))
        assert child.card is not None and child.card.name == "Nông Minh Khánh"
        assert child.card.birth == Birth(date(2017, 3, 15), Precision.DAY)
        report = desk.one(select(Report))
        assert report.known is not None and report.known.children[0].name == "Nông Minh Khánh"
        assert report.told is not None and report.told.children[0].name == "Nông Minh Khang"
        row = desk.one(select(DataRequest))
        kept = [(one.field, one.old, one.new) for one in row.replied.corrections]  # type: ignore[union-attr]
    assert kept == [("name", "Nông Minh Khang", "Nông Minh Khánh"), ("birth", "2017-03-14", "2017-03-15")]
    page = client.get(f"/privacy/requests/{request}").get_data(as_text=True)
    assert "trước đó: Nông Minh Khang" in page
    assert "15/3/2017" in page and "trước đó: 14/3/2017" in page and "2017-03-15" not in page


@pytest.mark.parametrize(
    "field, value",
    [
        ("kind", ""),
        ("kind", "everything"),
        ("requester", ""),
        ("relation", ""),
        ("what", ""),
        ("checked", ""),
        ("received_on", "20/11/2026"),
        ("received_on", "0/0/0"),
        ("alleged", "maybe"),
    ],
)
def test_a_request_that_lacks_something_is_not_stored(swept: HouseUnderTest, field: str, value: str) -> None:
    here = mark(swept, a_case(swept))
    answer = swept.client(OFFICER).post(f"/children/{here}/data-request", data={**REQUEST, field: value})
    assert answer.status_code in (409, 422) and names_the_field(answer.get_data(as_text=True), field)
    with swept.maintenance(writing=False) as desk:
        assert not desk.all(select(DataRequest))


def test_a_child_s_own_request_is_in_no_conflict(house: HouseUnderTest) -> None:
    own = Asked("Nông Minh Khang", Relation.SELF, "xem", checked="x", conflict=Conflict(Told.UNCLEAR))
    request = a_request(house, a_case(house), asked=own)
    with house.maintenance(writing=False) as desk:
        assert not queries.request(desk, request).conflict


# Incidents


def test_an_incident_s_clocks_start_with_the_minute_of_the_alarm(house: HouseUnderTest) -> None:
    client = house.client(OFFICER)
    alarm = {
        "detected_on": "17/11/2026",
        "detected_time": "21:40",
        "kind": "loss",
        "act": "mất điện thoại",
        "cyber": "y",
        "serious": "y",
    }
    there = client.post("/privacy/incidents/new", data=alarm)
    assert there.status_code == 303
    with house.maintenance(writing=False) as desk:
        row = desk.one(select(DataIncident))
        assert row.detected_at.isoformat() == "2026-11-17T14:40:00+00:00"
        assert row.authority_by - row.detected_at == timedelta(hours=72)
        assert row.cyber_by is not None and row.cyber_by - row.detected_at == timedelta(hours=24)
        assert b"tho" not in (row._happened or b"")
    page = client.get(there.location).get_data(as_text=True)
    assert "Luật Bảo vệ dữ liệu cá nhân" in page and "Chưa đối chiếu bản chính" in page
    assert client.post(f"{there.location}/close", data={"reason": "x"}).status_code == 403
    for field, value in (
        ("detected_on", ""),
        ("detected_time", "25:00"),
        ("detected_on", "19/11/2026"),
        ("kind", ""),
        ("act", ""),
    ):
        bad = client.post("/privacy/incidents/new", data={**alarm, field: value})
        assert bad.status_code in (409, 422), field
        assert "mất điện thoại" in bad.get_data(as_text=True) or field == "act"


def test_an_incident_is_written_told_printed_and_closed(house: HouseUnderTest) -> None:
    number = an_incident(house)
    admin, there = house.client(Role.ADMIN), f"/privacy/incidents/{number}"
    assert admin.post(f"{there}/close", data={"reason": "xong"}).status_code == 409
    record = {
        "version": "1",
        "act": "mất điện thoại công vụ",
        "place": "bến xe",
        "people": "một cán bộ",
        "data_types": "tên, số hồ sơ",
        "children": "3",
        "records": "4",
        "contact": "văn phòng",
        "consequences": "chưa rõ",
        "measures": "đã khóa máy",
        "serious": "y",
    }
    assert admin.post(there, data={**record, "children": "ba"}).status_code == 422
    assert admin.post(there, data={**record, "children": "-1"}).status_code == 422
    assert admin.post(there, data=record).status_code == 303
    assert admin.post(there, data=record).status_code == 409, "somebody else saved first"
    early = {"whom": "authority", "told_on": "17/11/2026", "told_time": "08:00"}
    assert admin.post(f"{there}/told", data=early).status_code == 422
    told = {"whom": "authority", "told_on": "18/11/2026", "told_time": "12:45"}
    assert admin.post(f"{there}/told", data={**told, "whom": "neighbour"}).status_code == 422
    assert admin.post(f"{there}/told", data=told).status_code == 303
    paper = admin.get(f"{there}/record").get_data(as_text=True)
    for said in ("bến xe", "3 trẻ, 4 bản ghi", "Biên bản xác nhận vi phạm", "chưa đối chiếu bản chính"):
        assert said.lower() in paper.lower(), said
    assert admin.post(f"{there}/close", data={"reason": ""}).status_code == 409
    assert admin.post(f"{there}/close", data={"reason": "máy đã xóa từ xa"}).status_code == 303
    assert admin.post(there, data={**record, "version": "4"}).status_code == 409
    assert "máy đã xóa từ xa" in admin.get(there).get_data(as_text=True)


def test_who_may_do_what_about_incidents(house: HouseUnderTest) -> None:
    number = an_incident(house)
    for role in STAFF:
        seen = house.client(role).get(f"/privacy/incidents/{number}").status_code
        may = {OFFICER, Role.COMMUNE_CHAIR, SUPERVISOR, Role.INSPECTOR, Role.ADMIN}
        assert seen == (200 if role in may else 403), role
    assert house.client(OFFICER, ELSEWHERE).get(f"/privacy/incidents/{number}").status_code == 404
    for role in (Role.INSPECTOR, Role.ADMIN):
        with house.desk(role, writing=False) as desk:
            assert not desk.all(select(Case)) and not desk.all(select(DataRequest))


def test_what_somebody_saw_is_counted_beyond_the_counter_s_own_files(house: HouseUnderTest) -> None:
    numbers = [a_case(house), a_case(house)]
    client, watched = house.client(OFFICER, person=3), house.hire(OFFICER, person=3)[0]
    began = house.clock.now()
    house.clock.move(timedelta(minutes=1))
    for number in (*numbers, numbers[0]):
        assert client.get(f"/cases/{number}").status_code == 200
    assert client.get(f"/children/{mark(house, numbers[0])}").status_code == 200
    incident = an_incident(house)
    span = Span(began, house.clock.now())
    with house.desk(Role.INSPECTOR) as desk:
        row = queries.incident(desk, incident)
        found = writing.count(desk, row, actor=f"account:{watched}", span=span)
        assert (found.children, found.records) == (2, 2), found
        assert found.looks >= 4 and found.exported == 0
        nobody = writing.count(desk, row, actor="account:nobody", span=span)
        assert nobody == Volume(0, 0, 0, 0)
        before = Span(began - timedelta(days=2), began - timedelta(days=1))
        assert writing.count(desk, row, actor=f"account:{watched}", span=before).looks == 0
        assert not desk.all(select(Case)), "the wall stands again"
    times = {"since_on": "18/11/2026", "since_time": "0:00", "until_on": "18/11/2026", "until_time": "23:00"}
    admin, there = house.client(Role.ADMIN), f"/privacy/incidents/{incident}/count"
    name = f"{OFFICER}.06124.3".replace("_", "-")
    assert admin.post(there, data={**times, "username": "khong-co"}).status_code == 422
    assert admin.post(there, data={**times, "username": name, "since_time": ""}).status_code == 422
    assert admin.post(there, data={**times, "username": name, "until_on": "17/11/2026"}).status_code == 422
    assert admin.post(there, data={**times, "username": name}).status_code == 303
    assert house.client(OFFICER).post(there, data=times).status_code == 403


# The register of processing


def test_the_register_ships_and_changes_with_every_version_kept(house: HouseUnderTest) -> None:
    admin, officer = house.client(Role.ADMIN), house.client(OFFICER)
    assert len(register.shipped()) == 7
    page = officer.get("/privacy/processing").get_data(as_text=True)
    for one in register.shipped().values():
        assert one.title in page
    there = "/privacy/processing/case_files"
    said: Purpose = register.shipped()["case_files"]
    typed = {
        **vars(said),
        "bases": list(said.bases),
        "number": "0",
        "retention": "20 năm",
        "reason": "danh mục hồ sơ của xã",
    }
    assert officer.post(there, data=typed).status_code == 403
    assert admin.post(there, data={**typed, "reason": ""}).status_code == 422
    assert admin.post(there, data={**typed, "title": ""}).status_code == 422
    assert admin.post(there, data={**typed, "bases": ["because"]}).status_code == 422
    assert admin.post(there, data={**typed, "bases": []}).status_code == 422
    assert admin.post(there, data=typed).status_code == 303
    assert admin.post(there, data=typed).status_code == 409, "somebody else saved first"
    assert "20 năm" in officer.get("/privacy/processing").get_data(as_text=True)
    history = officer.get(there).get_data(as_text=True)
    assert "danh mục hồ sơ của xã" in history and said.retention in history
    assert officer.get("/privacy/processing/nothing").status_code == 404
    with house.maintenance(writing=False) as desk:
        assert len(desk.all(select(ProcessingVersion))) == 1


def test_the_way_in_shows_each_role_what_it_may(house: HouseUnderTest) -> None:
    for role in STAFF:
        answer = house.client(role).get("/privacy")
        may = {OFFICER, Role.COMMUNE_CHAIR, SUPERVISOR, Role.INSPECTOR, Role.ADMIN}
        assert answer.status_code == (200 if role in may else 403), role
        if role in may:
            text = answer.get_data(as_text=True)
            assert ("/privacy/requests" in text) == (role in (OFFICER, SUPERVISOR))
            assert "20/12" in text and "Chưa đối chiếu bản chính" in text


def test_the_child_s_page_leads_to_consents_and_requests(house: HouseUnderTest) -> None:
    here = mark(house, a_case(house))
    text = house.client(OFFICER).get(f"/children/{here}").get_data(as_text=True)
    assert f"/children/{here}/consents" in text and f"/children/{here}/data-request" in text
    chair = house.client(Role.COMMUNE_CHAIR).get(f"/children/{here}").get_data(as_text=True)
    assert "consents" not in chair


def test_every_look_and_every_deed_is_in_the_trail(house: HouseUnderTest) -> None:
    number = a_case(house)
    request = a_request(house, number)
    house.client(OFFICER).get(f"/privacy/requests/{request}")
    house.client(OFFICER).post(f"/privacy/requests/{request}/extract")
    with house.maintenance(writing=False) as desk:
        rows = desk.all(select(AuditEntry).where(AuditEntry.object == request))
        told = {row.action for row in rows}
        assert {
            "data request registered",
            "data request opened",
            "data extract made",
            "child given out",
        } <= told
        assert all("Lan" not in json.loads(row.body).get("reason", "") for row in rows)


def test_a_machine_and_a_chair_register_nothing(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        child = children.child(desk, cases.case(desk, number).child_id)
        with pytest.raises(Refused):
            actions.register(
                desk, child=child, asked=ASKED, kind="view", others_act=False, received_at=desk.now
            )
        with pytest.raises(Refused):
            given = Given("x", data_types="x", evidence="x", opinion="x")
            at = day_start(local_day(desk.now))
            actions.give_consent(desk, child=child, given=given, side=Side.CHILD, purpose="images", at=at)
    with house.desk(Role.STATISTICIAN) as desk, pytest.raises(NotFound):
        queries.request(desk, "YC-00000000")
