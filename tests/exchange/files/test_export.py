"""Giving everything away: who can read it, what the trail says, and that it comes back as the same file and numbers."""

import json
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage, Step
from casemgr.children.models import Child
from casemgr.exchange.files import steps as file_steps
from casemgr.exchange.files.published import json_schema
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake.terms import Decision
from casemgr.intervention.plan import queries as plans
from casemgr.law.vocabulary import vocabulary
from casemgr.lives import actions as lives
from casemgr.review import actions as reviews
from casemgr.review import queries as reviewed
from casemgr.review.terms import GoalReply
from casemgr.security.audit import AuditEntry
from tests.conftest import sweep
from tests.exchange.files.material import a_child, a_report, a_step, counted, give, run, table, take, write
from tests.review.test_actions import a_case_served, propose
from tests.review.test_rules import WELL
from tests.safeguards.people import restrict, sees
from tests.support import factories
from tests.support.house import NA_SAM, START, THAT_KHE, HouseUnderTest


@pytest.fixture
def other(house: HouseUnderTest, request: pytest.FixtureRequest) -> Iterator[HouseUnderTest]:
    """An empty installation on the other engine."""
    name = "postgresql" if house.engine_name == "sqlite" else "sqlite"
    found: HouseUnderTest = request.getfixturevalue(f"{name}_house")
    found.clock.__init__(START)  # type: ignore[misc]
    yield found
    found.staff.clear()
    sweep(found)


TABLES = [
    ("B", "0101", "sex,age_band:law,decision"),
    ("B", "0101", "age_band:hotline111,harm"),
    ("B", "0101", "age_band:procuracy,month"),
    ("B", "0101", "age_band:year,environment,online"),
    ("B", "0101", "relation"),
    ("B", "0101", "ethnic_group,disability"),
]


def all_tables(house: HouseUnderTest) -> dict[str, Any]:
    """Every indicator of the house by commune, and the abused children in every way they can be split.

    What other sectors supply, and who is in post, belongs to an installation and not to its files (docs/exchange.md).
    """
    listed = json.loads(run(house, "indicators", "list", "--json").stdout)["indicators"]
    found = {}
    for one in listed:
        if one["kind"] != "computed" or one["measure"] == "ratio":
            continue
        words = ("indicators", "table", one["set"], one["code"], "--unit", "VN", "--period", "2026", "--json")
        result = run(house, *words, "--level", "commune")
        if result.exit_code == 0:  # the others are entered, not counted
            found[f"{one['set']} {one['code']}"] = json.loads(result.stdout)["rows"]
    for set_, code, by in TABLES:
        found[f"{set_} {code} {by}"] = table(house, set_, code, "--by", by, "--level", "commune")["rows"]
    return found


def test_what_was_done_here_stands_the_same_elsewhere(
    house: HouseUnderTest, other: HouseUnderTest, tmp_path: Path
) -> None:
    for stage in (Stage.RECEIVED, Stage.PROTECTING, Stage.APPROVING, Stage.CARRYING_OUT):
        factories.a_case(house, stage=stage)
        house.clock.move(timedelta(hours=7))
    told_again = factories.a_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        kept = desk.all(select(Case).order_by(Case.received_at))[0]
        lives.join(desk, cases.case(desk, told_again), child_id=kept.child_id)
    refused = factories.a_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        report = reports.report(desk, refused)
        intake.decide(desk, report, decision=Decision.NOT_VERIFIED, reason="Không có việc này")
    lost = factories.a_report(house, unit_code=THAT_KHE)
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE) as desk:
        report = reports.report(desk, lost)
        intake.decide(desk, report, decision=Decision.OTHER_COMMUNE, reason="Xã khác")
    first = give(house, tmp_path / "one.jsonl")
    other.clock.__init__(house.clock.now())  # type: ignore[misc]
    with other.app.app_context():
        assert take(other, tmp_path / "one.jsonl")["errors"] == []
        assert give(other, tmp_path / "two.jsonl") == first
        there = all_tables(other)
    assert all_tables(house) == there
    assert counted(house) == 3
    valid = jsonschema_rs.validator_for(json_schema())
    for line in first.splitlines():
        valid.validate(json.loads(line))


