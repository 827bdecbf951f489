"""The dated settings: when a level is told."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from casemgr.notices import rules
from casemgr.notices.terms import About, CountedFrom, Level, Threshold


@cache
def thresholds(day: date) -> Sequence[Threshold]:
    """The thresholds that hold on a day."""
    return tuple(rules.in_force(_all(), day))


@cache
def _all() -> Sequence[Threshold]:
    return tuple(
        Threshold(
            About(row["about"]),
            Level(row["level"]),
            CountedFrom(row["counted_from"]),
            timedelta(minutes=int(row["minutes"])),
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row.get("valid_to") else None,
            row["reason"]["vi"],
            row["reason"]["en"],
        )
        for row in _file()["thresholds"]
    )


@cache
def _file() -> Mapping[str, Any]:
    text = (files("casemgr.notices") / "data" / "escalation.json").read_text("utf-8")
    told: Mapping[str, Any] = json.loads(text)
    return told
