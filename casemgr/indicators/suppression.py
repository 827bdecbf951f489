"""Small numbers and their complements, in what leaves the state chain. Never used for statutory forms.

The rule can be said in five sentences. A unit shows all its numbers, or its total alone, or nothing. Who shows less is
in a pool with others under the same unit above. A pool is large enough when, of everything that can be worked out about
it (what the unit above shows less what the others show), each number and each rest is 0 or at least `least`. Where the
uppermost unit has small numbers itself, keys are shown one by one without their combinations, and a key with small
numbers is not shown at all, nor one of which a member leaves a small rest of what it stands under. An indicator that counts some of the same withholds what another one withholds, and the
rest between a part and its whole is a number like the others.

Why that is enough: children of a pool can change places without any published number changing. Of the number of one
unit in one column then everything between max(0, n + s - N) and min(n, s) is possible (n the unit's total, s the
column's sum in the pool, N the pool's total), and so for combinations of keys shown one by one (the bounds of
Fréchet). Every such span is at least `least` wide, or its number follows from published ones and is not small. `Bounds`
are these spans; what can be worked out anyhow is shown. Nobody is asked to trust it: tests attack the result.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from casemgr.core.periods import Period
from casemgr.indicators.arrays import np
from casemgr.indicators.blocks import TOTAL, Block, Edition, blocks_of, out_of, parent, places, summed
from casemgr.indicators.populations import Population, Subject, subject
from casemgr.indicators.splits import Split, above
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Kind, Level, Measure
from casemgr.places.terms import COUNTRY

_TURN = date(2025, 7, 1)
BLANK = -1  # what stands in the numbers of a public edition where one is withheld

_ENDLESS = 2**40
_Gap = tuple[Subject, Period, Block]
_TIERS = (Level.NATION, Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)


@dataclass(frozen=True)
class Rule:
    """What is small, and at which level a small change between two editions may be seen."""

    least: int
    changes_free: frozenset[Level]

    def fits(self, numbers: np.ndarray) -> bool:
        """Whether each number is nothing, or not small."""
        size = np.abs(numbers)
        return bool(((size == 0) | (size >= self.least)).all())


def _read() -> Rule:
    said = json.loads((Path(__file__).parent / "suppression.json").read_text(encoding="utf-8"))
    return Rule(said["least"], frozenset(map(Level, said["changes_free"])))


RULE = _read()


@dataclass(frozen=True)
class Bounds:
    """Between what and what each number of a block can lie, for who knows everything that is published."""

    low: np.ndarray
    high: np.ndarray

    @property
    def hidden(self) -> np.ndarray:
        """The numbers that cannot be worked out."""
        withheld: np.ndarray = self.high > self.low
        return withheld


@dataclass
class _Node:
    """One unit with all its numbers, by block."""

    code: str
    level: Level
    parent: str
    blocks: dict[Block, np.ndarray] = field(default_factory=dict)  # last axis: parts that are judged alike
    known: list[Mapping[Block, np.ndarray]] = field(default_factory=list)  # what editions told of these days
    parts: list[Mapping[Block, np.ndarray]] = field(default_factory=list)  # and of some of them, or of more
    kept: set[Block] = field(default_factory=set)  # what they withhold
    gaps: dict[_Gap, np.ndarray] = field(default_factory=dict)  # what wholes leave of parts that are told
    bounds: dict[Block, Bounds] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return int(self.blocks[TOTAL].sum())

    def fits(self, rule: Rule, family: Sequence[Block]) -> bool:
        """Whether all numbers of these blocks, what they leave of the total, and their changes may be seen."""
        return all(self._fits(rule, block) for block in family)

    def _fits(self, rule: Rule, block: Block) -> bool:
        numbers = self.blocks[block]
        if block in self.kept or not rule.fits(numbers) or not rule.fits(self.blocks[TOTAL] - numbers):
            return False
        if not all(rule.fits(gap) for (*_other, where), gap in self.gaps.items() if where == block):
            return False
        editions = self.parts if self.level in rule.changes_free else (*self.parts, *self.known)
        return all(rule.fits(numbers - old[block]) for old in editions if block in old)

    def unseen(self, block: Block) -> np.ndarray:
        """What of a block's numbers is in no edition that is out: only this can be hidden in a pool."""
        numbers = self.blocks[block]
        for old in (*self.known, *self.parts):
            if block in old:
                numbers = np.minimum(numbers, np.abs(self.blocks[block] - old[block]))
        return numbers


