"""What plan and review tests share: an invented plan, and a case brought to where its services run."""

from dataclasses import replace
from datetime import date
from typing import Any

from casemgr.access.roles import Role
from casemgr.assessment.models import Assessment
from casemgr.assessment.terms import Answers, Kind, Rating, State
from casemgr.assessment.terms import Content as Heading
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.intervention.plan import actions, queries, rules
from casemgr.intervention.plan.terms import Content, Goal, Issue, Service
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

SERVICES = (
    Service(
        "",
        "Làm việc với gia đình",
        "child_protection",
        "Công an xã Na Sầm",
        date(2026, 11, 20),
        date(2026, 11, 25),
        0,
    ),
    Service(
        "",
        "Tham vấn cho trẻ, 2 tuần một lần",
        "psychology",
        "Trung tâm công tác xã hội tỉnh",
        date(2026, 11, 19),
        date(2027, 2, 26),
        2_400_000,
        "ngân sách xã",
        provider="Trung tâm công tác xã hội tỉnh",
    ),
)
CONTENT = Content(
    "Bạo lực: trẻ bị đánh tại nhà", (Goal("", "Trẻ ngủ yên ở nhà bà ngoại trước 1/12"),), SERVICES
)
NO_PAPERS = {
    "file-initial": "Mẫu 02 còn trên giấy, đính kèm",
    "file-minutes": "Họp qua điện thoại, biên bản gửi sau",
}
EXPLAINED = {
    "alleged-parent": "Điều 28 không nêu ngoại lệ; chưa gửi vì an toàn của trẻ",
    "left-out": "Gửi sau",
    "no-family": "Chưa tìm được người chăm sóc",
}


def assess(house: HouseUnderTest, number: str, *, services: tuple[str, ...] = ("psychology",)) -> None:
    """A concluded full assessment in which the child was heard."""
    answers = Answers(
        ratings={"M03.A1": Rating("high", "vết bầm"), "M03.A2": Rating("high"), "M03.B1": Rating("low")},
        contents={"M03.g": Heading("Cháu muốn ở với bà.", True)},
        services=services,
        risk="high",
    )
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        case.risk = "high"
        row = Assessment(
            id=desk.id(),
            case_id=case.id,
            kind=Kind.FULL,
            round=1,
            state=State.CONCLUDED,
            started_at=desk.now,
            saved_at=desk.now,
            concluded_at=desk.now,
            concluded_by=desk.actor.account_id,
        )
        desk.add(row)
        desk.seal(row, answers=answers)


def a_case_in_planning(house: HouseUnderTest) -> str:
    """A case whose full assessment is done."""
    number = a_case(house, stage=Stage.PLANNING)
    assess(house, number)
    return number


def handed_in(house: HouseUnderTest, number: str, content: Content = CONTENT, *, version: int = 0) -> int:
    """Hand a plan in; gives the version the chair sees."""
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        return actions.hand_in(desk, case, content=content, version=version, explanations=NO_PAPERS).version


def everybody(content: Content) -> list[str]:
    """The marks of all who carry a plan out."""
    return [one.key for one in rules.may_receive(content, queries.Family())]


def approved(house: HouseUnderTest, number: str, version: int, **changes: Any) -> None:
    """The chair approves."""
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        case = cases.case(desk, number)
        plan = queries.current(desk, case)
        assert plan is not None and plan.content is not None
        explanations = changes.pop("explanations", EXPLAINED)
        issue = replace(Issue("128/QĐ-UBND", date(2026, 11, 18), everybody(plan.content)), **changes)
        actions.approve(desk, case, version=version, issue=issue, explanations=explanations)


def a_case_carried_out(house: HouseUnderTest) -> str:
    """A case with an approved plan whose services run."""
    number = a_case_in_planning(house)
    approved(house, number, handed_in(house, number))
    return number
