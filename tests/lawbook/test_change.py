"""Changing the law: looked at first, stored only when confirmed, seen by every worker, old cases left alone."""

import copy
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import SEPARATION
from casemgr.cases.models import CaseClock
from casemgr.cases.terms import Stage
from casemgr.core.errors import Conflict, Invalid, NotFound, Refused, RuleBroken
from casemgr.intervention.emergency import separating
from casemgr.intervention.emergency.terms import Said
from casemgr.law.deadlines import Unit, deadline
from casemgr.law.holidays import work_calendar
from casemgr.law.rulebook import CountedFrom
from casemgr.lawbook import actions, queries, recount
from casemgr.legislation import queries as legislation
from casemgr.legislation.models import LawChange
from casemgr.legislation.terms import ChangeKind, Document, Proposal
from tests.intervention.separating import separated
from tests.legislation.additions import FILE, a_day, a_law, a_limit, a_reading, added
from tests.support.factories import a_case, a_report
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

CULTURE_DAY = date(2026, 11, 24)


def dues(house: HouseUnderTest, number: str) -> dict[str, datetime | None]:
    with house.maintenance(writing=False) as desk:
        return {row.clock: row.due_at for row in cases.clocks(desk, cases.case(desk, number))}


def kept(house: HouseUnderTest) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.session.scalar(select(func.count()).select_from(LawChange)) or 0


def test_a_preview_names_the_clocks_and_stores_nothing(house: HouseUnderTest) -> None:
    number = a_case(house)
    before = dues(house, number)
    with house.desk(Role.ADMIN, writing=False) as desk:
        seen = queries.preview(desk, a_day(CULTURE_DAY))
    (row,) = seen.rows
    assert (seen.clocks, seen.cases, seen.overdue, row.number) == (1, 1, 0, number)
    assert row.before == before["plan_5wd"] == datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert row.after == datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert dues(house, number) == before and kept(house) == 0


def test_confirmed_a_day_off_moves_running_clocks_and_every_desk_sees_it(house: HouseUnderTest) -> None:
    number, other = a_case(house), a_report(house)
    change = added(house, a_day(CULTURE_DAY))
    assert dues(house, number)["plan_5wd"] == datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert dues(house, other) == {"emergency_12h": house.clock.now() + timedelta(hours=12)}
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert not work_calendar().is_working_day(CULTURE_DAY)
        case = cases.case(desk, number)
        told = [line.note.text for line in cases.timeline(desk, case) if line.note and line.note.text]
        assert any("12/QĐ-UBND" in text and "26/11/2026" in text for text in told)
    with house.maintenance(writing=False) as desk:
        assert desk.get(LawChange, change).moved == 1
    assert work_calendar().is_working_day(CULTURE_DAY), "outside a desk the shipped law holds"


def test_a_case_keeps_the_rule_it_was_handled_under_when_the_law_changes(house: HouseUnderTest) -> None:
    old = a_report(house)
    old_due = dues(house, old)
    house.clock.move(timedelta(days=1))
    new = a_report(house)
    added(house, a_law("emergency_12h", 6, date(2026, 11, 19)))
    assert dues(house, old) == old_due
    assert dues(house, new)["emergency_12h"] == house.clock.now() + timedelta(hours=6)
    later = a_report(house)
    assert dues(house, later)["emergency_12h"] == house.clock.now() + timedelta(hours=6)
    with house.maintenance(writing=False) as desk:
        versions = {
            cases.case(desk, number).number: [
                (row.rule_from, row.rule_value) for row in cases.clocks(desk, cases.case(desk, number))
            ]
            for number in (old, new, later)
        }
        assert deadline("emergency_12h", on=date(2026, 11, 18)).value == 12
        assert deadline("emergency_12h", on=date(2026, 11, 19)).value == 6
    assert versions[old] == [(date(2017, 7, 1), 12)]
    assert versions[new] == versions[later] == [(date(2026, 11, 19), 6)]


def test_what_would_become_overdue_is_said_before(house: HouseUnderTest) -> None:
    number = a_report(house)
    house.clock.move(timedelta(hours=7))
    with house.desk(Role.ADMIN, writing=False) as desk:
        seen = queries.preview(desk, a_law("emergency_12h", 6, date(2026, 11, 18)))
    assert (seen.overdue, seen.rows[0].number, seen.rows[0].overdue) == (1, number, True)
    assert [len(line.after) for line in seen.differences] == [2]


