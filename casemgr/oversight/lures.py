"""Who went to a honey record: a child who does not exist, whom no work leads to. Seen at night, shown to inspectors."""

import base64
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.accounts.models import Account
from casemgr.cases.models import Case
from casemgr.children import honey
from casemgr.children.models import Child
from casemgr.children.rules import child_of, likeness, mark_of, wanted
from casemgr.circumstances import queries as circumstances
from casemgr.core.errors import Invalid
from casemgr.oversight import rules, trail
from casemgr.oversight.rules import Lured, Touch
from casemgr.oversight.terms import READS, SEARCH
from casemgr.search.models import AccessRequest
from casemgr.search.queries import WIDE
from casemgr.security.audit import AuditEntry

WINDOW = timedelta(days=30)


def name(desk: Desk, marks: Collection[str]) -> None:
    """Take children of the register for honey records. No look of before counts against anybody."""
    kept = dict(honey.known(desk))
    for mark in marks:
        number = child_of(mark)
        child = desk.session.get(Child, number) if number is not None else None
        if child is None or number is None:
            raise Invalid({mark: ["There is no such child."]})
        if not _without_reason(desk, child):
            raise Invalid({mark: ["There is a reason to open it: a case, or an entry that holds."]})
        kept.setdefault(number, desk.now)
    if len(kept) > honey.MOST:
        raise Invalid({"marks": [f"At most {honey.MOST} honey records are kept."]})
    honey.keep(desk, kept)


def drop(desk: Desk, marks: Collection[str]) -> None:
    """Some children are honey records no longer."""
    gone = {child_of(mark) for mark in marks}
    honey.keep(desk, {number: since for number, since in honey.known(desk).items() if number not in gone})


@dataclass(frozen=True)
class Record:
    """A honey record, since when, and whether there still is no reason to open it."""

    mark: str
    since: datetime
    good: bool


def records(desk: Desk) -> Sequence[Record]:
    """All of them, the oldest first."""
    named = honey.known(desk)
    good = _good(desk, named)
    found = [Record(mark_of(number), since, number in good) for number, since in named.items()]
    return sorted(found, key=lambda one: (one.since, one.mark))


def watch(desk: Desk) -> Sequence[Lured]:
    """Keep who went to a honey record within the last month. Kept every night, so that nothing tells when there was one."""
    named = honey.known(desk)
    children = _good(desk, named)
    touches = [*_opened(desk, named, children), *_asked_for(desk, named, children)]
    found = rules.lured([*touches, *_searched(desk, named, children)], desk.now - WINDOW)
    honey.note(
        desk, honey.WATCHED, {str(one.account): f"{one.times} {one.last.isoformat()}" for one in found}
    )
    return found


@dataclass(frozen=True)
class LuredLine:
    """Somebody who went to a honey record, as inspectors read it."""

    name: str
    username: str
    times: int
    last: datetime


def lured(desk: Desk) -> Sequence[LuredLine]:
    """Who did, as of last night."""
    told = {UUID(key): said.split(" ") for key, said in honey.last(desk, honey.WATCHED).items()}
    asked = select(Account.id, Account.name, Account.username).where(Account.id.in_(told))
    known = {row.id: row for row in desk.rows(asked)}
    lines = [
        LuredLine(known[key].name, known[key].username, int(times), datetime.fromisoformat(last))
        for key, (times, last) in told.items()
        if key in known
    ]
    return sorted(lines, key=lambda one: one.last, reverse=True)


def _good(desk: Desk, named: Collection[int]) -> Mapping[int, Child]:
    rows = desk.all(select(Child).where(Child.id.in_(list(named)))) if named else ()
    return {row.id: row for row in rows if _without_reason(desk, row)}


def _without_reason(desk: Desk, child: Child) -> bool:
    """Whether no work leads to a child: it has no case, and every entry of the register was one in error."""
    if child.state == "merged" or child.shredded_at is not None:
        return False
    if desk.first(select(Case.id).where(Case.child_id == child.id)) is not None:
        return False
    return all(one.spell.void for one in circumstances.of_child(desk, child.id))


def _opened(desk: Desk, named: Mapping[int, datetime], children: Mapping[int, Child]) -> Iterator[Touch]:
    about: dict[str, int] = {}
    for number in children:
        about[mark_of(number)] = number
        about |= {str(one.id): number for one in circumstances.of_child(desk, number)}
    looks = select(AuditEntry).where(AuditEntry.object.in_(list(about)), AuditEntry.action.in_(sorted(READS)))
    for row in desk.all(looks) if about else ():
        account = trail.account_of(row)
        if account is not None and row.at > named[about[str(row.object)]]:
            yield Touch(account, row.at)


def _asked_for(desk: Desk, named: Mapping[int, datetime], children: Mapping[int, Child]) -> Iterator[Touch]:
    rows = desk.all(select(AccessRequest).where(AccessRequest.child_id.in_(list(children))))
    yield from (Touch(row.asked_by, row.asked_at) for row in rows if row.asked_at > named[row.child_id])


def _searched(desk: Desk, named: Mapping[int, datetime], children: Mapping[int, Child]) -> Iterator[Touch]:
    """Searches for exactly this name. The words are opened by the rule alone; nobody reads them."""
    if not children:
        return
    since = max(desk.now - WINDOW, min(named[number] for number in children))
    for row in trail.each(desk, (SEARCH, WIDE), since):
        account, sealed = trail.account_of(row), json.loads(row.body).get("asked")
        if account is None or sealed is None:
            continue
        asked = wanted(desk.safe.open_words(row.actor, base64.b64decode(sealed)))
        for number, child in children.items():
            match = likeness(asked, child.card) if child.card is not None and asked.name else None
            if match is not None and match.exact and row.at > named[number]:
                yield Touch(account, row.at)
