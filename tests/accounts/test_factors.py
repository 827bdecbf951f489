"""Who must set up a second proof before anything else, and how it is taken away from whoever lost it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.accounts import actions, queries
from casemgr.accounts.models import Appointment, Factor
from casemgr.security.audit import AuditEntry
from tests.accounts.authenticator import Device, asked
from tests.accounts.conftest import Staff
from tests.accounts.proofs import now_code, recovery_codes, second, sessions, set_up_app, set_up_passkey


@pytest.fixture
def production(staff: Staff) -> Iterator[Staff]:
    """The house as it is in production, in what concerns people."""
    door = staff.house.app.extensions["casemgr"]
    door.demo = False
    yield staff
    door.demo = True


@pytest.mark.parametrize(("role", "first"), [(Role.ADMIN, "/accounts"), (Role.INSPECTOR, "/audit")])
def test_administrators_and_inspectors_set_up_a_second_proof_first(
    production: Staff, role: Role, first: str
) -> None:
    production.add("root.vn", role, "VN", demo=False)
    client = production.browser()
    assert production.sign_in(client, "root.vn", next=first).headers["Location"] == "/account/factors"
    for address in (first, "/", "/account", "/account/role"):
        answer = client.get(address)
        assert answer.status_code == 303 and answer.headers["Location"] in (
            "/account/role",
            "/account/factors",
        ), address
    assert "trước khi làm việc khác" in client.get("/account/factors").text
    chosen = {"appointment": str(_appointment(production))}
    assert client.post("/account/role", data=chosen).headers["Location"] == "/account/factors"
    set_up_app(production, client)
    assert len(recovery_codes(client)) == 10
    assert client.get(first).status_code == 200


def test_others_may_and_need_not(production: Staff) -> None:
    production.add("mai.06124", demo=False)
    client = production.signed_in("mai.06124")
    assert client.get("/account").status_code == 200


def test_an_officer_who_is_also_administrator_proves_before_that_role(production: Staff) -> None:
    production.add("mai.06124", demo=False)
    production.add("root.vn", Role.ADMIN, "VN", demo=False)
    with production.house.maintenance() as desk:
        mai = queries.account_named(desk, "mai.06124")
        role = actions.appoint(
            desk, mai, role=Role.ADMIN, unit_code="20", since=desk.now.date() - timedelta(days=1)
        ).id
    client = production.browser()
    assert production.sign_in(client, "mai.06124").headers["Location"].startswith("/account/role")
    answer = client.post("/account/role", data={"appointment": str(role)})
    assert answer.headers["Location"] == "/account/factors"
    set_up_app(production, client)
    assert client.post("/account/role", data={"appointment": str(role)}).headers["Location"] == "/"
    assert client.get("/accounts").status_code == 200


def test_the_last_second_proof_of_an_administrator_stays(production: Staff) -> None:
    production.add("root.vn", Role.ADMIN, "VN", demo=False)
    client = production.signed_in("root.vn")
    set_up_app(production, client)
    with production.house.maintenance(writing=False) as desk:
        first = desk.one(select(Factor.id).where(Factor.kind == "totp"))
    answer = client.post(f"/account/factors/{first}/end")
    assert answer.status_code == 409 and "Cài cái khác trước" in answer.text
    assert set_up_passkey(client, Device()).status_code == 303
    assert client.post(f"/account/factors/{first}/end").status_code == 303


def test_a_lost_telephone_needs_two_administrators_in_production(production: Staff) -> None:
    for name in ("root.vn", "second.vn"):
        production.add(name, Role.ADMIN, "VN", demo=False)
    mai = production.add("mai.06124", demo=False)
    lost = production.signed_in("mai.06124")
    set_up_app(production, lost)
    root, other = production.signed_in("root.vn"), production.signed_in("second.vn")
    set_up_app(production, root)
    set_up_app(production, other)
    address = f"/accounts/{mai}/factors"
    assert other.post(f"{address}/agree").status_code == 409, "nobody has asked yet"
    assert root.post(f"{address}/reset").headers["Location"].endswith("done=asked")
    assert lost.get("/account").status_code == 200 and "đang đề nghị gỡ" in root.get(f"/accounts/{mai}").text
    own = root.post(f"{address}/agree")
    assert own.status_code == 409 and "Chính anh/chị đã đề nghị" in own.text
    assert root.post(f"{address}/call-off").status_code == 303
    assert other.post(f"{address}/agree").status_code == 409, "it was called off"
    root.post(f"{address}/reset")
    assert "Đồng ý và gỡ" in other.get(f"{address}/reset").text
    assert other.post(f"{address}/agree").headers["Location"].endswith("done=reset")
    assert lost.get("/account").status_code == 303, "all sessions ended"
    assert {row.end_reason for row in sessions(production) if row.account_id == mai} == {
        "second proofs reset"
    }
    assert production.sign_in(production.browser(), "mai.06124").headers["Location"] == "/"
    with production.house.maintenance(writing=False) as desk:
        told = [entry.action for entry in desk.all(select(AuditEntry)) if entry.object == str(mai)]
    assert "second proofs reset" in told and "reset of second proofs called off" in told


def test_nobody_resets_their_own_and_officers_nobodys(production: Staff) -> None:
    root = production.add("root.vn", Role.ADMIN, "VN", demo=False)
    client = production.signed_in("root.vn")
    set_up_app(production, client)
    assert client.post(f"/accounts/{root}/factors/reset").status_code == 409
    production.add("mai.06124", demo=False)
    officer = production.signed_in("mai.06124")
    assert officer.post(f"/accounts/{root}/factors/reset").status_code == 403


def test_a_reset_asks_the_administrator_once_more(production: Staff) -> None:
    production.add("root.vn", Role.ADMIN, "VN", demo=False)
    mai = production.add("mai.06124", demo=False)
    set_up_app(production, production.signed_in("mai.06124"))
    client = production.signed_in("root.vn")
    set_up_app(production, client)
    production.house.clock.move(timedelta(minutes=6))
    assert client.post(f"/accounts/{mai}/factors/reset").headers["Location"].startswith("/step-up")


def test_with_invented_people_one_administrator_is_enough(staff: Staff) -> None:
    staff.add("root.vn", Role.ADMIN, "VN")
    mai = staff.add("mai.06124")
    set_up_app(staff, staff.signed_in("mai.06124"))
    answer = staff.signed_in("root.vn").post(f"/accounts/{mai}/factors/reset")
    assert answer.headers["Location"].endswith("done=reset")
    assert staff.sign_in(staff.browser(), "mai.06124").headers["Location"] == "/"


def test_invented_people_in_production_do_not_come_in_with_a_passkey(staff: Staff) -> None:
    staff.add("mai.06124")
    device = Device()
    set_up_passkey(staff.signed_in("mai.06124"), device)
    client = staff.browser()
    told = asked(client.get("/sign-in").text)
    door = staff.house.app.extensions["casemgr"]
    door.demo = False
    try:
        assert client.post("/sign-in/passkey", data={"answer": device.use(told)}).status_code == 422
    finally:
        door.demo = True


def test_a_reset_kills_a_sign_in_that_is_half_done(staff: Staff) -> None:
    staff.add("root.vn", Role.ADMIN, "VN")
    mai = staff.add("mai.06124")
    secret = set_up_app(staff, staff.signed_in("mai.06124"))
    half = staff.browser()
    staff.sign_in(half, "mai.06124")
    staff.signed_in("root.vn").post(f"/accounts/{mai}/factors/reset")
    assert second(half, now_code(staff, secret)).status_code in (303, 422)
    assert half.get_cookie("sid") is None


def _appointment(staff: Staff) -> object:
    with staff.house.maintenance(writing=False) as desk:
        return desk.one(select(Appointment.id).where(Appointment.account_id == staff.ids["root.vn"]))
