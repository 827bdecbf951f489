"""Who can take this child now: laws of the weighing, on invented entries."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.providers import rules
from casemgr.providers.terms import Fit, Hours, Listing, Wanted
from casemgr.security.parts import decode, encode
from tests.providers.directory import CENTRE, SINCE

ages = st.one_of(st.none(), st.integers(0, 18))
minutes = st.integers(0, 24 * 60 - 1)
listings = st.builds(
    Listing,
    name=st.just("A"),
    services=st.sampled_from([("psychology",), ("legal_aid", "psychology"), ("health",)]),
    youngest=ages,
    oldest=ages,
    sexes=st.sampled_from([None, "male", "female"]),
    harms=st.sampled_from([(), ("violence",), ("trafficking", "violence")]),
    hours=st.builds(
        Hours,
        st.booleans(),
        st.sets(st.integers(0, 6)).map(lambda days: tuple(sorted(days))),
        st.one_of(st.none(), minutes),
        st.one_of(st.none(), minutes),
    ),
)
wishes = st.builds(
    Wanted,
    st.sampled_from([None, "psychology", "health"]),
    ages,
    st.sampled_from([None, "male", "female", "unknown"]),
    st.sampled_from([(), ("violence",), ("sexual_abuse",)]),
    st.one_of(st.none(), st.tuples(st.integers(0, 6), minutes)),
)


@given(listings, wishes)
def test_a_verdict_that_is_not_yes_says_why(listing: Listing, wanted: Wanted) -> None:
    found = rules.verdict(listing, wanted)
    assert (found.fit is Fit.YES) == (not found.why)


@given(listings)
def test_whoever_asks_nothing_is_refused_nothing(listing: Listing) -> None:
    assert rules.verdict(listing, Wanted()).fit is Fit.YES


@given(listings, wishes)
def test_asking_less_never_shuts_out(listing: Listing, wanted: Wanted) -> None:
    if rules.verdict(listing, wanted).fit is not Fit.NO:
        for left_out in ("service", "age", "sex", "moment"):
            less = replace(wanted, **{left_out: None})
            assert rules.verdict(listing, less).fit is not Fit.NO


@given(listings, st.integers(0, 18))
def test_both_ends_of_the_ages_are_taken(listing: Listing, age: int) -> None:
    inside = (listing.youngest is None or age >= listing.youngest) and (
        listing.oldest is None or age <= listing.oldest
    )
    assert (rules.verdict(listing, Wanted(age=age)).fit is Fit.YES) == inside


@pytest.mark.parametrize(
    ("hours", "weekday", "minute", "there"),
    [
        (Hours(day_and_night=True), 6, 0, True),
        (Hours(), 0, 600, None),
        (Hours(days=(0,), opens=450), 0, 600, None),
        (CENTRE.hours, 0, 450, True),
        (CENTRE.hours, 0, 1020, False),
        (CENTRE.hours, 5, 600, False),
        (Hours(days=(6,), opens=1200, closes=360), 6, 1300, True),
        (Hours(days=(6,), opens=1200, closes=360), 0, 100, True),
        (Hours(days=(6,), opens=1200, closes=360), 6, 100, False),
        (Hours(days=(6,), opens=1200, closes=360), 0, 360, False),
    ],
)
def test_hours_also_through_the_night(hours: Hours, weekday: int, minute: int, there: bool | None) -> None:
    assert rules.open_at(hours, weekday, minute) is there


def test_unknown_sex_is_asked_not_guessed() -> None:
    girls = replace(CENTRE, sexes="female")
    assert rules.verdict(girls, Wanted(sex="unknown")).fit is Fit.ASK
    assert rules.verdict(girls, Wanted(sex="male")).fit is Fit.NO
    assert rules.verdict(girls, Wanted(sex="female")).fit is Fit.YES


@given(listings)
def test_an_entry_is_read_as_it_was_written(listing: Listing) -> None:
    assert decode(Listing, encode(listing)) == listing


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "name"),
        ({"kind": None}, "kind"),
        ({"services": ()}, "services"),
        ({"phone": None}, "contact"),
        ({"youngest": 16}, "ages"),
        ({"hours": Hours(days=(0,), opens=480)}, "hours"),
    ],
)
def test_what_an_entry_must_say(changes: dict[str, object], code: str) -> None:
    told = {"areas": 1, "nation": False, "since": SINCE, "last_since": None, "mine": True, "ended": False}
    assert not rules.findings_before_writing(CENTRE, **told).blocking  # type: ignore[arg-type]
    found = rules.findings_before_writing(replace(CENTRE, **changes), **told)  # type: ignore[arg-type]
    assert [one.code for one in found.blocking] == [code] and found.blocking[0].field
