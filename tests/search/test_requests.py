"""Asking to see a file, and answering: the office that keeps it decides."""

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.children.rules import mark_of
from casemgr.search.models import AccessRequest
from tests.search.people import a_child
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

OFFICER = Role.COMMUNE_OFFICER
REQUESTS = "/children/requests"


def asked(house: HouseUnderTest, child_id: int) -> str:
    """An officer of the other commune asks; gives the address of the answer."""
    data = {"child": mark_of(child_id), "why": "mẹ em báo tin ở xã tôi"}
    assert house.client(OFFICER, THAT_KHE).post(REQUESTS, data=data).status_code == 303
    with house.maintenance(writing=False) as desk:
        return f"{REQUESTS}/{desk.one(select(AccessRequest)).id}"


def test_the_office_that_keeps_a_file_shares_it(house: HouseUnderTest) -> None:
    child_id = a_child(house)
    page = f"/children/{mark_of(child_id)}"
    stranger = house.client(OFFICER, THAT_KHE)
    assert stranger.get(page).status_code == 404
    address = asked(house, child_id)
    assert asked(house, child_id) == address, "asked twice, it is one request"
    keeper = house.client(OFFICER)
    waiting = keeper.get(REQUESTS).text
    assert "mẹ em báo tin ở xã tôi" in waiting and "Nông Minh Khang" in waiting
    assert "xin xem hồ sơ của anh/chị: 1" in keeper.get("/children/search").text
    assert keeper.post(address, data={}).status_code == 422
    assert keeper.post(address, data={"answer": "share"}).status_code == 303
    assert keeper.post(address, data={"answer": "share"}).status_code == 409
    assert "Nông Minh Khang" in stranger.get(page).text
    assert "đã cho xem" in stranger.get(REQUESTS).text


def test_no_needs_a_word_and_is_read_by_who_asked(house: HouseUnderTest) -> None:
    child_id = a_child(house)
    address = asked(house, child_id)
    keeper = house.client(OFFICER)
    refused = keeper.post(address, data={"answer": "refuse", "words": " "})
    assert refused.status_code == 422
    assert keeper.post(address, data={"answer": "refuse", "words": "gọi chị Lan"}).status_code == 303
    stranger = house.client(OFFICER, THAT_KHE)
    assert "gọi chị Lan" in stranger.get(REQUESTS).text
    assert stranger.get(f"/children/{mark_of(child_id)}").status_code == 404


def test_only_the_keeper_answers_and_nobody_their_own_request(house: HouseUnderTest) -> None:
    address = asked(house, a_child(house))
    asker = house.client(OFFICER, THAT_KHE)
    assert asker.post(address, data={"answer": "share"}).status_code == 422
    assert house.client(OFFICER, "00004").post(address, data={"answer": "share"}).status_code == 404
    assert house.client(Role.SOCIAL_WORKER).get(REQUESTS).status_code == 403


@pytest.mark.parametrize(("child", "status"), [("0" * 16, 404), ("x", 404), ("", 404)])
def test_a_child_that_is_not_there_cannot_be_asked_for(
    house: HouseUnderTest, child: str, status: int
) -> None:
    assert house.client(OFFICER).post(REQUESTS, data={"child": child, "why": "vì"}).status_code == status


def test_what_was_typed_stays_when_the_reason_is_missing(house: HouseUnderTest) -> None:
    child_id = a_child(house, unit=THAT_KHE)
    again = house.client(OFFICER).post(REQUESTS, data={"child": mark_of(child_id), "why": " "})
    assert again.status_code == 422 and mark_of(child_id) in again.text and 'id="why"' in again.text
    assert NA_SAM != THAT_KHE


def test_the_day_tells_whose_turn_it_is(house: HouseUnderTest) -> None:
    first, second = a_child(house), a_child(house)
    asked(house, first)
    said = {"child": mark_of(second), "verdict": "same"}
    assert (
        house.client(OFFICER, person=1).post(f"/children/{mark_of(first)}/alike", data=said).status_code
        == 303
    )
    work = house.client(OFFICER).get("/").text
    assert "/children/requests" in work and "/children/merges" in work
    assert "/children/merges" not in house.client(OFFICER, person=1).get("/").text, "not to who proposed it"
    assert "/children/requests" not in house.client(OFFICER, THAT_KHE).get("/").text
