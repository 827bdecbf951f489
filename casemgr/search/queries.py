"""Reading: the wide search with its limit, candidates for one child, pairs that wait, requests, children of one household."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from casemgr.access.desk import Desk
from casemgr.access.questions import Question
from casemgr.cases.models import Case
from casemgr.children import clues, honey, index
from casemgr.children import queries as children
from casemgr.children.comparing import Likeness, compare
from casemgr.children.models import Child, ChildPair
from casemgr.children.queries import Hit
from casemgr.children.rules import Wanted, in_order
from casemgr.children.terms import Detail
from casemgr.core.text import phone_number, sounds
from casemgr.search import beyond, files
from casemgr.search.models import AccessRequest, SearchExcess
from casemgr.search.terms import Family, Outside, PairState, Quota, RequestState
from casemgr.security.audit import AuditEntry

WIDE = "children searched beyond the own files"
FREE_AN_HOUR = 60
LEAST = 8.0  # bits that must speak for a child of one's own files before it is offered
CANDIDATES = 100  # files that are opened for one child, the likeliest
_SHOWN, _PAIRS, _ANSWERED = 10, 50, timedelta(days=30)


@dataclass(frozen=True)
class Wide:
    """What a wide search gave: children of one's own files, and covered ones."""

    hits: Sequence[Hit]
    outside: Sequence[Outside]

    @property
    def count(self) -> int:
        return len(self.hits) + len(self.outside)


@dataclass(frozen=True)
class Candidate:
    """A child in scope that may be another one, and what speaks for it."""

    child: Child
    likeness: Likeness


@dataclass(frozen=True)
class Candidates:
    """Who may be the same child: in scope, and outside."""

    inside: Sequence[Candidate] = ()
    outside: Sequence[Outside] = ()

    @property
    def warns(self) -> bool:
        return bool(self.outside) or any(one.likeness.warns for one in self.inside)


def wide(desk: Desk, wanted: Wanted) -> Wide:
    """Children anywhere that fit. Those in scope are shown, all others covered; once the search is counted."""
    numbers = children.by_index(desk, wanted, most=children.OPENED)
    own = children.open_cards(desk, numbers)
    hits = children.ranked(desk, wanted, own)
    foreign = set(numbers) - {card.id for card in own}
    outside = beyond.fitting(desk, wanted, foreign)[: children.SHOWN - len(hits)]
    return Wide(hits, outside)


def quota(desk: Desk) -> Quota:
    """How many wide searches this person made within the last hour; the trail has counted them."""
    made = desk.session.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.actor == desk.actor.id,
            AuditEntry.action == WIDE,
            AuditEntry.at > desk.now - timedelta(hours=1),
        )
    )
    return Quota(made or 0, FREE_AN_HOUR)


def candidates(desk: Desk, child: Child) -> Candidates:
    """Files that may be of this child, with reasons. What was decided before, and who stands in the same report, is left out."""
    numbers = _to_compare(desk, child)
    if not numbers:
        return Candidates()
    own = files.of(desk, child)
    rows = children.of_numbers(desk, numbers)
    inside = [Candidate(row, compare(own, files.of(desk, row))) for row in rows.values()]
    inside = [one for one in inside if one.likeness.score >= LEAST]
    inside.sort(key=lambda one: (-one.likeness.score, one.child.id))
    return Candidates(inside[:_SHOWN], beyond.alike(desk, own, set(numbers) - rows.keys())[:_SHOWN])


def _to_compare(desk: Desk, child: Child) -> list[int]:
    asked = clues.of_question(index.known(desk, child))
    found = index.find(desk, asked, most=CANDIDATES) if asked else []
    if set(found) <= {child.id}:
        return []
    invented = honey.known(desk)
    if child.id in invented:
        return []
    left_out = {child.id, *invented, *decided(desk, child.id), *_rehearsed(desk, child.id, found)}
    reports = desk.all(select(Case.report_id).where(Case.child_id == child.id))
    if reports:
        left_out.update(desk.all(select(Case.child_id).where(Case.report_id.in_(reports))))
    return [number for number in found if number not in left_out]


def _rehearsed(desk: Desk, child_id: int, found: Sequence[int]) -> set[int]:
    """Children who are of the other kind: what is rehearsed and what is real are never the same."""
    rows = desk.rows(select(Case.child_id, Case.rehearsal).where(Case.child_id.in_([child_id, *found])))
    practised = {number for number, rehearsal in rows if rehearsal}
    return set(found) - practised if child_id in practised else practised


def decided(desk: Desk, child_id: int) -> set[int]:
    """Children of whom somebody has said that they are another one than this."""
    rows = desk.rows(
        select(ChildPair.first_id, ChildPair.second_id).where(
            or_(ChildPair.first_id == child_id, ChildPair.second_id == child_id),
            ChildPair.state != PairState.WAITING,
        )
    )
    return {second if first == child_id else first for first, second in rows}


