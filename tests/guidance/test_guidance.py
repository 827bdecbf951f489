"""First-time mode: on for the first three, off and on by oneself, texts that say everything in two languages."""

from dataclasses import fields
from datetime import date

import pytest

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.terms import Stage, Step
from casemgr.guidance import actions, queries, rules
from casemgr.guidance.queries import FINISHED_BY
from casemgr.intake import rehearsals
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

DAY = date(2026, 11, 18)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_step_says_everything(lang: str) -> None:
    told = {one.step: one for one in queries.all_texts(DAY, lang)}
    assert set(told) == {str(step) for step in FINISHED_BY}
    for one in told.values():
        assert all(getattr(one, field.name) for field in fields(one) if field.name != "questions")
        assert len(one.needed) >= 2 and len(one.mistakes) >= 2
    assert len(queries.first_hours(DAY, lang)) == 6 and len(queries.never(DAY, lang)) >= 3


def test_texts_are_dated() -> None:
    assert not queries.all_texts(date(2010, 1, 1), "vi")


def test_it_is_on_for_the_first_three_and_then_steps_back(house: HouseUnderTest) -> None:
    for done in range(4):
        with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
            guided = queries.for_step(desk, Stage.ASSESSING) is not None
        assert guided == (done < 3), done
        number = a_case(house)
        with house.desk(Role.COMMUNE_OFFICER) as desk:
            spine.advance(desk, cases.case(desk, number), Step.ASSESS_NO_EMERGENCY)
    with house.desk(Role.COMMUNE_OFFICER, person=2, writing=False) as desk:
        assert queries.for_step(desk, Stage.ASSESSING) is not None  # each person for themselves


def test_practice_does_not_count(house: HouseUnderTest) -> None:
    for _one in range(4):
        with house.desk(Role.COMMUNE_OFFICER) as desk:
            rehearsals.begin(desk)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert queries.for_step(desk, queries.REPORT) is not None


def test_off_and_on_again_whatever_was_finished(house: HouseUnderTest) -> None:
    for _one in range(4):
        a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    assert client.post("/guidance", data={"off": "0", "back": "/help/why"}).location.endswith("/help/why")
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert queries.for_step(desk, queries.REPORT) is not None
    client.post("/guidance", data={"off": "1", "back": "https://elsewhere.example/"})
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        assert queries.for_step(desk, queries.REPORT) is None
        assert queries.for_step(desk, Stage.PLANNING) is None
        actions.switch(desk, off=False)


def test_a_page_elsewhere_is_not_gone_back_to(house: HouseUnderTest) -> None:
    answer = house.client(Role.COMMUNE_OFFICER).post("/guidance", data={"off": "1", "back": "//evil.example"})
    assert answer.status_code == 303 and "evil" not in answer.location


def test_the_pages_show_it(house: HouseUnderTest) -> None:
    client = house.client(Role.COMMUNE_OFFICER)
    new = client.get("/reports/new").get_data(as_text=True)
    assert "Luật yêu cầu gì" in new and "Điều 25" in new
    assert "/help/first-hours" in client.get("/").get_data(as_text=True)
    first = client.get("/help/first-hours").get_data(as_text=True)
    assert "tel:113" in first and "Không hứa giữ bí mật" in first
    assert "Vì sao hỏi" in client.get("/help/why").get_data(as_text=True)
    client.post("/guidance", data={"off": "1"})
    assert "Luật yêu cầu gì" not in client.get("/reports/new").get_data(as_text=True)


@pytest.mark.parametrize(
    ("finished", "off", "on"),
    [(0, None, True), (2, None, True), (3, None, False), (9, False, True), (0, True, False)],
)
def test_the_rule(finished: int, off: bool | None, on: bool) -> None:
    assert rules.is_guided(finished=finished, off=off) is on