def test_the_goals_of_plans_are_counted_elsewhere_too(
    house: HouseUnderTest, other: HouseUnderTest, tmp_path: Path
) -> None:
    number = a_case_served(house)
    with house.maintenance(writing=False) as desk:
        plan = plans.decided(desk, cases.case(desk, number))
        assert plan is not None and plan.content is not None
        (goal,) = plan.content.goals
    version = propose(house, number, replace(WELL, goals={goal.key: GoalReply("not_reached")}))
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        reviews.refuse(desk, cases.case(desk, number), version=version, reason="Chưa đủ")
    house.clock.move(timedelta(days=1))
    propose(house, number, replace(WELL, goals={goal.key: GoalReply("partly")}))
    first = give(house, tmp_path / "one.jsonl")
    assert counted(house, "P", "23") == 1
    other.clock.__init__(house.clock.now())  # type: ignore[misc]
    with other.app.app_context():
        assert take(other, tmp_path / "one.jsonl")["errors"] == []
        assert give(other, tmp_path / "two.jsonl") == first
        assert all_tables(other) == all_tables(house)
        assert take(other, tmp_path / "one.jsonl")["steps"] == 0
        with other.maintenance(writing=False) as desk:
            (there,) = desk.all(select(Case))
            assert reviewed.reviews(desk, there) == [], (
                "only its goals came, no review that anybody could read"
            )
        with other.desk(Role.COMMUNE_CHAIR) as desk:
            reviews.ask_for_review(desk, cases.case(desk, there.number), reason="Không có bản rà soát")
        assert counted(other, "P", "23") == 0, "as where the chair refuses to close"


def test_the_file_is_its_owners_alone_and_never_written_over(house: HouseUnderTest, tmp_path: Path) -> None:
    factories.a_case(house)
    path = tmp_path / "one.jsonl"
    give(house, path, "20", "--reason", "Chuyển máy chủ")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    result = run(house, "exchange", "export", "--unit", "20", "--out", str(path))
    assert (result.exit_code, path.read_bytes()) == (1, before)
    assert "exists already" in result.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["one.jsonl"]
    with house.maintenance(writing=False) as desk:
        told, _again = desk.all(
            select(AuditEntry).where(AuditEntry.action == "records exported").order_by(AuditEntry.seq)
        )
    assert (told.object, json.loads(told.body)["reason"]) == ("unit 20", "Chuyển máy chủ")


@pytest.mark.parametrize("unit", ["99", "xx", ""])
def test_a_unit_that_does_not_exist_is_refused(swept: HouseUnderTest, tmp_path: Path, unit: str) -> None:
    result = run(swept, "exchange", "export", "--unit", unit, "--out", str(tmp_path / "a"))
    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [])


def test_a_unit_gives_its_own_and_its_predecessors(house: HouseUnderTest, tmp_path: Path) -> None:
    told = [
        a_report("R-1", incident={"unit_code": NA_SAM}),
        a_report("R-2", incident={"unit_code": THAT_KHE}),
        a_report("R-3", received_at="2025-03-06T08:00:00+07:00", incident={"unit_code": "06148"}),
        a_report("R-4", incident={"unit_code": "00004"}),
    ]
    take(house, write(tmp_path / "a.jsonl", told))

    def given_away(unit: str) -> set[str]:
        file = give(house, tmp_path / f"{unit}.jsonl", unit)
        found = map(json.loads, file.splitlines())
        return {line["reference"] for line in found if line.get("type") == "report"}

    assert given_away("VN") == {"R-1", "R-2", "R-3", "R-4"}
    assert given_away("20") == {"R-1", "R-2", "R-3"}
    assert given_away(NA_SAM) == {"R-1"}
    assert given_away("06148") == {"R-3"}


