"""The inventory says what the code says: limits, purposes of keys, files and constants it names."""

import re
from datetime import timedelta
from importlib import import_module

import pytest

from casemgr.accounts.rules import Allowance
from casemgr.security.keys import Purpose
from tests.house.source import ROOT

TEXT = (ROOT / "docs" / "inventory.md").read_text()
LIMITS = re.findall(r"^\|[^|]+\| ([^|]+) \| `(casemgr\.[\w.]+)` \|$", TEXT, re.M)
UNITS = {"minutes": 60, "hours": 3600, "days": 86400}


def in_words(value: object) -> str:
    """A limit as the inventory writes it."""
    if isinstance(value, Allowance):
        return str(value.free)
    if not isinstance(value, timedelta):
        return str(value)
    seconds = int(value.total_seconds())
    name, size = [(name, size) for name, size in UNITS.items() if seconds % size == 0 and seconds > size][-1]
    return f"{seconds // size} {name}"


@pytest.mark.parametrize("told, constant", LIMITS, ids=[constant for _told, constant in LIMITS])
def test_a_limit_is_as_the_inventory_says(told: str, constant: str) -> None:
    module, _, name = constant.rpartition(".")
    assert in_words(getattr(import_module(module), name)) == told


def test_limits_are_read() -> None:
    assert len(LIMITS) >= 15


def test_every_purpose_of_a_key_is_there() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.M)
    assert sorted(rows) == sorted(Purpose), "a key protects something: say what"
