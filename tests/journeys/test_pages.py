"""Every page as somebody meets it: on a phone and at a desk, without script, in both languages, for those who cannot see."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from casemgr.access.roles import Role
from casemgr.cases.terms import Stage
from tests.support.browser import served, window
from tests.support.factories import a_case, a_report
from tests.support.house import HouseUnderTest

OFFICER, CHAIR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR
PAGES: tuple[tuple[Role | None, str], ...] = (
    (None, "/sign-in"),
    (OFFICER, "/"),
    (OFFICER, "/cases"),
    (OFFICER, "/reports"),
    (OFFICER, "/reports/new"),
    (OFFICER, "/reports/{received}"),
    (OFFICER, "/reports/{received}/incident"),
    (OFFICER, "/reports/{received}/suspects/new"),
    (OFFICER, "/cases/{assessing}"),
    (OFFICER, "/cases/{assessing}/initial-assessment"),
    (OFFICER, "/cases/{protecting}/emergency"),
    (OFFICER, "/cases/{studying}/full-assessment"),
    (OFFICER, "/cases/{planning}/plan"),
    (OFFICER, "/cases/{planning}"),
    (OFFICER, "/children/search"),
    (OFFICER, "/help"),
    (OFFICER, "/account"),
    (CHAIR, "/"),
    (Role.PROVINCE_SUPERVISOR, "/oversight"),
    (Role.STATISTICIAN, "/indicators"),
    (Role.STATISTICIAN, "/indicators/B/0101?unit=20&period=2026"),
    (Role.HOTLINE_OPERATOR, "/reports/new"),
    (CHAIR, "/cases/{assessing}/readers"),
    (Role.INSPECTOR, "/audit"),
    (Role.INSPECTOR, "/audit/heads"),
    (Role.INSPECTOR, "/concerns"),
    (Role.ADMIN, "/accounts"),
)
SERIOUS = ("serious", "critical")
NOT_TRANSLATED = ("Traceback", "{{", "%(")


@pytest.fixture
def numbers(sqlite_house: HouseUnderTest) -> Iterator[dict[str, str]]:
    with sqlite_house.app.app_context():
        stages = (Stage.ASSESSING, Stage.PROTECTING, Stage.STUDYING, Stage.PLANNING)
        yield {
            "received": a_report(sqlite_house),
            **{stage: a_case(sqlite_house, stage=stage) for stage in stages},
        }


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_stands_without_script(
    swept: HouseUnderTest, numbers: dict[str, str], chromium: Browser, width: int
) -> None:
    """No sideways scroll, one heading, a title, no serious fault for those who cannot see: with script off."""
    faults: list[str] = []
    with served(swept) as address, window(chromium, address, width=width) as page:
        for role, path in PAGES:
            _enter(page, swept, role, address)
            answer = page.goto(path.format(**numbers))
            where = f"{role}: {path} at {width}"
            if answer is None or answer.status != 200:
                faults.append(f"{where}: answers {answer and answer.status}")
                continue
            faults += [f"{where}: {fault}" for fault in _faults(page, width)]
    assert not faults, "\n".join(faults)


@pytest.mark.slow
def test_every_page_speaks_english_and_keeps_working_without_script(
    swept: HouseUnderTest, numbers: dict[str, str], chromium: Browser
) -> None:
    left: list[str] = []
    with served(swept) as address, window(chromium, address, script=False) as page:
        for role, path in PAGES:
            _enter(page, swept, role, address)
            page.context.add_cookies([{"name": "lang", "value": "en", "url": address}])
            page.goto(path.format(**numbers))
            if page.locator("html").get_attribute("lang") != "en" or page.locator("h1").count() != 1:
                left.append(f"{role}: {path}")
            text = page.locator("body").inner_text()
            left += [f"{role}: {path}: {mark!r}" for mark in NOT_TRANSLATED if mark in text]
    assert not left, "\n".join(left)


@pytest.mark.slow
def test_the_keyboard_alone_takes_a_report_on(
    swept: HouseUnderTest, numbers: dict[str, str], chromium: Browser
) -> None:
    with served(swept) as address, window(chromium, address) as page:
        _enter(page, swept, OFFICER, address)
        page.goto(f"/reports/{numbers['received']}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main", (
            "the first stop skips to the main part"
        )
        for _stop in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "decision":
                break
        page.keyboard.press("Space")
        for _stop in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('form[action$=decision] button')"):
                break
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases/**")


def _enter(page: Page, house: HouseUnderTest, role: Role | None, address: str) -> None:
    page.context.clear_cookies()
    if role is not None:
        cookie = house.client(role).get_cookie("sid")
        assert cookie is not None
        page.context.add_cookies([{"name": "sid", "value": cookie.value, "url": address}])


def _faults(page: Page, width: int) -> list[str]:
    found = []
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("scrolls sideways")
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} headings of the first order")
    if not page.title().strip():
        found.append("no title")
    for violation in Axe().run(page).response["violations"]:
        if violation["impact"] in SERIOUS:
            found.append(f"{violation['id']}: {violation['nodes'][0]['html'][:120]}")
    return found
