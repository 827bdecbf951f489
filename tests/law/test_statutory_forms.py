"""The sixteen forms: numbers, what each is for, and how well it is known."""

import copy
import json
from datetime import date
from pathlib import Path

import pytest

from casemgr import law
from casemgr.law.basis import Status
from casemgr.law.official_forms import all_forms, from_file, official_form, official_forms
from casemgr.law.rows import LawDataWrong, UnknownInLaw, opened

TODAY = date(2026, 11, 21)
FILE = json.loads((Path(law.__file__).parent / "data" / "official_forms.json").read_text(encoding="utf-8"))


def test_sixteen_forms_by_number() -> None:
    assert [form.number for form in official_forms(TODAY)] == [f"{n:02}" for n in range(1, 17)]
    assert list(all_forms()) == [f"{n:02}" for n in range(1, 17)]
    for form in official_forms(TODAY):
        assert form.title.vi and form.title.en and form.purpose.vi and form.purpose.en
        assert form.basis.instrument == "ND56" and form.cite("vi").startswith(
            "Nghị định 56/2017/NĐ-CP, Điều "
        )


def test_only_what_was_read_is_called_verified() -> None:
    assert {form.number for form in official_forms(TODAY) if form.title_verified} == {"01", "06"}
    states = {form.number: form.content_status for form in official_forms(TODAY)}
    assert states.pop("01") is Status.CONFIRMED and states.pop("06") is Status.PARTLY
    assert set(states.values()) == {Status.PROVISIONAL}


@pytest.mark.parametrize(
    ("number", "article"),
    [
        ("01", "25"),
        ("02", "26"),
        ("03", "27"),
        ("04", "28"),
        ("05", "28"),
        ("06", "30"),
        ("07", "32"),
        ("13", "43"),
    ],
)
def test_the_article_of_a_form(number: str, article: str) -> None:
    assert official_form(number, on=TODAY).basis.article.split()[1] == article


def test_how_people_call_it() -> None:
    assert (
        official_form("07", on=TODAY).name.vi == "Mẫu 07"
        and official_form("07", on=TODAY).name.en == "Form 07"
    )


def test_no_form_before_the_decree_and_none_beyond_sixteen() -> None:
    assert official_forms(date(2017, 6, 30)) == ()
    with pytest.raises(UnknownInLaw, match="was not in force on 2017-06-30"):
        official_form("01", on=date(2017, 6, 30))
    with pytest.raises(UnknownInLaw, match="no form 17"):
        official_form("17", on=TODAY)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"number": "1"}, "two figures"),
        ({"number": "02"}, "without an end"),
        ({"title": {"vi": "x", "en": ""}}, "en must be a text"),
        ({"status": "unknown"}, "status is confirmed"),
        ({"title_verified": "yes"}, "true or false"),
        ({"room": "intake"}, "nobody reads room"),
    ],
)
def test_a_wrong_file_is_refused(members: dict[str, object], sentence: str) -> None:
    data = copy.deepcopy(FILE)
    data["forms"][0].update(members)
    with pytest.raises(LawDataWrong, match=sentence):
        from_file(opened("official_forms", data))
