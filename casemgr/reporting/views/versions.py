"""Versions of a return: one as it was signed, why it differs from the one before, its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, request
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import NotFound
from casemgr.core.words import _
from casemgr.indicators import editions
from casemgr.indicators import queries as indicators
from casemgr.indicators.outputs.formats import FORMATS
from casemgr.indicators.outputs.told import Told
from casemgr.indicators.suppression import RULE
from casemgr.reporting import frozen as keeping
from casemgr.reporting import queries, showing
from casemgr.reporting.differences import CAUSES, Change, Explaining
from casemgr.reporting.showing import Place
from casemgr.reporting.terms import STATES, Frozen, Said, State, Wanted
from casemgr.reporting.views.door import ONE, READ, address, room
from casemgr.web.dear import Dear
from casemgr.web.duration import moment_words
from casemgr.web.pages import page

if TYPE_CHECKING:
    from casemgr.reporting.models import ReturnVersion

_SHOWN = 100


@room.get(f"{ONE}/versions/<int:version_number>", needs=READ)
def version(desk: Desk, schedule: str, period: str, place: str, version_number: int) -> ResponseReturnValue:
    """One version as it was signed: who, when, with which digest, and whether the numbers still prove it."""
    one, found = _version(desk, schedule, period, place, version_number)
    frozen = queries.kept(found)
    desk.read("return version opened", f"{one.schedule.id} {one.period} {one.place} {version_number}")
    return page(
        "reporting/version.html",
        one=one,
        version=found,
        said=found.said or Said(),
        title=showing.title(one),
        place_name=queries.place_name(desk, one),
        base=address(one),
        state=STATES[State(found.state)],
        proves=keeping.digest_of(frozen) == found.digest,
        blocks=showing.blocks(desk, one, frozen, base=address(one)),
        names=showing.names(desk, [found]),
        signer=showing.signer,
        moment=lambda at: moment_words(at, desk.now),
        formats=FORMATS,
        most=RULE.least - 1,
        public=editions.exists(desk, found.id),
        only_public=showing.only_public(),
    )


@room.get(f"{ONE}/versions/<int:version_number>/changes", needs=READ)
def changes(desk: Desk, schedule: str, period: str, place: str, version_number: int) -> ResponseReturnValue:
    """Why a version differs from the one that stood before it, cell by cell."""
    one, found = _version(desk, schedule, period, place, version_number)
    if found.amends is None:
        raise NotFound
    _one, before = _version(desk, schedule, period, place, found.amends)
    reason = (found.said or Said()).amended_because
    return _compared(desk, one, before, queries.kept(found), str(version_number), reason)


@room.get(f"{ONE}/changes", needs=READ)
def since(desk: Desk, schedule: str, period: str, place: str) -> ResponseReturnValue:
    """Why the numbers of today differ from the version that was signed last."""
    one = queries.wanted(desk, schedule, period, place)
    row = queries.stored(desk, one)
    if row is None or not row.number or not queries.may_read(desk, queries.unit_of(desk, one)):
        raise NotFound
    before = queries.version(desk, row, row.final or row.number)
    return _compared(desk, one, before, queries.live(desk, one), "", "")


def _compared(
    desk: Desk, one: Wanted, before: ReturnVersion, after: Frozen, number: str, reason: str
) -> ResponseReturnValue:
    was = queries.kept(before)
    found = Explaining(desk, was, after, one.place, one.period).changes()
    opens = desk.actor.may(Permission.CELL_OPEN) and queries.may_read(desk, queries.unit_of(desk, one))
    desk.read("return versions compared", f"{one.schedule.id} {one.period} {one.place}", count=len(found))
    return page(
        "reporting/changes.html",
        one=one,
        before=before,
        number=number,
        reason=reason,
        title=showing.title(one),
        place_name=queries.place_name(desk, one),
        base=address(one),
        changes=[_line(desk, one, was, after, change, opens=opens) for change in found[:_SHOWN]],
        count=len(found),
        most=_SHOWN,
    )


def _line(
    desk: Desk, one: Wanted, was: Frozen, after: Frozen, change: Change, *, opens: bool
) -> dict[str, object]:
    tables = {table.key: (frozen, table) for frozen in (was, after) for table in frozen.tables}
    frozen, kept = tables[change.table]
    table = keeping.table_of(desk, frozen, kept, one.place, one.period)
    moves = change.moves
    return {
        "entry": table.entry,
        "words": showing.words_of(table, Place(change.table, change.area, change.members)),
        "before": showing.number_words(change.before, change.before_of),
        "after": showing.number_words(change.after, change.after_of),
        "causes": [(CAUSES[cause], count) for cause, count in moves.causes.items()],
        "numbers": {
            how: indicators.case_numbers(desk, ids) if opens else ()
            for how, ids in (("entered", moves.entered), ("left", moves.left), ("changed", moves.changed))
            if ids
        },
    }


@room.get(f"{ONE}/versions/<int:version_number>/files/<string:form>", needs=READ, dear=Dear.TABLES)
def file(
    desk: Desk, schedule: str, period: str, place: str, version_number: int, form: str
) -> ResponseReturnValue:
    """A version as a file; of one return, when it is published, also the edition for everybody without small numbers."""
    one, found = _version(desk, schedule, period, place, version_number)
    chosen = FORMATS.get(form)
    if chosen is None:
        raise NotFound
    public = "public" in request.args
    if public:
        tables = editions.edition(desk, found.id)
        if not tables:
            raise NotFound
    else:
        tables = keeping.tables(desk, queries.kept(found), one.place, one.period)
    told = Told(
        title=f"{showing.title(one)}. {queries.place_name(desk, one)}",
        status=_(
            "Version %(number)s, %(state)s.",
            number=version_number,
            state=str(STATES[State(found.state)]).lower(),
        ),
        lines=showing.told_lines(desk, one, found, public=public),
        for_spreadsheets=True,
    )
    name = f"{one.schedule.id}-{one.period}-{one.place}-{version_number}{'-public' if public else ''}"
    answer = make_response(chosen.write(tables, told))
    answer.headers["Content-Type"] = chosen.kind
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.{chosen.suffix}")
    desk.read("return taken out", f"{name} {form}")
    return answer


def _version(desk: Desk, schedule: str, period: str, place: str, number: int) -> tuple[Wanted, ReturnVersion]:
    one = queries.wanted(desk, schedule, period, place)
    row = queries.stored(desk, one)
    if row is None:
        raise NotFound
    return one, queries.version(desk, row, number)
