"""What every answer of a server in production tells the browser: headers, cookies, kinds of content, methods."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask, Response, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casemgr import app as roof
from casemgr.core.db import Model
from casemgr.security.keys import Keyring
from casemgr.settings import Mode, Settings

PLACE = "https://casemgr.example"
ADDRESSES = [  # one of each kind: page, error, machine's answer, machine's error, health, file, redirection
    ("GET", "/sign-in", 200),
    ("GET", "/nowhere", 404),
    ("GET", "/api/v1/openapi.json", 200),
    ("GET", "/api/v1/referral-events", 401),
    ("GET", "/healthz", 200),
    ("GET", "/static/casemgr.css", 200),
    ("GET", "/static/casemgr.js", 200),
    ("GET", "/static/mark.svg", 200),
    ("GET", "/", 303),
    ("POST", "/sign-in", 400),
]


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A browser before a server in production that holds no data yet."""
    data = tmp_path_factory.mktemp("production")
    settings = Settings(
        mode=Mode.PRODUCTION, data_dir=data, database_url=f"sqlite:///{data / 'casemgr.sqlite3'}"
    )
    app = roof.build(settings, ring=Keyring.fresh("2026-11-18"))
    engine = app.extensions["casemgr"].office.engine
    Model.metadata.create_all(engine)
    yield app.test_client()
    engine.dispose()


def ask(visitor: FlaskClient, method: str, path: str) -> TestResponse:
    return visitor.open(path, method=method, base_url=PLACE, headers={"Origin": PLACE}, buffered=True)


@pytest.mark.parametrize("method, path, status", ADDRESSES)
def test_every_answer_carries_the_strict_headers(
    visitor: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = ask(visitor, method, path)
    assert answer.status_code == status
    policy = dict(
        part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";")
    )
    for name in ("default-src", "base-uri", "frame-ancestors"):
        assert policy[name] == "'none'", name
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert not {"unsafe-inline", "unsafe-eval", "*", "http:", "https:", "data:"} & set(
        " ".join(policy.values()).split()
    )
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    kept = "immutable" if path.startswith("/static/") else "no-store"
    assert kept in answer.headers["Cache-Control"]
    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("method, path, status", ADDRESSES)
def test_every_answer_says_what_it_is(visitor: FlaskClient, method: str, path: str, status: int) -> None:
    told = ask(visitor, method, path).headers["Content-Type"]
    kinds = {
        "/static/casemgr.css": "text/css",
        "/static/casemgr.js": "text/javascript",
        "/static/mark.svg": "image/svg+xml",
    }
    expected = "application/" if path.startswith(("/api", "/healthz")) else kinds.get(path, "text/html")
    assert told.startswith(expected)
    if "text/" in told or "+xml" in told:
        assert told.endswith("; charset=utf-8")


def test_every_cookie_stays_on_this_host_and_out_of_reach_of_scripts(visitor: FlaskClient) -> None:
    client = visitor.application.test_client()
    shown = ask(client, "GET", "/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)', shown.text)
    assert token is not None
    sent = [
        client.post(path, data={"csrf_token": token[1]}, base_url=PLACE)
        for path in ("/language/en", "/sign-out")
    ]
    drafts = [beside_a_draft(visitor.application, kept) for kept in (True, False)]
    found = [line for answer in (shown, *sent, *drafts) for line in answer.headers.getlist("Set-Cookie")]
    assert {line.partition("=")[0] for line in found} == {
        "__Host-draft",
        "__Host-lang",
        "__Host-sid",
        "__Host-visit",
    }
    for line in found:
        name, *told = [part.strip() for part in line.split(";")]
        assert name.startswith("__Host-"), line
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(told), line
        assert not [part for part in told if part.lower().startswith("domain")], line


def beside_a_draft(app: Flask, kept: bool) -> Response:
    """What a page answers that was filled from a draft, or whose draft was taken."""
    with app.test_request_context("/sign-in", base_url=PLACE):
        app.preprocess_request()
        g.draft_id, g.draft_done = (uuid4() if kept else None), not kept
        return app.process_response(Response())


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE", "TRACK", "CONNECT"])
@pytest.mark.parametrize("path", ["/sign-in", "/static/casemgr.css", "/api/v1/referral-events"])
def test_no_other_method_is_answered(visitor: FlaskClient, method: str, path: str) -> None:
    answer = ask(visitor, method, path)
    assert answer.status_code in (400, 405)
    assert b"casemgr.example" not in answer.data, "what was sent is not sent back"


@pytest.mark.parametrize("path", ["/static/", "/static/../settings.py", "/.git/config", "/static/.git/HEAD"])
def test_no_folder_and_no_source_is_shown(visitor: FlaskClient, path: str) -> None:
    assert ask(visitor, "GET", path).status_code == 404


def test_no_secret_of_a_session_is_told_by_an_address(visitor: FlaskClient) -> None:
    """A token in the address is nobody's: only the cookie counts."""
    answer = visitor.get("/account?sid=abc&token=abc", base_url=PLACE)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in?next=")


def test_who_is_turned_away_at_the_door_is_noted(
    visitor: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        visitor.post("/sign-in", base_url=PLACE, headers={"Origin": "https://evil.example"}).status_code
        == 400
    )
    assert visitor.get("/api/v1/referral-events", base_url=PLACE).status_code == 401
    said = capsys.readouterr().out
    assert '"event": "form refused"' in said and '"endpoint": "accounts.try_to_sign_in"' in said
    assert '"event": "signature refused"' in said
    assert "evil.example" not in said, "only which door, nothing that was sent"
