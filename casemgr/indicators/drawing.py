"""A table as a chart or as a map of tiles. The table itself always stands beside it."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from casemgr.core.text import fold
from casemgr.core.words import Later, _, _l
from casemgr.indicators.land import UNASSIGNED
from casemgr.indicators.tables import Table
from casemgr.places.terms import UnitFacts
from casemgr.web import charts
from casemgr.web.charts import Bar, Cartogram, Stack, TileFacts, TilePlace, Tone

TABLE, CHART, MAP = "", "chart", "map"
LOOKS: Mapping[str, Later] = {TABLE: _l("Table"), CHART: _l("Chart"), MAP: _l("Tile map")}
_ACROSS = 8  # tiles in a row where no place is known
_CLASSES = 4  # classes of the ramp above zero
_WIDE = 76  # the side of a tile that holds the name of a commune


@dataclass(frozen=True)
class Drawing:
    """What stands above the table: bars, or stacked bars, or a map; and the sentence that says what is to be seen."""

    sentence: str = ""
    bars: Sequence[Bar] = ()
    stacks: Sequence[tuple[str, Stack]] = ()
    map: Cartogram | None = None
    unassigned: int = 0  # counted, and in no tile
    silent: bool = False  # a tile without a number is that of a unit without a report
    note: str = ""


def bars(rows: Sequence[tuple[str, int]], unknown: Sequence[str], sentence: str) -> Drawing:
    """One bar for each row of a table."""
    return Drawing(sentence, bars=charts.bars(rows, unknown=unknown))


def stacked(rows: Sequence[tuple[str, Sequence[tuple[int, Tone]]]], sentence: str) -> Drawing:
    """One stacked bar for each row of a table, cut by the members of its columns."""
    found = charts.stacks([pieces for _label, pieces in rows])
    return Drawing(
        sentence, stacks=[(label, stack) for (label, _pieces), stack in zip(rows, found, strict=True)]
    )


def tiles(
    table: Table,
    units: Sequence[UnitFacts],
    address: Callable[[str], str],
    sentence: str,
    *,
    recorded: bool,
    present: Collection[str],
) -> Drawing:
    """A square for every unit in force, whether anything was counted there or not.

    A nought says something only where anything is `recorded` of the period, and of units where somebody is `present`.
    """
    counted = {area.code: table.row(area.code) for area in table.areas}

    def fact(code: str) -> TileFacts:
        row = counted.get(code)
        if row is not None and row.hidden:
            return TileFacts(None, withheld=True, url=address(code))
        value = int(row.value or 0) if row is not None else 0
        says = recorded and (value or code in present)
        return TileFacts(value if says else None, url=address(code))

    facts = {unit.code: fact(unit.code) for unit in units}
    known = set(_known()) >= facts.keys()
    shown = charts.cartogram(
        layout(units),
        facts,
        bounds=bounds([one.value or 0 for one in facts.values()]),
        side=60 if known else _WIDE,
    )
    rest = sum(
        int(row.value or 0) for code, row in counted.items() if code.endswith(UNASSIGNED) and not row.hidden
    )
    return Drawing(sentence, map=shown, unassigned=rest, silent=recorded and shown.unsent)


@cache
def _known() -> Mapping[str, tuple[int, int]]:
    said = json.loads((Path(__file__).parent / "tiles.json").read_text(encoding="utf-8"))
    return {code: (column, row) for code, (column, row) in said["places"].items()}


def layout(units: Sequence[UnitFacts]) -> list[TilePlace]:
    """Where each unit stands: about in place where that was drawn, else in the order of the names, row by row."""
    places = _known()
    if all(unit.code in places for unit in units):
        return [TilePlace(unit.code, plain_name(unit), *places[unit.code]) for unit in units]
    ordered = sorted(units, key=lambda unit: (fold(plain_name(unit)), unit.code))
    return [
        TilePlace(unit.code, plain_name(unit), place % _ACROSS, place // _ACROSS)
        for place, unit in enumerate(ordered)
    ]


def plain_name(unit: UnitFacts) -> str:
    """The name without what kind of unit it is."""
    return unit.name.removeprefix(unit.type).strip() or unit.name


def bounds(values: Sequence[int]) -> tuple[int, ...]:
    """The last values of the classes but the last: none, then equal steps that end in a round number."""
    top = max(values, default=0)
    step = max(2, -(-top // _CLASSES))
    size = 10 ** (len(str(step)) - 1)
    step = -(-step // size) * size
    return tuple(step * place for place in range(_CLASSES))


def spoken(rows: Sequence[tuple[str, int]], name: str) -> str:
    """A chart in one sentence: what it shows, and its largest rows."""
    largest = sorted((row for row in rows if row[1]), key=lambda row: -row[1])[:3]
    if not largest:
        return _("%(name)s: nothing was counted.", name=name)
    said = "; ".join(f"{label}: {value}" for label, value in largest)
    return _("%(name)s. The most: %(rows)s.", name=name, rows=said)
