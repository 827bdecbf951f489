"""Drafts: what was typed when a session ended is found again by the same person, and by nobody else."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from casemgr.access.roles import Role
from casemgr.accounts import rules
from casemgr.accounts.models import Draft, SignIn
from casemgr.accounts.terms import SessionEnd
from casemgr.cases import queries as cases
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

OFFICER = Role.COMMUNE_OFFICER
TYPED = {
    "text": "Bà ngoại kể rằng cháu <ngủ> không yên\nba đêm liền",
    "csrf_token": "x",
    "password": "bí mật",
}


def drafts(house: HouseUnderTest) -> list[Draft]:
    with house.maintenance(writing=False) as desk:
        return list(desk.all(select(Draft).order_by(Draft.kept_at, Draft.id)))


def sent(client: FlaskClient, number: str, **typed: str) -> TestResponse:
    """A note, sent from the page of the case as a browser sends it."""
    page = f"http://localhost/cases/{number}"
    return client.post(f"/cases/{number}/notes", data={**TYPED, **typed}, headers={"Referer": page})


def ended(house: HouseUnderTest, reason: SessionEnd) -> None:
    with house.maintenance() as desk:
        desk.session.execute(update(SignIn).values(ended_at=desk.now, end_reason=reason))


def test_a_form_sent_after_the_session_expired_is_found_again(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    house.clock.move(rules.IDLE + timedelta(minutes=1))
    answer = sent(client, number)
    assert answer.status_code == 303 and answer.location.startswith("/sign-in?next=/cases/")
    (draft,) = drafts(house)
    onward = f"/cases/{number}?draft={draft.id.hex}"
    with house.maintenance(writing=False) as desk:
        assert "Bà ngoại" not in "".join(
            str(event.note) for event in cases.timeline(desk, cases.case(desk, number))
        )
        content = desk.get(Draft, draft.id).content
        assert content is not None and dict(content.fields) == {"text": TYPED["text"]}
    assert b"ngo" not in (draft._content or b"")
    again = house.client(OFFICER)
    page = again.get(onward).get_data(as_text=True)
    assert "Những gì anh/chị vừa nhập đã được giữ lại" in page
    assert "Bà ngoại kể rằng cháu &lt;ngủ&gt; không yên" in page, "filled in, and escaped"
    assert sent(again, number).status_code == 303
    assert not drafts(house), "saved: the draft is gone"
    assert again.get_cookie("draft") is None


def test_another_person_on_the_same_browser_never_sees_it(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    house.clock.move(rules.IDLE)
    sent(client, number)
    (draft,) = drafts(house)
    for other in (
        house.client(OFFICER, person=1),
        house.client(Role.COMMUNE_CHAIR),
        house.client(Role.ADMIN),
    ):
        page = other.get(f"/cases/{number}?draft={draft.id.hex}").get_data(as_text=True)
        assert "Bà ngoại" not in page and "giữ lại" not in page
        assert "Bà ngoại" not in other.get("/account/drafts").get_data(as_text=True)
        assert other.post(f"/account/drafts/{draft.id}/delete").status_code == 404
    assert len(drafts(house)) == 1


def test_signed_out_in_another_window(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    client.post("/sign-out")
    assert client.get_cookie("sid") is None
    assert client.get(f"/cases/{number}").location.startswith("/sign-in"), "what is left opens nothing"
    sent(client, number)
    assert len(drafts(house)) == 1


def test_nothing_is_kept_for_nobody(house: HouseUnderTest) -> None:
    number = a_case(house)
    sent(house.app.test_client(), number)
    stranger = house.app.test_client()
    stranger.set_cookie("sid", "a-token-that-was-never-given")
    sent(stranger, number)
    for reason in (SessionEnd.REVOKED, SessionEnd.SUSPENDED, SessionEnd.RENEWED):
        client = house.client(OFFICER)
        ended(house, reason)
        assert sent(client, number).status_code == 303
    empty = house.client(OFFICER)
    house.clock.move(rules.IDLE)
    sent(empty, number, text="  ", password="x")
    assert not drafts(house)


def test_a_draft_does_nothing_by_itself(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    with house.maintenance(writing=False) as desk:
        before = len(cases.timeline(desk, cases.case(desk, number)))
    house.clock.move(rules.IDLE)
    sent(client, number)
    again = house.client(OFFICER)
    again.get(f"/cases/{number}?draft={drafts(house)[0].id.hex}")
    with house.maintenance(writing=False) as desk:
        assert len(cases.timeline(desk, cases.case(desk, number))) == before


def test_old_and_many_drafts_go(house: HouseUnderTest) -> None:
    numbers = [a_case(house) for _ in range(3)]
    client = house.client(OFFICER)
    for number in (*numbers, numbers[0]):
        client.post(
            "/account/drafts",
            data={
                "draft-page": f"/cases/{number}",
                "draft-target": f"/cases/{number}/notes",
                "text": f"câu {number}",
            },
        )
    assert len(drafts(house)) == 3, "the same form again takes the place of its draft"
    for count in range(rules.MOST_DRAFTS + 2):
        client.post(
            "/account/drafts",
            data={"draft-page": "/cases", "draft-target": f"/cases/x{count}", "text": "một câu"},
        )
    assert len(drafts(house)) == rules.MOST_DRAFTS
    house.clock.move(rules.DRAFTS_KEPT)
    late = house.client(OFFICER)
    assert "Không có bản nháp nào" in late.get("/account/drafts").get_data(as_text=True)
    late.post("/account/drafts", data={"draft-page": "/cases", "draft-target": "/cases/y", "text": "mới"})
    assert len(drafts(house)) == 1, "expired ones are deleted"


def test_own_drafts_are_listed_and_deleted(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    told = {"draft-page": f"/cases/{number}", "draft-target": f"/cases/{number}/notes", **TYPED}
    assert client.post("/account/drafts", data=told).status_code == 204
    page = client.get("/account/drafts").get_data(as_text=True)
    (draft,) = drafts(house)
    assert "Bà ngoại" in page and f"/cases/{number}?draft={draft.id.hex}" in page and "bí mật" not in page
    assert client.post(f"/account/drafts/{draft.id}/delete").status_code == 303
    assert not drafts(house)


def test_an_address_of_somebody_else_is_no_page_to_come_back_to(house: HouseUnderTest) -> None:
    client = house.client(OFFICER)
    told = {"draft-page": "//evil.example/x", "draft-target": "https://evil.example", "text": "một câu"}
    assert client.post("/account/drafts", data=told).status_code == 204
    assert not drafts(house)
    client.post("/account/drafts", data={**told, "draft-target": "/cases/x/notes"})
    assert "evil" not in client.get("/account/drafts").get_data(as_text=True)
