"""What takes seconds is made one by one: nobody has two turns, and whoever comes after those who wait is told when."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from unittest.mock import Mock

import pytest

from casemgr.access.roles import Role
from casemgr.core.errors import Busy
from casemgr.documents import pdf
from casemgr.indicators.hotline import paper
from casemgr.web.dear import Dear, Line
from tests.support.house import HouseUnderTest

SHEETS = "/indicators/H/sheets.pdf?sheet=10-p&period=2026-11"
TABLE = "/indicators/P/12/files/csv"


def test_pieces_are_done_one_by_one_and_a_few_wait() -> None:
    line, go_on = Line(waiting=2), threading.Event()
    inside: set[str] = set()

    def work(who: str) -> str:
        try:
            with line.turn(who):
                assert not inside, "somebody else is at work"
                inside.add(who)
                go_on.wait(5)
                inside.remove(who)
        except Busy:
            return f"{who} comes back"
        return f"{who} is done"

    with ThreadPoolExecutor(5) as pool:
        ends = []
        for who in ("an", "an", "binh", "chi", "dung"):
            ends.append(pool.submit(work, who))
            sleep(0.02)
        go_on.set()
    assert [end.result() for end in ends] == [
        "an is done",
        "an comes back",
        "binh is done",
        "chi is done",
        "dung comes back",
    ]
    with line.turn("an"):
        pass


def test_nobody_waits_for_ever_and_a_fault_gives_the_turn_back() -> None:
    line = Line(patience=0.01)
    with line.turn("an"), pytest.raises(Busy), line.turn("binh"):
        pass
    with pytest.raises(ZeroDivisionError), line.turn("an"):
        raise ZeroDivisionError
    with line.turn("an"), pytest.raises(Busy), line.turn("an"):
        pass
    with line.turn("binh"):
        pass


@pytest.fixture
def impatient(swept: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> Iterator[HouseUnderTest]:
    """The house in which nobody waits, and papers and tables have lines of their own."""
    lines = {one: Line(patience=0.01) for one in Dear}
    monkeypatch.setattr(swept.app.extensions["casemgr"], "lines", lines)
    yield swept
    for line in lines.values():
        with line.turn("anybody"):
            pass


def test_a_second_piece_of_work_is_told_to_wait_and_everything_else_goes_on(
    impatient: HouseUnderTest,
) -> None:
    house, client = impatient, impatient.client(Role.STATISTICIAN)
    lines = house.app.extensions["casemgr"].lines
    with lines[Dear.PAPERS].turn("somebody"):
        assert client.get(TABLE).status_code == 200, "papers keep nobody from tables"
    with lines[Dear.TABLES].turn("somebody"):
        stopped = client.get(TABLE)
        assert (stopped.status_code, stopped.headers["Retry-After"]) == (503, "5")
        assert "Xin chờ một chút" in stopped.text and f'href="{TABLE}"' in stopped.text
        client.post("/language/en", data={"here": "/"})
        assert "Please wait a moment" in client.get(TABLE).text
        assert client.get("/indicators/P/12").status_code == 200, "a page is no such work"
        assert house.client(Role.ADMIN).get(TABLE).status_code == 403, "a right is asked for first"
    assert client.get(TABLE).status_code == 200


def test_the_same_numbers_are_printed_once_and_other_numbers_anew(
    swept: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = Mock(side_effect=lambda page: f"%PDF {hash(page)}".encode())
    monkeypatch.setattr(pdf, "from_page", printed)
    paper._drawn.cache_clear()
    try:
        mine, other = swept.client(Role.STATISTICIAN), swept.client(Role.STATISTICIAN, person=1)
        first = mine.get(SHEETS)
        assert other.get(SHEETS).data == first.data and printed.call_count == 1
        assert mine.get(SHEETS.replace("-11", "-10")).data != first.data and printed.call_count == 2
        elsewhere = swept.client(Role.STATISTICIAN, "01")
        assert elsewhere.get(f"{SHEETS}&unit=20").status_code == 403, (
            "whoever may not ask gets no print either"
        )
    finally:
        paper._drawn.cache_clear()
