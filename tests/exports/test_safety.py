"""Safe to open: no formula comes through, passphrases are long enough, every encrypted file opens with its own alone."""

import csv
import io
import math
import re
import zipfile
from datetime import UTC, date, datetime

import msoffcrypto
import openpyxl
import pytest
import pyzipper
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.exceptions import DecryptionError, InvalidKeyError

from casemgr.children.terms import Birth, Card, Precision
from casemgr.core import books
from casemgr.exports import safety, sheets
from casemgr.exports.columns import COLUMNS, Line
from casemgr.exports.limits import limits
from casemgr.exports.terms import Format, Stamp
from casemgr.intake.terms import ToldChild

PHRASE = "ba-be-bi-bo-bu-by"
STARTS = "=+-@\t\r\n＝＋－＠"
STAMP = Stamp(
    "XD-0000BEEF", "Người Thử", "Xã Na Sầm", "18/11/2026 12:45", "=cmd|' /C calc'!A0", "kiểm tra", "căn cứ"
)
hostile = st.text(max_size=20).map(lambda text: text.replace("\x00", "")) | st.tuples(
    st.sampled_from(["", " ", "  ", "\u00a0", "\ufeff"]), st.sampled_from(STARTS), st.text(max_size=8)
).map("".join)


def a_line(name: str = "Nông Minh Khang", condition: str = "") -> Line:
    return Line(
        number="HS-06124-2026-00001",
        child_id=7,
        stage="assessing",
        emergency=True,
        risk=None,
        unit="Xã Na Sầm",
        incident_unit="Xã Na Sầm",
        residence="Xã Na Sầm",
        received_at=datetime(2026, 11, 18, 5, 45, tzinfo=UTC),
        closed_at=None,
        due_at=None,
        ending=None,
        today=date(2026, 11, 18),
        card=Card(name=name, birth=Birth(date(2017, 3, 14), Precision.DAY)),
        told=ToldChild(ref="c1", condition=condition or None),
    )


@settings(max_examples=150, deadline=None)
@given(hostile)
def test_no_cell_begins_like_a_formula_and_no_text_is_lost(text: str) -> None:
    said = books.neutralised(text)
    assert said in (text, f"'{text}")
    assert not said.lstrip(" \u00a0\u200b\ufeff\v\f").startswith(tuple(STARTS))


@settings(max_examples=40, deadline=None)
@given(hostile)
def test_no_formula_comes_through_a_csv(text: str) -> None:
    plain = sheets._csv([a_line(condition=text)], ("number", "condition"), STAMP).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(plain, newline="")))
    assert rows[-1][0] == "HS-06124-2026-00001"
    for row in rows:
        for cell in row:
            assert not cell.lstrip(" \u00a0\u200b\ufeff\v\f").startswith(tuple(STARTS))


def test_no_formula_comes_through_a_workbook() -> None:
    texts = [f"{start}1+1" for start in STARTS] + ["Trẻ bị bầm", "-5", "http://example.test/", "0123"]
    made = sheets._workbook([a_line(text, text) for text in texts], ("number", "name", "condition"), STAMP)
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f" and cell.hyperlink is None
    assert sheet.cell(sheet.max_row, 2).value == "0123", "leading zeros stay: it is text"
    with zipfile.ZipFile(io.BytesIO(made)) as inside:
        assert b"<f>" not in inside.read("xl/worksheets/sheet1.xml")


def test_the_stamp_stands_on_the_sheet_and_on_each_printed_page() -> None:
    made = sheets._workbook([a_line()], ("number",), STAMP)
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    above = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=7) for cell in row)
    for said in (STAMP.number, STAMP.by, STAMP.at, "'" + STAMP.recipient):
        assert said in above
    assert STAMP.number in sheet.oddHeader.left.text and "Người Thử" in sheet.oddHeader.left.text
    assert STAMP.recipient in sheet.oddFooter.left.text
    first = sheets._csv([], ("number",), STAMP).decode("utf-8-sig").splitlines()[0]
    assert STAMP.number in first


def test_a_workbook_opens_with_its_passphrase_alone() -> None:
    locked = sheets.encrypted(Format.XLSX, [a_line()], tuple(COLUMNS), STAMP, PHRASE)
    assert b"Khang" not in locked and not zipfile.is_zipfile(io.BytesIO(locked))
    office = msoffcrypto.OfficeFile(io.BytesIO(locked))
    assert office.is_encrypted()
    info = office.file.openstream("EncryptionInfo").read()
    assert b'keyBits="256"' in info and b"AES" in info and b"SHA512" in info
    opened = io.BytesIO()
    office.load_key(password=PHRASE)
    office.decrypt(opened)
    cells = [cell.value for row in openpyxl.load_workbook(opened).active.iter_rows() for cell in row]
    assert "Nông Minh Khang" in cells
    wrong = msoffcrypto.OfficeFile(io.BytesIO(locked))
    with pytest.raises((InvalidKeyError, DecryptionError)):
        wrong.load_key(password=PHRASE + "x", verify_password=True)
        wrong.decrypt(io.BytesIO())


def test_a_zip_opens_with_its_passphrase_alone() -> None:
    locked = sheets.encrypted(Format.CSV, [a_line()], ("number", "name"), STAMP, PHRASE)
    assert b"Khang" not in locked
    with pyzipper.AESZipFile(io.BytesIO(locked)) as archive:
        (entry,) = archive.infolist()
        assert entry.wz_aes_strength == 3, "AES with 256 bits"
        archive.setpassword(PHRASE.encode())
        assert "Nông Minh Khang" in archive.read(entry.filename).decode("utf-8-sig")
    for wrong in (b"", b"ba-be-bi-bo-bu", PHRASE.upper().encode()):
        with pyzipper.AESZipFile(io.BytesIO(locked)) as archive, pytest.raises(RuntimeError):
            archive.setpassword(wrong or b"x")
            archive.read(entry.filename)


def test_a_passphrase_has_sixty_six_bits_and_can_be_typed() -> None:
    words = safety.syllables()
    assert len(words) == len(set(words)) >= 2048
    assert 6 * math.log2(len(words)) >= 66
    assert all(re.fullmatch(r"[a-z]{1,8}", word) for word in words)
    drawn = {safety.passphrase() for _ in range(50)}
    assert len(drawn) == 50 and all(len(phrase.split("-")) == 6 for phrase in drawn)


def test_neither_the_hidden_place_nor_the_reporter_can_be_chosen() -> None:
    for key in COLUMNS:
        assert not re.search(r"place|where|report(er)?$|address|phone|contact", key), key
    names = {name for column in COLUMNS.values() for name in column.cell.__code__.co_names}
    assert not names & {"whereabouts", "places", "reporter", "place", "carer", "family", "suspects"}


def test_the_limits_are_those_of_the_design() -> None:
    assert (limits().second_person_over, limits().hours_kept) == (100, 24)
