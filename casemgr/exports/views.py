"""Pages of exports: my lists, a new one, one of them, its passphrase shown once, the file."""

from collections.abc import Sequence
from typing import Any

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries as accounts
from casemgr.accounts.forms import RefusalForm
from casemgr.cases import queries as cases
from casemgr.core.words import Later, _, _l, language
from casemgr.exports import actions, making, queries, rules, safety
from casemgr.exports.columns import COLUMNS, heading
from casemgr.exports.forms import FIRST, FORMATS, WHICH, ExportForm
from casemgr.exports.limits import limits
from casemgr.exports.terms import Asking, Format, Selection, State, Which
from casemgr.law.vocabulary import vocabulary
from casemgr.places import queries as places
from casemgr.web.duration import day_short, moment_words
from casemgr.web.pages import page
from casemgr.web.room import Room, house

room = Room("exports", __name__)
EXPORT = Permission.EXPORT

STATES: dict[State, Later] = {
    State.ASKED: _l("may be made"),
    State.MAKING: _l("is being made"),
    State.READY: _l("ready"),
    State.FAILED: _l("could not be made"),
    State.GONE: _l("file removed"),
}


@room.get("/exports", needs=EXPORT)
def listing(desk: Desk) -> ResponseReturnValue:
    """My lists, and those of colleagues that wait for a second person."""
    rows = queries.exports(desk)
    names = cases.names(desk, [row.asked_by for row in rows])
    wishes = accounts.lines(desk, queries.wishes(desk, rows))
    shown = [_line(desk, row, names) | {"wish": wishes.get(row.number)} for row in rows]
    return page(
        "exports/list.html",
        mine=[row for row in shown if row["own"]],
        waiting=[row for row in shown if row["wish"] is not None and row["wish"].may_answer],
        left=max(0, limits().files_per_day - queries.asked_today(desk)),
        limits=limits(),
    )


@room.get("/exports/new", needs=EXPORT)
def new(desk: Desk) -> ResponseReturnValue:
    """What to take out, what for, for whom."""
    prefill = {"which": Which.OPEN, "format": Format.XLSX, "basis": "state_duty", "columns": FIRST}
    form = _with_units(desk, ExportForm.typed(prefill))
    return page(
        "exports/new.html",
        form=form,
        secret=[key for key, column in COLUMNS.items() if column.secret],
        communes=len(form.unit.choices) > 2,
        limits=limits(),
    )


@room.post("/exports/new", needs=EXPORT, again=new)
def ask(desk: Desk) -> ResponseReturnValue:
    """Ask for it."""
    form = _with_units(desk, ExportForm.typed())
    form.check()
    row = actions.ask(
        desk,
        asking=form.asking(),
        basis=form.basis.data or None,
        format_=form.format.data or None,
        outside=bool(form.outside.data),
    )
    return _to(row.number)


@room.get("/exports/<export_number>", needs=EXPORT)
def show(desk: Desk, export_number: str) -> ResponseReturnValue:
    """One list: how far it has come, and the one next step."""
    row = queries.export(desk, export_number)
    asking = row.asking or Asking("", "", (), Selection(Which.ALL))
    names = cases.names(desk, [row.asked_by])
    atlas, unit_id = places.atlas(desk), asking.selection.unit_id
    unit = atlas.unit(unit_id) if unit_id is not None else None
    line = _line(desk, row, names)
    desk.read("export looked at", row.number)
    return page(
        "exports/show.html",
        row=row,
        line=line,
        asking=asking,
        columns=[heading(key) for key in asking.columns if key in COLUMNS],
        which=WHICH[asking.selection.which],
        since=_day(asking.selection.since),
        until=_day(asking.selection.until),
        unit=unit.name if unit is not None else "",
        basis=vocabulary("processing_bases").label(row.basis, language()),
        format=FORMATS[Format(row.format)],
        wish=queries.second(desk, row),
        stuck=row.begun_at is not None and desk.now - row.begun_at > rules.STUCK,
        form=RefusalForm.typed(),
        limits=limits(),
    )


@room.post("/exports/<export_number>/confirm", needs=EXPORT, again=show)
def confirm(desk: Desk, export_number: str) -> ResponseReturnValue:
    """The second person's yes."""
    actions.confirm(desk, queries.export(desk, export_number))
    return _to(export_number)


@room.post("/exports/<export_number>/decline", needs=EXPORT, again=show)
def decline(desk: Desk, export_number: str) -> ResponseReturnValue:
    """The second person's no; or whoever asked does not want it any more."""
    form = RefusalForm.typed()
    form.check()
    actions.decline(desk, queries.export(desk, export_number), reason=form.reason.data or "")
    return _to(export_number)


@room.post("/exports/<export_number>/make", needs=EXPORT, again=show, writing=False)
def make(desk: Desk, export_number: str) -> ResponseReturnValue:
    """Begin; the passphrase is shown on this page and nowhere after. A long list is made beside the request."""
    with house().office.open(desk.actor, request=desk.request) as writing:
        row = actions.begin(writing, queries.export(writing, export_number))
        number, aside = row.number, row.cases > limits().rows_at_once
    phrase = safety.passphrase()
    doing = making.make_aside if aside else making.make
    doing(house().office, desk.actor, number, phrase)
    return page("exports/once.html", number=number, phrase=phrase, aside=aside)


@room.post("/exports/<export_number>/file", needs=EXPORT, again=show)
def file(desk: Desk, export_number: str) -> ResponseReturnValue:
    """The encrypted file, as long as its time lasts."""
    row = queries.export(desk, export_number)
    data = actions.fetch(desk, row)
    if data is None:
        return _to(row.number)
    name = f"{row.number}.{'xlsx' if row.format == Format.XLSX else 'zip'}"
    response = Response(data, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _line(desk: Desk, row: Any, names: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "own": row.asked_by == desk.actor.account_id,
        "state": State(row.state),
        "words": STATES[State(row.state)],
        "asked": moment_words(row.asked_at, desk.now),
        "who": names.get(row.asked_by, ""),
        "cases": row.cases,
        "children": row.children,
        "until": moment_words(row.until, desk.now),
        "expires": moment_words(row.expires_at, desk.now) if row.expires_at else "",
        "over": rules.is_over(row.expires_at, desk.now),
    }


def _with_units(desk: Desk, form: ExportForm) -> ExportForm:
    """The communes that a supervisor may choose from; an officer has one and is not asked."""
    unit = places.atlas(desk).unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    communes = places.communes(desk, unit.code) if unit is not None else []
    choices: Sequence[tuple[str, str]] = [(str(one.id), one.name) for one in communes]
    form.unit.choices = [("", _("Whole area")), *sorted(choices, key=lambda one: one[1])]
    return form


def _day(day: Any) -> str:
    return day_short(day) if day is not None else ""


def _to(number: str) -> ResponseReturnValue:
    return redirect(url_for("exports.show", export_number=number), 303)
