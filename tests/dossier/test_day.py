"""What stands beside the worklist: silence, drafts, handovers, practice."""

from dataclasses import replace
from datetime import date, timedelta

from casemgr.access.roles import Role
from casemgr.assessment import actions as assessments
from casemgr.assessment.terms import Answers
from casemgr.assessment.terms import Kind as Form
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.dossier import day, queries
from casemgr.handovers.models import Handover
from casemgr.handovers.terms import Kind, State
from casemgr.intervention.care.terms import EntryKind, Said
from casemgr.intervention.plan.models import Plan
from tests.handovers.test_actions import sent
from tests.intervention.care.work import in_care, noted
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import ELSEWHERE, NA_SAM, THAT_KHE, HouseUnderTest


def today(house: HouseUnderTest, role: Role = Role.COMMUNE_OFFICER) -> day.Day:
    with house.desk(role, writing=False) as desk:
        return day.of_today(desk, queries.worklist(desk, None).open_ones)


def test_a_quiet_case_is_silent_after_two_weeks(house: HouseUnderTest) -> None:
    number = a_case(house)
    a_case(house, unit_code=ELSEWHERE)
    house.clock.move(timedelta(days=14))
    assert not today(house).silent
    house.clock.move(timedelta(minutes=1))
    assert [one.number for one in today(house).silent] == [number]


def test_a_draft_of_an_assessment_leads_to_its_own_form(house: HouseUnderTest) -> None:
    protecting, studying = (a_case(house, stage=stage) for stage in (Stage.PROTECTING, Stage.STUDYING))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        for number, kind in ((protecting, Form.FULL), (studying, Form.INITIAL)):
            case = cases.case(desk, number)
            assessments.save_draft(desk, case, kind=kind, answers=Answers(reason="dở"), version=0)
    assert {(one.number, one.code) for one in today(house).drafts} == {
        (protecting, "full-assessment"),
        (studying, "initial-assessment"),
    }


def test_ones_own_draft_is_found(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    officer, _ = house.hire(Role.COMMUNE_OFFICER)
    with house.maintenance() as desk:
        desk.add(
            Plan(
                id=desk.id(),
                case_id=cases.case(desk, number).id,
                round=1,
                revision=1,
                state="draft",
                drafted_by=officer,
                drafted_at=desk.now,
                saved_by=officer,
                saved_at=desk.now,
            )
        )
    assert [(one.number, one.code) for one in today(house).drafts] == [(number, "plan")]
    assert not today(house, Role.COMMUNE_CHAIR).drafts
    page = house.client(Role.COMMUNE_OFFICER).get("/").get_data(as_text=True)
    assert f"/cases/{number}/plan" in page and "Bản nháp" in page


def test_a_province_is_spared(house: HouseUnderTest) -> None:
    a_case(house)
    house.clock.move(timedelta(days=40))
    assert today(house, Role.PROVINCE_SUPERVISOR) == day.Day()


def test_many_handovers_of_ours_hide_none_that_waits_for_us(house: HouseUnderTest) -> None:
    many = 2 * day.SHOWN
    children = tuple(replace(KHANG, ref=f"c{place}") for place in range(many))
    number = a_case(house, story=a_story(children=children))
    with house.maintenance() as desk:
        for case in cases.of_report(desk, cases.case(desk, number).report_id):
            desk.add(
                Handover(
                    id=desk.id(),
                    case_id=case.id,
                    kind=Kind.CHILD_MOVED,
                    state=State.SENT,
                    from_unit_id=house.unit_id(NA_SAM),
                    to_unit_id=house.unit_id(THAT_KHE),
                    sent_at=desk.now,
                )
            )
    house.clock.move(timedelta(minutes=1))
    foreign = a_case(house, unit_code=THAT_KHE)
    sent(house, foreign, to=NA_SAM, at=THAT_KHE)
    found = today(house)
    assert [one.number for one in found.handovers] == [foreign] and len(found.sent) == day.SHOWN


def test_the_setting_is_dated() -> None:
    assert day.silent_after(date(2026, 1, 1)) == timedelta(days=14)
    assert day.silent_after(date(2000, 1, 1)) == timedelta.max


def test_turning_sixteen_in_care_comes_ahead_of_time(house: HouseUnderTest) -> None:
    number, placement = in_care(house)  # born on 14 March 2017
    house.clock.move(date(2032, 12, 13) - date(2026, 11, 18))
    assert not today(house).sixteen
    house.clock.move(timedelta(days=1))
    assert [one for one, _birth in today(house).sixteen] == [number]
    page = house.client(Role.COMMUNE_OFFICER).get("/").get_data(as_text=True)
    assert "14/3/2033" in page and f"/cases/{number}/care" in page
    assert not today(house, Role.PROVINCE_SUPERVISOR).sixteen
    said = Said(outcome="continue", note="Học nghề")
    noted(house, number, placement, EntryKind.TRANSITION, date(2032, 12, 14), said)
    assert not today(house).sixteen, "it was talked about"
