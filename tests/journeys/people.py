"""People of the journeys: hired with a password of their own, and what they do on every page."""

from dataclasses import dataclass

from playwright.sync_api import Page

from casemgr.access.roles import Role
from casemgr.accounts.models import Account
from casemgr.security.passwords import Effort, Passwords
from tests.support.browser import follow
from tests.support.house import HouseUnderTest

PASSWORD = "mot-cau-dai-chi-de-thu-nghiem"
_CHEAP = Effort(time=1, memory=8, lanes=1)


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    username: str
    password: str = PASSWORD


def hire(house: HouseUnderTest, role: Role, unit_code: str, name: str, *, person: int = 0) -> Person:
    """Somebody with a role at a unit, a name and a password; `person` tells two with the same role apart."""
    account_id, _appointment = house.hire(role, unit_code, person=person)
    with house.maintenance() as desk:
        account = desk.get(Account, account_id)
        account.name = name
        account.password_hash = Passwords(_CHEAP).hash(PASSWORD)
        return Person(account.username)


def sign_in(page: Page, person: Person) -> None:
    """Sign in as a person does; signs out whoever was there."""
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.locator('[name="username"]').fill(person.username)
    page.locator('[name="password"]').fill(person.password)
    follow(page.locator("main form button.main"))
    page.wait_for_url("**/")


def tick_level(page: Page, row: str, level: str) -> None:
    """Choose a level in a row of the tables."""
    page.locator(f'input[name="row-{row}"][value="{level}"]').check()
