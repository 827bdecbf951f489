"""What people typed and could not save."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.accounts import rules
from casemgr.accounts.models import Account, Draft, SignIn
from casemgr.accounts.queries.entrance import digest
from casemgr.accounts.terms import AccountState


def left_by(desk: Desk, token: str) -> UUID | None:
    """Whose session it was that has ended, if what was typed in it may still be kept for them."""
    row = desk.session.execute(
        select(SignIn, Account.state)
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.token_digest == digest(token))
    ).one_or_none()
    if row is None or row[1] != AccountState.ACTIVE:
        return None
    session: SignIn = row[0]
    return (
        session.account_id if rules.may_leave_draft(session.end_reason, session.seen_at, desk.now) else None
    )


def drafts_of(desk: Desk, account_id: UUID) -> Sequence[Draft]:
    """The drafts of somebody that have not expired, the newest first."""
    return desk.all(
        select(Draft)
        .where(Draft.account_id == account_id, Draft.kept_at > desk.now - rules.DRAFTS_KEPT)
        .order_by(Draft.kept_at.desc(), Draft.id.desc())
    )


def own_drafts(desk: Desk) -> Sequence[Draft]:
    """The drafts of the person at the desk."""
    return [] if desk.actor.account_id is None else drafts_of(desk, desk.actor.account_id)


def own_draft(desk: Desk, draft_id: UUID) -> Draft | None:
    """One draft of the person at the desk, if it has not expired."""
    return next((row for row in own_drafts(desk) if row.id == draft_id), None)
