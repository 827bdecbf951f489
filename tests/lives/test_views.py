"""The child's page on both engines: what is there, for whom, and what is not even hinted at."""

import re
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import actions as case_actions
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.children import actions as children
from casemgr.children.models import Child
from casemgr.children.rules import mark_of
from casemgr.children.terms import Birth, Card, Parent, Precision
from casemgr.circumstances import actions as circumstances
from casemgr.circumstances.terms import Kind as CircumstanceKind
from casemgr.circumstances.terms import Spell
from casemgr.documents.models import Paper
from casemgr.intervention.care.models import Placement
from casemgr.intervention.care.terms import CareForm, Choice, State
from casemgr.law.vocabulary import vocabulary
from casemgr.security.audit import AuditEntry
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import ELSEWHERE, LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

OFFICER = Role.COMMUNE_OFFICER


def page_of(house: HouseUnderTest, number: str) -> str:
    with house.maintenance(writing=False) as desk:
        case = desk.one(select(Case).where(Case.number == number))
        return f"/children/{mark_of(case.child_id)}"


def same_child(house: HouseUnderTest, one: str, other: str, *, shared: str | None = None) -> None:
    """Two cases of one child, as after two reports were found to be about the same."""
    with house.maintenance() as desk:
        first, second = (desk.one(select(Case).where(Case.number == number)) for number in (one, other))
        second.child_id = first.child_id
        if shared is not None:
            children.share(desk, desk.get(Child, first.child_id), house.unit_id(shared))


def test_the_child_with_its_cases_and_its_people(house: HouseUnderTest) -> None:
    told = replace(KHANG, mother=Parent("Hoàng Thị Lê", 34), carer="Bà ngoại Lý Thị Sen")
    number = a_case(house, stage=Stage.PLANNING, story=a_story(children=(told,)))
    answer = house.client(OFFICER).get(page_of(house, number))
    text = answer.text
    assert answer.status_code == 200
    for word in ("Nông Minh Khang", number, "Hoàng Thị Lê", "Bà ngoại Lý Thị Sen", "Nông Văn Đức", "9 tuổi"):
        assert word in text, word
    assert "bị cho là người gây tổn hại" in text and "thôn Bản Tích" not in text
    assert "Lý Thị Giả Định" not in text, "who reported is not among the people around the child"
    title = re.search(r"<title>(.*?)</title>", text, re.S)
    assert title is not None and "Khang" not in title[1]
    assert "Khang" not in page_of(house, number)


def test_a_case_of_another_unit_is_not_there_and_not_counted(house: HouseUnderTest) -> None:
    near = a_case(house, stage=Stage.PLANNING)
    secret = replace(KHANG, mother=Parent("Người Mẹ Khác", 30))
    far = a_case(house, stage=Stage.PLANNING, unit_code=ELSEWHERE, story=a_story(children=(secret,)))
    address = page_of(house, near)
    alone = house.client(OFFICER).get(address).text
    same_child(house, near, far, shared=ELSEWHERE)
    assert _without_token(house.client(OFFICER).get(address).text) == _without_token(alone)
    there = house.client(OFFICER, ELSEWHERE).get(address)
    assert there.status_code == 200 and far in there.text and near not in there.text
    assert "Người Mẹ Khác" in there.text and "Nông Minh Khang" in there.text


def _without_token(text: str) -> str:
    return re.sub(r'(name="csrf_token" value=")[^"]+', r"\1#", text)


def test_several_cases_stand_in_order_with_their_years(house: HouseUnderTest) -> None:
    first = a_case(house, stage=Stage.PLANNING)
    house.clock.move(timedelta(days=400))
    second = a_case(house, stage=Stage.PLANNING)
    same_child(house, first, second)
    text = house.client(OFFICER).get(page_of(house, first)).text
    assert text.index(second) < text.index(first), "the newest first"
    years = re.findall(r'<th scope="col" class="n">(\d{4})</th>', text)
    assert years == ["2026", "2027"]
    assert text.count("●") == 3


