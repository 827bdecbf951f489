"""What the assessments suggest, what the law says over their score, and what stands against sending them."""

from dataclasses import replace

import pytest

from casemgr.assessment import rules
from casemgr.assessment.rules import Background, Ground
from casemgr.assessment.terms import Answers, Content, Kind, Need, Progress, Rating, Reply, Verdict
from casemgr.cases.terms import Risk, Stage
from casemgr.core.errors import RuleBroken
from casemgr.core.findings import Findings
from casemgr.intake.terms import Relation, Story, Suspect
from casemgr.law import factors

LETTERS = {content.letter: content.code for content in factors.assessment("03").required}


def rated(**levels: str | None) -> dict[str, Rating]:
    """Ratings of Mẫu 02 by the short names of its rows."""
    return {f"M02.{row}": Rating(level) for row, level in levels.items()}


def initial(
    verdict: Verdict | None, danger: Reply | None = Reply.NO, carer: Reply | None = Reply.NO, **levels: str
) -> Answers:
    given = {"A1": "low", "A2": "low", "B1": "high", "B2": "high", **levels}
    tonight = Need("with the grandmother", "the commune")
    return Answers(danger=danger, carer=carer, ratings=rated(**given), verdict=verdict, shelter=tonight)


def codes(findings: Findings) -> list[str]:
    return [finding.code for finding in findings]


def full(**changes: object) -> Answers:
    """A complete Mẫu 03 that suggests a low level and concludes it."""
    rows = factors.assessment("03")
    ratings = {row.code: Rating("low") for row in rows.harm.rows} | {
        row.code: Rating("high") for row in rows.protection.rows
    }
    contents = {code: Content("written", done=True) for code in LETTERS.values()}
    return replace(Answers(ratings=ratings, contents=contents, risk=Risk.LOW), **changes)  # type: ignore[arg-type]


def test_a_safe_child_needs_no_measures_and_no_explanation() -> None:
    rules.initial_is_ready(initial(Verdict.NO_MEASURES)).settle()


@pytest.mark.parametrize(
    ("danger", "carer", "levels", "grounds"),
    [
        (Reply.YES, Reply.NO, {}, (Ground.DANGER,)),
        (Reply.NO, Reply.YES, {}, (Ground.CARER,)),
        (Reply.NO, Reply.NO, {"A1": "high"}, (Ground.ROW,)),
        (Reply.YES, Reply.YES, {"A1": "high"}, (Ground.DANGER, Ground.CARER, Ground.ROW)),
        (Reply.UNCLEAR, None, {"A2": "high"}, ()),
    ],
)
def test_the_law_wins_whatever_the_score(
    danger: Reply, carer: Reply | None, levels: dict[str, str], grounds: tuple[Ground, ...]
) -> None:
    answers = initial(Verdict.MEASURES, danger, carer, **levels)
    assert rules.emergency_grounds(Kind.INITIAL, answers) == grounds
    refused = rules.initial_is_ready(replace(answers, verdict=Verdict.NO_MEASURES))
    assert ("against-law" in codes(refused)) is bool(grounds)


def test_no_measures_against_the_law_pass_once_the_reason_is_given() -> None:
    answers = initial(Verdict.NO_MEASURES, danger=Reply.YES)
    findings = rules.initial_is_ready(answers)
    assert codes(findings) == ["against-law"]
    with pytest.raises(RuleBroken):
        findings.settle(rules.explanations_of(answers))
    findings.settle(rules.explanations_of(replace(answers, reason="the police have taken the man away")))
    findings.settle(rules.explanations_of(replace(answers, explanations={"against-law": "taken away"})))


def test_a_child_is_protected_with_hardly_anything_answered() -> None:
    hurried = Answers(verdict=Verdict.MEASURES, danger=Reply.YES, care=Need("hospital"))
    rules.initial_is_ready(hurried).settle()


def test_refusing_measures_needs_every_answer() -> None:
    findings = rules.initial_is_ready(Answers(verdict=Verdict.NO_MEASURES))
    assert [finding.code for finding in findings.blocking] == [
        "danger-open",
        "carer-open",
        "row-M02.A1",
        "row-M02.A2",
        "row-M02.B1",
        "row-M02.B2",
    ]
    assert [finding.field for finding in findings.blocking] == ["danger", "carer", "A1", "A2", "B1", "B2"]


