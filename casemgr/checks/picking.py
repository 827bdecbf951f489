"""Which facts a rule picks out, column by column. Pure but for arrays."""

from casemgr.checks.terms import Above, Cases, Condition, LessThan, MoreThan, Repeated, Unknown, Waiting
from casemgr.core.periods import Period
from casemgr.indicators import engine, facts
from casemgr.indicators.arrays import np
from casemgr.indicators.items import FORMS
from casemgr.indicators.land import Grid
from casemgr.indicators.register import Reading
from casemgr.indicators.terms import Known


def by_area(reading: Reading, cases: Cases, grid: Grid, period: Period) -> dict[str, int]:
    """How many facts a rule picks out in each area of a grid; areas without any are left out."""
    found = picked(reading, cases, grid, period)
    numbers = np.bincount(engine.areas(found, grid, cases.place), minlength=len(grid.areas)).tolist()
    return {area.code: number for area, number in zip(grid.areas, numbers, strict=True) if number}


def picked(reading: Reading, cases: Cases, grid: Grid, period: Period) -> Reading:
    """The facts that a rule picks out in the whole grid."""

    def inside() -> Reading:
        here = reading.column("alive") & (engine.areas(reading, grid, cases.place) >= 0)
        return reading.take(np.flatnonzero(here))

    part = reading.kept(("checked inside", grid.id, cases.place), inside)
    held = _in_time(part, cases, period)
    for condition in cases.conditions:
        if not isinstance(condition, Repeated):
            held &= _holds(part, condition, period)
    found = part.take(np.flatnonzero(held))
    for condition in cases.conditions:
        if isinstance(condition, Repeated):
            where = engine.areas(found, grid, cases.place)
            found = found.take(np.flatnonzero(_repeated(found, condition, where)))
    return found


def _in_time(part: Reading, cases: Cases, period: Period) -> np.ndarray:
    day, last = part.column(cases.dated_by), facts.day_number(period.last)
    if not cases.stands:
        inside: np.ndarray = (day >= facts.day_number(period.first)) & (day <= last)
        return inside
    begun: np.ndarray = (day != facts.NO_DAY) & (day <= last)
    if "gone" in FORMS[cases.fact].columns:
        gone = part.column("gone")
        begun &= (gone == facts.NO_DAY) | (gone > last)
    return begun


def _holds(part: Reading, condition: Condition, period: Period) -> np.ndarray:
    """Which facts meet a condition. What counting asks too is asked in the same way."""
    met: np.ndarray
    match condition:
        case Unknown(column):
            met = ~_known(part, column, period)
        case Above(column, than):
            met = part.column(column) > part.column(than)
            met = met & _known(part, column, period) & _known(part, than, period)
        case MoreThan(column, number):
            met = (part.column(column) > number) & _known(part, column, period)
        case LessThan(column, number):
            met = (part.column(column) < number) & _known(part, column, period)
        case Waiting(column, days):
            until = facts.day_number(period.last) - days
            met = (part.column(column) <= until) & _known(part, column, period)
        case _:
            assert not isinstance(condition, Repeated)
            met = engine.holds(part, condition, period.last)
    return met


def _known(part: Reading, column: str, period: Period) -> np.ndarray:
    return engine.holds(part, Known(column), period.last)


def _repeated(found: Reading, condition: Repeated, areas: np.ndarray) -> np.ndarray:
    """Those that have their number in common with another of the same area."""
    kinds, what = np.unique(found.column(condition.column), return_inverse=True)
    pairs = areas.astype("i8") * (len(kinds) + 1) + what
    _pairs, which, times = np.unique(pairs, return_inverse=True, return_counts=True)
    several: np.ndarray = times[which] > 1
    return several