@dataclass(frozen=True)
class _Pool:
    """Units under one unit that show less than all, and what can be worked out of them together."""

    nodes: Sequence[_Node]
    silent: frozenset[str]  # those that show nothing
    family: Sequence[Block]

    @cached_property
    def sums(self) -> Mapping[Block, np.ndarray]:
        return {block: summed(node.blocks[block] for node in self.nodes) for block in self.family}

    @cached_property
    def unspoken(self) -> np.ndarray:
        """The total of those that show nothing."""
        return summed(node.blocks[TOTAL] for node in self.nodes if node.code in self.silent)

    def hides(self, rule: Rule) -> bool:
        """Whether nothing small can be worked out."""
        whole = summed(node.unseen(TOTAL) for node in self.nodes)
        for block in self.family:
            seen = summed(node.unseen(block) for node in self.nodes)
            if not rule.fits(seen) or not rule.fits(whole - seen):
                return False
            if not _hide_gaps(rule, self.nodes, block):
                return False
        own = [node.unseen(TOTAL) for node in self.nodes if node.code not in self.silent]
        return all(bool(((whole - one >= rule.least) | (one == 0)).all()) for one in own)


def by_law(day: date) -> object:
    """The borders of a day, where nothing more is known than that all of them changed once."""
    return day >= _TURN


def protected(
    tables: Sequence[Table],
    *,
    earlier: Sequence[Table] = (),
    era: Callable[[date], object] = by_law,
    rule: Rule = RULE,
) -> tuple[Table, ...]:
    """The tables as they may leave the state chain together, when `earlier` editions are out already.

    Tables that tell the same of one period and state of knowledge are judged together, whatever their units and keys;
    others one after the other, each knowing those before it, of its own indicator and of those that count some of the
    same. `era` says which days have the same borders. What other sectors supply they have published themselves.
    """
    if any(one.hidden is None and one.entry.kind is not Kind.ENTERED for one in earlier):
        raise TypeError("What is out already is told as it left, without its small numbers.")
    groups: dict[tuple[object, ...], list[int]] = {}
    out: dict[int, Table] = {}
    for place, table in enumerate(tables):
        if table.entry.kind is Kind.ENTERED:
            out[place] = table
        else:
            told = subject(table)
            groups.setdefault((told.told, told.place, table.as_of, table.period), []).append(place)
    for group in sorted(groups.values(), key=lambda group: _turn(tables[group[0]])):
        whole = Publication([tables[place] for place in group], [*earlier, *out.values()], era, rule)
        out |= {place: whole.edition(tables[place]) for place in group}
    return tuple(out[place] for place in range(len(tables)))


def _turn(table: Table) -> tuple[object, ...]:
    return table.as_of, table.period.days, table.period.first


