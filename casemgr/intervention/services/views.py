"""Pages of services."""

from casemgr.web.room import Room

room = Room("services", __name__)
