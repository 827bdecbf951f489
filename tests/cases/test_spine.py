"""The spine on a real database: clocks by the law's data, the timeline, the worklist."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries, spine
from casemgr.cases.models import CaseClock
from casemgr.cases.path import DUTIES
from casemgr.cases.terms import Note, Stage, Step
from casemgr.core.errors import NotFound, RuleBroken
from tests.support.factories import a_case, a_report
from tests.support.house import THAT_KHE, HouseUnderTest


def test_the_emergency_clock_runs_from_receipt_through_the_night(house: HouseUnderTest) -> None:
    told = house.clock.now() - timedelta(hours=3)
    number = a_report(house, received_at=told)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = queries.case(desk, number)
        assert case.due_at == told + timedelta(hours=12)
        assert case.due_clock == "emergency_12h"


def test_the_plan_clock_counts_working_days_over_tet(house: HouseUnderTest) -> None:
    house.clock.__init__(datetime(2026, 2, 12, 3, 0, tzinfo=UTC))  # type: ignore[misc]  # a Thursday before Tết
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        clocks = {row.clock: row for row in queries.clocks(desk, queries.case(desk, number))}
    due = clocks["plan_5wd"].due_at
    assert due is not None
    # Friday the 13th, then Tết (16 to 20 February 2026); Monday the 23rd is the second working day.
    assert due.astimezone(UTC).date().isoformat() == "2026-02-26"
    assert clocks["initial_assessment"].due_at is None, "the law states no time for Mẫu 02"


def test_no_emergency_measure_stops_the_clock_and_nothing_else(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = queries.case(desk, number)
        spine.advance(desk, case, Step.ASSESS_NO_EMERGENCY)
        assert case.stage == Stage.STUDYING
        assert case.due_clock == "plan_5wd"
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        running = desk.all(
            select(CaseClock.clock).where(CaseClock.stopped_at.is_(None)).order_by(CaseClock.clock)
        )
        assert list(running) == ["plan_5wd", "specific_assessment"]


def test_a_step_in_the_future_is_refused_and_leaves_nothing(house: HouseUnderTest) -> None:
    number = a_case(house)
    with pytest.raises(RuleBroken, match="in-the-future"), house.desk(Role.COMMUNE_OFFICER) as desk:
        ahead = desk.now + timedelta(minutes=1)
        spine.advance(desk, queries.case(desk, number), Step.NOTE, at=ahead, note=Note(text="sớm quá"))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        steps = [line.step for line in queries.timeline(desk, queries.case(desk, number))]
    assert Step.NOTE not in steps


def test_the_next_commune_finds_nothing(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE, writing=False) as desk:
        with pytest.raises(NotFound):
            queries.case(desk, number)
        assert not queries.worklist(desk).rows
        assert not queries.listing(desk).rows
        assert not desk.all(select(CaseClock))
    with house.desk(Role.PROVINCE_SUPERVISOR, writing=False) as desk:
        assert queries.case(desk, number).number == number


def test_the_worklist_pages_by_key_and_loses_nobody(house: HouseUnderTest) -> None:
    wanted = []
    for count in range(7):
        house.clock.move(timedelta(minutes=1))
        wanted.append(a_report(house) if count % 2 else a_case(house, stage=Stage.CARRYING_OUT))
    seen: list[str] = []
    after = None
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        for _page in range(10):
            found = queries.worklist(desk, after=after, limit=2)
            seen += [row.case.number for row in found.rows]
            after = found.next
            if after is None:
                break
        limits = [row.case.due_at for row in queries.worklist(desk).rows if row.case.due_at]
    assert sorted(seen) == sorted(wanted)
    assert limits == sorted(limits)


def test_measures_taken_while_services_run_start_no_clock_that_nothing_stops(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.CARRYING_OUT)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = queries.case(desk, number)
        before = {row.clock for row in queries.clocks(desk, case) if row.stopped_at is None}
        spine.advance(desk, case, Step.PROTECT)
        desk.flush()
        running = {row.clock for row in queries.clocks(desk, case) if row.stopped_at is None}
        assert case.stage == Stage.CARRYING_OUT and running == before
        assert "specific_assessment" not in running


def test_protecting_the_child_starts_the_clock_of_the_full_assessment(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = queries.case(desk, number)
        spine.advance(desk, case, Step.PROTECT)
        desk.flush()
        running = {row.clock for row in queries.clocks(desk, case) if row.stopped_at is None}
        assert case.stage == Stage.STUDYING and "specific_assessment" in running


def test_every_line_names_the_form_of_its_step(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.CARRYING_OUT)
    with house.maintenance(writing=False) as desk:
        told = {Step(one.step): one.form for one in queries.timeline(desk, queries.case(desk, number))}
    assert told == {step: DUTIES[step].form for step in told}
    assert told[Step.APPROVE_PLAN] == "05" and told[Step.ACCEPT] is None
