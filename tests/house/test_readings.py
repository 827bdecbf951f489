"""No page of a file leaves the house without an entry, by whatever way it was asked for."""

import json

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.core.errors import NotFound
from casemgr.security.audit import AuditEntry
from tests.support.factories import a_case, a_report
from tests.support.house import HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR


def told_since(house: HouseUnderTest, seen: int) -> list[tuple[str, str | None]]:
    with house.maintenance(writing=False) as desk:
        rows = desk.all(select(AuditEntry).order_by(AuditEntry.seq))
        return [(row.action, row.object) for row in rows][seen:]


def seen_so_far(house: HouseUnderTest) -> int:
    return len(told_since(house, 0))


@pytest.mark.parametrize(
    "role, stage, path, form, status",
    [
        (OFFICER, Stage.PLANNING, "plan", {"do": "check"}, 200),
        (OFFICER, Stage.PLANNING, "plan", {"do": "add_goal"}, 200),
        (OFFICER, Stage.PLANNING, "plan", {"do": "hand_in"}, 409),
        (OFFICER, Stage.PROTECTING, "holder", {"holder": "nobody"}, 422),
        (OFFICER, Stage.CARRYING_OUT, "services", {}, 409),
        (CHAIR, Stage.CARRYING_OUT, "closure", {"do": "back"}, 200),
        (CHAIR, Stage.CARRYING_OUT, "closure", {}, 422),
    ],
)
def test_a_page_that_answers_a_form_leaves_an_entry(
    house: HouseUnderTest, role: Role, stage: Stage, path: str, form: dict[str, str], status: int
) -> None:
    number = a_case(house, stage=stage)
    browser = house.client(role)
    seen = seen_so_far(house)
    answer = browser.post(f"/cases/{number}/{path}", data=form)
    assert answer.status_code == status
    assert told_since(house, seen) == [("case opened", number)]


def test_the_entry_of_a_checked_plan_names_the_plan(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    browser = house.client(OFFICER)
    browser.post(f"/cases/{number}/plan", data={"do": "check"})
    with house.maintenance(writing=False) as desk:
        (entry,) = desk.all(select(AuditEntry).where(AuditEntry.action == "case opened"))
    assert json.loads(entry.body)["parts"] == ["card", "plan"]


def test_an_action_that_leads_on_leaves_its_own_entry_only(house: HouseUnderTest) -> None:
    number = a_case(house)
    browser = house.client(OFFICER)
    seen = seen_so_far(house)
    assert browser.post(f"/cases/{number}/notes", data={"text": "Đã gọi"}).status_code == 303
    assert [action for action, _ in told_since(house, seen)] == ["note written"]


def test_a_report_decided_leaves_its_own_entry_only(house: HouseUnderTest) -> None:
    number = a_report(house)
    browser = house.client(OFFICER)
    seen = seen_so_far(house)
    assert browser.post(f"/reports/{number}/decision", data={"decision": "accepted"}).status_code == 303
    assert "report opened" not in [action for action, _ in told_since(house, seen)]


def test_a_report_whose_reporter_is_looked_at_is_opened_once(house: HouseUnderTest) -> None:
    number = a_report(house)
    browser = house.client(OFFICER)
    seen = seen_so_far(house)
    assert browser.post(f"/reports/{number}/reporter", data={"reason": "gọi lại"}).status_code == 200
    told = [action for action, _ in told_since(house, seen)]
    assert sorted(told) == ["report opened", "reporter opened", "reporter read"]


def test_an_answer_that_says_nothing_leaves_no_look_but_says_who_was_turned_away(
    house: HouseUnderTest,
) -> None:
    number = a_case(house)
    browser = house.client(OFFICER, "06040")
    seen = seen_so_far(house)
    assert browser.post(f"/cases/{number}/notes", data={"text": "x"}).status_code == 404
    assert told_since(house, seen) == [("not found", number)]


def test_what_was_looked_at_stays_noted_when_the_work_is_not_kept(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(OFFICER) as desk:
        cases.case(desk, number).risk = "high"
        desk.showing = True
        desk.give_up()
    with house.maintenance(writing=False) as desk:
        assert cases.case(desk, number).risk is None
        assert desk.all(select(AuditEntry).where(AuditEntry.action == "case opened"))


def test_work_behind_no_door_opens_nothing(house: HouseUnderTest) -> None:
    number = a_case(house)
    seen = seen_so_far(house)
    with house.desk(OFFICER) as desk:
        cases.case(desk, number)
    with pytest.raises(NotFound), house.desk(OFFICER, "06040") as desk:
        cases.case(desk, number)
    assert told_since(house, seen) == []
