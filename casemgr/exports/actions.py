"""Writing exports: asked, confirmed by a second person, made, fetched, gone."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import actions as second
from casemgr.accounts import queries as accounts
from casemgr.accounts import seconding
from casemgr.accounts.models import Proposal
from casemgr.core.errors import NotFound
from casemgr.core.words import _l
from casemgr.exports import queries, rules
from casemgr.exports.columns import COLUMNS
from casemgr.exports.limits import limits
from casemgr.exports.models import Export, ExportPiece
from casemgr.exports.terms import LARGE, Asking, Piece, Size, State
from casemgr.security.parts import RecordKey

_PIECE = 256 * 1024


@action("export asked", needs=Permission.EXPORT)
def ask(desk: Desk, *, asking: Asking, basis: str | None, format_: str | None, outside: bool) -> Export:
    """Ask for a list. Over so many children a second person confirms first."""
    accounts.insist_on_proof(desk)
    accounts.one_after_the_other(desk)
    figures, size = limits(), queries.size(desk, asking.selection)
    consented = rules.needs_consent(basis, outside=outside) and size.cases <= figures.rows_at_most
    before = queries.children_today(desk)
    rules.findings_on_asking(
        asking,
        basis=basis,
        format_=format_,
        known_columns=COLUMNS,
        size=size,
        asked_today=queries.asked_today(desk),
        lacking=queries.lacking(desk, asking.selection) if consented else (),
        limits=figures,
    ).settle()
    row = Export(
        id=desk.id(),
        unit_id=desk.actor.unit_id,
        asked_by=desk.actor.account_id,
        asked_at=desk.now,
        format=format_,
        basis=basis,
        outside=outside,
        state=State.ASKED,
        cases=size.cases,
        children=size.children,
        until=desk.now + timedelta(hours=figures.hours_to_confirm),
    )
    desk.add(row)
    desk.seal(row, asking=asking)
    desk.flush()
    if rules.needs_second_person(size, figures, before=before):
        lasts = timedelta(hours=figures.hours_to_confirm)
        second.propose(desk, LARGE, about=row.number, unit_id=row.unit_id, lasts=lasts)
    desk.read("export counted", row.number, asking.columns, count=size.children)
    return row


@action("export confirmed", needs=Permission.EXPORT)
def _allow(desk: Desk, export: Export) -> Export:
    """What follows from the second person's yes: there is time again to make the file. Whoever asked still makes it."""
    export.until = desk.now + timedelta(hours=limits().hours_to_confirm)
    return export


def confirm(desk: Desk, export: Export) -> Proposal:
    """The second person's yes."""
    return second.sign(desk, accounts.asked_for(desk, LARGE, export.number))


@action("export declined", needs=Permission.EXPORT)
def decline(desk: Desk, export: Export, *, reason: str) -> Proposal:
    """The second person's no, with the reason; or whoever asked does not want it any more."""
    return second.call_off_proposal(desk, accounts.asked_for(desk, LARGE, export.number), reason=reason)


seconding.register(
    seconding.Kind(
        LARGE,
        _l("Export of many children"),
        Permission.EXPORT,
        Permission.EXPORT,
        lambda desk, given: _allow(desk, queries.export(desk, given[seconding.ABOUT])),
        look=queries.look,
        place="/exports",
    )
)


@action("export begun", needs=Permission.EXPORT)
def begin(desk: Desk, export: Export) -> Export:
    """The file is going to be made now, of what the asker may see now."""
    accounts.insist_on_proof(desk)
    asking = _asking(export)
    size = queries.size(desk, asking.selection)
    consented = rules.needs_consent(export.basis, outside=export.outside)
    rules.findings_on_making(
        State(export.state),
        own=_is_own(desk, export),
        unconfirmed=queries.is_unconfirmed(desk, export),
        late=rules.is_over(export.until, desk.now),
        stuck=export.begun_at is not None and desk.now - export.begun_at > rules.STUCK,
        grown=rules.needs_second_person(size, limits()) and size.children > export.children,
        lacking=queries.lacking(desk, asking.selection) if consented else (),
    ).settle()
    export.state, export.begun_at = State.MAKING, desk.now
    return export


@action("export made", needs=Permission.EXPORT)
def keep(desk: Desk, export: Export, *, file: bytes, file_id: UUID, size: Size) -> Export:
    """Keep the encrypted file, sealed once more, for its hours."""
    _remove_file(desk, export)
    desk.safe.begins(file_id)
    for place, start in enumerate(range(0, len(file), _PIECE)):
        row = ExportPiece(
            id=desk.id(), export_id=export.id, asked_by=export.asked_by, file_id=file_id, place=place
        )
        desk.add(row)
        desk.seal(row, content=Piece(file[start : start + _PIECE]))
    export.cases, export.children = size.cases, size.children
    export.state, export.made_at = State.READY, desk.now
    export.expires_at = desk.now + timedelta(hours=limits().hours_kept)
    desk.read("list exported", export.number, _asking(export).columns, count=size.children)
    return export


@action("export failed", needs=Permission.EXPORT)
def fail(desk: Desk, export: Export) -> Export:
    """The file could not be made: nothing of it is kept, and it may be tried again."""
    _remove_file(desk, export)
    export.state = State.FAILED
    return export


@action("export fetched", needs=Permission.EXPORT)
def fetch(desk: Desk, export: Export) -> bytes | None:
    """The encrypted file for whoever asked for it; nothing once its time is over, when it goes at the same moment."""
    if not _is_own(desk, export) or export.state not in (State.READY, State.GONE):
        raise NotFound
    if rules.is_over(export.expires_at, desk.now):
        _remove_file(desk, export)
        export.state = State.GONE
        return None
    accounts.insist_on_proof(desk)
    found = [piece.content.data for piece in queries.pieces(desk, export) if piece.content is not None]
    export.fetched_at = desk.now
    desk.read("export fetched", export.number, count=export.children)
    return b"".join(found)


@action("exports cleared", needs=Permission.MAINTAIN)
def clear(desk: Desk) -> Sequence[str]:
    """Remove every file that has outlived its time, with its key; may run often, late, or twice."""
    gone = queries.over(desk)
    for export in gone:
        _remove_file(desk, export)
        export.state = State.GONE
    return [export.number for export in gone]


def _remove_file(desk: Desk, export: Export) -> None:
    """Take away the pieces and the key under which they were sealed: older copies of them open no more."""
    pieces = queries.pieces(desk, export)
    for file_id in {piece.file_id for piece in pieces}:
        desk.session.execute(delete(RecordKey).where(RecordKey.record == file_id.bytes))
    for piece in pieces:
        desk.session.delete(piece)


def _asking(export: Export) -> Asking:
    if export.asking is None:
        raise NotFound
    return export.asking


def _is_own(desk: Desk, export: Export) -> bool:
    return desk.actor.account_id is not None and export.asked_by == desk.actor.account_id
