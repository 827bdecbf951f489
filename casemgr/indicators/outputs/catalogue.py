"""The whole catalogue for other systems: its metadata for DHIS2, its structure for SDMX, its schema for ADX."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

from casemgr.access.desk import Desk
from casemgr.core.periods import Period
from casemgr.indicators import splits
from casemgr.indicators.catalogue import in_use
from casemgr.indicators.keys import keys_of, with_its_members
from casemgr.indicators.land import UNASSIGNED, Area
from casemgr.indicators.outputs import adx, dhis2, structure
from casemgr.indicators.outputs.codes import NEW_BORDERS
from casemgr.indicators.splits import Sort, Split
from casemgr.indicators.terms import Indicator, Kind
from casemgr.places import queries as places
from casemgr.places.terms import COUNTRY

_LENGTHS = (1, 3, 6, 12)


def areas(desk: Desk) -> tuple[Area, ...]:
    """Every unit that a table of today can have in its rows."""
    atlas, today = places.atlas(desk), places.today(desk)
    found = [Area(COUNTRY, "Cả nước"), Area(COUNTRY + UNASSIGNED, "Chưa phân bổ về tỉnh")]
    for province in atlas.children("", today):
        found.append(Area(province.code, province.name))
        found.append(
            Area(
                province.code + UNASSIGNED,
                f"{province.name}: chưa phân bổ về xã",
                (province.code, True, ""),
            )
        )
        found += [
            Area(unit.code, unit.name, (province.code, False, unit.code))
            for unit in places.below(desk, province.code, today)
        ]
    return tuple(found)


def _dhis2(desk: Desk) -> bytes:
    units, period = areas(desk), Period.month_of(places.today(desk))
    borders = "2025" if places.today(desk) >= NEW_BORDERS else "2024"
    return dhis2.described(
        dhis2.Wanted(entry, chosen, units, borders, months, public=True)
        for entry in in_use().entries
        for chosen in _pairs(entry, period)
        for months in _LENGTHS
    )


def _pairs(entry: Indicator, period: Period) -> Sequence[tuple[Split, ...]]:
    """The keys of an indicator two by two: of more, the metadata come with the table itself."""
    asked = entry.splits if entry.kind is Kind.COMPUTED else keys_of(entry)
    every = with_its_members(entry, tuple(splits.one(name, period) for name in asked))
    keys = [one for one in every if one.key.sort is not Sort.MONTH]
    return list(combinations(keys, min(2, len(keys))))


def _sdmx(desk: Desk) -> bytes:
    return structure.message(in_use().entries, {area.code: area.name for area in areas(desk)}, desk.now)


def _adx(desk: Desk) -> bytes:
    return adx.schema(in_use().entries, [area.code for area in areas(desk)])


METADATA: Mapping[str, Callable[[Desk], bytes]] = {"adx-xsd": _adx, "dhis2": _dhis2, "sdmx": _sdmx}
