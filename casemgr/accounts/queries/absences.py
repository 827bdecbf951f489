"""Who is away, who stands in: read for the choice of a role, for the page of absences, and for reminders."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import LABELS, Role
from casemgr.accounts.models import Absence, Account, Appointment
from casemgr.accounts.queries.entrance import deputy_in_office, reach
from casemgr.accounts.terms import COUNTRY, DEPUTIZED, AbsenceLine, AccountState, RoleLine
from casemgr.core.errors import NotFound
from casemgr.core.periods import holds
from casemgr.core.words import _
from casemgr.places import queries as places

_MOST = 100


def unit_words(desk: Desk, unit_id: int | None) -> tuple[str, str]:
    """The code and the name of a unit; of the whole country when there is none."""
    if unit_id is None:
        return COUNTRY, _("Whole country")
    unit = places.atlas(desk).unit(unit_id)
    return ("", "") if unit is None else (unit.code, unit.name)


def deputy_for(account_id: UUID, today: Any) -> Select[Any]:
    """The absences in which somebody stands in on a day."""
    return select(Absence.id).where(
        Absence.deputy_id == account_id,
        Absence.since <= today,
        Absence.until >= today,
        Absence.ended_at.is_(None),
        deputy_in_office(today),
    )


def stood_in_today(desk: Desk, account_id: UUID) -> Sequence[tuple[Absence, Appointment, str]]:
    """The offices somebody stands in for today, each with the name of who is away."""
    today = places.today(desk)
    rows = desk.rows(
        select(Absence, Appointment, Account.name)
        .join(Appointment, Appointment.id == Absence.appointment_id)
        .join(Account, Account.id == Absence.account_id)
        .where(Absence.id.in_(deputy_for(account_id, today)))
        .order_by(Absence.since, Absence.id)
    )
    return [tuple(row) for row in rows if holds(row[1].since, row[1].until, today)]


def stand_in_lines(desk: Desk, account_id: UUID, *, chosen: UUID | None) -> Sequence[RoleLine]:
    """The offices somebody stands in for, as the choice of a role shows them."""
    lines = []
    for absence, held, name in stood_in_today(desk, account_id):
        code, unit_name = unit_words(desk, held.unit_id)
        label = _("%(role)s, standing in for %(name)s", role=LABELS[Role(held.role)], name=name)
        lines.append(
            RoleLine(
                absence.id,
                held.role,
                label,
                code,
                unit_name,
                absence.since,
                absence.until,
                True,
                absence.id == chosen,
                name,
            )
        )
    return lines


def deputies_on(desk: Desk, account_ids: Collection[UUID], today: date) -> Mapping[UUID, Sequence[UUID]]:
    """Who stands in today for each of some people."""
    if not account_ids:
        return {}
    rows = desk.rows(
        select(Absence.account_id, Absence.deputy_id)
        .where(Absence.account_id.in_(sorted(account_ids)), Absence.ended_at.is_(None))
        .where(Absence.since <= today, Absence.until >= today, deputy_in_office(today))
    )
    found: dict[UUID, list[UUID]] = {}
    for away, deputy in rows:
        found.setdefault(away, []).append(deputy)
    return found


def known_absences(desk: Desk) -> Sequence[AbsenceLine]:
    """Absences now and to come that concern the person at the desk, or lie in the area they look after."""
    mine = desk.actor.account_id
    statement = (
        select(Absence, Appointment)
        .join(Appointment, Appointment.id == Absence.appointment_id)
        .where(Absence.ended_at.is_(None), Absence.until >= places.today(desk))
        .order_by(Absence.since, Absence.id)
        .limit(_MOST)
    )
    if not _looks_after(desk):
        statement = statement.where(or_(Absence.account_id == mine, Absence.deputy_id == mine))
    elif (units := reach(desk, desk.actor.unit_id)) is not None:
        inside = Appointment.unit_id.in_(sorted(units))
        statement = statement.where(or_(Absence.account_id == mine, Absence.deputy_id == mine, inside))
    rows = desk.rows(statement)
    names = _names(desk, {key for row in rows for key in (row[0].account_id, row[0].deputy_id)})
    today = places.today(desk)
    return [
        AbsenceLine(
            absence.id,
            absence.account_id,
            names.get(absence.account_id, ""),
            absence.deputy_id,
            names.get(absence.deputy_id, ""),
            str(LABELS[Role(held.role)]),
            unit_words(desk, held.unit_id)[1],
            absence.since,
            absence.until,
            absence.since <= today,
        )
        for absence, held in rows
    ]


def absence(desk: Desk, absence_id: UUID) -> Absence:
    """One absence that the person at the desk may call off: their own, or of the area they look after."""
    found = desk.get(Absence, absence_id)
    office(desk, found.appointment_id)
    return found


def office(desk: Desk, appointment_id: UUID) -> Appointment:
    """One office for which the person at the desk may name a deputy; any other is as if it were not there."""
    found = desk.get(Appointment, appointment_id)
    if not holds(found.since, found.until, places.today(desk)):
        raise NotFound
    if found.account_id == desk.actor.account_id:
        return found
    units = reach(desk, desk.actor.unit_id) if _looks_after(desk) else frozenset()
    if units is not None and found.unit_id not in units:
        raise NotFound
    return found


def offices(desk: Desk) -> Sequence[tuple[UUID, str, str, str]]:
    """The offices for which the person at the desk may name a deputy: id, role, unit, name of who holds it."""
    today = places.today(desk)
    statement = (
        select(Appointment, Account.name)
        .join(Account, Account.id == Appointment.account_id)
        .where(Appointment.role.in_(DEPUTIZED), Account.state == AccountState.ACTIVE)
        .where(Appointment.since <= today, or_(Appointment.until.is_(None), Appointment.until >= today))
        .order_by(Account.name, Appointment.id)
        .limit(_MOST)
    )
    mine = Appointment.account_id == desk.actor.account_id
    if not _looks_after(desk):
        statement = statement.where(mine)
    elif (units := reach(desk, desk.actor.unit_id)) is not None:
        statement = statement.where(or_(mine, Appointment.unit_id.in_(sorted(units))))
    return [
        (held.id, str(LABELS[Role(held.role)]), unit_words(desk, held.unit_id)[1], name)
        for held, name in desk.rows(statement)
    ]


def possible_deputies(
    desk: Desk, held: Appointment, since: date, until: date
) -> Sequence[tuple[UUID, str, str]]:
    """Who could stand in: everybody with a role at the same unit on all of these days. Id, name, role."""
    unit = Appointment.unit_id.is_(None) if held.unit_id is None else Appointment.unit_id == held.unit_id
    rows = desk.rows(
        select(Account.id, Account.name, Appointment.role)
        .join(Appointment, Appointment.account_id == Account.id)
        .where(unit, Account.id != held.account_id, Account.state == AccountState.ACTIVE)
        .where(Appointment.role.in_(DEPUTIZED), Appointment.since <= since)
        .where(or_(Appointment.until.is_(None), Appointment.until >= until))
        .order_by(Account.name, Account.id)
    )
    found = {row[0]: (row[0], row[1], str(LABELS[Role(row[2])])) for row in rows}
    return list(found.values())


def is_away(desk: Desk, account_id: UUID, since: date, until: date) -> bool:
    """Whether somebody is away on one of these days."""
    return desk.first(_during(since, until).where(Absence.account_id == account_id)) is not None


def has_deputy(desk: Desk, appointment_id: UUID, since: date, until: date) -> bool:
    """Whether a deputy is named for an office on one of these days."""
    return desk.first(_during(since, until).where(Absence.appointment_id == appointment_id)) is not None


def _during(since: date, until: date) -> Select[Any]:
    return select(Absence.id).where(
        Absence.ended_at.is_(None), Absence.since <= until, Absence.until >= since
    )


def _looks_after(desk: Desk) -> bool:
    return desk.actor.may(Permission.OVERSIGHT_READ) or desk.actor.may(Permission.ACCOUNT_MANAGE)


def _names(desk: Desk, account_ids: set[UUID]) -> Mapping[UUID, str]:
    rows = desk.rows(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return {row[0]: row[1] for row in rows}
