"""Two brothers and sisters neglected by their mother, and one aunt who takes both: one report, two cases, one carer.

The clocks, by hand. Working days are Monday to Friday; 24 November 2026 is no day off in the list of holidays, and a day
in doubt counts as worked.

| What happened                                | When            | Clock                          | Due                     |
|----------------------------------------------|-----------------|--------------------------------|-------------------------|
| a teacher reports both children              | Wed 18/11 12:45 | 12 hours                       | Thu 19/11 00:45         |
| taken on                                     | Wed 18/11 12:45 | plan: 5 working days           | Wed 25/11 (19, 20, 23,  |
|                                              |                 | from the receipt               | 24, 25), end of the day |
| emergency measures written down, both        | Wed 18/11 13:00 | the 12 hours stop              |                         |
| both plans handed in                         | Thu 19/11 09:00 | the 5 days stop; approval:     | Mon 23/11 (20, 23),     |
|                                              |                 | 2 working days                 | end of the day          |
| one plan approved by the chair, one by her   | Fri 20/11       | the 2 days stop                |                         |
| deputy while she is away                     |                 |                                |                         |
| care decided (Mẫu 12), both                  | Mon 23/11       | handing over: 15 working days  | Mon 14/12 (24 to 27/11, |
|                                              |                 |                                | 30/11 to 4/12, 7 to     |
|                                              |                 |                                | 11/12, 14/12)           |
| handed over, both                            | Wed 25/11       | the 15 days stop; visits after | Fri 25/12/2026,         |
|                                              |                 | 1 month, 3 months, then every  | Thu 25/2/2027,          |
|                                              |                 | 6 months                       | Tue 25/5/2027 (*)       |
| visits (Mẫu 13) on 23/12 and 24/2; reviewed, closed on 26/2/2027: the visits go on after that          |

(*) Every six months from the day the care began: 25/5. Counted from the second visit it would be 25/8; the text leaves
both open (NĐ 56/2017 Điều 43 khoản 2), the earlier one holds here.
"""

from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, CaseClock
from casemgr.core.calendar import LOCAL, local_day
from casemgr.intervention.care import queries as care
from casemgr.intervention.care.schedule import Track
from casemgr.law.vocabulary import vocabulary
from tests.journeys import steps
from tests.journeys.people import hire, sign_in
from tests.journeys.steps import (
    blocked,
    counted,
    explain_all,
    fill_in,
    issue,
    side_door,
    status_of,
    tick,
    until,
)
from tests.support.browser import follow, served, window
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

ELDER, YOUNGER, MOTHER, AUNT = "Vi Thị Giả Chị", "Vi Văn Giả Em", "Vi Thị Giả Mẹ", "Vi Thị Giả Dì"
WISH = "“Cháu muốn ở với dì, cùng với em.”"


