"""What an indicator is, on its page; and that nothing provisional looks official anywhere a number leaves."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from casemgr.access.roles import Role
from casemgr.indicators import queries
from casemgr.indicators.catalogue import ENTRIES, STATES, files
from casemgr.indicators.terms import Kind, State
from tests.indicators.test_loading import FIRST, loaded, renumbered
from tests.support import factories
from tests.support.house import HouseUnderTest

PROVISIONAL = ("A/0301-p", "A/03-c5-p", "B/01-c1-p", "B/01-c4-p", "B/02-c3-p")
STATUS = {
    "confirmed": State.CONFIRMED,
    "name_confirmed": State.NAME_CONFIRMED,
    "slot_only": State.PROVISIONAL,
    "candidate": State.PROVISIONAL,
}


def law_entries() -> list[dict[str, str]]:
    """The 36 entries of the law as far as they were read: which codes and names were seen, and which not."""
    with (Path(__file__).parent / "law_entries.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("said", law_entries(), ids=lambda said: said["ref"])
def test_each_entry_of_the_law_stands_with_what_was_read_and_no_more(said: dict[str, str]) -> None:
    guessed = said["inferred"] or said["ref"].replace("A", "").replace("B", "")
    code = said["code"] or f"{guessed}-p"
    (entry,) = [one for one in ENTRIES if (one.set, one.code) == (said["set"], code)]
    assert entry.state is STATUS[said["status"]]
    assert entry.sure == (said["status"] == "confirmed")
    if said["name_vi"]:
        assert entry.name_vi == said["name_vi"]
    else:
        assert "chưa biết tên" in entry.name_vi
    if said["counted_from"] == "external_input":
        assert entry.kind is Kind.ENTERED
    else:
        assert entry.kind is not Kind.ENTERED


def test_the_law_has_thirty_six_entries_and_ours_are_marked() -> None:
    told = law_entries()
    assert len(told) == 36
    official = [one for one in ENTRIES if one.set in "AB" and one.state is not State.OURS]
    assert len(official) == 36
    assert all(one.state is State.OURS for one in ENTRIES if one.set == "P")


def test_everything_a_definition_tells_is_on_its_page(house: HouseUnderTest) -> None:
    client = house.client(Role.STATISTICIAN)
    for entry in ENTRIES:
        shown = client.get(f"/indicators/{entry.set}/{entry.code}/definition")
        assert shown.status_code == 200, entry.id
        for text in (entry.name_vi, entry.name_en, str(entry.definition), str(STATES[entry.state])):
            assert _escaped(text) in shown.text, (entry.id, text)
    assert client.get("/indicators/B/9999/definition").status_code == 404
    assert house.client(Role.SERVICE_PROVIDER).get("/indicators/B/0101/definition").status_code == 403


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace("'", "&#39;")
        .replace('"', "&#34;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
    )


@pytest.mark.parametrize("id", PROVISIONAL)
def test_nothing_provisional_looks_official_where_it_leaves(house: HouseUnderTest, id: str) -> None:
    set_, code = id.split("/")
    factories.a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    address = f"/indicators/{set_}/{code}"
    (entry,) = [one for one in ENTRIES if one.id == id]
    sure = str(STATES[entry.state])
    for page in (address, f"{address}/definition", f"{address}/cases?period=2026-11", "/indicators"):
        shown = client.get(page)
        assert shown.status_code == 200 and sure in shown.text and code in shown.text, page
    for name in ("files/csv", "files/xlsx"):
        sent = client.get(f"{address}/{name}?period=2026-11")
        assert f"{set_}-{code}" in sent.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(sent.data))
    assert book.sheetnames[0].endswith("-p")
    assert sure in [row[1].value for row in book.worksheets[1].iter_rows()]
    with house.maintenance(writing=False) as desk:
        table = queries.table_json(desk, set_, code, unit="VN", period="2026")
        (listed,) = _listed(queries.list_json(desk.now.date()), set_, code)
    assert (table["status"], listed["status"]) == (entry.state.value, entry.state.value)
    assert listed["code"].endswith("-p")


def _listed(answer: dict[str, Any], set_: str, code: str) -> list[dict[str, Any]]:
    return [one for one in answer["indicators"] if (one["set"], one["code"]) == (set_, code)]


def test_versions_stand_on_the_page_and_the_file_can_be_taken_and_loaded_again(house: HouseUnderTest) -> None:
    loaded(house, renumbered(name={"vi": "Số vụ xâm hại", "en": "Incidents"}))
    client = house.client(Role.STATISTICIAN)
    for code in ("0102", "01-c1-p"):
        shown = client.get(f"/indicators/B/{code}/definition").text
        assert "B 0102" in shown and "B 01-c1-p" in shown and "Số vụ xâm hại" in shown
    sent = client.get("/indicators/catalogue.json")
    assert sent.mimetype == "application/json"
    (entry,) = [one for one in json.loads(sent.text)["entries"] if one["code"] == "0102"]
    assert (entry["valid_from"], entry["formerly"]) == (FIRST, "B/01-c1-p")
    (ended,) = [
        one for one in json.loads(sent.text)["entries"] if (one["set"], one["code"]) == ("B", "01-c1-p")
    ]
    assert ended["valid_to"] == "2026-11-30"
    assert files.read(json.loads(sent.text))
