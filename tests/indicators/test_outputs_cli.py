"""Files for other systems from the command line: every format, the public edition, and the metadata of the catalogue."""

import csv
import io
import json
from pathlib import Path

import pytest
from lxml import etree

from casemgr.indicators.outputs.formats import FORMATS
from tests.indicators.test_cli import run
from tests.support import factories
from tests.support.house import NA_SAM, HouseUnderTest

ASKED = ("table", "B", "0101", "--unit", "20", "--period", "2026-Q4", "--level", "commune", "--by", "sex")


@pytest.fixture
def three(house: HouseUnderTest) -> HouseUnderTest:
    for _case in range(3):
        factories.a_case(house)
    return house


def test_every_format_of_one_table(three: HouseUnderTest, tmp_path: Path) -> None:
    for name, form in FORMATS.items():
        target = tmp_path / f"table.{form.suffix}"
        answer = run(three, *ASKED, "--format", name, "--out", str(target))
        assert answer.exit_code == 0, answer.stderr
        assert target.stat().st_size > 100, name
    schema = tmp_path / "adx.xsd"
    assert run(three, "metadata", "--format", "adx-xsd", "--out", str(schema)).exit_code == 0
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.parse(tmp_path / "table.adx.xml"))


def test_the_public_edition_withholds_what_is_small(three: HouseUnderTest) -> None:
    plain, public = run(three, *ASKED).stdout, run(three, *ASKED, "--public").stdout
    whole, edition = (list(csv.DictReader(io.StringIO(text))) for text in (plain, public))
    assert {row["value"] for row in whole if row["sex"] in ("male", "*")} == {"3"}
    assert {row["value"] for row in edition if row["sex"] in ("male", "*")} == {"c"}
    said = json.loads(run(three, *ASKED, "--public", "--json").stdout)
    assert said["withheld"] == 4
    assert all(row["value"] is None for row in said["rows"] if row["unit_code"] == NA_SAM)
    assert said["digest"] != json.loads(run(three, *ASKED, "--json").stdout)["digest"]


def test_metadata_of_the_whole_catalogue(swept: HouseUnderTest, tmp_path: Path) -> None:
    """A file of numbers of today refers to nothing that the metadata of the catalogue lacks."""
    target, numbers = tmp_path / "dhis2.json", tmp_path / "numbers.json"
    assert run(swept, "metadata", "--format", "dhis2", "--out", str(target)).exit_code == 0
    assert run(swept, *ASKED, "--format", "dhis2", "--out", str(numbers)).exit_code == 0
    said = json.loads(target.read_text(encoding="utf-8"))
    known = {kind: {one["id"] for one in objects} for kind, objects in said.items()}
    for value in json.loads(numbers.read_text(encoding="utf-8"))["dataValues"]:
        assert value["dataElement"] in known["dataElements"]
        assert value["orgUnit"] in known["organisationUnits"]
    names = {one["code"]: one["name"] for one in said["organisationUnits"]}
    assert names["06124@2025"] == "Xã Na Sầm"
    structure = tmp_path / "sdmx.json"
    assert run(swept, "metadata", "--format", "sdmx", "--out", str(structure)).exit_code == 0
    lists = {one["id"]: one["codes"] for one in json.loads(structure.read_bytes())["data"]["codelists"]}
    assert NA_SAM in [one["id"] for one in lists["CL_REF_AREA"]]
