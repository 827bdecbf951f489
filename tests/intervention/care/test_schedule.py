"""When things fall due in care: the law's months, over short months and leap days, never lost and never twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.core.calendar import add_months, local_day
from casemgr.intervention.care.schedule import (
    Course,
    Track,
    anniversary,
    clock_of,
    due_day,
    next_turn,
    open_duties,
    sixteenth,
    transition_comes_up,
)
from casemgr.intervention.care.terms import CareForm, EntryKind
from casemgr.law.deadlines import deadline

DAYS = st.dates(date(2018, 1, 1), date(2060, 12, 31))
AFTER = st.lists(st.integers(0, 4000), max_size=12)


def visits(start: date, *done: date) -> date:
    """The day of the next visit."""
    course = Course(CareForm.KIN, decided_on=start, given_on=start, done={EntryKind.VISIT: done})
    (duty,) = [one for one in open_duties(course) if one.track is Track.VISIT]
    assert duty.due_at is not None
    return local_day(duty.due_at)


def test_visits_at_one_three_and_then_every_six_months() -> None:
    start = date(2026, 11, 18)
    days = [due_day(Track.VISIT, turn, start) for turn in range(1, 6)]
    assert days == [
        date(2026, 12, 18),
        date(2027, 2, 18),
        date(2027, 5, 18),
        date(2027, 11, 18),
        date(2028, 5, 18),
    ]


def test_the_carers_report_after_six_months_and_then_yearly_the_commune_judges_every_six() -> None:
    start = date(2026, 11, 18)
    assert [due_day(Track.CARER_REPORT, turn, start) for turn in (1, 2, 3)] == [
        date(2027, 5, 18),
        date(2028, 5, 18),
        date(2029, 5, 18),
    ]
    assert [due_day(Track.FIT_REVIEW, turn, start) for turn in (1, 2)] == [
        date(2027, 5, 18),
        date(2027, 11, 18),
    ]


@pytest.mark.parametrize(
    ("start", "turn", "due"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 1, 31), 2, date(2027, 4, 30)),
        (date(2027, 1, 31), 3, date(2027, 7, 31)),
        (date(2028, 2, 29), 4, date(2029, 2, 28)),
        (date(2028, 2, 29), 10, date(2032, 2, 29)),
        (date(2027, 8, 31), 3, date(2028, 2, 29)),
    ],
)
def test_short_months_never_move_the_later_turns(start: date, turn: int, due: date) -> None:
    assert due_day(Track.VISIT, turn, start) == due


def test_a_late_visit_stands_for_all_that_were_due() -> None:
    start = date(2026, 11, 18)
    assert visits(start, date(2027, 3, 20)) == date(2027, 5, 18)


def test_two_visits_in_one_week_do_not_stand_for_half_a_year() -> None:
    start = date(2026, 11, 18)
    assert visits(start, date(2026, 12, 18), date(2026, 12, 19)) == date(2027, 2, 18)
    assert visits(start, date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)) == date(2027, 2, 18)


def test_a_visit_on_the_very_day_and_one_after_half_the_way_count() -> None:
    start = date(2026, 11, 18)
    assert visits(start, start) == date(2027, 2, 18)
    assert visits(start, date(2026, 12, 18), date(2027, 1, 18)) == date(2027, 5, 18)
    assert visits(start, date(2026, 12, 18), date(2027, 1, 17)) == date(2027, 2, 18)


@given(DAYS, AFTER)
def test_the_next_turn_lies_after_everything_that_was_done(start: date, after: list[int]) -> None:
    done = [start + timedelta(days=span) for span in after]
    for track in (Track.VISIT, Track.CARER_REPORT, Track.FIT_REVIEW):
        turn = next_turn(lambda n, of=track: due_day(of, n, start), start, done)  # type: ignore[misc]
        assert all(due_day(track, turn, start) > day for day in done)


@given(DAYS, AFTER, st.integers(0, 4000))
def test_doing_more_never_brings_the_next_turn_nearer(start: date, after: list[int], one_more: int) -> None:
    done = [start + timedelta(days=span) for span in after]

    def turn(days: list[date]) -> int:
        return next_turn(lambda n: due_day(Track.VISIT, n, start), start, days)

    assert turn(done) <= turn([*done, start + timedelta(days=one_more)])
    assert turn(done) == turn(list(reversed(done)))


@given(DAYS, AFTER)
def test_a_turn_is_skipped_only_if_something_was_done_near_it_or_after(start: date, after: list[int]) -> None:
    done = [start + timedelta(days=span) for span in after]
    turn = next_turn(lambda n: due_day(Track.VISIT, n, start), start, done)
    for behind in range(2, turn):
        opened = due_day(Track.VISIT, behind - 1, start)
        half = opened + (due_day(Track.VISIT, behind, start) - opened) // 2
        assert any(day >= half for day in done)
    assert turn == 1 or done


@given(DAYS, st.integers(1, 60))
def test_turns_run_forward_and_rest_on_the_law(start: date, turn: int) -> None:
    for track in (Track.VISIT, Track.CARER_REPORT, Track.FIT_REVIEW):
        assert start < due_day(track, turn, start) < due_day(track, turn + 1, start)
        assert deadline(clock_of(track, turn), start).value
    gap = due_day(Track.VISIT, turn + 2, start)
    assert gap <= add_months(due_day(Track.VISIT, turn + 1, start), 6) + timedelta(days=3)


@given(DAYS, AFTER, st.sampled_from(list(CareForm)), st.booleans(), st.booleans(), st.booleans())
def test_at_most_one_duty_of_each_track(
    start: date, after: list[int], form: CareForm, urgent: bool, decided: bool, begun: bool
) -> None:
    done = {kind: sorted(start + timedelta(days=span) for span in after) for kind in EntryKind}
    course = Course(
        form,
        urgent=urgent,
        replaces=True,
        decided_on=start if decided else None,
        given_on=start if begun else None,
        done=done if begun else {},
    )
    tracks = [one.track for one in open_duties(course)]
    assert len(tracks) == len(set(tracks))
    assert not open_duties(Course(form, given_on=start, over=True, done=done))
    if begun and form in (CareForm.KIN, CareForm.NON_KIN):
        assert {Track.VISIT, Track.CARER_REPORT, Track.FIT_REVIEW} <= set(tracks)
    if not begun:
        assert set(tracks) <= {Track.HANDOVER}


def test_urgent_care_has_its_own_limit_until_the_decision() -> None:
    start = date(2026, 11, 18)

    def clocks(form: CareForm, decided_on: date | None = None) -> set[str]:
        course = Course(form, urgent=True, decided_on=decided_on, given_on=start)
        return {one.clock for one in open_duties(course)}

    assert {"sa_facility_3m", "sa_paper_10wd"} == clocks(CareForm.FACILITY)
    assert "sa_temp_care_3m" in clocks(CareForm.KIN)
    assert not clocks(CareForm.FACILITY, start)
    assert "sa_temp_care_3m" not in clocks(CareForm.KIN, start)


def test_the_move_from_a_facility_goes_step_by_step() -> None:
    start, day = date(2026, 11, 18), date(2026, 12, 1)
    done: dict[EntryKind, list[date]] = {}

    def clock() -> tuple[str, date] | None:
        found = open_duties(Course(CareForm.FACILITY, decided_on=start, given_on=start, done=done))
        return (found[0].clock, local_day(found[0].due_at)) if found and found[0].due_at else None

    assert clock() is None
    done[EntryKind.LISTED] = [day]
    assert clock() == ("ac_transfer_appraise_10wd", date(2026, 12, 15))
    done[EntryKind.APPRAISED] = [date(2026, 12, 10)]
    assert clock() == ("ac_transfer_decide_15wd", date(2026, 12, 31))
    done[EntryKind.ORDERED] = [date(2026, 12, 11)]
    assert clock() == ("ac_facility_end_5wd", date(2026, 12, 18))
    done[EntryKind.FACILITY_ENDED] = [date(2026, 12, 12)]
    assert clock() is None


def test_the_new_carers_have_fifteen_working_days_from_the_decision() -> None:
    course = Course(CareForm.KIN, replaces=True, decided_on=date(2026, 11, 18))
    (duty,) = open_duties(course)
    assert duty.due_at == datetime(2026, 12, 9, 10, 0, tzinfo=UTC)
    assert not open_duties(
        Course(CareForm.KIN, decided_on=date(2026, 11, 18))
    )  # the first: a clock of the case


def test_the_sixteenth_birthday_of_a_leap_child_and_when_it_comes_up() -> None:
    assert sixteenth(date(2012, 2, 29)) == date(2028, 2, 29)
    assert anniversary(date(2012, 2, 29), 18) == date(2030, 3, 1)
    assert sixteenth(date(2017, 3, 14)) == date(2033, 3, 14)
    assert not transition_comes_up(date(2017, 3, 14), date(2032, 12, 13))
    assert transition_comes_up(date(2017, 3, 14), date(2032, 12, 14))
    assert not transition_comes_up(None, date(2032, 12, 14))


@settings(max_examples=200)
@given(DAYS)
def test_the_sixteenth_birthday_is_never_early(born: date) -> None:
    day = sixteenth(born)
    assert day >= add_months(born, 16 * 12)
    assert (day - add_months(born, 16 * 12)).days <= 1
