"""The upgrade to one table for two people carries over what is open and what was decided; the way back does too."""

from typing import Any

import pytest
from sqlalchemy import select, text

from casemgr.accounts import actions, queries
from casemgr.accounts.models import Proposal
from casemgr.lives.models import ChildMerge
from tests.accounts.two_people import ASKED, OFFICER, done
from tests.support.house import HouseUnderTest
from tests.support.walls import at_revision

KEPT = (
    *(Proposal.kind, Proposal.state, Proposal.about, Proposal.unit_id, Proposal.case_id, Proposal.child_id),
    *(Proposal.proposed_by, Proposal.proposed_at, Proposal.answered_by, Proposal.answered_at),
)


def wishes(house: HouseUnderTest) -> list[Any]:
    with house.maintenance(writing=False) as desk:
        return sorted(desk.rows(select(*KEPT)), key=str)


@pytest.fixture
def before(house: HouseUnderTest) -> HouseUnderTest:
    """One wish of each kind that waits, one that was signed or refused."""
    for code, (role, ask) in ASKED.items():
        answered = ask(house) if code != "reset_factors" else None
        if answered is not None:
            with house.desk(role, person=1) as desk:
                wish = queries.proposal(desk, answered)
                if code == "large_export":
                    actions.refuse(desk, wish, reason="Chưa đủ căn cứ")
                else:
                    actions.sign(desk, wish)
        ask(house)
    return house


def test_up_and_down(before: HouseUnderTest) -> None:
    house = before
    here = wishes(house)
    with at_revision(house, "0025") as engine, engine.connect() as connection:

        def of(statement: str) -> list[Any]:
            return sorted(map(tuple, connection.execute(text(statement))), key=str)

        assert of("SELECT state, confirmed_by IS NULL FROM export") == [
            ("declined", False),
            ("proposed", True),
        ]
        assert of("SELECT state, decided_by IS NULL FROM child_merge") == [
            ("confirmed", False),
            ("proposed", True),
        ]
        assert of("SELECT state, removal_asked_by IS NULL FROM case_file") == [
            ("ready", False),
            ("removed", False),
        ]
        assert of("SELECT answered_at IS NULL, asked_by IS NULL FROM factor_reset") == [(True, False)]
        assert not of("SELECT id FROM proposal")
    assert wishes(house) == here
    with house.maintenance(writing=False) as desk:
        (asked,) = queries.all_waiting(desk, "merge_children")
        assert asked.expires_at > desk.now
        assert sorted(desk.all(select(ChildMerge.is_one))) == [False, True]
    client = house.client(OFFICER, person=2)
    assert client.get(f"/second-signature/{asked.id}").status_code == 200
    assert client.post(f"/second-signature/{asked.id}/sign").status_code == 303
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(ChildMerge.is_one)) == [True, True]
    assert done(house) >= {"merge_children", "remove_file"}
