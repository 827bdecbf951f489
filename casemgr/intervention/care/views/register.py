"""Pages of a commune: children in care and what falls due, the register of carers, the list of a quarter."""

from uuid import UUID, uuid4

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid, NotFound, Refused
from casemgr.core.words import _
from casemgr.intervention.care import actions, forms, queries, registering, showing
from casemgr.intervention.care.terms import CarerFile, CarerKind
from casemgr.intervention.care.views.door import room
from casemgr.places import queries as places
from casemgr.web.forms import explanations
from casemgr.web.pages import page


@room.get("/care", needs=Permission.CARE_READ)
def index(desk: Desk) -> ResponseReturnValue:
    """Which children are in care here, what falls due, who stands on the register."""
    rows = queries.under_way(desk)
    carers = queries.register(desk, ended=request.args.get("show") == "all")
    harm = queries.points_to_harm(desk, rows)
    desk.read("children in care listed", count=len(rows))
    desk.read("carers listed", count=len(carers))
    return page(
        "intervention/care/index.html",
        harmed=[showing.child_row(one, desk.now) for one in rows if one[0].id in harm],
        due=[showing.due_row(one, desk.now) for one in queries.due(desk, rows)],
        waiting=[showing.child_row(one, desk.now) for one in rows if one[0].state != "given"],
        children=[showing.child_row(one, desk.now) for one in rows if one[0].state == "given"],
        carers=[showing.carer_row(one) for one in carers],
        most=queries.MOST,
        count=len(rows),
        all_shown=request.args.get("show") == "all",
        keeps_register=_keeps(desk),
        may_write=desk.actor.may(Permission.CARE_WRITE) and _keeps(desk),
        quarter=showing.quarter_of(local_day(desk.now)),
    )


@room.get("/care/quarter", needs=Permission.CARE_READ)
def quarter(desk: Desk) -> ResponseReturnValue:
    """The register over one quarter (Mẫu 09)."""
    if not _keeps(desk) or desk.actor.unit_id is None:
        raise NotFound
    named = request.args.get("q") or showing.quarter_of(local_day(desk.now))
    found = queries.quarter_list(desk, desk.actor.unit_id, named)
    return page(
        "intervention/care/quarter.html",
        found=found,
        rows=[showing.quarter_row(one) for one in found.rows],
        title=showing.quarter_words(found.first),
        days=showing.days_words(found.first, found.last),
        earlier=showing.quarter_before(found.first),
        later=showing.quarter_after(found.last) if found.last < local_day(desk.now) else None,
    )


@room.get("/care/carers/new", needs=Permission.CARE_WRITE)
def new_carer(desk: Desk) -> ResponseReturnValue:
    """An application, or the notice of a relative (Mẫu 08)."""
    if not _keeps(desk):
        raise Refused
    form = forms.CarerForm.typed({"registered_on": local_day(desk.now), "form_id": str(uuid4())})
    return page("intervention/care/carer_form.html", form=form, carer=None, given=explanations())


@room.post("/care/carers/new", needs=Permission.CARE_WRITE, again=new_carer)
def register(desk: Desk) -> ResponseReturnValue:
    """Put somebody on the register."""
    form = forms.CarerForm.typed()
    form.check()
    if not form.kind.data:
        raise Invalid({"kind": [_("Choose application or notice.")]})
    carer = actions.register(
        desk,
        kind=CarerKind(form.kind.data),
        said=form.said(),
        on=form.registered_on.data or local_day(desk.now),
        form_id=form.mark,
        explanations=explanations(),
    )
    return redirect(url_for("care.carer", carer_id=carer.id), 303)


@room.get("/care/carers/<uuid:carer_id>", needs=Permission.CARE_READ)
def carer(desk: Desk, carer_id: UUID) -> ResponseReturnValue:
    """One registration: who, for which child, the papers, the checks."""
    row = queries.carer(desk, carer_id)
    file = queries.carer_file(desk, row)
    found = queries.checks(desk, row)
    return page(
        "intervention/care/carer.html",
        carer=file,
        shown=showing.carer(file, local_day(desk.now)),
        unit=places.unit(desk, row.unit_id).name,
        checks=[showing.check(one) for one in found],
        may_write=_may_write(desk, file),
    )


