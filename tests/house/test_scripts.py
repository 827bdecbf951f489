"""Scripts of the pages: small comforts that make no markup out of text, keep nothing in the browser and call nobody."""

import re

import pytest

from tests.house.source import CODE

SCRIPTS = sorted(path.name for path in (CODE / "static").glob("*.js"))
REFUSED = {
    "text becomes markup or program": r"\.(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\b|new Function|javascript:",
    "something stays in the browser": r"localStorage|sessionStorage|indexedDB|document\.cookie|\bcaches\b|serviceWorker",
    "somebody else is called": r"\bfetch\((?!['\"]/[a-z])|XMLHttpRequest|sendBeacon|WebSocket|EventSource|postMessage|importScripts|https?://",
    "objects are merged by names from outside": r"__proto__|Object\.assign|\.prototype\b",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_does_no_harm(name: str) -> None:
    text = (CODE / "static" / name).read_text()
    found = {why: re.findall(sign, text) for why, sign in REFUSED.items() if re.search(sign, text)}
    assert not found, f"{name}: {found}"
    assert '"use strict"' in text
    outside = [line for line in text.splitlines() if re.match(r"(var|let|const|function)\s", line)]
    assert not outside, f"{name} leaves names to all scripts: {outside}"


def test_there_are_scripts() -> None:
    assert SCRIPTS
