"""Who may see a case: restrict it, add and take off readers, lift the restriction."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.safeguards import actions, queries
from casemgr.safeguards.forms import ReaderForm, ReasonForm, RestrictForm
from casemgr.safeguards.views.door import room
from casemgr.web.pages import page

RESTRICT = Permission.CASE_RESTRICT


@room.get("/cases/<number>/readers", needs=RESTRICT)
def show(desk: Desk, number: str, account_id: UUID | None = None) -> ResponseReturnValue:
    """Who sees the case now, and what can be changed."""
    case = cases.case(desk, number)
    found = queries.readers(desk, case)
    own = str(desk.actor.account_id)
    form = RestrictForm.typed({"readers": (own,)})
    form.ask("readers", [(str(one), name) for one, name in found.possible])
    return page(
        "safeguards/readers.html",
        case=case,
        found=found,
        form=form,
        add=ReaderForm.of(found, sent_to="safeguards.add"),
        leave=ReasonForm.typed(sent_to="safeguards.take_off"),
        leaving=account_id,
        lift=ReasonForm.typed(sent_to="safeguards.lift"),
        together=[other for other in queries.together(desk, case) if other != case.number],
        done=request.args.get("done", ""),
        me=desk.actor.account_id,
    )


@room.post("/cases/<number>/readers", needs=RESTRICT, again=show)
def restrict(desk: Desk, number: str) -> ResponseReturnValue:
    """From now on only named persons see the case."""
    case, form = cases.case(desk, number), RestrictForm.typed()
    actions.restrict(desk, case, readers=form.chosen(), reason=form.reason.data or "")
    return _back(number, "restricted", still=desk.actor.account_id in form.chosen())


@room.post("/cases/<number>/readers/add", needs=RESTRICT, again=show)
def add(desk: Desk, number: str) -> ResponseReturnValue:
    """Let one more person see it."""
    case, form = cases.case(desk, number), ReaderForm.typed()
    actions.name(desk, case, reader=form.chosen(), reason=form.reason.data or "")
    return _back(number, "added")


@room.post("/cases/<number>/readers/<uuid:account_id>/end", needs=RESTRICT, again=show)
def take_off(desk: Desk, number: str, account_id: UUID) -> ResponseReturnValue:
    """Let somebody see it no longer."""
    case, form = cases.case(desk, number), ReasonForm.typed()
    actions.unname(desk, case, reader=account_id, reason=form.reason.data or "")
    return _back(number, "ended", still=account_id != desk.actor.account_id)


@room.post("/cases/<number>/readers/lift", needs=RESTRICT, again=show)
def lift(desk: Desk, number: str) -> ResponseReturnValue:
    """Let the unit see it again."""
    case, form = cases.case(desk, number), ReasonForm.typed()
    actions.lift(desk, case, reason=form.reason.data or "")
    return _back(number, "lifted")


def _back(number: str, done: str, *, still: bool = True) -> ResponseReturnValue:
    """Back to the page; whoever has taken themselves off the list goes to the list of cases."""
    address = url_for("safeguards.show", number=number, done=done) if still else url_for("cases.listing")
    return redirect(address, 303)
