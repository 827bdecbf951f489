"""Restricted cases: who sees them, who may restrict and lift, what joins them, and that none is ever without a reader."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select

from casemgr.accounts.models import Account, Appointment
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.models import Case, CaseEvent
from casemgr.cases.terms import Stage, Step, Way
from casemgr.children.models import Child
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound, RuleBroken
from casemgr.intake import actions as intake
from casemgr.intake.models import Report
from casemgr.intake.terms import Places
from casemgr.notices import actions as notices
from casemgr.notices.models import Notice
from casemgr.safeguards import actions, queries
from tests.safeguards.people import CHAIR, OFFICER, SUPERVISOR, WHY, WORKER, restrict, sees, tied
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import ELSEWHERE, LANG_SON, NA_SAM, HouseUnderTest
from tests.support.rows import fill

NOBODYS = {"case_fact", "given_answer", "item_fact"}  # counted, or a machine's
OF_OFFICE = {
    *("carer", "carer_check", "declaration", "proposal"),
    *("data_incident", "draft", "export", "export_piece", "search_excess"),
    *("cell_comment", "check_explanation", "check_result", "return_version", "statistical_return"),
}  # the unit's own, and one's own


def test_only_the_named_see_a_restricted_case(house: HouseUnderTest) -> None:
    number, other = a_case(house), a_case(house)
    officer, _ = house.hire(OFFICER)
    house.hire(CHAIR)
    house.hire(OFFICER, person=1)
    restrict(house, number, officer)
    assert sees(house, number, OFFICER) and sees(house, other, OFFICER, person=1)
    for role, person in ((OFFICER, 1), (CHAIR, 0), (SUPERVISOR, 0)):
        assert not sees(house, number, role, person=person), (role, person)
        assert sees(house, other, role, person=person)
    with house.desk(CHAIR, writing=False) as desk:
        for table in (Case, Child, Report):
            assert desk.session.scalar(select(func.count()).select_from(table)) == 1, table
        assert [row.case.number for row in cases.listing(desk).rows] == [other]
        assert [row.case.number for row in cases.worklist(desk).rows] == [other]


def test_nothing_that_hangs_on_a_restricted_case_is_met(house: HouseUnderTest) -> None:
    """Every scoped table there is, those of tomorrow too: not one row of it is found by whoever is not named."""
    number = a_case(house, stage=Stage.CARRYING_OUT)
    with house.maintenance() as desk:
        rows = dict(fill(desk, number))
    officer, _ = house.hire(OFFICER)
    restrict(house, number, officer)
    for role, unit, person in (
        (OFFICER, NA_SAM, 1),
        (CHAIR, NA_SAM, 0),
        (SUPERVISOR, LANG_SON, 0),
        (WORKER, NA_SAM, 0),
    ):
        with house.desk(role, unit, writing=False, person=person) as desk:
            for table, key in rows.items():
                if table.__tablename__ not in NOBODYS | OF_OFFICE:
                    found = desk.session.get(table, key if len(key) > 1 else key[0])
                    assert found is None, f"{role} finds {table.__name__}"
    with house.desk(OFFICER, writing=False) as desk:
        for table, key in rows.items():
            if table.__tablename__ not in NOBODYS:
                assert desk.session.get(table, key if len(key) > 1 else key[0]) is not None, table.__name__


def test_whoever_holds_it_without_being_named_sees_it_no_more(house: HouseUnderTest) -> None:
    number = a_case(house)
    worker, _ = house.hire(WORKER)
    officer, _ = house.hire(OFFICER)
    with house.maintenance() as desk:
        spine.hold(desk, cases.case(desk, number), worker)
    assert sees(house, number, WORKER)
    restrict(house, number, officer)
    assert not sees(house, number, WORKER)
    with house.desk(OFFICER) as desk:
        actions.name(desk, cases.case(desk, number), reader=worker, reason=WHY)
    assert sees(house, number, WORKER)


def test_whoever_begins_at_a_unit_later_does_not_read_there_yet(house: HouseUnderTest) -> None:
    number = a_case(house)
    officer, appointment = house.hire(OFFICER)
    restrict(house, number, officer)
    here = house.unit_id(NA_SAM)
    with house.maintenance() as desk:
        case = cases.case(desk, number)
        assert cases.has_reader_at(desk, case, here)
        office = desk.get(Appointment, appointment)
        office.since = local_day(desk.now) + timedelta(days=1)
        desk.flush()
        assert not cases.has_reader_at(desk, case, here)


def test_one_report_and_one_child_are_restricted_together(house: HouseUnderTest) -> None:
    """Brothers and sisters of one report share its story: a case beside would give the restricted one away."""
    two = a_story(children=(KHANG, replace(KHANG, ref="c2", name="Nông Thị Na")))
    number = a_case(house, story=two)
    officer, _ = house.hire(OFFICER)
    restrict(house, number, officer)
    with house.desk(CHAIR, writing=False) as desk:
        assert not desk.all(select(Case.number)) and not desk.all(select(Child.id))
    with house.desk(OFFICER, writing=False) as desk:
        assert len(desk.all(select(Case.number))) == 2
    with house.desk(OFFICER) as desk:
        actions.lift(desk, cases.case(desk, number), reason=WHY)
    with house.desk(CHAIR, writing=False) as desk:
        assert len(desk.all(select(Case.number))) == 2 and len(desk.all(select(Child.id))) == 2


def test_a_child_told_of_later_joins_the_restricted_report(house: HouseUnderTest) -> None:
    number = a_case(house)
    officer, _ = house.hire(OFFICER)
    restrict(house, number, officer)
    with house.desk(OFFICER) as desk:
        report = desk.one(select(Report))
        known = report.known
        assert known is not None
        children = (*known.children, replace(KHANG, ref="c2", name="Nông Thị Na"))
        intake.correct(
            desk, report, known=replace(known, children=children), places_of=Places(), version=report.version
        )
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(Case.restricted)) == [True, True]
    with house.desk(CHAIR, writing=False) as desk:
        assert not desk.all(select(Case.number))
    with house.desk(OFFICER, writing=False) as desk:
        assert len(desk.all(select(Case.number))) == 2


def test_a_case_is_never_restricted_to_nobody(house: HouseUnderTest) -> None:
    number = a_case(house)
    officer, _ = house.hire(OFFICER)
    chair, _ = house.hire(CHAIR)
    stranger, _ = house.hire(OFFICER, ELSEWHERE)
    for readers in ((), (stranger,)):
        with pytest.raises(RuleBroken, match="no-readers"):
            restrict(house, number, *readers)
    with house.desk(OFFICER) as desk, pytest.raises(RuleBroken, match="no-reason"):
        actions.restrict(desk, cases.case(desk, number), readers=[officer], reason="vì thế")
    restrict(house, number, officer, chair)
    with house.desk(OFFICER) as desk, pytest.raises(RuleBroken, match="restricted-already"):
        actions.restrict(desk, cases.case(desk, number), readers=[officer], reason=WHY)
    with house.desk(CHAIR) as desk:
        actions.unname(desk, cases.case(desk, number), reader=officer, reason=WHY)
    assert not sees(house, number, OFFICER)
    with house.desk(CHAIR) as desk, pytest.raises(RuleBroken, match="last-reader"):
        actions.unname(desk, cases.case(desk, number), reader=chair, reason=WHY)
    with house.desk(CHAIR) as desk:
        steps = desk.all(select(CaseEvent.step).order_by(CaseEvent.recorded_at, CaseEvent.id))
    assert {Step.RESTRICT, Step.CHANGE_READERS} <= set(steps)


def test_an_orphan_surfaces_at_the_province_by_its_number_alone(house: HouseUnderTest) -> None:
    number = a_case(house)
    officer, _ = house.hire(OFFICER)
    chair, _ = house.hire(CHAIR)
    house.hire(SUPERVISOR)
    restrict(house, number, officer)
    with house.desk(SUPERVISOR, writing=False) as desk:
        assert not queries.orphans(desk)
        with pytest.raises(NotFound):
            queries.orphan(desk, number)
    with house.maintenance() as desk:
        desk.get(Account, officer).state = "suspended"
    for _night in range(2):
        with house.maintenance() as desk:
            actions.look_after(desk)
    with house.desk(SUPERVISOR) as desk:
        assert [one.number for one in queries.orphans(desk)] == [number]
        assert not desk.all(select(Case.id))
        assert desk.session.scalar(select(func.count()).select_from(Notice)) == 1, "told once"
        actions.appoint(desk, number, reader=chair, reason=WHY)
    assert sees(house, number, CHAIR) and not sees(house, number, SUPERVISOR)
    with house.desk(SUPERVISOR, "01", writing=False) as desk:
        assert not queries.orphans(desk)


def test_reminders_of_a_restricted_case_reach_its_readers_alone(house: HouseUnderTest) -> None:
    number = a_case(house)
    chair, _ = house.hire(CHAIR)
    house.hire(OFFICER)
    house.hire(OFFICER, person=1)
    house.hire(SUPERVISOR)
    restrict(house, number, chair)
    house.clock.move(timedelta(days=9))
    with house.maintenance() as desk:
        notices.run(desk)
        assert set(desk.all(select(Notice.account_id))) <= {chair}, "by letter or on a page"


def test_who_is_given_the_case_may_read_it(house: HouseUnderTest) -> None:
    number = a_case(house)
    chair, _ = house.hire(CHAIR)
    second, _ = house.hire(OFFICER, person=1)
    restrict(house, number, chair)
    assert not sees(house, number, OFFICER, person=1)
    with house.desk(CHAIR) as desk:
        from casemgr.cases import actions as case_actions

        case_actions.assign(desk, cases.case(desk, number), holder_id=second)
    assert sees(house, number, OFFICER, person=1) and second in tied(house, number, Way.NAMED)


@given(some.integers(0, 2**32))
@settings(max_examples=8)
def test_random_readers_see_what_names_them_and_nothing_else(house: HouseUnderTest, seed: int) -> None:
    """Whatever is restricted to whomever: each sees the open cases of their area, and those that name them."""
    chance = random.Random(seed)
    people = [(OFFICER, NA_SAM, 0), (OFFICER, NA_SAM, 1), (CHAIR, NA_SAM, 0), (SUPERVISOR, LANG_SON, 0)]
    ids = {who: house.hire(who[0], who[1], person=who[2])[0] for who in people}
    made = {a_case(house): chance.sample(people, chance.randint(0, 3)) for _ in range(3)}
    for number, readers in made.items():
        if readers:
            restrict(house, number, *(ids[one] for one in readers))
    for who in people:
        wanted = {number for number, readers in made.items() if not readers or who in readers}
        with house.desk(who[0], who[1], writing=False, person=who[2]) as desk:
            seen = set(desk.all(select(Case.number).where(Case.number.in_(made))))
            assert seen == wanted
            stories = desk.rows(select(Report.number).where(Report.number.in_(made)))
            assert {row.number for row in stories} == wanted
            assert {row.case.number for row in cases.listing(desk).rows} & set(made) == wanted
