"""Two people take the same step at the same moment: one did it, the other is told; nobody sees a fault."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm.exc import StaleDataError

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.accounts.models import Account
from casemgr.exchange import actions as exchange
from casemgr.intake.models import Report
from tests.durability.test_twice import counted, together
from tests.exchange.machine import a_referral, hmac_machine
from tests.support.factories import a_report
from tests.support.house import HouseUnderTest

ROUNDS = 4


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_people_accept_the_same_report(house: HouseUnderTest, _round: int) -> None:
    number = a_report(house)
    people = [house.client(Role.COMMUNE_OFFICER, person=person) for person in range(2)]
    answers = together(
        [
            lambda who=who: who.post(f"/reports/{number}/decision", data={"decision": "accepted"})  # type: ignore[misc]
            for who in people
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]


def test_a_referral_that_lost_a_race_is_taken_in_at_the_next_try(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, as_it_is = [], exchange._remember

    def lose_first(desk: Desk, *told: Any) -> None:
        tries.append(told)
        if len(tries) == 1:
            raise StaleDataError
        as_it_is(desk, *told)

    monkeypatch.setattr(exchange, "_remember", lose_first)
    assert hmac_machine(house).refer(a_referral()).status_code == 201
    assert (len(tries), counted(house, Report)) == (2, 1)


def test_a_fault_of_ours_is_not_taken_for_a_race(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row with a gap would fail again: it is told as a fault at once, and nothing of it is stored."""
    tries = []

    def forget_the_name(desk: Desk, *told: Any) -> None:
        tries.append(told)
        desk.add(Account(id=uuid4(), username=None, name="Ai đó", state="active", created_at=desk.now))
        desk.flush()

    monkeypatch.setattr(exchange, "_remember", forget_the_name)
    assert hmac_machine(house).refer(a_referral()).status_code == 500
    assert (len(tries), counted(house, Report)) == (1, 0)
