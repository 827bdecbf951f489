"""Reading numbers: the list of indicators, a table, a cell, and what a page needs beside them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.core.calendar import day_start, local_day
from casemgr.core.errors import Invalid, NotFound, Refused
from casemgr.core.periods import Period
from casemgr.core.portions import portions
from casemgr.core.words import _
from casemgr.indicators import engine, following, land, posts, splits
from casemgr.indicators.arrays import np
from casemgr.indicators.catalogue import SETS, in_use, indicator, named
from casemgr.indicators.keys import is_split_by, keys_of, with_its_members
from casemgr.indicators.land import Asked, Grid
from casemgr.indicators.outputs import json_file
from casemgr.indicators.register import Reading
from casemgr.indicators.splits import Split
from casemgr.indicators.supplied import tables as supplied
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Borders, Indicator, Kind, Level, Measure, Place
from casemgr.places import queries as places

_AT_ONCE = 500  # cases in one statement
_FIRST_DAY = date(1900, 1, 1)
_LOCAL_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Question:
    """What a table is asked: everything that decides its numbers."""

    entry: Indicator
    unit: str
    period: Period
    level: Level | None = None
    splits: tuple[Split, ...] = ()
    as_of: date | None = None
    place: Place | None = None  # as the indicator says
    borders: Borders = Borders.OLD

    @property
    def counted_by(self) -> Place:
        """Which unit of a case is counted."""
        return self.place or self.entry.place


@dataclass(frozen=True)
class Cell:
    """One number opened: how many, and the cases behind it."""

    question: Question
    where: Mapping[Split, str]
    value: int | None  # a middle value of nothing is none
    case_ids: Sequence[UUID]


def listing(on: date) -> Mapping[str, Sequence[Indicator]]:
    """The indicators of each set that hold on a day."""
    holding = in_use().holding(on)
    return {name: [entry for entry in holding if entry.set == name] for name in SETS}


def question(
    set_: str,
    code: str,
    *,
    unit: str,
    period: str,
    level: str | None = None,
    by: str = "",
    as_of: str | None = None,
    place: str | None = None,
    borders: str | None = None,
) -> Question:
    """A question from words, as they stand on a command line or in an address."""
    try:
        span = Period.parse(period.strip())
    except ValueError:
        raise Invalid({"period": [_not_a_period(period)]}) from None
    known = _day(as_of)
    entry = indicator(set_, code, span.last, known)
    if entry.valid_to is not None and entry.valid_to < span.last:
        ended = _("This indicator ended on %(day)s.", day=f"{entry.valid_to:%d/%m/%Y}")
        raise Invalid({"period": [ended]})
    wanted = splits.parse(by, span)
    for split in wanted:
        if not is_split_by(entry, split):
            told = {"key": split.asked_as, "keys": ", ".join(keys_of(entry))}
            raise Invalid({"by": [_("This indicator is not split by %(key)s. Keys: %(keys)s.", **told)]})
    return Question(
        entry=entry,
        unit=unit,
        period=span,
        level=_one_of(Level, level, "level"),
        splits=with_its_members(entry, wanted),
        as_of=known,
        place=_place_for(entry, _one_of(Place, place, "place")),
        borders=_one_of(Borders, borders, "borders") or Borders.OLD,
    )


def _place_for(entry: Indicator, place: Place | None) -> Place | None:
    if place is Place.RESPONSIBLE and entry.fact == "case":
        raise Invalid({"place": [_("This indicator is not counted by the responsible unit.")]})
    if place is not None and place is not entry.place and entry.measure is Measure.RATIO:
        raise Invalid({"place": [_("This indicator is counted by the responsible unit only.")]})
    return place


def table(desk: Desk, asked: Question) -> Table:
    """The numbers, exact to the last commit, or as they stood at the end of a past day."""
    if asked.entry.kind is Kind.ENTERED:
        return _supplied(desk, asked)
    if asked.entry.kind is Kind.DERIVED:
        return supplied.over(desk, table(desk, counted_here(asked)), asked.entry, asked.as_of)
    setting = setting_of(desk, asked)
    counted = engine.count(
        setting.reading,
        asked.entry,
        asked.period,
        setting.grid,
        asked.splits,
        asked.counted_by,
        setting.on(asked.period),
    )
    of = counted.of
    if setting.in_post is not None:
        people = posts.in_rows(setting.in_post, setting.grid)
        of = np.broadcast_to(people.reshape(-1, *(1 for _split in counted.splits)), counted.values.shape)
    return Table(
        entry=asked.entry,
        place=setting.grid.asked,
        level=setting.grid.level,
        period=asked.period,
        splits=counted.splits,
        counted_by=asked.counted_by,
        borders=asked.borders,
        borders_day=setting.day,
        as_of=asked.as_of or local_day(desk.now),
        made_at=desk.now,
        areas=setting.grid.areas,
        values=counted.values,
        of=of,
    )


def counted_here(asked: Question) -> Question:
    """The question after what is counted here: of a rate, after its n."""
    supply = asked.entry.supply
    if asked.entry.kind is not Kind.DERIVED or supply is None:
        return asked
    return replace(asked, entry=named(supply.counted, asked.period.last, asked.as_of))


def _supplied(desk: Desk, asked: Question) -> Table:
    """The figures that others have supplied."""
    day = _day_of_borders(desk, asked)
    place = place_of(desk, asked)
    _check_as_of(desk, asked)
    if not may_count(desk, place):
        raise Refused
    level = land.level_of(place, asked.level)
    wanted = supplied.Wanted(
        asked.entry, place, level, asked.period, asked.splits, day, asked.borders, asked.as_of
    )
    return supplied.table(desk, wanted)


def series(desk: Desk, asked: Question, count: int) -> Sequence[tuple[Period, int | None]]:
    """The total of a unit, within the same borders, for the period and those of its kind before it, oldest first.

    A period without any record has no number: it ended before the first report, or has not begun.
    """
    setting = setting_of(desk, replace(asked, level=None))
    periods = [asked.period]
    while len(periods) < count and periods[-1].first > _FIRST_DAY:
        periods.append(periods[-1].previous())
    numbers = _totals(setting, asked, periods)
    begun, today = setting.first_day, asked.as_of or local_day(desk.now)
    return [
        (period, number if begun <= period.last and period.first <= today else None)
        for period, number in zip(reversed(periods), reversed(numbers), strict=True)
    ]


def cell(desk: Desk, asked: Question, where: Mapping[Split, str]) -> Cell:
    """The cases behind one number of a table of the asked unit."""
    asked = counted_here(asked)
    if asked.entry.kind is Kind.ENTERED:
        raise NotFound
    setting = setting_of(desk, asked)
    for split in where:
        if not is_split_by(asked.entry, split):
            raise Invalid({"where": [_("This indicator is not split by %(key)s.", key=split.name)]})
    found = engine.cell(
        setting.reading,
        asked.entry,
        asked.period,
        setting.grid,
        where,
        asked.counted_by,
        setting.on(asked.period),
    )
    return Cell(asked, where, engine.amount(found, asked.entry), sorted(found.case_ids()))


def case_numbers(desk: Desk, case_ids: Sequence[UUID]) -> Sequence[str]:
    """The numbers of those cases that this desk may see, in order."""
    found: list[str] = []
    for some in portions(case_ids, _AT_ONCE):
        found += desk.all(select(Case.number).where(Case.id.in_(some)))
    return sorted(found)


def table_json(
    desk: Desk,
    set_: str,
    code: str,
    *,
    unit: str,
    period: str,
    level: str | None = None,
    by: str = "",
    as_of: str | None = None,
    place: str | None = None,
    borders: str | None = None,
) -> dict[str, object]:
    """A table for machines, from plain words to plain values."""
    asked = question(
        set_, code, unit=unit, period=period, level=level, by=by, as_of=as_of, place=place, borders=borders
    )
    return json_file.as_json(table(desk, asked))


def list_json(on: date) -> dict[str, object]:
    """Every indicator of the catalogue, for machines, whether it is counted here or supplied by others."""
    return {
        "indicators": [
            {
                "set": entry.set,
                "code": entry.code,
                "version": entry.version,
                "name": entry.name,
                "name_vi": entry.name_vi,
                "name_en": entry.name_en,
                "concept": str(entry.concept),
                "definition": str(entry.definition),
                "unit": str(entry.unit),
                "counting_unit": str(entry.counting_unit),
                "reporting_date": str(entry.reporting_date),
                "basis": entry.basis,
                "kind": entry.kind.value,
                "status": entry.state.value,
                "measure": entry.measure.value,
                "formula": str(entry.formula),
                "publication_period": str(entry.period or "") or None,
                "supplier": str(entry.supplier or "") or None,
                "lead": str(entry.lead or "") or None,
                "note": str(entry.note or "") or None,
                "valid_from": entry.valid_from.isoformat(),
                "valid_to": entry.valid_to.isoformat() if entry.valid_to else None,
                "splits": list(entry.splits),
                "source_status": {part.key: part.source.value for part in entry.parts},
            }
            for entries in listing(on).values()
            for entry in entries
        ]
    }


def may_count(desk: Desk, place: Asked) -> bool:
    """Whether this desk may read the numbers of a unit: of its own, of those in it, or of the whole country."""
    return desk.actor.may_count(place.unit.id if place.unit else None)


def place_of(desk: Desk, asked: Question) -> Asked:
    """The unit a question is about."""
    return land.asked(places.atlas(desk), asked.unit, _day_of_borders(desk, asked))


@dataclass(frozen=True)
class Setting:
    """What a question is answered from."""

    day: date
    grid: Grid
    reading: Reading
    first_day: date  # the first day of which anything is recorded
    known_until: date  # today, or the past day as of which is counted
    in_post: Sequence[posts.Post] | None = None  # of a ratio: who is in post, and where

    def on(self, period: Period) -> date:
        """The day on which those that stand are counted: the period's last, or today while the period lasts."""
        return min(period.last, self.known_until)


