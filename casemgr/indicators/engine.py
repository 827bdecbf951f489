"""Counting: an indicator, a period and an area give a table; a cell gives exactly the facts it counts.

Facts whose child is in one case only are counted by adding; the few children in several cases are told apart child by
child, so that each counts once in every total and once in every row it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import prod

from casemgr.core.errors import Invalid
from casemgr.core.periods import Period
from casemgr.core.words import _
from casemgr.indicators import facts
from casemgr.indicators.arrays import np
from casemgr.indicators.items import COLUMNS, ITEMS
from casemgr.indicators.land import Grid
from casemgr.indicators.register import Reading
from casemgr.indicators.splits import TOTAL, Sort, Split
from casemgr.indicators.terms import AnyOf, Condition, Counts, Indicator, Known, Late, Measure, Place

_DENSE = 12_000_000  # more combinations than these are not counted by adding
_LARGEST = 16_000_000  # more cells than these are refused
_PLACES = {
    Place.INCIDENT: "incident place",
    Place.RESIDENCE: "residence_unit",
    Place.RESPONSIBLE: "unit",
}
_WIDE = 2  # from so many codes for each member on, facts are repeated for each of their members instead


@dataclass(frozen=True)
class Counted:
    """Numbers by area and by member of each split; the last place of every split is its total."""

    splits: tuple[Split, ...]
    values: np.ndarray
    of: np.ndarray | None = None  # of how many: the N of a share, how many a middle value was taken from


def count(
    reading: Reading,
    entry: Indicator,
    period: Period,
    grid: Grid,
    splits: Sequence[Split],
    place: Place,
    on: date | None = None,
) -> Counted:
    """The numbers of a table; `on` is the day on which those that stand are counted, the period's last if not told."""
    shape = (len(grid.areas), *(len(split.members) + 1 for split in splits))
    if prod(shape) > _LARGEST:
        raise Invalid({"by": [_("Too many combinations. Choose fewer keys, or a smaller area.")]})
    by_decision = any(split.key.column == entry.decided.column for split in splits)
    chosen = counted_facts(reading, entry, period, grid, place, decided=not by_decision, on=on)
    if entry.measure is Measure.SHARE:
        having = with_having(chosen, entry, on or period.last)
        return Counted(
            tuple(splits),
            _how_many(having, entry, grid, splits, place, shape),
            _how_many(chosen, entry, grid, splits, place, shape),
        )
    if entry.measure is Measure.SUM:
        return Counted(tuple(splits), _summing(_Part(chosen, entry, grid, place, tuple(splits), shape)))
    if entry.measure is Measure.MEDIAN:
        values, of = _middle(_Part(measured(chosen, entry), entry, grid, place, tuple(splits), shape))
        return Counted(tuple(splits), values, of)
    return Counted(tuple(splits), _how_many(chosen, entry, grid, splits, place, shape))


def _how_many(
    chosen: Reading,
    entry: Indicator,
    grid: Grid,
    splits: Sequence[Split],
    place: Place,
    shape: tuple[int, ...],
) -> np.ndarray:
    """How many different ones there are in each place of the table."""
    values = np.zeros(shape, "i8")
    if not len(chosen):
        return values
    part = _Part(chosen, entry, grid, place, tuple(splits), shape)
    codings = [_coding(chosen, split, entry) for split in splits]
    if (
        prod(
            (
                shape[0],
                *(min(len(coding), _WIDE * size) for coding, size in zip(codings, shape[1:], strict=True)),
            )
        )
        > _DENSE
    ):
        return _one_by_one(part)
    values += _adding(_areas(chosen, grid, place), codings, shape)
    twice = _twice(chosen, entry.counts)
    if len(twice.first):
        values -= _counted_twice(part, twice)
    if len(twice.several):
        several = replace(part, facts=twice.several)
        values -= _adding(_areas(twice.several, grid, place), several.codings(), shape)
        values += _one_by_one(several)
    return values


@dataclass(frozen=True)
class _Part:
    """Some facts, and the table they are counted into."""

    facts: Reading
    entry: Indicator
    grid: Grid
    place: Place
    splits: tuple[Split, ...]
    shape: tuple[int, ...]

    def codings(self) -> list[_Coding]:
        return [_coding(self.facts, split, self.entry) for split in self.splits]


