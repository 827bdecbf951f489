"""Before a child can be given to a family: the register of the commune, the report, the plan, whoever applies to care."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from playwright.sync_api import Page, expect
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, CaseClock
from casemgr.cases.terms import Stage
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Precision, Sex
from casemgr.circumstances import actions as circumstances
from casemgr.circumstances import queries as register
from casemgr.circumstances.terms import End, Kind, Spell
from casemgr.core.calendar import LOCAL
from casemgr.intervention.care import actions as care
from casemgr.intervention.care.models import CareDuty
from casemgr.intervention.care.terms import (
    CareForm,
    CarerKind,
    EntryKind,
    Member,
    Papers,
    Person,
    Registration,
    Wishes,
)
from casemgr.intervention.plan.terms import Content, Goal
from tests.intervention.care.work import CHOICE, PROFILE, SEEN, a_carer, decided, given, noted, proposed
from tests.intervention.plan.work import SERVICES, approved, assess, handed_in
from tests.journeys.people import tick_level
from tests.journeys.steps import blocked, explain_all, fill_in, side_door, tick, until
from tests.support.browser import follow
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import NA_SAM, HouseUnderTest

CHILD, GIVEN = "Hoàng Văn Giả Định", "Định, "
GRANDMOTHER = "Hoàng Thị Bà Thử"
CARER, HUSBAND = "Lý Thị Nuôi Thử", "Nông Văn Nuôi Thử"
OTHER, SANCTIONED = "Vi Thị Khác Thử", "Lương Văn Phạt Thử"
WISH = "Cháu muốn ở gần trường, và thăm bà mỗi tuần."
CONDITIONS = (
    *("residence", "health", "capacity", "morals", "parental_rights"),
    *("no_abuse", "housing", "means", "voluntary", "family_agrees"),
)

FOSTER = Registration(
    person=Person(CARER, Sex.FEMALE, Birth(date(1985, 5, 4), Precision.DAY), address="thôn Bản Tích"),
    household=(Member(HUSBAND, 1982),),
    wishes=Wishes(("non_kin",), age_from=10, age_to=15, number=1),
    papers=Papers(identity_seen=True, health_on=date(2026, 11, 10)),
)
CHOSEN = replace(
    CHOICE,
    reason="without_parents",
    rank="same_place",
    relation=None,
    consent_by=f"{GRANDMOTHER}, người giám hộ",
    child_says=WISH,
    why="Ở gần trường và bà ngoại",
)


# --- the commune's page, the report, the plan -------------------------------------------------------------------


def somebody_was_sanctioned_there(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/proceedings/sanction")
    write(
        page,
        {
            "person": "other",
            "name": SANCTIONED,
            "birth_year": "1979",
            "act": "vp22.1.a",
            "outcome": "fine",
            "amount": "15.000.000",
            "number": "12/QĐ-XPHC",
            "day": "18/11/2026",
            "body": "commune_chair",
        },
    )
    explain_all(page, "main form.flow button.main")
    expect(page.locator("main")).to_contain_text("12/QĐ-XPHC")


def the_commune_registers_the_orphan(page: Page) -> str:
    page.goto("/circumstances")
    follow(page.get_by_role("link", name="Ghi sổ một trẻ").first)
    write(
        page,
        {
            "name": CHILD,
            "sex": "male",
            "code": "orphan.3",
            "known_by": "Giấy chứng tử của cha và mẹ",
            **born(20, 3, 2012),
            "since-precision": "day",
            "since-day": "2",
            "since-month": "10",
            "since-year": "2026",
        },
    )
    send(page, "main form.flow button.main")
    expect(page.locator("main")).to_contain_text("14 tuổi")
    entry = page.url.split("?")[0].split("/")[-1]
    follow(page.get_by_role("link", name="Ghi hỗ trợ").first)
    write(page, {"kind": "allowance", "since": "1/11/2026", "amount": "750.000", "source": "Ngân sách xã"})
    explain_all(page, "main form button.main")
    expect(page.locator("main")).to_contain_text("750.000 đồng")
    the_register_counts(page, 1)
    return entry


def the_register_counts(page: Page, many: int) -> None:
    page.goto("/circumstances?group=orphan")
    assert re.search(rf"\b{many}\b", page.locator("tr.sum").first.inner_text())
    listed = page.locator("#list")
    expect(listed).to_contain_text(GIVEN) if many else expect(listed).not_to_contain_text(GIVEN)


def a_report_of_the_same_child(page: Page) -> str:
    page.goto("/reports/new")
    tick(page, "danger", "no")
    tick(page, "channel", "in_person")
    tick(page, "subject", "special_circumstances")
    go_on(page)
    write(page, {"name": "Hoàng Văn Giả Định", "sex": "male", "birth-age": "14", "residence": NA_SAM})
    go_on(page)
    write(
        page,
        {
            "description": "Cha mẹ mất vì tai nạn. Bà ngoại 78 tuổi đau yếu, không nuôi được nữa",
            "unit": NA_SAM,
            "environment": "family",
        },
    )
    go_on(page)
    go_on(page)
    write(page, {"family": "Mồ côi cả cha lẫn mẹ, không anh chị em", "carer": GRANDMOTHER})
    go_on(page)
    tick(page, "decision", "accepted")
    follow(page.get_by_role("button", name="Quyết định", exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text(CHILD)
    number = page.url.split("?")[0].split("/")[-1]
    expect(page.locator("main")).to_contain_text("Hoàng Thị Thử")
    expect(page.locator("main")).to_contain_text("Na Sầm")
    return number


def it_is_the_same_child(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}")
    follow(page.get_by_role("link", name="Trẻ này đã có tên ở đây chưa?"))
    send(page, "main form.flow button.main")
    blocked(page, "Chọn đúng trẻ")
    page.locator("main input[name=child]").check()
    tick(page, "verdict", "same")
    send(page, "main form.flow button.main")
    expect(page.locator("#timeline")).to_contain_text("nằm trong tệp của trẻ")
    expect(page.locator("main")).to_contain_text("20/3/2012")  # the report only knew "fourteen"
    follow(page.get_by_role("link", name="Trẻ qua các năm"))
    expect(page.locator("#circumstances")).to_contain_text("Sống với người thân thích")
    expect(page.locator("#cases")).to_contain_text(number)


def no_danger(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/initial-assessment")
    tick(page, "danger", "no")
    tick(page, "carer", "no")
    for row, level in (("A1", "low"), ("A2", "low"), ("B1", "medium"), ("B2", "medium")):
        tick_level(page, f"M02.{row}", level)
    tick(page, "verdict", "no_measures")
    follow(page.get_by_role("button", name="Xem lại trước khi gửi"))
    send(page, "main form button.main")
    expect(page.get_by_role("heading", name="Thu thập thông tin, đánh giá cụ thể")).to_be_visible()


def the_officer_studies_and_plans(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/full-assessment")
    for letter in ("a", "b", "c", "d", "đ", "e", "g"):
        fill_in(page, {f"content-{letter}": f"“{WISH}”" if letter == "g" else "Đã hỏi, ghi ở đây."})
        page.locator(f'[name="done-{letter}"]').check()
    for row in ("A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4"):
        tick_level(page, f"M03.{row}", "medium")
    tick(page, "services", "alternative_care")
    tick(page, "risk", "medium")
    follow(page.get_by_role("button", name="Xem lại trước khi gửi"))
    explain_all(page, "main form button.main", "Không ai gây tổn hại; sẽ hỏi thêm bà ngoại")
    expect(
        page.get_by_role("heading", name="Lập kế hoạch hỗ trợ, can thiệp", exact=False).first
    ).to_be_visible()
    page.goto(f"/cases/{number}/plan")
    service = {"what": "Tìm gia đình chăm sóc thay thế", "who": "Cán bộ trẻ em xã"}
    fill_in(
        page, {"why": "Mồ côi, bà ngoại không nuôi được", "goals-0-text": "Trẻ sống ổn định trong gia đình"}
    )
    fill_in(
        page,
        {
            **{f"services-0-{name}": value for name, value in service.items()},
            "services-0-since": "24/11/2026",
            "services-0-until": "20/5/2027",
            "services-0-cost": "0",
            "services-0-source": "ngân sách xã",
        },
    )
    page.locator('[name="services-0-kind"]').select_option("alternative_care")
    explain_all(page, 'main button:has-text("Trình Chủ tịch")')
    page.goto(f"/cases/{number}")
    expect(page.get_by_text("Chờ Chủ tịch", exact=False).first).to_be_visible()


def the_chair_approves_the_plan(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/plan/approval")
    tick(page, "decision", "approve")
    fill_in(page, {"number": "130/QĐ-UBND", "effective_on": "23/11/2026"})
    explain_all(page, "main form button[value=look]")
    send(page, "main form button[value=issue]")
    page.goto(f"/cases/{number}")
    expect(page.get_by_role("heading", name="Thực hiện và theo dõi kế hoạch")).to_be_visible()


# --- who may give care ------------------------------------------------------------------------------------------


def somebody_applies(page: Page) -> str:
    """Mẫu 08, with a health certificate that is older than six months."""
    page.goto("/care")
    follow(page.get_by_role("link", name="Đăng ký người nhận chăm sóc").first)
    write(
        page,
        {
            "kind": "application",
            "registered_on": "11/1/2027",
            "name": CARER,
            "sex": "female",
            **born(4, 5, 1985),
            "identity": "020185000111",
            "occupation": "Giáo viên",
            "address": "thôn Bản Tích",
            "phone": "0900 111 222",
            "household": f"{HUSBAND}, 1982",
            "forms": "non_kin",
            "child_sex": "any",
            "age_from": "10",
            "age_to": "15",
            "number": "1",
            "identity_seen": "y",
            "health_on": "10/7/2026",
        },
    )
    send(page, "main form.flow button.main")
    blocked(page, "6 tháng trước ngày nộp đơn")  # 10/7/2026 and six months are 10/1/2027: one day too old
    expect(page.locator('[name="household"]')).to_have_value(f"{HUSBAND}, 1982")
    explain_all(page, "main form.flow button.main", "Đã hẹn khám lại ngày 12/1/2027")
    expect(page.locator("main")).to_contain_text("đã quá 6 tháng")
    return page.url.split("/")[-1]


def another_family_applies(page: Page) -> str:
    page.goto("/care/carers/new")
    write(
        page,
        {
            "kind": "application",
            "registered_on": "11/1/2027",
            "name": OTHER,
            "sex": "female",
            **born(1, 1, 1980),
            "household": f"{SANCTIONED}, 1979",
            "forms": "non_kin",
            "identity_seen": "y",
            "health_on": "2/1/2027",
        },
    )
    send(page, "main form.flow button.main")
    expect(page.get_by_role("heading", level=1)).to_contain_text(OTHER)
    return page.url.split("/")[-1]


def the_conditions_with_one_that_fails(page: Page, carer: str) -> None:
    page.goto(f"/care/carers/{carer}")
    follow(page.get_by_role("link", name="Xác minh điều kiện").first)
    expect(page.locator("main")).to_contain_text("không có ai trong gia đình này")
    check(page, {"health": ("no", "Giấy khám ngày 10/7/2026 đã quá hạn")})
    expect(page.locator("main")).to_contain_text("Giấy khám ngày 10/7/2026 đã quá hạn")


def the_record_is_seen(page: Page, other: str) -> None:
    page.goto(f"/care/carers/{other}/check")
    seen = page.locator("main .notice.block")
    expect(seen).to_contain_text(SANCTIONED)
    expect(seen).to_contain_text("trùng tên và năm sinh")
    expect(seen).to_contain_text("Thất Khê")  # whom to ask; never what for
    expect(seen).not_to_contain_text("12/QĐ-XPHC")
    check(page, {"no_abuse": ("no", "Ủy ban nhân dân xã Thất Khê xác nhận đã xử phạt")})


def check(page: Page, but: dict[str, tuple[str, str]]) -> None:
    for code in CONDITIONS:
        answer, evidence = but.get(code, ("yes", "Đã đến nhà, xem giấy tờ"))
        tick(page, f"answer-{code}", answer)
        fill_in(page, {f"evidence-{code}": evidence})
    send(page, "main form.flow button.main")
    page.wait_for_url(re.compile(r"/care/carers/[0-9a-f-]+$"))


def the_child_is_described(page: Page, number: str) -> None:
    """Mẫu 10: a child of seven and over is asked."""
    side_door(page, number, "Chăm sóc thay thế")
    follow(page.get_by_role("link", name="Lập hồ sơ").first)
    write(
        page,
        {
            "reason": "without_parents",
            "why": "Cha mẹ mất tháng 10/2026",
            "photo_on": "5/1/2027",
            "family": "Bà ngoại đau yếu; chú ruột ở xa, đông con, không nhận",
            "health": "Khỏe",
            "contact": "Thăm bà ngoại mỗi tuần",
            "school": "Lớp 9",
            "fits": "Gia đình ở gần trường",
        },
    )
    send(page, "main form.flow button.main")
    blocked(page, "Phải hỏi ý kiến trẻ từ đủ 7 tuổi")
    write(page, {"child_says": WISH})
    send(page, "main form.flow button.main")
    expect(page.locator("main")).to_contain_text(WISH)


def choice(carer: str) -> dict[str, str]:
    return {
        "form": "non_kin",
        "carer": carer,
        "rank": "same_place",
        "consent": "given",
        "siblings": "none",
        "consent_by": f"{GRANDMOTHER}, người giám hộ",
        "consent_on": "8/1/2027",
        "why": "Ở gần trường và bà ngoại",
    }


def nobody_who_may_not_is_chosen(page: Page, number: str, *, carer: str, other: str) -> None:
    page.goto(f"/cases/{number}/care/choose")
    write(page, choice(other))
    send(page, "main form.flow button.main")
    blocked(page, "Không được giao trẻ cho gia đình này")
    write(page, choice(carer))
    send(page, "main form.flow button.main")
    blocked(page, "Có đủ sức khỏe")
    expect(page.locator('[name="why"]')).to_have_value("Ở gần trường và bà ngoại")
    page.goto(f"/cases/{number}/care")
    expect(page.locator("main")).not_to_contain_text("chờ quyết định")


def the_certificate_is_renewed(page: Page, carer: str) -> None:
    page.goto(f"/care/carers/{carer}/edit")
    write(page, {"health_on": "11/1/2027"})
    send(page, "main form.flow button.main")
    page.goto(f"/care/carers/{carer}/check")
    check(page, {"health": ("yes", "Giấy khám ngày 11/1/2027, Trung tâm Y tế")})
    page.goto("/care")
    expect(page.locator("#register tr", has_text=CARER)).to_contain_text("đủ cả")


def the_proposal(page: Page, number: str, carer: str) -> None:
    """Kin come first: whoever departs from the order says why."""
    page.goto(f"/cases/{number}/care/choose")
    write(page, choice(carer))
    send(page, "main form.flow button.main")
    blocked(page, "Người thân thích được ưu tiên trước")
    explain_all(
        page, "main form.flow button.main", "Đã hỏi bà ngoại và chú ruột ngày 5/1/2027, không ai nhận được"
    )
    expect(page.locator("main")).to_contain_text("Đã hỏi bà ngoại và chú ruột")
    expect(page.locator("main")).to_contain_text("chờ quyết định")


def the_list_of_the_quarter(page: Page) -> None:
    page.goto("/care")
    follow(page.get_by_role("link", name="Danh sách quý").first)
    expect(page.locator("main")).to_contain_text("Quý I/2027")
    for name in (CARER, OTHER):
        expect(page.locator("main")).to_contain_text(name)


# --- how it is done ---------------------------------------------------------------------------------------------


def write(page: Page, boxes: dict[str, str]) -> None:
    """Fill whatever the name stands for: a line, a list, a choice."""
    for name, value in boxes.items():
        box = page.locator(f'main [name="{name}"]')
        kind = box.first.evaluate(
            "box => { const fold = box.closest('details'); if (fold) fold.open = true; return box.type }"
        )
        if kind == "radio" or (kind == "checkbox" and value != "y"):
            tick(page, name, value)
        elif kind == "checkbox":
            box.check()
        elif kind.startswith("select"):
            box.select_option(value)
        else:
            box.fill(value)


def send(page: Page, button: str) -> None:
    """Send a form and wait for what answers."""
    follow(page.locator(button).first)


def born(day: int, month: int, year: int) -> dict[str, str]:
    parts = {"precision": "day", "day": str(day), "month": str(month), "year": str(year)}
    return {f"birth-{name}": value for name, value in parts.items()}


def go_on(page: Page) -> None:
    before = page.url
    follow(page.get_by_role("button", name="Tiếp tục"))
    page.wait_for_url(lambda now: now != before)


# --- the same by the actions themselves, where a journey begins later --------------------------------------------


def given_to_a_family(house: HouseUnderTest) -> tuple[str, UUID]:
    """A child whose plan runs, on the commune's page, decided on 28/1, given on 22/2/2027: case and placement."""
    born_on = Birth(date(2012, 3, 20), Precision.DAY)
    child = replace(KHANG, name=CHILD, birth=born_on, condition="Bà ngoại không nuôi được", harms=())
    number = a_case(house, stage=Stage.PLANNING, story=replace(a_story(children=(child,)), suspects=()))
    assess(house, number, services=("alternative_care",))
    seek = replace(SERVICES[1], what="Tìm gia đình chăm sóc thay thế", kind="alternative_care")
    plan = Content("Mồ côi cả cha lẫn mẹ", (Goal("", "Trẻ sống trong gia đình"),), (seek,))
    approved(house, number, handed_in(house, number, plan))
    carer = a_carer(house, FOSTER, kind=CarerKind.APPLICATION)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        care.write_profile(desk, case, said=replace(PROFILE, child_says=WISH), revision=0)
        orphan = Spell(Kind.SPECIAL, "orphan.3", date(2026, 10, 2), known_by="Giấy chứng tử")
        circumstances.begin(desk, desk.get(Child, case.child_id), spell=orphan, unit_id=case.unit_id)
    placement = proposed(house, number, carer, form=CareForm.NON_KIN, choice=CHOSEN)
    until(house, "28/1/2027")
    for day in (15, 22):
        noted(house, number, placement, EntryKind.MEETING, date(2027, 1, day), SEEN)
    told: dict[str, Any] = {"number": "12/QĐ-UBND", "decided_on": date(2027, 1, 28)}
    decided(house, number, placement, **told)
    until(house, "22/2/2027")
    given(house, number, placement, date(2027, 2, 22))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        (kin,) = register.of_child(desk, case.child_id)
        over = replace(kin.spell, until=date(2027, 2, 21), ended=End.OVER)
        circumstances.end(desk, kin, spell=over, revision=kin.revision)
        fostered = Spell(Kind.SPECIAL, "orphan.4", date(2027, 2, 22), known_by="Quyết định 12/QĐ-UBND")
        circumstances.begin(desk, desk.get(Child, case.child_id), spell=fostered, unit_id=case.unit_id)
    return number, placement


# --- what the law computes --------------------------------------------------------------------------------------


def case_clock(house: HouseUnderTest, number: str, clock: str, day: str) -> None:
    with house.maintenance(writing=False) as desk:
        row = desk.one(
            select(CaseClock)
            .join(Case, Case.id == CaseClock.case_id)
            .where(Case.number == number, CaseClock.clock == clock)
        )
        assert local_day(row.due_at) == day
        assert row.stopped_at is None


def duties(house: HouseUnderTest, number: str, **due: str) -> None:
    """What falls due now, and on which day at its end; nothing else."""
    with house.maintenance(writing=False) as desk:
        rows = desk.all(
            select(CareDuty)
            .join(Case, Case.id == CareDuty.case_id)
            .where(Case.number == number, CareDuty.stopped_at.is_(None))
        )
        assert {row.track: local_day(row.due_at) for row in rows} == due


def local_day(moment: datetime | None) -> str:
    """The day on which a limit runs out: at 17:00 for working days, at its end for months."""
    assert moment is not None
    day = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(LOCAL)
    assert (day.hour, day.minute) in ((17, 0), (23, 59)), day
    return f"{day.day}/{day.month}/{day.year}"
