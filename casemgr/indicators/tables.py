"""A counted table: its rows as they are printed, its sums, and the digest that proves it was made again the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import product
from math import prod

from casemgr.core.periods import Period
from casemgr.indicators.arrays import np
from casemgr.indicators.land import Area, Asked
from casemgr.indicators.splits import TOTAL, Split
from casemgr.indicators.terms import Borders, Gap, Indicator, Lack, Level, Measure, Origin, Place

Spot = tuple[int, int]  # the place of an area, and of a combination of members

WITHHELD = "c"  # stands for a number that is not published, in files and on paper


@dataclass(frozen=True)
class Row:
    """One line of a table: an area, a member (or the total) of each split, and the number.

    A share or a middle value of nothing has no number. `n` and `of` are what a share or a rate was worked out from. What
    is withheld has none of them, and says so. `gap` says why a number is missing, `origins` who supplied what others have
    counted.
    """

    area: Area
    dims: Mapping[str, str]
    value: int | float | None
    n: int | None = None
    of: int | None = None
    hidden: bool = False
    gap: Gap | None = None
    origins: tuple[Origin, ...] = ()


def percent(number: int, of: int) -> float | None:
    """A share in per cent with one decimal, halves up; of nothing there is none."""
    return (2000 * number + of) // (2 * of) / 10 if of else None


def tenths(number: int, of: int) -> float | None:
    """How many for each, with one decimal, halves up; for nobody there is none."""
    return (20 * number + of) // (2 * of) / 10 if of else None


def rate(number: int, of: int, per: int) -> float | None:
    """How many for so many, with two decimals, halves up; of nothing there is none."""
    return (200 * per * number + of) // (2 * of) / 100 if of else None


@dataclass(frozen=True)
class Sums:
    """Whether the members of the splits add up to the totals: exactly, or to more because a child is in several."""

    exact: bool
    sum: int
    total: int

    @property
    def twice(self) -> int:
        """How many more the members give than there are."""
        return self.sum - self.total


@dataclass(frozen=True)
class Table:
    """The numbers of one indicator for a place, a period and some splits."""

    entry: Indicator
    place: Asked
    level: Level
    period: Period
    splits: tuple[Split, ...]
    counted_by: Place | None  # what others supply is not counted by a unit of a case
    borders: Borders
    borders_day: date
    as_of: date
    made_at: datetime
    areas: tuple[Area, ...]
    values: np.ndarray  # of a share its n
    of: np.ndarray | None = None  # of a share or rate its N, of a middle value how many it was taken from
    hidden: np.ndarray | None = None  # what a public edition withholds; None where nothing was suppressed
    gaps: Mapping[Spot, Gap] = field(default_factory=dict)  # cells without a number: their 0 is none
    told: Mapping[Spot, int] = field(default_factory=dict)  # rates told without n and N, in hundredths
    origins: Mapping[str, tuple[Origin, ...]] | None = None  # by area: where supplied numbers come from

    def row(self, area: str | None = None, /, **dims: str) -> Row:
        """One line of the table, whatever it holds."""
        return self._row(self.spot(area, **dims), dims)

    def _row(self, spot: Spot, dims: Mapping[str, str]) -> Row:
        area, (number, of) = self.areas[spot[0]], self._number(spot)
        if self._withholds(spot):
            return Row(area, dims, None, hidden=True)
        if self.origins is not None:
            return self._supplied_row(area, dims, spot, number, of)
        if of is None:
            return Row(area, dims, number)
        if self.entry.measure is Measure.SHARE:
            return Row(area, dims, percent(number, of), number, of)
        if self.entry.measure is Measure.RATIO:
            return Row(area, dims, tenths(number, of), number, of)
        return Row(area, dims, number if of else None, None, of)

    def _supplied_row(
        self, area: Area, dims: Mapping[str, str], spot: Spot, number: int, of: int | None
    ) -> Row:
        """A line with what others have supplied: the number, or why there is none."""
        gap, origins = self.gaps.get(spot), (self.origins or {}).get(area.code, ())
        if gap is not None:
            counted = number if gap.lack is Lack.NO_DENOMINATOR else None
            return Row(area, dims, None, counted, gap=gap, origins=origins)
        if spot in self.told:
            return Row(area, dims, self.told[spot] / 100, origins=origins)
        if of is None or self.entry.supply is None:
            return Row(area, dims, number, origins=origins)
        return Row(area, dims, rate(number, of, self.entry.supply.per), number, of, origins=origins)

    def spot(self, area: str | None = None, /, **dims: str) -> Spot:
        """Where a cell lies: the place of its area, and of its combination of members."""
        place = 0
        for split in self.splits:
            place = place * (len(split.members) + 1) + self._place(split, dims.get(split.name, TOTAL))
        return self._places[area] if area is not None else 0, place

    @cached_property
    def _places(self) -> dict[str, int]:
        """The place of each area, by its code."""
        return {area.code: place for place, area in enumerate(self.areas)}

    def _number(self, spot: Spot) -> tuple[int, int | None]:
        values, of = self.by_area
        return int(values[spot]), None if of is None else int(of[spot])

    @cached_property
    def by_area(self) -> tuple[np.ndarray, np.ndarray | None]:
        """The numbers with one row for each area."""
        shape = (len(self.areas), prod(self.values.shape[1:]))
        return self.values.reshape(shape), None if self.of is None else self.of.reshape(shape)

    def value(self, area: str | None = None, /, **dims: str) -> int:
        """One number; what is not named is the total. Without an area the one row there is."""
        spot = self.spot(area, **dims)
        if self._withholds(spot):
            raise LookupError("This number is withheld.")
        if spot in self.gaps:
            raise ValueError("There is no number in this cell: it must not be taken for 0.")
        return self._number(spot)[0]

    def _withholds(self, spot: Spot) -> bool:
        return self._hidden is not None and bool(self._hidden[spot])

    @cached_property
    def _hidden(self) -> np.ndarray | None:
        """What is withheld, with one row for each area."""
        return None if self.hidden is None else self.hidden.reshape(self.by_area[0].shape)

    @cached_property
    def known(self) -> np.ndarray:
        """Which cells have a number, in the shape of the values."""
        known = np.ones_like(self.by_area[0], "?")
        for spot in self.gaps:
            known[spot] = False
        return known.reshape(self.values.shape)

    def rows(self) -> Iterator[Row]:
        """The lines: for every area that has any, all numbers but zero, and each member of each split alone."""
        combinations = self._combinations()
        for spot in self._cells():
            yield self._row(spot, combinations[spot[1]])

    def _combinations(self) -> list[dict[str, str]]:
        """Members of the splits, in the order in which numbers lie."""
        labels = [(*split.members, TOTAL) for split in self.splits]
        return [dict(zip(self.names, members, strict=True)) for members in product(*labels)]

    def _cells(self) -> Iterator[Spot]:
        """Where the number of each line lies."""
        combinations = self._combinations()
        alone = [
            place
            for place, dims in enumerate(combinations)
            if sum(member != TOTAL for member in dims.values()) <= 1
        ]
        values, of = self.by_area
        per_head = self.entry.measure is Measure.RATIO
        shown = (values if of is None or per_head else of) != 0
        if self._hidden is not None:
            shown |= self._hidden
        if per_head and of is not None:
            shown[:, -1] |= of[:, -1] != 0
        for row, area in enumerate(self.areas):
            if area.code == self.place.code or self.origins is not None or shown[row].any():
                shown[row, alone] = True
                yield from ((row, place) for place in shown[row].nonzero()[0].tolist())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the splits."""
        return tuple(split.name for split in self.splits)

    @property
    def by(self) -> str:
        """The splits as they are asked for."""
        return ",".join(split.asked_as for split in self.splits)

    @cached_property
    def digest(self) -> str:
        """A fingerprint of the question and of every number, the same whenever and wherever they are counted alike."""
        question = {
            "set": self.entry.set,
            "code": self.entry.code,
            "version": self.entry.version,
            "unit": self.place.code,
            "level": self.level,
            "period": self.period.code,
            "by": self.by,
            "place": self.counted_by,
        }
        names = ["\t".join(dims.values()) for dims in self._combinations()]
        lines = sorted(
            f"{self.areas[spot[0]].code}\t{names[spot[1]]}\t{self._printed(spot)}" for spot in self._cells()
        )
        plain = "\n".join([json.dumps(question, sort_keys=True), *lines])
        return hashlib.sha256(plain.encode()).hexdigest()

    def _printed(self, spot: Spot) -> str:
        """A cell as the digest reads it."""
        if self._withholds(spot):
            return WITHHELD
        number, of = self._number(spot)
        plain = f"{number}" if of is None else f"{number}\t{of}"
        if (gap := self.gaps.get(spot)) is not None:
            return f"{plain}\t{gap.lack}"
        return f"{plain}\t~{self.told[spot]}" if spot in self.told else plain

    def sums(self, split: Split) -> Sums:
        """Whether the members of one split add up to the total of the whole table."""
        axis = self.splits.index(split) + 1
        slices = [
            slice(None),
            *(slice(None) if place == axis else -1 for place in range(1, self.values.ndim)),
        ]
        numbers = self.values[tuple(slices)].sum(axis=0).tolist()
        *members, total = numbers
        return Sums(sum(members) == total, sum(members), total)

    @staticmethod
    def _place(split: Split, member: str) -> int:
        return len(split.members) if member == TOTAL else split.members.index(member)