def test_foreign_is_unknown(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    stranger = house.client(OFFICER, THAT_KHE)
    foreign, unknown = stranger.get(page_of(house, number)), stranger.get("/children/" + "0" * 16)
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    plain = [re.sub(r"[0-9a-f]{16}|value=\"[^\"]*\"", "#", one.text) for one in (foreign, unknown)]
    assert plain[0] == plain[1]
    for wrong in ("x", "F" * 16, "f" * 16, "0" * 15, "Khang"):
        assert house.client(OFFICER).get(f"/children/{wrong}").status_code == 404
    assert house.client(OFFICER).get("/children/search").status_code == 200


def test_who_may_open_it(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    address = page_of(house, number)
    for role, at, status in (
        (Role.COMMUNE_CHAIR, NA_SAM, 200),
        (Role.PROVINCE_SUPERVISOR, LANG_SON, 200),
        (Role.SOCIAL_WORKER, NA_SAM, 404),
        (Role.STATISTICIAN, LANG_SON, 403),
        (Role.HOTLINE_OPERATOR, None, 403),
        (Role.SERVICE_PROVIDER, NA_SAM, 403),
        (Role.INSPECTOR, None, 403),
        (Role.ADMIN, None, 403),
    ):
        assert house.client(role, at).get(address).status_code == status, role
    with house.desk(OFFICER) as desk:
        case_actions.assign(
            desk, cases.case(desk, number), holder_id=house.staff[Role.SOCIAL_WORKER, NA_SAM, 0][0]
        )
    assert house.client(Role.SOCIAL_WORKER).get(address).status_code == 200


def test_looking_is_logged_under_the_mark_and_names_nobody(house: HouseUnderTest) -> None:
    address = page_of(house, a_case(house, stage=Stage.PLANNING))
    house.clock.move(timedelta(minutes=1))
    house.client(OFFICER).get(address)
    with house.maintenance(writing=False) as desk:
        rows = desk.all(select(AuditEntry).where(AuditEntry.at == desk.now))
        (entry,) = [row for row in rows if row.action == "child opened"]
        assert entry.object == address.rpartition("/")[2]
        assert not any(word in row.body for row in rows for word in ("Khang", "Đức"))


def test_whereabouts_stay_hatched_until_asked_for(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    holder = house.client(OFFICER).get(page_of(house, number)).text
    assert f'action="/cases/{number}/whereabouts"' in holder and 'class="hatch"' in holder
    other = house.client(OFFICER, person=1).get(page_of(house, number)).text
    assert f'action="/cases/{number}/whereabouts"' not in other and 'class="hatch"' in other


def test_ages_that_change_what_the_law_says(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.PLANNING)
    address = page_of(house, number)
    for born, said in (
        (date(2010, 11, 19), None),
        (date(2010, 11, 18), "Từ 16 tuổi"),
        (date(2008, 11, 19), "Từ 16 tuổi"),
        (date(2008, 11, 18), "Đã thành niên"),
    ):
        with house.maintenance() as desk:
            case = desk.one(select(Case).where(Case.number == number))
            child = desk.get(Child, case.child_id)
            desk.seal(child, card=Card("Nông Minh Khang", None, Birth(born, Precision.DAY)))
        text = house.client(OFFICER).get(address).text
        assert [one for one in ("Từ 16 tuổi", "Đã thành niên") if one in text] == ([said] if said else []), (
            born
        )


def test_a_child_nobody_has_named_has_a_page_too(house: HouseUnderTest) -> None:
    number = a_case(house, story=a_story(children=(), suspects=()))
    answer = house.client(OFFICER).get(page_of(house, number))
    assert answer.status_code == 200 and number in answer.text


def test_circumstances_placements_and_papers_of_what_the_reader_may_see(house: HouseUnderTest) -> None:
    near = a_case(house, stage=Stage.CARRYING_OUT)
    far = a_case(house, stage=Stage.CARRYING_OUT, unit_code=ELSEWHERE)
    same_child(house, near, far, shared=ELSEWHERE)
    code = "orphan.1"
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, near)
        spell = Spell(CircumstanceKind.SPECIAL, code, date(2026, 11, 1), basis="Giấy xác nhận")
        told = {"adult": "x", "not-now": "x", "no-basis": "x", "no-decision": "x"}
        circumstances.begin(
            desk, desk.get(Child, case.child_id), spell=spell, unit_id=case.unit_id, explanations=told
        )
    with house.maintenance() as desk:
        for number, facility in ((near, "Làng Trẻ Gần"), (far, "Làng Trẻ Xa")):
            case = desk.one(select(Case).where(Case.number == number))
            row = Placement(
                id=desk.id(),
                case_id=case.id,
                child_id=case.child_id,
                form=CareForm.FACILITY,
                state=State.GIVEN,
                proposed_on=date(2026, 11, 10),
                proposed_at=desk.now,
                decided_on=date(2026, 11, 11),
                given_on=date(2026, 11, 12),
            )
            issued = Paper(
                id=desk.id(),
                record_id=case.id,
                case_id=case.id,
                unit_id=case.unit_id,
                form="02",
                series="BC",
                year=2026,
                running=700 if number == near else 900,
                issued_at=desk.now,
            )
            desk.add(row, issued)
            desk.seal(row, choice=Choice(facility=facility))
    address = page_of(house, near)
    text = house.client(OFFICER).get(address).text
    label = vocabulary("special_circumstances").label(code, "vi")
    assert label in text and "Làng Trẻ Gần" in text and "700" in text
    assert "Làng Trẻ Xa" not in text and "900/" not in text
    there = house.client(OFFICER, ELSEWHERE).get(address).text
    assert "Làng Trẻ Xa" in there and "Làng Trẻ Gần" not in there and "700/" not in there