def test_not_known_is_an_answer_that_never_lowers_the_suggestion() -> None:
    answers = initial(Verdict.NO_MEASURES, A2="unknown", B1="not_asked", B2="refused")
    assert not rules.initial_is_ready(answers).blocking
    assert rules.suggestion(Kind.INITIAL, answers).level is factors.Level.HIGH
    assert codes(rules.initial_is_ready(answers)) == ["differs"]


def test_an_unclear_question_of_the_law_needs_a_reason_to_do_nothing() -> None:
    answers = initial(Verdict.NO_MEASURES, danger=Reply.UNCLEAR)
    assert codes(rules.initial_is_ready(answers)) == ["unclear"]
    assert codes(rules.initial_is_ready(replace(answers, verdict=Verdict.MEASURES))) == ["differs"]


@pytest.mark.parametrize(
    ("verdict", "levels", "differs"),
    [
        (Verdict.NO_MEASURES, {"A2": "high", "B1": "low", "B2": "low"}, True),
        (Verdict.MEASURES, {"A2": "high", "B1": "low", "B2": "low"}, False),
        (Verdict.NO_MEASURES, {}, False),
        (Verdict.MEASURES, {}, True),
        (Verdict.NO_MEASURES, {"B1": "low", "B2": "low"}, False),
        (Verdict.MEASURES, {"B1": "low", "B2": "low"}, False),
        (None, {}, False),
    ],
)
def test_another_conclusion_than_the_suggested_one_needs_a_reason(
    verdict: Verdict | None, levels: dict[str, str], differs: bool
) -> None:
    answers = initial(verdict, **levels)
    assert rules.verdict_differs(answers) is differs
    findings = rules.initial_is_ready(answers)
    assert ("differs" in codes(findings)) is differs
    assert bool(findings.blocking) is (verdict is None)


def test_measures_without_a_place_for_tonight_need_an_explanation() -> None:
    answers = replace(initial(Verdict.MEASURES, danger=Reply.YES), shelter=Need())
    assert codes(rules.initial_is_ready(answers)) == ["needs-empty"]
    assert codes(rules.initial_is_ready(replace(answers, care=Need("dressing of wounds")))) == []


def test_totals_stand_in_the_order_of_the_form_with_what_is_open() -> None:
    tables = factors.assessment("02")
    answers = Answers(ratings=rated(A1="medium", A2="high", B1="low", B2="unknown"))
    assert rules.count(tables.harm, answers) == rules.Count(1, 1, 0, 0)
    assert rules.count(tables.protection, answers) == rules.Count(0, 0, 1, 1)
    assert rules.count(tables.protection, Answers()).open == 2
    doubtful = factors.assessment("03").harm
    assert rules.count(doubtful, Answers()).open == 4
    assert rules.count(doubtful, Answers(ratings={"M03.A5": Rating("unknown")})).open == 5


@pytest.mark.parametrize(
    ("suspects", "reply"),
    [
        ((), None),
        ((Suspect("s1"),), None),
        ((Suspect("s1", is_carer=True),), Reply.YES),
        ((Suspect("s1", is_carer=False, relations=(Relation("c1", "father"),)),), Reply.YES),
        ((Suspect("s1", is_carer=False, relations=(Relation("c1", "neighbour"),)),), Reply.NO),
        ((Suspect("s1", is_carer=False), Suspect("s2")), None),
    ],
)
def test_the_second_question_is_taken_from_the_report(
    suspects: tuple[Suspect, ...], reply: Reply | None
) -> None:
    assert rules.harm_by_carer(Story(suspects=suspects), "c1") is reply


def test_a_full_assessment_passes_when_all_is_written() -> None:
    findings = rules.full_is_ready(full(), Background())
    assert codes(findings) == []
    findings.settle()


def test_a_full_assessment_needs_its_rows_and_its_level() -> None:
    findings = rules.full_is_ready(full(ratings={}, risk=None), Background())
    rows = [f"row-M03.{side}{number}" for side in "AB" for number in range(1, 5)]
    assert [finding.code for finding in findings.blocking] == [*rows, "no-risk"]


