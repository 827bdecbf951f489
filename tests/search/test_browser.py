"""Pages of searching in a real browser: by telephone and at a desk; asking works without script."""

import pytest
from playwright.sync_api import Browser, Page

from casemgr.access.roles import Role
from casemgr.children.rules import mark_of
from tests.handovers.test_browser import enter, faults
from tests.lives.test_merging import merged
from tests.search.people import a_child, called
from tests.search.test_duplicates import FAMILY
from tests.support.browser import follow, served, window
from tests.support.factories import a_report
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

OFFICER = Role.COMMUNE_OFFICER


def look_everywhere(page: Page, typed: str) -> None:
    """Search beyond one's own files."""
    page.goto("/children/search")
    page.locator("summary", has_text="Tìm ngoài").click()
    page.fill("#wide-q", typed)
    follow(page.get_by_role("button", name="Tìm ở mọi nơi"))


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_asking_for_a_child_elsewhere(swept: HouseUnderTest, chromium: Browser, width: int) -> None:
    a_child(swept, unit=THAT_KHE)
    for script in (True, False):
        with served(swept) as address, window(chromium, address, width=width, script=script) as page:
            enter(page, swept, OFFICER, NA_SAM, address)
            look_everywhere(page, "nong minh khang")
            assert page.locator("#wide-q").input_value() == "nong minh khang"
            assert not script or not faults(page, width)
            look_everywhere(page, "nong minh khang 2017")
            assert "khang" not in page.url
            assert not script or not faults(page, width)
            page.locator("#outside summary").click()
            page.fill("#why-1", "mẹ em báo tin ở xã tôi")
            follow(page.get_by_role("button", name="Gửi yêu cầu"))
            assert "chờ trả lời" in page.content()
            assert not script or not faults(page, width)


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_one_child_and_two_files(swept: HouseUnderTest, chromium: Browser, width: int) -> None:
    first = a_child(swept, detail=FAMILY)
    second, third = (a_child(swept, called(name), FAMILY) for name in ("Nong Minh Khan", "Nông Thu Hà"))
    a_child(swept, called("Nông Minh Khang"), FAMILY, unit=THAT_KHE)
    number = a_report(swept)
    merged(swept, first, third)
    pages = (
        f"/reports/{number}",
        f"/cases/{number}/known-child",
        f"/children/{mark_of(second)}/alike",
        f"/children/{mark_of(first)}",
        "/children/merges",
        "/children/duplicates",
        "/children/requests",
    )
    with served(swept) as address, window(chromium, address, width=width) as page:
        enter(page, swept, OFFICER, NA_SAM, address)
        for path in pages:
            page.goto(path)
            assert not faults(page, width), path
