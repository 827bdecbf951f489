"""Figures for tests: a sheet of Lạng Sơn, a source, and lines of population (all invented)."""

from datetime import date

from casemgr.access.desk import Desk
from casemgr.indicators.supplied import actions, queries
from casemgr.indicators.supplied.models import SuppliedFigure
from casemgr.indicators.supplied.terms import Amount, Line, Lines, Sheet, Source
from tests.support.house import LANG_SON

SOURCE = Source("Thống kê tỉnh", "12/BC-TK", date(2026, 1, 10))
POPULATION = ("A", "0101-p")


def sheet(
    desk: Desk,
    unit: str = LANG_SON,
    period: str = "2026",
    level: str = "commune",
    entry: tuple[str, str] = POPULATION,
) -> Sheet:
    return queries.sheet(desk, *entry, unit=unit, period=period, level=level)


def line(total: int, because: str = "", **members: int) -> Line:
    """A line of population; members as male=…, or with bands as the keys of a mapping."""
    cells = {"*": Amount(total), **{f"sex={name}": Amount(number) for name, number in members.items()}}
    return Line(cells, because)


def whole(sheet: Sheet, each: int = 3000) -> Lines:
    """Every unit of a sheet with a number of its own."""
    return {code: line(each + place) for place, code in enumerate(sheet.codes)}


def supply(
    desk: Desk, sheet: Sheet, lines: Lines, source: Source = SOURCE, seen: str | None = None
) -> list[SuppliedFigure]:
    """Store lines over what stands."""
    seen = actions.mark(queries.standing(desk, sheet)) if seen is None else seen
    return list(actions.supply(desk, sheet, lines=lines, source=source, seen=seen))
