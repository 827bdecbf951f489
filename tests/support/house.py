"""The house under test: the real application on a real database, with a clock that stands still."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from casemgr.access.actor import Actor, command
from casemgr.access.desk import Desk, Office
from casemgr.access.roles import GRANTS, REACH, Reach, Role
from casemgr.accounts.models import Account, Appointment, SignIn
from casemgr.cases.queries import named
from casemgr.core.clock import FixedClock
from casemgr.core.db import uuid7
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import COUNTRY

START = datetime(2026, 11, 18, 5, 45, tzinfo=UTC)  # a Wednesday, 12:45 in Viet Nam
NA_SAM, THAT_KHE, LANG_SON, ELSEWHERE = "06124", "06040", "20", "00004"
TRIES = {Role.STATISTICIAN: LANG_SON, Role.PROVINCE_SUPERVISOR: LANG_SON}
NATIONWIDE = (Role.HOTLINE_OPERATOR, Role.INSPECTOR, Role.ADMIN)


def without_tokens(page: str) -> str:
    """A page without the random tokens of its forms, in which any three letters may stand."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def _seat(role: Role, unit_code: str | None) -> str | None:
    """Where a role is held in tests if not told otherwise; VN is the whole country."""
    if unit_code is None:
        return None if role in NATIONWIDE else TRIES.get(role, NA_SAM)
    return None if unit_code == COUNTRY else unit_code


@dataclass
class HouseUnderTest:
    """Everything a test needs, behind one name."""

    app: Flask
    clock: FixedClock
    engine_name: str
    staff: dict[tuple[Role, str | None, int], tuple[UUID, UUID]] = field(default_factory=dict)
    owned_by: "HouseUnderTest | None" = field(default=None, repr=False)

    @property
    def owner(self) -> "HouseUnderTest":
        """The same house with the rights of the owner of its tables: for tests that change what no server may."""
        return self.owned_by or self

    @property
    def office(self) -> Office:
        found: Office = self.app.extensions["casemgr"].office
        return found

    @contextmanager
    def maintenance(self, *, writing: bool = True) -> Iterator[Desk]:
        """A desk that sees everything."""
        with self.office.open(command("tests"), writing=writing) as desk:
            yield desk

    def unit_id(self, code: str, day: date | None = None) -> int:
        """The number of the unit that has a code today."""
        with self.maintenance(writing=False) as desk:
            return places.unit_at(desk, code, day).id

    def hire(self, role: Role, unit_code: str | None = None, *, person: int = 0) -> tuple[UUID, UUID]:
        """Somebody with a role at a unit (invented): their account and appointment."""
        unit_code = _seat(role, unit_code)
        key = (role, unit_code, person)
        if key not in self.staff:
            unit = self.unit_id(unit_code) if unit_code else None
            with self.maintenance() as desk:
                account = Account(
                    id=uuid7(desk.now),
                    username=f"{role}.{unit_code or 'vn'}.{person}".replace("_", "-"),
                    name=f"Người Thử {role[:2].upper()}{person}",
                    password_hash=None,
                    must_change=False,
                    state="active",
                    created_at=desk.now,
                    demo=True,
                )
                desk.add(account)
                desk.flush()
                appointment = Appointment(
                    id=uuid7(desk.now), account_id=account.id, role=role, unit_id=unit, since=date(2020, 1, 1)
                )
                desk.add(appointment)
            self.staff[key] = (account.id, appointment.id)
        return self.staff[key]

    def actor(self, role: Role, unit_code: str | None = None, *, person: int = 0) -> Actor:
        """The actor of somebody hired."""
        account_id, _ = self.hire(role, unit_code, person=person)
        unit_code = _seat(role, unit_code)
        with self.maintenance(writing=False) as desk:
            unit = places.unit_at(desk, unit_code) if unit_code else None
            reach = place_rules.reach(places.atlas(desk), unit, places.today(desk)) if unit else None
            sees = REACH[role]
            holder = account_id if sees is Reach.NAMED else None
            found = named(desk.session, account_id, holder, desk.now)
        return Actor(
            id=f"account:{account_id}",
            permissions=GRANTS[role],
            role=role,
            unit_id=unit.id if unit else None,
            units=reach if sees in (Reach.OWN_UNIT, Reach.PROVINCE) else frozenset(),
            table_units=reach,
            cases=found.cases,
            children=found.children,
            circle=found.circle,
            account_id=account_id,
            name=f"Người Thử {role[:2].upper()}{person}",
        )

    @contextmanager
    def desk(
        self, role: Role, unit_code: str | None = None, *, writing: bool = True, person: int = 0
    ) -> Iterator[Desk]:
        """A desk of somebody hired."""
        with self.office.open(self.actor(role, unit_code, person=person), writing=writing) as desk:
            yield desk

    def client(self, role: Role, unit_code: str | None = None, *, person: int = 0) -> FlaskClient:
        """A browser (without script) of somebody who has signed in."""
        account_id, appointment_id = self.hire(role, unit_code, person=person)
        token = secrets.token_urlsafe(32)
        with self.maintenance() as desk:
            desk.add(
                SignIn(
                    id=uuid7(desk.now),
                    account_id=account_id,
                    appointment_id=appointment_id,
                    token_digest=hashlib.sha256(token.encode()).digest(),
                    started_at=desk.now,
                    seen_at=desk.now,
                )
            )
        client = self.app.test_client()
        client.set_cookie("sid", token)
        return client
