"""Invented files of histories, and the commands as a script sees them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from click.testing import Result

from tests.support.house import NA_SAM, HouseUnderTest

HEADER = {"format": "casemgr-exchange", "version": 1, "made_at": "2026-11-18T12:00:00+07:00", "unit": "VN"}


def a_report(reference: str = "R-1", **changes: Any) -> dict[str, Any]:
    """A girl beaten at home, told in March 2026."""
    told = {
        "type": "report",
        "reference": reference,
        "received_at": "2026-03-02T08:15:00+07:00",
        "channel": "telephone",
        "kind": "intervention",
        "incident": {
            "unit_code": NA_SAM,
            "occurred_on": "2026-03-01",
            "environment": "family",
            "online": False,
        },
        "children": [a_child()],
        "suspects": [
            {
                "ref": "s1",
                "sex": "male",
                "relations": [{"child": "c1", "relation": "neighbour_or_acquaintance"}],
            }
        ],
    }
    return {**told, **changes}


def a_child(ref: str = "c1", **changes: Any) -> dict[str, Any]:
    told = {
        "ref": ref,
        "name": "Hoàng Thị Thử",
        "sex": "female",
        "birth": {"date": "2017-03-01"},
        "harms": ["violence"],
        "residence_unit_code": NA_SAM,
    }
    return {**told, **changes}


def a_step(
    step: str,
    at: str = "2026-03-03T09:00:00+07:00",
    *,
    report: str = "R-1",
    child: str | None = "c1",
    **data: Any,
) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "step", "report": report, "step": step, "at": at}
    if child is not None:
        told["child"] = child
    return {**told, "data": data}


def write(
    path: Path, lines: Iterable[Mapping[str, Any] | str | bytes], header: Mapping[str, Any] | None = None
) -> Path:
    """A file with its first line; what is no object stands in it as it is."""
    with path.open("wb") as file:
        for line in (header or HEADER, *lines):
            said = json.dumps(line, ensure_ascii=False) if isinstance(line, Mapping) else line
            file.write((said.encode() if isinstance(said, str) else said) + b"\n")
    return path


def run(house: HouseUnderTest, *words: str) -> Result:
    return house.app.test_cli_runner().invoke(args=words)


def take(house: HouseUnderTest, path: Path, *words: str) -> dict[str, Any]:
    """What the import answers, whether or not it objects to something."""
    result = run(house, "exchange", "import", str(path), "--json", *words)
    if not isinstance(result.exception, SystemExit | None):
        raise result.exception
    assert result.stdout, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == int(bool(answer["objections"]))
    return answer


def give(house: HouseUnderTest, path: Path, unit: str = "VN", *words: str) -> bytes:
    result = run(house, "exchange", "export", "--unit", unit, "--out", str(path), *words)
    assert result.exit_code == 0, (result.output, result.stderr, result.exc_info)
    return path.read_bytes()


def table(
    house: HouseUnderTest, set_: str, code: str, *words: str, unit: str = "VN", period: str = "2026"
) -> dict[str, Any]:
    words = ("indicators", "table", set_, code, "--unit", unit, "--period", period, "--json", *words)
    result = run(house, *words)
    assert result.exit_code == 0, (words, result.stderr, result.exc_info)
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def counted(house: HouseUnderTest, set_: str = "B", code: str = "0101", **more: Any) -> Any:
    """The one number of a table."""
    (row,) = table(house, set_, code, **more)["rows"]
    return row["value"]
