"""Who reads for a day changes nothing of the case, nothing of its child, and sees no longer than that day."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.children.rules import mark_of
from casemgr.circumstances import actions as circumstances
from casemgr.circumstances.terms import Kind, Spell
from casemgr.core.errors import NotFound, Refused
from casemgr.lives import actions as lives
from casemgr.privacy import actions as privacy
from casemgr.privacy.terms import Given, Method, Side
from casemgr.safeguards import actions, rules
from casemgr.search import actions as search
from casemgr.search.models import AccessRequest
from casemgr.search.terms import Verdict
from tests.safeguards.people import CHAIR, OFFICER, WHY, restrict
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest

ORPHAN = Spell(Kind.SPECIAL, "orphan.3", date(2025, 5, 1))
CONSENT = Given(
    "Lý Thị Giả Định",
    relation="mẹ",
    data_types="ảnh",
    opinion="Con đồng ý",
    method=Method.PAPER,
    evidence="Sổ 12",
)


def opened(house: HouseUnderTest, number: str) -> int:
    """An officer of the next commune breaks the glass; gives the child."""
    with house.desk(OFFICER, THAT_KHE) as desk:
        actions.break_glass(desk, number=number, reason=WHY)
    return child_of(house, number)


def child_of(house: HouseUnderTest, number: str) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.one(select(Case.child_id).where(Case.number == number))


def test_who_reads_for_a_day_decides_on_no_readers(house: HouseUnderTest) -> None:
    number = a_case(house)
    officer, chair = house.hire(OFFICER)[0], house.hire(CHAIR)[0]
    restrict(house, number, officer)
    opened(house, number)
    tries: list[Callable[[Desk, Case], object]] = [
        lambda desk, case: actions.name(desk, case, reader=chair, reason=WHY),
        lambda desk, case: actions.unname(desk, case, reader=officer, reason=WHY),
        lambda desk, case: actions.lift(desk, case, reason=WHY),
    ]
    for act in tries:
        with pytest.raises(Refused), house.desk(OFFICER, THAT_KHE) as desk:
            act(desk, cases.case(desk, number))
    client = house.client(OFFICER, THAT_KHE)
    assert client.get(f"/cases/{number}").status_code == 200
    assert client.get(f"/cases/{number}/readers").status_code == 403, "nor who is kept out"
    with house.maintenance(writing=False) as desk:
        assert desk.one(select(Case.restricted).where(Case.number == number))


def test_no_case_of_ones_own_is_hung_on_a_child_that_is_open_for_a_day(house: HouseUnderTest) -> None:
    number, own = a_case(house), a_case(house, unit_code=THAT_KHE)
    child_id = opened(house, number)
    with pytest.raises(Refused), house.desk(OFFICER, THAT_KHE) as desk:
        lives.join(desk, cases.case(desk, own), child_id=child_id)
    assert child_of(house, own) != child_id
    house.clock.move(rules.OPEN_FOR)
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk, pytest.raises(NotFound):
        desk.get(Child, child_id)


def test_nothing_is_written_on_the_file_of_the_child(house: HouseUnderTest) -> None:
    number, own = a_case(house), a_case(house, unit_code=THAT_KHE)
    child_id, unit_id, mine = opened(house, number), house.unit_id(THAT_KHE), child_of(house, own)
    at = house.clock.now() - timedelta(days=1)
    tries: list[Callable[[Desk, Child], object]] = [
        lambda desk, child: circumstances.begin(desk, child, spell=ORPHAN, unit_id=unit_id),
        lambda desk, child: privacy.give_consent(
            desk, child=child, given=CONSENT, side=Side.CHILD, purpose="images", at=at
        ),
        lambda desk, child: lives.propose(desk, child, known_id=mine),
        lambda desk, child: lives.propose(desk, desk.get(Child, mine), known_id=child.id),
        lambda desk, child: search.tell_apart(desk, child, other_id=mine, verdict=Verdict.OTHER),
    ]
    for act in tries:
        with pytest.raises(Refused), house.desk(OFFICER, THAT_KHE) as desk:
            act(desk, desk.get(Child, child_id))
            desk.flush()
    with house.desk(OFFICER, THAT_KHE) as desk:
        search.ask(desk, child_id=child_id, why="Trẻ đang ở xã chúng tôi")
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(AccessRequest.child_id)) == [child_id], "to ask for more is open to everybody"


def test_whoever_works_with_the_child_anyway_goes_on(house: HouseUnderTest) -> None:
    """The glass of another case of the child shuts nobody out of their own work."""
    number, other = a_case(house), a_case(house, unit_code=THAT_KHE)
    child_id = child_of(house, number)
    hang(house, other, child_id)
    with house.desk(OFFICER) as desk:
        actions.break_glass(desk, number=other, reason=WHY)
    with house.desk(OFFICER) as desk:
        assert desk.actor.circle.only_seen == {child_id}
        spell = circumstances.begin(
            desk, desk.get(Child, child_id), spell=ORPHAN, unit_id=house.unit_id("06124")
        )
    assert isinstance(spell.id, UUID)
    assert house.client(OFFICER).get(f"/children/{mark_of(child_id)}").status_code == 200


def hang(house: HouseUnderTest, number: str, child_id: int) -> None:
    """A case of another commune is of the same child."""
    with house.maintenance() as desk:
        desk.one(select(Case).where(Case.number == number)).child_id = child_id
