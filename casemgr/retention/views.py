"""Pages: how long files are kept, what is due, the two persons, and the hold on a file."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases.terms import DisposalState
from casemgr.core.words import _, _l
from casemgr.places import queries as places
from casemgr.retention import actions, queries
from casemgr.retention.forms import DestroyForm, HoldForm, LiftForm, PeriodForm
from casemgr.retention.terms import By, Kind, Sure
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("retention", __name__)

DECIDE, HOLD, SET = Permission.RETENTION_DECIDE, Permission.HOLD_SET, Permission.LAW_MANAGE
BY = {
    By.TWO_PERSONS: _l("Proposed by the system, decided by two persons"),
    By.WITH_THE_FILE: _l("Goes with the file of the case"),
    By.PROGRAM: _l("Goes by itself"),
    By.KEPT: _l("Is not destroyed"),
}
SURE = {
    Sure.SET: _l("Set by the agency"),
    Sure.PROPOSED: _l("Proposed, no document yet"),
    Sure.OURS: _l("Technical figure of the program"),
}


@room.get("/retention", needs=Permission.PROCESSING_READ)
def show(desk: Desk, report_id: UUID | None = None) -> ResponseReturnValue:
    """How long each kind of record is kept; for those who decide, what is due."""
    decides = desk.actor.may(DECIDE)
    due = queries.lines(desk, DisposalState.PROPOSED) if decides else ()
    atlas = places.atlas(desk)
    return page(
        "retention/list.html",
        kinds=[(kind, set_, how_long(kind)) for kind, set_ in queries.kinds(desk)],
        by=BY,
        sure=SURE,
        decides=decides,
        sets=desk.actor.may(SET) and desk.actor.unit_id is None,
        due=due,
        form=DestroyForm.of(due),
        going=queries.lines(desk, DisposalState.AGREED) if decides else (),
        gone=queries.lines(desk, DisposalState.DESTROYED) if decides else (),
        unit_name=lambda key: found.name if (found := atlas.unit(key)) else _("Commune to be found"),
        most=queries.SHOWN,
        done=request.args.get("done", ""),
    )


@room.post("/retention/destruction", needs=DECIDE, again=show)
def ask(desk: Desk) -> ResponseReturnValue:
    """Ask that files which are due be destroyed."""
    form = DestroyForm.of(queries.lines(desk, DisposalState.PROPOSED))
    form.check()
    proposal = actions.ask(desk, form.chosen(), reason=form.reason.data or "")
    return redirect(url_for("accounts.proposal", proposal_id=proposal.id), 303)


@room.post("/retention/<uuid:report_id>/call-off", needs=DECIDE, again=show)
def call_off(desk: Desk, report_id: UUID) -> ResponseReturnValue:
    """Take a file back before the night."""
    actions.call_off(desk, report_id)
    return redirect(url_for("retention.show", done="called_off"), 303)


@room.get("/retention/periods/<kind_code>", needs=SET)
def period(desk: Desk, kind_code: str) -> ResponseReturnValue:
    """One kind of file: what is proposed, and what the agency sets."""
    kind, set_ = queries.kind(desk, kind_code)
    return page(
        "retention/period.html",
        kind=kind,
        set_=set_,
        how_long=how_long(kind),
        sure=SURE,
        may_set=desk.actor.unit_id is None,
        form=PeriodForm.typed({"years": kind.period.years, "until_age": kind.period.until_age}),
    )


@room.post("/retention/periods/<kind_code>", needs=SET, again=period)
def set_period(desk: Desk, kind_code: str) -> ResponseReturnValue:
    """Set how long a kind of file is kept."""
    kind, _set = queries.kind(desk, kind_code)
    form = PeriodForm.typed()
    form.check()
    actions.set_period(
        desk,
        kind,
        period=form.period(),
        document=form.document.data or "",
        document_day=form.document_day.data,
    )
    return redirect(url_for("retention.show", done="set"), 303)


@room.get("/cases/<number>/hold", needs=HOLD)
def holds(desk: Desk, number: str, hold_id: UUID | None = None) -> ResponseReturnValue:
    """Who said that the file must be kept, and why."""
    case = cases.case(desk, number)
    found = queries.holds(desk, case)
    return page(
        "retention/hold.html",
        case=case,
        standing=[one for one in found if one.lifted_at is None],
        lifted=[one for one in found if one.lifted_at is not None],
        proceedings=queries.proceedings_run(desk, case),
        form=HoldForm.typed(sent_to="retention.hold"),
        lift=LiftForm.typed(sent_to="retention.lift"),
        lifting=hold_id,
        done=request.args.get("done", ""),
    )


@room.post("/cases/<number>/hold", needs=HOLD, again=holds)
def hold(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep the file."""
    form = HoldForm.typed()
    form.check()
    actions.hold(desk, cases.case(desk, number), reason=form.reason.data or "")
    return redirect(url_for("retention.holds", number=number, done="held"), 303)


@room.post("/cases/<number>/hold/<uuid:hold_id>/lift", needs=HOLD, again=holds)
def lift(desk: Desk, number: str, hold_id: UUID) -> ResponseReturnValue:
    """Keep it no longer than its period says."""
    form = LiftForm.typed()
    form.check()
    found = queries.hold(desk, cases.case(desk, number), hold_id)
    actions.lift(desk, found, reason=form.reason.data or "")
    return redirect(url_for("retention.holds", number=number, done="lifted"), 303)


def how_long(kind: Kind) -> str:
    """A period in words."""
    years, age = kind.period.years, kind.period.until_age
    if years is not None and age is not None:
        return _("%(years)s years after closing, and until the child is %(age)s", years=years, age=age)
    if years is not None:
        return _("%(years)s years after closing", years=years)
    return _("until the child is %(age)s", age=age) if age is not None else ""
