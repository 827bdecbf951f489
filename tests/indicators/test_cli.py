"""The commands that count, as a script sees them."""

import json
from pathlib import Path

import openpyxl
from click.testing import Result

from casemgr.cli.indicators import indicators
from casemgr.indicators.items import FORMS
from tests.indicators.test_loading import renumbered
from tests.support import factories
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest


def run(house: HouseUnderTest, *words: str) -> Result:
    return house.app.test_cli_runner().invoke(indicators, words)


def test_list_names_every_indicator_and_how_sure_it_is(house: HouseUnderTest) -> None:
    answer = json.loads(run(house, "list", "--json").stdout)
    (first,) = [one for one in answer["indicators"] if (one["set"], one["code"]) == ("B", "0101")]
    assert (first["set"], first["code"], first["name_vi"]) == ("B", "0101", "Số trẻ em bị xâm hại")
    assert first["source_status"]["age_groups"] == "provisional"
    assert "0101" in run(house, "list").stdout


def test_table_as_csv(house: HouseUnderTest) -> None:
    factories.a_case(house)
    answer = run(
        house,
        "table",
        "B",
        "0101",
        "--unit",
        "20",
        "--period",
        "2026-Q4",
        "--level",
        "commune",
        "--by",
        "sex",
    )
    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout.splitlines() == [
        "unit_code,unit_name,sex,value",
        "06124,Xã Na Sầm,male,1",
        "06124,Xã Na Sầm,female,0",
        "06124,Xã Na Sầm,unknown,0",
        "06124,Xã Na Sầm,*,1",
    ]


def test_table_of_nothing_still_says_zero_for_the_unit(house: HouseUnderTest) -> None:
    answer = run(house, "table", "B", "0101", "--unit", NA_SAM, "--period", "2026-05")
    assert answer.stdout.splitlines() == ["unit_code,unit_name,value", "06124,Xã Na Sầm,0"]


def test_table_as_json(house: HouseUnderTest) -> None:
    factories.a_case(house)
    words = (
        "table",
        "B",
        "0101",
        "--unit",
        "VN",
        "--period",
        "2026",
        "--by",
        "age_band:law,online",
        "--format",
        "json",
    )
    answer = json.loads(run(house, *words).stdout)
    assert answer["counting_unit"]
    assert answer["reporting_date"] == "day of receipt"
    assert answer["as_of"] == "2026-11-18"
    assert answer["source_status"]["name"] == "confirmed"
    assert len(answer["digest"]) == 64
    assert {
        "unit_code": "VN",
        "unit_name": "Whole country",
        "dims": {"age_band": "0-15", "online": "false"},
        "value": 1,
    } in answer["rows"]
    zeros = [row["dims"] for row in answer["rows"] if row["value"] == 0]
    assert all(sum(member != "*" for member in dims.values()) == 1 for dims in zeros)
    assert json.loads(run(house, *words[:-2], "--json").stdout)["digest"] == answer["digest"]


def test_table_as_xlsx_needs_a_file(house: HouseUnderTest, tmp_path: Path) -> None:
    words = ("table", "B", "0101", "--unit", "VN", "--period", "2026", "--format", "xlsx")
    assert run(house, *words).exit_code == 2
    target = tmp_path / "table.xlsx"
    assert run(house, *words, "--out", str(target)).exit_code == 0
    assert openpyxl.load_workbook(target).worksheets[0]["A1"].value == "unit_code"
    text = tmp_path / "table.csv"
    assert run(house, *words[:-2], "--out", str(text)).exit_code == 0
    assert text.read_bytes() == b"unit_code,unit_name,value\nVN,Whole country,0\n"


def test_cell_lists_exactly_the_cases(house: HouseUnderTest) -> None:
    first = factories.a_case(house)
    second = factories.a_case(house)
    factories.a_case(house, unit_code=THAT_KHE)
    waiting = factories.a_report(house)
    words = (
        "cell",
        "B",
        "0101",
        "--unit",
        NA_SAM,
        "--period",
        "2026",
        "--where",
        "sex=male,age_band:law=0-15",
    )
    answer = json.loads(run(house, *words, "--cases", "--json").stdout)
    assert answer["value"] == 2
    assert answer["cases"] == sorted([first, second])
    assert "cases" not in json.loads(run(house, *words, "--json").stdout)
    pending = json.loads(run(house, *words[:-1], "decision=pending", "--cases", "--json").stdout)
    assert pending["cases"] == [waiting]
    assert json.loads(run(house, *words[:-1], "sex=female", "--cases", "--json").stdout)["cases"] == []
    assert json.loads(run(house, *words[:-2], "--cases", "--json").stdout)["value"] == 2


