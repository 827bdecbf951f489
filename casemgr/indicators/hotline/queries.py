"""Reading for the reconciliation: what the hotline said, what arrived by the facts, row by row of a unit's area."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.core.calendar import day_start, local_day
from casemgr.core.errors import Invalid, Refused
from casemgr.core.periods import Period
from casemgr.core.words import _
from casemgr.indicators import facts, following, land
from casemgr.indicators import queries as tables
from casemgr.indicators.arrays import np
from casemgr.indicators.catalogue.hotline import LETTER
from casemgr.indicators.contacts import CONTACTS
from casemgr.indicators.hotline import layout, rules
from casemgr.indicators.hotline.layout import Asked
from casemgr.indicators.hotline.models import HotlineStatement
from casemgr.indicators.hotline.terms import NOWHERE, OUTSIDE, Compared, Referral
from casemgr.indicators.items import Kind
from casemgr.indicators.register import Reading
from casemgr.indicators.terms import BELOW, Borders
from casemgr.places import queries as places


@dataclass(frozen=True)
class Matching:
    """The comparison of a unit and period."""

    asked: Asked
    place: str
    period: Period
    cut: datetime.date
    rows: Sequence[tuple[str, Compared]]  # name and numbers
    total: Compared
    lists: Sequence[tuple[datetime.datetime, datetime.date]]  # when each list was taken in, and its last day


def matching(desk: Desk, asked: Asked, cut: datetime.date | None = None) -> Matching:
    """What the hotline sent to the units of an area in a period, and what stands there, up to a closing day."""
    question = layout.question(desk, LETTER, asked)
    place = tables.place_of(desk, question)
    if not tables.may_count(desk, place):
        raise Refused
    period, today = question.period, local_day(desk.now)
    if question.as_of is not None and question.as_of > today:
        raise Invalid({"as_of": [_("This day lies in the future.")]})
    before = day_start(question.as_of + datetime.timedelta(days=1)) if question.as_of else None
    reading = _of_period(following.reading(desk, before, Kind.CONTACT), period)
    day = today if question.borders is Borders.NEW else period.last
    said, lists = _said(desk, period, before)
    atlas = places.atlas(desk)
    named = {line: atlas.at(line[1], Period.parse(line[0]).last) for line in said}
    units = {
        0,
        *(int(one) for name in ("told_unit", "incident_unit", "triage_unit") for one in reading.column(name)),
    }
    units |= {unit.id for unit in named.values() if unit is not None}
    grid = land.grid(atlas, place, land.level_of(place, BELOW.get(place.level)), day, sorted(units))
    counts: dict[str, int] = {}
    for line, unit in named.items():
        area = int(grid.lookup[unit.id]) if unit is not None else -1
        if area >= 0:
            counts[grid.areas[area].code] = counts.get(grid.areas[area].code, 0) + said[line]
    closing = cut or period.last
    referrals = _referrals(reading, grid)
    rows = rules.compared([NOWHERE, *(area.code for area in grid.areas)], referrals, counts, closing)
    names = {NOWHERE: _("No commune named by the hotline"), **{area.code: area.name for area in grid.areas}}
    shown = [row for row in rows if row.said is not None or row.sent or row.here]
    return Matching(
        asked, place.name, period, closing, [(names[row.row], row) for row in shown], _total(shown), lists
    )


def _of_period(reading: Reading, period: Period) -> Reading:
    """One fact of each report that was received in the period."""
    day = reading.column("received")
    held = reading.column("alive").copy()
    held &= (day >= facts.day_number(period.first)) & (day <= facts.day_number(period.last))
    chosen = reading.take(np.flatnonzero(held))
    return chosen.take(np.unique(chosen.column("report"), return_index=True)[1])


def _referrals(reading: Reading, grid: land.Grid) -> list[Referral]:
    """The reports that were sent into the area, or stand or wait in it."""
    words = {name: CONTACTS.columns[name].codes for name in ("decision", "flags")}
    waits = 1 << words["flags"].index("waits")
    names = ("told_unit", "incident_unit", "triage_unit", "decision", "flags", "arrived")
    found = []
    for told, stands, triage, decision, flags, arrived in zip(
        *(reading.column(name).tolist() for name in names), strict=True
    ):
        to, at, waiting = (int(grid.lookup[unit]) if unit else -1 for unit in (told, stands, triage))
        if max(to, at, waiting) < 0 and not (grid.holds_all and not told and not stands):
            continue
        found.append(
            Referral(
                told=_row(grid, told, to) or NOWHERE,
                stands=_row(grid, stands, at),
                decision=words["decision"][decision],
                waits=bool(flags & waits),
                arrived=facts.day_of(arrived),
            )
        )
    return found


def _row(grid: land.Grid, unit: int, area: int) -> str | None:
    """The row of a unit; none where there is no unit."""
    return (grid.areas[area].code if area >= 0 else OUTSIDE) if unit else None


def _said(
    desk: Desk, period: Period, before: datetime.datetime | None
) -> tuple[Mapping[tuple[str, str], int], Sequence[tuple[datetime.datetime, datetime.date]]]:
    """What the newest list taken in by then says of each month and unit of a period, and the lists that say it."""
    months = {month.code for month in period.months()}
    statement = select(HotlineStatement).order_by(HotlineStatement.recorded_at, HotlineStatement.id)
    if before is not None:
        statement = statement.where(HotlineStatement.recorded_at < before)
    rows = desk.all(statement)
    desk.safe.fetch_keys(row.id for row in rows)
    said: dict[tuple[str, str], int] = {}
    by: dict[tuple[str, str], HotlineStatement] = {}
    for row in rows:
        for line in row.said.lines if row.said is not None else ():
            if line.month in months:
                said[line.month, line.unit_code], by[line.month, line.unit_code] = line.count, row
    used = {row.id: row for row in by.values()}
    return said, [(row.recorded_at, row.closed_on) for row in used.values()]


def _total(rows: Sequence[Compared]) -> Compared:
    """The rows added up. Where the hotline named some rows only, what it says of the whole is not known."""
    known = [row.said for row in rows if row.said is not None]
    why = {reason: sum(row.why.get(reason, 0) for row in rows) for row in rows for reason in row.why}
    return replace(
        Compared(
            "*", sum(known) if known and len(known) == len(rows) else None, sum(row.sent for row in rows)
        ),
        why=why,
        from_elsewhere=sum(row.from_elsewhere for row in rows),
    )
