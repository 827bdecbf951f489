"""Rights: every address × every role × own, colleague's, foreign and unknown object, against the committed table."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from casemgr.access.parts import rights as table_of_rights
from casemgr.access.roles import STAFF, Role
from tests.conftest import START, sweep
from tests.house import rights
from tests.house.rights import FOREIGN, RECORD, UNKNOWN, WHO, Walker
from tests.support.house import HouseUnderTest

NAMES = ("Khang", "Đức", "Giả Định", "0900 000 000", "Bản Tích", "Nà Tềnh")  # of the factories' report
OPENS, CLOSED = "+", "-"

# The contract's chapter 9: + opens, - 403 or 404; what is not named is as the table says
CONTRACT = {
    "/": ("+", {*STAFF}, set()),
    "/help": ("+", {*STAFF}, set()),
    "/reports/new": (
        "+",
        {"commune_officer", "hotline_operator"},
        {"statistician", "service_provider", "inspector", "admin"},
    ),
    "/children/search": (
        "+",
        {"commune_officer", "province_supervisor"},
        {"statistician", "hotline_operator", "service_provider", "inspector", "admin"},
    ),
    "/indicators": ("+", {"province_supervisor", "statistician"}, {"service_provider", "admin"}),
    "/oversight": (
        "+",
        {"province_supervisor"},
        {"commune_officer", "social_worker", "hotline_operator", "service_provider", "admin"},
    ),
    "/audit": (
        "+",
        {"inspector"},
        {
            "commune_officer",
            "commune_chair",
            "social_worker",
            "statistician",
            "hotline_operator",
            "service_provider",
        },
    ),
    "/accounts": ("+", {"admin"}, {role for role in STAFF if role != "admin"}),
}


class Links(HTMLParser):
    """Where a page leads, and what its title says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.title = ""
        self._inside = False
        self._method: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        self._inside = tag == "title"
        if tag == "a" and told.get("href"):
            self.found.append(("GET", told["href"] or ""))
        if tag == "form":
            self.found.append(((told.get("method") or "get").upper(), told.get("action") or ""))

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.title += data


def test_the_contract_s_chapter_nine_holds() -> None:
    table = rights.expected()
    for path, (_sign, opens, closed) in CONTRACT.items():
        row = table["GET", path]
        for role in opens:
            assert row[role] == "200", f"{path} must open for {role}."
        for role in closed:
            assert row[role] in ("403", "404"), f"{path} must not open for {role}."
        assert row[rights.NOBODY] == "sign-in"


def test_nobody_gets_no_further_than_the_sign_in() -> None:
    for (method, rule), row in rights.expected().items():
        public = row[rights.NOBODY] in ("200", "in")
        machine = rule.startswith("/api/v1/") and row[rights.NOBODY] == "401"
        unknown_token = rule == "/calendar/<token>.ics" and row[rights.NOBODY] == "404"
        assert row[rights.NOBODY] == "sign-in" or public or machine or unknown_token, f"{method} {rule}"


def test_no_outcome_of_the_table_is_a_fault() -> None:
    for (method, rule), row in rights.expected().items():
        for who in WHO:
            told = f"{method} {rule} as {who}: {row[who]}"
            assert not re.search(r"\b(400|405|5\d\d)\b", row[who]), told
            if "number" in rule and " " in row[who]:
                assert row[who].endswith("404 404"), told


def test_every_address_has_a_row(sqlite_house: HouseUnderTest) -> None:
    now, table = set(rights.addresses(sqlite_house)), set(rights.expected())
    told = (
        "python -m tests.contracts --write draws tests/house/rights.csv anew; then read every changed cell."
    )
    assert now == table, f"new: {sorted(now - table)}, gone: {sorted(table - now)}. {told}"


@pytest.fixture
def swept(sqlite_house: HouseUnderTest) -> Iterator[HouseUnderTest]:
    """The house on SQLite alone: who may open what is decided before the engine."""
    sqlite_house.clock.__init__(START)  # type: ignore[misc]
    with sqlite_house.app.app_context():
        yield sqlite_house
    sqlite_house.staff.clear()
    sweep(sqlite_house)