class Publication:
    """Tables of one period that leave together and tell the same, and the bounds of each of their numbers."""

    def __init__(
        self, tables: Sequence[Table], earlier: Sequence[Table], era: Callable[[date], object], rule: Rule
    ) -> None:
        self.rule, self.era = rule, era
        self.first = tables[0]
        self.level = _lowest(tables)
        mine = subject(self.first)
        out = [(subject(one), one) for one in earlier if one.hidden is not None]
        out = [(theirs, one) for theirs, one in out if mine.same(theirs) or mine.akin(theirs)]
        out.sort(key=lambda told: not mine.same(told[0]))
        self.borders = self._of_these_days([one for _theirs, one in out])
        self.nodes: dict[str, _Node] = {}
        self.told: dict[str, set[Block]] = {}  # what the tables themselves tell of each unit
        for table in tables:
            if self._counts(table):
                self._read(table)
        self._fill_up()
        own, others = _sorted(mine, [(theirs, Edition(one)) for theirs, one in out if self._compares(one)])
        trees = {split.asked_as: one for table in tables for split in table.splits if (one := _tree(split))}
        for node in self.nodes.values():
            node.gaps |= {
                (mine, self.first.period, block): rests
                for block, numbers in node.blocks.items()
                if (rests := _rests(numbers, block, trees)) is not None
            }
            shown = _remember(node, self.first.period, own)
            for theirs, editions in others.items():
                _compare(node, self.first.period, (mine, theirs), editions, shown)
        self._decide()

    def _of_these_days(self, out: Sequence[Table]) -> object:
        """The borders in which units may be shown: those of what is out of these days, be it of some of them.

        Where several are out already, none: two of them would tell a unit of the one by units of the other.
        """
        shown = {
            self.era(one.borders_day)
            for one in out
            if one.level is not Level.NATION
            and one.hidden is not None
            and not one.hidden.all()
            and _overlap(one.period, self.first.period)
        }
        return shown.pop() if len(shown) == 1 else None if shown else self.era(self.first.borders_day)

    def _counts(self, table: Table) -> bool:
        """Whether a table can be shown at all.

        A sum does not tell how many it comes from. Communes lie in districts, so that only one of them is shown; and
        of two kinds of borders of the same days only the first, but for the whole country.
        """
        return _TIERS.index(table.level) <= _TIERS.index(self.level) and self._compares(table)

    def _compares(self, table: Table) -> bool:
        """Whether the numbers of a table can be set beside those of others."""
        return table.entry.measure is not Measure.SUM and (
            self.era(table.borders_day) == self.borders or table.level is Level.NATION
        )

    def _read(self, table: Table) -> None:
        for row, area in enumerate(table.areas):
            node = self.nodes.get(area.code)
            if node is None:
                node = self.nodes[area.code] = _Node(area.code, table.level, parent(table, row))
            node.blocks |= blocks_of(table, row)
            self.told.setdefault(area.code, set()).update(node.blocks)

    def _fill_up(self) -> None:
        """Zeros for a unit that some tables of its level leave out; what is asked of lower units only, added up."""
        for level in reversed(_TIERS):
            nodes = [node for node in self.nodes.values() if node.level is level]
            shapes = {block: found.shape for node in nodes for block, found in node.blocks.items()}
            for node in nodes:
                for block, shape in shapes.items():
                    node.blocks.setdefault(block, np.zeros(shape, "i8"))
            higher = [node for node in self.nodes.values() if _TIERS.index(node.level) < _TIERS.index(level)]
            for node in nodes:
                above = self._above(node, alone=len(nodes) == 1 and not higher)
                if above is not None:
                    for block in node.blocks.keys() - self.told.get(above.code, set()):
                        above.blocks[block] = above.blocks.get(block, 0) + node.blocks[block]

    def _above(self, node: _Node, *, alone: bool) -> _Node | None:
        """The unit above, whether a table shows it or not: its numbers count as known. One alone needs none."""
        if node.parent and node.parent not in self.nodes and not alone:
            level = Level.NATION if node.level is Level.PROVINCE else Level.PROVINCE
            above = "" if level is Level.NATION else COUNTRY
            self.nodes[node.parent] = _Node(node.parent, level, above)
        return self.nodes.get(node.parent)

    def _decide(self) -> None:
        below: dict[str, list[_Node]] = {}
        for node in self.nodes.values():
            below.setdefault(node.parent, []).append(node)
        for node in [node for node in self.nodes.values() if node.parent not in self.nodes]:
            family = self._family(node)
            node.bounds = _shown(node, family) if family else _nothing(node, None)
            self._siblings(below.get(node.code, ()), below, family, None)

    def _family(self, node: _Node) -> Sequence[Block]:
        """The blocks that may be seen of the uppermost: all, or keys one by one, or the total, or none."""
        everything = list(node.blocks)
        if node.fits(self.rule, everything):
            return everything
        if not node.fits(self.rule, [TOTAL]):
            return ()
        alone = [block for block in everything if len(block) == 1 and node.fits(self.rule, [block])]
        return [TOTAL, *alone]

    def _siblings(
        self,
        group: Sequence[_Node],
        below: Mapping[str, list[_Node]],
        family: Sequence[Block],
        above: _Pool | None,
    ) -> None:
        """Units under one unit: who shows all of the family, who its total alone, who nothing."""
        family = [block for block in family if all(block in node.blocks for node in group)]
        pool = self._pool(group, family)
        held = {node.code for node in pool.nodes}
        for node in group:
            if node.code in pool.silent:
                shown: Sequence[Block] = ()
                node.bounds = _nothing(node, above or pool)
            elif node.code in held or above is not None:
                shown = [TOTAL]
                node.bounds = _only_total(node, above or pool)
            else:
                shown = family
                node.bounds = _shown(node, family)
            if node.code in below:
                inside = above or (pool if node.code in held else None)
                self._siblings(below[node.code], below, shown, inside)

    def _pool(self, group: Sequence[_Node], family: Sequence[Block]) -> _Pool:
        """The smallest units first: those that must join, then as many as it takes to hide them."""
        rest = sorted(group, key=lambda node: (not node.total, node.total, node.code))
        if not family:
            return _Pool(rest, frozenset(node.code for node in rest), ())
        inside = [node for node in rest if not node.fits(self.rule, family)]
        silent = [node for node in inside if not node.fits(self.rule, [TOTAL])]
        joining = [node for node in rest if node not in silent]
        joining.sort(key=lambda node: node not in inside)
        while silent and joining and not self._enough(silent):
            silent.append(joining.pop(0))
        inside = [node for node in rest if node in inside or node in silent]
        outside = [node for node in rest if node not in inside]
        quiet = frozenset(node.code for node in silent)
        while inside and outside and not _Pool(inside, quiet, family).hides(self.rule):
            inside.append(outside.pop(0))
        pool = _Pool(inside, quiet, family)
        if inside and not pool.hides(self.rule):
            return _Pool(inside, frozenset(node.code for node in inside), family)
        return pool

    def _enough(self, silent: Sequence[_Node]) -> bool:
        """Whether units that show nothing hide one another."""
        unseen = summed(node.unseen(TOTAL) for node in silent)
        many = len(silent) > 1 and bool(unseen.sum() >= self.rule.least) and self.rule.fits(unseen)
        return many and _hide_gaps(self.rule, silent, TOTAL)

    def edition(self, table: Table) -> Table:
        """The table with what is withheld blanked out."""
        hidden = np.ones(table.values.shape, "?")
        if self._counts(table):
            for row, area in enumerate(table.areas):
                for block, at, axes in places(table, row):
                    withheld = self.nodes[area.code].bounds[block].hidden.any(axis=-1)
                    hidden[at] = withheld.transpose(np.argsort(axes).tolist()) if len(axes) > 1 else withheld
        of = None if table.of is None else np.where(hidden, BLANK, table.of)
        return replace(table, values=np.where(hidden, BLANK, table.values), of=of, hidden=hidden)


