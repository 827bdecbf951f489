"""Invented people around a restricted case, and what somebody sees of it."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.accounts.models import Account
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, CaseTie
from casemgr.cases.terms import Way
from casemgr.intake.terms import Reporter, Story, Suspect
from casemgr.safeguards import actions
from casemgr.safeguards.terms import Declared
from tests.support.factories import FATHER, a_story
from tests.support.house import HouseUnderTest

WHY = "Người bị tố cáo là họ hàng của cán bộ trong xã"
OFFICER, CHAIR, WORKER = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR, Role.SOCIAL_WORKER
SUPERVISOR = Role.PROVINCE_SUPERVISOR


def restrict(house: HouseUnderTest, number: str, *readers: UUID, role: Role = OFFICER) -> None:
    """Restrict a case to some people."""
    with house.desk(role) as desk:
        actions.restrict(desk, cases.case(desk, number), readers=readers, reason=WHY)


def sees(house: HouseUnderTest, number: str, role: Role, unit: str | None = None, *, person: int = 0) -> bool:
    """Whether somebody finds a case."""
    with house.desk(role, unit, writing=False, person=person) as desk:
        return desk.first(select(Case.id).where(Case.number == number)) is not None


def tied(house: HouseUnderTest, number: str, way: Way) -> frozenset[UUID]:
    """Who is tied to a case in a way, now."""
    with house.maintenance(writing=False) as desk:
        return frozenset(
            desk.all(
                select(CaseTie.account_id)
                .join(Case, Case.id == CaseTie.case_id)
                .where(Case.number == number, CaseTie.way == way, CaseTie.ended_at.is_(None))
            )
        )


def declare(
    house: HouseUnderTest, role: Role, said: Declared, unit: str | None = None, *, person: int = 0
) -> None:
    """Somebody declares."""
    with house.desk(role, unit, person=person) as desk:
        actions.declare(desk, said)


def told_by(phone: str = "", name: str = "Lý Thị Giả Định") -> Reporter:
    """Who reported."""
    return Reporter(anonymous=False, kind="neighbour", name=name, phone=phone or None)


def a_suspect(name: str, age: int | None = None) -> Story:
    """A story in which somebody of this name is alleged."""
    return a_story(suspects=(replace(FATHER, name=name, age=age),))


def names_of(house: HouseUnderTest, accounts: Iterable[UUID]) -> set[str]:
    """Sign-in names."""
    with house.maintenance(writing=False) as desk:
        return set(desk.all(select(Account.username).where(Account.id.in_(list(accounts)))))


__all__ = ["FATHER", "Suspect", "a_suspect", "declare", "names_of", "restrict", "sees", "tied", "told_by"]
