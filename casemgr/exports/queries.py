"""Reading exports: those of one's area, which cases a selection comes to, and their lines, a batch at a time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select

from casemgr.access.desk import Desk
from casemgr.accounts import queries as accounts
from casemgr.accounts.models import Proposal
from casemgr.accounts.seconding import ABOUT, Given, Look
from casemgr.accounts.terms import ProposalLine, ProposalState
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.children.terms import Card, Detail
from casemgr.core.calendar import day_end, day_start, local_day
from casemgr.core.words import _
from casemgr.exports.columns import COLUMNS, TELLING, Line, heading
from casemgr.exports.models import Export, ExportPiece
from casemgr.exports.terms import LARGE, Asking, Selection, Size, State, Which
from casemgr.intake.models import Report
from casemgr.intake.story import child_of
from casemgr.intake.terms import Story, ToldChild
from casemgr.places import queries as places
from casemgr.places.atlas import Atlas
from casemgr.privacy import queries as privacy

Chosen = TypeVar("Chosen", bound=Select[*tuple[Any, ...]])
_BATCH, _SHOWN = 500, 50
_CASE = select(
    *(Case.id, Case.number, Case.child_id, Case.child_ref, Case.report_id, Case.stage, Case.emergency),
    *(Case.risk, Case.unit_id, Case.incident_unit_id, Case.residence_unit_id, Case.received_at),
    *(Case.closed_at, Case.due_at, Case.ending),
)


def exports(desk: Desk) -> Sequence[Export]:
    """The exports of one's area, the newest first: one's own, and those that a colleague asked for."""
    return desk.all(select(Export).order_by(Export.asked_at.desc(), Export.id.desc()).limit(_SHOWN))


def export(desk: Desk, number: str) -> Export:
    """One export by its number."""
    return desk.one(select(Export).where(Export.number == number))


def wishes(desk: Desk, rows: Collection[Export]) -> Mapping[str, Proposal]:
    """What a second person was asked, and answered, about exports whose file was not begun, by their numbers."""
    return accounts.latest(desk, LARGE, [row.number for row in rows if row.state == State.ASKED])


def second(desk: Desk, of: Export) -> ProposalLine | None:
    """How far the second person has come with one export, if one was asked."""
    found = accounts.latest(desk, LARGE, [of.number]).get(of.number)
    return accounts.proposal_line(desk, found) if found is not None else None


def is_unconfirmed(desk: Desk, of: Export) -> bool:
    """Whether a second person was asked about an export and has not said yes."""
    found = accounts.latest(desk, LARGE, [of.number]).get(of.number)
    return found is not None and found.state != ProposalState.DONE


def look(desk: Desk, given: Given) -> Look:
    """What the second person reads of an export."""
    of = export(desk, given[ABOUT])
    asking = of.asking or Asking("", "", (), Selection(Which.ALL))
    return Look(
        [
            (_("Export"), of.number),
            (
                _("How much"),
                _("%(cases)s cases, %(children)s children", cases=of.cases, children=of.children),
            ),
            (_("Who receives it"), asking.recipient),
            (_("Outside the case team"), _("Yes") if of.outside else _("No")),
            (_("Columns"), ", ".join(str(heading(key)) for key in asking.columns if key in COLUMNS)),
        ],
        asking.purpose,
        f"/exports/{of.number}",
    )


def pieces(desk: Desk, of: Export) -> Sequence[ExportPiece]:
    """The pieces of its file, in their order."""
    return desk.all(select(ExportPiece).where(ExportPiece.export_id == of.id).order_by(ExportPiece.place))


def asked_today(desk: Desk) -> int:
    """How many lists this person asked for since midnight; those that were declined count too."""
    since = day_start(local_day(desk.now))
    statement = select(func.count()).select_from(Export)
    mine = statement.where(Export.asked_by == desk.actor.account_id, Export.asked_at >= since)
    return desk.session.scalar(mine) or 0


def children_today(desk: Desk) -> int:
    """Of how many children this person asked for lists since midnight that no second person was asked about."""
    since = day_start(local_day(desk.now))
    statement = select(func.sum(Export.children)).where(
        Export.asked_by == desk.actor.account_id,
        Export.asked_at >= since,
        Export.number.not_in(select(Proposal.about).where(Proposal.kind == LARGE)),
    )
    return desk.session.scalar(statement) or 0


def over(desk: Desk) -> Sequence[Export]:
    """Exports whose file has outlived its time."""
    return desk.all(
        select(Export).where(Export.expires_at <= desk.now, Export.state == State.READY).limit(_BATCH)
    )


def size(desk: Desk, selection: Selection) -> Size:
    """How many cases and children a selection comes to now."""
    chosen = _chosen(desk, select(func.count(Case.id), func.count(func.distinct(Case.child_id))), selection)
    cases, children = desk.rows(chosen)[0]
    return Size(cases, children)


def lacking(desk: Desk, selection: Selection) -> Sequence[str]:
    """Numbers of cases in a selection whose children's consents to a publication are missing today.

    It stops with the first batch in which one is: who waits for the line of writers does not wait for the rest.
    """
    every = lines(desk, selection, ("age",))
    while batch := list(islice(every, _BATCH)):
        numbers = {line.child_id: line.number for line in batch}
        missing = privacy.without_consent(desk, {line.child_id: line.age for line in batch}, at=desk.now)
        if missing:
            return [numbers[child_id] for child_id in missing]
    return ()


def lines(desk: Desk, selection: Selection, columns: Collection[str]) -> Iterator[Line]:
    """The cases of a selection with their children, oldest first. No more than a batch is held at once."""
    atlas, today = places.atlas(desk), local_day(desk.now)
    statement = _chosen(desk, _CASE, selection).order_by(Case.received_at, Case.id)
    after: Any = None
    while True:
        batch = statement
        if after is not None:
            later = (Case.received_at > after.received_at) | (
                (Case.received_at == after.received_at) & (Case.id > after.id)
            )
            batch = batch.where(later)
        rows = desk.rows(batch.limit(_BATCH))
        children = _children(desk, {row.child_id for row in rows})
        stories = _stories(desk, {row.report_id for row in rows}) if TELLING & set(columns) else {}
        for row in rows:
            if row.child_id in children:
                yield _line(row, children[row.child_id], stories.get(row.report_id), atlas, today)
        if len(rows) < _BATCH:
            return
        after = rows[-1]


def _chosen(desk: Desk, statement: Chosen, selection: Selection) -> Chosen:
    """Cases that the actor's area answers for, as on the list of cases: rehearsals are none."""
    statement = statement.where(Case.rehearsal.is_(False))
    if desk.actor.units is not None:
        statement = statement.where(desk.actor.covers(Case.unit_id))
    if selection.which is not Which.ALL:
        closed = Case.closed_at.is_not(None)
        statement = statement.where(closed if selection.which is Which.CLOSED else ~closed)
    if selection.since is not None:
        statement = statement.where(Case.received_at >= day_start(selection.since))
    if selection.until is not None:
        statement = statement.where(Case.received_at <= day_end(selection.until))
    if selection.unit_id is not None:
        statement = statement.where(Case.unit_id == selection.unit_id)
    return statement


