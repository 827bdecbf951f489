"""An orphan of fourteen goes to a foster family until sixteen: on the commune's page, through forms 08 to 16, to the end.

The child is born on 20/3/2012. The clocks, by hand (Saturdays, Sundays, New Year and Tết 5–10/2/2027 are no working days;
4 and 11 February 2027 are not yet settled and count as worked, so that nothing ends late):

| What happened                              | When       | Clock                                        | Due              |
|--------------------------------------------|------------|----------------------------------------------|------------------|
| report by telephone                        | 18/11/2026 | 12 hours, from 12:45                         | 19/11 00:45      |
| decision 12/QĐ-UBND (Form 12)              | 28/1/2027  | 15 working days: 29/1, 1–4/2 (5), 11–12/2,   | 24/2/2027 17:00  |
|                                            |            | 15–19/2 (12), 22, 23, 24/2 (15)              |                  |
| handed over                                | 22/2/2027  | visit after 1 month                          | 22/3/2027 24:00  |
|                                            |            | the carers report after 6 months             | 22/8/2027 24:00  |
|                                            |            | does it still fit, every 6 months            | 22/8/2027 24:00  |
| first visit                                | 19/3/2027  | visit after 3 months                         | 22/5/2027 24:00  |
| second visit                               | 20/5/2027  | visit after 6 months                         | 22/8/2027 24:00  |
| third visit, three days late               | 25/8/2027  | visit after 12 months                        | 22/2/2028 24:00  |
| carers' first report, does it fit          | 20/8/2027  | then after a year: 22/8/2028; 6 months more: | 22/2/2028 24:00  |
| fourth visit                               | 18/2/2028  | visit after 18 months                        | 22/8/2028 24:00  |
| three months before sixteen                | 20/12/2027 | turning sixteen comes up (of the house)      |                  |
| sixteen                                    | 20/3/2028  | no longer counted; the care ends by decision | every clock over |
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases.models import Case, CaseClock
from casemgr.core.calendar import LOCAL
from casemgr.intervention.care.models import CareDuty
from tests.journeys.fostering import (
    CARER,
    CHILD,
    GIVEN,
    GRANDMOTHER,
    HUSBAND,
    WISH,
    a_report_of_the_same_child,
    another_family_applies,
    it_is_the_same_child,
    no_danger,
    nobody_who_may_not_is_chosen,
    send,
    somebody_applies,
    somebody_was_sanctioned_there,
    the_certificate_is_renewed,
    the_chair_approves_the_plan,
    the_child_is_described,
    the_commune_registers_the_orphan,
    the_conditions_with_one_that_fails,
    the_list_of_the_quarter,
    the_officer_studies_and_plans,
    the_proposal,
    the_record_is_seen,
    the_register_counts,
    write,
)
from tests.journeys.people import Person, hire, sign_in, tick_level
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
from tests.support.browser import browser, served, window
from tests.support.factories import a_case
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.mark.slow
def test_an_orphan_in_a_foster_family_until_sixteen(house: HouseUnderTest, chromium: Browser) -> None:
    officer = hire(house, Role.COMMUNE_OFFICER, NA_SAM, "Hoàng Thị Thử")
    chair = hire(house, Role.COMMUNE_CHAIR, NA_SAM, "Lương Văn Thử")
    worker = hire(house, Role.SOCIAL_WORKER, NA_SAM, "Đinh Thị Thử")
    province = hire(house, Role.PROVINCE_SUPERVISOR, LANG_SON, "Nguyễn Văn Thử")
    elsewhere = hire(house, Role.COMMUNE_OFFICER, THAT_KHE, "Triệu Văn Thử")
    statistician = hire(house, Role.STATISTICIAN, LANG_SON, "Vi Thu Thử")
    beaten = a_case(house, unit_code=THAT_KHE)
    with served(house) as address, window(chromium, address) as page:
        until(house, "18/11/2026", "12:45")
        sign_in(page, elsewhere)
        somebody_was_sanctioned_there(page, beaten)
        sign_in(page, officer)
        entry = the_commune_registers_the_orphan(page)
        number = a_report_of_the_same_child(page)
        it_is_the_same_child(page, number)
        no_danger(page, number)
        until(house, "23/11/2026")
        sign_in(page, officer)
        the_officer_studies_and_plans(page, number)
        sign_in(page, chair)
        the_chair_approves_the_plan(page, number)

        until(house, "11/1/2027")
        sign_in(page, officer)
        carer = somebody_applies(page)
        other = another_family_applies(page)
        the_conditions_with_one_that_fails(page, carer)
        the_record_is_seen(page, other)
        the_child_is_described(page, number)
        nobody_who_may_not_is_chosen(page, number, carer=carer, other=other)
        until(house, "11/1/2027", "09:10")
        the_certificate_is_renewed(page, carer)
        the_proposal(page, number, carer)
        the_list_of_the_quarter(page)
        until(house, "15/1/2027")
        sign_in(page, officer)
        a_meeting(page, number, "15/1/2027", "Trẻ và gia đình nói chuyện ở nhà bà ngoại")
        until(house, "28/1/2027")
        sign_in(page, officer)
        the_proposer_does_not_decide(page, number)
        sign_in(page, chair)
        the_chair_decides(page, number)
        case_clock(house, number, "ac_handover_15wd", "24/2/2027")

        until(house, "22/2/2027")
        sign_in(page, officer)
        the_second_meeting_and_the_handing_over(page, number)
        duties(house, number, visit="22/3/2027", carer_report="22/8/2027", fit_review="22/8/2027")
        the_group_of_the_child_changes(page, entry, number)
        until(house, "19/3/2027")
        sign_in(page, officer)
        written(page, number, "visit", VISIT)
        duties(house, number, visit="22/5/2027", carer_report="22/8/2027", fit_review="22/8/2027")
        until(house, "20/5/2027")
        sign_in(page, officer)
        written(page, number, "visit", VISIT)
        duties(house, number, visit="22/8/2027", carer_report="22/8/2027", fit_review="22/8/2027")
        the_plan_is_done_and_the_case_closed(page, number, officer, chair)
        a_change_is_considered_and_refused(page, number, officer, chair)

        until(house, "20/8/2027")
        sign_in(page, officer)
        written(page, number, "carer_report", {"danger": "no", "school": "Lên lớp 10", "note": "Cháu ngoan"})
        written(page, number, "fit_review", {"fits": "yes", "child_says": WISH, "note": "Vẫn phù hợp"})
        duties(house, number, visit="22/8/2027", carer_report="22/8/2028", fit_review="22/2/2028")
        until(house, "25/8/2027")
        a_late_visit_climbs(house, page, number, officer, chair, province)
        sign_in(page, officer)
        written(page, number, "visit", VISIT)
        duties(house, number, visit="22/2/2028", carer_report="22/8/2028", fit_review="22/2/2028")

        until(house, "19/12/2027")
        sign_in(page, officer)
        sixteen_comes_up(page, number, yet=False)
        until(house, "20/12/2027")
        sign_in(page, officer)
        sixteen_comes_up(page, number, yet=True)
        until(house, "18/2/2028")
        sign_in(page, officer)
        written(page, number, "visit", VISIT)
        written(page, number, "fit_review", {"fits": "yes", "note": "Phù hợp đến đủ 16 tuổi"})
        the_transition(page, number)
        duties(house, number, visit="22/8/2028", carer_report="22/8/2028", fit_review="22/8/2028")
        until(house, "19/3/2028")
        sign_in(page, officer)
        the_register_counts(page, 1)
        until(house, "20/3/2028")
        sign_in(page, officer)
        the_register_counts(page, 0)
        the_end_is_asked_for(page, number)
        sign_in(page, chair)
        the_chair_ends_the_care(page, number)
        duties(house, number)
        sign_in(page, officer)
        the_circumstances_end(page)
        the_forms(page, number, carer, officer, chair)
        the_life_of_the_child(page, number)
        who_may_see_what(page, number, carer, elsewhere, worker, province, statistician)


VISIT = {
    "seen": "yes",
    "alone": "yes",
    "child_says": "Cháu ngủ phòng riêng, cô chú tốt với cháu.",
    "danger": "no",
    "school": "Đi học đều",
    "note": "Đã xem chỗ ngủ, gặp riêng trẻ",
}


# --- decision, handing over, visits -----------------------------------------------------------------------------


def a_meeting(page: Page, number: str, day: str, note: str) -> None:
    page.goto(f"/cases/{number}/care")
    page.get_by_role("link", name="Ghi một lần làm quen").first.click()
    write(page, {"happened_on": day, "seen": "yes", "note": note, "present": f"{CARER}, cán bộ"})
    send(page, "main form.flow button.main")
    expect(page.locator("main")).to_contain_text(note)


def the_proposer_does_not_decide(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/care")
    page.get_by_role("link", name="Cơ quan khác đã quyết định").click()
    write(page, {"authority": "commune_chair", "number": "1/QĐ", "decided_on": "28/1/2027"})
    send(page, "main form.flow button.main")
    blocked(page, "Chủ tịch xã quyết định ngay tại đây")


def the_chair_decides(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/care")
    page.get_by_role("link", name="Quyết định", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("Đã hỏi bà ngoại và chú ruột")
    write(page, {"number": "12/QĐ-UBND", "decided_on": "28/1/2027"})
    send(page, "main form.flow button.main")
    page.wait_for_url("**/care")
    page.goto(f"/cases/{number}")
    expect(page.locator("main")).to_contain_text("phải giao trẻ")
    expect(page.locator("main")).to_contain_text("Hoàng Thị Thử")  # still answers for the case


def the_second_meeting_and_the_handing_over(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/care")
    page.get_by_role("link", name="Giao trẻ", exact=True).first.click()
    write(page, {"given_on": "22/2/2027", "present": f"{CARER}, {HUSBAND}, {GRANDMOTHER}, cán bộ"})
    send(page, "main form.flow button.main")
    blocked(page, "2 lần trước khi giao")  # one of the two meetings is written down
    a_meeting(page, number, "20/2/2027", "Trẻ ăn cơm ở nhà cô chú")
    page.get_by_role("link", name="Giao trẻ", exact=True).first.click()
    write(page, {"given_on": "22/2/2027", "present": f"{CARER}, {HUSBAND}, {GRANDMOTHER}, cán bộ"})
    send(page, "main form.flow button.main")
    page.wait_for_url("**/care")
    expect(page.locator("#duties")).to_contain_text("Đến thăm trẻ")
    page.goto(f"/cases/{number}")
    expect(page.locator("main")).to_contain_text("Trẻ đang được chăm sóc thay thế")


def the_group_of_the_child_changes(page: Page, entry: str, number: str) -> None:
    """With kin until 21/2/2027, from the next day in the care of a family that is not kin."""
    page.goto(f"/circumstances/{entry}/end")
    write(
        page, {"until": "21/2/2027", "ended": "over", "ended_note": "Đã giao cho gia đình chăm sóc thay thế"}
    )
    send(page, "main form button.main")
    side_door(page, number, "Hoàn cảnh đặc biệt")
    since = {"since-precision": "day", "since-day": "22", "since-month": "2", "since-year": "2027"}
    write(page, {"code": "orphan.4", **since, "known_by": "Quyết định 12/QĐ-UBND"})
    send(page, "main form.flow button.main")
    expect(page.locator("main")).to_contain_text("không thân thích")
    the_register_counts(page, 1)


def written(page: Page, number: str, what: str, told: dict[str, str]) -> None:
    page.goto(f"/cases/{number}/care")
    page.locator(f'main a[href$="/write/{what}"]').first.click()
    write(page, told)
    send(page, "main form.flow button.main")
    page.wait_for_url("**/care")
    expect(page.locator("main")).to_contain_text(told["note"])


def the_plan_is_done_and_the_case_closed(page: Page, number: str, officer: Person, chair: Person) -> None:
    """The plan is done in May; the care goes on after the case is closed, and the file says who visits."""
    page.goto(f"/cases/{number}/services")
    page.locator("main form input[type=radio][name=service]").first.check()
    write(page, {"happened_on": "20/5/2027", "seen": "yes", "alone": "yes", "changed": "Trẻ đã ổn định"})
    send(page, "main form button.main")
    page.goto(f"/cases/{number}/review")
    for row, level in (
        ("A1", "low"),
        ("A2", "low"),
        ("A3", "low"),
        ("B1", "high"),
        ("B2", "high"),
        ("B3", "high"),
    ):
        tick_level(page, f"M06.{row}", level)
    for name in ("safe", "stable"):
        tick(page, name, "yes")
        fill_in(page, {f"{name}_evidence": "Đã đến nhà, gặp riêng trẻ"})
    fill_in(page, {"child_says": "Cháu ổn, cháu thích ở đây."})
    send(page, "main form button[value=close]")
    blocked(page, "Trẻ đang được chăm sóc thay thế")
    explain_all(page, "main form button[value=close]", "Cán bộ Hoàng Thị Thử tiếp tục đến thăm")
    sign_in(page, chair)
    page.goto(f"/cases/{number}/closure")
    tick(page, "decision", "close")
    explain_all(page, "main form button[value=look]", "Đồng ý")
    send(page, "main form button[value=close]")
    sign_in(page, officer)
    page.goto(f"/cases/{number}")
    expect(page.get_by_text("Hồ sơ đã kết thúc", exact=False).first).to_be_visible()
    expect(page.locator("main")).to_contain_text("Trẻ đang được chăm sóc thay thế")


def a_change_is_considered_and_refused(page: Page, number: str, officer: Person, chair: Person) -> None:
    """An aunt comes forward; the child does not want to go, and the chair lets it stay."""
    page.goto(f"/cases/{number}/care")
    page.get_by_role("link", name="Đổi người nhận chăm sóc").click()
    write(
        page,
        {
            "form": "kin",
            "other_name": "Hoàng Thị Dì Thử",
            "other_commune": "Thất Khê",
            "rank": "kin",
            "other_birth-precision": "year",
            "other_birth-year": "1988",
            "relation": "dì ruột",
            "change_reason": "family_reunion",
            "consent": "given",
            "consent_by": GRANDMOTHER,
            "consent_on": "19/5/2027",
            "siblings": "none",
            "why": "Dì xin đón cháu",
            "child_says": "Cháu muốn ở lại.",
        },
    )
    explain_all(page, "main form.flow button.main", "Xã Thất Khê đang xác minh")
    expect(page.locator("main")).to_contain_text("chờ quyết định")
    sign_in(page, chair)
    page.goto(f"/cases/{number}/care")
    page.get_by_role("link", name="Quyết định", exact=True).first.click()
    page.locator("main details summary").last.click()
    write(page, {"drop_why": "Trẻ muốn ở lại, nơi đang ở vẫn phù hợp"})
    send(page, 'main form[action$="/drop"] button')
    page.wait_for_url("**/care")
    expect(page.locator("main")).to_contain_text("không thực hiện")
    expect(page.locator("main")).to_contain_text("đang chăm sóc")
    expect(page.locator("main")).to_contain_text("Trẻ muốn ở lại, nơi đang ở vẫn phù hợp")
    sign_in(page, officer)


def a_late_visit_climbs(
    house: HouseUnderTest, page: Page, number: str, officer: Person, chair: Person, province: Person
) -> None:
    """Nobody reacted by 22/8: the officer reads it under My day, the chair is told, two days later the province."""
    ran = house.app.test_cli_runner().invoke(args=["notices", "run", "--json"])
    assert ran.exit_code == 0, ran.output
    done = json.loads(ran.output)
    assert done["escalated"] >= 2, done
    sign_in(page, officer)
    page.goto("/")
    late = page.locator("main li, aside li", has_text=number).filter(has_text="Đến thăm trẻ").first
    expect(late).to_contain_text("22/8")
    for person in (officer, chair, province):
        sign_in(page, person)
        page.goto("/notices")
        expect(page.locator("main")).to_contain_text(number)
        expect(page.locator("main")).not_to_contain_text(GIVEN)
    sign_in(page, officer)
    page.goto(f"/cases/{number}")
    expect(page.locator("#timeline")).to_contain_text("cấp trên")


# --- turning sixteen --------------------------------------------------------------------------------------------


def sixteen_comes_up(page: Page, number: str, *, yet: bool) -> None:
    for address, words in (
        ("/care", "Trao đổi việc trẻ sắp đủ 16 tuổi"),
        (f"/cases/{number}/care", "20/3/2028"),
    ):
        page.goto(address)
        found = expect(page.locator("main"))
        found.to_contain_text(words) if yet else found.not_to_contain_text(words)


def the_transition(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/care")
    page.locator('main a[href$="/write/transition"]').click()
    write(page, {"child_says": "Cháu học nghề ở huyện.", "outcome": "end", "note": "Ở ký túc xá trường nghề"})
    send(page, "main form.flow button.main")
    page.wait_for_url("**/care")
    expect(page.locator("main .notice", has_text="20/3/2028")).to_have_count(0)


def the_end_is_asked_for(page: Page, number: str) -> None:
    """Mẫu 15."""
    page.goto(f"/cases/{number}/care")
    page.get_by_role("link", name="Chấm dứt chăm sóc").first.click()
    write(
        page,
        {
            "end_reason": "child_wish",
            "why": "Trẻ đủ 16 tuổi, đi học nghề",
            "asked_by": "Trẻ và gia đình",
            "goes_to": "Ký túc xá trường nghề",
            "ended_on": "20/3/2028",
        },
    )
    send(page, "main form.flow button[value=ask]")
    blocked(page, "nguyện vọng")
    write(page, {"child_says": "Cháu muốn đi học nghề."})
    send(page, "main form.flow button[value=ask]")
    page.wait_for_url("**/care")


def the_chair_ends_the_care(page: Page, number: str) -> None:
    """Mẫu 16."""
    page.goto(f"/cases/{number}/care")
    page.get_by_role("link", name="Chấm dứt chăm sóc").first.click()
    expect(page.locator('[name="why"]')).to_have_value("Trẻ đủ 16 tuổi, đi học nghề")
    write(page, {"number": "31/QĐ-UBND", "ended_on": "20/3/2028"})
    send(page, "main form.flow button[value=end]")
    page.wait_for_url("**/care")
    expect(page.locator("main")).to_contain_text("31/QĐ-UBND")


def the_circumstances_end(page: Page) -> None:
    page.goto("/circumstances")
    page.locator("#adults").get_by_role("link").first.click()
    page.get_by_role("link", name="Kết thúc").first.click()
    write(page, {"until": "19/3/2028", "ended": "sixteen"})
    send(page, "main form button.main")
    blocked(page, "chưa đủ 16 tuổi")
    write(page, {"until": "20/3/2028"})
    send(page, "main form button.main")
    page.goto("/circumstances")
    expect(page.locator("#adults")).to_have_count(0)


# --- papers, the child's page, who sees what --------------------------------------------------------------------


def the_forms(page: Page, number: str, carer: str, officer: Person, chair: Person) -> None:
    of_case, seated = f"/cases/{number}/papers", None
    for person, address, wanted in (
        (officer, f"/papers/make/08?about={carer}", (CARER, "020185000111", "Giáo viên", "11/1/2027")),
        (officer, "/papers/make/09", ()),
        (officer, f"/papers/make/11?about={carer}", (CARER, "Có đủ sức khỏe", "Trung tâm Y tế")),
        (officer, f"{of_case}/10", (CHILD, WISH, "Thăm bà ngoại mỗi tuần", "20/3/2012")),
        (officer, f"{of_case}/13", (CHILD, "Đã xem chỗ ngủ", "18/2/2028")),
        (officer, f"{of_case}/15", (CHILD, "Trẻ đủ 16 tuổi, đi học nghề")),
        (chair, f"{of_case}/12", (CHILD, CARER, "020185000111", "12/QĐ-UBND", WISH, GRANDMOTHER)),
        (chair, f"{of_case}/16", (CHILD, CARER, "31/QĐ-UBND", "Ký túc xá trường nghề", "Lương Văn Thử")),
    ):
        if person is not seated:
            sign_in(page, person)
            seated = person
        told = issue(page, address)
        for words in wanted:
            assert words in told, (address, words, told)
    sign_in(page, officer)


def the_life_of_the_child(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}")
    page.get_by_role("link", name="Trẻ qua các năm").click()
    expect(page.locator("main")).to_contain_text("16 tuổi")
    expect(page.locator("#placements")).to_contain_text(CARER)
    expect(page.locator("#placements")).to_contain_text("20/3/2028")
    expect(page.locator("#circumstances li")).to_have_count(2)
    expect(page.locator("#years th[scope=col]")).to_have_count(4)  # what, 2026, 2027, 2028


def who_may_see_what(
    page: Page,
    number: str,
    carer: str,
    elsewhere: Person,
    worker: Person,
    province: Person,
    statistician: Person,
) -> None:
    here = (f"/cases/{number}", f"/cases/{number}/care", f"/cases/{number}/papers")
    for person in (elsewhere, worker):
        sign_in(page, person)
        for address in (*here, f"/care/carers/{carer}"):
            assert status_of(page, address) == 404, (person, address)
    sign_in(page, province)
    assert status_of(page, f"/cases/{number}/care") == 200
    assert status_of(page, f"/cases/{number}/care/choose") == 403
    assert status_of(page, f"/cases/{number}/known-child") == 403
    sign_in(page, statistician)
    assert status_of(page, f"/cases/{number}/care") in (403, 404)
    counted(page, LANG_SON, 0, period="2026-Q4")  # no child was harmed here by what is on file for this one


# --- what the law computes --------------------------------------------------------------------------------


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
