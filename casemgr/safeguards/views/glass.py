"""Opening a case of somebody else for a day."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import RuleBroken
from casemgr.core.text import clean
from casemgr.safeguards import actions, rules
from casemgr.safeguards.forms import GlassForm
from casemgr.safeguards.views.door import room
from casemgr.web.pages import page
from casemgr.web.room import house

BREAK = Permission.GLASS_BREAK


@room.get("/break-glass", needs=BREAK)
def glass(desk: Desk) -> ResponseReturnValue:
    """What it does, who is told, and the two questions."""
    return page(
        "safeguards/glass.html",
        form=GlassForm.typed(),
        most=rules.MOST_A_DAY,
        days=rules.REVIEW_WITHIN,
        open_ones=desk.actor.circle.glass,
        done=request.args.get("done", ""),
    )


@room.post("/break-glass", needs=BREAK, again=glass, writing=False)
def break_glass(desk: Desk) -> ResponseReturnValue:
    """Open it. A try that opens nothing is noted at a desk of its own."""
    form = GlassForm.typed()
    form.check()
    number = clean(form.number.data or "").upper()
    office = house().office
    try:
        with office.open(desk.actor, request=desk.request) as writing:
            opened = actions.break_glass(writing, number=number, reason=form.reason.data or "")
    except RuleBroken:
        with office.open(desk.actor, request=desk.request) as writing:
            actions.note_try(writing)
        raise
    return redirect(url_for("cases.show", number=opened.number), 303)


@room.post("/break-glass/close", needs=BREAK, again=glass)
def close(desk: Desk) -> ResponseReturnValue:
    """Look no longer."""
    actions.close(desk, number=clean(request.form.get("number", "")))
    return redirect(url_for("safeguards.glass", done="closed"), 303)
