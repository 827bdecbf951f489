"""Kin among the staff: kept out of a case at once, without a word, and the case goes one level up."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from casemgr.accounts.models import Account
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, CaseEvent, CaseTie
from casemgr.cases.terms import Way
from casemgr.children.models import Child
from casemgr.children.rules import mark_of
from casemgr.core.errors import NotFound, RuleBroken
from casemgr.intake import actions as intake
from casemgr.intake.models import Report
from casemgr.intake.terms import Places, Suspect
from casemgr.notices.models import Notice
from casemgr.safeguards import actions, queries, rules
from casemgr.safeguards.models import Declaration, DeclaredMark, PersonMark
from casemgr.safeguards.terms import Declared, Kin
from casemgr.search import queries as search
from casemgr.security.audit import AuditEntry
from tests.safeguards.people import (
    CHAIR,
    OFFICER,
    SUPERVISOR,
    WHY,
    a_suspect,
    declare,
    names_of,
    sees,
    tied,
    told_by,
)
from tests.support.factories import a_case, a_report, a_story
from tests.support.house import LANG_SON, THAT_KHE, HouseUnderTest

PHONE = "0912 345 678"
HUSBAND = Kin("Nông Văn Đức", 1980)


@pytest.fixture(autouse=True)
def _staff(house: HouseUnderTest) -> None:
    for role, person in ((OFFICER, 0), (OFFICER, 1), (CHAIR, 0), (SUPERVISOR, 0)):
        house.hire(role, person=person)


def told(house: HouseUnderTest) -> set[str]:
    with house.maintenance(writing=False) as desk:
        return names_of(house, desk.all(select(Notice.account_id).where(Notice.matter == "yours_alone")))


def test_an_officer_declares_and_is_kept_out_of_the_case_there_is(house: HouseUnderTest) -> None:
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    assert sees(house, number, OFFICER, person=1)
    declare(house, OFFICER, Declared(household=(HUSBAND,)), person=1)
    assert not sees(house, number, OFFICER, person=1)
    assert sees(house, number, CHAIR), "the chair acts"
    assert sees(house, number, OFFICER), "whoever holds the case goes on"
    assert not sees(house, number, SUPERVISOR), "nobody else sees it"
    assert told(house) == {"commune-chair.06124.0"}


def test_the_reporter_s_telephone_keeps_out_when_the_report_comes(house: HouseUnderTest) -> None:
    declare(house, OFFICER, Declared(phone=rules.phone("+84 912 345 678")), person=1)
    number = a_report(house, reporter=told_by(PHONE))
    assert not sees(house, number, OFFICER, person=1) and sees(house, number, CHAIR)
    with house.desk(OFFICER, writing=False, person=1) as desk:
        assert not desk.all(select(Report.id)) and not desk.all(select(Notice.id))


def test_the_only_officer_hands_the_case_to_chair_and_province(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        desk.get(Account, house.hire(OFFICER, person=1)[0]).state = "suspended"
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    declare(house, OFFICER, Declared(household=(HUSBAND,)))
    assert not sees(house, number, OFFICER) and sees(house, number, CHAIR) and sees(house, number, SUPERVISOR)
    with house.desk(CHAIR, writing=False) as desk:
        assert desk.one(select(Case)).holder_id is None, "whoever is kept out holds nothing"
    assert told(house) == {"commune-chair.06124.0", "province-supervisor.20.0"}


def test_a_chair_is_kept_out_and_the_province_acts(house: HouseUnderTest) -> None:
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    declare(house, CHAIR, Declared(household=(HUSBAND,)))
    assert not sees(house, number, CHAIR)
    assert sees(house, number, SUPERVISOR) and sees(house, number, OFFICER)
    assert not sees(house, number, OFFICER, person=1)
    assert told(house) == {"province-supervisor.20.0"}


def test_a_corrected_report_is_compared_anew(house: HouseUnderTest) -> None:
    declare(house, OFFICER, Declared(household=(HUSBAND,)), person=1)
    number = a_case(house, story=a_story(suspects=()))
    assert sees(house, number, OFFICER, person=1)
    with house.desk(OFFICER) as desk:
        report = desk.one(select(Report))
        assert report.known is not None
        named = replace(report.known, suspects=(Suspect(ref="s1", name="Nông Văn Đức", age=46),))
        intake.correct(desk, report, known=named, places_of=Places(), version=report.version)
    assert not sees(house, number, OFFICER, person=1)


def test_a_name_alone_says_nothing_in_another_commune(house: HouseUnderTest) -> None:
    number = a_case(house, story=a_suspect("Nông Văn Đức"))
    declare(house, OFFICER, Declared(household=(Kin("Nông Văn Đức"),)), THAT_KHE)
    assert not tied(house, number, Way.BARRED) and sees(house, number, CHAIR)
    declare(house, OFFICER, Declared(household=(Kin("Nông Văn Đức"),)), person=1)
    assert len(tied(house, number, Way.BARRED)) == 1


def test_somebody_out_of_reach_is_kept_out_and_nobody_else_is(house: HouseUnderTest) -> None:
    """An officer of the next commune cannot see the case anyway: the glass stays shut, the case stays open to its unit."""
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    declare(house, OFFICER, Declared(household=(HUSBAND,)), THAT_KHE)
    assert len(tied(house, number, Way.BARRED)) == 1
    assert sees(house, number, CHAIR) and sees(house, number, OFFICER, person=1)
    with house.desk(OFFICER, THAT_KHE) as desk, pytest.raises(RuleBroken, match="no-such-case"):
        actions.break_glass(desk, number=number, reason=WHY)


def test_what_somebody_is_kept_out_of_they_do_not_meet_covered_either(house: HouseUnderTest) -> None:
    """The case is open to its unit; to the one with kin in it, in the next commune, there is none."""
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    with house.maintenance(writing=False) as desk:
        child_id = desk.one(select(Case.child_id).where(Case.number == number))

    def met(person: int) -> tuple[bool, bool, int]:
        client = house.client(OFFICER, THAT_KHE, person=person)
        found = client.post("/children/search/wide", data={"q": "nong minh khang 2017"})
        asked = client.post("/children/requests", data={"child": mark_of(child_id), "why": "cần biết"})
        own = a_report(house, unit_code=THAT_KHE, story=a_story(suspects=()))
        with house.desk(OFFICER, THAT_KHE, person=person, writing=False) as desk:
            child = desk.get(Child, cases.case(desk, own).child_id)
            warned = child_id in {one.child_id for one in search.candidates(desk, child).outside}
        return mark_of(child_id) in found.text, warned, asked.status_code

    assert met(0) == (True, True, 303)
    declare(house, OFFICER, Declared(household=(HUSBAND,)), THAT_KHE, person=1)
    assert sees(house, number, CHAIR), "nothing changes for the unit"
    assert met(1) == (False, False, 404)
    assert met(0)[:2] == (True, True), "others meet it as before"


def test_nothing_happens_twice(house: HouseUnderTest) -> None:
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    declare(house, OFFICER, Declared(household=(HUSBAND,)), person=1)

    def counts() -> list[Any]:
        with house.maintenance(writing=False) as desk:
            tables = (CaseTie, Notice, CaseEvent, DeclaredMark, PersonMark)
            return [desk.session.scalar(select(func.count()).select_from(table)) for table in tables]

    before = counts()
    declare(house, OFFICER, Declared(household=(HUSBAND,)), person=1)
    for _night in range(2):
        with house.maintenance() as desk:
            assert actions.compare_all(desk)[:2] == (1, 0)
            actions.mark_all(desk)
    assert counts() == before and not sees(house, number, OFFICER, person=1)


def test_the_night_finds_what_came_before_there_were_marks(house: HouseUnderTest) -> None:
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    with house.maintenance() as desk:
        for row in desk.all(select(PersonMark)):
            desk.session.delete(row)
    declare(house, OFFICER, Declared(household=(HUSBAND,)), person=1)
    assert sees(house, number, OFFICER, person=1)
    with house.maintenance() as desk:
        actions.mark_all(desk)
        assert actions.compare_all(desk)[1] == 1
    assert not sees(house, number, OFFICER, person=1)


def test_a_namesake_is_let_in_by_the_supervisor_and_stays_in(house: HouseUnderTest) -> None:
    number = a_case(house, story=a_suspect("Nông Văn Đức"))
    declare(house, OFFICER, Declared(household=(Kin("Nông Văn Đức"),)), person=1)
    with house.desk(SUPERVISOR) as desk:
        (kept,) = queries.kept_out(desk)
        assert kept.number == number and {(str(a), str(b)) for a, b in kept.found} >= {("suspect", "name")}
        with pytest.raises(RuleBroken, match="no-reason"):
            actions.overrule(desk, kept.tie_id, reason="")
    with house.desk(CHAIR) as desk, pytest.raises(RuleBroken, match="kept-out"):
        actions.lift(desk, cases.case(desk, number), reason=WHY)
    with house.desk(SUPERVISOR) as desk:
        actions.overrule(desk, kept.tie_id, reason="Đã đối chiếu: người trùng tên, khác năm sinh")
    assert sees(house, number, OFFICER, person=1) and sees(house, number, SUPERVISOR), (
        "as if nothing had been"
    )
    with house.maintenance() as desk:
        assert actions.compare_all(desk)[1] == 0
    assert sees(house, number, OFFICER, person=1)


def test_nobody_decides_on_their_own_kin(house: HouseUnderTest) -> None:
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    declare(house, SUPERVISOR, Declared(household=(HUSBAND,)))
    assert not sees(house, number, SUPERVISOR) and sees(house, number, CHAIR)
    with house.desk(SUPERVISOR) as desk:
        assert not queries.kept_out(desk) and not queries.orphans(desk)
        with house.maintenance(writing=False) as other:
            tie = other.one(select(CaseTie).where(CaseTie.way == Way.BARRED))
        with pytest.raises(NotFound):
            actions.overrule(desk, tie.id, reason=WHY)


def test_what_is_declared_stands_nowhere_in_plain(house: HouseUnderTest) -> None:
    said = Declared("001080012345", "0912345678", (Kin("Vi Thị Bí Mật", 1990),))
    declare(house, OFFICER, said)
    with house.desk(OFFICER, writing=False) as desk:
        assert queries.declared(desk) == said
    with house.desk(OFFICER, writing=False, person=1) as desk:
        assert queries.declared(desk) == Declared()
        assert not desk.all(select(Declaration.account_id))
    with house.maintenance(writing=False) as desk:
        bodies = json.dumps(desk.all(select(AuditEntry.body)), ensure_ascii=False)
    assert not [word for word in ("Bí Mật", "001080012345", "0912345678") if word in bodies]


def test_a_withdrawn_declaration_leaves_no_mark(house: HouseUnderTest) -> None:
    declare(house, OFFICER, Declared("001080012345", "0912345678", (HUSBAND,)), person=1)
    declare(house, OFFICER, Declared(), person=1)
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    assert sees(house, number, OFFICER, person=1) and sees(house, number, SUPERVISOR, LANG_SON)
    assert not tied(house, number, Way.BARRED)
