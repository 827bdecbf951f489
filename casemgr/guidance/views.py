"""Pages of guidance: the first twelve hours, why each question is asked, the switch."""

from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts.rules import safe_path
from casemgr.core.calendar import local_day
from casemgr.core.words import language
from casemgr.guidance import actions, queries
from casemgr.guidance.terms import Guidance
from casemgr.law.deadlines import deadline
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("guidance", __name__)


@room.get("/help/first-hours", needs=Permission.HELP)
def first_hours(desk: Desk) -> ResponseReturnValue:
    """Six tasks with telephone numbers, what not to do, what to say."""
    today = local_day(desk.now)
    return page(
        "guidance/first_hours.html",
        tasks=queries.first_hours(today, language()),
        never=queries.never(today, language()),
        limit=deadline("emergency_12h", on=today),
        is_on=queries.is_on(desk),
        may_rehearse=desk.actor.may(Permission.REPORT_RECEIVE) and desk.actor.may(Permission.REPORT_DECIDE),
    )


@room.get("/help/why", needs=Permission.HELP)
def why(desk: Desk) -> ResponseReturnValue:
    """Step by step: what the law wants, what is needed, why each question is asked."""
    return page(
        "guidance/why.html",
        told=queries.all_texts(local_day(desk.now), language()),
        is_on=queries.is_on(desk),
    )


@room.post("/guidance", needs=Permission.OWN_ACCOUNT)
def switch(desk: Desk) -> ResponseReturnValue:
    """Put guidance off, or on again, and go back to where one was."""
    actions.switch(desk, off=request.form.get("off") == "1")
    return redirect(safe_path(request.form.get("back")) or url_for("guidance.why"), 303)


@room.app_context_processor
def on_every_page() -> dict[str, Any]:
    """What a page needs to guide: `{{ guide(guidance_for(stage)) }}`."""

    def guidance_for(stage: str) -> Guidance | None:
        desk = g.get("desk")
        return queries.for_step(desk, str(stage)) if desk is not None else None

    return {"guidance_for": guidance_for}
