"""Units whose 0 would say nothing: in the period nobody there worked with this system, and nothing was counted there."""

from casemgr.access.desk import Desk
from casemgr.indicators import land, posts
from casemgr.indicators.land import UNASSIGNED
from casemgr.indicators.tables import Table
from casemgr.places import queries as places


def present(desk: Desk, table: Table) -> frozenset[str]:
    """The units of a table's rows, by code, at which (or in which) somebody held a post in its period."""
    until = min(table.period.last, table.as_of)
    units = sorted(posts.worked_at(desk, table.period.first, until))
    grid = land.grid(places.atlas(desk), table.place, table.level, table.borders_day, units)
    return frozenset(area.code for area in grid.areas)


def silent(desk: Desk, table: Table) -> frozenset[str]:
    """The rows of a table by units that have nothing to say: no number of theirs is more than 0, and nobody works there."""
    here = present(desk, table)
    values, of = table.by_area
    numbers = values if of is None else of
    return frozenset(
        area.code
        for row, area in enumerate(table.areas)
        if not numbers[row].any() and area.code not in here and not area.code.endswith(UNASSIGNED)
    )
