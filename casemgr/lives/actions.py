"""Writing a life: saying that two files are of one child, agreeing to it, and parting them again."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import actions as second
from casemgr.accounts import queries as accounts
from casemgr.accounts import seconding
from casemgr.accounts.models import Proposal
from casemgr.cases import spine
from casemgr.cases.deciding import given
from casemgr.cases.models import Case
from casemgr.cases.terms import Beside, Note, Step
from casemgr.children.models import Child
from casemgr.core.words import _l
from casemgr.lives import merging, queries, rules
from casemgr.lives.models import ChildMerge
from casemgr.lives.terms import MERGE, Changes, Reason
from casemgr.search import actions as search
from casemgr.search import beyond
from casemgr.search.terms import PairState

Told = Mapping[str, str] | None


@action("case joined to a known child", needs=Permission.REPORT_CORRECT)
def join(desk: Desk, case: Case, *, child_id: int, explanations: Told = None) -> ChildMerge | None:
    """Hang a case on the file of a child that was known before.

    Where nothing but this case hangs on its own file, one person does it; otherwise it is proposed and a second person
    agrees.
    """
    known = desk.get(Child, child_id)
    if case.child_id == known.id:
        return None
    return _begin(desk, desk.get(Child, case.child_id), known, case, explanations)


@action("merge of two children proposed", needs=Permission.CHILD_MERGE)
def propose(desk: Desk, child: Child, *, known_id: int, explanations: Told = None) -> ChildMerge:
    """Say that a file is of a child that is known here already; a second person agrees."""
    return _begin(desk, child, desk.get(Child, known_id), None, explanations)


def confirm(desk: Desk, proposed: ChildMerge) -> Proposal:
    """Agree: from now on there is one file."""
    return second.sign(desk, accounts.asked_for(desk, MERGE, proposed.id.hex))


@action("merge of two children refused", needs=Permission.CHILD_MERGE)
def refuse(desk: Desk, proposed: ChildMerge, *, reason: str) -> ChildMerge:
    """Do not agree: the files stay two. Or whoever proposed it does not want it any more."""
    second.call_off_proposal(desk, accounts.asked_for(desk, MERGE, proposed.id.hex), reason=reason)
    return proposed


@action("merge of two children undone", needs=Permission.CHILD_MERGE)
def undo(desk: Desk, merged: ChildMerge, *, why: str) -> ChildMerge:
    """Part two files again: every row as it was before, with what was done on it since."""
    gone = queries.is_given_up(desk, merged.kept_id)
    rules.findings_on_undoing(is_one=merged.is_one, gone=gone, why=why).settle()
    kept = desk.get(Child, merged.kept_id)
    given_up = beyond.child(desk, merged.given_up_id)
    before = _cases(desk, kept)
    merging.unmerge(desk, kept, given_up, merged.changes or Changes())
    merged.undone_by, merged.undone_at = desk.actor.account_id, desk.now
    desk.seal(merged, undone_why=Reason(why))
    search.remember(desk, kept.id, given_up.id, PairState.OTHER)
    _say(desk, [case for case in before if case.child_id == given_up.id], Beside.FILES_PARTED)
    return merged


def _begin(desk: Desk, given_up: Child, known: Child, case: Case | None, told: Told) -> ChildMerge:
    facts = queries.joining(desk, given_up, known)
    found = rules.findings_on_joining(facts)
    found.settle(told)
    waiting = queries.proposed(desk, given_up.id)
    if waiting is not None:
        return waiting
    merge = ChildMerge(id=desk.id(), kept_id=known.id, given_up_id=given_up.id)
    desk.add(merge)
    desk.seal(merge, why=Reason(given(found, told) or ""))
    desk.flush()
    if case is not None and facts.fresh:
        return _carry_out(desk, merge)
    second.propose(desk, MERGE, about=merge.id.hex, child_id=known.id)
    return merge


@action("merge of two children confirmed", needs=(Permission.CHILD_MERGE, Permission.REPORT_CORRECT))
def _carry_out(desk: Desk, merge: ChildMerge) -> ChildMerge:
    ends = (merge.kept_id, merge.given_up_id)
    rules.findings_on_merging(gone=any(queries.is_given_up(desk, end) for end in ends)).settle()
    kept, given_up = (desk.get(Child, end) for end in ends)
    cases = _cases(desk, given_up)
    desk.seal(merge, changes=merging.merge(desk, kept, given_up))
    merge.merged_by, merge.merged_at = desk.actor.account_id, desk.now
    why = merge.why.text if merge.why is not None else ""
    _say(desk, cases, Beside.FILES_JOINED, why)
    return merge


seconding.register(
    seconding.Kind(
        MERGE,
        _l("Joining two files"),
        (Permission.CHILD_MERGE, Permission.REPORT_CORRECT),
        Permission.CHILD_MERGE,
        lambda desk, given: _carry_out(desk, queries.merge(desk, UUID(given[seconding.ABOUT]))),
        lasts=timedelta(days=14),
        proof=False,
        look=queries.look,
        place="/children/merges",
    )
)


def _cases(desk: Desk, child: Child) -> list[Case]:
    return list(beyond.rows_of(desk, Case, Case.child_id, [child.id]))


def _say(desk: Desk, cases: list[Case], what: Beside, why: str = "") -> None:
    """A line on each case; it is no step of it."""
    for case in cases:
        spine.write_line(desk, case, Step.NOTE, note=Note.of(what, reason=why or None))
