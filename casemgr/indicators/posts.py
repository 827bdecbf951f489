"""People in post: how many hold one of some roles at the units of each row on a day, by their appointments, never by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from casemgr.access.desk import Desk
from casemgr.accounts.models import Appointment
from casemgr.indicators.arrays import np
from casemgr.indicators.land import Grid

Post = tuple[UUID, int]  # who, and at which unit


def held(desk: Desk, roles: Collection[str], day: date) -> Sequence[Post]:
    """Who holds one of the roles at a unit on a day. Whoever is away for a while holds it still."""
    found = desk.rows(
        select(Appointment.account_id, Appointment.unit_id).where(
            Appointment.role.in_(sorted(roles)),
            Appointment.unit_id.is_not(None),
            Appointment.since <= day,
            or_(Appointment.until.is_(None), Appointment.until >= day),
        )
    )
    return [(row.account_id, row.unit_id) for row in found]


def worked_at(desk: Desk, first: date, last: date) -> Sequence[int]:
    """The units at which anybody held a post, of whatever role, on any of some days."""
    held_there = select(Appointment.unit_id).where(
        Appointment.unit_id.is_not(None),
        Appointment.since <= last,
        or_(Appointment.until.is_(None), Appointment.until >= first),
    )
    return [unit for unit in desk.all(held_there.distinct()) if unit is not None]


def in_rows(posts: Sequence[Post], grid: Grid) -> np.ndarray:
    """How many different people hold a post in each row of a table."""
    people: list[set[UUID]] = [set() for _area in grid.areas]
    for who, unit in posts:
        row = int(grid.lookup[unit])
        if row >= 0:
            people[row].add(who)
    return np.array([len(row) for row in people], "i8")
