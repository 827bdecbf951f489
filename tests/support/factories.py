"""Invented reports and cases, made through the same actions people use."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.terms import Stage, Step
from casemgr.children.terms import Birth, Precision, Sex
from casemgr.intake import actions, queries
from casemgr.intake.terms import (
    Decision,
    Incident,
    Kind,
    Places,
    Relation,
    Reporter,
    Story,
    Suspect,
    Telling,
    ToldChild,
)
from tests.support.house import NA_SAM, HouseUnderTest

KHANG = ToldChild(
    ref="c1",
    name="Nông Minh Khang",
    sex=Sex.MALE,
    birth=Birth(date(2017, 3, 14), Precision.DAY),
    ethnic_group="tay",
    disability="no",
    residence_unit_code=NA_SAM,
    condition="Vết bầm ở cẳng tay phải",
    harms=("violence",),
)
FATHER = Suspect(
    ref="s1", name="Nông Văn Đức", sex=Sex.MALE, is_carer=True, relations=(Relation("c1", "father"),)
)


def a_story(**changes: Any) -> Story:
    """What a report tells: a boy of nine beaten by his father at home."""
    incident = Incident(
        unit_code=NA_SAM,
        address="thôn Nà Tềnh",
        occurred_on=date(2026, 11, 17),
        precision=Precision.DAY,
        environment="family",
        online=False,
        description="Bị đánh bằng roi tối hôm trước",
    )
    return replace(Story(incident=incident, children=(KHANG,), suspects=(FATHER,)), **changes)


def a_telling(house: HouseUnderTest, *, story: Story | None = None, **changes: Any) -> Telling:
    """One telling of it, by telephone, just now."""
    told = story or a_story()
    telling = Telling(
        reference=None,
        revision=1,
        received_at=house.clock.now(),
        channel="telephone",
        kind=Kind.INTERVENTION,
        urgency="emergency",
        story=told,
        reporter=Reporter(anonymous=False, kind="neighbour", name="Lý Thị Giả Định", phone="0900 000 000"),
        places=Places((("c1", "nhà bà ngoại, thôn Bản Tích"),)),
        digest=hashlib.sha256(repr(told).encode()).digest(),
    )
    return replace(telling, **changes)


def a_report(
    house: HouseUnderTest, *, unit_code: str = NA_SAM, story: Story | None = None, **changes: Any
) -> str:
    """Receive a report in a commune; gives its number."""
    told = story or a_story()
    if told.incident.unit_code != unit_code:
        told = replace(told, incident=replace(told.incident, unit_code=unit_code))
    with house.desk(Role.COMMUNE_OFFICER, unit_code) as desk:
        return actions.receive(desk, a_telling(house, story=told, **changes)).report.number


def a_case(
    house: HouseUnderTest,
    *,
    stage: Stage = Stage.ASSESSING,
    unit_code: str = NA_SAM,
    story: Story | None = None,
) -> str:
    """A case brought to a stage by bare steps; gives its number (that of the first child)."""
    number = a_report(house, unit_code=unit_code, story=story)
    if stage is Stage.RECEIVED:
        return number
    with house.desk(Role.COMMUNE_OFFICER, unit_code) as desk:
        actions.decide(desk, queries.report(desk, number), decision=Decision.ACCEPTED)
    way = [
        (Stage.ASSESSING, ()),
        (Stage.PROTECTING, (Step.ASSESS_EMERGENCY,)),
        (Stage.STUDYING, (Step.ASSESS_EMERGENCY, Step.PROTECT)),
        (Stage.PLANNING, (Step.ASSESS_EMERGENCY, Step.PROTECT, Step.STUDY)),
        (Stage.APPROVING, (Step.ASSESS_EMERGENCY, Step.PROTECT, Step.STUDY, Step.HAND_IN_PLAN)),
        (
            Stage.CARRYING_OUT,
            (Step.ASSESS_EMERGENCY, Step.PROTECT, Step.STUDY, Step.HAND_IN_PLAN, Step.APPROVE_PLAN),
        ),
    ]
    steps = dict(way)[stage]
    with house.desk(Role.COMMUNE_OFFICER, unit_code) as desk:
        case = cases.case(desk, number)
        for step in steps:
            spine.advance(desk, case, step)
    return number
