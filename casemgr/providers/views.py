"""Pages of providers."""

from casemgr.web.room import Room

room = Room("providers", __name__)
