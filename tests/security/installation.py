"""An installation as people run it: with a keyring in a file, on a database of its own, on either engine."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result
from flask_migrate import upgrade
from sqlalchemy import create_engine, delete, or_, select, update

from casemgr import app as roof
from casemgr.core.clock import FixedClock
from casemgr.places import actions as places
from casemgr.places.models import Unit, UnitChange, UnitList
from casemgr.places.terms import Level
from casemgr.security import backup as backups
from casemgr.security.passwords import Effort, Passwords
from casemgr.settings import Mode, Settings
from tests.support.factories import a_case
from tests.support.house import LANG_SON, START, HouseUnderTest

HA_NOI = "01"
backups._BEYOND = 1_000  # a restore counts past a million transactions, which takes nine seconds
ADMINS = ("an.admin", "binh.admin")


def second_server(place: "Installation") -> "Installation":
    """Another server of the same installation."""
    house = start(place.settings)
    house.staff = place.house.staff
    return Installation(house, place.settings)


@dataclass
class Installation:
    """The house with its files."""

    house: HouseUnderTest
    settings: Settings

    def run(self, *words: object, input: str | None = None) -> Result:
        """A command of this installation."""
        with self.house.app.app_context():
            return self.house.app.test_cli_runner().invoke(args=[str(word) for word in words], input=input)

    def did(self, *words: object) -> Result:
        """A command that has to succeed."""
        result = self.run(*words)
        assert result.exit_code == 0, (words, result.output, result.stderr, result.exception)
        return result


def start(settings: Settings) -> HouseUnderTest:
    """The real application on these settings, with a clock that stands still."""
    app = roof.build(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    clock = FixedClock(START)
    app.extensions["casemgr"].office.clock = clock
    app.extensions["casemgr"].passwords = Passwords(Effort(1, 8, 1))
    return HouseUnderTest(app, clock, "sqlite" if settings.sqlite_path else "postgresql")


def settings_for(folder: Path, url: str | None = None) -> Settings:
    data = folder / "data"
    return Settings(
        mode=Mode.DEMO,
        data_dir=data,
        database_url=url or f"sqlite:///{data / 'casemgr.sqlite3'}",
        keyring=folder / "safe" / "keyring.json",
        keyring_passphrase_file=folder / "safe" / "keyring.passphrase",
        now=START.isoformat(),
    )


_READY: dict[str, Settings] = {}  # an installation just made ready, per server: each test gets a copy of it


def _on(server: str, statement: str) -> None:
    root = create_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.exec_driver_sql(statement)
    root.dispose()


@contextmanager
def database(request: pytest.FixtureRequest, engine: str, *, like: str = "") -> Iterator[str | None]:
    """The address of an empty database, or of a copy of another, gone afterwards; None is an SQLite file."""
    if engine == "sqlite":
        yield None
        return
    server: str = request.getfixturevalue("postgresql_server")
    name = f"t{secrets.token_hex(6)}"
    _on(server, f"CREATE DATABASE {name}" + (f" TEMPLATE {like}" if like else ""))
    yield server.replace("/postgres?", f"/{name}?")
    _on(server, f"DROP DATABASE {name} WITH (FORCE)")


def _leave_a_small_country(house: HouseUnderTest) -> None:
    """Two provinces: the thirteen thousand units of the others would be most of every backup, and most of its time."""
    with house.office.engine.connect().execution_options(writing=True) as connection:
        if house.engine_name == "postgresql":
            # nothing refers to a unit yet; to ask every table so for each of them takes nine seconds
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        above = select(Unit.id).where(Unit.code.in_((LANG_SON, HA_NOI)))
        between = select(Unit.id).where(Unit.parent_id.in_(above))
        kept = select(Unit.id).where(
            or_(Unit.id.in_(above), Unit.id.in_(between), Unit.parent_id.in_(between))
        )
        connection.execute(
            delete(UnitChange).where(or_(UnitChange.old_id.not_in(kept), UnitChange.new_id.not_in(kept)))
        )
        for level in (Level.COMMUNE, Level.DISTRICT, Level.PROVINCE):
            connection.execute(delete(Unit).where(Unit.level == level, Unit.id.not_in(kept)))
        connection.execute(update(UnitList).values(digest="two provinces"))
        connection.commit()


def _ready(request: pytest.FixtureRequest, engine: str) -> Settings:
    """Made ready once."""
    server = "" if engine == "sqlite" else str(request.getfixturevalue("postgresql_server"))
    if server not in _READY:
        url = None
        if server:
            _on(server, "CREATE DATABASE made_ready")
            url = server.replace("/postgres?", "/made_ready?")
        settings = settings_for(Path(tempfile.mkdtemp(prefix="casemgr-ready-")), url)
        house = start(settings)
        with house.app.app_context():
            upgrade(directory=house.app.extensions["migrate"].directory)
            with house.maintenance() as desk:
                places.load_shipped(desk)
            _leave_a_small_country(house)
        house.office.engine.dispose()
        _READY[server] = settings
    return _READY[server]


@contextmanager
def installed(request: pytest.FixtureRequest, engine: str, folder: Path) -> Iterator[Installation]:
    """An installation that was made ready, on one engine."""
    ready = _ready(request, engine)
    with database(request, engine, like="made_ready") as url:
        settings = settings_for(folder, url)
        for one, other in (
            (ready.data_dir, settings.data_dir),
            (ready.keyring.parent, settings.keyring.parent),
        ):
            shutil.copytree(one, other)
        house = start(settings)
        with house.app.app_context():
            yield Installation(house, settings)
        house.office.engine.dispose()


def live_in(place: Installation, cases: int = 3) -> list[str]:
    """Let officers do some work there; gives the numbers of the cases."""
    return [a_case(place.house) for _ in range(cases)]


def name_admins(place: Installation) -> None:
    """Two administrators with known sign-in names."""
    for username in ADMINS:
        place.did("accounts", "add", username, "--role", "admin")
