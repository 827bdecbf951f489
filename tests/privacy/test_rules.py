"""Whose consent is needed at which age; clocks across Tết; what each limit is, written down a second time on purpose."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.core.ages import whole_years
from casemgr.core.calendar import at_local, local_day
from casemgr.law import data_protection as law
from casemgr.law.basis import Status
from casemgr.law.holidays import work_calendar
from casemgr.law.vocabulary import vocabulary
from casemgr.privacy import clocks, rules
from casemgr.privacy.terms import Answer, Conflict, Happened, Replied, RequestState, Side, Told

FIGURES = [
    ("request_acknowledge", 2, "working_days", "provisional"),
    ("request_consent", 15, "days", "provisional"),
    ("request_consent_others", 20, "days", "provisional"),
    ("request_consent_extension", 15, "days", "provisional"),
    ("request_view", 10, "days", "provisional"),
    ("request_view_others", 15, "days", "provisional"),
    ("request_view_extension", 10, "days", "provisional"),
    ("request_delete", 20, "days", "provisional"),
    ("request_delete_others", 30, "days", "provisional"),
    ("request_delete_extension", 20, "days", "provisional"),
    ("request_protect", 15, "days", "provisional"),
    ("request_protect_extension", 15, "days", "provisional"),
    ("incident_authority", 72, "hours", "confirmed"),
    ("cyber_first_notice", 24, "hours", "provisional"),
    ("cyber_full_report", 72, "hours", "provisional"),
]
births = st.dates(date(2000, 1, 1), date(2026, 11, 1))


def test_the_file_holds_these_limits_and_no_other() -> None:
    found = [(name, one.value, one.unit, one.status) for name, (one,) in law.limits().items()]
    assert found == FIGURES


def test_what_was_not_read_says_so() -> None:
    for name in ("request_view", "cyber_first_notice"):
        assert law.limit(name, date(2026, 11, 18)).status.wording.vi == "Chưa đối chiếu bản chính"
    assert law.limit("incident_authority", date(2026, 11, 18)).status is Status.CONFIRMED


def test_every_kind_of_request_has_its_limit_and_its_extension() -> None:
    start = datetime(2026, 11, 18, 5, tzinfo=UTC)
    for code in vocabulary("data_request_kinds").codes:
        for others in (False, True):
            times = clocks.of_request(code, start, others_act=others)
            assert times.acknowledge_by < times.answer_by < clocks.extended(code, times.answer_by, start)


@settings(max_examples=200)
@given(birth=births, on=st.dates(date(2026, 11, 1), date(2045, 1, 1)))
def test_consents_by_age_on_the_day_of_the_disclosure(birth: date, on: date) -> None:
    age = whole_years(birth, on)
    needed = rules.needed_sides(age)
    seventh = date(birth.year + 7, birth.month, birth.day) if (birth.month, birth.day) != (2, 29) else None
    assert needed, "somebody always has to be asked"
    if seventh is not None and on < seventh:
        assert needed == {Side.REPRESENTATIVE}
    if seventh is not None and on >= seventh:
        assert Side.CHILD in needed
    assert rules.missing_sides(age, Side) == frozenset()
    assert rules.missing_sides(age, ()) == needed
    if age is not None and 7 <= age < 18:
        assert all(rules.missing_sides(age, {one}) for one in Side), "one of the two is not enough"


def test_an_age_that_is_not_known_counts_as_seven() -> None:
    assert rules.needed_sides(None) == frozenset(Side)


def test_the_seventh_birthday_itself_needs_the_child() -> None:
    birth = date(2019, 11, 18)
    assert rules.needed_sides(whole_years(birth, date(2026, 11, 17))) == {Side.REPRESENTATIVE}
    assert rules.needed_sides(whole_years(birth, date(2026, 11, 18))) == frozenset(Side)


def test_two_working_days_across_tet_and_ten_days_through_it() -> None:
    received = at_local(date(2026, 2, 13), time(9))  # the Friday before the holidays of Tết Bính Ngọ
    calendar = work_calendar()
    off = [day for day in range(14, 23) if not calendar.is_working_day(date(2026, 2, day))]
    assert {16, 17, 18, 19, 20} <= set(off)
    times = clocks.of_request("view", received, others_act=False)
    told = local_day(times.acknowledge_by)
    assert told > date(2026, 2, 22) and calendar.is_working_day(told)
    assert calendar.working_days_between(date(2026, 2, 13), told) == 2
    assert local_day(times.answer_by) == date(2026, 2, 23), "calendar days run through Tết"
    assert local_day(clocks.extended("view", times.answer_by, received)) == date(2026, 3, 5)


@settings(max_examples=60)
@given(st.datetimes(datetime(2026, 8, 20), datetime(2027, 12, 31)))
def test_the_clocks_of_an_incident_run_through_nights_and_holidays(moment: datetime) -> None:
    detected = moment.replace(tzinfo=UTC)
    assert clocks.authority_by(detected) - detected == timedelta(hours=72)
    assert clocks.cyber_by(detected) == (detected + timedelta(hours=24), detected + timedelta(hours=72))


def test_the_yearly_reports() -> None:
    today = date(2026, 11, 18)
    found = {one.id: one.next(today) for one in law.yearly(today)}
    assert found == {
        "security_summary_internal": date(2026, 12, 20),
        "security_summary_ministry": date(2026, 12, 25),
    }
    (first, _second) = law.yearly(today)
    assert first.next(date(2026, 12, 20)) == date(2026, 12, 20)
    assert first.next(date(2026, 12, 21)) == date(2027, 12, 20)
    assert not law.yearly(date(2026, 8, 18))


@pytest.mark.parametrize("told", list(Told))
def test_what_is_not_clear_counts_as_a_conflict(told: Told) -> None:
    for name in ("alleged", "lives_with", "kept_apart"):
        assert Conflict(**{name: told}).exists == (told is not Told.NO)
    assert Conflict(same_name=True).exists and not Conflict().exists


@pytest.mark.parametrize("answer", list(Answer))
@pytest.mark.parametrize("conflict", [True, False])
@pytest.mark.parametrize("supervisor", [True, False])
def test_who_answers_whom(answer: Answer, conflict: bool, supervisor: bool) -> None:
    found = rules.findings_on_answer(
        "view",
        answer,
        Replied(reason="x", done="x"),
        state=RequestState.ACKNOWLEDGED,
        conflict=conflict,
        is_supervisor=supervisor,
        has_case=True,
    )
    assert bool(found.blocking) == (conflict and not supervisor)


def test_deletion_is_refused_in_a_case_of_protection_and_the_reason_is_told() -> None:
    def codes(answer: Answer, *, has_case: bool, reason: str = "") -> set[str]:
        found = rules.findings_on_answer(
            "delete",
            answer,
            Replied(reason=reason, done="x"),
            state=RequestState.RECEIVED,
            conflict=False,
            is_supervisor=False,
            has_case=has_case,
        )
        return {one.code for one in found.blocking}

    assert codes(Answer.GRANTED, has_case=True) == {"deletion"}
    assert codes(Answer.PARTLY, has_case=True, reason="x") == {"deletion"}
    assert codes(Answer.GRANTED, has_case=False) == set()
    assert codes(Answer.REFUSED, has_case=True) == {"reason"}
    assert codes(Answer.REFUSED, has_case=True, reason="x") == set()


def test_an_incident_is_closed_with_a_whole_record_alone() -> None:
    whole = Happened("a", "b", "c", "d", 1, 2, "e", "f", "g")

    def codes(happened: Happened, **changes: bool) -> set[str]:
        told = {"told_authority": True, "told_cyber": True, "serious": True, "cyber": True, "closed": False}
        found = rules.findings_on_closing(happened, reason="x", **{**told, **changes})
        return {one.code for one in found.blocking}

    assert codes(whole) == set()
    assert codes(whole, told_authority=False) == {"authority"}
    assert codes(whole, told_authority=False, serious=False, told_cyber=False) == set()
    assert codes(whole, told_cyber=False) == {"cyber"}
    assert codes(Happened("a")) == {"record"}
    assert codes(Happened("a", "b", "c", "d", 0, 0, "e", "f", "g")) == set(), "nothing lost is a number too"
    assert codes(whole, closed=True) == {"closed"}
