"""Pages: sign-in, second proofs, one's own account, days away, the staff list. Each asks, calls one action, answers."""

from casemgr.accounts.views import absences, drafts, entering, factors, own, proving, second, staff
from casemgr.accounts.views.door import room

__all__ = ["absences", "drafts", "entering", "factors", "own", "proving", "room", "second", "staff"]
