"""One cube behind every format: what is read back from each is the table, number by number, and no more."""

import csv
import io
import json
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pikepdf
import pytest
from lxml import etree

from casemgr.core.errors import Invalid, Unavailable
from casemgr.core.periods import Period
from casemgr.indicators import splits
from casemgr.indicators.catalogue import INDICATORS, STATES
from casemgr.indicators.outputs import adx, codes, dhis2, paper, structure
from casemgr.indicators.outputs.formats import FORMATS
from casemgr.indicators.outputs.told import Told
from casemgr.indicators.splits import KEYS as KEYS_OF_ALL
from casemgr.indicators.splits import TOTAL, Sort
from casemgr.indicators.suppression import protected
from casemgr.indicators.tables import WITHHELD, Table
from casemgr.indicators.terms import Level, Measure
from tests.indicators.tables import KEYS, of_measure, table, world

Key = tuple[str, tuple[str, ...]]  # unit, and the member of each key, '*' for its total
Numbers = dict[Key, tuple[float | None, ...] | str]  # value, n and of; or the mark of what is withheld
TOLD = Told(status="Số công bố")
needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
STAYS = "KKHdD72aAnF"


def expected(found: Table) -> Numbers:
    """The table as its own rows tell it."""
    return {
        (row.area.code, tuple(row.dims.values())): WITHHELD if row.hidden else (row.value, row.n, row.of)
        for row in found.rows()
    }


def from_lines(found: Table, lines: list[dict[str, str]]) -> Numbers:
    """What lines of text say, by the columns of the contract."""

    def number(text: str | None) -> float | None:
        return float(text) if text not in (None, "") else None

    read: Numbers = {}
    for line in lines:
        key = (line["unit_code"], tuple(line[name] for name in found.names))
        hidden = line["value"] == WITHHELD
        read[key] = WITHHELD if hidden else tuple(number(line.get(name)) for name in ("value", "n", "of"))
    return read


def from_csv(found: Table, content: bytes) -> Numbers:
    return from_lines(found, list(csv.DictReader(io.StringIO(content.decode()))))


def from_xlsx(found: Table, content: bytes) -> Numbers:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    for row in rows:
        numbers = [one for one in row[2 + len(found.names) :] if one not in (None, WITHHELD)]
        assert all(isinstance(one, int | float) for one in numbers), "numbers are numbers"
    return from_lines(
        found,
        [{str(k): "" if v is None else str(v) for k, v in zip(head, row, strict=True)} for row in rows],
    )


def from_json(_found: Table, content: bytes) -> Numbers:
    return {
        (row["unit_code"], tuple(row["dims"].values())): WITHHELD
        if row.get("withheld")
        else (row["value"], row.get("n"), row.get("of"))
        for row in json.loads(content)["rows"]
    }


