"""What the case page says next: a plan that was given back, a meeting that was held already."""

from dataclasses import replace
from datetime import date

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.deadlines import PLAN
from casemgr.cases.terms import Note, Stage, Step
from casemgr.core.words import VIETNAMESE, speaking
from casemgr.dossier.next_step import WAY
from casemgr.intervention.plan import actions, queries
from casemgr.intervention.plan.terms import Comment
from casemgr.law import in_use
from casemgr.law.rulebook import shipped_rulebook
from tests.intervention.plan.work import a_case_in_planning, handed_in
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR
GIVEN_BACK, MEETING = "Chủ tịch đã trả lại", "Họp trước đã"


def give_back(house: HouseUnderTest, number: str, version: int, reason: str | None) -> None:
    with house.desk(CHAIR) as desk:
        case = cases.case(desk, number)
        plan = queries.current(desk, case)
        assert plan is not None and plan.content is not None
        said = [Comment(plan.content.services[0].key, "Ghi rõ ai làm")]
        actions.give_back(desk, case, version=version, reason=reason, comments=said)


def take(house: HouseUnderTest, number: str, *steps: Step) -> None:
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        for step in steps:
            spine.advance(desk, case, step, note=Note())


def test_the_way_tells_the_limits_of_the_law_in_use() -> None:
    legs, day = {leg.stage: leg for leg in WAY}, date(2026, 11, 18)
    book = shipped_rulebook()
    (plan,) = book.versions[PLAN]
    shorter = replace(book, versions={**book.versions, PLAN: (replace(plan, value=3),)})
    with speaking(VIETNAMESE):
        assert legs[Stage.PLANNING].until_by(day) == "hạn 5 ngày làm việc"
        assert legs[Stage.PROTECTING].until_by(day) == "hạn 12 giờ, nếu cần"
        with in_use.using(lambda: shorter):
            assert legs[Stage.PLANNING].until_by(day) == "hạn 3 ngày làm việc"


def test_the_officer_sees_at_once_what_was_given_back(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    client, address = house.client(OFFICER), f"/cases/{number}"
    assert GIVEN_BACK not in client.get(address).text
    version = handed_in(house, number)
    assert GIVEN_BACK not in client.get(address).text
    give_back(house, number, version, "Thiếu nguồn kinh phí")
    page = client.get(address).text
    assert GIVEN_BACK in page and "Thiếu nguồn kinh phí" in page and f'href="{address}/plan"' in page
    assert GIVEN_BACK in client.get("/").text, "my work says it too"
    assert "Ghi rõ ai làm" in client.get(f"{address}/plan").text, "where the step leads, the comments stand"
    with house.desk(OFFICER, writing=False) as desk:
        plan = queries.current(desk, cases.case(desk, number))
        assert plan is not None and plan.content is not None
        content, version = plan.content, plan.version
    handed_in(house, number, content, version=version)
    assert GIVEN_BACK not in client.get(address).text and GIVEN_BACK not in client.get("/").text


def test_comments_at_the_rows_are_enough(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    give_back(house, number, handed_in(house, number), None)
    assert "xem góp ý ở từng dòng" in house.client(OFFICER).get(f"/cases/{number}").text


def test_a_meeting_that_was_held_comes_no_more_first(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    client = house.client(OFFICER)
    assert MEETING in client.get(f"/cases/{number}").text
    take(house, number, Step.MEET)
    assert MEETING not in client.get(f"/cases/{number}").text
    take(house, number, Step.HAND_IN_PLAN, Step.APPROVE_PLAN, Step.REVIEW_AGAIN)
    assert MEETING in client.get(f"/cases/{number}").text, "the next round has its own"
