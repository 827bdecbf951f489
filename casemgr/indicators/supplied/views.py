"""Pages of supplied figures: typing them, loading them from a template, their revisions, taking one back."""

from collections.abc import Iterable

from flask import Response, g, redirect, request
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.core.errors import Invalid, RuleBroken
from casemgr.core.findings import Findings
from casemgr.core.words import _, language
from casemgr.indicators.catalogue import SETS, STATES
from casemgr.indicators.supplied import actions, books, forms, paper, queries, rules, showing
from casemgr.indicators.supplied.forms import SourceForm, UploadForm, WithdrawForm
from casemgr.indicators.supplied.terms import Figure, Lines, Sheet, Source, code_of, members
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("supplied", __name__)
NEEDS = Permission.FIGURE_SUPPLY
_HERE = "/indicators/<string:set_>/<string:code>"
_BESIDE = 100_000  # bytes of the form around the file
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@room.get(f"{_HERE}/enter", needs=NEEDS)
def enter(desk: Desk, set_: str, code: str) -> ResponseReturnValue:
    """Every number of one sheet, unit by unit, with its source."""
    sheet = _sheet(desk, set_, code)
    there = queries.standing(desk, sheet)
    form = SourceForm.typed(_known(there.values()))
    values = request.form if request.method == "POST" else g.get("draft")
    rows = showing.grid(sheet, there, values, _findings())
    seen = request.form.get("seen") or actions.mark(there)
    return page(
        "indicators/supplied/enter.html",
        sheet=sheet,
        form=form,
        columns=paper.columns(sheet),
        rows=list(rows),
        seen=seen,
        **_words(sheet),
    )


@room.post(f"{_HERE}/enter", needs=NEEDS, again=enter, largest=4_000_000)
def store(desk: Desk, set_: str, code: str) -> ResponseReturnValue:
    """Store the whole sheet, or nothing of it."""
    sheet = _sheet(desk, set_, code)
    lines, source = _typed(sheet)
    actions.supply(desk, sheet, lines=lines, source=source, seen=request.form.get("seen", ""))
    return redirect(_table(sheet), 303)


@room.get(f"{_HERE}/template.xlsx", needs=NEEDS)
def as_workbook(desk: Desk, set_: str, code: str) -> ResponseReturnValue:
    """The sheet as a workbook to be filled in, with what stands already."""
    sheet = _sheet(desk, set_, code)
    return _file(sheet, books.workbook(sheet, queries.standing(desk, sheet)), _XLSX, "xlsx")


@room.get(f"{_HERE}/template.csv", needs=NEEDS)
def as_csv(desk: Desk, set_: str, code: str) -> ResponseReturnValue:
    """The sheet as CSV to be filled in, with what stands already."""
    sheet = _sheet(desk, set_, code)
    content = books.csv_file(sheet, queries.standing(desk, sheet))
    return _file(sheet, content, "text/csv; charset=utf-8", "csv")


@room.get(f"{_HERE}/upload", needs=NEEDS)
def upload(desk: Desk, set_: str, code: str) -> ResponseReturnValue:
    """Download a template, fill it in, send it back."""
    sheet = _sheet(desk, set_, code)
    form = UploadForm.typed(_known(queries.standing(desk, sheet).values()))
    return page("indicators/supplied/upload.html", sheet=sheet, form=form, **_words(sheet))


@room.post(f"{_HERE}/upload", needs=NEEDS, again=upload, writing=False, largest=books.LARGEST + _BESIDE)
def preview(desk: Desk, set_: str, code: str) -> ResponseReturnValue:
    """What a file would change, before anything is stored."""
    sheet = _sheet(desk, set_, code)
    sent, form = request.files.get("file"), UploadForm.typed()
    form.check()
    read = paper.read(
        sheet, found := books.opened((sent and sent.filename) or "", sent.stream.read() if sent else b"")
    )
    lines, there = actions.cleaned(sheet, read.lines), queries.standing(desk, sheet)
    judged = actions.findings(desk, sheet, actions.differing(there, lines, form.source()), form.source())
    _settle_file(sheet, judged, lines, read, found)
    changed = showing.changes(sheet, there, lines)
    return page(
        "indicators/supplied/preview.html",
        sheet=sheet,
        changes=changed,
        same=len([code for code in lines if code in there]) - sum(not one.is_new for one in changed),
        empty=len(sheet.units) - len(lines),
        source=form.source(),
        told=[*_source_fields(), *showing.as_typed(sheet, lines)],
        seen=actions.mark(there),
        **_words(sheet),
    )