@pytest.mark.slow
@pytest.mark.parametrize(
    "house", ["postgresql"], indirect=True
)  # the long walks share the engines between them
def test_two_siblings(house: HouseUnderTest, chromium: Browser) -> None:
    officer = hire(house, Role.COMMUNE_OFFICER, NA_SAM, "Hoàng Thị Thử")
    chair = hire(house, Role.COMMUNE_CHAIR, NA_SAM, "Lương Thị Thử")
    deputy = hire(house, Role.COMMUNE_OFFICER, NA_SAM, "Nông Văn Phó", person=1)
    elsewhere = hire(house, Role.COMMUNE_OFFICER, THAT_KHE, "Triệu Văn Thử")
    statistician = hire(house, Role.STATISTICIAN, LANG_SON, "Vi Thu Thử")
    with served(house) as address:
        with window(chromium, address) as page:
            sign_in(page, officer)
            guidance_and_a_rehearsal_are_looked_at(page)
            report = one_report_tells_of_two_children(page)
            elder, younger = both = the_officer_takes_both_on(page, report)
            runs(house, both, "emergency_12h", "19/11/2026 00:45")
            runs(house, both, "plan_5wd", "25/11/2026")
            each_case_names_the_other(page, both)
            for number in both:
                steps.assess_danger(page, number, "Dì ruột đến ở cùng hai trẻ", "Dì, trưởng thôn")
            until(house, "18/11/2026", "13:05")
            for number in both:
                steps.write_measures(page, number, {"medical_care": "Trạm y tế xã"}, "13:00")
            runs(house, both, "emergency_12h", None)
            for number in both:
                special_circumstances_are_registered(page, number)
            both_stand_in_the_register_of_circumstances(page)
            until(house, "19/11/2026", "08:40")
            sign_in(page, officer)
            steps.study(page, elder, WISH)
            steps.study(page, younger, "“Em ở với chị.”")
            until(house, "19/11/2026", "09:00")
            for number in both:
                steps.draw_up_plan(page, number, "Trẻ được ăn, học và chăm sóc đều", _service())
            runs(house, both, "plan_5wd", None)
            runs(house, both, "plan_approval_2wd", "23/11/2026")
        until(house, "20/11/2026", "08:00")
        with window(chromium, address) as page:
            sign_in(page, chair)
            steps.approve(page, elder, decision="201/QĐ-UBND", effective="20/11/2026")
            the_chair_names_her_deputy(page, until_day=20)
        with window(chromium, address) as page:
            sign_in(page, deputy)
            without_the_office_the_deputy_decides_nothing(page, younger)
            the_deputy_takes_up_the_office(page)
            steps.approve(page, younger, decision="202/QĐ-UBND", effective="20/11/2026")
            the_timeline_says_for_whom(page, younger)
            runs(house, both, "plan_approval_2wd", None)
        until(house, "21/11/2026", "08:00")
        with window(chromium, address) as page:
            sign_in(page, deputy)
            the_deputy_acts_no_more(page)
        until(house, "23/11/2026", "08:00")
        with window(chromium, address) as page:
            sign_in(page, officer)
            carer = the_aunt_is_registered_and_checked(page)
            the_child_profile_is_written(page, elder, asked=True)
            the_child_profile_is_written(page, younger, asked=False)
            the_aunt_is_chosen(page, elder, child_says=WISH)
            the_aunt_is_chosen(page, younger)
        with window(chromium, address) as page:
            sign_in(page, chair)
            the_chair_gives_the_child_into_care(page, elder, "211/QĐ-UBND")
            the_chair_gives_the_child_into_care(page, younger, "212/QĐ-UBND")
            runs(house, both, "ac_handover_15wd", "14/12/2026")
        until(house, "25/11/2026", "09:00")
        with window(chromium, address) as page:
            sign_in(page, officer)
            for number in both:
                the_child_is_handed_over(page, number)
            runs(house, both, "ac_handover_15wd", None)
            runs(house, both, "ac_visit", "25/12/2026")
            until(house, "23/12/2026", "09:00")
            sign_in(page, officer)
            for number in both:
                steps.write_diary(page, number, "22/12/2026", "“Ở với dì vui.”")
                a_visit_is_written_down(page, number, "23/12/2026")
            runs(house, both, "ac_visit", "25/02/2027")
            until(house, "24/02/2027", "09:00")
            sign_in(page, officer)
            for number in both:
                a_visit_is_written_down(page, number, "24/02/2027")
            runs(house, both, "ac_visit", "25/05/2027")
            until(house, "26/02/2027", "09:00")
            sign_in(page, officer)
            for number in both:
                steps.review(page, number, WISH)
            the_forms_of_care_can_be_made(page, elder, carer)
        with window(chromium, address) as page:
            sign_in(page, chair)
            for number in both:
                steps.close(page, number)
        with window(chromium, address) as page:
            sign_in(page, elsewhere)
            nobody_elsewhere_sees_them(page, report, both)
        with window(chromium, address) as page:
            sign_in(page, officer)
            the_visits_go_on(page)
        with window(chromium, address) as page:
            sign_in(page, statistician)
            counted(page, NA_SAM, 2)
            counted(page, LANG_SON, 2)
    one_report_stands_behind(house, both)


# --- the report -------------------------------------------------------------------------------------------------


def guidance_and_a_rehearsal_are_looked_at(page: Page) -> None:
    page.goto("/help/first-hours")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    follow(page.get_by_role("button", name="Tập dượt").first)
    expect(page.get_by_text("TẬP DƯỢT").first).to_be_visible()
    expect(page.locator("details.guide").first).to_be_visible()
    page.goto("/")
    row = page.locator("ol.work li", has_text="Tập Dượt").first
    follow(row.get_by_role("button"))
    expect(page.locator("ol.work li", has_text="Tập Dượt")).to_have_count(0)


