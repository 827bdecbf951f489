"""Pages of what two people do together: the list, one proposal, sign, refuse, withdraw."""

from uuid import UUID

from flask import Response, request, url_for

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import actions, queries
from casemgr.accounts.forms import RefusalForm
from casemgr.accounts.views.door import go_on, room
from casemgr.web.pages import page

SIGN = Permission.SECOND_SIGN


@room.get("/second-signature", needs=SIGN)
def proposals(desk: Desk) -> Response:
    """What waits for a second person, and what became of one's own wishes."""
    return page("accounts/proposals.html", lines=queries.proposals(desk), done=request.args.get("done", ""))


@room.get("/second-signature/<uuid:proposal_id>", needs=SIGN)
def proposal(desk: Desk, proposal_id: UUID) -> Response:
    """One proposal: what is to be done, who asks, why."""
    found = queries.proposal(desk, proposal_id)
    return page("accounts/proposal.html", line=queries.proposal_line(desk, found), form=RefusalForm.typed())


@room.post("/second-signature/<uuid:proposal_id>/sign", needs=SIGN, again=proposal)
def sign_proposal(desk: Desk, proposal_id: UUID) -> Response:
    """Sign: it is done now."""
    actions.sign(desk, queries.proposal(desk, proposal_id))
    return go_on(url_for("accounts.proposals", done="signed"))


@room.post("/second-signature/<uuid:proposal_id>/refuse", needs=SIGN, again=proposal)
def refuse_proposal(desk: Desk, proposal_id: UUID) -> Response:
    """Refuse, with the reason."""
    form = RefusalForm.typed()
    actions.refuse(desk, queries.proposal(desk, proposal_id), reason=form.reason.data or "")
    return go_on(url_for("accounts.proposals", done="refused"))


@room.post("/second-signature/<uuid:proposal_id>/withdraw", needs=SIGN, again=proposal)
def withdraw_proposal(desk: Desk, proposal_id: UUID) -> Response:
    """Not wanted any more."""
    actions.withdraw(desk, queries.proposal(desk, proposal_id))
    return go_on(url_for("accounts.proposals", done="withdrawn"))
