"""The source as the house tests read it: each module parsed once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CODE = ROOT / "casemgr"
TEMPLATES = ROOT / "templates"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the house by its path, parsed."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(), str(path))
        for path in sorted(CODE.rglob("*.py"))
    }


@cache
def templates() -> dict[str, str]:
    """Every template by its path below `templates`."""
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in sorted(TEMPLATES.rglob("*.html"))
    }


def rooms() -> list[Path]:
    """Every package of the house, wings and their rooms too, but no folder of a room's own files."""
    found = [path.parent for path in sorted(CODE.rglob("__init__.py"))]
    return [path for path in found if path.name not in INNER]


INNER = {"actions", "queries", "views", "catalogue", "api", "v1", "casemgr"}


def calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The last name of everything that is called, and the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = (
                function.attr
                if isinstance(function, ast.Attribute)
                else function.id
                if isinstance(function, ast.Name)
                else ""
            )
            yield name, node.lineno


def imported(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Every imported name: from where, what, on which line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.module or "", alias.name, node.lineno
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, "", node.lineno
