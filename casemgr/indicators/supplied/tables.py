"""Tables with supplied numbers: figures by unit and member, and counts over the figure of the same unit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product

from casemgr.access.desk import Desk
from casemgr.core.calendar import local_day
from casemgr.core.periods import Period
from casemgr.indicators import land
from casemgr.indicators.arrays import np
from casemgr.indicators.catalogue import named
from casemgr.indicators.land import UNASSIGNED, Area, Asked
from casemgr.indicators.splits import TOTAL, Split
from casemgr.indicators.supplied import queries
from casemgr.indicators.supplied.adding import Part, Supplied
from casemgr.indicators.supplied.terms import ALL, Figure
from casemgr.indicators.tables import Spot, Table
from casemgr.indicators.terms import Borders, Gap, Indicator, Lack, Level, Origin
from casemgr.places import queries as places
from casemgr.places.atlas import Atlas
from casemgr.places.terms import COUNTRY
from casemgr.places.terms import Level as Tier


@dataclass(frozen=True)
class Wanted:
    """What is asked of a table of supplied numbers."""

    entry: Indicator
    place: Asked
    level: Level
    period: Period
    splits: tuple[Split, ...]
    day: date  # whose units make the rows
    borders: Borders
    as_of: date | None


def table(desk: Desk, wanted: Wanted) -> Table:
    """The figures of an indicator: each unit's own, or the sum of all units below it."""
    found = queries.supplied(desk, wanted.entry, wanted.period, wanted.as_of)
    board = _Board(wanted, _areas(desk, wanted, found))
    board.fill(lambda area, member: _part(found, board, area, member))
    return Table(
        entry=wanted.entry,
        place=wanted.place,
        level=wanted.level,
        period=wanted.period,
        splits=wanted.splits,
        counted_by=None,
        borders=wanted.borders,
        borders_day=wanted.day,
        as_of=wanted.as_of or local_day(desk.now),
        made_at=desk.now,
        areas=board.areas,
        values=board.values.reshape(board.shape),
        of=board.of.reshape(board.shape) if _is_rate(wanted.entry) else None,
        gaps=board.gaps,
        told=board.told,
        origins=board.origins,
    )


def over(desk: Desk, counted: Table, entry: Indicator, as_of: date | None) -> Table:
    """What was counted here over the figure of the same unit; without one there is no rate, and it says so."""
    assert entry.supply is not None
    below = named(entry.supply.over, counted.period.last, as_of)
    choices = queries.denominators(desk, below, counted.period, as_of)
    splits = counted.splits
    wanted = Wanted(
        below,
        counted.place,
        counted.level,
        counted.period,
        splits,
        counted.borders_day,
        counted.borders,
        as_of,
    )
    known = _members_known(below)
    board = _Board(wanted, _areas(desk, wanted, None, counted.areas))

    def divisor(area: Area, member: str) -> Part:
        tried = [_part(found, board, area, member) for found in choices]
        there = next((part for part in tried if part.amount is not None and part.amount.n), None)
        gap = tried[0].gap if tried and tried[0].gap.lack is Lack.INCOMPLETE else Gap(Lack.NONE)
        return there or Part(None, replace(gap, lack=Lack.NO_DENOMINATOR))

    board.fill(divisor, member_of=lambda dims: _divisor_member(dims, known))
    ours = {area.code: row for row, area in enumerate(counted.areas)}
    numbers, _of = counted.by_area
    above = np.zeros_like(board.values)
    for row, area in enumerate(board.areas):
        if area.code in ours:
            above[row] = numbers[ours[area.code]]
    return replace(
        counted,
        entry=entry,
        areas=board.areas,
        values=above.reshape(board.shape),
        of=board.values.reshape(board.shape),
        gaps=board.gaps,
        origins=board.origins,
    )