def test_doubtful_rows_may_be_left() -> None:
    kept = {code: rating for code, rating in full().ratings.items() if not code.endswith("5")}
    rules.full_is_ready(full(ratings=kept), Background()).settle()


def test_a_missing_content_needs_an_explanation() -> None:
    contents = {code: content for code, content in full().contents.items() if code != LETTERS["g"]}
    findings = rules.full_is_ready(full(contents=contents), Background())
    assert [finding.code for finding in findings.to_explain] == ["content-g"]
    findings.settle({"content-g": "the child is two years old"})


def test_the_wishes_of_carers_are_left_out_when_one_of_them_is_alleged() -> None:
    contents = {code: content for code, content in full().contents.items() if code != LETTERS["h"]}
    answers = full(contents=contents)
    assert [finding.code for finding in rules.full_is_ready(answers, Background()).to_explain] == [
        "content-h"
    ]
    left_out = rules.full_is_ready(answers, Background(carer_alleged=True))
    assert [finding.code for finding in left_out.passed] == ["content-h"]
    left_out.settle()
    with_text = rules.full_is_ready(full(), Background(carer_alleged=True))
    assert codes(with_text) == []


def test_the_state_of_a_content() -> None:
    code = LETTERS["h"]
    states = [
        rules.content_progress("h", code, Answers(contents=contents), Background(carer_alleged=alleged))
        for contents, alleged in (
            ({}, False),
            ({}, True),
            ({code: Content("the mother asks for help")}, True),
            ({code: Content("the mother asks for help", done=True)}, False),
        )
    ]
    assert states == [Progress.EMPTY, Progress.LOCKED, Progress.WRITING, Progress.DONE]


def test_another_level_than_the_suggested_one_needs_a_reason() -> None:
    answers = full(risk=Risk.HIGH, services=("health",))
    findings = rules.full_is_ready(answers, Background())
    assert codes(findings) == ["differs"]
    findings.settle(rules.explanations_of(replace(answers, reason="the man will be released on Monday")))


def test_danger_found_late_asks_for_the_initial_assessment_again() -> None:
    ratings = {**full().ratings, "M03.A1": Rating("high")}
    answers = full(ratings=ratings, risk=Risk.HIGH, services=("health",))
    assert codes(rules.full_is_ready(answers, Background(emergency=False))) == ["danger-now"]
    assert codes(rules.full_is_ready(answers, Background(emergency=True))) == []


def test_danger_without_any_service_needs_an_explanation() -> None:
    ratings = {**full().ratings, "M03.A1": Rating("high")}
    answers = full(ratings=ratings, risk=Risk.HIGH)
    assert codes(rules.full_is_ready(answers, Background(emergency=True))) == ["no-services"]


@pytest.mark.parametrize(
    ("kind", "stage", "open_here"),
    [
        (Kind.INITIAL, Stage.ASSESSING, True),
        (Kind.INITIAL, Stage.STUDYING, True),
        (Kind.INITIAL, Stage.RECEIVED, False),
        (Kind.INITIAL, Stage.CLOSED, False),
        (Kind.FULL, Stage.PROTECTING, True),
        (Kind.FULL, Stage.STUDYING, True),
        (Kind.FULL, Stage.ASSESSING, False),
        (Kind.FULL, Stage.PLANNING, False),
    ],
)
def test_a_form_belongs_to_its_stages(kind: Kind, stage: Stage, open_here: bool) -> None:
    assert rules.may_be_written(kind, stage) is open_here
    assert bool(rules.belongs_here(kind, stage).blocking) is not open_here


def test_the_timeline_says_when_the_law_was_not_followed() -> None:
    assert rules.headline(Kind.INITIAL, initial(Verdict.NO_MEASURES)) == {}
    assert rules.headline(Kind.INITIAL, initial(Verdict.NO_MEASURES, danger=Reply.YES)) == {
        "grounds": "danger"
    }
    assert rules.headline(Kind.FULL, full()) == {"risk": full().risk}