def _tree(split: Split) -> Sequence[tuple[int, int]]:
    """Where members of a split stand under others and are in them too: places of the part and of its whole."""
    if not split.key.tree:
        return ()
    places_of = {member: place for place, member in enumerate(split.members)}
    return [
        (place, places_of[whole])
        for member, place in places_of.items()
        for whole in above(split.key.codes, member)
    ]


def _rests(
    numbers: np.ndarray, block: Block, trees: Mapping[str, Sequence[tuple[int, int]]]
) -> np.ndarray | None:
    """What members leave of those they stand under; nothing where none stands under another."""
    found = []
    for axis, key in enumerate(sorted(block)):
        for part, whole in trees.get(key, ()):
            found.append((np.take(numbers, whole, axis) - np.take(numbers, part, axis)).ravel())
    return np.concatenate(found) if found else None


def _hide_gaps(rule: Rule, nodes: Sequence[_Node], block: Block) -> bool:
    """Whether units together leave room between what they withhold and the parts and wholes of it that are told."""
    names = {name for node in nodes for name in node.gaps if name[-1] == block}
    return all(rule.fits(summed(node.gaps[name] for node in nodes if name in node.gaps)) for name in names)


def _shown(node: _Node, family: Sequence[Block]) -> dict[Block, Bounds]:
    """Bounds of a unit that shows a family: the rest follows from it as far as it does."""
    total = node.blocks[TOTAL]
    exact = {block: Bounds(node.blocks[block], node.blocks[block]) for block in family}
    return _completed(node, exact, Bounds(total, total))


def _only_total(node: _Node, pool: _Pool) -> dict[Block, Bounds]:
    """Bounds of a unit in a pool that shows its total."""
    total = node.blocks[TOTAL]
    spans = {}
    for block, column in pool.sums.items():
        low = np.maximum(total + column - pool.sums[TOTAL], 0)
        spans[block] = Bounds(low, np.minimum(column, total))
    spans[TOTAL] = Bounds(total, total)
    return _completed(node, spans, spans[TOTAL])


def _nothing(node: _Node, pool: _Pool | None) -> dict[Block, Bounds]:
    """Bounds of a unit that shows nothing."""
    most = np.full_like(node.blocks[TOTAL], _ENDLESS)
    spans = {}
    if pool is not None and pool.family:
        most = np.minimum(most, pool.unspoken if node.code in pool.silent else pool.sums[TOTAL])
        for block, column in pool.sums.items():
            high = np.minimum(column, most)
            spans[block] = Bounds(np.zeros_like(high), high)
    spans[TOTAL] = Bounds(np.zeros_like(most), most)
    return _completed(node, spans, spans[TOTAL])


def _completed(node: _Node, spans: dict[Block, Bounds], total: Bounds) -> dict[Block, Bounds]:
    """Bounds of every block: what is not told follows from keys one by one, as far as it does (Fréchet)."""
    free = {block: found for block, found in node.blocks.items() if block not in spans}
    for block, found in sorted(free.items(), key=lambda one: len(one[0])):
        high = np.broadcast_to(total.high, found.shape)
        low = np.broadcast_to(total.low, found.shape)
        for axis, key in enumerate(sorted(block)):
            alone = spans.get(frozenset((key,)), Bounds(np.zeros_like(total.low), total.high))
            shape = [1] * found.ndim
            shape[axis], shape[-1] = (alone.low.shape[0] if alone.low.ndim > 1 else 1), found.shape[-1]
            high = np.minimum(high, alone.high.reshape(shape))
            low = low - (total.high - alone.low.reshape(shape))
        spans[block] = Bounds(np.maximum(low, 0), high)
    return spans


