"""Pages of the law: what it says and since when, and changes of it, looked at before they are made."""

import json
from datetime import date
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases.spine import handled_under
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.words import _, language
from casemgr.indicators.catalogue.files import CHANGES
from casemgr.law.deadlines import Kind, Unit
from casemgr.law.holidays import years
from casemgr.law.official_forms import official_forms
from casemgr.law.rulebook import CountedFrom
from casemgr.law.vocabulary import LISTS, vocabulary
from casemgr.lawbook import actions, queries, showing
from casemgr.lawbook.forms import FORMS, WORKED, DocumentForm
from casemgr.legislation import queries as legislation
from casemgr.legislation.rules import UNIT_WORDS, length_words, limit_words
from casemgr.legislation.terms import LABELS, ChangeKind, Proposal
from casemgr.places import queries as places
from casemgr.places.atlas import Atlas
from casemgr.web.forms import day_told
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("lawbook", __name__)


@room.app_context_processor
def on_every_page() -> dict[str, Any]:
    """How long a limit of the law is: today, or for a case under the law it is handled under: `{{ limit('plan_5wd', case) }}`."""

    def limit(name: str, case: Any = None) -> str:
        return length_words(name, handled_under(case) if case is not None else local_day(g.now))

    return {"limit": limit}


_ENDING = (ChangeKind.LIMIT, ChangeKind.START, ChangeKind.DAY)
_FILES = (ChangeKind.LAW, ChangeKind.ENTRIES)
_KEPT = frozenset({"csrf_token", "do", "seen"})  # what the preview does not send again


@room.get("/law", needs=Permission.LAW_READ)
def law(desk: Desk) -> ResponseReturnValue:
    """Every time limit in force on a day, with its article, since when, how sure we are and what it does here."""
    day, search = _day_asked(desk), request.args.get("q", "").strip()[:80]
    book, atlas = legislation.rulebook(desk), places.atlas(desk)
    return page(
        "lawbook/law.html",
        groups=showing.law_lines(book, day, search, _unit_names(atlas, [one.unit_id for one in book.limits])),
        starts=[
            (atlas_name(atlas, one.unit_id), showing.reading_words(one.reading), one)
            for one in book.starts
            if one.holds(day)
        ],
        day=day,
        search=search,
        manages=desk.actor.may(Permission.LAW_MANAGE),
    )


@room.get("/law/forms", needs=Permission.LAW_READ)
def forms(desk: Desk) -> ResponseReturnValue:
    """The sixteen official forms, and how well the wording of each is known."""
    return page("lawbook/forms.html", forms=official_forms(places.today(desk)), tag_kind=showing.tag_kind)


@room.get("/law/lists", needs=Permission.LAW_READ)
def lists(desk: Desk) -> ResponseReturnValue:
    """The code lists: which there are, and one of them code by code."""
    name = request.args.get("name", "")
    if name and name not in LISTS:
        raise NotFound
    return page(
        "lawbook/lists.html",
        lists=[(one, vocabulary(one).title.text(language()), len(vocabulary(one).codes)) for one in LISTS],
        shown=vocabulary(name) if name else None,
        name=name,
        tag_kind=showing.tag_kind,
    )


@room.get("/law/calendar", needs=Permission.LAW_READ)
def calendar(desk: Desk) -> ResponseReturnValue:
    """Days off and days worked, year by year, what is in doubt, and what was added by a document."""
    added = [
        one
        for one in map(legislation.as_change, legislation.log(desk))
        if one.proposal.kind is ChangeKind.DAY
    ]
    off = legislation.rulebook(desk).calendar
    return page(
        "lawbook/calendar.html",
        years=[year for year in years() if year.year >= places.today(desk).year - 1],
        added=[
            (
                date.fromisoformat(str(one.proposal.body["day"])),
                bool(one.proposal.body["worked"]),
                one.proposal,
            )
            for one in added
        ],
        works=off.is_working_day,
        tag_kind=showing.tag_kind,
        manages=desk.actor.may(Permission.LAW_MANAGE),
    )


