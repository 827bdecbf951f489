"""A table as plain values that do not change with lists, units or the catalogue, and the table again from them."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from math import prod

from casemgr.core.calendar import local_day
from casemgr.core.periods import Period
from casemgr.indicators import land, splits
from casemgr.indicators.arrays import np
from casemgr.indicators.bands import BANDINGS
from casemgr.indicators.catalogue import indicator, once
from casemgr.indicators.land import Asked
from casemgr.indicators.splits import KEYS, Split
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Borders, FrozenSplit, FrozenTable, Indicator, Level
from casemgr.places.atlas import Atlas


def frozen(table: Table) -> FrozenTable:
    """A table as plain values."""
    return FrozenTable(
        set=table.entry.set,
        code=table.entry.code,
        version=table.entry.version,
        name_vi=table.entry.name_vi,
        name_en=table.entry.name_en,
        rule=rule_of(table.entry),
        level=table.level.value,
        place=table.counted_by.value if table.counted_by else "",
        splits=tuple(FrozenSplit(split.asked_as, split.members) for split in table.splits),
        areas=tuple((area.code, area.name) for area in table.areas),
        values=tuple(table.values.ravel().tolist()),
        of=None if table.of is None else tuple(table.of.ravel().tolist()),
        digest=table.digest,
    )


def thawed(
    one: FrozenTable, atlas: Atlas, *, place: Asked, period: Period, as_of: datetime, borders_day: date
) -> Table:
    """The table again, without counting."""
    entry = entry_of(one, period.last)
    kept = tuple(_split(split) for split in one.splits)
    shape = (len(one.areas), *(len(split.members) + 1 for split in kept))
    if prod(shape) != len(one.values):
        raise ValueError("A kept table does not have the shape of its rows and columns.")
    return Table(
        entry=entry,
        place=place,
        level=Level(one.level),
        period=period,
        splits=kept,
        counted_by=entry.place if one.place == entry.place else type(entry.place)(one.place),
        borders=Borders.OLD,
        borders_day=borders_day,
        as_of=local_day(as_of),
        made_at=as_of,
        areas=tuple(land.kept(atlas, Level(one.level), code, name, borders_day) for code, name in one.areas),
        values=np.array(one.values, "i8").reshape(shape),
        of=None if one.of is None else np.array(one.of, "i8").reshape(shape),
    )


def cells(one: FrozenTable) -> Iterable[tuple[str, tuple[str, ...], tuple[int, int | None]]]:
    """Every number of a table: its area, its members (the total last), the number and what it was taken from."""
    sizes = [(*split.members, splits.TOTAL) for split in one.splits]
    width = prod(len(size) for size in sizes)
    for row, (area, _name) in enumerate(one.areas):
        for column in range(width):
            place, rest, members = row * width + column, column, []
            for size in reversed(sizes):
                rest, at = divmod(rest, len(size))
                members.append(size[at])
            yield area, tuple(reversed(members)), (one.values[place], one.of[place] if one.of else None)


def entry_of(one: FrozenTable, on: date) -> Indicator:
    """The entry of the catalogue that a table was counted by; where nobody knows that version, the one that holds."""
    return once(one.set, one.code, one.version) or indicator(one.set, one.code, on)


def rule_of(entry: Indicator) -> str:
    """A fingerprint of how an entry is counted: a corrected catalogue shows in it though the version were forgotten."""
    told = (entry.version, entry.counts, entry.always, entry.decided, entry.dated_by, entry.fact)
    more = (entry.measure, entry.column, entry.having, entry.stands, entry.place)
    return hashlib.sha256(repr((told, more)).encode()).hexdigest()[:16]


def _split(kept: FrozenSplit) -> Split:
    name, _colon, bands = kept.asked_as.partition(":")
    return Split(KEYS[name], kept.members, BANDINGS.get(bands) if bands else None)
