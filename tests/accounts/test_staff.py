"""The staff list of an administrator, on both engines."""

import re
import sys

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casemgr.access.roles import STAFF, Role
from casemgr.accounts import actions, queries
from casemgr.accounts.models import Account, Appointment
from casemgr.core.errors import Invalid, NotFound, Refused, RuleBroken
from casemgr.security.audit import AuditEntry
from tests.accounts.conftest import PASSWORD, Staff

SINCE = {"since-day": "1", "since-month": "11", "since-year": "2026"}


def admin(staff: Staff, unit: str = "VN") -> FlaskClient:
    staff.add("boss", Role.ADMIN, unit)
    return staff.signed_in("boss")


def shown_password(text: str) -> str:
    found = re.search(r"[a-z2-9]{5}(?:-[a-z2-9]{5}){3}", text)
    assert found is not None
    return found.group()


def held(staff: Staff, username: str) -> list[Appointment]:
    with staff.house.maintenance(writing=False) as desk:
        account = queries.account_named(desk, username)
        return list(
            desk.all(select(Appointment).where(Appointment.account_id == account.id).order_by(Appointment.id))
        )


@pytest.mark.parametrize("role", [role for role in STAFF if role is not Role.ADMIN])
def test_nobody_else_opens_the_list(staff: Staff, role: Role) -> None:
    staff.add(
        "somebody", role, {Role.PROVINCE_SUPERVISOR: "20", Role.HOTLINE_OPERATOR: "VN"}.get(role, "06124")
    )
    client = staff.signed_in("somebody")
    for path in ("/accounts", "/accounts/new", "/accounts/clients", f"/accounts/{staff.ids['somebody']}"):
        assert client.get(path).status_code == 403
    for path in ("/accounts/new", "/accounts/search", f"/accounts/{staff.ids['somebody']}/suspend"):
        assert client.post(path).status_code == 403


def test_somebody_is_added_and_comes_in_with_the_password_shown_once(staff: Staff) -> None:
    boss = admin(staff)
    told = {
        "username": "lan.06124",
        "name": "Người Thử Lan",
        "role": "commune_officer",
        "unit": "06124",
        **SINCE,
    }
    answer = boss.post("/accounts/new", data=told)
    assert answer.status_code == 200 and "Người Thử Lan" in answer.text
    password = shown_password(answer.text)
    assert staff.sign_in(staff.browser(), "lan.06124", password).headers["Location"] == "/account/password"
    again = boss.post("/accounts/new", data=told)
    assert again.status_code == 422 and "đã có" in again.text
    with staff.house.maintenance(writing=False) as desk:
        assert not any(password in entry.body for entry in desk.all(select(AuditEntry)))
        stored = queries.account_named(desk, "lan.06124")
    assert stored.must_change and password not in (stored.password_hash or "")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"username": "Lan Nguyễn"}, "Dùng 3 đến 64 ký tự"),
        ({"unit": "99999"}, "không có xã hoặc tỉnh nào mang mã này"),
        ({"unit": "20"}, "không giữ ở cấp"),
        ({"unit": "Xã Không Có Đâu"}, "không có xã hoặc tỉnh nào mang tên này"),
        ({"unit": ""}, "Ghi mã hoặc tên đơn vị"),
        ({"role": ""}, "Chọn một vai trò"),
        ({"role": "hotline"}, "Chọn một vai trò"),
        ({"name": ""}, "Ghi họ và tên"),
        ({"since-day": "31", "since-month": "2"}, "Không có ngày này"),
        ({"until-day": "1", "until-month": "10", "until-year": "2026"}, "Ngày cuối trước ngày đầu"),
    ],
)
def test_what_cannot_be_added_says_why_and_keeps_what_was_typed(
    staff: Staff, changes: dict[str, str], said: str
) -> None:
    boss = admin(staff)
    told = {
        "username": "lan.06124",
        "name": "Người Thử Lan",
        "role": "commune_officer",
        "unit": "06124",
        **SINCE,
    }
    answer = boss.post("/accounts/new", data={**told, **changes})
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert all(
        value in answer.text for name, value in changes.items() if value and name in ("username", "unit")
    )
    with staff.house.maintenance(writing=False) as desk, pytest.raises(NotFound):
        queries.account_named(desk, "lan.06124")


def test_a_unit_can_be_given_by_name(staff: Staff) -> None:
    with staff.house.maintenance(writing=False) as desk:
        assert queries.unit_code(desk, "xa na sam") == "06124"
        assert queries.unit_code(desk, "Tỉnh Lạng Sơn") == "20"
        assert queries.unit_code(desk, "VN") == "VN"
        with pytest.raises(Invalid) as several:
            queries.unit_code(desk, "Tân")
        assert "02320 Xã Tân An, Tỉnh Tuyên Quang" in str(several.value.errors)


def test_a_role_is_given_and_ended(staff: Staff) -> None:
    boss = admin(staff)
    lan = staff.add("lan.06124")
    path = f"/accounts/{lan}/roles/new"
    assert boss.get(path).status_code == 200
    told = {"role": "commune_chair", "unit": "06124", **SINCE}
    assert boss.post(path, data=told).headers["Location"] == f"/accounts/{lan}?done=role"
    twice = boss.post(path, data=told)
    assert twice.status_code == 409 and "đang giữ vai trò này" in twice.text
    chair = next(row for row in held(staff, "lan.06124") if row.role == "commune_chair")
    ending = f"/accounts/{lan}/roles/{chair.id}/end"
    assert "Hồ sơ đang mở" in boss.get(ending).text
    last = {"last-day": "17", "last-month": "11", "last-year": "2026"}
    assert boss.post(ending, data=last).status_code == 303
    with staff.house.maintenance(writing=False) as desk:
        assert [row.role for row in queries.held_today(desk, lan)] == ["commune_officer"]
    assert "hôm nay không giữ" in boss.get(f"/accounts/{lan}").text


