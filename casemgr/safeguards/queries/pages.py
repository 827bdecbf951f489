"""What pages show of readers, of people kept out, of openings from outside. The house reads; the page shows no more than it must."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from casemgr.access.desk import Desk
from casemgr.access.roles import LABELS, Role
from casemgr.accounts.models import Account, Appointment
from casemgr.cases.models import Case, CaseTie
from casemgr.cases.queries import names
from casemgr.cases.terms import Way
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound, Refused
from casemgr.safeguards import rules
from casemgr.safeguards.house import as_house
from casemgr.safeguards.models import BrokenGlass, Declaration
from casemgr.safeguards.queries.standing import acting, cluster, possible, ties
from casemgr.safeguards.terms import (
    Declared,
    GlassLine,
    Kept,
    Orphan,
    Reader,
    Readers,
    Tries,
    Verdict,
)
from casemgr.security.audit import AuditEntry

IN_VAIN = "glass tried in vain"
_SHOWN = 100
_TRIES_SHOWN = timedelta(days=7)


def readers(desk: Desk, case: Case) -> Readers:
    """Who may see a case, who is kept out of it, and who could be named: for whoever decides on that, not for a day."""
    if case.id in desk.actor.circle.only_read:
        raise Refused
    with as_house(desk) as house:
        named, barred = ties(house, [case.id], Way.NAMED), ties(house, [case.id], Way.BARRED)
        known = names(house, [who for row in (*named, *barred) for who in (row.account_id, row.made_by)])
        can = acting(house, {row.account_id for row in named})
        reason = next((row.note.reason for row in named if row.note and row.note.reason), None)
        on_the_list = {row.account_id for row in named}

        def line(row: CaseTie) -> Reader:
            by = known.get(row.made_by, "") if row.made_by is not None else ""
            return Reader(row.account_id, known.get(row.account_id, ""), row.since, by, row.account_id in can)

        return Readers(
            case.restricted,
            reason or "",
            tuple(map(line, named)),
            tuple(map(line, barred)),
            tuple((one, name) for one, name in possible(house, case).items() if one not in on_the_list),
        )


def together(desk: Desk, case: Case) -> Sequence[str]:
    """The numbers of the other cases that are restricted with this one, as far as the desk sees them."""
    with as_house(desk) as house:
        ids = cluster(house, case).ids
    return desk.all(select(Case.number).where(Case.id.in_(ids)).order_by(Case.number))


def declared(desk: Desk) -> Declared:
    """What the person at the desk declared."""
    row = desk.session.get(Declaration, desk.actor.account_id)
    return Declared() if row is None or row.said is None else row.said


def orphans(desk: Desk) -> Sequence[Orphan]:
    """Restricted cases of the supervisor's area of which no reader can act: numbers, and nothing else."""
    with as_house(desk) as house:
        rows = house.rows(
            select(Case.id, Case.number, Case.unit_id)
            .where(Case.restricted, _in_area(desk, Case.unit_id, Case.id))
            .order_by(Case.number)
        )
        named = ties(house, [row.id for row in rows], Way.NAMED)
        can = acting(house, {row.account_id for row in named})
        alive = {row.case_id for row in named if row.account_id in can}
        return [Orphan(row.id, row.number, row.unit_id) for row in rows if row.id not in alive]


def orphan(desk: Desk, number: str) -> tuple[Orphan, Sequence[tuple[UUID, str]]]:
    """One of them, and who could be named."""
    found = next((one for one in orphans(desk) if one.number == number), None)
    if found is None:
        raise NotFound
    with as_house(desk) as house:
        return found, tuple(possible(house, house.get(Case, found.case_id)).items())


def kept_out(desk: Desk) -> Sequence[Kept]:
    """Who is kept out of cases of the supervisor's area; never the supervisor's own."""
    with as_house(desk) as house:
        rows = house.rows(_kept(desk).order_by(CaseTie.since.desc(), CaseTie.id).limit(_SHOWN))
        return _kept_lines(house, rows)


def kept(desk: Desk, tie_id: UUID) -> Kept:
    """One of them."""
    with as_house(desk) as house:
        found = _kept_lines(house, house.rows(_kept(desk).where(CaseTie.id == tie_id)))
    if not found:
        raise NotFound
    return found[0]


