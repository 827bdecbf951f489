"""Rows of a case that is not one's own, asked for by their own number below a case that is: as if they did not exist."""

import re
from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from casemgr.access.roles import Role
from casemgr.cases.terms import Stage
from tests.house.rights import CONVERTER, Thing, addresses, fill
from tests.safeguards.people import CHAIR, OFFICER, SUPERVISOR, WORKER, restrict
from tests.support import rows
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, NA_SAM, HouseUnderTest

LAST = re.compile(r"<uuid:([a-z_]+)>(?!.*<uuid:)")
TABLES = {
    "answer_id": ("service_answer",),
    "carer_id": ("carer",),
    "consent_id": ("consent",),
    "delivery_id": ("plan_delivery",),
    "draft_id": ("draft",),
    "entry_id": (
        "proceeding",
        "crime_news",
        "service_entry",
        "care_entry",
        "withholding",
        "emergency_measure",
    ),
    "explanation_id": ("check_explanation",),
    "file_id": ("case_file",),
    "handover_id": ("handover",),
    "hold_id": ("legal_hold",),
    "merge_id": ("child_merge",),
    "notice_id": ("notice",),
    "opening_id": ("broken_glass",),
    "paper_id": ("paper",),
    "placement_id": ("placement",),
    "proposal_id": ("proposal",),
    "report_id": ("report",),
    "request_id": ("service_request", "access_request"),
    "thread_id": ("cell_comment",),
    "tie_id": ("case_tie",),
}
# of people and of open registers, not of a case; concerns are those of inspectors
OTHERS = {"absence_id", "account_id", "appointment_id", "concern_id", "factor_id", "member_id", "provider_id", "session_id", "template_id"}  # fmt: skip
OF_THE_UNIT = {"carer", "check_explanation", "broken_glass"}  # and of who reviews, whatever is shut
Keys = Mapping[str, UUID]


def of_case(house: HouseUnderTest, number: str) -> Keys:
    with house.maintenance() as desk:
        return {table.__tablename__: found[0] for table, found in rows.fill(desk, number).items()}


def told_apart(house: HouseUnderTest, client: FlaskClient, own: str, keys: Keys) -> tuple[int, list[str]]:
    """How many addresses were asked, and those that answer otherwise than for a number that nobody has."""
    asked, wrong = 0, []
    for method, rule in addresses(house):
        found = LAST.search(rule)
        if found is None or found[1] in OTHERS:
            continue
        for table in keys.keys() & TABLES[found[1]]:
            answers = []
            for key in (keys[table], uuid4()):
                path = fill(
                    rule[: found.start()] + str(key) + rule[found.end() :], Thing(own, *[str(uuid4())] * 3)
                )
                answer = client.open(path, method=method)
                text = re.sub(r'value="[^"]{40,}"', "", answer.get_data(as_text=True))
                answers.append((answer.status_code, text.replace(str(key), "#").replace(key.hex, "#")))
            asked += 1
            if answers[0] != answers[1]:
                wrong.append(f"{method} {rule}, {table}: {answers[0][0]} and {answers[1][0]}")
    return asked, wrong


def test_every_number_in_an_address_is_known_here(sqlite_house: HouseUnderTest) -> None:
    asked = {
        name for _method, rule in addresses(sqlite_house) for name in re.findall(r"<uuid:([a-z_]+)>", rule)
    }
    assert asked == TABLES.keys() | OTHERS
    assert CONVERTER.findall("/a/<uuid:x_id>") == ["x_id"]


@pytest.mark.parametrize("role", [OFFICER, SUPERVISOR])
def test_rows_of_others_are_as_unknown(swept: HouseUnderTest, role: Role) -> None:
    house = swept
    for one in (OFFICER, CHAIR, WORKER, Role.SERVICE_PROVIDER):
        house.hire(one)
    client = house.client(role, person=1)
    own, shut, foreign = (
        a_case(house, stage=Stage.CARRYING_OUT, unit_code=unit) for unit in (NA_SAM, NA_SAM, ELSEWHERE)
    )
    keys = {number: of_case(house, number) for number in (own, shut, foreign)}
    asked, told = told_apart(house, client, own, keys[own])
    assert asked > 60 and len(told) > 5, "rows of one's own are told apart, so that this can fail"
    assert told_apart(house, client, own, keys[foreign]) == (asked, [])
    restrict(house, shut, house.hire(OFFICER, person=7)[0])
    keys[shut] = {table: key for table, key in keys[shut].items() if table not in OF_THE_UNIT}
    assert told_apart(house, client, own, keys[shut])[1] == []
