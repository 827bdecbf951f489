"""Counting: an indicator, a period and an area give a table; a cell gives exactly the facts it counts.

Facts whose child is in one case only are counted by adding; the few children in several cases are told apart child by
child, so that each counts once in every total and once in every row it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
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
    shape = (*(len(split.members) + 1 for split in splits), len(grid.areas))
    if prod(shape) > _LARGEST:
        raise Invalid({"by": [_("Too many combinations. Choose fewer keys, or a smaller area.")]})
    by_decision = any(split.key.column == entry.decided.column for split in splits)
    chosen = counted_facts(reading, entry, period, grid, place, decided=not by_decision, on=on)
    part = _Part(chosen, entry, grid, place, tuple(splits), shape)
    of = None
    if entry.measure is Measure.SHARE:
        of = _how_many(part)
        values = _how_many(replace(part, facts=with_having(chosen, entry, on or period.last)))
    elif entry.measure is Measure.SUM:
        values = _summing(part)
    elif entry.measure is Measure.MEDIAN:
        values, of = _middle(replace(part, facts=measured(chosen, entry)))
    else:
        values = _how_many(part)
    return Counted(part.splits, np.moveaxis(values, -1, 0), None if of is None else np.moveaxis(of, -1, 0))


@dataclass(frozen=True)
class _Part:
    """Some facts, and the table they are counted into: its shape has the areas last, so that totals are added in long rows."""

    facts: Reading
    entry: Indicator
    grid: Grid
    place: Place
    splits: tuple[Split, ...]
    shape: tuple[int, ...]

    def areas(self) -> np.ndarray:
        return areas(self.facts, self.grid, self.place)

    def codings(self) -> list[_Coding]:
        return [_coding(self.facts, split, self.entry) for split in self.splits]


def _how_many(part: _Part) -> np.ndarray:
    """How many different ones there are in each place of the table."""
    if not len(part.facts):
        return np.zeros(part.shape, "i8")
    codings = part.codings()
    sizes = (min(len(coding), _WIDE * size) for coding, size in zip(codings, part.shape, strict=False))
    if prod(sizes) * part.shape[-1] > _DENSE:
        return _one_by_one(part)
    values = _adding(part.areas(), codings, part.shape)
    for key in _counted_again(part):
        np.subtract.at(values.reshape(-1), key, 1)
    return values


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
        return reading.take(np.flatnonzero(areas(reading, grid, place) >= 0))

    def chosen() -> Reading:
        part = reading if grid.holds_all else reading.kept(("inside", grid.id, place), inside)
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

    key = (entry.id, entry.version, entry.decided if decided else None, period, grid.id, place, at)
    return reading.kept(("chosen", *key), chosen)


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
    return narrowed(chosen, entry, where, on or period.last)


def narrowed(chosen: Reading, entry: Indicator, where: Mapping[Split, str], on: date) -> Reading:
    """Those of the counted facts that are in the given member of each split; of a share those of its n."""
    if entry.measure is Measure.SHARE:
        chosen = with_having(chosen, entry, on)
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
    if entry.measure in (Measure.COUNT, Measure.SHARE, Measure.RATIO):
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

    return chosen.kept(("coding", entry.decided, split), make)


def _plain_coding(chosen: Reading, split: Split) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """Small codes, and the members each stands for; where a fact has one member only, the code is the member."""
    if split.key.sort is Sort.LIST and split.overlaps:
        codes = range(len(COLUMNS[split.key.column].codes))
        return chosen.column(split.key.column), [split.members_of(code) for code in codes]
    if split.overlaps:
        kinds = chosen.kinds(split.key.column)
        return chosen.column(f"{split.key.column} kind"), [split.members_of(kind) for kind in kinds]
    numbers = chosen.column(split.key.column)
    lowest = int(numbers.min())
    table = _lookup(split, lowest, int(numbers.max()))
    codes = table[numbers - lowest if split.key.sort is Sort.MONTH else numbers - numbers.dtype.type(lowest)]
    return codes, [(place,) for place in range(len(split.members))]


@lru_cache(256)
def _lookup(split: Split, first: int, last: int) -> np.ndarray:
    """The member of each number from the first to the last."""
    return np.array(split.members_from(first, last), "u1" if len(split.members) < 256 else "u2")


def units_in(reading: Reading, place: Place) -> list[int]:
    """The units that facts stand at, and 0 where none is known."""
    return reading.kept(
        ("units in", place), lambda: np.flatnonzero(np.bincount(_units(reading, place))).tolist()
    )


def _units(reading: Reading, place: Place) -> np.ndarray:
    """The unit of each fact; while no commune is known, the province that looks for it; else 0."""
    return reading.column(_PLACES[place])


def inside(reading: Reading, grid: Grid, place: Place) -> Reading:
    """Only the facts of an area."""
    return reading.take(np.flatnonzero(areas(reading, grid, place) >= 0))


def areas(reading: Reading, grid: Grid, place: Place) -> np.ndarray:
    """The area of each fact, or -1 outside."""
    return reading.kept(("areas", grid.id, place), lambda: grid.lookup[_units(reading, place)])


def _adding(areas: np.ndarray, codings: Sequence[_Coding], shape: tuple[int, ...]) -> np.ndarray:
    """Numbers of facts that have nothing to do with one another: one count of all combinations, then sums."""
    wide = [len(coding) > _WIDE * size for coding, size in zip(codings, shape, strict=False)]
    columns = [*(coding.codes for coding in codings), areas]
    for at, coding in enumerate(codings):
        if wide[at]:
            again, members = _each_member(coding, columns[at])
            columns = [column[again] for column in columns]
            columns[at] = members
    sizes = [
        size if coding.single or wide[at] else len(coding)
        for at, (coding, size) in enumerate(zip(codings, shape, strict=False))
    ] + [shape[-1]]
    key = columns[0].astype("i4")  # there are no more than _DENSE of them
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        key *= size
        key += column
    values = np.bincount(key, minlength=prod(sizes)).reshape(sizes)
    for at, coding in enumerate(codings):
        if coding.single:
            first = np.moveaxis(values, at, 0)
            np.add.reduce(first[:-1], axis=0, out=first[-1])
        elif not wide[at]:
            values = _by_member(values, at, coding, shape[at])
    return values


def _by_member(values: np.ndarray, at: int, coding: _Coding, size: int) -> np.ndarray:
    """Numbers by code as numbers by member and total."""
    told = np.zeros((*values.shape[:at], size, *values.shape[at + 1 :]), values.dtype)
    by_code, by_member = np.moveaxis(values, at, 0), np.moveaxis(told, at, 0)
    for code, members in enumerate(coding.members):
        for member in members:
            by_member[member] += by_code[code]
    return told


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
    """Facts whose child (or report) adding counts more than once: pairs in one area, and those in three facts and more."""

    first: Reading
    second: Reading
    several: Reading


def _twice(part: _Part) -> _Twice:
    chosen, counts = part.facts, part.entry.counts

    def make() -> _Twice:
        alike = (
            np.flatnonzero(chosen.column("shared")) if counts is Counts.CHILDREN else np.arange(len(chosen))
        )
        who = chosen.column(counts)[alike]
        order = np.argsort(who)
        alike, who = alike[order], who[order]
        begins = np.flatnonzero(np.append(True, who[1:] != who[:-1]))
        size = np.diff(np.append(begins, len(who)))
        first = begins[size == 2]
        one, other = alike[first], alike[first + 1]
        together = part.areas()[one] == part.areas()[other]
        several = np.repeat(size > 2, size)
        return _Twice(chosen.take(one[together]), chosen.take(other[together]), chosen.take(alike[several]))

    return chosen.kept(("twice", counts, part.grid.id, part.place), make)


def _counted_again(part: _Part) -> Iterator[np.ndarray]:
    """The places of the table in which adding counted somebody who was counted there already, once for each time."""
    if part.entry.counts is Counts.CASES or not len(part.facts):
        return
    twice = _twice(part)
    if len(twice.first):
        where = areas(twice.first, part.grid, part.place)
        yield _spread(where, [_common(twice, split, part.entry) for split in part.splits], part.shape)[0]
    if len(twice.several):
        several = replace(part, facts=twice.several)
        pairs, who = _pairs(several)
        yield pairs[:-1][pairs[1:] == pairs[:-1]] // who


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

    return twice.first.kept(("common", entry.decided, split), make)


def _spread(
    areas: np.ndarray, codings: Sequence[_Coding], shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Every fact in every place of the table it belongs to: the place, and which fact."""
    fact = np.arange(len(areas))
    key = np.zeros(len(areas), "i8")
    for coding, size in zip(codings, shape, strict=False):
        again, members = _each_member(coding, coding.codes[fact])
        fact = fact[again]
        key = key[again] * size + members
    return key * shape[-1] + areas[fact], fact


