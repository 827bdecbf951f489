"""An orphan of fourteen finds a foster family: the commune's page, forms 08 to 12, the choice, the handing over.

The child is born on 20/3/2012. The clocks, by hand (Saturdays, Sundays, New Year and Tết 5–10/2/2027 are no working days;
4 and 11 February 2027 are not yet settled and count as worked, so that nothing ends late):

| What happened                              | When       | Clock                                        | Due              |
|--------------------------------------------|------------|----------------------------------------------|------------------|
| health certificate of the carer            | 10/7/2026  | 6 months before she applies (11/1/2027)      | a day too old    |
| decision 12/QĐ-UBND (Form 12)              | 28/1/2027  | 15 working days: 29/1, 1–4/2 (5), 11–12/2,   | 24/2/2027 17:00  |
|                                            |            | 15–19/2 (12), 22, 23, 24/2 (15)              |                  |
| handed over                                | 22/2/2027  | visit after 1 month                          | 22/3/2027 24:00  |
|                                            |            | the carers report after 6 months             | 22/8/2027 24:00  |
|                                            |            | does it still fit, every 6 months            | 22/8/2027 24:00  |
"""

import pytest
from playwright.sync_api import Browser, Page, expect

from casemgr.access.roles import Role
from tests.journeys.fostering import (
    CARER,
    CHILD,
    GRANDMOTHER,
    HUSBAND,
    WISH,
    a_report_of_the_same_child,
    another_family_applies,
    case_clock,
    duties,
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
from tests.journeys.people import Person, hire, sign_in
from tests.journeys.steps import blocked, counted, issue, side_door, status_of, until
from tests.support.browser import follow, served, window
from tests.support.factories import a_case
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest


@pytest.mark.slow
# The long walks share the engines between them.
@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_an_orphan_finds_a_foster_family(house: HouseUnderTest, chromium: Browser) -> None:
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
        the_forms(page, number, carer, officer, chair)
        who_may_see_what(page, number, carer, elsewhere, worker, province, statistician)


# --- decision, handing over -------------------------------------------------------------------------------------


def a_meeting(page: Page, number: str, day: str, note: str) -> None:
    page.goto(f"/cases/{number}/care")
    follow(page.get_by_role("link", name="Ghi một lần làm quen").first)
    write(page, {"happened_on": day, "seen": "yes", "note": note, "present": f"{CARER}, cán bộ"})
    send(page, "main form.flow button.main")
    expect(page.locator("main")).to_contain_text(note)


def the_proposer_does_not_decide(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/care")
    follow(page.get_by_role("link", name="Cơ quan khác đã quyết định"))
    write(page, {"authority": "commune_chair", "number": "1/QĐ", "decided_on": "28/1/2027"})
    send(page, "main form.flow button.main")
    blocked(page, "Chủ tịch xã quyết định ngay tại đây")


def the_chair_decides(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/care")
    follow(page.get_by_role("link", name="Quyết định", exact=True).first)
    expect(page.locator("main")).to_contain_text("Đã hỏi bà ngoại và chú ruột")
    write(page, {"number": "12/QĐ-UBND", "decided_on": "28/1/2027"})
    send(page, "main form.flow button.main")
    page.wait_for_url("**/care")
    page.goto(f"/cases/{number}")
    expect(page.locator("main")).to_contain_text("phải giao trẻ")
    expect(page.locator("main")).to_contain_text("Hoàng Thị Thử")  # still answers for the case


def the_second_meeting_and_the_handing_over(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/care")
    follow(page.get_by_role("link", name="Giao trẻ", exact=True).first)
    write(page, {"given_on": "22/2/2027", "present": f"{CARER}, {HUSBAND}, {GRANDMOTHER}, cán bộ"})
    send(page, "main form.flow button.main")
    blocked(page, "2 lần trước khi giao")  # one of the two meetings is written down
    a_meeting(page, number, "20/2/2027", "Trẻ ăn cơm ở nhà cô chú")
    follow(page.get_by_role("link", name="Giao trẻ", exact=True).first)
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


# --- papers, who sees what --------------------------------------------------------------------------------------


def the_forms(page: Page, number: str, carer: str, officer: Person, chair: Person) -> None:
    of_case = f"/cases/{number}/papers"
    for address, wanted in (
        (f"/papers/make/08?about={carer}", (CARER, "020185000111", "Giáo viên", "11/01/2027")),
        ("/papers/make/09", ()),
        (f"/papers/make/11?about={carer}", (CARER, "Có đủ sức khỏe", "Trung tâm Y tế")),
        (f"{of_case}/10", (CHILD, WISH, "Thăm bà ngoại mỗi tuần", "20/03/2012")),
    ):
        told = issue(page, address, printed=False)
        for words in wanted:
            assert words in told, (address, words, told)
    told = issue(page, f"{of_case}/12", recipient="substitute_carer", name=CARER, shown="place")
    for words in (CHILD, CARER, "020185000111", "12/QĐ-UBND", WISH, GRANDMOTHER, "Lương Văn Thử"):
        assert words in told, (words, told)
    sign_in(page, chair)
    told = issue(page, f"{of_case}/12", printed=False)
    assert CARER not in told and "020185000111" not in told, (
        told
    )  # where the child is stands in it only on purpose
    told = issue(page, f"{of_case}/12", recipient="own_file", shown="place", printed=False)
    assert CARER in told, told  # the chair signs this decision and may name the carers on it
    sign_in(page, officer)


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
    assert status_of(page, f"/care/carers/{carer}/edit") == 403
    sign_in(page, statistician)
    assert status_of(page, f"/cases/{number}/care") in (403, 404)
    counted(page, LANG_SON, 0, period="2026-Q4")  # no child was harmed here by what is on file for this one
