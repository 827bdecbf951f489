"""Writing a life: saying that two files are of one child, agreeing to it, and parting them again."""

from collections.abc import Mapping

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import spine
from casemgr.cases.deciding import given
from casemgr.cases.models import Case
from casemgr.cases.terms import Note, Step
from casemgr.children.models import Child
from casemgr.core.words import Later, _l
from casemgr.lives import merging, queries, rules
from casemgr.lives.models import ChildMerge
from casemgr.lives.terms import Changes, MergeState, Reason
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


@action("merge of two children confirmed", needs=Permission.CHILD_MERGE)
def confirm(desk: Desk, proposed: ChildMerge) -> ChildMerge:
    """Agree: from now on there is one file."""
    rules.findings_on_deciding(queries.deciding(desk, proposed)).settle()
    return _carry_out(desk, proposed)


@action("merge of two children refused", needs=Permission.CHILD_MERGE)
def refuse(desk: Desk, proposed: ChildMerge) -> ChildMerge:
    """Do not agree: the files stay two."""
    rules.findings_on_deciding(queries.deciding(desk, proposed)).settle()
    proposed.state = MergeState.REFUSED
    proposed.decided_by, proposed.decided_at = desk.actor.account_id, desk.now
    return proposed


@action("merge of two children undone", needs=Permission.CHILD_MERGE)
def undo(desk: Desk, merged: ChildMerge, *, why: str) -> ChildMerge:
    """Part two files again: every row as it was before, with what was done on it since."""
    rules.findings_on_undoing(queries.deciding(desk, merged), why).settle()
    kept = desk.get(Child, merged.kept_id)
    given_up = beyond.child(desk, merged.given_up_id)
    before = _cases(desk, kept)
    merging.unmerge(desk, kept, given_up, merged.changes or Changes())
    merged.state = MergeState.UNDONE
    merged.undone_by, merged.undone_at = desk.actor.account_id, desk.now
    desk.seal(merged, undone_why=Reason(why))
    search.remember(desk, kept.id, given_up.id, PairState.OTHER)
    _say(desk, [case for case in before if case.child_id == given_up.id], _l("Two files were parted again."))
    return merged


def _begin(desk: Desk, given_up: Child, known: Child, case: Case | None, told: Told) -> ChildMerge:
    facts = queries.joining(desk, given_up, known)
    found = rules.findings_on_joining(facts)
    found.settle(told)
    waiting = queries.proposed(desk, given_up.id)
    if waiting is not None:
        return waiting
    merge = ChildMerge(
        id=desk.id(),
        kept_id=known.id,
        given_up_id=given_up.id,
        state=MergeState.PROPOSED,
        proposed_by=desk.actor.account_id,
        proposed_at=desk.now,
    )
    desk.add(merge)
    desk.seal(merge, why=Reason(given(found, told) or ""))
    return _carry_out(desk, merge) if case is not None and facts.fresh else merge


def _carry_out(desk: Desk, merge: ChildMerge) -> ChildMerge:
    kept, given_up = desk.get(Child, merge.kept_id), desk.get(Child, merge.given_up_id)
    cases = _cases(desk, given_up)
    desk.seal(merge, changes=merging.merge(desk, kept, given_up))
    merge.state = MergeState.CONFIRMED
    merge.decided_by, merge.decided_at = desk.actor.account_id, desk.now
    why = merge.why.text if merge.why is not None else ""
    _say(desk, cases, _l("The child was known here before: this case now stands in its file."), why)
    return merge


def _cases(desk: Desk, child: Child) -> list[Case]:
    return list(beyond.rows_of(desk, Case, Case.child_id, [child.id]))


def _say(desk: Desk, cases: list[Case], sentence: Later, why: str = "") -> None:
    """A line on each case; it is no step of it."""
    for case in cases:
        spine.write_line(desk, case, Step.NOTE, note=Note(text=str(sentence), reason=why or None))
