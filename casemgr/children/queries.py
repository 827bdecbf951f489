"""Reading children: one child, and finding a child in scope by opening cards or by the index."""

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import func, select

from casemgr.access.desk import Desk
from casemgr.children import index, rules
from casemgr.children.clues import of_question
from casemgr.children.models import Child
from casemgr.children.terms import Card
from casemgr.core.calendar import local_day
from casemgr.core.conditions import among
from casemgr.core.portions import portions

WIDEST = 5000  # beyond this, cards are not opened one by one
OPENED, SHOWN = 200, 50  # of those whom the index gives
_CARDS = select(Child.id, Child.recorded_at, Child._card).where(Child.state != "merged")
_AT_ONCE = 500


class Opened(NamedTuple):
    """A card that was opened without the rest of its row."""

    id: int
    told_in: int
    card: Card | None


@dataclass(frozen=True)
class Hit:
    """A child that fits what was looked for, how well, and why."""

    child: Child
    score: float
    why: rules.Match


@dataclass(frozen=True)
class Found:
    """What a search gave: hits, and whether the scope is too wide for what was told."""

    hits: Sequence[Hit]
    too_wide: bool = False


def child(desk: Desk, child_id: int) -> Child:
    """One child in scope."""
    return desk.get(Child, child_id)


def find(desk: Desk, wanted: rules.Wanted, *, typed: str = "") -> Found:
    """Children in scope that fit. The look is noted; what was typed is kept sealed."""
    if wanted.by_number:
        numbers: list[int] | None = by_index(desk, wanted)
    elif (desk.session.scalar(select(func.count()).select_from(Child)) or 0) <= WIDEST:
        numbers = None
    elif wanted.precise:
        numbers = by_index(desk, wanted)
    else:
        return Found((), too_wide=True)
    most = sys.maxsize if numbers is None else OPENED
    hits = ranked(desk, wanted, open_cards(desk, numbers, most=most))
    looked(desk, "children searched", typed, len(hits))
    return Found(hits)


def by_index(desk: Desk, wanted: rules.Wanted, *, most: int = index.MOST) -> list[int]:
    """Numbers of children that the index gives for what is looked for, in scope or not, the likeliest first."""
    return index.find(desk, of_question(wanted.known), most=most)


def open_cards(desk: Desk, numbers: Sequence[int] | None = None, *, most: int = sys.maxsize) -> list[Opened]:
    """Cards of children in scope, opened in bulk: all of them, or the first with these numbers."""
    rows = list(desk.rows(_CARDS)) if numbers is None else _first(desk, numbers, most)
    desk.safe.fetch_keys(row[0] for row in rows)
    return [
        Opened(number, local_day(told).year, desk.safe.open_of(Child.card, Child, number, sealed))
        for number, told, sealed in rows
    ]


def _first(desk: Desk, numbers: Sequence[int], most: int) -> list[Any]:
    """The rows of the first of some children who are in scope."""
    rows: list[Any] = []
    for part in portions(numbers, _AT_ONCE):
        if len(rows) >= most:
            break
        place = {number: place for place, number in enumerate(part)}
        rows += sorted(desk.rows(_CARDS.where(among(Child.id, part))), key=lambda row: place[row[0]])
    return rows[:most]


def ranked(desk: Desk, wanted: rules.Wanted, cards: Iterable[Opened]) -> Sequence[Hit]:
    """The children whose cards fit best, the likeliest first."""
    fitting = fits(wanted, cards)
    best = rules.best([(match.score, number) for number, match in fitting.items()], SHOWN)
    rows = of_numbers(desk, best)
    return [Hit(rows[number], fitting[number].score, fitting[number]) for number in best if number in rows]


def fits(wanted: rules.Wanted, cards: Iterable[Opened]) -> Mapping[int, rules.Match]:
    """Which cards fit, and how. Where a number was looked for, the index has found whom it belongs to."""
    fitting = {}
    for one in cards:
        match = rules.likeness(wanted, one.card, one.told_in) if one.card is not None else None
        if match is None and wanted.by_number:
            match = rules.Match(100.0, exact=False, year=False)
        if match is not None:
            fitting[one.id] = match
    return fitting


def of_numbers(desk: Desk, numbers: Collection[int]) -> Mapping[int, Child]:
    """Children in scope by their numbers."""
    if not numbers:
        return {}
    rows = desk.all(select(Child).where(among(Child.id, numbers), Child.state != "merged"))
    desk.safe.fetch_keys(row.id for row in rows)
    return {row.id: row for row in rows}


def looked(desk: Desk, action: str, typed: str, count: int, *, reason: str | None = None) -> None:
    """Note a search; what was looked for goes into the trail sealed, under a key of its own."""
    desk.read(action, count=count, reason=reason, asked=typed)


def file_of(desk: Desk, child_id: int) -> Child:
    """A child's file, also one that was opened at this desk and is not written yet."""
    if desk.safe.is_born(child_id):
        born = (row for row in reversed(desk.at_hand) if isinstance(row, Child) and row.id == child_id)
        found = next(born, None)
        if found is not None:
            return found
    return desk.get(Child, child_id)
