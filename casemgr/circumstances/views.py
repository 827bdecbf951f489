"""Pages of circumstances."""

from casemgr.web.room import Room

room = Room("circumstances", __name__)
