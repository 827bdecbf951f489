"""The law in use: made once, told to every worker by the newest mark, asked for with one small statement."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from casemgr.access.roles import Role
from casemgr.core.calendar import local_day
from casemgr.law.deadlines import READ_AS, Unit, deadline, length, shipped
from casemgr.law.holidays import work_calendar
from casemgr.law.rows import LawDataWrong, UnknownInLaw
from casemgr.law.rulebook import Due, shipped_rulebook
from casemgr.legislation import queries, rules
from casemgr.legislation.terms import Change, ChangeKind, Proposal
from tests.legislation.additions import FILE, a_day, a_law, a_limit, added, document, shipped_row
from tests.support.house import HouseUnderTest

CULTURE_DAY = date(2026, 11, 24)


def test_a_desk_asks_once_and_a_page_without_clocks_never(house: HouseUnderTest) -> None:
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    added(house, a_day(CULTURE_DAY))
    event.listen(house.office.engine, "before_cursor_execute", listen)
    try:
        with house.maintenance(writing=False) as desk:
            for _time in range(5):
                assert not work_calendar().is_working_day(CULTURE_DAY)
                assert deadline("plan_5wd", on=local_day(desk.now)).value == 5
        told = [statement for statement in asked if "law_change" in statement]
        asked.clear()
        with house.maintenance(writing=False):
            pass
        assert not [statement for statement in asked if "law_change" in statement]
    finally:
        event.remove(house.office.engine, "before_cursor_execute", listen)
    assert 1 <= len(told) <= 2, "the mark, and the log only where this process has not made the book yet"


def test_another_worker_sees_it_at_its_next_desk(house: HouseUnderTest) -> None:
    seen: list[bool] = []

    def look() -> None:
        with house.maintenance(writing=False):
            seen.append(work_calendar().is_working_day(CULTURE_DAY))

    for change in (None, a_day(CULTURE_DAY), a_day(CULTURE_DAY, worked=True)):
        if change is not None:
            added(house, change)
        worker = Thread(target=look)
        worker.start()
        worker.join()
    assert seen == [True, False, True]


def test_a_process_that_knows_nothing_yet_reads_the_log(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(house, a_day(CULTURE_DAY))
    monkeypatch.setattr(queries, "_books", {})
    with house.maintenance(writing=False) as desk:
        assert not queries.rulebook(desk).calendar.is_working_day(CULTURE_DAY)


def test_what_was_given_up_is_not_in_use(house: HouseUnderTest) -> None:
    with pytest.raises(ZeroDivisionError), house.desk(Role.ADMIN) as desk:
        from casemgr.lawbook import actions

        actions.change(desk, a_day(CULTURE_DAY), seen=queries.mark_in_use(desk))
        assert not work_calendar().is_working_day(CULTURE_DAY), "at this desk it holds at once"
        raise ZeroDivisionError
    with house.maintenance(writing=False):
        assert work_calendar().is_working_day(CULTURE_DAY)


@given(st.dates(date(2017, 7, 2), date(2035, 1, 1)), st.integers(1, 4))
def test_a_new_version_leaves_every_earlier_day_alone(since: date, value: int) -> None:
    before = since - timedelta(days=1)
    row = {**shipped_row("plan_5wd", since), "value": value}
    body = {
        "about": FILE["about"],
        "deadlines": [{**row, "in_force_from": since.isoformat(), "in_force_to": None}],
    }
    loaded, _instruments = rules.read_law(body, shipped_rulebook())
    merged = rules.merged(shipped(), loaded)
    book = replace(shipped_rulebook(), versions=merged)
    assert book.deadline("plan_5wd", since).value == value
    assert book.deadline("plan_5wd", before).value == shipped_rulebook().deadline("plan_5wd", before).value
    assert {id: versions for id, versions in merged.items() if id != "plan_5wd"} == {
        id: versions for id, versions in shipped().items() if id != "plan_5wd"
    }


def test_what_is_loaded_last_wins() -> None:
    changes = [
        Change(1, a_law("plan_5wd", 4, date(2027, 1, 1))),
        Change(2, a_law("plan_5wd", 3, date(2027, 6, 1))),
        Change(3, a_law("emergency_12h", 10, date(2027, 1, 1))),
    ]
    book = rules.rulebook_with(changes)
    earlier = [date(2026, 12, 31), date(2027, 5, 31)]
    as_shipped = [shipped_rulebook().deadline("plan_5wd", day).value for day in earlier]
    assert [book.deadline("plan_5wd", day).value for day in (*earlier, date(2027, 6, 1))] == [
        *as_shipped,
        3,
    ], "the second file says all versions from its own first day on"
    assert book.deadline("emergency_12h", date(2027, 1, 1)).value == 10
    assert rules.rulebook_with([]).versions == shipped()


def test_a_limit_that_the_law_has_undercut_since_is_silent() -> None:
    body = {"deadline": "plan_5wd", "value": 3, "unit": Unit.WORKING_DAYS.value}
    own = Change(1, Proposal(ChangeKind.LIMIT, document(), body, unit_id=7, since=date(2027, 1, 1)))
    counted_from = datetime(2027, 3, 1, 1, tzinfo=UTC)

    def due(*changes: Change) -> Due:
        book = rules.rulebook_with(changes)
        return book.due("plan_5wd", counted_from, handled_under=date(2027, 3, 1), units=[7])

    spoken = due(own)
    assert spoken.local is not None and spoken.local_at is not None and spoken.local_at < spoken.at
    silent = due(own, Change(2, a_law("plan_5wd", 2, date(2027, 2, 1))))
    assert silent.rule.value == 2 and silent.local is None and silent.local_at is None


def test_a_file_with_a_gap_is_refused() -> None:
    proposal = a_law("plan_5wd", 4, date(2027, 1, 1))
    rows = [dict(row) for row in proposal.body["deadlines"]]  # type: ignore[attr-defined]
    rows[0]["in_force_to"] = "2026-11-30"
    with pytest.raises(LawDataWrong, match="gap"):
        rules.read_law({"about": FILE["about"], "deadlines": rows}, shipped_rulebook())


@pytest.mark.parametrize("unit", [Unit.HOURS, Unit.WORKING_DAYS])
def test_where_the_law_states_no_time_a_place_may_set_any(swept: HouseUnderTest, unit: Unit) -> None:
    proposal = a_limit(swept, "initial_assessment", 4, unit)
    found = rules.may_add(
        proposal, shipped_rulebook(), everywhere=True, in_area=False, today=date(2026, 11, 18)
    )
    assert not found.blocking


def test_a_day_that_is_so_already_is_refused() -> None:
    found = rules.may_add(
        a_day(date(2026, 9, 2)), shipped_rulebook(), everywhere=True, in_area=False, today=date(2026, 11, 18)
    )
    assert [one.code for one in found.blocking] == ["as-it-is"]
    unknown = rules.may_add(
        a_day(date(2031, 9, 2)), shipped_rulebook(), everywhere=True, in_area=False, today=date(2026, 11, 18)
    )
    assert [one.code for one in unknown.blocking] == ["year-unknown"]


def test_every_kind_of_change_has_its_words() -> None:
    from casemgr.lawbook.forms import FORMS
    from casemgr.legislation.terms import LABELS

    assert set(FORMS) == set(LABELS) == set(ChangeKind)


@pytest.mark.parametrize(("id", "unit"), [("ac_photo_6m", "days"), ("separation_max_15d", "working_days")])
def test_a_limit_that_is_reckoned_with_as_a_number_keeps_its_unit(id: str, unit: str) -> None:
    """180 days read as 180 months would let a photograph stand for fifteen years."""
    law = a_law(id, 180, date(2027, 1, 1)).body
    rules.read_law(law, shipped_rulebook())
    rows = [{**row, "unit": unit} for row in law["deadlines"]]
    with pytest.raises(LawDataWrong, match=id):
        rules.read_law({**law, "deadlines": rows}, shipped_rulebook())


def test_a_length_is_read_only_of_a_limit_that_has_one_unit() -> None:
    assert {id: length(id, date(2026, 11, 22)) for id in READ_AS} == {
        **dict.fromkeys(READ_AS, 6),
        "separation_max_15d": 15,
        "ac_visit_1m": 1,
        "ac_visit_3m": 3,
        "ac_meet_twice": 2,
    }
    with pytest.raises(UnknownInLaw):
        length("plan_5wd", date(2026, 11, 22))
