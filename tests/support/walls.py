"""A server on PostgreSQL that signs in as a role which owns nothing: every policy of the second wall binds it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine

from casemgr import app as roof
from casemgr.access import second_wall
from casemgr.cli import walls
from casemgr.security.passwords import Effort, Passwords
from tests.support.house import HouseUnderTest

LOGIN = "casemgr_web"


def behind_the_wall(owner: HouseUnderTest) -> HouseUnderTest:
    """Put the wall up in the database of a house, and open a second server there that has no way past it."""
    with owner.app.app_context(), owner.office.engine.begin() as connection:
        walls.put_up(connection)
        there = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)"
        if not connection.exec_driver_sql(there, (LOGIN,)).scalar():
            connection.exec_driver_sql(f"CREATE ROLE {LOGIN} LOGIN IN ROLE {second_wall.WEB}")
    settings = owner.app.extensions["settings"]
    url = owner.office.engine.url.set(username=LOGIN).render_as_string(hide_password=False)
    folder = Path(tempfile.mkdtemp(prefix="casemgr-web-"))
    app = roof.build(replace(settings, database_url=url, data_dir=folder), ring=owner.office.ring)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.extensions["casemgr"].office.clock = owner.clock
    app.extensions["casemgr"].passwords = Passwords(Effort(1, 8, 1))
    return HouseUnderTest(app, owner.clock, "postgresql", owned_by=owner)


@contextmanager
def at_revision(house: HouseUnderTest, revision: str) -> Iterator[Engine]:
    """The tables as an earlier version had them, for their owner; afterwards all is as `init` leaves it."""
    owner = house.owner
    directory = owner.app.extensions["migrate"].directory
    house.office.engine.dispose()
    with owner.app.app_context():
        downgrade(directory=directory, revision=revision)
        try:
            yield owner.office.engine
        finally:
            upgrade(directory=directory)
            with owner.office.engine.begin() as connection:
                walls.renewed(connection)
            house.office.engine.dispose()
