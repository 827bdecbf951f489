"""The whole story, as people live it: hotline 111 sends a referral, a commune acts, a chair decides, the country counts.

A real browser, the real application, a real signature. When this is red, nothing else matters.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from casemgr.access.roles import Role
from tests.exchange.machine import Machine, hmac_machine
from tests.journeys.people import hire, sign_in, tick_level
from tests.support.browser import follow, served, window
from tests.support.house import LANG_SON, NA_SAM, HouseUnderTest

REFERENCE = "111-2026-000123"


@pytest.mark.slow
def test_hotline_to_table(house: HouseUnderTest, chromium: Browser) -> None:
    officer = hire(house, Role.COMMUNE_OFFICER, NA_SAM, "Hoàng Thị Thử")
    chair = hire(house, Role.COMMUNE_CHAIR, NA_SAM, "Lương Văn Thử")
    statistician = hire(house, Role.STATISTICIAN, LANG_SON, "Vi Thu Thử")
    hotline = hmac_machine(house)

    number = the_hotline_sends_a_referral(house, hotline)
    with served(house) as address:
        with window(chromium, address) as page:
            sign_in(page, officer)
            the_officer_takes_it_on(page, number)
            the_officer_assesses_the_danger(page)
            the_officer_writes_down_what_was_done_tonight(page, house)
            house.clock.move(timedelta(days=1))
            sign_in(page, officer)
            the_officer_studies_the_case(page, number)
            the_officer_draws_up_the_plan(page, number)
        with window(chromium, address) as page:
            sign_in(page, chair)
            the_chair_approves(page, number)
        house.clock.move(timedelta(days=20))
        with window(chromium, address) as page:
            sign_in(page, officer)
            the_officer_writes_the_diary(page, number)
            house.clock.move(timedelta(days=80))
            sign_in(page, officer)
            the_officer_reviews(page, number)
        with window(chromium, address) as page:
            sign_in(page, chair)
            the_chair_closes(page, number)
        with window(chromium, address) as page:
            sign_in(page, statistician)
            the_child_is_counted(page)
        with window(chromium, address) as page:
            sign_in(page, officer)
            the_number_opens_to_the_case(page, number)
    the_hotline_knows_how_it_went(house, hotline)


def the_hotline_sends_a_referral(house: HouseUnderTest, hotline: Machine) -> str:
    answer = hotline.post(
        "/api/v1/referrals",
        {
            "reference": REFERENCE,
            "received_at": house.clock.now().isoformat(),
            "channel": "telephone",
            "kind": "intervention",
            "urgency": "emergency",
            "incident": {
                "unit_code": NA_SAM,
                "occurred_on": "2026-11-17",
                "precision": "day",
                "environment": "family",
            },
            "children": [
                {
                    "ref": "c1",
                    "name": "Lâm Thị Giả Thử",
                    "sex": "female",
                    "birth": {"date": "2017-03-01", "precision": "day"},
                    "residence_unit_code": NA_SAM,
                    "harms": ["violence"],
                }
            ],
            "suspects": [{"ref": "s1", "sex": "male", "relations": [{"child": "c1", "relation": "father"}]}],
            "reporter": {"anonymous": True, "kind": "neighbour"},
        },
    )
    assert answer.status_code == 201, answer.get_data(as_text=True)
    told = answer.get_json()
    assert told["clocks"][0]["id"] == "emergency_12h"
    return str(told["cases"][0]["case"])


def the_officer_takes_it_on(page: Page, number: str) -> None:
    first = page.locator("ol.work > li").first
    expect(first).to_contain_text(number)
    expect(first).to_contain_text("Còn 12 giờ")
    follow(first.get_by_role("link", name="Mở tin báo"))
    expect(page.get_by_text("Theo luật, đây là trường hợp khẩn cấp").first).to_be_visible()
    page.get_by_label("Nhận", exact=False).first.check()
    follow(page.get_by_role("button", name="Quyết định", exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lâm Thị Giả Thử")


def the_officer_assesses_the_danger(page: Page) -> None:
    follow(page.get_by_role("link", name="Làm Mẫu 02"))
    page.locator("input[name=danger][value=yes]").check()
    expect(
        page.locator("input[name=carer][value=yes]")
    ).to_be_checked()  # taken from the referral: the father
    for row, level in (("M02.A1", "high"), ("M02.A2", "high"), ("M02.B1", "low"), ("M02.B2", "medium")):
        tick_level(page, row, level)
    page.locator("input[name=verdict][value=measures]").check()
    page.locator('[name="shelter_what"]').fill("Ở tạm nhà bà ngoại")
    page.locator('[name="shelter_who"]').fill("Bà ngoại, trưởng thôn")
    follow(page.get_by_role("button", name="Xem lại trước khi gửi"))
    follow(page.locator("main form button.main"))
    expect(page.get_by_role("heading", name="Áp dụng biện pháp khẩn cấp", exact=False).first).to_be_visible()


def the_officer_writes_down_what_was_done_tonight(page: Page, house: HouseUnderTest) -> None:
    follow(page.get_by_role("link", name="Ghi việc đã làm"))
    house.clock.move(timedelta(minutes=20))
    for measure, who in (("police_protection", "Công an xã"), ("medical_care", "Trạm y tế xã")):
        page.locator(f"#done-{measure}").check()
        page.locator(f"#time-{measure}").fill("13:00")
        page.locator(f"#who-{measure}").fill(who)
    follow(page.locator("main form button.main"))
    expect(page.get_by_role("heading", name="Thu thập thông tin, đánh giá cụ thể")).to_be_visible()


def the_officer_studies_the_case(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/full-assessment")
    for letter in ("a", "b", "c", "d", "đ", "e", "g"):
        box = page.locator(f'[name="content-{letter}"]')
        box.evaluate("box => { const fold = box.closest('details'); if (fold) fold.open = true }")
        box.fill("“Cháu muốn ở với bà.”" if letter == "g" else "Đã hỏi, ghi ở đây.")
        page.locator(f'[name="done-{letter}"]').check()
    for row, level in (("A1", "high"), ("A2", "medium"), ("A3", "medium"), ("A4", "medium")):
        tick_level(page, f"M03.{row}", level)
    for row in ("B1", "B2", "B3", "B4"):
        tick_level(page, f"M03.{row}", "medium")
    page.locator('input[name=services][value="psychology"]').check()
    page.locator("input[name=risk][value=high]").check()
    follow(page.get_by_role("button", name="Xem lại trước khi gửi"))
    follow(page.locator("main form button.main"))
    expect(
        page.get_by_role("heading", name="Lập kế hoạch hỗ trợ, can thiệp", exact=False).first
    ).to_be_visible()


def the_officer_draws_up_the_plan(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/plan")
    page.locator('[name="why"]').fill("Trẻ bị cha đánh nhiều lần")
    page.locator('[name="goals-0-text"]').fill("Trẻ ở nơi an toàn, hết sợ hãi trước 31/3")
    service = {
        "what": "Tham vấn cho trẻ",
        "who": "Trung tâm công tác xã hội",
        "since": "20/11/2026",
        "until": "31/1/2027",
    }
    for name, value in {**service, "cost": "2400000", "source": "ngân sách xã"}.items():
        page.locator(f'[name="services-0-{name}"]').fill(value)
    page.locator('[name="services-0-kind"]').select_option("psychology")
    follow(page.get_by_role("button", name="Trình Chủ tịch"))
    while page.locator("textarea[name^=explanation-]").count():  # what the law asks to be explained
        for box in page.locator("textarea[name^=explanation-]").all():
            box.fill("Sẽ hỏi thêm khi trẻ ổn định")
        follow(page.get_by_role("button", name="Trình Chủ tịch"))
    page.goto(f"/cases/{number}")
    expect(page.get_by_text("Chờ Chủ tịch", exact=False).first).to_be_visible()


def the_chair_approves(page: Page, number: str) -> None:
    follow(page.locator("ol.work > li", has_text=number).get_by_role("link", name="Đọc và quyết định"))
    page.locator("input[name=decision][value=approve]").check()
    page.locator('[name="number"]').fill("128/QĐ-UBND")
    page.locator('[name="effective_on"]').fill("19/11/2026")
    follow(page.locator("main form button[value=look]"))
    for box in page.locator("textarea[name^=explanation-]").all():
        box.fill("Cha là người bị cho là gây tổn hại")
    if page.locator("main form button[value=look]").count():
        follow(page.locator("main form button[value=look]"))
    follow(page.locator("main form button[value=issue]"))
    page.goto(f"/cases/{number}")
    expect(page.get_by_role("heading", name="Thực hiện và theo dõi kế hoạch")).to_be_visible()


def the_officer_writes_the_diary(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/services")
    page.locator("main form input[type=radio][name=service]").first.check()
    page.locator('[name="happened_on"]').fill("8/12/2026")
    page.locator("input[name=seen][value=yes]").check()
    page.locator("input[name=alone][value=yes]").check()
    page.locator('[name="changed"]').fill("“Cháu ngủ được rồi.”")
    follow(page.locator("main form button.main"))
    expect(page.get_by_text("Cháu ngủ được rồi").first).to_be_visible()


def the_officer_reviews(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/review")
    for row, level in (
        ("A1", "low"),
        ("A2", "low"),
        ("A3", "low"),
        ("B1", "medium"),
        ("B2", "high"),
        ("B3", "high"),
    ):
        tick_level(page, f"M06.{row}", level)
    for name in ("safe", "stable"):
        page.locator(f"input[name={name}][value=yes]").check()
        page.locator(f'[name="{name}_evidence"]').fill("Đã đến nhà, gặp riêng trẻ")
    page.locator('[name="child_says"]').fill("“Cháu ở với bà, cháu vui.”")
    follow(page.locator("main form button[value=close]"))
    boxes = page.locator("textarea[name^=explanation-]")
    if boxes.count():
        for box in boxes.all():
            box.fill("Việc đã xong theo kế hoạch")
        follow(page.locator("main form button[value=close]"))
    page.goto(f"/cases/{number}")
    expect(page.get_by_role("heading", name="Quyết định kết thúc hồ sơ")).to_be_visible()


def the_chair_closes(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/closure")
    page.locator("input[name=decision][value=close]").check()
    follow(page.locator("main form button[value=look]"))
    boxes = page.locator("textarea[name^=explanation-]")
    if boxes.count():
        for box in boxes.all():
            box.fill("Đồng ý với cán bộ")
        follow(page.locator("main form button[value=look]"))
    follow(page.locator("main form button[value=close]"))
    page.goto(f"/cases/{number}")
    expect(page.get_by_text("Hồ sơ đã kết thúc", exact=False).first).to_be_visible()


def the_child_is_counted(page: Page) -> None:
    page.goto("/indicators/B/0101?unit=20&period=2026-Q4")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Số trẻ em bị xâm hại")
    total = page.locator("tr.sum").first
    expect(total).to_contain_text("1")
    expect(page.locator("main")).not_to_contain_text("Lâm Thị")


def the_number_opens_to_the_case(page: Page, number: str) -> None:
    page.goto("/indicators/B/0101?unit=06124&period=2026-Q4")
    follow(page.locator("tr.sum a").first)
    page.get_by_text("Mở danh sách").first.click()
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("main")).not_to_contain_text("Lâm Thị")


def the_hotline_knows_how_it_went(house: HouseUnderTest, hotline: Machine) -> None:
    told = hotline.get(f"/api/v1/referrals/{REFERENCE}").get_json()
    assert told["state"] == "closed"
    assert [row["state"] for row in told["history"]] == ["received", "accepted", "closed"]
