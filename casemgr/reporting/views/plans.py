"""Until when the units of a province report: its plan, plans that were read, and a plan of its own."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.words import _
from casemgr.indicators.terms import Level
from casemgr.places import queries as places
from casemgr.reporting import actions, forms, queries, schedules, showing
from casemgr.reporting.forms import KnownPlanForm, PlanForm
from casemgr.reporting.views.door import how_sure, room
from casemgr.web.forms import typed_form
from casemgr.web.pages import page

_PLAN = Permission.RETURN_PLAN


@room.get("/reporting/plan", needs=_PLAN)
def plan(desk: Desk) -> ResponseReturnValue:
    """The due days in force for one's own units, and the form for other ones."""
    level = queries.own_level(desk)
    if level not in (Level.PROVINCE, Level.NATION):
        raise NotFound
    in_force = [row for row in queries.plans(desk) if row.unit_id == desk.actor.unit_id]
    newest = in_force[-1] if in_force else None
    filled = {
        name: day for term in (newest.terms if newest else ()) for name, day in forms.shown_days(term).items()
    }
    return page(
        "reporting/plan.html",
        level=level,
        in_force=list(reversed(in_force)),
        today=local_day(desk.now),
        known=schedules.known_plans() if level is Level.PROVINCE else (),
        unit_name=lambda row: (
            found.name if (found := places.atlas(desk).at(row.unit, row.since)) else row.unit
        ),
        rows=forms.rows(level),
        days={**filled, **typed_form()},
        words=showing.term_words,
        form=PlanForm.typed({"since": local_day(desk.now)}),
        known_form=KnownPlanForm.typed({"since": local_day(desk.now)}),
        how_sure=how_sure,
    )


@room.post("/reporting/plan", needs=_PLAN, again=plan)
def set_plan(desk: Desk) -> ResponseReturnValue:
    """Set the days of a plan of one's own."""
    form = PlanForm.typed()
    form.check()
    actions.set_plan(
        desk,
        terms=forms.typed_terms(queries.own_level(desk) or Level.PROVINCE),
        document=form.document.data or "",
        document_day=form.document_day.data,
        since=form.since.data,
        until=form.until.data,
    )
    return redirect(url_for("reporting.plan"), 303)


@room.post("/reporting/plan/<string:known>", needs=_PLAN, again=lambda desk, known: plan(desk))
def take_over(desk: Desk, known: str) -> ResponseReturnValue:
    """Take the days of a plan that was read over."""
    found = next((row for row in schedules.known_plans() if row.id == known), None)
    if found is None:
        raise NotFound
    form = KnownPlanForm.typed()
    form.check()
    if form.since.data is None:
        raise Invalid({"since": [_("From which day does it hold?")]})
    actions.take_over(desk, found, since=form.since.data)
    return redirect(url_for("reporting.plan"), 303)
