"""The rulebook: later never ends earlier, a place is never more lenient than the law, a case keeps its version."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casemgr.core.calendar import LOCAL, local_day
from casemgr.law import in_use
from casemgr.law.deadlines import MEASURED, Unit, deadline, shipped
from casemgr.law.holidays import work_calendar
from casemgr.law.rulebook import CountedFrom, LocalLimit, LocalStart, Rulebook, shipped_rulebook

BOOK = shipped_rulebook()
MEASURED_IDS = sorted(id for id, versions in BOOK.versions.items() if versions[-1].unit in MEASURED)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 6, 1), timezones=st.just(LOCAL))
HERE, PROVINCE, ELSEWHERE = 1, 2, 3
DAY = date(2026, 11, 18)
FOREVER = date(2000, 1, 1)


def limit(id: str, value: int, unit: Unit, unit_id: int = HERE, **changes: object) -> LocalLimit:
    made = LocalLimit(1, unit_id, id, value, unit, FOREVER, None, "12/QĐ-UBND, 1/11/2026")
    return replace(made, **changes)  # type: ignore[arg-type]


@given(st.sampled_from(MEASURED_IDS), INSTANTS, INSTANTS)
def test_what_begins_later_never_ends_earlier(id: str, one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    ends = [BOOK.due(id, start, handled_under=DAY).at for start in (first, second)]
    assert ends[0] is None or ends[1] is None or ends[0] <= ends[1]


@given(
    st.sampled_from(sorted(BOOK.versions)),
    INSTANTS,
    st.integers(1, 60),
    st.sampled_from([Unit.HOURS, Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS]),
)
def test_a_place_is_never_more_lenient_than_the_law(id: str, start: datetime, value: int, unit: Unit) -> None:
    book = replace(BOOK, limits=(limit(id, value, unit),))
    lawful, due = BOOK.due(id, start, handled_under=DAY), book.due(id, start, handled_under=DAY, units=[HERE])
    assert due.at == lawful.at, "what is overdue by law does not move by what a place orders"
    if due.local_at is not None:
        assert due.at is None or due.local_at < due.at
        assert due.local_at > start
    else:
        assert due.at is not None


def test_eight_hours_here_and_twelve_by_law() -> None:
    book = replace(BOOK, limits=(limit("emergency_12h", 8, Unit.HOURS),))
    start = datetime(2026, 11, 18, 21, 40, tzinfo=LOCAL)
    due = book.due("emergency_12h", start, handled_under=DAY, units=[HERE, PROVINCE])
    assert due.at == start + timedelta(hours=12) and due.local_at == start + timedelta(hours=8)
    assert book.due("emergency_12h", start, handled_under=DAY, units=[ELSEWHERE]).local_at is None


def test_of_several_rules_of_a_place_the_strictest_holds_on_its_days() -> None:
    book = replace(
        BOOK,
        limits=(
            limit("emergency_12h", 8, Unit.HOURS, PROVINCE),
            limit("emergency_12h", 6, Unit.HOURS, HERE, since=date(2026, 11, 10), until=date(2026, 11, 20)),
        ),
    )

    def hours(day: int) -> float:
        start = datetime(2026, 11, day, 9, tzinfo=LOCAL)
        found = book.due("emergency_12h", start, handled_under=DAY, units=[HERE, PROVINCE]).local_at
        assert found is not None
        return (found - start) / timedelta(hours=1)

    assert [hours(9), hours(10), hours(20), hours(21)] == [8, 6, 6, 8]


def test_where_the_law_sets_no_time_a_place_may() -> None:
    book = replace(BOOK, limits=(limit("initial_assessment", 2, Unit.HOURS),))
    start = datetime(2026, 11, 18, 9, tzinfo=LOCAL)
    due = book.due("initial_assessment", start, handled_under=DAY, units=[HERE])
    assert due.at is None and due.local_at == start + timedelta(hours=2)


def newer(id: str, value: int, since: date) -> Rulebook:
    old = BOOK.versions[id][-1]
    versions = (
        replace(old, in_force_to=since - timedelta(days=1)),
        replace(old, value=value, in_force_from=since),
    )
    return replace(BOOK, versions={**BOOK.versions, id: versions})


def test_a_case_keeps_the_rule_it_was_handled_under() -> None:
    book = newer("emergency_12h", 8, date(2027, 1, 1))
    start = datetime(2027, 1, 5, 9, tzinfo=LOCAL)
    before = book.due("emergency_12h", start, handled_under=date(2026, 12, 31))
    after = book.due("emergency_12h", start, handled_under=date(2027, 1, 1))
    assert (before.at, before.rule.value) == (start + timedelta(hours=12), 12)
    assert (after.at, after.rule.value) == (start + timedelta(hours=8), 8)


def test_a_duty_that_comes_back_follows_the_law_of_its_own_day() -> None:
    book = newer("ac_report_6m", 3, date(2027, 1, 1))
    old, new = (
        book.due("ac_report_6m", datetime(year, month, 10, 9, tzinfo=LOCAL), handled_under=date(2026, 6, 1))
        for year, month in ((2026, 12), (2027, 1))
    )
    assert (old.rule.value, new.rule.value) == (6, 3)


def test_the_nearest_and_newest_reading_of_the_five_days_holds() -> None:
    def start(unit: int, reading: CountedFrom, since: date, change: int) -> LocalStart:
        return LocalStart(change, unit, reading, since, None, "x")

    book = replace(
        BOOK,
        starts=(
            start(PROVINCE, CountedFrom.STUDY, date(2026, 1, 1), 1),
            start(HERE, CountedFrom.MEETING, date(2026, 6, 1), 2),
            start(HERE, CountedFrom.RECEIPT, date(2026, 9, 1), 3),
        ),
    )
    assert book.start([HERE, PROVINCE], date(2025, 12, 31)) is CountedFrom.RECEIPT
    assert book.start([HERE, PROVINCE], date(2026, 2, 1)) is CountedFrom.STUDY
    assert book.start([HERE, PROVINCE], date(2026, 6, 1)) is CountedFrom.MEETING
    assert book.start([HERE, PROVINCE], date(2026, 9, 1)) is CountedFrom.RECEIPT
    assert book.start([ELSEWHERE, PROVINCE], date(2026, 9, 1)) is CountedFrom.STUDY
    assert book.start([], date(2026, 9, 1)) is CountedFrom.RECEIPT


def test_the_law_in_use_is_asked_everywhere_and_forgotten_afterwards() -> None:
    book = newer("emergency_12h", 8, date(2026, 1, 1))
    with in_use.using(lambda: book):
        assert deadline("emergency_12h", on=DAY).value == 8
        assert work_calendar() is book.calendar
        with in_use.using(in_use.nothing_else):
            assert deadline("emergency_12h", on=DAY).value == 12
        assert deadline("emergency_12h", on=DAY).value == 8
    assert deadline("emergency_12h", on=DAY).value == 12
    assert shipped()["emergency_12h"][-1].value == 12


@given(INSTANTS, INSTANTS)
def test_the_earlier_of_two_receipts_never_ends_later(first: datetime, second: datetime) -> None:
    earlier = min(first, second)
    ends = [BOOK.due("emergency_12h", one, handled_under=local_day(one)).at for one in (first, second)]
    assert BOOK.due("emergency_12h", earlier, handled_under=local_day(earlier)).at == min(filter(None, ends))
    assert all(end is not None and end.astimezone(UTC).tzinfo is UTC for end in ends)
