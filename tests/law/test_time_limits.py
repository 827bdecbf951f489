"""The time limits: what the law measures, what it leaves open, and when a clock runs out."""

import copy
import json
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr import law
from casemgr.core.calendar import LOCAL, WorkCalendar, day_end
from casemgr.law.basis import Status
from casemgr.law.deadlines import (
    Deadline,
    Kind,
    Unit,
    all_deadlines,
    deadline,
    due_at,
    from_file,
)
from casemgr.law.holidays import work_calendar
from casemgr.law.rows import LawDataWrong, UnknownInLaw, opened

TODAY = date(2026, 11, 21)
ALL = [one for versions in all_deadlines().values() for one in versions]
FILE = json.loads((Path(law.__file__).parent / "data" / "deadlines.json").read_text(encoding="utf-8"))


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL)


def test_all_are_there() -> None:
    assert len(all_deadlines()) == sum(one.in_force(TODAY) for one in ALL) == 45
    assert len(all_deadlines()) == 45


@pytest.mark.parametrize(
    ("id", "value", "unit", "article"),
    [
        ("emergency_12h", 12, Unit.HOURS, "Điều 26 khoản 3"),
        ("separation_decision_12h", 12, Unit.HOURS, "Điều 32 khoản 2"),
        ("separation_max_15d", 15, Unit.DAYS, "Điều 32 khoản 3"),
        ("plan_5wd", 5, Unit.WORKING_DAYS, "Điều 28 khoản 1"),
        ("plan_approval_2wd", 2, Unit.WORKING_DAYS, "Điều 28 khoản 4"),
        ("ac_handover_15wd", 15, Unit.WORKING_DAYS, "Điều 42 khoản 7"),
        ("ac_visit_3m", 3, Unit.MONTHS, "Điều 43 khoản 2"),
    ],
)
def test_the_limits_that_matter_most(id: str, value: int, unit: Unit, article: str) -> None:
    one = deadline(id, on=TODAY)
    assert (one.value, one.unit, one.basis.article, one.basis.instrument) == (value, unit, article, "ND56")
    assert one.kind is not Kind.LOCAL_EXAMPLE and one.status is Status.CONFIRMED


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_where_the_law_measures_nothing_nothing_is_ever_due(one: Deadline) -> None:
    due = due_at(one, local(TODAY, 9), work_calendar())
    if one.unit in (Unit.IMMEDIATE, Unit.NONE_STATED, Unit.OCCURRENCES) or one.kind is Kind.ELIGIBILITY:
        assert due is None
    else:
        assert due is not None and due > local(TODAY, 9)


def test_local_rules_are_not_national_law() -> None:
    local_rules = {one.id for one in ALL if one.kind is Kind.LOCAL_EXAMPLE}
    assert local_rules == {"local_hcmc_2h", "local_hadong_8h"}
    assert not any(
        one.basis.instrument.startswith(("LTE", "ND", "TT")) for one in ALL if one.id in local_rules
    )


def test_what_the_law_leaves_open_is_marked() -> None:
    assert not deadline("plan_5wd", on=TODAY).start_stated
    assert deadline("emergency_12h", on=TODAY).start_stated
    assert (
        deadline("plan_5wd", on=TODAY).not_in_emergency
        and deadline("plan_approval_2wd", on=TODAY).not_in_emergency
    )
    assert deadline("emergency_12h", on=TODAY).extendable is False
    assert deadline("separation_max_15d", on=TODAY).extendable is True


def test_the_example_of_the_contract() -> None:
    received = datetime.fromisoformat("2026-03-02T08:15:00+07:00")
    due = due_at(deadline("emergency_12h", on=date(2026, 3, 2)), received, work_calendar())
    assert due == datetime.fromisoformat("2026-03-02T20:15:00+07:00")


def test_working_days_step_over_tet_and_make_up_days() -> None:
    plan, approval = deadline("plan_5wd", on=TODAY), deadline("plan_approval_2wd", on=TODAY)
    friday_before_tet = date(2026, 2, 13)
    assert due_at(plan, local(friday_before_tet, 10), work_calendar()) == local(date(2026, 2, 27), 17)
    assert due_at(approval, local(friday_before_tet, 10), work_calendar()) == local(date(2026, 2, 24), 17)
    friday_before_the_saturday_worked = date(2026, 8, 21)
    assert due_at(approval, local(friday_before_the_saturday_worked, 10), work_calendar()) == local(
        date(2026, 8, 24), 17
    )
    assert due_at(plan, local(date(2026, 8, 28), 10), work_calendar()) == local(date(2026, 9, 9), 17)


def test_calendar_days_end_at_midnight() -> None:
    separation = deadline("separation_max_15d", on=TODAY)
    assert due_at(separation, local(date(2026, 2, 14), 23, 59), WorkCalendar()) == day_end(date(2026, 3, 1))
    visit = deadline("ac_visit_1m", on=TODAY)
    assert due_at(visit, local(date(2026, 1, 31), 8), WorkCalendar()) == day_end(date(2026, 2, 28))


@given(
    st.sampled_from(ALL), st.datetimes(datetime(2024, 1, 1), datetime(2027, 6, 1), timezones=st.just(LOCAL))
)
def test_nothing_measured_is_due_before_it_starts(one: Deadline, start: datetime) -> None:
    due = due_at(one, start, work_calendar())
    assert due is None or due > start


def test_days_on_which_it_holds() -> None:
    assert deadline("emergency_12h", on=date(2017, 7, 1)).id == "emergency_12h"
    assert deadline("emergency_12h", on=date(2016, 1, 1)).in_force_from == date(2017, 7, 1)
    assert not any(one.in_force(date(2021, 6, 30)) for one in ALL if one.id == "sa_facility_3m")
    with pytest.raises(UnknownInLaw, match="No time limit is called plan"):
        deadline("plan", on=TODAY)


def changed(**members: object) -> object:
    data = copy.deepcopy(FILE)
    data["deadlines"][4].update(members)
    return data


def test_a_new_version_replaces_the_old_from_its_day() -> None:
    data = copy.deepcopy(FILE)
    emergency = data["deadlines"][4]
    data["deadlines"].append({**emergency, "value": 8, "in_force_from": "2027-01-01"})
    emergency["in_force_to"] = "2026-12-31"
    old, new = from_file(opened("deadlines", data))["emergency_12h"]
    assert (old.value, new.value) == (12, 8)
    assert (
        old.in_force(date(2026, 12, 31))
        and not old.in_force(date(2027, 1, 1))
        and new.in_force(date(2027, 1, 1))
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (changed(value=None), "needs a value"),
        (changed(value=0), "more than nothing"),
        (changed(value="12"), "whole number"),
        (changed(unit="hour"), "unit is one of"),
        (changed(kind="rule"), "kind is one of"),
        (changed(basis="ND99 Điều 1"), "No instrument is called ND99"),
        (changed(status="true"), "status is confirmed"),
        (changed(step={"vi": "x"}), "en must be a text"),
        (changed(in_force_from="2017-7-1"), "must be a day"),
        (changed(note_vi="x"), "nobody reads note_vi"),
        (changed(id="record_form01"), "without an end"),
        (changed(unit="immediate"), "needs a value"),
    ],
)
def test_a_wrong_file_is_refused(data: object, sentence: str) -> None:
    with pytest.raises(LawDataWrong, match=sentence):
        from_file(opened("deadlines", data))
