"""Cheap hashing, and people (invented) with a known password."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casemgr.access.roles import Role
from casemgr.accounts import actions
from casemgr.security.passwords import Effort, Passwords
from tests.support.house import HouseUnderTest

CHEAP = Passwords(Effort(time=1, memory=8, lanes=1))
PASSWORD = "trâu trắng ăn cỏ non"
WRONG = "không phải mật khẩu này"


@dataclass
class Staff:
    """People who can sign in, and browsers to do it with."""

    house: HouseUnderTest
    ids: dict[str, UUID] = field(default_factory=dict)

    def add(
        self,
        username: str,
        role: Role = Role.COMMUNE_OFFICER,
        unit: str = "06124",
        *,
        must_change: bool = False,
        until: date | None = None,
        demo: bool = True,
    ) -> UUID:
        """Somebody with the known password and one role."""
        with self.house.maintenance() as desk:
            account = actions.add_account(
                desk,
                username=username,
                name=f"Người {username}",
                password_hash=CHEAP.hash(PASSWORD),
                role=role,
                unit_code=unit,
                since=date(2026, 1, 1),
                until=until,
                must_change=must_change,
                demo=demo,
            )
        self.ids[username] = account.id
        return account.id

    def browser(self, *, address: str = "10.0.0.1") -> FlaskClient:
        """A browser that nobody knows yet."""
        client = self.house.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 14) Chrome/142.0 Mobile"
        return client

    def sign_in(
        self, client: FlaskClient, username: str, password: str = PASSWORD, **more: str
    ) -> TestResponse:
        """One try to sign in."""
        return client.post("/sign-in", data={"username": username, "password": password, **more})

    def signed_in(self, username: str, **more: str) -> FlaskClient:
        """A browser in which somebody has signed in."""
        client = self.browser(**more)
        assert self.sign_in(client, username).status_code == 303
        return client


@pytest.fixture
def staff(house: HouseUnderTest) -> Iterator[Staff]:
    door = house.app.extensions["casemgr"]
    dear, door.passwords = door.passwords, CHEAP
    yield Staff(house)
    door.passwords = dear
