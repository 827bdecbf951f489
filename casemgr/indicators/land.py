"""The units of a table: which row a case belongs to, by the borders of one day. Pure but for one array."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

from casemgr.core.errors import Invalid
from casemgr.core.words import _, language
from casemgr.indicators.arrays import np
from casemgr.indicators.terms import Level
from casemgr.places import rules as places
from casemgr.places.atlas import Atlas
from casemgr.places.terms import COUNTRY, UnitFacts
from casemgr.places.terms import Level as Tier

UNASSIGNED = "-unassigned"
_TIERS = (Level.NATION, Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)


@dataclass(frozen=True)
class Home:
    """Where the cases of a unit stand on a day: in a commune (or an old district), in a province only, or nowhere."""

    unit: UnitFacts | None = None
    district: UnitFacts | None = None
    province: UnitFacts | None = None


@dataclass(frozen=True)
class Asked:
    """The unit a table is about."""

    code: str
    name: str
    level: Level
    unit: UnitFacts | None = None
    unassigned: bool = False  # only what cannot be given to a commune


@dataclass(frozen=True)
class Area:
    """One row of a table."""

    code: str
    name: str
    order: tuple[str, bool, str] = ("", False, "")


@dataclass(frozen=True)
class Grid:
    """The rows of a table, and the row of every unit."""

    id: Hashable
    asked: Asked
    level: Level
    areas: tuple[Area, ...]
    lookup: np.ndarray = field(compare=False)
    holds_all: bool = False


_MOST = 64  # grids kept in memory
_GRIDS: WeakKeyDictionary[Atlas, dict[Hashable, Grid]] = WeakKeyDictionary()
_HOMES: WeakKeyDictionary[Atlas, dict[int, MutableMapping[int, Home]]] = WeakKeyDictionary()


def asked(atlas: Atlas, code: str, day: date) -> Asked:
    """What a unit code of a table means on a day: VN, a province, a district, a commune, or the unassigned of one."""
    code = code.strip()
    whole = code.upper().removesuffix(UNASSIGNED.upper())
    unassigned = whole != code.upper()
    if whole == COUNTRY:
        return Asked(
            COUNTRY + UNASSIGNED * unassigned, _area_name(None, unassigned), Level.NATION, None, unassigned
        )
    unit = atlas.at(whole, day)
    if unit is None or (unassigned and unit.level is not Tier.PROVINCE):
        raise Invalid(
            {"unit": [_("No unit has the code %(code)s on %(day)s.", code=code, day=f"{day:%d/%m/%Y}")]}
        )
    return Asked(
        unit.code + UNASSIGNED * unassigned, _area_name(unit, unassigned), Level(unit.level), unit, unassigned
    )


def level_of(place: Asked, level: Level | None) -> Level:
    """The level of the rows: the unit's own, or a lower one."""
    own = Level.COMMUNE if place.unassigned else place.level
    if level is None:
        return own
    if _TIERS.index(level) < _TIERS.index(own):
        raise Invalid({"level": [_("The level lies above the unit.")]})
    return level


def grid(atlas: Atlas, place: Asked, level: Level, day: date, units: Iterable[int]) -> Grid:
    """The rows of a table for one place, level and day, for the given units (0 is no unit)."""
    numbers = tuple(units)
    kept = _GRIDS.setdefault(atlas, {})
    key = (place.code, level, atlas.era(day), language(), numbers)
    found = kept.get(key)
    if found is None:
        if len(kept) >= _MOST:
            kept.clear()
        found = kept[key] = _grid(atlas, place, level, day, numbers)
    return found


