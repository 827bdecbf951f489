"""Practice: begin a rehearsal with an invented child, take it away again."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.intake import queries as intake
from casemgr.intake import rehearsals
from casemgr.notices.views.door import room

MAKE = Permission.REPORT_RECEIVE


@room.post("/rehearsals", needs=MAKE)
def rehearse(desk: Desk) -> ResponseReturnValue:
    """Make up a report in one's own commune and go there."""
    made = rehearsals.begin(desk)
    return redirect(url_for("intake.show", number=made.report.number), 303)


@room.post("/rehearsals/<number>/removal", needs=MAKE)
def remove_rehearsal(desk: Desk, number: str) -> ResponseReturnValue:
    """Take a rehearsal away with everything written in it."""
    rehearsals.remove(desk, intake.report(desk, number))
    return redirect(url_for("cases.worklist", done="removed"), 303)