def _check_as_of(desk: Desk, asked: Question) -> None:
    today = local_day(desk.now)
    if asked.as_of is not None and not _FIRST_DAY <= asked.as_of <= today:
        told = {"first": f"{_FIRST_DAY:%d/%m/%Y}", "today": f"{today:%d/%m/%Y}"}
        raise Invalid({"as_of": [_("Choose a day from %(first)s up to today, %(today)s.", **told)]})


def setting_of(desk: Desk, asked: Question) -> Setting:
    """What a question is answered from, for whoever may read the numbers of its unit."""
    _check_as_of(desk, asked)
    today = local_day(desk.now)
    atlas = places.atlas(desk)
    day = _day_of_borders(desk, asked)
    place = land.asked(atlas, asked.unit, day)
    if not may_count(desk, place):
        raise Refused
    level = land.level_of(place, asked.level)
    before = day_start(asked.as_of + timedelta(days=1)) if asked.as_of else None
    reading = following.reading(desk, before, asked.entry.fact)
    units, known_until = engine.units_in(reading, asked.counted_by), asked.as_of or today
    first_day = reading.first_day() or known_until
    if asked.entry.measure is not Measure.RATIO:
        return Setting(day, land.grid(atlas, place, level, day, units), reading, first_day, known_until)
    in_post = posts.held(desk, asked.entry.per, min(asked.period.last, known_until))
    units = sorted({*units, *(unit for _who, unit in in_post)})
    grid = land.grid(atlas, place, level, day, units)
    grid = replace(grid, id=(grid.id, tuple(units)))  # its rows are others than those of the cases alone
    return Setting(day, grid, reading, first_day, known_until, in_post)


