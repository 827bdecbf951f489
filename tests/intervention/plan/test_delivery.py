"""Delivery, cell comments and safe contact, on pages and in the database, on both engines."""

import json
import re
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.terms import Step
from casemgr.intervention.emergency import queries as emergency
from casemgr.intervention.emergency import withholding
from casemgr.intervention.emergency.terms import Part
from casemgr.intervention.plan import actions, delivery, queries
from casemgr.intervention.plan.models import PlanDelivery
from casemgr.intervention.plan.terms import Comment, Contact, SafeContact
from casemgr.security.audit import AuditEntry
from tests.intervention.plan.pages import Page
from tests.intervention.plan.work import NO_PAPERS, a_case_carried_out, a_case_in_planning, handed_in
from tests.support.house import ELSEWHERE, HouseUnderTest

OFFICER, CHAIR, SOCIAL = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR, Role.SOCIAL_WORKER
AUNT = SafeContact((Contact("Lý Thị Giả Định", "dì", "0900 111 222", "sau 17:00"),), keep_from="Cha của trẻ")


def given(shown: Page, **changes: object) -> dict[str, object]:
    return shown.filled(outcome="given", way="in_person", given_on="18/11/2026", **changes)


def test_the_decision_is_delivered_confirmed_and_stands_on_the_timeline(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    client, address = house.client(OFFICER), f"/cases/{number}/plan/delivery"
    shown = Page(client.get(address).text).sound()
    ticked = shown.values["chosen"]
    assert len(ticked) == 2 and "father" not in ticked and "bị cho là gây tổn hại" in shown.text
    assert "Chưa gọi ai trong gia đình" in shown.text, "safe contact is not written yet"
    assert client.post(address, data=given(shown)).status_code == 303
    again = client.post(address, data=given(shown))
    assert again.status_code == 409 and "Đã ghi rồi cho" in again.text
    shown = Page(client.get(address).text).sound()
    assert "Trao tận tay" in shown.text and "chosen" not in shown.values
    mark = re.search(r"delivery/([0-9a-f-]{36})/confirmation", shown.text)
    assert mark is not None
    confirm = f"{address}/{mark[1]}/confirmation"
    assert client.post(confirm, data={"confirmed_on": "18/11/2026", "delivery": mark[1]}).status_code == 409
    told = {"confirmed_on": "18/11/2026", "who": "Văn thư công an xã"}
    assert client.post(confirm, data=told).status_code == 303
    assert "Văn thư công an xã" in client.get(address).text
    assert client.post(f"{address}/{uuid4()}/confirmation", data=told).status_code == 404
    with house.maintenance(writing=False) as desk:
        steps = [line.step for line in cases.timeline(desk, cases.case(desk, number))]
    assert steps.count(Step.DELIVER_PLAN) == 1


def test_an_alleged_father_is_chosen_on_purpose_only(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    client, address = house.client(OFFICER), f"/cases/{number}/plan/delivery"
    shown = Page(client.get(address).text)
    told = shown.filled(chosen="father", outcome="not_given")
    answer = client.post(address, data=told)
    assert answer.status_code == 409 and "ghi vì sao gửi, hoặc vì sao không gửi" in answer.text
    assert "checked" in answer.text.split('value="father"')[1][:40], "what was ticked stays ticked"
    assert client.post(address, data={**told, "reason": "Trẻ sợ cha"}).status_code == 303
    assert "Trẻ sợ cha" in client.get(address).text
    with house.maintenance(writing=False) as desk:
        steps = [line.step for line in cases.timeline(desk, cases.case(desk, number))]
        (row,) = desk.all(select(PlanDelivery))
    assert Step.DELIVER_PLAN not in steps and not row.given


def test_who_is_kept_out_by_decision_is_refused(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        father = next(one for one in emergency.people(desk, case) if one.relation == "father")
        told = dict.fromkeys(
            ("no-exception", "no-exception-delivery", "law-has-no-exception"), "An toàn của trẻ"
        )
        withholding.withhold(
            desk, case, person=father.key, parts=(Part.DELIVERY,), ground="Đe dọa trẻ", explanations=told
        )
    client, address = house.client(OFFICER), f"/cases/{number}/plan/delivery"
    shown = Page(client.get(address).text).sound()
    assert "không gửi theo quyết định" in shown.text
    assert "father" not in shown.values["chosen"]
    sent = given(shown, chosen="father", reason="Gửi cho biết")
    answer = client.post(address, data=sent)
    assert answer.status_code == 409 and "Theo quyết định đã ghi" in answer.text
    left = {**sent, "outcome": "not_given"}
    assert client.post(address, data=left).status_code == 303


def test_only_those_who_write_plans_deliver(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    address = f"/cases/{number}/plan/delivery"
    assert 'name="chosen"' not in Page(house.client(CHAIR).get(address).text).sound().text
    assert house.client(CHAIR).post(address).status_code == 403
    assert house.client(OFFICER, ELSEWHERE).get(address).status_code == 404
    assert house.client(Role.SERVICE_PROVIDER).get(address).status_code == 403
    waiting = a_case_in_planning(house)
    nothing = Page(house.client(OFFICER).get(f"/cases/{waiting}/plan/delivery").text).sound()
    assert "Chưa có quyết định" in nothing.text
    told = {"chosen": "father", "outcome": "given"}
    assert house.client(OFFICER).post(f"/cases/{waiting}/plan/delivery", data=told).status_code == 409


def test_comments_by_cell_are_seen_in_place_and_answered(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    version = handed_in(house, number)
    chair = house.client(CHAIR)
    shown = Page(chair.get(f"/cases/{number}/plan/approval").text).sound()
    cell = next(name for name in shown.values if name.endswith("-who"))
    told = shown.filled(decision="return", reason="", do="look", **{cell: "Ghi rõ tên người"})
    assert chair.post(f"/cases/{number}/plan/approval", data=told).status_code == 303
    officer = house.client(OFFICER)
    builder = Page(officer.get(f"/cases/{number}/plan").text).sound()
    assert builder.text.index("services-0-who") < builder.text.index("Ghi rõ tên người")
    assert builder.text.index("Ghi rõ tên người") < builder.text.index("services-0-since")
    papers = {f"explanation-{code}": said for code, said in NO_PAPERS.items()}
    done = builder.filled(services__0__who="Thiếu úy Giả Định", do="hand_in", **papers)
    assert officer.post(f"/cases/{number}/plan", data=done).status_code == 303
    again = Page(chair.get(f"/cases/{number}/plan/approval").text).sound()
    part = again.text.split("Các góp ý đã được sửa thế nào")[1]
    assert "Ghi rõ tên người" in part and "Thiếu úy Giả Định" in part and version


def test_a_comment_at_a_place_that_does_not_exist_is_one_of_the_row(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    version = handed_in(house, number)
    with house.desk(CHAIR) as desk:
        case = cases.case(desk, number)
        plan = queries.current(desk, case)
        assert plan is not None and plan.content is not None
        key = plan.content.services[0].key
        told = [Comment(key, "Sửa", "không có"), Comment("lạ", "Mất"), Comment(key, "Ngày", "until")]
        actions.give_back(desk, case, version=version, reason=None, comments=told)
        assert plan.decision is not None
        assert [(one.row, one.field) for one in plan.decision.comments] == [(key, None), (key, "until")]


def test_safe_contact_is_kept_sealed_and_what_was_before_stays(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    client, address = house.client(OFFICER), f"/cases/{number}/safe-contact"
    form = Page(client.get(address).text).sound()
    assert "Chưa ghi" in form.text
    told = form.filled(
        contacts__0__who="Lý Thị Giả Định", contacts__0__phone="0900 111 222", keep_from="Cha của trẻ"
    )
    half = client.post(address, data={**told, "contacts-0-phone": ""})
    assert half.status_code == 409 and "dòng 1" in half.text and "Lý Thị Giả Định" in half.text
    assert client.post(address, data=told).status_code == 303
    assert "Không bao giờ để lại lời nhắn" in client.get(address).text
    second = Page(client.get(address).text).filled(note="Trẻ đã chuyển lớp")
    assert client.post(address, data=second).status_code == 303
    shown = client.get(address).text
    assert "Cách liên lạc trước đây (1)" in shown
    assert "0900 111 222" in client.get(f"/cases/{number}/plan/delivery").text
    assert house.client(CHAIR).post(address, data=told).status_code == 403
    assert house.client(OFFICER, ELSEWHERE).get(address).status_code == 404
    with house.maintenance(writing=False) as desk:
        bodies = " ".join(json.loads(row.body).__repr__() for row in desk.all(select(AuditEntry)))
    assert "0900 111 222" not in bodies and "safe contact written" in bodies


def test_only_the_newest_rules_hold(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    with house.desk(OFFICER) as desk:
        delivery.keep_contact(desk, cases.case(desk, number), told=AUNT)
    house.clock.move(timedelta(minutes=1))
    with house.desk(OFFICER) as desk:
        new = SafeContact(keep_from="Cả nhà nội")
        delivery.keep_contact(desk, cases.case(desk, number), told=new)
    with house.maintenance(writing=False) as desk:
        case = cases.case(desk, number)
        assert queries.safe_contact(desk, case) == new and len(queries.safe_contacts(desk, case)) == 2