def test_suspending_and_letting_in_again(staff: Staff) -> None:
    boss = admin(staff)
    lan = staff.add("lan.06124")
    theirs = staff.signed_in("lan.06124")
    assert "mọi phiên kết thúc ngay" in boss.get(f"/accounts/{lan}/suspend").text
    assert boss.post(f"/accounts/{lan}/suspend").status_code == 303
    assert theirs.get("/account").status_code == 303
    assert staff.sign_in(staff.browser(), "lan.06124").status_code == 422
    assert boss.post(f"/accounts/{lan}/reinstate").status_code == 303
    assert staff.sign_in(staff.browser(), "lan.06124").status_code == 303


def test_sessions_are_revoked_and_a_new_password_is_given(staff: Staff) -> None:
    boss = admin(staff)
    lan = staff.add("lan.06124")
    theirs = staff.signed_in("lan.06124")
    assert boss.post(f"/accounts/{lan}/sessions/end").status_code == 303
    assert theirs.get("/account").status_code == 303
    theirs = staff.signed_in("lan.06124")
    password = shown_password(boss.post(f"/accounts/{lan}/password").text)
    assert theirs.get("/account").status_code == 303
    assert staff.sign_in(staff.browser(), "lan.06124", PASSWORD).status_code == 422
    assert staff.sign_in(staff.browser(), "lan.06124", password).headers["Location"] == "/account/password"


def test_nobody_changes_their_own_roles(staff: Staff) -> None:
    boss = admin(staff)
    me = staff.ids["boss"]
    told = {"role": "inspector", "unit": "VN", **SINCE}
    for path, data in (
        (f"/accounts/{me}/roles/new", told),
        (f"/accounts/{me}/suspend", {}),
        (f"/accounts/{me}/password", {}),
    ):
        answer = boss.post(path, data=data)
        assert answer.status_code == 409 and "Không ai tự quản lý tài khoản" in answer.text
    assert boss.get("/account").status_code == 200
    assert len(held(staff, "boss")) == 1


def test_an_administrator_of_a_province_looks_after_that_province(staff: Staff) -> None:
    boss = admin(staff, "20")
    near, far = staff.add("near.06124"), staff.add("far.00004", unit="00004")
    both = staff.add("both")
    with staff.house.maintenance() as desk:
        actions.appoint(
            desk, desk.get(Account, both), role=Role.STATISTICIAN, unit_code="VN", since=desk.now.date()
        )
    listed = boss.get("/accounts").text
    assert "near.06124" in listed and "both" in listed and "far.00004" not in listed
    assert boss.get(f"/accounts/{near}").status_code == 200
    assert boss.get(f"/accounts/{far}").status_code == 404
    assert boss.post(f"/accounts/{far}/password").status_code == 404
    refused = boss.post(f"/accounts/{both}/password")
    assert refused.status_code == 409 and "ngoài địa bàn" in refused.text
    for unit in ("VN", "00004"):
        role = "statistician"
        answer = boss.post(f"/accounts/{near}/roles/new", data={"role": role, "unit": unit, **SINCE})
        assert answer.status_code == 404
    assert len(held(staff, "near.06124")) == 1


def test_the_list_is_filtered_searched_and_paged(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    boss = admin(staff)
    staff.add("mai.06124")
    staff.add("thu.06040", unit="06040")
    staff.add("supervisor", Role.PROVINCE_SUPERVISOR, "20")
    by_unit = boss.get("/accounts?unit=06124").text
    assert "mai.06124" in by_unit and "thu.06040" not in by_unit
    by_role = boss.get("/accounts?role=province_supervisor").text
    assert "supervisor" in by_role and "mai.06124" not in by_role
    found = boss.post("/accounts/search", data={"find": "THU"})
    assert found.status_code == 200 and "thu.06040" in found.text and "mai.06124" not in found.text
    assert "Không thấy ai" in boss.post("/accounts/search", data={"find": "không ai cả"}).text
    monkeypatch.setattr(sys.modules["casemgr.accounts.queries.staff"], "PAGE", 2)
    first, second = boss.get("/accounts").text, boss.get("/accounts?page=2").text
    assert "boss" in first and "mai.06124" in first and "page=2" in first
    assert "supervisor" in second and "thu.06040" in second and "mai.06124" not in second
    assert boss.get("/accounts?page=x&unit=zzzzzzz&role=none").status_code == 200
    assert boss.get(f"/accounts?page={'1' * 40}").status_code == 200


def test_actions_need_their_permission(staff: Staff) -> None:
    lan = staff.add("lan.06124")
    with staff.house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(Refused):
        actions.suspend(desk, desk.get(Account, lan))
    with staff.house.desk(Role.ADMIN) as desk:
        actions.suspend(desk, desk.get(Account, lan))
    with staff.house.maintenance() as desk, pytest.raises(RuleBroken):
        actions.appoint(
            desk,
            desk.get(Account, lan),
            role=Role.PROVINCE_SUPERVISOR,
            unit_code="06124",
            since=desk.now.date(),
        )


def test_machines_are_listed(staff: Staff) -> None:
    boss = admin(staff)
    assert "Chưa có hệ thống nào" in boss.get("/accounts/clients").text
