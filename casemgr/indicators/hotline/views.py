"""Pages of the report forms of hotline 111: the list, one sheet, all of them on paper, the letter of the month, their files."""

from collections.abc import Mapping, Sequence

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.words import Later, _, _l, language
from casemgr.indicators import sheets as tables
from casemgr.indicators.bands import SOURCES
from casemgr.indicators.catalogue import KINDS, STATES
from casemgr.indicators.catalogue.hotline import FORMS, Form
from casemgr.indicators.hotline import actions, asking, layout, letter, paper, queries
from casemgr.indicators.hotline.forms import ListForm, cut_of
from casemgr.indicators.hotline.layout import Asked, Sheet
from casemgr.indicators.hotline.terms import Why
from casemgr.indicators.outputs.told import short_digest
from casemgr.web.dear import Dear
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("hotline", __name__)
READ = Permission.TABLE_READ
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REASONS: Mapping[Why, Later] = {
    Why.LATE: _l("arrived after the closing day"),
    Why.TRIAGE: _l("commune still to be found"),
    Why.REROUTED: _l("stands in another unit, where it was sent on"),
    Why.TOLD_AGAIN: _l("more was told; to be decided anew"),
    Why.NOT_VERIFIED: _l("checked, no signs"),
    Why.NO_PLAN_NEEDED: _l("no measures and no plan needed"),
    Why.PENDING: _l("not decided yet"),
}
_WORDS = {
    "sources": SOURCES,
    "tag_kind": tables.tag_kind,
    "states": STATES,
    "kinds": KINDS,
    "short_digest": short_digest,
}


@room.get("/indicators/H", needs=READ)
def listing(desk: Desk) -> ResponseReturnValue:
    """The thirteen sheets with their totals."""
    asked = asking.read(desk, request.args)
    try:
        shown = [(form, layout.total(desk, form, asked)) for form in FORMS]
    except Invalid as wrong:
        return _again(desk, asked, wrong, "/indicators/H")
    return page(
        "indicators/hotline/list.html", form=asking.form(desk, asked), asked=asked, shown=shown, **_WORDS
    )


@room.get("/indicators/H/<string:code>/sheet", needs=READ)
def show(desk: Desk, code: str) -> ResponseReturnValue:
    """One sheet as it is printed; its numbers open to their cases."""
    form, asked = _form(code), asking.read(desk, request.args)
    try:
        sheet = layout.sheet(desk, form, asked)
    except Invalid as wrong:
        return _again(desk, asked, wrong, f"/indicators/H/{form.code}/sheet", form)
    return page(
        "indicators/hotline/show.html",
        form=asking.form(desk, asked),
        sheet=sheet,
        asked=asked,
        opens=desk.actor.may(Permission.CELL_OPEN),
        **_WORDS,
    )


@room.get("/indicators/H/print", needs=READ)
def to_print(desk: Desk) -> ResponseReturnValue:
    """One sheet or all of them for paper, each on a page of its own."""
    found = _sheets(desk)
    desk.read("sheets printed", _what(found), count=len(found))
    shown = [(sheet, paper.about(sheet)) for sheet in found]
    return page("indicators/hotline/print.html", shown=shown, asked=asking.read(desk, request.args), **_WORDS)


@room.get("/indicators/H/letter", needs=READ)
def monthly(desk: Desk) -> ResponseReturnValue:
    """The letter of the month: a draft, filled from the sheets."""
    asked = asking.read(desk, request.args)
    try:
        found = letter.letter(desk, asked)
    except Invalid as wrong:
        return _again(desk, asked, wrong, "/indicators/H/letter")
    return page(
        "indicators/hotline/letter.html", form=asking.form(desk, asked), letter=found, asked=asked, **_WORDS
    )


@room.get("/indicators/H/sheets.xlsx", needs=READ)
def as_xlsx(desk: Desk) -> ResponseReturnValue:
    """The sheets as a workbook, one worksheet each."""
    found = _sheets(desk)
    desk.read("table exported", _what(found), count=len(found))
    return _file(paper.workbook(found), _XLSX, f"111-{found[0].period.code}.xlsx")


@room.get("/indicators/H/sheets.pdf", needs=READ, dear=Dear.TABLES)
def as_pdf(desk: Desk) -> ResponseReturnValue:
    """The sheets as PDF, one a page."""
    found = _sheets(desk)
    desk.read("table exported", _what(found), count=len(found))
    return _file(
        paper.as_pdf(found, _("Forms of hotline 111")), "application/pdf", f"111-{found[0].period.code}.pdf"
    )


@room.get("/indicators/H/match", needs=READ)
def match(desk: Desk) -> ResponseReturnValue:
    """What the hotline says it sent beside what stands here, and why they differ."""
    asked = asking.read(desk, request.args)
    try:
        found = queries.matching(desk, asked, cut_of(request.args.get("cut", "")))
    except Invalid as wrong:
        return _again(desk, asked, wrong, "/indicators/H/match")
    desk.read("hotline compared", f"{asked.unit} {asked.period}")
    return page(
        "indicators/hotline/match.html",
        form=asking.form(desk, asked),
        asked=asked,
        found=found,
        reasons=REASONS,
        list_form=ListForm.typed(),
        may_send=desk.actor.may(Permission.STATEMENT_KEEP),
        done=request.args.get("done"),
        **_WORDS,
    )


@room.post("/indicators/H/match", needs=Permission.STATEMENT_KEEP, again=match)
def send_list(desk: Desk) -> ResponseReturnValue:
    """Take in a list of the hotline."""
    form = ListForm.typed()
    form.check()
    sent = request.files.get("file")
    actions.take_in(desk, data=sent.read() if sent is not None else b"", closed_on=form.day())
    return redirect(f"/indicators/H/match{asking.read(desk, request.args).address(done='kept')}", 303)


def _form(code: str) -> Form:
    found = next((form for form in FORMS if form.code == code), None)
    if found is None:
        raise NotFound
    return found


def _sheets(desk: Desk) -> Sequence[Sheet]:
    """The sheet that is named, or all."""
    asked, code = asking.read(desk, request.args), request.args.get("sheet", "")
    return [layout.sheet(desk, form, asked) for form in ([_form(code)] if code else FORMS)]


def _what(found: Sequence[Sheet]) -> str:
    codes = found[0].form.code if len(found) == 1 else "*"
    return f"H/{codes} {found[0].place_code} {found[0].period.code}"


def _again(
    desk: Desk, asked: Asked, wrong: Invalid, action: str, form: Form | None = None
) -> ResponseReturnValue:
    """The form once more as it was filled in, with what is wrong at its field."""
    asked_again = asking.form(desk, asked, wrong.errors)
    answer = make_response(
        page("indicators/hotline/again.html", form=asked_again, action=action, one=form, **_WORDS)
    )
    answer.status_code = wrong.status
    return answer


def _file(content: bytes, kind: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Content-Language"] = language()
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
