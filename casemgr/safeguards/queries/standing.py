"""Who stands around a case: who works on it, who could act instead, who is named and who is kept out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import GRANTS, REACH, Reach, Role
from casemgr.accounts import queries as accounts
from casemgr.accounts.models import Account, Appointment
from casemgr.accounts.terms import AccountState
from casemgr.cases.actions import possible_holders as holders_of
from casemgr.cases.models import Case, CaseMember, CaseTie
from casemgr.cases.queries import names
from casemgr.cases.terms import Way
from casemgr.children.models import Child
from casemgr.core.calendar import local_day
from casemgr.intake.models import Report
from casemgr.notices import queries as notices
from casemgr.notices.terms import About, Matter
from casemgr.safeguards.terms import Around

ACTING = tuple(
    role for role in Role if Permission.CASE_READ in GRANTS[role]
)  # who can do something with a case


@dataclass(frozen=True)
class Cluster:
    """Cases that cannot be told apart: of one report, of one child, and so on. They are restricted together."""

    cases: Sequence[Case]
    children: Sequence[Child]
    reports: Sequence[Report]

    @property
    def ids(self) -> list[UUID]:
        return [case.id for case in self.cases]

    @property
    def rows(self) -> Sequence[Case | Child | Report]:
        """Every row on which the wall asks whether it is restricted."""
        return [*self.cases, *self.children, *self.reports]


def cluster(house: Desk, case: Case) -> Cluster:
    """A case with those of the same report, those of the same child, and those of theirs."""
    known: dict[UUID, Case] = {case.id: case}
    while True:
        found = house.all(
            select(Case).where(
                or_(
                    Case.report_id.in_({row.report_id for row in known.values()}),
                    Case.child_id.in_({row.child_id for row in known.values()}),
                )
            )
        )
        if len(found) <= len(known):
            break
        known = {row.id: row for row in found}
    rows = sorted(known.values(), key=lambda row: row.number)
    return Cluster(
        rows,
        house.all(select(Child).where(Child.id.in_({row.child_id for row in rows}))),
        house.all(select(Report).where(Report.id.in_({row.report_id for row in rows}))),
    )


def ties(house: Desk, case_ids: Collection[UUID], way: Way) -> Sequence[CaseTie]:
    """Living ties of a kind to some cases, the oldest first."""
    return house.all(
        select(CaseTie)
        .where(
            CaseTie.case_id.in_(case_ids),
            CaseTie.way == way,
            CaseTie.ended_at.is_(None),
            or_(CaseTie.until.is_(None), CaseTie.until > house.now),
        )
        .order_by(CaseTie.since, CaseTie.id)
    )


def tied(house: Desk, case_ids: Collection[UUID], way: Way) -> frozenset[UUID]:
    """The people of those ties."""
    return frozenset(row.account_id for row in ties(house, case_ids, way))


def acting(desk: Desk, account_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of some people can act on a case today: active, and in an office that reads cases."""
    if not account_ids:
        return frozenset()
    today = local_day(desk.now)
    return frozenset(
        desk.all(
            select(Account.id)
            .join(Appointment, Appointment.account_id == Account.id)
            .where(
                Account.id.in_(account_ids),
                Account.state == AccountState.ACTIVE,
                Appointment.role.in_(ACTING),
                Appointment.since <= today,
                or_(Appointment.until.is_(None), Appointment.until >= today),
            )
        )
    )


def matter_of(desk: Desk, case: Case, about: About) -> Matter:
    """A case as something that somebody is told about."""
    return Matter(
        about,
        f"{about}:{case.id.hex}:{desk.now.timestamp():.0f}",
        case.id,
        case.number,
        case.unit_id,
        case.holder_id,
        desk.now,
    )


def around(house: Desk, case: Case) -> Around:
    """Who could act on a case: whoever works on it, and the staff of its unit and of the levels above."""
    matter = matter_of(house, case, About.NO_HOLDER)
    staff = notices.offices_of(house, [matter])[matter.ref]
    members = house.all(
        select(CaseMember.account_id).where(CaseMember.case_id == case.id, CaseMember.until.is_(None))
    )
    workers = {*members, *((case.holder_id,) if case.holder_id is not None else ())}
    return Around(
        acting(house, workers),
        frozenset(staff.officers),
        frozenset(staff.chairs),
        frozenset(staff.province),
        frozenset(staff.nation),
    )


def possible(house: Desk, case: Case) -> Mapping[UUID, str]:
    """Who can be named as a reader: whoever works on the case, its unit, and its province. Never who is kept out."""
    near = around(house, case)
    wanted = near.workers | near.officers | near.chairs | near.province | near.nation
    known = dict(holders_of(house, case))
    more = names(house, acting(house, wanted) - known.keys())
    out = tied(house, [case.id], Way.BARRED)
    found = {**known, **more}
    return {one: found[one] for one in sorted(found, key=lambda one: (found[one], one)) if one not in out}


def is_near(house: Desk, account_id: UUID, case: Case) -> bool:
    """Whether a case lies at somebody's own place, or names them: there a name alone says something."""
    units = {case.unit_id, case.incident_unit_id, case.residence_unit_id} - {None}
    for held in accounts.held_today(house, account_id):
        own = REACH[Role(held.role)] is not Reach.PROVINCE and held.unit_id is not None
        if own and units & (accounts.reach(house, held.unit_id) or frozenset()):
            return True
    return account_id in around(house, case).workers


def reaches(house: Desk, account_id: UUID, case: Case) -> bool:
    """Whether somebody would see a case that is not restricted."""
    units = {case.unit_id, case.incident_unit_id, case.handover_unit_id}
    for held in accounts.held_today(house, account_id):
        seen = accounts.file_units(house, Role(held.role), held.unit_id)
        if seen is None or units & seen:
            return True
    return account_id in around(house, case).workers