def test_clocks_that_have_stopped_stay_as_they_were(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.CARRYING_OUT)
    before = dues(house, number)
    added(house, a_day(CULTURE_DAY))
    assert dues(house, number) == before


def test_a_time_that_a_decision_set_is_not_made_longer(house: HouseUnderTest) -> None:
    number = a_case(house)
    decided = datetime(2026, 11, 19, 10, tzinfo=UTC)
    with house.maintenance() as desk:
        (plan,) = desk.all(select(CaseClock).where(CaseClock.clock == "plan_5wd"))
        plan.due_at = decided
    added(house, a_day(CULTURE_DAY))
    assert dues(house, number)["plan_5wd"] == decided


def test_the_law_may_have_changed_since_the_preview(house: HouseUnderTest) -> None:
    with house.desk(Role.ADMIN, writing=False) as desk:
        seen = legislation.mark_in_use(desk)
    added(house, a_day(CULTURE_DAY))
    with pytest.raises(Conflict), house.desk(Role.ADMIN) as desk:
        actions.change(desk, a_day(date(2026, 12, 1)), seen=seen)
    assert kept(house) == 1


@pytest.mark.parametrize(
    ("value", "unit", "finding"),
    [
        (12, Unit.HOURS, "longer-than-the-law"),
        (13, Unit.HOURS, "longer-than-the-law"),
        (1, Unit.DAYS, "other-unit"),
        (1, Unit.WORKING_DAYS, "other-unit"),
    ],
)
def test_a_place_may_not_be_more_lenient(swept: HouseUnderTest, value: int, unit: Unit, finding: str) -> None:
    with pytest.raises(RuleBroken, match=finding) as broken, swept.desk(Role.ADMIN) as desk:
        actions.change(desk, a_limit(swept, "emergency_12h", value, unit), seen="")
    assert "12" in str(broken.value.findings.blocking[0].text), "the law's limit is named"
    assert kept(swept) == 0


def test_who_may_change_what(swept: HouseUnderTest) -> None:
    def attempt(role: Role, unit: str | None, proposal: Proposal) -> None:
        with swept.desk(role, unit) as desk:
            actions.change(desk, proposal, seen=legislation.mark_in_use(desk))

    limit = a_limit(swept, "emergency_12h", 8, Unit.HOURS)
    with pytest.raises(RuleBroken, match="not-your-unit"):
        attempt(Role.ADMIN, THAT_KHE, limit)
    with pytest.raises(RuleBroken, match="not-yours"):
        attempt(Role.ADMIN, NA_SAM, a_day(CULTURE_DAY))
    with pytest.raises(Refused):
        attempt(Role.COMMUNE_OFFICER, NA_SAM, limit)
    attempt(Role.ADMIN, NA_SAM, limit)
    attempt(Role.ADMIN, LANG_SON, a_reading(swept, CountedFrom.STUDY, unit_code=NA_SAM))
    assert kept(swept) == 2


def test_a_local_rule_ends_and_a_day_is_taken_back(house: HouseUnderTest) -> None:
    paper = Document("99/QĐ-UBND", date(2026, 11, 18), "")
    limit = added(house, a_limit(house, "emergency_12h", 8, Unit.HOURS))
    added(
        house,
        Proposal(ChangeKind.END, paper, {"change": limit, "until": "2026-11-17"}, house.unit_id(NA_SAM)),
    )
    day = added(house, a_day(CULTURE_DAY))
    added(house, Proposal(ChangeKind.END, paper, {"change": day, "until": "2026-11-18", "day": "2026-11-24"}))
    number = a_report(house)
    with house.maintenance(writing=False) as desk:
        (clock,) = cases.clocks(desk, cases.case(desk, number))
        assert clock.local_due_at is None
        assert work_calendar().is_working_day(CULTURE_DAY)
    assert kept(house) == 4, "nothing is taken out of the log"


