"""Counting of items read row by row, in plain sentences: slow, for tests only. It must give what the engine gives.

Each indicator is told here a second time by hand: which rows it counts, what one is, what is made of them. Nothing of the
engine, of its conditions, or of the catalogue is used.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

from casemgr.core.periods import Period
from casemgr.indicators.items import Item
from tests.indicators.plain import BANDS

Rows = Iterable[tuple[object, int, date, Item]]


@dataclass(frozen=True)
class Plain:
    """One indicator in plain words."""

    counts: Callable[[Item, date], bool]
    one: Callable[[object, Item], Any] = lambda row, item: row
    day: str = "received"
    stands: bool = False
    having: Callable[[Item], bool] | None = None
    value: str = ""
    measure: str = "count"
    unit: Callable[[Item], int] = lambda item: item.incident_unit or item.triage_unit
    every_decision: bool = False


def _harmed(item: Item, on: date) -> bool:
    return bool(item.harms)


def _punished(item: Item, on: date) -> bool:
    return item.outcome == "warning" or item.outcome == "fine" or item.outcome == "suspension"


def _special(item: Item, on: date) -> bool:
    return item.group != "at_risk"


def _child(row: object, item: Item) -> int:
    return item.child


def _person(row: object, item: Item) -> int:
    return item.person


def _whole(item: Item, on: date) -> bool:
    return True


def _minutes(value: str) -> Plain:
    return Plain(_whole, value=value, measure="median", every_decision=True)


def _in_time(step: str) -> Plain:
    return Plain(
        lambda item, on: step in item.timed,
        having=lambda item: step in item.in_time,
        measure="share",
        every_decision=True,
    )


def _open(days: int | None) -> Plain:
    return Plain(
        lambda item, on: days is None or (item.due is not None and item.due + timedelta(days=days) <= on),
        stands=True,
        unit=lambda item: item.unit,
        every_decision=True,
    )


def _told(known: Callable[[Item], bool]) -> Plain:
    return Plain(_whole, having=known, measure="share")


ENTRIES: Mapping[str, Plain] = {
    "A/0301-p": Plain(
        lambda item, on: item.help == "unknown" and item.group != "at_risk", _child, "day", stands=True
    ),
    "A/0302-p": Plain(
        _special, _child, "day", stands=True, having=lambda item: item.help != "unknown", measure="share"
    ),
    "A/own-01": Plain(
        lambda item, on: item.help == "unknown" and item.group == "at_risk", _child, "day", stands=True
    ),
    "A/03-c5-p": Plain(
        _whole, _child, "day", stands=True, unit=lambda item: item.residence_unit, every_decision=True
    ),
    "B/01-c2-p": Plain(_harmed, _person),
    "B/01-c4-p": Plain(
        _harmed, _child, having=lambda item: bool(item.taken & {"protected", "approved"}), measure="share"
    ),
    "B/02-c1-p": Plain(_punished, lambda row, item: item.report, "day"),
    "B/02-c2-p": Plain(_punished, _person, "day"),
    "B/02-c3-p": Plain(
        lambda item, on: item.outcome == "fine",
        lambda row, item: item.decided_as,
        "day",
        value="amount",
        measure="sum",
    ),
    "B/own-01": Plain(_whole, lambda row, item: item.decided_as, "day"),
    "B/own-02": Plain(_whole, _person, "day"),
    "B/own-03": Plain(_whole, lambda row, item: item.report, "day"),
    "B/own-04": Plain(_whole, _child, "day"),
    "P/01": _minutes("to_acknowledgement"),
    "P/02": _minutes("to_assessment"),
    "P/03": _minutes("to_measure"),
    "P/04": _minutes("to_plan"),
    "P/05": _minutes("to_approval"),
    "P/06": _in_time("protected"),
    "P/07": _in_time("planned"),
    "P/08": _in_time("approved"),
    "P/09": _open(1),
    "P/10": _open(8),
    "P/11": _open(31),
    "P/12": _open(None),
    "P/13": Plain(_whole, day="gone", value="rounds", measure="median", every_decision=True),
    "P/14": _told(lambda item: item.sex != "unknown"),
    "P/15": _told(lambda item: item.age is not None),
    "P/16": _told(lambda item: bool(item.harms)),
    "P/17": _told(lambda item: item.environment != "unknown"),
    "P/18": _told(lambda item: item.ethnic_group != "unknown"),
    "P/19": _told(lambda item: item.disability != "unknown"),
    "P/20": Plain(_whole, _child, having=lambda item: "reported" in item.again, measure="share"),
    "P/21": Plain(_whole, _child, having=lambda item: "closed" in item.again, measure="share"),
    "P/22": _open(None),
    "P/23": Plain(_whole, day="day"),
    "P/24": Plain(
        lambda item, on: item.reached != "unknown",
        day="day",
        having=lambda item: item.reached == "reached",
        measure="share",
    ),
    "P/25": Plain(_whole, _person, having=lambda item: bool(item.relations - {"unknown"}), measure="share"),
    "P/26": _told(lambda item: item.online is not None),
}


def members(item: Item, key: str) -> set[str]:
    """Which rows of a split an item belongs to."""
    name, _, bands = key.partition(":")
    if name == "age_band":
        if item.age is None:
            return {"unknown"}
        return {label for label, ages in BANDS[bands or "law"] if item.age in ages}
    if name == "harm":
        return set(item.harms) or {"unknown"}
    if name == "relation":
        return set(item.relations) or {"unknown"}
    if name == "month":
        assert item.received is not None
        return {f"{item.received.year}-{item.received.month:02}"}
    if name == "online":
        return {"unknown" if item.online is None else "true" if item.online else "false"}
    return {getattr(item, "reached" if name == "goal" else name)}


def standing(rows: Rows, as_of: date | None) -> Mapping[object, Item]:
    """The newest version of each item that was recorded by a day."""
    newest: dict[object, tuple[int, Item]] = {}
    for row, seq, recorded, item in rows:
        if (as_of is None or recorded <= as_of) and (row not in newest or newest[row][0] < seq):
            newest[row] = (seq, item)
    return {row: item for row, (_, item) in newest.items()}


def counted(entry: str, item: Item, period: Period, keys: Sequence[str]) -> bool:
    """Whether an indicator counts an item at all."""
    rule = ENTRIES[entry]
    day = getattr(item, rule.day)
    if "voided" in item.flags or day is None or not rule.counts(item, period.last):
        return False
    if rule.stands:
        if day > period.last or (item.gone is not None and item.gone <= period.last):
            return False
    elif not period.first <= day <= period.last:
        return False
    return rule.every_decision or "decision" in keys or item.decision == "accepted"


def table(
    entry: str,
    rows: Rows,
    areas: Mapping[int, str],
    period: Period,
    keys: Sequence[str],
    as_of: date | None = None,
) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """Numbers by area and members: a count or sum; of a share n and N; of a median its value and of how many."""
    rule = ENTRIES[entry]
    cells: dict[tuple[str, ...], list[tuple[object, Item]]] = {}
    for row, item in standing(rows, as_of).items():
        if not counted(entry, item, period, keys) or rule.unit(item) not in areas:
            continue
        if rule.measure == "median" and getattr(item, rule.value) is None:
            continue
        choices = [[*members(item, key), *(["*"] if _in_total(rule, item, key) else [])] for key in keys]
        for combination in product(*choices):
            cells.setdefault((areas[rule.unit(item)], *combination), []).append((row, item))
    return {cell: number for cell, found in cells.items() if (number := _number(rule, found)) != (0,)}


def _in_total(rule: Plain, item: Item, key: str) -> bool:
    """Of the decisions only those that the indicator counts are in the total; of any other key every member is."""
    return key != "decision" or rule.every_decision or item.decision == "accepted"


def _number(rule: Plain, found: list[tuple[object, Item]]) -> tuple[Any, ...]:
    ones = {rule.one(row, item) for row, item in found}
    if rule.measure == "count":
        return (len(ones),)
    if rule.measure == "share":
        assert rule.having is not None
        return (len({rule.one(row, item) for row, item in found if rule.having(item)}), len(ones))
    if rule.measure == "sum":
        most: dict[Any, int] = {}
        for row, item in found:
            who = rule.one(row, item)
            most[who] = max(most.get(who, 0), getattr(item, rule.value))
        return (sum(most.values()),)
    values = sorted(getattr(item, rule.value) for _, item in found)
    return (values[(len(values) + 1) // 2 - 1], len(values))
