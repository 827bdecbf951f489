"""What two people do together: one proposes, another signs or refuses. Never the same person, never after its time."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries, rules
from casemgr.accounts.models import Proposal
from casemgr.accounts.seconding import kind_of
from casemgr.accounts.terms import Answer, Asked, ProposalState
from casemgr.core.errors import Refused


@action("second signature asked for", needs=Permission.SECOND_SIGN)
def propose(
    desk: Desk,
    code: str,
    *,
    given: Mapping[str, str],
    shown: Sequence[tuple[str, str]],
    reason: str,
    unit_id: int | None,
) -> Proposal:
    """Ask that something be done; another person with the right signs or refuses it."""
    kind = kind_of(code)
    if not desk.actor.may(kind.proposes) or desk.actor.account_id is None:
        raise Refused
    rules.may_propose(reason=reason).settle()
    row = Proposal(
        id=desk.id(),
        kind=code,
        state=ProposalState.WAITING,
        unit_id=unit_id,
        proposed_by=desk.actor.account_id,
        proposed_at=desk.now,
        expires_at=desk.now + kind.lasts,
    )
    desk.add(row)
    desk.seal(row, asked=Asked(tuple(sorted(given.items())), tuple(shown), reason))
    desk.record(f"proposed: {code.replace('_', ' ')}", row.id)
    return row


@action("second signature given", needs=Permission.SECOND_SIGN)
def sign(desk: Desk, proposal: Proposal) -> Proposal:
    """Sign it: what was asked for is done now, at this desk."""
    kind = kind_of(proposal.kind)
    _may_answer(desk, proposal)
    queries.insist_on_proof(desk)
    _answered(desk, proposal, ProposalState.DONE, desk.now)
    asked = proposal.asked
    kind.carry_out(desk, dict(asked.given) if asked is not None else {})
    desk.record(f"signed: {proposal.kind.replace('_', ' ')}", proposal.id)
    return proposal


@action("second signature refused", needs=Permission.SECOND_SIGN)
def refuse(desk: Desk, proposal: Proposal, *, reason: str) -> Proposal:
    """Refuse it, in words; nothing is done."""
    _may_answer(desk, proposal)
    rules.may_propose(reason=reason).settle()
    _answered(desk, proposal, ProposalState.REFUSED, desk.now)
    desk.seal(proposal, answer=Answer(reason))
    return proposal


@action("second signature withdrawn", needs=Permission.SECOND_SIGN)
def withdraw(desk: Desk, proposal: Proposal) -> Proposal:
    """Whoever asked does not want it any more."""
    mine = proposal.proposed_by == desk.actor.account_id
    rules.may_withdraw(state=ProposalState(proposal.state), mine=mine).settle()
    _answered(desk, proposal, ProposalState.WITHDRAWN, desk.now)
    return proposal


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
