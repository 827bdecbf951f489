"""Pages of proceedings."""

from casemgr.web.room import Room

room = Room("proceedings", __name__)