def counted_facts(
    reading: Reading,
    entry: Indicator,
    period: Period,
    grid: Grid,
    place: Place,
    *,
    decided: bool,
    on: date | None = None,
) -> Reading:
    """The facts of an area that an indicator counts in a period; with `decided` only those with the deciding value."""
    at = on or period.last

    def inside() -> Reading:
        if grid.holds_all:
            return reading
        return reading.take(np.flatnonzero(_areas(reading, grid, place) >= 0))

    def chosen() -> Reading:
        part = reading.kept(("inside", grid.id, place), inside)
        held = part.column("alive").copy()
        day = part.column(entry.dated_by)
        if entry.stands:
            gone, last = part.column("gone"), facts.day_number(at)
            held &= (day != facts.NO_DAY) & (day <= last) & ((gone == facts.NO_DAY) | (gone > last))
        else:
            held &= (day >= facts.day_number(period.first)) & (day <= facts.day_number(period.last))
        for condition in (*entry.always, *((entry.decided,) if decided else ())):
            held &= holds(part, condition, at)
        return part.take(np.flatnonzero(held))

    return reading.kept(("chosen", entry.id, entry.version, period, grid.id, place, decided, at), chosen)


def holds(reading: Reading, condition: Condition, on: date) -> np.ndarray:
    """Which facts meet a condition: the one predicate of counting."""
    column = COLUMNS[condition.column]
    numbers = reading.column(condition.column)
    met: np.ndarray
    if isinstance(condition, Late):
        met = (numbers != facts.NO_DAY) & (numbers <= facts.day_number(on) - condition.days)
        return met
    if isinstance(condition, Known):
        if column.bits:
            told = facts.mask_of(column, (code for code in column.codes if code != facts.UNKNOWN))
            met = (numbers & numbers.dtype.type(told)) != 0
        else:
            met = numbers != ITEMS.missing.get(column.name, facts.CASES.missing.get(column.name, 0))
        return met
    if column.bits:
        met = (numbers & numbers.dtype.type(facts.mask_of(column, condition.codes))) != 0
    elif len(condition.codes) == 1:
        met = numbers == column.codes.index(condition.codes[0])
    else:
        met = np.isin(numbers, [column.codes.index(code) for code in condition.codes])
    return met if isinstance(condition, AnyOf) else ~met


def with_having(chosen: Reading, entry: Indicator, on: date) -> Reading:
    """Those of the counted facts that are the n of a share."""

    def having() -> Reading:
        held = np.ones(len(chosen), "?")
        for condition in entry.having:
            held &= holds(chosen, condition, on)
        return chosen.take(np.flatnonzero(held))

    return chosen.kept(("having", entry.id, entry.version, on), having)


def measured(chosen: Reading, entry: Indicator) -> Reading:
    """Those of the counted facts of which the value is known."""

    def known() -> Reading:
        return chosen.take(np.flatnonzero(chosen.column(entry.column) != ITEMS.missing[entry.column]))

    return chosen.kept(("measured", entry.id, entry.version), known)


def cell(
    reading: Reading,
    entry: Indicator,
    period: Period,
    grid: Grid,
    where: Mapping[Split, str],
    place: Place,
    on: date | None = None,
) -> Reading:
    """The facts behind one number: those of the area in the given member of each split; of a share those of its n."""
    by_decision = any(
        split.key.column == entry.decided.column and member != TOTAL for split, member in where.items()
    )
    chosen = counted_facts(reading, entry, period, grid, place, decided=not by_decision, on=on)
    if entry.measure is Measure.SHARE:
        chosen = with_having(chosen, entry, on or period.last)
    elif entry.measure is Measure.MEDIAN:
        chosen = measured(chosen, entry)
    held = np.ones(len(chosen), "?")
    for split, member in where.items():
        if member != TOTAL and len(chosen):
            coding = _coding(chosen, split, entry)
            fits = np.array([split.members.index(member) in members for members in coding.members], "?")
            held &= fits[coding.codes]
    return chosen.take(np.flatnonzero(held))


def distinct(reading: Reading, counts: Counts) -> int:
    """How many different ones there are among some facts."""
    return len(reading) if counts is Counts.CASES else len(np.unique(reading.column(counts)))


