"""Durability: what was acknowledged survives a kill at any moment and a crash of the server; nothing is kept by half."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from casemgr.access.roles import Role
from tests.conftest import build
from tests.durability import killed
from tests.support import postgres
from tests.support.house import HouseUnderTest

pytestmark = pytest.mark.slow
SECONDS = 5.0
CRASHES = 3


def test_what_was_acknowledged_survives_a_kill(house: HouseUnderTest) -> None:
    said, kills = killed.rounds(house, seconds=SECONDS)
    stored = killed.check(house, said)
    assert kills >= 10
    assert len(said) >= kills, f"{len(said)} acknowledgements in {kills} kills prove little"
    assert stored >= sum(line.startswith("received") for line in said)


@pytest.fixture
def durable_house(tmp_path: Path) -> Iterator[tuple[HouseUnderTest, str]]:
    """The house on a PostgreSQL server of its own, set up as in production."""
    try:
        with postgres.server(durable=True) as url:
            house = build(url, tmp_path)
            with house.app.app_context():
                yield house, url
            house.office.engine.dispose()
    except postgres.NoServer as missing:
        pytest.skip(f"PostgreSQL: {missing}")


def test_what_was_acknowledged_survives_a_crash_of_the_server(
    durable_house: tuple[HouseUnderTest, str],
) -> None:
    house, url = durable_house
    actor, said = house.actor(Role.COMMUNE_OFFICER), []
    for crash in range(CRASHES):
        writers = [killed.start(house, actor) for _ in range(2)]
        time.sleep(0.4 + 0.13 * crash)
        postgres.crash(url)
        for writer in writers:
            said += writer.kill()
        house.office.engine.dispose()
        killed.check(house, said)
    assert len(said) > CRASHES * 2
