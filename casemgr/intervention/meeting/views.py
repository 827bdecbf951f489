"""Pages of meeting."""

from casemgr.web.room import Room

room = Room("meeting", __name__)
