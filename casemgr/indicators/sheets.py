"""What the page of one indicator shows: the form, the table with its links and bars, the series, the forms of harm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from casemgr.access.desk import Desk
from casemgr.core.errors import Invalid
from casemgr.core.periods import Period
from casemgr.core.words import _, language
from casemgr.indicators import choices, drawing, editions, queries, silence, splits
from casemgr.indicators.bands import Banding, Source
from casemgr.indicators.board import Asked, Board, Line, Picked
from casemgr.indicators.catalogue import indicator
from casemgr.indicators.choices import COUNTED_BY, NO_COLUMNS, Form
from casemgr.indicators.drawing import Drawing
from casemgr.indicators.keys import is_split_by, keys_of, with_its_members
from casemgr.indicators.outputs.told import short_digest
from casemgr.indicators.queries import Question
from casemgr.indicators.splits import TOTAL, UNKNOWN, Split
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import AnyOf, Borders, Indicator, Kind, Level
from casemgr.places import queries as places
from casemgr.places.terms import COUNTRY
from casemgr.places.terms import Level as Tier
from casemgr.web import charts
from casemgr.web.charts import Bar, Columns, Tone

_NEW_BORDERS = date(2025, 7, 1)
LOWER = {
    "units:province": Level.PROVINCE,
    "units:commune": Level.COMMUNE,
}  # rows that are units, not members
_UNITS = "units"  # the units right below the one asked for
_SERIES = 8
_PAGE = 200


@dataclass(frozen=True)
class Harms:
    """The forms of harm as bars, and how far they overlap."""

    bars: Sequence[Bar]
    sum: int
    total: int


@dataclass(frozen=True)
class Sheet:
    """Everything on the page."""

    entry: Indicator
    asked: Asked
    unit_name: str
    period: str
    first: str
    columns: Sequence[str]
    lines: Sequence[Line]
    total_column: int
    picked_at: tuple[int, int] | None
    picked: Picked | None
    tones: Sequence[tuple[str, Tone]]
    overlap: bool
    series: Columns
    series_words: str
    harms: Harms
    pending: int
    total: int
    as_of: date
    borders_day: date
    counted_by: str
    digest: str
    form: Form
    bandings: Sequence[Banding]  # the age bands of the table, which are not always official
    unrecorded: bool  # whether the period ended before the first report, or has not begun
    gaps: bool  # whether the series has such periods
    compares_communes: bool
    drawing: Drawing
    silent: bool  # whether a unit stands in the rows without a report


def first_choice(entry: Indicator) -> tuple[str, str] | None:
    """Rows and columns that a page begins with, where its indicator has other keys than children of reports have."""
    if entry.kind is not Kind.COMPUTED:
        return (_UNITS, next(iter(keys_of(entry)), NO_COLUMNS))
    if entry.fact == "case":
        return None
    return (entry.splits[0], NO_COLUMNS)


def read(desk: Desk, values: Mapping[str, str], choice: tuple[str, str] | None = None) -> Asked:
    """The form as it was filled in, or as it stands at first: own unit, this quarter, the ages of the law by sex."""
    today = places.today(desk)
    unit = values.get("unit", "").strip() or choices.own_unit(desk)
    by_unit = choice is not None and choice[0] == _UNITS
    first = f"{today.year}" if by_unit else f"{today.year}-Q{(today.month + 2) // 3}"
    below = "units:province" if unit == COUNTRY else "units:commune"
    return Asked(
        unit=unit,
        period=values.get("period", "").strip() or first,
        rows=values.get("rows", "").strip()
        or (below if by_unit else choice[0] if choice else "age_band:law"),
        columns=values.get("columns", "").strip() or (choice[1] if choice else "sex"),
        as_of=values.get("as_of", "").strip(),
        borders=values.get("borders", "").strip(),
        place=values.get("place", "").strip(),
        row=values.get("row", "").strip(),
        column=values.get("column", "").strip(),
        look=values.get("look", "").strip(),
    )


def question(desk: Desk, set_: str, code: str, asked: Asked) -> Question:
    """The question of the page without its rows and columns; a unit of today is shown within the borders of today."""
    plain = queries.question(
        set_,
        code,
        unit=asked.unit,
        period=asked.period,
        as_of=asked.as_of,
        borders=asked.borders,
        place=asked.place,
    )
    if asked.borders or plain.unit.startswith(COUNTRY):
        return plain
    atlas = places.atlas(desk)
    then, now = (atlas.at(plain.unit, day) for day in (plain.period.last, places.today(desk)))
    return plain if then == now or now is None else replace(plain, borders=Borders.NEW)


def sheet(desk: Desk, set_: str, code: str, asked: Asked) -> Sheet:
    """The page of one indicator."""
    base = question(desk, set_, code, asked)
    rows, columns, asked_table = laid_out(asked, base)
    table = queries.table(desk, asked_table)
    whole = queries.table(desk, replace(asked_table, level=None)) if asked_table.level else table
    waiting = _waiting(desk, replace(base, level=asked_table.level), rows)
    board = Board(
        asked,
        table,
        whole,
        waiting,
        _waiting(desk, base, ()) if asked_table.level else waiting,
        rows[0] if rows else None,
        columns[0] if columns else None,
        silence.silent(desk, table) if asked_table.level else frozenset(),
    )
    harm = splits.parse("harm", base.period)
    lines = board.lines()
    picked_at = board.picked_at()
    numbers = queries.series(desk, base, _SERIES)
    return Sheet(
        entry=base.entry,
        asked=asked,
        unit_name=table.place.name,
        period=base.period.label(language()),
        first=rows[0].title if rows else _("Administrative unit"),
        columns=board.headings(),
        lines=lines,
        total_column=len(board.members),
        picked_at=picked_at,
        picked=board.picked(desk.actor, picked_at),
        tones=board.tones(),
        overlap=board.overlaps(),
        series=_columns(numbers),
        series_words=_spoken(numbers),
        harms=_harms(queries.table(desk, replace(base, splits=harm)), harm[0]),
        pending=board.pending(TOTAL),
        total=whole.value(whole.place.code),
        as_of=table.as_of,
        borders_day=table.borders_day,
        counted_by=str(COUNTED_BY[base.counted_by]),
        digest=short_digest(table.digest),
        form=choices.form(desk, asked, base, whole),
        bandings=[split.banding for split in table.splits if split.banding],
        unrecorded=numbers[-1][1] is None,
        gaps=any(number is None for _period, number in numbers),
        compares_communes=whole.place.level in (Level.PROVINCE, Level.NATION),
        drawing=_drawn(desk, base, board, recorded=numbers[-1][1] is not None),
        silent=bool(board.silent),
    )


def _drawn(desk: Desk, base: Question, board: Board, *, recorded: bool) -> Drawing:
    """The chart or the map that was asked for, over the numbers of the table."""
    name = f"{base.entry.name}, {board.table.place.name}, {base.period.label(language())}"
    labels = [(board.row_label(key), key) for key in board.keys if key not in board.silent]
    rows = [(label, board.value(key, TOTAL)) for label, key in labels]
    match board.asked.look:
        case drawing.CHART if not rows:
            return Drawing(note=_("Choose what stands in the rows, and the chart shows it."))
        case drawing.CHART if board.stacked:
            pieces = [(label, board.pieces(key)) for label, key in labels]
            return drawing.stacked(pieces, drawing.spoken(rows, name))
        case drawing.CHART:
            unknown = [label for label, key in labels if key == UNKNOWN]
            return drawing.bars(rows, unknown, drawing.spoken(rows, name))
        case drawing.MAP:
            return _mapped(desk, base, board, name, recorded=recorded)
    return Drawing()


def _mapped(desk: Desk, base: Question, board: Board, name: str, *, recorded: bool) -> Drawing:
    place = board.whole.place
    level = {Level.NATION: Level.PROVINCE, Level.PROVINCE: Level.COMMUNE}.get(place.level)
    if level is None or place.unassigned:
        return Drawing(note=_("A map shows the provinces of the country, or the communes of a province."))
    table = queries.table(desk, replace(base, level=level, splits=()))
    atlas = places.atlas(desk)
    if place.unit is None:
        units = [*atlas.children("", table.borders_day)]
    else:
        below = places.below(desk, place.code, table.borders_day)
        units = [unit for unit in below if unit.level is Tier.COMMUNE]
    rows = [(area.name, table.value(area.code)) for area in table.areas]
    return drawing.tiles(
        table,
        units,
        lambda code: board.asked.address(unit=code, look="", row="", column="", rows=_within(board, code)),
        drawing.spoken(rows, name),
        recorded=recorded,
        present=silence.present(desk, table),
    )


def _within(board: Board, code: str) -> str:
    """The rows of the page of a unit of the map: those of this page, where that unit has them too."""
    asked = board.asked.rows
    return "" if asked in LOWER and (asked == "units:province" or len(code) > 2) else asked


def laid_out(asked: Asked, base: Question) -> tuple[tuple[Split, ...], tuple[Split, ...], Question]:
    """Rows and columns of a page, and the question they make of its table; what stands in rows is no column."""
    level = LOWER.get(asked.rows)
    rows = () if level else _split_of(asked.rows, base, "rows")
    wanted = _split_of(asked.columns, base, "columns")
    columns = tuple(split for split in wanted if split.name not in [row.name for row in rows])
    return rows, columns, replace(base, level=level, splits=(*rows, *columns))


def _split_of(asked: str, base: Question, field: str) -> tuple[Split, ...]:
    """The one split of the rows or columns, if the indicator has it."""
    if asked == NO_COLUMNS:
        return ()
    found = with_its_members(base.entry, splits.parse(asked, base.period)[:1])
    for split in found:
        if not is_split_by(base.entry, split):
            raise Invalid({field: [_("This indicator is not split by %(key)s.", key=split.name)]})
    return found


def _waiting(desk: Desk, base: Question, rows: Sequence[Split]) -> Table:
    """Those of reports that await a decision, by the rows of the page."""
    pending = replace(base.entry, decided=AnyOf(base.entry.decided.column, ("pending",)))
    kept = tuple(split for split in rows if split.name != "decision")
    return queries.table(desk, replace(base, entry=pending, splits=kept))


def _harms(table: Table, split: Split) -> Harms:
    """Each form of harm as a bar, the most frequent first, what is not classified last."""
    sums = table.sums(split)
    values = [(splits.label(split, member), table.value(None, harm=member)) for member in split.members]
    unknown = splits.label(split, UNKNOWN)
    values.sort(key=lambda pair: (pair[0] == unknown, -pair[1]))
    return Harms(charts.bars(values, unknown=[unknown]), sums.sum, sums.total)


def _columns(numbers: Sequence[tuple[Period, int | None]]) -> Columns:
    turned = next((place for place, (period, _n) in enumerate(numbers) if period.first >= _NEW_BORDERS), 0)
    return charts.columns(
        [(short_label(period), number) for period, number in numbers],
        break_before=turned or None,
        break_label=_("from 1/7/2025: new borders") if turned <= _SERIES * 2 // 3 else "1/7/2025",
    )


def _spoken(numbers: Sequence[tuple[Period, int | None]]) -> str:
    return "; ".join(
        f"{period.label(language())}: {_('no data yet') if number is None else number}"
        for period, number in numbers
    )


def short_label(period: Period) -> str:
    """A period in a few signs, for the foot of a chart."""
    year = f"{period.first.year % 100:02}"
    match period.length:
        case 12:
            return str(period.first.year)
        case 6:
            return f"{'I' if period.first.month == 1 else 'II'}/2/{year}"
        case 3:
            return f"{('I', 'II', 'III', 'IV')[(period.first.month - 1) // 3]}/{year}"
        case 1:
            return f"{period.first.month}/{year}"
    return f"{period.first:%d/%m/%y}"


def tag_kind(source: Source) -> str:
    """How a source's state looks: a green tick only for what was checked."""
    return "green" if source is Source.CONFIRMED else "dashed"


