"""Pages of the emergency: measures, separation, who is kept out. Each asks, calls one action, answers."""

from casemgr.intervention.emergency.views import measures, separation, withholding
from casemgr.intervention.emergency.views.door import room

__all__ = ["measures", "room", "separation", "withholding"]
