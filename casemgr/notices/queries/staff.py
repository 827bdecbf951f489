"""Who holds which office for a unit today: whom a matter of that unit can reach."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple
from uuid import UUID

from sqlalchemy import or_, select

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.accounts import queries as accounts
from casemgr.accounts.models import Account, Appointment
from casemgr.accounts.terms import AccountState
from casemgr.cases.models import Case, CaseTie
from casemgr.cases.terms import Way
from casemgr.notices.models import Notice
from casemgr.notices.terms import TOLD_ANYWAY, About, Matter, Staff
from casemgr.places import queries as places
from casemgr.places import rules as place_rules

_TOLD = (Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR, Role.PROVINCE_SUPERVISOR, Role.STATISTICIAN)
_Seat = tuple[str, int | None]


def staff_of(desk: Desk, matters: Collection[Matter]) -> Mapping[str, Staff]:
    """For each matter, by its mark: who could be told, level by level. Few statements, however many there are.

    Of a restricted case only its readers hear, and of no case those who are kept out of it.
    """
    found = offices_of(desk, matters)
    named, out = _tied(desk, {matter.case_id for matter in matters if matter.case_id is not None})

    def hears(case_id: UUID | None, people: Sequence[UUID]) -> tuple[UUID, ...]:
        if case_id is None:
            return tuple(people)
        kept_out, readers = out.get(case_id, ()), named.get(case_id)
        return tuple(one for one in people if one not in kept_out and (readers is None or one in readers))

    return {
        matter.ref: Staff(*(hears(matter.case_id, people) for people in astuple(found[matter.ref])))
        for matter in matters
    }


def may_still_hear(desk: Desk, notice: Notice) -> bool:
    """Whether somebody who was to be told something is still one who may be told: that can change while a letter waits."""
    who, case_id = notice.account_id, notice.case_id
    if who not in _active(desk, [who]) or not accounts.held_today(desk, who):
        return False
    named, out = _tied(desk, [case_id]) if case_id is not None else ({}, {})
    if case_id is None or who in out.get(case_id, ()):
        return case_id is None
    return case_id not in named or who in named[case_id] or notice.matter in TOLD_ANYWAY


def _tied(
    desk: Desk, case_ids: Collection[UUID]
) -> tuple[Mapping[UUID, set[UUID]], Mapping[UUID, set[UUID]]]:
    """The readers of those among some cases that are restricted, and who is kept out of them."""
    named: dict[UUID, set[UUID]] = {
        one: set() for one in desk.all(select(Case.id).where(Case.id.in_(case_ids), Case.restricted))
    }
    out: dict[UUID, set[UUID]] = {}
    for case_id, account_id, way in desk.rows(
        select(CaseTie.case_id, CaseTie.account_id, CaseTie.way).where(
            CaseTie.case_id.in_(case_ids), CaseTie.way != Way.GLASS, CaseTie.ended_at.is_(None)
        )
    ):
        (out if way == Way.BARRED else named).setdefault(case_id, set()).add(account_id)
    return named, out


def offices_of(desk: Desk, matters: Collection[Matter]) -> Mapping[str, Staff]:
    """For each matter, by its mark: who holds which office for its unit, whatever they may see of the case."""
    seats = {unit_id: _seats(desk, unit_id) for unit_id in {matter.unit_id for matter in matters}}
    wanted = {
        number for here, province in seats.values() for number in (*here, province) if number is not None
    }
    holding = _holding(desk, wanted)
    active = _active(desk, {matter.holder_id for matter in matters if matter.holder_id is not None})
    found = {}
    for matter in matters:
        here, province = seats[matter.unit_id]
        found[matter.ref] = Staff(
            holder=() if matter.holder_id not in active else (matter.holder_id,),
            officers=_of(holding, Role.COMMUNE_OFFICER, here)
            or (_of(holding, Role.STATISTICIAN, here) if matter.about is About.RETURN_DUE else ()),
            chairs=_of(holding, Role.COMMUNE_CHAIR, here),
            province=_of(holding, Role.PROVINCE_SUPERVISOR, (province,) if province is not None else ()),
            nation=_of(holding, Role.PROVINCE_SUPERVISOR, (None,)),
        )
    return found


def _of(holding: Mapping[_Seat, list[UUID]], role: Role, seats: Collection[int | None]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(one for seat in seats for one in holding.get((role, seat), ())))


def _seats(desk: Desk, unit_id: int | None) -> tuple[tuple[int, ...], int | None]:
    """Where a unit's staff sits today, itself or what stands for it, and its province."""
    atlas, today = places.atlas(desk), places.today(desk)
    unit = atlas.unit(unit_id) if unit_id is not None else None
    if unit is None:
        return (), None
    here = place_rules.standing(atlas, unit, today).unit or unit
    province = atlas.province_of(here, today)
    return tuple(dict.fromkeys((unit.id, here.id))), province.id if province is not None else None


def _holding(desk: Desk, unit_ids: Collection[int]) -> Mapping[_Seat, list[UUID]]:
    today = places.today(desk)
    rows = desk.rows(
        select(Appointment.role, Appointment.unit_id, Appointment.account_id)
        .join(Account, Account.id == Appointment.account_id)
        .where(
            Account.state == AccountState.ACTIVE,
            Appointment.role.in_(_TOLD),
            or_(Appointment.unit_id.in_(sorted(unit_ids)), Appointment.unit_id.is_(None)),
            Appointment.since <= today,
            or_(Appointment.until.is_(None), Appointment.until >= today),
        )
        .order_by(Appointment.since, Appointment.id)
    )
    found: dict[_Seat, list[UUID]] = {}
    for role, unit_id, account_id in rows:
        found.setdefault((role, unit_id), []).append(account_id)
    return found


def _active(desk: Desk, account_ids: Collection[UUID]) -> frozenset[UUID]:
    if not account_ids:
        return frozenset()
    return frozenset(
        desk.all(select(Account.id).where(Account.id.in_(account_ids), Account.state == AccountState.ACTIVE))
    )
