"""The form on the page of one indicator: what it offers to choose from, and what was wrong with what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from casemgr.access.desk import Desk
from casemgr.core.periods import Period
from casemgr.core.words import Later, _, _l, language
from casemgr.indicators import queries
from casemgr.indicators.bands import BANDINGS
from casemgr.indicators.board import Asked
from casemgr.indicators.keys import keys_of
from casemgr.indicators.splits import KEYS, Sort
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Indicator, Kind, Level, Measure, Place
from casemgr.places import queries as places
from casemgr.places.terms import COUNTRY, UnitFacts
from casemgr.places.terms import Level as Tier

NO_COLUMNS = "none"
COUNTED_BY: Mapping[Place, Later] = {
    Place.INCIDENT: _l("where it happened"),
    Place.RESIDENCE: _l("where the child lives"),
    Place.RESPONSIBLE: _l("the commune that answers for it"),
}
_FIELDS = {"by": "rows", "level": "rows"}  # fields of a question that the form calls by another name


@dataclass(frozen=True)
class Form:
    """The form as it is shown: what was typed, the choices of each list, and the sentences at each field."""

    asked: Asked
    as_of: str  # as people write a day
    units: Sequence[tuple[str, str]]
    periods: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, str]]
    columns: Sequence[tuple[str, str]]
    counted_by: Sequence[tuple[str, str]]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)


def form(desk: Desk, asked: Asked, base: queries.Question, whole: Table) -> Form:
    """The form over a table that could be counted."""
    keys = keys_of(base.entry)
    return Form(
        asked=asked,
        as_of=f"{base.as_of:%d/%m/%Y}" if base.as_of else "",
        units=units(desk, asked.unit, whole.borders_day),
        periods=periods(places.today(desk), base.period),
        rows=row_choices(whole.place.level, keys),
        columns=[(NO_COLUMNS, _("No columns")), *split_choices(keys)],
        counted_by=place_choices(base.entry),
    )


def again(desk: Desk, asked: Asked, errors: Mapping[str, Sequence[str]], entry: Indicator) -> Form:
    """The form once more as it was filled in, with what is wrong at its field."""
    today, keys = places.today(desk), keys_of(entry)
    unit = places.atlas(desk).at(asked.unit, today)
    try:
        period = Period.parse(asked.period)
    except ValueError:
        period = None
    return Form(
        asked=asked,
        as_of=asked.as_of,
        units=units(desk, asked.unit, today),
        periods=periods(today, period),
        rows=row_choices(Level(unit.level) if unit else Level.NATION, keys),
        columns=[(NO_COLUMNS, _("No columns")), *split_choices(keys)],
        counted_by=place_choices(entry),
        errors={_FIELDS.get(name, name): said for name, said in errors.items()},
    )


def own_unit(desk: Desk) -> str:
    unit = places.atlas(desk).unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    return unit.code if unit else COUNTRY


def units(desk: Desk, chosen: str, day: date) -> Sequence[tuple[str, str]]:
    """The units one may ask for: the country, provinces, and the communes of the province that is shown."""
    atlas = places.atlas(desk)
    may_count = desk.actor.may_count
    unit = atlas.at(chosen, day)
    around = atlas.province_of(unit, day) if unit else None
    shown: list[UnitFacts] = []
    for province in atlas.children("", day):
        shown.append(province)
        if around is not None and province.id == around.id:
            shown += [
                below for below in places.below(desk, province.code, day) if below.level is Tier.COMMUNE
            ]
    seen = [(one.code, one.name) for one in shown if may_count(one.id)]
    return [*([(COUNTRY, _("Whole country"))] if may_count(None) else []), *seen] or [(chosen, chosen)]


def periods(today: date, chosen: Period | None) -> Sequence[tuple[str, str]]:
    """Periods to choose from: quarters, halves, years and months back from today, and the one that is shown."""
    found: list[Period] = []
    for code, count in (
        (f"{today.year}-Q{(today.month + 2) // 3}", 8),
        (f"{today.year}-H{1 if today.month <= 6 else 2}", 4),
        (f"{today.year}", 4),
        (f"{today:%Y-%m}", 12),
    ):
        period = Period.parse(code)
        for _step in range(count):
            found.append(period)
            period = period.previous()
    if chosen is not None and chosen not in found:
        found.insert(0, chosen)
    return [(period.code, period.label(language())) for period in found]


def split_choices(keys: Sequence[str]) -> Sequence[tuple[str, str]]:
    choices = []
    for name, _colon, bands in (asked.partition(":") for asked in keys):
        key = KEYS[name]
        if key.sort is Sort.BAND:
            offered = [banding for banding in BANDINGS.values() if bands in ("", banding.name)]
            choices += [(f"{name}:{banding.name}", str(banding.short)) for banding in offered]
        else:
            choices.append((key.name, str(key.title)))
    return choices


def place_choices(entry: Indicator) -> Sequence[tuple[str, str]]:
    """By which unit of a case may be counted; the one that the indicator says stands first, as what is asked for."""
    if entry.kind is Kind.ENTERED:
        return []
    if entry.measure is Measure.RATIO:
        return [("", str(COUNTED_BY[entry.place]))]
    offered = [one for one in Place if one is not Place.RESPONSIBLE or entry.fact != "case"]
    others = [(one.value, str(COUNTED_BY[one])) for one in offered if one is not entry.place]
    return [("", str(COUNTED_BY[entry.place])), *others]


def row_choices(level: Level, keys: Sequence[str]) -> Sequence[tuple[str, str]]:
    areas = {
        Level.NATION: [("units:province", _("Provinces")), ("units:commune", _("Communes"))],
        Level.PROVINCE: [("units:commune", _("Communes"))],
        Level.COMMUNE: [("units:commune", _("This commune"))],
    }
    return [*split_choices(keys), *areas.get(level, [])]
