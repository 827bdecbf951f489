"""Machines that are turned away leave entries without content, and a flood of them leaves few."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casemgr.accounts import actions as accounts
from casemgr.accounts import queries
from casemgr.exchange.api.refusals import MOST, TOGETHER, Refusals, Why
from casemgr.security.audit import AuditEntry
from tests.exchange.machine import Machine, a_referral
from tests.support.house import START, HouseUnderTest

EVENTS = "/api/v1/referral-events"
BODY = json.dumps(a_referral()).encode()


@pytest.fixture(autouse=True)
def nothing_counted(house: HouseUnderTest) -> None:
    house.app.extensions.pop("refused machines", None)


def told(house: HouseUnderTest) -> list[dict[str, Any]]:
    with house.maintenance(writing=False) as desk:
        statement = select(AuditEntry).where(AuditEntry.action == "machine refused").order_by(AuditEntry.seq)
        return [json.loads(row.body) for row in desk.all(statement)]


def seen(entry: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(entry.get(name) for name in ("object", "address", "reason", "door", "count"))


def test_who_was_refused_where_and_why(hotline: Machine) -> None:
    house = hotline.house
    hotline.refer(BODY, altered={"Signature": "sig1=:AAAA:"})
    assert [seen(one) for one in told(house)] == [
        (hotline.name, "127.0.0.1", "signature", "/api/v1/referrals", 1)
    ]
    house.clock.move(TOGETHER)
    Machine(house, "hotline-112", hotline.key).refer(BODY)
    house.clock.move(TOGETHER)
    hotline.get(EVENTS, nonce="a")
    hotline.get(EVENTS, nonce="a")
    house.clock.move(TOGETHER)
    assert hotline.get("/api/v1/indicators").status_code == 403
    house.clock.move(TOGETHER)
    with house.maintenance() as desk:
        accounts.revoke_client(desk, queries.client_named(desk, hotline.name))
    hotline.get(EVENTS)
    assert [(one.get("object"), one["reason"]) for one in told(house)[1:]] == [
        (None, "unknown or revoked client"),
        (hotline.name, "replay"),
        (hotline.name, "no right"),
        (hotline.name, "unknown or revoked client"),
    ]
    everything = json.dumps(told(house), ensure_ascii=False)
    assert "hotline-112" not in everything and "Khang" not in everything, "nothing that was sent"


def test_a_flood_is_one_entry_and_then_one_more(hotline: Machine) -> None:
    house = hotline.house
    client = house.app.test_client()
    for _ in range(50):
        assert client.get(EVENTS).status_code == 401
    hotline.get("/api/v1/indicators")
    assert [one["count"] for one in told(house)] == [1]
    house.clock.move(TOGETHER)
    assert hotline.get(EVENTS).status_code == 200, "whoever comes in lets it be written"
    assert [seen(one) for one in told(house)[1:]] == [
        (hotline.name, "127.0.0.1", "no right, signature", f"{'/api/v1/indicators'}, {EVENTS}", 50)
    ]
    hotline.get(EVENTS)
    assert len(told(house)) == 2


def test_many_addresses_are_one() -> None:
    refusals, written = Refusals(), 0
    for number in range(10_000):
        now = START + timedelta(milliseconds=number)
        written += len(refusals.add(now, f"10.0.{number // 250}.{number % 250}", Why.SIGNATURE))
    assert written == MOST + 1
    late = refusals.due(START + TOGETHER + timedelta(minutes=1))
    assert [(address, one.count) for address, one in late] == [("", 10_000 - MOST - 1)]
    assert not refusals.due(START + 2 * TOGETHER)


def test_what_is_answered_says_nothing_of_it(hotline: Machine) -> None:
    """The same statements for a name that is known and for one that is not, first and later."""
    client = hotline.house.app.test_client()
    answers = {client.get(EVENTS).data, hotline.get(EVENTS, altered={"Signature": "sig1=:AAAA:"}).data}
    answers.add(Machine(hotline.house, "hotline-112", hotline.key).get(EVENTS).data)
    assert len(answers) == 1
