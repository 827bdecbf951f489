"""Until when a file is kept: what is unknown never shortens it, and nothing goes that is open, held or asked about."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from casemgr.core.ages import Precision
from casemgr.law.rows import LawDataWrong
from casemgr.retention import periods, rules
from casemgr.retention.terms import By, CaseFacts, Child, KindCode, Period, Standing, Sure

days = some.dates(date(2000, 1, 1), date(2040, 12, 31))
closed = some.builds(
    CaseFacts, closed_on=days, screened_out=some.booleans(), child=some.builds(Child, born_by=days)
)
files = some.lists(closed, min_size=1, max_size=4)
lengths = some.builds(Period, years=some.integers(1, 60), until_age=some.none() | some.integers(18, 60))
BOTH = {KindCode.CASE_FILE: Period(None, 28), KindCode.SCREENED_OUT: Period(5)}
TODAY = date(2060, 1, 1)


def of(cases: list[CaseFacts], period: Period) -> dict[KindCode, Period]:
    return {rules.kind_of(cases): period}


@given(files, lengths, days)
def test_due_once_and_for_ever(cases: list[CaseFacts], period: Period, today: date) -> None:
    """Kept until the last day included, due from the next; as time goes by it never becomes undue again."""
    said = rules.verdict(cases, of(cases, period), today)
    assert said.until is not None
    assert said.until >= max(case.closed_on for case in cases if case.closed_on)
    assert rules.verdict(cases, of(cases, period), said.until).standing is Standing.KEPT
    after = said.until + timedelta(days=1)
    assert rules.verdict(cases, of(cases, period), after).standing is Standing.DUE
    assert (said.standing is Standing.DUE) == (today > said.until)


@given(files, lengths, some.sampled_from(["closed_on", "running", "held", "asked_about"]), some.data())
def test_one_case_keeps_all(cases: list[CaseFacts], period: Period, what: str, data: some.DataObject) -> None:
    place = data.draw(some.integers(0, len(cases) - 1))
    cases[place] = replace(cases[place], **{what: None if what == "closed_on" else True})
    assert rules.verdict(cases, of(cases, period), date.max).standing is not Standing.DUE


@given(files, closed, lengths)
def test_a_further_case_never_shortens(cases: list[CaseFacts], more: CaseFacts, period: Period) -> None:
    assert rules.keep_until([*cases, more], period) >= rules.keep_until(cases, period)


@given(files)
def test_what_is_only_proposed_destroys_nothing(cases: list[CaseFacts]) -> None:
    assert rules.verdict(cases, {}, date.max).standing is Standing.UNDECIDED


@given(days, some.sampled_from(list(Precision)), some.integers(0, 18))
def test_what_is_not_known_of_a_birth_never_shortens(born: date, told: Precision, age: int) -> None:
    received = date(2041, 1, 1)
    known = rules.born_by(born, Precision.DAY, None, received)
    assert rules.born_by(born, told, None, received) >= known
    assert rules.born_by(None, Precision.UNKNOWN, None, received) >= known
    assert rules.born_by(None, Precision.UNKNOWN, age, received) <= received
    assert rules.born_by(None, Precision.UNKNOWN, age, received).year >= received.year - age


def test_worked_examples() -> None:
    boy = CaseFacts(closed_on=date(2026, 12, 1), screened_out=False, child=Child(date(2017, 3, 14)))
    assert rules.verdict([boy], BOTH, TODAY).until == date(2045, 3, 14)
    silent = replace(boy, screened_out=True)
    assert rules.verdict([silent], BOTH, TODAY).until == date(2031, 12, 1)
    assert rules.verdict([boy, silent], BOTH, TODAY).kind is KindCode.CASE_FILE
    leap = replace(silent, closed_on=date(2028, 2, 29))
    assert rules.verdict([leap], {KindCode.SCREENED_OUT: Period(1)}, TODAY).until == date(2029, 2, 28)
    assert rules.verdict([], BOTH, TODAY).standing is Standing.OPEN


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_data_says_how_sure_it_is(lang: str) -> None:
    kinds = {kind.code: kind for kind in periods.shipped(lang)}
    assert all(kind.basis and kind.title for kind in kinds.values())
    for code in KindCode:
        assert kinds[code].by is By.TWO_PERSONS
        assert kinds[code].sure is Sure.PROPOSED, "no text with a number of years was read"
    assert not any(kind.sure is Sure.SET for kind in kinds.values())
    assert all(("Điều" in kind.basis) == (lang == "vi") for kind in kinds.values())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"period": Period()}, "no-period"),
        ({"period": Period(0)}, "years"),
        ({"period": Period(None, 17)}, "until-age"),
        ({"document": ""}, "document"),
        ({"document_day": date(2061, 1, 1)}, "document-day"),
        ({"document_day": None}, "document-day"),
        ({"everywhere": False}, "not-yours"),
    ],
)
def test_a_period_needs_its_document(changes: dict[str, object], code: str) -> None:
    told: dict[str, object] = {
        "period": Period(5),
        "document": "12/UBND",
        "document_day": date(2026, 1, 5),
        "everywhere": True,
        "today": TODAY,
    }
    assert not rules.may_set(**told).blocking  # type: ignore[arg-type]
    assert [one.code for one in rules.may_set(**{**told, **changes}).blocking] == [code]  # type: ignore[arg-type]
    assert LawDataWrong
