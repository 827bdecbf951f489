"""Under which rule a clock runs: the two receipts, the reading of the five days, the place's own limit, the law of its day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from flask import g

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases import queries, spine
from casemgr.cases.models import CaseClock
from casemgr.cases.terms import Stage, Step
from casemgr.core.calendar import local_day
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake.terms import Decision
from casemgr.intervention.emergency import queries as emergency
from casemgr.law.deadlines import Unit
from casemgr.law.rulebook import CountedFrom
from casemgr.web import words
from casemgr.web.duration import local_words
from tests.legislation.additions import a_limit, a_reading, added
from tests.support.factories import a_case, a_report, a_story, a_telling
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest


def clock(desk: Desk, number: str, name: str) -> CaseClock | None:
    """The clock of this name that was started last."""
    found = [row for row in queries.clocks(desk, queries.case(desk, number)) if row.clock == name]
    return max(found, key=lambda row: row.id) if found else None


def accept(house: HouseUnderTest, number: str) -> None:
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, reports.report(desk, number), decision=Decision.ACCEPTED)


def take(house: HouseUnderTest, number: str, *steps: Step, at: datetime | None = None) -> None:
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        for step in steps:
            spine.advance(desk, queries.case(desk, number), step, at=at)


def test_both_receipts_are_kept_and_the_earlier_one_counts(house: HouseUnderTest) -> None:
    heard = house.clock.now() - timedelta(hours=5)
    story = a_story()
    unknown = replace(story, incident=replace(story.incident, unit_code=None))
    with house.desk(Role.PROVINCE_SUPERVISOR, LANG_SON) as desk:
        number = intake.receive(desk, a_telling(house, story=unknown, received_at=heard)).report.number
    with house.desk(Role.PROVINCE_SUPERVISOR, LANG_SON, writing=False) as desk:
        assert queries.case(desk, number).reached_at is None, "no commune has it yet"
    house.clock.move(timedelta(hours=2))
    with house.desk(Role.PROVINCE_SUPERVISOR, LANG_SON) as desk:
        intake.route(desk, reports.report(desk, number), unit_code=NA_SAM, reason=None)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = queries.case(desk, number)
        assert (case.received_at, case.reached_at) == (heard, house.clock.now())
        running = clock(desk, number, "emergency_12h")
    assert running is not None and running.due_at == heard + timedelta(hours=12)
    assert running.started_by == CountedFrom.RECEIPT


def test_both_receipts_and_the_reading_are_told_in_words(swept: HouseUnderTest) -> None:
    number = a_case(swept)
    with swept.maintenance() as desk:
        case = queries.case(desk, number)
        plan, emergency = clock(desk, number, "plan_5wd"), clock(desk, number, "emergency_12h")
        assert plan is not None and emergency is not None
        with swept.app.test_request_context("/"):
            g.now = desk.now
            assert words.two_receipts(case) == "", "one moment: nothing to tell"
            case.reached_at = case.received_at + timedelta(hours=2, minutes=30)
            told = words.two_receipts(case)
            assert "12:45" in told and "15:15" in told and "03:15" in told
            assert "nhận tin" in words.clock_start(plan) and words.clock_start(emergency) == ""
            plan.started_by = CountedFrom.MEETING
            assert "cuộc họp" in words.clock_start(plan)
            plan.started_by = CountedFrom.STUDY
            assert "đánh giá cụ thể" in words.clock_start(plan)


def test_told_later_than_it_arrived_the_arrival_counts(house: HouseUnderTest) -> None:
    number = a_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = queries.case(desk, number)
        assert case.reached_at == case.received_at, "the commune heard it itself"
        case.reached_at = case.received_at - timedelta(minutes=9)
        assert spine.heard_first(case) == case.reached_at


def test_every_clock_keeps_the_version_it_runs_under(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        plan, initial = clock(desk, number, "plan_5wd"), clock(desk, number, "initial_assessment")
    assert plan is not None and (plan.rule_from, plan.rule_value) == (date(2017, 7, 1), 5)
    assert initial is not None and (initial.rule_from, initial.rule_value) == (date(2017, 7, 1), None)
    assert plan.started_by == CountedFrom.RECEIPT


def test_a_place_may_count_the_five_days_from_the_full_assessment(house: HouseUnderTest) -> None:
    added(house, a_reading(house, CountedFrom.STUDY))
    number = a_report(house)
    accept(house, number)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert clock(desk, number, "plan_5wd") is None
    take(house, number, Step.ASSESS_NO_EMERGENCY)
    house.clock.move(timedelta(days=2))
    concluded = house.clock.now() - timedelta(hours=1)
    take(house, number, Step.STUDY, at=concluded)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        plan = clock(desk, number, "plan_5wd")
    assert plan is not None and (plan.started_at, plan.started_by) == (concluded, CountedFrom.STUDY)
    assert plan.due_at == datetime(2026, 11, 27, 10, 0, tzinfo=UTC), "Friday the 20th, five working days on"


def test_a_place_may_count_them_from_the_meeting_and_a_second_meeting_starts_nothing(
    house: HouseUnderTest,
) -> None:
    added(house, a_reading(house, CountedFrom.MEETING))
    number = a_report(house)
    accept(house, number)
    take(house, number, Step.ASSESS_NO_EMERGENCY, Step.STUDY)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert clock(desk, number, "plan_5wd") is None
    take(house, number, Step.MEET)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        plan = clock(desk, number, "plan_5wd")
    assert plan is not None and plan.started_by == CountedFrom.MEETING
    take(house, number, Step.HAND_IN_PLAN, Step.RETURN_PLAN, Step.MEET)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        again = clock(desk, number, "plan_5wd")
    assert again is not None and again.id == plan.id and again.stopped_by == Step.HAND_IN_PLAN


def test_a_case_that_comes_from_a_place_that_reads_otherwise_does_not_lose_the_clock(
    house: HouseUnderTest,
) -> None:
    added(house, a_reading(house, CountedFrom.STUDY))
    number = a_report(house)
    accept(house, number)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = queries.case(desk, number)
        spine.advance(desk, case, Step.ASSESS_NO_EMERGENCY)
        there = house.unit_id(THAT_KHE)
        case.unit_id = there  # it counts from receipt
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE) as desk:
        spine.advance(desk, queries.case(desk, number), Step.STUDY)
        desk.flush()
        case, plan = queries.case(desk, number), clock(desk, number, "plan_5wd")
        assert plan is not None and (plan.started_at, plan.started_by) == (
            case.received_at,
            CountedFrom.RECEIPT,
        )


def test_a_reading_holds_from_its_day_for_cases_received_from_then_on(house: HouseUnderTest) -> None:
    number = a_report(house)
    house.clock.move(timedelta(days=1))
    added(house, a_reading(house, CountedFrom.STUDY, since=date(2026, 11, 19)))
    accept(house, number)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        plan = clock(desk, number, "plan_5wd")
    assert plan is not None and plan.started_by == CountedFrom.RECEIPT


def test_a_shorter_limit_of_the_place_stands_beside_the_laws(house: HouseUnderTest) -> None:
    row = added(house, a_limit(house, "emergency_12h", 8, Unit.HOURS))
    number = a_report(house)
    start = house.clock.now()
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        running, case = clock(desk, number, "emergency_12h"), queries.case(desk, number)
    assert running is not None
    assert (running.due_at, running.local_due_at) == (start + timedelta(hours=12), start + timedelta(hours=8))
    assert running.local_change == row and case.due_at == running.due_at, "lists go by the law"


def test_the_page_of_the_plan_says_the_places_limit_too(house: HouseUnderTest) -> None:
    added(house, a_limit(house, "plan_5wd", 3, Unit.WORKING_DAYS))
    number = a_case(house, stage=Stage.PLANNING)
    shown = house.client(Role.COMMUNE_OFFICER).get(f"/cases/{number}/plan").get_data(as_text=True)
    assert "hạn riêng" in shown.lower()


def test_past_the_places_limit_nothing_is_overdue_by_law(house: HouseUnderTest) -> None:
    added(house, a_limit(house, "emergency_12h", 8, Unit.HOURS))
    number = a_report(house)
    house.clock.move(timedelta(hours=9))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert queries.overdue(desk) == []
        running = clock(desk, number, "emergency_12h")
    assert running is not None and running.local_due_at is not None
    said = local_words(house.clock.now(), running.local_due_at, running.due_at)
    assert "hạn riêng" in said.lower() and "quá hạn" not in said.lower()
    shown = house.client(Role.COMMUNE_OFFICER).get("/").get_data(as_text=True)
    assert said in shown and "Quá hạn luật định: 0 việc" in shown
    house.clock.move(timedelta(hours=4))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert len(queries.overdue(desk)) == 1


def test_opened_again_it_is_under_the_law_of_that_day(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.CARRYING_OUT)
    take(house, number, Step.PROPOSE_CLOSURE, Step.CLOSE)
    house.clock.move(timedelta(days=60))
    take(house, number, Step.REOPEN)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = queries.case(desk, number)
    assert case.handled_under == date(2027, 1, 17) == spine.handled_under(case)


def test_told_again_after_a_no_the_five_days_count_from_the_new_telling(house: HouseUnderTest) -> None:
    number = a_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, reports.report(desk, number), decision=Decision.NOT_VERIFIED, reason="Đã đến nhà")
    house.clock.move(timedelta(days=60))
    told = house.clock.now()
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.tell_again(desk, reports.report(desk, number), told="Hàng xóm gọi lại")
    house.clock.move(timedelta(hours=1))
    accept(house, number)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case, plan = queries.case(desk, number), clock(desk, number, "plan_5wd")
        decision = emergency.receipts(desk, case)
    assert plan is not None and (plan.started_at, plan.started_by) == (told, CountedFrom.RECEIPT)
    assert case.handled_under == local_day(told), "what begins anew begins under the law of its day"
    assert decision.due_at == told + timedelta(hours=12)


def test_opened_again_a_clock_of_receipt_counts_from_that_day(house: HouseUnderTest) -> None:
    """A place that reads otherwise takes over a case that was opened again: what it missed began with the opening."""
    added(house, a_reading(house, CountedFrom.STUDY))
    number = a_case(house, stage=Stage.CARRYING_OUT)
    take(house, number, Step.PROPOSE_CLOSURE, Step.CLOSE)
    house.clock.move(timedelta(days=60))
    opened = house.clock.now()
    take(house, number, Step.REOPEN, Step.ASSESS_NO_EMERGENCY)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        queries.case(desk, number).unit_id = house.unit_id(THAT_KHE)  # it counts from receipt
    house.clock.move(timedelta(days=1))
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE) as desk:
        spine.advance(desk, queries.case(desk, number), Step.STUDY)
        desk.flush()
        plan = clock(desk, number, "plan_5wd")
        assert plan is not None and (plan.started_at, plan.stopped_at) == (opened, None)