def _pairs(part: _Part) -> tuple[np.ndarray, int]:
    """Each place of the table with each one that is there, as one number and in order; and how many ones there are."""
    key, fact = _spread(part.areas(), part.codings(), part.shape)
    kinds, who = np.unique(part.facts.column(part.entry.counts), return_inverse=True)
    pairs = key * len(kinds) + who[fact]
    pairs.sort()
    return pairs, len(kinds)


def _one_by_one(part: _Part) -> np.ndarray:
    """Numbers of facts of which any may belong to the same child: every place in the table gets each child once."""
    if part.entry.counts is Counts.CASES:
        key, _facts = _spread(part.areas(), part.codings(), part.shape)
    else:
        pairs, who = _pairs(part)
        key = pairs[np.append(True, pairs[1:] != pairs[:-1])] // who
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
        key, fact = _spread(part.areas(), part.codings(), part.shape)
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
        key, fact = _spread(part.areas(), part.codings(), part.shape)
        values = part.facts.column(part.entry.column).astype("i8")[fact]
        order = np.lexsort((values, key))
        key, values = key[order], values[order]
        begins = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
        count = np.diff(np.append(begins, len(key)))
        middle[key[begins]] = values[begins + (count - 1) // 2]
        of[key[begins]] = count
    return middle.reshape(part.shape), of.reshape(part.shape)
