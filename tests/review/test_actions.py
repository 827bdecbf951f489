"""Reviewing and closing, on both engines: draft, propose, another round, close, refuse."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.assessment.terms import Rating
from casemgr.cases import queries as cases
from casemgr.cases.terms import Ending, Stage, Step
from casemgr.core.errors import Conflict, Invalid, NotFound, Refused, RuleBroken
from casemgr.intake import queries as intake
from casemgr.intervention.plan import actions as plans
from casemgr.intervention.plan import diary
from casemgr.intervention.plan import queries as plan_queries
from casemgr.intervention.plan.terms import Answer, Visit
from casemgr.review import actions, queries
from casemgr.review.models import Review
from casemgr.review.terms import Answers, Outcome, Reply, ReviewState
from tests.intervention.plan.work import CONTENT, NO_PAPERS, a_case_carried_out, approved
from tests.review.test_rules import SAFEST, WELL
from tests.support.house import THAT_KHE, HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR
WHY = {"services-running": "Trung tâm tiếp tục theo hợp đồng riêng"}


def a_case_served(house: HouseUnderTest) -> str:
    """A case whose child was seen by every service."""
    number = a_case_carried_out(house)
    house.clock.move(timedelta(days=20))
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        plan = plan_queries.approved(desk, case)
        assert plan is not None and plan.content is not None
        for row in plan.content.services:
            seen = Visit(Answer.YES, Answer.YES, "Ổn")
            diary.note(desk, case, service=row.key, happened_on=date(2026, 11, 25), visit=seen)
    return number


def stands(house: HouseUnderTest, number: str) -> tuple[str, int, str | None]:
    with house.maintenance(writing=False) as desk:
        case = cases.case(desk, number)
        return case.stage, case.round, case.ending


def propose(house: HouseUnderTest, number: str, answers: Answers = WELL, *, version: int = 0) -> int:
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        done = actions.conclude(
            desk, case, outcome=Outcome.CLOSE, answers=answers, version=version, explanations=WHY
        )
        return done.version


def test_reviewed_by_one_closed_by_another(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    version = propose(house, number)
    assert propose(house, number) == version  # sent twice is one review
    assert stands(house, number) == (Stage.REVIEWING, 1, None)
    with pytest.raises(Refused), house.desk(OFFICER) as desk:
        actions.close(desk, cases.case(desk, number), version=version)
    officer, chair = house.actor(OFFICER), house.actor(CHAIR)
    both = replace(officer, permissions=officer.permissions | chair.permissions)
    with pytest.raises(RuleBroken) as told, house.office.open(both) as desk:
        actions.close(desk, cases.case(desk, number), version=version)
    assert [one.code for one in told.value.findings.blocking] == ["own-review"]  # type: ignore[union-attr]
    with house.desk(CHAIR) as desk:
        actions.close(desk, cases.case(desk, number), version=version, reason="Đồng ý")
    assert stands(house, number) == (Stage.CLOSED, 1, Ending.SAFE_AND_STABLE)
    with house.maintenance(writing=False) as desk:
        case = cases.case(desk, number)
        assert case.closed_at == house.clock.now() and case.due_at is None
        assert all(clock.stopped_at is not None for clock in cases.clocks(desk, case))
        report = intake.report_of(desk, case)
        assert report.state == "closed" and intake.history(desk, report)[-1].state == "closed"
        review = queries.current(desk, case)
        assert review is not None and review.making is not None
        assert [one.code for one in review.making.explained] == ["services-running"]
    with pytest.raises(RuleBroken), house.desk(CHAIR) as desk:
        actions.close(desk, cases.case(desk, number), version=version + 1)


def test_nothing_is_proposed_against_the_law(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    risky = replace(WELL, safe=Reply(Answer.UNKNOWN, "Chưa gặp cha"))
    with pytest.raises(RuleBroken) as told:
        propose(house, number, risky)
    assert {one.code for one in told.value.findings.blocking} == {"not-safe"}  # type: ignore[union-attr]
    assert stands(house, number) == (Stage.CARRYING_OUT, 1, None)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        with pytest.raises(RuleBroken) as told:
            actions.conclude(desk, case, outcome=Outcome.CLOSE, answers=WELL, version=0)
    assert {one.code for one in told.value.findings.to_explain} == {"services-running"}  # type: ignore[union-attr]


def test_another_round_never_hides_the_first(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    again = replace(WELL, safe=Reply(Answer.NO, "Cha vẫn tới"), next_plan="Nơi ở khác cho trẻ")
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        actions.conclude(desk, case, outcome=Outcome.NEXT_ROUND, answers=again, version=0)
    assert stands(house, number) == (Stage.PLANNING, 2, None)
    with house.maintenance(writing=False) as desk:
        case = cases.case(desk, number)
        assert plan_queries.current(desk, case) is None
        first = plan_queries.decided(desk, case)
        assert first is not None and first.round == 1 and plan_queries.stands(desk, first)
        events = [event for event in cases.timeline(desk, case) if event.step == Step.REVIEW_AGAIN]
        assert [event.round for event in events] == [1]
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        new = plans.hand_in(desk, case, content=CONTENT, version=0, explanations=NO_PAPERS)
        assert (new.round, new.revision) == (2, 1)
    approved(house, number, new.version, effective_on=date(2026, 12, 8))
    with house.maintenance(writing=False) as desk:
        case = cases.case(desk, number)
        assert [one.round for one in plan_queries.versions(desk, case)] == [2, 1]
        assert set(plan_queries.diary(desk, case).services) == {
            row.key
            for one in plan_queries.versions(desk, case)
            if one.content
            for row in one.content.services
        }
        last = queries.last_time(desk, case)
        assert last["M06.A1"].form == "06" and last["M06.A1"].level == SAFEST["M06.A1"].level


def test_a_visit_of_the_round_before_says_nothing_of_this_one(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    again = replace(WELL, safe=Reply(Answer.NO, "Cha vẫn tới"), next_plan="Nơi ở khác cho trẻ")
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        actions.conclude(desk, case, outcome=Outcome.NEXT_ROUND, answers=again, version=0)
        first = plan_queries.decided(desk, case)
        assert first is not None and first.content is not None
        same = first.content  # the page of the next plan begins with the rows of the one before
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        version = plans.hand_in(desk, case, content=same, version=0, explanations=NO_PAPERS).version
    approved(house, number, version, effective_on=date(2026, 12, 8))

    def seen() -> tuple[bool, bool]:
        with house.desk(OFFICER, writing=False) as desk:
            facts = queries.services_facts(desk, cases.case(desk, number))
            return facts.seen, facts.seen_alone

    assert seen() == (False, False), "both visits were before the review"
    house.clock.move(timedelta(days=1))
    with house.desk(OFFICER) as desk:
        case, visit = cases.case(desk, number), Visit(Answer.YES, Answer.NO, "Ổn")
        key = same.services[0].key
        diary.note(desk, case, service=key, happened_on=date(2026, 12, 9), visit=visit)
    assert seen() == (True, False)


def test_refused_with_a_reason_then_reviewed_again(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    version = propose(house, number)
    with pytest.raises(RuleBroken), house.desk(CHAIR) as desk:
        actions.refuse(desk, cases.case(desk, number), version=version, reason=" ")
    with house.desk(CHAIR) as desk:
        actions.refuse(desk, cases.case(desk, number), version=version, reason="Chưa hỏi trường")
    assert stands(house, number) == (Stage.CARRYING_OUT, 1, None)
    version = propose(house, number)
    with house.maintenance(writing=False) as desk:
        found = queries.reviews(desk, cases.case(desk, number))
        assert [(one.number, one.state) for one in found] == [
            (2, ReviewState.PROPOSED),
            (1, ReviewState.REFUSED),
        ]
    with house.desk(CHAIR) as desk:
        actions.close(desk, cases.case(desk, number), version=version)


def test_a_draft_is_kept_and_the_stale_page_is_told(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    with house.desk(OFFICER) as desk:
        version = actions.save(desk, cases.case(desk, number), answers=WELL, version=0).version
    with house.desk(OFFICER, person=1) as desk:
        actions.save(
            desk, cases.case(desk, number), answers=replace(WELL, child_says="“Ổn”"), version=version
        )
    with pytest.raises(Conflict), house.desk(OFFICER) as desk:
        actions.save(
            desk, cases.case(desk, number), answers=replace(WELL, child_says="“Khác”"), version=version
        )
    wrong = replace(WELL, ratings={"M06.A1": Rating("very"), "M99": Rating("low")})
    with pytest.raises(Invalid), house.desk(OFFICER) as desk:
        actions.save(desk, cases.case(desk, number), answers=wrong, version=version + 1)


def test_no_answer_is_lost_on_the_way(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    told = replace(WELL, **{one.name: f"Lời {one.name}" for one in fields(Answers) if one.default is None})
    with house.desk(OFFICER) as desk:
        assert actions.save(desk, cases.case(desk, number), answers=told, version=0).answers == told


def test_last_time_is_the_nearest_form(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    with house.desk(OFFICER, writing=False) as desk:
        last = queries.last_time(desk, cases.case(desk, number))
    assert (last["M06.A1"].form, last["M06.A1"].level) == ("03", "high")
    assert last["M06.B1"].level == "low" and "M06.B3" not in last


def test_closing_looks_at_the_diary(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    with house.desk(OFFICER, writing=False) as desk:
        facts = queries.services_facts(desk, cases.case(desk, number))
    assert facts.planned and facts.approval_stands and not facts.seen
    assert len(facts.never_noted) == 2 and len(facts.running) == 2


def test_a_stranger_finds_no_review(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    propose(house, number)
    with house.desk(CHAIR, THAT_KHE, writing=False) as desk:
        assert desk.all(select(Review)) == []
        with pytest.raises(NotFound):
            cases.case(desk, number)
    with house.desk(CHAIR, writing=False) as desk:
        assert len(desk.all(select(Review))) == 1


def test_a_plan_changed_after_approval_stops_the_closure(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    with house.maintenance() as desk:
        plan = plan_queries.approved(desk, cases.case(desk, number))
        assert plan is not None and plan.content is not None
        desk.seal(plan, content=replace(plan.content, why="Khác"))
    with pytest.raises(RuleBroken) as told:
        propose(house, number)
    assert {one.code for one in told.value.findings.blocking} == {"approval-void"}  # type: ignore[union-attr]


def test_the_same_closure_sent_twice_is_one(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    version = propose(house, number)
    for _again in range(2):
        with house.desk(CHAIR) as desk:
            actions.close(desk, cases.case(desk, number), version=version, reason="Đồng ý")
    with house.maintenance(writing=False) as desk:
        steps = [event.step for event in cases.timeline(desk, cases.case(desk, number))]
    assert steps.count(Step.CLOSE) == 1
    with pytest.raises(Conflict), house.desk(CHAIR) as desk:
        actions.close(desk, cases.case(desk, number), version=version, reason="Khác")
    with pytest.raises(Conflict), house.desk(CHAIR, person=1) as desk:
        actions.close(desk, cases.case(desk, number), version=version, reason="Đồng ý")


def test_the_same_refusal_sent_twice_is_one(house: HouseUnderTest) -> None:
    number = a_case_served(house)
    version = propose(house, number)
    for _again in range(2):
        with house.desk(CHAIR) as desk:
            actions.refuse(desk, cases.case(desk, number), version=version, reason="Chưa hỏi trường")
    with house.maintenance(writing=False) as desk:
        steps = [event.step for event in cases.timeline(desk, cases.case(desk, number))]
    assert steps.count(Step.REFUSE_CLOSURE) == 1
