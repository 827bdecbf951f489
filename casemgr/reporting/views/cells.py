"""One number of a return: what it is, the cases behind it for those who may see them, and what was asked about it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.core.errors import NotFound
from casemgr.indicators import evidence
from casemgr.indicators import queries as indicators
from casemgr.indicators.outputs.told import said
from casemgr.indicators.splits import TOTAL
from casemgr.indicators.tables import Table
from casemgr.reporting import actions, queries, showing
from casemgr.reporting import frozen as keeping
from casemgr.reporting.forms import CommentForm
from casemgr.reporting.showing import Place
from casemgr.reporting.terms import Frozen, State, Wanted, Written
from casemgr.reporting.views.door import ONE, READ, address, room
from casemgr.web.duration import moment_words
from casemgr.web.pages import page

if TYPE_CHECKING:
    from casemgr.reporting.models import CellComment

_SHOWN = 200


@room.get(f"{ONE}/cell", needs=READ)
def cell(desk: Desk, schedule: str, period: str, place: str) -> ResponseReturnValue:
    """The number, its cases, its threads."""
    one = queries.wanted(desk, schedule, period, place)
    inside = queries.may_read(desk, queries.unit_of(desk, one))
    row = queries.stored(desk, one)
    where = Place.parse(request.args.get("at", "") or request.form.get("at", ""))
    version = (
        queries.newest(desk, row) if row and State(row.state) not in (State.DRAFT, State.RETURNED) else None
    )
    if not inside and version is None:
        raise NotFound
    entry = "/".join(where.table.split("/")[:2])
    frozen = queries.kept(version) if version else queries.live(desk, one, proof_of=(entry,))
    kept = next((table for table in frozen.tables if table.key == where.table), None)
    if kept is None:
        raise NotFound
    table = keeping.table_of(desk, frozen, kept, one.place, one.period)
    known = (
        where.area in [area.code for area in table.areas]
        and len(where.members) == len(table.splits)
        and all(
            member in (*split.members, TOTAL)
            for split, member in zip(table.splits, where.members, strict=True)
        )
    )
    if not known:
        raise NotFound
    number = table.row(where.area, **dict(zip(table.names, where.members, strict=True)))
    opened = _numbers(desk, one, frozen, kept.entry, table, where) if inside else None
    lines = [line for line in queries.comments(desk, row) if line.cell == where.key] if inside else []
    return page(
        "reporting/cell.html",
        one=one,
        title=showing.title(one),
        base=address(one),
        at=where.key,
        entry=table.entry,
        words=showing.words_of(table, where),
        text=said(table.entry, number),
        version=version,
        cases=opened,
        most=_SHOWN,
        threads=_threads(lines),
        text_of=lambda line: (line.written or Written("")).text,
        names=cases.names(desk, [line.written_by for line in lines] + [line.settled_by for line in lines]),
        moment=lambda at: moment_words(at, desk.now),
        form=CommentForm.typed(),
        may_write=inside,
    )


def _numbers(
    desk: Desk, one: Wanted, frozen: Frozen, entry: str, table: Table, where: Place
) -> tuple[int, list[str]] | None:
    """How many cases are behind a number, and the numbers of those one may see; the look is logged."""
    if not desk.actor.may(Permission.CELL_OPEN):
        return None
    log = evidence.Log(desk, table.entry.fact)
    members = {
        split: member for split, member in zip(table.splits, where.members, strict=True) if member != TOTAL
    }
    rows = evidence.in_cell(desk, log.rows(frozen.evidence.get(entry, "")), table, where.area, members)
    found = evidence.case_ids(rows)
    seen = list(indicators.case_numbers(desk, found))
    desk.read("cell opened", f"{entry} {where.area} {one.period}", count=len(seen))
    return len(found), seen[:_SHOWN]


def _threads(lines: list[CellComment]) -> list[tuple[CellComment, list[CellComment]]]:
    return [
        (first, [line for line in lines if line.thread_id == first.id])
        for first in lines
        if first.thread_id is None
    ]


@room.post(f"{ONE}/cell", needs=READ, again=cell)
def ask(desk: Desk, schedule: str, period: str, place: str) -> ResponseReturnValue:
    """Ask about a number."""
    one, at = queries.wanted(desk, schedule, period, place), request.form.get("at", "")
    form = CommentForm.typed()
    form.check()
    actions.write(desk, one, cell=_named(one, at), text=form.text.data or "")
    return _back(one, at)


@room.post(
    f"{ONE}/cell/<uuid:thread_id>/answer", needs=READ, again=lambda desk, thread_id, **of: cell(desk, **of)
)
def answer(desk: Desk, schedule: str, period: str, place: str, thread_id: UUID) -> ResponseReturnValue:
    """Answer, or go on asking."""
    one, thread = _thread(desk, schedule, period, place, thread_id)
    form = CommentForm.typed()
    form.check()
    actions.write(desk, one, cell=thread.cell, text=form.text.data or "", thread=thread)
    return _back(one, thread.cell)


@room.post(
    f"{ONE}/cell/<uuid:thread_id>/settle", needs=READ, again=lambda desk, thread_id, **of: cell(desk, **of)
)
def settle(desk: Desk, schedule: str, period: str, place: str, thread_id: UUID) -> ResponseReturnValue:
    """The question is answered."""
    one, thread = _thread(desk, schedule, period, place, thread_id)
    actions.settle(desk, thread)
    return _back(one, thread.cell)


def _thread(
    desk: Desk, schedule: str, period: str, place: str, thread_id: UUID
) -> tuple[Wanted, CellComment]:
    one = queries.wanted(desk, schedule, period, place)
    row = queries.stored(desk, one)
    if row is None:
        raise NotFound
    return one, queries.comment(desk, row, thread_id)


def _named(one: Wanted, at: str) -> str:
    """Only a number of this return's form can be asked about."""
    tables = {(table.set, table.code) for table in one.schedule.form.tables}
    set_, _slash, rest = Place.parse(at).table.partition("/")
    if (set_, rest.partition("/")[0]) not in tables or len(at) > 240:
        raise NotFound
    return at


def _back(one: Wanted, at: str) -> ResponseReturnValue:
    return redirect(showing.cell_address(address(one), at), 303)
