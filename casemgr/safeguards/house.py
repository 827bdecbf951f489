"""The house itself at somebody's desk: what keeps people out of a case must see the case they are kept out of."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.access.everything import whole_register

HOUSE = Actor(id="house:safeguards", units=None, table_units=None)


@contextmanager
def as_house(desk: Desk, *, looking: bool = False) -> Iterator[Desk]:
    """The same desk with nobody at it: same session, same instant, entries of its own. What it read is not kept at hand.

    Where it only looks, nothing that still waits to be written is written for its sake.
    """
    info = desk.session.info
    own = copy(desk)
    own.actor, own.at_hand, own.readings = HOUSE, [], []
    with whole_register(desk):
        info["actor"] = HOUSE
        try:
            yield own
            if desk.writing and not looking:
                own.flush()
        finally:
            info["actor"] = desk.actor
            desk.made = own.made
