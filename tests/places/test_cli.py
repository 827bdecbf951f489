"""The commands: the same code on two days, candidates of a divided commune, and loading that refuses what is wrong."""

import json
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from click.testing import Result

from casemgr.places.official_list import SHIPPED
from tests.support.house import HouseUnderTest


def run(house: HouseUnderTest, *words: str) -> Result:
    return house.app.test_cli_runner().invoke(args=["places", *words])


def told(house: HouseUnderTest, *words: str) -> dict[str, Any]:
    result = run(house, "show", *words, "--json")
    assert result.exit_code == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_code_tells_another_unit_on_another_day(house: HouseUnderTest) -> None:
    before, after = (told(house, "06148", "--on", day) for day in ("2025-06-01", "2025-08-01"))
    assert before["unit"]["name"] == "Xã Thanh Long"
    assert after["unit"]["name"] == "Xã Thụy Hùng"
    assert before["successors"][0]["name"] == "Xã Thụy Hùng"
    assert {unit["name"] for unit in after["predecessors"]} >= {"Xã Thanh Long"}


def test_people_read_the_same(house: HouseUnderTest) -> None:
    result = run(house, "show", "06148", "--on", "2025-06-01")
    assert result.exit_code == 0
    assert "Xã Thanh Long" in result.stdout
    assert "Xã Thụy Hùng" in result.stdout


def test_a_divided_commune_shows_its_candidates(house: HouseUnderTest) -> None:
    answer = told(house, "00019", "--on", "2026-03-02")
    assert (answer["reading"], answer["unit"], answer["choice_needed"]) == ("divided", None, True)
    assert [unit["code"] for unit in answer["candidates"]] == ["00004", "00070", "00190", "00226"]


def test_without_a_day_it_is_today(house: HouseUnderTest) -> None:
    assert told(house, "07294")["unit"]["name"] == "Phường Bố Hạ"


def test_a_province_is_shown_though_no_commune(house: HouseUnderTest) -> None:
    answer = told(house, "02", "--on", "2026-03-02")
    assert answer["reading"] == "not_a_commune"
    assert answer["successors"][0]["code"] == "08"


@pytest.mark.parametrize(("words", "status"), [(("99999",), 1), (("06124", "--on", "yesterday"), 2), ((), 2)])
def test_what_cannot_be_shown_is_said_on_standard_error(
    house: HouseUnderTest, words: tuple[str, ...], status: int
) -> None:
    result = run(house, "show", *words)
    assert (result.exit_code, result.stdout) == (status, "")
    assert result.stderr
    assert "Traceback" not in result.stderr


def test_loading_the_same_list_changes_nothing(house: HouseUnderTest) -> None:
    for more in ((), ("--dry-run",)):
        result = run(house, "load", str(SHIPPED), *more)
        assert (result.exit_code, result.stdout.strip()) == (
            0,
            "0 lines added, 0 lines changed, 0 lines removed.",
        )


def test_a_dry_run_lists_every_line_and_what_is_wrong(house: HouseUnderTest, tmp_path: Path) -> None:
    for name in ("units.csv", "changes.csv"):
        copy(SHIPPED.with_name(name), tmp_path)
    units = tmp_path / "units.csv"
    units.write_text(
        units.read_text(encoding="utf-8").replace("Xã,Xã Na Sầm", "Phường,Phường Na Sầm"), encoding="utf-8"
    )
    result = run(house, "load", str(units), "--dry-run", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert "2622" not in result.stderr
    assert "2620" in result.stderr
    assert answer["changed"] == ["06124 Xã Na Sầm (20) 2025-07-01.. => 06124 Phường Na Sầm (20) 2025-07-01.."]
    assert answer["faults"]
    assert not answer["added"]
    assert not answer["removed"]
    refused = run(house, "load", str(units))
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert told(house, "06124")["unit"]["name"] == "Xã Na Sầm"
