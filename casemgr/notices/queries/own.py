"""What one person was told, and what is true for them now although nothing was run."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from casemgr.access.desk import Desk
from casemgr.accounts import queries as accounts
from casemgr.cases.models import Case, CaseClock
from casemgr.core.calendar import local_day
from casemgr.intervention.care.models import CareDuty
from casemgr.notices import rules
from casemgr.notices.models import Notice, NoticeWish
from casemgr.notices.queries.matters import matters
from casemgr.notices.queries.staff import staff_of
from casemgr.notices.queries.thresholds import thresholds
from casemgr.notices.terms import About, Entry, Level, Line, Mark, Matter
from casemgr.places import queries as places

SHOWN = 100
_MOST_UNREAD = 99
_LOOKED_THROUGH = 200  # of what waits, for what was not yet written down
_MOST_ENTRIES = 500
_KEPT_IN_CALENDAR = timedelta(days=30)


def unread_ones(account_id: UUID | None) -> Select[Any]:
    """The notices a person has not read, to be counted with what else waits."""
    return select(Notice.id).where(Notice.account_id == account_id, Notice.read_at.is_(None))


def unread(desk: Desk) -> int:
    """How many notices this person has not read, up to a hundred."""
    if desk.actor.account_id is None:
        return 0
    some = unread_ones(desk.actor.account_id).limit(_MOST_UNREAD).subquery()
    return desk.session.scalar(select(func.count()).select_from(some)) or 0


def lines(desk: Desk) -> Sequence[Line]:
    """What this person was told, the newest first, and before it what nobody has written down yet."""
    rows = desk.all(
        select(Notice)
        .where(Notice.account_id == desk.actor.account_id)
        .order_by(Notice.made_at.desc(), Notice.id.desc())
        .limit(SHOWN)
    )
    written = [
        Line(
            row.id,
            row.number,
            About(row.matter),
            Level(row.level),
            row.clock,
            row.due_at,
            row.made_at,
            row.read_at is not None,
        )
        for row in rows
    ]
    return [*_not_yet_written(desk, {row.key for row in rows}), *written]


def _not_yet_written(desk: Desk, known: set[str]) -> list[Line]:
    """What would be written for this person if the reminders ran now."""
    me = desk.actor.account_id
    if me is None or (desk.actor.units is not None and not desk.actor.units and not desk.actor.cases):
        return []
    found: list[Matter] = []
    mark: Mark | None = Mark()
    while mark is not None and len(found) < _LOOKED_THROUGH:
        portion, mark = matters(desk, mark, _LOOKED_THROUGH - len(found))
        found += portion
    held = thresholds(local_day(desk.now))
    staff = staff_of(desk, found)
    away = accounts.deputies_on(desk, _everybody(staff.values()), places.today(desk))
    new: dict[str, Line] = {}
    for matter in found:
        for level, at in rules.standing(matter, held, desk.now).told:
            key = rules.key(matter, level)
            if key in known or me not in rules.recipients(level, staff[matter.ref], away)[0]:
                continue
            new[key] = Line(None, matter.number, matter.about, level, matter.clock, matter.due_at, at, False)
    if len(known) == SHOWN and new:  # some of them may have been written long ago and are no longer shown
        written = select(Notice.key).where(Notice.account_id == me, Notice.key.in_(new))
        for key in desk.all(written):
            del new[key]
    return sorted(new.values(), key=lambda line: line.at, reverse=True)


def _everybody(groups: object) -> set[UUID]:
    people: set[UUID] = set()
    for staff in groups:  # type: ignore[attr-defined]
        people |= {*staff.holder, *staff.officers, *staff.chairs, *staff.province, *staff.nation}
    return people


def notice(desk: Desk, notice_id: UUID) -> Notice:
    """One notice of the person at the desk; nobody else's."""
    return desk.one(select(Notice).where(Notice.id == notice_id, Notice.account_id == desk.actor.account_id))


def wish(desk: Desk) -> NoticeWish | None:
    """How the person at the desk wants to be reached, if they have said so."""
    return desk.session.get(NoticeWish, desk.actor.account_id) if desk.actor.account_id is not None else None


def calendar_of(desk: Desk, token: str) -> UUID | None:
    """Whose calendar a secret address opens, if anybody's. Only its digest is stored."""
    digest = hashlib.sha256(token.encode()).digest()
    return desk.session.scalar(select(NoticeWish.account_id).where(NoticeWish.calendar_digest == digest))


def due_entries(desk: Desk) -> Sequence[Entry]:
    """The limits that run in this actor's cases, and those of the last month: numbers and times, nothing else."""
    statement = (
        select(CaseClock.id, CaseClock.due_at, CaseClock.started_at, Case.number)
        .join(Case, Case.id == CaseClock.case_id)
        .where(
            CaseClock.stopped_at.is_(None),
            CaseClock.due_at > desk.now - _KEPT_IN_CALENDAR,
            Case.closed_at.is_(None),
            Case.rehearsal.is_(False),
        )
        .order_by(CaseClock.due_at, CaseClock.id)
        .limit(_MOST_ENTRIES)
    )
    in_care = (
        select(CareDuty.id, CareDuty.due_at, CareDuty.started_at, Case.number)
        .join(Case, Case.id == CareDuty.case_id)
        .where(
            CareDuty.stopped_at.is_(None),
            CareDuty.due_at > desk.now - _KEPT_IN_CALENDAR,
            Case.rehearsal.is_(False),
        )
        .order_by(CareDuty.due_at, CareDuty.id)
        .limit(_MOST_ENTRIES)
    )
    if desk.actor.units is not None and desk.actor.units:
        statement = statement.where(desk.actor.covers(Case.unit_id))
        in_care = in_care.where(desk.actor.covers(Case.unit_id))
    rows = sorted((*desk.rows(statement), *desk.rows(in_care)), key=lambda row: (row[1], row[0]))
    desk.read("calendar fetched", count=len(rows))
    return [
        Entry(f"{key}@casemgr", due_at, started_at, number, f"/cases/{number}")
        for key, due_at, started_at, number in rows
    ]
