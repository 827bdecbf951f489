"""All units of the country in memory, immutable: by number, by code and day, above, below, before and after."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property

from casemgr.core.text import fold
from casemgr.places.terms import ChangeFacts, Found, Level, Relation, UnitFacts

Edge = tuple[UnitFacts, Relation]
Line = tuple[
    str, str, str, str, Found
]  # name, name with its kind, with its province, as written, what it stands for
_ONE_DAY = timedelta(days=1)
_SAME_GROUND = frozenset({Relation.UNCHANGED, Relation.RENAMED})


class Atlas:
    """Looks things up; decides nothing (that is what the rules are for)."""

    def __init__(self, units: Iterable[UnitFacts], changes: Iterable[ChangeFacts]) -> None:
        self._by_id = {unit.id: unit for unit in units}
        by_code: dict[str, list[UnitFacts]] = defaultdict(list)
        for unit in sorted(self._by_id.values(), key=lambda unit: (unit.valid_from, unit.code)):
            by_code[unit.code].append(unit)
        self._by_code: Mapping[str, tuple[UnitFacts, ...]] = {
            code: tuple(rows) for code, rows in by_code.items()
        }
        after: dict[int, list[Edge]] = defaultdict(list)
        before: dict[int, list[Edge]] = defaultdict(list)
        for change in changes:
            after[change.old_id].append((self._by_id[change.new_id], change.relation))
            before[change.new_id].append((self._by_id[change.old_id], change.relation))
        self._after: Mapping[int, tuple[Edge, ...]] = {unit: tuple(edges) for unit, edges in after.items()}
        self._before: Mapping[int, tuple[Edge, ...]] = {unit: tuple(edges) for unit, edges in before.items()}
        starts = {unit.valid_from for unit in self._by_id.values()}
        ends = {unit.valid_to + _ONE_DAY for unit in self._by_id.values() if unit.valid_to}
        self._turns = sorted(starts | ends)
        self._eras: dict[int, tuple[UnitFacts, ...]] = {}
        self._children: dict[int, Mapping[str, tuple[UnitFacts, ...]]] = {}
        self._lines: dict[int, tuple[Line, ...]] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    @cached_property
    def known_from(self) -> date:
        """The first day of the record. What was before it is read as it was on that day."""
        return self._turns[0] if self._turns else date.min

    def clamped(self, day: date) -> date:
        """The day itself, or the first day of the record for any day before it."""
        return max(day, self.known_from)

    def era(self, day: date) -> int:
        """The number of the span of days, without any change, in which a day lies."""
        return bisect_right(self._turns, self.clamped(day))

    @cached_property
    def _moves(self) -> Sequence[date]:
        return [day for day in self._turns if not self._only_names(day)]

    def ground(self, day: date) -> int:
        """The number of the span of days, in which a day lies, without any change but of names under the same code."""
        return bisect_right(self._moves, self.clamped(day))

    def _only_names(self, day: date) -> bool:
        """Whether everything that ended before a day goes on from it under its code, where it lay, and nothing is new."""
        ended = [unit for unit in self._by_id.values() if unit.valid_to == day - _ONE_DAY]
        begun = {unit.id for unit in self._by_id.values() if unit.valid_from == day}
        kept = {
            new.id
            for old in ended
            for new, relation in self.after(old)
            if relation in _SAME_GROUND
            and (old.level, old.code, old.parent_code) == (new.level, new.code, new.parent_code)
            and len(self.after(old)) == len(self.before(new)) == 1
        }
        return bool(begun) and kept == begun and len(kept) == len(ended)

    @property
    def turns(self) -> Sequence[date]:
        """The days on which something changed, the first day of the record among them."""
        return self._turns

    @property
    def units(self) -> Iterable[UnitFacts]:
        """Every unit there ever was, in no particular order."""
        return self._by_id.values()

    def unit(self, number: int) -> UnitFacts | None:
        """The unit with this number."""
        return self._by_id.get(number)

    def history(self, code: str) -> Sequence[UnitFacts]:
        """Every unit that ever had this code, oldest first."""
        return self._by_code.get(code, ())

    def at(self, code: str, day: date) -> UnitFacts | None:
        """The unit that has this code on a day."""
        day = self.clamped(day)
        for unit in self._by_code.get(code, ()):
            if unit.in_force(day):
                return unit
        return None

    def after(self, unit: UnitFacts) -> Sequence[Edge]:
        """What a unit became, one step on."""
        return self._after.get(unit.id, ())

    def before(self, unit: UnitFacts) -> Sequence[Edge]:
        """What a unit came from, one step back."""
        return self._before.get(unit.id, ())

    def in_force(self, day: date) -> Sequence[UnitFacts]:
        """Every unit of a day, in order of its code."""
        era = self.era(day)
        if era not in self._eras:
            day = self.clamped(day)
            here = (unit for unit in self._by_id.values() if unit.in_force(day))
            self._eras[era] = tuple(sorted(here, key=lambda unit: (len(unit.code), unit.code)))
        return self._eras[era]

    def children(self, code: str, day: date) -> Sequence[UnitFacts]:
        """The units right below the one with this code on a day; below nothing stand the provinces."""
        era = self.era(day)
        if era not in self._children:
            below: dict[str, list[UnitFacts]] = defaultdict(list)
            for unit in self.in_force(day):
                below[unit.parent_code].append(unit)
            self._children[era] = {parent: tuple(units) for parent, units in below.items()}
        return self._children[era].get(code, ())

    def province_of(self, unit: UnitFacts, day: date) -> UnitFacts | None:
        """The province a unit lies in, as it was while the unit was in force and no later than the day."""
        day = self.clamped(min(day, unit.valid_to) if unit.valid_to else day)
        day = max(day, unit.valid_from)
        while unit.level is not Level.PROVINCE:
            above = self.at(unit.parent_code, day)
            if above is None:
                return None
            unit = above
        return unit

    @cached_property
    def _inside(self) -> Mapping[int, frozenset[int]]:
        inside: dict[int, set[int]] = defaultdict(set)
        for unit in self._by_id.values():
            for day in {unit.valid_from, *(turn for turn in self._turns if unit.in_force(turn))}:
                province = self.province_of(unit, day)
                if province is not None:
                    inside[province.id].add(unit.id)
        return {province: frozenset(units) for province, units in inside.items()}

    def inside(self, province_id: int) -> frozenset[int]:
        """The numbers of a province and of all units that lay in it on some day."""
        return self._inside.get(province_id, frozenset())

    def lines(self, day: date) -> Sequence[Line]:
        """The communes of a day as a search reads them, in order of their names."""
        era = self.era(day)
        if era not in self._lines:
            communes = (unit for unit in self.in_force(day) if unit.level is Level.COMMUNE)
            lines = (self._line(unit, day) for unit in communes)
            self._lines[era] = tuple(sorted(lines, key=lambda line: (line[0], line[4].unit.code)))
        return self._lines[era]

    def _line(self, unit: UnitFacts, day: date) -> Line:
        province = self.province_of(unit, day)
        name, whole = fold(unit.name.removeprefix(unit.type)), fold(unit.name)
        around = (
            f"{whole} {fold(province.name.removeprefix(province.type))} {fold(province.name)}"
            if province
            else whole
        )
        return name, whole, around, unit.name.casefold(), Found(unit, province)
