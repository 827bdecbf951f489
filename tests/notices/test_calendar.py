"""The calendar: as the standard wants it, with numbers only, behind a secret that can be renewed."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.accounts.models import Account
from casemgr.notices import feed
from casemgr.notices.models import NoticeWish
from casemgr.notices.terms import Entry
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, HouseUnderTest


def unfolded(body: bytes) -> list[str]:
    """The content lines of a calendar, read as the standard says."""
    text = body.decode()
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def events(body: bytes) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    open_parts: list[str] = []
    for line in unfolded(body):
        name, _, value = line.partition(":")
        if name == "BEGIN":
            open_parts.append(value)
            if value == "VEVENT":
                found.append({})
        elif name == "END":
            assert open_parts.pop() == value
        elif open_parts[-1] == "VEVENT":
            assert name not in found[-1]
            found[-1][name] = value
    assert not open_parts
    return found


def address(client: FlaskClient) -> str:
    page = client.post("/notices/calendar").get_data(as_text=True)
    found = re.search(r'value="(http[^"]+\.ics)"', page)
    assert found is not None
    return urlsplit(found[1]).path


def test_whoever_stole_a_session_leaves_no_way_in_behind(house: HouseUnderTest) -> None:
    """A calendar and letters go on when the session is long over: they are asked for with a proof."""
    client = house.client(Role.COMMUNE_OFFICER)
    house.clock.move(timedelta(minutes=6))
    for path, typed in (("/notices/calendar", {}), ("/notices/address", {"email": "ke.gian@example.vn"})):
        assert "/step-up" in str(client.post(path, data=typed).location)
    with house.maintenance(writing=False) as desk:
        assert not desk.all(select(NoticeWish.account_id))
    assert client.post("/notices/calendar/end").status_code == 303, "to end one is open to whoever sits there"


def test_it_shows_limits_with_numbers_only(house: HouseUnderTest) -> None:
    number, foreign = a_case(house), a_case(house, unit_code=ELSEWHERE)
    path = address(house.client(Role.COMMUNE_OFFICER))
    answer = house.app.test_client().get(path)
    assert answer.status_code == 200 and answer.content_type == "text/calendar; charset=utf-8"
    text = answer.get_data(as_text=True)
    found = events(answer.data)
    assert found and all(number in event["SUMMARY"] for event in found)
    assert foreign not in text and "Khang" not in text and "VERSION:2.0\r\n" in text
    for event in found:
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= event.keys()
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTART"])
    again = events(house.app.test_client().get(path).data)
    assert [event["UID"] for event in again] == [event["UID"] for event in found]
    assert len({event["UID"] for event in found}) == len(found)


def test_a_renewed_address_closes_the_one_before(house: HouseUnderTest) -> None:
    client = house.client(Role.COMMUNE_OFFICER)
    first = address(client)
    second = address(client)
    visitor = house.app.test_client()
    assert (visitor.get(first).status_code, visitor.get(second).status_code) == (404, 200)
    assert client.post("/notices/calendar/end").status_code == 303
    assert visitor.get(second).status_code == 404
    assert visitor.get("/calendar/nothing.ics").status_code == 404


def test_only_a_digest_is_stored_and_a_suspended_person_sees_nothing(house: HouseUnderTest) -> None:
    a_case(house)
    path = address(house.client(Role.COMMUNE_OFFICER))
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    with house.maintenance() as desk:
        wish = desk.one(select(NoticeWish))
        assert wish.calendar_digest is not None and token.encode() not in wish.calendar_digest
        desk.one(select(Account).where(Account.id == wish.account_id)).state = "suspended"
    assert not events(house.app.test_client().get(path).data)


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_lines_are_folded_between_signs(text: str) -> None:
    body = feed.folded(f"SUMMARY:{feed.escaped(text)}")
    assert all(len(line) <= 75 for line in body[:-2].split(b"\r\n"))
    back = body.decode().removesuffix("\r\n").replace("\r\n ", "")
    assert back == f"SUMMARY:{feed.escaped(text)}"


@given(at=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), title=st.text(max_size=80))
def test_any_entry_reads_back(at: datetime, title: str) -> None:
    title = "".join(sign for sign in title if sign.isprintable())
    entry = Entry(
        "u@casemgr", at.replace(tzinfo=UTC), at.replace(tzinfo=UTC) - timedelta(1), title, "/cases/x"
    )
    found = events(feed.calendar([entry], name="n,;\\n", word="Hạn", link="https://x/"))
    assert len(found) == 1 and found[0]["DTSTART"] == f"{at:%Y%m%dT%H%M%SZ}"
    assert found[0]["SUMMARY"] == feed.escaped(f"Hạn {title}")


def test_text_ends_nothing() -> None:
    assert feed.escaped("a\\b;c,d\ne\r\nf") == "a\\\\b\\;c\\,d\\ne\\nf"
