"""Charts as plain geometry: numbers for the attributes of server-made SVG, no markup, no colour, no style."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import cos, pi, sin

_BAR_ROOM = 84.0  # per cent of the width that the longest bar may take; the rest is for its number
_FEW = 5  # below this many, a share is not said in per cent


class Tone(StrEnum):
    """How a piece of a chart is filled; unknown is always hatched."""

    DARK = "dark"
    MID = "mid"
    LIGHT = "light"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Bar:
    """One row of a bar list: its label, its number, and the width of its bar in per cent."""

    label: str
    value: int
    width: float
    tone: Tone = Tone.MID
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Segment:
    """One piece of a stacked bar, in per cent of the cell."""

    x: float
    width: float
    value: int
    tone: Tone


@dataclass(frozen=True)
class Stack:
    """One stacked bar with its total and where the total is written."""

    segments: tuple[Segment, ...]
    total: int
    end: float


@dataclass(frozen=True)
class Column:
    """One column of a series over time: x and width in per cent, y and height in units of the drawing."""

    label: str
    value: int | None
    x: float
    width: float
    middle: float
    y: float
    height: float
    tone: Tone = Tone.LIGHT


@dataclass(frozen=True)
class Columns:
    """A series over time; `break_at` is where borders changed."""

    columns: tuple[Column, ...]
    baseline: float
    height: float
    break_at: float | None = None
    break_label: str = ""


@dataclass(frozen=True)
class Share:
    """n of N: the bar, and the tick of the period before; no per cent when N is small."""

    label: str
    part: int
    whole: int
    width: float
    percent: int | None
    tick: float | None = None
    url: str = ""


@dataclass(frozen=True)
class TilePlace:
    """Where a unit stands on a cartogram: column and row, about in place."""

    code: str
    name: str
    column: int
    row: int


@dataclass(frozen=True)
class TileFacts:
    """What a cartogram says about one unit; no value means that it has sent no report, or that it is withheld."""

    value: int | None
    overdue: int = 0
    url: str = ""
    withheld: bool = False


@dataclass(frozen=True)
class Tile:
    """One square of a cartogram with its corner, its class of the ramp and its name in at most two lines."""

    code: str
    name: str
    lines: tuple[str, ...]
    x: int
    y: int
    step: int
    value: int | None
    overdue: int
    url: str
    withheld: bool = False


@dataclass(frozen=True)
class RampClass:
    """One class of the ramp: from and to, both included; no end means "and more"."""

    step: int
    first: int
    last: int | None


@dataclass(frozen=True)
class Cartogram:
    """A map of squares with the classes of its ramp."""

    tiles: tuple[Tile, ...]
    ramp: tuple[RampClass, ...]
    width: int
    height: int
    side: int
    unsent: bool
    overdue: bool
    withheld: bool = False


def bars(
    values: Sequence[tuple[str, int]],
    *,
    unknown: Sequence[str] = (),
    notes: Mapping[str, str] | None = None,
    urls: Mapping[str, str] | None = None,
    tone: Tone = Tone.MID,
) -> tuple[Bar, ...]:
    """A list of bars from zero; the labels named unknown are hatched."""
    top = max((value for _label, value in values), default=0)
    return tuple(
        Bar(
            label,
            value,
            _per_cent(value, top, _BAR_ROOM),
            Tone.UNKNOWN if label in unknown else tone,
            (notes or {}).get(label, ""),
            (urls or {}).get(label, ""),
        )
        for label, value in values
    )


def stacks(rows: Sequence[Sequence[tuple[int, Tone]]]) -> tuple[Stack, ...]:
    """One stacked bar for each row of a table, all on the same scale from zero."""
    totals = [sum(value for value, _tone in row) for row in rows]
    top = max(totals, default=0)
    return tuple(_stack(row, total, top) for row, total in zip(rows, totals, strict=True))


def _stack(row: Sequence[tuple[int, Tone]], total: int, top: int) -> Stack:
    segments, before = [], 0
    for value, tone in row:
        if value:
            segments.append(
                Segment(_per_cent(before, top, _BAR_ROOM), _per_cent(value, top, _BAR_ROOM), value, tone)
            )
        before += value
    return Stack(tuple(segments), total, _per_cent(total, top, _BAR_ROOM))


def columns(
    values: Sequence[tuple[str, int | None]],
    *,
    height: float = 200,
    foot: float = 28,
    head: float = 40,
    break_before: int | None = None,
    break_label: str = "",
) -> Columns:
    """A series over time from zero, the last period dark; a period not counted leaves a gap."""
    step = 100 / max(len(values), 1)
    top = max((value for _label, value in values if value is not None), default=0)
    room, baseline = height - foot - head, height - foot
    drawn = []
    for index, (label, value) in enumerate(values):
        tall = round(room * value / top, 2) if value and top else 0.0
        tone = Tone.DARK if index == len(values) - 1 else Tone.LIGHT
        x, middle = step * index + step * 0.2, step * (index + 0.5)
        drawn.append(
            Column(
                label,
                value,
                round(x, 3),
                round(step * 0.6, 3),
                round(middle, 3),
                round(baseline - tall, 2),
                tall,
                tone,
            )
        )
    break_at = round(step * break_before, 3) if break_before is not None else None
    return Columns(tuple(drawn), baseline, height, break_at, break_label)


def share(
    label: str, part: int, whole: int, *, before: tuple[int, int] | None = None, url: str = ""
) -> Share:
    """n of N as a bar, with a tick where the period before stood."""
    if not 0 <= part <= whole:
        raise ValueError("A part is never more than its whole.")
    tick = _per_cent(before[0], before[1], 100) if before and before[1] else None
    percent = round(100 * part / whole) if whole >= _FEW else None
    return Share(label, part, whole, _per_cent(part, whole, 100), percent, tick, url)


def cartogram(
    places: Sequence[TilePlace],
    facts: Mapping[str, TileFacts],
    *,
    bounds: Sequence[int] = (0, 2, 4, 6),
    side: int = 60,
) -> Cartogram:
    """One square for each unit, about in place; `bounds` are the last values of all classes but the last."""
    pitch, edge = side + 3, 3
    tiles = tuple(
        _tile(
            place,
            facts.get(place.code, TileFacts(None)),
            bounds,
            edge + place.column * pitch,
            edge + place.row * pitch,
        )
        for place in places
    )
    firsts = (0, *(bound + 1 for bound in bounds))
    ramp = tuple(
        RampClass(step, first, last)
        for step, (first, last) in enumerate(zip(firsts, (*bounds, None), strict=True))
    )
    return Cartogram(
        tiles,
        ramp,
        max((tile.x for tile in tiles), default=0) + side + edge,
        max((tile.y for tile in tiles), default=0) + side + edge,
        side,
        any(tile.value is None and not tile.withheld for tile in tiles),
        any(tile.overdue for tile in tiles),
        any(tile.withheld for tile in tiles),
    )


def _tile(place: TilePlace, facts: TileFacts, bounds: Sequence[int], x: int, y: int) -> Tile:
    step = sum(facts.value > bound for bound in bounds) if facts.value is not None else 0
    return Tile(
        place.code,
        place.name,
        two_lines(place.name),
        x,
        y,
        step,
        facts.value,
        facts.overdue,
        facts.url,
        facts.withheld,
    )


def two_lines(name: str) -> tuple[str, ...]:
    """A name in one or two lines, as even as its words allow."""
    words = name.split()
    if len(words) < 2:
        return (name,)
    cuts = ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words)))
    return min(cuts, key=lambda pair: max(map(len, pair)))


def pie(part: float, *, middle: float = 10, radius: float = 5.6) -> str:
    """The slice of a disc that stands for a part between nothing and all, as a path from twelve o'clock."""
    part = min(max(part, 0.0), 1.0)
    top = f"M{middle:g} {middle - radius:g}"
    if part >= 0.995:
        return f"{top}a{radius:g} {radius:g} 0 1 1 -.01 0z"
    if part <= 0.005:
        return ""
    x, y = middle + radius * sin(2 * pi * part), middle - radius * cos(2 * pi * part)
    return f"{top}A{radius:g} {radius:g} 0 {int(part > 0.5)} 1 {x:.2f} {y:.2f}L{middle:g} {middle:g}z"


def _per_cent(value: float, whole: float, room: float) -> float:
    return round(room * value / whole, 3) if whole else 0.0
