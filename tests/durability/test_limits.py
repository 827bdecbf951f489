"""What one person may do so many times a day holds in many windows at once, and what two people do is done once."""

import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import Role
from casemgr.accounts import actions as accounts
from casemgr.accounts import queries as accounts_queries
from casemgr.accounts import seconding
from casemgr.accounts.models import Proposal
from casemgr.accounts.terms import ProposalState
from casemgr.cases import queries as cases
from casemgr.core.db import lost_a_race
from casemgr.core.errors import ExpectedError
from casemgr.core.words import _l
from casemgr.exports import actions as exports
from casemgr.exports import queries as exports_queries
from casemgr.exports.limits import limits
from casemgr.exports.models import Export
from casemgr.exports.terms import LARGE, Asking, Selection, Which
from casemgr.files import actions as files
from casemgr.files import queries as files_queries
from casemgr.files.models import CaseFile
from casemgr.files.proving import Kind, Proved
from casemgr.files.terms import About
from casemgr.safeguards import actions as safeguards
from casemgr.safeguards import queries as safeguards_queries
from casemgr.safeguards.models import BrokenGlass
from casemgr.search import queries as search_queries
from casemgr.security.audit import AuditEntry
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest

OFFICER = Role.COMMUNE_OFFICER
AT_ONCE = 2
PATIENCE = 0.4  # seconds in which two who do not wait for one another both come to count
Act = Callable[[Desk, str], object]
SIGNED: list[str] = []
seconding.register(
    seconding.Kind(
        "at once",
        _l("Save"),
        Permission.SECOND_SIGN,
        Permission.SECOND_SIGN,
        lambda desk, _given: SIGNED.append(desk.actor.id),
    )
)


def counting_together(monkeypatch: pytest.MonkeyPatch, room: Any, count: str) -> None:
    """Let whoever counts wait for the other one who counts, so that neither sees what the other does."""
    gate, plain = threading.Barrier(AT_ONCE), getattr(room, count)

    def counted(*given: Any) -> Any:
        found = plain(*given)
        with suppress(threading.BrokenBarrierError):
            gate.wait(PATIENCE)
        return found

    monkeypatch.setattr(room, count, counted)


def at_once(house: HouseUnderTest, work: list[tuple[Actor, Act, str]]) -> list[Exception | None]:
    """Everything at the same moment, each at a desk of its own; what came of each."""
    ends: list[Exception | None] = [None] * len(work)

    def go(place: int) -> None:
        actor, act, about = work[place]
        with house.app.app_context():
            try:
                with house.office.open(actor) as desk:
                    act(desk, about)
            except Exception as error:
                ends[place] = error

    threads = [threading.Thread(target=go, args=(place,)) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ends


def counted(house: HouseUnderTest, table: type) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.session.scalar(select(func.count()).select_from(table)) or 0


def opens(desk: Desk, number: str) -> object:
    return safeguards.break_glass(desk, number=number, reason="Trẻ đang ở trụ sở xã, cần biết ai được đón về")


def asks(desk: Desk, _number: str) -> object:
    asking = Asking("đối chiếu", "Sở Y tế", ("number", "name"), Selection(Which.ALL))
    return exports.ask(desk, asking=asking, basis="state_duty", format_="csv", outside=False)


def sends(desk: Desk, number: str) -> object:
    proved = Proved(Kind.WAV, 4, "0" * 64, io.BytesIO(b"RIFF"))
    case = cases.case(desk, number)
    return files.add(desk, case, proved, name="x", about=About.OTHER, description="Thử", taken_on=None)


@pytest.mark.parametrize(
    ("act", "table", "room", "count", "limit", "unit"),
    [
        (
            opens,
            BrokenGlass,
            safeguards_queries,
            "opened_today",
            "casemgr.safeguards.rules.MOST_A_DAY",
            THAT_KHE,
        ),
        (sends, CaseFile, files_queries, "kept_today", "casemgr.files.rules.MOST_OF_A_PERSON", None),
    ],
)
def test_two_windows_count_one_another(
    house: HouseUnderTest,
    monkeypatch: pytest.MonkeyPatch,
    act: Act,
    table: type,
    room: Any,
    count: str,
    limit: str,
    unit: str | None,
) -> None:
    monkeypatch.setattr(limit, 1)
    numbers, actor = [a_case(house) for _ in range(AT_ONCE)], house.actor(OFFICER, unit)
    counting_together(monkeypatch, room, count)
    ends = at_once(house, [(actor, act, number) for number in numbers])
    assert counted(house, table) == 1, ends
    assert sum(isinstance(end, ExpectedError) for end in ends) == 1, ends


def test_two_lists_at_once_are_counted_together(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither more lists a day, nor more children without a second person."""
    monkeypatch.setattr(exports, "limits", lambda: replace(limits(), second_person_over=1, files_per_day=2))
    a_case(house)
    actor = house.actor(OFFICER)
    counting_together(monkeypatch, exports_queries, "children_today")
    assert at_once(house, [(actor, asks, "")] * AT_ONCE) == [None] * AT_ONCE
    with house.maintenance(writing=False) as desk:
        waiting = desk.all(select(Proposal.about).where(Proposal.kind == LARGE))
    assert len(waiting) == 1, "of two lists of a child each, the second one is more than one child"
    monkeypatch.undo()
    monkeypatch.setattr(exports, "limits", lambda: replace(limits(), files_per_day=3))
    counting_together(monkeypatch, exports_queries, "asked_today")
    ends = at_once(house, [(actor, asks, "")] * AT_ONCE)
    assert counted(house, Export) == 3 and ends.count(None) == 1, ends


def test_wide_searches_at_once_are_counted_together(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the limit no window shows what was found without a reason, however many ask together."""
    monkeypatch.setattr(search_queries, "FREE_AN_HOUR", 1)
    windows = [house.client(OFFICER) for _ in range(AT_ONCE)]
    counting_together(monkeypatch, search_queries, "quota")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [
            pool.submit(one.post, "/children/search/wide", data={"q": "nong minh khang 2017"})
            for one in windows
        ]
    assert sorted(one.result().status_code for one in asked) == [200, 422]
    with house.maintenance(writing=False) as desk:
        made = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == search_queries.WIDE)
        assert desk.session.scalar(made) == 1, "what nobody was shown is no search"


def test_two_who_sign_at_once_sign_once(house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    SIGNED.clear()
    with house.desk(OFFICER) as desk:
        unit, why = desk.actor.unit_id, "Cần thêm một người ký"
        asked = accounts.propose(desk, "at once", given={}, shown=[], reason=why, unit_id=unit).id
    counting_together(monkeypatch, accounts_queries, "proposal")
    second, third = (house.actor(OFFICER, person=person) for person in (1, 2))
    ends = at_once(
        house,
        [
            (actor, lambda desk, _: accounts.sign(desk, accounts_queries.proposal(desk, asked)), "")
            for actor in (second, third)
        ],
    )
    (lost,) = [end for end in ends if end is not None]
    assert isinstance(lost, ExpectedError) or lost_a_race(lost)
    with house.maintenance(writing=False) as desk:
        row = desk.get(Proposal, asked)
        assert row.state == ProposalState.DONE and row.version == 2
        assert f"account:{row.answered_by}" in SIGNED
