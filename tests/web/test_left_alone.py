"""A page that is left alone: when the session is over, nothing of it stays on the screen; what was typed is found again."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from casemgr.access.roles import Role
from casemgr.accounts.models import Draft
from tests.handovers.test_browser import enter
from tests.support.browser import served, window
from tests.support.factories import a_case
from tests.support.house import NA_SAM, HouseUnderTest


def drafts(house: HouseUnderTest) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.session.scalar(select(func.count()).select_from(Draft)) or 0


@pytest.mark.slow
def test_a_page_left_alone_is_empty_when_the_session_is_over(
    swept: HouseUnderTest, chromium: Browser
) -> None:
    house = swept
    number = a_case(house)
    with served(house) as address, window(chromium, address) as page:
        enter(page, house, Role.COMMUNE_OFFICER, NA_SAM, address)
        page.clock.install()
        page.goto(f"/cases/{number}")
        page.clock.fast_forward("29:00")
        assert page.locator("#session").is_visible() and page.locator("main").inner_text()
        house.clock.move(timedelta(minutes=31))
        page.clock.fast_forward("02:00")
        page.wait_for_url(re.compile("/sign-in"))
        assert number not in page.locator("body").inner_text()


@pytest.mark.slow
def test_what_was_typed_before_is_kept_and_keeps_the_session(
    swept: HouseUnderTest, chromium: Browser
) -> None:
    house = swept
    number = a_case(house)
    with served(house) as address, window(chromium, address) as page:
        enter(page, house, Role.COMMUNE_OFFICER, NA_SAM, address)
        page.clock.install()
        page.goto(f"/cases/{number}/circumstances")
        page.fill("input[name=known_by]", "Trưởng thôn báo")
        before = drafts(house)
        with page.expect_response("**/account/drafts"):
            page.clock.fast_forward("28:30")
        page.wait_for_function("document.getElementById('session').hidden")
        assert drafts(house) == before + 1
        page.clock.fast_forward("02:00")
        assert page.locator("input[name=known_by]").input_value() == "Trưởng thôn báo"
