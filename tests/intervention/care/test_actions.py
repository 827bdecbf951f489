"""The course of alternative care as it is stored: register, decision, handing over, duties, change and end."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from casemgr.access.actor import Actor
from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import CARE_HANDOVER
from casemgr.cases.terms import Stage, Step
from casemgr.children.terms import Birth, Precision
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, Invalid, NotFound, Refused, RuleBroken
from casemgr.intervention.care import actions, placing, queries
from casemgr.intervention.care.models import CareDuty, CareEntry, Carer
from casemgr.intervention.care.terms import (
    CareForm,
    CarerKind,
    CarerState,
    Consent,
    Ending,
    EntryKind,
    Handing,
    Issue,
    Registration,
    Said,
    State,
)
from tests.intervention.care import work
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

TODAY = date(2026, 11, 18)
HARMED = Ending("carer_harmed", "Bị đánh bằng thước", goes_to="Nhà tạm lánh")
OVER = Ending("carer_request", "Bà ốm nặng", child_says="Cháu hiểu", goes_to="Cô ruột", number="90/QĐ-UBND")


def duties(house: HouseUnderTest, number: str) -> dict[str, date]:
    """What is open, by clock."""
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        rows = queries.duties(desk, cases.case(desk, number))
        return {row.clock: local_day(row.due_at) for row in rows if row.due_at is not None}


def states(house: HouseUnderTest, number: str) -> list[State]:
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        return [one.state for one in queries.placements_of_case(desk, cases.case(desk, number))]


def running(house: HouseUnderTest, number: str) -> dict[str, date]:
    """The clocks of the case that run."""
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        rows = cases.clocks(desk, cases.case(desk, number))
        return {row.clock: local_day(row.due_at) for row in rows if row.stopped_at is None and row.due_at}


def steps(house: HouseUnderTest, number: str) -> list[str]:
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        return [line.step for line in reversed(cases.timeline(desk, cases.case(desk, number)))]


# --- the register


def test_a_registration_is_sealed_kept_once_and_seen_in_its_commune_alone(house: HouseUnderTest) -> None:
    mark = uuid4()
    for _again in range(2):
        with house.desk(Role.COMMUNE_OFFICER) as desk:
            carer = actions.register(
                desk, kind=CarerKind.APPLICATION, said=work.FAMILY, on=TODAY, form_id=mark
            )
            sealed = carer._said or b""
            assert "Hoàng".encode() not in sealed and carer.said is not None
            assert carer.said.person.name == "Hoàng Thị Thử Nghiệm"
            carer_id = carer.id
    with house.desk(Role.COMMUNE_CHAIR, writing=False) as desk:
        assert [one.id for one in queries.register(desk)] == [carer_id]
    for role, unit in ((Role.COMMUNE_OFFICER, THAT_KHE), (Role.SOCIAL_WORKER, NA_SAM)):
        with house.desk(role, unit, writing=False) as desk:
            assert not queries.register(desk)
            with pytest.raises(NotFound):
                queries.carer(desk, carer_id)


def test_who_keeps_no_register_registers_nobody(house: HouseUnderTest) -> None:
    for role in (Role.SOCIAL_WORKER, Role.COMMUNE_CHAIR):
        with house.desk(role) as desk, pytest.raises(Refused):
            actions.register(desk, kind=CarerKind.NOTICE, said=work.GRANDMOTHER, on=TODAY)


def test_an_old_certificate_is_explained_and_the_explanation_stays(house: HouseUnderTest) -> None:
    old = replace(work.FAMILY, papers=replace(work.FAMILY.papers, health_on=date(2026, 5, 17)))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        with pytest.raises(RuleBroken):
            actions.register(desk, kind=CarerKind.APPLICATION, said=old, on=TODAY)
        told = {"health": "Đã hẹn khám lại ngày 25/11"}
        carer = actions.register(desk, kind=CarerKind.APPLICATION, said=old, on=TODAY, explanations=told)
        assert carer.said is not None and carer.said.explained[0].text == told["health"]


def test_a_correction_needs_the_version_that_was_read(house: HouseUnderTest) -> None:
    carer_id = work.a_carer(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        carer = queries.carer(desk, carer_id)
        other = replace(work.GRANDMOTHER, person=replace(work.GRANDMOTHER.person, phone="0900 111 222"))
        with pytest.raises(Conflict):
            actions.correct(desk, carer, kind=CarerKind.NOTICE, said=other, on=TODAY, version=99)
        actions.correct(desk, carer, kind=CarerKind.NOTICE, said=other, on=TODAY, version=carer.version)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        file = queries.carer_file(desk, queries.carer(desk, carer_id))
        assert file.said.person.phone == "0900 111 222" and file.check is not None


def test_the_quarter_s_list_holds_whoever_stood_on_the_register_in_it(house: HouseUnderTest) -> None:
    carer_id = work.a_carer(house)
    house.clock.move(timedelta(days=60))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        carer = queries.carer(desk, carer_id)
        with pytest.raises(Invalid):
            actions.end_registration(desk, carer, why="", on=date(2027, 1, 5))
        actions.end_registration(desk, carer, why="Chuyển đi nơi khác", on=date(2027, 1, 5))
    unit = house.unit_id(NA_SAM)
    with house.desk(Role.COMMUNE_CHAIR, writing=False) as desk:
        rows = {
            name: [(row.new, row.ended) for row in queries.quarter_list(desk, unit, name).rows]
            for name in ("2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2")
        }
        assert rows == {
            "2026-Q3": [],
            "2026-Q4": [(True, False)],
            "2027-Q1": [(False, True)],
            "2027-Q2": [],
        }
        with pytest.raises(NotFound):
            queries.quarter_list(desk, house.unit_id(THAT_KHE), "2026-Q4")
        with pytest.raises(NotFound):
            queries.quarter_list(desk, unit, "sometime")


# --- the child


def test_a_profile_is_never_written_over(house: HouseUnderTest) -> None:
    number = work.a_child(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        again = actions.write_profile(desk, case, said=work.PROFILE, revision=0)
        assert again.revision == 1  # the page was sent twice
        other = replace(work.PROFILE, contact="Không gặp cha")
        with pytest.raises(Conflict):
            actions.write_profile(desk, case, said=other, revision=0)
        assert actions.write_profile(desk, case, said=other, revision=1).revision == 2
        kept = queries.profile(desk, case)
        assert kept is not None and kept.said.contact == "Không gặp cha"


def test_the_whole_way_with_kin(house: HouseUnderTest) -> None:
    number = work.a_child(house)
    placement = work.proposed(house, number, work.a_carer(house))
    assert states(house, number) == [State.PROPOSED] and CARE_HANDOVER not in running(house, number)
    work.decided(house, number, placement)
    assert running(house, number)[CARE_HANDOVER] == date(2026, 12, 9)
    assert not duties(house, number)
    work.given(house, number, placement, TODAY)
    assert CARE_HANDOVER not in running(house, number)
    assert duties(house, number) == {
        "ac_visit_1m": date(2026, 12, 18),
        "ac_carer_report_6m": date(2027, 5, 18),
        "ac_fit_review_6m": date(2027, 5, 18),
    }
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert [row.id for row in queries.open_placements(desk, case)] == [placement]
        file = queries.placement(desk, case, placement)
        assert file.choice.carer is not None and file.choice.carer.person.name == "Lương Thị Giả Định"
        assert file.ruling is not None and file.ruling.number == "77/QĐ-UBND"
        assert [one.id for one in queries.placements_of_child(desk, case.child_id)] == [placement]
        row = queries.row(desk, case, placement)
        assert all("Lương".encode() not in (part or b"") for part in (row._choice, row._handing))
    assert {Step.DECIDE_CARE, Step.GIVE_INTO_CARE} <= set(steps(house, number))


def test_duties_follow_one_another_each_once(house: HouseUnderTest) -> None:
    number, placement = work.in_care(house)
    turns = [
        (date(2026, 12, 16), "ac_visit_3m", date(2027, 2, 18)),
        (date(2027, 2, 18), "ac_report_6m", date(2027, 5, 18)),
        (date(2027, 5, 20), "ac_report_6m", date(2027, 11, 18)),
    ]
    for day, clock, due in turns:
        house.clock.move(timedelta(days=(day - local_day(house.clock.now())).days))
        work.noted(house, number, placement, EntryKind.VISIT, day)
        assert duties(house, number)[clock] == due
    work.noted(house, number, placement, EntryKind.CARER_REPORT, date(2027, 5, 20))
    found = duties(house, number)
    assert found["ac_carer_report_6m"] == date(2028, 5, 18) and found["ac_fit_review_6m"] == date(2027, 5, 18)
    with house.maintenance(writing=False) as desk:
        rows = desk.all(select(CareDuty).order_by(CareDuty.turn))
        keys = [(row.placement_id, row.track, row.turn) for row in rows]
        assert len(keys) == len(set(keys))
        open_tracks = [row.track for row in rows if row.stopped_at is None]
        assert sorted(open_tracks) == ["carer_report", "fit_review", "visit"]
        assert [row.turn for row in rows if row.track == "visit"] == [1, 2, 3, 4]


def test_a_page_sent_twice_is_one_visit(house: HouseUnderTest) -> None:
    number, placement = work.in_care(house)
    mark = uuid4()
    for _again in range(2):
        with house.desk(Role.COMMUNE_OFFICER) as desk:
            placing.write_entry(
                desk,
                cases.case(desk, number),
                placement_id=placement,
                kind=EntryKind.VISIT,
                on=TODAY,
                said=work.SEEN,
                form_id=mark,
            )
    with house.maintenance(writing=False) as desk:
        assert len(desk.all(select(CareEntry))) == 1
    assert steps(house, number).count(Step.VISIT_CARE) == 1


def test_writer_and_decider_are_two_and_the_officer_records_other_authorities_only(
    house: HouseUnderTest,
) -> None:
    number = work.a_child(house)
    placement = work.proposed(house, number, work.a_carer(house))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        told = {"placement_id": placement, "version": 1, "explanations": work.EXPLAINED}
        with pytest.raises(RuleBroken) as objection:
            placing.decide(desk, case, issue=Issue("commune_chair", "1/QĐ", TODAY), **told)  # type: ignore[arg-type]
        assert "one-decides-here" in str(objection.value)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        made = placing.decide(
            desk,
            case,
            issue=Issue("court", "1/QĐ", TODAY),
            **{**told, "explanations": {}},  # type: ignore[arg-type]
        )
        assert made.state == State.DECIDED


def test_the_fifteen_days_count_from_an_earlier_decision_of_the_court(house: HouseUnderTest) -> None:
    number = work.a_child(house)
    placement = work.proposed(house, number, work.a_carer(house))
    house.clock.move(timedelta(days=9))
    work.decided(house, number, placement, authority="court", decided_on=date(2026, 11, 20))
    assert running(house, number)[CARE_HANDOVER] == date(2026, 12, 11)


def test_a_decision_sent_twice_is_one_and_an_old_page_is_refused(house: HouseUnderTest) -> None:
    number = work.a_child(house)
    placement = work.proposed(house, number, work.a_carer(house))
    work.decided(house, number, placement)
    work.decided(house, number, placement)
    assert steps(house, number).count(Step.DECIDE_CARE) == 1
    with pytest.raises(Conflict):
        work.decided(house, number, placement, number="78/QĐ-UBND", version=1)


def test_a_dropped_decision_stops_its_clock(house: HouseUnderTest) -> None:
    number = work.a_child(house)
    placement = work.proposed(house, number, work.a_carer(house))
    work.decided(house, number, placement)
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        case = cases.case(desk, number)
        with pytest.raises(RuleBroken):
            placing.drop(desk, case, placement_id=placement, why=None)
        placing.drop(desk, case, placement_id=placement, why="Bà đổi ý")
    assert states(house, number) == [State.DROPPED]
    assert CARE_HANDOVER not in running(house, number) and not duties(house, number)


def test_what_was_dropped_is_decided_no_more(house: HouseUnderTest) -> None:
    number = work.a_child(house)
    placement = work.proposed(house, number, work.a_carer(house))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        placing.drop(desk, cases.case(desk, number), placement_id=placement, why="Bà đổi ý")
    with pytest.raises(RuleBroken, match="state"):
        work.decided(house, number, placement)
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(RuleBroken, match="state"):
        placing.record_consent(
            desk, cases.case(desk, number), placement_id=placement, by="cha của trẻ", on=TODAY
        )
    assert states(house, number) == [State.DROPPED]


def test_a_family_that_is_not_kin_meets_the_child_twice_before(house: HouseUnderTest) -> None:
    number = work.a_child(house)
    carer = work.a_carer(house, work.FAMILY, kind=CarerKind.APPLICATION)
    choice = replace(work.CHOICE, rank="same_place", relation=None)
    placement = work.proposed(house, number, carer, form=CareForm.NON_KIN, choice=choice)
    met = Said(seen=work.SEEN.seen, note="Chơi cùng nhau ở nhà văn hóa")
    work.noted(house, number, placement, EntryKind.MEETING, TODAY, met)
    work.decided(house, number, placement)
    with pytest.raises(RuleBroken) as objection:
        work.given(house, number, placement, TODAY)
    assert "meetings" in str(objection.value)
    work.noted(house, number, placement, EntryKind.MEETING, TODAY, met)
    work.given(house, number, placement, TODAY)
    assert states(house, number) == [State.GIVEN]


def test_urgent_care_is_given_at_once_and_decided_later(house: HouseUnderTest) -> None:
    number = work.a_child(house, separated=True)
    carer = work.a_carer(house, checked=False)
    choice = replace(work.CHOICE, consent=Consent.MISSING, consent_by=None, consent_on=None)
    told = {"unchecked": "Đang xác minh", "consent": "Mẹ đang nằm viện"}
    placement = work.proposed(house, number, carer, urgent=True, choice=choice, explained=told)
    work.given(house, number, placement, TODAY)
    assert duties(house, number)["sa_temp_care_3m"] == date(2027, 2, 18)
    with pytest.raises(RuleBroken) as objection:
        work.decided(house, number, placement)
    assert "unchecked" in str(objection.value) and "consent" in str(objection.value)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.check_conditions(desk, queries.carer(desk, carer), said=work.ALL_MET, on=TODAY)
    with pytest.raises(RuleBroken) as objection:
        work.decided(house, number, placement)
    assert str(objection.value) == "consent"
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        placing.record_consent(desk, case, placement_id=placement, by="mẹ của trẻ", on=TODAY)
    work.decided(house, number, placement)
    assert "sa_temp_care_3m" not in duties(house, number)
    assert "ac_visit_1m" in duties(house, number) and CARE_HANDOVER not in running(house, number)
    assert states(house, number) == [State.GIVEN]


def test_a_change_of_carers_ends_the_old_care_on_the_same_day(house: HouseUnderTest) -> None:
    number, first = work.in_care(house)
    house.clock.move(timedelta(days=20))
    aunt = replace(
        work.GRANDMOTHER,
        person=replace(
            work.GRANDMOTHER.person, name="Nông Thị Giả Định", birth=Birth(date(1990, 1, 1), Precision.DAY)
        ),
    )
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        carer = actions.register(desk, kind=CarerKind.NOTICE, said=aunt, on=date(2026, 12, 8))
        actions.check_conditions(desk, carer, said=work.ALL_MET, on=date(2026, 12, 8))
        carer_id = carer.id
    choice = replace(work.CHOICE, relation="cô ruột", change_reason="carer_request")
    second = work.proposed(house, number, carer_id, choice=choice)
    work.decided(house, number, second, decided_on=date(2026, 12, 8), number="91/QĐ-UBND")
    assert CARE_HANDOVER not in running(house, number)
    found = duties(house, number)
    assert found["ac_handover_15wd"] == date(2026, 12, 29) and found["ac_visit_1m"] == date(2026, 12, 18)
    work.given(house, number, second, date(2026, 12, 8))
    assert states(house, number) == [State.GIVEN, State.ENDED]
    assert duties(house, number) == {
        "ac_visit_1m": date(2027, 1, 8),
        "ac_carer_report_6m": date(2027, 6, 8),
        "ac_fit_review_6m": date(2027, 6, 8),
    }
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        old = queries.placement(desk, cases.case(desk, number), first)
        assert old.ended_on == date(2026, 12, 8) and old.ending is not None
        assert (old.ending.reason, old.ending.number) == ("carer_request", "91/QĐ-UBND")
    assert {Step.CHANGE_CARE, Step.END_CARE} <= set(steps(house, number))


def test_the_end_is_asked_for_and_decided_by_another(house: HouseUnderTest) -> None:
    number, placement = work.in_care(house)
    house.clock.move(timedelta(days=2))
    day = date(2026, 11, 20)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        version = queries.row(desk, case, placement).version
        placing.ask_end(desk, case, placement_id=placement, version=version, on=day, said=OVER)
        kept = queries.placement(desk, case, placement)
        assert kept.ending is not None and kept.ending.number is None and kept.end_asked_on == day
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(Refused):
        placing.end(
            desk, cases.case(desk, number), placement_id=placement, version=version, on=day, said=OVER
        )
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        case = cases.case(desk, number)
        version = queries.row(desk, case, placement).version
        placing.end(desk, case, placement_id=placement, version=version, on=day, said=OVER)
    assert states(house, number) == [State.ENDED] and not duties(house, number)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert not queries.open_placements(desk, cases.case(desk, number))


def taken_out(desk: Any, number: str, placement: UUID) -> tuple[Any, Any]:
    """The child is taken out at once: the placement as it ended, and the carer."""
    case = cases.case(desk, number)
    version = queries.row(desk, case, placement).version
    row = placing.remove_now(desk, case, placement_id=placement, version=version, on=TODAY, said=HARMED)
    return row, desk.get(Carer, row.carer_id)


def test_a_family_from_which_a_child_was_taken_out_stays_known(house: HouseUnderTest) -> None:
    """Taken off the register and put on it anew, they would be a family like any other."""
    number, placement = work.in_care(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        _row, carer = taken_out(desk, number, placement)
        actions.end_registration(desk, carer, why="Chuyển đi nơi khác", on=TODAY)
        assert (carer.state, carer.ended_on) == (CarerState.STOPPED, TODAY)
        again, younger = carer.said or Registration(), Birth(date(1999, 1, 1), Precision.DAY)
    anew: dict[str, Any] = {"kind": CarerKind.NOTICE, "on": TODAY}
    with pytest.raises(RuleBroken, match="taken-out"), house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.register(desk, said=again, **anew)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        namesake = replace(again, person=replace(again.person, birth=younger))
        assert actions.register(desk, said=namesake, **anew).state == CarerState.REGISTERED
        known = actions.register(desk, said=again, explanations={"taken-out": "Tỉnh đã xác minh lại"}, **anew)
        assert known.said is not None and known.said.explained


def test_a_child_is_taken_out_at_once_and_nobody_else_goes_there(house: HouseUnderTest) -> None:
    number, placement = work.in_care(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        row, carer = taken_out(desk, number, placement)
        assert row.state == State.ENDED and carer.state == CarerState.STOPPED
    assert not duties(house, number)
    with pytest.raises(RuleBroken) as objection:
        work.proposed(house, number, row.carer_id)
    assert "stopped" in str(objection.value)
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        case = cases.case(desk, number)
        placing.confirm_removal(desk, case, placement_id=placement, number="92/QĐ-UBND")
        file = queries.placement(desk, case, placement)
        assert file.ending is not None and file.ending.removed and file.ending.number == "92/QĐ-UBND"


def test_care_goes_on_when_the_case_is_closed(house: HouseUnderTest) -> None:
    number, placement = work.in_care(house)
    with house.maintenance() as desk:
        case = cases.case(desk, number)
        case.stage, case.closed_at = Stage.CLOSED, desk.now
    work.noted(house, number, placement, EntryKind.VISIT, TODAY)
    assert duties(house, number)["ac_visit_3m"] == date(2027, 2, 18)
    carer = work.a_carer(house, replace(work.GRANDMOTHER))
    second = work.proposed(house, number, carer, choice=replace(work.CHOICE, change_reason="carer_request"))
    work.decided(house, number, second)
    work.given(house, number, second, TODAY)
    assert sorted(states(house, number)) == [State.ENDED, State.GIVEN]
    assert CARE_HANDOVER not in running(house, number)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert cases.case(desk, number).stage == Stage.CLOSED


def test_from_a_facility_to_a_family(house: HouseUnderTest) -> None:
    number = work.a_child(house)
    choice = replace(work.CHOICE, rank=None, facility="Trung tâm bảo trợ giả định", relation=None)
    placement = work.proposed(house, number, None, form=CareForm.FACILITY, choice=choice)
    work.decided(house, number, placement, authority="court")
    work.given(house, number, placement, TODAY)
    assert not duties(house, number)
    for kind, clock in (
        (EntryKind.LISTED, {"ac_transfer_appraise_10wd": date(2026, 12, 2)}),
        (EntryKind.APPRAISED, {"ac_transfer_decide_15wd": date(2026, 12, 9)}),
        (EntryKind.ORDERED, {"ac_facility_end_5wd": date(2026, 11, 25)}),
        (EntryKind.FACILITY_ENDED, {}),
    ):
        work.noted(house, number, placement, kind, TODAY, Said(reference="5/TB"))
        assert duties(house, number) == clock


def test_a_foreign_placement_is_not_found(house: HouseUnderTest) -> None:
    number, placement = work.in_care(house)
    other = work.a_child(house)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        with pytest.raises(NotFound):
            queries.placement(desk, cases.case(desk, other), placement)
        with pytest.raises(NotFound):
            queries.placement(desk, cases.case(desk, number), UUID(int=7))
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE, writing=False) as desk:
        assert not queries.under_way(desk)


def test_what_falls_due_in_a_commune_with_turning_sixteen(house: HouseUnderTest) -> None:
    number, placement = work.in_care(house)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        found = queries.due(desk, queries.under_way(desk))
        assert [one.track for one in found] == ["visit", "carer_report", "fit_review"]
    house.clock.move(timedelta(days=(date(2032, 12, 14) - TODAY).days))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        found = queries.due(desk, queries.under_way(desk))
        assert [one.track for one in found][-1] == "transition"
    work.noted(
        house,
        number,
        placement,
        EntryKind.TRANSITION,
        date(2032, 12, 14),
        Said(outcome="continue", note="Học nghề"),
    )
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert "transition" not in [one.track for one in queries.due(desk, queries.under_way(desk))]


def test_the_same_proposal_twice_is_one_and_another_waits(house: HouseUnderTest) -> None:
    number = work.a_child(house)
    carer = work.a_carer(house)
    first = work.proposed(house, number, carer)
    assert work.proposed(house, number, carer) == first
    with pytest.raises(RuleBroken) as objection:
        work.proposed(house, number, carer, choice=replace(work.CHOICE, why="Lý do khác"))
    assert "waiting" in str(objection.value)


def test_a_handing_over_that_objects_stores_nothing(house: HouseUnderTest) -> None:
    number = work.a_child(house)
    placement = work.proposed(house, number, work.a_carer(house))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        with pytest.raises(RuleBroken):
            placing.hand_over(
                desk, case, placement_id=placement, version=1, given_on=TODAY, said=Handing(present="x")
            )
    assert states(house, number) == [State.PROPOSED] and not duties(house, number)


def test_a_deputy_decides_and_neither_the_drafter_nor_whoever_it_was_drafted_for(
    house: HouseUnderTest,
) -> None:
    number = work.a_child(house)
    placement = work.proposed(house, number, work.a_carer(house))
    drafter, _appointment = house.hire(Role.COMMUNE_OFFICER)
    chair, _appointment = house.hire(Role.COMMUNE_CHAIR)
    deputy = replace(house.actor(Role.COMMUNE_CHAIR, person=1), stands_for=chair)

    def decide(actor: Actor) -> None:
        with house.office.open(actor) as desk:
            case = cases.case(desk, number)
            placing.decide(
                desk,
                case,
                placement_id=placement,
                version=queries.row(desk, case, placement).version,
                issue=replace(work.CHAIRS, decided_on=TODAY),
                explanations=work.EXPLAINED,
            )

    for one in (replace(deputy, account_id=drafter), replace(deputy, stands_for=drafter)):
        with pytest.raises(RuleBroken, match="same-person"):
            decide(one)
    decide(deputy)
    assert states(house, number) == [State.DECIDED]
    work.given(house, number, placement, TODAY)

    said = replace(OVER, number=None)
    by_deputy = replace(house.actor(Role.COMMUNE_OFFICER, person=1), stands_for=drafter)
    with house.office.open(by_deputy) as desk:
        case = cases.case(desk, number)
        version = queries.row(desk, case, placement).version
        placing.ask_end(desk, case, placement_id=placement, version=version, on=TODAY, said=said)

    def end(actor: Actor) -> None:
        with house.office.open(actor) as desk:
            case = cases.case(desk, number)
            version = queries.row(desk, case, placement).version
            told = OVER
            placing.end(desk, case, placement_id=placement, version=version, on=TODAY, said=told)

    for account in (drafter, by_deputy.account_id):
        with pytest.raises(RuleBroken, match="same-person"):
            end(replace(deputy, account_id=account))
    end(deputy)
    assert states(house, number) == [State.ENDED]