@room.get(f"{_HERE}/history", needs=Permission.TABLE_READ)
def history(desk: Desk, set_: str, code: str) -> ResponseReturnValue:
    """Every revision of one figure, and the way to take it back."""
    sheet = queries.shown(
        desk, set_, code, unit=request.args.get("unit", ""), period=request.args.get("period", "")
    )
    revisions = queries.history(desk, sheet.entry, code_of(sheet.asked), sheet.period)
    return page(
        "indicators/supplied/history.html",
        sheet=sheet,
        form=WithdrawForm.typed(),
        revisions=[(one, _cells(sheet, one)) for one in revisions],
        names=cases.names(desk, [one.recorded_by for one in revisions]),
        may_supply=queries.may_supply(desk, sheet.asked),
        **_words(sheet),
    )


@room.post(f"{_HERE}/withdraw", needs=NEEDS, again=history)
def withdraw(desk: Desk, set_: str, code: str) -> ResponseReturnValue:
    """Take a figure back, with the reason."""
    sheet = _sheet(desk, set_, code)
    form = WithdrawForm.typed()
    form.check()
    seen = request.form.get("seen", type=int)
    actions.withdraw(desk, sheet, reason=form.reason.data or "", seen=seen)
    return redirect(f"/indicators/{sheet.entry.id}/history{_query(sheet)}", 303)


def _sheet(desk: Desk, set_: str, code: str) -> Sheet:
    told = request.args
    return queries.sheet(
        desk,
        set_,
        code,
        unit=told.get("unit", ""),
        period=told.get("period", ""),
        level=told.get("level", ""),
    )


def _file(sheet: Sheet, content: bytes, kind: str, ending: str) -> Response:
    answer = Response(content, content_type=kind)
    name = f"{sheet.entry.set}-{sheet.entry.code}-{code_of(sheet.asked)}-{sheet.period.code}.{ending}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _typed(sheet: Sheet) -> tuple[Lines, Source]:
    """What was typed; everything that cannot be read is told at once."""
    form, errors = SourceForm.typed(), {}
    lines: Lines = {}
    try:
        form.check()
    except Invalid as wrong:
        errors.update(wrong.errors)
    try:
        lines = forms.typed(sheet, request.form)
    except Invalid as wrong:
        errors.update(wrong.errors)
    if errors:
        raise Invalid(errors)
    return lines, form.source()


def _findings() -> Findings:
    """What stood against the last try."""
    objection = g.get("objection")
    if isinstance(objection, RuleBroken) and isinstance(objection.findings, Findings):
        return objection.findings
    if isinstance(objection, Invalid):
        return forms.as_findings(objection)
    return Findings()


def _settle_file(sheet: Sheet, judged: Findings, lines: Lines, read: paper.Read, found: paper.Found) -> None:
    """Name the line and cell of everything that stands against a file."""
    explained = rules.explanations(judged, lines)
    faults = paper.Faults()
    for finding in (*judged.blocking, *judged.to_explain):
        if finding.code not in explained:
            faults.add(paper.place_of(sheet, finding, read, found), finding)
    faults.settle()


def _source_fields() -> list[tuple[str, str]]:
    return [(name, request.form.get(name, "")) for name in ("agency", "document", "day", "note")]


def _known(there: Iterable[Figure]) -> dict[str, object] | None:
    """The source of the figures that stand, if it is one for all."""
    sources = {one.source for one in there}
    if len(sources) != 1:
        return None
    told = sources.pop()
    return {"agency": told.agency, "document": told.document, "day": told.day, "note": told.note}


def _cells(sheet: Sheet, figure: Figure) -> list[tuple[str, str]]:
    there = ((member, figure.cells.get(member)) for member in members(sheet.supply))
    return [(paper.member_label(sheet, member), showing.said(sheet, told)) for member, told in there if told]


def _query(sheet: Sheet) -> str:
    return f"?unit={code_of(sheet.asked)}&period={sheet.period.code}"


def _table(sheet: Sheet) -> str:
    rows = "" if sheet.units == (sheet.asked,) else f"&rows=units:{sheet.level}"
    return f"/indicators/{sheet.entry.id}{_query(sheet)}{rows}"


def _words(sheet: Sheet) -> dict[str, object]:
    """What every page of a sheet is headed with."""
    return {
        "set_names": SETS,
        "states": STATES,
        "unit_name": sheet.asked.name if sheet.asked else _("Whole country"),
        "period": sheet.period.label(language()),
        "query": _query(sheet) + (f"&level={sheet.level}" if sheet.units != (sheet.asked,) else ""),
        "table": _table(sheet),
        "here_is": f"/indicators/{sheet.entry.id}",
    }
