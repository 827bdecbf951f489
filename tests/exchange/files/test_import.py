"""Taking a file in: what is stored, what is refused and why, and that nothing half stands."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from casemgr.access.roles import Role
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.cases.terms import Step
from casemgr.exchange.files import lines, steps
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake.models import Report
from casemgr.intake.terms import Decision
from casemgr.intervention.care.models import Placement
from casemgr.proceedings.models import Proceeding
from casemgr.review.models import Review
from casemgr.security.audit import AuditEntry
from tests.exchange.files.material import (
    HEADER,
    a_child,
    a_report,
    a_step,
    counted,
    give,
    run,
    table,
    take,
    write,
)
from tests.exchange.machine import Machine, a_referral
from tests.review.test_actions import a_case_served, propose
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

BARE = [name for name in steps.NAMES if name not in (steps.SAME_CHILD, steps.OTHER)]
DIVIDED = "00019"  # its people went to several communes on 1/7/2025


def stored(house: HouseUnderTest, model: type[Any]) -> list[Any]:
    with house.maintenance(writing=False) as desk:
        return list(desk.all(select(model)))


def faults(answer: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["line"], one["field"]) for one in answer["errors"]]


# ---- what is stored -----------------------------------------------------------------------------------------------


def test_a_bare_history_is_stored_counted_and_given_back(house: HouseUnderTest, tmp_path: Path) -> None:
    told = [a_report(), *(a_step(name) for name in BARE)]
    answer = take(house, write(tmp_path / "a.jsonl", told))
    assert (answer["reports"], answer["steps"], answer["errors"]) == (1, len(BARE), [])
    assert counted(house) == 1
    assert [case.stage for case in stored(house, Case)] == ["closed"]
    first = give(house, tmp_path / "b.jsonl")
    for file in ("b.jsonl", "a.jsonl"):
        again = take(house, tmp_path / file)
        assert (again["reports"], again["steps"], again["errors"]) == (0, 0, [])
    assert give(house, tmp_path / "c.jsonl") == first


def test_clocks_begin_at_the_receipt_and_are_met_at_the_instants_told(
    house: HouseUnderTest, tmp_path: Path
) -> None:
    told = [
        a_report(received_at="2019-05-06T08:00:00+07:00", incident={"unit_code": "06124"}),
        a_step("initial_assessment", "2019-05-06T15:00:00+07:00"),
        a_step("plan", "2019-05-20T10:00:00+07:00"),
        a_step("plan_approval", "2019-05-21T10:00:00+07:00"),
    ]
    take(house, write(tmp_path / "a.jsonl", told))
    clocks = {clock.clock: clock for clock in stored(house, CaseClock)}
    assert clocks["emergency_12h"].stopped_at.isoformat() == "2019-05-06T08:00:00+00:00"
    assert clocks["plan_5wd"].due_at < clocks["plan_5wd"].stopped_at
    assert clocks["plan_approval_2wd"].stopped_at < clocks["plan_approval_2wd"].due_at
    assert [case.stage for case in stored(house, Case)] == ["carrying_out"]
    times = table(house, "P", "0401", period="2019") if _known(house, "P", "0401") else None
    assert times is None or times["rows"]


def _known(house: HouseUnderTest, set_: str, code: str) -> bool:
    listed = json.loads(run(house, "indicators", "list", "--json").stdout)["indicators"]
    return any((one["set"], one["code"]) == (set_, code) for one in listed)


def test_rows_are_made_where_a_step_tells_enough(house: HouseUnderTest, tmp_path: Path) -> None:
    told = [
        a_report(children=[a_child("c1"), a_child("c2", name="Hoàng Văn Thử")]),
        a_step("sanction", outcome="fine", amount=5_000_000, person={"ref": "s1"}, decision="x1"),
        a_step("sanction", child="c2", outcome="fine", amount=5_000_000, person={"ref": "s1"}, decision="x1"),
        a_step("placement", form="kin", unit={"code": THAT_KHE}),
        a_step("circumstance", child="c2", code="orphan", supports=[{"key": "k", "kind": "health"}]),
        a_step("prosecution", stage="started", act="decided"),
    ]
    assert take(house, write(tmp_path / "a.jsonl", told))["errors"] == []
    decisions = {row.decision_id for row in stored(house, Proceeding)}
    assert len(decisions) == 2
    assert [row.state for row in stored(house, Placement)] == ["given"]
    first = give(house, tmp_path / "b.jsonl")
    assert b'"decision":"x1"' in first
    assert take(house, tmp_path / "b.jsonl")["steps"] == 0


def test_the_goals_that_a_file_tells_are_counted_by_round(house: HouseUnderTest, tmp_path: Path) -> None:
    """Of each round the last review that was not refused; lines may come in any order."""

    def review(day: int, act: str, **outcomes: str) -> dict[str, Any]:
        told = [{"ref": ref, "outcome": outcome} for ref, outcome in outcomes.items()]
        return a_step("review", f"2026-04-{day:02}T09:00:00+07:00", act=act, goals=told)

    told = [
        a_report(),
        review(20, "closure_proposed", g1="reached", g2="unknown"),
        review(9, "closure_proposed", g1="partly"),
        a_step("closure", "2026-04-10T09:00:00+07:00", act="refused"),
        review(2, "another_round", g1="not_reached"),
        a_step("closure", "2026-04-21T09:00:00+07:00"),
    ]
    assert take(house, write(tmp_path / "a.jsonl", told))["errors"] == []
    rows = table(house, "P", "23", "--by", "goal", period="2026-04")["rows"]
    found = {row["dims"]["goal"]: row["value"] for row in rows if row["value"]}
    assert found == {"*": 3, "not_reached": 1, "reached": 1, "unknown": 1}
    assert take(house, give_to(house, tmp_path / "b.jsonl"))["steps"] == 0
    twice = [{"ref": "g1"}, {"ref": "g1"}]
    wrong = [a_report("R-2"), a_step("review", report="R-2", goals=twice)]
    assert faults(take(house, write(tmp_path / "c.jsonl", wrong))) == [(3, "data.goals")]


def give_to(house: HouseUnderTest, path: Path) -> Path:
    give(house, path)
    return path


def test_a_review_of_others_does_not_take_the_place_of_one_here(
    house: HouseUnderTest, tmp_path: Path
) -> None:
    number = a_case_served(house)
    propose(house, number)
    (review,) = stored(house, Review)
    at = (house.clock.now() - timedelta(days=1)).isoformat()
    told = a_step("review", at, report=number, child=None, goals=[{"ref": "g9", "outcome": "reached"}])
    assert take(house, write(tmp_path / "a.jsonl", [told]))["steps"] == 1
    assert [one.id for one in stored(house, Review)] == [review.id]
    assert take(house, write(tmp_path / "a.jsonl", [told]))["steps"] == 0


@pytest.mark.parametrize("decision", [each.value for each in Decision])
def test_each_decision_stands_in_its_own_column(swept: HouseUnderTest, tmp_path: Path, decision: str) -> None:
    take(swept, write(tmp_path / "a.jsonl", [a_report(decision=decision)]))
    rows = table(swept, "B", "0101", "--by", "decision")["rows"]
    by = {row["dims"]["decision"]: row["value"] for row in rows}
    assert by == {each.value: int(each == decision) for each in Decision} | {"*": by["*"]}
    assert counted(swept) == int(decision == "accepted")


def test_a_child_is_the_same_only_where_a_step_says_so(house: HouseUnderTest, tmp_path: Path) -> None:
    told = [a_report("R-1"), a_report("R-2"), a_report("R-3")]
    take(house, write(tmp_path / "a.jsonl", told))
    assert counted(house) == 3
    link = a_step("same_child", report="R-3") | {"data": {"report": "R-1", "child": "c1"}}
    assert take(house, write(tmp_path / "b.jsonl", [link]))["joined"] == 1
    assert counted(house) == 2
    assert take(house, tmp_path / "b.jsonl")["joined"] == 0
    assert b"same_child" in give(house, tmp_path / "c.jsonl")


def test_reports_that_hang_together_are_stored_together_or_not_at_all(
    house: HouseUnderTest, tmp_path: Path
) -> None:
    link = a_step("same_child", report="R-1") | {"data": {"report": "R-2", "child": "c1"}}
    good = [link, a_report("R-1"), a_report("R-2"), a_report("R-3")]
    wrong = [link, a_report("R-1"), a_report("R-2", channel="smoke"), a_report("R-3")]
    answer = take(house, write(tmp_path / "a.jsonl", wrong))
    assert faults(answer) == [(2, "data.report"), (4, "channel")]
    assert (counted(house), answer["refused"]) == (1, 2)
    assert take(house, write(tmp_path / "b.jsonl", good))["reports"] == 2
    assert counted(house) == 2


# ---- places -------------------------------------------------------------------------------------------------------


def test_a_divided_commune_stands_under_its_province(house: HouseUnderTest, tmp_path: Path) -> None:
    before = a_report("R-1", received_at="2024-05-06T08:00:00+07:00", incident={"unit_code": DIVIDED})
    after = a_report("R-2", received_at="2026-05-06T08:00:00+07:00", incident={"unit_code": DIVIDED})
    take(house, write(tmp_path / "a.jsonl", [before, after]))
    now = table(house, "B", "0101", "--level", "commune", period="2026")["rows"]
    assert [row["value"] for row in now if row["unit_code"].endswith("-unassigned")] == [1]
    old = table(house, "B", "0101", "--level", "commune", period="2024")["rows"]
    assert [row["value"] for row in old if row["unit_code"] == DIVIDED] == [1]
    new = table(house, "B", "0101", "--level", "commune", "--borders", "new", period="2024")["rows"]
    assert [row["value"] for row in new if row["unit_code"].endswith("-unassigned")] == [1]
    with house.maintenance(writing=False) as desk:
        for report in desk.all(select(Report)):
            assert reports.in_triage(desk, report)


def test_a_code_that_ended_since_stands_under_its_successor(house: HouseUnderTest, tmp_path: Path) -> None:
    told = a_report(received_at="2025-03-06T08:00:00+07:00", incident={"unit_code": "06148"})
    take(house, write(tmp_path / "a.jsonl", [told]))
    rows = table(house, "B", "0101", "--level", "commune", "--borders", "new", period="2025")["rows"]
    assert [row["unit_name"] for row in rows if row["value"]] == ["Xã Thụy Hùng"]


# ---- revisions ----------------------------------------------------------------------------------------------------


def test_a_higher_revision_counts_and_takes_its_decision_along(house: HouseUnderTest, tmp_path: Path) -> None:
    take(house, write(tmp_path / "a.jsonl", [a_report(decision="pending")]))
    assert counted(house) == 0
    later = a_report(revision=2, children=[a_child(harms=["sexual_abuse"])])
    answer = take(house, write(tmp_path / "b.jsonl", [later]))
    assert (answer["updated"], counted(house)) == (1, 1)
    rows = table(house, "B", "0101", "--by", "harm")["rows"]
    assert {row["dims"]["harm"] for row in rows if row["value"]} == {"sexual_abuse", "*"}
    gone = a_report(revision=3, children=[a_child(harms=["sexual_abuse"])], decision="not_verified")
    take(house, write(tmp_path / "c.jsonl", [gone]))
    assert counted(house) == 0
    assert [case.stage for case in stored(house, Case)] == ["closed"]
    back = a_report(revision=4, children=[a_child(harms=["sexual_abuse"])], decision="accepted")
    take(house, write(tmp_path / "d.jsonl", [back]))
    assert (counted(house), stored(house, Case)[0].stage) == (1, "assessing")


def test_revisions_in_one_file_are_the_same_as_in_several(house: HouseUnderTest, tmp_path: Path) -> None:
    told = [
        a_report(decision="pending", incident={"unit_code": NA_SAM}),
        a_report(revision=2, incident={"unit_code": THAT_KHE}),
        a_step("initial_assessment"),
    ]
    assert take(house, write(tmp_path / "a.jsonl", told))["errors"] == []
    rows = table(house, "B", "0101", "--level", "commune")["rows"]
    assert [row["unit_code"] for row in rows if row["value"]] == [THAT_KHE]
    assert stored(house, Case)[0].stage == "studying"


def test_other_content_or_a_lower_revision_is_reported_and_what_is_stored_stays(
    house: HouseUnderTest, tmp_path: Path
) -> None:
    take(house, write(tmp_path / "a.jsonl", [a_report(revision=2)]))
    told = [a_report(revision=2, decision="pending"), a_report(revision=1), a_report(revision=2)]
    answer = take(house, write(tmp_path / "b.jsonl", told))
    assert faults(answer) == [(2, "revision"), (3, "revision")]
    assert (answer["refused"], answer["same"], counted(house)) == (0, 1, 1)


def test_the_same_content_may_be_written_otherwise(house: HouseUnderTest, tmp_path: Path) -> None:
    take(house, write(tmp_path / "a.jsonl", [a_report()]))
    told = a_report(decision="accepted", revision=1, secrecy=None)
    answer = take(house, write(tmp_path / "b.jsonl", [dict(reversed(told.items()))]))
    assert (answer["same"], answer["objections"]) == (1, 0)


def test_a_referral_of_the_hotline_is_found_by_its_reference(
    house: HouseUnderTest, hotline: Machine, tmp_path: Path
) -> None:
    assert hotline.refer(a_referral(reference="H-1")).status_code == 201
    answer = take(
        house,
        write(
            tmp_path / "a.jsonl", [a_step("initial_assessment", "2026-11-18T12:00:00+07:00", report="H-1")]
        ),
    )
    assert (answer["steps"], answer["errors"]) == (1, [])


def test_what_officers_did_is_not_overturned(house: HouseUnderTest, tmp_path: Path) -> None:
    take(
        house,
        write(tmp_path / "a.jsonl", [a_report(decision="pending", received_at="2026-11-10T08:00:00+07:00")]),
    )
    with house.desk(Role.COMMUNE_OFFICER, NA_SAM) as desk:
        report = desk.all(select(Report))[0]
        intake.decide(desk, report, decision=Decision.NOT_VERIFIED, reason="Đã xác minh: không có")
    later = a_report(revision=2, received_at="2026-11-10T08:00:00+07:00")
    take(house, write(tmp_path / "b.jsonl", [later, a_step("plan", "2026-11-12T08:00:00+07:00")]))
    assert (stored(house, Report)[0].decision, stored(house, Case)[0].stage) == ("not_verified", "closed")


# ---- what is wrong ------------------------------------------------------------------------------------------------


def test_a_wrong_line_keeps_its_report_out_and_no_other(house: HouseUnderTest, tmp_path: Path) -> None:
    told = [
        a_report("R-1"),
        a_report("R-2", received_at="2026-03-02 08:15"),
        a_report("R-3"),
        a_step("plan", report="R-3", child="c9"),
        a_step("plan", report="R-4"),
        a_step("dance", report="R-5"),
        a_report("R-6"),
        a_step("plan", "2026-12-01T00:00:00Z", report="R-6"),
        a_report("R-7"),
        a_step("sanction", report="R-7", amount=-1, feathers=3),
        a_report("R-8", harm="violence"),
        a_report("R-9"),
        a_step("placement", report="R-9", form="kin", unit={"code": "99999"}),
        a_report("R-10"),
        {"type": "remark", "report": "R-10"},
        a_report("R-11"),
        a_step("sanction", report="R-11", decision="d"),
        a_step("sanction", report="R-11", decision="d", amount=7),
        a_report("R-12", incident={"address": "thôn Nà Tềnh"}, children=[a_child(residence_unit_code=None)]),
        a_step("circumstance", report="R-12", code="orphan"),
    ]
    answer = take(house, write(tmp_path / "a.jsonl", told))
    assert set(faults(answer)) == {
        *((3, "received_at"), (5, "child"), (6, "report"), (7, "step"), (9, "at")),
        *((11, "data.amount"), (11, "data.feathers"), (12, "harm"), (14, "data.unit.code")),
        *((16, "type"), (19, "data.decision"), (21, "data.unit")),
    }
    assert (answer["reports"], counted(house), len(stored(house, Case))) == (1, 1, 1)


UNREADABLE: list[bytes] = [
    b'{"type":"report","type":"report","reference":"R-2"}',
    b'{"type":"report","reference":"R-2","received_at":NaN}',
    b'{"type":"report","reference":"\xff\xfe"}',
    b'{"type":"report","reference":"R-2","x":' + b"[" * 500 + b"]" * 500 + b"}",
    b"{" + b" " * (300 * 1024) + b"}",
    b"",
    b"[]",
    b'"report"',
    b"{nothing}",
    b'{"type":["report"]}',
    b'{"type":"report","reference":7}',
    b'{"type":"report","reference":"\\ud800"}',
]


@pytest.mark.parametrize("line", UNREADABLE, ids=range(len(UNREADABLE)))
def test_a_line_that_cannot_be_read_is_named(swept: HouseUnderTest, tmp_path: Path, line: bytes) -> None:
    path = write(tmp_path / "a.jsonl", [line, a_report()])
    answer = take(swept, path)
    assert [number for number, _field in faults(answer)] == [2]
    assert (answer["reports"], counted(swept)) == (1, 1)


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"\xef\xbb\xbf" + json.dumps(HEADER).encode(),
        b"{}",
        b'{"format":"other","version":1}',
        b"[]",
        b'{"format":"casemgr-exchange","version":2}',
    ],
)
def test_without_a_first_line_of_ours_nothing_is_stored(
    swept: HouseUnderTest, tmp_path: Path, first: bytes
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(first + b"\n" + json.dumps(a_report()).encode())
    answer = take(swept, path)
    assert {number for number, _field in faults(answer)} == {1}
    assert stored(swept, Report) == []


def test_line_ends_of_other_systems_are_read(swept: HouseUnderTest, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\r\n".join(json.dumps(line).encode() for line in (HEADER, a_report(), a_step("plan"))))
    assert take(swept, path)["errors"] == []


def test_an_empty_file_is_said_to_be_empty(swept: HouseUnderTest, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.touch()
    assert faults(take(swept, path)) == [(1, lines.LINE)]


def test_a_dry_run_reports_the_same_and_stores_nothing(house: HouseUnderTest, tmp_path: Path) -> None:
    link = a_step("same_child", report="R-1") | {"data": {"report": "R-2", "child": "c1"}}
    told = [
        a_report("R-1"),
        link,
        a_report("R-2"),
        a_report("R-3", channel="smoke"),
        a_step("plan", report="R-1"),
    ]
    path = write(tmp_path / "a.jsonl", told)
    with house.maintenance(writing=False) as desk:
        before = desk.session.scalar(select(func.count()).select_from(CaseEvent))
    tried = take(house, path, "--dry-run")
    assert (stored(house, Report), stored(house, Case), before) == ([], [], 0)
    done = take(house, path)
    assert tried | {"dry_run": False} == done
    assert done["joined"] == 1


def test_people_read_which_line_is_wrong(swept: HouseUnderTest, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [a_report(channel="smoke")])
    result = run(swept, "exchange", "import", str(path))
    assert result.exit_code == 1
    assert "line 2: channel: This value is not on the list." in result.stderr
    assert "1 reports refused" in result.stdout


def test_the_trail_says_what_was_imported(house: HouseUnderTest, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [a_report()])
    run(house, "exchange", "import", str(path), "--reason", "Chuyển hồ sơ cũ")
    with house.maintenance(writing=False) as desk:
        (told,) = desk.all(select(AuditEntry).where(AuditEntry.action == "reports imported"))
        (event,) = desk.all(select(CaseEvent).where(CaseEvent.step == Step.RECEIVE))
    assert event.actor.startswith("cli:")
    assert json.loads(told.body)["reason"] == "Chuyển hồ sơ cũ"
