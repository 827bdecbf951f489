"""Pages: the consents about one child, a new one, and the end of one."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.core.ages import whole_years
from casemgr.core.calendar import local_day
from casemgr.lives import queries as lives
from casemgr.privacy import actions, queries, rules, showing
from casemgr.privacy.forms import METHODS, SIDES, ConsentForm, ReasonForm
from casemgr.privacy.terms import Given, Method, Side
from casemgr.privacy.views.door import go_on, room
from casemgr.web.duration import day_short, moment_words
from casemgr.web.pages import page


@room.get("/children/<mark>/consents", needs=Permission.CONSENT_RECORD)
def consents(desk: Desk, mark: str) -> ResponseReturnValue:
    """Who consents to what, since when, until when; and who still has to before anything is disclosed."""
    child = lives.child_marked(desk, mark)
    rows = queries.consents(desk, child)
    names = cases.names(desk, [row.recorded_by for row in rows])
    birth = child.card.birth if child.card is not None else None
    age = whole_years(birth.date, local_day(desk.now), birth.precision) if birth is not None else None
    missing = queries.without_consent(desk, {child.id: age}, at=desk.now)
    desk.read("consents opened", mark, ("given",), count=len(rows))
    return page(
        "privacy/consents.html",
        child_mark=mark,
        age=age,
        needed=[SIDES[side] for side in Side if side in rules.needed_sides(age)],
        missing=[SIDES[side] for side in Side if side in missing.get(child.id, ())],
        rows=[
            {
                "id": row.id,
                "purpose": showing.label("consent_purposes", row.purpose),
                "side": SIDES[Side(row.side)],
                "given": given,
                "method": METHODS[Method(given.method)] if given.method else "",
                "on": day_short(local_day(row.given_at)),
                "by": names.get(row.recorded_by, "") if row.recorded_by else "",
                "withdrawn": moment_words(row.withdrawn_at, desk.now) if row.withdrawn_at else "",
            }
            for row, given in ((row, row.given or Given("")) for row in rows)
        ],
        form=ConsentForm.typed(),
    )


@room.post("/children/<mark>/consents", needs=Permission.CONSENT_RECORD, again=consents)
def consent(desk: Desk, mark: str) -> ResponseReturnValue:
    """Write a consent down."""
    form = ConsentForm.typed()
    form.check()
    actions.give_consent(
        desk,
        child=lives.child_marked(desk, mark),
        given=form.given(),
        side=Side(form.side.data) if form.side.data else None,
        purpose=form.purpose.data or None,
        at=form.at(),
    )
    return go_on(url_for("privacy.consents", mark=mark))


@room.post(
    "/children/<mark>/consents/<uuid:consent_id>/withdraw",
    needs=Permission.CONSENT_RECORD,
    again=lambda desk, mark, consent_id: consents(desk, mark=mark),
)
def withdraw(desk: Desk, mark: str, consent_id: UUID) -> ResponseReturnValue:
    """Write down that a consent is withdrawn."""
    form = ReasonForm.typed()
    form.check()
    row = queries.consent(desk, lives.child_marked(desk, mark), consent_id)
    actions.withdraw_consent(desk, row, reason=form.reason.data or "")
    return go_on(url_for("privacy.consents", mark=mark))
