"""A foster child until sixteen: visits, reports, a refused change, a late visit, forms 13, 15 and 16, to the end.

The child is born on 20/3/2012 and lives with the family since 22/2/2027 (test_orphan_finds_a_family.py). The clocks, by hand:

| What happened                              | When       | Clock                                        | Due              |
|--------------------------------------------|------------|----------------------------------------------|------------------|
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
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from casemgr.access.roles import Role
from casemgr.intervention.care.terms import Answer, EntryKind, Said
from tests.intervention.care.work import noted
from tests.journeys.fostering import (
    CARER,
    CHILD,
    GIVEN,
    GRANDMOTHER,
    WISH,
    duties,
    given_to_a_family,
    send,
    the_register_counts,
    write,
)
from tests.journeys.people import Person, hire, sign_in, tick_level
from tests.journeys.steps import blocked, explain_all, fill_in, issue, tick, until
from tests.support.browser import follow, served, window
from tests.support.house import LANG_SON, NA_SAM, HouseUnderTest


@pytest.mark.slow
# The long walks share the engines between them.
@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
def test_a_foster_child_until_sixteen(house: HouseUnderTest, chromium: Browser) -> None:
    officer = hire(house, Role.COMMUNE_OFFICER, NA_SAM, "Hoàng Thị Thử")
    chair = hire(house, Role.COMMUNE_CHAIR, NA_SAM, "Lương Văn Thử")
    province = hire(house, Role.PROVINCE_SUPERVISOR, LANG_SON, "Nguyễn Văn Thử")
    number, placement = given_to_a_family(house)
    with served(house) as address, window(chromium, address) as page:
        until(house, "19/3/2027")
        sign_in(page, officer)
        written(page, number, "visit", VISIT)
        duties(house, number, visit="22/5/2027", carer_report="22/8/2027", fit_review="22/8/2027")
        until(house, "20/5/2027")
        sign_in(page, officer)
        noted(house, number, placement, EntryKind.VISIT, date(2027, 5, 20))
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
        noted(house, number, placement, EntryKind.VISIT, date(2027, 8, 25))
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
        fits = Said(fits=Answer.YES, note="Phù hợp đến đủ 16 tuổi")
        noted(house, number, placement, EntryKind.FIT_REVIEW, date(2028, 2, 18), fits)
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
        the_forms(page, number)
        the_life_of_the_child(page, number)


VISIT = {
    "seen": "yes",
    "alone": "yes",
    "child_says": "Cháu ngủ phòng riêng, cô chú tốt với cháu.",
    "danger": "no",
    "school": "Đi học đều",
    "note": "Đã xem chỗ ngủ, gặp riêng trẻ",
}


# --- visits, closing while in care, a change that is refused, a late visit ----------------------------------------


def written(page: Page, number: str, what: str, told: dict[str, str]) -> None:
    page.goto(f"/cases/{number}/care")
    follow(page.locator(f'main a[href$="/write/{what}"]').first)
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
    follow(page.get_by_role("link", name="Đổi người nhận chăm sóc"))
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
    follow(page.get_by_role("link", name="Quyết định", exact=True).first)
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
    follow(page.locator('main a[href$="/write/transition"]'))
    write(page, {"child_says": "Cháu học nghề ở huyện.", "outcome": "end", "note": "Ở ký túc xá trường nghề"})
    send(page, "main form.flow button.main")
    page.wait_for_url("**/care")
    expect(page.locator("main .notice", has_text="20/3/2028")).to_have_count(0)


def the_end_is_asked_for(page: Page, number: str) -> None:
    """Mẫu 15."""
    page.goto(f"/cases/{number}/care")
    follow(page.get_by_role("link", name="Chấm dứt chăm sóc").first)
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
    follow(page.get_by_role("link", name="Chấm dứt chăm sóc").first)
    expect(page.locator('[name="why"]')).to_have_value("Trẻ đủ 16 tuổi, đi học nghề")
    write(page, {"number": "31/QĐ-UBND", "ended_on": "20/3/2028"})
    send(page, "main form.flow button[value=end]")
    page.wait_for_url("**/care")
    expect(page.locator("main")).to_contain_text("31/QĐ-UBND")


def the_circumstances_end(page: Page) -> None:
    page.goto("/circumstances")
    follow(page.locator("#adults").get_by_role("link").first)
    follow(page.get_by_role("link", name="Kết thúc").first)
    write(page, {"until": "18/3/2028", "ended": "sixteen"})
    send(page, "main form button.main")
    blocked(page, "chưa đủ 16 tuổi")
    write(page, {"until": "19/3/2028"})  # the last day under sixteen
    send(page, "main form button.main")
    page.goto("/circumstances")
    expect(page.locator("#adults")).to_have_count(0)


# --- papers, the child's page -----------------------------------------------------------------------------------


def the_forms(page: Page, number: str) -> None:
    for form, wanted in (
        ("13", (CHILD, CARER, "Đã xem chỗ ngủ", "18/02/2028")),
        ("15", (CHILD, CARER, "Trẻ đủ 16 tuổi, đi học nghề")),
        ("16", (CHILD, CARER, "31/QĐ-UBND", "Ký túc xá trường nghề", "Lương Văn Thử")),
    ):
        told = issue(page, f"/cases/{number}/papers/{form}", shown="place", printed=form == "16")
        for words in wanted:
            assert words in told, (form, words, told)


def the_life_of_the_child(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}")
    follow(page.get_by_role("link", name="Trẻ qua các năm"))
    expect(page.locator("main")).to_contain_text("16 tuổi")
    expect(page.locator("#placements")).to_contain_text(CARER)
    expect(page.locator("#placements")).to_contain_text("20/3/2028")
    expect(page.locator("#circumstances li")).to_have_count(2)
    expect(page.locator("#years th[scope=col]")).to_have_count(4)  # what, 2026, 2027, 2028
