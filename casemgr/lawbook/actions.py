"""Making a change of the law: append it to the log and give every running clock the time it has under it."""

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.lawbook import queries, recount
from casemgr.legislation import actions as legislation
from casemgr.legislation import queries as laws
from casemgr.legislation.models import LawChange
from casemgr.legislation.terms import ChangeKind, Proposal


def change(desk: Desk, proposal: Proposal, *, seen: str) -> LawChange:
    """What was previewed, done: the addition, and the clocks that move by it, in one piece of work."""
    queries.check(desk, proposal)
    timeless = proposal.kind is ChangeKind.ENTRIES  # the catalogue moves no clock
    moved = [] if timeless else recount.moved(desk, laws.with_proposal(desk, proposal))
    row = legislation.add(desk, proposal, seen=seen)
    row.moved = recount.apply(desk, moved, row)
    if row.moved:
        desk.record("clocks counted again", row.id, count=row.moved)
    return row


@action("clocks counted again", needs=Permission.MAINTAIN)
def count_again(desk: Desk) -> int:
    """Count every running clock under the law in use, where its time is another: after a program with other shipped data."""
    return recount.apply(desk, recount.astray(desk), None)
