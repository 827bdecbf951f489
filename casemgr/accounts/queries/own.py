"""One person: how they sign in, which roles they hold today, which sessions are open."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, or_, select

from casemgr.access.desk import Desk
from casemgr.access.roles import LABELS, Role
from casemgr.accounts import rules
from casemgr.accounts.models import Account, Appointment, SignIn
from casemgr.accounts.queries import absences
from casemgr.accounts.terms import NO_CANDIDATE, Candidate, OwnAccount, RoleLine, SessionLine
from casemgr.core.periods import holds
from casemgr.places import queries as places
from casemgr.security.audit import AuditEntry

TRIED, HELD_BACK = "sign-in failed", "sign-in tries held back"  # in the trail
SECOND_TRIED = "second proof failed"


def candidate(desk: Desk, username: str) -> Candidate:
    """Whom a typed name stands for, if anybody, with the password's hash."""
    row = desk.session.execute(
        select(Account.id, Account.password_hash).where(Account.username == username)
    ).one_or_none()
    return NO_CANDIDATE if row is None else Candidate(row[0], row[1])


def held_today(desk: Desk, account_id: UUID) -> Sequence[Appointment]:
    """The roles somebody holds today, the oldest first."""
    today = places.today(desk)
    held = _held_on(select(Appointment), account_id, today)
    return desk.all(held.order_by(Appointment.since, Appointment.id))


def _held_on(statement: Select[Any], account_id: UUID, today: date) -> Select[Any]:
    return statement.where(
        Appointment.account_id == account_id,
        Appointment.since <= today,
        or_(Appointment.until.is_(None), Appointment.until >= today),
    )


def roles_held(mine: UUID | None, today: Any) -> ColumnElement[int]:
    """How many roles somebody holds or stands in for on a day, to be asked together with other numbers."""
    if mine is None:
        return literal(0)
    held = _held_on(select(func.count(Appointment.id)), mine, today).scalar_subquery()
    stood_in = select(func.count()).select_from(absences.deputy_for(mine, today).subquery()).scalar_subquery()
    return held + stood_in


def tries_since(desk: Desk, account_id: UUID, instant: datetime | None) -> int:
    """How many wrong tries the trail holds for an account since an instant."""
    statement = select(AuditEntry.body).where(
        AuditEntry.object == str(account_id), AuditEntry.action.in_((TRIED, SECOND_TRIED, HELD_BACK))
    )
    if instant is not None:
        statement = statement.where(AuditEntry.at > instant)
    return sum(int(json.loads(body).get("count", 1)) for body in desk.all(statement))


def living_sessions(desk: Desk, account_id: UUID) -> Sequence[SignIn]:
    """The sessions of somebody that still stand, the oldest first."""
    rows = desk.all(
        select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        .where(SignIn.started_at > desk.now - rules.LONGEST_SESSION, SignIn.seen_at > desk.now - rules.IDLE)
        .order_by(SignIn.started_at, SignIn.id)
    )
    return rows


def last_sign_in(desk: Desk, account_id: UUID) -> datetime | None:
    """When somebody last signed in."""
    return desk.session.scalar(select(func.max(SignIn.started_at)).where(SignIn.account_id == account_id))


def own_account(desk: Desk) -> OwnAccount:
    """The account of the person at the desk, with its roles and open sessions."""
    account = self_at(desk)
    session = own_session(desk)
    chosen = session.appointment_id if session.absence_id is None else None
    roles = role_lines(desk, held_today(desk, account.id), chosen=chosen)
    stood_in = absences.stand_in_lines(desk, account.id, chosen=session.absence_id)
    return OwnAccount(
        account.username,
        account.name,
        account.must_change,
        (*roles, *stood_in),
        own_sessions(desk),
        session.tries_before,
    )


def one_after_the_other(desk: Desk) -> None:
    """Whoever sits here does such things one by one, in however many windows: what is counted of theirs stays true."""
    if desk.actor.account_id is not None:
        desk.session.get(Account, desk.actor.account_id, with_for_update={"key_share": True})


def self_at(desk: Desk) -> Account:
    """The person at the desk."""
    return desk.get(Account, desk.actor.account_id)


def own_session(desk: Desk) -> SignIn:
    """The session in which the person at the desk works."""
    return desk.get(SignIn, desk.actor.session_id)


def session_of_mine(desk: Desk, session_id: UUID) -> SignIn:
    """One of the sessions of the person at the desk."""
    return desk.one(select(SignIn).where(SignIn.id == session_id, SignIn.account_id == desk.actor.account_id))


def own_sessions(desk: Desk) -> tuple[SessionLine, ...]:
    """The open sessions of the person at the desk, the newest first."""
    rows = living_sessions(desk, self_at(desk).id)
    return tuple(
        SessionLine(
            row.id,
            row.device,
            row.address,
            row.started_at,
            row.seen_at,
            row.id == desk.actor.session_id,
            row.proved_by or "",
        )
        for row in reversed(rows)
    )


def words_of(desk: Desk, account: Account) -> Sequence[str]:
    """Words that stand near somebody and make a poor password: their names and the names of their units."""
    atlas = places.atlas(desk)
    units = (atlas.unit(held.unit_id) for held in held_today(desk, account.id) if held.unit_id is not None)
    return [account.username, account.name, *(unit.name for unit in units if unit is not None)]


def role_lines(desk: Desk, held: Sequence[Appointment], *, chosen: UUID | None = None) -> Sequence[RoleLine]:
    """Roles as a page shows them."""
    today = places.today(desk)
    lines = []
    for row in held:
        code, name = absences.unit_words(desk, row.unit_id)
        lines.append(
            RoleLine(
                row.id,
                row.role,
                str(LABELS[Role(row.role)]),
                code,
                name,
                row.since,
                row.until,
                holds(row.since, row.until, today),
                row.id == chosen,
            )
        )
    return lines
