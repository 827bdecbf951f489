"""Templates: what goes out comes back the same, and what is hostile or careless is refused with its place."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.core.errors import Invalid
from casemgr.core.periods import Period
from casemgr.core.words import speaking
from casemgr.indicators.catalogue import indicator
from casemgr.indicators.supplied import books, paper, rules
from casemgr.indicators.supplied.terms import Amount, Figure, Line, Sheet, Supply, members
from casemgr.indicators.terms import Level
from tests.indicators.country import ATLAS
from tests.indicators.supplied.figures import SOURCE

YEAR = Period.parse("2026")


def sheet(code: str = "0101-p", units: tuple[int, ...] = (13, 14)) -> Sheet:
    entry = indicator("A", code, YEAR.last)
    assert entry.supply is not None
    return Sheet(entry, entry.supply, YEAR, ATLAS.unit(11), Level.COMMUNE, [ATLAS.unit(one) for one in units])


def standing(sheet: Sheet, told: dict[str, Line]) -> dict[str, Figure]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return {
        code: Figure(
            "A",
            None,
            code,
            YEAR,
            1,
            line.cells,
            SOURCE,
            {"?": line.because} if line.because else {},
            at,
            None,
        )
        for code, line in told.items()
    }


def amounts(supply: Supply) -> st.SearchStrategy[Amount]:
    counts = st.integers(0, 10**9)
    if not supply.per:
        return st.builds(Amount, n=counts)
    parts = st.builds(Amount, n=counts, of=st.integers(1, 10**9))
    return st.one_of(parts, st.builds(Amount, told=st.integers(0, 10**7)))


@st.composite
def filled(draw: st.DrawFn, code: str) -> tuple[Sheet, dict[str, Line]]:
    one = sheet(code)
    told = {}
    for unit in draw(st.sets(st.sampled_from(list(one.codes)))):
        kept = draw(st.sets(st.sampled_from(list(members(one.supply))), min_size=1))
        because = draw(st.sampled_from(["", 'Sáp nhập; "thôn", xã', "Điều tra lại"]))
        told[unit] = Line(
            {member: draw(amounts(one.supply)) for member in members(one.supply) if member in kept}, because
        )
    return one, told


@settings(max_examples=15)
@given(
    st.one_of(filled("0101-p"), filled("0202-p"), filled("0601-p")),
    st.booleans(),
    st.sampled_from(["vi", "en"]),
)
def test_a_template_comes_back_with_the_same_figures(
    made: tuple[Sheet, dict[str, Line]], csv: bool, lang: str
) -> None:
    one, told = made
    with speaking(lang):
        there = standing(one, told)
        data = books.csv_file(one, there) if csv else books.workbook(one, there)
        read = paper.read(one, books.opened("t.csv" if csv else "t.xlsx", data))
    assert {code: line for code, line in read.lines.items() if line.cells} == told


def test_a_csv_saved_by_a_spreadsheet_program_is_still_read() -> None:
    """Semicolons, and the zeros in front of the codes gone."""
    text = (
        books.csv_file(sheet(), {})
        .decode()
        .replace(",", ";")
        .replace("06001;", "6001;")
        .replace("06010;", "6010;")
    )
    text = text.replace("\n6001;Đơn vị 6001;", "\n6001;Đơn vị 6001;3140")
    assert paper.read(sheet(), books.opened("a.csv", text.encode())).lines["06001"].cells == {
        "*": Amount(3140)
    }


def test_columns_of_a_csv_that_were_moved_are_refused() -> None:
    text = books.csv_file(sheet(), {}).decode().replace("sex=male,sex=female", "sex=female,sex=male")
    assert "do not move columns" in refused(text.encode(), name="t.csv")


def refused(data: bytes, one: Sheet | None = None, name: str = "t.xlsx") -> str:
    with speaking("en"), pytest.raises(Invalid) as wrong:
        paper.read(one or sheet(), books.opened(name, data))
    return "\n".join(wrong.value.errors["file"])


def changed(change: Callable[[Any], object], *, one: Sheet | None = None) -> bytes:
    """A template after somebody's work in a spreadsheet program."""
    with speaking("en"):
        book = openpyxl.load_workbook(io.BytesIO(books.workbook(one or sheet(), {})))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(cell: str, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book["Figures"][cell] = value

    return change


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("1.234", "text, not a number"),
        ("1,234", "text, not a number"),
        ("１２３", "text, not a number"),
        (-5, "below 0"),
        (3.5, "without decimals"),
        (datetime(2026, 1, 1), "a day, not a number"),
        ("=1+1", "formula"),
        (True, "true or false"),
        (1e200, "too large"),
        ("#DIV/0!", "error value"),
    ],
)
def test_what_is_no_number_is_named_by_sheet_line_and_cell(value: object, sentence: str) -> None:
    told = refused(changed(put("D6", value)))
    assert told.startswith("Sheet Figures, line 6, cell D6: ") and sentence in told


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (put("A5", "99999"), "No unit of this sheet"),
        (put("A6", "06001"), "line 5 already"),
        (lambda book: book["Figures"].delete_rows(6), "06010"),
        (lambda book: book["Figures"].merge_cells("C5:D5"), "merged"),
        (put("C4", "Boys"), "cell C4: The headings"),
        (put("L5", "x"), "cell L5: Nothing may stand"),
        (put("XFD5", "x"), "far larger"),
        (put("A9000", "x"), "far larger"),
        (put("J5", "=cmd()"), "cell J5: Only text"),
        (lambda book: book.remove(book["_casemgr"]), "hidden sheet"),
        (lambda book: book.remove(book["Figures"]), "hidden sheet"),
        (lambda book: book["_casemgr"].__setitem__("G1", "2025"), "another indicator"),
        (lambda book: book["_casemgr"].__setitem__("A1", "=1"), "another indicator"),
    ],
)
def test_a_template_that_was_bent_is_refused(change: Callable[[Any], object], sentence: str) -> None:
    assert sentence in refused(changed(change))


