"""The wizard of mergers: open cases of units no longer in force go to their successors, each with its record."""

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage, Step
from casemgr.children.models import Child
from casemgr.core.errors import Invalid
from casemgr.handovers import actions, queries
from casemgr.handovers.models import Handover
from casemgr.handovers.terms import Kind, State
from casemgr.intake.models import Report
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import Level, UnitFacts
from tests.handovers.test_actions import clocks
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

SUPERVISOR = Role.PROVINCE_SUPERVISOR


def former(house: HouseUnderTest, *, divided: bool) -> UnitFacts:
    """A commune of the province that is no longer in force, taken over whole or divided."""
    reach = house.actor(SUPERVISOR).units or frozenset()
    with house.maintenance(writing=False) as desk:
        atlas, today = places.atlas(desk), places.today(desk)
        gone = (
            unit
            for unit in sorted(atlas.units, key=lambda unit: unit.id)
            if unit.id in reach and unit.level is Level.COMMUNE and not unit.in_force(today)
        )
        return next(
            unit for unit in gone if (place_rules.standing(atlas, unit, today).unit is None) == divided
        )


def left_behind(house: HouseUnderTest, unit: UnitFacts) -> str:
    """An open case that still belongs to a former unit."""
    number = a_case(house, stage=Stage.PLANNING)
    with house.maintenance() as desk:
        case = desk.one(select(Case).where(Case.number == number))
        case.unit_id = case.incident_unit_id = unit.id
        desk.get(Report, case.report_id).unit_id = desk.get(Child, case.child_id).unit_id = unit.id
    return number


@pytest.fixture
def old(house: HouseUnderTest) -> UnitFacts:
    return former(house, divided=False)


def test_each_open_case_goes_to_the_successor_with_a_record(house: HouseUnderTest, old: UnitFacts) -> None:
    numbers = [left_behind(house, old) for _ in range(3)]
    with house.desk(SUPERVISOR, writing=False) as desk:
        (row,) = queries.merged(desk)
        assert (row.unit.id, row.count) == (old.id, 3) and row.successor is not None
        successor, before = row.successor, [clocks(desk, number) for number in numbers]
        holders = {row.number: row.holder_id for row in desk.all(select(Case))}
    with house.desk(SUPERVISOR) as desk:
        assert actions.move_merged(desk, limit=2) == 2
    with house.desk(SUPERVISOR) as desk:
        assert queries.merged(desk)[0].count == 1
        assert actions.move_merged(desk) == 1
    with house.desk(SUPERVISOR) as desk:
        assert actions.move_merged(desk) == 0, "done again it does nothing"
        assert not queries.merged(desk)
        records = desk.all(select(Handover))
        assert len(records) == 3
        assert {(one.kind, one.state, one.from_unit_id, one.to_unit_id) for one in records} == {
            (Kind.UNIT_MERGED, State.ACCEPTED, old.id, successor.id)
        }
        for number, running in zip(numbers, before, strict=True):
            case = cases.case(desk, number)
            assert (case.unit_id, case.incident_unit_id) == (successor.id, old.id)
            assert case.holder_id == holders[number] and clocks(desk, number) == running
            assert Step.ACCEPT_HANDOVER in {line.step for line in cases.timeline(desk, case)}
    with house.desk(Role.COMMUNE_OFFICER, successor.code, writing=False) as desk:
        assert cases.case(desk, numbers[0]).unit_id == successor.id


def test_a_case_on_its_way_elsewhere_stays_on_its_way(house: HouseUnderTest, old: UnitFacts) -> None:
    number = left_behind(house, old)
    with house.desk(SUPERVISOR, writing=False) as desk:
        (row,) = queries.merged(desk)
        assert row.successor is not None
        code = row.successor.code
    with house.desk(Role.COMMUNE_OFFICER, code) as desk:
        unit = places.unit_at(desk, "06040")
        sent = actions.send(
            desk, cases.case(desk, number), kind=Kind.CHILD_MOVED, unit=unit, why="chuyển nhà"
        ).id
    with house.desk(SUPERVISOR) as desk:
        actions.move_merged(desk)
    with house.desk(Role.COMMUNE_OFFICER, code) as desk:
        actions.take_back(desk, queries.handover(desk, sent))
        assert cases.case(desk, number).unit_id == house.unit_id(code)


def test_a_divided_unit_waits_for_a_person(house: HouseUnderTest) -> None:
    unit = former(house, divided=True)
    number = left_behind(house, unit)
    with house.desk(SUPERVISOR) as desk:
        (row,) = queries.merged(desk)
        assert row.successor is None and len(row.candidates) > 1
        assert actions.move_merged(desk) == 0
        with pytest.raises(Invalid):
            actions.move_divided(desk, chosen={number: "00004"})
        assert actions.move_divided(desk, chosen={number: ""}) == 0
        chosen = row.candidates[0]
    with house.desk(SUPERVISOR) as desk:
        assert actions.move_divided(desk, chosen={number: chosen.code}) == 1
    with house.desk(Role.COMMUNE_OFFICER, chosen.code, writing=False) as desk:
        case = cases.case(desk, number)
        assert case.unit_id == chosen.id
        assert queries.of_case(desk, case)[0].kind == Kind.UNIT_MERGED


def test_the_page_moves_and_says_how_far_it_is(house: HouseUnderTest, old: UnitFacts) -> None:
    number, divided = left_behind(house, old), former(house, divided=True)
    waiting = left_behind(house, divided)
    client = house.client(SUPERVISOR)
    assert "2 hồ sơ đang mở" in client.get("/handovers").text
    page = client.get("/handovers/merger").text
    assert old.name in page and waiting in page and number not in page and "Khang" not in page
    assert client.post("/handovers/merger").status_code == 303
    after = client.get("/handovers/merger").text
    assert "Hôm nay đã chuyển 1 hồ sơ" in after and waiting in after
    wrong = client.post("/handovers/merger/choices", data={f"to-{waiting}": "00004"})
    assert wrong.status_code == 422 and "Chọn một trong các xã" in wrong.text
    with house.desk(SUPERVISOR, writing=False) as desk:
        code = queries.merged(desk)[0].candidates[0].code
    assert client.post("/handovers/merger/choices", data={f"to-{waiting}": code}).status_code == 303
    assert "Không có hồ sơ đang mở nào" in client.get("/handovers/merger").text
    assert house.client(Role.COMMUNE_OFFICER).get("/handovers/merger").status_code == 403
