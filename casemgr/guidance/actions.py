"""Putting guidance off, or on again: for oneself alone."""

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import NotFound
from casemgr.guidance.models import GuidanceWish


@action("guidance switched", needs=Permission.OWN_ACCOUNT)
def switch(desk: Desk, *, off: bool) -> None:
    """Remember whether the person at the desk wants to be guided."""
    if desk.actor.account_id is None:
        raise NotFound
    wish = desk.session.get(GuidanceWish, desk.actor.account_id)
    if wish is None:
        desk.add(GuidanceWish(account_id=desk.actor.account_id, off=off, changed_at=desk.now))
    else:
        wish.off, wish.changed_at = off, desk.now
