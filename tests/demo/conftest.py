"""The invented province, built once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask.testing import FlaskCliRunner

from casemgr.security.passwords import Effort, Passwords
from tests.conftest import _folder, build
from tests.support.house import HouseUnderTest

CHILDREN = 50
CHEAP = Passwords(Effort(time=1, memory=8, lanes=1))


@dataclass
class Demo:
    """A house with the demo in it, and its command line."""

    house: HouseUnderTest
    run: FlaskCliRunner
    said: str

    @property
    def now(self) -> datetime:
        return self.house.clock.now()


@pytest.fixture(scope="package")
def demo() -> Iterator[Demo]:
    folder = _folder()
    house = build(f"sqlite:///{folder / 'casemgr.sqlite3'}", folder)
    house.app.extensions["casemgr"].passwords = CHEAP
    with house.app.app_context():
        runner = house.app.test_cli_runner()
        loaded = runner.invoke(args=["demo", "load", "--children", str(CHILDREN), "--json"])
        assert loaded.exit_code == 0, loaded.output
        yield Demo(house, runner, loaded.stdout)
    house.office.engine.dispose()
