"""What the tests of separation and meeting share: an invented draft, and a case whose child is separated."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.intervention.emergency import queries, separating
from casemgr.intervention.emergency.terms import CarerKind, Proposal
from tests.support.factories import a_case
from tests.support.house import START, HouseUnderTest

PLACE = "nhà bà ngoại, thôn Bản Tích"
PROPOSAL = Proposal(
    ground="harm_goes_on",
    reasons="Bị đánh nhiều lần, cha dọa đánh tiếp",
    carer_kind=CarerKind.RELATIVE,
    carer_name="Hoàng Thị Giả",
    carer_relation="bà ngoại",
    starts_at=START + timedelta(hours=1),
    days=15,
)


def handed_in(house: HouseUnderTest, number: str, *, person: int = 0, **changes: Any) -> None:
    """The draft lies before the chair."""
    with house.desk(Role.COMMUNE_OFFICER, person=person) as desk:
        case = cases.case(desk, number)
        separating.hand_in(
            desk,
            case,
            proposal=replace(PROPOSAL, **changes),
            place=PLACE,
            version=0,
            explanations={"starts-late": "Trẻ đang ở trạm y tế", "separated-before": "Cha lại đánh"},
        )


def signed(
    house: HouseUnderTest, number: str, *, at: datetime | None = None, told: str = "07/QĐ-UBND"
) -> None:
    """The chair signs, now or at an earlier instant."""
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        case = cases.case(desk, number)
        row = queries.current(desk, case)
        assert row is not None
        separating.decide(
            desk,
            case,
            version=row.version,
            number=told,
            signed_at=at or desk.now,
            explanations={"late-12h": "Đường ngập", "signed-after-start": "Điều 32 khoản 4"},
        )


def separated(house: HouseUnderTest, *, stage: Stage = Stage.PROTECTING, **changes: Any) -> str:
    """A case whose child is separated from an hour after receipt."""
    number = a_case(house, stage=stage)
    house.clock.move(timedelta(hours=2))
    handed_in(house, number, **changes)
    signed(house, number)
    return number
