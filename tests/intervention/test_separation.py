"""The course of a separation, from draft to end, on both engines."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import EMERGENCY, SEPARATION
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage, Step
from casemgr.core.calendar import day_end, local_day
from casemgr.core.errors import Conflict, Invalid, NotFound, Refused, RuleBroken
from casemgr.intervention.emergency import queries, separating, withholding
from casemgr.intervention.emergency.models import Separation
from casemgr.intervention.emergency.terms import (
    Conclusion,
    Course,
    CourtOutcome,
    Part,
    Said,
    SeparationState,
    Turn,
)
from casemgr.safeguards.actions import break_glass
from tests.intervention.plan.work import assess as full_assessment
from tests.intervention.separating import PLACE, PROPOSAL, handed_in, separated, signed
from tests.support.factories import a_case
from tests.support.house import START, THAT_KHE, HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR
State = SeparationState


def today(house: HouseUnderTest) -> date:
    return local_day(house.clock.now())


def course(house: HouseUnderTest, number: str) -> Course:
    with house.desk(OFFICER, writing=False) as desk:
        found = queries.separation(desk, cases.case(desk, number))
        assert found is not None
        return found


def runs(house: HouseUnderTest, number: str) -> bool:
    with house.desk(OFFICER, writing=False) as desk:
        return queries.separation_runs(desk, cases.case(desk, number))


def extend(house: HouseUnderTest, number: str, **said: object) -> None:
    told = Said(on=today(house), number="08/QĐ", reason="Chưa an toàn", **said)  # type: ignore[arg-type]
    with house.desk(CHAIR) as desk:
        separating.extend(desk, cases.case(desk, number), said=told)


def lift(house: HouseUnderTest, number: str, **explained: str) -> None:
    told = Said(on=today(house), number="09/QĐ", reason="Cha đi nơi khác", to_whom="mẹ đẻ")
    with house.desk(CHAIR) as desk:
        separating.lift(desk, cases.case(desk, number), said=told, explanations=explained)


def ask(house: HouseUnderTest, number: str, **explained: str) -> None:
    told = Said(on=today(house), number="1/ĐN", court_name="Tòa án khu vực 5", reason="Hạn chế quyền của cha")
    with house.desk(CHAIR) as desk:
        separating.ask_court(desk, cases.case(desk, number), said=told, explanations=explained)


def outcome(house: HouseUnderTest, number: str, what: CourtOutcome) -> None:
    told = Said(on=today(house), number="5/QĐ-TA", outcome=what, decided="Theo đề nghị")
    with house.desk(OFFICER) as desk:
        separating.record_outcome(desk, cases.case(desk, number), said=told)


def conclude(house: HouseUnderTest, number: str, what: Conclusion) -> None:
    told = Said(
        on=today(house), reason="Ổn định", conclusion=what, to_whom="mẹ đẻ", conditions="Thăm hằng tuần"
    )
    with house.desk(OFFICER) as desk:
        separating.assess(desk, cases.case(desk, number), said=told)


def test_draft_signature_and_clock(house: HouseUnderTest) -> None:
    number = separated(house)
    found = course(house, number)
    assert (found.state, found.days, found.last_day) == (State.RUNNING, 15, date(2026, 12, 3))
    assert found.longest_day == found.last_day and found.starts_at == PROPOSAL.starts_at
    assert found.signing.in_time is True and found.signing.number == "07/QĐ-UBND"
    assert found.signing.due_at == START + timedelta(hours=12)
    assert runs(house, number)
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        clock = queries.clock(desk, case, SEPARATION)
        assert clock is not None and clock.started_at == PROPOSAL.starts_at
        assert clock.due_at == day_end(date(2026, 12, 3)) and clock.stopped_at is None
        emergency = queries.clock(desk, case, EMERGENCY)
        assert emergency is not None and emergency.stopped_at is None  # only a measure stops it
        assert case.stage == Stage.PROTECTING and case.due_at == emergency.due_at
        line = next(one for one in cases.timeline(desk, case) if one.step == Step.SEPARATE)
        assert line.note is not None and line.note.data == {"number": "07/QĐ-UBND"}
        row = queries.current(desk, case)
        assert row is not None and row.stay is not None and row.stay.place == PLACE
        for sealed in (row._proposal, row._stay, row._signing):
            assert sealed is not None and "bà ngoại".encode() not in sealed


def test_no_step_is_taken_by_a_refused_signature(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    handed_in(house, number)
    with house.desk(CHAIR) as desk, pytest.raises(RuleBroken, match="number"):
        separating.decide(desk, cases.case(desk, number), version=1, number=None, signed_at=desk.now)
    with house.desk(CHAIR) as desk, pytest.raises(Conflict):
        separating.decide(desk, cases.case(desk, number), version=9, number="1", signed_at=desk.now)
    assert not runs(house, number)
    with house.desk(OFFICER, writing=False) as desk:
        assert queries.separation(desk, cases.case(desk, number)) is None


def test_the_drafter_never_decides(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    handed_in(house, number)
    with house.desk(OFFICER) as desk, pytest.raises(Refused):
        separating.decide(desk, cases.case(desk, number), version=1, number="1", signed_at=desk.now)
    drafter, _appointment = house.hire(OFFICER)
    actor = replace(house.actor(CHAIR), account_id=drafter)
    for one in (actor, replace(house.actor(CHAIR), stands_for=drafter)):
        with house.office.open(one) as desk, pytest.raises(RuleBroken, match="another-person"):
            separating.decide(desk, cases.case(desk, number), version=1, number="1", signed_at=desk.now)


def test_only_the_chair_of_residence_or_incident(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    handed_in(house, number)
    with house.desk(CHAIR, THAT_KHE) as desk, pytest.raises(NotFound):
        cases.case(desk, number)
    with (
        house.maintenance() as desk
    ):  # the plan is led where the child lives; the incident unit still decides
        case = desk.get(Case, cases.case(desk, number).id)
        case.unit_id = case.residence_unit_id = house.unit_id(THAT_KHE)
    signed(house, number)
    with house.desk(CHAIR, writing=False) as desk:
        found = queries.separation(desk, cases.case(desk, number))
        assert found is not None and found.state is State.RUNNING


def test_a_late_signature_is_explained_and_kept(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=13))
    handed_in(house, number)
    with house.desk(CHAIR) as desk, pytest.raises(RuleBroken, match="late-12h"):
        separating.decide(desk, cases.case(desk, number), version=1, number="1", signed_at=desk.now)
    signed(house, number)
    found = course(house, number)
    assert found.signing.in_time is False
    assert [(one.code, one.text) for one in found.signing.explained] == [("late-12h", "Đường ngập")]
    assert found.signing.received_at == found.signing.commune_at == START


def test_a_signature_on_paper_in_time_that_is_recorded_late_was_in_time(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=20))
    handed_in(house, number)
    signed(house, number, at=START + timedelta(hours=12))
    assert course(house, number).signing.in_time is True


def test_giving_back_leaves_both_versions(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    handed_in(house, number)
    with house.desk(CHAIR) as desk:
        separating.give_back(desk, cases.case(desk, number), version=1, reason="Ghi rõ ai chăm sóc")
    with house.desk(OFFICER, person=1) as desk:
        case = cases.case(desk, number)
        old = queries.current(desk, case)
        assert old is not None and old.state == State.RETURNED
        separating.hand_in(desk, case, proposal=replace(PROPOSAL, days=7), place=None, version=old.version)
    with house.desk(OFFICER, writing=False) as desk:
        new, old = queries.versions(desk, cases.case(desk, number))
        assert (old.state, old.revision, new.state, new.revision) == ("returned", 1, "handed_in", 2)
        assert old.signing is not None and old.signing.reason == "Ghi rõ ai chăm sóc"
        assert old.proposal is not None and old.proposal.days == 15
        assert new.stay is not None and new.stay.place == PLACE
        assert new.proposal is not None and len(new.proposal.writers) == 2
    signed(house, number)
    assert course(house, number).last_day == date(2026, 11, 25)


def test_a_draft_before_the_chair_is_not_written_on(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    handed_in(house, number)
    for version in (0, 1):
        with house.desk(OFFICER) as desk, pytest.raises(Conflict):
            separating.save(desk, cases.case(desk, number), proposal=PROPOSAL, place=None, version=version)


def test_no_two_separations_run(house: HouseUnderTest) -> None:
    number = separated(house)
    with house.desk(OFFICER) as desk, pytest.raises(RuleBroken, match="already"):
        separating.save(desk, cases.case(desk, number), proposal=PROPOSAL, place=PLACE, version=0)
    lift(house, number, **{"no-form-03": "Trạm y tế và trưởng thôn xác nhận"})
    house.clock.move(timedelta(days=1))
    handed_in(house, number, starts_at=house.clock.now(), days=3)
    assert not runs(house, number)
    signed(house, number, told="11/QĐ")
    assert runs(house, number)
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert [one.state for one in queries.separations(desk, case)] == [State.RUNNING, State.LIFTED]
        started = [one for one in cases.clocks(desk, case) if one.clock == SEPARATION]
        assert len(started) == 2 and len([one for one in started if one.stopped_at is None]) == 1


def test_the_same_decision_sent_twice_decides_once(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    handed_in(house, number)
    for _again in range(2):
        with house.desk(CHAIR) as desk:
            case = cases.case(desk, number)
            separating.decide(desk, case, version=1, number="07", signed_at=START + timedelta(hours=2))
    for _again in range(2):
        lift(house, number, **{"no-form-03": "Đã xác minh"})
    with house.desk(OFFICER, writing=False) as desk:
        steps = [line.step for line in cases.timeline(desk, cases.case(desk, number))]
        assert steps.count(Step.SEPARATE) == steps.count(Step.LIFT_SEPARATION) == 1
    assert len(course(house, number).turns) == 1


def test_extensions_and_the_fifteen_days(house: HouseUnderTest) -> None:
    number = separated(house, days=7)
    house.clock.move(timedelta(days=5))
    extend(house, number, days=5)
    found = course(house, number)
    assert (found.days, found.last_day) == (12, date(2026, 11, 30))
    assert found.longest_day == date(2026, 12, 3)
    with pytest.raises(RuleBroken, match="beyond"):
        extend(house, number, days=4)
    extend(house, number, days=3)
    told = {"authority": "Cơ quan điều tra", "authority_number": "3/YC", "authority_on": today(house)}
    extend(house, number, days=10, **told)
    found = course(house, number)
    assert found.days == 25 and [one.turn for one in found.turns] == [Turn.EXTENSION] * 3
    last = found.last(Turn.EXTENSION)
    assert (
        last is not None
        and last.said.authority == "Cơ quan điều tra"
        and last.said.last_day == found.last_day
    )
    with house.desk(OFFICER, writing=False) as desk:
        clock = queries.clock(desk, cases.case(desk, number), SEPARATION)
        assert clock is not None and clock.due_at == day_end(found.last_day)


def test_nothing_is_extended_after_midnight_of_the_last_day(house: HouseUnderTest) -> None:
    number = separated(house, days=1)
    house.clock.move(datetime(2026, 11, 19, 16, 59, 59, tzinfo=UTC) - house.clock.now())  # 23:59:59
    assert today(house) == date(2026, 11, 19)
    extend(house, number, days=1)
    house.clock.move(timedelta(days=1, seconds=1))
    with pytest.raises(RuleBroken, match="over"):
        extend(house, number, days=1)


def test_lifting_before_it_began(house: HouseUnderTest) -> None:
    number = separated(house, starts_at=START + timedelta(hours=20))
    full_assessment(house, number)
    house.clock.move(timedelta(hours=1))
    lift(house, number, **{"form-03-high": "Cha đã bị tạm giữ"})
    found = course(house, number)
    assert found.state is State.LIFTED and not runs(house, number)
    with house.desk(OFFICER, writing=False) as desk:
        clock = queries.clock(desk, cases.case(desk, number), SEPARATION)
        assert clock is not None and clock.stopped_at == clock.started_at == START + timedelta(hours=20)


def test_lifting_without_form_03_is_explained(house: HouseUnderTest) -> None:
    number = separated(house)
    with pytest.raises(RuleBroken, match="no-form-03"):
        lift(house, number)
    assert runs(house, number)
    lift(house, number, **{"no-form-03": "Trẻ đã về với bà nội ở tỉnh khác"})
    lifted = course(house, number).last(Turn.LIFTING)
    assert lifted is not None and lifted.said.explained[0].code == "no-form-03"


def test_home_at_the_end(house: HouseUnderTest) -> None:
    number = separated(house, days=3)
    house.clock.move(timedelta(days=2))
    with pytest.raises(RuleBroken, match="too-early"):
        conclude(house, number, Conclusion.HOME)
    house.clock.move(timedelta(days=1))
    conclude(house, number, Conclusion.HOME)
    assert course(house, number).state is State.ENDED and not runs(house, number)
    with house.desk(OFFICER, writing=False) as desk:
        clock = queries.clock(desk, cases.case(desk, number), SEPARATION)
        assert clock is not None and clock.stopped_at is not None and clock.due_at is not None
        assert clock.stopped_at <= clock.due_at


def test_the_court_at_the_end(house: HouseUnderTest) -> None:
    number = separated(house, days=10)
    house.clock.move(timedelta(days=10))
    conclude(house, number, Conclusion.COURT)
    assert course(house, number).state is State.AT_COURT and runs(house, number)
    ask(house, number)
    asked = course(house, number).awaits_court
    assert asked is not None and asked.said.court == "first_instance"
    house.clock.move(timedelta(days=20))
    outcome(house, number, CourtOutcome.REFUSED)
    found = course(house, number)
    assert found.state is State.ENDED and found.awaits_court is None and not runs(house, number)
    steps = [one.turn for one in found.turns]
    assert steps == [Turn.ASSESSMENT, Turn.COURT_REQUEST, Turn.COURT_OUTCOME]


def test_the_court_while_it_runs(house: HouseUnderTest) -> None:
    number = separated(house)
    house.clock.move(timedelta(days=3))
    with pytest.raises(RuleBroken, match="early-court"):
        ask(house, number)
    ask(house, number, **{"early-court": "Cha đe dọa cả gia đình"})
    house.clock.move(timedelta(days=2))
    outcome(house, number, CourtOutcome.REFUSED)
    assert course(house, number).state is State.RUNNING
    house.clock.move(timedelta(days=6))
    ask(house, number)
    outcome(house, number, CourtOutcome.GRANTED)
    assert course(house, number).state is State.ENDED
    with house.desk(OFFICER, writing=False) as desk:
        steps = [line.step for line in cases.timeline(desk, cases.case(desk, number))]
        assert steps.count(Step.ASK_COURT) == 2 and steps.count(Step.END_SEPARATION) == 1


def test_a_start_before_receipt_and_a_case_not_taken_on(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    with pytest.raises(RuleBroken, match="starts-too-early"):
        handed_in(house, number, starts_at=START - timedelta(minutes=1))
    fresh = a_case(house, stage=Stage.RECEIVED)
    with pytest.raises(RuleBroken, match="wrong-stage"):
        handed_in(house, fresh)


def test_the_child_is_not_given_to_the_alleged_person(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=2))
    with pytest.raises(RuleBroken, match="alleged-carer"):
        handed_in(house, number, carer_name="NÔNG VĂN ĐỨC")


def test_the_place_is_seen_by_those_near_and_by_others_with_a_reason(house: HouseUnderTest) -> None:
    number = separated(house)
    with house.desk(CHAIR) as desk:
        assert separating.open_place(desk, cases.case(desk, number)) == PLACE
    with house.desk(OFFICER, person=3) as desk, pytest.raises(Invalid):
        separating.open_place(desk, cases.case(desk, number))
    with house.desk(OFFICER, person=3) as desk:
        assert separating.open_place(desk, cases.case(desk, number), reason="Đưa trẻ đi khám") == PLACE
    with house.desk(Role.SOCIAL_WORKER) as desk, pytest.raises(NotFound):
        cases.case(desk, number)
    with house.desk(OFFICER, writing=False) as desk:
        notes = [line.note for line in cases.timeline(desk, cases.case(desk, number)) if line.note]
        assert any(note.data == {"looked_at": "whereabouts"} for note in notes)


def test_the_chair_of_another_commune_is_not_near(house: HouseUnderTest) -> None:
    number = separated(house)
    with house.desk(CHAIR, THAT_KHE) as desk:
        break_glass(desk, number=number, reason="Trẻ đang ở xã tôi")
    for reason, why in ((None, Invalid), ("Trẻ đang ở xã tôi", Refused)):
        with pytest.raises(why), house.desk(CHAIR, THAT_KHE) as desk:
            separating.open_place(desk, cases.case(desk, number), reason=reason)
    client, page = house.client(CHAIR, THAT_KHE), f"/cases/{number}/separation"
    assert 'name="reason"' in client.get(page).text
    sent = client.post(f"{page}/place", data={"reason": "Trẻ đang ở xã tôi"})
    assert sent.status_code == 403 and PLACE not in sent.text


def test_nobody_else_sees_the_rows(house: HouseUnderTest) -> None:
    separated(house)
    with house.desk(CHAIR, THAT_KHE, writing=False) as desk:
        assert desk.all(select(Separation)) == []


def test_somebody_is_kept_out_and_let_in_again(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        (father,) = queries.people(desk, case)
        assert (father.key, father.relation, father.alleged) == ("suspect-s1", "father", True)
        for _again in range(2):
            row = withholding.withhold(
                desk, case, person=father.key, parts=(Part.DELIVERY, Part.MEETING), ground="Trẻ sợ cha"
            )
        with pytest.raises(RuleBroken, match="already-out"):
            withholding.withhold(desk, case, person=father.key, parts=(Part.MEETING,), ground="Khác")
        with pytest.raises(RuleBroken, match="nobody"):
            withholding.withhold(desk, case, person="suspect-s9", parts=(Part.MEETING,), ground="Khác")
    with house.desk(CHAIR) as desk:
        case = cases.case(desk, number)
        (out,) = queries.withheld(desk, case, Part.MEETING)
        assert out.is_("father") and out.is_("suspect-s1") and out.is_("x", "nong van duc")
        assert not out.is_("mother") and not out.is_("x", "Nông Văn Minh")
        assert out.ban.parts == (Part.MEETING, Part.DELIVERY)
        assert queries.withheld(desk, case, Part.OPINION) == ()
        with pytest.raises(RuleBroken, match="no-reason"):
            withholding.let_in(desk, case, decision_id=row.id, reason=" ")
        withholding.let_in(desk, case, decision_id=row.id, reason="Đã có kết luận khác")
        assert queries.withheld(desk, case) == ()
        with pytest.raises(RuleBroken, match="ended"):
            withholding.let_in(desk, case, decision_id=row.id, reason="Lần nữa")
        steps = [line.step for line in cases.timeline(desk, case)]
        assert steps.count(Step.WITHHOLD) == 1


@pytest.mark.parametrize("reached, due", [(5, 12), (-1, 11)])
def test_both_receipts_are_kept_and_the_earlier_counts(house: HouseUnderTest, reached: int, due: int) -> None:
    number = a_case(house, stage=Stage.PROTECTING)
    house.clock.move(timedelta(hours=6))
    with house.maintenance() as desk:
        cases.case(desk, number).reached_at = START + timedelta(hours=reached)
    handed_in(house, number, starts_at=house.clock.now())
    signed(house, number)
    told = course(house, number).signing
    assert (told.received_at, told.commune_at) == (START, START + timedelta(hours=reached))
    assert told.due_at == START + timedelta(hours=due)
