"""Recording emergency measures and their page, on both engines."""

import re
from datetime import timedelta

import pytest

from casemgr.access.roles import Role
from casemgr.cases import actions as case_actions
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.terms import Stage, Step
from casemgr.core.errors import Refused, RuleBroken
from casemgr.intervention.emergency import actions, queries
from casemgr.intervention.emergency.terms import Measure, Taken
from tests.support.factories import a_case
from tests.support.house import START, THAT_KHE, HouseUnderTest


def police(hours: float = 1) -> Taken:
    return Taken(
        START + timedelta(hours=hours), Measure("police_protection", "Trực ban", "Công an xã", "đã có mặt")
    )


def typed(**more: str) -> dict[str, str]:
    """The police ticked at 13:46 of the day of receipt."""
    line = {"done": "yes", "time": "13:46", "day": "2026-11-18", "who": "Trực ban", "agency": "Công an xã"}
    return {f"{name}-police_protection": value for name, value in line.items()} | {"go": "record"} | more


def test_the_first_measure_stops_the_clock_at_the_hour_it_was_taken(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=5))
    shelter = Taken(START + timedelta(hours=3), Measure("safe_shelter", "Cán bộ", None, None))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.record_measures(desk, cases.case(desk, number), measures=(shelter, police()))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert case.stage == Stage.STUDYING
        clock = queries.clock(desk, case)
        assert clock is not None and clock.stopped_at == START + timedelta(hours=1)
        kept = [(row.at, row.content) for row in queries.measures(desk, case)]
        assert kept == [(police().at, police().measure), (shelter.at, shelter.measure)]
        assert b"C\xc3\xb4ng" not in (queries.measures(desk, case)[0]._content or b"")
        event = next(event for event in cases.timeline(desk, case) if event.step == Step.PROTECT)
        assert event.at == police().at and event.note is not None
        assert event.note.data == {"measures": "safe_shelter,police_protection"} and event.note.text is None


def test_a_late_measure_is_kept_with_its_reason(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=20))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        with pytest.raises(RuleBroken):
            actions.record_measures(desk, case, measures=(police(13),))
        actions.record_measures(desk, case, measures=(police(13),), explanations={"late": "Đường ngập"})
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        timeline = cases.timeline(desk, cases.case(desk, number))
        note = next(event.note for event in timeline if event.step == Step.PROTECT)
        assert note is not None and note.reason == "Đường ngập"


def test_measures_before_the_assessment_and_later_ones(house: HouseUnderTest) -> None:
    number = a_case(house)
    house.clock.move(timedelta(hours=2))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        assert actions.record_measures(desk, case, measures=(police(),)).stage == Stage.ASSESSING
    house.clock.move(timedelta(days=3))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        actions.record_measures(desk, case, measures=(police(70),))
        desk.flush()
        assert len(queries.measures(desk, case)) == 2


