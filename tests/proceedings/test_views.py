"""Recording proceedings and their pages, and the carer check, on both engines."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import CRIME
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage, Step
from casemgr.core.errors import Conflict, NotFound, Refused, RuleBroken
from casemgr.handovers import actions as handovers
from casemgr.intake import actions as taking_in
from casemgr.intake import queries as intake
from casemgr.intake.terms import Decision, Relation
from casemgr.proceedings import actions, queries
from casemgr.proceedings.models import Proceeding, ProceedingToken
from casemgr.proceedings.terms import (
    Body,
    Certainty,
    CrimeReport,
    Criminal,
    CriminalStage,
    KnownKind,
    Person,
    Sanction,
    Verdict,
    Way,
)
from casemgr.security.audit import AuditEntry
from tests.handovers.test_actions import answer, sent
from tests.support.factories import FATHER, KHANG, a_case, a_story
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

OFFICER = Role.COMMUNE_OFFICER
DUC = Person("s1", "Nông Văn Đức", 1985, "020085001234")
FINE = Sanction(
    "vp22.1.a",
    "fine",
    number="12/QĐ-XPHC",
    day=date(2026, 11, 18),
    body=Body("commune_chair", "Ủy ban nhân dân xã Na Sầm"),
    amount=15_000_000,
)
SAID = actions.Said(DUC, FINE)


def typed_fine(**more: Any) -> dict[str, Any]:
    told = {
        "person": "s1",
        "act": "vp22.1.a",
        "outcome": "fine",
        "amount": "15.000.000",
        "number": "12/QĐ-XPHC",
        "day": "18/11/2026",
        "body": "commune_chair",
    }
    return {**told, **more}


def typed_news(**more: Any) -> dict[str, Any]:
    told = {
        "body": "commune_police",
        "day": "18/11/2026",
        "time": "12h50",
        "way": "telephone",
        "sent": "Trẻ bị đánh",
    }
    return {**told, **more}


def stands_reported(desk: Desk, case: Case) -> bool:
    reports = queries.crime_reports(desk, case)
    return queries.is_reported(reports) and queries.expected(case, queries.harms(desk, case), reports) is None


def two_children(house: HouseUnderTest) -> list[str]:
    """A case for each of two children of one report with the same suspect; gives their numbers."""
    sister = replace(KHANG, ref="c2", name="Nông Thị Mận")
    father = replace(FATHER, relations=(Relation("c1", "father"), Relation("c2", "father")))
    number = a_case(house, story=a_story(children=(KHANG, sister), suspects=(father,)))
    with house.desk(OFFICER, writing=False) as desk:
        return [row.number for row in cases.of_report(desk, cases.case(desk, number).report_id)]


def recorded(house: HouseUnderTest, number: str, said: actions.Said = SAID, **more: Any) -> None:
    with house.desk(OFFICER) as desk:
        actions.record(desk, cases.case(desk, number), said=said, **more)


def test_signs_remind_and_are_never_overdue_until_the_police_are_told(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    address = f"/cases/{number}/proceedings"
    assert "Có dấu hiệu tội phạm" in client.get(address).text
    assert client.post(f"{address}/signs", data={"signs": " "}).status_code == 422
    assert client.post(f"{address}/signs", data={"signs": "Vết thương cũ và mới"}).status_code == 303
    house.clock.move(timedelta(days=40))
    client = house.client(OFFICER)
    page = client.get(address).text
    assert "Báo công an dấu hiệu tội phạm" in page and "Quá hạn" not in page and "clock overdue" not in page
    with house.desk(OFFICER, writing=False) as desk:
        clock = next(one for one in cases.clocks(desk, cases.case(desk, number)) if one.clock == CRIME)
        assert (clock.due_at, clock.stopped_at) == (None, None)
    told = typed_news(day="19/11/2026", time="8:05")
    assert client.post(f"{address}/crime-report", data=told).status_code == 303
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        clock = next(one for one in cases.clocks(desk, case) if one.clock == CRIME)
        assert clock.stopped_by == Step.REPORT_CRIME and stands_reported(desk, case)
    page = client.get(address).text
    assert "Còn phải gửi văn bản" in page and "Chưa có giấy tiếp nhận" in page


def test_a_report_entered_in_error_lets_the_reminder_run_on(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    address = f"/cases/{number}/proceedings"

    def reminder() -> tuple[bool, str | None]:
        with house.desk(OFFICER, writing=False) as desk:
            (clock,) = [one for one in cases.clocks(desk, cases.case(desk, number)) if one.clock == CRIME]
            return clock.stopped_at is None, clock.stopped_by

    assert client.post(f"{address}/signs", data={"signs": "Vết thương cũ và mới"}).status_code == 303
    told = typed_news(time="12:30")
    assert client.post(f"{address}/crime-report", data=told).status_code == 303
    assert reminder() == (False, Step.REPORT_CRIME)
    with house.desk(OFFICER, writing=False) as desk:
        (shown,) = queries.crime_reports(desk, cases.case(desk, number))
    again = f"{address}/crime-report/{shown.now.entry_id}"
    wrong = {**told, "revision": "1", "void": "y", "why": "Ghi nhầm hồ sơ"}
    assert client.post(again, data=wrong).status_code == 303
    assert reminder() == (True, None), "nobody has told the police"
    assert "Báo công an dấu hiệu tội phạm" in client.get(address).text
    right = {**told, "revision": "2", "why": "Đúng là đã báo"}
    assert client.post(again, data=right).status_code == 303
    assert reminder() == (False, Step.REPORT_CRIME)


def test_a_correction_holds_in_every_case_though_one_belongs_to_another_unit_by_now(
    house: HouseUnderTest,
) -> None:
    first, second = two_children(house)
    recorded(house, first, also=[second])
    with house.desk(OFFICER) as desk:
        news = CrimeReport(Body("commune_police"), way=Way.TELEPHONE, sent="Trẻ bị đánh")
        actions.report_crime(desk, cases.case(desk, first), news=news, at=desk.now, also=[second])
    answer(house, handovers.accept, sent(house, second), at=THAT_KHE)
    with house.maintenance(writing=False) as desk:
        due = cases.case(desk, first).due_at
    right = replace(SAID, sanction=replace(FINE, amount=20_000_000))
    with house.desk(OFFICER, THAT_KHE) as desk:
        case = cases.case(desk, second)
        (shown,) = queries.of_case(desk, case)
        actions.correct(desk, case, shown, said=right, revision=1, why="Sửa số tiền")
        (told,) = queries.crime_reports(desk, case)
        with_receipt = replace(told.now.said, receipt_number="05/GXN")
        actions.correct_crime_report(
            desk, case, told, news=with_receipt, at=told.now.at, revision=1, why=None
        )
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, first)
        (shown,) = queries.of_case(desk, case)
        (told,) = queries.crime_reports(desk, case)
        assert shown.now.sanction is not None and shown.now.sanction.amount == 20_000_000
        assert (shown.now.revision, told.now.revision) == (2, 2)
        assert told.now.said.receipt_number == "05/GXN" and case.due_at == due


def test_signs_noted_before_a_no_are_recalled_when_they_are_noted_again(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.RECEIVED)
    with house.desk(OFFICER) as desk:
        actions.note_signs(desk, cases.case(desk, number), signs="Vết thương cũ và mới")
        report = intake.report(desk, number)
        taking_in.decide(desk, report, decision=Decision.NOT_VERIFIED, reason="Đã đến nhà")
    with house.desk(OFFICER) as desk:
        taking_in.tell_again(desk, intake.report(desk, number), told="Hàng xóm gọi lại")
    for _twice in range(2):
        with house.desk(OFFICER) as desk:
            actions.note_signs(desk, cases.case(desk, number), signs="Vết thương mới")
    with house.desk(OFFICER, writing=False) as desk:
        clocks = cases.clocks(desk, cases.case(desk, number))
        assert [one.stopped_by for one in clocks if one.clock == CRIME] == [None, Step.SCREEN_OUT]


def test_the_case_page_recalls_a_report_without_a_receipt(house: HouseUnderTest) -> None:
    number = a_case(house)
    house.clock.move(timedelta(minutes=20))
    client = house.client(OFFICER)
    address = f"/cases/{number}/proceedings/crime-report"
    recalls, asks = "chưa ghi giấy tiếp nhận", "Có thể có dấu hiệu tội phạm"
    page = client.get(f"/cases/{number}").text
    assert asks in page and recalls not in page
    assert client.post(address, data=typed_news()).status_code == 303
    page = client.get(f"/cases/{number}").text
    assert recalls in page and "12:50" in page and asks not in page

    def again(**more: Any) -> str:
        with house.desk(OFFICER, writing=False) as desk:
            (shown,) = queries.crime_reports(desk, cases.case(desk, number))
        told = typed_news(revision=str(shown.now.revision), **more)
        assert client.post(f"{address}/{shown.now.entry_id}", data=told).status_code == 303
        return client.get(f"/cases/{number}").text

    page = again(receipt_number="45/TB", receipt_on="18/11/2026")
    assert recalls not in page and asks not in page
    page = again(void="y", why="Ghi nhầm hồ sơ", receipt_number="")
    assert recalls not in page and asks in page, "what was entered in error is no report"


def test_the_receipt_is_added_later_and_both_versions_stay(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    address = f"/cases/{number}/proceedings/crime-report"
    mark = re.search(r'name="form_id"[^>]*value="(\w{32})"', client.get(address).text)
    assert mark is not None
    assert client.post(address, data=typed_news(form_id=mark[1])).status_code == 409, "12:50 is still to come"
    house.clock.move(timedelta(minutes=20))
    for _again in range(2):
        assert client.post(address, data=typed_news(form_id=mark[1], time="12:50")).status_code == 303
    with house.desk(OFFICER, writing=False) as desk:
        (shown,) = queries.crime_reports(desk, cases.case(desk, number))
    more = typed_news(
        time="12:50", revision="1", receipt_number="45/TB", receipt_on="18/11/2026", written_on="18/11/2026"
    )
    again = f"{address}/{shown.now.entry_id}"
    assert "Ghi vì sao sửa" in client.post(again, data={**more, "way": "in_person"}).text
    assert "Ghi vì sao sửa" in client.post(again, data={**more, "void": "y"}).text
    assert client.post(again, data=more).status_code == 303, "nothing is corrected: the receipt is added"
    assert client.post(again, data={**more, "why": "lần nữa"}).status_code == 409
    page = client.get(f"/cases/{number}/proceedings").text
    assert "45/TB" in page and "Các bản trước: 1" in page and "Còn phải gửi văn bản" not in page
    assert "21/11" in page, "until when the procuracy is told"


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"time": "chiều"}, 422, "như trên đồng hồ"),
        ({"time": ""}, 409, "Ghi ngày và giờ"),
        ({"day": "30/2/2026"}, 422, "20/11/2026"),
        ({"day": "19/11/2026"}, 409, "ở tương lai"),
        ({"day": "16/11/2026"}, 409, "trước ngày xảy ra"),
        ({"body": ""}, 409, "Chọn cơ quan đã báo"),
        ({"body": "nobody"}, 422, "Đã báo cho"),
    ],
)
def test_a_mistake_comes_back_with_what_was_typed(
    house: HouseUnderTest, changes: dict[str, str], status: int, sentence: str
) -> None:
    number = a_case(house)
    house.clock.move(timedelta(minutes=20))
    answer = house.client(OFFICER).post(
        f"/cases/{number}/proceedings/crime-report", data=typed_news(**changes)
    )
    assert answer.status_code == status and sentence in answer.text
    assert "Trẻ bị đánh" in answer.text and f'value="{changes.get("time", "12h50")}"' in answer.text
    with house.desk(OFFICER, writing=False) as desk:
        assert not queries.crime_reports(desk, cases.case(desk, number))


def test_a_sanction_is_recorded_on_its_page(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    address = f"/cases/{number}/proceedings/sanction"
    page = client.get(address).text
    assert "Nông Văn Đức" in page and "chưa đọc được nội dung" in page
    assert "Chọn người" in client.post(address, data=typed_fine(person="")).text
    outside = client.post(address, data=typed_fine(amount="25.000.000"))
    assert outside.status_code == 409 and "ngoài mức luật định" in outside.text
    assert 'name="explanation-bounds"' in outside.text and 'value="25.000.000"' in outside.text
    told = typed_fine(amount="25.000.000", **{"explanation-bounds": "Có tình tiết tăng nặng"})
    assert client.post(address, data=told).status_code == 303
    page = client.get(f"/cases/{number}/proceedings").text
    assert "25.000.000 đồng" in page and "Có tình tiết tăng nặng" in page and "Điều 22 khoản 1" in page
    assert "từ 10.000.000 đồng đến 20.000.000 đồng (mới đối chiếu một phần)" in page
    assert "gây tổn hại: Nông Văn Đức" in page
    for word in ("thủ phạm", "nạn nhân", "kẻ "):
        assert word not in page
    again = client.post(address, data=told)
    assert again.status_code == 409 and "đã ghi đối với người này" in again.text
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        (shown,) = queries.of_case(desk, case)
        assert shown.now.person == Person("s1", "Nông Văn Đức")
        assert [one.text for one in shown.now.making.explained] == ["Có tình tiết tăng nặng"]
        row = desk.one(select(Proceeding))
        assert "Đức".encode() not in (row._person or b"") + (row._sanction or b"")
        assert [event.step for event in cases.timeline(desk, case)].count(Step.PROCEEDING) == 1


def test_one_decision_for_two_children_counts_once(house: HouseUnderTest) -> None:
    first, second = two_children(house)
    client = house.client(OFFICER)
    page = client.get(f"/cases/{first}/proceedings/sanction").text
    assert f'value="{second}"' in page and "Mận" in page
    told = typed_fine(also=second)
    assert client.post(f"/cases/{first}/proceedings/sanction", data=told).status_code == 303
    with house.desk(OFFICER, writing=False) as desk:
        case, other = cases.case(desk, first), cases.case(desk, second)
        (mine,), (theirs,) = queries.of_case(desk, case), queries.of_case(desk, other)
        assert mine.now.decision_id == theirs.now.decision_id
    for number in (first, second):
        assert "Một quyết định trong 2 hồ sơ" in client.get(f"/cases/{number}/proceedings").text
    corrected = typed_fine(revision="1", why="Đã nộp phạt", paid_on="18/11/2026")
    address = f"/cases/{second}/proceedings/sanction/{mine.now.decision_id}"
    assert client.post(address, data=corrected).status_code == 303
    with house.desk(OFFICER, writing=False) as desk:
        (mine,) = queries.of_case(desk, cases.case(desk, first))
        assert mine.now.sanction is not None and mine.now.sanction.paid_on == date(2026, 11, 18)
        assert mine.before[0].sanction is not None and mine.before[0].sanction.paid_on is None
    stranger = a_case(house)
    with pytest.raises(NotFound):
        recorded(house, first, replace(SAID, sanction=replace(FINE, number="13")), also=[stranger])


def test_criminal_proceedings_step_by_step(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    address = f"/cases/{number}/proceedings/criminal"
    opened = {
        "person": "other",
        "name": "Nông Văn Chú",
        "offence": "blhs134",
        "stage": "started",
        "number": "5/QĐ-CSĐT",
        "day": "18/11/2026",
        "body": "investigators",
    }
    early = client.post(address, data={**opened, "verdict": "convicted"})
    assert early.status_code == 409 and "Chưa có bản án" in early.text
    assert client.post(address, data=opened).status_code == 303
    house.clock.move(timedelta(days=90))
    client = house.client(OFFICER)
    judged = {**opened, "stage": "judgment", "number": "9/HSST", "day": "10/2/2027", "body": "court"}
    assert "Chọn kết luận của Tòa án" in client.post(address, data=judged).text
    told = {**judged, "verdict": "convicted", "sentence": "02 năm tù"}
    assert client.post(address, data=told).status_code == 303
    page = client.get(f"/cases/{number}/proceedings").text
    assert "Tuyên có tội: Nông Văn Chú" not in page, "the judgment is not final"
    assert "02 năm tù" in page and "chưa có hiệu lực" in page and "Tòa án nhân dân khu vực" in page
    with house.desk(OFFICER, writing=False) as desk:
        assert [one.kind for one in queries.known_against(desk, name="nong van chu")] == [
            KnownKind.CONVICTION
        ]


def test_a_closed_case_still_takes_what_the_authorities_decide(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.maintenance() as desk:
        cases.case(desk, number).stage = Stage.CLOSED
    recorded(house, number)
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        assert case.stage == Stage.CLOSED and len(queries.of_case(desk, case)) == 1


def test_another_commune_learns_that_something_is_on_record_and_whom_to_ask(house: HouseUnderTest) -> None:
    number = a_case(house)
    recorded(house, number)
    unit = house.unit_id(NA_SAM)
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        (sure,) = queries.known_against(desk, name="NÔNG VĂN ĐỨC", birth_year=1985)
        assert sure == queries.Known(KnownKind.SANCTION, Certainty.NAME_AND_YEAR, unit)
        (same_name,) = queries.known_against(desk, name="Nong van duc")
        assert same_name.certainty is Certainty.NAME
        (by_number,) = queries.known_against(desk, name="Tên Khác Hẳn", identity="020 085 001 234")
        assert by_number.certainty is Certainty.IDENTITY
        assert not queries.known_against(desk, name="Nông Văn Đức", birth_year=1990)
        assert not queries.known_against(desk, name="Đức") and not queries.known_against(desk, name=None)
        with pytest.raises(NotFound):
            cases.case(desk, number)
    with house.maintenance(writing=False) as desk:
        entries = desk.all(select(AuditEntry).where(AuditEntry.action == "sanctions on record asked for"))
        assert sorted(json.loads(entry.body)["count"] for entry in entries) == [0, 1]
        assert all("Đức" not in entry.body and "nong" not in entry.body for entry in entries)
        assert json.loads(entries[0].body)["role"] == OFFICER
        tokens = desk.all(select(ProceedingToken))
        assert len(tokens) == 3
        assert all(
            "Đức".encode() not in row.posting and unit.to_bytes(4, "big") not in row.posting for row in tokens
        )


def test_what_no_longer_stands_is_no_longer_on_record(house: HouseUnderTest) -> None:
    number = a_case(house)
    recorded(house, number)

    def known() -> list[KnownKind]:
        with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
            return [one.kind for one in queries.known_against(desk, name=DUC.name, birth_year=1985)]

    def correct(said: actions.Said, **more: Any) -> None:
        with house.desk(OFFICER) as desk:
            case = cases.case(desk, number)
            shown = next(one for one in queries.of_case(desk, case) if one.now.sanction is not None)
            actions.correct(desk, case, shown, said=said, revision=shown.now.revision, why="x", **more)

    assert known() == [KnownKind.SANCTION]
    correct(replace(SAID, person=replace(DUC, name="Nông Văn Đực")))
    assert known() == [KnownKind.SANCTION], "the marks fold, the identity number is the same person's"
    correct(replace(SAID, person=Person(None, "Lường Văn Khác", 1970)))
    assert known() == []
    correct(SAID)
    assert known() == [KnownKind.SANCTION]
    correct(SAID, void=True)
    assert known() == []
    with house.maintenance(writing=False) as desk:
        assert desk.session.scalar(select(func.count()).select_from(ProceedingToken)) == 0
    opened = Criminal("blhs134", CriminalStage.STARTED, "5", date(2026, 11, 18), Body("investigators"))
    recorded(house, number, actions.Said(DUC, criminal=opened))
    assert known() == [KnownKind.PROCEEDINGS]
    free = replace(opened, stage=CriminalStage.JUDGMENT, number="9", verdict=Verdict.ACQUITTED)
    recorded(house, number, actions.Said(DUC, criminal=free))
    assert known() == []


def test_a_rehearsal_leaves_no_mark(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.maintenance() as desk:
        cases.case(desk, number).rehearsal = True
    recorded(house, number)
    with house.desk(OFFICER, writing=False) as desk:
        assert not queries.known_against(desk, name=DUC.name, birth_year=1985)


def test_a_stranger_finds_nothing(house: HouseUnderTest) -> None:
    number = a_case(house)
    recorded(house, number)
    with house.desk(OFFICER, writing=False) as desk:
        (shown,) = queries.of_case(desk, cases.case(desk, number))
    stranger = house.client(OFFICER, THAT_KHE)
    base = f"/cases/{number}/proceedings"
    for path in ("", "/crime-report", "/sanction", "/criminal", f"/sanction/{shown.now.decision_id}"):
        assert stranger.get(base + path).status_code == 404
    mine = a_case(house, unit_code=THAT_KHE)
    assert stranger.get(f"/cases/{mine}/proceedings/sanction/{shown.now.decision_id}").status_code == 404
    own = house.client(OFFICER)
    assert own.get(f"{base}/criminal/{shown.now.decision_id}").status_code == 404
    assert own.get(f"{base}/sanction/{shown.now.decision_id}").status_code == 200
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        assert desk.session.scalar(select(func.count()).select_from(Proceeding)) == 0


def test_who_may_write_and_who_may_only_read(house: HouseUnderTest) -> None:
    number = a_case(house)
    page = house.client(Role.COMMUNE_CHAIR).get(f"/cases/{number}/proceedings")
    assert page.status_code == 200 and "/sanction" not in page.text
    assert house.client(Role.COMMUNE_CHAIR).get(f"/cases/{number}/proceedings/sanction").status_code == 403
    assert house.client(Role.STATISTICIAN).get(f"/cases/{number}/proceedings").status_code == 403
    with house.desk(Role.COMMUNE_CHAIR) as desk, pytest.raises(Refused):
        actions.record(desk, cases.case(desk, number), said=SAID)
    recorded(house, number)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        (shown,) = queries.of_case(desk, case)
        with pytest.raises(Conflict):
            actions.correct(desk, case, shown, said=SAID, revision=5, why="x")
        with pytest.raises(RuleBroken):
            actions.record(desk, case, said=SAID)
    title = re.search(r"<title>(.*?)</title>", page.text, re.S)
    assert title is not None and "Khang" not in title[1] and "Đức" not in title[1]
