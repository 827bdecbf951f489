"""Keeping what somebody typed and could not save, and letting go of it."""

from uuid import UUID

from sqlalchemy import delete

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries, rules
from casemgr.accounts.models import Draft
from casemgr.accounts.terms import DraftContent


@action("draft kept", needs=Permission.PUBLIC)
def keep_draft(desk: Desk, account_id: UUID, content: DraftContent) -> Draft:
    """Keep what somebody typed, sealed; a newer draft for the same takes the place of the one before."""
    desk.session.execute(delete(Draft).where(Draft.kept_at <= desk.now - rules.DRAFTS_KEPT))
    before = queries.drafts_of(desk, account_id)
    same = [row for row in before if row.content is not None and row.content.target == content.target]
    others = [row for row in before if row not in same]
    for row in (*same, *others[rules.MOST_DRAFTS - 1 :]):
        desk.session.delete(row)
    draft = Draft(id=desk.id(), account_id=account_id, kept_at=desk.now)
    desk.add(draft)
    desk.seal(draft, content=content)
    return draft


@action("draft let go", needs=Permission.OWN_ACCOUNT)
def drop_draft(desk: Desk, draft: Draft) -> None:
    """Delete a draft: what was in it has been saved, or nobody wants it any more."""
    desk.session.delete(draft)
