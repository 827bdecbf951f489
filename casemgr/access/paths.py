"""By which right somebody came to a record: the trail says it with each look."""

from typing import Any

from casemgr.access.actor import Actor
from casemgr.access.roles import REACH, Reach


def path_to(actor: Actor, row: Any) -> str:
    """The narrowest right by which an actor sees a case, a report or a child."""
    named_in = any(row.id in ids for ids in actor.circle.read)
    if row.id in actor.circle.only_read:
        return "break-glass"
    if row.restricted and named_in:
        return "named reader"
    if row.id in actor.cases or row.id in actor.children or _held_by(actor, row):
        return "assigned"
    if actor.is_the_house:
        return "maintenance"
    if actor.role is not None and REACH[actor.role] is Reach.PROVINCE:
        return "supervisor"
    units = actor.units or frozenset()
    if row.unit_id in units:
        return "own unit"
    if getattr(row, "incident_unit_id", None) in units:
        return "unit of the incident"
    if named_in:
        return "break-glass"
    return "shared with the unit" if units else "entered"


def _held_by(actor: Actor, row: Any) -> bool:
    holder = getattr(row, "holder_id", None)
    return holder is not None and holder == actor.account_id
