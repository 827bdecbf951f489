"""From the cases of a commune to a table that the country has published, and its amendment when a case comes late.

A real browser, the real application. Nobody types a number.
"""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from casemgr.access.roles import Role
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake.terms import Decision
from tests.journeys.people import Person, hire, sign_in
from tests.support.browser import follow, served, window
from tests.support.factories import a_report
from tests.support.house import LANG_SON, NA_SAM, HouseUnderTest

PERIOD = "2026-H2"
SIGNING_DAY = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
REASON = "Một hồ sơ tiếp nhận tháng 12 được ghi sau ngày ký"


@pytest.mark.slow
def test_cases_to_published_table(swept: HouseUnderTest, chromium: Browser) -> None:
    house = swept
    officer = hire(house, Role.COMMUNE_OFFICER, NA_SAM, "Hoàng Thị Thử")
    province = hire(house, Role.STATISTICIAN, LANG_SON, "Vi Thu Thử")
    country = hire(house, Role.STATISTICIAN, "VN", "Trần Thị Thử")
    second = hire(house, Role.STATISTICIAN, "VN", "Lê Văn Thử", person=1)
    number = a_report(house)

    with served(house) as address, window(chromium, address) as page:
        sign_in(page, officer)
        the_officer_takes_it_on(page, number)
        house.clock.move(SIGNING_DAY - house.clock.now())
        sign_in(page, officer)
        the_officer_reads_and_signs(page, number)
        sign_in(page, province)
        the_province_approves(page)
        the_return_is_signed(page, LANG_SON)
        approved_by(page, country, LANG_SON)
        published_by(page, province, LANG_SON)
        sign_in(page, country)
        the_return_is_signed(page, "VN")
        approved_by(page, second, "VN")
        published_by(page, country, "VN")
        expect(page.locator("tr.sum").first).to_contain_text("1")

        house.clock.move(timedelta(days=3))
        late = a_case_that_came_late(house)
        sign_in(page, country)
        the_country_amends(page)
        approved_by(page, second, "VN")
        published_by(page, country, "VN")
        sign_in(page, officer)
        everybody_reads_the_difference(page)
        the_number_opens_to_the_late_case(page, late)


def the_officer_takes_it_on(page: Page, number: str) -> None:
    page.goto(f"/reports/{number}")
    page.get_by_label("Nhận", exact=False).first.check()
    follow(page.get_by_role("button", name="Quyết định", exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nông Minh Khang")


def the_officer_reads_and_signs(page: Page, number: str) -> None:
    line = page.locator(".notice.explain", has_text="Báo cáo 6 tháng")
    expect(line).to_contain_text("còn 6 ngày")
    follow(line.get_by_role("link", name="Đọc và ký"))
    expect(page.locator("ol.states li[aria-current]")).to_contain_text("Nháp")
    page.locator("tr.sum a").last.wait_for()
    follow(page.locator("#table-1 tr.sum a").last)
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("main")).not_to_contain_text("Khang")
    page.go_back()
    follow(page.get_by_role("link", name="Kiểm và ký"))
    sign(page)
    expect(page.locator("ol.states li[aria-current]")).to_contain_text("Đã kiểm, chờ duyệt")


def the_province_approves(page: Page) -> None:
    page.goto("/reporting")
    follow(page.locator("#approve").get_by_role("link", name="Xã Na Sầm"))
    expect(page.locator("main")).to_contain_text("Hoàng Thị Thử")
    follow(page.get_by_role("button", name="Duyệt", exact=True))
    expect(page.locator("ol.states li").last).to_contain_text("Đã duyệt")
    page.goto(f"/reporting/half/{PERIOD}/{LANG_SON}/units")
    row = page.locator("tr", has=page.get_by_role("link", name="Xã Na Sầm"))
    expect(row).to_contain_text("Báo cáo đúng hạn")


def the_return_is_signed(page: Page, place: str) -> None:
    page.goto(f"/reporting/half/{PERIOD}/{place}/sign")
    sign(page)
    expect(page.locator("main")).to_contain_text("Người khác sẽ duyệt.")


def sign(page: Page) -> None:
    """Explain what asks for a word, and sign."""
    for box in page.locator("textarea[name^=explanation-]").all():
        box.fill("Đã đối chiếu với hồ sơ, số liệu đúng")
    follow(page.get_by_role("button", name="Ký các số này"))


def approved_by(page: Page, person: Person, place: str) -> None:
    sign_in(page, person)
    page.goto(f"/reporting/half/{PERIOD}/{place}")
    follow(page.get_by_role("button", name="Duyệt", exact=True))
    expect(page.locator("ol.states li[aria-current]")).to_contain_text("Đã duyệt")


def published_by(page: Page, person: Person, place: str) -> None:
    sign_in(page, person)
    page.goto(f"/reporting/half/{PERIOD}/{place}")
    follow(page.get_by_role("button", name="Công bố", exact=True))
    expect(page.locator("ol.states li.done").last).to_contain_text("Đã công bố")


def a_case_that_came_late(house: HouseUnderTest) -> str:
    """Received in December, written down in January."""
    number = a_report(house, received_at=datetime(2026, 12, 20, 3, 0, tzinfo=UTC))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, reports.report(desk, number), decision=Decision.ACCEPTED)
    house.clock.move(timedelta(minutes=5))
    return number


def the_country_amends(page: Page) -> None:
    page.goto(f"/reporting/half/{PERIOD}/VN")
    expect(page.locator("#table-1 tr.sum td").last).to_have_text("1")
    expect(page.locator("main")).to_contain_text("số đã khác")
    follow(page.get_by_role("link", name="Xem số nào, vì sao"))
    expect(page.locator("tbody tr").first).to_contain_text("ghi sau khi bản trước được ký")
    page.go_back()
    follow(page.get_by_role("link", name="Lập bản sửa"))
    page.locator('[name="reason"]').fill(REASON)
    sign(page)
    expect(page.locator("main")).to_contain_text("Bản sửa của bản 1")


def everybody_reads_the_difference(page: Page) -> None:
    """What the country has published is read in a commune too: both versions, and why they differ."""
    page.goto("/reporting")
    follow(page.locator("#published").get_by_role("link", name="Báo cáo 6 tháng").first)
    expect(page.locator("#table-1 tr.sum td").last).to_have_text("2")
    page.goto(f"/reporting/half/{PERIOD}/VN/versions/1")
    expect(page.locator("#table-1 tr.sum td").last).to_have_text("1")
    expect(page.locator("aside")).to_contain_text("khớp")
    page.goto(f"/reporting/half/{PERIOD}/VN/versions/2/changes")
    expect(page.locator("main")).to_contain_text(REASON)
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("Cả nước")
    expect(first.locator("td").nth(0)).to_have_text("1")
    expect(first.locator("td").nth(1)).to_have_text("2")
    expect(first).to_contain_text("1 hồ sơ: ghi sau khi bản trước được ký")


def the_number_opens_to_the_late_case(page: Page, late: str) -> None:
    page.goto(f"/reporting/half/{PERIOD}/{NA_SAM}/changes")
    expect(page.locator("tbody tr").first).to_contain_text(late)
