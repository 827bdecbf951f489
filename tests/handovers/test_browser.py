"""Handovers in a real browser, without script, by telephone and at a desk, by keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from casemgr.access.roles import Role
from casemgr.cases.terms import Stage
from tests.handovers.test_actions import responsible, sent
from tests.handovers.test_merger import former, left_behind
from tests.support.browser import served, window
from tests.support.factories import a_case
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

OFFICER, SUPERVISOR = Role.COMMUNE_OFFICER, Role.PROVINCE_SUPERVISOR


def enter(page: Page, house: HouseUnderTest, role: Role, at: str | None, address: str) -> None:
    page.context.clear_cookies()
    cookie = house.client(role, at).get_cookie("sid")
    assert cookie is not None
    page.context.add_cookies([{"name": "sid", "value": cookie.value, "url": address}])


def faults(page: Page, width: int) -> list[str]:
    found = []
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("scrolls sideways")
    if page.locator("h1").count() != 1:
        found.append("not one heading of the first order")
    serious = [
        row for row in Axe().run(page).response["violations"] if row["impact"] in ("serious", "critical")
    ]
    return found + [f"{row['id']}: {row['nodes'][0]['html'][:120]}" for row in serious]


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_of_a_handover_stands(swept: HouseUnderTest, chromium: Browser, width: int) -> None:
    number, waits = a_case(swept, stage=Stage.CARRYING_OUT), a_case(swept)
    handover = sent(swept, number, known_to="Bà ngoại biết", open_matters="Thứ Hai chụp phim")
    left_behind(swept, former(swept, divided=False))
    left_behind(swept, former(swept, divided=True))
    visits = (
        (OFFICER, NA_SAM, f"/cases/{waits}/handover"),
        (OFFICER, NA_SAM, f"/handovers/{handover}"),
        (OFFICER, NA_SAM, "/handovers"),
        (OFFICER, THAT_KHE, f"/handovers/{handover}"),
        (OFFICER, THAT_KHE, "/handovers"),
        (SUPERVISOR, None, "/handovers"),
        (SUPERVISOR, None, "/handovers/merger"),
    )
    wrong = []
    with served(swept) as address, window(chromium, address, width=width) as page:
        for role, at, path in visits:
            enter(page, swept, role, at, address)
            answer = page.goto(path)
            assert answer is not None and answer.status == 200, path
            wrong += [f"{path} for {role} at {width}: {fault}" for fault in faults(page, width)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_a_case_goes_from_one_commune_to_another_without_script(
    swept: HouseUnderTest, chromium: Browser, width: int
) -> None:
    number = a_case(swept, stage=Stage.PLANNING)
    with served(swept) as address, window(chromium, address, width=width, script=False) as page:
        enter(page, swept, OFFICER, NA_SAM, address)
        page.goto(f"/cases/{number}/handover")
        page.locator("label", has_text="Trẻ đã chuyển đến xã khác").click()
        page.get_by_label("Bàn giao cho xã nào").fill("that khe")
        with page.expect_navigation():
            page.get_by_role("button", name="Tìm xã").press("Enter")
        assert page.locator("input[name=unit_code]:checked").get_attribute("value") == THAT_KHE
        page.get_by_label("Lý do, ghi bằng lời").fill("Về ở với bà ngoại")
        with page.expect_navigation():
            page.get_by_role("button", name="Gửi bàn giao").press("Enter")
        handover = page.url
        assert "/handovers/" in handover and page.get_by_text("Chưa ai xem").count() == 1
        enter(page, swept, OFFICER, THAT_KHE, address)
        page.goto("/handovers")
        page.get_by_role("link", name="Đọc và trả lời").first.press("Enter")
        page.wait_for_url(handover)
        with page.expect_navigation():
            page.get_by_role("button", name="Đã thấy").press("Enter")
        with page.expect_navigation():
            page.get_by_role("button", name="Tiếp nhận hồ sơ").press("Enter")
    assert responsible(swept, number) == swept.unit_id(THAT_KHE)
