"""When nobody reacts: who is told, once, by whoever runs it, and what the pages say when nobody does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.accounts.models import Absence, Appointment
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.models import Case, CaseEvent
from casemgr.cases.terms import Stage, Step
from casemgr.handovers import actions as handovers
from casemgr.handovers import queries as handover_queries
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake.terms import Decision
from casemgr.notices import actions, queries, rules
from casemgr.notices.models import Escalation, Notice
from casemgr.notices.terms import About, Level, Mark, Matter, Ran, Staff
from tests.handovers.test_actions import answer, sent
from tests.intervention.care.work import in_care
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, NA_SAM, THAT_KHE, HouseUnderTest

NOW = datetime(2026, 11, 18, 5, 45, tzinfo=UTC)
HELD = queries.thresholds(date(2026, 11, 18))


def run(house: HouseUnderTest) -> Ran:
    done, mark = Ran(), Mark()
    while mark is not None:
        with house.maintenance() as desk:
            done = done.and_then(actions.run(desk, mark, limit=3))
        mark = done.next  # type: ignore[assignment]
    return done


def told(house: HouseUnderTest) -> set[tuple[str, UUID, str]]:
    with house.maintenance(writing=False) as desk:
        return {(row.matter, row.account_id, row.level) for row in desk.all(select(Notice))}


def test_an_unseen_report_climbs(house: HouseUnderTest) -> None:
    officer, chair = house.hire(Role.COMMUNE_OFFICER)[0], house.hire(Role.COMMUNE_CHAIR)[0]
    province = house.hire(Role.PROVINCE_SUPERVISOR)[0]
    number = a_case(house, stage=Stage.RECEIVED)
    run(house)
    seen = {row for row in told(house) if row[0] == About.REPORT_UNSEEN}
    assert seen == {(About.REPORT_UNSEEN, officer, Level.HOLDER)}
    house.clock.move(timedelta(minutes=61))
    run(house)
    house.clock.move(timedelta(hours=3))
    run(house)
    seen = {row for row in told(house) if row[0] == About.REPORT_UNSEEN}
    assert {(who, level) for _about, who, level in seen} == {
        (officer, Level.HOLDER),
        (chair, Level.CHAIR),
        (province, Level.PROVINCE),
    }
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        lines = [row.step for row in cases.timeline(desk, cases.case(desk, number))]
    assert lines.count(Step.ESCALATE) == 2


def test_a_handover_that_was_seen_and_never_answered_climbs(house: HouseUnderTest) -> None:
    chair = house.hire(Role.COMMUNE_CHAIR, THAT_KHE)[0]
    province = house.hire(Role.PROVINCE_SUPERVISOR)[0]
    number = a_case(house, stage=Stage.PLANNING)
    handover = sent(house, number, to=THAT_KHE)

    def climbed() -> set[tuple[UUID, str]]:
        run(house)
        return {(who, level) for about, who, level in told(house) if about == About.HANDOVER_UNANSWERED}

    answer(house, handovers.see, handover, at=THAT_KHE)
    house.clock.move(timedelta(hours=23, minutes=59))
    assert climbed() == set()
    house.clock.move(timedelta(minutes=1))
    assert climbed() == {(chair, Level.CHAIR)}
    house.clock.move(timedelta(days=1))
    assert climbed() == {(chair, Level.CHAIR), (province, Level.PROVINCE)}
    page = house.client(Role.COMMUNE_CHAIR, THAT_KHE).get("/notices").text
    assert "Có bàn giao chờ trả lời" in page and 'href="/handovers"' in page
    answer(house, handovers.accept, handover, at=THAT_KHE)
    with house.maintenance(writing=False) as desk:
        left = queries.standing(desk, cases.case(desk, number))
        assert About.HANDOVER_UNANSWERED not in {matter.about for matter, _standing in left}


def test_running_again_tells_nobody_twice(house: HouseUnderTest) -> None:
    house.hire(Role.COMMUNE_CHAIR)
    house.hire(Role.PROVINCE_SUPERVISOR)
    for _one in range(4):
        a_case(house)
    house.clock.move(timedelta(days=30))
    first = run(house)
    before = told(house)
    assert first.told > 8 and first.escalated >= 8
    assert (run(house).told, run(house).escalated) == (0, 0)
    assert told(house) == before


def test_two_at_once_tell_once(house: HouseUnderTest) -> None:
    house.hire(Role.COMMUNE_CHAIR)
    house.hire(Role.PROVINCE_SUPERVISOR)
    for _one in range(3):
        a_case(house)
    house.clock.move(timedelta(days=30))

    def once(_number: int) -> int:
        with house.maintenance() as desk:
            return actions.run(desk).told

    with ThreadPoolExecutor(2) as threads:
        total = sum(threads.map(once, range(2)))
    with house.maintenance(writing=False) as desk:
        rows = [(row.account_id, row.key) for row in desk.all(select(Notice))]
        assert len(rows) == len(set(rows)) == total
        keys = desk.all(select(Escalation.key))
        assert len(keys) == len(set(keys))
        lines = desk.all(select(CaseEvent.id).where(CaseEvent.step == Step.ESCALATE))
        climbed = desk.all(select(Escalation.id).where(Escalation.level != Level.HOLDER))
        assert len(lines) == len(climbed)


def test_silence_is_not_broken_by_being_told(house: HouseUnderTest) -> None:
    house.hire(Role.COMMUNE_CHAIR)
    number = a_case(house)
    with house.maintenance(writing=False) as desk:
        before = desk.one(select(Case.moved_at).where(Case.number == number))
    house.clock.move(timedelta(days=30))
    assert run(house).escalated
    with house.maintenance(writing=False) as desk:
        assert desk.one(select(Case.moved_at).where(Case.number == number)) == before


def test_without_a_supervisor_the_nation_is_told(house: HouseUnderTest) -> None:
    house.hire(Role.COMMUNE_OFFICER)
    nation, _ = house.hire(Role.PROVINCE_SUPERVISOR, ELSEWHERE)  # of another province: not told
    with house.maintenance() as desk:
        row = desk.one(select(Appointment).where(Appointment.account_id == nation))
        row.unit_id = None  # the supervisor of the country
    a_case(house, stage=Stage.RECEIVED)
    house.clock.move(timedelta(days=2))
    run(house)
    assert (About.REPORT_UNSEEN, nation, Level.CHAIR) in told(house)  # no chair, no province: climbs at once
    assert (About.REPORT_UNSEEN, nation, Level.PROVINCE) in told(house)


def test_a_deputy_is_told_beside_the_absent(house: HouseUnderTest) -> None:
    chair, office = house.hire(Role.COMMUNE_CHAIR)
    deputy, _ = house.hire(Role.COMMUNE_OFFICER, person=4)
    with house.maintenance() as desk:
        desk.add(
            Absence(
                id=desk.id(),
                appointment_id=office,
                account_id=chair,
                deputy_id=deputy,
                since=date(2026, 11, 1),
                until=date(2026, 11, 30),
                set_at=desk.now,
            )
        )
    a_case(house, stage=Stage.RECEIVED)
    house.clock.move(timedelta(hours=2))
    run(house)
    assert {(About.REPORT_UNSEEN, one, Level.CHAIR) for one in (chair, deputy)} <= told(house)


def test_the_page_is_right_though_nothing_was_run(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.RECEIVED)
    house.hire(Role.COMMUNE_CHAIR)
    house.clock.move(timedelta(hours=2))
    page = house.client(Role.COMMUNE_CHAIR).get("/notices").get_data(as_text=True)
    assert number in page and "có tin báo chờ mở" in page.lower()
    assert "Khang" not in page
    stranger = house.client(Role.COMMUNE_CHAIR, ELSEWHERE).get("/notices").get_data(as_text=True)
    assert number not in stranger
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        stands = {
            matter.about: standing for matter, standing in queries.standing(desk, cases.case(desk, number))
        }
    assert stands[About.REPORT_UNSEEN].told[-1][0] is Level.CHAIR
    assert stands[About.REPORT_UNSEEN].next is not None


def test_reading_is_ones_own(house: HouseUnderTest) -> None:
    a_case(house, stage=Stage.RECEIVED)
    run(house)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert queries.unread(desk) >= 1
        mine = next(line for line in queries.lines(desk) if line.id is not None)
    other = house.client(Role.COMMUNE_OFFICER, person=3)
    assert other.post(f"/notices/{mine.id}/read").status_code == 404
    client = house.client(Role.COMMUNE_OFFICER)
    assert client.post(f"/notices/{mine.id}/read").status_code == 303
    assert client.post("/notices/read").status_code == 303
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert queries.unread(desk) == 0


def test_asking_for_help_sends_a_number_once(house: HouseUnderTest) -> None:
    province = house.hire(Role.PROVINCE_SUPERVISOR)[0]
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    assert number in client.get(f"/cases/{number}/question").get_data(as_text=True)
    for _once in range(2):
        assert client.post(f"/cases/{number}/question").status_code == 303
    assert [row for row in told(house) if row[0] == About.QUESTION] == [
        (About.QUESTION, province, Level.PROVINCE)
    ]
    foreign = a_case(house, unit_code=ELSEWHERE)
    assert client.post(f"/cases/{foreign}/question").status_code == 404


def test_help_can_be_asked_for_again_on_the_next_day_of_the_office(house: HouseUnderTest) -> None:
    house.hire(Role.PROVINCE_SUPERVISOR)
    number = a_case(house)
    for span, asked in (
        (timedelta(hours=11), 1),  # 23:45 in Viet Nam
        (timedelta(minutes=14), 1),
        (timedelta(minutes=2), 2),  # the next day there, not yet in UTC
    ):
        house.clock.move(span)
        with house.desk(Role.COMMUNE_OFFICER) as desk:
            actions.ask(desk, cases.case(desk, number))
        assert sum(about == About.QUESTION for about in all_told(house)) == asked


def all_told(house: HouseUnderTest) -> list[str]:
    with house.maintenance(writing=False) as desk:
        return [row.matter for row in desk.all(select(Notice))]


def test_a_case_that_came_by_handover_and_nobody_holds_is_told_of_at_its_new_unit(
    house: HouseUnderTest,
) -> None:
    chairs = [house.hire(Role.COMMUNE_CHAIR, unit)[0] for unit in (NA_SAM, THAT_KHE)]
    number = a_case(house)

    def unheld() -> list[UUID]:
        run(house)
        return [who for about, who, _level in told(house) if about == About.NO_HOLDER]

    with house.maintenance() as desk:
        spine.hold(desk, cases.case(desk, number), None)
    house.clock.move(timedelta(minutes=61))
    assert unheld() == chairs[:1]
    handover = sent(house, number, to=THAT_KHE)
    with house.desk(Role.COMMUNE_CHAIR, THAT_KHE) as desk:
        handovers.accept(desk, handover_queries.handover(desk, handover))
    house.clock.move(timedelta(minutes=59))
    assert unheld() == chairs[:1], "it lies there for less than an hour"
    house.clock.move(timedelta(minutes=2))
    assert set(unheld()) == set(chairs)


ABOUTS = st.sampled_from([About.REPORT_UNSEEN, About.NO_HOLDER, About.CLOCK_HOURS, About.CLOCK_DAYS])
SPANS = st.integers(-20000, 20000).map(lambda minutes: timedelta(minutes=minutes))
PEOPLE = st.lists(st.uuids(), max_size=3)


@given(about=ABOUTS, since=SPANS, due=SPANS, ahead=st.integers(0, 5000))
def test_levels_only_climb(about: About, since: timedelta, due: timedelta, ahead: int) -> None:
    matter = Matter(about, "m", uuid4(), "n", 1, None, NOW + since, NOW + due)
    now = rules.standing(matter, HELD, NOW)
    later = rules.standing(matter, HELD, NOW + timedelta(minutes=ahead))
    assert set(now.told) <= set(later.told)
    assert [at for _level, at in later.told] == sorted(at for _level, at in later.told)
    order = [rules.ORDER.index(level) for level, _at in later.told]
    assert order == sorted(order)
    assert all(at >= matter.since for _level, at in later.told)


@given(
    level=st.sampled_from(Level),
    holder=PEOPLE,
    officers=PEOPLE,
    chairs=PEOPLE,
    province=PEOPLE,
    nation=PEOPLE,
)
def test_somebody_is_told_if_anybody_stands_above(
    level: Level,
    holder: list[UUID],
    officers: list[UUID],
    chairs: list[UUID],
    province: list[UUID],
    nation: list[UUID],
) -> None:
    staff = Staff(holder, officers, chairs, province, nation)
    people, reached = rules.recipients(level, staff, {})
    groups = [holder or officers, chairs, province, nation][rules.ORDER.index(level) :]
    assert bool(people) == any(groups) == (reached is not None)
    if reached is not None:
        assert rules.ORDER.index(reached) >= rules.ORDER.index(level)
        assert len(set(people)) == len(people)


def test_thresholds_are_dated_and_say_why() -> None:
    assert HELD and all(row.reason_vi and row.reason_en for row in HELD)
    assert not queries.thresholds(date(2010, 1, 1))
    assert NA_SAM


def test_an_overdue_visit_to_a_child_in_care_climbs_also_when_its_case_is_closed(
    house: HouseUnderTest,
) -> None:
    officer, chair = house.hire(Role.COMMUNE_OFFICER)[0], house.hire(Role.COMMUNE_CHAIR)[0]
    number, _placement = in_care(house)
    with house.maintenance() as desk:
        case = desk.one(select(Case).where(Case.number == number))
        case.stage, case.closed_at = Stage.CLOSED, desk.now
    house.clock.move(timedelta(days=29))  # visit after one month: 18 December
    assert not [row for row in told(house) if row[0] == About.CLOCK_DAYS]
    house.clock.move(timedelta(days=3))
    run(house)
    assert run(house).told == 0
    with house.maintenance(writing=False) as desk:
        rows = [row for row in desk.all(select(Notice)) if row.clock == "ac_visit_1m"]
        assert {(row.account_id, row.level) for row in rows} >= {
            (officer, Level.HOLDER),
            (chair, Level.CHAIR),
        }
        assert {row.number for row in rows} == {number}


def test_what_waits_stands_first_also_above_a_hundred_others(house: HouseUnderTest) -> None:
    officer = house.hire(Role.COMMUNE_OFFICER)[0]
    written = a_case(house, stage=Stage.RECEIVED)
    run(house)
    with house.maintenance() as desk:
        old = desk.one(select(Notice).where(Notice.account_id == officer, Notice.number == written))
        for place in range(100):
            desk.add(
                Notice(
                    id=desk.id(),
                    account_id=officer,
                    number=written,
                    matter=old.matter,
                    level=old.level,
                    key=f"later:{place}",
                    made_at=desk.now + timedelta(seconds=place),
                )
            )
    waiting = a_case(house, stage=Stage.RECEIVED)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        lines = queries.lines(desk)
    assert [line.number for line in lines if line.id is None] == [waiting], "and not what was written before"


def test_told_again_after_a_no_it_waits_from_that_moment_and_is_told_anew(house: HouseUnderTest) -> None:
    officer, chair = house.hire(Role.COMMUNE_OFFICER)[0], house.hire(Role.COMMUNE_CHAIR)[0]
    number = a_case(house, stage=Stage.RECEIVED)
    run(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, reports.report(desk, number), decision=Decision.NOT_VERIFIED, reason="Đã đến nhà")
    house.clock.move(timedelta(days=60))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.tell_again(desk, reports.report(desk, number), told="Hàng xóm gọi lại")
    house.clock.move(timedelta(minutes=1))
    run(house)
    with house.maintenance(writing=False) as desk:
        unseen = desk.all(select(Notice).where(Notice.matter == About.REPORT_UNSEEN))
    assert [row.account_id for row in unseen] == [officer, officer], "both times, and not the chair at once"
    house.clock.move(timedelta(minutes=61))
    run(house)
    assert (About.REPORT_UNSEEN, chair, Level.CHAIR) in told(house)


def test_a_report_sent_on_waits_from_then_however_often_it_is_asked_about(house: HouseUnderTest) -> None:
    chair = house.hire(Role.COMMUNE_CHAIR, THAT_KHE)[0]
    number = a_case(house, stage=Stage.RECEIVED)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.route(desk, reports.report(desk, number), unit_code=THAT_KHE, reason="Xảy ra ở đó")
    house.clock.move(timedelta(minutes=50))
    with house.maintenance() as desk:
        intake.nudge(desk, reports.report(desk, number))
    house.clock.move(timedelta(minutes=15))
    run(house)
    assert (About.REPORT_UNSEEN, chair, Level.CHAIR) in told(house)


def test_a_case_taken_on_late_waits_for_a_holder_from_then(house: HouseUnderTest) -> None:
    chair, province = house.hire(Role.COMMUNE_CHAIR)[0], house.hire(Role.PROVINCE_SUPERVISOR)[0]
    number = a_case(house, stage=Stage.RECEIVED)
    house.clock.move(timedelta(days=2))
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        intake.decide(desk, reports.report(desk, number), decision=Decision.ACCEPTED)
    run(house)
    assert not {row for row in told(house) if row[0] == About.NO_HOLDER}
    house.clock.move(timedelta(minutes=61))
    run(house)
    assert {row for row in told(house) if row[0] == About.NO_HOLDER} == {
        (About.NO_HOLDER, chair, Level.CHAIR)
    }
    house.clock.move(timedelta(days=1))
    run(house)
    assert (About.NO_HOLDER, province, Level.PROVINCE) in told(house)
