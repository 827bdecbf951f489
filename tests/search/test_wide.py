"""Beyond one's own files: two facts, covered hits, a limit by the hour, and nobody who must not appear."""

import base64
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases.models import Case
from casemgr.children import queries as children
from casemgr.children import rules
from casemgr.children.rules import mark_of
from casemgr.children.terms import Birth, Detail, Precision
from casemgr.core.clock import FixedClock
from casemgr.search import beyond, queries
from casemgr.search.models import SearchExcess
from casemgr.security.audit import AuditEntry
from tests.search.people import KHANG, a_child, called
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

OFFICER, SUPERVISOR = Role.COMMUNE_OFFICER, Role.PROVINCE_SUPERVISOR
WIDE = "/children/search/wide"


@pytest.mark.parametrize(
    "typed",
    [
        "nong minh khang 2017",
        "Nông Minh Khanh 2018",
        "nong min khan 4/3/2017",
        "lông minh khang 3/4/2017",
        "0912 345 678",
    ],
)
def test_a_child_elsewhere_is_found_covered(house: HouseUnderTest, typed: str) -> None:
    number = a_child(house, detail=Detail(phone="0912345678"), unit=THAT_KHE)
    page = house.client(OFFICER).post(WIDE, data={"q": typed})
    assert page.status_code == 200 and "N.M.K." in page.text and mark_of(number) in page.text
    shown = page.text.replace(typed, "")
    assert "Khang" not in shown.replace("khang 2017", "") and "04/03/2017" not in shown and "2017" in shown
    assert "Thất Khê" in shown, "the office to ask"


def test_one_s_own_child_is_shown_openly_and_first(house: HouseUnderTest) -> None:
    own, other = a_child(house), a_child(house, unit=THAT_KHE)
    with house.desk(OFFICER, writing=False) as desk:
        found = queries.wide(desk, rules.wanted("nong minh khang 2017"))
        assert [hit.child.id for hit in found.hits] == [own]
        assert [one.child_id for one in found.outside] == [other]


@pytest.mark.parametrize(
    "typed", ["nong minh khang", "khang 2017", "2017", "", "'; drop table child; --", "\x00\u202e"]
)
def test_one_fact_is_not_enough(house: HouseUnderTest, typed: str) -> None:
    a_child(house, unit=THAT_KHE)
    page = house.client(OFFICER).post(WIDE, data={"q": typed})
    assert page.status_code == 422 and "N.M.K." not in page.text and "hai thông tin" in page.text


def test_a_province_is_a_second_fact(house: HouseUnderTest) -> None:
    number = a_child(house, unit=THAT_KHE)
    for province, there in ((LANG_SON, True), ("01", False)):
        page = house.client(OFFICER).post(WIDE, data={"q": "nong minh khang", "province": province}).text
        assert (mark_of(number) in page) is there


