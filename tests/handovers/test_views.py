"""Pages of handovers, on both engines: what each side sees and may press."""

import re
from datetime import timedelta

from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.intervention.emergency.models import Withholding
from casemgr.intervention.emergency.terms import Ban, Part
from casemgr.security.audit import AuditEntry
from tests.handovers.test_actions import WHY, responsible, sent
from tests.support.factories import a_case, a_report
from tests.support.house import ELSEWHERE, LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

OFFICER, CHAIR, SUPERVISOR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR, Role.PROVINCE_SUPERVISOR
FORM = {"kind": "child_moved", "why": WHY, "go": "send"}


def test_from_the_search_to_the_acceptance(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    sender, receiver = house.client(OFFICER), house.client(OFFICER, THAT_KHE)
    begun = sender.get(f"/cases/{number}/handover")
    assert begun.status_code == 200 and "vẫn chịu trách nhiệm" in begun.text
    looked = sender.post(f"/cases/{number}/handover", data={**FORM, "unit": "that khe", "go": "find"})
    assert looked.status_code == 200 and WHY in looked.text and 'value="06040" checked' in looked.text
    done = sender.post(
        f"/cases/{number}/handover",
        data={**FORM, "unit": "Thất Khê", "explanation-emergency-runs": "bà ngoại"},
    )
    assert done.status_code == 303 and re.fullmatch(r"/handovers/[0-9a-f-]{36}", done.location)
    again = sender.get(f"/cases/{number}/handover")
    assert (again.status_code, again.location) == (303, done.location)
    page = sender.get(done.location).text
    assert "Rút lại bàn giao" in page and "Tiếp nhận hồ sơ" not in page and "Chưa ai xem" in page
    inbox = receiver.get("/handovers").text
    assert number in inbox and "Đọc và trả lời" in inbox and "Khang" not in inbox
    page = receiver.get(done.location).text
    assert WHY in page and "Tiếp nhận hồ sơ" in page and "Rút lại bàn giao" not in page
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title is not None and "Khang" not in title[1] and number in title[1]
    assert receiver.get(f"/cases/{number}/plan").status_code == 200
    assert receiver.post(f"{done.location}/seen").status_code == 303
    assert "Đã thấy" in sender.get(done.location).text
    accepted = receiver.post(f"{done.location}/acceptance", data={"holder": ""})
    assert (accepted.status_code, accepted.location) == (303, f"/cases/{number}?done=accepted")
    assert responsible(house, number) == house.unit_id(THAT_KHE)
    assert "đã tiếp nhận và chịu trách nhiệm" in sender.get(done.location).text
    assert receiver.post(f"{done.location}/acceptance").status_code == 409


def test_a_return_without_a_reason_keeps_what_was_typed_elsewhere(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    address = f"/handovers/{sent(house, number)}"
    receiver = house.client(OFFICER, THAT_KHE)
    refused = receiver.post(f"{address}/return", data={"reason": ""})
    assert refused.status_code == 409 and "Ghi vì sao trả lại" in refused.text
    too_long = receiver.post(f"{address}/return", data={"reason": "x" * 4001})
    assert too_long.status_code == 422 and "x" * 4001 in too_long.text
    assert receiver.post(f"{address}/return", data={"reason": "Cháu đã đi Hà Nội"}).status_code == 303
    assert "Cháu đã đi Hà Nội" in house.client(OFFICER).get(address).text
    left = receiver.get(address)
    assert left.status_code == 200 and "không còn quyền đọc" in left.text and "Khang" not in left.text
    assert receiver.get(f"/cases/{number}").status_code == 404


def test_mistakes_name_the_field_and_keep_what_was_typed(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    client, address = house.client(OFFICER), f"/cases/{number}/handover"
    nothing = client.post(address, data={"go": "send"})
    assert nothing.status_code == 422 and 'href="#unit"' in nothing.text
    unknown = client.post(address, data={**FORM, "unit": "Xã Không Có Đâu"})
    assert unknown.status_code == 422 and WHY in unknown.text and "Xã Không Có Đâu" in unknown.text
    several = client.post(address, data={**FORM, "unit": "Tân"})
    assert several.status_code == 422 and "Nhiều xã cùng tên này" in several.text
    assert several.text.count('name="unit_code"') > 1
    no_kind = client.post(address, data={"why": WHY, "unit": THAT_KHE, "go": "send"})
    assert no_kind.status_code == 409 and "Chọn vì sao chuyển hồ sơ" in no_kind.text and WHY in no_kind.text
    wrong_kind = client.post(address, data={**FORM, "kind": "unit_merged", "unit": THAT_KHE})
    assert wrong_kind.status_code == 422
    same = client.post(address, data={**FORM, "unit": NA_SAM})
    assert same.status_code == 409 and "Xã này đang giữ hồ sơ" in same.text
    with house.maintenance(writing=False) as desk:
        assert desk.one(select(Case).where(Case.number == number)).handover_unit_id is None


def test_a_running_emergency_asks_who_protects_the_child(house: HouseUnderTest) -> None:
    number = a_case(house)
    client, address = house.client(OFFICER), f"/cases/{number}/handover"
    asked = client.post(address, data={**FORM, "unit": THAT_KHE})
    assert asked.status_code == 409 and 'name="explanation-emergency-runs"' in asked.text
    told = {**FORM, "unit": THAT_KHE, "explanation-emergency-runs": "Bà ngoại và công an xã"}
    done = client.post(address, data=told)
    assert done.status_code == 303
    assert "Bà ngoại và công an xã" in house.client(OFFICER, THAT_KHE).get(done.location).text


def test_a_report_not_decided_is_sent_on_and_not_handed_over(house: HouseUnderTest) -> None:
    number = a_report(house)
    refused = house.client(OFFICER).post(f"/cases/{number}/handover", data={**FORM, "unit": THAT_KHE})
    assert refused.status_code == 409 and "Quyết định về tin báo trước" in refused.text


def test_who_may_what(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    address = f"/handovers/{sent(house, number)}"
    for role, at, status in (
        (CHAIR, NA_SAM, 200),
        (CHAIR, THAT_KHE, 200),
        (SUPERVISOR, LANG_SON, 200),
        (OFFICER, ELSEWHERE, 404),
        (Role.SOCIAL_WORKER, THAT_KHE, 404),
        (Role.STATISTICIAN, LANG_SON, 403),
        (Role.ADMIN, None, 403),
    ):
        assert house.client(role, at).get(address).status_code == status, (role, at)
    watcher = house.client(SUPERVISOR)
    assert "Tiếp nhận hồ sơ" not in watcher.get(address).text and number in watcher.get("/handovers").text
    assert watcher.post(f"{address}/acceptance").status_code == 403
    assert house.client(OFFICER, ELSEWHERE).post(f"{address}/acceptance").status_code == 404
    assert house.client(OFFICER, ELSEWHERE).get(f"/cases/{number}/handover").status_code == 404
    assert house.client(Role.SOCIAL_WORKER).get(f"/cases/{number}/handover").status_code == 403


def test_reading_is_written_in_the_trail_without_a_name(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    handover = sent(house, number)
    house.clock.move(timedelta(minutes=5))
    house.client(OFFICER, THAT_KHE).get(f"/handovers/{handover}")
    with house.maintenance(writing=False) as desk:
        rows = desk.all(select(AuditEntry).where(AuditEntry.at == desk.now))
        told = {(row.action, row.object) for row in rows}
        assert ("handover opened", str(handover)) in told and ("case opened", number) in told
        assert not any(word in row.body for row in rows for word in ("Khang", WHY, "bà ngoại"))


def test_who_was_kept_out_goes_along(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        ban = Ban("suspect-s1", "Nông Văn Đức", "father", (Part.MEETING,), "sợ bố")
        row = Withholding(id=desk.id(), case_id=case.id, decided_at=desk.now)
        desk.add(row)
        desk.seal(row, ban=ban)
    page = house.client(OFFICER, THAT_KHE).get(f"/handovers/{sent(house, number)}").text
    assert "Không được cho biết" in page and "Nông Văn Đức" in page and "không cho biết" in page
    assert "tạm thời cách ly" not in page