def _totals(setting: Setting, asked: Question, periods: Sequence[Period]) -> Sequence[int]:
    """The total of each of some periods, the latest first; in one go where the day of receipt alone tells them apart."""
    entry, month = asked.entry, splits.KEYS["month"]
    entries = [_entry_of(asked, period) for period in periods]
    by_receipt = entry.measure is Measure.COUNT and not entry.stands and entry.dated_by == month.column
    if by_receipt and all(one is entry for one in entries):
        whole = Period(periods[-1].first, periods[0].last)
        by_period = Split(month, tuple(period.code for period in reversed(periods)))
        found = engine.count(setting.reading, entry, whole, setting.grid, (by_period,), asked.counted_by)
        return [int(number) for number in found.values[0, -2::-1]]
    return [
        int(
            engine.count(
                setting.reading, one, period, setting.grid, (), asked.counted_by, setting.on(period)
            ).values[0]
        )
        for one, period in zip(entries, periods, strict=True)
    ]


def _entry_of(asked: Question, period: Period) -> Indicator:
    """The version of the entry that a period counts by, where it counts the same kind of facts."""
    entry = indicator(asked.entry.set, asked.entry.code, period.last, asked.as_of)
    return entry if entry.fact == asked.entry.fact else asked.entry


def _day_of_borders(desk: Desk, asked: Question) -> date:
    return local_day(desk.now) if asked.borders is Borders.NEW else asked.period.last


def _day(text: str | None) -> date | None:
    """The day of 31/10/2026 or 2026-10-31."""
    told = (text or "").strip()
    if not told:
        return None
    try:
        if local := _LOCAL_DAY.fullmatch(told):
            return date(int(local[3]), int(local[2]), int(local[1]))
        return date.fromisoformat(told)
    except ValueError:
        said = _("%(text)s is not a day. Write 31/10/2026 or 2026-10-31.", text=_short(told))
        raise Invalid({"as_of": [said]}) from None


def _not_a_period(text: str) -> str:
    return _(
        "%(text)s is not a period. Write a year (2026), a half (2026-H1), a quarter (2026-Q3), a month (2026-05) or two "
        "dates, the earlier first (2026-01-01..2026-03-15), from 1900 to 2199.",
        text=_short(text.strip()),
    )


def _short(text: str) -> str:
    """What was typed, cut for a sentence."""
    return text if len(text) <= 30 else text[:29] + "…"


def _one_of(kind: type[Word], text: str | None, field: str) -> Word | None:
    if not text:
        return None
    try:
        return kind(text)
    except ValueError:
        choices = ", ".join(kind)
        raise Invalid({field: [_("%(text)s is none of: %(choices)s.", text=text, choices=choices)]}) from None
