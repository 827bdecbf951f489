"""Pages of documents."""

from casemgr.web.room import Room

room = Room("documents", __name__)
