"""Forms over HTTPS, and forms that a page of somebody else sends."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casemgr.access.roles import Role
from casemgr.intake.models import Report
from tests.support.house import HouseUnderTest

OURS = "https://localhost"
FORM = {"channel": "telephone", "danger": "yes", "go": "save"}
FROM_ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost"},
    {"Origin": "https://localhost:8443"},
    {"Origin": "https://localhost.evil.example"},
    {"Origin": "null"},
    {"Origin": "null", "Sec-Fetch-Site": "none"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": OURS, "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
]
FROM_HERE = [
    {},
    {"Origin": OURS},
    {"Origin": OURS.upper()},
    {"Origin": OURS, "Sec-Fetch-Site": "same-origin"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.fixture
def guarded(swept: HouseUnderTest) -> Iterator[HouseUnderTest]:
    """The house with its forgery tokens checked, as it is outside the tests."""
    swept.app.config["WTF_CSRF_ENABLED"] = True
    yield swept
    swept.app.config["WTF_CSRF_ENABLED"] = False


def token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)', client.get(path, base_url=OURS).text)
    assert found is not None
    return found[1]


def reports(house: HouseUnderTest) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.session.scalar(select(func.count()).select_from(Report)) or 0


def test_a_form_works_over_https(guarded: HouseUnderTest) -> None:
    client = guarded.app.test_client()
    form = {"csrf_token": token(client, "/sign-in"), "username": "nobody.06124", "password": "not this one"}
    answer = client.post("/sign-in", data=form, base_url=OURS)
    assert "Tên hoặc mật khẩu không đúng." in answer.text, "the form arrived: it was read and answered"
    without = client.post("/sign-in", data={**form, "csrf_token": ""}, base_url=OURS)
    assert (without.status_code, "Biểu mẫu" in without.text) == (400, True)


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_a_form_sent_from_elsewhere_stores_nothing(guarded: HouseUnderTest, headers: dict[str, str]) -> None:
    officer = guarded.client(Role.COMMUNE_OFFICER)
    form = {**FORM, "csrf_token": token(officer, "/reports/new")}
    answer = officer.post("/reports/new", data=form, headers=headers, base_url=OURS)
    assert answer.status_code == 400
    assert reports(guarded) == 0
    assert officer.get("/reports/new", headers=headers, base_url=OURS).status_code == 200, "reading is free"


@pytest.mark.parametrize("headers", FROM_HERE)
def test_a_form_sent_from_here_is_taken(guarded: HouseUnderTest, headers: dict[str, str]) -> None:
    officer = guarded.client(Role.COMMUNE_OFFICER)
    form = {**FORM, "csrf_token": token(officer, "/reports/new")}
    assert officer.post("/reports/new", data=form, headers=headers, base_url=OURS).status_code == 303
    assert reports(guarded) == 1
    bare = officer.post("/reports/new", data=FORM, headers=headers, base_url=OURS)
    assert (bare.status_code, reports(guarded)) == (400, 1), "the token counts all the same"


def test_machines_sign_and_are_not_asked(guarded: HouseUnderTest) -> None:
    answer = guarded.app.test_client().post(
        "/api/v1/referrals", json={}, headers={"Origin": "https://evil.example"}, base_url=OURS
    )
    assert answer.status_code == 401, "refused for its signature, not for its origin"


def test_own_pages_say_where_they_come_from(swept: HouseUnderTest) -> None:
    """With no-referrer a browser sends `Origin: null` even to us, and the two could not be told apart."""
    assert swept.app.test_client().get("/sign-in").headers["Referrer-Policy"] == "same-origin"
