"""How somebody wants to be reached: letters and a calendar, both off until asked for."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.notices import actions, queries
from casemgr.notices.forms import AddressForm
from casemgr.notices.views.door import room
from casemgr.web.pages import page

OWN = Permission.OWN_ACCOUNT


@room.get("/notices/settings", needs=OWN)
def settings(desk: Desk) -> ResponseReturnValue:
    """Letters and calendar: on or off."""
    return _show(desk)


@room.post("/notices/address", needs=OWN, again=settings)
def set_address(desk: Desk) -> ResponseReturnValue:
    """Where letters go, or that none are wanted."""
    form = AddressForm.typed()
    form.check()
    actions.set_address(desk, email=form.email.data)
    return redirect(url_for("notices.settings", done="address"), 303)


@room.post("/notices/calendar", needs=OWN, again=settings)
def renew_calendar(desk: Desk) -> ResponseReturnValue:
    """A new secret address for the calendar, shown this once."""
    token = actions.renew_calendar(desk)
    return _show(desk, url_for("notices.calendar", token=token, _external=True))


@room.post("/notices/calendar/end", needs=OWN, again=settings)
def forget_calendar(desk: Desk) -> ResponseReturnValue:
    """No calendar any more."""
    actions.forget_calendar(desk)
    return redirect(url_for("notices.settings", done="calendar"), 303)


def _show(desk: Desk, made: str = "") -> ResponseReturnValue:
    wish = queries.wish(desk)
    return page(
        "notices/settings.html",
        form=AddressForm.typed({"email": wish.email if wish else None}),
        wish=wish,
        made=made,
        done=request.args.get("done", ""),
    )
