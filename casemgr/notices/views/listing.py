"""What somebody was told, marking it read, and asking the supervisor to call."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.core.calendar import local_day
from casemgr.core.words import language
from casemgr.law.deadlines import deadline
from casemgr.notices import actions, queries
from casemgr.notices.sending import ABOUT
from casemgr.notices.terms import About, Line
from casemgr.notices.views.door import level_words, room
from casemgr.web.pages import page

READ = Permission.NOTICE_READ


@room.get("/notices", needs=READ)
def listing(desk: Desk) -> ResponseReturnValue:
    """Everything this person was told, the newest first."""
    found = queries.lines(desk)
    desk.read("notices listed", count=len(found))
    return page(
        "notices/listing.html",
        lines=found,
        what=_what,
        address=_address,
        level_words=level_words,
        unread=sum(not line.read and line.id is not None for line in found),
        done=request.args.get("done", ""),
    )


@room.post("/notices/read", needs=READ)
def read_all(desk: Desk) -> ResponseReturnValue:
    """Mark everything as read."""
    actions.mark_all_read(desk)
    return redirect(url_for("notices.listing"), 303)


@room.post("/notices/<uuid:notice_id>/read", needs=READ)
def read(desk: Desk, notice_id: UUID) -> ResponseReturnValue:
    """Mark one as read."""
    actions.mark_read(desk, queries.notice(desk, notice_id))
    return redirect(url_for("notices.listing"), 303)


@room.get("/cases/<number>/question", needs=Permission.CASE_READ)
def question(desk: Desk, number: str) -> ResponseReturnValue:
    """Before the supervisor is asked to call: what goes, to whom."""
    return page("notices/question.html", case=cases.case(desk, number))


@room.post("/cases/<number>/question", needs=Permission.CASE_READ, again=question)
def ask(desk: Desk, number: str) -> ResponseReturnValue:
    """Ask the supervisor to call about a case, by its number alone."""
    actions.ask(desk, cases.case(desk, number))
    return redirect(url_for("notices.listing", done="asked"), 303)


def _what(line: Line) -> str:
    """What it is about, as the beginning of a sentence; a limit by the name of its step."""
    if line.clock is not None:
        return deadline(line.clock, on=local_day(line.at)).step.text(language())
    said = str(ABOUT[line.about]())
    return said[:1].upper() + said[1:]


def _address(line: Line) -> str:
    if line.about is About.REPORT_UNSEEN:
        return f"/reports/{line.number}"
    if line.about in (About.HANDOVER_UNSEEN, About.HANDOVER_UNANSWERED):
        return "/handovers"
    if line.about in (About.NO_READER, About.GLASS_REVIEW, About.GLASS_TRIED):
        return "/oversight/safeguards"
    if line.about is About.RETURN_DUE:
        return "/reporting/" + line.number.replace(" ", "/")
    return f"/cases/{line.number}"
