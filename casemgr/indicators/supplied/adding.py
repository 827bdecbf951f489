"""Figures under the units of a day: a unit's own, those of the whole units it came from, or the sum of the units below.

A sum exists only where every part is there. Figures of a unit whose people were divided belong to nobody: they stand
under the province, unassigned. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casemgr.indicators.supplied.terms import Amount, Figure
from casemgr.indicators.terms import Gap, Lack
from casemgr.places import rules as places
from casemgr.places.atlas import Atlas
from casemgr.places.terms import Level, UnitFacts


@dataclass(frozen=True)
class Part:
    """One cell of a unit: the amount, or why there is none, and how many units it was put together from."""

    amount: Amount | None
    gap: Gap
    figures: tuple[Figure, ...] = ()


def amount_of(figure: Figure, member: str) -> Part:
    """A unit's own number."""
    amount = figure.cells.get(member)
    if amount is None:
        return Part(None, Gap(Lack.NONE, 1, 1))
    return Part(amount, Gap(Lack.NONE, 0, 1), (figure,))


def total(parts: Sequence[Part]) -> Part:
    """The parts put together, if each of them is there and they can be added."""
    units, lacking = (sum(getattr(part.gap, name) for part in parts) for name in ("units", "lacking"))
    amounts = [part.amount for part in parts if part.amount is not None]
    if len(amounts) < len(parts) or not parts:
        whys = {part.gap.lack for part in parts if part.amount is None}
        nothing = lacking == units
        why = whys.pop() if nothing and len(whys) == 1 else Lack.INCOMPLETE
        return Part(None, Gap(why, lacking, units))
    figures = tuple(figure for part in parts for figure in part.figures)
    if len(parts) == 1:
        return Part(amounts[0], Gap(Lack.NONE, 0, units), figures)
    if any(amount.told is not None for amount in amounts):
        return Part(None, Gap(Lack.ALONE, units, units))
    added = Amount(
        sum(amount.n or 0 for amount in amounts),
        None if amounts[0].of is None else sum(amount.of or 0 for amount in amounts),
    )
    return Part(added, Gap(Lack.NONE, 0, units), figures)


@dataclass(frozen=True)
class Supplied:
    """The figures of one period, supplied for units as they were on its last day."""

    atlas: Atlas
    on: date
    figures: Mapping[int | None, Figure]  # by number of the unit; none is the whole country

    def part(self, unit: UnitFacts | None, day: date, member: str) -> Part:
        """One cell of a unit of a day; of none, of the whole country."""
        if unit is None or unit.in_force(self.atlas.clamped(self.on)):
            return self._then(unit, member)
        if unit.valid_from <= self.on:
            return self._of_heir(unit, day, member)
        givers = places.givers(self.atlas, unit, self.on)
        if not givers:
            return Part(None, Gap(Lack.NONE, 1, 1))
        if any(places.standing(self.atlas, one, day).unit != unit for one in givers):
            return Part(None, Gap(Lack.DIVIDED, 1, 1))
        return total([self._then(one, member) for one in givers])

    def unassigned(self, province: UnitFacts | None, day: date, member: str) -> Part | None:
        """What was supplied for communes of which nobody can say where in a province they lie on a day."""
        here = [
            unit
            for unit in self.units()
            if unit.level is Level.COMMUNE
            and (stands := places.standing(self.atlas, unit, day)).unit is None
            and stands.province == province
        ]
        return total([self._then(unit, member) for unit in here]) if here else None

    def below(self, unit: UnitFacts | None, member: str) -> Part | None:
        """The sum of the units right below one, whatever was supplied for itself; none where nothing lies below."""
        children = self.atlas.children(unit.code if unit else "", self.on)
        return total([self._then(child, member) for child in children]) if children else None

    def _then(self, unit: UnitFacts | None, member: str) -> Part:
        """One cell of a unit in the borders of the figures."""
        own = self.figures.get(unit.id if unit else None)
        if own is not None:
            return amount_of(own, member)
        return self.below(unit, member) or Part(None, Gap(Lack.NONE, 1, 1))

    def _of_heir(self, unit: UnitFacts, day: date, member: str) -> Part:
        """Of a unit that was renamed since: what was supplied for it under its new name."""
        heirs = places.successors(self.atlas, unit, self.on)
        if len(heirs) == 1 and places.standing(self.atlas, heirs[0], day).unit == unit:
            return self._then(heirs[0], member)
        return Part(None, Gap(Lack.NONE, 1, 1))

    def units(self) -> Iterable[UnitFacts]:
        """Every unit for which there is a figure."""
        found = (self.atlas.unit(number) for number in self.figures if number is not None)
        return (unit for unit in found if unit is not None)
