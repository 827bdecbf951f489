"""Pages of handovers."""

from casemgr.web.room import Room

room = Room("handovers", __name__)
