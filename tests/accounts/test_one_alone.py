"""An administrator alone lets nobody near a file, neither by a role nor by a password: both wait for a second person."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casemgr.access.roles import REACH, STAFF, Reach, Role
from casemgr.accounts import actions, queries, rules
from casemgr.accounts.models import Account, Appointment, Proposal
from casemgr.core.errors import RuleBroken
from tests.accounts.conftest import PASSWORD, Staff
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

SINCE = {"since-day": "1", "since-month": "11", "since-year": "2026"}
READS = (Reach.OWN_UNIT, Reach.PROVINCE, Reach.NAMED)


@pytest.fixture(autouse=True)
def production(house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the people are real; how they prove who they are is not the matter here."""
    monkeypatch.setattr(house.app.extensions["casemgr"], "demo", False)


@pytest.fixture
def boss(staff: Staff) -> FlaskClient:
    return staff.house.client(Role.ADMIN)


def password_on(text: str) -> str:
    found = re.search(r"[a-z2-9]{5}(?:-[a-z2-9]{5}){3}", text)
    assert found is not None, text
    return found.group()


def waiting(house: HouseUnderTest) -> UUID:
    with house.maintenance(writing=False) as desk:
        return desk.one(select(Proposal.id).where(Proposal.state == "waiting"))


def roles_of(house: HouseUnderTest, account_id: UUID) -> list[str]:
    with house.maintenance(writing=False) as desk:
        return list(desk.all(select(Appointment.role).where(Appointment.account_id == account_id)))


def test_which_roles_open_records() -> None:
    """Those that read files, the trail of those who do, or give such roles."""
    opens = {role for role in STAFF if REACH[role] in READS} | {Role.INSPECTOR, Role.ADMIN}
    assert {role for role in STAFF if rules.is_given_by_two(role, demo=False)} == opens
    assert {role for role in STAFF if rules.is_given_by_two(role, demo=True)} == {Role.ADMIN}


def test_an_invented_officer_reads_nothing(staff: Staff, boss: FlaskClient) -> None:
    told = {"username": "lan.06124", "name": "Lan", "role": "commune_officer", "unit": NA_SAM, **SINCE}
    shown = boss.post("/accounts/new", data=told)
    assert shown.status_code == 200 and "chưa mở được gì" in shown.text
    password, wish = password_on(shown.text), waiting(staff.house)
    with staff.house.maintenance(writing=False) as desk:
        lan = queries.account_named(desk, "lan.06124").id
    assert not roles_of(staff.house, lan)
    assert staff.sign_in(staff.browser(), "lan.06124", password).status_code == 422, "no role, no way in"
    assert boss.post(f"/second-signature/{wish}/sign").status_code == 409
    elsewhere = staff.house.client(Role.COMMUNE_CHAIR, THAT_KHE)
    assert elsewhere.post(f"/second-signature/{wish}/sign").status_code == 404
    chair = staff.house.client(Role.COMMUNE_CHAIR)
    page = chair.get(f"/second-signature/{wish}").text
    assert "Lan (lan.06124)" in page and "Ký và thực hiện" in page
    assert chair.post(f"/second-signature/{wish}/sign").status_code == 303
    assert roles_of(staff.house, lan) == ["commune_officer"]
    assert staff.sign_in(staff.browser(), "lan.06124", password).headers["Location"] == "/account/password"


def test_nobody_vouches_for_themselves(staff: Staff, boss: FlaskClient) -> None:
    lan = staff.add("lan.06124", demo=False)
    told = {"role": "commune_chair", "unit": NA_SAM, **SINCE}
    answer = boss.post(f"/accounts/{lan}/roles/new", data=told)
    assert "asked-second" in answer.headers["Location"]
    wish, herself = waiting(staff.house), staff.signed_in("lan.06124")
    assert herself.post(f"/second-signature/{wish}/sign").status_code == 404
    assert roles_of(staff.house, lan) == ["commune_officer"]
    assert staff.house.client(Role.COMMUNE_OFFICER).post(f"/second-signature/{wish}/sign").status_code == 303
    assert set(roles_of(staff.house, lan)) == {"commune_officer", "commune_chair"}


def test_a_role_without_files_needs_one_person(staff: Staff, boss: FlaskClient) -> None:
    lan = staff.add("lan.06124", demo=False)
    answer = boss.post(f"/accounts/{lan}/roles/new", data={"role": "statistician", "unit": "20", **SINCE})
    assert "done=role" in answer.headers["Location"]


def test_a_given_password_opens_nothing_before_a_second_person_signs(staff: Staff, boss: FlaskClient) -> None:
    mai = staff.add("mai.06124", demo=False)
    hers = staff.signed_in("mai.06124")
    shown = boss.post(f"/accounts/{mai}/password")
    assert "chưa mở được gì" in shown.text
    password, wish = password_on(shown.text), waiting(staff.house)
    assert staff.sign_in(staff.browser(), "mai.06124", password).status_code == 422
    assert hers.get("/account").status_code == 200, "she works on undisturbed"
    assert hers.post(f"/second-signature/{wish}/sign").status_code == 404
    assert boss.post(f"/second-signature/{wish}/sign").status_code == 409
    chair = staff.house.client(Role.COMMUNE_CHAIR)
    page = chair.get(f"/second-signature/{wish}").text
    assert "mai.06124" in page and password not in page and "argon2" not in page
    assert chair.post(f"/second-signature/{wish}/sign").status_code == 303
    assert hers.get("/account").status_code == 303
    assert staff.sign_in(staff.browser(), "mai.06124", PASSWORD).status_code == 422
    assert staff.sign_in(staff.browser(), "mai.06124", password).headers["Location"] == "/account/password"


def test_a_colleague_with_a_role_elsewhere_too_is_vouched_for_by_whoever_oversees_both(staff: Staff) -> None:
    mai = staff.add("mai.06124", demo=False)
    with staff.house.maintenance() as desk:
        account = desk.get(Account, mai)
        actions.appoint(desk, account, role=Role.SOCIAL_WORKER, unit_code=THAT_KHE, since=date(2026, 1, 1))
    with staff.house.desk(Role.ADMIN) as desk:
        actions.give_password(desk, desk.get(Account, mai), password_hash="x")
    wish = waiting(staff.house)
    for unit in (NA_SAM, THAT_KHE):
        chair = staff.house.client(Role.COMMUNE_CHAIR, unit)
        assert chair.post(f"/second-signature/{wish}/sign").status_code in (404, 409)
    supervisor = staff.house.client(Role.PROVINCE_SUPERVISOR)
    assert supervisor.post(f"/second-signature/{wish}/sign").status_code == 303


def test_a_role_that_has_ended_is_not_opened_again_by_ending_it(staff: Staff, boss: FlaskClient) -> None:
    """A password is given alone where no role opens records: then nobody may make an old role longer."""
    gone = staff.add("gone.06124", until=date(2026, 10, 31))
    with staff.house.maintenance(writing=False) as desk:
        held = desk.one(select(Appointment).where(Appointment.account_id == gone))
    path = f"/accounts/{gone}/roles/{held.id}/end"
    longer = boss.post(path, data={"last-day": "31", "last-month": "12", "last-year": "2026"})
    assert longer.status_code == 409 and "giao lại" in longer.text
    with staff.house.maintenance() as desk, pytest.raises(RuleBroken, match="made-longer"):
        actions.end_appointment(
            desk, desk.get(Account, gone), desk.get(Appointment, held.id), last_day=held.until + timedelta(1)
        )
    assert boss.post(path, data={"last-day": "30", "last-month": "9", "last-year": "2026"}).status_code == 303
