"""What is published about the interface: the description, the guide with its example, and whether the house works."""

import base64
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import schemathesis
from werkzeug.serving import make_server

from casemgr.core import words
from casemgr.exchange import api
from casemgr.exchange.api import openapi
from tests.exchange.machine import Machine
from tests.support.house import HouseUnderTest

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_example_runs(sqlite_hotline: Machine) -> None:
    """The client of the guide, as it stands there, against a real server."""
    found = re.search(r"```python\n(.+?)```", GUIDE, re.DOTALL)
    assert found is not None
    assert len(found[1].strip().splitlines()) <= 25
    now = datetime.now(UTC)
    sqlite_hotline.house.clock.__init__(now)  # type: ignore[misc]
    server = make_server("127.0.0.1", 0, sqlite_hotline.house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address, key = f"http://127.0.0.1:{server.server_port}", base64.b64encode(sqlite_hotline.key).decode()
        told = [sys.executable, "-c", found[1], address, sqlite_hotline.name, key, now.isoformat()]
        done = subprocess.run(told, capture_output=True, text=True, timeout=60)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert done.returncode == 0, done.stderr
    first, state, cursor = done.stdout.splitlines()
    assert re.fullmatch(r"received 06124-\d{4}-00001-[A-Z] \S+", first)
    assert state == "received" and cursor


def test_every_address_is_in_the_guide_and_in_the_description(house: HouseUnderTest) -> None:
    described = house.app.test_client().get("/api/v1/openapi.json").json["paths"]
    ours = {room.name for room in (*api.ROOMS, openapi.room)}
    for rule in house.app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in ours:
            path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
            methods = {method.lower() for method in rule.methods or () if method not in ("HEAD", "OPTIONS")}
            assert methods <= described[path].keys()
            for method in methods:
                assert re.search(rf"`{method.upper()} {re.escape(path)}[`?]", GUIDE), path


def test_the_description_says_what_is_so(house: HouseUnderTest) -> None:
    told = house.app.test_client().get("/api/v1/openapi.json").json
    schemathesis.openapi.from_dict(told).validate()
    assert told["openapi"].startswith("3.1")
    referral = told["components"]["schemas"]["Referral"]
    assert set(referral["required"]) == {"reference", "received_at", "incident"}
    assert referral["additionalProperties"] is False
    for path, methods in told["paths"].items():
        for name, operation in methods.items():
            if name == "parameters":
                continue
            public = path in ("/healthz", "/readyz", "/api/v1/openapi.json")
            assert operation["security"] == ([] if public else [{"signature": [], "signatureInput": []}])
            assert ("401" in operation["responses"]) is not public
            for status, response in operation["responses"].items():
                kind = (
                    "application/json"
                    if int(status) < 300 or (public and status == "503")
                    else "application/problem+json"
                )
                assert list(response["content"]) == [kind], (path, status)


def test_wrong_addresses_and_methods(house: HouseUnderTest) -> None:
    client = house.app.test_client()
    for method, path, status in (
        ("GET", "/api/", 404),
        ("GET", "/api/v2/referrals", 404),
        ("POST", "/api/v1/referrals/a/b/c", 404),
        ("GET", "/api/v1/referrals", 405),
        ("DELETE", "/api/v1/referrals/a", 405),
        ("PUT", "/healthz", 405),
        ("TRACE", "/api/v1/referral-events", 405),
    ):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), path
        assert answer.json["status"] == status
        assert ("Allow" in answer.headers) == (status == 405)
    assert client.get("/nowhere").content_type.startswith("text/html")


def test_health(house: HouseUnderTest) -> None:
    client = house.app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("before", "after", "failing"),
    [
        (
            "ALTER TABLE alembic_version RENAME TO mislaid",
            "ALTER TABLE mislaid RENAME TO alembic_version",
            "migrations",
        ),
        (
            "UPDATE alembic_version SET version_num = 'x' || version_num",
            "UPDATE alembic_version SET version_num = substr(version_num, 2)",
            "migrations",
        ),
    ],
)
def test_not_ready(house: HouseUnderTest, before: str, after: str, failing: str) -> None:
    def run(statement: str) -> None:
        with house.owner.office.engine.connect().execution_options(writing=True) as connection:
            connection.exec_driver_sql(statement)
            connection.commit()

    run(before)
    try:
        answer = house.app.test_client().get("/readyz")
    finally:
        run(after)
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable", "failing": [failing]})


def test_answers_are_kept_by_nobody(hotline: Machine) -> None:
    for answer in (hotline.get("/api/v1/referral-events"), hotline.get("/api/v1/referrals/none")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers


def test_every_sentence_stands_in_both_languages(house: HouseUnderTest) -> None:
    client = house.app.test_client()
    english = client.get("/api/v1/none", headers={"Accept-Language": "en"}).json
    vietnamese = client.get("/api/v1/none").json
    assert english["title"] != vietnamese["title"]
    assert vietnamese["title"] == words.catalogue("vi")[english["title"]]
