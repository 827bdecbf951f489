"""A restricted case is as one that does not exist: the same answer to every request, by the same statements."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from casemgr.access.roles import Role
from casemgr.cases.terms import Stage
from tests.house.rights import CONVERTER, UNKNOWN_NUMBER, Thing, addresses, fill
from tests.safeguards.people import CHAIR, OFFICER, SUPERVISOR, restrict
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

ANY = "00000000-0000-4000-8000-000000000000"


@contextmanager
def asked(engine: Engine) -> Iterator[list[str]]:
    """The statements that run meanwhile, without their values."""
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("role", [OFFICER, CHAIR, SUPERVISOR])
def test_every_address_of_a_case(swept: HouseUnderTest, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is not named: colleague, chair, supervisor. Timing is judged by the work, not by the clock."""
    house = swept
    monkeypatch.setattr(
        "casemgr.core.db.monotonic", lambda: 0.0
    )  # what is asked once a second is not asked again
    reader, _ = house.hire(OFFICER, person=7)
    number = a_case(house, stage=Stage.CARRYING_OUT)
    restrict(house, number, reader)
    client = house.client(role, person=1)
    wrong = []
    for method, rule in addresses(house):
        if "number" not in CONVERTER.findall(rule):
            continue
        answers = []
        for wanted in (number, UNKNOWN_NUMBER):
            path = fill(rule, Thing(wanted, ANY, ANY, ANY))
            path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", ANY, path)
            with asked(house.office.engine) as statements:
                answer = client.open(path, method=method)
            text = answer.get_data(as_text=True).replace(wanted, "#")
            answers.append((answer.status_code, re.sub(r'value="[^"]{40,}"', "", text), statements))
        (status, said, work), (status2, said2, work2) = answers
        if (status, said) != (status2, said2):
            wrong.append(f"{method} {rule}: {status} and {status2}")
        elif [len(work), work] != [len(work2), work2]:
            more = set(work) ^ set(work2)
            wrong.append(f"{method} {rule}: {len(work)} and {len(work2)} statements: {more}")
    assert not wrong, "\n".join(wrong)


def test_lists_pages_and_the_frame_count_without_it(swept: HouseUnderTest) -> None:
    """What a colleague finds on the pages that list, before and after somebody else's case is restricted."""
    house = swept
    reader, _ = house.hire(OFFICER, person=7)
    numbers = {role: house.client(role, person=1) for role in (OFFICER, CHAIR, SUPERVISOR)}
    pages = (
        "/",
        "/cases",
        "/cases?show=all",
        "/reports",
        "/handovers",
        "/papers",
        "/care",
        "/circumstances",
        "/notices",
    )

    def seen() -> dict[tuple[Role, str], str]:
        return {
            (role, page): re.sub(r'value="[^"]{40,}"', "", client.get(page).get_data(as_text=True))
            for role, client in numbers.items()
            for page in pages
        }

    before = seen()
    number = a_case(house, stage=Stage.CARRYING_OUT)
    during = seen()
    assert number in during[OFFICER, "/cases"] and number in during[SUPERVISOR, "/cases"]
    restrict(house, number, reader)
    after = seen()
    for key, text in after.items():
        assert number not in text, key
        assert text == before[key], key
    client = numbers[OFFICER]
    found = client.post("/children/search", data={"q": "Nông Minh Khang"}).get_data(as_text=True)
    assert number not in found and "Khang," not in found
    assert client.post("/children/search", data={"q": number}).status_code == 404
