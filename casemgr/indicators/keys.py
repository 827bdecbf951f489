"""By which keys an indicator is told apart, and with which members."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from casemgr.indicators import facts, splits
from casemgr.indicators.catalogue import named
from casemgr.indicators.splits import Split
from casemgr.indicators.terms import Indicator, Kind


def keys_of(entry: Indicator) -> Sequence[str]:
    """The keys by which an indicator can be split; what others supply has its own bands."""
    if entry.kind is not Kind.COMPUTED:
        told = _supplied_splits(entry)
        return [told.get(key, key) for key in entry.splits] if entry.splits else list(told.values())
    if entry.fact != "case":
        return entry.splits
    plain = (key for key in splits.KEYS.values() if not key.fold and not key.tree)
    return [key.name for key in plain if key.column in facts.COLUMNS]


def is_split_by(entry: Indicator, split: Split) -> bool:
    """Whether an indicator is told apart by a split, in just these bands where others supply it."""
    return bool({split.name, split.asked_as} & {*keys_of(entry)})


def with_its_members(entry: Indicator, wanted: tuple[Split, ...]) -> tuple[Split, ...]:
    """Splits with the members that are supplied: of figures nobody else tells apart, none is left unclassified."""
    if entry.kind is not Kind.ENTERED or entry.supply is None:
        return wanted
    members = entry.supply.members
    return tuple(replace(one, members=members.get(one.asked_as, one.members)) for one in wanted)


def _supplied_splits(entry: Indicator) -> Mapping[str, str]:
    """By name, how the splits are asked for in which a supplied number, or the denominator of a rate, is told."""
    supply = entry.supply
    if supply is not None and supply.over:
        supply = named(supply.over, entry.valid_from).supply
    return {asked.partition(":")[0]: asked for asked in (supply.members if supply else ())}
