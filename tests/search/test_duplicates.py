"""Files that may be of one child: reasons, a person deciding, nothing asked twice, nobody told who must not know."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.children.comparing import File, compare
from casemgr.children.models import Child, ChildPair
from casemgr.children.rules import mark_of
from casemgr.children.terms import Birth, Card, Detail, Parent, Precision, Sex
from casemgr.demo.chance import Chance
from casemgr.demo.names import Names
from casemgr.search import queries
from tests.search.people import KHANG, a_child, called
from tests.support.factories import KHANG as TOLD
from tests.support.factories import a_report, a_story
from tests.support.house import ELSEWHERE, NA_SAM, THAT_KHE, HouseUnderTest

OFFICER = Role.COMMUNE_OFFICER
FAMILY = Detail(father=Parent("Nông Văn Lâm"), mother=Parent("Hoàng Thị Yến"))


def file(card: Card = KHANG, detail: Detail = FAMILY, commune: str | None = NA_SAM) -> File:
    return File(card, detail, 2026, commune, "20")


def born(year: int, month: int, day: int, precision: Precision = Precision.DAY) -> Card:
    return replace(KHANG, birth=Birth(date(year, month, day), precision))


def test_what_warns_and_what_does_not() -> None:
    same = compare(file(), file())
    assert same.warns and same.speaking[0] == ("birth", "equal")
    for card in (born(2017, 4, 3), born(2017, 1, 1), called("Lông Min Khan"), called("Nong Minh Khag")):
        assert compare(file(), file(card)).warns, card
    stranger = file(
        Card("Trần Thị Hoa", Sex.FEMALE, Birth(date(2012, 5, 6), Precision.DAY)), Detail(), THAT_KHE
    )
    assert compare(file(), stranger).score < 0
    namesake = file(born(2011, 8, 20), Detail(), THAT_KHE)
    assert not compare(file(), namesake).queues
    twin = file(called("Nông Minh Khôi"))
    assert compare(file(), twin).warns, "a person decides: twin"
    number = Detail(identity="020217000123")
    assert compare(file(detail=number), file(called("Nông Khang"), number, None)).warns
    assert not compare(file(detail=number), file(detail=Detail(identity="020217009999"), commune=None)).warns


def named(name: str, birth: Birth, *, commune: str | None = NA_SAM, province: str = "20") -> File:
    return File(Card(name, Sex.FEMALE, birth), Detail(), 2026, commune, province)


IN_2017, ON_A_DAY = Birth(date(2017, 1, 1), Precision.YEAR), Birth(date(2017, 3, 4), Precision.DAY)


def test_a_common_name_takes_more_than_a_year_and_a_rare_one_less() -> None:
    common = named("Nguyễn Ngọc Anh", IN_2017)
    for commune, province in ((NA_SAM, "20"), (THAT_KHE, "20"), (ELSEWHERE, "01")):
        assert not compare(
            common, named("Nguyen Ngoc Anh", IN_2017, commune=commune, province=province)
        ).warns
    assert compare(named("Bế Tường Khiêm", IN_2017), named("Bế Tường Khiêm", IN_2017)).warns
    assert compare(named("Nguyễn Ngọc Anh", ON_A_DAY), named("Nguyen Ngoc Anh", ON_A_DAY)).warns


@pytest.mark.parametrize("name", ["Nguyễn Ngọc Anh", "Trần Minh Huy", "Sùng A Chu"])
def test_the_same_name_on_another_day_elsewhere_is_another_child(name: str) -> None:
    other = Birth(date(2017, 9, 21), Precision.DAY)
    far = named(name, other, commune=ELSEWHERE, province="01")
    assert not compare(named(name, ON_A_DAY), far).queues


@given(st.integers(0, 10**6))
def test_rarity_is_the_same_from_both_sides_and_within_bounds(seed: int) -> None:
    names = Names(Chance(f"pair {seed}"), "79")
    one, other = (named(names.child(Sex.FEMALE), ON_A_DAY) for _ in range(2))
    assert compare(one, other).score == pytest.approx(compare(other, one).score)
    ordinary = 2 + 3 + 5.5 + 12 + 6 + 1
    assert ordinary - 6 <= compare(one, one).score <= ordinary + 3


def test_comparing_does_not_depend_on_the_side() -> None:
    files = [
        file(),
        file(born(2017, 4, 3)),
        file(called("Nông Khang"), Detail(), None),
        file(Card(), Detail(), None),
    ]
    for one in files:
        for other in files:
            assert compare(one, other).score == compare(other, one).score


def test_at_the_decision_on_a_report_there_are_reasons(house: HouseUnderTest) -> None:
    known = a_child(house, detail=Detail(mother=Parent("Hoàng Thị Yến")))
    told = replace(TOLD, birth=Birth(date(2017, 4, 3), Precision.DAY), mother=Parent("Hoàng Thị Iến"))
    number = a_report(house, story=a_story(children=(told,)))
    page = house.client(OFFICER).get(f"/reports/{number}").text
    assert "Có thể là cùng một em" in page and "ngày và tháng bị đảo" in page and "cùng mẹ" in page
    compare_page = house.client(OFFICER).get(f"/cases/{number}/known-child").text
    assert mark_of(known) in compare_page and "ngày và tháng bị đảo" in compare_page.casefold()
    assert "Có thể là cùng" not in house.client(Role.HOTLINE_OPERATOR).get(f"/reports/{number}").text


def test_a_sibling_is_remembered_and_not_asked_again(house: HouseUnderTest) -> None:
    known = a_child(house, called("Nông Minh Khôi"))
    number = a_report(house)
    client, address = house.client(OFFICER), f"/cases/{number}/known-child"
    assert mark_of(known) in client.get(address).text
    assert client.post(address, data={"child": mark_of(known), "verdict": "x"}).status_code == 422
    assert client.post(address, data={"child": mark_of(known), "verdict": "sibling"}).status_code == 303
    assert mark_of(known) not in client.get(address).text
    with house.maintenance(writing=False) as desk:
        pair = desk.one(select(ChildPair))
        assert pair.state == "sibling" and pair.first_id < pair.second_id
        assert known not in {one.child.id for one in queries.candidates(desk, desk.get(Child, known)).inside}
    assert (
        house.app.test_cli_runner()
        .invoke(args=["search", "duplicates", "--json"])
        .output.count('"new_pairs": 0')
    )


def test_children_of_one_report_are_never_candidates(house: HouseUnderTest) -> None:
    twins = (TOLD, replace(TOLD, ref="c2", name="Nông Minh Khôi"))
    number = a_report(house, story=a_story(children=twins))
    with house.maintenance(writing=False) as desk:
        child = desk.get(Child, cases.case(desk, number).child_id)
        assert not queries.candidates(desk, child).inside


def test_the_nightly_queue_is_filled_once_and_worked_off(house: HouseUnderTest) -> None:
    first, second = a_child(house, detail=FAMILY), a_child(house, called("Nong Minh Khan"), FAMILY)
    a_child(house, called("Lý Thu Hà"), unit=THAT_KHE)
    run = house.app.test_cli_runner()
    told = run.invoke(args=["search", "duplicates", "--json"])
    assert '"children": 3' in told.output and '"new_pairs": 1' in told.output, told.output
    assert '"new_pairs": 0' in run.invoke(args=["search", "duplicates", "--days", "2", "--json"]).output
    client = house.client(OFFICER)
    listed = client.get("/children/duplicates").text
    assert "Nong Minh Khan" in listed and "ùng ngày sinh" in listed, "with what speaks for it"
    assert "Nong Minh Khan" not in house.client(OFFICER, THAT_KHE).get("/children/duplicates").text
    data = {"child": mark_of(second), "verdict": "other"}
    assert client.post(f"/children/{mark_of(first)}/alike", data=data).status_code == 303
    assert "Nong Minh Khan" not in client.get("/children/duplicates").text


def test_brothers_and_sisters_are_shown_where_one_may_see_them(house: HouseUnderTest) -> None:
    child = a_child(house, detail=FAMILY)
    a_child(house, called("Nông Thu Hà"), FAMILY)
    a_child(house, called("Nông Thu Trang"), FAMILY, unit=THAT_KHE)
    a_child(house, called("Nông Thu Hiền"), Detail(mother=Parent("Lý Thị Yến")))
    page = house.client(OFFICER).get(f"/children/{mark_of(child)}").text
    assert "Nông Thu Hà" in page and "cùng mẹ, cùng cha" in page.casefold()
    assert "Nông Thu Trang" not in page and "Nông Thu Hiền" not in page
