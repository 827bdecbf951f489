"""The same thing sent twice, two people at once, two tabs: one report, and nobody's words are lost unseen."""

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from casemgr.access.roles import Role
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.intake.models import Report
from casemgr.intake.queries import report as numbered
from casemgr.intake.showing import in_address
from casemgr.intake.terms import Decision
from tests.support.factories import a_case, a_report
from tests.support.house import HouseUnderTest

AT_ONCE = 6
FORM = {"channel": "telephone", "danger": "yes", "go": "save"}


def counted(house: HouseUnderTest, table: type[Report] | type[Case]) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.session.scalar(select(func.count()).select_from(table)) or 0


def together(work: list[Callable[[], TestResponse]]) -> list[TestResponse]:
    """Everything at the same moment."""
    gate = threading.Barrier(len(work))

    def go(one: Callable[[], TestResponse]) -> TestResponse:
        gate.wait()
        return one()

    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(go, work))


def browsers(house: HouseUnderTest, role: Role, count: int) -> Iterator[FlaskClient]:
    for _ in range(count):
        yield house.client(role)


def test_a_form_sent_twice_is_one_report(house: HouseUnderTest) -> None:
    officer, form = house.client(Role.COMMUNE_OFFICER), {**FORM, "form_id": str(uuid4())}
    first, second = (officer.post("/reports/new", data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert (counted(house, Report), counted(house, Case)) == (1, 1)
    assert officer.post("/reports/new", data={**form, "form_id": str(uuid4())}).location != first.location


def test_a_form_sent_in_parallel_is_one_report(house: HouseUnderTest) -> None:
    form = {**FORM, "form_id": str(uuid4())}
    officers = browsers(house, Role.COMMUNE_OFFICER, AT_ONCE)
    answers = together([lambda who=who: who.post("/reports/new", data=form) for who in officers])  # type: ignore[misc]
    assert {answer.status_code for answer in answers} == {303}, [answer.status_code for answer in answers]
    assert len({answer.location for answer in answers}) == 1
    assert (counted(house, Report), counted(house, Case)) == (1, 1)


def test_many_forms_in_parallel_are_as_many_reports(house: HouseUnderTest) -> None:
    officers = browsers(house, Role.COMMUNE_OFFICER, AT_ONCE)
    answers = together(
        [lambda who=who: who.post("/reports/new", data={**FORM, "form_id": str(uuid4())}) for who in officers]  # type: ignore[misc]
    )
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == AT_ONCE
    assert counted(house, Report) == AT_ONCE


def test_two_decisions_at_once_are_one_decision(house: HouseUnderTest) -> None:
    number = a_report(house)
    officers = browsers(house, Role.COMMUNE_OFFICER, AT_ONCE)
    path = f"/reports/{number}/decision"
    answers = together([lambda who=who: who.post(path, data={"decision": "accepted"}) for who in officers])  # type: ignore[misc]
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * (AT_ONCE - 1)
    with house.maintenance(writing=False) as desk:
        report = numbered(desk, number)
        assert report.decision == Decision.ACCEPTED
        case = desk.one(select(Case).where(Case.report_id == report.id))
        assert case.stage == Stage.ASSESSING


def test_many_notes_at_once_are_all_kept(house: HouseUnderTest) -> None:
    number = a_case(house)
    officers = browsers(house, Role.COMMUNE_OFFICER, AT_ONCE)
    answers = together(
        [
            lambda who=who, place=place: who.post(
                f"/cases/{number}/notes", data={"text": f"Việc thứ {place}"}
            )  # type: ignore[misc]
            for place, who in enumerate(officers)
        ]
    )
    assert {answer.status_code for answer in answers} == {303}
    page = house.client(Role.COMMUNE_OFFICER).get(f"/cases/{number}").get_data(as_text=True)
    assert all(f"Việc thứ {place}" in page for place in range(AT_ONCE))


def version(page: TestResponse) -> str:
    found = re.search(r'name="version" value="(\d+)"', page.get_data(as_text=True))
    assert found is not None
    return found[1]


@pytest.fixture
def child_page(house: HouseUnderTest) -> str:
    return f"/reports/{a_report(house)}/children/{in_address('c1')}"


def test_two_tabs_lose_nothing_unseen(house: HouseUnderTest, child_page: str) -> None:
    """The second tab is told, its words stand in the page, and sending once more with the new version saves them."""
    officer = house.client(Role.COMMUNE_OFFICER)
    tabs = [version(officer.get(child_page)) for _ in range(2)]
    assert tabs[0] == tabs[1]
    first = officer.post(child_page, data={"version": tabs[0], "name": "Nông Minh Kha", "go": "save"})
    assert first.status_code == 303
    second = officer.post(child_page, data={"version": tabs[1], "name": "Nông Minh Khôi", "go": "save"})
    assert second.status_code == 409
    text = second.get_data(as_text=True)
    assert "Nông Minh Khôi" in text, "what was typed in the second tab stands in its page"
    assert "Nông Minh Kha<" not in officer.get(child_page).get_data(as_text=True).replace("Khang", "")
    third = officer.post(
        child_page, data={"version": version(officer.get(child_page)), "name": "Nông Minh Khôi", "go": "save"}
    )
    assert third.status_code == 303
    assert "Nông Minh Khôi" in officer.get(child_page).get_data(as_text=True)


@pytest.mark.parametrize("told", ["", "x", "-1", "999999999999999999999", "1.5"])
def test_a_version_that_is_none_is_refused(house: HouseUnderTest, child_page: str, told: str) -> None:
    answer = house.client(Role.COMMUNE_OFFICER).post(child_page, data={"version": told, "name": "Ai đó"})
    assert answer.status_code == 409


def test_two_tabs_at_the_same_moment(house: HouseUnderTest, child_page: str) -> None:
    officers = list(browsers(house, Role.COMMUNE_OFFICER, AT_ONCE))
    seen = version(officers[0].get(child_page))
    answers = together(
        [
            lambda who=who, place=place: who.post(  # type: ignore[misc]
                child_page, data={"version": seen, "name": f"Tên thứ {place}", "go": "save"}
            )
            for place, who in enumerate(officers)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * (AT_ONCE - 1)


def test_a_report_numbers_its_children_without_gaps_or_doubles(house: HouseUnderTest) -> None:
    officers = browsers(house, Role.COMMUNE_OFFICER, AT_ONCE)
    together(
        [lambda who=who: who.post("/reports/new", data={**FORM, "form_id": str(uuid4())}) for who in officers]  # type: ignore[misc]
    )
    with house.maintenance(writing=False) as desk:
        running = sorted(int(number.split("-")[2]) for number in desk.all(select(Report.number)))
    assert running == list(range(1, AT_ONCE + 1))
