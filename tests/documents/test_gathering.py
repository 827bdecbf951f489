"""From the rooms of the way onto paper: every form of one case, with what each room keeps, and nothing hidden."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.assessment.models import Assessment
from casemgr.assessment.terms import Answers, Content, Rating, Reply, Verdict
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.core.errors import RuleBroken
from casemgr.documents import actions, queries, sheet
from casemgr.documents.catalogue import KINDS, OF_A_UNIT
from casemgr.documents.gather import About
from casemgr.documents.terms import Recipient, Shown
from casemgr.intervention.care import models as care
from casemgr.intervention.care import terms as caring
from casemgr.intervention.emergency import models as emergency
from casemgr.intervention.emergency import terms as apart
from casemgr.intervention.meeting.models import Meeting
from casemgr.intervention.meeting.terms import Attendee, MeetingState, Opinion, Seat
from casemgr.intervention.meeting.terms import Content as Minutes
from casemgr.intervention.plan import queries as plans
from casemgr.intervention.plan.models import Plan
from casemgr.intervention.plan.terms import Content as PlanContent
from casemgr.intervention.plan.terms import Goal, PlanState, Ruling, Service
from casemgr.review.models import Review
from casemgr.review.terms import Answers as ReviewAnswers
from casemgr.review.terms import ReviewState
from tests.documents.papers import a_wish, text_of
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

HIDDEN = "Nhà tạm lánh Hoa Sen"
SIGNS = {
    "01": ("Nông Minh Khang", "thôn Nà Tềnh"),
    "02": ("Áp dụng biện pháp khẩn cấp", "Vết bầm mới"),
    "03": ("Bé sợ về nhà", "Chăm sóc sức khỏe"),
    "04": ("Khám và điều trị", "Trạm y tế xã", "1.800.000"),
    "05": ("7/QĐ-UBND", "Khám và điều trị", "20/11/2026"),
    "06": ("Bé ngủ ngon hơn",),
    "07": ("9/QĐ-UBND", "Cha đánh nhiều lần", "không cung cấp, giữ bí mật"),
    "08": ("Hoàng Thị Hư Cấu", "Làm ruộng"),
    "09": ("Hoàng Thị Hư Cấu",),
    "10": ("Không thể sống cùng cha mẹ vì sự an toàn", "Muốn ở với bà"),
    "11": ("Hoàng Thị Hư Cấu", "Nhà rộng rãi"),
    "12": ("11/QĐ-UBND", "ngày 19 tháng 11 năm 2026", "không cung cấp, giữ bí mật"),
    "13": ("Bé tăng cân", "21/11/2026"),
    "14": ("DANH SÁCH",),
    "15": ("Bà xin thôi vì ốm",),
    "16": ("15/QĐ-UBND", "ngày 23 tháng 11 năm 2026", "Về với mẹ"),
    "BB": ("Đồng ý khám bệnh", "Ông Chủ Trì Giả Định"),
}


def a_whole_case(house: HouseUnderTest) -> tuple[str, UUID]:
    """A case in which every room keeps something."""
    number = a_case(house)
    with house.maintenance() as desk:
        case = cases.case(desk, number)
        _assessments(desk, case)
        _plan_and_review(desk, case)
        _separation_and_meeting(desk, case)
        return number, _care(desk, case)


def _assessments(desk: Desk, case: Case) -> None:
    told = {
        "initial": Answers(
            danger=Reply.YES,
            carer=Reply.YES,
            verdict=Verdict.MEASURES,
            ratings={"M02.A1": Rating("high", "Vết bầm mới")},
        ),
        "full": Answers(contents={"M03.a": Content("Bé sợ về nhà", True)}, services=("health",), risk="high"),
    }
    for kind, answers in told.items():
        row = Assessment(
            id=desk.id(),
            case_id=case.id,
            kind=kind,
            round=1,
            state="concluded",
            started_at=desk.now,
            saved_at=desk.now,
            concluded_at=desk.now,
        )
        desk.add(row)
        desk.seal(row, answers=answers)


def _plan_and_review(desk: Desk, case: Case) -> None:
    service = Service(
        "s1", "Khám và điều trị", "health", "Trạm y tế xã", date(2026, 11, 20), date(2026, 12, 20), 1_800_000
    )
    plan = Plan(
        id=desk.id(),
        case_id=case.id,
        round=1,
        revision=1,
        state=PlanState.APPROVED,
        drafted_at=desk.now,
        saved_at=desk.now,
        handed_in_at=desk.now,
        decided_at=desk.now,
        effective_on=date(2026, 11, 20),
    )
    desk.add(plan)
    desk.seal(plan, content=PlanContent("Bé cần an toàn", (Goal("g1", "Bé an toàn"),), (service,)))
    desk.seal(plan, decision=Ruling(number="7/QĐ-UBND"))
    plan.approval_digest = plans.mark(desk, plan)
    review = Review(
        id=desk.id(),
        case_id=case.id,
        number=1,
        round=1,
        state=ReviewState.AGAIN,
        started_at=desk.now,
        saved_at=desk.now,
        saved_by=case.holder_id,
        concluded_at=desk.now,
    )
    desk.add(review)
    desk.seal(review, answers=ReviewAnswers(child_says="Bé ngủ ngon hơn"))


def _separation_and_meeting(desk: Desk, case: Case) -> None:
    row = emergency.Separation(
        id=desk.id(),
        case_id=case.id,
        revision=1,
        state=apart.SeparationState.RUNNING,
        drafted_at=desk.now,
        saved_at=desk.now,
        decided_at=desk.now,
        starts_at=desk.now,
        last_day=date(2026, 12, 3),
    )
    desk.add(row)
    desk.seal(
        row,
        proposal=apart.Proposal(reasons=f"Cha đánh nhiều lần, nay ở {HIDDEN}", carer_name="Cô Sen"),
        stay=apart.Stay(HIDDEN),
        signing=apart.Signing(number="9/QĐ-UBND", signed_at=desk.now),
    )
    meeting = Meeting(
        id=desk.id(),
        case_id=case.id,
        number=1,
        revision=1,
        round=1,
        state=MeetingState.CONCLUDED,
        held_at=desk.now,
        drafted_at=desk.now,
        saved_at=desk.now,
        concluded_at=desk.now,
    )
    desk.add(meeting)
    desk.seal(
        meeting,
        content=Minutes(
            place="Trụ sở xã",
            presided_by="Ông Chủ Trì Giả Định",
            people=(Attendee(Seat.POLICE, "Anh Công An"), Attendee(Seat.SCHOOL, "Cô Giáo", came=False)),
            opinions=(Opinion("mother", "Đồng ý khám bệnh"),),
            conclusion="Lập kế hoạch",
        ),
    )


def _care(desk: Desk, case: Case) -> UUID:
    person = caring.Person("Hoàng Thị Hư Cấu", address="thôn Phiêng Bí Mật", occupation="Làm ruộng")
    said = caring.Registration(person, wishes=caring.Wishes(("kin",)))
    unit = case.unit_id
    assert unit is not None
    carer = care.Carer(
        id=desk.id(),
        unit_id=unit,
        kind=caring.CarerKind.APPLICATION,
        state=caring.CarerState.REGISTERED,
        registered_on=date(2026, 10, 5),
        recorded_at=desk.now,
    )
    check = care.CarerCheck(
        id=desk.id(), carer_id=carer.id, unit_id=unit, checked_on=date(2026, 10, 9), recorded_at=desk.now
    )
    profile = care.CareProfile(id=desk.id(), case_id=case.id, revision=1, recorded_at=desk.now)
    placement = care.Placement(
        id=desk.id(),
        case_id=case.id,
        child_id=case.child_id,
        carer_id=carer.id,
        unit_id=unit,
        form=caring.CareForm.KIN,
        state=caring.State.ENDED,
        proposed_on=date(2026, 11, 18),
        proposed_at=desk.now,
        decided_on=date(2026, 11, 19),
        given_on=date(2026, 11, 20),
        end_asked_on=date(2026, 11, 22),
        ended_on=date(2026, 11, 23),
    )
    visit = care.CareEntry(
        id=desk.id(),
        case_id=case.id,
        placement_id=placement.id,
        kind=caring.EntryKind.VISIT,
        happened_on=date(2026, 11, 21),
        recorded_at=desk.now,
    )
    desk.add(carer, check, profile, placement, visit)
    desk.seal(carer, said=said)
    desk.seal(
        check,
        said=caring.Check((caring.Checked("own_free_will", caring.Answer.YES, "Nhà rộng rãi"),)),
    )
    desk.seal(
        profile, said=caring.Profile(reason="unsafe_with_parents", child_says="Muốn ở với bà", fits="kin")
    )
    desk.seal(
        placement,
        choice=caring.Choice(reason="unsafe_with_parents", carer=said),
        ruling=caring.Ruling("UBND xã", "11/QĐ-UBND", "Ông Ký"),
        ending=caring.Ending(
            "carer_request", "Bà xin thôi vì ốm", "Bà Cấu", goes_to="Về với mẹ", number="15/QĐ-UBND"
        ),
    )
    desk.seal(visit, said=caring.Said(health="Bé tăng cân", seen=caring.Answer.YES))
    return carer.id


def test_every_form_says_what_the_rooms_keep(house: HouseUnderTest) -> None:
    number, carer_id = a_whole_case(house)
    for form, signs in SIGNS.items():
        kind = KINDS[form]
        with house.desk(Role.COMMUNE_OFFICER) as desk:
            case = cases.case(desk, number)
            assert case.unit_id is not None
            about = (
                About(case.unit_id, about_id=carer_id, quarter="2026-Q4")
                if kind.subject in OF_A_UNIT
                else About(case.unit_id, case)
            )
            paper = actions.issue(desk, about, kind=kind, wish=a_wish())
            desk.flush()
            file = queries.copy_of(desk, paper.id)[1].docx
        text = sheet.read(file).text()
        assert all(sign in text for sign in signs), (form, [sign for sign in signs if sign not in text])
        if kind.subject not in OF_A_UNIT:
            for secret in (HIDDEN, "Cô Sen", "Phiêng Bí Mật", "Giả Định gọi", "0900 000 000"):
                assert secret not in text_of(file), (form, secret)


def test_the_substitute_carer_may_read_where_the_child_is(swept: HouseUnderTest) -> None:
    number, _carer = a_whole_case(swept)
    wish = a_wish(recipient=Recipient.SUBSTITUTE, name="Bà Hoàng Thị Hư Cấu", shown=(Shown.PLACE,))
    with swept.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        assert case.unit_id is not None
        paper = actions.issue(
            desk,
            About(case.unit_id, case),
            kind=KINDS["12"],
            wish=wish,
            explanations={"shown": "Người nhận trẻ"},
        )
        desk.flush()
        assert "Phiêng Bí Mật" in sheet.read(queries.copy_of(desk, paper.id)[1].docx).text()


@pytest.mark.parametrize("recipient", [Recipient.FATHER, Recipient.OTHER])
def test_somebody_kept_out_gets_nothing(house: HouseUnderTest, recipient: Recipient) -> None:
    number = a_case(house)
    ban = apart.Ban("suspect-s1", "Nông Văn Đức", "father", (apart.Part.DELIVERY,), "Đe dọa trẻ")
    with house.maintenance() as desk:
        case = cases.case(desk, number)
        row = emergency.Withholding(id=desk.id(), case_id=case.id, decided_at=desk.now)
        desk.add(row)
        desk.seal(row, ban=ban)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        assert case.unit_id is not None
        with pytest.raises(RuleBroken) as broken:
            actions.issue(
                desk,
                About(case.unit_id, case),
                kind=KINDS["01"],
                wish=a_wish(recipient=recipient, name="Nông Văn Đức"),
                explanations={"alleged": "luật buộc"},
            )
    assert "withheld" in [one.code for one in broken.value.findings]
    house.clock.__init__(house.clock.now() + timedelta(hours=1))  # type: ignore[misc]
    with house.maintenance() as desk:
        desk.get(emergency.Withholding, row.id).ended_at = desk.now
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        assert case.unit_id is not None
        wish = a_wish(recipient=recipient, name="Nông Văn Đức")
        assert actions.issue(
            desk,
            About(case.unit_id, case),
            kind=KINDS["01"],
            wish=wish,
            explanations={"alleged": "luật buộc"},
        )
