"""The tables of forms 02, 03 and 06, and what their answers suggest."""

import copy
import json
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr import law
from casemgr.law.basis import Status
from casemgr.law.factors import Level, Suggestion, assessment, assessments, from_file, level_wording, suggest
from casemgr.law.rows import LawDataWrong, UnknownInLaw, opened

FILE = json.loads((Path(law.__file__).parent / "data" / "factors.json").read_text(encoding="utf-8"))
GRAVITY = [Level.LOW, Level.MEDIUM, Level.HIGH]
ANSWERS = [*Level, "unknown"]


@st.composite
def answered(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    form = draw(st.sampled_from(["02", "03", "06"]))
    rows = assessment(form).rows
    return form, {row.code: str(draw(st.sampled_from(ANSWERS))) for row in rows}


def said(suggestion: Suggestion, lang: str) -> str:
    return " ".join(reason.text(lang) for reason in suggestion.reasons)


def test_the_tables_and_their_rows() -> None:
    assert list(assessments()) == ["02", "03", "06"]
    sizes = {form: (len(one.harm.rows), len(one.protection.rows)) for form, one in assessments().items()}
    assert sizes == {"02": (2, 2), "03": (5, 5), "06": (3, 3)}
    for one in assessments().values():
        for row in one.rows:
            assert row.code.startswith(f"M{one.form}.") and set(row.levels) == set(Level)
            assert all(sentence.vi and sentence.en for sentence in row.levels.values())
            assert len({sentence.vi for sentence in row.levels.values()}) == 3


def test_danger_lies_on_opposite_sides() -> None:
    for one in assessments().values():
        assert one.harm.danger is Level.HIGH and one.protection.danger is Level.LOW
        assert one.harm.safe_to_danger == (Level.LOW, Level.MEDIUM, Level.HIGH)
        assert one.protection.safe_to_danger == (Level.HIGH, Level.MEDIUM, Level.LOW)
        assert one.harm.danger_of(Level.HIGH) == one.protection.danger_of(Level.LOW) == 2


def test_what_was_not_checked_says_so() -> None:
    assert all(row.status is Status.PROVISIONAL for form in ("02", "03") for row in assessment(form).rows)
    assert all(row.status is Status.CONFIRMED for row in assessment("06").harm.rows)
    assert all(row.status is Status.PROVISIONAL for row in assessment("06").protection.rows)
    doubtful = {row.code for one in assessments().values() for row in one.rows if row.doubtful}
    assert doubtful == {"M03.A5", "M03.B5"}
    assert all(assessment("03").row(code).note for code in doubtful)


def test_the_eight_required_contents() -> None:
    required = assessment("03").required
    assert [content.letter for content in required] == list("abcdđegh")
    assert all(content.status is Status.CONFIRMED for content in required)
    assert all(content.basis.article == f"Điều 27 khoản 1 điểm {content.letter}" for content in required)
    assert [content.letter for content in required if content.left_out_when] == ["h"]
    assert assessment("02").required == assessment("06").required == ()
    assert required[0].basis.in_force(date(2026, 11, 21))


@pytest.mark.parametrize(
    ("harm", "protection", "level"),
    [
        (["medium", "high"], ["low", "medium"], Level.HIGH),
        (["medium", "high"], ["high", "low"], Level.MEDIUM),
        (["low", "low"], ["low", "low"], Level.MEDIUM),
        (["medium", "medium"], ["high", "low"], Level.LOW),
        (["low", "high"], ["high", "high"], Level.LOW),
    ],
)
def test_high_answers_are_counted_against_each_other(
    harm: list[str], protection: list[str], level: Level
) -> None:
    codes = ["M02.A1", "M02.A2", "M02.B1", "M02.B2"]
    suggestion = suggest("02", dict(zip(codes, harm + protection, strict=True)))
    assert suggestion.level is level and suggestion.lowest is level and not suggestion.unknown
    assert suggestion.status is Status.PROVISIONAL
    assert "chưa đối chiếu bản chính" in said(suggestion, "vi")


def test_the_law_wins_over_the_count() -> None:
    answers = {"M02.A1": "high", "M02.A2": "low", "M02.B1": "high", "M02.B2": "high"}
    suggestion = suggest("02", answers)
    assert suggestion.emergency and suggestion.level is suggestion.lowest is Level.HIGH
    assert "Theo luật, đây là trường hợp khẩn cấp" in said(suggestion, "vi")
    assert not suggest("02", {**answers, "M02.A1": "medium"}).emergency
    assert suggest("02", {**answers, "M02.A1": "medium"}).level is Level.LOW


def test_nothing_is_suggested_from_nothing() -> None:
    for answers in ({}, {"M02.A1": None, "M02.B1": ""}, {"M02.A1": "unknown", "M02.A2": "not_asked"}):
        suggestion = suggest("02", answers)
        assert suggestion.level is suggestion.lowest is suggestion.highest is None
        assert not suggestion.emergency
        assert said(suggestion, "en").startswith("Nothing has been answered")


def test_an_unknown_answer_forbids_the_lower_level() -> None:
    suggestion = suggest("02", {"M02.A1": "low", "M02.A2": "unknown", "M02.B1": "high", "M02.B2": "low"})
    assert (suggestion.lowest, suggestion.highest, suggestion.level) == (
        Level.LOW,
        Level.MEDIUM,
        Level.MEDIUM,
    )
    assert suggestion.unknown == ("M02.A2",)
    assert "Chưa thể gợi ý mức thấp hơn" in said(suggestion, "vi")
    assert "from low danger to medium danger" in said(suggestion, "en")


def test_an_unknown_answer_that_changes_nothing() -> None:
    answers = {row.code: "low" for row in assessment("06").rows}
    suggestion = suggest("06", {**answers, "M06.A2": "high", "M06.A3": "high", "M06.B1": "unknown"})
    assert suggestion.level is Level.HIGH and suggestion.unknown == ("M06.B1",)
    assert suggestion.lowest is Level.HIGH
    assert "would change the suggestion" in said(suggestion, "en")


def test_the_doubtful_fifth_rows_may_be_left_and_never_lower_anything() -> None:
    core = {row.code: "medium" for row in assessment("03").rows if not row.doubtful}
    assert suggest("03", core).level is suggest("03", core).lowest is Level.MEDIUM
    worse = suggest("03", {**core, "M03.A5": "high"})
    assert worse.level is Level.HIGH and "fifth row" in said(worse, "en")
    assert suggest("03", {**core, "M03.B5": "high"}).level is Level.MEDIUM


def plainly(harm: int, protection: int) -> Level:
    return Level.MEDIUM if harm == protection else Level.HIGH if harm > protection else Level.LOW


def test_every_way_of_answering_form_02() -> None:
    codes = [row.code for row in assessment("02").rows]
    for chosen in product([*Level, None], repeat=4):
        answers = dict(zip(codes, chosen, strict=True))
        outcomes = {
            plainly([a1, a2].count(Level.HIGH), [b1, b2].count(Level.HIGH))
            for a1, a2, b1, b2 in product(*([one] if one else list(Level) for one in chosen))
        }
        suggestion = suggest("02", answers)
        if not any(chosen):
            assert suggestion.level is None
        elif chosen[0] is Level.HIGH:
            assert suggestion.level is Level.HIGH
        else:
            assert suggestion.level is suggestion.highest is max(outcomes, key=GRAVITY.index)
            assert suggestion.lowest is min(outcomes, key=GRAVITY.index)


@given(answered(), st.data())
def test_learning_an_answer_never_leads_above_what_was_possible(
    given_answers: tuple[str, dict[str, str]], data: st.DataObject
) -> None:
    form, answers = given_answers
    before = suggest(form, answers)
    open_rows = [row for row in before.unknown if row in answers]
    if not open_rows or before.level is None:
        return
    row = data.draw(st.sampled_from(open_rows))
    after = suggest(form, {**answers, row: data.draw(st.sampled_from([Level.MEDIUM, Level.LOW, Level.HIGH]))})
    assert after.level is not None
    if not after.emergency:
        assert GRAVITY.index(after.level) <= GRAVITY.index(before.level)


@given(answered())
def test_more_harm_is_never_less_danger(given_answers: tuple[str, dict[str, str]]) -> None:
    form, answers = given_answers
    before = suggest(form, answers)
    for row in assessment(form).harm.rows:
        after = suggest(form, {**answers, row.code: "high"})
        assert after.level is not None
        if before.level is not None and answers[row.code] != "unknown":
            assert GRAVITY.index(after.level) >= GRAVITY.index(before.level)


def test_strange_answers_are_refused() -> None:
    with pytest.raises(UnknownInLaw, match="no row M03"):
        suggest("02", {"M03.A1": "high"})
    with pytest.raises(UnknownInLaw, match="high, medium, low or unknown"):
        suggest("02", {"M02.A1": "CAO"})
    with pytest.raises(UnknownInLaw, match="Form 04 has no tables"):
        suggest("04", {})
    with pytest.raises(UnknownInLaw, match="no row X"):
        assessment("02").row("X")


def test_levels_have_names() -> None:
    assert level_wording(Level.HIGH).vi == "nguy cơ cao" and level_wording(Level.LOW).en == "low danger"


def changed(path: list[str | int], value: object) -> object:
    data = copy.deepcopy(FILE)
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (changed(["forms", 0, "harm", "safe_to_danger"], ["high", "medium", "low"]), "high last"),
        (changed(["forms", 0, "protection", "safe_to_danger"], ["low", "medium", "high"]), "low last"),
        (changed(["forms", 0, "harm", "safe_to_danger"], ["low", "high"]), "high last"),
        (changed(["forms", 0, "harm", "rows", 1, "code"], "M02.A1"), "stands twice"),
        (changed(["forms", 0, "harm", "rows", 0, "levels", "low"], None), "named members"),
        (changed(["forms", 0, "harm", "rows", 0, "emergency_at"], "grave"), "high, medium or low"),
        (changed(["forms", 1, "required", 0, "basis"], "X 1"), "No instrument"),
    ],
)
def test_a_wrong_file_is_refused(data: object, sentence: str) -> None:
    with pytest.raises(LawDataWrong, match=sentence):
        from_file(opened("factors", data))
