"""Page of who is kept out for the safety of the child: decide, look, let in again."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.intervention.emergency import forms, queries, showing
from casemgr.intervention.emergency import withholding as actions
from casemgr.intervention.emergency.terms import Part
from casemgr.intervention.emergency.views.door import room
from casemgr.web.forms import explanations
from casemgr.web.pages import page


@room.get("/cases/<number>/withholding", needs=Permission.CASE_READ)
def withholding(desk: Desk, number: str, entry_id: UUID | None = None) -> ResponseReturnValue:
    """Who is kept out of what, since when and why."""
    case = cases.case(desk, number, parts=("card", "withholding"))
    people = queries.people(desk, case)
    form = forms.WithholdingForm.typed()
    form.ask("person", [(one.key, showing.person_words(one)) for one in people])
    open_ = Stage(case.stage) not in (Stage.RECEIVED, Stage.CLOSED)
    return page(
        "intervention/emergency/withholding.html",
        **showing.frame(desk, case),
        form=form,
        anybody=bool(people),
        bans=showing.bans(desk, case),
        bases=[(str(forms.PARTS[part]), showing.part_basis(part)) for part in Part],
        may=desk.actor.may(Permission.WITHHOLDING_DECIDE) and open_,
        ending=entry_id is not None,
        given=explanations(),
    )


@room.post("/cases/<number>/withholding", needs=Permission.WITHHOLDING_DECIDE, again=withholding)
def withhold(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep somebody out."""
    case = cases.case(desk, number)
    form = forms.WithholdingForm.typed()
    form.check()
    actions.withhold(
        desk,
        case,
        person=form.person.data or "",
        parts=form.chosen(),
        ground=form.ground.data,
        explanations=explanations(),
    )
    return redirect(url_for("emergency.withholding", number=number), 303)


@room.post(
    "/cases/<number>/withholding/<uuid:entry_id>/end", needs=Permission.WITHHOLDING_DECIDE, again=withholding
)
def end_withholding(desk: Desk, number: str, entry_id: UUID) -> ResponseReturnValue:
    """Let somebody in again."""
    case = cases.case(desk, number)
    actions.let_in(desk, case, decision_id=entry_id, reason=request.form.get("reason"))
    return redirect(url_for("emergency.withholding", number=number), 303)
