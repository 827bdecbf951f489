"""What is taken out of the facts: wherever it was written, however it was typed, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from casemgr.children.terms import Card, Detail
from casemgr.documents.facts import CaseFacts, Separated
from casemgr.documents.hiding import MARK, for_recipient
from casemgr.documents.terms import Shown
from casemgr.intake.terms import Incident, Reporter, Story

HIDDEN = CaseFacts(
    reporter=Reporter(name="Lý Thị Giả Định", phone="0900 000 000", address="tổ 3, khu Hư Cấu"),
    place="nhà bà ngoại, thôn Bản Tích",
)


def told(text: str, **more: object) -> CaseFacts:
    return CaseFacts(
        reporter=HIDDEN.reporter,
        place=HIDDEN.place,
        story=Story(Incident(description=text, address="thôn Nà Tềnh")),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "text",
    [
        "Chị Lý Thị Giả Định gọi",
        "chị LÝ THỊ GIẢ ĐỊNH gọi",
        "chi ly thi gia dinh goi",
        "Lý  Thị\nGiả Định",
        "số 0900000000",
        "số 0900.000.000 hoặc +84 900 000 000",
        "đang ở nhà bà ngoại",
        "thôn Bản Tích, cuối đường",
        "khu hư cấu: tổ 3, khu Hư Cấu",
    ],
)
def test_it_is_found_however_it_is_typed(text: str) -> None:
    found = for_recipient(told(text), ())
    said = found.facts.story.incident.description or ""
    assert MARK in said and found.removed >= 3
    for secret in ("Giả Định", "giả định", "gia dinh", "GIẢ ĐỊNH", "0900", "900 000", "bà ngoại", "Bản Tích"):
        assert secret not in said


def test_parts_go_whole_and_the_rest_stays() -> None:
    facts = told(
        "Bé khóc", card=Card("Nông Minh Khang"), separation=Separated(place="nhà bà ngoại", carer="bà Lan")
    )
    found = for_recipient(facts, ()).facts
    assert found.reporter is None and found.place is None
    assert found.separation is not None and found.separation.place is None and found.separation.carer is None
    assert found.card.name == "Nông Minh Khang" and found.story.incident.description == "Bé khóc"


def test_what_is_to_be_shown_stays() -> None:
    found = for_recipient(told("Lý Thị Giả Định, nhà bà ngoại"), (Shown.REPORTER, Shown.PLACE))
    assert (
        found.facts.reporter == HIDDEN.reporter and found.facts.place == HIDDEN.place and found.removed == 0
    )
    assert found.facts.story.incident.description == "Lý Thị Giả Định, nhà bà ngoại"


def test_a_name_of_one_word_goes_only_as_a_name() -> None:
    facts = CaseFacts(
        reporter=Reporter(name="Lan"), story=Story(Incident(description="Lan can gãy, lan rộng, cô Lan báo"))
    )
    said = for_recipient(facts, ()).facts.story.incident.description
    assert said == f"{MARK} can gãy, lan rộng, cô {MARK} báo"


def test_the_place_of_the_incident_is_no_secret() -> None:
    facts = CaseFacts(
        place="thôn Nà Tềnh, nhà bà",
        story=Story(Incident(address="thôn Nà Tềnh", description="ở thôn Nà Tềnh, nhà bà")),
    )
    found = for_recipient(facts, ()).facts.story.incident
    assert found.address == "thôn Nà Tềnh" and "nhà bà" not in (found.description or "")


@settings(max_examples=60)
@given(some.text(alphabet="abcđê ôLýThGiảĐịn09.-\n", max_size=120), some.text(max_size=60))
def test_never_in_any_text(before: str, after: str) -> None:
    facts = told(
        f"{before} Lý Thị Giả Định {after}", detail=Detail(family=f"{after}\nLý Thị Giả Định {before}")
    )
    found = for_recipient(facts, ()).facts
    assert "Lý Thị Giả Định" not in repr(found)