def test_two_senders_may_use_the_same_reference(house: HouseUnderTest, tmp_path: Path) -> None:
    number = factories.a_report(house)
    take(house, write(tmp_path / "a.jsonl", [a_report(number)]))
    first = give(house, tmp_path / "one.jsonl")
    references = [
        line["reference"] for line in map(json.loads, first.splitlines()) if line.get("type") == "report"
    ]
    assert len(references) == len(set(references)) == 2


def test_children_on_the_register_alone_are_given_away_too(
    house: HouseUnderTest, other: HouseUnderTest, tmp_path: Path
) -> None:
    child = {
        "type": "child",
        "ref": "0123456789abcdef",
        "unit": {"code": NA_SAM},
        "name": "Lý Thị Thử",
        "birth": {"age_estimate": 9},
        "circumstances": [
            {"code": "orphan", "since": "2026-02-01", "supports": [{"key": "a", "kind": "health"}]}
        ],
    }
    take(house, write(tmp_path / "a.jsonl", [child]))
    first = give(house, tmp_path / "one.jsonl")
    with other.app.app_context():
        assert take(other, tmp_path / "one.jsonl")["children"] == 1
        assert give(other, tmp_path / "two.jsonl") == first
        assert all_tables(other) == all_tables(house)
    with house.maintenance(writing=False) as desk:
        assert [child.id for child in desk.all(select(Child))] == [0x0123456789ABCDEF]


WAY = (
    Step.ASSESS_EMERGENCY,
    Step.PROTECT,
    Step.STUDY,
    Step.MEET,
    Step.HAND_IN_PLAN,
    Step.RETURN_PLAN,
    Step.HAND_IN_PLAN,
    Step.APPROVE_PLAN,
    Step.REVIEW_AGAIN,
    Step.HAND_IN_PLAN,
    Step.APPROVE_PLAN,
    Step.PROPOSE_CLOSURE,
    Step.CLOSE,
)


@pytest.mark.parametrize("steps", [1, 3, 6, 9, len(WAY)])
def test_steps_alone_imply_the_stage_and_the_clocks_they_had(
    swept: HouseUnderTest, tmp_path: Path, steps: int
) -> None:
    number = factories.a_report(swept)
    with swept.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, reports.report(desk, number), decision=Decision.ACCEPTED)
    for step in WAY[:steps]:
        swept.clock.move(timedelta(hours=31))
        with swept.desk(Role.COMMUNE_OFFICER) as desk:
            spine.advance(desk, cases.case(desk, number), step)
    told = [json.loads(line) for line in give(swept, tmp_path / "one.jsonl").splitlines()]
    (before,) = (line for line in told if line.get("type") == "case")
    now = swept.clock.now()
    sweep(swept)
    swept.clock.__init__(now)  # type: ignore[misc]
    take(swept, write(tmp_path / "a.jsonl", [line for line in told[1:] if line["type"] != "case"]))
    told = [json.loads(line) for line in give(swept, tmp_path / "two.jsonl").splitlines()]
    (after,) = (line for line in told if line.get("type") == "case")
    assert {name: after.get(name) for name in ("stage", "clocks", "unit", "closed_at")} == {
        name: before.get(name) for name in ("stage", "clocks", "unit", "closed_at")
    }


# ---- random histories ---------------------------------------------------------------------------------------------