@dataclass(frozen=True)
class Opened:
    """A cell opened: the number, the cases this person may see, and where to go back to."""

    entry: Indicator
    unit_name: str
    period: str
    words: str
    value: int | None
    count: int  # how many of its cases this person may see
    numbers: Sequence[str]  # one page of them
    older: str | None
    back: str


def opened(desk: Desk, set_: str, code: str, values: Mapping[str, str]) -> Opened:
    """The cases behind a number. The look is noted in the trail."""
    asked = read(desk, values, first_choice(indicator(set_, code, places.today(desk))))
    base = question(desk, set_, code, asked)
    where = splits.conditions(values.get("where", ""), base.period)
    found = queries.cell(desk, base, where)
    numbers = queries.case_numbers(desk, found.case_ids)
    rest = [number for number in numbers if number > values.get("after", "")]
    shown = rest[:_PAGE]
    desk.read("cell opened", f"{base.entry.id} {base.unit} {base.period.code}", count=len(shown))
    return Opened(
        entry=base.entry,
        unit_name=queries.place_of(desk, base).name,
        period=base.period.label(language()),
        words=", ".join(splits.label(split, member) for split, member in where.items()),
        value=found.value,
        count=len(numbers),
        numbers=shown,
        older="?" + urlencode({**values, "after": shown[-1]}) if len(rest) > _PAGE else None,
        back=asked.address(),
    )


def file(desk: Desk, set_: str, code: str, values: Mapping[str, str]) -> Table:
    """The page's table for other programs, or its public edition. That it left the house is noted in the trail."""
    asked = read(desk, values, first_choice(indicator(set_, code, places.today(desk))))
    base = question(desk, set_, code, asked)
    _rows, _columns, asked_table = laid_out(asked, base)
    table = queries.table(desk, asked_table)
    if values.get("public"):
        table = editions.for_everybody(desk, table)
    edition = " public" if table.hidden is not None else ""
    desk.read("table exported", f"{base.entry.id} {table.place.code} {base.period.code}{edition}")
    return table
