"""The child's page in a real browser: by telephone and at a desk, with and without script."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from casemgr.access.roles import Role
from casemgr.cases.terms import Stage
from tests.handovers.test_browser import enter, faults
from tests.lives.test_views import page_of, same_child
from tests.support.browser import served, window
from tests.support.factories import a_case
from tests.support.house import NA_SAM, HouseUnderTest


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_stands_and_leads_to_the_case(swept: HouseUnderTest, chromium: Browser, width: int) -> None:
    first = a_case(swept, stage=Stage.PLANNING)
    swept.clock.move(timedelta(days=900))
    same_child(swept, first, a_case(swept, stage=Stage.PLANNING))
    path = page_of(swept, first)
    with served(swept) as address, window(chromium, address, width=width) as page:
        enter(page, swept, Role.COMMUNE_OFFICER, NA_SAM, address)
        page.goto(path)
        assert not faults(page, width)
    with served(swept) as address, window(chromium, address, width=width, script=False) as page:
        enter(page, swept, Role.COMMUNE_OFFICER, NA_SAM, address)
        page.goto(path)
        link = page.locator("#cases a").last
        assert link.get_attribute("href") == f"/cases/{first}"
