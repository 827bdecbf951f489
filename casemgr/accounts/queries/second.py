"""Reading what two people do together: what waits for a signature, one's own wishes, what was answered."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.accounts.models import Account, Proposal
from casemgr.accounts.queries.staff import managed
from casemgr.accounts.seconding import kind_of, kinds
from casemgr.accounts.terms import ADMINISTRATOR, ProposalLine, ProposalState
from casemgr.core.errors import NotFound

_SHOWN = 100


def proposal(desk: Desk, proposal_id: UUID) -> Proposal:
    """One proposal that the person may sign, or asked for."""
    found = desk.get(Proposal, proposal_id)
    if found.kind not in kinds():
        raise NotFound
    if not _concerns(desk, found):
        raise NotFound
    return found


def _concerns(desk: Desk, row: Proposal) -> bool:
    """Whether somebody asked for it, or may sign it: an administrator is made by those of the area."""
    if row.proposed_by == desk.actor.account_id:
        return True
    units = managed(desk) if row.kind == ADMINISTRATOR else None
    return desk.actor.may(kind_of(row.kind).signs) and (units is None or row.unit_id in units)


def proposals(desk: Desk) -> Sequence[ProposalLine]:
    """What the person may sign or asked for, what waits first, without what it is about."""
    mine = [code for code, kind in kinds().items() if desk.actor.may(kind.signs)]
    rows = desk.all(
        select(Proposal)
        .where((Proposal.proposed_by == desk.actor.account_id) | Proposal.kind.in_(mine))
        .order_by(Proposal.answered_at.is_not(None), Proposal.proposed_at.desc(), Proposal.id)
        .limit(_SHOWN)
    )
    names = _names(desk, rows)
    return [_line(desk, row, names) for row in rows if row.kind in kinds() and _concerns(desk, row)]


def proposal_line(desk: Desk, of: Proposal) -> ProposalLine:
    """One proposal with what it is about; the look is noted."""
    desk.read("proposal opened", of.id)
    return _line(desk, of, _names(desk, [of]), opened=True)


def _names(desk: Desk, rows: Sequence[Proposal]) -> dict[UUID, str]:
    wanted = {who for row in rows for who in (row.proposed_by, row.answered_by) if who is not None}
    return dict(desk.rows(select(Account.id, Account.name).where(Account.id.in_(wanted)))) if wanted else {}


def _line(desk: Desk, row: Proposal, names: dict[UUID, str], *, opened: bool = False) -> ProposalLine:
    waiting, expired = row.state == ProposalState.WAITING, row.expires_at <= desk.now
    asked, answer = (row.asked, row.answer) if opened else (None, None)
    return ProposalLine(
        row.id,
        row.kind,
        kind_of(row.kind).title,
        ProposalState(row.state),
        waiting and expired,
        names.get(row.proposed_by, ""),
        row.proposed_at,
        row.expires_at,
        mine=row.proposed_by == desk.actor.account_id,
        may_answer=waiting
        and not expired
        and row.proposed_by not in desk.actor.persons
        and desk.actor.may(kind_of(row.kind).signs),
        answered_by=names.get(row.answered_by, "") if row.answered_by is not None else "",
        answered_at=row.answered_at,
        shown=asked.shown if asked is not None else (),
        reason=asked.reason if asked is not None else "",
        answer=answer.reason if answer is not None else "",
    )