@pytest.mark.parametrize("fault", ["unknown instrument", "gap", "misspelt", "no source"])
def test_a_wrong_file_is_refused_and_says_where(swept: HouseUnderTest, fault: str) -> None:
    body: dict[str, Any] = copy.deepcopy(dict(a_law("plan_5wd", 4, date(2027, 1, 1)).body))
    rows = body["deadlines"]
    if fault == "unknown instrument":
        rows[1]["basis"] = "ND99 Điều 1"
    elif fault == "gap":
        rows[1]["in_force_from"] = "2027-02-01"
    elif fault == "misspelt":
        rows[1]["valeu"] = 4
    else:
        body["about"] = {"what": "x", "status": "x", "sources": []}
    proposal = replace(a_law("plan_5wd", 4, date(2027, 1, 1)), body=body)
    with pytest.raises(Invalid) as wrong, swept.desk(Role.ADMIN) as desk:
        actions.change(desk, proposal, seen="")
    assert wrong.value.errors["file"][0] and kept(swept) == 0


def test_a_file_may_bring_the_decree_that_it_cites(house: HouseUnderTest) -> None:
    body: dict[str, Any] = copy.deepcopy(dict(a_law("plan_5wd", 4, date(2026, 11, 18)).body))
    body["deadlines"] = body["deadlines"][1:]
    body["deadlines"][0]["basis"] = "ND999 Điều 28 khoản 1"
    body["instruments"] = [
        {
            "id": "ND999",
            "title": {"vi": "Nghị định 999/2026/NĐ-CP (giả định)", "en": "Decree 999/2026 (invented)"},
            "in_force_from": "2026-11-18",
            "status": "provisional",
            "legal": True,
        }
    ]
    added(house, replace(a_law("plan_5wd", 4, date(2026, 11, 18)), body=body))
    with house.maintenance(writing=False) as desk:
        old, new = legislation.rulebook(desk).versions["plan_5wd"]
        assert (old.in_force_to, old.value, new.value) == (date(2026, 11, 17), 5, 4)
        assert new.cite("vi").startswith("Nghị định 999/2026")
    page = house.client(Role.COMMUNE_OFFICER).get("/law").get_data(as_text=True)
    assert "Nghị định 999/2026/NĐ-CP (giả định)" in page


def test_running_clocks_are_counted_again_by_command(house: HouseUnderTest) -> None:
    number = a_case(house)
    right = dues(house, number)
    with house.maintenance() as desk:
        (plan,) = desk.all(select(CaseClock).where(CaseClock.clock == "plan_5wd"))
        plan.due_at = right["plan_5wd"] and right["plan_5wd"] + timedelta(days=9)
    with house.maintenance() as desk:
        assert actions.count_again(desk) == 1
    assert dues(house, number) == right
    with house.maintenance() as desk:
        assert actions.count_again(desk) == 0


def test_the_shipped_file_loaded_again_changes_nothing(swept: HouseUnderTest) -> None:
    a_case(swept)
    with swept.desk(Role.ADMIN, writing=False) as desk:
        seen = queries.preview(desk, replace(a_day(CULTURE_DAY), kind=ChangeKind.LAW, body=FILE))
    assert (seen.clocks, seen.differences) == (0, ())


def test_an_unknown_case_number_is_not_reached_through_the_law(swept: HouseUnderTest) -> None:
    number = a_case(swept)
    added(swept, a_day(CULTURE_DAY))
    with pytest.raises(NotFound), swept.desk(Role.ADMIN, writing=False) as desk:
        cases.case(desk, number)


def test_the_log_holds_plain_json(swept: HouseUnderTest) -> None:
    added(swept, a_limit(swept, "emergency_12h", 8, Unit.HOURS))
    with swept.maintenance(writing=False) as desk:
        (row,) = legislation.log(desk)
        assert json.loads(row.body) == {"deadline": "emergency_12h", "unit": "hours", "value": 8}


@pytest.mark.parametrize("longest", [10, 20])
def test_a_separation_ends_when_its_decision_says_also_under_another_law(
    house: HouseUnderTest, longest: int
) -> None:
    number = separated(house)
    said = Said(
        on=date(2026, 11, 18),
        number="08/QĐ",
        reason="Chưa an toàn",
        days=5,
        authority="Công an tỉnh",
        authority_number="3/CV",
        authority_on=date(2026, 11, 18),
    )
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        separating.extend(desk, cases.case(desk, number), said=said)
    decided = dues(house, number)[SEPARATION]
    assert decided is not None and decided > house.clock.now() + timedelta(days=19), (
        "longer than the law's own"
    )
    added(house, a_law(SEPARATION, longest, date(2026, 11, 18)))
    assert dues(house, number)[SEPARATION] == decided
    with house.maintenance() as desk:
        assert SEPARATION not in [one.running.clock for one in recount.astray(desk)]
