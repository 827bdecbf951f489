"""Rules of separation: what a decision must say, how long it may last, when it ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.cases.terms import Stage
from casemgr.core.calendar import at_local, day_end, due_days, local_day
from casemgr.core.findings import Findings
from casemgr.intervention.emergency import rules
from casemgr.intervention.emergency.rules import DraftFacts, RunFacts, SafetyFacts, SigningFacts
from casemgr.intervention.emergency.terms import (
    Ban,
    CarerKind,
    Conclusion,
    CourtOutcome,
    Part,
    Proposal,
    Receipts,
    Said,
    SeparationState,
)
from casemgr.law.vocabulary import vocabulary

NOW = datetime(2026, 2, 10, 3, 0, tzinfo=UTC)  # 10:00, a week before Tết
FULL = Proposal(
    "harm_goes_on", "Bị đánh", CarerKind.RELATIVE, "Hoàng Thị Giả", "bà ngoại", NOW - timedelta(hours=1), 15
)
SIGNED = Said(on=local_day(NOW), number="08/QĐ", reason="Chưa an toàn", days=5)


def draft(**changes: Any) -> DraftFacts:
    facts = DraftFacts(FULL, True, Stage.ASSESSING, NOW - timedelta(hours=3), NOW, 15)
    said = {name: changes.pop(name) for name in list(changes) if name in FULL.__dataclass_fields__}
    return replace(facts, proposal=replace(FULL, **said), **changes)


def signing(**changes: Any) -> SigningFacts:
    receipts = Receipts(NOW - timedelta(hours=3), NOW - timedelta(hours=2), NOW + timedelta(hours=9))
    facts = SigningFacts(draft(), SeparationState.HANDED_IN, "chair", True, receipts, "07/QĐ", NOW)
    return replace(facts, **changes)


def run(**changes: Any) -> RunFacts:
    start = local_day(NOW)
    facts = RunFacts(
        state=SeparationState.RUNNING,
        writers=("officer",),
        decider="chair",
        own_unit=True,
        started_on=start,
        decided_on=start,
        last_day=start + timedelta(days=10),
        today=start,
        longest=15,
    )
    return replace(facts, **changes)


def blocked(found: Findings) -> set[str]:
    return {one.code for one in found.blocking}


def asks(found: Findings) -> set[str]:
    return {one.code for one in found.to_explain}


def test_a_whole_draft_passes() -> None:
    found = rules.findings_on_draft(draft())
    assert not blocked(found) and not asks(found) and len(found.passed) == 6
    assert not blocked(rules.findings_before_deciding(signing())) and not asks(
        rules.findings_before_deciding(signing())
    )


@pytest.mark.parametrize(
    "change, code",
    [
        ({"ground": None}, "ground"),
        ({"reasons": None}, "reasons"),
        ({"place_known": False}, "place"),
        ({"carer_kind": None}, "carer-name"),
        ({"carer_name": None}, "carer-name"),
        ({"starts_at": None}, "starts-on"),
        ({"starts_at": NOW - timedelta(hours=4)}, "starts-too-early"),
        ({"days": None}, "days"),
        ({"days": 16}, "days"),
        ({"other_runs": True}, "already"),
        ({"stage": Stage.RECEIVED}, "wrong-stage"),
        ({"stage": Stage.CLOSED}, "wrong-stage"),
        ({"kept_out": ["hoang thi gia"]}, "alleged-carer"),
    ],
)
def test_what_a_draft_may_not_lack(change: dict[str, Any], code: str) -> None:
    assert blocked(rules.findings_on_draft(draft(**change))) == {code}


def test_another_separation_is_explained() -> None:
    assert asks(rules.findings_on_draft(draft(separated_before=True))) == {"separated-before"}


def test_a_start_far_ahead_is_explained() -> None:
    assert asks(rules.findings_on_draft(draft(starts_at=NOW + timedelta(hours=25)))) == {"starts-late"}
    assert not asks(rules.findings_on_draft(draft(starts_at=NOW + timedelta(hours=24))))


@pytest.mark.parametrize(
    "change, code",
    [
        ({"decider": "officer", "draft": draft(writers=("officer",))}, "another-person"),
        ({"own_unit": False}, "another-unit"),
        ({"state": SeparationState.RETURNED}, "not-handed-in"),
        ({"number": None}, "number"),
        ({"signed_at": None}, "signed"),
        ({"signed_at": NOW + timedelta(minutes=1)}, "signed-ahead"),
        ({"signed_at": NOW - timedelta(hours=4)}, "signed-too-early"),
    ],
)
def test_what_stands_before_a_signature(change: dict[str, Any], code: str) -> None:
    assert blocked(rules.findings_before_deciding(signing(**change))) == {code}


def test_the_twelve_hours_run_from_the_earlier_receipt() -> None:
    late = replace(signing().receipts, due_at=NOW - timedelta(seconds=1))
    assert asks(rules.findings_before_deciding(signing(receipts=late))) == {"late-12h"}
    just = replace(signing().receipts, due_at=NOW)
    assert not asks(rules.findings_before_deciding(signing(receipts=just)))
    assert late.earlier == late.original and replace(late, original=NOW).earlier == late.commune


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), st.integers(1, 15))
def test_days_are_of_the_calendar_whatever_day_it_is(start: datetime, days: int) -> None:
    last = rules.last_day(start, days)
    assert (last - local_day(start)).days == days
    assert day_end(last) == due_days(start, days)


@pytest.mark.parametrize(
    "start, days, last",
    [
        (at_local(date(2026, 2, 10), datetime(2026, 1, 1, 10).time()), 15, date(2026, 2, 25)),  # over Tết
        (at_local(date(2026, 11, 18), datetime(2026, 1, 1, 23, 59).time()), 1, date(2026, 11, 19)),
        (at_local(date(2026, 11, 19), datetime(2026, 1, 1, 0, 0).time()), 1, date(2026, 11, 20)),
        (at_local(date(2028, 2, 14), datetime(2026, 1, 1, 8).time()), 15, date(2028, 2, 29)),
        (at_local(date(2027, 2, 14), datetime(2026, 1, 1, 8).time()), 15, date(2027, 3, 1)),
        (at_local(date(2028, 2, 29), datetime(2026, 1, 1, 8).time()), 15, date(2028, 3, 15)),
    ],
)
def test_the_last_day_by_hand(start: datetime, days: int, last: date) -> None:
    assert rules.last_day(start, days) == last


@given(st.integers(1, 15), st.integers(1, 30))
def test_an_extension_stays_within_fifteen_days_unless_an_authority_asks(first: int, more: int) -> None:
    facts = run(last_day=local_day(NOW) + timedelta(days=first))
    found = rules.findings_before_extending(facts, replace(SIGNED, days=more))
    assert ("beyond" in blocked(found)) == (first + more > 15)
    asked = replace(
        SIGNED, days=more, authority="Viện kiểm sát", authority_number="3/YC", authority_on=facts.today
    )
    assert not blocked(rules.findings_before_extending(facts, asked))


@pytest.mark.parametrize(
    "facts, said, code",
    [
        ({"state": SeparationState.AT_COURT}, {}, "not-running"),
        ({"decider": "officer"}, {}, "another-person"),
        ({"own_unit": False}, {}, "another-unit"),
        ({}, {"number": None}, "number"),
        ({}, {"on": None}, "day"),
        ({}, {"on": date(2026, 2, 11)}, "day-ahead"),
        ({}, {"on": date(2026, 2, 9)}, "day-too-early"),
        ({}, {"days": None}, "days"),
        ({}, {"reason": None}, "reason"),
        ({}, {"authority_number": "3/YC", "authority_on": date(2026, 2, 10)}, "authority"),
        ({}, {"authority": "Tòa án", "authority_on": date(2026, 2, 10)}, "authority-number"),
        ({}, {"authority": "Tòa án", "authority_number": "3/YC"}, "authority-day"),
        (
            {},
            {"authority": "Tòa án", "authority_number": "3/YC", "authority_on": date(2026, 2, 11)},
            "authority-ahead",
        ),
        ({"today": date(2026, 2, 21)}, {"on": date(2026, 2, 21)}, "over"),
    ],
)
def test_what_stands_against_an_extension(facts: dict[str, Any], said: dict[str, Any], code: str) -> None:
    assert blocked(rules.findings_before_extending(run(**facts), replace(SIGNED, **said))) == {code}


def test_lifting_rests_on_form_03() -> None:
    said = replace(SIGNED, to_whom="mẹ đẻ", reason="Cha đã đi nơi khác")
    safe = SafetyFacts(NOW)
    assert not len(rules.findings_before_lifting(run(), said, safe))
    assert asks(rules.findings_before_lifting(run(), said, SafetyFacts())) == {"no-form-03"}
    older = SafetyFacts(NOW - timedelta(days=1))
    assert asks(rules.findings_before_lifting(run(), said, older)) == {"form-03-older"}
    assert asks(rules.findings_before_lifting(run(), said, replace(safe, high_risk=True))) == {"form-03-high"}
    late = run(today=date(2026, 2, 21))
    assert blocked(rules.findings_before_lifting(late, replace(said, on=late.today), safe)) == {"time-over"}
    assert blocked(rules.findings_before_lifting(run(), replace(said, to_whom=None), safe)) == {"to-whom"}


def test_the_assessment_comes_on_the_last_day_or_after() -> None:
    home = Said(reason="Ổn định", conclusion=Conclusion.HOME, to_whom="mẹ", conditions="Thăm hằng tuần")
    last = run().last_day
    for day, codes in (
        (last - timedelta(days=1), {"too-early"}),
        (last, set()),
        (last + timedelta(days=1), set()),
    ):
        found = rules.findings_before_assessing(run(today=day), replace(home, on=day))
        assert blocked(found) == codes
    on_time = run(today=last)
    bare = replace(home, on=last, to_whom=None, conditions=None)
    assert blocked(rules.findings_before_assessing(on_time, bare)) == {"to-whom", "conditions"}
    court = replace(bare, conclusion=Conclusion.COURT)
    assert not blocked(rules.findings_before_assessing(on_time, court))
    assert blocked(rules.findings_before_assessing(on_time, replace(court, conclusion=None))) == {
        "conclusion"
    }


def test_the_court_is_asked_from_the_tenth_day_or_with_a_reason() -> None:
    asked = Said(number="1/ĐN", court_name="Tòa án nhân dân khu vực 5", reason="Hạn chế quyền của cha")
    tenth = local_day(NOW) + timedelta(days=10)
    early = replace(asked, on=tenth - timedelta(days=1))
    assert asks(rules.findings_before_asking_court(run(today=early.on), early)) == {"early-court"}
    assert not len(rules.findings_before_asking_court(run(today=tenth), replace(asked, on=tenth)))
    twice = run(today=tenth, awaits_court=tenth)
    assert blocked(rules.findings_before_asking_court(twice, replace(asked, on=tenth))) == {"asked-already"}
    lifted = run(today=tenth, state=SeparationState.LIFTED)
    assert blocked(rules.findings_before_asking_court(lifted, replace(asked, on=tenth))) == {"not-running"}


def test_the_outcome_of_the_court() -> None:
    asked = run(awaits_court=date(2026, 2, 20), today=date(2026, 3, 1))
    told = Said(on=date(2026, 2, 28), number="5/QĐ-TA", outcome=CourtOutcome.GRANTED, decided="Chấp nhận")
    assert not len(rules.findings_on_outcome(asked, told))
    assert blocked(rules.findings_on_outcome(run(), told)) >= {"not-asked"}
    assert blocked(rules.findings_on_outcome(asked, replace(told, on=date(2026, 2, 19)))) == {
        "before-request"
    }
    assert blocked(rules.findings_on_outcome(asked, replace(told, number=None))) == {"number"}
    taken_back = replace(told, number=None, outcome=CourtOutcome.WITHDRAWN)
    assert not blocked(rules.findings_on_outcome(asked, taken_back))
    assert not rules.ends_with(SeparationState.RUNNING, CourtOutcome.REFUSED)
    assert rules.ends_with(SeparationState.RUNNING, CourtOutcome.GRANTED)
    assert rules.ends_with(SeparationState.AT_COURT, CourtOutcome.REFUSED)


def test_the_kind_of_court_follows_the_day() -> None:
    courts = vocabulary("courts")
    assert courts.label("first_instance", "vi", date(2025, 6, 30)) == "Tòa án nhân dân cấp huyện"
    assert courts.label("first_instance", "vi", date(2025, 7, 1)) == "Tòa án nhân dân khu vực"
    now = courts.get("first_instance", date(2025, 7, 1))
    assert now is not None and now.status == "provisional"


def test_the_law_names_its_three_grounds() -> None:
    found = vocabulary("separation_grounds").on(date(2026, 11, 18))
    assert len(found) == 3 and all(one.basis.article == "Điều 32 khoản 1" for one in found)


def test_who_is_kept_out_needs_a_ground() -> None:
    ban = Ban("father", "Nông Văn Đức", "father", (Part.MEETING,), "Trẻ sợ")
    known = {"known": True, "alleged": True, "already": (), "stage": Stage.PLANNING}

    def found(ban: Ban = ban, **changes: Any) -> Findings:
        return rules.findings_before_withholding(ban, **{**known, **changes})

    assert not len(found())
    assert blocked(found(known=False)) == {"nobody"}
    assert blocked(found(replace(ban, parts=()))) == {"nothing"}
    assert blocked(found(replace(ban, ground=""))) == {"no-ground"}
    assert blocked(found(already=(Part.MEETING,))) == {"already-out"}
    assert not blocked(found(already=(Part.DELIVERY,)))
    assert blocked(found(stage=Stage.CLOSED)) == {"closed"}
    assert asks(found(alleged=False)) == {"not-alleged"}
    assert [part for part in Part if rules.has_exception(part)] == [Part.OPINION]
