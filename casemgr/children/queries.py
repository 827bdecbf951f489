"""Reading children: one child, and finding a child inside a small scope by opening the cards."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from casemgr.access.desk import Desk
from casemgr.children import rules
from casemgr.children.models import Child

WIDEST = 5000  # beyond this, cards are not opened one by one
SHOWN = 50


@dataclass(frozen=True)
class Hit:
    """A child that fits what was looked for, how well, and why."""

    child: Child
    score: float
    why: rules.Match


@dataclass(frozen=True)
class Found:
    """What a search gave: hits, and whether the scope was too wide to look at every card."""

    hits: Sequence[Hit]
    too_wide: bool = False


def child(desk: Desk, child_id: int) -> Child:
    """One child in scope."""
    return desk.get(Child, child_id)


def find(desk: Desk, wanted: rules.Wanted) -> Found:
    """Children in scope that fit a name, with or without marks, or a birth year. The look is noted, the words are not."""
    in_scope = desk.session.scalar(select(func.count()).select_from(Child)) or 0
    if in_scope > WIDEST:
        desk.read("children searched", count=0)
        return Found((), too_wide=True)
    rows = desk.all(select(Child).where(Child.state != "merged").order_by(Child.id))
    desk.safe.fetch_keys(row.id for row in rows)
    hits = []
    for row in rows:
        match = rules.likeness(wanted, row.card) if row.card is not None else None
        if match is not None:
            hits.append(Hit(row, match.score, match))
    hits.sort(key=lambda hit: (-hit.score, hit.child.id))
    desk.read("children searched", count=len(hits))
    return Found(tuple(hits[:SHOWN]))


def file_of(desk: Desk, child_id: int) -> Child:
    """A child's file, also one that was opened at this desk and is not written yet."""
    if desk.safe.is_born(child_id):
        born = (row for row in reversed(desk.at_hand) if isinstance(row, Child) and row.id == child_id)
        found = next(born, None)
        if found is not None:
            return found
    return desk.get(Child, child_id)
