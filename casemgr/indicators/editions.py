"""What has left for everybody: decided once, knowing all that left before, stored as it left and told from the store."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from casemgr.access.desk import Desk
from casemgr.core.errors import Unavailable
from casemgr.core.periods import Period
from casemgr.indicators import freezing, land, suppression
from casemgr.indicators.models import PublicTable
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import FrozenTable, Kind
from casemgr.places import queries as places
from casemgr.security.parts import decode, encode

_TURN = 0x6564_6974  # editions are made one after the other (PostgreSQL): each knows all before it


@dataclass(frozen=True)
class Left:
    """A table as it left: where a number is withheld stands `suppression.BLANK`."""

    table: FrozenTable
    unit: str
    period: str
    borders_day: date
    as_of: datetime


def publish(desk: Desk, edition_id: UUID, tables: Sequence[Table]) -> Sequence[Table]:
    """Let tables leave together, as an edition that is never made again."""
    if desk.session.get_bind().dialect.name != "sqlite":
        desk.session.execute(select(func.pg_advisory_xact_lock(_TURN)))
    out = _protected(desk, tables, stored(desk))
    for number, table in enumerate(out):
        left = Left(
            freezing.frozen(table), table.place.code, table.period.code, table.borders_day, table.made_at
        )
        desk.add(
            PublicTable(
                id=desk.id(),
                edition_id=edition_id,
                number=number,
                published_at=desk.now,
                digest=table.digest,
                content=encode(left),
            )
        )
    desk.flush()
    return out


def exists(desk: Desk, edition_id: UUID) -> bool:
    """Whether something has left under this name."""
    return desk.first(select(PublicTable.id).where(PublicTable.edition_id == edition_id)) is not None


def edition(desk: Desk, edition_id: UUID) -> Sequence[Table]:
    """The tables of one edition as they left; none where nothing has left under this name."""
    return [_told(desk, row) for row in _rows(desk) if row.edition_id == edition_id]


def stored(desk: Desk) -> Sequence[Table]:
    """Everything that has left, in the order in which it did."""
    return [_told(desk, row) for row in _rows(desk)]


def for_everybody(desk: Desk, table: Table) -> Table:
    """One table without small numbers: as it left, where an edition has it; else judged with all that has left."""
    out = stored(desk)
    found = next((one for one in reversed(out) if _is_the_same(one, table)), None)
    return found if found is not None else _protected(desk, [table], out)[0]


def _protected(desk: Desk, tables: Sequence[Table], earlier: Sequence[Table]) -> Sequence[Table]:
    return suppression.protected(tables, earlier=earlier, era=places.atlas(desk).ground)


def _is_the_same(left: Table, asked: Table) -> bool:
    """Whether a table that left answers a question, and was known by the day the question is asked for."""
    return _question(left) == _question(asked) and left.as_of <= asked.as_of


def _question(table: Table) -> tuple[object, ...]:
    entry = table.entry
    where = (table.place.code, table.level, table.borders_day, table.counted_by)
    return entry.id, entry.version, where, table.period, table.by


def _rows(desk: Desk) -> Sequence[PublicTable]:
    order = (PublicTable.published_at, PublicTable.edition_id, PublicTable.number)
    return desk.all(select(PublicTable).order_by(*order))


def _told(desk: Desk, row: PublicTable) -> Table:
    left = decode(Left, row.content)
    atlas = places.atlas(desk)
    table = freezing.thawed(
        left.table,
        atlas,
        place=land.asked(atlas, left.unit, left.borders_day),
        period=Period.parse(left.period),
        as_of=left.as_of,
        borders_day=left.borders_day,
    )
    if table.entry.kind is not Kind.ENTERED:
        table = replace(table, hidden=table.values == suppression.BLANK)
    if table.digest != row.digest:
        raise Unavailable("A published table does not lie in the store as it left.")
    return table
