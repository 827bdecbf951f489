"""Every library that runs is named with its version and the digests of its files, and somebody looks for its weaknesses."""

import re

import pytest

from tests.house.source import ROOT

PINS = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", (ROOT / "requirements.txt").read_text(), re.M)
LOCK = (ROOT / "requirements.lock").read_text()


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def locked() -> dict[str, tuple[str, int]]:
    """What the lock names: version, and how many digests."""
    blocks = re.split(r"\n(?=\S)", LOCK)
    found = {}
    for block in blocks:
        head = re.match(r"([\w.-]+)==(\S+) \\", block)
        if head is not None:
            found[plain(head[1])] = head[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block))
    return found


def test_the_lock_holds_what_was_chosen(locked: dict[str, tuple[str, int]]) -> None:
    wrong = [name for name, version in PINS if locked.get(plain(name), ("", 0))[0] != version]
    assert not wrong, f"make lock: {wrong}"


def test_every_library_of_the_lock_has_its_digests(locked: dict[str, tuple[str, int]]) -> None:
    lines = [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(lines) == len(locked) > len(PINS), "one line each, and those that others bring along"
    assert all(count for _version, count in locked.values())


def test_the_look_for_weaknesses_does_not_pass_without_an_answer() -> None:
    """`--strict`: a library nobody could answer for fails the step. It asks the network, so `check` and `test` do without."""
    rules = dict(re.findall(r"^(\w+):([^\n]*(?:\n\t[^\n]*)*)", (ROOT / "Makefile").read_text(), re.M))
    assert "pip-audit --strict" in rules["audit"] and "requirements.lock" in rules["audit"]
    assert not any("audit" in rules[name] or "lock" in rules[name] for name in ("check", "test"))
    assert "make audit" in (ROOT / "docs" / "runbook.md").read_text()
