"""Doors: each address says what it needs; public ones are listed here; what is only looked at changes nothing."""

import ast
import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update

from casemgr.access.action import REGISTRY
from casemgr.access.permissions import Permission
from casemgr.access.roles import Role
from casemgr.accounts.models import Account
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.web.room import Door, Room, seal
from tests.conftest import sweep
from tests.house.source import modules
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

PUBLIC = {
    "GET /sign-in",
    "POST /sign-in",
    "POST /sign-in/passkey",
    "GET /sign-in/second",
    "POST /sign-in/second",
    "POST /sign-out",
    "POST /language/<any(vi, en):code>",
    "GET /healthz",
    "GET /calendar/<token>.ics",
    "GET /readyz",
    "GET /api/v1/openapi.json",
}
# Told the state of nothing and nobody: pages whose POST answers at a desk that reads, and opens a writing one itself
ANSWER_WITHOUT_WRITING = {
    "POST /break-glass",  # opens a writing desk, and another one for a try that opened nothing
    "POST /exports/<export_number>/make",  # a file is read and encrypted first; nobody waits in the line of writers
    "POST /sign-in/passkey",
    "POST /sign-in/second",
    "POST /step-up",
    "POST /cases/<number>/papers/<form>/preview",
    "POST /papers/make/<form>/preview",
    "POST /sign-in",
    "POST /language/<any(vi, en):code>",
    "POST /account/drafts",  # a desk of its own, as for every draft
    "POST /account/password",
    "POST /accounts/new",
    "POST /accounts/search",
    "POST /cases/<number>/files",  # decoded first, then kept at a desk of its own
    "POST /indicators/<string:set_>/<string:code>/upload",  # shows the differences; storing them is another page
    "POST /children/search",
    "POST /children/search/wide",
    "POST /accounts/<uuid:account_id>/password",
}
MAKES_WHAT_IS_DEAR = (".as_pdf(", ".from_docx(", ".from_page(", "chosen.write(")
SEGMENT = re.compile(  # a set of indicators has its letter
    r"H|[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?|<[a-z_]+>(\.[a-z]+)?|<[a-z]+(\([a-z, =0-9]*\))?:[a-z_]+>"
)


def addresses(house: HouseUnderTest) -> Iterator[tuple[str, str, Door]]:
    """Every address: method, rule, door."""
    doors = house.app.extensions["casemgr"].doors
    for rule in house.app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, doors[rule.endpoint]


def test_every_address_needs_a_known_right(sqlite_house: HouseUnderTest) -> None:
    for method, rule, door in addresses(sqlite_house):
        assert door.needs, f"{method} {rule} needs nothing: give it needs=..."
        assert all(isinstance(need, Permission) for need in door.needs), f"{method} {rule}"


def test_whoever_prints_or_writes_whole_tables_waits_for_a_turn() -> None:
    """A view that makes what takes seconds says so at its door: read from the source, so that a new one is found."""
    found = 0
    for path, module in modules().items():
        for view in (one for one in module.body if isinstance(one, ast.FunctionDef)):
            doors = [door for door in map(ast.unparse, view.decorator_list) if door.startswith("room.")]
            if doors and any(call in ast.unparse(view) for call in MAKES_WHAT_IS_DEAR):
                found += 1
                told = f"{path}: {view.name} makes what takes seconds: give its door dear=..."
                assert all("dear=Dear." in door for door in doors), told
    assert found >= 4


def test_public_addresses_are_listed(sqlite_house: HouseUnderTest) -> None:
    public = {f"{m} {r}" for m, r, door in addresses(sqlite_house) if Permission.PUBLIC in door.needs}
    assert public == PUBLIC, (
        "An address became public, or ceased to be: is it meant? Then change the list above."
    )


def test_no_application_starts_with_an_undeclared_address() -> None:
    app = Flask("another")
    app.extensions["casemgr"] = SimpleNamespace(doors={})
    seal(app)
    app.add_url_rule("/slipped-in", "slipped_in", lambda: "")
    with pytest.raises(RuntimeError, match="/slipped-in does not say what it needs"):
        seal(app)


def test_a_door_without_a_need_cannot_be_declared() -> None:
    room = Room("without", __name__)
    with pytest.raises(TypeError):
        room.get("/without")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        room.post("/without")  # type: ignore[call-arg]


def test_each_address_takes_one_method_and_get_reads(sqlite_house: HouseUnderTest) -> None:
    for method, rule, door in addresses(sqlite_house):
        assert method in ("GET", "POST"), f"{rule} takes {method}: pages are read by GET and act by POST."
        if method == "GET":
            assert not door.writing, f"GET {rule} opens a writing desk."
        else:
            told = f"POST {rule} answers at a reading desk: why? Then list it above."
            assert door.writing or f"{method} {rule}" in ANSWER_WITHOUT_WRITING, told


def test_every_form_needs_its_token(sqlite_house: HouseUnderTest) -> None:
    """What acts is refused without the token of its page; machines sign their requests instead."""
    app, sent = sqlite_house.app, 0
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        with app.app_context():
            client = sqlite_house.client(Role.COMMUNE_OFFICER)
            for method, rule, _door in addresses(sqlite_house):
                if method == "POST" and not rule.startswith("/api/"):
                    answer = client.post(re.sub(r"<[^>]*>", "x", rule.replace("<any(vi, en):code>", "vi")))
                    assert answer.status_code in (400, 403, 404), f"POST {rule}: {answer.status_code}"
                    sent += answer.status_code in (400, 403)
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
        sqlite_house.staff.clear()
        sweep(sqlite_house)
    assert sent > 20


def test_paths_are_kebab_case(sqlite_house: HouseUnderTest) -> None:
    for _method, rule, _door in addresses(sqlite_house):
        for segment in filter(None, rule.split("/")):
            assert SEGMENT.fullmatch(segment), f"{rule}: write {segment!r} in small letters with hyphens."
        assert rule == "/" or not rule.endswith("/"), f"{rule} ends with a slash."


def test_every_action_needs_a_known_right(sqlite_house: HouseUnderTest) -> None:
    for name, needs in REGISTRY.items():
        wanted = needs if isinstance(needs, tuple) else (needs,)
        assert all(isinstance(need, Permission) for need in wanted), name
        assert re.fullmatch(r"[a-z][a-z -]+", name), f"{name!r}: an action is named in plain small words."


def test_what_is_looked_at_is_not_written(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.RECEIVED)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = desk.session.query(Case).filter(Case.number == number).one()
        case.risk = "high"
        with pytest.raises(TypeError, match="does not write"):
            desk.flush()
        desk.session.expunge_all()
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        desk.add(Account(id=desk.id(), username="x", name="x", state="active", created_at=desk.now))
        with pytest.raises(TypeError, match="does not write"):
            desk.flush()
        desk.session.expunge_all()
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        desk.session.delete(desk.session.query(Case).filter(Case.number == number).one())
        with pytest.raises(TypeError, match="does not write"):
            desk.flush()
        desk.session.expunge_all()
    for statement in (update(Case).values(risk="high"), delete(Case), insert(Account).values(name="x")):
        with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk, pytest.raises(TypeError):
            desk.session.execute(statement)
    with house.maintenance(writing=False) as desk:
        assert desk.session.query(Case.risk).filter(Case.number == number).scalar() is None
