"""Officers can work on with what was imported, however bare: every page of the case opens."""

from pathlib import Path

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases.models import Case
from casemgr.children.rules import mark_of
from tests.exchange.files.material import a_child, a_report, a_step, take, write
from tests.exchange.files.test_import import BARE
from tests.support.house import NA_SAM, HouseUnderTest

PAGES = (
    *("", "/care", "/circumstances", "/closure", "/emergency", "/full-assessment", "/handover"),
    *(
        "/initial-assessment",
        "/meeting",
        "/papers",
        "/plan",
        "/plan/approval",
        "/plan/change",
        "/plan/delivery",
    ),
    *("/proceedings", "/review", "/separation", "/services", "/safe-contact"),
)
ROWS = [
    a_step("sanction"),
    a_step("sanction", outcome="fine", amount=5_000_000, person={"ref": "s1"}),
    a_step("prosecution", stage="started"),
    a_step("placement", form="kin"),
    a_step("placement", form="facility", ended_on="2026-04-01"),
    a_step("circumstance", code="orphan", supports=[{"key": "k", "kind": "health"}]),
    a_step("circumstance", kind="at_risk", code="danger_violence"),
]
BEFORE_THE_END = [a_step(name) for name in BARE if name != "closure"]


@pytest.mark.parametrize("last", ["receipt", "assessment", "review", "closure"])
def test_every_page_of_an_imported_case_opens(swept: HouseUnderTest, tmp_path: Path, last: str) -> None:
    course = {
        "receipt": [],
        "assessment": [a_step("initial_assessment", act="emergency"), *ROWS],
        "review": [*BEFORE_THE_END, *ROWS],
        "closure": [*BEFORE_THE_END, *ROWS, a_step("closure")],
    }[last]
    report = a_report(
        decision="pending" if last == "receipt" else "accepted",
        children=[a_child(), a_child("c2", birth=None, sex=None)],
    )
    assert take(swept, write(tmp_path / "a.jsonl", [report, *course]))["errors"] == []
    with swept.maintenance(writing=False) as desk:
        first, _second = desk.all(select(Case).order_by(Case.number))
        kept = first.number, mark_of(first.child_id)
    for role in (Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR):
        browser = swept.client(role, NA_SAM)
        addresses = [f"/cases/{kept[0]}{page}" for page in PAGES]
        found = {
            address: browser.get(address).status_code
            for address in (*addresses, "/", "/cases", "/care", f"/reports/{kept[0]}", f"/children/{kept[1]}")
        }
        assert {address: status for address, status in found.items() if status >= 500} == {}
        assert found[f"/cases/{kept[0]}"] == 200
