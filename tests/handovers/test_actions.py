"""Handovers on both engines: who is responsible, who may read, what never happens to a clock."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases import actions as case_actions
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.models import Case, CaseClock, CaseMember
from casemgr.cases.terms import Ending, Stage, Step
from casemgr.children import actions as children
from casemgr.children.models import Child
from casemgr.circumstances import actions as circumstance_actions
from casemgr.circumstances import queries as circumstances
from casemgr.circumstances.terms import Kind as SpellKind
from casemgr.circumstances.terms import Spell
from casemgr.core.errors import ExpectedError, Invalid, NotFound, RuleBroken
from casemgr.handovers import actions, queries
from casemgr.handovers.models import Handover
from casemgr.handovers.terms import CHILD_LIVES_THERE, Kind, State
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake.terms import ReportState
from casemgr.places import queries as places
from tests.conftest import sweep
from tests.durability.test_twice import together
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import ELSEWHERE, LANG_SON, NA_SAM, START, THAT_KHE, HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR
WHY = "Cháu ở với bà ngoại tại đó"


def sent(
    house: HouseUnderTest,
    number: str,
    *,
    to: str = THAT_KHE,
    kind: Kind = Kind.CHILD_MOVED,
    at: str = NA_SAM,
    **more: Any,
) -> UUID:
    with house.desk(OFFICER, at) as desk:
        unit = places.unit_at(desk, to)
        told = {"emergency-runs": "Trẻ ở nhà bà", "not-assessed": "x", "lives-elsewhere": "x"}
        row = actions.send(
            desk, cases.case(desk, number), kind=kind, unit=unit, why=WHY, explanations=told, **more
        )
        return row.id


def answer(house: HouseUnderTest, what: Any, handover_id: UUID, *, at: str, **more: Any) -> None:
    with house.desk(OFFICER, at) as desk:
        what(desk, queries.handover(desk, handover_id), **more)


def responsible(house: HouseUnderTest, number: str) -> int | None:
    with house.maintenance(writing=False) as desk:
        return desk.one(select(Case).where(Case.number == number)).unit_id


def clocks(desk: Desk, number: str) -> list[tuple[Any, ...]]:
    case = desk.one(select(Case).where(Case.number == number))
    rows = desk.all(select(CaseClock).where(CaseClock.case_id == case.id))
    return sorted((row.clock, row.started_at, str(row.due_at), str(row.stopped_at)) for row in rows)


def sees(house: HouseUnderTest, number: str, at: str, role: Role = OFFICER, person: int = 0) -> bool:
    """Whether the whole file can be read: case, child and report."""
    try:
        with house.desk(role, at, writing=False, person=person) as desk:
            case = cases.case(desk, number)
            desk.get(Child, case.child_id)
            reports.report_of(desk, case)
            return True
    except NotFound:
        return False


def test_the_sender_is_responsible_until_the_receiver_accepts(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    old, new = house.unit_id(NA_SAM), house.unit_id(THAT_KHE)
    assert not sees(house, number, THAT_KHE)
    with house.maintenance(writing=False) as desk:
        before = clocks(desk, number)
    house.clock.move(timedelta(hours=1))
    handover = sent(house, number, known_to="Bà ngoại", open_matters="Chụp phim thứ Hai")
    assert responsible(house, number) == old and sees(house, number, THAT_KHE) and sees(house, number, NA_SAM)
    house.clock.move(timedelta(hours=1))
    answer(house, actions.see, handover, at=THAT_KHE)
    assert responsible(house, number) == old
    house.clock.move(timedelta(hours=1))
    answer(house, actions.accept, handover, at=THAT_KHE)
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        case = cases.case(desk, number)
        row = queries.handover(desk, handover)
        assert (case.unit_id, case.residence_unit_id, case.handover_unit_id) == (new, new, None)
        assert case.incident_unit_id == old
        assert case.holder_id == house.hire(OFFICER, THAT_KHE)[0] and case.held_since == desk.now
        assert (row.state, row.ended_at, row.seen_at) == (
            State.ACCEPTED,
            desk.now,
            START + timedelta(hours=2),
        )
        assert row.letter is not None and row.letter.known_to == "Bà ngoại"
        assert "ngoại".encode() not in (row._letter or b"")
        steps = [line.step for line in cases.timeline(desk, case)]
        assert steps[:3] == [Step.ACCEPT_HANDOVER, Step.SEE_HANDOVER, Step.SEND_HANDOVER]
        assert clocks(desk, number) == before
    assert sees(house, number, NA_SAM), "the commune where it happened keeps reading"
    assert sees(house, number, LANG_SON, Role.PROVINCE_SUPERVISOR)


def test_a_returned_case_is_closed_to_the_other_unit_again(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    handover = sent(house, number)
    with pytest.raises(RuleBroken, match="reason"):
        answer(house, actions.give_back, handover, at=THAT_KHE, reason="  ")
    answer(house, actions.give_back, handover, at=THAT_KHE, reason="Cháu không còn ở đây")
    assert responsible(house, number) == house.unit_id(NA_SAM)
    assert not sees(house, number, THAT_KHE)
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        row = queries.handover(desk, handover)
        assert row.reply is not None and row.reply.reason == "Cháu không còn ở đây"
        assert queries.case_of(desk, row) is None
        assert desk.session.get(Child, _child_id(house, number)) is None
    with pytest.raises(RuleBroken, match="over"):
        answer(house, actions.accept, handover, at=NA_SAM)
    again = sent(house, number)
    answer(house, actions.accept, again, at=THAT_KHE)
    assert responsible(house, number) == house.unit_id(THAT_KHE)


def test_what_was_shared_for_another_reason_stays_shared(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    with house.maintenance() as desk:
        children.share(desk, desk.get(Child, _child_id(house, number)), house.unit_id(THAT_KHE))
    house.clock.move(timedelta(days=1))
    handover = sent(house, number)
    with house.desk(OFFICER) as desk:
        actions.take_back(desk, queries.handover(desk, handover))
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        assert desk.session.get(Child, _child_id(house, number)) is not None
    assert not sees(house, number, THAT_KHE)


def _child_id(house: HouseUnderTest, number: str) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.one(select(Case).where(Case.number == number)).child_id


def test_the_receiver_reads_and_changes_nothing_before_it_accepts(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.CARRYING_OUT)
    handover = sent(house, number)
    holder = house.hire(OFFICER, THAT_KHE)[0]
    with pytest.raises(RuleBroken), house.desk(OFFICER, THAT_KHE) as desk:
        case_actions.assign(desk, cases.case(desk, number), holder_id=holder)
    for step in (Step.SERVICE, Step.REVIEW_AGAIN, Step.PROPOSE_CLOSURE, Step.CHANGE_PLAN):
        with pytest.raises(RuleBroken, match="not-responsible"), house.desk(OFFICER, THAT_KHE) as desk:
            spine.advance(desk, cases.case(desk, number), step)
    with pytest.raises(RuleBroken, match="not-responsible"), house.desk(CHAIR, THAT_KHE) as desk:
        actions.send(
            desk,
            cases.case(desk, number),
            kind=Kind.CHILD_MOVED,
            unit=places.unit_at(desk, ELSEWHERE),
            why=WHY,
        )
    answer(house, actions.accept, handover, at=THAT_KHE)
    with pytest.raises(RuleBroken, match="not-responsible"), house.desk(OFFICER, NA_SAM) as desk:
        spine.advance(desk, cases.case(desk, number), Step.SERVICE)
    with house.desk(OFFICER, NA_SAM) as desk:
        case_actions.note(desk, cases.case(desk, number), text="Bà ngoại gọi lại")
    with house.desk(OFFICER, THAT_KHE) as desk:
        spine.advance(desk, cases.case(desk, number), Step.SERVICE)


def test_only_the_right_side_answers(house: HouseUnderTest) -> None:
    handover = sent(house, a_case(house, stage=Stage.PLANNING))
    for what, more in ((actions.see, {}), (actions.accept, {}), (actions.give_back, {"reason": "x"})):
        with pytest.raises(RuleBroken, match="not-yours"):
            answer(house, what, handover, at=NA_SAM, **more)
    with pytest.raises(RuleBroken, match="not-yours"):
        answer(house, actions.take_back, handover, at=THAT_KHE)
    with pytest.raises(NotFound):
        answer(house, actions.accept, handover, at=ELSEWHERE)


def test_people_of_the_sender_see_the_case_no_more_by_name(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    worker = house.hire(Role.SOCIAL_WORKER)[0]
    with house.desk(OFFICER) as desk:
        case_actions.assign(desk, cases.case(desk, number), holder_id=worker)
    assert sees(house, number, NA_SAM, Role.SOCIAL_WORKER)
    theirs = house.hire(Role.SOCIAL_WORKER, THAT_KHE)[0]
    handover = sent(house, number)
    assert sees(house, number, NA_SAM, Role.SOCIAL_WORKER)
    with pytest.raises(Invalid):
        answer(house, actions.accept, handover, at=THAT_KHE, holder_id=worker)
    answer(house, actions.accept, handover, at=THAT_KHE, holder_id=theirs)
    assert not sees(house, number, NA_SAM, Role.SOCIAL_WORKER)
    assert sees(house, number, THAT_KHE, Role.SOCIAL_WORKER)
    back = sent(house, number, to=NA_SAM, at=THAT_KHE)
    answer(house, actions.accept, back, at=NA_SAM, holder_id=worker)
    assert sees(house, number, NA_SAM, Role.SOCIAL_WORKER)
    with house.maintenance(writing=False) as desk:
        named = desk.all(select(CaseMember).where(CaseMember.until.is_(None)))
        assert [row.account_id for row in named] == [worker]


def test_a_sender_that_is_not_the_place_of_the_incident_keeps_only_the_record(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    answer(house, actions.accept, sent(house, number), at=THAT_KHE)
    second = sent(house, number, to=ELSEWHERE, at=THAT_KHE, kind=Kind.OTHER_PROVINCE)
    answer(house, actions.accept, second, at=ELSEWHERE)
    assert (
        not sees(house, number, THAT_KHE) and sees(house, number, NA_SAM) and sees(house, number, ELSEWHERE)
    )
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        row = queries.handover(desk, second)
        assert row.letter is not None and row.letter.number == number and queries.case_of(desk, row) is None


def test_a_corrected_place_of_incident_moves_the_place_and_not_the_home(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        report = reports.report_of(desk, case)
        assert queries.told_elsewhere(desk, case) is None
        assert report.known is not None
        moved = replace(report.known, incident=replace(report.known.incident, unit_code=THAT_KHE))
        intake.correct(
            desk, report, known=moved, places_of=report.places or intake.Places(), version=report.version
        )
    with house.desk(OFFICER, writing=False) as desk:
        offered = queries.suggestions(desk, cases.case(desk, number))
        assert [(row.kind, row.unit.code) for row in offered] == [(Kind.TO_INCIDENT, THAT_KHE)]
    handover = sent(house, number, kind=Kind.TO_INCIDENT)
    answer(house, actions.accept, handover, at=THAT_KHE)
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        case = cases.case(desk, number)
        assert case.incident_unit_id == case.unit_id == house.unit_id(THAT_KHE)
        assert case.residence_unit_id == house.unit_id(NA_SAM)
    assert not sees(house, number, NA_SAM), "it did not happen there, and it is not theirs any more"


def test_correcting_form_one_elsewhere_undoes_nothing_and_opens_no_case_twice(house: HouseUnderTest) -> None:
    sister = replace(KHANG, ref="c2", name="Nông Thị Khuê")
    number = a_case(house, stage=Stage.PLANNING, story=a_story(children=(KHANG, sister)))
    answer(house, actions.accept, sent(house, number), at=THAT_KHE)
    for at in (THAT_KHE, NA_SAM):
        with house.desk(OFFICER, at) as desk:
            report = reports.report_of(desk, cases.case(desk, number))
            assert report.known is not None
            known = replace(report.known, actions_taken=f"đã gọi {at}")
            intake.correct(desk, report, known=known, places_of=intake.Places(), version=report.version)
    with house.maintenance(writing=False) as desk:
        assert desk.session.scalar(select(func.count()).select_from(Case)) == 2
        case = desk.one(select(Case).where(Case.number == number))
        assert case.residence_unit_id == house.unit_id(THAT_KHE)


def test_the_sender_of_a_report_is_not_told_that_it_is_closed_while_a_sibling_s_case_is_open(
    house: HouseUnderTest,
) -> None:
    sister = replace(KHANG, ref="c2", name="Nông Thị Khuê")
    number = a_case(house, stage=Stage.CARRYING_OUT, story=a_story(children=(KHANG, sister)))
    answer(house, actions.accept, sent(house, number), at=THAT_KHE)
    with house.desk(OFFICER, THAT_KHE) as desk:
        case = cases.case(desk, number)
        assert len(cases.of_report(desk, case.report_id)) == 1
        spine.advance(desk, case, Step.PROPOSE_CLOSURE)
        spine.advance(desk, case, Step.CLOSE)
        intake.follow(desk, case)
        assert reports.report_of(desk, case).state == ReportState.ACCEPTED


def test_a_case_that_is_closed_ends_its_handover(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.CARRYING_OUT)
    handover = sent(house, number)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        spine.advance(desk, case, Step.PROPOSE_CLOSURE)
        case.ending = Ending.SAFE_AND_STABLE
        spine.advance(desk, case, Step.CLOSE)
    with house.desk(OFFICER, writing=False) as desk:
        row = queries.handover(desk, handover)
        assert (row.state, row.ended_at) == (State.ENDED, desk.now)
    assert not sees(house, number, THAT_KHE)
    with pytest.raises(RuleBroken, match="over"):
        answer(house, actions.accept, handover, at=NA_SAM)
    with pytest.raises(RuleBroken, match="closed"):
        sent(house, number)
    with house.desk(OFFICER) as desk:
        case_actions.reopen(desk, cases.case(desk, number), reason="Có tin mới")
    sent(house, number)


def test_only_one_handover_of_a_case_is_open(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    sent(house, number)
    with pytest.raises(RuleBroken, match="runs-already"):
        sent(house, number, to=ELSEWHERE)


def test_two_people_send_at_the_same_moment(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    form = {"kind": "child_moved", "why": WHY, "go": "send"}
    people = [house.client(OFFICER, person=person) for person in range(2)]
    answers = together(
        [
            lambda who=who, to=to: who.post(f"/cases/{number}/handover", data={**form, "unit": to})  # type: ignore[misc]
            for who, to in zip(people, (THAT_KHE, ELSEWHERE), strict=True)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    with house.maintenance(writing=False) as desk:
        assert desk.session.scalar(select(func.count()).select_from(Handover)) == 1


def test_taken_back_and_accepted_at_the_same_moment(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    handover = sent(house, number)
    sender, receiver = house.client(OFFICER), house.client(OFFICER, THAT_KHE)
    answers = together(
        [
            lambda: sender.post(f"/handovers/{handover}/taking-back"),
            lambda: receiver.post(f"/handovers/{handover}/acceptance"),
        ]
    )
    codes = [answer.status_code for answer in answers]
    assert codes in ([303, 409], [409, 303], [303, 404]), codes
    with house.maintenance(writing=False) as desk:
        row = desk.one(select(Handover))
        accepted = row.state == State.ACCEPTED
        assert accepted == (codes[1] == 303)
    assert responsible(house, number) == house.unit_id(THAT_KHE if accepted else NA_SAM)


@pytest.mark.parametrize("kind", [Kind.CHILD_MOVED, Kind.TO_RESIDENCE, Kind.TO_INCIDENT])
def test_the_register_of_circumstances_goes_where_the_child_lives(house: HouseUnderTest, kind: Kind) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    open_one = Spell(SpellKind.SPECIAL, "orphan.3", date(2025, 5, 1), known_by="Trưởng thôn báo")
    over = Spell(SpellKind.AT_RISK, "DT_XH", date(2024, 5, 1), until=date(2024, 9, 1), known_by="Trường báo")
    old, new = house.unit_id(NA_SAM), house.unit_id(THAT_KHE)
    with house.desk(OFFICER) as desk:
        child = desk.get(Child, cases.case(desk, number).child_id)
        for spell in (open_one, over):
            circumstance_actions.take_over(desk, child, spell, old)
    handover = sent(house, number, kind=kind)
    house.clock.move(timedelta(hours=1))
    answer(house, actions.accept, handover, at=THAT_KHE)
    there = new if kind in CHILD_LIVES_THERE else old
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        shown = circumstances.of_child(desk, cases.case(desk, number).child_id)
        assert {one.spell.code: one.unit_id for one in shown} == {"orphan.3": there, "DT_XH": old}
        assert [len(circumstances.registry(desk, [unit]).lines) for unit in (old, new)] == [
            there == old,
            there == new,
        ]


def test_what_waits_stands_with_whoever_must_answer(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    handover = sent(house, number)
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        assert len(desk.all(queries.waiting_ones(desk.actor))) == 1 and not queries.from_us(desk)
        assert [line.case.number for line in queries.to_us(desk)] == [number]
    with house.desk(OFFICER, NA_SAM, writing=False) as desk:
        assert (
            not desk.all(queries.waiting_ones(desk.actor))
            and len(queries.from_us(desk)) == 1
            and not queries.to_us(desk)
        )
    with house.desk(OFFICER, ELSEWHERE, writing=False) as desk:
        assert not desk.all(queries.waiting_ones(desk.actor))
    answer(house, actions.accept, handover, at=THAT_KHE)
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        assert not desk.all(queries.waiting_ones(desk.actor)) and len(queries.ended(desk, START)) == 1


UNITS = (NA_SAM, THAT_KHE, ELSEWHERE)
MOVES = st.lists(
    st.tuples(
        st.sampled_from(("send", "see", "accept", "give_back", "take_back", "close", "reopen")),
        st.sampled_from(UNITS),
        st.sampled_from(UNITS),
        st.sampled_from((Kind.CHILD_MOVED, Kind.TO_INCIDENT, Kind.TO_RESIDENCE)),
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=25)
@given(moves=MOVES)
def test_whatever_is_tried_exactly_one_unit_is_responsible(swept: HouseUnderTest, moves: Any) -> None:
    """A random walk of three communes against a model of six lines."""
    number = a_case(swept, stage=Stage.CARRYING_OUT)
    model: dict[str, Any] = {"at": NA_SAM, "to": None, "closed": False}
    with swept.maintenance(writing=False) as desk:
        running = clocks(desk, number)
    ids = {code: swept.unit_id(code) for code in UNITS}
    for move, who, other, kind in moves:
        swept.clock.move(timedelta(minutes=random.Random(str((move, who))).randint(1, 600)))
        expected = _expected(model, move, who, other)
        happened = _try(swept, number, move, who, other, kind)
        assert happened == expected, (move, who, other, model)
        if happened:
            _follow(model, move, other)
        with swept.maintenance(writing=False) as desk:
            case = desk.one(select(Case).where(Case.number == number))
            assert case.unit_id == ids[model["at"]]
            assert case.handover_unit_id == (ids[model["to"]] if model["to"] else None)
            open_ones = desk.all(select(Handover).where(Handover.ended_at.is_(None)))
            assert len(open_ones) == (model["to"] is not None)
            if move in ("close", "reopen") and happened:
                running = clocks(desk, number)
            assert clocks(desk, number) == running
    sweep(swept)
    swept.staff.clear()


def _expected(model: dict[str, Any], move: str, who: str, other: str) -> bool:
    is_open = model["to"] is not None
    if move == "send":
        return who == model["at"] and not is_open and not model["closed"] and other != who
    if move in ("see", "accept", "give_back"):
        return is_open and who == model["to"]
    if move == "take_back":
        return is_open and who == model["at"]
    return who == model["at"] and model["closed"] == (move == "reopen")


def _follow(model: dict[str, Any], move: str, other: str) -> None:
    if move == "send":
        model["to"] = other
    elif move == "accept":
        model["at"], model["to"] = model["to"], None
    elif move in ("give_back", "take_back", "close"):
        model["to"] = None
    if move in ("close", "reopen"):
        model["closed"] = move == "close"


def _try(house: HouseUnderTest, number: str, move: str, who: str, other: str, kind: Kind) -> bool:
    try:
        if move == "send":
            sent(house, number, to=other, at=who, kind=kind)
            return True
        with house.desk(OFFICER, who) as desk:
            case = cases.case(desk, number)
            if move == "close":
                if case.stage == Stage.CARRYING_OUT:
                    spine.advance(desk, case, Step.PROPOSE_CLOSURE)
                spine.advance(desk, case, Step.CLOSE)
            elif move == "reopen":
                case_actions.reopen(desk, case, reason="x")
                for step in (Step.ASSESS_NO_EMERGENCY, Step.STUDY, Step.HAND_IN_PLAN, Step.APPROVE_PLAN):
                    spine.advance(desk, case, step)
            else:
                row = queries.of_case(desk, case)[:1]
                if not row:
                    return False
                more = {"reason": "x"} if move == "give_back" else {}
                getattr(actions, move)(desk, row[0], **more)
        return True
    except ExpectedError:
        return False


def test_whoever_is_relieved_of_a_case_sees_it_no_more_by_name(house: HouseUnderTest) -> None:
    """Within one office too: a case is taken from somebody for a reason, and given back as a whole."""
    number = a_case(house, stage=Stage.PLANNING)
    first, second = house.hire(Role.SOCIAL_WORKER)[0], house.hire(Role.SOCIAL_WORKER, person=1)[0]
    for holder, seen in ((first, (True, False)), (second, (False, True)), (first, (True, False))):
        with house.desk(OFFICER) as desk:
            case_actions.assign(desk, cases.case(desk, number), holder_id=holder)
        clients = house.client(Role.SOCIAL_WORKER), house.client(Role.SOCIAL_WORKER, person=1)
        answers = [client.get(f"/cases/{number}").status_code for client in clients]
        assert answers == [200 if reads else 404 for reads in seen]
    with house.maintenance(writing=False) as desk:
        named = desk.all(select(CaseMember).where(CaseMember.until.is_(None)))
        assert [row.account_id for row in named] == [first]
