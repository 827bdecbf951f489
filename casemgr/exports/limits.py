"""How many lists may be exported, how large, and how long a file is kept: read from the room's data."""

import json
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Limits:
    """The figures of `data/limits.json`."""

    files_per_day: int  # of one person
    rows_at_most: int
    second_person_over: int  # children
    hours_to_confirm: int
    hours_kept: int
    rows_at_once: int  # more are made while the person may go on with other work


@cache
def limits() -> Limits:
    """The figures, checked: each is there and more than nothing."""
    data = json.loads(files("casemgr.exports").joinpath("data", "limits.json").read_text(encoding="utf-8"))
    names = {one.name for one in fields(Limits)}
    if set(data) - {"about"} != names or any(type(data[name]) is not int or data[name] < 1 for name in names):
        raise ValueError("exports/data/limits.json: each limit once, a whole number from 1.")
    return Limits(**{name: data[name] for name in names})
