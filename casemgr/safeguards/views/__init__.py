"""Pages of the safeguards: readers of a case, one's own ties, the glass, what the supervisor decides."""

from casemgr.safeguards.views import glass, readers, supervising, ties
from casemgr.safeguards.views.door import room

__all__ = ["glass", "readers", "room", "supervising", "ties"]