@room.get("/law/log", needs=Permission.LAW_READ)
def log(desk: Desk) -> ResponseReturnValue:
    """Every change that was made to the shipped law: by which document, when, and how many clocks it moved."""
    atlas = places.atlas(desk)
    rows = [
        (row, LABELS[ChangeKind(row.kind)], _said(desk, legislation.as_change(row).proposal, atlas))
        for row in reversed(legislation.log(desk))
    ]
    return page("lawbook/log.html", rows=rows, manages=desk.actor.may(Permission.LAW_MANAGE))


@room.get("/law/change", needs=Permission.LAW_MANAGE)
def change_page(desk: Desk) -> ResponseReturnValue:
    """Choose what to change, then say it."""
    kind = request.args.get("kind", "")
    if not kind:
        return page("lawbook/kinds.html", labels=LABELS, everywhere=legislation.area(desk) is None)
    form = _form(desk, _kind(kind))
    if request.method == "POST":
        form.validate()
        _show_objection(form)
    return page("lawbook/change.html", form=form, kind=kind, label=LABELS[_kind(kind)])


@room.post("/law/change", needs=Permission.LAW_MANAGE, again=change_page)
def change(desk: Desk) -> ResponseReturnValue:
    """Show what a change would do; or, when that has been seen, make it."""
    kind = _kind(request.args.get("kind", ""))
    form = _form(desk, kind)
    form.check()
    proposal = _proposal(desk, kind, form)
    if request.form.get("do") == "confirm":
        actions.change(desk, proposal, seen=request.form.get("seen", ""))
        return redirect(url_for("lawbook.log"), 303)
    preview = queries.preview(desk, proposal)
    return page(
        "lawbook/preview.html",
        preview=preview,
        proposal=proposal,
        said=_said(desk, proposal, places.atlas(desk)),
        kind=kind.value,
        label=LABELS[kind],
        changes=CHANGES,
        typed=_typed(form),
        shown=showing.SHOWN,
    )


def _typed(form: DocumentForm) -> list[tuple[str, str]]:
    """What was typed, to be sent once more with the confirmation."""
    typed = [
        (name, said) for name, said in request.form.items(multi=True) if name not in _KEPT and name != "data"
    ]
    return [*typed, ("data", form["data"].data or "")] if "data" in form else typed


def _kind(name: str) -> ChangeKind:
    try:
        return ChangeKind(name)
    except ValueError:
        raise NotFound from None


def _form(desk: Desk, kind: ChangeKind) -> DocumentForm:
    form = FORMS[kind].typed()
    if kind is ChangeKind.LIMIT:
        limits = [
            (rule.id, f"{rule.step.text(language())}: {limit_words(rule)}")
            for versions in legislation.rulebook(desk).versions.values()
            for rule in versions[-1:]
            if rule.kind in (Kind.LIMIT, Kind.MAXIMUM_DURATION, Kind.RECURRING)
        ]
        form.ask("deadline", [("", _("Choose")), *limits])
    elif kind is ChangeKind.END:
        form.ask("change", [("", _("Choose")), *_ending_choices(desk)])
    elif kind in _FILES and (sent := request.files.get("file")):
        sent.seek(0)  # read once more when the page is shown again
        form["data"].data = sent.read().decode("utf-8", errors="replace")
    return form


def _ending_choices(desk: Desk) -> list[tuple[str, str]]:
    """The rules of places that still run, and the days that were added."""
    changes = [legislation.as_change(row) for row in legislation.log(desk)]
    over = {int(str(one.proposal.body["change"])) for one in changes if "change" in one.proposal.body}
    area = legislation.area(desk)
    atlas = places.atlas(desk)
    return [
        (str(one.id), f"{LABELS[one.proposal.kind]}: {_said(desk, one.proposal, atlas)}")
        for one in changes
        if one.proposal.kind in _ENDING
        and one.id not in over
        and (area is None or one.proposal.unit_id in area)
    ]


