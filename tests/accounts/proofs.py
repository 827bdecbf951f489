"""People (invented) with second proofs, set up through the pages as they would do it themselves."""

import base64
import html
import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from casemgr.accounts import codes
from casemgr.accounts.models import SignIn
from tests.accounts.authenticator import Device, asked
from tests.accounts.conftest import Staff


def shown_secret(text: str) -> bytes:
    """The key that stands on the page, as bytes."""
    found = re.search(r'<b id="key">(.*?)</b>', text, re.S)
    assert found is not None
    return base64.b32decode(re.sub(r"<[^>]+>|\s", "", found[1]))


def hidden(text: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)
    assert found is not None
    return html.unescape(found[1])


def now_code(staff: Staff, secret: bytes, drift: int = 0) -> str:
    """What the app shows now."""
    return codes.code(secret, codes.step_of(staff.house.clock.now()) + drift)


def set_up_app(staff: Staff, client: FlaskClient, label: str = "điện thoại") -> bytes:
    """An authenticator app, set up in a browser that has signed in just now."""
    text = client.get("/account/factors/code").text
    secret = shown_secret(text)
    answer = client.post(
        "/account/factors/code",
        data={"ticket": hidden(text, "ticket"), "label": label, "code": now_code(staff, secret)},
    )
    assert answer.status_code == 303, answer.text
    staff.house.clock.move(timedelta(seconds=30))  # the next code
    return secret


def recovery_codes(client: FlaskClient) -> list[str]:
    """Ten codes, made and read from the page."""
    answer = client.post("/account/factors/recovery")
    assert answer.status_code == 200
    return re.findall(r'<li><b class="num">([^<]+)</b>', answer.text)


def set_up_passkey(client: FlaskClient, device: Device, label: str = "máy tính") -> TestResponse:
    """A passkey, made by a device of software."""
    told = asked(client.get("/account/factors/passkey").text)
    return client.post("/account/factors/passkey", data={"label": label, "answer": device.make(told)})


def second(client: FlaskClient, code: str, **more: str) -> TestResponse:
    """One try on the second page."""
    return client.post("/sign-in/second", data={"way": "code", "code": code, **more})


def sessions(staff: Staff) -> list[SignIn]:
    with staff.house.maintenance(writing=False) as desk:
        return list(desk.all(select(SignIn).order_by(SignIn.started_at, SignIn.id)))
