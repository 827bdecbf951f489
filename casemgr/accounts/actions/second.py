"""What two people do together: one proposes, another signs or refuses. Never the same person, never after its time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries, rules
from casemgr.accounts.models import Proposal
from casemgr.accounts.seconding import kind_of
from casemgr.accounts.terms import Answer, Asked, ProposalState
from casemgr.core.errors import Refused


@action("second signature asked for", needs=Permission.OWN_ACCOUNT)
def propose(
    desk: Desk,
    code: str,
    *,
    unit_id: int | None = None,
    about: str = "",
    case_id: UUID | None = None,
    child_id: int | None = None,
    given: Mapping[str, str] | None = None,
    shown: Sequence[tuple[str, str]] = (),
    reason: str = "",
    lasts: timedelta | None = None,
) -> Proposal:
    """Ask that something be done; another person with the right signs or refuses it."""
    kind = kind_of(code)
    if not kind.may_be_asked_by(desk) or desk.actor.account_id is None:
        raise Refused
    if kind.look is None:
        rules.says_why(reason).settle()
    rules.may_propose(asked=bool(about) and queries.waiting(desk, code, about) is not None).settle()
    row = Proposal(
        id=desk.id(),
        kind=code,
        state=ProposalState.WAITING,
        unit_id=unit_id,
        about=about,
        case_id=case_id,
        child_id=child_id,
        proposed_by=desk.actor.account_id,
        proposed_at=desk.now,
        expires_at=desk.now + (lasts or kind.lasts),
    )
    desk.add(row)
    if given or shown or reason:
        desk.seal(row, asked=Asked(tuple(sorted((given or {}).items())), tuple(shown), reason))
    desk.record(f"proposed: {code.replace('_', ' ')}", row.id)
    return row


@action("second signature given", needs=Permission.OWN_ACCOUNT)
def sign(desk: Desk, proposal: Proposal) -> Proposal:
    """Sign it: what was asked for is done now, at this desk."""
    kind = kind_of(proposal.kind)
    _may_answer(desk, proposal)
    if kind.proof:
        queries.insist_on_proof(desk)
    _answered(desk, proposal, ProposalState.DONE, desk.now)
    kind.carry_out(desk, proposal.given)
    desk.record(f"signed: {proposal.kind.replace('_', ' ')}", proposal.id)
    return proposal


@action("second signature refused", needs=Permission.OWN_ACCOUNT)
def refuse(desk: Desk, proposal: Proposal, *, reason: str) -> Proposal:
    """Refuse it, in words; nothing is done."""
    _may_answer(desk, proposal)
    rules.says_why(reason).settle()
    _answered(desk, proposal, ProposalState.REFUSED, desk.now)
    desk.seal(proposal, answer=Answer(reason))
    return proposal


@action("second signature withdrawn", needs=Permission.OWN_ACCOUNT)
def withdraw(desk: Desk, proposal: Proposal) -> Proposal:
    """Whoever asked does not want it any more."""
    mine = proposal.proposed_by == desk.actor.account_id
    rules.may_withdraw(state=ProposalState(proposal.state), mine=mine).settle()
    _answered(desk, proposal, ProposalState.WITHDRAWN, desk.now)
    return proposal


def call_off(desk: Desk, proposal: Proposal, *, reason: str) -> Proposal:
    """Leave it: whoever asked withdraws, anybody else refuses and says why."""
    if proposal.proposed_by == desk.actor.account_id:
        return withdraw(desk, proposal)
    return refuse(desk, proposal, reason=reason)


def _may_answer(desk: Desk, proposal: Proposal) -> None:
    if not desk.actor.may(kind_of(proposal.kind).signs):
        raise Refused
    rules.may_sign(
        state=ProposalState(proposal.state),
        expired=proposal.expires_at <= desk.now,
        mine=proposal.proposed_by in desk.actor.persons,
    ).settle()


def _answered(desk: Desk, proposal: Proposal, state: ProposalState, at: datetime) -> None:
    proposal.state, proposal.answered_at, proposal.answered_by = state, at, desk.actor.account_id
