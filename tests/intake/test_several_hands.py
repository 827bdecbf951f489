"""One report in several hands: its sender's, an officer's who found more, another commune's, that of a child known before."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.children.models import Child
from casemgr.exchange import answers
from casemgr.handovers import actions as handovers
from casemgr.intake import actions, queries
from casemgr.intake.models import Report
from casemgr.intake.terms import Decision, Incident, Places, ReportState, ToldChild
from casemgr.lives import actions as lives
from casemgr.lives.models import ChildMerge
from tests.handovers.test_actions import answer, sent
from tests.intake.test_actions import HA, _at, _client_report, _tell_more
from tests.lives.test_joining import VAGUE, a_registered
from tests.support.factories import KHANG, a_case, a_report, a_story, a_telling
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

OFFICER = Role.COMMUNE_OFFICER


def _accepted(house: HouseUnderTest, number: str) -> None:
    with house.desk(OFFICER) as desk:
        actions.decide(desk, queries.report(desk, number), decision=Decision.ACCEPTED)


def _found_more(house: HouseUnderTest, number: str, **more: object) -> None:
    """An officer writes on the report that there is a second child."""
    with house.desk(OFFICER) as desk:
        report = queries.report(desk, number)
        known = replace(report.known, children=(*report.known.children, HA), **more)
        actions.correct(
            desk, report, known=known, places_of=report.places or Places(), version=report.version
        )


def happened_at(desk: Desk, report: Report, **where: str) -> None:
    """Somebody writes into the form where it happened."""
    known = replace(report.known, incident=replace(report.known.incident, **where))
    actions.correct(desk, report, known=known, places_of=report.places, version=report.version)


def test_a_child_that_an_officer_found_has_one_case_whatever_the_sender_tells_later(
    house: HouseUnderTest,
) -> None:
    client, number = _client_report(house)
    _accepted(house, number)
    _found_more(house, number)
    told = _tell_more(house, client, 2, story=a_story(actions_taken="Trẻ nhập viện"))
    with house.maintenance(writing=False) as desk:
        rows = desk.all(select(Case).order_by(Case.number))
        assert [(row.child_ref, row.stage) for row in rows] == [
            ("c1", Stage.ASSESSING),
            ("c2", Stage.ASSESSING),
        ]
    with _at(house, client) as desk:
        shown = answers.received(desk, told)
    assert shown["cases"] == [{"child": "c1", "case": number}], "its sender is not told of it"
    assert not [one for one in shown["questions"] if ".c2." in one["field"]]


def test_a_no_is_decided_anew_for_every_child_of_the_report(house: HouseUnderTest) -> None:
    client, number = _client_report(house)
    _found_more(house, number)
    with house.desk(OFFICER) as desk:
        report = queries.report(desk, number)
        actions.decide(desk, report, decision=Decision.NOT_VERIFIED, reason="Đã đến nhà")
    _tell_more(house, client, 2, story=a_story(actions_taken="Trẻ nhập viện"))
    _accepted(house, number)
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(Case.stage)) == [Stage.ASSESSING, Stage.ASSESSING]


def test_what_an_officer_adds_never_takes_the_mark_of_what_a_sender_tells_next(swept: HouseUnderTest) -> None:
    client, number = _client_report(swept)
    web = swept.client(OFFICER)
    for group, name in (("children", "Nông Thị Lan"), ("suspects", "Lý Văn Giả")):
        with swept.desk(OFFICER, writing=False) as desk:
            version = queries.report(desk, number).version
        typed = {"name": name, "version": version, "go": "save"}
        assert web.post(f"/reports/{number}/{group}/new", data=typed).status_code == 303
    other = ToldChild(ref="c2", name="Hoàng Văn Bảo", harms=("violence",))
    second = replace(a_story().suspects[0], ref="s2", name="Trần Văn Giả")
    _tell_more(
        swept,
        client,
        2,
        story=a_story(children=(KHANG, other), suspects=(a_story().suspects[0], second)),
    )
    with swept.maintenance(writing=False) as desk:
        known = desk.one(select(Report)).known
        assert known is not None
        assert {row.name for row in known.children} == {KHANG.name, "Nông Thị Lan", other.name}
        assert {row.name for row in known.suspects} == {"Nông Văn Đức", "Lý Văn Giả", second.name}
        assert len(desk.all(select(Case.id))) == 3


def test_a_child_told_late_is_given_to_nobody_of_another_commune(swept: HouseUnderTest) -> None:
    number = a_report(swept)
    _accepted(swept, number)
    answer(swept, handovers.accept, sent(swept, number), at=THAT_KHE)
    _found_more(swept, number)
    with swept.maintenance(writing=False) as desk:
        late = desk.one(select(Case).where(Case.number != number))
        assert (late.unit_id, late.stage) == (swept.unit_id(NA_SAM), Stage.ASSESSING)
        assert late.holder_id is None, "the reminder for a case without a holder can begin"


def test_the_sender_goes_on_telling_of_a_child_that_was_joined_to_one_known_before(
    house: HouseUnderTest,
) -> None:
    known = a_registered(house)
    house.clock.move(timedelta(days=1))
    client, number = _client_report(house)
    _accepted(house, number)
    with house.desk(OFFICER) as desk:
        lives.join(desk, cases.case(desk, number), child_id=known)
    again = a_story(children=(replace(KHANG, phone="0900 222 222"),), actions_taken="Trẻ nhập viện")
    told = _tell_more(house, client, 2, story=again, places=Places((("c1", "bệnh viện tỉnh"),)))
    assert told.status == "updated"
    with house.maintenance(writing=False) as desk:
        child = desk.get(Child, known)
        assert child.detail is not None and child.whereabouts is not None
        assert (child.detail.phone, child.whereabouts.place) == ("0900 222 222", "bệnh viện tỉnh")
        assert child.detail.ethnic_group == "nung", "what the register knows stays"


def test_correcting_one_report_takes_nothing_back_that_another_told_of_the_child(
    swept: HouseUnderTest,
) -> None:
    known = a_registered(swept)
    older = a_case(swept, story=a_story(children=(VAGUE,)))
    newer = a_case(swept, story=a_story(children=(replace(VAGUE, phone="0900 111 111"),)))
    for number in (older, newer):
        with swept.desk(OFFICER) as desk:
            lives.join(desk, cases.case(desk, number), child_id=known)
    with swept.desk(OFFICER) as desk:
        report = queries.report(desk, newer)
        named = replace(report.known.children[0], name="Nông Minh Khánh")
        actions.correct(
            desk,
            report,
            known=replace(report.known, children=(named,)),
            places_of=Places((("c1", "nhà cô, thị trấn"),)),
            version=report.version,
        )
    with swept.desk(OFFICER) as desk:
        report = queries.report(desk, older)
        happened_at(desk, report, address="thôn Nà Tềnh, nhà số 2")
        child = desk.get(Child, known)
        assert child.card is not None and child.detail is not None and child.whereabouts is not None
        assert child.card.name == "Nông Minh Khánh"
        assert child.detail.phone == "0900 111 111"
        assert child.whereabouts.place == "nhà cô, thị trấn", "where the child is now"


def test_a_child_parted_again_is_what_its_own_report_says(swept: HouseUnderTest) -> None:
    known = a_registered(swept)
    swept.clock.move(timedelta(days=1))
    number = a_case(swept)

    def corrected(**changes: object) -> None:
        with swept.desk(OFFICER) as desk:
            report = queries.report(desk, number)
            child = replace(report.known.children[0], **changes)
            actions.correct(
                desk,
                report,
                known=replace(report.known, children=(child,)),
                places_of=report.places,
                version=report.version,
            )

    with swept.desk(OFFICER) as desk:
        merged = lives.join(desk, cases.case(desk, number), child_id=known)
        assert merged is not None
        merge = merged.id
    corrected(name="Nông Minh Khánh")
    with swept.desk(OFFICER) as desk:
        lives.undo(desk, desk.get(ChildMerge, merge), why="Hai cháu khác nhau")
    corrected(condition="Đã khỏe")
    with swept.desk(OFFICER, writing=False) as desk:
        card = desk.get(Child, cases.case(desk, number).child_id).card
        assert card is not None and card.name == "Nông Minh Khánh"


def test_a_report_is_not_sent_on_to_the_commune_that_has_it(swept: HouseUnderTest) -> None:
    number = a_report(swept)
    web = swept.client(OFFICER)
    typed = {"decision": "other_commune", "reason": "Xảy ra ở đó", "unit_other": NA_SAM}
    refused = web.post(f"/reports/{number}/decision", data=typed)
    assert refused.status_code == 422 and "Xã này đang giữ tin báo" in refused.text
    assert "Xảy ra ở đó" in refused.text
    with swept.desk(OFFICER, writing=False) as desk:
        report = queries.report(desk, number)
        assert (report.decision, report.state) == (Decision.PENDING, ReportState.RECEIVED)


def test_a_commune_written_into_the_form_has_the_report_from_then(swept: HouseUnderTest) -> None:
    with swept.desk(Role.PROVINCE_SUPERVISOR) as desk:
        nowhere = a_telling(swept, story=a_story(incident=Incident(description="x")))
        number = actions.receive(desk, nowhere).report.number
    swept.clock.move(timedelta(hours=1))
    with swept.desk(Role.PROVINCE_SUPERVISOR) as desk:
        report = queries.report(desk, number)
        happened_at(desk, report, unit_code=NA_SAM)
    with swept.desk(OFFICER, writing=False) as desk:
        assert cases.case(desk, number).reached_at == swept.clock.now()


def test_what_is_told_more_of_an_open_case_waits_to_be_read_where_the_case_is(house: HouseUnderTest) -> None:
    client, number = _client_report(house)
    _accepted(house, number)
    answer(house, handovers.accept, sent(house, number), at=THAT_KHE)
    _tell_more(house, client, 2, story=a_story(actions_taken="Trẻ nhập viện"))
    with house.desk(OFFICER, writing=False) as desk:
        assert queries.report(desk, number) in queries.inbox(desk)
    there = house.client(OFFICER, THAT_KHE)
    assert "Tổng đài hỏi lại hoặc báo thêm" in there.get("/").text
    assert there.post(f"/reports/{number}/acknowledge").status_code == 303
    assert "Tổng đài hỏi lại hoặc báo thêm" not in there.get("/").text
    with house.desk(OFFICER, writing=False) as desk:
        assert queries.report(desk, number) not in queries.inbox(desk)
