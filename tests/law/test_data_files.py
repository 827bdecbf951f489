"""Every data file of the law: opened, said in both languages, based on an instrument, dated without gaps."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr import law
from casemgr.law import deadlines, factors, holidays, official_forms, rows, vocabulary
from casemgr.law.basis import Basis, Status, instrument, instruments
from casemgr.law.rows import LawDataWrong, Row, check_dates, in_force
from casemgr.law.wording import Wording

DATA = Path(law.__file__).parent / "data"
FILES = sorted(path.stem for path in DATA.glob("*.json"))
FORBIDDEN = re.compile("nạn nhân|thủ phạm", re.IGNORECASE)


def wordings(value: object) -> Iterator[dict[str, str]]:
    """Every object of a file that says something in a language."""
    if isinstance(value, dict):
        if "vi" in value or "en" in value:
            yield value
        for member in value.values():
            yield from wordings(member)
    if isinstance(value, list):
        for member in value:
            yield from wordings(member)


def test_every_file_is_read_by_somebody() -> None:
    known = {*vocabulary.LISTS, "deadlines", "holidays", "factors", "official_forms", "instruments"}
    known |= {"data_protection"}
    assert set(FILES) == known


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_what_it_is_how_sure_and_where_from(name: str) -> None:
    about = rows.read(name).row("about")
    assert about.text("what") and about.text("status")
    assert all(source.startswith("http") for source in about.texts("sources"))


@pytest.mark.parametrize("name", FILES)
def test_everything_is_said_in_both_languages_and_in_fitting_words(name: str) -> None:
    text = (DATA / f"{name}.json").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not FORBIDDEN.search(text)
    said = list(wordings(json.loads(text)))
    assert said
    for wording in said:
        assert wording["vi"].strip() and wording["en"].strip()
        assert not re.search(r"\bĐ\.\d|\bk\.\d|UBND|TTHC|(?<!B)LĐTBXH", wording["vi"]), "no abbreviations"


def test_no_file_repeats_a_member() -> None:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len({key for key, _ in pairs}) == len(pairs), pairs
        return dict(pairs)

    for name in FILES:
        json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"), object_pairs_hook=once)


def test_what_is_confirmed_rests_on_a_legal_text() -> None:
    everything: list[deadlines.Deadline | vocabulary.Code] = [
        *(one for each in deadlines.all_deadlines().values() for one in each),
        *(code for name in vocabulary.LISTS for code in vocabulary.vocabulary(name)),
    ]
    assert len(everything) > 250
    for one in everything:
        bases = (one.basis, *one.also)
        assert bases[0].status is one.status
        if one.status is Status.CONFIRMED:
            assert all(instrument(basis.instrument).legal for basis in bases), one
            assert all(basis.article for basis in bases) or bases[0].instrument == "DT1979", one


def test_instruments_are_dated_and_titled() -> None:
    assert instruments()["ND56"].in_force_from == date(2017, 7, 1)
    assert instruments()["LTE"].in_force(date(2026, 11, 21))
    assert not instruments()["LTE"].in_force(date(2017, 5, 31))
    assert not instruments()["OWN"].legal
    with pytest.raises(LawDataWrong, match="No instrument"):
        instrument("XYZ")


def test_a_citation_is_written_out_in_both_languages() -> None:
    basis = Basis.of("ND56 Điều 38 khoản 3 điểm c", Status.CONFIRMED)
    assert basis.cite("vi") == str(basis) == "Nghị định 56/2017/NĐ-CP, Điều 38 khoản 3 điểm c"
    assert basis.cite("en") == "Decree 56/2017/NĐ-CP, Article 38 clause 3 point c"
    assert Basis.of("OWN", Status.PROVISIONAL).cite("en") == "List set by this software"


def test_the_status_says_itself() -> None:
    assert Status.PROVISIONAL.wording.vi == "Chưa đối chiếu bản chính"
    assert all(status.wording.vi and status.wording.en for status in Status)


def test_a_wording_speaks_the_asked_language() -> None:
    wording = Wording("Trẻ em", "Child")
    assert (wording.text("vi"), wording.text("en"), wording.text("fr")) == ("Trẻ em", "Child", "Trẻ em")
    assert str(Wording("có %(n)s", "%(n)s there") % {"n": 3}) == "có 3"


@dataclass(frozen=True)
class Version:
    in_force_from: date
    in_force_to: date | None


def test_versions_may_follow_each_other_day_by_day() -> None:
    check_dates("x", [Version(date(2025, 7, 1), None), Version(date(2017, 7, 1), date(2025, 6, 30))])


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (Version(date(2017, 1, 1), date(2025, 6, 29)), Version(date(2025, 7, 1), None), "gap"),
        (Version(date(2017, 1, 1), date(2025, 7, 1)), Version(date(2025, 7, 1), None), "overlap"),
        (Version(date(2017, 1, 1), None), Version(date(2025, 7, 1), None), "without an end"),
        (Version(date(2017, 1, 1), None), Version(date(2017, 1, 1), None), "without an end"),
        (Version(date(2017, 1, 1), date(2016, 1, 1)), Version(date(2025, 7, 1), None), "before it begins"),
    ],
)
def test_gaps_and_overlaps_are_found(first: Version, second: Version, sentence: str) -> None:
    with pytest.raises(LawDataWrong, match=sentence):
        check_dates("x", [first, second])


@given(st.lists(st.dates(date(2017, 1, 1), date(2030, 1, 1)), min_size=1, unique=True), st.data())
def test_on_any_day_exactly_one_version_holds(starts: list[date], data: st.DataObject) -> None:
    starts.sort()
    ends = [date.fromordinal(start.toordinal() - 1) for start in starts[1:]]
    versions = [Version(start, end) for start, end in zip(starts, [*ends, None], strict=True)]
    check_dates("x", versions)
    day = data.draw(st.dates(starts[0], date(2040, 1, 1)))
    assert sum(in_force(version, day) for version in versions) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([], "named members"),
        ({}, "named members"),
        ({"about": {"what": "x", "status": "y", "sources": []}}, "where it comes from"),
        ({"about": {"what": "x", "status": "", "sources": ["http://x"]}}, "status must be a text"),
        ({"about": {"what": "x", "status": "y", "sources": ["http://x"], "by": "z"}}, "nobody reads by"),
    ],
)
def test_a_file_without_its_opening_is_refused(data: object, sentence: str) -> None:
    with pytest.raises(LawDataWrong, match=sentence):
        rows.opened("wrong", data)


def test_a_row_says_what_is_wrong_with_it() -> None:
    row = Row("here", {"n": True, "d": "2026-02-30", "w": {"vi": "x"}, "l": [1], "f": "yes", "t": " "})
    for ask in (
        lambda: row.number("n"),
        lambda: row.day("d"),
        lambda: row.wording("w"),
        lambda: row.texts("l"),
        lambda: row.rows("l"),
        lambda: row.flag("f"),
        lambda: row.text("t"),
        lambda: row.rows("w"),
    ):
        with pytest.raises(LawDataWrong, match="here"):
            ask()
    assert row.maybe_day("absent") is None and row.texts("absent") == () and row.plain("absent") == {}


def test_all_of_it_is_pure() -> None:
    imports = re.compile(r"^\s*(?:from|import) ([a-z_.]+)", re.MULTILINE)
    allowed = re.compile(r"casemgr\.(law|core\.(calendar|periods|words))\b")
    stdlib = {
        "collections",
        "contextlib",
        "contextvars",
        "dataclasses",
        "datetime",
        "enum",
        "functools",
        "json",
        "types",
        "typing",
        "importlib",
    }
    for path in Path(law.__file__).parent.glob("*.py"):
        for module in imports.findall(path.read_text(encoding="utf-8")):
            assert allowed.match(module) or module.split(".")[0] in stdlib, f"{path.name} imports {module}"
    assert all(module.from_file for module in (deadlines, factors, holidays, official_forms, vocabulary))
