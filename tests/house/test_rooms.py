"""Rooms: the same furniture everywhere, names that say something, a sentence at every door."""

import ast
import re

import pytest

from tests.house.source import CODE, ROOT, modules, rooms

FURNITURE = {
    "__init__",
    "terms",
    "rules",
    "models",
    "queries",
    "actions",
    "forms",
    "schemas",
    "views",
}
REFUSED = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "base",
    "service",
    "lib",
    "tools",
}
GROUND = {"core", "law", "security", "access", "web"}  # toolkits: each file is its own subject
LONGEST_FILE, LONGEST_FUNCTION = 600, 70


def test_refused_names_say_nothing() -> None:
    names = {path.stem for path in CODE.rglob("*.py")} | {
        path.name for path in CODE.rglob("*") if path.is_dir()
    }
    assert not names & REFUSED, f"Say what is in it: {sorted(names & REFUSED)}"


def test_every_file_says_what_it_is_for() -> None:
    silent = [path for path, tree in modules().items() if not ast.get_docstring(tree) and tree.body]
    assert not silent, f"Begin the file with one sentence: {silent}"
    empty = [path for path, tree in modules().items() if not tree.body]
    assert not empty, f"A room says what it is for: {empty}"


def test_every_class_and_public_function_of_rules_actions_and_queries_says_what_it_does() -> None:
    silent = []
    for path, tree in modules().items():
        if not re.search(r"/(rules|actions|queries|workflow|spine|terms)(/\w+)?\.py$", path):
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                if not ast.get_docstring(node):
                    silent.append(f"{path}: {node.name}")
    assert not silent, f"One sentence that a social worker could check: {silent}"


@pytest.mark.parametrize("room", [str(path.relative_to(ROOT)) for path in rooms()])
def test_extra_files_are_named_in_the_room_s_sentence(room: str) -> None:
    folder = ROOT / room
    if folder.name in GROUND or room in (
        "casemgr/cli",
        "casemgr/demo",
        "casemgr/intervention",
        "casemgr/exchange",
    ):
        return
    told = ast.get_docstring(modules()[f"{room}/__init__.py"]) or ""
    extra = {path.stem for path in folder.glob("*.py")} - FURNITURE
    missing = {name for name in extra if not re.search(rf"\b{name}\b", told)}
    assert not missing, f"{room}/__init__.py does not say what these are for: {sorted(missing)}"


def test_a_room_s_first_file_holds_no_code() -> None:
    allowed = {"casemgr/__init__.py", "casemgr/cli/__init__.py", "casemgr/exchange/api/__init__.py"}
    inner = re.compile(r"/(actions|queries|views|catalogue)/__init__\.py$")
    for path, tree in modules().items():
        if path.endswith("__init__.py") and path not in allowed and not inner.search(path):
            assert len(tree.body) <= 1, f"{path} holds a sentence and nothing else."


def test_files_and_functions_have_a_pleasant_size() -> None:
    """A sense of proportion: what is far beyond it has two subjects."""
    long = []
    for path, tree in modules().items():
        lines = (ROOT / path).read_text().count("\n")
        if lines > LONGEST_FILE:
            long.append(f"{path}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION:
                long.append(f"{path}: {node.name} has {(node.end_lineno or 0) - node.lineno} lines")
    assert not long, f"Divide: {long}"


def test_no_names_no_banners_no_open_ends() -> None:
    wrong = []
    for path in modules():
        for number, line in enumerate((ROOT / path).read_text().splitlines(), start=1):
            if re.search(r"\b(TODO|FIXME|XXX|HACK)\b(?! \w+-\d+)", line) and "HANDLED" not in line:
                wrong.append(f"{path}:{number}: a TODO has a ticket")
    assert not wrong, wrong