def _kept(desk: Desk) -> Select[CaseTie, str]:
    return (
        select(CaseTie, Case.number)
        .join(Case, Case.id == CaseTie.case_id)
        .where(
            CaseTie.way == Way.BARRED,
            CaseTie.ended_at.is_(None),
            CaseTie.account_id != desk.actor.account_id,
            _in_area(desk, Case.unit_id, Case.id),
        )
    )


def _kept_lines(house: Desk, rows: Sequence[tuple[CaseTie, str]]) -> list[Kept]:
    known = names(house, [tie.account_id for tie, _number in rows])
    return [
        Kept(
            tie.id,
            number,
            known.get(tie.account_id, ""),
            tie.since,
            rules.of_codes(tie.note.found if tie.note is not None else ()),
        )
        for tie, number in rows
    ]


def openings(desk: Desk, *, waiting: bool = True) -> Sequence[GlassLine]:
    """Openings from outside in the supervisor's area: those to be reviewed, or those reviewed of late."""
    order = BrokenGlass.opened_at if waiting else BrokenGlass.reviewed_at.desc()
    with as_house(desk) as house:
        which = BrokenGlass.reviewed_at.is_(None) if waiting else BrokenGlass.reviewed_at.is_not(None)
        return _glass_lines(house, house.rows(_opened(desk).where(which).order_by(order).limit(_SHOWN)))


def opening(desk: Desk, glass_id: UUID) -> GlassLine:
    """One of them."""
    with as_house(desk) as house:
        found = _glass_lines(house, house.rows(_opened(desk).where(BrokenGlass.id == glass_id)))
    if not found:
        raise NotFound
    return found[0]


def _opened(desk: Desk) -> Select[BrokenGlass, str]:
    return (
        select(BrokenGlass, Case.number)
        .join(Case, Case.id == BrokenGlass.case_id)
        .where(_in_area(desk, BrokenGlass.unit_id, Case.id))
    )


def _glass_lines(house: Desk, rows: Sequence[tuple[BrokenGlass, str]]) -> list[GlassLine]:
    known = names(house, [row.account_id for row, _number in rows])
    return [
        GlassLine(
            row.id,
            number,
            known.get(row.account_id, ""),
            str(LABELS[Role(row.role)]),
            row.opened_at,
            row.until,
            row.breaking.reason if row.breaking is not None else "",
            row.review_by,
            row.reviewed_at is None and rules.is_late(row.review_by, local_day(house.now)),
            row.reviewed_at,
            Verdict(row.verdict) if row.verdict else None,
            row.judged.words if row.judged is not None else "",
        )
        for row, number in rows
    ]


def opened_today(house: Desk, account_id: UUID) -> int:
    """How many cases somebody opened from outside in the last day."""
    since = house.now - rules.OPEN_FOR
    found = select(func.count(BrokenGlass.id)).where(
        BrokenGlass.account_id == account_id, BrokenGlass.opened_at > since
    )
    return house.session.scalar(found) or 0


def tried_in_vain(house: Desk, account_id: UUID) -> int:
    """How often somebody tried in the last day to open a case from outside, and nothing opened."""
    since = house.now - rules.OPEN_FOR
    found = select(func.count()).where(
        AuditEntry.actor == f"account:{account_id}", AuditEntry.action == IN_VAIN, AuditEntry.at > since
    )
    return house.session.scalar(found) or 0


def tries(desk: Desk) -> Sequence[Tries]:
    """Who of the supervisor's area tried in vain of late; of the whole country nobody lists all of its staff."""
    if desk.actor.units is None:
        return ()
    staff = dict(
        desk.rows(
            select(Account.id, Account.name)
            .join(Appointment, Appointment.account_id == Account.id)
            .where(desk.actor.covers(Appointment.unit_id), Account.id != desk.actor.account_id)
        )
    )
    names = {f"account:{one}": name for one, name in staff.items()}
    found = desk.rows(
        select(AuditEntry.actor, func.count(), func.max(AuditEntry.at))
        .where(
            AuditEntry.actor.in_(names),
            AuditEntry.action == IN_VAIN,
            AuditEntry.at > desk.now - _TRIES_SHOWN,
        )
        .group_by(AuditEntry.actor)
    )
    return sorted((Tries(names[who], count, at) for who, count, at in found), key=lambda one: one.name)


def _in_area(desk: Desk, unit: Any, case_id: Any) -> ColumnElement[bool]:
    """What lies in the supervisor's area and from which the supervisor is not kept out: there another one decides."""
    barred = desk.actor.circle.barred.cases
    return and_(desk.actor.covers(unit), case_id.not_in(sorted(barred)))