def one_report_tells_of_two_children(page: Page) -> str:
    page.goto("/reports/new")
    tick(page, "danger", "yes")
    tick(page, "channel", "telephone")
    tick(page, "anonymous", "yes")
    page.locator('[name="reporter_kind"]').select_option("teacher_or_school_staff")
    steps.go_on(page)
    _child(page, ELDER, "female", "9", "Gầy, nghỉ học nhiều để trông em")
    follow(page.get_by_role("button", name="Lưu và thêm trẻ khác"))
    expect(page.locator('[name="name"]')).to_have_value("")
    _child(page, YOUNGER, "male", "5", "Đói, mặc áo mỏng")
    steps.go_on(page)
    fill_in(page, {"description": "Mẹ bỏ hai con ở nhà nhiều ngày không có ăn", "address": "thôn Bản Tích"})
    page.locator('[name="unit"]').select_option(NA_SAM)
    tick(page, "environment", "family")
    steps.go_on(page)
    fill_in(page, {"name": MOTHER})
    tick(page, "sex", "female")
    tick(page, "is_carer", "yes")
    for box in page.locator('select[name^="relation-"]').all():
        box.select_option("mother")
    steps.go_on(page)
    fill_in(page, {"mother_name": MOTHER, "whereabouts": "Nhà số 7 thôn Bản Tích"})
    follow(page.get_by_role("button", name="Tiếp tục"))
    expect(page.get_by_text("Theo luật, đây là trường hợp khẩn cấp").first).to_be_visible()
    return page.url.split("?")[0].rstrip("/").split("/")[-1]


def _child(page: Page, name: str, sex: str, age: str, condition: str) -> None:
    fill_in(page, {"name": name, "condition": condition})
    tick(page, "sex", sex)
    tick(page, "harms", "abandonment_neglect")
    page.locator('[name="birth-age"]').fill(age)
    page.locator('[name="residence"]').select_option(NA_SAM)


def the_officer_takes_both_on(page: Page, report: str) -> tuple[str, str]:
    page.goto(f"/reports/{report}")
    expect(page.locator("#decide")).to_contain_text("(2)")
    steps.take_on(page, report)
    page.goto(f"/reports/{report}")
    links = [
        page.locator("main section, main .panel")
        .filter(has_text=name)
        .locator('a.num[href^="/cases/"]')
        .first
        for name in (ELDER, YOUNGER)
    ]
    elder, younger = (link.inner_text() for link in links)
    assert elder != younger
    return elder, younger


