"""What people send: never lying open on a disk, and more than a form only where a page asks for it and the person may."""

from typing import IO, Any

from flask import Flask, Request, current_app, g, request

from casemgr.access.actor import NOBODY
from casemgr.security.spool import SealedSpool


class Visit(Request):
    """A request whose files are sealed as they come in."""

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return SealedSpool()  # type: ignore[return-value]


def install(app: Flask) -> None:
    """Let in what a door says it takes, before anything of it is read."""
    app.request_class = Visit

    @app.before_request
    def as_much_as_the_door_takes() -> None:
        door = app.extensions["casemgr"].doors.get(request.endpoint)
        actor = g.get("actor", NOBODY)
        if door is not None and door.largest is not None and any(map(actor.may, door.needs)):
            request.max_content_length = door.largest


def most_anywhere() -> int:
    """The most that any page takes: what a server in front of us must let through."""
    taken: list[int] = [door.largest or 0 for door in current_app.extensions["casemgr"].doors.values()]
    return max(int(current_app.config["MAX_CONTENT_LENGTH"]), *taken)
