"""The atlas of the shipped list, and an office on an empty database that holds nothing but units and the trail."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from casemgr.access.actor import Actor, command
from casemgr.access.desk import Desk, Office
from casemgr.core.clock import FixedClock
from casemgr.core.db import Model, WriteTurn, prepare
from casemgr.places import official_list
from casemgr.places.atlas import Atlas
from casemgr.security.keys import Keyring

# The trail's table as the migrations make it on SQLite: its transaction number has a default there.
TRAIL = (
    "CREATE TABLE audit_entry (seq INTEGER PRIMARY KEY AUTOINCREMENT, xid INTEGER NOT NULL DEFAULT 0, at DATETIME,"
    " actor VARCHAR, action VARCHAR, object VARCHAR, body TEXT, mac BLOB)"
)


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    listed = official_list.shipped()
    return Atlas(listed.units, listed.changes)


@pytest.fixture
def bare_office(tmp_path: Path) -> Iterator[Office]:
    engine = create_engine(f"sqlite:///{tmp_path}/places.db")
    prepare(engine)
    tables = [Model.metadata.tables[name] for name in ("unit", "unit_change", "unit_list", "audit_link")]
    Model.metadata.create_all(engine, tables=tables)
    with engine.begin() as connection:
        connection.exec_driver_sql(TRAIL)
    clock = FixedClock(datetime(2026, 11, 21, 2, 0, tzinfo=UTC))
    yield Office(engine, clock, Keyring.fresh("2026-11-21"), turn=WriteTurn(tmp_path / "turn"))
    engine.dispose()


@pytest.fixture
def keeper() -> Actor:
    return command("test")


@pytest.fixture
def bare_desk(bare_office: Office, keeper: Actor) -> Iterator[Desk]:
    with bare_office.open(keeper) as desk:
        yield desk
