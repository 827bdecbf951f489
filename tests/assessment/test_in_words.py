"""What is typed on Mẫu 02 and Mẫu 03 can be read again: an answer that is not told in words is seen by nobody."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from casemgr.assessment.forms import AssessmentForm, Contents, FullForm, InitialForm, Ratings
from casemgr.assessment.in_words import in_words
from casemgr.assessment.terms import Answers, Kind
from casemgr.law import factors

TODAY = date(2026, 11, 18)
BESIDE = {"version"}  # no answer
FORMS: dict[Kind, type[AssessmentForm]] = {Kind.INITIAL: InitialForm, Kind.FULL: FullForm}
ASKED = [
    (kind, field.short_name)
    for kind, form in FORMS.items()
    for field in form()
    if field.short_name not in BESIDE
]


def an_answer(kind: Kind, name: str) -> MultiDict[str, str]:
    """Something typed under one question."""
    field = FORMS[kind]()[name]
    if isinstance(field, Ratings):
        return MultiDict({f"row-{factors.assessment(field.official).rows[0].code}": "high"})
    if isinstance(field, Contents):
        return MultiDict({f"content-{factors.assessment('03').required[0].letter}": "Cái cầu"})
    choices = [str(choice[0]) for choice in getattr(field, "choices", None) or ()]
    return MultiDict({name: next((code for code in choices if code), "Cái cầu")})


@pytest.mark.parametrize(("kind", "name"), ASKED)
def test_each_answer_is_told_in_words(kind: Kind, name: str) -> None:
    form = FORMS[kind](an_answer(kind, name))
    assert form.validate(), form.errors
    answers = form.answers(Answers())
    assert answers != FORMS[kind](MultiDict({"version": "0"})).answers(Answers()), "the answer is not kept"
    assert in_words(kind, answers, TODAY) != in_words(kind, Answers(), TODAY)


@pytest.mark.parametrize(("kind", "name"), ASKED)
def test_each_answer_is_shown_again_where_it_was_typed(kind: Kind, name: str) -> None:
    answers = FORMS[kind](an_answer(kind, name)).answers(Answers())
    assert FORMS[kind].spread(answers)[name] not in (None, "", (), {})
