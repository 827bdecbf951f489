"""When a case may be closed: pure rules."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.assessment.terms import Rating
from casemgr.core.errors import RuleBroken
from casemgr.core.findings import Findings, Weight
from casemgr.intervention.plan.terms import Answer
from casemgr.law import factors
from casemgr.review import rules
from casemgr.review.rules import ClosingFacts, ServicesFacts, Shift
from casemgr.review.terms import Answers, Reply, ReviewState

FORM = factors.assessment("06")
SAFEST = {row.code: Rating(table.safe_to_danger[0]) for table in FORM.tables for row in table.rows}
YES = Reply(Answer.YES, "Gặp riêng hai lần, trường xác nhận")
WELL = Answers(SAFEST, YES, YES, "“Cháu thấy yên.”")
ANSWERS = st.sampled_from([None, Answer.YES, Answer.NO, Answer.UNKNOWN])
LEVELS = st.sampled_from([None, "unknown", *factors.Level])


def codes(found: Findings, weight: Weight) -> set[str]:
    return {finding.code for finding in found if finding.weight is weight}


def closing(answers: Answers = WELL, **more: object) -> ClosingFacts:
    return ClosingFacts(answers, ServicesFacts(**more))  # type: ignore[arg-type]


def test_a_child_that_is_safe_and_stable_may_be_let_go() -> None:
    found = rules.findings_before_proposing(closing())
    found.settle()
    assert codes(found, Weight.PASSED) == {"rows", "not-safe", "not-stable", "services", "child-seen"}


@given(ANSWERS, ANSWERS)
def test_both_conditions_of_the_law_must_be_yes(safe: Answer | None, stable: Answer | None) -> None:
    said = replace(WELL, safe=Reply(safe, "x"), stable=Reply(stable, "x"))
    blocked = codes(rules.findings_before_proposing(closing(said)), Weight.BLOCK)
    assert ("not-safe" in blocked) == (safe is not Answer.YES)
    assert ("not-stable" in blocked) == (stable is not Answer.YES)


def test_a_bare_yes_is_not_enough() -> None:
    said = replace(WELL, safe=Reply(Answer.YES), stable=Reply(Answer.YES, ""))
    assert codes(rules.findings_before_proposing(closing(said)), Weight.BLOCK) == {
        "safe-evidence",
        "stable-evidence",
    }


@given(st.fixed_dictionaries(dict.fromkeys(SAFEST, LEVELS)))
def test_every_row_is_answered_and_danger_wants_a_word(levels: dict[str, str | None]) -> None:
    said = replace(WELL, ratings={code: Rating(level) for code, level in levels.items()})
    found = rules.findings_before_proposing(closing(said))
    open_rows = {f"row-{code}" for code, level in levels.items() if level is None}
    assert codes(found, Weight.BLOCK) == open_rows
    dangerous = any(levels[row.code] == table.danger for table in FORM.tables for row in table.rows)
    assert ("rows-dangerous" in codes(found, Weight.EXPLAIN)) == dangerous
    assert ("rows-unknown" in codes(found, Weight.EXPLAIN)) == ("unknown" in levels.values())


@pytest.mark.parametrize(
    ("facts", "code", "weight"),
    [
        ({"running": ("Tham vấn",)}, "services-running", Weight.EXPLAIN),
        ({"never_noted": ("Tham vấn",)}, "services-not-noted", Weight.EXPLAIN),
        ({"promises_open": 2}, "promises-open", Weight.EXPLAIN),
        ({"seen": False}, "child-not-seen", Weight.EXPLAIN),
        ({"seen_alone": False}, "child-not-seen-alone", Weight.EXPLAIN),
        ({"planned": False, "approval_stands": False}, "no-plan", Weight.EXPLAIN),
        ({"approval_stands": False}, "approval-void", Weight.BLOCK),
    ],
)
def test_what_the_services_leave_open(facts: dict[str, object], code: str, weight: Weight) -> None:
    found = rules.findings_before_proposing(closing(**facts))
    assert codes(found, weight) == {code}
    with pytest.raises(RuleBroken):
        found.settle()
    if weight is Weight.EXPLAIN:
        found.settle({code: "Đã bàn giao cho trường"})


def test_an_emergency_that_still_runs_stops_everything() -> None:
    facts = replace(closing(), emergency_running=True)
    assert codes(rules.findings_before_proposing(facts), Weight.BLOCK) == {"emergency-open"}


def test_who_reviewed_does_not_close() -> None:
    def found(closer: str, state: ReviewState = ReviewState.PROPOSED, own_unit: bool = True) -> Findings:
        return rules.findings_before_closing(
            closing(), state=state, closer=closer, writers=("officer",), own_unit=own_unit
        )

    found("chair").settle()
    assert codes(found("officer"), Weight.BLOCK) == {"own-review"}
    assert codes(found("chair", ReviewState.DRAFT), Weight.BLOCK) == {"not-proposed"}
    assert codes(found("chair", own_unit=False), Weight.BLOCK) == {"another-unit"}


def test_a_refusal_says_why() -> None:
    for reason, blocked in ((None, {"no-reason"}), ("Chưa gặp riêng trẻ", set())):
        found = rules.findings_before_refusing(
            state=ReviewState.PROPOSED, reason=reason, closer="chair", writers=("officer",), own_unit=True
        )
        assert codes(found, Weight.BLOCK) == blocked


def test_another_round_says_what_must_change() -> None:
    risky = replace(WELL, safe=Reply(Answer.NO, "Cha vẫn tới nhà"))
    assert codes(rules.findings_before_another_round(risky), Weight.BLOCK) == {"next-plan"}
    rules.findings_before_another_round(replace(risky, next_plan="Nơi ở khác")).settle()
    found = rules.findings_before_another_round(Answers(next_plan="Nơi ở khác"))
    assert codes(found, Weight.EXPLAIN) == {"rows-open"}
    both = rules.findings_before_another_round(replace(WELL, next_plan="Theo dõi thêm"))
    assert codes(both, Weight.EXPLAIN) == {"both-met"}


@given(st.sampled_from(FORM.tables), LEVELS, LEVELS)
def test_less_danger_one_way_is_more_danger_the_other(
    table: factors.FactorTable, before: str, now: str
) -> None:
    there, back = rules.shift(table, before, now), rules.shift(table, now, before)
    turned = {Shift.LESS: Shift.MORE, Shift.MORE: Shift.LESS}
    assert back is turned.get(there, there)
    assert (there is Shift.UNKNOWN) == (before in factors.NOT_KNOWN or now in factors.NOT_KNOWN)


def test_high_is_bad_for_harm_and_good_for_protection() -> None:
    harm, protection = FORM.tables
    assert rules.shift(harm, "high", "low") is Shift.LESS
    assert rules.shift(protection, "high", "low") is Shift.MORE
    assert rules.shift(protection, "medium", "medium") is Shift.SAME


def test_every_row_knows_what_was_asked_before() -> None:
    known = {row.code for form in ("02", "03", "06") for row in factors.assessment(form).rows}
    assert set(rules.BEFORE) == {row.code for row in FORM.rows}
    assert {code for alike in rules.BEFORE.values() for code in alike} <= known
