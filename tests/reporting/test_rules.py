"""Due days, periods and steps, without a database; and the data that ships."""

import itertools
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.core.periods import Period
from casemgr.indicators.terms import Level
from casemgr.reporting import forms, rules, schedules
from casemgr.reporting.terms import MONTHS, Due, Every, Reported, State

ONE, OTHER, THIRD = (UUID(int=number) for number in (1, 2, 3))
DAYS = st.dates(date(2018, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("due", "period", "last"),
    [
        (Due(("05-10", "11-10")), "2026-H1", date(2026, 5, 9)),
        (Due(("05-10", "11-10")), "2026-H2", date(2026, 11, 9)),
        (Due(("05-10", "")), "2026-H2", None),
        (Due(("12-25",)), "2026", date(2026, 12, 24)),
        (Due(("12-10",)), "2019", date(2019, 12, 9)),
        (Due(days_after=10), "2026-H1", date(2026, 7, 10)),
        (Due(days_after=5), "2026-02", date(2026, 3, 5)),
        (Due(tuple(f"{month:02}-28" for month in range(1, 13))), "2026-11", date(2026, 11, 27)),
        (Due(("03-01", "06-01", "09-01", "12-01")), "2028-Q1", date(2028, 2, 29)),
        (Due(("01-10",)), "2026", date(2027, 1, 9)),
        (Due(("07-10", "01-10")), "2026-H1", date(2026, 7, 9)),
        (Due(("07-10", "01-10")), "2026-H2", date(2027, 1, 9)),
        (Due(("04-05", "07-05", "10-05", "01-05")), "2026-Q3", date(2026, 10, 4)),
        (Due(("04-05", "07-05", "10-05", "01-05")), "2026-Q4", date(2027, 1, 4)),
        (Due(("01-01",)), "2026", date(2026, 12, 31)),
    ],
)
def test_the_last_day(due: Due, period: str, last: date | None) -> None:
    assert rules.last_day(due, Period.parse(period)) == last


@given(st.sampled_from(Every), DAYS)
def test_periods_around_a_day_follow_one_another(every: Every, day: date) -> None:
    found = rules.periods(every, day, back=5)
    assert day in found[0] and len(found) == 6
    assert all(one.length == MONTHS[every] for one in found)
    assert all(newer.first == older.last + timedelta(days=1) for newer, older in itertools.pairwise(found))


@given(st.sampled_from(Every), DAYS)
def test_the_part_of_the_year_is_inside_it(every: Every, day: date) -> None:
    period = rules.periods(every, day, back=0)[0]
    assert 0 <= rules.part_of_year(period) < 12 // MONTHS[every]


@given(DAYS, DAYS, st.none() | DAYS, st.booleans())
def test_a_unit_has_reported_or_it_has_not(due: date, today: date, signed: date | None, nil: bool) -> None:
    found = rules.reported(due, today, signed, nil=nil)
    assert (found in (Reported.AWAITED, Reported.SILENT)) == (signed is None)
    if found is Reported.SILENT:
        assert today > due
    if found is Reported.LATE:
        assert signed is not None and signed > due and not nil


def test_known_plans_say_what_their_documents_say() -> None:
    told = {
        plan.id: {(term.schedule, term.level): term.due.before for term in plan.terms}
        for plan in schedules.known_plans()
    }
    assert told == {
        "ha-giang-2016": {("year", Level.COMMUNE): ("12-10",), ("year", Level.PROVINCE): ("12-15",)},
        "van-lang-2023": {("half", Level.COMMUNE): ("05-10", ""), ("year", Level.COMMUNE): ("11-10",)},
        "an-giang-2024": {("year", Level.COMMUNE): ("12-25",)},
    }
    assert all(plan.note is not None for plan in schedules.known_plans())  # each spoke of districts


def test_a_plan_holds_for_its_units_and_years_only() -> None:
    half = schedules.schedule("year")
    plan = next(one for one in schedules.known_plans() if one.id == "ha-giang-2016")
    here = [
        rules.term_for(half, Level.COMMUNE, Period.parse(year), [_of(plan, 7)], 7)[1]
        for year in ("2015", "2018", "2021")
    ]
    assert [found is not None for found in here] == [False, True, False]
    assert rules.term_for(half, Level.COMMUNE, Period.parse("2018"), [_of(plan, 7)], 8)[1] is None


def _of(plan, unit_id: int):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(plan, unit_id=unit_id)


def test_months_and_quarters_wait_for_a_plan() -> None:
    for name in ("month", "quarter"):
        schedule = schedules.schedule(name)
        period = rules.periods(schedule.every, date(2026, 5, 1), back=0)[0]
        assert rules.wanted(schedule, period, place="06124", level=Level.COMMUNE) is None


def test_terms_are_kept_as_they_are() -> None:
    for plan in schedules.known_plans():
        for term in plan.terms:
            assert schedules.term_of(schedules.as_data(term)) == term


@pytest.mark.parametrize("row", [{}, {"before": ["05-10"]}, {"before": ["05-10", "11-10"], "days_after": 3}])
def test_a_due_day_is_one_thing(row: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        schedules.due_of(row, Every.HALF)


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        schedules.due_of({"before": ["02-30"]}, Every.YEAR)


@given(st.dates(date(2023, 1, 1), date(2023, 12, 31)))
def test_a_day_and_month_is_read_as_people_write_it(day: date) -> None:
    for told in (
        f"{day.day}/{day.month}",
        f"{day:%d/%m}",
        f"{day.day}-{day.month}",
        f"{day.day}.{day.month}",
    ):
        assert forms._day_and_month(told) == f"{day:%m-%d}"


@pytest.mark.parametrize("told", ["31/2", "29/2", "10", "mai", "10/5/2026", "0/0"])
def test_what_is_no_day_is_not_read(told: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence: the form says its own
        forms._day_and_month(told)


def test_who_signed_never_approves() -> None:
    for who in ({ONE}, {OTHER, ONE}, set()):
        codes = {
            one.code
            for one in rules.findings_on_approval(state=State.CHECKED, signers=frozenset({ONE}), who=who)
        }
        assert codes == {"own-signature"}
        both = rules.findings_on_approval(state=State.CHECKED, signers=frozenset({ONE, THIRD}), who=who)
        assert {one.code for one in both} == {"own-signature"}
    stood_in = rules.findings_on_approval(state=State.CHECKED, signers=frozenset({ONE, THIRD}), who={THIRD})
    assert {one.code for one in stood_in} == {"own-signature"}
    assert not len(rules.findings_on_approval(state=State.CHECKED, signers=frozenset({ONE}), who={OTHER}))


@pytest.mark.parametrize("state", [state for state in State if state is not State.CHECKED])
def test_only_what_was_signed_is_approved(state: State) -> None:
    found = rules.findings_on_approval(state=state, signers=frozenset({ONE}), who={OTHER})
    assert {one.code for one in found} == {"not-signed"}


@pytest.mark.parametrize(
    ("level", "above"),
    [(Level.COMMUNE, Level.PROVINCE), (Level.PROVINCE, Level.NATION), (Level.NATION, Level.NATION)],
)
def test_the_level_above(level: Level, above: Level) -> None:
    assert rules.above(level) is above
