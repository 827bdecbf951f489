"""How much somebody saw in a time: children and records counted in the access log, for the record of an incident.

Whoever counts need not see the files: nothing but four numbers comes out. Each case has one child, so that cases that
were opened are counted as their children, beyond the counting person's own scope.
"""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.access.everything import whole_register
from casemgr.cases.models import Case
from casemgr.cases.numbers import is_number
from casemgr.children.rules import child_of
from casemgr.core.portions import portions
from casemgr.privacy.terms import Span, Volume
from casemgr.security.audit import AuditEntry

_BATCH = 500
_TAKEN_OUT = "list exported"


def seen_by(desk: Desk, actor: str, span: Span) -> Volume:
    """What the entries of one person between two instants come to."""
    cases: set[str] = set()
    children: set[int] = set()
    others: set[str] = set()
    looks = exported = 0
    for entry in _entries(desk, actor, span):
        looks += 1
        thing = entry.object or ""
        if entry.action == _TAKEN_OUT:
            exported += int(json.loads(entry.body).get("count") or 0)
        elif is_number(thing):
            cases.add(thing)
        elif (child := child_of(thing)) is not None:
            children.add(child)
        elif thing:
            others.add(thing)
    children |= _children_of(desk, sorted(cases))
    return Volume(len(children), len(cases) + len(others), looks, exported)


def _entries(desk: Desk, actor: str, span: Span) -> Iterator[AuditEntry]:
    """The entries in their order, a batch at a time: a year of one person fits in no page."""
    after = 0
    while rows := desk.all(
        select(AuditEntry)
        .where(AuditEntry.actor == actor, AuditEntry.at >= span.since, AuditEntry.at <= span.until)
        .where(AuditEntry.seq > after)
        .order_by(AuditEntry.seq)
        .limit(_BATCH)
    ):
        yield from rows
        after = rows[-1].seq


def _children_of(desk: Desk, numbers: Sequence[str]) -> set[int]:
    found: set[int] = set()
    with whole_register(desk) as session:
        for some in portions(numbers, _BATCH):
            found.update(session.scalars(select(Case.child_id).where(Case.number.in_(some))))
    return found
