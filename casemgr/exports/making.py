"""Making the file of an export: read at a desk that only reads, kept at one that writes, so that nobody waits for it."""

import threading
from collections.abc import Iterator
from uuid import UUID

import structlog

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk, Office
from casemgr.core.calendar import LOCAL
from casemgr.core.db import uuid7
from casemgr.core.words import language, speaking
from casemgr.exports import actions, queries, sheets
from casemgr.exports.columns import Line
from casemgr.exports.models import Export
from casemgr.exports.terms import Asking, Format, Size, Stamp, State
from casemgr.law.vocabulary import vocabulary
from casemgr.places import queries as places

_log = structlog.get_logger()


def make(office: Office, actor: Actor, number: str, passphrase: str) -> State:
    """Make the file of an export that has begun. The passphrase stays in memory until it is done, and nowhere after."""
    try:
        with office.open(actor, writing=False) as desk:
            file, size = _file(desk, queries.export(desk, number), passphrase)
        file_id: UUID = uuid7(office.clock.now())
        with office.open(actor) as desk:
            actions.keep(desk, queries.export(desk, number), file=file, file_id=file_id, size=size)
        return State.READY
    except Exception as error:  # noqa: BLE001 - the page of the export says that it failed and offers to try again
        _log.error("export failed", number=number, kind=type(error).__name__)
        with office.open(actor) as desk:
            actions.fail(desk, queries.export(desk, number))
        return State.FAILED


def make_aside(office: Office, actor: Actor, number: str, passphrase: str) -> threading.Thread:
    """Make it beside the request, in the reader's language; the page of the export tells how far it is."""
    spoken = language()

    def work() -> None:
        with speaking(spoken):
            make(office, actor, number, passphrase)

    thread = threading.Thread(target=work, name=f"export {number}", daemon=True)
    thread.start()
    return thread


def _file(desk: Desk, export: Export, passphrase: str) -> tuple[bytes, Size]:
    asking = export.asking
    if asking is None:
        raise LookupError("The export says nothing of what was asked.")
    cases = 0
    children: set[int] = set()

    def counted() -> Iterator[Line]:
        nonlocal cases
        for line in queries.lines(desk, asking.selection, asking.columns):
            cases += 1
            children.add(line.child_id)
            yield line

    stamp = stamp_of(desk, export, asking)
    file = sheets.encrypted(Format(export.format), counted(), asking.columns, stamp, passphrase)
    return file, Size(cases, len(children))


def stamp_of(desk: Desk, export: Export, asking: Asking) -> Stamp:
    """Who takes the list out, when, under which number, for whom and why."""
    unit = places.atlas(desk).unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    return Stamp(
        number=export.number,
        by=desk.actor.name,
        unit=unit.name if unit is not None else "",
        at=desk.now.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M"),
        recipient=asking.recipient,
        purpose=asking.purpose,
        basis=vocabulary("processing_bases").label(export.basis, language()),
    )
