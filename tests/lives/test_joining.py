"""A child that was known before its case: one file, with everything in it, and nothing of others."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.children.rules import mark_of
from casemgr.children.terms import Birth, Card, Detail, Precision, Sex
from casemgr.circumstances import actions as circumstances
from casemgr.circumstances.models import Circumstance
from casemgr.circumstances.terms import Kind, Spell
from casemgr.lives.models import ChildMerge
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest, without_tokens

OFFICER = Role.COMMUNE_OFFICER
BORN = Birth(date(2017, 3, 14), Precision.DAY)
VAGUE = replace(KHANG, birth=Birth(None, Precision.ESTIMATED, 9), ethnic_group=None)


def a_registered(house: HouseUnderTest, name: str = "Nông Minh Khang", code: str = "orphan.3") -> int:
    with house.desk(OFFICER) as desk:
        made = circumstances.register_child(
            desk,
            card=Card(name, Sex.MALE, BORN),
            detail=Detail(ethnic_group="nung"),
            spell=Spell(Kind.SPECIAL, code, date(2025, 5, 1)),
            unit_id=house.unit_id(NA_SAM),
            explanations={"same-child": "em khác"},
        )
        return made.child_id


def test_a_case_is_joined_to_the_child_of_the_register(house: HouseUnderTest) -> None:
    known = a_registered(house)
    number = a_case(house, story=a_story(children=(VAGUE,)))
    client = house.client(OFFICER)
    assert f"/cases/{number}/known-child" in client.get(f"/cases/{number}").text
    page = client.get(f"/cases/{number}/known-child").text
    assert "Sống với người thân thích" in page and mark_of(known) in page
    nothing = client.post(f"/cases/{number}/known-child", data={})
    assert (
        nothing.status_code == 422
        and 'id="child-error"' in nothing.text
        and 'id="verdict-error"' in nothing.text
    )
    chosen = {"child": mark_of(known), "verdict": "same"}
    for _again in range(2):
        assert client.post(f"/cases/{number}/known-child", data=chosen).status_code == 303
    with house.maintenance(writing=False) as desk:
        case = desk.one(select(Case).where(Case.number == number))
        child = desk.get(Child, case.child_id)
        assert case.child_id == known and child.card is not None and child.detail is not None
        assert child.card.birth == BORN, "what only the register knew is kept"
        assert child.detail.ethnic_group == "nung"
        assert desk.all(select(Child.state).where(Child.id != known)) == ["merged"]
    life = client.get(f"/children/{mark_of(known)}").text
    assert number in life and "Sống với người thân thích" in life


def test_who_differs_is_explained_and_a_full_file_is_not_given_up(house: HouseUnderTest) -> None:
    known = a_registered(house, name="Nông Minh Khanh")
    number = a_case(house)
    client = house.client(OFFICER)
    asked = client.post(f"/cases/{number}/known-child", data={"child": mark_of(known), "verdict": "same"})
    assert asked.status_code == 409 and 'name="explanation-name-differs"' in asked.text
    with house.desk(OFFICER) as desk:
        own = desk.get(Child, cases.case(desk, number).child_id)
        spell = Spell(Kind.SPECIAL, "disability.2", date(2026, 1, 1))
        circumstances.begin(desk, own, spell=spell, unit_id=house.unit_id(NA_SAM))
    told = {"child": mark_of(known), "verdict": "same", "explanation-name-differs": "viết nhầm dấu"}
    proposed = client.post(f"/cases/{number}/known-child", data=told)
    assert proposed.status_code == 303 and proposed.location.startswith("/children/merges")
    with house.maintenance(writing=False) as desk:
        assert desk.get(Child, cases.case(desk, number).child_id).state == "known", (
            "one person alone changes nothing"
        )
        merge = desk.one(select(ChildMerge))
    address = f"/children/merges/{merge.id}"
    assert client.post(address, data={"answer": "agree"}).status_code == 409
    second = house.client(OFFICER, person=1)
    asked = second.get("/children/merges").text
    assert "viết nhầm dấu" in asked and number in asked, "which file is which"
    assert second.post(address, data={"answer": "agree"}).status_code == 303
    with house.maintenance(writing=False) as desk:
        assert cases.case(desk, number).child_id == known
        assert desk.all(select(Circumstance.child_id)) == [known, known]


def test_a_group_that_no_list_names_and_foreign_children_stay_unseen(house: HouseUnderTest) -> None:
    known = a_registered(house, code="hiv.1")
    number = a_case(house)
    page = without_tokens(house.client(OFFICER).get(f"/cases/{number}/known-child").text)
    assert mark_of(known) in page and "HIV" not in page
    elsewhere = a_case(house, unit_code=THAT_KHE)
    stranger = house.client(OFFICER, THAT_KHE)
    covered = stranger.get(f"/cases/{elsewhere}/known-child").text
    assert f'name="child" id="child-1" value="{mark_of(known)}"' not in covered and "Nơi cần hỏi" in covered
    answer = stranger.post(
        f"/cases/{elsewhere}/known-child", data={"child": mark_of(known), "verdict": "same"}
    )
    assert answer.status_code == 404
    assert stranger.get(f"/cases/{number}/known-child").status_code == 404
    assert house.client(Role.STATISTICIAN).get(f"/cases/{number}/known-child").status_code == 403
