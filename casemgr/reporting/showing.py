"""What the pages of a return show: its tables row by row with marks beside the numbers, how far it has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.core.calendar import local_day
from casemgr.core.periods import Period
from casemgr.core.words import Later, _, _l, language
from casemgr.indicators import splits
from casemgr.indicators.catalogue import STATES
from casemgr.indicators.outputs.told import said, short_digest
from casemgr.indicators.splits import TOTAL, UNKNOWN, Split
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import FrozenTable, Indicator, Level
from casemgr.reporting import frozen as keeping
from casemgr.reporting import queries, schedules
from casemgr.reporting.models import CellComment, Return, ReturnVersion
from casemgr.reporting.terms import STATES as RETURN_STATES
from casemgr.reporting.terms import Frozen, State, Term, Wanted

LEVELS: Mapping[Level, Later] = {
    Level.COMMUNE: _l("communes"),
    Level.PROVINCE: _l("the province"),
    Level.NATION: _l("the whole country"),
}
WAY = (State.DRAFT, State.CHECKED, State.APPROVED, State.PUBLISHED)


@dataclass(frozen=True)
class Place:
    """Where a number stands: its table, row and columns."""

    table: str
    area: str
    members: tuple[str, ...]

    @property
    def key(self) -> str:
        return "|".join((self.table, self.area, ",".join(self.members)))

    @classmethod
    def parse(cls, key: str) -> "Place":
        """The place that a key names; what names none is no place."""
        table, area, members = ([*key.split("|"), "", ""])[:3]
        return cls(table, area, tuple(members.split(",")) if members else ())


@dataclass(frozen=True)
class Cell:
    """One number as it is shown: its text, its page, and how many questions on it stand open (or are settled)."""

    text: str | int | None
    url: str
    open: int = 0
    settled: int = 0


@dataclass(frozen=True)
class Row:
    """One line: its label, its kind ('', unknown, sum), its numbers."""

    label: str
    kind: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Block:
    """One table of the page."""

    entry: Indicator
    state: str
    caption: str
    first: str
    columns: Sequence[str]
    rows: Sequence[Row]
    digest: str


def blocks(
    desk: Desk, one: Wanted, frozen: Frozen, *, base: str, comments: Sequence[CellComment] = ()
) -> Sequence[Block]:
    """The tables of a return; units below stand in rows over the unit's own number."""
    marks = _marks(comments)
    below = {(table.entry, table.by): table for table in frozen.tables if table.level != one.level}
    found = []
    for kept in frozen.tables:
        if kept.level != one.level:
            continue
        whole = keeping.table_of(desk, frozen, kept, one.place, one.period)
        units = below.get((kept.entry, kept.by))
        part = keeping.table_of(desk, frozen, units, one.place, one.period) if units else None
        found.append(_Drawing(base, marks, kept, whole, units, part).block())
    return found


def _marks(comments: Sequence[CellComment]) -> Mapping[str, tuple[int, int]]:
    marks: dict[str, tuple[int, int]] = {}
    for line in comments:
        if line.thread_id is None:
            waits, over = marks.get(line.cell, (0, 0))
            marks[line.cell] = (waits, over + 1) if line.settled_at else (waits + 1, over)
    return marks


@dataclass(frozen=True)
class _Drawing:
    base: str
    marks: Mapping[str, tuple[int, int]]
    kept: FrozenTable
    whole: Table
    units_kept: FrozenTable | None
    units: Table | None

    def block(self) -> Block:
        entry, splits_ = self.whole.entry, self.whole.splits
        rows_by = splits_[0] if splits_ and (self.units is None) else None
        column = (splits_[1] if len(splits_) > 1 else None) if rows_by else (splits_[0] if splits_ else None)
        lines: list[Row] = []
        if self.units is not None:
            lines += [
                self._row(
                    self.units,
                    area.name,
                    "unknown" if area.code.endswith("-unassigned") else "",
                    area.code,
                    {},
                    column,
                )
                for area in self.units.areas
            ]
        elif rows_by is not None:
            lines += [
                self._row(
                    self.whole,
                    splits.label(rows_by, member),
                    "unknown" if member == UNKNOWN else "",
                    self.whole.place.code,
                    {rows_by.name: member},
                    column,
                )
                for member in rows_by.members
            ]
        lines.append(self._row(self.whole, _("Total"), "sum", self.whole.place.code, {}, column))
        first = _("Administrative unit") if self.units is not None else rows_by.title if rows_by else ""
        return Block(
            entry=entry,
            state=str(STATES[entry.state]),
            caption=_("Counted in: %(unit)s", unit=entry.unit),
            first=first,
            columns=[
                *([splits.label(column, member) for member in column.members] if column else ()),
                _("Total"),
            ],
            rows=lines,
            digest=short_digest(self.kept.digest),
        )

    def _row(
        self, table: Table, label: str, kind: str, area: str, dims: Mapping[str, str], column: Split | None
    ) -> Row:
        cells = []
        kept = self.units_kept if self.units_kept is not None and table is self.units else self.kept
        for member in (*(column.members if column else ()), TOTAL):
            told = {**dims, **({column.name: member} if column else {})}
            members = tuple(told.get(split.name, TOTAL) for split in table.splits)
            place = Place(kept.key, area, members)
            waits, over = self.marks.get(place.key, (0, 0))
            text = said(table.entry, table.row(area, **told))
            cells.append(Cell(text, cell_address(self.base, place.key), waits, over))
        return Row(label, kind, cells)


