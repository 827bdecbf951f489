"""Every form, filled with much, with nothing and with nasty things: every name is there, every file opens and converts."""

import io
import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from casemgr.core.errors import Unavailable
from casemgr.core.words import VIETNAMESE, speaking
from casemgr.documents import docx, pdf, sheet
from casemgr.documents.catalogue import KINDS
from casemgr.documents.facts import CaseFacts, Facts, Letterhead, Printing
from casemgr.documents.fillers.wording import DOTS
from casemgr.law.official_forms import official_forms
from tests.documents.papers import LETTERS, NASTY, ON, filled, with_everything

FORMS = tuple(KINDS)
KINDS_OF_FACTS = {"full": "Ấm áp", "nasty": NASTY, "empty": None}


def facts_of(kind: str) -> Facts:
    word = KINDS_OF_FACTS[kind]
    return Facts() if word is None else with_everything(word)


def made(form: str, facts: Facts) -> bytes:
    with speaking(VIETNAMESE):
        return docx.fill(docx.shipped(form), filled(form, facts))


def words_of(file: bytes) -> str:
    return sheet.read(file).text()


def test_all_sixteen_forms_and_the_minutes_are_there() -> None:
    assert {form.number for form in official_forms(ON)} | {"BB"} == set(FORMS)
    assert len(FORMS) == 17


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS_OF_FACTS)
def test_a_filler_names_everything_its_template_asks_for(form: str, kind: str) -> None:
    with speaking(VIETNAMESE):
        fields = filled(form, facts_of(kind))
    names = docx.shipped_names(form)
    assert names.fields <= fields.keys()
    for name, columns in names.lists.items():
        rows = fields[name]
        assert not isinstance(rows, str)
        assert all(columns == row.keys() & columns for row in rows)
        assert len(rows) > 0 or kind == "empty" or name in ("grounds", "services", "conditions")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS_OF_FACTS)
def test_every_file_opens_and_holds_no_sign_that_was_not_filled(form: str, kind: str) -> None:
    file = made(form, facts_of(kind))
    document = Document(io.BytesIO(file))
    assert document.core_properties.author == "casemgr"
    text = words_of(file)
    if kind != "nasty":
        assert "{{" not in text and "{%" not in text
    assert docx.package.unpack(file)  # holds nothing we would refuse in somebody else's file
    assert file == made(form, facts_of(kind)), "the same facts give the same bytes"


@pytest.mark.parametrize("form", FORMS)
def test_signs_in_a_text_are_text(form: str) -> None:
    text = words_of(made(form, with_everything('{{ 7*7 }} {% if x %} </w:t> <b> & "')))
    assert "{{ 7*7 }} {% if x %} </w:t> <b> &" in text and "49" not in text


def test_an_empty_file_shows_dotted_lines_and_makes_nothing_up() -> None:
    for form in FORMS:
        with speaking(VIETNAMESE):
            fields = filled(form, Facts())
        allowed = {"", DOTS, "0", "1", "……", "………", "chưa đối chiếu bản chính"}
        for name, value in fields.items():
            if isinstance(value, str):
                assert value in allowed, (form, name, value)


def test_fifty_children_and_suspects_fit() -> None:
    facts = with_everything("Đặng Thị Thường", 50)
    for form in FORMS:
        file = made(form, facts)
        assert "Đặng Thị Thường" in words_of(file)
        if form in ("01", "04", "09", "14"):
            assert sheet.read(file).longest_table() > 50
            assert len(pdf.from_docx(file, form)) > 10_000


def test_a_list_that_would_take_too_long_is_offered_as_word_only() -> None:
    file = made("14", with_everything("Đặng Thị Thường", pdf.MOST_ROWS + 1))
    with pytest.raises(Unavailable, match="quá dài"), speaking(VIETNAMESE):
        pdf.from_docx(file, "14")


def test_a_long_name_stands_whole() -> None:
    name = "Nguyễn Thị " + "Thường " * 60
    facts = Facts(case=replace(CaseFacts(), card=replace(CaseFacts().card, name=name)))
    assert name.strip() in words_of(made("02", facts))


