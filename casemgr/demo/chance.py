"""Dice that fall the same way for the same seed."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

Thing = TypeVar("Thing")


class Chance:
    """One row of throws; a named branch of it has throws of its own, so that one life does not change another."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._dice = random.Random(seed)

    def branch(self, name: object) -> "Chance":
        """Dice for one thing alone."""
        return Chance(f"{self._seed}/{name}")

    def happens(self, share: float) -> bool:
        """True in this share of all throws."""
        return self._dice.random() < share

    def one(self, things: Sequence[Thing]) -> Thing:
        """Any of some things, all alike."""
        return self._dice.choice(things)

    def some(self, things: Sequence[Thing], count: int) -> list[Thing]:
        """Several different ones, in the order in which they stood."""
        chosen = set(self._dice.sample(range(len(things)), min(count, len(things))))
        return [thing for place, thing in enumerate(things) if place in chosen]

    def weighted(self, shares: Mapping[Thing, float]) -> Thing:
        """One of some things by their shares."""
        return self._dice.choices(list(shares), list(shares.values()))[0]

    def number(self, least: int, most: int) -> int:
        return self._dice.randint(least, most)

    def between(self, least: float, most: float) -> float:
        return self._dice.uniform(least, most)

    def triangular(self, least: float, most: float, mode: float) -> float:
        """A number that is most often near the mode."""
        return self._dice.triangular(least, most, mode)

    def around(self, middle: float, spread: float = 0.6) -> float:
        """A length of time as work takes it: mostly near the middle, now and then much longer."""
        return middle * self._dice.lognormvariate(0, spread)

    def hours(self, middle: float) -> timedelta:
        return timedelta(seconds=round(self.around(middle) * 3600))

    def day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.number(0, max(0, (last - first).days)))

    def instant(self, first: datetime, last: datetime) -> datetime:
        return first + timedelta(seconds=self.number(0, max(0, int((last - first).total_seconds()))))
