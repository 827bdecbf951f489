"""The door of the room."""

from casemgr.web.room import Room

room = Room("care", "casemgr.intervention.care.views")
