"""Reading for the pages of the law: what a change would do to the cases that are open."""

from casemgr.access.desk import Desk
from casemgr.core.words import language
from casemgr.lawbook import recount, showing
from casemgr.legislation import actions as checks
from casemgr.legislation import queries as legislation
from casemgr.legislation.rules import differences
from casemgr.legislation.terms import Proposal
from casemgr.places import queries as places


def preview(desk: Desk, proposal: Proposal) -> showing.Preview:
    """The clocks a change would move, after the change itself was found lawful. Stores nothing."""
    checks.check(desk, proposal)
    book = legislation.with_proposal(desk, proposal)
    moved = [one for one in recount.moved(desk, book) if not one.running.rehearsal]
    atlas = places.atlas(desk)
    rows = tuple(
        showing.ClockMoved(
            one.running.number,
            unit.name if one.running.unit_id and (unit := atlas.unit(one.running.unit_id)) else "",
            one.due.rule.step.text(language()),
            one.running.due_at,
            one.at,
            one.running.local_due_at,
            one.local_at,
            one.becomes_overdue(desk.now),
        )
        for one in moved[: showing.SHOWN]
    )
    return showing.Preview(
        clocks=len(moved),
        cases=len({one.running.case_id for one in moved}),
        overdue=sum(one.becomes_overdue(desk.now) for one in moved),
        rows=rows,
        differences=tuple(showing.difference_lines(differences(legislation.rulebook(desk), book))),
        seen=legislation.mark_in_use(desk),
    )
