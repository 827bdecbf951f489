"""Fixtures of the interface for machines."""

from collections.abc import Iterator

import pytest

from casemgr.access.roles import Role
from tests.conftest import sweep
from tests.exchange.machine import Machine, hmac_machine
from tests.support.house import START, HouseUnderTest


@pytest.fixture
def hotline(house: HouseUnderTest) -> Machine:
    """A hotline that may send and follow."""
    return hmac_machine(house)


@pytest.fixture
def reader(house: HouseUnderTest) -> Machine:
    """A statistics system of the whole country."""
    return hmac_machine(house, "statistics", Role.STATISTICS)


@pytest.fixture
def sqlite_hotline(sqlite_house: HouseUnderTest) -> Iterator[Machine]:
    """A hotline for tests of what never comes as far as the engine."""
    sqlite_house.clock.__init__(START)  # type: ignore[misc]
    with sqlite_house.app.app_context():
        yield hmac_machine(sqlite_house)
    sqlite_house.staff.clear()
    sweep(sqlite_house)
