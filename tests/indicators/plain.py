"""Counting read row by row, in plain sentences: slow, for tests only. It must give what the engine gives.

Written from the contract, without using the engine's predicates, splits or bands.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import product

from casemgr.core.periods import Period
from casemgr.indicators.facts import Fact

HARMS = ["violence", "exploitation", "sexual_abuse", "trafficking", "abandonment_neglect", "other"]
BANDS = {
    "law": [("0-15", range(16)), ("16+", range(16, 300))],
    "hotline111": [
        ("0-3", range(4)),
        ("4-6", range(4, 7)),
        ("7-9", range(7, 10)),
        ("10", [10]),
        ("11-12", [11, 12]),
        ("13-14", [13, 14]),
        ("15", [15]),
        ("16-17", [16, 17]),
        ("18+", range(18, 300)),
    ],
    "hotline111_suspect": [("<16", range(16)), ("16-<18", [16, 17]), ("18+", range(18, 300))],
    "hotline111_reporter": [
        ("<=10", range(11)),
        ("11-14", range(11, 15)),
        ("15", [15]),
        ("16-17", [16, 17]),
        ("18+", range(18, 300)),
    ],
    "procuracy": [
        ("<6", range(6)),
        ("6-<10", range(6, 10)),
        ("10-<13", range(10, 13)),
        ("13-<16", range(13, 16)),
        ("16-<18", [16, 17]),
        ("18+", range(18, 300)),
    ],
    "year": [*((str(age), [age]) for age in range(18)), ("18+", range(18, 300))],
}


def members(fact: Fact, key: str) -> set[str]:
    """Which rows of a split a fact belongs to."""
    name, _, bands = key.partition(":")
    if name == "age_band":
        if fact.age is None:
            return {"unknown"}
        return {label for label, ages in BANDS[bands or "law"] if fact.age in ages}
    if name == "harm":
        return set(fact.harms) or {"unknown"}
    if name == "relation":
        return set(fact.relations) or {"unknown"}
    if name == "online":
        return {"unknown" if fact.online is None else "true" if fact.online else "false"}
    if name == "month":
        return {f"{fact.received.year}-{fact.received.month:02}"}
    return {getattr(fact, name)}


def b0101(
    rows: Iterable[tuple[object, int, date, Fact]],
    areas: Mapping[int, str],
    period: Period,
    keys: Sequence[str],
    as_of: date | None = None,
) -> dict[tuple[str, ...], int]:
    """B 0101 from the rows of a log (case, sequence, day of recording, fact): numbers by area and members."""
    newest: dict[object, tuple[int, Fact]] = {}
    for case, seq, recorded, fact in rows:
        if (as_of is None or recorded <= as_of) and (case not in newest or newest[case][0] < seq):
            newest[case] = (seq, fact)
    children: dict[tuple[str, ...], set[int]] = {}
    for _, fact in newest.values():
        if (
            not (fact.harms & set(HARMS))
            or not period.first <= fact.received <= period.last
            or "voided" in fact.flags
        ):
            continue
        place = areas.get(fact.incident_unit or fact.triage_unit)
        if place is None:
            continue
        choices: list[list[str]] = []
        for key in keys:
            if key == "decision":
                choices.append([fact.decision, *(["*"] if fact.decision == "accepted" else [])])
            else:
                choices.append([*members(fact, key), "*"])
        if "decision" not in keys and fact.decision != "accepted":
            continue
        for combination in product(*choices):
            children.setdefault((place, *combination), set()).add(fact.child)
    return {cell: len(who) for cell, who in children.items()}
