"""The door of the room."""

from casemgr.web.room import Room

room = Room("emergency", "casemgr.intervention.emergency.views")
