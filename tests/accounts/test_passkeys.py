"""Passkeys, on both engines, with a device of software that also lies."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from casemgr.accounts import actions, queries
from casemgr.accounts.models import Factor
from tests.accounts.authenticator import PRESENT, Device, asked
from tests.accounts.conftest import Staff
from tests.accounts.proofs import sessions, set_up_passkey


@pytest.fixture
def device(staff: Staff) -> Device:
    """Mai's device with her passkey."""
    staff.add("mai.06124")
    made = Device()
    assert (
        set_up_passkey(staff.signed_in("mai.06124"), made).headers["Location"] == "/account/factors/recovery"
    )
    return made


def entered(staff: Staff, device: Device, **more: object) -> int:
    """One try to sign in with a passkey alone."""
    client = staff.browser()
    answer = client.post(
        "/sign-in/passkey", data={"answer": device.use(asked(client.get("/sign-in").text), **more)}
    )  # type: ignore[arg-type]
    assert (client.get_cookie("sid") is not None) is (answer.status_code == 303)
    return answer.status_code


def test_a_passkey_opens_the_account_without_a_password(staff: Staff, device: Device) -> None:
    client = staff.browser()
    told = asked(client.get("/sign-in?next=/account").text)
    assert (
        told["userVerification"] == "required"
        and told["rpId"] == "localhost"
        and not told.get("allowCredentials")
    )
    answer = client.post("/sign-in/passkey", data={"answer": device.use(told), "next": "/account"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert "xác minh bằng: khóa truy cập" in client.get("/account").text
    assert sessions(staff)[-1].proved_by == "passkey"
    with staff.house.maintenance(writing=False) as desk:
        row = desk.one(select(Factor))
        assert row.sign_count == 1 and device.id not in row.secret_sealed


def test_a_passkey_is_a_second_proof_and_a_step_up(staff: Staff, device: Device) -> None:
    client = staff.browser()
    assert staff.sign_in(client, "mai.06124").headers["Location"].startswith("/sign-in/second")
    told = asked(client.get("/sign-in/second").text)
    assert len(told["allowCredentials"]) == 1
    assert (
        client.post("/sign-in/second", data={"way": "passkey", "answer": device.use(told)}).status_code == 303
    )
    staff.house.clock.move(timedelta(minutes=6))
    told = asked(client.get("/step-up").text)
    answer = client.post("/step-up", data={"answer": device.use(told), "next": "/account/factors/code"})
    assert answer.headers["Location"] == "/account/factors/code"
    assert client.get("/account/factors/code").status_code == 200


LIES = {
    "another site": {"site": "evil.example"},
    "another origin": {"origin": "http://evil.example"},
    "a secure origin that is not ours": {"origin": "https://localhost"},
    "a port that is not ours": {"origin": "http://localhost:8443"},
    "nobody verified": {"flags": PRESENT},
    "nobody present": {"flags": 0x04},
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_open_nothing(staff: Staff, device: Device, lie: str) -> None:
    assert entered(staff, replace(device, **LIES[lie])) == 422  # type: ignore[arg-type]
    assert entered(staff, replace(device, count=5)) == 303, "the device itself is in order"


@pytest.mark.parametrize("lie", LIES)
def test_lies_set_up_nothing(staff: Staff, lie: str) -> None:
    staff.add("mai.06124")
    answer = set_up_passkey(staff.signed_in("mai.06124"), replace(Device(), **LIES[lie]))  # type: ignore[arg-type]
    assert answer.status_code == 422 and "Chưa cài được khóa truy cập" in answer.text
    with staff.house.maintenance(writing=False) as desk:
        assert not desk.all(select(Factor))


def test_an_answer_works_once(staff: Staff, device: Device) -> None:
    device.counts = False  # a device that does not count: only the challenge tells that it was used
    client = staff.browser()
    data = {"answer": device.use(asked(client.get("/sign-in").text))}
    assert client.post("/sign-in/passkey", data=data).status_code == 303
    assert staff.browser().post("/sign-in/passkey", data=data).status_code == 422


def test_a_challenge_is_for_one_purpose_one_person_and_ten_minutes(staff: Staff, device: Device) -> None:
    client = staff.browser()
    old = asked(client.get("/sign-in").text)
    staff.house.clock.move(timedelta(minutes=10))
    assert client.post("/sign-in/passkey", data={"answer": device.use(old)}).status_code == 422
    fresh = asked(client.get("/sign-in").text)
    staff.sign_in(client, "mai.06124")
    crossed = client.post("/sign-in/second", data={"way": "passkey", "answer": device.use(fresh)})
    assert crossed.status_code == 422, "a challenge of the first page is none of the second"
    own = {"challenge": "AAAA" * 20, "rpId": "localhost"}
    assert client.post("/sign-in/passkey", data={"answer": device.use(own)}).status_code == 422


def test_a_copied_passkey_is_noticed(staff: Staff, device: Device) -> None:
    copy = replace(device)
    assert entered(staff, device) == 303 and entered(staff, device) == 303
    assert entered(staff, copy) == 422, "its count lags behind"


def test_a_passkey_opens_only_its_own_account(staff: Staff, device: Device) -> None:
    lan: UUID = staff.add("lan.06124")
    assert entered(staff, device, owner=lan.bytes) == 422
    assert entered(staff, device, owner=b"") == 422
    assert entered(staff, Device(owner=device.owner)) == 422, "an unknown key"
    assert entered(staff, replace(Device(owner=device.owner), id=device.id)) == 422, "a known id, another key"


def test_a_passkey_is_set_up_once_and_suspension_shuts_it_out(staff: Staff, device: Device) -> None:
    client = staff.browser()
    client.post("/sign-in/passkey", data={"answer": device.use(asked(client.get("/sign-in").text))})
    again = set_up_passkey(client, device, "lần nữa")
    assert again.status_code == 422 and "đã được cài" in again.text
    with staff.house.maintenance() as desk:
        actions.suspend(desk, queries.account_named(desk, "mai.06124"))
    assert entered(staff, device) == 422


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "null", "1", "{" * 5000, '{"id":"x","response":{}}', '{"id":1,"response":{"clientDataJSON":2}}',
     '{"id":"AA","response":{"clientDataJSON":"e30","userHandle":"AA"}}', "x" * 30000],
)  # fmt: skip
def test_rubbish_is_refused_without_a_fault(staff: Staff, answer: str) -> None:
    assert staff.browser().post("/sign-in/passkey", data={"answer": answer}).status_code == 422


def test_failures_with_all_passkeys_read_the_same(staff: Staff, device: Device) -> None:
    stranger = Device(owner=bytes(16))
    texts = set()
    for each in (replace(device, flags=PRESENT), stranger):
        client = staff.browser()
        answer = client.post(
            "/sign-in/passkey", data={"answer": each.use(asked(client.get("/sign-in").text))}
        )
        texts.add(answer.text.split("<main")[1].split("data-options")[0])
    assert len(texts) == 1
