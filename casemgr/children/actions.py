"""Writing children: register one, correct one."""

import secrets
from datetime import datetime

from casemgr.access.desk import Desk
from casemgr.children import index
from casemgr.children.models import Child, ChildUnit
from casemgr.children.terms import Card, Detail, Whereabouts


def register(
    desk: Desk, *, unit_id: int | None, card: Card, detail: Detail, whereabouts: str | None
) -> Child:
    """Open a child's file under a random number, at the unit that will keep it."""
    child = Child(
        id=secrets.randbits(63),
        unit_id=unit_id,
        state="known" if card.name else "unidentified",
        recorded_at=desk.now,
        entered_by=desk.actor.account_id,
        client_id=desk.actor.client_id,
    )
    desk.safe.begins(child.id)
    desk.add(child)
    desk.seal(child, card=card, detail=detail)
    if whereabouts:
        desk.seal(child, whereabouts=Whereabouts(whereabouts))
    index.follow(desk, child, None)
    return child


def correct(desk: Desk, child: Child, *, card: Card, detail: Detail, whereabouts: str | None) -> None:
    """Write down what is known now; who changed it stands on the timeline of the case."""
    before = index.known(desk, child)
    if card != child.card:
        desk.seal(child, card=card)
    if detail != child.detail:
        desk.seal(child, detail=detail)
    if whereabouts and (child.whereabouts is None or child.whereabouts.place != whereabouts):
        desk.seal(child, whereabouts=Whereabouts(whereabouts))
    child.state = "known" if card.name else "unidentified"
    index.follow(desk, child, before)


def move(desk: Desk, child: Child, unit_id: int | None) -> None:
    """Let another unit keep the child's file; the unit before still sees what it worked on."""
    if unit_id == child.unit_id:
        return
    if child.unit_id is not None:
        _share(desk, child, child.unit_id, desk.now)
    before = index.known(desk, child)
    child.unit_id = unit_id
    index.follow(desk, child, before)


def share(desk: Desk, child: Child, unit_id: int) -> None:
    """Let a further unit read the child's file: a case of the child is being handed over to it."""
    if unit_id != child.unit_id:
        _share(desk, child, unit_id, desk.now)


def unshare(desk: Desk, child_id: int, unit_id: int, since: datetime) -> None:
    """Take back what was shared at an instant; what was shared for another reason stays."""
    row = desk.session.get(ChildUnit, (child_id, unit_id))
    if row is not None and row.since == since:
        desk.session.delete(row)


def _share(desk: Desk, child: Child, unit_id: int, since: datetime) -> None:
    if desk.session.get(ChildUnit, (child.id, unit_id)) is None:
        desk.add(ChildUnit(child_id=child.id, unit_id=unit_id, since=since, granted_by=desk.actor.account_id))