@room.get("/care/carers/<uuid:carer_id>/edit", needs=Permission.CARE_WRITE)
def edit(desk: Desk, carer_id: UUID) -> ResponseReturnValue:
    """The registration, to be written anew."""
    file = queries.carer_file(desk, queries.carer(desk, carer_id))
    known = {
        **forms.CarerForm.spread(file.said),
        "kind": file.kind,
        "registered_on": file.registered_on,
        "version": file.version,
    }
    return page(
        "intervention/care/carer_form.html",
        form=forms.CarerForm.typed(known),
        carer=file,
        given={one.code: one.text for one in file.said.explained} | explanations(),
    )


@room.post("/care/carers/<uuid:carer_id>/edit", needs=Permission.CARE_WRITE, again=edit)
def correct(desk: Desk, carer_id: UUID) -> ResponseReturnValue:
    """Keep the registration as it was written anew."""
    row = queries.carer(desk, carer_id)
    form = forms.CarerForm.typed()
    form.check()
    actions.correct(
        desk,
        row,
        kind=CarerKind(form.kind.data or row.kind),
        said=form.said(),
        on=form.registered_on.data or row.registered_on,
        version=form.version.data or 0,
        explanations=explanations(),
    )
    return redirect(url_for("care.carer", carer_id=carer_id), 303)


@room.get("/care/carers/<uuid:carer_id>/check", needs=Permission.CARE_WRITE)
def check_page(desk: Desk, carer_id: UUID) -> ResponseReturnValue:
    """Each condition with its answer and what shows it (Mẫu 11)."""
    row = queries.carer(desk, carer_id)
    file = queries.carer_file(desk, row)
    hits = queries.known_against(desk, file.said)
    form = forms.CheckForm.typed({"checked_on": local_day(desk.now), "form_id": str(uuid4())})
    codes = registering.conditions(local_day(desk.now))
    known = (
        {code.code: form.row(code.code) for code in codes}
        if request.method == "POST"
        else {code.code: file.check.said.of(code.code) for code in codes}
        if file.check is not None
        else {}
    )
    return page(
        "intervention/care/check.html",
        carer=file,
        form=form,
        codes=[(code.code, showing.label(code)) for code in codes],
        known=known,
        answers=forms.MET,
        hits=[(one, places.unit(desk, one.unit_id).name if one.unit_id is not None else "") for one in hits],
        given=explanations(),
    )


@room.post("/care/carers/<uuid:carer_id>/check", needs=Permission.CARE_WRITE, again=check_page)
def check(desk: Desk, carer_id: UUID) -> ResponseReturnValue:
    """Keep what was found."""
    row = queries.carer(desk, carer_id)
    form = forms.CheckForm.typed()
    form.check()
    said = form.said(registering.conditions(local_day(desk.now)))
    on = form.checked_on.data or local_day(desk.now)
    actions.check_conditions(desk, row, said=said, on=on, form_id=form.mark)
    return redirect(url_for("care.carer", carer_id=carer_id), 303)


@room.get("/care/carers/<uuid:carer_id>/end", needs=Permission.CARE_WRITE)
def stop_page(desk: Desk, carer_id: UUID) -> ResponseReturnValue:
    """Ask why the registration ends."""
    file = queries.carer_file(desk, queries.carer(desk, carer_id))
    form = forms.StopForm.typed({"ended_on": local_day(desk.now)})
    return page(
        "intervention/care/write.html",
        **showing.plain_page(
            title=_("End the registration"),
            back=(file.said.person.name, url_for("care.carer", carer_id=carer_id)),
            lead=_("Children who are placed with this family stay until their own care ends."),
            form=form,
            groups=[("", "", [form.why, form.ended_on])],
            buttons=[("end", _("End the registration"), "main")],
        ),
    )


@room.post("/care/carers/<uuid:carer_id>/end", needs=Permission.CARE_WRITE, again=stop_page)
def stop(desk: Desk, carer_id: UUID) -> ResponseReturnValue:
    """Take somebody off the register."""
    row = queries.carer(desk, carer_id)
    form = forms.StopForm.typed()
    form.check()
    actions.end_registration(desk, row, why=form.why.data, on=form.ended_on.data)
    return redirect(url_for("care.carer", carer_id=carer_id), 303)


def _keeps(desk: Desk) -> bool:
    """Whether this person sits in a commune, or above one, that keeps a register."""
    return bool(desk.actor.units) and desk.actor.unit_id is not None


def _may_write(desk: Desk, file: CarerFile) -> bool:
    return desk.actor.may(Permission.CARE_WRITE) and _keeps(desk) and file.ended_on is None
