"""Pages of reporting: what waits, one return and its steps, numbers with their threads, versions, units below, plans."""

from casemgr.reporting.views import cells, listing, one, plans, versions
from casemgr.reporting.views.door import room

__all__ = ["cells", "listing", "one", "plans", "room", "versions"]
