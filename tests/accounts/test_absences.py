"""Deputies: named for days, with the right of the office, for these days only, and every act says for whom."""

import json
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.accounts import actions, queries, rules
from casemgr.accounts.models import Absence, Appointment, SignIn
from casemgr.cases import deciding
from casemgr.cases import queries as cases
from casemgr.cases.models import CaseEvent
from casemgr.cases.terms import Stage
from casemgr.core.errors import NotFound, RuleBroken
from casemgr.security.audit import AuditEntry
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, LANG_SON, HouseUnderTest

TODAY = date(2026, 11, 18)


def named(house: HouseUnderTest, *, since: date = TODAY, until: date = TODAY + timedelta(days=2)) -> UUID:
    """The chair is away, an officer of the commune stands in; gives the absence."""
    deputy, _ = house.hire(Role.COMMUNE_OFFICER)
    _chair, office = house.hire(Role.COMMUNE_CHAIR)
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        held = queries.office(desk, office)
        return actions.name_deputy(desk, held, deputy_id=deputy, since=since, until=until).id


def test_a_deputy_chooses_the_role_and_acts_for_the_absent(house: HouseUnderTest) -> None:
    absence = named(house)
    number = a_case(house, stage=Stage.PLANNING)
    client = house.client(Role.COMMUNE_OFFICER)
    assert str(absence) in client.get("/account/role").get_data(as_text=True)
    answer = client.post("/account/role", data={"appointment": str(absence)})
    assert answer.status_code == 303
    client.set_cookie("sid", answer.headers["Set-Cookie"].split("sid=")[1].split(";")[0])
    page = client.get("/").get_data(as_text=True)
    assert "thay Người Thử CO0" in page
    assert client.post(f"/cases/{number}/notes", data={"text": "Đã gọi"}).status_code == 303
    officer, chair = house.hire(Role.COMMUNE_OFFICER)[0], house.hire(Role.COMMUNE_CHAIR)[0]
    with house.maintenance(writing=False) as desk:
        line = desk.one(select(CaseEvent).where(CaseEvent.step == "note"))
        assert (line.account_id, line.for_account_id) == (officer, chair)
        entry = desk.one(select(AuditEntry).where(AuditEntry.action == "note written"))
        told = json.loads(entry.body)
        assert told["for"] == str(chair) and told["role"] == Role.COMMUNE_CHAIR
        assert told["actor"] == f"account:{officer}"
    assert "thay Người Thử CO0" in client.get(f"/cases/{number}").get_data(as_text=True)


def test_it_ends_by_itself(house: HouseUnderTest) -> None:
    absence = named(house)
    with house.maintenance() as desk:
        desk.add(_session(house, desk, absence))
    assert _actor_role(house) == Role.COMMUNE_CHAIR
    house.clock.move(timedelta(days=3))
    assert _actor_role(house) is None


def test_it_ends_when_called_off(house: HouseUnderTest) -> None:
    absence = named(house)
    with house.maintenance() as desk:
        desk.add(_session(house, desk, absence))
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        actions.call_off(desk, queries.absence(desk, absence))
    assert _actor_role(house) is None


def test_it_ends_with_the_deputy_s_own_office(house: HouseUnderTest) -> None:
    """Who has left, or works in another commune, acts here no longer, whatever days were noted."""
    absence = named(house, until=TODAY + timedelta(days=20))
    deputy, office = house.hire(Role.COMMUNE_OFFICER)
    chair, _ = house.hire(Role.COMMUNE_CHAIR)
    with house.maintenance() as desk:
        desk.add(_session(house, desk, absence))
        desk.get(Appointment, office).until = TODAY
        elsewhere = house.unit_id(ELSEWHERE)
        desk.add(
            Appointment(
                id=desk.id(), account_id=deputy, role=Role.COMMUNE_OFFICER, unit_id=elsewhere, since=TODAY
            )
        )
    assert _actor_role(house) == Role.COMMUNE_CHAIR
    house.clock.move(timedelta(hours=11, minutes=15))  # midnight in Viet Nam
    assert _actor_role(house) is None
    with house.maintenance(writing=False) as desk:
        assert not queries.stood_in_today(desk, deputy)
        assert not queries.deputies_on(desk, [chair], TODAY + timedelta(days=1))
        assert [actor.unit_id for actor in queries.actors_of(desk, deputy, ring=cases.named)] == [elsewhere]


def _session(house: HouseUnderTest, desk: object, absence: UUID) -> SignIn:
    return SignIn(
        id=desk.id(),  # type: ignore[attr-defined]
        account_id=house.hire(Role.COMMUNE_OFFICER)[0],
        appointment_id=house.hire(Role.COMMUNE_CHAIR)[1],
        absence_id=absence,
        token_digest=queries.digest("token"),
        started_at=house.clock.now(),
        seen_at=house.clock.now(),
    )


def _actor_role(house: HouseUnderTest) -> str | None:
    with house.maintenance() as desk:
        session = desk.one(select(SignIn).where(SignIn.token_digest == queries.digest("token")))
        session.started_at = session.seen_at = desk.now
    actor = house.app.extensions["casemgr"].resolve("token", "127.0.0.1")
    assert actor is not None
    if actor.role is not None:
        assert actor.stands_for == house.hire(Role.COMMUNE_CHAIR)[0]
    return actor.role