def test_what_is_rehearsed_or_hidden_never_appears(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_case(house, unit_code=THAT_KHE)
    with house.maintenance() as desk:
        case = desk.one(select(Case))
        child_id = case.child_id
        case.rehearsal = True
    page = house.client(OFFICER).post(WIDE, data={"q": "nong minh khang 2017"}).text
    assert mark_of(child_id) not in page
    asked = house.client(OFFICER).post(
        "/children/requests", data={"child": mark_of(child_id), "why": "cần biết"}
    )
    assert asked.status_code == 404, "as if there were none"
    with house.maintenance() as desk:
        desk.one(select(Case)).rehearsal = False
    monkeypatch.setattr(beyond, "_HIDES", (Case.emergency.is_(True),))
    assert mark_of(child_id) not in house.client(OFFICER).post(WIDE, data={"q": "nong minh khang 2017"}).text


def test_after_sixty_in_an_hour_a_reason_is_asked_and_the_supervisor_reads_it(
    house: HouseUnderTest, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "FREE_AN_HOUR", 2)
    client, typed = house.client(OFFICER), {"q": "nong minh khang 2017"}
    assert [client.post(WIDE, data=typed).status_code for _ in range(3)] == [200, 200, 422]
    asked = client.post(WIDE, data=typed).text
    assert 'name="why"' in asked and "nong minh khang 2017" in asked, "what was typed stays"
    assert client.post(WIDE, data={**typed, "why": "tìm em theo tin của 111"}).status_code == 200
    with house.maintenance(writing=False) as desk:
        assert desk.one(select(SearchExcess)).made == 2
    assert "tìm em theo tin của 111" in house.client(SUPERVISOR).get("/children/requests").text
    assert "tìm em theo" not in house.client(SUPERVISOR, "01").get("/children/requests").text
    assert "tìm em theo" not in house.client(OFFICER, person=2).get("/children/requests").text
    clock.move(timedelta(hours=1, seconds=1))
    assert house.client(OFFICER).post(WIDE, data=typed).status_code == 200


def test_what_was_typed_stands_sealed_in_the_trail_and_nowhere_else(house: HouseUnderTest) -> None:
    client = house.client(OFFICER)
    client.post(WIDE, data={"q": "nong minh khang 2017"})
    client.post("/children/search", data={"q": "nong minh khang"})
    with house.maintenance(writing=False) as desk:
        entries = desk.all(select(AuditEntry).where(AuditEntry.action.like("children searched%")))
        assert len(entries) == 2
        told = [json.loads(entry.body) for entry in entries]
        assert all("khang" not in entry.body.casefold() for entry in entries)
        read = {desk.safe.open_words(body["actor"], base64.b64decode(body["asked"])) for body in told}
        assert read == {"nong minh khang 2017", "nong minh khang"}


@pytest.mark.parametrize(
    "role",
    [
        Role.SOCIAL_WORKER,
        Role.STATISTICIAN,
        Role.HOTLINE_OPERATOR,
        Role.SERVICE_PROVIDER,
        Role.INSPECTOR,
        Role.ADMIN,
    ],
)
def test_who_may_not_search(swept: HouseUnderTest, role: Role) -> None:
    assert swept.client(role).post(WIDE, data={"q": "nong minh khang 2017"}).status_code == 403


def test_a_scope_too_large_to_open_is_searched_by_the_index(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _foreign = a_child(house), a_child(house, unit=ELSEWHERE)
    monkeypatch.setattr(children, "WIDEST", 0)
    with house.desk(SUPERVISOR, writing=False) as desk:
        assert children.find(desk, rules.wanted("khang")).too_wide
        found = children.find(desk, rules.wanted("nong minh khang 2016"))
        assert [hit.child.id for hit in found.hits] == [number]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("khang", True), ("KHANG", True), ("minh khang 2017", True), ("nong minh khanh", True), ("lông minh khang", True),
        ("nôgn minh khang", True), ("khang 2018", True), ("khang 2019", False), ("4/3/2017", True), ("3/4/2017", True),
        ("31/02/2017 khang", True), ("trần văn tú", False), ("a" * 300, False), ("{{ 7*7 }}", False), ("=1+1", False),
    ],
)  # fmt: skip
def test_one_s_own_children_are_found_in_spite_of_errors(
    sqlite_house: HouseUnderTest, typed: str, found: bool
) -> None:
    match = rules.likeness(rules.wanted(typed), KHANG, 2026) if not rules.wanted(typed).nothing else None
    assert (match is not None) is found


def test_a_slip_on_the_day_fits_better_than_the_name_on_another_day() -> None:
    asked = rules.wanted("nong min khong 4/3/2017")
    scores = []
    for name, born in (
        ("Nông Minh Khong", date(2017, 3, 4)),
        ("Nông Minh Khang", date(2017, 3, 4)),
        ("Nông Minh Khong", date(2016, 3, 4)),
        ("Nông Minh Khong", date(2017, 9, 21)),
    ):
        match = rules.likeness(asked, called(name, birth=Birth(born, Precision.DAY)))
        assert match is not None, "another day is no reason to leave a child out"
        scores.append(match.score)
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == 4


def test_a_first_of_january_stands_for_the_year() -> None:
    vague = called("Nông Minh Khang", birth=Birth(date(2017, 1, 1), Precision.DAY))
    assert rules.likeness(rules.wanted("khang 4/3/2017"), vague) is not None
    assert rules.wanted("khang 5/5/2017 079217000123").identity == "079217000123"
    assert rules.wanted("+84 912 345 678").phone == "0912345678"
    assert NA_SAM != THAT_KHE
