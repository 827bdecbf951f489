"""Pages: sign-in, one's own account, the staff list. Each asks, calls one action, answers."""

from casemgr.accounts.views import entering, own, staff
from casemgr.accounts.views.door import room

__all__ = ["entering", "own", "room", "staff"]
