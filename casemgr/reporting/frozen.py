"""From counted tables to what a version keeps, and from there to tables again, without counting."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from math import prod

from casemgr.access.desk import Desk
from casemgr.core.calendar import local_day
from casemgr.core.periods import Period
from casemgr.indicators import evidence, land, splits
from casemgr.indicators import queries as indicators
from casemgr.indicators.arrays import np
from casemgr.indicators.bands import BANDINGS
from casemgr.indicators.catalogue import indicator, once
from casemgr.indicators.land import Area
from casemgr.indicators.queries import Question
from casemgr.indicators.splits import KEYS, Split
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import BELOW, Borders, Indicator, Level
from casemgr.places import queries as places
from casemgr.reporting.terms import Asked, Frozen, FrozenSplit, FrozenTable, Wanted


def questions(wanted: Wanted) -> Sequence[Question]:
    """What the tables of a return are asked: each for the unit itself, some for the units below it too."""
    found = []
    for asked in wanted.schedule.form.tables:
        plain = indicators.question(
            asked.set, asked.code, unit=wanted.place, period=wanted.period, by=asked.by
        )
        found.append(plain)
        if asked.units and wanted.level in BELOW:
            found.append(_of_units(asked, wanted))
    return found


def _of_units(asked: Asked, wanted: Wanted) -> Question:
    level = BELOW[wanted.level].value
    return indicators.question(
        asked.set, asked.code, unit=wanted.place, period=wanted.period, by=asked.by, level=level
    )


def taken(desk: Desk, wanted: Wanted, proof_of: Collection[str] | None = None) -> Frozen:
    """The tables of a return as they are now, with the rows they are counted from: of every entry, or of some."""
    kept: list[FrozenTable] = []
    proof: dict[str, str] = {}
    day = Period.parse(wanted.period).last
    for asked in questions(wanted):
        table = indicators.table(desk, asked)
        day = table.borders_day
        kept.append(_of_table(table))
        if asked.entry.id not in proof and (proof_of is None or asked.entry.id in proof_of):
            proof[asked.entry.id] = evidence.of(desk, asked)
    return Frozen(desk.now, day, tuple(kept), proof)


def _of_table(table: Table) -> FrozenTable:
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


def rule_of(entry: Indicator) -> str:
    """A fingerprint of how an entry is counted: a corrected catalogue shows in it though the version were forgotten."""
    told = (entry.version, entry.counts, entry.always, entry.decided, entry.dated_by, entry.fact)
    more = (entry.measure, entry.column, entry.having, entry.stands, entry.place)
    return hashlib.sha256(repr((told, more)).encode()).hexdigest()[:16]


def digest_of(frozen: Frozen) -> str:
    """One fingerprint of all numbers, the rules they were counted by, and the rows behind them."""
    lines = [f"{table.key}\t{table.rule}\t{table.digest}" for table in frozen.tables]
    proof = {
        name: hashlib.sha256(evidence.unpack(packed).tobytes()).hexdigest()
        for name, packed in frozen.evidence.items()
    }
    plain = json.dumps([frozen.borders_day.isoformat(), sorted(lines), proof], sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def empty(frozen: Frozen) -> bool:
    """Whether every number is nothing."""
    return not any(any(table.of or table.values) for table in frozen.tables)


def tables(desk: Desk, frozen: Frozen, place: str, period: str) -> Sequence[Table]:
    """The tables of a version as such: for printing, files and digests."""
    return [table_of(desk, frozen, one, place, period) for one in frozen.tables]


def table_of(desk: Desk, frozen: Frozen, one: FrozenTable, place: str, period: str) -> Table:
    """One table of a version."""
    span = Period.parse(period)
    entry = entry_of(one, span.last)
    kept = tuple(_split(split) for split in one.splits)
    shape = (len(one.areas), *(len(split.members) + 1 for split in kept))
    if prod(shape) != len(one.values):
        raise ValueError("A kept table does not have the shape of its rows and columns.")
    return Table(
        entry=entry,
        place=land.asked(places.atlas(desk), place, frozen.borders_day),
        level=Level(one.level),
        period=span,
        splits=kept,
        counted_by=entry.place if one.place == entry.place else type(entry.place)(one.place),
        borders=Borders.OLD,
        borders_day=frozen.borders_day,
        as_of=local_day(frozen.as_of),
        made_at=frozen.as_of,
        areas=tuple(Area(code, name) for code, name in one.areas),
        values=np.array(one.values, "i8").reshape(shape),
        of=None if one.of is None else np.array(one.of, "i8").reshape(shape),
    )


def entry_of(one: FrozenTable, on: date) -> Indicator:
    """The entry of the catalogue that a table was counted by; where nobody knows that version, the one that holds."""
    return once(one.set, one.code, one.version) or indicator(one.set, one.code, on)


def _split(kept: FrozenSplit) -> Split:
    name, _colon, bands = kept.asked_as.partition(":")
    return Split(KEYS[name], kept.members, BANDINGS.get(bands) if bands else None)


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
