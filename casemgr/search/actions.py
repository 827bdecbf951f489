"""Writing: asking to see a file and answering, a search beyond the limit, what a person says of two files."""

from collections.abc import Iterable

from sqlalchemy import select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries as accounts
from casemgr.children import actions as children
from casemgr.children.models import Child, ChildPair
from casemgr.children.queries import looked
from casemgr.children.rules import in_order
from casemgr.core.errors import Conflict, Invalid, NotFound
from casemgr.core.words import _
from casemgr.search import beyond, queries
from casemgr.search.models import AccessRequest, SearchExcess
from casemgr.search.terms import PairState, Quota, RequestState, Verdict, Why


@action("access to a child asked for", needs=Permission.CHILD_SEARCH)
def ask(desk: Desk, *, child_id: int, why: str) -> AccessRequest:
    """Ask the office that keeps a file to be let in. Asked twice, it is one request."""
    child = beyond.asked_for(desk, child_id)
    if child is None or child.unit_id is None or desk.actor.unit_id is None or desk.actor.account_id is None:
        raise NotFound
    if not why.strip():
        raise Invalid({"why": [_("Say why you need to see this file. The office that keeps it reads it.")]})
    if (again := queries.open_request(desk, child_id)) is not None:
        return again
    asked = AccessRequest(
        id=desk.id(),
        child_id=child_id,
        unit_id=child.unit_id,
        asking_unit_id=desk.actor.unit_id,
        asked_by=desk.actor.account_id,
        asked_at=desk.now,
        state=RequestState.WAITING,
    )
    desk.add(asked)
    desk.seal(asked, why=Why(why))
    return asked


@action("access to a child answered", needs=Permission.ACCESS_ANSWER)
def answer(desk: Desk, asked: AccessRequest, *, share: bool, words: str) -> AccessRequest:
    """Let the asking office read the child's file, or say why not. The cases stay with those who work on them."""
    if asked.state != RequestState.WAITING:
        raise Conflict(_("Somebody has answered this already."))
    if asked.asked_by == desk.actor.account_id:
        raise Invalid({"answer": [_("Somebody else answers what you have asked for.")]})
    if not share and not words.strip():
        raise Invalid({"words": [_("Say why not, or whom to call instead.")]})
    child = desk.get(Child, asked.child_id)
    if share:
        children.share(desk, child, asked.asking_unit_id)
    asked.state = RequestState.SHARED if share else RequestState.REFUSED
    asked.answered_by, asked.answered_at = desk.actor.account_id, desk.now
    if words.strip():
        desk.seal(asked, answer=Why(words))
    return asked


def count(desk: Desk, found: queries.Wide, *, typed: str, why: str) -> Quota:
    """Count a wide search before what it found is shown, also in many windows at once. Gives how many there were before;
    beyond the limit, and without a reason, it is none, and nothing of it may be shown."""
    accounts.one_after_the_other(desk)
    spent = queries.quota(desk)
    if spent.used_up and not why:
        return spent
    if spent.used_up:
        exceed(desk, why=why, made=spent.made)
    looked(desk, queries.WIDE, typed, found.count)
    return spent


@action("searched beyond the limit", needs=Permission.CHILD_SEARCH)
def exceed(desk: Desk, *, why: str, made: int) -> SearchExcess:
    """Go on searching beyond the hour's limit: with a reason, which whoever supervises reads."""
    if not why.strip():
        raise Invalid({"why": [_("Say what you are looking for so much. Your supervisor reads it.")]})
    if desk.actor.account_id is None or desk.actor.unit_id is None:
        raise NotFound
    told = SearchExcess(
        id=desk.id(),
        account_id=desk.actor.account_id,
        unit_id=desk.actor.unit_id,
        at=desk.now,
        made=made,
    )
    desk.add(told)
    desk.seal(told, why=Why(why))
    return told


@action("two children told apart", needs=Permission.CHILD_MERGE)
def tell_apart(desk: Desk, child: Child, *, other_id: int, verdict: Verdict) -> ChildPair:
    """Remember that two files are of two children: never asked again."""
    other = desk.get(Child, other_id)
    if other.id == child.id or verdict is Verdict.SAME:
        raise NotFound
    return remember(desk, child.id, other.id, PairState(verdict))


def remember(desk: Desk, one: int, other: int, state: PairState) -> ChildPair:
    """Keep what a person said of two files."""
    pair = queries.pair(desk, one, other) or _found(desk, one, other, 0)
    pair.state = state
    pair.decided_at, pair.decided_by = desk.now, desk.actor.account_id
    return pair


@action("pairs of children looked for", needs=Permission.MAINTAIN)
def queue(desk: Desk, numbers: Iterable[int]) -> int:
    """Keep the pairs among which one of some children stands and somebody should look; gives how many are new."""
    new = 0
    for child in desk.all(select(Child).where(Child.id.in_(list(numbers)), Child.state != "merged")):
        for one in queries.candidates(desk, child).inside:
            if one.likeness.queues and queries.pair(desk, child.id, one.child.id) is None:
                _found(desk, child.id, one.child.id, round(one.likeness.score))
                desk.flush()
                new += 1
    return new


def _found(desk: Desk, one: int, other: int, score: int) -> ChildPair:
    first, second = in_order(one, other)
    pair = ChildPair(
        first_id=first,
        second_id=second,
        state=PairState.WAITING,
        score=min(score, 999),
        found_at=desk.now,
    )
    desk.add(pair)
    return pair