def _lowest(tables: Sequence[Table]) -> Level:
    levels = {table.level for table in tables}
    if {Level.DISTRICT, Level.COMMUNE} <= levels:
        return Level.DISTRICT
    return max(levels, key=_TIERS.index)


def _sorted(
    mine: Subject, editions: Sequence[tuple[Subject, Edition]]
) -> tuple[list[Edition], dict[Subject, list[Edition]]]:
    """Editions that tell the same, and others by what they tell."""
    own: list[Edition] = []
    others: dict[Subject, list[Edition]] = {}
    for theirs, edition in editions:
        if mine.same(theirs):
            own.append(edition)
        else:
            others.setdefault(theirs, []).extend(edition.upwards())
    return own, others


def _remember(
    node: _Node, period: Period, editions: Sequence[Edition]
) -> Mapping[Period, Mapping[Block, np.ndarray]]:
    """What is out already of a unit: what is withheld there, what is shown, and what follows for this period."""
    shown, withheld = out_of(node.code, editions)
    for other, blocks in withheld.items():
        if _overlap(other, period):
            node.kept |= blocks
    if period in shown:
        node.known.append(shown[period])
    inner = _apart([one for one in shown if one != period and _within(one, period)])
    if inner:
        whole = sum(one.days for one in inner) == period.days
        (node.known if whole else node.parts).append(_added([shown[one] for one in inner]))
    for outer in (one for one in shown if one != period and _within(period, one)):
        others = _apart([one for one in shown if one not in (period, outer) and _within(one, outer)])
        others = [one for one in others if not _overlap(one, period)]
        whole = sum(one.days for one in others) + period.days == outer.days
        beside = _added([shown[one] for one in others])
        (node.known if whole else node.parts).append(
            {block: found - beside.get(block, 0) for block, found in shown[outer].items()}
        )
        for other, blocks in withheld.items():
            if _within(other, outer):  # what it withholds would be the rest
                node.kept |= blocks & shown[outer].keys()
    return shown


def _compare(
    node: _Node,
    period: Period,
    subjects: tuple[Subject, Subject],
    editions: Sequence[Edition],
    shown: Mapping[Period, Mapping[Block, np.ndarray]],
) -> None:
    """What another indicator tells of a unit and withholds there; what was shown of this one is out all the same."""
    mine, theirs = subjects
    out, withheld = out_of(node.code, editions)
    for other, blocks in withheld.items():
        if _overlap(other, period):
            node.kept |= blocks - shown.get(other, {}).keys()
    for other, found in out.items():
        pairs = [
            (here, there)
            for here, one in enumerate(mine.told)
            for there, another in enumerate(theirs.told)
            if _part((one, period), (another, other)) or _part((another, other), (one, period))
        ]
        for block in found.keys() & node.blocks.keys() if pairs else ():
            here, there = _told(node.blocks[block]), _told(found[block])
            if here[0].shape == there[0].shape:  # months of a half are not those of a year
                node.gaps[theirs, other, block] = np.stack([np.abs(here[a] - there[b]) for a, b in pairs], -1)


def _part(one: tuple[Population, Period], other: tuple[Population, Period]) -> bool:
    """Whether who is counted in one period is never more than who is counted in another one."""
    (mine, period), (theirs, longer) = one, other
    nested = period == longer or (not mine.stands and _within(period, longer))
    return nested and mine.within(theirs)


def _told(parts: np.ndarray) -> Sequence[np.ndarray]:
    """All that are counted, and of a share those that have it."""
    return parts.sum(axis=-1), parts[..., 0]


def _overlap(one: Period, other: Period) -> bool:
    return one.first <= other.last and other.first <= one.last


def _within(one: Period, other: Period) -> bool:
    return other.first <= one.first and one.last <= other.last


def _apart(periods: Sequence[Period]) -> list[Period]:
    """The longest periods that share no day."""
    found: list[Period] = []
    for period in sorted(periods, key=lambda one: (-one.days, one.first)):
        if all(period.last < other.first or period.first > other.last for other in found):
            found.append(period)
    return found


def _added(parts: Sequence[Mapping[Block, np.ndarray]]) -> dict[Block, np.ndarray]:
    blocks = {block for part in parts for block in part}
    return {block: summed(part[block] for part in parts if block in part) for block in blocks}
