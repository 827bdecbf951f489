"""A counted table: its rows as they are printed, its sums, and the digest that proves it was made again the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import product

from casemgr.core.periods import Period
from casemgr.indicators.arrays import np
from casemgr.indicators.land import Area, Asked
from casemgr.indicators.splits import TOTAL, Split
from casemgr.indicators.terms import Borders, Indicator, Level, Measure, Place

WITHHELD = "c"  # stands for a number that is not published, in files and on paper


@dataclass(frozen=True)
class Row:
    """One line of a table: an area, a member (or the total) of each split, and the number.

    A share or a middle value of nothing has no number. `n` and `of` are what a share was worked out from. What is
    withheld has none of them, and says so.
    """

    area: Area
    dims: Mapping[str, str]
    value: int | float | None
    n: int | None = None
    of: int | None = None
    hidden: bool = False


def percent(number: int, of: int) -> float | None:
    """A share in per cent with one decimal, halves up; of nothing there is none."""
    return (2000 * number + of) // (2 * of) / 10 if of else None


def tenths(number: int, of: int) -> float | None:
    """How many for each, with one decimal, halves up; for nobody there is none."""
    return (20 * number + of) // (2 * of) / 10 if of else None


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
    counted_by: Place
    borders: Borders
    borders_day: date
    as_of: date
    made_at: datetime
    areas: tuple[Area, ...]
    values: np.ndarray  # of a share its n
    of: np.ndarray | None = None  # of a share its N, of a middle value how many it was taken from
    hidden: np.ndarray | None = None  # what a public edition withholds; None where nothing was suppressed

    def row(self, area: str | None = None, /, **dims: str) -> Row:
        """One line of the table, whatever it holds."""
        codes = [row.code for row in self.areas]
        place = codes.index(area) if area is not None else 0
        members = [self._place(split, dims.get(split.name, TOTAL)) for split in self.splits]
        at = (place, *members)
        of = int(self.of[at]) if self.of is not None else None
        return self._row(self.areas[place], dims, int(self.values[at]), of, self._withholds(at))

    def _row(
        self, area: Area, dims: Mapping[str, str], number: int, of: int | None, hidden: bool = False
    ) -> Row:
        if hidden:
            return Row(area, dims, None, hidden=True)
        if of is None:
            return Row(area, dims, number)
        if self.entry.measure is Measure.SHARE:
            return Row(area, dims, percent(number, of), number, of)
        if self.entry.measure is Measure.RATIO:
            return Row(area, dims, tenths(number, of), number, of)
        return Row(area, dims, number if of else None, None, of)

    def value(self, area: str | None = None, /, **dims: str) -> int:
        """One number; what is not named is the total. Without an area the one row there is."""
        codes = [row.code for row in self.areas]
        place = codes.index(area) if area is not None else 0
        at = (place, *(self._place(split, dims.get(split.name, TOTAL)) for split in self.splits))
        if self._withholds(at):
            raise LookupError("This number is withheld.")
        return int(self.values[at])

    def _withholds(self, at: tuple[int, ...]) -> bool:
        return self.hidden is not None and bool(self.hidden[at])

    def rows(self) -> Iterator[Row]:
        """The lines: for every area that has any, all numbers but zero, and each member of each split alone."""
        combinations = self._combinations()
        for area, place, (number, of, hidden) in self._cells():
            yield self._row(area, combinations[place], number, of, hidden)

    def _combinations(self) -> list[dict[str, str]]:
        """Members of the splits, in the order in which numbers lie."""
        labels = [(*split.members, TOTAL) for split in self.splits]
        return [dict(zip(self.names, members, strict=True)) for members in product(*labels)]

    def _cells(self) -> Iterator[tuple[Area, int, tuple[int, int | None, bool]]]:
        """Area, place in its row of combinations, and number of each line, with what it was taken from."""
        combinations = self._combinations()
        alone = [
            place
            for place, dims in enumerate(combinations)
            if sum(member != TOTAL for member in dims.values()) <= 1
        ]
        numbers = self.values.reshape(len(self.areas), len(combinations))
        of = self.of.reshape(numbers.shape) if self.of is not None else None
        hidden = np.zeros(numbers.shape, "?") if self.hidden is None else self.hidden.reshape(numbers.shape)
        per_head = self.entry.measure is Measure.RATIO
        shown = ((numbers if of is None or per_head else of) != 0) | hidden
        if per_head and of is not None:
            shown[:, -1] |= of[:, -1] != 0
        for row, area in enumerate(self.areas):
            if area.code == self.place.code or shown[row].any():
                shown[row, alone] = True
                for place in shown[row].nonzero()[0].tolist():
                    told = None if of is None else int(of[row, place])
                    yield area, place, (int(numbers[row, place]), told, bool(hidden[row, place]))

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
            f"{area.code}\t{names[place]}\t{WITHHELD if hidden else number}"
            + ("" if of is None or hidden else f"\t{of}")
            for area, place, (number, of, hidden) in self._cells()
        )
        plain = "\n".join([json.dumps(question, sort_keys=True), *lines])
        return hashlib.sha256(plain.encode()).hexdigest()

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
