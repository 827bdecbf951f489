"""A table as blocks of numbers, unit by unit: what is judged before it leaves, and what is known when it has left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from casemgr.core.periods import Period
from casemgr.indicators.arrays import np
from casemgr.indicators.land import Area
from casemgr.indicators.splits import Split
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Level, Measure
from casemgr.places.terms import COUNTRY

Block = frozenset[str]  # the keys by which a number is split; none of them is the total of a unit
TOTAL: Block = frozenset()


def places(table: Table, row: int) -> Iterator[tuple[Block, tuple[int | slice, ...], tuple[int, ...]]]:
    """Each block of a row, where its numbers lie, and how its axes stand when keys are sorted by name."""
    for count in range(len(table.splits) + 1):
        for chosen in combinations(table.splits, count):
            at = (_members(table, split) if split in chosen else -1 for split in table.splits)
            names = [split.asked_as for split in chosen]
            axes = tuple(names.index(name) for name in sorted(names))
            yield frozenset(names), (row, *at), axes


def _members(table: Table, split: Split) -> slice:
    """The members that are in the total. Reports that an indicator does not count are in no number it publishes."""
    decided = table.entry.decided
    if split.key.column != decided.column:
        return slice(0, len(split.members))
    counted = [place for place, member in enumerate(split.members) if member in decided.codes]
    if counted != [*range(counted[0], counted[-1] + 1)]:
        raise TypeError("Decisions that are counted stand side by side.")
    return slice(counted[0], counted[-1] + 1)


def blocks_of(table: Table, row: int) -> dict[Block, np.ndarray]:
    """The counts behind the numbers of a row; the last axis holds, of a share, who has it and who has not."""
    found = {}
    for block, at, axes in places(table, row):
        if table.entry.measure is Measure.SHARE and table.of is not None:
            parts = [table.values[at], table.of[at] - table.values[at]]
        else:
            counted = (
                table.of if table.entry.measure is Measure.MEDIAN and table.of is not None else table.values
            )
            parts = [counted[at]]
        found[block] = np.stack([part.transpose(axes) if len(axes) > 1 else part for part in parts], axis=-1)
    return found


def parent(table: Table, row: int) -> str:
    """The unit above a row of a table, as far as the table knows it."""
    area = table.areas[row]
    if table.level is Level.NATION:
        return ""
    if table.level is Level.PROVINCE:
        return COUNTRY
    return area.order[0].strip("~") or COUNTRY


def summed(arrays: Iterable[np.ndarray]) -> np.ndarray:
    """Arrays of one shape added up; there is at least one."""
    first, *others = arrays
    return sum(others, first)


class Edition:
    """A public table that is out, with the row of each unit."""

    def __init__(self, table: Table, *, added_up: bool = False) -> None:
        self.table = table
        self.added_up = added_up  # of a unit whose numbers are those of the units in it
        self.rows = {area.code: row for row, area in enumerate(table.areas)}

    def upwards(self) -> Iterator[Edition]:
        """The table, and what it tells of the units above as far as they lie in its own."""
        yield self
        inside: dict[str, list[int]] = {}
        for row in range(len(self.table.areas)):
            inside.setdefault(parent(self.table, row), []).append(row)
        whole = {
            code: rows for code, rows in inside.items() if code and self.table.place.code in (code, COUNTRY)
        }
        if whole:
            level = Level.NATION if self.table.level is Level.PROVINCE else Level.PROVINCE
            yield from Edition(_added_up(self.table, level, whole), added_up=True).upwards()


def _added_up(table: Table, level: Level, inside: Mapping[str, Sequence[int]]) -> Table:
    """A table of units as the table of the units above them: what one of them withholds is not known of all."""

    def added(numbers: np.ndarray) -> np.ndarray:
        return np.stack([numbers[rows].sum(axis=0) for rows in inside.values()])

    return replace(
        table,
        level=level,
        areas=tuple(Area(code, code, ("", False, "")) for code in inside),
        values=added(table.values),
        of=None if table.of is None else added(table.of),
        hidden=None if table.hidden is None else added(table.hidden) > 0,
    )


def out_of(
    code: str, editions: Sequence[Edition]
) -> tuple[dict[Period, dict[Block, np.ndarray]], dict[Period, set[Block]]]:
    """What editions show of a unit, and what they withhold, by period; what one of them withholds is not shown."""
    shown: dict[Period, dict[Block, np.ndarray]] = {}
    withheld: dict[Period, set[Block]] = {}
    for edition in editions:
        table, row = edition.table, edition.rows.get(code)
        if row is None or table.hidden is None:
            continue
        found = blocks_of(table, row)
        for block, at, _axes in places(table, row):
            if not table.hidden[at].any():
                shown.setdefault(table.period, {})[block] = found[block]
            elif not edition.added_up:
                withheld.setdefault(table.period, set()).add(block)
    for period, blocks in withheld.items():
        for block in blocks & shown.get(period, {}).keys():
            del shown[period][block]
    return shown, withheld