def test_every_fault_is_told_at_once() -> None:
    def change(book: Any) -> None:
        book["Figures"]["C5"], book["Figures"]["D6"] = "x", -1

    assert [line.partition(":")[0][-2:] for line in refused(changed(change)).splitlines()] == ["C5", "D6"]


def test_the_template_of_another_sheet_is_refused() -> None:
    data = changed(lambda _book: None)
    for other in (sheet("01-c2-p"), sheet(units=(13,))):
        assert "another indicator" in refused(data, other)


def packed(**parts: bytes) -> bytes:
    """A template with further or other parts inside."""
    source = zipfile.ZipFile(io.BytesIO(changed(lambda _book: None)))
    files = {name: source.read(name) for name in source.namelist()} | {
        name.replace("__", "/"): data for name, data in parts.items()
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return out.getvalue()


_OUTSIDE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://x/hyperlink" Target="http://x" TargetMode="External"/></Relationships>'
)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"xl__vbaProject.bin": b"x"}, "macros"),
        ({"xl__externalLinks__externalLink1.xml": b"<a/>"}, "macros"),
        ({"xl__embeddings__x.bin": b"x"}, "macros"),
        ({"xl__connections.xml": b"<a/>"}, "macros"),
        ({"xl__worksheets___rels__sheet1.xml.rels": _OUTSIDE}, "links to something outside"),
        ({"xl__more.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}, "entities"),
        ({"xl__bomb.xml": b"0" * 30_000_000}, "far more than a form"),
        ({"..__x.xml": b"<a/>"}, "damaged"),
        ({"[Content_Types].xml": b"<Types/>"}, "macros"),
        ({"xl__worksheets__sheet1.xml": b"<worksheet"}, "damaged"),
    ],
)
def test_a_hostile_workbook_is_refused(parts: dict[str, bytes], sentence: str) -> None:
    assert sentence in refused(packed(**parts))


@pytest.mark.parametrize("name", ["sheet1.XML", "sheet1.dat"])
def test_entities_do_not_hide_behind_another_name(name: str) -> None:
    source = zipfile.ZipFile(io.BytesIO(changed(lambda _book: None)))
    of_sheet, links, types = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    told = source.read(of_sheet)
    hidden = told.replace(b"<worksheet", b'<!DOCTYPE worksheet [<!ENTITY b "5">]><worksheet', 1)
    files = {one: source.read(one) for one in source.namelist() if one != of_sheet}
    files |= {one: files[one].replace(b"sheet1.xml", name.encode()) for one in (links, types)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for one, data in {**files, f"xl/worksheets/{name}": hidden}.items():
            target.writestr(one, data)
    assert "entities" in refused(out.getvalue())


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("t.xlsx", b"", "Choose an Excel file"),
        ("t.xlsx", b"PK\x03\x04nothing", "damaged"),
        ("t.xls", b"\xd0\xcf\x11\xe0", "no Excel workbook"),
        ("t.csv", b"\xff\xfe\x00", "no Excel workbook"),
        ("t.csv", b"a,b\n" * 7000, "far larger"),
        ("t.csv", b"x," * 100, "far larger"),
        ("t.csv", b"a\x00b", "far larger"),
        ("t.csv", b"other,file", "another indicator"),
    ],
)
def test_what_is_no_template_is_refused(name: str, data: bytes, sentence: str) -> None:
    assert sentence in refused(data, name=name)


def test_a_number_that_is_none_in_the_raw_workbook_is_refused() -> None:
    raw = zipfile.ZipFile(io.BytesIO(changed(put("C5", 12345)))).read("xl/worksheets/sheet1.xml")
    for bad, sentence in ((b"1E+309", "cell C5: This number is too large"), (b"NaN", "damaged")):
        assert raw.count(b"<v>12345</v>") == 1
        told = refused(
            packed(**{"xl__worksheets__sheet1.xml": raw.replace(b"<v>12345</v>", b"<v>" + bad + b"</v>")})
        )
        assert sentence in told


def test_a_finding_is_placed_in_the_file() -> None:
    one = sheet()
    with speaking("en"):
        found = books.opened("t.xlsx", changed(put("D6", 7), one=one))
        read = paper.read(one, found)
        lonely = rules.findings([rules.Facts("06010", read.lines["06010"], one.supply)]).blocking[0]
        assert paper.place_of(one, lonely, read, found) == "Sheet Figures, line 6, cell C6, Đơn vị 06010"


def test_a_workbook_protects_what_is_not_filled_in() -> None:
    with speaking("en"):
        book = openpyxl.load_workbook(io.BytesIO(books.workbook(sheet(), {})))
    page = book["Figures"]
    assert page.protection.sheet and page["A5"].protection.locked and page["C4"].protection.locked
    assert not page["C5"].protection.locked and not page["J6"].protection.locked
    assert book["_casemgr"].sheet_state == "veryHidden"
    assert [one.value for one in book["Units"]["A"]] == ["06001", "06010"]
    assert date(2026, 1, 10) == SOURCE.day
