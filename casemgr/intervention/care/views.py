"""Pages of care."""

from casemgr.web.room import Room

room = Room("care", __name__)
