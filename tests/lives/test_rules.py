"""The mark in an address, and spans beside the years."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from casemgr.children import rules as children
from casemgr.lives import rules
from casemgr.lives.terms import Span

TODAY = date(2026, 11, 18)


@given(number=st.integers(0, 2**63 - 1))
def test_a_mark_leads_back_to_its_child_and_to_no_other(number: int) -> None:
    assert children.child_of(children.mark_of(number)) == number
    assert len(children.mark_of(number)) == 16


@given(text=st.text(max_size=20))
def test_what_is_no_mark_leads_nowhere(text: str) -> None:
    found = children.child_of(text)
    assert found is None or children.mark_of(found) == text


def test_years_run_from_the_first_span_to_today() -> None:
    past = Span("a", date(2023, 12, 31), date(2024, 1, 1))
    now = Span("b", date(2026, 1, 5))
    found = rules.years([now, past], TODAY)
    assert found.years == (2023, 2024, 2025, 2026) and not found.earlier
    assert [(row.span.label, row.went_on) for row in found.rows] == [
        ("a", (True, True, False, False)),
        ("b", (False, False, False, True)),
    ]


def test_no_more_than_ten_years_are_drawn() -> None:
    found = rules.years([Span("a", date(2009, 2, 28), date(2010, 2, 28)), Span("b", date(2026, 2, 1))], TODAY)
    assert found.years == tuple(range(2017, 2027)) and found.earlier
    assert not any(found.rows[0].went_on)
    assert rules.years([], TODAY).years == ()


_DAYS = st.dates(date(1990, 1, 1), TODAY)


@given(spans=st.lists(st.tuples(_DAYS, st.none() | _DAYS), max_size=8))
def test_a_span_is_marked_in_the_years_it_touches_and_in_no_other(
    spans: list[tuple[date, date | None]],
) -> None:
    wanted = [
        Span(str(place), since, until)
        for place, (since, until) in enumerate(spans)
        if until is None or until >= since
    ]
    found = rules.years(wanted, TODAY)
    assert len(found.rows) == len(wanted) and len(found.years) <= rules.MOST_YEARS
    for row in found.rows:
        for year, on in zip(found.years, row.went_on, strict=True):
            last = row.span.until or TODAY
            assert on == (row.span.since <= date(year, 12, 31) and last >= date(year, 1, 1))