@pytest.mark.parametrize("who", WHO)
def test_rights(swept: HouseUnderTest, who: str) -> None:
    person, table = rights.walker(swept, who), rights.expected()
    wrong = []
    for method, rule in rights.addresses(swept):
        answers = rights.walk(person, method, rule)
        found, wanted = rights.cell(method, answers), table[method, rule][who]
        if found != wanted:
            wrong.append(f"{method} {rule}: {found}, not {wanted}")
        wrong += _betrayals(person, method, rule, answers)
        wrong += _content(who, method, rule, answers)
        for kind, answer in answers.items():
            wrong += [f"{method} {rule} ({kind}): {said}" for said in _faults_of(swept, method, answer)]
    assert not wrong, "\n".join(wrong)


def _content(who: str, method: str, rule: str, answers: dict[str, TestResponse]) -> list[str]:
    """Whoever has no right to any part of a record is shown none, whatever the page is for."""
    if who == rights.NOBODY or RECORD & {right.part for right in table_of_rights(Role(who))}:
        return []
    return [
        f"{method} {rule} ({kind}): shows {name}"
        for kind, answer in answers.items()
        for name in NAMES
        if name.encode() in answer.get_data()
    ]


def _betrayals(person: Walker, method: str, rule: str, answers: dict[str, TestResponse]) -> list[str]:
    """Foreign equals unknown: the same status, the same headers, the same words."""
    if FOREIGN not in answers or UNKNOWN not in answers:
        return []
    heads = [{*answers[kind].headers.keys()} for kind in (FOREIGN, UNKNOWN)]
    if heads[0] != heads[1]:
        return [f"{method} {rule}: a foreign object differs from an unknown one by {heads[0] ^ heads[1]}"]
    pages = [_without_numbers(person, answers[kind]) for kind in (FOREIGN, UNKNOWN)]
    return [] if pages[0] == pages[1] else [f"{method} {rule}: a foreign object differs from an unknown one"]


def _without_numbers(person: Walker, answer: TestResponse) -> tuple[int, str]:
    text = answer.get_data(as_text=True)
    for thing in person.things.values():
        for word in (thing.number, thing.account, thing.appointment, thing.session):
            text = text.replace(word, "#")
    for thing in person.things.values():
        text = text.replace(f"/{thing.place}", "#")
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "#", text)
    return answer.status_code, re.sub(r'(name="csrf_token" value=")[^"]+', r"\1#", text)


def _faults_of(house: HouseUnderTest, method: str, answer: TestResponse) -> Iterator[str]:
    """What is wrong with a page whoever looks at it."""
    yield from _traces_in(answer)
    if answer.mimetype != "text/html" or answer.status_code == 303:
        return
    for name, wanted in (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")):
        if wanted not in answer.headers.get(name, ""):
            yield f"lacks {name}"
    text = answer.get_data(as_text=True)
    links = Links(text)
    shown = [name for name in NAMES if name in links.title or any(name in link for _, link in links.found)]
    if shown:
        yield f"a name stands in a title or an address: {shown}"
    if answer.status_code in (403, 404, 409, 422) and answer.status_code != 409 and method == "GET":
        yield from (f"an error page shows {name}" for name in NAMES if name in text)
    if answer.status_code == 200:
        for verb, link in links.found:
            if not _leads_somewhere(house, verb, link, answer.request.path):
                yield f"{verb} {link} leads nowhere"


def _traces_in(answer: TestResponse) -> Iterator[str]:
    """Nothing is kept by a browser, and nothing tells a kept answer from a new one."""
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        yield "may be kept"
    for name in {"ETag", "Last-Modified", "Accept-Ranges"} & set(answer.headers.keys()):
        yield f"carries {name}"


def _leads_somewhere(house: HouseUnderTest, method: str, link: str, here: str) -> bool:
    split = urlsplit(link)
    if split.scheme in ("tel", "mailto", "sms") or split.netloc:
        return split.scheme in ("tel", "mailto", "sms")
    if link.startswith("#"):
        return True
    try:
        house.app.url_map.bind("localhost").match(split.path or here, method=method)
    except RequestRedirect:
        return False
    except HTTPException:
        return False
    return True