def waiting_pairs(desk: Desk) -> Sequence[tuple[Child, Child]]:
    """Pairs that wait for somebody to look, both children in scope, the likeliest first."""
    statement = (
        select(ChildPair)
        .where(ChildPair.state == PairState.WAITING, ChildPair.first_id.in_(select(Child.id)))
        .order_by(ChildPair.score.desc(), ChildPair.first_id, ChildPair.second_id)
        .limit(_PAIRS)
    )
    pairs = desk.all(statement)
    rows = children.of_numbers(desk, {number for pair in pairs for number in (pair.first_id, pair.second_id)})
    return [
        (rows[pair.first_id], rows[pair.second_id])
        for pair in pairs
        if pair.first_id in rows and pair.second_id in rows
    ]


def likeness(desk: Desk, one: Child, other: Child) -> Likeness:
    """What speaks for and against two files being of one child."""
    return compare(files.of(desk, one), files.of(desk, other))


def pair(desk: Desk, one: int, other: int) -> ChildPair | None:
    """What is kept of two children."""
    return desk.session.get(ChildPair, in_order(one, other))


def household(desk: Desk, child: Child) -> Sequence[Family]:
    """Children in scope with the same parents or the same telephone: brothers, sisters, children of one house."""
    known = index.known(desk, child)
    asked = clues.weighed(clue for clue in clues.of_file(known) if clue.of in clues.OF_FAMILY)
    found = set(index.find(desk, asked, most=CANDIDATES)) - {child.id} if asked else set()
    detail = child.detail or Detail()
    rows = [
        (row, _shared(detail, row.detail or Detail())) for row in children.of_numbers(desk, found).values()
    ]
    named = [Family(row.id, row.card.name if row.card else None, by) for row, by in rows if by]
    return sorted(named, key=lambda one: (-len(one.by), one.child_id))[:_SHOWN]


def _shared(one: Detail, other: Detail) -> tuple[str, ...]:
    """By what two children belong to one house."""
    pairs = {
        "mother": (sounds(one.mother.name or ""), sounds(other.mother.name or "")),
        "father": (sounds(one.father.name or ""), sounds(other.father.name or "")),
    }
    by = [who for who, (mine, theirs) in pairs.items() if len(mine) > 1 and mine == theirs]
    phone = phone_number(one.phone)
    return (*by, *(("phone",) if phone is not None and phone == phone_number(other.phone) else ()))


def request(desk: Desk, request_id: UUID) -> AccessRequest:
    """One request that this person made or may answer."""
    return desk.get(AccessRequest, request_id)


def requests(desk: Desk) -> tuple[Sequence[AccessRequest], Sequence[AccessRequest]]:
    """Requests that wait for an answer here, and those this person made within the last month."""
    newest = select(AccessRequest).order_by(AccessRequest.asked_at.desc(), AccessRequest.id).limit(_PAIRS)
    to_us = desk.all(
        newest.where(desk.actor.covers(AccessRequest.unit_id), AccessRequest.state == RequestState.WAITING)
    )
    mine = desk.all(
        newest.where(
            AccessRequest.asked_by == desk.actor.account_id, AccessRequest.asked_at > desk.now - _ANSWERED
        )
    )
    return to_us, mine


_REQUESTS_WAITING: Question[Any] = Question(
    lambda sight: (
        select(func.count())
        .select_from(AccessRequest)
        .where(sight.covers(AccessRequest.unit_id), AccessRequest.state == RequestState.WAITING)
    )
)


def requests_waiting(desk: Desk) -> int:
    """How many requests wait for an answer of this unit."""
    ((waiting,),) = desk.rows(_REQUESTS_WAITING)
    return int(waiting)


def open_request(desk: Desk, child_id: int) -> AccessRequest | None:
    """A request of this person that still waits."""
    return desk.first(
        select(AccessRequest).where(
            AccessRequest.child_id == child_id,
            AccessRequest.asked_by == desk.actor.account_id,
            AccessRequest.state == RequestState.WAITING,
        )
    )


def excesses(desk: Desk) -> Sequence[SearchExcess]:
    """Wide searches beyond the limit in the area of whoever supervises, of the last month."""
    since = desk.now - _ANSWERED
    return desk.all(
        select(SearchExcess)
        .where(SearchExcess.at > since, SearchExcess.account_id != desk.actor.account_id)
        .order_by(SearchExcess.at.desc(), SearchExcess.id)
        .limit(_PAIRS)
    )


def cases_of(desk: Desk, numbers: Collection[int]) -> Mapping[int, list[Case]]:
    """The cases in scope of some children, the newest first."""
    held: dict[int, list[Case]] = {}
    if numbers:
        statement = select(Case).where(Case.child_id.in_(numbers)).order_by(Case.opened_at.desc(), Case.id)
        for case in desk.all(statement):
            held.setdefault(case.child_id, []).append(case)
    return held
