"""The table of OWASP ASVS: complete, counted rightly, and every file and test that it names is there."""

import ast
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

import pytest

from tests.house.source import ROOT

TEXT = (ROOT / "docs" / "asvs.md").read_text()
WITHOUT = "no test"
# How many requirements of each level the seventeen chapters of ASVS 5.0.0 have
OF_LEVEL = {"1": "8 4 8 2 4 13 6 4 4 5 3 3 1 2 3 0 0", "2": "19 7 11 8 5 22 12 3 3 24 11 6 12 7 10 16 7"}
NAMED = {"1.2.10", "2.3.5", "5.2.4", "7.5.3", "14.2.6", "14.2.7"}  # of level 3


class Row(NamedTuple):
    """One requirement that applies."""

    number: str
    level: str
    asked: str
    how: str
    proof: str
    state: str

    @property
    def counted(self) -> str:
        if self.state != "met":
            return self.state
        return "met, no test" if self.proof == WITHOUT else "met, with a test"


def _rows() -> list[Row]:
    lines = re.findall(r"^\| (\d+\.\d+\.\d+ \|.+) \|$", TEXT, re.M)
    return [Row(*(cell.strip() for cell in line.split(" | "))) for line in lines]


def _left_out() -> list[tuple[str, str]]:
    """Numbers that do not apply, with their level."""
    table = TEXT.partition("## Not applicable\n")[2]
    lines = re.findall(r"^\| \d+ \|([^|]*)\|([^|]*)\|[^|]+\|$", table, re.M)
    return [
        (number, str(level))
        for cells in lines
        for level, cell in enumerate(cells, start=1)
        for number in re.findall(r"[\d.]+", cell)
    ]


ROWS, LEFT_OUT = _rows(), _left_out()


@cache
def named_in(path: str) -> set[str]:
    """The tests that a file holds."""
    tree = ast.parse((ROOT / "tests" / path).read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_requirement_stands_there_once() -> None:
    numbers = [(row.number, row.level) for row in ROWS] + LEFT_OUT
    twice = [number for number, times in Counter(number for number, _level in numbers).items() if times > 1]
    assert not twice
    assert {number for number, level in numbers if level == "3"} == NAMED
    found = Counter((number.partition(".")[0], level) for number, level in numbers)
    for level, wanted in OF_LEVEL.items():
        assert " ".join(str(found[str(chapter), level]) for chapter in range(1, 18)) == wanted


@pytest.mark.parametrize("row", ROWS, ids=[row.number for row in ROWS])
def test_what_a_row_names_is_there(row: Row) -> None:
    assert row.state in ("met", "partly", "not met")
    assert row.asked and row.how
    for path in re.findall(r"`((?:casemgr|docs|tests|templates|deploy)/[\w./-]+)`", row.how):
        assert (ROOT / path).exists(), f"{path} is not there"
    assert row.proof == WITHOUT or re.fullmatch(r"(`[\w/]+\.py::\w+`(<br>)?)+", row.proof)
    for path, name in re.findall(r"`([\w/]+\.py)::(\w+)`", row.proof):
        assert name in named_in(path), f"tests/{path} holds no {name}"


def test_the_counts_on_top_agree() -> None:
    counted = Counter((row.counted, row.level) for row in ROWS)
    counted.update(("not applicable", level) for _number, level in LEFT_OUT)
    told = re.findall(r"^\| ([a-z, ]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", TEXT, re.M)
    assert [line[0] for line in told][-1] == "all"
    for state, *figures in told:
        wanted = [
            sum(times for (name, at), times in counted.items() if at == level and state in (name, "all"))
            for level in "123"
        ]
        assert [int(figure) for figure in figures] == [*wanted, sum(wanted)], state
    assert {state for state, _level in counted} <= {line[0] for line in told}


@pytest.mark.parametrize("title, state", [("Not met", "not met"), ("Partly", "partly")])
def test_what_is_missing_stands_on_top(title: str, state: str) -> None:
    listed = re.search(rf"^\*\*{title}:\*\* ([\d., ]+|none)\.$", TEXT, re.M)
    assert listed is not None
    assert listed[1].split(", ") == ([row.number for row in ROWS if row.state == state] or ["none"])
