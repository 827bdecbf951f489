"""A desk without a scope. Who may import this file stands in the import contract (whole-register); the build checks it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.access.scope import wall
from casemgr.access.second_wall import lifted

_WHOLE_REGISTER = Actor(id="whole register", units=None, table_units=None)


@contextmanager
def whole_register(desk: Desk) -> Iterator[Session]:
    """The desk's session, for the length of the block, without its actor's scope."""
    info = desk.session.info
    before = info.get("wall")
    info["wall"] = wall(_WHOLE_REGISTER)
    try:
        with lifted(desk.session):
            yield desk.session
    finally:
        if before is None:
            info.pop("wall")
        else:
            info["wall"] = before
