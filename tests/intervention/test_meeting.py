"""The meeting on the measures and the verification, on both engines."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from casemgr.access.roles import Role
from casemgr.cases import actions as case_actions
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.deadlines import MEETING
from casemgr.cases.terms import Stage, Step
from casemgr.core.errors import Conflict, NotFound, Refused, RuleBroken
from casemgr.core.findings import Findings
from casemgr.intervention.emergency import queries as emergency
from casemgr.intervention.emergency import withholding
from casemgr.intervention.emergency.terms import Part, Person
from casemgr.intervention.meeting import actions, queries, rules
from casemgr.intervention.meeting.terms import (
    Attendee,
    Check,
    Content,
    Heard,
    Opinion,
    Result,
    Seat,
    Way,
)
from casemgr.intervention.plan import queries as plans
from tests.support.factories import a_case
from tests.support.house import START, THAT_KHE, HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR
MINUTES = Content(
    place="Trụ sở Ủy ban nhân dân xã",
    presided_by="Vi Thị Giả",
    people=(
        Attendee(Seat.CHAIR, "Vi Thị Giả"),
        Attendee(Seat.LOCALITY, "Trưởng thôn Nà Tềnh"),
        Attendee(Seat.RELATIVE, "Hoàng Thị Giả", "bà ngoại"),
        Attendee(Seat.SCHOOL, "Cô Thử", "Trường tiểu học", came=False),
    ),
    heard=Heard.BEFORE,
    child_words="Cháu muốn ở với bà.",
    opinions=(Opinion("mother", "Đồng ý cho con ở với bà"),),
    measures=("intervention.shelter", "intervention.family_advice"),
    minutes="Chủ tịch nêu vụ việc; bà ngoại nhận chăm sóc.",
    conclusion="Thống nhất hai biện pháp.",
)
CHECK = Check("Trẻ có vết bầm không", Way.VISIT, "Trạm y tế xã", Result.CONFIRMED, "Có vết bầm ở cẳng tay")


def conclude(
    house: HouseUnderTest,
    number: str,
    content: Content = MINUTES,
    *,
    held_at: datetime | None = None,
    version: int = 0,
    **explained: str,
) -> None:
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        at = held_at or desk.now - timedelta(hours=1)
        told = {name.replace("_", "-"): text for name, text in explained.items()}
        actions.conclude(desk, case, content=content, held_at=at, version=version, explanations=told)


def ban(house: HouseUnderTest, number: str, *parts: Part) -> None:
    with house.desk(CHAIR) as desk:
        case = cases.case(desk, number)
        withholding.withhold(desk, case, person="suspect-s1", parts=parts, ground="Trẻ sợ cha")


def a_case_to_meet_on(house: HouseUnderTest) -> str:
    number = a_case(house, stage=Stage.PLANNING)
    house.clock.move(timedelta(hours=3))
    return number


def test_minutes_are_kept_sealed_and_the_clock_stops(house: HouseUnderTest) -> None:
    number = a_case_to_meet_on(house)
    conclude(house, number)
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        found = queries.last_meeting(desk, case)
        assert found is not None and (found.number, found.revision, found.round) == (1, 1, 1)
        assert found.content == MINUTES and found.held_at == START + timedelta(hours=2)
        assert [one.name for one in found.content.absent] == ["Cô Thử"] and len(found.content.present) == 3
        assert queries.meetings(desk, case) == (found,)
        (row,) = queries.versions(desk, case)
        assert row._content is not None and "bà".encode() not in row._content
        clock = next(one for one in cases.clocks(desk, case) if one.clock == MEETING)
        assert clock.stopped_at == START + timedelta(hours=2)
        line = next(one for one in cases.timeline(desk, case) if one.step == Step.MEET)
        assert line.at == found.held_at and line.note is not None
        assert line.note.text == "Thống nhất hai biện pháp." and case.stage == Stage.PLANNING


def test_a_draft_is_kept_and_two_writers_notice(house: HouseUnderTest) -> None:
    number = a_case_to_meet_on(house)
    with house.desk(OFFICER) as desk:
        actions.save(desk, cases.case(desk, number), content=Content(place="xã"), held_at=None, version=0)
    with house.desk(CHAIR) as desk, pytest.raises(Conflict):
        actions.save(desk, cases.case(desk, number), content=MINUTES, held_at=None, version=0)
    conclude(house, number, version=1)
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert queries.draft(desk, case) is None and len(queries.meetings(desk, case)) == 1


FATHER = Person("suspect-s1", "Nông Văn Đức", "father", True)
CARER = Person("suspect-s2", "Lý Thị Thử", "step_parent", True, is_the_carer=True)
EITHER = Person("suspect-s3", None, "parent_unspecified", True)


@pytest.mark.parametrize(
    ("there", "people", "wanted"),
    [
        (Attendee(Seat.FATHER), [FATHER], True),
        (Attendee(Seat.MOTHER), [FATHER], False),
        (Attendee(Seat.OTHER, "nong van duc"), [FATHER], True),
        (Attendee(Seat.CARER, "Cô Lý"), [CARER], True),
        (Attendee(Seat.MOTHER, "Lý Thị Mẹ"), [CARER], False),
        (Attendee(Seat.MOTHER), [EITHER], True),
        (Attendee(Seat.FATHER), [replace(FATHER, alleged=False)], False),
        (Attendee(Seat.LOCALITY), [EITHER], False),
    ],
)
def test_who_is_alleged_is_known_by_what_they_are_or_by_their_name(
    there: Attendee, people: list[Person], wanted: bool
) -> None:
    assert rules.alleged(there, people) is wanted


def test_sent_twice_is_one_meeting_and_there_can_be_several(house: HouseUnderTest) -> None:
    number = a_case_to_meet_on(house)
    held = START + timedelta(hours=1)
    for _again in range(2):
        conclude(house, number, held_at=held)
    conclude(house, number, replace(MINUTES, conclusion="Họp lại"), held_at=START + timedelta(hours=2))
    conclude(house, number, replace(MINUTES, conclusion="Ghi muộn"), held_at=START + timedelta(minutes=5))
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert [one.content.conclusion for one in queries.meetings(desk, case)] == [
            "Họp lại",
            MINUTES.conclusion,
            "Ghi muộn",
        ]
        assert [one.number for one in queries.meetings(desk, case)] == [2, 1, 3]


def test_a_case_opened_again_wants_a_meeting_that_knows_of_it(house: HouseUnderTest) -> None:
    number = a_case_to_meet_on(house)
    conclude(house, number)
    house.clock.move(timedelta(days=90))
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        assert plans.dossier(desk, case).minutes is not None
        case.stage, case.closed_at = Stage.CLOSED, desk.now
        case_actions.reopen(desk, case, reason="Cha lại đánh")
        for step in (Step.ASSESS_EMERGENCY, Step.PROTECT, Step.STUDY):
            spine.advance(desk, case, step)
        assert plans.dossier(desk, case).minutes is None, "the minutes of before are no paper of this plan"
    house.clock.move(timedelta(days=1))
    conclude(house, number)
    with house.desk(OFFICER, writing=False) as desk:
        assert plans.dossier(desk, cases.case(desk, number)).minutes is not None


def test_a_correction_leaves_both_versions(house: HouseUnderTest) -> None:
    number = a_case_to_meet_on(house)
    held = START + timedelta(hours=1)
    conclude(house, number, held_at=held)
    better = replace(MINUTES, minutes="Ghi thêm ý kiến trưởng thôn.", why_corrected="Thiếu một ý kiến")

    def correct(content: Content, version: int) -> None:
        with house.desk(OFFICER) as desk:
            case = cases.case(desk, number)
            actions.correct(desk, case, number=1, content=content, held_at=held, version=version)

    with pytest.raises(RuleBroken, match="no-reason"):
        correct(replace(better, why_corrected=None), 1)
    with pytest.raises(RuleBroken, match="nothing-changed"):
        correct(replace(MINUTES, why_corrected="Không rõ"), 1)
    with pytest.raises(Conflict):
        correct(better, 7)
    correct(better, 1)
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        new, old = queries.of_number(desk, case, 1)
        assert (new.revision, new.state, old.revision, old.state) == (2, "concluded", 1, "replaced")
        assert old.content == MINUTES and new.content == better
        assert [one.revision for one in queries.meetings(desk, case)] == [2]
        assert Step.CORRECT in [line.step for line in cases.timeline(desk, case)]
        with pytest.raises(NotFound):
            queries.of_number(desk, case, 2)


def test_whoever_is_kept_out_is_not_there_and_not_asked(house: HouseUnderTest) -> None:
    number = a_case_to_meet_on(house)
    ban(house, number, Part.MEETING, Part.OPINION)
    father = (*MINUTES.people, Attendee(Seat.FATHER, "Nông Văn Đức"))
    by_name = (*MINUTES.people, Attendee(Seat.OTHER, "NONG VAN DUC"))
    for people in (father, by_name):
        with pytest.raises(RuleBroken, match="kept-out"):
            conclude(house, number, replace(MINUTES, people=people))
    opinion = (*MINUTES.opinions, Opinion("father", "Không đồng ý"))
    with pytest.raises(RuleBroken, match="not-to-be-asked"):
        conclude(house, number, replace(MINUTES, opinions=opinion))
    away = (*MINUTES.people, Attendee(Seat.FATHER, "Nông Văn Đức", came=False))
    conclude(house, number, replace(MINUTES, people=away))
    with house.desk(CHAIR) as desk:
        case = cases.case(desk, number)
        (out,) = emergency.withheld(desk, case, Part.MEETING)
        withholding.let_in(desk, case, decision_id=out.id, reason="Có công an bảo vệ")
    with pytest.raises(RuleBroken, match="alleged-there"):
        conclude(house, number, replace(MINUTES, people=father))
    conclude(house, number, replace(MINUTES, people=father), alleged_there="Có công an, trẻ không dự")


def found(**changes: Any) -> Findings:
    facts = rules.MeetingFacts(MINUTES, START, START, START + timedelta(hours=1), Stage.PLANNING)
    said = {name: changes.pop(name) for name in list(changes) if name in MINUTES.__dataclass_fields__}
    return rules.findings_before_concluding(replace(facts, content=replace(MINUTES, **said), **changes))


@pytest.mark.parametrize(
    "change, blocking, asked",
    [
        ({}, set(), set()),
        ({"place": None}, {"place"}, set()),
        ({"presided_by": None}, {"presided-by"}, set()),
        ({"people": ()}, {"nobody"}, {"no-family"}),
        ({"people": MINUTES.people[1:]}, set(), {"no-chair"}),
        ({"people": MINUTES.people[:2]}, set(), {"no-family"}),
        ({"heard": None}, {"heard"}, set()),
        ({"heard": Heard.NOT_HEARD, "child_words": None}, set(), {"child-not-heard"}),
        ({"child_words": None}, {"child-words"}, set()),
        ({"opinions": ()}, set(), {"no-opinion"}),
        ({"measures": ()}, set(), {"no-measures"}),
        ({"minutes": None}, {"minutes"}, set()),
        ({"conclusion": None}, {"conclusion"}, set()),
        ({"held_at": None}, {"held"}, set()),
        ({"held_at": START + timedelta(hours=2)}, {"held-ahead"}, set()),
        ({"held_at": START - timedelta(seconds=1)}, {"held-too-early"}, set()),
        ({"stage": Stage.CLOSED}, {"wrong-stage"}, set()),
        ({"stage": Stage.RECEIVED}, {"wrong-stage"}, set()),
    ],
)
def test_what_minutes_must_say(change: dict[str, Any], blocking: set[str], asked: set[str]) -> None:
    said = found(**change)
    assert {one.code for one in said.blocking} == blocking
    assert {one.code for one in said.to_explain} == asked


def test_who_may_record(house: HouseUnderTest) -> None:
    number = a_case_to_meet_on(house)
    with house.desk(Role.PROVINCE_SUPERVISOR) as desk, pytest.raises(Refused):
        actions.save(desk, cases.case(desk, number), content=MINUTES, held_at=None, version=0)
    with house.desk(CHAIR, THAT_KHE) as desk, pytest.raises(NotFound):
        cases.case(desk, number)


def test_what_was_checked(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.RECEIVED)
    house.clock.move(timedelta(hours=1))
    mark = uuid4()
    for form_id in (mark, mark, None):
        with house.desk(OFFICER) as desk:
            case = cases.case(desk, number)
            actions.verify(desk, case, check=CHECK, checked_at=START, form_id=form_id)
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        entries = queries.verifications(desk, case)
        assert [one.check for one in entries] == [CHECK, CHECK] and case.stage == Stage.RECEIVED
        lines = [line for line in cases.timeline(desk, case) if line.step == Step.NOTE]
        assert len(lines) == 2 and lines[0].note is not None and lines[0].note.reason == CHECK.found


@pytest.mark.parametrize(
    "change, code",
    [
        ({"what": None}, "what"),
        ({"way": None}, "way"),
        ({"with_whom": None}, "with-whom"),
        ({"result": None}, "result"),
        ({"found": None}, "found"),
    ],
)
def test_what_a_check_must_say(change: dict[str, Any], code: str) -> None:
    said = rules.findings_on_check(replace(CHECK, **change), checked_at=START, received_at=START, now=START)
    assert {one.code for one in said.blocking} == {code}


def test_when_something_was_checked() -> None:
    for at, code in (
        (None, "checked"),
        (START + timedelta(seconds=1), "checked-ahead"),
        (START - timedelta(seconds=1), "checked-too-early"),
    ):
        said = rules.findings_on_check(CHECK, checked_at=at, received_at=START, now=START)
        assert {one.code for one in said.blocking} == {code}
