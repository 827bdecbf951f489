"""Every form of every page, filled in by somebody who means ill: never a fault, nothing half stored, nothing slipped in.

CASEMGR_FUZZ asks for every role, at every stage of a case, many times; else one stage and a few are tried.
"""

import os
from random import Random

import pytest

from casemgr.access.roles import STAFF, Role
from casemgr.cases.terms import Stage
from casemgr.intake.showing import in_address
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest
from tests.web.hostile import MARKED, Written, filled, send, sheets, slipped_in

ALL = "CASEMGR_FUZZ" in os.environ
OFFICERS = ("commune_officer", "commune_chair", "social_worker")
STAGES = (Stage.RECEIVED, Stage.ASSESSING, Stage.PROTECTING, Stage.STUDYING, Stage.PLANNING, Stage.APPROVING)
WALKS = [
    *((role, None) for role in STAFF),
    *((role, stage) for stage in (*STAGES, Stage.CARRYING_OUT) for role in OFFICERS),
]
SHARES = (0.3, 1.0, 0.05, 0.1)  # of fields that are ill, in turn
NOTED = {"audit_entry", "audit_link", "sign_in_throttle"}  # that somebody tried in vain is kept


@pytest.mark.slow
@pytest.mark.parametrize(("who", "stage"), WALKS if ALL else WALKS[:1])
def test_whatever_is_sent(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch, who: str, stage: Stage | None
) -> None:
    number = a_case(house, stage=stage) if stage else None
    dice, wrong, taken = Random(os.environ.get("CASEMGR_SEED", "1")), [], 0
    half = {} if ALL else {"every": 2, "first": int(house.engine_name == "sqlite")}
    forms = list(sheets(house, who, number, **half))
    with Written(house.office.engine, monkeypatch) as written:
        for client, door, sheet in forms:
            for ill in SHARES if ALL else SHARES[:1]:
                sent = filled(sheet, dice, ill) + slipped_in(sheet, dice)
                written.start()
                answer = send(client, sheet, sent)
                taken += answer.status_code < 400
                if answer.status_code >= 500:
                    wrong.append(f"{door}: {answer.status_code} on {sent}")
                if answer.status_code >= 400 and written.tables - NOTED:
                    wrong.append(f"{door}: {answer.status_code}, and yet wrote to {written.tables - NOTED}")
                if any(mark in told for mark in MARKED for told in written.told):
                    wrong.append(f"{door}: what was slipped in has arrived, of {sent}")
    assert not wrong, "\n".join(wrong)
    assert taken, "nothing came as far as it could"


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("/reports/new", "day", "9" * 30),
        ("/reports/{number}/children/{child}", "birth-month", "2147483648"),
        ("/reports/{number}/incident", "occurred-year", "9" * 30),
        ("/cases/{number}/initial-assessment", "danger", "31/12/9999"),
        ("/cases/{number}/initial-assessment", "verdict", "{{7*7}}"),
    ],
)
def test_what_once_made_a_fault(house: HouseUnderTest, path: str, field: str, value: str) -> None:
    """The page comes again, with what was typed and a sentence at its field."""
    address = path.format(number=a_case(house), child=in_address("c1"))
    sent = {"birth-precision": "month", "birth-year": "2017", "occurred-precision": "year", "version": "1"}
    answer = house.client(Role.COMMUNE_OFFICER).post(address, data={**sent, field: value})
    assert answer.status_code in (409, 422), answer.status_code


@pytest.mark.parametrize("age", ["²", "9" * 5000, "-1", "1e9"])
def test_an_age_that_is_no_number_is_told(swept: HouseUnderTest, age: str) -> None:
    answer = swept.client(Role.COMMUNE_OFFICER).get("/providers", query_string={"age": age})
    assert answer.status_code == 200 and "Ghi tuổi bằng số nguyên" in answer.get_data(as_text=True)


@pytest.mark.parametrize("asked", ["before=" + "9" * 30, "since=01/01/0001", "until=31/12/9999", "before=²"])
def test_a_trail_asked_for_from_beyond_the_calendar_is_shown(house: HouseUnderTest, asked: str) -> None:
    assert house.client(Role.INSPECTOR).get(f"/audit?{asked}").status_code == 200


@pytest.mark.parametrize("day", ["01/01/0001", "31/12/9999"])
def test_a_list_from_beyond_the_calendar_is_refused(swept: HouseUnderTest, day: str) -> None:
    sent = {"which": "all", "columns": "number", "since": day, "until": day}
    answer = swept.client(Role.COMMUNE_OFFICER).post("/exports/new", data=sent)
    assert answer.status_code == 422
