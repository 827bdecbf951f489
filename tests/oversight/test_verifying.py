"""`audit verify` as people run it: it keeps the end of the chain and the counts, and names what fell."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import Result
from sqlalchemy import delete, select, update

from casemgr.access.roles import Role
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.oversight import actions
from casemgr.oversight.models import AuditCheck
from casemgr.oversight.terms import FAULTS
from casemgr.security import audit, traces
from casemgr.security.audit import AuditEntry, Head
from tests.support.factories import a_case
from tests.support.house import NA_SAM, HouseUnderTest


def run(house: HouseUnderTest, *words: str) -> Result:
    return house.app.test_cli_runner().invoke(args=["audit", *words])


def faults(house: HouseUnderTest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(house, "verify", "--json").stdout)["faults"]
    return found


def test_it_keeps_the_end_and_the_counts(house: HouseUnderTest) -> None:
    a_case(house)
    head = run(house, "head").output.strip()
    assert Head.read(head) is not None
    assert run(house, "verify", "--head", head).exit_code == 0
    with house.maintenance(writing=False) as desk:
        (kept,) = desk.all(select(AuditCheck))
    assert kept.head == head
    assert json.loads(kept.counts) == {f"{NA_SAM}-2026": 1}
    assert head in house.client(Role.INSPECTOR).get("/audit/heads").get_data(as_text=True)
    a_case(house)
    assert run(house, "verify").exit_code == 0, "more than the last time is no fault"


def test_a_case_that_vanished_is_named_by_its_unit(house: HouseUnderTest) -> None:
    a_case(house)
    a_case(house)
    assert not faults(house)
    with house.owner.office.engine.begin() as connection:
        one = connection.scalar(select(Case.id).limit(1))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for table in (CaseEvent, CaseClock):
                connection.execute(delete(table).where(table.case_id == one))
            connection.exec_driver_sql("DELETE FROM case_fact")
        connection.execute(delete(Case).where(Case.id == one))
    found = {(fault["kind"], fault.get("what")) for fault in faults(house)}
    assert ("count fell", f"{NA_SAM}-2026: 2 -> 1") in found


def test_counts_that_were_touched_up_are_noticed(house: HouseUnderTest) -> None:
    a_case(house)
    assert not faults(house)
    with house.owner.office.engine.begin() as connection:
        connection.execute(update(AuditCheck).values(counts="{}"))
    done = run(house, "verify", "--json")
    assert {fault["kind"] for fault in json.loads(done.stdout)["faults"]} == {"counts changed"}
    assert (done.exit_code, done.stderr.strip()) == (1, "The audit trail is not whole: 1 named.")


def test_parts_from_before_are_taken_in_once(house: HouseUnderTest) -> None:
    a_case(house)
    with house.owner.office.engine.begin() as connection:  # as if nobody had told the trail yet
        connection.execute(
            update(CaseEvent).where(CaseEvent._note.is_(None)).values({CaseEvent._note: b"from before"})
        )
    unknown = [fault for fault in faults(house) if fault["kind"] == "part unknown"]
    assert unknown
    assert run(house, "take-in").output.startswith(str(len(unknown)))
    assert not [fault for fault in faults(house) if fault["kind"] == "part unknown"]
    assert run(house, "take-in").output.startswith("0 ")


def test_a_sealer_of_its_own_chains_what_waits(house: HouseUnderTest) -> None:
    a_case(house)
    waiting = 0 if house.office.chains_directly else None
    said = run(house, "seal").output
    assert said.endswith("entries chained.\n") and (waiting is None or said.startswith("0 "))
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(AuditEntry.seq))


def test_the_inspector_reads_which_entry_was_changed_and_what_to_do(house: HouseUnderTest) -> None:
    a_case(house)
    assert not faults(house)
    inspector = house.client(Role.INSPECTOR)
    assert "phát hiện có can thiệp" not in inspector.get("/audit/heads").get_data(as_text=True)
    with house.owner.office.engine.begin() as connection:
        seq = connection.scalar(select(AuditEntry.seq).order_by(AuditEntry.seq.desc()).limit(1))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.execute(update(AuditEntry).where(AuditEntry.seq == seq).values(actor="nobody"))
    house.clock.move(timedelta(minutes=1))
    assert [(fault["kind"], fault["entry"]) for fault in faults(house)] == [("changed", seq)]
    page = inspector.get("/audit/heads").get_data(as_text=True)
    assert f"<b>Dòng {seq}</b> đã bị sửa" in page and "phát hiện có can thiệp" in page


def test_every_fault_has_words() -> None:
    """Whatever the verification may name, the page says in words."""
    said = "".join(Path(module.__file__ or "").read_text("utf-8") for module in (actions, audit, traces))
    kinds = set(re.findall(r'(?:Fault|_named)\("([^"]+)"', said)) | set(re.findall(r'"(part [a-z ]+)"', said))
    assert kinds | {"missing"} <= set(FAULTS), kinds - set(FAULTS)
