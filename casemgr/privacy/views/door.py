"""The room of data protection, and where one goes on to."""

from flask import redirect
from flask.typing import ResponseReturnValue

from casemgr.web.room import Room

room = Room("privacy", __name__)


def go_on(address: str) -> ResponseReturnValue:
    """After something was done: to a page that is only looked at."""
    return redirect(address, 303)
