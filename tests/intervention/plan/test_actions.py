"""What people do with a plan, on both engines: draft, hand in, approve, give back, change, note visits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import select

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import CaseEvent
from casemgr.cases.terms import Stage, Step
from casemgr.core.db import lost_a_race
from casemgr.core.errors import Conflict, Invalid, NotFound, Refused, RuleBroken
from casemgr.intervention.plan import actions, diary, queries
from casemgr.intervention.plan.models import Plan
from casemgr.intervention.plan.terms import Answer, Comment, Content, Issue, PlanState, Visit
from tests.intervention.plan.work import (
    CONTENT,
    EXPLAINED,
    NO_PAPERS,
    SERVICES,
    a_case_carried_out,
    a_case_in_planning,
    approved,
    assess,
    everybody,
    handed_in,
)
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR


def states(house: HouseUnderTest, number: str) -> list[tuple[int, int, str]]:
    with house.maintenance(writing=False) as desk:
        found = queries.versions(desk, cases.case(desk, number))
        return [(one.round, one.revision, one.state) for one in found]


def stage(house: HouseUnderTest, number: str) -> str:
    with house.maintenance(writing=False) as desk:
        return cases.case(desk, number).stage


def steps(house: HouseUnderTest, number: str) -> list[str]:
    with house.maintenance(writing=False) as desk:
        return [event.step for event in reversed(cases.timeline(desk, cases.case(desk, number)))]


def issue(desk: Desk, number: str, version: int, told: str = "128/QĐ-UBND") -> None:
    """The chair issues the decision under a number."""
    case = cases.case(desk, number)
    plan = queries.current(desk, case)
    assert plan is not None and plan.content is not None
    actions.approve(
        desk,
        case,
        version=version,
        issue=Issue(told, date(2026, 11, 18), everybody(plan.content)),
        explanations=EXPLAINED,
    )


def as_the_door_does(house: HouseUnderTest, actor: Actor, work: Callable[[Desk], object]) -> None:
    """Do the work at a desk; once more if somebody else wrote at the same moment."""
    for last in (False, False, True):
        try:
            with house.office.open(actor) as desk:
                work(desk)
            return
        except Exception as error:
            if last or not lost_a_race(error):
                raise


def test_a_draft_is_kept_and_the_stale_page_is_told(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    with house.desk(OFFICER) as desk:
        first = actions.save(desk, cases.case(desk, number), content=CONTENT, version=0)
        version = first.version
    with house.desk(OFFICER, person=1) as desk:
        other = replace(CONTENT, why="Khác")
        assert (
            actions.save(desk, cases.case(desk, number), content=other, version=version).version
            == version + 1
        )
    with pytest.raises(Conflict), house.desk(OFFICER) as desk:
        actions.save(desk, cases.case(desk, number), content=replace(CONTENT, why="Cũ"), version=version)
    with house.desk(OFFICER, person=1) as desk:
        again = actions.save(desk, cases.case(desk, number), content=other, version=version)
        assert again.content is not None and again.content.why == "Khác"
    assert states(house, number) == [(1, 1, PlanState.DRAFT)]
    assert steps(house, number).count(Step.DRAFT_PLAN) == 2


@pytest.mark.parametrize("begun", [False, True])
def test_of_two_who_save_at_once_one_is_told(house: HouseUnderTest, begun: bool) -> None:
    number, version = a_case_in_planning(house), 0
    if begun:
        with house.desk(OFFICER) as desk:
            version = actions.save(desk, cases.case(desk, number), content=CONTENT, version=0).version
    actors = [house.actor(OFFICER, person=person) for person in (0, 1)]
    together = Barrier(2)

    def save(desk: Desk, person: int) -> None:
        content = replace(CONTENT, why=f"Bản của người {person}")
        actions.save(desk, cases.case(desk, number), content=content, version=version)

    def write(person: int) -> str:
        together.wait(60)
        try:
            as_the_door_does(house, actors[person], lambda desk: save(desk, person))
        except Conflict:
            return "told"
        return "saved"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(write, (0, 1))) == ["saved", "told"]
    assert states(house, number) == [(1, 1, PlanState.DRAFT)]


def test_rows_get_marks_that_stay(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        plan = actions.save(desk, case, content=CONTENT, version=0)
        stored = plan.content
        assert stored is not None and len({row.key for row in stored.services}) == 2
        again = actions.save(
            desk, case, content=replace(stored, services=stored.services[::-1]), version=plan.version
        )
        assert again.content is not None
        assert [row.key for row in again.content.services] == [row.key for row in stored.services[::-1]]


def test_what_cannot_be_read_is_named_by_row(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    wrong = replace(
        CONTENT, services=(SERVICES[0], replace(SERVICES[1], kind="magic"), replace(SERVICES[1], cost=-1))
    )
    with pytest.raises(Invalid) as told, house.desk(OFFICER) as desk:
        actions.save(desk, cases.case(desk, number), content=wrong, version=0)
    assert set(told.value.errors) == {"services-1-kind", "services-2-cost"}
    many = replace(CONTENT, services=SERVICES[:1] * 21)
    with pytest.raises(Invalid), house.desk(OFFICER) as desk:
        actions.save(desk, cases.case(desk, number), content=many, version=0)


def test_a_plan_goes_to_the_chair_and_services_run(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    version = handed_in(house, number)
    assert stage(house, number) == Stage.APPROVING
    with pytest.raises(RuleBroken), house.desk(OFFICER) as desk:
        actions.save(desk, cases.case(desk, number), content=replace(CONTENT, why="Sửa sau"), version=version)
    approved(house, number, version)
    assert stage(house, number) == Stage.CARRYING_OUT
    with house.maintenance(writing=False) as desk:
        case = cases.case(desk, number)
        plan = queries.approved(desk, case)
        assert plan is not None and queries.stands(desk, plan)
        assert plan.effective_on == date(2026, 11, 18)
        assert plan.decision is not None and plan.decision.number == "128/QĐ-UBND"
        assert {one.code for one in plan.decision.explained} == {"alleged-parent"}
        event = desk.first(
            select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.step == Step.APPROVE_PLAN)
        )
        assert event is not None
        running = {clock.clock for clock in cases.clocks(desk, case) if clock.stopped_at is None}
        assert "plan_approval_2wd" not in running and "plan_5wd" not in running


def test_handed_in_twice_is_handed_in_once(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    version = handed_in(house, number)
    assert handed_in(house, number) == version
    assert states(house, number) == [(1, 1, PlanState.HANDED_IN)]
    assert steps(house, number).count(Step.HAND_IN_PLAN) == 1


def test_an_unfinished_plan_is_not_handed_in_and_nothing_moves(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    with pytest.raises(RuleBroken) as told:
        handed_in(house, number, replace(CONTENT, services=(replace(SERVICES[0], cost=None),)))
    assert {one.code for one in told.value.findings.blocking} == {"cost"}  # type: ignore[union-attr]
    assert states(house, number) == [] and stage(house, number) == Stage.PLANNING
    with pytest.raises(RuleBroken):
        handed_in(house, number)  # the child was not asked
    with house.desk(OFFICER) as desk:
        told_why = {"child-not-asked": "Trẻ 2 tuổi", "file-full": "Chưa làm", **NO_PAPERS}
        plan = actions.hand_in(
            desk, cases.case(desk, number), content=CONTENT, version=0, explanations=told_why
        )
        assert plan.making is not None
        assert {one.code: one.text for one in plan.making.explained} == told_why
    approved(house, number, plan.version)


def test_whoever_wrote_does_not_approve(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    version = handed_in(house, number)
    with pytest.raises(Refused), house.desk(OFFICER) as desk:
        actions.approve(
            desk,
            cases.case(desk, number),
            version=version,
            issue=Issue("1", date(2026, 11, 18)),
        )
    officer, chair = house.actor(OFFICER), house.actor(CHAIR)
    both = replace(officer, permissions=officer.permissions | chair.permissions)
    with house.desk(OFFICER, writing=False) as desk:
        plan = queries.current(desk, cases.case(desk, number))
        assert plan is not None and plan.content is not None
        recipients = everybody(plan.content)
    with pytest.raises(RuleBroken) as told, house.office.open(both) as desk:
        actions.approve(
            desk,
            cases.case(desk, number),
            version=version,
            issue=Issue("1/QĐ", date(2026, 11, 18), recipients),
            explanations=EXPLAINED,
        )
    assert [one.code for one in told.value.findings.blocking] == ["another-person"]  # type: ignore[union-attr]
    assert stage(house, number) == Stage.APPROVING


def test_an_alleged_father_wants_a_reason(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    version = handed_in(house, number)
    with pytest.raises(RuleBroken) as told:
        approved(house, number, version, explanations={})
    to_explain = {one.code for one in told.value.findings.to_explain}  # type: ignore[union-attr]
    assert to_explain - NO_PAPERS.keys() == {"alleged-parent"}
    approved(house, number, version, explanations={"alleged-parent": "Chưa gửi: an toàn của trẻ"})
    with house.maintenance(writing=False) as desk:
        plan = queries.approved(desk, cases.case(desk, number))
        assert plan is not None and plan.decision is not None
        assert [one.alleged for one in plan.decision.not_sent_to] == [True]


def test_given_back_with_comments_then_put_right(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    version = handed_in(house, number)
    with house.desk(CHAIR) as desk:
        case = cases.case(desk, number)
        plan = queries.current(desk, case)
        assert plan is not None and plan.content is not None
        row = plan.content.services[0].key
        comments = [Comment(row, "Bắt đầu sớm hơn"), Comment("not-a-row", "x"), Comment(row, "  ")]
        with pytest.raises(RuleBroken):
            actions.give_back(desk, case, version=version, reason=" ", comments=[])
        actions.give_back(desk, case, version=version, reason=None, comments=comments)
    assert stage(house, number) == Stage.PLANNING
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        plan = queries.current(desk, case)
        assert plan is not None and plan.decision is not None and plan.content is not None
        assert plan.decision.comments == (Comment(row, "Bắt đầu sớm hơn"),)
        running = {clock.clock for clock in cases.clocks(desk, case) if clock.stopped_at is None}
        assert "plan_approval_2wd" in running
        better = replace(plan.content, goals=plan.content.goals)
        content = replace(
            better, services=(replace(better.services[0], since=date(2026, 11, 19)), *better.services[1:])
        )
        version = plan.version
    version = handed_in(house, number, content, version=version)
    assert states(house, number) == [(1, 2, PlanState.HANDED_IN), (1, 1, PlanState.RETURNED)]
    approved(house, number, version)


def test_a_change_makes_the_approval_void_until_it_is_approved_again(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        old = queries.current(desk, case)
        assert old is not None and old.content is not None
        content, version = old.content, old.version
        dearer = replace(
            content, services=(replace(content.services[0], cost=500_000), *content.services[1:])
        )
        for wrong, why in ((content, "Lý do"), (dearer, None)):
            with pytest.raises(RuleBroken):
                actions.change(desk, case, content=wrong, version=version, why=why)
    with house.desk(OFFICER) as desk:
        new = actions.change(
            desk, cases.case(desk, number), content=dearer, version=version, why="Thêm chi phí đi lại"
        )
        assert new.state == PlanState.DRAFT and new.making is not None
        assert new.making.why_changed == "Thêm chi phí đi lại"
    assert stage(house, number) == Stage.PLANNING
    assert states(house, number) == [(1, 2, PlanState.DRAFT), (1, 1, PlanState.VOID)]
    with house.maintenance(writing=False) as desk:
        case = cases.case(desk, number)
        assert queries.approved(desk, case) is None
        decided = queries.decided(desk, case)
        assert decided is not None and decided.decided_at is not None and decided.voided_at is not None
    approved(house, number, handed_in(house, number, dearer, version=new.version))
    with house.maintenance(writing=False) as desk:
        found = queries.approved(desk, cases.case(desk, number))
        assert found is not None and (found.round, found.revision) == (1, 2)


def test_a_content_changed_behind_the_back_is_seen(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    with house.maintenance() as desk:
        plan = queries.approved(desk, cases.case(desk, number))
        assert plan is not None and plan.content is not None
        desk.seal(plan, content=replace(plan.content, why="Khác"))
    with house.maintenance(writing=False) as desk:
        case = cases.case(desk, number)
        plan = queries.current(desk, case)
        assert plan is not None and plan.state == PlanState.APPROVED
        assert not queries.stands(desk, plan) and queries.approved(desk, case) is None


def test_a_stranger_finds_no_plan(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        with pytest.raises(NotFound):
            cases.case(desk, number)
        assert desk.all(select(Plan)) == []
        assert queries.promises(desk) == []
    with house.desk(OFFICER, writing=False) as desk:
        assert len(desk.all(select(Plan))) == 1


def a_service(house: HouseUnderTest, number: str) -> str:
    with house.maintenance(writing=False) as desk:
        plan = queries.approved(desk, cases.case(desk, number))
        assert plan is not None and plan.content is not None
        return plan.content.services[1].key


SEEN = Visit(Answer.YES, Answer.YES, "Trẻ ngủ ngon hơn", "Mang sách vở đến")


def test_a_visit_is_noted_once_and_its_promise_is_kept(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    key, mark = a_service(house, number), uuid4()
    house.clock.move(timedelta(days=3))
    for _again in range(2):
        with house.desk(OFFICER) as desk:
            entry = diary.note(
                desk,
                cases.case(desk, number),
                service=key,
                happened_on=date(2026, 11, 20),
                visit=SEEN,
                promise_on=date(2026, 11, 24),
                form_id=mark,
            )
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        noted = queries.diary(desk, case)
        assert [one.id for one in noted.entries] == [entry.id] and noted.noted(key)
        assert queries.visit(noted.entries[0]) == SEEN
        assert [(one.entry_id, one.number) for one in queries.promises(desk)] == [(entry.id, number)]
        case.rehearsal = True
        desk.flush()
        assert queries.promises(desk) == [], "practice is on no list"
        case.rehearsal = False
        desk.flush()
        diary.keep_promise(desk, case, entry_id=entry.id)
        assert queries.promises(desk) == []
    assert steps(house, number).count(Step.SERVICE) == 1


def test_a_visit_needs_the_approved_plan_and_one_of_its_services(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    said = {"service": "s1", "happened_on": date(2026, 11, 18), "visit": Visit(Answer.NO)}
    with pytest.raises(RuleBroken), house.desk(OFFICER) as desk:
        diary.note(desk, cases.case(desk, number), **said)  # type: ignore[arg-type]
    approved(house, number, handed_in(house, number))
    with pytest.raises(RuleBroken), house.desk(OFFICER) as desk:
        diary.note(desk, cases.case(desk, number), **said)  # type: ignore[arg-type]
    key = a_service(house, number)
    with house.desk(OFFICER) as desk:
        entry = diary.note(
            desk,
            cases.case(desk, number),
            service=key,
            happened_on=date(2026, 11, 18),
            visit=Visit(Answer.NO),
        )
        assert queries.visit(entry).alone is Answer.NO
    with pytest.raises(NotFound), house.desk(OFFICER) as desk:
        diary.keep_promise(desk, cases.case(desk, number), entry_id=entry.id)


def test_the_background_comes_from_report_and_assessment(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    with house.desk(OFFICER, writing=False) as desk:
        known = queries.background(desk, cases.case(desk, number))
        assert known.wishes is None and dict(known.kinds_needed) == {}
        assert known.family.father.alleged and not known.family.mother.alleged
    assess(house, number, services=("psychology", "legal_aid"))
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        known = queries.background(desk, case)
        assert known.wishes == "Cháu muốn ở với bà." and known.risk == "high"
        assert set(known.kinds_needed) == {"psychology", "legal_aid"}
        assert queries.facts(desk, case, Content()).wishes_known


def test_the_same_decision_issued_twice_is_one(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    version = handed_in(house, number)
    approved(house, number, version)
    approved(house, number, version)
    assert states(house, number) == [(1, 1, PlanState.APPROVED)]
    assert steps(house, number).count(Step.APPROVE_PLAN) == 1
    for told, person in (("129/QĐ-UBND", 0), ("128/QĐ-UBND", 1)):
        with pytest.raises(Conflict), house.desk(CHAIR, person=person) as desk:
            issue(desk, number, version, told)


def test_a_double_click_at_the_same_moment_issues_one_decision(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    version = handed_in(house, number)
    actor, together = house.actor(CHAIR), Barrier(2)

    def click(_time: int) -> None:
        together.wait(60)
        as_the_door_does(house, actor, lambda desk: issue(desk, number, version))

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(click, (0, 1)))
    assert steps(house, number).count(Step.APPROVE_PLAN) == 1


def test_the_same_plan_given_back_twice_is_given_back_once(house: HouseUnderTest) -> None:
    number = a_case_in_planning(house)
    version = handed_in(house, number)
    for _again in range(2):
        with house.desk(CHAIR) as desk:
            actions.give_back(desk, cases.case(desk, number), version=version, reason="Thiếu ngày")
    assert steps(house, number).count(Step.RETURN_PLAN) == 1


def test_the_number_of_the_decision_is_kept_apart_from_the_reason(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    with house.maintenance(writing=False) as desk:
        timeline = cases.timeline(desk, cases.case(desk, number))
        note = next(event.note for event in timeline if event.step == Step.APPROVE_PLAN)
        assert note is not None and note.data == {"number": "128/QĐ-UBND"} and note.text is None
