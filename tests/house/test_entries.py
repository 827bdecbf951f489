"""The entries of the trail: each has its Vietnamese, and a look is never taken for work."""

import ast
from collections.abc import Iterator

from casemgr.access.action import REGISTRY
from casemgr.oversight.terms import READS, action_names, part_names
from tests.house.source import modules
from tests.support.house import HouseUnderTest

DESKS = {"desk", "house", "writing"}
LOOKED, RECORDED = {"read", "opened"}, {"record"}
TELL_OF_WORK = {"consent written", "consent withdrawn of"}  # the second entry of an action, about the child


def told(by: set[str]) -> Iterator[tuple[str, str]]:
    """Every name of an entry that stands in the code, and where."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            desk, name = node.func.value, node.args[0]
            if not (isinstance(desk, ast.Name) and desk.id in DESKS and node.func.attr in by):
                continue
            for said in (name.body, name.orelse) if isinstance(name, ast.IfExp) else (name,):
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value, f"{path}:{node.lineno}"


def test_every_entry_has_its_vietnamese(sqlite_house: HouseUnderTest) -> None:
    names = dict(told(LOOKED | RECORDED)) | dict.fromkeys(REGISTRY, "an action")
    without = [f"{name!r} ({where})" for name, where in names.items() if name not in action_names()]
    assert not without, "\n".join(["Write it into casemgr/oversight/data/actions.json:", *without])


def test_a_look_counts_as_a_look(sqlite_house: HouseUnderTest) -> None:
    """What is not among the looks counts as work, and work on a file is what a look is excused by."""
    looks = {name: where for name, where in told(LOOKED) if name not in REGISTRY}
    missing = [f"{name!r} ({where})" for name, where in looks.items() if name not in READS | TELL_OF_WORK]
    assert not missing, "\n".join(["Write it into READS of casemgr/oversight/terms.py:", *missing])
    assert not READS & set(REGISTRY)


def test_every_part_of_a_file_has_its_vietnamese() -> None:
    """The parts that a page opens begin with the card of the child."""
    parts = {
        part.value
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple) and node.elts and getattr(node.elts[0], "value", "") == "card"
        for part in node.elts
        if isinstance(part, ast.Constant)
    }
    assert "known" in parts and parts <= set(part_names()), parts - set(part_names())