def _grid(atlas: Atlas, place: Asked, level: Level, day: date, numbers: Sequence[int]) -> Grid:
    homes = _homes(atlas, day)
    found: dict[str, Area] = {}
    rows: dict[int, str] = {}
    own = _own_area(atlas, place, level, day)
    if own is not None:
        found[own.code] = own
    for number in numbers:
        home = homes.get(number)
        if home is None:
            home = homes[number] = _home(atlas, number, day)
        if _inside(home, place):
            area = _area(home, level)
            found.setdefault(area.code, area)
            rows[number] = area.code
    areas = tuple(sorted(found.values(), key=lambda area: area.order))
    index = {area.code: row for row, area in enumerate(areas)}
    lookup = np.full(max(numbers, default=0) + 1, -1, "i4")
    for number, code in rows.items():
        lookup[number] = index[code]
    return Grid(
        (atlas, place.code, level, atlas.era(day)), place, level, areas, lookup, len(rows) == len(numbers)
    )


def _homes(atlas: Atlas, day: date) -> MutableMapping[int, Home]:
    return _HOMES.setdefault(atlas, {}).setdefault(atlas.era(day), {})


def _home(atlas: Atlas, number: int, day: date) -> Home:
    unit = atlas.unit(number) if number else None
    if unit is None:
        return Home()
    stands = places.standing(atlas, unit, day)
    here = stands.unit
    if here is None:
        return Home(province=stands.province)
    province = atlas.province_of(here, day)
    if here.level is Tier.PROVINCE:
        return Home(province=province)
    if here.level is Tier.DISTRICT:
        return Home(district=here, province=province)
    above = atlas.at(here.parent_code, day)
    return Home(here, above if above and above.level is Tier.DISTRICT else None, province)


def _inside(home: Home, place: Asked) -> bool:
    if place.unassigned:
        wanted = place.unit.code if place.unit else None
        return home.unit is None and (home.province.code if home.province else None) == wanted
    if place.level is Level.NATION:
        return True
    assert place.unit is not None
    code = place.unit.code
    if place.level is Level.PROVINCE:
        return home.province is not None and home.province.code == code
    if place.level is Level.DISTRICT:
        return home.district is not None and home.district.code == code
    return home.unit is not None and home.unit.code == code


def _area(home: Home, level: Level) -> Area:
    province = home.province.code if home.province else ""
    if level is Level.NATION:
        return Area(COUNTRY, _area_name(None))
    if level is Level.PROVINCE and home.province:
        return Area(province, home.province.name, (province, False, ""))
    if level is Level.COMMUNE and home.unit:
        return Area(home.unit.code, home.unit.name, (province, False, home.unit.code))
    if level is Level.DISTRICT and home.district:
        return Area(home.district.code, home.district.name, (province, False, home.district.code))
    return Area(
        (province or COUNTRY) + UNASSIGNED, _area_name(home.province, True), (province or "~", True, "")
    )


def kept(atlas: Atlas, level: Level, code: str, name: str, day: date) -> Area:
    """A row that was kept by its code and name, under the province in which it lay."""
    if level is Level.NATION:
        return Area(code, name)
    if code.endswith(UNASSIGNED):
        above = code.removesuffix(UNASSIGNED)
        return Area(code, name, (above if above != COUNTRY else "~", True, ""))
    unit = atlas.at(code, day)
    province = atlas.province_of(unit, day) if unit is not None else None
    return Area(
        code, name, (province.code if province else "", False, "" if level is Level.PROVINCE else code)
    )


def _own_area(atlas: Atlas, place: Asked, level: Level, day: date) -> Area | None:
    """The row of the asked unit itself: it is there also when nothing was counted."""
    if place.unassigned:
        return Area(place.code, place.name, (place.unit.code if place.unit else "~", True, ""))
    if place.level is not level:
        return None
    if place.unit is None:
        return Area(COUNTRY, _area_name(None))
    return _area(_home(atlas, place.unit.id, day), level)


def _area_name(unit: UnitFacts | None, unassigned: bool = False) -> str:
    if unit is None:
        return _("Not assigned to a province") if unassigned else _("Whole country")
    return _("%(province)s: not assigned to a commune", province=unit.name) if unassigned else unit.name
