"""Who is counted by an indicator, read from its rule, and how that stands to who is counted by another one.

No list says which indicators belong together: two rules over the same facts do, when what the one asks for is asked for
by the other as well. So an entry that is loaded tomorrow is compared like those that ship.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from casemgr.indicators.catalogue import in_use, named
from casemgr.indicators.facts import UNKNOWN
from casemgr.indicators.items import COLUMNS, Kind
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import AnyOf, Condition, Counts, Indicator, Known, Late, Measure, NoneOf, Place

_SAME_FACTS: Mapping[str, str] = {Kind.COURSE: "case"}  # one for each case, with the same columns of it


@dataclass(frozen=True)
class Population:
    """Different values of a column among the facts that meet all conditions."""

    kind: str
    dated_by: str
    stands: bool
    counts: Counts
    conditions: frozenset[Condition]

    def within(self, other: Population) -> bool:
        """Whether it is never more, because each of it stands for another one of the other. A fact is no less than its child."""
        return other.counts in (self.counts, Counts.CASES) and self._narrower(other)

    def touches(self, other: Population) -> bool:
        """Whether the one cannot be nothing where the other is something, be it in children, reports or cases."""
        return self._narrower(other) or other._narrower(self)

    def _narrower(self, other: Population) -> bool:
        mine, theirs = (self.kind, self.dated_by, self.stands), (other.kind, other.dated_by, other.stands)
        return mine == theirs and all(
            any(implies(one, another) for one in self.conditions) for another in other.conditions
        )


def implies(one: Condition, other: Condition) -> bool:
    """Whether each fact that meets one condition meets the other."""
    if one == other:
        return True
    if one.column != other.column:
        return False
    match one, other:
        case Late(), Late():
            return one.days >= other.days
        case AnyOf(), AnyOf():
            return set(one.codes) <= set(other.codes)
        case NoneOf(), NoneOf():
            return set(one.codes) >= set(other.codes)
        case AnyOf(), NoneOf():
            return not COLUMNS[one.column].bits and not set(one.codes) & set(other.codes)
        case AnyOf(), Known():
            return UNKNOWN not in one.codes
        case NoneOf(), Known():
            return not COLUMNS[one.column].bits and UNKNOWN in one.codes
    return False


@dataclass(frozen=True)
class Subject:
    """What a table tells numbers of: all that are counted, and of a share those of them that have it."""

    family: str  # one indicator under all its codes and versions
    place: Place | None
    told: tuple[Population, ...]

    def same(self, other: Subject) -> bool:
        """Whether both tell the same, in the same parts."""
        return self.place is other.place and (self.family == other.family or self.told == other.told)

    def akin(self, other: Subject) -> bool:
        """Whether the one tells something of the other."""
        return self.place is other.place and any(
            mine.touches(theirs) for mine in self.told for theirs in other.told
        )


def subject(table: Table) -> Subject:
    """What a table tells. A rate tells the same children as the count it is worked out from."""
    entry = table.entry
    if entry.supply is not None and entry.supply.counted:
        entry = named(entry.supply.counted, table.period.last)
    return Subject(in_use().root(entry.id), table.counted_by, populations(entry))


@lru_cache(256)
def populations(entry: Indicator) -> tuple[Population, ...]:
    """All that are counted, and of a share those that have it."""
    conditions: Sequence[Condition] = (*entry.always, entry.decided)
    if entry.measure is Measure.MEDIAN:
        conditions = (*conditions, Known(entry.column))
    asked = [conditions]
    if entry.measure is Measure.SHARE:
        asked.append((*conditions, *entry.having))
    kind = _SAME_FACTS.get(entry.fact, entry.fact)
    return tuple(
        Population(kind, entry.dated_by, entry.stands, entry.counts, frozenset(one)) for one in asked
    )
