"""For which unit and period a sheet is asked: what was typed, the choices of each list, and what is wrong at its field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from casemgr.access.desk import Desk
from casemgr.core.periods import Period
from casemgr.core.words import language
from casemgr.indicators import choices
from casemgr.indicators.hotline.layout import Asked
from casemgr.places import queries as places

_MONTHS, _QUARTERS, _HALVES, _YEARS = 18, 6, 3, 3


@dataclass(frozen=True)
class Form:
    """The form over a sheet."""

    asked: Asked
    units: Sequence[tuple[str, str]]
    periods: Sequence[tuple[str, str]]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)


def read(desk: Desk, values: Mapping[str, str]) -> Asked:
    """As it was filled in, or as it stands at first: the own unit and the month that runs."""
    return Asked(
        unit=values.get("unit", "").strip() or choices.own_unit(desk),
        period=values.get("period", "").strip() or f"{places.today(desk):%Y-%m}",
        as_of=values.get("as_of", "").strip(),
    )


def form(desk: Desk, asked: Asked, errors: Mapping[str, Sequence[str]] | None = None) -> Form:
    """The form with what was asked."""
    today = places.today(desk)
    return Form(asked, choices.units(desk, asked.unit, today), periods(today, asked.period), errors or {})


def periods(today: date, chosen: str) -> Sequence[tuple[str, str]]:
    """Months first, for the forms are those of a month; then quarters, halves and years, and the one that is shown."""
    found: list[Period] = []
    for code, count in (
        (f"{today:%Y-%m}", _MONTHS),
        (f"{today.year}-Q{(today.month + 2) // 3}", _QUARTERS),
        (f"{today.year}-H{1 if today.month <= 6 else 2}", _HALVES),
        (f"{today.year}", _YEARS),
    ):
        period = Period.parse(code)
        for _step in range(count):
            found.append(period)
            period = period.previous()
    try:
        shown = Period.parse(chosen)
    except ValueError:
        shown = found[0]
    if shown not in found:
        found.insert(0, shown)
    return [(period.code, period.label(language())) for period in found]
