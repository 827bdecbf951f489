"""Pages of notices."""

from casemgr.web.room import Room

room = Room("notices", __name__)
