"""Reading the law in use: the rulebook of this moment, and the log of what was added."""

import json
from collections.abc import Sequence
from threading import Lock

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries as accounts
from casemgr.core.db import Remembered
from casemgr.law import in_use
from casemgr.law.rulebook import Rulebook, shipped_rulebook
from casemgr.legislation import rules
from casemgr.legislation.models import LawChange
from casemgr.legislation.terms import Change, ChangeKind, Document, Proposal
from casemgr.places import queries as places

_AS_SHIPPED = ""
_KEPT = 4  # rulebooks in memory at once: more than one only while a change is taken up
_books: dict[str, Rulebook] = {}
_making = Lock()
_in_use = Remembered()


def rulebook(desk: Desk) -> Rulebook:
    """The law in use, asked of the database at most once a second; the book itself is made once per process and change."""
    kept: Rulebook | None = desk.session.info.get("rulebook")
    if kept is None:
        # Of a second ago: a clock started meanwhile counts as if its report had come just before the change.
        changing = desk.session.info.get("changes the law", False)
        mark = mark_in_use(desk) if changing else _in_use.of(desk.session, lambda: mark_in_use(desk))
        kept = desk.session.info["rulebook"] = _of_mark(desk, mark)
    return kept


def forget_mark(desk: Desk) -> None:
    """The law is being changed here: ask the database again, and keep from others what is not committed."""
    desk.session.info["changes the law"] = True
    desk.session.info.pop("rulebook", None)
    _in_use.forget(desk.session)


def mark_in_use(desk: Desk) -> str:
    """The mark of the newest addition: every worker of every process sees it with the commit that made it."""
    return desk.first(select(LawChange.mark).order_by(LawChange.id.desc())) or _AS_SHIPPED


def _of_mark(desk: Desk, mark: str) -> Rulebook:
    found = _books.get(mark)
    if found is not None:
        return found
    changes = [] if mark == _AS_SHIPPED else [as_change(row) for row in log(desk)]
    with _making, in_use.using(in_use.nothing_else):  # while it is being made, nobody may ask for it
        if mark not in _books:
            made = rules.rulebook_with(changes) if changes else shipped_rulebook()
            while len(_books) >= _KEPT:
                _books.pop(next(key for key in _books if key != _AS_SHIPPED))
            _books[mark] = made
        return _books[mark]


def log(desk: Desk) -> Sequence[LawChange]:
    """Every addition, the oldest first."""
    return desk.all(select(LawChange).order_by(LawChange.id))


def as_change(row: LawChange) -> Change:
    """A row of the log as a value."""
    document = Document(row.document, row.document_day, row.basis)
    body = json.loads(row.body)
    proposal = Proposal(ChangeKind(row.kind), document, body, row.unit_id, row.since)
    return Change(row.id, proposal, row.mark, row.made_at)


def with_proposal(desk: Desk, proposal: Proposal) -> Rulebook:
    """The rulebook as it would be with one more addition. Stores nothing."""
    changes = [as_change(row) for row in log(desk)]
    newest = changes[-1].id if changes else 0
    with in_use.using(in_use.nothing_else):
        return rules.rulebook_with([*changes, Change(newest + 1, proposal)])


def area(desk: Desk) -> frozenset[int] | None:
    """For which units an administrator may set rules; None is the whole country, and with it the law and the calendar."""
    return None if desk.actor.may(Permission.MAINTAIN) else accounts.reach(desk, desk.actor.unit_id)


def units_of(desk: Desk, unit_id: int | None) -> tuple[int, ...]:
    """Whose rules hold for the cases of a unit: its own, then its province's."""
    atlas = places.atlas(desk)
    unit = atlas.unit(unit_id) if unit_id is not None else None
    if unit is None:
        return ()
    province = atlas.province_of(unit, places.today(desk))
    return (unit.id,) if province is None or province.id == unit.id else (unit.id, province.id)