def test_what_cannot_be_counted_is_said_in_one_sentence(house: HouseUnderTest) -> None:
    base = ("table", "B", "0101", "--unit", "VN", "--period", "2026")
    for words in (
        ("table", "B", "9999", "--unit", "VN", "--period", "2026"),
        ("table", "B", "0101", "--unit", "99999", "--period", "2026"),
        ("table", "B", "0101", "--unit", "VN", "--period", "last year"),
        (*base, "--by", "colour"),
        (*base, "--by", "age_band:teens"),
        (*base, "--as-of", "yesterday"),
        (*base, "--as-of", "9999-12-31"),
        (*base, "--as-of", "0001-01-01"),
        (*base, "--as-of", "2026-11-19"),
        ("table", "B", "0101", "--unit", "VN", "--period", "9999"),
        ("table", "B", "0101", "--unit", "VN", "--period", "0001-01-01..0001-12-31"),
        ("cell", "B", "0101", "--unit", "VN", "--period", "2026", "--as-of", "9999-12-31"),
        ("table", "B", "0101", "--unit", NA_SAM, "--period", "2026", "--level", "province"),
        ("cell", "B", "0101", "--unit", "VN", "--period", "2026", "--where", "sex=boy"),
        ("cell", "B", "0101", "--unit", "VN", "--period", "2026", "--where", "sex=female,sex=male"),
    ):
        answer = run(house, *words)
        assert answer.exit_code == 1, words
        assert len(answer.stderr.strip().splitlines()) == 1
        assert not answer.stdout
    for wrong in (("--level", "village"), ("--format", "pdf"), ("--borders", "none")):
        assert run(house, *base, *wrong).exit_code == 2


def test_what_is_wrong_with_a_column_is_said_of_the_column(house: HouseUnderTest) -> None:
    cell = ("cell", "B", "0101", "--unit", "VN", "--period", "2026", "--where")
    for wrong in ("banana", "banana=1", "age_band:banana=1", "sex=female,sex=male"):
        said = run(house, *cell, wrong)
        assert said.exit_code == 1 and said.stderr.startswith("where: "), wrong


def test_snapshot_says_how_much_there_is(house: HouseUnderTest) -> None:
    factories.a_case(house)
    ran = run(house, "snapshot", "--refresh", "--json")
    answer = json.loads(ran.stdout)
    assert (answer["cases"], answer["written"]) == (1, 0)
    assert answer["rows"] >= 2
    assert answer["kinds"]["case"] == answer["rows"]
    assert set(answer["kinds"]) == set(FORMS)
    folder = house.app.extensions["settings"].data_dir / "counting"
    assert {path.stem for path in folder.glob("*.facts")} == set(FORMS), "a sealed copy of every kind"


def test_every_command_has_help_with_an_example(house: HouseUnderTest) -> None:
    for name in ("list", "table", "cell", "snapshot"):
        answer = run(house, name, "--help")
        assert answer.exit_code == 0
        assert f"indicators {name}" in answer.stdout


def test_the_catalogue_goes_out_and_a_corrected_one_comes_in(house: HouseUnderTest, tmp_path: Path) -> None:
    out, document = tmp_path / "catalogue.json", ("--document", "13/2026/TT-BYT", "--day", "2026-11-01")
    assert run(house, "export", "--out", str(out)).exit_code == 0
    same = run(house, "load", str(out), *document, "--dry-run")
    assert same.exit_code == 1 and "nothing would change" in same.stderr
    out.write_text(json.dumps({"entries": [renumbered(basis=5)]}), encoding="utf-8")
    wrong = run(house, "load", str(out), *document)
    assert wrong.exit_code == 1 and "Entry 1 (B 0102), basis" in wrong.stderr
    out.write_text(json.dumps({"entries": [renumbered()]}), encoding="utf-8")
    seen = run(house, "load", str(out), *document, "--dry-run")
    assert seen.exit_code == 0 and "B 0102 version 1: Another code" in seen.stdout
    assert "  - 01-c1-p\n  + 0102" in seen.stdout and "would change" in seen.stdout
    asked = ("table", "B", "0102", "--unit", NA_SAM, "--period", "2026-12", "--json")
    assert run(house, *asked).exit_code != 0
    done = run(house, "load", str(out), *document, "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["stored"] and told["entries"][0]["fields"]["code"] == {"before": "01-c1-p", "after": "0102"}
    assert json.loads(run(house, *asked).stdout)["status"] == "confirmed"
    before = json.loads(
        run(house, "table", "B", "0102", "--unit", NA_SAM, "--period", "2026-11", "--json").stdout
    )
    assert (before["code"], before["status"]) == ("01-c1-p", "provisional")
