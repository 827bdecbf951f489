"""Invented carers and placements, made through the same actions people use."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.terms import Stage, Step
from casemgr.children.terms import Birth, Precision, Sex
from casemgr.intervention.care import actions, placing, queries
from casemgr.intervention.care.terms import (
    Answer,
    CareForm,
    CarerKind,
    Check,
    Checked,
    Choice,
    Consent,
    EntryKind,
    Handing,
    Issue,
    Member,
    Papers,
    Person,
    Profile,
    Registration,
    Said,
    Siblings,
    Wishes,
)
from casemgr.law.vocabulary import vocabulary
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

GRANDMOTHER = Registration(
    person=Person(
        "Lương Thị Giả Định", Sex.FEMALE, Birth(date(1961, 5, 2), Precision.DAY), address="thôn Bản Tích"
    ),
    household=(Member("Lương Văn Giả Định", 1959),),
    wishes=Wishes(("kin",), relation="bà ngoại của cháu Khang"),
    papers=Papers(identity_seen=True),
)
FAMILY = replace(
    GRANDMOTHER,
    person=Person("Hoàng Thị Thử Nghiệm", Sex.FEMALE, Birth(date(1980, 2, 28), Precision.DAY)),
    wishes=Wishes(("non_kin",), age_from=5, age_to=12, number=1),
    papers=Papers(identity_seen=True, health_on=date(2026, 9, 1)),
)
ALL_MET = Check(
    tuple(
        Checked(code, Answer.YES, "đã xác minh") for code in vocabulary("alternative_care_conditions").codes
    )
)
PROFILE = Profile(
    reason="unsafe_with_parents",
    child_says="Cháu muốn ở với bà.",
    family="Bà ngoại nhận, chú không nhận",
    contact="Mẹ thăm cuối tuần, có cán bộ",
    photo_on=date(2026, 11, 1),
)
CHOICE = Choice(
    reason="unsafe_with_parents",
    rank="kin",
    relation="bà ngoại",
    consent=Consent.GIVEN,
    consent_by="mẹ của trẻ",
    consent_on=date(2026, 11, 17),
    siblings=Siblings.NONE,
    child_says="Cháu muốn ở với bà.",
    contact="Mẹ thăm cuối tuần",
    why="Trẻ quen ở với bà",
)
SEEN = Said(seen=Answer.YES, alone=Answer.YES, danger=Answer.NO, note="Trẻ khỏe, ăn ngủ được")
CHAIRS = Issue("commune_chair", "77/QĐ-UBND", date(2026, 11, 18))
EXPLAINED = dict.fromkeys(
    ("order-form", "order-person", "not-competent", "not-separated", "opinion-missing", "no-profile"),
    "đã ghi trong biên bản",
)


def a_carer(
    house: HouseUnderTest,
    said: Registration = GRANDMOTHER,
    *,
    kind: CarerKind = CarerKind.NOTICE,
    checked: bool = True,
) -> UUID:
    """Somebody on the register, with all conditions met."""
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        on = date(2026, 11, 18)
        carer = actions.register(desk, kind=kind, said=said, on=on)
        if checked:
            actions.check_conditions(desk, carer, said=ALL_MET, on=on)
        return carer.id


def a_child(
    house: HouseUnderTest, *, separated: bool = False, stage: Stage = Stage.PLANNING, **more: Any
) -> str:
    """A case with the child's profile written."""
    number = a_case(house, stage=stage, **more)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        actions.write_profile(desk, case, said=PROFILE, revision=0)
        if separated:
            spine.advance(desk, case, Step.SEPARATE)
    return number


def proposed(
    house: HouseUnderTest,
    number: str,
    carer_id: UUID | None,
    *,
    form: CareForm = CareForm.KIN,
    urgent: bool = False,
    choice: Choice = CHOICE,
    explained: dict[str, str] | None = None,
) -> UUID:
    """A proposal that waits for the chair."""
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        told = EXPLAINED if explained is None else explained
        return placing.propose(
            desk, case, form=form, choice=choice, urgent=urgent, carer_id=carer_id, explanations=told
        ).id


def decided(house: HouseUnderTest, of: str, placement: UUID, **changes: Any) -> None:
    """The chair decides."""
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        case = cases.case(desk, of)
        told: dict[str, Any] = {
            "version": queries.row(desk, case, placement).version,
            "explanations": EXPLAINED,
        }
        told |= {name: changes.pop(name) for name in tuple(changes) if name in ("version", "explanations")}
        issue = Issue(**{**vars(CHAIRS), **changes})
        placing.decide(desk, case, placement_id=placement, issue=issue, **told)


def given(house: HouseUnderTest, number: str, placement: UUID, on: date, **explained: str) -> None:
    """The child is handed over."""
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        placing.hand_over(
            desk,
            case,
            placement_id=placement,
            version=queries.row(desk, case, placement).version,
            given_on=on,
            said=Handing(present="Bà ngoại, cán bộ"),
            explanations=explained,
        )


def noted(
    house: HouseUnderTest, number: str, placement: UUID, kind: EntryKind, on: date, said: Said = SEEN
) -> None:
    """Something is written down."""
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        placing.write_entry(desk, case, placement_id=placement, kind=kind, on=on, said=said)


def in_care(house: HouseUnderTest, **more: Any) -> tuple[str, UUID]:
    """A child with its grandmother since 18 November 2026."""
    number = a_child(house, **more)
    placement = proposed(house, number, a_carer(house))
    decided(house, number, placement)
    given(house, number, placement, date(2026, 11, 18))
    return number, placement