def _children(desk: Desk, ids: Collection[int]) -> Mapping[int, tuple[Card, Detail]]:
    rows = desk.rows(select(Child.id, Child._card, Child._detail).where(Child.id.in_(ids))) if ids else ()
    desk.safe.fetch_keys(row[0] for row in rows)
    opened = desk.safe.open_of
    return {
        key: (
            opened(Child.card, Child, key, card) or Card(),
            opened(Child.detail, Child, key, detail) or Detail(),
        )
        for key, card, detail in rows
    }


def _stories(desk: Desk, ids: Collection[UUID]) -> Mapping[UUID, Story]:
    rows = desk.rows(select(Report.id, Report._known).where(Report.id.in_(ids))) if ids else ()
    desk.safe.fetch_keys(row[0] for row in rows)
    return {key: desk.safe.open_of(Report.known, Report, key, known) or Story() for key, known in rows}


def _line(row: Any, child: tuple[Card, Detail], story: Story | None, atlas: Atlas, today: Any) -> Line:
    def name(unit_id: int | None) -> str:
        unit = atlas.unit(unit_id) if unit_id is not None else None
        return unit.name if unit is not None else ""

    told = child_of(story, row.child_ref) if story is not None else None
    return Line(
        number=row.number,
        child_id=row.child_id,
        stage=row.stage,
        emergency=row.emergency,
        risk=row.risk,
        unit=name(row.unit_id),
        incident_unit=name(row.incident_unit_id),
        residence=name(row.residence_unit_id),
        received_at=row.received_at,
        closed_at=row.closed_at,
        due_at=row.due_at,
        ending=row.ending,
        today=today,
        card=child[0],
        detail=child[1],
        told=told or ToldChild(ref=row.child_ref),
    )
