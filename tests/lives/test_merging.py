"""Two files become one, and two again: every row as it was, and later work with the file it was done on."""

import re
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases import spine
from casemgr.cases.models import Case
from casemgr.cases.terms import Note, Step
from casemgr.children import actions as children
from casemgr.children.models import Child, ChildUnit, NameToken
from casemgr.children.rules import mark_of
from casemgr.children.terms import Birth, Card, Detail, Parent, Precision, Sex, Whereabouts
from casemgr.circumstances import actions as circumstances
from casemgr.circumstances import queries as spells
from casemgr.circumstances.models import Circumstance
from casemgr.circumstances.terms import Kind, Spell
from casemgr.core.errors import RuleBroken
from casemgr.indicators.models import CaseFact
from casemgr.intake.models import Report
from casemgr.intervention.care.models import Placement
from casemgr.intervention.care.terms import CareForm, State
from casemgr.lives import actions
from casemgr.lives.models import ChildMerge
from tests.search.people import a_child, called
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

OFFICER = Role.COMMUNE_OFFICER
TABLES = (Child, Case, Placement, Circumstance, Report, ChildUnit, NameToken)
GROUPS = ("orphan.3", "disability.2", "hiv.1")
Snapshot = dict[tuple[str, Any], dict[str, Any]]


def snapshot(desk: Desk) -> Snapshot:
    """Every row of the tables of children, to the byte; only the counter that notices others goes on."""
    return {
        (table.__tablename__, tuple(getattr(row, column.key) for column in table.__mapper__.primary_key)): {
            column.key: getattr(row, column.key)
            for column in table.__mapper__.column_attrs
            if column.key != "version"
        }
        for table in TABLES
        for row in desk.all(select(table))
    }


def a_file(house: HouseUnderTest, chance: Random, name: str, cases: int) -> int:
    """A child with some cases, circumstances, a placement, a hidden place, units that read along."""
    birth = Birth(
        date(2017, chance.randint(1, 12), chance.randint(1, 28)), chance.choice(tuple(Precision)[:3])
    )
    detail = chance.choice(
        (Detail(), Detail(carer="bà ngoại", phone="0912345678"), Detail(mother=Parent("Hoàng Thị Yến")))
    )
    child_id = a_child(house, Card(name, chance.choice((Sex.MALE, None)), birth), detail)
    for _ in range(cases):
        number = a_case(
            house,
            unit_code=chance.choice((NA_SAM, THAT_KHE)),
            story=a_story(children=(replace(KHANG, name=name),)),
        )
        with house.maintenance() as desk:
            case = desk.one(select(Case).where(Case.number == number))
            own = desk.get(Child, case.child_id)
            case.child_id = child_id
            children.share(desk, desk.get(Child, child_id), case.unit_id or 0)
            own.state = "merged"
            if chance.random() < 0.5:
                desk.add(_placement(desk, case))
    with house.maintenance() as desk:
        child = desk.get(Child, child_id)
        if chance.random() < 0.5:
            desk.seal(child, whereabouts=Whereabouts("nhà dì"))
        for group in chance.sample(GROUPS, chance.randint(0, 2)):
            _spell(desk, child, group, house.unit_id(NA_SAM))
    return child_id


def _placement(desk: Desk, case: Case) -> Placement:
    return Placement(
        id=desk.id(),
        case_id=case.id,
        child_id=case.child_id,
        form=CareForm.FACILITY,
        state=State.GIVEN,
        proposed_on=date(2026, 11, 10),
        proposed_at=desk.now,
    )


def _spell(desk: Desk, child: Child, group: str, unit_id: int) -> None:
    spell = Spell(Kind.SPECIAL, group, date(2026, 1, 1), basis="Giấy xác nhận")
    told = {"same-group": "x", "basis": "x", "other": "x"}
    circumstances.begin(desk, child, spell=spell, unit_id=unit_id, explanations=told)


def merged(house: HouseUnderTest, kept: int, given_up: int) -> Any:
    """Proposed by one, confirmed by another."""
    told = dict.fromkeys(("name-differs", "birth-differs", "sex-differs"), "đã hỏi gia đình")
    with house.desk(OFFICER) as desk:
        merge = actions.propose(desk, desk.get(Child, given_up), known_id=kept, explanations=told)
    with house.desk(OFFICER, person=1) as desk:
        actions.confirm(desk, desk.get(ChildMerge, merge.id))
    return merge.id


def parted(house: HouseUnderTest, merge_id: Any) -> None:
    with house.desk(OFFICER, person=2) as desk:
        actions.undo(desk, desk.get(ChildMerge, merge_id), why="giấy khai sinh khác nhau")


@given(seed=st.integers(0, 10**6))
@settings(max_examples=4)
def test_unmerging_restores_every_row(house: HouseUnderTest, seed: int) -> None:
    chance = Random(seed)
    kept = a_file(house, chance, "Nông Minh Khang", chance.randint(0, 2))
    given_up = a_file(
        house, chance, chance.choice(("Nông Minh Khánh", "Lông Min Khang")), chance.randint(1, 3)
    )
    with house.maintenance(writing=False) as desk:
        before = snapshot(desk)
    merge_id = merged(house, kept, given_up)
    with house.maintenance(writing=False) as desk:
        between = snapshot(desk)
        assert between != before
        for table in (Case, Placement, Circumstance):
            assert not desk.all(select(table.id).where(table.child_id == given_up)), "a file is merged whole"
        assert all(row.content is not None for row in desk.all(select(Circumstance))), "and can be read"
    parted(house, merge_id)
    with house.maintenance(writing=False) as desk:
        assert snapshot(desk) == before


