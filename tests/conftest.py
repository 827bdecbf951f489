"""Fixtures of the whole suite: the house on each engine, freshly swept for every test."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from sqlalchemy import Engine, event

from casemgr import app as roof
from casemgr.core.clock import FixedClock
from casemgr.core.db import Model, Remembered
from casemgr.places import actions as places
from casemgr.security import keys
from casemgr.security.keys import Keyring
from casemgr.security.passwords import Effort, Passwords
from casemgr.settings import Mode, Settings
from tests.support import postgres
from tests.support.browser import browser
from tests.support.house import START, HouseUnderTest
from tests.support.walls import behind_the_wall

KEPT = {"unit", "unit_change", "unit_list", "alembic_version"}
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("house")
# a passphrase of tests guards nothing, and is stretched hundreds of times
keys.DEMO = keys.Stretch(time=1, memory=64, lanes=1)


@event.listens_for(Engine, "connect")
def in_no_order(connection: Any, _record: Any) -> None:
    """SQLite gives rows for which nobody asked an order the other way round: whoever leans on the usual one is found."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")


def _folder() -> Path:
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="casemgr-test-", dir=memory if os.access(memory, os.W_OK) else None))


def build(url: str, folder: Path) -> HouseUnderTest:
    """The real application on a database of its own, with the shipped units loaded."""
    clock = FixedClock(START)
    told = Settings(
        mode=Mode.DEMO,
        data_dir=folder,
        database_url=url,
        keyring=folder / "unused",
        now=START.isoformat(),
    )
    app = roof.build(told, ring=Keyring.fresh("2026-11-01"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.extensions["casemgr"].office.clock = clock
    app.extensions["casemgr"].passwords = Passwords(Effort(1, 8, 1))
    house = HouseUnderTest(app, clock, "sqlite" if url.startswith("sqlite") else "postgresql")
    with app.app_context():
        upgrade(directory=app.extensions["migrate"].directory)
        with house.maintenance() as desk:
            places.load_shipped(desk)
    return house


@pytest.fixture(scope="session")
def sqlite_house() -> Iterator[HouseUnderTest]:
    folder = _folder()
    house = build(f"sqlite:///{folder / 'casemgr.sqlite3'}", folder)
    yield house
    house.office.engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    given = os.environ.get("CASEMGR_TEST_POSTGRESQL")
    if given:
        yield given
        return
    with postgres.needed() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_house(postgresql_server: str) -> Iterator[HouseUnderTest]:
    """Its server owns nothing and stands behind the second wall; tests that change tables ask for `house.owner`."""
    owner = build(postgresql_server, _folder())
    house = behind_the_wall(owner)
    yield house
    house.office.engine.dispose()
    owner.office.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> Iterator[HouseUnderTest]:
    """The house, swept and with its clock set back; each test that asks for it runs on both engines."""
    found: HouseUnderTest = request.getfixturevalue(f"{request.param}_house")
    found.clock.__init__(START)  # type: ignore[misc]
    with found.app.app_context():
        yield found
    leave(found)


@pytest.fixture
def swept(sqlite_house: HouseUnderTest) -> Iterator[HouseUnderTest]:
    """The house on SQLite alone, for tests of what does not touch the engine."""
    sqlite_house.clock.__init__(START)  # type: ignore[misc]
    with sqlite_house.app.app_context():
        yield sqlite_house
    leave(sqlite_house)


@pytest.fixture
def clock(house: HouseUnderTest) -> FixedClock:
    return house.clock


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file: while it runs, its thread is no place for another loop of events."""
    with browser() as running:
        yield running


def leave(house: HouseUnderTest) -> None:
    """As if nobody had ever been here."""
    house.staff.clear()
    sweep(house)
    for office in {house.office, house.owner.office}:
        office.trail.begin_run()


def sweep(house: HouseUnderTest) -> None:
    """Empty every table but the units. Few have rows after a test, and to truncate the rest takes PostgreSQL longer than the test."""
    Remembered.forget_all(house.office.engine)
    engine = house.owner.office.engine
    tables = [table.name for table in reversed(Model.metadata.sorted_tables) if table.name not in KEPT]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables)
    with engine.connect().execution_options(writing=True) as connection:
        if engine.dialect.name == "postgresql":
            # what a failed test has left open would hold the sweeping up for ever
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE state LIKE 'idle in transaction%%' AND pid <> pg_backend_pid()"
            )
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for name in connection.exec_driver_sql(filled).scalars().all():
            connection.exec_driver_sql(f'DELETE FROM "{name}"')
        connection.commit()
