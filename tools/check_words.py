"""Whether every sentence of the code and the templates has its Vietnamese, and every Vietnamese its sentence.

python tools/check_words.py          lists what is missing; exit status 1 if anything is
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2.ext import babel_extract

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from casemgr.core.words import catalogue  # noqa: E402  (the project is not installed)

_NAMES = ("_", "_l")
_PLACES = re.compile(r"%\((\w+)\)")


def sentences() -> Iterator[tuple[str, str]]:
    """Every English sentence with the file it stands in."""
    for path in sorted((ROOT / "casemgr").rglob("*.py")):
        yield from _of(path)
    for path in sorted((ROOT / "templates").rglob("*.html")):
        with path.open("rb") as file:
            for _line, _function, message, _comments in babel_extract(file, ("_", "gettext"), [], {}):
                first = message[0] if isinstance(message, tuple) else message  # a sentence with values
                if isinstance(first, str):
                    yield first, str(path.relative_to(ROOT))


def _of(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _NAMES
            and node.args
        ):
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, str(path.relative_to(ROOT))


def faults() -> list[str]:
    """What is wrong with the words, one line each."""
    known = catalogue("vi")
    wrong = []
    for sentence, place in sorted(set(sentences()), key=lambda row: (row[1], row[0])):
        said = known.get(sentence)
        if said is None:
            wrong.append(f"{place}: no Vietnamese for {sentence!r}")
        elif set(_PLACES.findall(said)) - set(_PLACES.findall(sentence)):
            wrong.append(f"{place}: other values in the Vietnamese of {sentence!r}")
    return wrong


def unused() -> list[str]:
    """Vietnamese of sentences that no longer exist."""
    said = {sentence for sentence, _place in sentences()}
    return [f"unused: {sentence!r}" for sentence in catalogue("vi") if sentence not in said]


if __name__ == "__main__":
    found = faults() + unused()
    print("\n".join(found) if found else "Every sentence has its Vietnamese.")
    raise SystemExit(bool(found))
