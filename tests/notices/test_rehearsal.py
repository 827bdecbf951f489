"""Practice: it looks like a case, and counts nowhere."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casemgr.access.roles import Role
from casemgr.cases import numbers
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, CaseCounter
from casemgr.children.models import Child
from casemgr.core.errors import NotFound, RuleBroken
from casemgr.indicators.models import CaseFact
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake import rehearsals
from casemgr.intake.models import Report
from casemgr.intake.terms import Decision
from casemgr.intervention.services import actions as services
from casemgr.notices import actions
from casemgr.notices.models import Escalation, Notice
from casemgr.oversight import queries as oversight
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, HouseUnderTest


def a_rehearsal(house: HouseUnderTest) -> str:
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        return rehearsals.begin(desk).report.number


def facts(house: HouseUnderTest) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.session.scalar(select(func.count()).select_from(CaseFact)) or 0


def test_it_has_numbers_of_its_own_and_leaves_no_gap(house: HouseUnderTest) -> None:
    before = a_case(house)
    practice = a_rehearsal(house)
    after = a_case(house)
    assert numbers.is_rehearsal(practice) and not numbers.is_rehearsal(before)
    assert int(after.split("-")[2]) == int(before.split("-")[2]) + 1
    with house.maintenance(writing=False) as desk:
        series = set(desk.all(select(CaseCounter.unit_code)))
    assert numbers.REHEARSAL in series


def test_no_fact_is_written_at_any_step(house: HouseUnderTest) -> None:
    a_case(house)
    before = facts(house)
    number = a_rehearsal(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, reports.report(desk, number), decision=Decision.ACCEPTED)
    assert facts(house) == before


def test_the_table_does_not_change(house: HouseUnderTest) -> None:
    a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    before = client.get("/indicators/B/0101").get_data(as_text=True)
    a_rehearsal(house)
    after = client.get("/indicators/B/0101").get_data(as_text=True)
    assert "0101" in before
    assert _figures(before) == _figures(after)
    a_case(house)
    assert _figures(client.get("/indicators/B/0101").get_data(as_text=True)) != _figures(before)


def _figures(text: str) -> str:
    return text[text.index("<table") : text.rindex("</table>")]


def test_no_list_shows_it_but_its_makers_own(house: HouseUnderTest) -> None:
    real = a_case(house)
    number = a_rehearsal(house)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert [row.case.number for row in cases.worklist(desk).rows] == [real]
        assert [row.case.number for row in cases.listing(desk).rows] == [real]
        assert [row.case.number for row in cases.rehearsals(desk)] == [number]
        assert number not in {report.number for report in reports.inbox(desk)}
    with house.desk(Role.COMMUNE_OFFICER, person=2, writing=False) as desk:
        assert not cases.rehearsals(desk)
    page = house.client(Role.COMMUNE_OFFICER).get("/").get_data(as_text=True)
    assert number in page and real in page


def test_nobody_is_reminded_and_nothing_is_overdue(house: HouseUnderTest) -> None:
    a_rehearsal(house)
    house.hire(Role.COMMUNE_CHAIR)
    house.hire(Role.PROVINCE_SUPERVISOR)
    house.clock.move(timedelta(days=30))
    with house.maintenance() as desk:
        assert actions.run(desk).told == 0
        assert not desk.all(select(Notice.id)) and not desk.all(select(Escalation.id))
        assert not cases.overdue(desk)
    with house.desk(Role.PROVINCE_SUPERVISOR, writing=False) as desk:
        seen = oversight.overview(desk, [])
        assert (seen.open, seen.running_12h, seen.in_triage, len(seen.overdue)) == (0, 0, 0, 0)


def test_after_thirty_days_it_is_on_no_list(house: HouseUnderTest) -> None:
    a_rehearsal(house)
    house.clock.move(timedelta(days=31))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert not cases.rehearsals(desk)


def test_every_page_of_it_says_so(house: HouseUnderTest) -> None:
    number, real = a_rehearsal(house), a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    for address in (f"/cases/{number}", f"/reports/{number}"):
        assert "TẬP DƯỢT" in client.get(address).get_data(as_text=True)
    assert "TẬP DƯỢT" not in client.get(f"/cases/{real}").get_data(as_text=True)


def test_it_is_sent_to_nobody(house: HouseUnderTest) -> None:
    number = a_rehearsal(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(RuleBroken, match="rehearsal-stays"):
        intake.route(desk, reports.report(desk, number), unit_code=ELSEWHERE, reason="x")
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(RuleBroken):
        intake.decide(desk, reports.report(desk, number), decision=Decision.OTHER_COMMUNE, reason="x")


def test_its_maker_deletes_it_with_everything(house: HouseUnderTest) -> None:
    number = a_rehearsal(house)
    real = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, reports.report(desk, number), decision=Decision.ACCEPTED)
    with house.desk(Role.COMMUNE_OFFICER, person=2) as desk, pytest.raises(NotFound):
        rehearsals.remove(desk, reports.report(desk, number))
    answer = house.client(Role.COMMUNE_OFFICER).post(f"/rehearsals/{number}/removal")
    assert answer.status_code == 303
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(Case.number)) == [real]
        assert len(desk.all(select(Report.id))) == 1 and len(desk.all(select(Child.id))) == 1
        assert not desk.first(select(Case.id).where(Case.rehearsal))


def test_a_real_case_is_never_deleted(house: HouseUnderTest) -> None:
    real = a_case(house)
    assert house.client(Role.COMMUNE_OFFICER).post(f"/rehearsals/{real}/removal").status_code == 404
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(Case.number)) == [real]


def test_a_button_makes_one(house: HouseUnderTest) -> None:
    answer = house.client(Role.COMMUNE_OFFICER).post("/rehearsals")
    assert answer.status_code == 303 and numbers.is_rehearsal(answer.location.rsplit("/", 1)[-1])
    assert house.client(Role.SOCIAL_WORKER).post("/rehearsals").status_code == 403


def test_no_provider_is_asked(house: HouseUnderTest) -> None:
    number = a_rehearsal(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(RuleBroken, match="rehearsal-stays"):
        services.ask(
            desk,
            cases.case(desk, number),
            service="x",
            asked=services.Asked("x"),
            channel=services.Channel.PROVIDER,
        )


def test_reminder_at_the_deadline_of_a_real_case_names_its_step(house: HouseUnderTest) -> None:
    a_case(house)
    house.clock.move(timedelta(days=3))
    page = house.client(Role.COMMUNE_OFFICER).get("/notices").get_data(as_text=True)
    assert "quá hạn từ" in page