def test_the_frame_says_agency_number_place_day_secrecy_and_who_printed_for_whom() -> None:
    printing = Printing(
        letterhead=Letterhead("Xã Na Sầm", "Na Sầm", "Tỉnh Lạng Sơn"),
        number="12/BC-UBND",
        on=ON,
        secrecy="Bí mật đời sống riêng tư của trẻ em",
        scope="Chỉ nơi nhận",
        recipient="Công an xã Na Sầm",
        purpose="Xác minh",
        printed_by="Người Thử",
        case_number="06124-2026-00001-K",
    )
    for form in FORMS:
        text = words_of(made(form, Facts(printing=printing)))
        for told in (
            "XÃ NA SẦM",
            "12/BC-UBND",
            "Na Sầm, ngày 18 tháng 11 năm 2026",
            "BÍ MẬT ĐỜI SỐNG RIÊNG TƯ CỦA TRẺ EM",
            "Chỉ nơi nhận",
            "Công an xã Na Sầm",
            "Mục đích: Xác minh",
            "Người Thử",
            "06124-2026-00001-K",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        ):
            if told == "XÃ NA SẦM" and form in ("08", "15"):
                assert "Ủy ban nhân dân XÃ NA SẦM" in text
                continue
            assert told in text, (form, told)


def test_what_was_not_compared_with_the_official_text_says_so() -> None:
    for form in FORMS:
        checked = KINDS[form].checked(ON)
        text = words_of(made(form, Facts(printing=Printing(checked=checked))))
        assert ("chưa đối chiếu bản chính" in text) is (form != "01"), form


# --- as PDF ------------------------------------------------------------------------------------------------------


def extracted(folder: Path, file: bytes) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(file)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return unicodedata.normalize("NFC", done.stdout.decode())


def lettered() -> Facts:
    """Facts whose texts hold every letter of Vietnamese, a few in each word so that lines break between them."""
    words = " ".join(LETTERS[place : place + 6] for place in range(0, len(LETTERS), 6))
    return with_everything(words, 1)


@pytest.mark.parametrize("form", FORMS)
def test_the_pdf_shows_every_vietnamese_letter(form: str, tmp_path: Path) -> None:
    text = extracted(tmp_path, pdf.from_docx(made(form, lettered()), form))
    assert not [letter for letter in LETTERS if letter not in text]


def test_the_same_word_file_gives_the_same_pdf() -> None:
    file = made("02", lettered())
    assert pdf.from_docx(file, "02") == pdf.from_docx(file, "02")


def test_pages_are_counted(tmp_path: Path) -> None:
    text = extracted(
        tmp_path, pdf.from_docx(made("03", Facts(case=with_everything("Ấm áp " * 80).case)), "03")
    )
    told = [(int(one), int(all_)) for one, all_ in re.findall(r"Trang (\d+)/(\d+)", text)]
    assert len(told) > 2 and told == [(place, len(told)) for place in range(1, len(told) + 1)]


@pytest.mark.slow
def test_libreoffice_opens_every_form_and_shows_every_letter(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    assert office is not None, "install libreoffice-writer-nogui (see .ci/run)"
    for form in FORMS:
        (tmp_path / f"{form}.docx").write_bytes(made(form, lettered()))
    command = [
        office,
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    files = [str(path) for path in sorted(tmp_path.glob("*.docx"))]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), *files], check=True, capture_output=True, timeout=180
    )
    for form in FORMS:
        done = subprocess.run(
            ["pdftotext", str(tmp_path / f"{form}.pdf"), "-"], capture_output=True, check=True
        )
        text = unicodedata.normalize("NFC", done.stdout.decode())
        assert not [letter for letter in LETTERS if letter not in text], form


def test_a_machine_without_a_printer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_printer", lambda: None)
    assert not pdf.available()
    with pytest.raises(Exception, match="Word"):
        pdf.from_docx(made("01", Facts()), "01")
