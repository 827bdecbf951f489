"""What the supervisor decides: openings from outside, people kept out, restricted cases without a reader."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import Invalid
from casemgr.core.words import _
from casemgr.places import queries as places
from casemgr.safeguards import actions, queries
from casemgr.safeguards.forms import JudgeForm, ReaderForm, ReasonForm
from casemgr.safeguards.views.door import PIECES, WHOSE, room
from casemgr.web.pages import page

REVIEW = Permission.SAFEGUARD_REVIEW


@room.get("/oversight/safeguards", needs=REVIEW)
def overview(desk: Desk) -> ResponseReturnValue:
    """Four lists: to be reviewed, tried in vain, without a reader, kept out."""
    desk.read("safeguards opened")
    atlas = places.atlas(desk)
    return page(
        "safeguards/overview.html",
        waiting=queries.openings(desk),
        reviewed=queries.openings(desk, waiting=False),
        orphans=queries.orphans(desk),
        kept=queries.kept_out(desk),
        tries=queries.tries(desk),
        unit_name=lambda key: found.name if (found := atlas.unit(key)) else "",
        done=request.args.get("done", ""),
    )


@room.get("/oversight/openings/<uuid:opening_id>", needs=REVIEW)
def opening(desk: Desk, opening_id: UUID) -> ResponseReturnValue:
    """One opening from outside: who, when, why."""
    return page("safeguards/opening.html", line=queries.opening(desk, opening_id), form=JudgeForm.typed())


@room.post("/oversight/openings/<uuid:opening_id>", needs=REVIEW, again=opening)
def judge(desk: Desk, opening_id: UUID) -> ResponseReturnValue:
    """Justified or not, in words."""
    queries.opening(desk, opening_id)
    form = JudgeForm.typed()
    form.check()
    verdict = form.chosen()
    if verdict is None:
        raise Invalid({"verdict": [_("Choose one.")]})
    actions.judge(desk, opening_id, verdict=verdict, words=form.words.data or "")
    return _back("judged")


@room.get("/oversight/kept-out/<uuid:tie_id>", needs=REVIEW)
def kept(desk: Desk, tie_id: UUID) -> ResponseReturnValue:
    """Who is kept out of which case, and by what the two were taken for one."""
    found = queries.kept(desk, tie_id)
    seen = [(str(WHOSE[whose]), str(PIECES[piece])) for whose, piece in found.found]
    return page("safeguards/kept.html", found=found, seen=seen, form=ReasonForm.typed())


@room.post("/oversight/kept-out/<uuid:tie_id>", needs=REVIEW, again=kept)
def overrule(desk: Desk, tie_id: UUID) -> ResponseReturnValue:
    """It is somebody else: keep out no longer."""
    actions.overrule(desk, tie_id, reason=ReasonForm.typed().reason.data or "")
    return _back("overruled")


@room.get("/oversight/restricted/<number>", needs=REVIEW)
def orphan(desk: Desk, number: str) -> ResponseReturnValue:
    """A restricted case that nobody can act on: its number, and whom to appoint."""
    found, possible = queries.orphan(desk, number)
    unit: Any = places.atlas(desk).unit(found.unit_id) if found.unit_id is not None else None
    return page(
        "safeguards/orphan.html",
        found=found,
        unit=unit.name if unit is not None else "",
        form=ReaderForm.of(tuple(possible)),
    )


@room.post("/oversight/restricted/<number>", needs=REVIEW, again=orphan)
def appoint(desk: Desk, number: str) -> ResponseReturnValue:
    """Name a reader."""
    form = ReaderForm.typed()
    actions.appoint(desk, number, reader=form.chosen(), reason=form.reason.data or "")
    return _back("appointed")


def _back(done: str) -> ResponseReturnValue:
    return redirect(url_for("safeguards.overview", done=done), 303)
