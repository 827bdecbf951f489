"""Pages of alternative care: the register of a commune, and the course of one child."""

from casemgr.intervention.care.views import course, register
from casemgr.intervention.care.views.door import room

__all__ = ["course", "register", "room"]