def amount(found: Reading, entry: Indicator) -> int | None:
    """The number that some facts of a cell give."""
    if entry.measure in (Measure.COUNT, Measure.SHARE):
        return distinct(found, entry.counts)
    if not len(found):
        return 0 if entry.measure is Measure.SUM else None
    values = found.column(entry.column).astype("i8")
    if entry.measure is Measure.MEDIAN:
        return int(np.sort(values)[(len(values) - 1) // 2])
    who = _who(found, entry.counts)
    return int(values[_firsts(who, values)].sum())


@dataclass(frozen=True)
class _Coding:
    """A split of some facts: a small number for each, and the places in the table that each number stands for."""

    codes: np.ndarray
    members: tuple[tuple[int, ...], ...]
    single: bool = False  # each number is one member, and all are in the total

    def __len__(self) -> int:
        return len(self.members)


def _coding(chosen: Reading, split: Split, entry: Indicator) -> _Coding:
    """Small codes for a split, with the total of each: a decision's total holds what the indicator counts, no more."""

    def make() -> _Coding:
        codes, members = _plain_coding(chosen, split)
        total = len(split.members)
        if split.key.column != entry.decided.column:
            return _Coding(codes, tuple((*one, total) for one in members), single=not split.overlaps)
        within = {split.members.index(code) for code in entry.decided.codes}
        return _Coding(codes, tuple((*one, total) if within & set(one) else one for one in members))

    return chosen.kept(("coding", entry.id, entry.version, split), make)


def _plain_coding(chosen: Reading, split: Split) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """Small codes, and the members each stands for; where a fact has one member only, the code is the member."""
    if split.overlaps:
        kinds = chosen.kinds(split.key.column)
        return chosen.column(f"{split.key.column} kind"), [split.members_of(kind) for kind in kinds]
    numbers = chosen.column(split.key.column)
    lowest = int(numbers.min())
    table = np.array(
        split.members_from(lowest, int(numbers.max())), "u1" if len(split.members) < 256 else "u2"
    )
    codes = table[numbers - lowest if split.key.sort is Sort.MONTH else numbers - numbers.dtype.type(lowest)]
    return codes, [(place,) for place in range(len(split.members))]


def units_in(reading: Reading, place: Place) -> list[int]:
    """The units that facts stand at, and 0 where none is known."""
    return reading.kept(
        ("units in", place), lambda: np.flatnonzero(np.bincount(_units(reading, place))).tolist()
    )


def _units(reading: Reading, place: Place) -> np.ndarray:
    """The unit of each fact; while no commune is known, the province that looks for it; else 0."""
    return reading.column(_PLACES[place])


def _areas(reading: Reading, grid: Grid, place: Place) -> np.ndarray:
    """The area of each fact, or -1 outside."""
    return reading.kept(("areas", grid.id, place), lambda: grid.lookup[_units(reading, place)])


def _adding(areas: np.ndarray, codings: Sequence[_Coding], shape: tuple[int, ...]) -> np.ndarray:
    """Numbers of facts that have nothing to do with one another: one count of all combinations, then sums."""
    wide = [len(coding) > _WIDE * size for coding, size in zip(codings, shape[1:], strict=True)]
    columns = [areas, *(coding.codes for coding in codings)]
    for at, coding in enumerate(codings, start=1):
        if wide[at - 1]:
            again, members = _each_member(coding, columns[at])
            columns = [column[again] for column in columns]
            columns[at] = members
    sizes = [
        shape[0],
        *(shape[at] if wide[at - 1] else len(coding) for at, coding in enumerate(codings, start=1)),
    ]
    key = columns[0].astype(np.intp)
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        key *= size
        key += column
    values = np.bincount(key, minlength=prod(sizes)).reshape(sizes)
    for at, coding in enumerate(codings, start=1):
        values = np.moveaxis(values, 1, -1) if wide[at - 1] else _summed(values, coding, shape[at])
    return values.astype("i8")


def _summed(values: np.ndarray, coding: _Coding, size: int) -> np.ndarray:
    """Numbers by code, in the second axis, as numbers by member and total, in the last."""
    if coding.single:
        values = np.moveaxis(values, 1, -1)
        return np.concatenate((values, values.sum(axis=-1, keepdims=True)), axis=-1)
    belongs = np.zeros((len(coding), size))
    for code, members in enumerate(coding.members):
        belongs[code, list(members)] = 1
    return np.tensordot(values.astype("f8"), belongs, axes=(1, 0))  # whole numbers, far below 2**53


def _each_member(coding: _Coding, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Facts once for each of their members: which fact, and which member."""
    width = np.array([len(members) for members in coding.members], "i8")
    flat = np.array([place for members in coding.members for place in members], "i8")
    times = width[codes]
    again = np.repeat(np.arange(len(codes)), times)
    step = np.arange(len(again)) - np.repeat(np.cumsum(times) - times, times)
    return again, flat[np.repeat((np.cumsum(width) - width)[codes], times) + step]


@dataclass(frozen=True)
class _Twice:
    """Facts whose child (or report) is counted by adding more than once: pairs, and those in three facts and more."""

    first: Reading
    second: Reading
    several: Reading


def _twice(chosen: Reading, counts: Counts) -> _Twice:
    def make() -> _Twice:
        nothing = np.empty(0, "i8")
        if counts is Counts.CASES:
            return _Twice(*(chosen.take(nothing) for _one in range(3)))
        alike = (
            np.flatnonzero(chosen.column("shared")) if counts is Counts.CHILDREN else np.arange(len(chosen))
        )
        who = chosen.column(counts)[alike]
        order = np.argsort(who, kind="stable")
        alike, who = alike[order], who[order]
        begins = np.flatnonzero(np.append(True, who[1:] != who[:-1])) if len(who) else nothing
        size = np.diff(np.append(begins, len(who)))
        pairs = begins[size == 2]
        several = np.repeat(size > 2, size)
        return _Twice(chosen.take(alike[pairs]), chosen.take(alike[pairs + 1]), chosen.take(alike[several]))

    return chosen.kept(("twice", counts), make)


def _counted_twice(part: _Part, twice: _Twice) -> np.ndarray:
    """What pairs of facts of one child have in common: there, adding counted the child once too often."""
    areas = _areas(twice.first, part.grid, part.place)
    together = np.flatnonzero(areas == _areas(twice.second, part.grid, part.place))
    codings = [_common(twice, split, part.entry) for split in part.splits]
    return _adding(
        areas[together], [_Coding(coding.codes[together], coding.members) for coding in codings], part.shape
    )


def _common(twice: _Twice, split: Split, entry: Indicator) -> _Coding:
    """The members of a split in which both facts of a pair are."""

    def make() -> _Coding:
        one, other = (_coding(facts_, split, entry) for facts_ in (twice.first, twice.second))
        both = one.codes.astype("i8") * len(other) + other.codes
        kinds, codes = np.unique(both, return_inverse=True)
        sets: dict[tuple[int, ...], int] = {}
        short = [
            sets.setdefault(
                tuple(sorted({*one.members[kind // len(other)]} & {*other.members[kind % len(other)]})),
                len(sets),
            )
            for kind in kinds.tolist()
        ]
        return _Coding(np.array(short)[codes], tuple(sets))

    return twice.first.kept(("common", entry.id, entry.version, split), make)


def _spread(part: _Part) -> tuple[np.ndarray, np.ndarray]:
    """Every fact in every place of the table it belongs to: the place, and which fact."""
    chosen = part.facts
    key = _areas(chosen, part.grid, part.place).astype("i8")
    fact = np.arange(len(chosen))
    for coding, size in zip(part.codings(), part.shape[1:], strict=True):
        again, members = _each_member(coding, coding.codes[fact])
        fact = fact[again]
        key = key[again] * size + members
    return key, fact


def _one_by_one(part: _Part) -> np.ndarray:
    """Numbers of facts of which any may belong to the same child: every place in the table gets each child once."""
    key, fact = _spread(part)
    if part.entry.counts is not Counts.CASES:
        kinds, who = np.unique(part.facts.column(part.entry.counts), return_inverse=True)
        pairs = key * len(kinds) + who[fact]
        pairs.sort()
        key = pairs[np.append(True, pairs[1:] != pairs[:-1])] // len(kinds)
    return np.bincount(key, minlength=prod(part.shape)).reshape(part.shape)


def _who(reading: Reading, counts: Counts) -> np.ndarray:
    """A small number for each one that counts once."""
    if counts is Counts.CASES:
        return np.arange(len(reading))
    return np.unique(reading.column(counts), return_inverse=True)[1]


def _firsts(who: np.ndarray, values: np.ndarray) -> np.ndarray:
    """One fact of each: should they differ, the one with the largest value."""
    order = np.lexsort((-values, who))
    first: np.ndarray = order[np.append(True, who[order][1:] != who[order][:-1])]
    return first


def _summing(part: _Part) -> np.ndarray:
    """Sums of a column; what is the same in several facts is added once in each place of the table."""
    sums = np.zeros(prod(part.shape), "i8")
    if len(part.facts):
        key, fact = _spread(part)
        who = _who(part.facts, part.entry.counts)
        values = part.facts.column(part.entry.column).astype("i8")[fact]
        first = _firsts(key * (int(who.max()) + 1) + who[fact], values)
        np.add.at(sums, key[first], values[first])
    return sums.reshape(part.shape)


def _middle(part: _Part) -> tuple[np.ndarray, np.ndarray]:
    """Middle values, and of how many: the smallest value that at least half do not exceed."""
    size = prod(part.shape)
    middle, of = np.zeros(size, "i8"), np.zeros(size, "i8")
    if len(part.facts):
        key, fact = _spread(part)
        values = part.facts.column(part.entry.column).astype("i8")[fact]
        order = np.lexsort((values, key))
        key, values = key[order], values[order]
        begins = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
        count = np.diff(np.append(begins, len(key)))
        middle[key[begins]] = values[begins + (count - 1) // 2]
        of[key[begins]] = count
    return middle.reshape(part.shape), of.reshape(part.shape)
