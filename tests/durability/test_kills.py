"""Durability: what was acknowledged survives a kill at any moment and a crash of the server; nothing is kept by half."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.core.errors import Unavailable
from casemgr.indicators.models import CaseFact
from casemgr.intake import actions
from casemgr.intake.models import ReportEvent
from casemgr.security.parts import RecordKey
from tests.conftest import build
from tests.durability import killed
from tests.support import postgres
from tests.support.factories import KHANG, a_story, a_telling
from tests.support.house import HouseUnderTest

pytestmark = pytest.mark.slow
SECONDS = 5.0
CRASHES = 3


def test_what_was_acknowledged_survives_a_kill(house: HouseUnderTest) -> None:
    said, kills = killed.rounds(house, seconds=SECONDS)
    stored = killed.check(house, said)
    assert kills >= 3
    assert len(said) >= 5, f"{len(said)} acknowledgements in {kills} kills prove little"
    assert stored >= sum(line.startswith("received") for line in said)


@pytest.mark.parametrize("half", [CaseClock, CaseEvent, CaseFact, ReportEvent, RecordKey, Case])
def test_the_check_itself_sees_what_is_there_by_half(house: HouseUnderTest, half: type[Any]) -> None:
    telling = a_telling(house, story=a_story(children=(KHANG, killed.SISTER)))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        number = actions.receive(desk, telling).number
    said = [f"received {number}"]
    assert killed.check(house, said) == 1
    with pytest.raises(AssertionError, match="gone"):
        killed.check(house, ["received 06124-2026-99999-A"])
    with pytest.raises(AssertionError, match="was not"):
        killed.check(house, [f"accepted {number}"])
    with house.owner.maintenance() as desk:
        desk.session.connection().exec_driver_sql(
            "PRAGMA defer_foreign_keys=ON"
            if house.office.chains_directly
            else "SET session_replication_role = replica"
        )
        desk.session.delete(desk.all(select(half))[-1])
        desk.flush()
        with pytest.raises((AssertionError, Unavailable)):
            killed.check_at(desk, said)
        desk.give_up()


@pytest.fixture
def durable_house(tmp_path: Path) -> Iterator[tuple[HouseUnderTest, str]]:
    """The house on a PostgreSQL server of its own, set up as in production."""
    with postgres.needed(durable=True) as url:
        house = build(url, tmp_path)
        with house.app.app_context():
            yield house, url
        house.office.engine.dispose()


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
    assert len(said) >= CRASHES
