"""The numbers that rules read: of one unit, or of all units below one, each table counted once and kept for the round."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from casemgr.access.desk import Desk
from casemgr.checks import picking
from casemgr.checks.catalogue import RULES
from casemgr.checks.terms import ALL, NOT_SENT, Address, Own, Part, Sent, Where
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.periods import Period
from casemgr.indicators import engine, splits
from casemgr.indicators import queries as indicators
from casemgr.indicators.catalogue import INDICATORS, in_use, indicator
from casemgr.indicators.engine import Counted
from casemgr.indicators.land import UNASSIGNED, Asked
from casemgr.indicators.queries import Question, Setting
from casemgr.indicators.register import Reading
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import BELOW, Indicator, Kind, Level, Measure, Place

Made = TypeVar("Made")

_OF_KIND = {entry.fact: entry for entry in INDICATORS}  # any that is counted from facts of a kind


class Counts:
    """Every number of the units that make the rows of one place, for one period."""

    def __init__(
        self,
        desk: Desk,
        place: Asked,
        level: Level,
        period: Period,
        *,
        as_of: date | None = None,
    ) -> None:
        self.place, self.level, self.period = place, level, period
        self._desk = desk
        self._known_until = as_of or local_day(desk.now)
        self._as_of = as_of
        self._kept: dict[Hashable, object] = {}

    def of(self, code: str, sent: Sent = NOT_SENT) -> "OfUnit":
        """The numbers of one row, and what the unit said itself."""
        return OfUnit(self, code, sent)

    @cached_property
    def below(self) -> "Counts | None":
        """The numbers of the units below, where there are any."""
        level = BELOW.get(self.level)
        if level is None or self.place.level is not self.level:
            return None
        return Counts(self._desk, self.place, level, self.period, as_of=self._as_of)

    def number(self, code: str, address: Address, sent: Sent = NOT_SENT) -> int | None:
        """One number of one row; nothing where it is not known."""
        match address.own:
            case Own.CASES:
                return self._picked(address.code).get(code, 0)
            case Own.NIL:
                return None if sent.nil is None else int(sent.nil)
            case Own.VERSIONS:
                versions = in_use(self._as_of).versions(address.set, address.code)
                return sum(_holds_in(entry, self.period) for entry in versions)
        if address.cut and (sent.cut is None or sent.cut > self._known_until):
            return None
        entry, day = self._entry(address), sent.cut if address.cut else self._as_of
        if entry is None:
            return None
        if entry.kind is not Kind.COMPUTED:
            return self._supplied(entry, self._back(address.ago), code, day)
        if address.where is Where.HERE:
            return self._read(entry, address, code, day)
        if self.below is None:
            return None
        if address.where is Where.UNASSIGNED:
            return self.below._read(entry, address, self.place.code + UNASSIGNED, day)
        areas = self.below._setting(entry.fact, entry.place, day).grid.areas
        return sum(self.below._read(entry, address, area.code, day) or 0 for area in areas)

    def cases(self, rule_id: str) -> Reading:
        """The facts that a rule picks out in the whole place."""
        cases = RULES[rule_id].cases
        if cases is None:
            raise NotFound
        found = self._setting(cases.fact, cases.place, self._as_of)
        return picking.picked(found.reading, cases, found.grid, self._until_now)

    def _entry(self, address: Address) -> Indicator | None:
        try:
            return indicator(address.set, address.code, self.period.last)
        except NotFound:
            return None

    def _supplied(self, entry: Indicator, period: Period, code: str, day: date | None) -> int | None:
        """What another sector has supplied; nothing where it has not."""

        def ask() -> Table | None:
            try:
                asked = indicators.question(
                    entry.set,
                    entry.code,
                    unit=self.place.code,
                    period=period.code,
                    level=self.level,
                    as_of=day.isoformat() if day else None,
                )
                return indicators.table(self._desk, asked)
            except Invalid:
                return None

        table = self._keep(("supplied", entry.id, period, day), ask)
        if table is None or code not in [area.code for area in table.areas]:
            return None
        found = table.row(code).value
        return found if isinstance(found, int) else None

    def _read(self, entry: Indicator, address: Address, code: str, day: date | None) -> int | None:
        period = self._back(address.ago)
        if not self._is_recorded(period, address):
            return None
        counted = self._counted(entry, period, address.key, day)
        row = self._rows(entry, day).get(code)
        array = counted.of if address.part is Part.OF else counted.values
        if row is None or array is None:
            return 0 if entry.measure is not Measure.MEDIAN else None
        if entry.measure is Measure.MEDIAN and counted.of is not None and not counted.of[row].any():
            return None
        line = array[row]
        if not counted.splits:
            return int(line)
        if address.members == (ALL,):
            return int(line[:-1].sum())
        return sum(int(line[counted.splits[0].members.index(member)]) for member in address.members)

    def _counted(self, entry: Indicator, period: Period, key: str, day: date | None) -> Counted:
        def count() -> Counted:
            by = (splits.one(key, period),) if key else ()
            found = self._setting(entry.fact, entry.place, day)
            return engine.count(found.reading, entry, period, found.grid, by, entry.place, found.on(period))

        return self._keep(("counted", entry.id, period, key, day), count)

    def _picked(self, rule_id: str) -> dict[str, int]:
        def pick() -> dict[str, int]:
            cases = RULES[rule_id].cases
            assert cases is not None
            found = self._setting(cases.fact, cases.place, self._as_of)
            return picking.by_area(found.reading, cases, found.grid, self._until_now)

        return self._keep(("picked", rule_id), pick)

    def _rows(self, entry: Indicator, day: date | None) -> dict[str, int]:
        def rows() -> dict[str, int]:
            areas = self._setting(entry.fact, entry.place, day).grid.areas
            return {area.code: row for row, area in enumerate(areas)}

        return self._keep(("rows", entry.fact, entry.place, day), rows)

    def _setting(self, fact: str, place: Place, day: date | None) -> Setting:
        """The facts of a kind and the rows they stand in, now or as of the end of a past day."""

        def lay() -> Setting:
            asked = Question(_OF_KIND[fact], self.place.code, self.period, self.level, as_of=day, place=place)
            return indicators.setting_of(self._desk, asked)

        return self._keep(("setting", fact, place, day), lay)

    def _is_recorded(self, period: Period, address: Address) -> bool:
        """A period before the first record has no numbers; the one that is checked has, be they all zero."""
        if not address.ago:
            return True
        return self._setting("case", Place.INCIDENT, self._as_of).first_day <= period.last

    def _back(self, ago: int) -> Period:
        def step() -> Period:
            return self.period if ago == 0 else self._back(ago - 1).previous()

        return self._keep(("back", ago), step)

    @property
    def period_lasts(self) -> bool:
        """Whether days of the period are still to come."""
        return self._known_until < self.period.last

    @property
    def _until_now(self) -> Period:
        """The period, up to today while it lasts."""
        last = min(self.period.last, self._known_until)
        return self.period if last < self.period.first else Period(self.period.first, last)

    def _keep(self, key: Hashable, make: Callable[[], Made]) -> Made:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[return-value]


@dataclass(frozen=True)
class OfUnit:
    """The numbers of one unit, as rules ask for them."""

    counts: Counts
    code: str
    sent: Sent = NOT_SENT

    def number(self, address: Address) -> int | None:
        return self.counts.number(self.code, address, self.sent)


def _holds_in(entry: Indicator, period: Period) -> bool:
    return entry.valid_from <= period.last and (entry.valid_to is None or period.first <= entry.valid_to)
