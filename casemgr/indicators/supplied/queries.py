"""Reading supplied figures: one, all of a period, their history, and what is to be typed on one sheet."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.calendar import day_start
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.periods import Period
from casemgr.core.words import _
from casemgr.indicators import land
from casemgr.indicators.catalogue import in_use, indicator
from casemgr.indicators.supplied import rules
from casemgr.indicators.supplied.adding import Supplied
from casemgr.indicators.supplied.models import SuppliedFigure
from casemgr.indicators.supplied.terms import ALL, Amount, Figure, Lines, Sheet, Source, code_of
from casemgr.indicators.terms import Indicator, Kind, Level
from casemgr.places import queries as places
from casemgr.places.terms import COUNTRY, UnitFacts
from casemgr.places.terms import Level as Tier


def history(desk: Desk, entry: Indicator, unit_code: str, period: Period) -> Sequence[Figure]:
    """Every revision of a figure, newest first."""
    rows = desk.all(_of_period(entry, period, None).where(SuppliedFigure.unit_code == unit_code))
    return [_figure(row) for row in reversed(rows)]


def supplied(desk: Desk, entry: Indicator, period: Period, as_of: date | None = None) -> Supplied:
    """All figures of an indicator for a period."""
    rows = desk.all(_of_period(entry, period, as_of))
    return Supplied(places.atlas(desk), period.last, _standing(rows))


def denominators(desk: Desk, entry: Indicator, wanted: Period, as_of: date | None) -> Sequence[Supplied]:
    """The figures that may stand below a rate of a period, the best first."""
    first = wanted.first - timedelta(days=366 * rules.YEARS_BACK)
    within = (SuppliedFigure.last_day >= first, SuppliedFigure.first_day <= wanted.last)
    by_period: dict[str, list[SuppliedFigure]] = {}
    for row in desk.all(_of_entry(entry, as_of).where(*within)):
        by_period.setdefault(row.period, []).append(row)
    atlas = places.atlas(desk)
    there = {Period.parse(code): rows for code, rows in by_period.items()}
    return [
        Supplied(atlas, period.last, _standing(there[period]))
        for period in rules.denominators(wanted, list(there))
    ]


def periods(desk: Desk, entry: Indicator) -> Sequence[Period]:
    """The periods for which anything was supplied, newest first."""
    found = desk.all(select(SuppliedFigure.period).where(_of_family(entry)).distinct())
    return sorted(map(Period.parse, found), key=lambda one: (one.last, one.days), reverse=True)


def sheet(desk: Desk, set_: str, code: str, *, unit: str, period: str, level: str = "") -> Sheet:
    """What is to be typed at once. A unit for which this person may not supply figures is as unknown as any other."""
    found = shown(desk, set_, code, unit=unit, period=period, level=level)
    if not may_supply(desk, found.asked):
        raise NotFound
    return found


def shown(desk: Desk, set_: str, code: str, *, unit: str, period: str, level: str = "") -> Sheet:
    """A sheet to look at: of a unit whose numbers this person may read."""
    span = _period(desk, period)
    entry = indicator(set_, code, span.last)
    supply = entry.supply
    if entry.kind is not Kind.ENTERED or supply is None:
        raise NotFound
    place = land.asked(places.atlas(desk), unit or _own(desk), span.last)
    if place.unassigned or not desk.actor.may_count(place.unit.id if place.unit else None):
        raise NotFound
    below = land.level_of(place, Level(level) if level in {one.value for one in Level} else None)
    if place.level is Level.NATION and below is Level.COMMUNE:
        below = Level.PROVINCE  # three thousand communes are typed in province by province
    return Sheet(entry, supply, span, place.unit, below, _units(desk, place.unit, below, span.last))


def may_supply(desk: Desk, unit: UnitFacts | None) -> bool:
    """Whether this person supplies figures for a unit: one of their own, or any for the whole country."""
    allowed = desk.actor.may(Permission.FIGURE_SUPPLY) or desk.actor.may(Permission.MAINTAIN)
    return allowed and desk.actor.may_count(unit.id if unit else None)


def _own(desk: Desk) -> str:
    number = desk.actor.unit_id
    return COUNTRY if number is None else places.unit(desk, number).code


def standing(desk: Desk, sheet: Sheet) -> Mapping[str, Figure]:
    """What stands for the units of a sheet, by their codes."""
    found = supplied(desk, sheet.entry, sheet.period).figures
    there = {code_of(unit): found.get(unit.id if unit else None) for unit in sheet.units}
    return {code: one for code, one in there.items() if one is not None}


def revisions(desk: Desk, entry: Indicator, period: Period) -> Mapping[str, int]:
    """The number of the newest revision of each unit, withdrawn or not."""
    return {row.unit_code: row.revision for row in desk.all(_of_period(entry, period, None))}


def facts(desk: Desk, sheet: Sheet, lines: Lines) -> Mapping[str, rules.Facts]:
    """What the rules look at, for each unit of the sheet for which something was typed."""
    before = _latest_before(desk, sheet)
    here = supplied(desk, sheet.entry, sheet.period)
    day = sheet.period.last
    found = {}
    for unit in sheet.units:
        code = code_of(unit)
        if code not in lines:
            continue
        then = {}
        for member in lines[code].cells:
            amount = before.part(unit, day, member).amount if before else None
            then.update({member: amount} if amount else {})
        below = here.below(unit, ALL)
        found[code] = rules.Facts(code, lines[code], sheet.supply, then, below.amount if below else None)
    return found


def _latest_before(desk: Desk, sheet: Sheet) -> Supplied | None:
    """The figures of the last period of the same length that has any."""
    span = sheet.period
    for one in periods(desk, sheet.entry):
        if one.last < span.first and one.length == span.length:
            return supplied(desk, sheet.entry, one)
    return None


def _units(desk: Desk, unit: UnitFacts | None, level: Level, day: date) -> Sequence[UnitFacts | None]:
    """The rows of a sheet: the unit itself, or all units of a level in it."""
    if level is Level.NATION or (unit is not None and unit.level.value == level.value):
        return (unit,)
    code = code_of(unit)
    return [one for one in places.below(desk, code, day) if one.level is Tier(level.value)]


def _period(desk: Desk, text: str) -> Period:
    try:
        return Period.parse(text.strip() or str(places.today(desk).year))
    except ValueError:
        said = _(
            "Choose a period: a year (2026), a half (2026-H1), a quarter (2026-Q3) or a month (2026-05)."
        )
        raise Invalid({"period": [said]}) from None


def _of_family(entry: Indicator) -> ColumnElement[bool]:
    """Figures of an indicator under every code it has had: a corrected code loses none."""
    codes = sorted({one.code for one in in_use().versions(entry.set, entry.code)})
    return and_(SuppliedFigure.in_set == entry.set, SuppliedFigure.code.in_(codes))


def _of_entry(entry: Indicator, as_of: date | None) -> Select[SuppliedFigure]:
    statement = (
        select(SuppliedFigure)
        .where(_of_family(entry))
        .order_by(SuppliedFigure.unit_code, SuppliedFigure.revision)
    )
    if as_of is not None:
        statement = statement.where(SuppliedFigure.recorded_at < day_start(as_of + timedelta(days=1)))
    return statement


def _of_period(entry: Indicator, period: Period, as_of: date | None) -> Select[SuppliedFigure]:
    return _of_entry(entry, as_of).where(SuppliedFigure.period == period.code)


def _standing(rows: Sequence[SuppliedFigure]) -> Mapping[int | None, Figure]:
    """The newest revision of each unit, unless it withdrew the figure."""
    newest = {row.unit_code: row for row in rows}
    return {row.unit_id: _figure(row) for row in newest.values() if not row.withdrawn}


def _figure(row: SuppliedFigure) -> Figure:
    return Figure(
        entry=f"{row.in_set} {row.code}",
        unit_id=row.unit_id,
        unit_code=row.unit_code,
        period=Period.parse(row.period),
        revision=row.revision,
        cells=read_cells(row.cells),
        source=Source(row.agency, row.document, row.document_day, row.note),
        explained=json.loads(row.explained),
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        withdrawn=row.withdrawn,
        invented=row.invented,
    )


def read_cells(stored: str) -> Mapping[str, Amount]:
    """Cells as they are stored: by member a list of n, of and the rate told."""
    told: Mapping[str, Any] = json.loads(stored)
    return {member: Amount(*numbers) for member, numbers in told.items()}


def write_cells(cells: Mapping[str, Amount]) -> str:
    """Cells as they are stored, always written alike."""
    return json.dumps({member: [one.n, one.of, one.told] for member, one in cells.items()}, sort_keys=True)
