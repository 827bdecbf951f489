"""What a sender learns afterwards: states, events in an order that never changes, and asking again."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.terms import Ending, Stage
from casemgr.exchange.terms import Cursor
from casemgr.intake import actions, queries
from casemgr.intake.terms import Decision
from tests.exchange.machine import Machine, a_referral, ed25519_machine

EVENTS = "/api/v1/referral-events"
STATUS = "/api/v1/referrals/111-2026-000123"


def decide(hotline: Machine, number: str, decision: Decision, reason: str | None = None) -> None:
    with hotline.house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(desk, queries.report(desk, number), decision=decision, reason=reason)


def test_status_from_receipt_to_end(hotline: Machine) -> None:
    number = hotline.refer(a_referral()).json["report"]
    told = hotline.get(STATUS).json
    assert (told["state"], told["revision"], told["report"]) == ("received", 1, number)
    assert told["history"] == [{"state": "received", "unit": "06124", "at": "2026-11-18T12:45:00+07:00"}]
    assert "outcome" not in told
    hotline.house.clock.move(timedelta(hours=1))
    with hotline.house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.acknowledge(desk, queries.report(desk, number))
    decide(hotline, number, Decision.NO_PLAN_NEEDED, "Đã đến thăm, trẻ an toàn")
    told = hotline.get(STATUS).json
    assert (told["state"], told["outcome"]) == ("closed", "no_plan_needed")
    assert [passed["state"] for passed in told["history"]] == ["received", "acknowledged", "closed"]
    assert "thăm" not in hotline.get(STATUS).text  # what officers write is theirs


def test_an_accepted_referral_is_completed_when_its_last_case_is_closed(hotline: Machine) -> None:
    number = hotline.refer(a_referral()).json["report"]
    decide(hotline, number, Decision.ACCEPTED)
    told = hotline.get(STATUS).json
    assert told["state"] == "accepted"
    assert "outcome" not in told
    with hotline.house.maintenance() as desk:
        case = cases.case(desk, number)
        case.stage, case.ending = Stage.CLOSED, Ending.SAFE_AND_STABLE
        actions.follow(desk, case)
    told = hotline.get(STATUS).json
    assert (told["state"], told["outcome"]) == ("closed", "completed")


def test_a_returned_referral_says_why(hotline: Machine) -> None:
    number = hotline.refer(a_referral()).json["report"]
    decide(hotline, number, Decision.NOT_VERIFIED, "Không có địa chỉ này")
    told = hotline.get(STATUS).json
    assert (told["state"], told["outcome"]) == ("returned", "not_verified")


def test_only_own_referrals_exist(hotline: Machine) -> None:
    hotline.refer(a_referral())
    other = ed25519_machine(hotline.house)
    mine = {"own": hotline.get("/api/v1/referrals/none"), "foreign": other.get(STATUS)}
    assert {answer.status_code for answer in mine.values()} == {404}
    assert mine["own"].data == mine["foreign"].data
    assert other.post(f"{STATUS}/nudge").status_code == 404
    assert other.get(EVENTS).json["events"] == []


@pytest.mark.parametrize(
    "strange", ["%00", "a%00b", "%20", "%F0%9F%98%80", "x" * 500, "'--", "%ff", "..", "%2e%2e%2fx"]
)
def test_strange_numbers_are_not_found(hotline: Machine, strange: str) -> None:
    for answer in (
        hotline.get(f"/api/v1/referrals/{strange}"),
        hotline.post(f"/api/v1/referrals/{strange}/nudge"),
    ):
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json"), strange


def test_nudge_shows_on_the_worklist(hotline: Machine) -> None:
    number = hotline.refer(a_referral()).json["report"]
    hotline.house.clock.move(timedelta(minutes=30))
    answer = hotline.post(f"{STATUS}/nudge")
    assert (answer.status_code, answer.json["nudged_at"]) == (200, "2026-11-18T13:15:00+07:00")
    assert hotline.post(f"{STATUS}/nudge", {}).status_code == 200
    assert hotline.post(f"{STATUS}/nudge", {"x": 1}).status_code == 422
    with hotline.house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        found = queries.report(desk, number)
        assert found.nudged_at == hotline.house.clock.now()
        assert {case.nudged_at for case in cases.of_report(desk, found.id)} == {found.nudged_at}


def read_all(hotline: Machine, limit: int, after: str = "") -> list[dict[str, Any]]:
    """Follow the events to their end in steps."""
    found: list[dict[str, Any]] = []
    more = True
    while more:
        told = hotline.get(f"{EVENTS}?limit={limit}&after={after}").json
        found += told["events"]
        after, more = told["next"], told["more"]
        assert len(told["events"]) == limit or not more
    return found


def test_events_in_order_in_any_steps(hotline: Machine) -> None:
    for number in range(5):
        hotline.refer(a_referral(reference=f"r{number}"))
        hotline.refer(a_referral(reference=f"r{number}", revision=2, secrecy="Không"))
    whole = read_all(hotline, 100)
    assert [event["sequence"] for event in whole] == list(range(1, 11))
    assert [(event["reference"], event["revision"]) for event in whole] == [
        (f"r{n}", r) for n in range(5) for r in (1, 2)
    ]
    assert {event["unit"] for event in whole} == {"06124"}
    for limit in (1, 3, 10):
        assert read_all(hotline, limit) == whole
    for event in whole:
        assert read_all(hotline, 4, event["cursor"]) == whole[event["sequence"] :]


def test_next_is_good_also_when_nothing_is_new(hotline: Machine) -> None:
    start = hotline.get(EVENTS).json
    assert (start["events"], start["more"]) == ([], False)
    assert hotline.get(f"{EVENTS}?after={start['next']}").json == start
    hotline.refer(a_referral())
    first = hotline.get(f"{EVENTS}?after={start['next']}").json
    assert [event["reference"] for event in first["events"]] == ["111-2026-000123"]
    end = hotline.get(f"{EVENTS}?after={first['next']}").json
    assert (end["events"], end["next"], end["more"]) == ([], first["next"], False)


@pytest.mark.parametrize(
    "asked",
    [
        "after=x",
        "after=LTEuMC4w",
        "after=%00",
        "after=MC4wLjA=",
        "limit=0",
        "limit=1001",
        "limit=x",
        "limit=",
        "limit=1&limit=2",
        "limit=1e2",
        "limit=-1",
        "offset=3",
        "after=" + "A" * 300,
    ],
)
def test_wrong_questions(sqlite_hotline: Machine, asked: str) -> None:
    answer = sqlite_hotline.get(f"{EVENTS}?{asked}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [asked.partition("=")[0]]), answer.text


def test_cursor_there_and_back() -> None:
    for parts in (((0, 0), 0), ((2**62, 17), 5), ((1, 2**63 - 1), 2**40)):
        assert Cursor.from_text(str(Cursor(*parts))) == Cursor(*parts)


def at_once(work: Callable[[int], int], times: int) -> list[int]:
    """Do something in several threads at the same moment; gives what each came to."""
    start = threading.Barrier(times)
    results: list[int] = []

    def one(number: int) -> None:
        start.wait()
        results.append(work(number))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_the_same_from_eight_sides_is_stored_once(hotline: Machine) -> None:
    for turn in range(4):
        body = a_referral(reference=f"race-{turn}")
        assert at_once(lambda _, told=body: hotline.refer(told).status_code, 8) == [200] * 7 + [201]
    assert len(read_all(hotline, 50)) == 4


def test_contradicting_revisions_from_eight_sides(hotline: Machine) -> None:
    hotline.refer(a_referral())
    found = at_once(lambda n: hotline.refer(a_referral(revision=2, secrecy=f"{n}")).status_code, 8)
    assert found == [200] + [409] * 7


def test_one_nonce_from_eight_sides(hotline: Machine) -> None:
    body = (
        b"%s" % str(a_referral()).replace("'", '"').replace("True", "true").replace("False", "false").encode()
    )
    headers = hotline.headers("POST", "/api/v1/referrals", body)

    def send(_: int) -> int:
        return (
            hotline.house.app.test_client().post("/api/v1/referrals", data=body, headers=headers).status_code
        )

    assert at_once(send, 8) == [201] + [401] * 7


def test_a_follower_misses_nothing_while_others_write(hotline: Machine) -> None:
    """Writers commit in any order; whoever follows meanwhile sees each event once and in the lasting order."""
    seen: list[dict[str, Any]] = []
    after, writing = "", True

    def write(number: int) -> int:
        return max(hotline.refer(a_referral(reference=f"w{number}-{n}")).status_code for n in range(6))

    def follow() -> None:
        nonlocal after
        told = hotline.get(f"{EVENTS}?limit=7&after={after}").json
        seen.extend(told["events"])
        after = told["next"]

    def keep_following() -> None:
        while writing:
            follow()

    follower = threading.Thread(target=keep_following)
    follower.start()
    assert at_once(write, 4) == [201] * 4
    writing = False
    follower.join()
    for _ in range(10):
        follow()
    assert len(seen) == 24
    assert seen == read_all(hotline, 100)
