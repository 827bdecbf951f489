"""Receiving and deciding on a real database."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.access.roles import GRANTS, Role
from casemgr.accounts.models import ApiClient
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.children.models import Child
from casemgr.core.errors import Conflict, Invalid, NotFound, RuleBroken
from casemgr.intake import actions, queries
from casemgr.intake.terms import Decision, Incident, Kind, Places, Relation, Story, ToldChild
from tests.support.factories import FATHER, KHANG, a_report, a_story, a_telling
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

HA = ToldChild(ref="c2", name="Nông Minh Hà", harms=("violence",))


def test_one_case_per_child_and_the_report_has_the_first_number(house: HouseUnderTest) -> None:
    number = a_report(house, story=a_story(children=(KHANG, HA)))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        report = queries.report(desk, number)
        found = cases.of_report(desk, report.id)
        assert [case.child_ref for case in found] == ["c1", "c2"]
        assert found[0].number == report.number == number
        assert found[1].number.split("-")[2] == "00002"
        assert found[0].emergency is True, "the father is alleged: by law an emergency"
        assert found[1].emergency is None


def test_nothing_told_is_still_a_report_with_a_clock(house: HouseUnderTest) -> None:
    bare = Story(incident=Incident(unit_code=NA_SAM, description="Có trẻ kêu cứu"))
    number = a_report(house, story=bare)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        report = queries.report(desk, number)
        (case,) = cases.of_report(desk, report.id)
        assert case.due_clock == "emergency_12h"
        assert desk.get(Child, case.child_id).state == "unidentified"


def test_a_consultation_starts_no_clock(house: HouseUnderTest) -> None:
    number = a_report(house, kind=Kind.CONSULTATION)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert cases.case(desk, number).due_at is None


def test_an_abolished_code_goes_to_its_only_safe_successor(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        received = actions.receive(
            desk, a_telling(house, story=a_story(incident=Incident(unit_code="06148", description="x")))
        )
        assert received.status in ("received", "triage")
        if received.status == "triage":
            assert received.candidates


def test_an_unknown_code_goes_to_the_nations_triage(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        received = actions.receive(
            desk, a_telling(house, story=a_story(incident=Incident(unit_code="99999")))
        )
    assert received.status == "triage"
    assert received.report.number.startswith("90000-2026-")
    assert "incident.unit_code" in {row.field for row in received.questions}


def test_accepting_moves_every_child_on(house: HouseUnderTest) -> None:
    number = a_report(house, story=a_story(children=(KHANG, HA)))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        report = queries.report(desk, number)
        actions.decide(desk, report, decision=Decision.ACCEPTED)
        assert [case.stage for case in cases.of_report(desk, report.id)] == [Stage.ASSESSING] * 2
    with pytest.raises(RuleBroken, match="already-decided"), house.desk(Role.COMMUNE_CHAIR) as desk:
        actions.decide(desk, queries.report(desk, number), decision=Decision.ACCEPTED)


@pytest.mark.parametrize("decision", [Decision.NOT_VERIFIED, Decision.NO_PLAN_NEEDED, Decision.OTHER_COMMUNE])
def test_saying_no_needs_a_reason(house: HouseUnderTest, decision: Decision) -> None:
    number = a_report(house)
    with pytest.raises(RuleBroken, match="reason"), house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(desk, queries.report(desk, number), decision=decision, reason="  ")
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert queries.report(desk, number).decision == Decision.PENDING


def test_another_commune_takes_over_and_the_clock_keeps_running(house: HouseUnderTest) -> None:
    number = a_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        before = cases.case(desk, number).due_at
        actions.decide(
            desk,
            queries.report(desk, number),
            decision=Decision.OTHER_COMMUNE,
            reason="Nhà ở bên kia suối",
            unit_code=THAT_KHE,
        )
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk, pytest.raises(NotFound):
        queries.report(desk, number)
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE, writing=False) as desk:
        assert queries.report(desk, number).decision == Decision.PENDING
        case = cases.case(desk, number)
        assert case.due_at == before
        assert desk.get(Child, case.child_id).card is not None


def test_another_commune_unknown_goes_to_the_province_and_nobody_is_released(house: HouseUnderTest) -> None:
    number = a_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(
            desk, queries.report(desk, number), decision=Decision.OTHER_COMMUNE, reason="Không rõ xã nào"
        )
    with house.desk(Role.PROVINCE_SUPERVISOR) as desk:
        report = queries.report(desk, number)
        assert queries.in_triage(desk, report)
        assert cases.case(desk, number).due_at is not None
        actions.route(desk, report, unit_code=THAT_KHE, reason="Gia đình ở đây")
        assert report.decision == Decision.PENDING
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE, writing=False) as desk:
        assert queries.report(desk, number)


def test_a_later_revision_never_moves_a_clock_nor_overwrites(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        client = _a_client(desk)
    first = a_telling(house, reference="111-2026-000001", digest=b"1" * 32)
    with _at(house, client) as desk:
        number = actions.receive(desk, first).report.number
        due = cases.of_report(desk, queries.by_reference(desk, client.client_id, "111-2026-000001").id)[
            0
        ].due_at
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        report = queries.report(desk, number)
        written = replace(
            report.known, incident=replace(report.known.incident, description="Cán bộ đã gặp trẻ")
        )
        actions.correct(desk, report, known=written, places_of=report.places, version=report.version)
    house.clock.move(timedelta(hours=1))
    later = replace(
        a_story(children=(replace(KHANG, condition="đã đưa đi khám"), HA)),
        incident=replace(a_story().incident, description="mới"),
    )
    with _at(house, client) as desk:
        again = actions.receive(desk, replace(first, revision=2, story=later, digest=b"2" * 32))
        assert again.status == "updated"
        with pytest.raises(Conflict):
            actions.receive(desk, replace(first, revision=1, digest=b"3" * 32))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        report = queries.report(desk, number)
        assert report.known.incident.description == "Cán bộ đã gặp trẻ"
        assert report.known.children[0].condition == "đã đưa đi khám"
        found = cases.of_report(desk, report.id)
        assert found[0].due_at == due
        assert len(found) == 2
        assert found[1].due_at == house.clock.now() + timedelta(hours=12)


def test_the_same_telling_twice_is_one_report(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        client = _a_client(desk)
    telling = a_telling(house, reference="111-1", digest=b"1" * 32)
    with _at(house, client) as desk:
        first = actions.receive(desk, telling)
    with _at(house, client) as desk:
        second = actions.receive(desk, telling)
        assert second.replayed
        assert second.report.id == first.report.id
        assert len(cases.of_report(desk, first.report.id)) == 1


def test_a_stale_correction_is_refused(house: HouseUnderTest) -> None:
    number = a_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        report = queries.report(desk, number)
        stale = report.version
        actions.correct(
            desk, report, known=replace(report.known, secrecy="Mật"), places_of=report.places, version=stale
        )
    with pytest.raises(Conflict), house.desk(Role.COMMUNE_OFFICER) as desk:
        report = queries.report(desk, number)
        actions.correct(desk, report, known=report.known, places_of=report.places, version=stale)


def test_the_reporter_opens_only_with_a_reason(house: HouseUnderTest) -> None:
    number = a_report(house)
    with pytest.raises(Invalid), house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.open_reporter(desk, queries.report(desk, number), reason=" ")
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        shown = actions.open_reporter(desk, queries.report(desk, number), reason="gọi lại")
        assert shown is not None
        assert shown.name == "Lý Thị Giả Định"


def _a_client(desk: Desk) -> Actor:
    row = ApiClient(id=desk.id(), name="111", role=Role.HOTLINE, algorithm="hmac-sha256", created_at=desk.now)
    desk.add(row)
    return Actor(id="client:111", role=Role.HOTLINE, permissions=GRANTS[Role.HOTLINE], client_id=row.id)


def _at(house: HouseUnderTest, client: Actor) -> AbstractContextManager[Desk]:
    return house.office.open(client)


def _client_report(house: HouseUnderTest, **changes: object) -> tuple[Actor, str]:
    with house.maintenance() as desk:
        client = _a_client(desk)
    with _at(house, client) as desk:
        first = a_telling(house, reference="111-7", digest=b"1" * 32, **changes)
        return client, actions.receive(desk, first).report.number


def _tell_more(house: HouseUnderTest, client: Actor, revision: int, **changes: object) -> actions.Received:
    telling = a_telling(house, reference="111-7", revision=revision, digest=bytes([revision]) * 32, **changes)
    with _at(house, client) as desk:
        return actions.receive(desk, telling)


def test_a_child_named_late_keeps_its_father_and_follows_its_sender(house: HouseUnderTest) -> None:
    bare = Story(incident=Incident(unit_code=NA_SAM, description="Có trẻ kêu cứu"))
    client, number = _client_report(house, story=bare, places=Places())
    named = a_story(
        children=(replace(KHANG, ref="a"), replace(HA, ref="b")),
        suspects=(replace(FATHER, relations=(Relation("a", "father"), Relation("b", "father"))),),
    )
    _tell_more(house, client, 2, story=named, places=Places())
    again = replace(named, children=(replace(KHANG, ref="a", name="Nông Minh Khánh"), replace(HA, ref="b")))
    _tell_more(house, client, 3, story=again, places=Places())
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        report = queries.report(desk, number)
        found = cases.of_report(desk, report.id)
        assert [case.child_ref for case in found] == ["a", "b"]
        assert [case.emergency for case in found] == [True, True]
        assert report.known.children[0].name == "Nông Minh Khánh"
        assert desk.get(Child, found[0].child_id).card.name == "Nông Minh Khánh"


def test_a_child_told_of_after_acceptance_is_taken_on_too(house: HouseUnderTest) -> None:
    client, number = _client_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(desk, queries.report(desk, number), decision=Decision.ACCEPTED)
    house.clock.move(timedelta(hours=1))
    _tell_more(house, client, 2, story=a_story(children=(KHANG, HA)))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        found = cases.of_report(desk, queries.report(desk, number).id)
        assert [case.stage for case in found] == [Stage.ASSESSING] * 2
        assert found[1].holder_id == found[0].holder_id
        assert found[1].due_clock == "emergency_12h"


def test_more_told_after_a_no_must_be_decided_anew(house: HouseUnderTest) -> None:
    client, number = _client_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(
            desk, queries.report(desk, number), decision=Decision.NOT_VERIFIED, reason="Đã đến nhà"
        )
    house.clock.move(timedelta(days=2))
    _tell_more(house, client, 2, story=replace(a_story(), actions_taken="Trẻ nhập viện"))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        report = queries.report(desk, number)
        assert report.decision == Decision.PENDING
        assert report in queries.inbox(desk)
        case = cases.case(desk, number)
        assert case.stage == Stage.RECEIVED
        assert case.due_at == house.clock.now() + timedelta(hours=12)


def test_a_consultation_that_becomes_an_intervention_gets_its_clock(house: HouseUnderTest) -> None:
    client, number = _client_report(house, kind=Kind.CONSULTATION)
    house.clock.move(timedelta(hours=1))
    told = _tell_more(house, client, 2, kind=Kind.INTERVENTION, story=replace(a_story(), secrecy="x"))
    assert told.cases[0].due_at == house.clock.now() + timedelta(hours=12)
    _tell_more(house, client, 3, kind=Kind.INTERVENTION, story=replace(a_story(), secrecy="y"))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert [clock.clock for clock in cases.clocks(desk, cases.case(desk, number))] == ["emergency_12h"]


def test_a_closed_case_gets_no_clock_when_its_consultation_becomes_an_intervention(
    house: HouseUnderTest,
) -> None:
    client, number = _client_report(house, kind=Kind.CONSULTATION)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(desk, queries.report(desk, number), decision=Decision.ACCEPTED)
        (case,) = cases.of_report(desk, queries.report(desk, number).id)
        case.stage, case.closed_at = Stage.CLOSED, desk.now
    told = _tell_more(house, client, 2, kind=Kind.INTERVENTION, story=replace(a_story(), secrecy="x"))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert told.report.kind == Kind.INTERVENTION and told.report.nudged_at is not None
        assert "emergency_12h" not in {clock.clock for clock in cases.clocks(desk, cases.case(desk, number))}


def test_somebody_sees_and_routes_every_triage(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        nation = actions.receive(
            desk, a_telling(house, story=a_story(incident=Incident(description="x")))
        ).report.number
    with house.desk(Role.PROVINCE_SUPERVISOR) as desk:
        province = actions.receive(
            desk, a_telling(house, story=a_story(incident=Incident(description="x")))
        ).report
        assert province.number.startswith("90020-")
        assert province in queries.inbox(desk)
        with pytest.raises(NotFound):
            queries.report(desk, nation)
    with house.office.open(replace(house.actor(Role.PROVINCE_SUPERVISOR), unit_id=None, units=None)) as desk:
        report = queries.report(desk, nation)
        assert report in queries.inbox(desk)
        actions.route(desk, report, unit_code=THAT_KHE, reason="Số nhà cho biết xã")
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE, writing=False) as desk:
        assert queries.report(desk, nation).decision == Decision.PENDING


def test_an_operator_completes_only_what_nobody_has_decided_and_for_a_day(house: HouseUnderTest) -> None:
    with house.desk(Role.HOTLINE_OPERATOR) as desk:
        number = actions.receive(desk, a_telling(house)).report.number
    with house.desk(Role.HOTLINE_OPERATOR) as desk:
        report = queries.report(desk, number)
        actions.correct(
            desk,
            report,
            known=replace(report.known, secrecy="Mật"),
            places_of=report.places,
            version=report.version,
        )
        assert len(cases.of_report(desk, report.id)) == 1
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(desk, queries.report(desk, number), decision=Decision.ACCEPTED)
    with pytest.raises(RuleBroken, match="taken-over"), house.desk(Role.HOTLINE_OPERATOR) as desk:
        report = queries.report(desk, number)
        actions.correct(desk, report, known=report.known, places_of=report.places, version=report.version)


def test_a_nudge_stands_until_somebody_has_read_it(house: HouseUnderTest) -> None:
    client, number = _client_report(house)
    with _at(house, client) as desk:
        actions.nudge(desk, queries.by_reference(desk, client.client_id, "111-7"))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        report = queries.report(desk, number)
        assert report.nudged_at is not None
        actions.acknowledge(desk, report)
        assert report.nudged_at is None
        assert cases.case(desk, number).nudged_at is None
