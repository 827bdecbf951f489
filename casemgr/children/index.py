"""The index of children at a desk: rows follow the file in the transaction that changes it, and lead back to children."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from heapq import nsmallest
from random import SystemRandom
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select, tuple_

from casemgr.access.desk import Desk
from casemgr.children.clues import Known, in_portions, known_of, of_file
from casemgr.children.models import Child, NameToken
from casemgr.core.calendar import local_day
from casemgr.core.clues import Clue
from casemgr.core.conditions import among
from casemgr.core.db import insert_new
from casemgr.core.portions import portions
from casemgr.places import queries as places
from casemgr.places.terms import Level
from casemgr.security.tokens import Posted

MOST = 1500  # candidates among whom those in scope are looked for
_ROWS = 16_000  # rows of the index that are read for one question, at most
_DRAWN = 100  # children by whom it is judged whether the index lies under the keys of today
_DELETED = 1000  # rows taken away by one statement
_AT_ONCE = 10_000  # rows that are looked at together


def known(desk: Desk, child: Child) -> Known:
    """What the index knows of a child; of a file that was given up nothing."""
    if child.state == "merged":
        return Known()
    return known_of(
        child.card,
        child.detail,
        province=province_code(desk, child.unit_id),
        told_in=local_day(child.recorded_at).year,
    )


def follow(desk: Desk, child: Child, before: Known | None) -> None:
    """Bring the rows of a child in line with its file; `before` is what the index knew of it, none if it is new."""
    index = desk.safe.index
    clues = of_file(known(desk, child))
    if before is None:
        rows = index.postings(child.id, clues)
    else:
        old = of_file(before)
        _take_away(desk, index.every_posting(child.id, set(old) - set(clues)))
        rows = index.postings(child.id, [clue for clue in clues if clue not in set(old)])
    desk.append(NameToken, *({"token": row.token, "posting": row.posting} for row in rows))


def rebuild(desk: Desk, numbers: Sequence[int]) -> int:
    """Write the rows of some children that are missing, and take away those under retired keys; gives how many were written."""
    index = desk.safe.index
    children = desk.all(select(Child).where(Child.id.in_(numbers)))
    desk.safe.fetch_keys(child.id for child in children)
    wanted: list[Posted] = []
    for child in children:
        clues = of_file(known(desk, child))
        fresh = index.postings(child.id, clues)
        _take_away(desk, [row for row in index.every_posting(child.id, clues) if row not in set(fresh)])
        wanted += fresh
    return insert_new(desk.session, NameToken, [row._asdict() for row in wanted])


def forget(desk: Desk, numbers: Collection[int]) -> int:
    """Take away every row of some children, of whatever province it was made; gives how many there were.

    What a child had to be found by follows from its file, which must still open.
    """
    index = desk.safe.index
    provinces = {None, *(unit.code for unit in places.atlas(desk).units if unit.level is Level.PROVINCE)}
    children = desk.all(select(Child).where(Child.id.in_(numbers)))
    desk.safe.fetch_keys(child.id for child in children)
    gone = 0
    for child in children:
        told_in = local_day(child.recorded_at).year
        whole = known_of(child.card, child.detail, province=None, told_in=told_in)
        clues = {clue for code in provinces for clue in of_file(replace(whole, province=code))}
        gone += _take_away(desk, index.every_posting(child.id, clues))
    return gone


def lag_behind(desk: Desk) -> bool:
    """Whether rows lie under keys of the index that were replaced, or are missing under those of today: by some children
    drawn at random, whose numbers are random themselves."""
    index = desk.safe.index
    if not index.was_replaced():
        return False
    start = SystemRandom().randrange(1 << 63)
    some = (
        select(Child).where(Child.shredded_at.is_(None)).order_by(Child.id >= start, Child.id).limit(_DRAWN)
    )
    children = desk.all(some)
    desk.safe.fetch_keys(child.id for child in children)
    for child in children:
        clues = of_file(known(desk, child))
        rows = select(NameToken.token, NameToken.posting)
        every = index.every_posting(child.id, clues)
        there = {Posted(*row) for row in desk.rows(rows.where(_either(every)))}
        if there != set(index.postings(child.id, clues)):
            return True
    return False


def under(desk: Desk, number: int) -> int:
    """How many rows lie under one key of the postings. All of them are looked at."""
    every = select(NameToken.token, NameToken.posting).execution_options(yield_per=_AT_ONCE)
    portions = desk.session.execute(every).partitions()
    return sum(desk.safe.index.under(number, [Posted(*row) for row in rows]) for rows in portions)


def province_code(desk: Desk, unit_id: int | None) -> str | None:
    """The province of a unit as it is today."""
    if unit_id is None:
        return None
    atlas = places.atlas(desk)
    unit = atlas.unit(unit_id)
    province = atlas.province_of(unit, atlas.clamped(local_day(desk.now))) if unit is not None else None
    return province.code if province is not None else None


def find(desk: Desk, clues: Mapping[Clue, float], *, most: int = MOST) -> list[int]:
    """Numbers of children that clues lead to, those for whom most speaks first."""
    index, left = desk.safe.index, _ROWS
    spoken: defaultdict[int, float] = defaultdict(float)
    for portion in in_portions(clues):
        worth = {token: portion[clue] for token, clue in index.tokens(portion).items()}
        statement = select(NameToken.token, NameToken.posting).where(among(NameToken.token, worth))
        rows = desk.rows(statement.limit(left))
        for (token, _posting), owner in zip(rows, index.owners(rows), strict=True):
            if owner is not None:
                spoken[owner] += worth[token]
        left -= len(rows)
        if left == 0:
            break
    return nsmallest(most, spoken, key=lambda record: (-spoken[record], record))


def _take_away(desk: Desk, rows: Sequence[Posted]) -> int:
    gone = 0
    for some in portions(rows, _DELETED):
        taken = delete(NameToken).where(_either(some))
        done = desk.session.execute(taken.execution_options(synchronize_session=False))
        gone += cast(CursorResult[Any], done).rowcount
    return gone


def _either(rows: Sequence[Posted]) -> ColumnElement[bool]:
    return tuple_(NameToken.token, NameToken.posting).in_([tuple(row) for row in rows])
