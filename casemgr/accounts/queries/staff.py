"""The staff list of an administrator: everybody with a role in the area looked after."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import rules
from casemgr.accounts.models import Account, Appointment, SignIn
from casemgr.accounts.queries.entrance import NOTHING, reach
from casemgr.accounts.queries.factors import has_factor
from casemgr.accounts.queries.own import role_lines
from casemgr.accounts.terms import COUNTRY, OPENS_RECORDS, AccountState, Seat, StaffLine
from casemgr.core.errors import Invalid
from casemgr.core.portions import portions
from casemgr.core.text import fold
from casemgr.core.words import _
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import Level, UnitFacts

PAGE = 50
_NAMED = 8  # units named when a name fits several


def managed(desk: Desk) -> frozenset[int] | None:
    """Units whose staff the administrator at the desk looks after; None is the whole country."""
    return None if desk.actor.may(Permission.MAINTAIN) else reach(desk, desk.actor.unit_id)


def staff(
    desk: Desk, *, unit_code: str = "", role: str = "", find: str = "", page: int = 1
) -> tuple[Sequence[StaffLine], bool]:
    """One page of the staff of the administrator's area, by name of sign-in, and whether more follow."""
    statement = _in_area(desk, select(Account))
    if unit_code or role:
        held = select(Appointment.account_id)
        if unit_code:
            held = held.where(Appointment.unit_id.in_(sorted(_units_of(desk, unit_code))))
        if role:
            held = held.where(Appointment.role == role)
        statement = statement.where(Account.id.in_(held))
    statement = statement.order_by(Account.username)
    if find:
        rows = [row for row in desk.all(statement) if fold(find) in fold(f"{row.username} {row.name}")][
            : PAGE + 1
        ]
    else:
        rows = list(desk.all(statement.offset((page - 1) * PAGE).limit(PAGE + 1)))
    return _staff_lines(desk, rows[:PAGE]), len(rows) > PAGE


def everybody(desk: Desk) -> Sequence[StaffLine]:
    """The whole staff of the area, by name of sign-in."""
    rows = desk.all(_in_area(desk, select(Account)).order_by(Account.username))
    return [line for some in portions(rows, PAGE) for line in _staff_lines(desk, some)]


def person(desk: Desk, account_id: UUID) -> Account:
    """One person of the administrator's area."""
    return desk.one(_in_area(desk, select(Account)).where(Account.id == account_id))


def person_line(desk: Desk, account: Account) -> StaffLine:
    """One person with all roles, as the page of the administrator shows it."""
    return _staff_lines(desk, [account])[0]


def account_named(desk: Desk, username: str) -> Account:
    """Somebody by the name of sign-in."""
    return desk.one(select(Account).where(Account.username == username))


def appointment_of(desk: Desk, account: Account, appointment_id: UUID) -> Appointment:
    """One role of somebody."""
    return desk.one(
        select(Appointment).where(Appointment.id == appointment_id, Appointment.account_id == account.id)
    )


def is_within_reach(desk: Desk, account: Account) -> bool:
    """Whether every role somebody holds or will hold lies in the administrator's area."""
    units = managed(desk)
    if units is None:
        return True
    held = desk.all(select(Appointment).where(Appointment.account_id == account.id))
    today = places.today(desk)
    return all(row.unit_id in units for row in held if row.until is None or row.until >= today)


def opens_records(desk: Desk, account: Account) -> Sequence[Appointment]:
    """The roles held today or later for which a password alone opens records: none for whoever has a second proof."""
    if has_factor(desk, account.id):
        return ()
    held = desk.all(
        select(Appointment)
        .where(Appointment.account_id == account.id)
        .where(or_(Appointment.until.is_(None), Appointment.until >= places.today(desk)))
        .order_by(Appointment.since, Appointment.id)
    )
    return [row for row in held if row.role in OPENS_RECORDS]


def seat(desk: Desk, unit_code: str) -> tuple[int | None, Seat]:
    """The unit with a code today, and its level; the country has no number."""
    if unit_code == COUNTRY:
        return None, Seat.COUNTRY
    unit = places.atlas(desk).at(unit_code, places.today(desk))
    if unit is None or unit.level is Level.DISTRICT:
        raise Invalid({"unit": [_("No commune or province has this code today.")]})
    return unit.id, Seat(unit.level.value)


def unit_code(desk: Desk, text: str) -> str:
    """The code of a unit given by code or by name; when several have the name, they are named for choosing."""
    if text == COUNTRY or text.isdigit():
        return text
    wanted = fold(text)
    provinces = [unit for unit in places.provinces(desk) if wanted in (fold(unit.name), _bare(unit))]
    found = places.search(desk, text, limit=_NAMED)
    exact = [each for each in found if wanted in (fold(each.unit.name), _bare(each.unit))]
    communes = exact if exact or provinces else found
    codes = [*(unit.code for unit in provinces), *(each.unit.code for each in communes)]
    if len(codes) == 1:
        return codes[0]
    if not codes:
        raise Invalid({"unit": [_("No commune or province has this name today. Give its code.")]})
    words = [f"{unit.code} {unit.name}" for unit in provinces]
    words += [
        f"{each.unit.code} {each.unit.name}, {each.province.name if each.province else ''}"
        for each in communes
    ]
    raise Invalid({"unit": [_("Several units fit. Give the code: %(units)s", units="; ".join(words))]})


def _bare(unit: UnitFacts) -> str:
    return fold(unit.name.removeprefix(unit.type))


def _in_area(desk: Desk, statement: Select[Account]) -> Select[Account]:
    units = managed(desk)
    if units is None:
        return statement
    return statement.where(
        Account.id.in_(select(Appointment.account_id).where(Appointment.unit_id.in_(sorted(units))))
    )


def _units_of(desk: Desk, unit_code: str) -> frozenset[int]:
    unit = places.atlas(desk).at(unit_code, places.today(desk))
    return NOTHING if unit is None else place_rules.reach(places.atlas(desk), unit, places.today(desk))


def _staff_lines(desk: Desk, accounts: Sequence[Account]) -> Sequence[StaffLine]:
    ids = [account.id for account in accounts]
    held: dict[UUID, list[Appointment]] = defaultdict(list)
    for row in desk.all(
        select(Appointment).where(Appointment.account_id.in_(ids)).order_by(Appointment.since, Appointment.id)
    ):
        held[row.account_id].append(row)
    last: Mapping[UUID, datetime] = dict(
        desk.rows(
            select(SignIn.account_id, func.max(SignIn.started_at))
            .where(SignIn.account_id.in_(ids))
            .group_by(SignIn.account_id)
        )
    )
    alive: Mapping[UUID, int] = dict(
        desk.rows(
            select(SignIn.account_id, func.count())
            .where(SignIn.account_id.in_(ids), SignIn.ended_at.is_(None))
            .where(
                SignIn.started_at > desk.now - rules.LONGEST_SESSION, SignIn.seen_at > desk.now - rules.IDLE
            )
            .group_by(SignIn.account_id)
        )
    )
    return [
        StaffLine(
            account.id,
            account.username,
            account.name,
            AccountState(account.state),
            tuple(role_lines(desk, held[account.id])),
            last.get(account.id),
            alive.get(account.id, 0),
            account.must_change,
        )
        for account in accounts
    ]