def test_later_work_stays_with_the_file_it_was_done_on(house: HouseUnderTest) -> None:
    chance = Random(3)
    kept = a_file(house, chance, "Nông Minh Khang", 1)
    given_up = a_file(house, chance, "Nông Minh Khánh", 2)
    with house.maintenance() as desk:
        _spell(desk, desk.get(Child, given_up), "orphan.3", house.unit_id(NA_SAM))
    with house.maintenance(writing=False) as desk:
        before = snapshot(desk)
        went = set(desk.all(select(Case.id).where(Case.child_id == given_up)))
        moved = next(row for row in spells.of_child(desk, given_up) if row.spell.code == "orphan.3")
    merge_id = merged(house, kept, given_up)
    with house.maintenance() as desk:
        child = desk.get(Child, kept)
        children.correct(
            desk, child, card=called("Nông Gia Khang"), detail=Detail(phone="0987654321"), whereabouts=None
        )
        case = desk.get(Case, min(went))
        spine.write_line(desk, case, Step.NOTE, note=Note(text="đã thăm"))
        desk.add(_placement(desk, case))
        on_moved = spells.spell(desk, moved.id)
        circumstances.correct(
            desk, on_moved, spell=replace(on_moved.spell, basis="Giấy mới"), revision=on_moved.revision, why="rõ hơn",
            explanations={"same-group": "x", "basis": "x"},
        )  # fmt: skip
    parted(house, merge_id)
    with house.maintenance(writing=False) as desk:
        card = desk.get(Child, kept).card
        assert card is not None and card.name == "Nông Gia Khang", "a correction of the kept file stays on it"
        assert set(desk.all(select(Case.id).where(Case.child_id == given_up))) == went
        assert all(
            row.child_id == given_up for row in desk.all(select(Placement).where(Placement.case_id.in_(went)))
        )
        back = spells.spell(desk, moved.id)
        assert back.child_id == given_up and back.spell.basis == "Giấy mới" and len(back.before) == 1
        after = snapshot(desk)
        own = ("child", (given_up,))
        assert after[own] == before[own]
        untouched = [key for key in before if key[0] in ("case", "child_unit")]
        assert all(after[key] == before[key] for key in untouched)


def facts(desk: Desk) -> int:
    return len(desk.all(select(CaseFact.seq)))


def test_the_numbers_of_children_follow(house: HouseUnderTest) -> None:
    chance = Random(5)
    kept, given_up = a_file(house, chance, "Nông Minh Khang", 1), a_file(house, chance, "Nông Minh Khánh", 1)
    with house.maintenance(writing=False) as desk:
        start = facts(desk)
    merge_id = merged(house, kept, given_up)
    with house.maintenance(writing=False) as desk:
        joined = facts(desk)
        assert joined > start, "the facts of the cases that moved are written again"
    parted(house, merge_id)
    with house.maintenance(writing=False) as desk:
        assert facts(desk) > joined


def test_one_person_alone_does_nothing_and_order_is_kept(house: HouseUnderTest) -> None:
    first, second, third = (
        a_child(house, called(name)) for name in ("Nông Minh Khang", "Nông Minh Khan", "Nông Min Khang")
    )
    told = {"name-differs": "một em"}
    with house.desk(OFFICER) as desk:
        merge = actions.propose(desk, desk.get(Child, second), known_id=first, explanations=told)
        with pytest.raises(RuleBroken, match="mine"):
            actions.confirm(desk, merge)
    with house.desk(OFFICER, person=1) as desk:
        actions.confirm(desk, desk.get(ChildMerge, merge.id))
        with pytest.raises(RuleBroken, match="answered"):
            actions.confirm(desk, desk.get(ChildMerge, merge.id))
    later = merged(house, third, first)
    with pytest.raises(RuleBroken, match="later-first"):
        parted(house, merge.id)
    parted(house, later)
    parted(house, merge.id)
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(Child.state)) == ["known"] * 3
    client = house.client(OFFICER)
    assert mark_of(second) not in client.get(f"/children/{mark_of(first)}/alike").text, (
        "and is not asked again"
    )


def test_parting_from_the_page_asks_for_a_reason(house: HouseUnderTest) -> None:
    first, second = a_child(house, called("Nông Minh Khang")), a_child(house, called("Nông Minh Khan"))
    merge_id = merged(house, first, second)
    client, page = house.client(OFFICER), f"/children/{mark_of(first)}"
    assert "Tách hai hồ sơ" in client.get(page).text
    address = f"/children/merges/{merge_id}/undo"
    later = merged(house, first, a_child(house, called("Nông Min Khang")))
    again = client.post(address, data={"why": " "})
    marks = re.findall(r' id="([^"]+)"', again.text)
    assert again.status_code == 409 and len(marks) == len(set(marks)), "two merges stand on one page"
    assert re.findall(r"<details[^>]* open>", again.text), "the one that was to be undone lies open"
    parted(house, later)
    assert 'id="why-error"' in again.text, "said where it is to be written"
    assert house.client(OFFICER, THAT_KHE).post(address, data={"why": "khác"}).status_code == 404
    parting = client.post(address, data={"why": "hai em khác nhau"})
    after = client.get(parting.location).text
    assert "Đã tách lại thành hai hồ sơ" in after and "Tách hai hồ sơ" not in after