def _proposal(desk: Desk, kind: ChangeKind, form: DocumentForm) -> Proposal:
    """What was typed, as a proposal."""
    document = form.document_of()
    match kind:
        case ChangeKind.LIMIT:
            body: dict[str, object] = {
                "deadline": form["deadline"].data,
                "value": form["value"].data,
                "unit": form["unit"].data,
            }
        case ChangeKind.START:
            body = {"reading": form["reading"].data}
        case ChangeKind.DAY:
            body = {"day": form["day"].form.value().isoformat(), "worked": form["worked"].data == WORKED}
        case ChangeKind.LAW | ChangeKind.ENTRIES:
            return Proposal(kind, document, _json(form["data"].data or ""))
        case _:
            return _end(desk, form)
    if kind is ChangeKind.DAY:
        return Proposal(kind, document, body)
    unit = _unit(desk, form["unit_code"].data or "")
    return Proposal(kind, document, body, unit, form["since"].form.value())


def _end(desk: Desk, form: DocumentForm) -> Proposal:
    if form["change"].data not in dict(_ending_choices(desk)):
        raise Invalid({"change": [_("This is not one of the choices.")]})
    number = int(form["change"].data)
    ended = next(legislation.as_change(row) for row in legislation.log(desk) if row.id == number).proposal
    body: dict[str, object] = {"change": number, "until": form["until"].form.value().isoformat()}
    if ended.kind is ChangeKind.DAY:
        body["day"] = ended.body["day"]
    return Proposal(ChangeKind.END, form.document_of(), body, ended.unit_id)


def _json(data: str) -> dict[str, object]:
    try:
        read = json.loads(data)
    except ValueError as wrong:
        raise Invalid({"data": [_("The file is no JSON: %(why)s", why=wrong)]}) from None
    if not isinstance(read, dict):
        raise Invalid({"data": [_("The file must be an object with named members.")]})
    return read


def _unit(desk: Desk, typed: str) -> int:
    """The commune or province that was meant."""
    typed = typed.strip()
    exact = places.atlas(desk).at(typed, places.today(desk)) if typed.isdigit() else None
    if exact is not None:
        return exact.id
    named = [one.unit for one in places.search(desk, typed, limit=2)]
    named += [one for one in places.provinces(desk) if one.name.casefold() == typed.casefold()]
    if len(named) != 1:
        raise Invalid({"unit_code": [_("Give the code, or a name that only one unit has.")]})
    return named[0].id


def _said(desk: Desk, proposal: Proposal, atlas: Atlas) -> str:
    """What a change says, in one line."""
    body = proposal.body
    match proposal.kind:
        case ChangeKind.LIMIT:
            rule = legislation.rulebook(desk).deadline(
                str(body["deadline"]), proposal.since or proposal.document.day
            )
            own = f"{body['value']} {UNIT_WORDS[Unit(str(body['unit']))]}"
            return f"{atlas_name(atlas, proposal.unit_id)}: {rule.step.text(language())}: {own}"
        case ChangeKind.START:
            words = showing.reading_words(CountedFrom(str(body["reading"])))
            return f"{atlas_name(atlas, proposal.unit_id)}: {words}"
        case ChangeKind.DAY:
            day = date.fromisoformat(str(body["day"]))
            return f"{day.day}/{day.month}/{day.year}: " + (_("worked") if body["worked"] else _("off"))
        case ChangeKind.LAW:
            listed: Any = body.get("deadlines", ())
            return _("%(count)s versions of limits", count=len(listed))
        case ChangeKind.ENTRIES:
            entries: Any = body.get("entries", ())
            return _("%(count)s entries of the catalogue", count=len(entries))
    return _("change %(number)s ends", number=body["change"])


def atlas_name(atlas: Atlas, unit_id: int | None) -> str:
    """The name of a unit."""
    unit = atlas.unit(unit_id) if unit_id is not None else None
    return unit.name if unit is not None else ""


def _unit_names(atlas: Atlas, unit_ids: list[int]) -> dict[int, str]:
    return {unit_id: atlas_name(atlas, unit_id) for unit_id in unit_ids}


def _day_asked(desk: Desk) -> date:
    try:
        return day_told(request.args.get("on", "").strip())
    except ValueError:
        return places.today(desk)


def _show_objection(form: DocumentForm) -> None:
    """What was found wrong behind the door, at the field it concerns."""
    objection = g.get("objection")
    if isinstance(objection, Invalid):
        for name, said in objection.errors.items():
            field = "data" if name == "file" else name
            if field in form and not form[field].errors:
                form[field].errors = list(said)