def members_of(found: Table, told: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of other systems as our members."""
    back = [
        {codes.member_code(split, member): member for member in split.members} | {codes.ALL: TOTAL}
        for split in found.splits
    ]
    return tuple(
        ours[told.get(split.name, codes.ALL)] for split, ours in zip(found.splits, back, strict=True)
    )


def filled(found: Table, read: dict[Key, dict[str, float]], withheld: Mapping[str, int]) -> Numbers:
    """Numbers with the rows that a format leaves out: a middle value of nothing, and what is withheld."""
    numbers: Numbers = {
        key: tuple(one.get(name) for name in ("value", "n", "of")) for key, one in read.items()
    }
    missing = [key for key, told in expected(found).items() if key not in numbers]
    for key in missing:
        numbers[key] = WITHHELD
    hidden = {area: sum(key[0] == area for key in missing) for area, _names in expected(found)}
    assert not withheld or hidden == withheld, "how many are withheld is told unit by unit"
    return numbers


def from_adx(found: Table, content: bytes) -> Numbers:
    root = etree.fromstring(content)
    schema = etree.XMLSchema(etree.fromstring(adx.schema([found.entry], [a.code for a in found.areas])))
    schema.assertValid(root)
    read: dict[Key, dict[str, float]] = {}
    withheld = {}
    for group in root:
        assert group.get("period") == "2026-07-01/P3M"
        assert group.get("digest") == found.digest
        assert group.get("sourceStatus") == found.entry.state.value
        for value in group:
            name = value.get("dataElement").removeprefix(codes.entry_id(found.entry)).lstrip(".") or "value"
            if name == "withheld":
                withheld[group.get("orgUnit")] = int(value.get("value"))
                continue
            key = (group.get("orgUnit"), members_of(found, value.attrib))
            read.setdefault(key, {})[name] = float(value.get("value"))
    return filled(found, read, withheld)


def from_dhis2(found: Table, content: bytes) -> Numbers:
    """The data value set, read with nothing but its metadata."""
    metadata = json.loads(dhis2.needed_by([found], TOLD))
    elements, units, combos, options = (
        {one["id"]: one["code"] for one in metadata.get(kind, ())}
        for kind in ("dataElements", "organisationUnits", "categoryOptionCombos", "categoryOptions")
    )
    combos[dhis2.DEFAULT_OPTIONS] = "default"
    inside = {
        one["id"]: [option["id"] for option in one["categoryOptions"]]
        for one in metadata.get("categoryOptionCombos", ())
    } | {dhis2.DEFAULT_OPTIONS: []}
    read: dict[Key, dict[str, float]] = {}
    withheld = {}
    for value in json.loads(content)["dataValues"]:
        assert value["period"] == "2026Q3"
        assert found.digest[:12] in value["comment"]
        area = units[value["orgUnit"]].partition("@")[0]
        assert value["categoryOptionCombo"] in combos
        part = elements[value["dataElement"]].removeprefix(codes.entry_id(found.entry)).split(".")
        if "withheld" in part:
            withheld[area] = int(value["value"])
            continue
        told = dict(options[one].split("-", 1) for one in inside[value["categoryOptionCombo"]])
        name = next((one for one in part if one in ("n", "of")), "value")
        read.setdefault((area, members_of(found, told)), {})[name] = float(value["value"])
    return filled(found, read, withheld)


def from_sdmx_csv(found: Table, content: bytes) -> Numbers:
    read: Numbers = {}
    for line in csv.DictReader(io.StringIO(content.decode())):
        assert line["STRUCTURE_ID"] == "CASEMGR:DSD_CHILD(1.0.0)"
        assert (line["TIME_PERIOD"], line["DIGEST"]) == ("2026-Q3", found.digest)
        told = {split.name: line[split.name.upper()] for split in found.splits}
        numbers = tuple(float(line[name]) if line[name] else None for name in ("OBS_VALUE", "N", "OF"))
        key = (line["REF_AREA"], members_of(found, told))
        if line["CONF_STATUS"] == "C":
            assert (line["OBS_STATUS"], numbers) == ("Q", (None, None, None))
        read[key] = WITHHELD if line["CONF_STATUS"] == "C" else numbers
    return read


def from_sdmx_json(found: Table, content: bytes) -> Numbers:
    said = json.loads(content)["data"]
    (shape,), (data,) = said["structures"], said["dataSets"]
    fixed = {one["id"]: one["values"][0]["id"] for one in shape["dimensions"]["dataSet"]}
    names = [one["id"] for one in shape["measures"]["observation"]]
    marks = [[one["id"] for one in attribute["values"]] for attribute in shape["attributes"]["observation"]]
    read: Numbers = {}
    for at, numbers in data["observations"].items():
        told = dict(fixed)
        for place, dimension in zip(at.split(":"), shape["dimensions"]["observation"], strict=True):
            told[dimension["id"]] = dimension["values"][int(place)].get("id", "")
        by_name = dict(zip(names, numbers, strict=False))
        secrecy = marks[1][numbers[-1]]
        key = (told["REF_AREA"], members_of(found, {name.lower(): code for name, code in told.items()}))
        values = tuple(by_name.get(name) for name in ("OBS_VALUE", "N", "OF"))
        read[key] = WITHHELD if secrecy == "C" else values
    return read


READERS: Mapping[str, Callable[[Table, bytes], Numbers]] = {
    "csv": from_csv,
    "xlsx": from_xlsx,
    "json": from_json,
    "adx": from_adx,
    "dhis2": from_dhis2,
    "sdmx-csv": from_sdmx_csv,
    "sdmx-json": from_sdmx_json,
}


def tables() -> dict[str, Table]:
    """A count, a share, a middle value, and the public edition of each."""
    whole, part = world(1), world(2)
    share = table(np.minimum(whole, part), Level.COMMUNE, KEYS, entry=of_measure(Measure.SHARE), of=whole)
    middle = table(part + 1, Level.PROVINCE, KEYS[:1], entry=of_measure(Measure.MEDIAN), of=whole)
    count = table(whole, Level.COMMUNE, KEYS)
    plain = {"count": count, "share": share, "median": middle, "nation": table(whole, Level.NATION, ())}
    return plain | {f"public {name}": protected([one])[0] for name, one in plain.items()}


TABLES = tables()


@pytest.mark.parametrize("which", TABLES)
@pytest.mark.parametrize("name", READERS)
def test_every_format_tells_the_same_numbers(name: str, which: str) -> None:
    found = TABLES[which]
    read = READERS[name](found, FORMATS[name].write([found], TOLD))
    assert read == expected(found)


def test_in_one_file_of_several_tables_sdmx_tells_each_key_once() -> None:
    """A return has the same total in several tables; a data set that tells it twice is refused by who takes it in."""
    several = [table(world(1), Level.PROVINCE, KEYS[:1]), table(world(1), Level.PROVINCE, KEYS)]
    lines = list(csv.DictReader(io.StringIO(FORMATS["sdmx-csv"].write(several, TOLD).decode())))
    names = ("INDICATOR", "REF_AREA", "BORDERS", "COUNTED_BY", "SEX", "AGE_BAND", "TIME_PERIOD")
    keys = [tuple(line[name] for name in names) for line in lines]
    assert len(set(keys)) == len(keys)
    numbers = {(key[1], key[4], key[5]): line["OBS_VALUE"] for key, line in zip(keys, lines, strict=True)}
    for found in several:
        for (area, members), told in expected(found).items():
            told_members = {split.name: one for split, one in zip(found.splits, members, strict=True)}
            sex, age = (
                codes.member_code(split, told_members[split.name])
                if told_members.get(split.name, TOTAL) != TOTAL
                else codes.ALL
                for split in several[1].splits
            )
            assert float(numbers[area, sex, age]) == told[0]


def test_the_public_editions_withhold_something_and_not_everything() -> None:
    for name in ("public count", "public share"):
        told = expected(TABLES[name]).values()
        assert WITHHELD in told
        assert any(one != WITHHELD for one in told)


def test_identifiers_of_dhis2_are_as_it_wants_them_and_stay() -> None:
    """Eleven signs, the first a letter, no two alike; and these very ones, for ever."""
    metadata = json.loads(dhis2.needed_by([TABLES["count"], TABLES["share"]], TOLD))
    found = [one["id"] for objects in metadata.values() for one in objects]
    assert len(found) == len(set(found))
    assert all(len(one) == 11 and one.isalnum() and one[0].isalpha() for one in found)
    assert dhis2.uid("dataElement", "B_0101_V1") == STAYS


def test_what_metadata_refers_to_is_in_them() -> None:
    """An import needs nothing else: each reference leads to an object of the file, or to what every DHIS2 has."""
    metadata = json.loads(dhis2.needed_by([TABLES["count"]], TOLD))
    known = {one["id"] for objects in metadata.values() for one in objects} | {dhis2.DEFAULT_COMBO}
    asked: list[str] = []

    def gather(said: object) -> None:
        if isinstance(said, dict):
            if set(said) == {"id"}:
                asked.append(said["id"])
            for one in said.values():
                gather(one)
        elif isinstance(said, list):
            for one in said:
                gather(one)

    gather(metadata)
    assert asked
    assert set(asked) <= known


def test_dhis2_has_no_name_for_any_two_dates() -> None:
    some = replace(TABLES["count"], period=Period.parse("2026-01-01..2026-03-15"))
    with pytest.raises(Invalid) as wrong:
        dhis2.write([some], TOLD)
    assert "period" in wrong.value.errors


@pytest.mark.parametrize(
    ("asked", "iso", "sdmx", "theirs"),
    [
        ("2026", "2026-01-01/P1Y", "2026", "2026"),
        ("2026-H2", "2026-07-01/P6M", "2026-S2", "2026S2"),
        ("2026-Q3", "2026-07-01/P3M", "2026-Q3", "2026Q3"),
        ("2026-05", "2026-05-01/P1M", "2026-05", "202605"),
    ],
)
def test_periods_in_the_words_of_others(asked: str, iso: str, sdmx: str, theirs: str) -> None:
    period = Period.parse(asked)
    assert (codes.iso_period(period), codes.sdmx_period(period), dhis2.period_code(period)) == (
        iso,
        sdmx,
        theirs,
    )


def test_a_message_with_an_unknown_code_is_not_valid() -> None:
    """The schema is as narrow as our code lists."""
    found = TABLES["count"]
    schema = etree.XMLSchema(etree.fromstring(adx.schema(INDICATORS, [a.code for a in found.areas])))
    root = etree.fromstring(adx.write([found], TOLD))
    schema.assertValid(root)
    values = root.findall(f".//{{{adx.NAMESPACE}}}dataValue")
    for name, wrong in (("dataElement", "B_9999_V1"), ("value", "c"), ("sex", "boy"), ("district", "180")):
        value = next(one for one in values if one.get("sex"))
        kept = dict(value.attrib)
        value.set(name, wrong)
        assert not schema.validate(root), name
        value.attrib.clear()
        value.attrib.update(kept)
    assert schema.validate(root)


def test_only_what_was_protected_is_marked_as_free_to_publish() -> None:
    for name, allowed in (("count", {"N"}), ("public count", {"F", "C"})):
        text = FORMATS["sdmx-csv"].write([TABLES[name]], TOLD).decode()
        assert {line["CONF_STATUS"] for line in csv.DictReader(io.StringIO(text))} == allowed, name


def test_the_structure_holds_every_code_of_the_data() -> None:
    found = TABLES["count"]
    areas = {area.code: area.name for area in found.areas}
    said = json.loads(structure.message(INDICATORS, areas, found.made_at))["data"]
    lists = {one["id"]: {code["id"] for code in one["codes"]} for one in said["codelists"]}
    (shape,) = said["dataStructures"]
    components = shape["dataStructureComponents"]
    coded = {
        one["id"]: lists[one["localRepresentation"]["enumeration"].split(":")[-1].partition("(")[0]]
        for kind in (components["dimensionList"]["dimensions"], components["attributeList"]["attributes"])
        for one in kind
        if "enumeration" in one["localRepresentation"]
    }
    text = FORMATS["sdmx-csv"].write([found], TOLD).decode()
    for line in csv.DictReader(io.StringIO(text)):
        for name, members in coded.items():
            assert line[name] in members, name
    concepts = {one["id"] for scheme in said["conceptSchemes"] for one in scheme["concepts"]}
    assert set(line) - {"STRUCTURE", "STRUCTURE_ID", "ACTION"} == concepts
    for key in KEYS_OF_ALL.values():
        if key.sort is Sort.LIST:
            members = splits.one(key.name, Period.parse("2026")).members
            assert len(codes.dimension(key).codes) == len(members), f"{key.name}: two members, one code"
    every = [code for codes_ in lists.values() for code in codes_]
    assert all(
        set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@$-")
        for code in every
    )


def words_of(folder: Path, content: bytes) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return unicodedata.normalize("NFC", done.stdout.decode())


@needs_pdftotext
@pytest.mark.parametrize("which", ["count", "public count", "share", "median"])
def test_paper_shows_the_same_numbers_and_carries_them(which: str, tmp_path: Path) -> None:
    """What stands on the sheet, row by row, and what is attached to it."""
    found = TABLES[which]
    content = paper.write([found], TOLD)
    with pikepdf.open(io.BytesIO(content)) as book:
        attached = book.attachments["table.csv"].get_file().read_bytes()
    assert from_csv(found, attached) == expected(found)
    text = " ".join(words_of(tmp_path, content).split())
    for label, _kind, cells in paper._lines(found):
        assert " ".join([label, *cells]) in text, (label, cells)
    numbers = sum((one != WITHHELD) and one[0] is not None for one in expected(found).values())
    printed = [cell for _label, _kind, cells in paper._lines(found) for cell in cells]
    assert sum(cell not in (WITHHELD, "-") for cell in printed) >= numbers
    assert "Số công bố" in text
    assert ("không công bố" in text) is which.startswith("public")


def test_a_long_table_is_not_printed_while_a_page_waits() -> None:
    many = [TABLES["count"]] * 20
    with pytest.raises(Unavailable) as refused:
        paper.write(many, TOLD)
    assert "400" in str(refused.value)


@needs_pdftotext
def test_how_sure_and_of_which_state_travels_in_every_format(tmp_path: Path) -> None:
    unsure = TABLES["share"]
    sure = unsure.entry.state.value, str(STATES[unsure.entry.state])
    for form in FORMATS.values():
        content = form.write([unsure], Told(status="Số công bố", for_spreadsheets=True))
        if form.name == "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
            text = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
        else:
            text = words_of(tmp_path, content) if form.name == "pdf" else content.decode()
        assert any(word in " ".join(text.split()) for word in sure), form.name