@dataclass
class _Board:
    """The cells of a table while they are filled."""

    wanted: Wanted
    areas: tuple[Area, ...]
    gaps: dict[Spot, Gap] = field(default_factory=dict)
    told: dict[Spot, int] = field(default_factory=dict)
    origins: dict[str, tuple[Origin, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.combinations = [
            dict(zip((split.name for split in self.wanted.splits), members, strict=True))
            for members in product(*((*split.members, TOTAL) for split in self.wanted.splits))
        ]
        self.shape = (len(self.areas), *(len(split.members) + 1 for split in self.wanted.splits))
        self.values = np.zeros((len(self.areas), len(self.combinations)), "i8")
        self.of = np.zeros_like(self.values)

    def fill(
        self,
        part_of: Callable[[Area, str], Part],
        *,
        member_of: Callable[[Mapping[str, str]], str | None] | None = None,
    ) -> None:
        """Ask for each cell; members that figures do not tell apart have none."""
        members = [(member_of or _member)(dims) for dims in self.combinations]
        missing = Gap(Lack.NO_DENOMINATOR if member_of else Lack.NONE)
        for row, area in enumerate(self.areas):
            asked = {member: part_of(area, member) for member in dict.fromkeys(members) if member is not None}
            for place, member in enumerate(members):
                self._put((row, place), asked[member] if member is not None else Part(None, missing))
            figures = (figure for part in asked.values() for figure in part.figures)
            self.origins[area.code] = _origins(figures, self.wanted.period)

    def _put(self, spot: Spot, part: Part) -> None:
        amount = part.amount
        if amount is None:
            self.gaps[spot] = part.gap
        elif amount.told is not None:
            self.told[spot] = amount.told
        else:
            self.values[spot], self.of[spot] = amount.n or 0, amount.of or 0


def _part(found: Supplied, board: _Board, area: Area, member: str) -> Part:
    """One cell of an area."""
    atlas, day = found.atlas, board.wanted.day
    code = area.code.removesuffix(UNASSIGNED)
    unit = None if code == COUNTRY else atlas.at(code, day)
    if area.code.endswith(UNASSIGNED):
        part = found.unassigned(unit, day, member) if unit else None
        return part or Part(None, Gap(Lack.NONE))
    return found.part(unit, day, member)


def _areas(
    desk: Desk, wanted: Wanted, found: Supplied | None, counted: Sequence[Area] = ()
) -> tuple[Area, ...]:
    """Every unit of the level in the place, and what cannot be given to one of them."""
    atlas, place = places.atlas(desk), wanted.place
    numbers = [] if place.unassigned else _units_of(atlas, wanted)
    if found is not None:
        numbers += [unit.id for unit in found.units() if unit.level.value == wanted.level.value]
    grid = land.grid(atlas, place, wanted.level, wanted.day, sorted({*numbers}))
    there = {area.code for area in grid.areas}
    added = [area for area in counted if area.code not in there]
    return tuple(sorted((*grid.areas, *added), key=lambda area: area.order))


def _units_of(atlas: Atlas, wanted: Wanted) -> list[int]:
    if wanted.level is Level.NATION:
        return []
    return [unit.id for unit in atlas.in_force(wanted.day) if unit.level is Tier(wanted.level.value)]


def _member(dims: Mapping[str, str]) -> str | None:
    """The cell of a figure that holds a combination: all of them, or one member alone."""
    told = [f"{name}={member}" for name, member in dims.items() if member != TOTAL]
    return ALL if not told else told[0] if len(told) == 1 else None


def _divisor_member(dims: Mapping[str, str], known: Mapping[str, frozenset[str]]) -> str | None:
    """Which cell of the denominator a combination is divided by: its own sex or age, and else all."""
    return _member({name: member for name, member in dims.items() if name in known})


def _members_known(entry: Indicator) -> Mapping[str, frozenset[str]]:
    """By which splits a denominator is told."""
    members = entry.supply.members if entry.supply else {}
    return {split.partition(":")[0]: frozenset(names) for split, names in members.items()}


def _origins(figures: Iterable[Figure], wanted: Period) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(figure.origin(wanted) for figure in figures))


def _is_rate(entry: Indicator) -> bool:
    return bool(entry.supply and entry.supply.per)
