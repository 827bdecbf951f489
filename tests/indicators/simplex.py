"""An attacker: what is the least and the most that an unknown can be, when sums of unknowns are published. Exact."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

Row = list[Fraction]


class Attack:
    """Unknowns that are never negative, and published sums of them."""

    def __init__(self, unknowns: int, sums: Sequence[tuple[Sequence[int], int]]) -> None:
        """Find one possible world first; that there is one is the first thing an attacker knows."""
        self.unknowns = unknowns
        extra = len(sums)
        self.rows: list[Row] = []
        for at, (places, amount) in enumerate(sums):
            row = [Fraction(0)] * (unknowns + extra + 1)
            for place in places:
                row[place] += 1
            row[unknowns + at], row[-1] = Fraction(1), Fraction(amount)
            self.rows.append(row)
        self.basis = [unknowns + at for at in range(extra)]
        cost = {unknowns + at: Fraction(1) for at in range(extra)}
        assert self._least(cost, unknowns + extra) == 0, "no world has these published numbers"
        self._drop_extra()

    def span(self, places: Sequence[int]) -> tuple[Fraction, Fraction | None]:
        """The least and the most that the sum of some unknowns can be; None is without end."""
        cost = {place: Fraction(1) for place in places}
        low = self._least(cost, self.unknowns)
        high = self._least({place: -one for place, one in cost.items()}, self.unknowns)
        assert low is not None
        return low, None if high is None else -high

    def _drop_extra(self) -> None:
        for at, place in enumerate(self.basis):
            if place >= self.unknowns:
                entering = next((c for c in range(self.unknowns) if self.rows[at][c]), None)
                if entering is not None:
                    self._pivot(at, entering)
        kept = [at for at, place in enumerate(self.basis) if place < self.unknowns]
        self.rows = [self.rows[at][: self.unknowns] + self.rows[at][-1:] for at in kept]
        self.basis = [self.basis[at] for at in kept]

    def _least(self, cost: Mapping[int, Fraction], width: int) -> Fraction | None:
        while True:
            weights = [
                (row, cost[place])
                for row, place in zip(self.rows, self.basis, strict=True)
                if cost.get(place)
            ]
            entering = next(
                (
                    column
                    for column in range(width)
                    if column not in self.basis
                    and cost.get(column, 0) - sum(row[column] * weight for row, weight in weights) < 0
                ),
                None,
            )
            if entering is None:
                return sum((row[-1] * weight for row, weight in weights), Fraction(0))
            ratios = [
                (row[-1] / row[entering], self.basis[at], at)
                for at, row in enumerate(self.rows)
                if row[entering] > 0
            ]
            if not ratios:
                return None
            self._pivot(min(ratios)[2], entering)

    def _pivot(self, at: int, entering: int) -> None:
        pivot = self.rows[at][entering]
        chosen = self.rows[at] = [number / pivot for number in self.rows[at]]
        for other, row in enumerate(self.rows):
            if other != at and row[entering]:
                factor = row[entering]
                self.rows[other] = [a - factor * b if b else a for a, b in zip(row, chosen, strict=True)]
        self.basis[at] = entering
