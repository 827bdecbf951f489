"""Pages of notices: the list, how one wants to be reached, the calendar, practice, asking for help."""

from casemgr.notices.views import calendar, listing, practice, reaching
from casemgr.notices.views.door import room

__all__ = ["calendar", "listing", "practice", "reaching", "room"]
