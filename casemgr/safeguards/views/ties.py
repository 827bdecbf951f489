"""What one says of oneself and one's household, so that one is kept out of cases of one's own kin."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.safeguards import actions, queries
from casemgr.safeguards.forms import TiesForm
from casemgr.safeguards.views.door import room
from casemgr.web.pages import page

OWN = Permission.OWN_ACCOUNT


@room.get("/account/ties", needs=OWN)
def ties(desk: Desk) -> ResponseReturnValue:
    """What was declared, to be completed."""
    form = TiesForm.of(queries.declared(desk))
    return page("safeguards/ties.html", form=form, done=request.args.get("done", ""))


@room.post("/account/ties", needs=OWN, again=ties)
def declare(desk: Desk) -> ResponseReturnValue:
    """Remember it. The answer is the same whatever is found."""
    form = TiesForm.typed()
    form.check()
    actions.declare(desk, form.said())
    return redirect(url_for("safeguards.ties", done="declared"), 303)