def words_of(table: Table, place: Place) -> str:
    """A number's place in words."""
    area = next((area.name for area in table.areas if area.code == place.area), place.area)
    members = [
        splits.label(split, member)
        for split, member in zip(table.splits, place.members, strict=True)
        if member != TOTAL
    ]
    return ", ".join([area, *members])


def way(one: Wanted, row: Return | None) -> Sequence[tuple[str, str]]:
    """How far the return has come, as a row of states; what is not published there ends with its approval."""
    steps = WAY if one.step.publishes else WAY[:-1]
    state = State(row.state) if row else State.DRAFT
    at = steps.index(State.DRAFT if state is State.RETURNED else state)
    done = state is steps[-1]
    return [
        (
            str(RETURN_STATES[State.RETURNED if place == at and state is State.RETURNED else step]),
            "done" if place < at or (place == at and done) else "now" if place == at else "todo",
        )
        for place, step in enumerate(steps)
    ]


def title(one: Wanted) -> str:
    """What a return is called: its schedule and its period."""
    return f"{one.schedule.name}: {Period.parse(one.period).label(language()).lower()}"


def due_words(due_on: date, today: date, row: Return | None = None) -> str:
    """Until when, in words; of a return that was signed and not given back, nothing runs any longer."""
    days = (due_on - today).days
    said = f"{due_on:%d/%m/%Y}"
    if row is not None and row.signed_at is not None and row.state != State.RETURNED:
        return _(
            "until %(day)s; signed on %(signed)s", day=said, signed=f"{local_day(row.signed_at):%d/%m/%Y}"
        )
    if days < 0:
        return _("was due on %(day)s, %(count)s days ago", day=said, count=-days)
    if days == 0:
        return _("due today, %(day)s", day=said)
    return _("until %(day)s, %(count)s days left", day=said, count=days)


def names(desk: Desk, rows: Sequence[ReturnVersion]) -> Mapping[UUID, str]:
    """The names of those who signed, approved, gave back or published."""
    people = [
        who
        for row in rows
        for who in (row.signed_by, row.signed_for, row.approved_by, row.returned_by, row.published_by)
    ]
    return cases.names(desk, people)


def signer(version: ReturnVersion, called: Mapping[UUID, str]) -> str:
    """Who signed a version, and for whom."""
    name = called.get(version.signed_by, "") if version.signed_by else ""
    if version.signed_for is None:
        return name
    return _("%(deputy)s for %(name)s", deputy=name, name=called.get(version.signed_for, ""))


def told_lines(
    desk: Desk, one: Wanted, version: ReturnVersion, *, public: bool = False
) -> Sequence[tuple[str, str]]:
    """What stands with the numbers of a version in a file: for everybody neither a name nor what a person wrote."""
    lines = _plain_lines(desk, one, version) + ([] if public else _lines_inside(desk, version))
    return [(name, text) for name, text in lines if text]


def _plain_lines(desk: Desk, one: Wanted, version: ReturnVersion) -> list[tuple[str, str]]:
    return [
        (_("Unit of the return"), f"{one.place} {queries.place_name(desk, one)}"),
        (_("Period"), Period.parse(one.period).label(language())),
        (_("Version"), str(version.number)),
        (_("State of the return"), str(RETURN_STATES[State(version.state)])),
        (_("Counted as of"), f"{version.as_of.isoformat()}"),
        (_("Borders"), f"{version.borders_day:%d/%m/%Y}"),
        (_("Form"), f"{one.schedule.form.name}. {one.schedule.form.basis}"),
    ]


def _lines_inside(desk: Desk, version: ReturnVersion) -> list[tuple[str, str]]:
    """Who and why; and the digest, with which guesses at withheld numbers could be tried."""
    called = names(desk, [version])
    return [
        (_("Signed by"), signer(version, called)),
        (_("Approved by"), called.get(version.approved_by, "") if version.approved_by else ""),
        (_("Published by"), called.get(version.published_by, "") if version.published_by else ""),
        (_("Digest"), version.digest),
        (_("Why the return is amended"), version.said.amended_because if version.said else ""),
    ]


def only_public() -> str:
    """Why there is no edition of a return for everybody, in words."""
    return _(
        "For everybody else, returns of the country leave without small numbers: %(names)s. Those of several units side by side could tell what each of them withholds.",
        names=", ".join(str(schedule.name).lower() for schedule in schedules.for_everybody()),
    )


def cell_address(base: str, at: str) -> str:
    """The page of one number."""
    return f"{base}/cell?{urlencode({'at': at})}"


def number_words(value: int | None, of: int | None) -> str:
    """A number of a version; what the version does not have is a dash, never zero."""
    if value is None:
        return "–"
    return f"{value}/{of}" if of is not None else str(value)


def term_words(term: Term) -> str:
    """Until when, as a plan says it."""
    schedule = schedules.schedule(term.schedule)
    if term.due.days_after is not None:
        days = _("within %(count)s days after the period", count=term.due.days_after)
    else:
        told = [day.split("-") for day in term.due.before if day]
        days = _("before %(days)s", days=", ".join(f"{int(day)}/{int(month)}" for month, day in told))
    return f"{schedule.name}, {LEVELS[term.level]}: {days}"
