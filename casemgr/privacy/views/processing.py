"""Pages: the way into data protection, the register of processing and its versions."""

from flask import url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.core.calendar import local_day
from casemgr.core.words import language
from casemgr.law import data_protection as law
from casemgr.privacy import queries, register, showing, writing
from casemgr.privacy.forms import PurposeForm
from casemgr.privacy.views.door import go_on, room
from casemgr.web.duration import day_words, moment_words
from casemgr.web.pages import page


@room.get("/privacy", needs=Permission.PROCESSING_READ)
def hub(desk: Desk) -> ResponseReturnValue:
    """What there is about personal data, what waits, and what is due this year."""
    may = desk.actor.may
    today = local_day(desk.now)
    waiting = queries.requests(desk) if may(Permission.DATA_REQUEST) else ()
    incidents = queries.incidents(desk) if may(Permission.INCIDENT_REPORT) else ()
    return page(
        "privacy/hub.html",
        may_answer=may(Permission.DATA_REQUEST),
        may_report=may(Permission.INCIDENT_REPORT),
        waiting=len(waiting),
        open_incidents=sum(one.closed_at is None for one in incidents),
        yearly=[
            (
                one.what.text(language()),
                day_words(one.next(today), today),
                one.cite(language()),
                showing.doubt_of(one.status),
            )
            for one in law.yearly(today)
        ],
        bases=showing.bases(),
    )


@room.get("/privacy/processing", needs=Permission.PROCESSING_READ)
def processing(desk: Desk) -> ResponseReturnValue:
    """The register of processing, to be read and printed."""
    return page(
        "privacy/processing.html",
        entries=register.entries(desk),
        basis_label=lambda code: showing.label("processing_bases", code),
        may_change=desk.actor.may(Permission.PROCESSING_MANAGE),
        printed=moment_words(desk.now, desk.now),
        by=desk.actor.name,
    )


@room.get("/privacy/processing/<purpose_code>", needs=Permission.PROCESSING_READ)
def purpose(desk: Desk, purpose_code: str) -> ResponseReturnValue:
    """One purpose, every version of it, and the form to change it."""
    versions = register.history(desk, purpose_code)
    names = cases.names(desk, [one.recorded_by for one in versions])
    latest = versions[0]
    return page(
        "privacy/purpose.html",
        code=purpose_code,
        form=PurposeForm.typed({**vars(latest.purpose), "number": latest.number}),
        versions=[
            (
                one,
                names.get(one.recorded_by, "") if one.recorded_by else "",
                moment_words(one.recorded_at, desk.now) if one.recorded_at else "",
            )
            for one in versions
        ],
        basis_label=lambda code: showing.label("processing_bases", code),
        may_change=desk.actor.may(Permission.PROCESSING_MANAGE),
    )


@room.post("/privacy/processing/<purpose_code>", needs=Permission.PROCESSING_MANAGE, again=purpose)
def change(desk: Desk, purpose_code: str) -> ResponseReturnValue:
    """Say what holds from now on."""
    form = PurposeForm.typed()
    form.check()
    writing.change_purpose(
        desk,
        code=purpose_code,
        purpose=form.purpose(),
        reason=form.reason.data or "",
        number=form.number.data or 0,
    )
    return go_on(url_for("privacy.purpose", purpose_code=purpose_code))
