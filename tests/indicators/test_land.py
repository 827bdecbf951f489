"""The rows of a table: which unit a case stands under, by the borders of one day."""

from datetime import date

import pytest

from casemgr.core.errors import Invalid
from casemgr.indicators import land
from casemgr.indicators.terms import Level
from tests.indicators import country

OLD, NEW = date(2025, 6, 30), date(2026, 3, 31)


def rows(code: str, level: Level | None, day: date) -> dict[int, str]:
    """The row of every unit that lies in the asked one."""
    asked = land.asked(country.ATLAS, code, day)
    units = [0, *(unit.id for unit in country.UNITS)]
    grid = land.grid(country.ATLAS, asked, land.level_of(asked, level), day, units)
    places = {unit: int(grid.lookup[unit]) for unit in units}
    return {unit: grid.areas[place].code for unit, place in places.items() if place >= 0}


def test_new_borders() -> None:
    communes = rows("VN", Level.COMMUNE, NEW)
    assert {unit: communes[unit] for unit in country.NEW_COMMUNES} == country.NEW_COMMUNES
    assert set(rows("VN", None, NEW).values()) == {"VN"}
    provinces = rows("VN", Level.PROVINCE, NEW)
    assert (provinces[0], provinces[5], provinces[8], provinces[11]) == ("VN-unassigned", "20", "24", "20")


def test_old_borders_with_districts() -> None:
    communes = rows("VN", Level.COMMUNE, OLD)
    assert {unit: communes[unit] for unit in country.OLD_COMMUNES} == country.OLD_COMMUNES
    district = rows("180", Level.COMMUNE, OLD)
    assert district == {2: "20-unassigned", 3: "06001", 4: "06002", 5: "06003"}  # 2 is the district itself
    district = rows("180", None, OLD)
    assert {district[unit] for unit in (3, 4, 5)} == {"180"}
    assert 8 not in district


def test_parts_of_the_country() -> None:
    assert rows("20", Level.COMMUNE, NEW)[5] == "20-unassigned"
    assert 8 not in rows("20", None, NEW)
    assert set(rows("20-unassigned", None, NEW)) >= {5, 11}
    assert set(rows("06001", None, NEW)) == {3, 4, 13}
    assert rows("VN-unassigned", None, NEW) == {0: "VN-unassigned"}


def test_rows_come_by_province_with_the_unassigned_last() -> None:
    asked = land.asked(country.ATLAS, "vn", NEW)
    grid = land.grid(country.ATLAS, asked, Level.COMMUNE, NEW, country.NEW_COMMUNES)
    assert [area.code for area in grid.areas] == [
        "06001",
        "06010",
        "20-unassigned",
        "07001",
        "24-unassigned",
        "VN-unassigned",
    ]
    assert grid.holds_all


@pytest.mark.parametrize(
    ("code", "day"), [("06002", NEW), ("180", NEW), ("99999", OLD), ("06001-unassigned", NEW), ("", NEW)]
)
def test_a_code_that_means_nothing_on_the_day_is_refused(code: str, day: date) -> None:
    with pytest.raises(Invalid):
        land.asked(country.ATLAS, code, day)


@pytest.mark.parametrize(
    ("code", "level"), [("06001", Level.PROVINCE), ("20", Level.NATION), ("20-unassigned", Level.PROVINCE)]
)
def test_rows_never_lie_above_the_unit(code: str, level: Level) -> None:
    with pytest.raises(Invalid):
        land.level_of(land.asked(country.ATLAS, code, NEW), level)