BIRTHS = st.one_of(
    st.none(),
    st.builds(lambda age: {"age_estimate": age}, st.integers(0, 25)),
    st.builds(lambda year: {"date": f"{year}-06-15"}, st.integers(2000, 2025)),
)
CHILDREN = st.builds(
    lambda sex, harms, birth, disability: {
        "sex": sex,
        "harms": harms,
        "birth": birth,
        "disability": disability,
    },
    st.sampled_from(["male", "female", "unknown", None]),
    st.lists(st.sampled_from(vocabulary("harms").codes), max_size=2, unique=True),
    BIRTHS,
    st.sampled_from(["yes", "no", None]),
)
STEPS = st.tuples(
    st.sampled_from(
        ["initial_assessment", "full_assessment", "plan", "plan_approval", "closure", "service", "meeting"]
    ),
    st.integers(0, 20 * 24 * 60),
)
REPORTS = st.builds(
    lambda day, unit, decision, told, steps, environment: (day, unit, decision, told, steps, environment),
    st.integers(1, 28),
    st.sampled_from([NA_SAM, THAT_KHE, "00019", "99999", None]),
    st.sampled_from(["accepted", "pending", "not_verified", None]),
    st.lists(CHILDREN, min_size=1, max_size=2),
    st.lists(STEPS, max_size=4),
    st.sampled_from(["family", "school", "unknown", None]),
)


def _file(told: list[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place, (day, unit, decision, children, done, environment) in enumerate(told):
        mark = f"R-{place}"
        found.append(
            a_report(
                mark,
                received_at=f"2026-05-{day:02}T08:15:00+07:00",
                decision=decision,
                incident={"unit_code": unit, "description": "Một việc", "environment": environment},
                children=[a_child(f"c{n}", **child) for n, child in enumerate(children, 1)],
                suspects=None,
            )
        )
        for name, minutes in done:
            at = f"2026-05-{day:02}T08:15:00+07:00"
            later = (datetime.fromisoformat(at) + timedelta(minutes=minutes)).isoformat()
            found.append(a_step(name, later, report=mark))
    return found


def _plainly(told: list[Any], key: str) -> Counter[str]:
    """Abused children counted row by row."""
    found: Counter[str] = Counter()
    for _day, _unit, decision, children, _steps, environment in told:
        for child in children:
            if decision in (None, "accepted") and child["harms"]:
                members = child["harms"] if key == "harm" else [child.get(key) or "unknown"]
                members = [environment or "unknown"] if key == "environment" else members
                found.update([*members, "*"])
    return found


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(told=st.lists(REPORTS, min_size=1, max_size=6))
def test_tables_are_those_of_a_plain_reading_here_and_elsewhere(
    house: HouseUnderTest, other: HouseUnderTest, tmp_path_factory: pytest.TempPathFactory, told: list[Any]
) -> None:
    for each in (house, other):
        sweep(each)
    folder = tmp_path_factory.mktemp("exchange")
    assert take(house, write(folder / "a.jsonl", _file(told)))["errors"] == []
    for key in ("sex", "harm", "disability", "environment"):
        rows = table(house, "B", "0101", "--by", key)["rows"]
        assert {row["dims"][key]: row["value"] for row in rows if row["value"]} == _plainly(told, key)
    first = give(house, folder / "one.jsonl")
    with other.app.app_context():
        assert take(other, folder / "one.jsonl")["errors"] == []
        assert give(other, folder / "two.jsonl") == first
        assert all_tables(other) == all_tables(house)


def test_a_restricted_case_stays_shut_elsewhere(
    house: HouseUnderTest, other: HouseUnderTest, tmp_path: Path
) -> None:
    number = factories.a_case(house)
    restrict(house, number, house.hire(Role.COMMUNE_OFFICER)[0])
    first = give(house, tmp_path / "one.jsonl")
    other.clock.__init__(house.clock.now())  # type: ignore[misc]
    with other.app.app_context():
        take(other, tmp_path / "one.jsonl")
        with other.maintenance(writing=False) as desk:
            (there,) = desk.all(select(Case))
        for role in (Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR, Role.PROVINCE_SUPERVISOR):
            assert not sees(other, there.number, role)
        assert give(other, tmp_path / "two.jsonl") == first
        assert counted(other) == 1


def test_every_step_has_a_name_in_the_file() -> None:
    named = {step for acts in file_steps.STEPS.values() for step in acts.values()}
    assert set(Step) - named == {Step.RECEIVE}, "the report itself tells of its receipt"
