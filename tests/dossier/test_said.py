"""What the timeline says beyond its steps, in the language of whoever reads it."""

import pytest

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.terms import BESIDE, Beside, Note, Step
from casemgr.core.words import ENGLISH, VIETNAMESE, speaking
from casemgr.dossier import timeline
from casemgr.dossier.said import said
from casemgr.intake.terms import Kind
from casemgr.intervention.care.caring import KIND_WORDS
from casemgr.intervention.care.terms import EntryKind
from tests.intervention.care import work
from tests.support.factories import a_report
from tests.support.house import HouseUnderTest


def test_every_step_has_its_words() -> None:
    assert set(timeline.WORDS) == set(Step)


def test_a_request_for_advice_starts_no_clock_and_does_not_say_so(house: HouseUnderTest) -> None:
    numbers = [a_report(house, kind=kind) for kind in (Kind.CONSULTATION, Kind.INTERVENTION)]
    client = house.client(Role.COMMUNE_OFFICER)
    said_of = ["Đồng hồ 12 giờ bắt đầu" in client.get(f"/cases/{number}").text for number in numbers]
    assert said_of == [False, True]
    with house.maintenance() as desk:  # and what it became later does not change what happened then
        spine.run_clock(desk, cases.case(desk, numbers[0]), EMERGENCY)
    assert "Đồng hồ 12 giờ bắt đầu" not in client.get(f"/cases/{numbers[0]}").text


@pytest.mark.parametrize(
    ("note", "vietnamese", "english"),
    [
        (None, "", ""),
        (Note(data={"risk": "high"}), "Nguy cơ cao", "High danger"),
        (
            Note(reason="Cha đã bị tạm giữ.", data={"grounds": "danger,carer"}),
            "Khẩn cấp theo luật nhưng kết luận không áp dụng biện pháp. Cha đã bị tạm giữ.",
            "By law an emergency, but no measures were concluded. Cha đã bị tạm giữ.",
        ),
        (
            Note(reason="Đã thống nhất", data={"number": "251/QĐ-UBND"}),
            "251/QĐ-UBND. Đã thống nhất",
            "251/QĐ-UBND. Đã thống nhất",
        ),
        (Note("Concluded: high danger", "Vì sao"), *["Concluded: high danger. Vì sao"] * 2),
        (Note("Đã gọi", data={"tell": "commune_chair"}), "Đã gọi", "Đã gọi"),
    ],
)
def test_codes_are_worded_and_free_text_stays(note: Note | None, vietnamese: str, english: str) -> None:
    with speaking(VIETNAMESE):
        assert said(note) == vietnamese
    with speaking(ENGLISH):
        assert said(note) == english


@pytest.mark.parametrize("language", [VIETNAMESE, ENGLISH])
def test_what_happened_beside_the_steps_is_told_in_the_reader_s_language(language: str) -> None:
    with speaking(language):
        for what in Beside:
            assert said(Note.of(what, reason="Vì sao")) == f"{BESIDE[what]} Vì sao"
        for kind in EntryKind:
            assert said(Note(data={"care_entry": kind})) == str(KIND_WORDS[kind])
        assert said(Note(data={"happened": "from a newer program"})) == ""


def test_whoever_writes_in_english_is_read_in_vietnamese(house: HouseUnderTest) -> None:
    number, carer = work.a_child(house), work.a_carer(house)
    with speaking(ENGLISH):
        work.proposed(house, number, carer)
    with speaking(VIETNAMESE), house.maintenance(writing=False) as desk:
        told = [said(line.note) for line in cases.timeline(desk, cases.case(desk, number))]
    assert "Đã đề xuất chăm sóc thay thế." in told


def test_measures_and_a_verdict_have_their_names() -> None:
    measures = Note(data={"measures": "police_protection,medical_care"})
    with speaking(VIETNAMESE):
        in_vietnamese = said(measures)
        assert "công an" in in_vietnamese.lower() and "; " in in_vietnamese
        assert said(Note(data={"verdict": "no_measures"}))
    with speaking(ENGLISH):
        assert "police" in said(measures).lower() and said(measures) != in_vietnamese
        assert said(Note(data={"verdict": "no_measures"})) == "No emergency measures"