def each_case_names_the_other(page: Page, both: tuple[str, str]) -> None:
    for number, other, name in ((both[0], both[1], ELDER), (both[1], both[0], YOUNGER)):
        page.goto(f"/cases/{number}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        expect(page.get_by_role("link", name=other)).to_be_visible()
        expect(page.locator("main")).to_contain_text("Hoàng Thị Thử")
        expect(page.locator("main")).not_to_contain_text("Nhà số 7")


def special_circumstances_are_registered(page: Page, number: str) -> None:
    side_door(page, number, "Hoàn cảnh đặc biệt")
    page.locator('[name="code"]').select_option(_neglected())
    fill_in(page, {"since-year": "2026", "since-month": "11", "since-day": "18"})
    fill_in(page, {"known_by": "Cán bộ đến nhà", "basis": "Biên bản ngày 18/11/2026"})
    explain_all(page, "main form#new button.main")
    expect(page.get_by_text("Đã ghi").first).to_be_visible()


def _neglected() -> str:
    return next(
        code for code in vocabulary("special_circumstances").codes if "abandon" in code or "neglect" in code
    )


def both_stand_in_the_register_of_circumstances(page: Page) -> None:
    page.goto("/circumstances")
    for shown in ("Chị, khoảng 9 tuổi", "Em, khoảng 5 tuổi"):
        expect(page.locator("main")).to_contain_text(shown)
    expect(page.locator("main")).not_to_contain_text(ELDER)


def _service() -> dict[str, str]:
    told = {"what": "Hỗ trợ ăn học", "who": "Hội Phụ nữ xã", "since": "20/11/2026", "until": "31/1/2027"}
    return {**told, "cost": "1000000", "source": "ngân sách xã"}


# --- the deputy -------------------------------------------------------------------------------------------------


def the_chair_names_her_deputy(page: Page, *, until_day: int) -> None:
    page.goto("/account")
    follow(page.get_by_role("link", name="Vắng mặt").first)
    follow(page.get_by_role("link", name="Vắng từ").first)
    fill_in(page, {"until-day": str(until_day), "until-month": "11", "until-year": "2026"})
    page.get_by_label("Nông Văn Phó").check()
    follow(page.locator("main form button.main"))
    expect(page.get_by_text("Nông Văn Phó thay").first).to_be_visible()


def without_the_office_the_deputy_decides_nothing(page: Page, number: str) -> None:
    if page.url.rstrip("/").endswith("/account/role"):
        page.locator("main input[type=radio]").first.check()
        follow(page.locator("main form button.main"))
    page.goto(f"/cases/{number}/plan/approval")  # the officer may read the plan that waits
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main input[name=decision]")).to_have_count(0)


def the_deputy_takes_up_the_office(page: Page) -> None:
    page.goto("/account/role")
    page.get_by_label("thay Lương Thị Thử").check()
    follow(page.get_by_role("button", name="Làm việc với vai trò này"))


def the_timeline_says_for_whom(page: Page, number: str) -> None:
    expect(page.locator("#timeline")).to_contain_text("Nông Văn Phó")
    expect(page.locator("#timeline")).to_contain_text("Lương Thị Thử")


def the_deputy_acts_no_more(page: Page) -> None:
    page.goto("/account/role")
    expect(page.get_by_label("thay Lương Thị Thử")).to_have_count(0)


# --- care -------------------------------------------------------------------------------------------------------


def the_aunt_is_registered_and_checked(page: Page) -> str:
    page.goto("/care")
    follow(page.get_by_role("link", name="Đăng ký người nhận chăm sóc").first)
    tick(page, "kind", "notice")
    tick(page, "sex", "female")
    tick(page, "forms", "kin")
    fill_in(page, {"name": AUNT, "birth-year": "1988", "birth-month": "4", "birth-day": "9"})
    fill_in(page, {"identity": "000188000001", "address": "thôn Nà Tềnh", "phone": "0900 000 456"})
    fill_in(page, {"household": "Lò Văn Giả Chú, 1985", "relation": "dì ruột của hai cháu", "number": "2"})
    page.locator("main input[name=identity_seen]").check()
    explain_all(page, "main form button.main")
    follow(page.get_by_role("link", name="Xác minh điều kiện").first)
    expect(page.get_by_text("Đã tra cứu").first).to_be_visible()
    for code in vocabulary("alternative_care_conditions").codes:
        tick(page, f"answer-{code}", "yes")
        fill_in(page, {f"evidence-{code}": "đã xác minh tại thôn"})
    explain_all(page, "main form button.main")
    return page.url.split("?")[0].rstrip("/").split("/")[-1]


def the_child_profile_is_written(page: Page, number: str, *, asked: bool) -> None:
    side_door(page, number, "Chăm sóc thay thế")
    follow(page.get_by_role("link", name="Lập hồ sơ trẻ").first)
    tick(page, "reason", "unsafe_with_parents")
    fill_in(page, {"why": "Mẹ bỏ hai con nhiều ngày", "family": "Dì nhận cả hai; ông bà đã mất"})
    fill_in(page, {"contact": "Mẹ thăm cuối tuần, có cán bộ", "photo_on": "20/11/2026"})
    if asked:  # nine years old: by law the child is asked
        follow(page.locator("main form button.main").first)
        blocked(page, "từ đủ 7 tuổi")
        fill_in(page, {"child_says": WISH.strip("“”")})
    explain_all(page, "main form button.main")
    expect(page.locator("main")).to_contain_text("Dì nhận cả hai")


def the_aunt_is_chosen(page: Page, number: str, *, child_says: str = "") -> None:
    page.goto(f"/cases/{number}/care")
    follow(page.get_by_role("link", name="Chọn người nhận chăm sóc").first)
    tick(page, "form", "kin")
    page.get_by_label(AUNT).check()
    tick(page, "rank", "kin")
    tick(page, "consent", "given")
    fill_in(page, {"relation": "dì ruột", "why": "Dì nuôi được cả hai", "consent_by": MOTHER})
    fill_in(page, {"consent_on": "21/11/2026"})
    follow(page.locator("main form button[value=propose]"))
    blocked(page, "anh, chị hoặc em của trẻ")  # whether they stay together is asked
    tick(page, "siblings", "together")
    if child_says:
        expect(page.locator('[name="child_says"]')).to_have_value(child_says.strip("“”"))  # from Mẫu 10
    explain_all(page, "main form button[value=propose]", "Mẹ đồng ý bằng văn bản, không cần cách ly")
    expect(page.locator("main")).to_contain_text(AUNT)


def the_chair_gives_the_child_into_care(page: Page, number: str, decision: str) -> None:
    side_door(page, number, "Chăm sóc thay thế")
    follow(page.get_by_role("link", name="Quyết định").first)
    tick(page, "authority", "commune_chair")
    fill_in(page, {"number": decision, "decided_on": "23/11/2026", "signed_by": "Lương Thị Thử"})
    explain_all(page, "main form button[value=decide]", "Mẹ đồng ý, dì là người thân thích: không cần Tòa án")
    expect(page.locator("main")).to_contain_text(decision)


def the_child_is_handed_over(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/care")
    follow(page.get_by_role("link", name="Giao trẻ").first)
    fill_in(
        page,
        {"given_on": "25/11/2026", "present": "Dì, mẹ, trưởng thôn, cán bộ", "with_it": "Giấy khai sinh"},
    )
    explain_all(page, "main form button[value=give]")
    expect(page.locator("main")).to_contain_text("25/11/2026")


def a_visit_is_written_down(page: Page, number: str, day: str) -> None:
    page.goto("/care")
    due = page.locator("#due, section", has_text="Việc đến hạn").first
    expect(due).to_contain_text(number)
    page.goto(f"/cases/{number}/care")
    follow(page.locator("#duties").get_by_role("link", name="Ghi lại").first)
    fill_in(page, {"happened_on": day, "child_says": "Em thích ở với dì", "note": "Trẻ khỏe, đi học đều"})
    tick(page, "seen", "yes")
    tick(page, "alone", "yes")
    tick(page, "danger", "no")
    explain_all(page, "main form button[value=keep]")
    expect(page.locator("main .timeline")).to_contain_text("Em thích ở với dì")


def the_forms_of_care_can_be_made(page: Page, number: str, carer: str) -> None:
    decision = issue(page, f"/cases/{number}/papers/12")
    for words in (ELDER, "211/QĐ-UBND", "dì ruột", "Cháu muốn ở với dì"):
        assert words in decision, decision
    told_mother = issue(page, f"/cases/{number}/papers/12", recipient="mother", name=MOTHER, printed=False)
    assert "0900 000 456" not in told_mother  # not where the carer can be found
    assert "thôn Nà Tềnh" not in told_mother
    profile = issue(page, f"/cases/{number}/papers/10", printed=False)
    assert "Dì nhận cả hai" in profile
    visit = issue(page, f"/cases/{number}/papers/13")
    assert "24/02/2027" in visit or "24/2/2027" in visit, visit
    applied = issue(page, f"/papers/make/08?about={carer}", printed=False)
    assert AUNT in applied
    checked = issue(page, f"/papers/make/11?about={carer}", printed=False)
    assert "đã xác minh tại thôn" in checked
    listed = issue(page, "/papers/make/09", printed=False)
    assert AUNT in listed


def the_visits_go_on(page: Page) -> None:
    page.goto("/care")
    for shown in ("Chị", "Em"):
        expect(page.locator("main")).to_contain_text(shown)


def nobody_elsewhere_sees_them(page: Page, report: str, both: tuple[str, str]) -> None:
    for number in both:
        for below in ("", "/care", "/papers", "/circumstances"):
            assert status_of(page, f"/cases/{number}{below}") == 404
    assert status_of(page, f"/reports/{report}") == 404


# --- what a lawyer would compute --------------------------------------------------------------------------------


def runs(house: HouseUnderTest, both: tuple[str, str], clock: str, due: str | None) -> None:
    """A clock of both cases as in the table above: due at a minute, or by the end of a day; none runs if nothing is due."""
    for number in both:
        found = _running(house, number, clock)
        if due is None:
            assert found is None, (number, clock, found)
        elif " " in due:
            assert found == datetime.strptime(due, "%d/%m/%Y %H:%M").replace(tzinfo=LOCAL), (number, found)
        else:
            day = datetime.strptime(due, "%d/%m/%Y").date()
            assert found is not None, (number, clock)
            assert _last_day(found) == day, (number, clock, found.astimezone(LOCAL))


def _last_day(due: datetime) -> date:
    """The day by whose end something is due."""
    return local_day(due - timedelta(seconds=1))


def _running(house: HouseUnderTest, number: str, clock: str) -> datetime | None:
    with house.maintenance(writing=False) as desk:
        case = cases.case(desk, number)
        if clock.startswith("ac_visit"):
            return _next_visit(desk, case)
        rows = desk.all(
            select(CaseClock.due_at).where(
                CaseClock.case_id == case.id, CaseClock.clock == clock, CaseClock.stopped_at.is_(None)
            )
        )
        assert len(rows) <= 1
        return rows[0] if rows else None


def _next_visit(desk: Desk, case: Case) -> datetime | None:
    due = [one for one in care.duties(desk, case) if one.track == Track.VISIT]
    assert len(due) == 1
    return due[0].due_at


def one_report_stands_behind(house: HouseUnderTest, both: tuple[str, str]) -> None:
    with house.maintenance(writing=False) as desk:
        assert len({cases.case(desk, number).report_id for number in both}) == 1