def test_the_same_page_sent_twice_records_once(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    for _again in range(2):
        with house.desk(Role.COMMUNE_OFFICER) as desk:
            actions.record_measures(desk, cases.case(desk, number), measures=(police(),))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert len(queries.measures(desk, case)) == 1
        assert [event.step for event in cases.timeline(desk, case)].count(Step.PROTECT) == 1


def test_what_was_done_before_can_be_confirmed(house: HouseUnderTest) -> None:
    number = a_case(house)
    house.clock.move(timedelta(hours=2))
    client = house.client(Role.COMMUNE_OFFICER)
    assert client.post(f"/cases/{number}/emergency", data=typed()).status_code == 303
    client.post(
        f"/cases/{number}/initial-assessment",
        data={"version": "0", "danger": "yes", "verdict": "measures", "care_what": "Khám vết thương"},
    )
    client.post(f"/cases/{number}/initial-assessment/check", data={"version": "1"})
    page = client.get(f"/cases/{number}/emergency").text
    assert "Việc đã làm đủ bảo vệ trẻ" in page
    assert client.post(f"/cases/{number}/emergency", data={"go": "enough"}).status_code == 303
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert cases.case(desk, number).stage == Stage.STUDYING


def test_the_page_records_and_shows(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    client = house.client(Role.COMMUNE_OFFICER)
    page = client.get(f"/cases/{number}/emergency").text
    assert "Còn 10 giờ 00 phút" in page
    assert page.count('type="checkbox"') == 8
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title is not None and "Khang" not in title[1]
    recorded = client.post(f"/cases/{number}/emergency", data=typed())
    assert (recorded.status_code, recorded.location) == (303, f"/cases/{number}")
    shown = client.get(f"/cases/{number}/emergency").text
    assert "hôm nay 13:46" in shown and "Trực ban, Công an xã" in shown


def test_mistakes_come_back_with_what_was_typed(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    client = house.client(Role.COMMUNE_OFFICER)
    unread = client.post(f"/cases/{number}/emergency", data=typed(**{"time-police_protection": "chiều"}))
    assert unread.status_code == 422
    assert 'value="chiều"' in unread.text and "Ghi giờ như trên đồng hồ" in unread.text
    future = client.post(f"/cases/{number}/emergency", data=typed(**{"time-police_protection": "23:00"}))
    assert future.status_code == 409
    assert "giờ ghi còn ở phía trước" in future.text and 'value="23:00"' in future.text
    assert client.post(f"/cases/{number}/emergency", data={"go": "record"}).status_code == 409


def test_a_late_measure_asks_for_its_reason_on_the_page(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=13))
    client = house.client(Role.COMMUNE_OFFICER)
    late = typed(**{"time-police_protection": "01:10", "day-police_protection": "2026-11-19"})
    asked = client.post(f"/cases/{number}/emergency", data=late)
    assert asked.status_code == 409 and 'name="explanation-late"' in asked.text
    assert (
        client.post(f"/cases/{number}/emergency", data={**late, "explanation-late": "Đường ngập"}).status_code
        == 303
    )


def test_who_may_record_and_who_may_only_read(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    address = f"/cases/{number}/emergency"
    assert 'type="checkbox"' in house.client(Role.COMMUNE_CHAIR).get(address).text
    supervisor = house.client(Role.PROVINCE_SUPERVISOR).get(address)
    assert supervisor.status_code == 200 and 'type="checkbox"' not in supervisor.text
    assert house.client(Role.COMMUNE_OFFICER, THAT_KHE).get(address).status_code == 404
    assert house.client(Role.STATISTICIAN).get(address).status_code == 403
    with house.desk(Role.PROVINCE_SUPERVISOR) as desk, pytest.raises(Refused):
        actions.record_measures(desk, cases.case(desk, number), measures=(police(),))


@pytest.mark.parametrize("opened_again", [True, False])
def test_measures_against_an_earlier_danger_neither_meet_nor_excuse_a_later_one(
    house: HouseUnderTest, opened_again: bool
) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.record_measures(desk, cases.case(desk, number), measures=(police(1),))
    house.clock.move(timedelta(days=30))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        spine.advance(desk, case, Step.STUDY)
        if opened_again:
            case.stage, case.closed_at = Stage.CLOSED, desk.now
            case_actions.reopen(desk, case, reason="Cha lại đánh")
        spine.advance(desk, case, Step.ASSESS_EMERGENCY)
    house.clock.move(timedelta(hours=20))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert queries.frame(desk, cases.case(desk, number)).earlier == ()
    page = house.client(Role.COMMUNE_OFFICER).get(f"/cases/{number}/emergency").text
    assert "Việc đã làm đủ bảo vệ trẻ" not in page and "Trực ban" in page, "shown, and no answer any more"
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(RuleBroken) as broken:
        actions.record_measures(desk, cases.case(desk, number), measures=())
    assert "nothing" in {finding.code for finding in broken.value.findings.blocking}
    now = (Taken(house.clock.now(), Measure("police_protection", "Trực ban", "Công an xã")),)
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(RuleBroken) as broken:
        actions.record_measures(desk, cases.case(desk, number), measures=now)
    assert [finding.code for finding in broken.value.findings.to_explain] == ["late"]
