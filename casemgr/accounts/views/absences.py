"""Days away: who is away, who stands in, naming a deputy, calling it off."""

from uuid import UUID

from flask import Response, request, url_for

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import actions, queries
from casemgr.accounts.forms import AbsenceForm, DayForm
from casemgr.accounts.views.door import go_on, room
from casemgr.core.text import identifier
from casemgr.places import queries as places
from casemgr.web.pages import page

SET = Permission.DEPUTY_SET


@room.get("/absences", needs=SET)
def absences(desk: Desk) -> Response:
    """Who is away and who stands in; for which office a deputy can be named."""
    return page(
        "accounts/absences.html",
        rows=queries.known_absences(desk),
        offices=queries.offices(desk),
        me=desk.actor.account_id,
        done=request.args.get("done", ""),
    )


@room.get("/absences/<uuid:appointment_id>", needs=SET)
def absence(desk: Desk, appointment_id: UUID) -> Response:
    """Ask from when to when, and who stands in."""
    held = queries.office(desk, appointment_id)
    today = places.today(desk)
    first = {} if request.method == "POST" else DayForm.spread(today)
    form = AbsenceForm.typed({"since": first})
    possible = queries.possible_deputies(desk, held, today, today)
    form.ask("deputy", [(str(key), name) for key, name, _role in possible])
    named = next((row for row in queries.offices(desk) if row[0] == held.id), None)
    return page(
        "accounts/absence.html",
        form=form,
        held=held,
        named=named,
        notes={str(key): role for key, _name, role in possible},
        mine=held.account_id == desk.actor.account_id,
    )


@room.post("/absences/<uuid:appointment_id>", needs=SET, again=absence)
def name_deputy(desk: Desk, appointment_id: UUID) -> Response:
    """Name a deputy for these days."""
    held = queries.office(desk, appointment_id)
    form = AbsenceForm.typed()
    form.ask("deputy", [])
    form.check()
    actions.name_deputy(
        desk,
        held,
        deputy_id=identifier(form.deputy.data),
        since=form.since.form.value(),
        until=form.until.form.value(),
    )
    return go_on(url_for("accounts.absences", done="named"))


@room.post("/absences/<uuid:absence_id>/end", needs=SET)
def call_off(desk: Desk, absence_id: UUID) -> Response:
    """Call an absence off: the deputy acts no more."""
    actions.call_off(desk, queries.absence(desk, absence_id))
    return go_on(url_for("accounts.absences", done="ended"))
