"""Small tables made by hand, without a database: what formats and suppression are tried on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np

from casemgr.core.periods import Period
from casemgr.indicators import splits
from casemgr.indicators.catalogue import ENTRIES, indicator
from casemgr.indicators.land import Area, Asked
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Borders, Indicator, Kind, Level, Measure, Place

QUARTER = Period.parse("2026-Q3")
B0101 = indicator("B", "0101", QUARTER.last)
KEYS = ("sex", "age_band:law")
SIZES = (3, 3)
COMMUNES = {"20": ("20001", "20002", "20003"), "24": ("24001", "24002")}
LEAVES = tuple((province, commune) for province in COMMUNES for commune in COMMUNES[province])


def of_measure(measure: Measure) -> Indicator:
    """The first indicator of the catalogue of a measure, split by the keys of these tables."""
    found = next(one for one in ENTRIES if one.kind is Kind.COMPUTED and one.measure is measure)
    return replace(found, splits=("sex", "age_band"))


def table(
    world: np.ndarray,
    level: Level,
    keys: Sequence[str],
    *,
    unit: str = "VN",
    period: Period = QUARTER,
    entry: Indicator = B0101,
    as_of: date = date(2026, 11, 1),
    borders: date | None = None,
    of: np.ndarray | None = None,
) -> Table:
    """A table counted from a world: children by commune of LEAVES and by member of each of KEYS."""
    rows: dict[str, list[int]] = {}
    for place, (province, commune) in enumerate(LEAVES):
        if unit in ("VN", province, commune):
            code = {Level.NATION: "VN", Level.PROVINCE: province, Level.COMMUNE: commune}[level]
            rows.setdefault(code, []).append(place)
    areas = tuple(
        Area(
            code,
            f"Đơn vị {code}",
            (LEAVES[at[0]][0], False, code) if level is Level.COMMUNE else ("", False, ""),
        )
        for code, at in rows.items()
    )

    def counted(numbers: np.ndarray) -> np.ndarray:
        found = np.stack([numbers[places].sum(axis=0) for places in rows.values()])
        for axis, key in reversed(list(enumerate(KEYS))):
            total = found.sum(axis=axis + 1, keepdims=True)
            found = np.concatenate((found, total), axis=axis + 1) if key in keys else total.squeeze(axis + 1)
        order = sorted(range(len(keys)), key=lambda at: KEYS.index(keys[at]))
        return np.moveaxis(found, [1 + at for at in range(len(keys))], [1 + at for at in order])

    return Table(
        entry=entry,
        place=Asked(unit, f"Đơn vị {unit}", level),
        level=level,
        period=period,
        splits=splits.parse(",".join(keys), period),
        counted_by=Place.INCIDENT,
        borders=Borders.OLD,
        borders_day=borders or period.last,
        as_of=as_of,
        made_at=datetime(2026, 11, 1, 3, tzinfo=UTC),
        areas=areas,
        values=counted(world),
        of=None if of is None else counted(of),
    )


def world(seed: int, *, largest: int = 40) -> np.ndarray:
    """Invented children of every commune, sex and age group; some combinations are small, some are nobody."""
    chance = np.random.default_rng(seed)
    return chance.choice([0, 2, 7, largest], size=(len(LEAVES), *SIZES), p=[0.2, 0.1, 0.3, 0.4]).astype("i8")