def test_no_two_deputies_on_one_day(house: HouseUnderTest) -> None:
    named(house)
    other, _ = house.hire(Role.COMMUNE_OFFICER, person=5)
    _chair, office = house.hire(Role.COMMUNE_CHAIR)
    with house.desk(Role.COMMUNE_CHAIR) as desk, pytest.raises(RuleBroken, match="overlaps"):
        actions.name_deputy(
            desk,
            queries.office(desk, office),
            deputy_id=other,
            since=TODAY + timedelta(days=2),
            until=TODAY + timedelta(days=9),
        )
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        actions.name_deputy(
            desk,
            queries.office(desk, office),
            deputy_id=other,
            since=TODAY + timedelta(days=3),
            until=TODAY + timedelta(days=9),
        )


def test_a_deputy_who_is_away_and_a_stranger_are_refused(house: HouseUnderTest) -> None:
    stranger, _ = house.hire(Role.COMMUNE_OFFICER, ELSEWHERE)
    chair, office = house.hire(Role.COMMUNE_CHAIR)
    deputy, deputy_office = house.hire(Role.COMMUNE_OFFICER)
    third, _ = house.hire(Role.COMMUNE_OFFICER, person=6)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        held = queries.office(desk, deputy_office)
        actions.name_deputy(desk, held, deputy_id=third, since=TODAY, until=TODAY)
    for wrong in (stranger, deputy, chair):
        with house.desk(Role.COMMUNE_CHAIR) as desk, pytest.raises(RuleBroken):
            held = queries.office(desk, office)
            actions.name_deputy(desk, held, deputy_id=wrong, since=TODAY, until=TODAY)


def test_an_officer_names_none_for_others_a_supervisor_does(house: HouseUnderTest) -> None:
    _chair, office = house.hire(Role.COMMUNE_CHAIR)
    _far, elsewhere = house.hire(Role.COMMUNE_CHAIR, ELSEWHERE)
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(NotFound):
        queries.office(desk, office)
    with house.desk(Role.PROVINCE_SUPERVISOR) as desk:
        assert queries.office(desk, office)
        with pytest.raises(NotFound):
            queries.office(desk, elsewhere)


def test_nobody_makes_themselves_a_deputy(house: HouseUnderTest) -> None:
    mine, _ = house.hire(Role.PROVINCE_SUPERVISOR)
    _other, office = house.hire(Role.PROVINCE_SUPERVISOR, LANG_SON, person=3)
    with house.desk(Role.PROVINCE_SUPERVISOR) as desk, pytest.raises(RuleBroken, match="made-by-deputy"):
        actions.name_deputy(desk, queries.office(desk, office), deputy_id=mine, since=TODAY, until=TODAY)


def test_the_pages_name_a_deputy(house: HouseUnderTest) -> None:
    deputy, _ = house.hire(Role.COMMUNE_OFFICER)
    _chair, office = house.hire(Role.COMMUNE_CHAIR)
    client = house.client(Role.COMMUNE_CHAIR)
    assert f"/absences/{office}" in client.get("/absences").get_data(as_text=True)
    days = {"since-day": "18", "since-month": "11", "since-year": "2026"}
    wrong = client.post(f"/absences/{office}", data={**days, "deputy": str(deputy)})
    assert wrong.status_code == 409 and "18" in wrong.get_data(as_text=True)
    until = {"until-day": "20", "until-month": "11", "until-year": "2026"}
    assert (
        client.post(f"/absences/{office}", data={**days, **until, "deputy": str(deputy)}).status_code == 303
    )
    with house.maintenance(writing=False) as desk:
        made = desk.one(select(Absence))
        assert (made.since, made.until) == (TODAY, date(2026, 11, 20))
    assert "thay Người Thử CO0" in client.get("/absences?done=named").get_data(as_text=True)
    assert client.post(f"/absences/{made.id}/end").status_code == 303
    assert client.post(f"/absences/{office}", data={"since-day": "x"}).status_code == 422


def test_writer_and_approver_are_two_through_deputies_too(house: HouseUnderTest) -> None:
    officer, chair = house.hire(Role.COMMUNE_OFFICER)[0], house.hire(Role.COMMUNE_CHAIR)[0]
    acting = replace(house.actor(Role.COMMUNE_CHAIR), account_id=officer, stands_for=chair)
    with house.office.open(acting, writing=False) as desk:
        assert deciding.persons(desk) == (str(officer), str(chair))
        assert deciding.approver(desk, [str(officer)]) == str(officer)
        assert deciding.approver(desk, [str(chair)]) == str(chair)  # whoever is away wrote it
        assert deciding.approver(desk, ["somebody"]) == str(officer)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(since=days, until=days, day=days)
def test_away_means_between_the_days(since: date, until: date, day: date) -> None:
    assert rules.away_on(since, until, False, day) == (since <= day and day <= until)
    assert not rules.away_on(since, until, True, day)
