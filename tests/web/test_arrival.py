"""By HTTPS and to the name of the house, or not at all; nobody copies a register page by page."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from casemgr import app as roof
from casemgr.access.roles import Role
from casemgr.core.db import Model
from casemgr.security.keys import Keyring
from casemgr.settings import Mode, Settings
from casemgr.web.pace import SPAN, Pace
from tests.conftest import START
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

NAME = "casemgr.example"


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A browser before a server in production that knows its name."""
    data = tmp_path_factory.mktemp("production")
    settings = Settings(
        mode=Mode.PRODUCTION,
        data_dir=data,
        database_url=f"sqlite:///{data / 'casemgr.sqlite3'}",
        public_url=f"https://{NAME}",
    )
    app = roof.build(settings, ring=Keyring.fresh("2026-11-18"))
    engine = app.extensions["casemgr"].office.engine
    Model.metadata.create_all(engine)
    yield app.test_client()
    engine.dispose()


def test_pages_lead_over_to_https_and_nothing_else_does(visitor: FlaskClient) -> None:
    led = visitor.get("/sign-in?next=/cases", base_url=f"http://{NAME}")
    assert (led.status_code, led.headers["Location"]) == (308, f"https://{NAME}/sign-in?next=/cases")
    for method, path in (
        ("POST", "/sign-in"),
        ("POST", "/sign-out"),
        ("GET", "/api/v1/referral-events"),
        ("POST", "/api/v1/referrals"),
        ("GET", "/api/v1/openapi.json"),
    ):
        answer = visitor.open(path, method=method, base_url=f"http://{NAME}")
        assert answer.status_code == 400 and "Location" not in answer.headers, path
    assert visitor.get("/sign-in", base_url=f"https://{NAME}").status_code == 200
    assert visitor.get("/healthz", base_url="http://127.0.0.1:8000").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", f"{NAME}.evil.example", f"evil.{NAME}", "192.0.2.7", "x y"])
def test_another_name_is_not_answered(visitor: FlaskClient, host: str) -> None:
    """A name that was turned to our address in a browser's eyes, or planted in an address that we build."""
    for path in ("/sign-in", "/calendar/abc.ics", "/api/v1/openapi.json", "/nowhere"):
        for scheme in ("http", "https"):
            answer = visitor.get(path, base_url=f"{scheme}://{NAME}", headers={"Host": host})
            assert answer.status_code == 400, path
            assert host not in answer.get_data(as_text=True) + str(answer.headers), path


@pytest.mark.parametrize(
    "path", ["/exports/a%00b", "/cases/%00", "/cases?after=%00", "/cases?%00=1", "/sign-in?next=%00"]
)
def test_what_no_table_can_hold_is_no_address_of_ours(house: HouseUnderTest, path: str) -> None:
    assert house.client(Role.COMMUNE_OFFICER).get(path).status_code == 404


def test_the_count_of_pages_begins_anew_with_each_span() -> None:
    pace, now = Pace(3), START
    assert [pace.wait("a", now) for _ in range(4)] == [0, 0, 0, SPAN.seconds + 1]
    assert pace.wait("b", now) == 0, "each person has a count of their own"
    assert pace.wait("a", now + SPAN - timedelta(seconds=1)) == 2
    assert pace.wait("a", now + SPAN) == 0
    assert pace.wait("a", now - timedelta(days=1)) == 0, "a clock that was put back shuts nobody out"


def test_a_register_is_not_copied_page_by_page(
    swept: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, client = a_case(swept), swept.client(Role.COMMUNE_OFFICER)
    monkeypatch.setattr(swept.app.extensions["casemgr"], "pace", Pace(3))
    assert [client.get(f"/cases/{number}").status_code for _ in range(3)] == [200] * 3
    stopped = client.get(f"/cases/{number}")
    assert stopped.status_code == 429 and int(stopped.headers["Retry-After"]) > 0
    assert "Không mất gì" in stopped.text and "Khang" not in stopped.text
    assert swept.client(Role.COMMUNE_OFFICER, person=1).get(f"/cases/{number}").status_code == 200
    swept.clock.move(SPAN)
    assert client.get(f"/cases/{number}").status_code == 200


def test_what_was_refused_stands_in_the_log_without_what_was_typed(
    swept: HouseUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    number, client = a_case(swept), swept.client(Role.COMMUNE_OFFICER)
    capsys.readouterr()
    assert client.post(f"/cases/{number}/closure", data={"reason": "Khang bị lừa"}).status_code == 403
    assert client.post(f"/cases/{number}/notes", data={"text": ""}).status_code in (409, 422)
    assert client.get("/cases/khong-co").status_code == 404
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    refused = [line for line in lines if line["event"] == "refused"]
    assert [line["kind"].split()[0] for line in refused] == ["403", "422", "404"]
    assert [line["kind"].split()[-1] for line in refused] == ["Refused", "Invalid", "NotFound"]
    assert all(line["endpoint"] and line["account"].startswith("account:") for line in refused)
    assert "Khang" not in str(lines) and "khong-co" not in str(lines)
