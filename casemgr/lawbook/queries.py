"""Reading for the pages of the law: what a change would do to the cases that are open."""

from casemgr.access.desk import Desk
from casemgr.core.errors import Invalid
from casemgr.core.words import _, language
from casemgr.indicators.catalogue import files as catalogue
from casemgr.indicators.catalogue import in_use
from casemgr.indicators.catalogue.files import Difference
from casemgr.lawbook import recount, showing
from casemgr.legislation import actions as checks
from casemgr.legislation import queries as legislation
from casemgr.legislation.rules import differences
from casemgr.legislation.terms import ChangeKind, Proposal
from casemgr.places import queries as places


def preview(desk: Desk, proposal: Proposal) -> showing.Preview:
    """What a change would do, after the change itself was found lawful. Stores nothing."""
    entries, seen = check(desk, proposal), legislation.mark_in_use(desk)
    if entries:
        first = min(one.entry.valid_from for one in entries)
        return showing.Preview(seen, entries=entries, rewrites=first <= places.today(desk))
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
        seen,
        clocks=len(moved),
        cases=len({one.running.case_id for one in moved}),
        overdue=sum(one.becomes_overdue(desk.now) for one in moved),
        rows=rows,
        differences=tuple(showing.difference_lines(differences(legislation.rulebook(desk), book))),
    )


def check(desk: Desk, proposal: Proposal) -> tuple[Difference, ...]:
    """Refuse what may not be added or cannot be read; of a catalogue gives what it changes."""
    checks.check(desk, proposal)
    if proposal.kind is not ChangeKind.ENTRIES:
        return ()
    _catalogue, found = catalogue.weigh(in_use(), catalogue.read(proposal.body), places.today(desk))
    if not found:
        raise Invalid({"file": [_("The catalogue already says so: nothing would change.")]})
    return tuple(found)
