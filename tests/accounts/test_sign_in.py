"""Signing in and out through the pages, on both engines."""

import json
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from casemgr.access.actor import NOBODY
from casemgr.access.roles import Role
from casemgr.accounts import actions, queries
from casemgr.accounts.models import Account, SignIn, Throttle
from casemgr.accounts.terms import NO_CANDIDATE, Browser
from casemgr.security.audit import AuditEntry
from casemgr.security.passwords import Effort, Passwords
from tests.accounts.conftest import CHEAP, PASSWORD, WRONG, Staff
from tests.support.house import HouseUnderTest

WRONG_WORDS = "Tên hoặc mật khẩu không đúng."


def bare(text: str) -> str:
    """A page without the challenge for passkeys, which is drawn anew each time."""
    return re.sub(r'data-options="[^"]*"', "", text)


def trail(house: HouseUnderTest) -> list[AuditEntry]:
    with house.maintenance(writing=False) as desk:
        return list(desk.all(select(AuditEntry).order_by(AuditEntry.seq)))


def sessions(house: HouseUnderTest) -> list[SignIn]:
    with house.maintenance(writing=False) as desk:
        return list(desk.all(select(SignIn).order_by(SignIn.started_at, SignIn.id)))


def test_the_page_asks_and_tells_a_child_in_danger_what_to_do(staff: Staff) -> None:
    answer = staff.browser().get("/sign-in?next=/cases")
    assert answer.status_code == 200
    assert 'name="username"' in answer.text and 'name="password"' in answer.text
    assert 'value="/cases"' in answer.text
    assert 'type="password"' in answer.text and 'autocomplete="current-password"' in answer.text
    assert "onpaste" not in answer.text and 'autocomplete="off"' not in answer.text
    assert "tel:111" in answer.text and "tel:113" in answer.text


def test_somebody_comes_in_and_goes_out(staff: Staff) -> None:
    mai = staff.add("mai.06124")
    client = staff.browser()
    assert client.get("/account").headers["Location"].startswith("/sign-in?next=")
    answer = staff.sign_in(client, "mai.06124", next="/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("sid="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    page = client.get("/account")
    assert page.status_code == 200 and "mai.06124" in page.text and "Chrome, Android" in page.text
    out = client.post("/sign-out")
    assert (out.status_code, out.headers["Location"]) == (303, "/sign-in")
    assert "Clear-Site-Data" in out.headers
    assert client.get("/account").status_code == 303
    told = [(entry.actor, entry.action, entry.object) for entry in trail(staff.house)[-2:]]
    assert told == [
        (f"account:{mai}", "signed in", str(mai)),
        (f"account:{mai}", "signed out", str(sessions(staff.house)[0].id)),
    ]


def test_only_the_digest_of_a_token_is_stored(staff: Staff) -> None:
    staff.add("mai.06124")
    client = staff.signed_in("mai.06124")
    cookie = client.get_cookie("sid")
    assert cookie is not None and len(cookie.value) >= 43
    assert sessions(staff.house)[0].token_digest == queries.digest(cookie.value)


def test_every_failure_has_the_same_answer(staff: Staff) -> None:
    staff.add("mai.06124")
    staff.add("lan.06124")
    with staff.house.maintenance() as desk:
        actions.suspend(desk, queries.account_named(desk, "lan.06124"))
    tries = [
        ("mai.06124", WRONG),
        ("lan.06124", PASSWORD),
        ("nobody.at.all", PASSWORD),
        ("", ""),
        ("mai.06124", ""),
    ]
    answers = [staff.sign_in(staff.browser(), name, typed) for name, typed in tries]
    assert {answer.status_code for answer in answers} == {422}
    assert all(WRONG_WORDS in answer.text for answer in answers)
    without = [
        answer.text.replace(name, "") for (name, _), answer in zip(tries, answers, strict=True) if name
    ]
    assert len({text.split("</form>")[1] for text in without}) == 1
    assert all("sid=" not in line for answer in answers for line in answer.headers.getlist("Set-Cookie"))


def test_every_failure_costs_one_hash(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a name is known is told by no clock either; time itself is not measured, it would measure the machine."""
    staff.add("mai.06124")
    staff.add("lan.06124")
    with staff.house.maintenance() as desk:
        actions.suspend(desk, queries.account_named(desk, "lan.06124"))
    costs: list[str] = []
    passwords = staff.house.app.extensions["casemgr"].passwords
    plain = passwords._hasher.verify
    hasher = SimpleNamespace(verify=lambda *told: (costs.append("hash"), plain(*told))[1])
    monkeypatch.setattr(passwords, "_hasher", hasher)
    for name in ("mai.06124", "lan.06124", "nobody.at.all", ""):
        staff.sign_in(staff.browser(), name, WRONG)
    assert costs == ["hash"] * 4


def test_failures_are_in_the_trail_without_what_was_typed(staff: Staff) -> None:
    mai = staff.add("mai.06124")
    client = staff.browser(address="10.9.8.7")
    staff.sign_in(client, "mai.06124", WRONG)
    staff.sign_in(client, "mai.hoang.secret", WRONG)
    known, unknown = (json.loads(entry.body) for entry in trail(staff.house)[-2:])
    assert (known["action"], known["object"], known["address"]) == ("sign-in failed", str(mai), "10.9.8.7")
    assert (unknown["action"], unknown["object"]) == ("sign-in failed", None)
    assert not any("secret" in entry.body or WRONG in entry.body for entry in trail(staff.house))


def test_capitals_and_spaces_around_a_name_do_not_matter(staff: Staff) -> None:
    staff.add("mai.06124")
    assert staff.sign_in(staff.browser(), " Mai.06124 ").status_code == 303


def test_a_password_fits_however_its_marks_were_typed(staff: Staff) -> None:
    staff.add("mai.06124")
    assert (
        staff.sign_in(staff.browser(), "mai.06124", unicodedata.normalize("NFD", PASSWORD)).status_code == 303
    )


@pytest.mark.parametrize(
    ("asked", "onward"),
    [("/account", "/account"), ("//evil.example/", "/"), ("https://evil.example", "/"), ("/sign-out", "/"),
     ("/no-such-page", "/"), ("/sign-in", "/"), ("/account?done=password", "/account?done=password")],
)  # fmt: skip
def test_after_signing_in_one_goes_on_only_to_pages_of_ours(staff: Staff, asked: str, onward: str) -> None:
    staff.add("mai.06124")
    assert staff.sign_in(staff.browser(), "mai.06124", next=asked).headers["Location"] == onward


def test_a_fourth_browser_ends_the_oldest_session(staff: Staff) -> None:
    staff.add("mai.06124")
    clients = []
    for _ in range(4):
        clients.append(staff.signed_in("mai.06124"))
        staff.house.clock.move(timedelta(minutes=1))
    assert [client.get("/account").status_code for client in clients] == [303, 200, 200, 200]
    assert [row.end_reason for row in sessions(staff.house)] == ["newer sign-in", None, None, None]


def test_signing_in_again_gives_a_new_token_and_ends_the_old(staff: Staff) -> None:
    staff.add("mai.06124")
    client = staff.signed_in("mai.06124")
    first = client.get_cookie("sid")
    staff.sign_in(client, "mai.06124")
    second = client.get_cookie("sid")
    assert first is not None and second is not None and first.value != second.value
    assert sorted(row.ended_at is None for row in sessions(staff.house)) == [False, True]


def test_a_planted_token_is_not_taken_up(staff: Staff) -> None:
    staff.add("mai.06124")
    client = staff.browser()
    client.set_cookie("sid", "planted")
    staff.sign_in(client, "mai.06124")
    cookie = client.get_cookie("sid")
    assert cookie is not None and cookie.value != "planted"


def test_a_session_ends_after_half_an_hour_of_rest_and_half_a_day_of_work(staff: Staff) -> None:
    staff.add("mai.06124")
    client = staff.signed_in("mai.06124")
    for _ in range(28):
        staff.house.clock.move(timedelta(minutes=25))
        assert client.get("/account").status_code == 200
    staff.house.clock.move(timedelta(minutes=25))
    assert client.get("/account").status_code == 303
    rested = staff.signed_in("mai.06124")
    staff.house.clock.move(timedelta(minutes=30))
    assert rested.get("/account").status_code == 303


def test_use_is_noted_once_a_minute(staff: Staff) -> None:
    staff.add("mai.06124")
    client = staff.signed_in("mai.06124")
    start = staff.house.clock.now()
    staff.house.clock.move(timedelta(seconds=59))
    client.get("/account")
    assert sessions(staff.house)[0].seen_at == start
    staff.house.clock.move(timedelta(seconds=1))
    client.get("/account")
    assert sessions(staff.house)[0].seen_at == staff.house.clock.now()


def test_suspending_ends_every_session_at_once(staff: Staff) -> None:
    staff.add("mai.06124")
    client = staff.signed_in("mai.06124")
    with staff.house.maintenance() as desk:
        actions.suspend(desk, queries.account_named(desk, "mai.06124"))
    assert client.get("/account").status_code == 303
    assert sessions(staff.house)[0].end_reason == "suspended"


def test_a_role_that_has_ended_lets_nobody_in(staff: Staff) -> None:
    staff.add("mai.06124", until=date(2026, 11, 18))
    client = staff.signed_in("mai.06124")
    assert client.get("/account").status_code == 200
    staff.house.clock.move(timedelta(hours=11, minutes=30))
    assert "vai trò" in staff.sign_in(staff.browser(), "mai.06124").text
    with staff.house.maintenance() as desk:
        desk.one(select(SignIn)).seen_at = desk.now
    answer = client.get("/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/role")
    assert client.get("/reports/new").headers["Location"] == "/account/role"


def test_a_first_password_is_changed_before_anything_else(staff: Staff) -> None:
    staff.add("mai.06124", must_change=True)
    client = staff.browser()
    assert staff.sign_in(client, "mai.06124", next="/cases").headers["Location"] == "/account/password"
    assert client.get("/reports/new").headers["Location"] == "/account/role"
    assert client.get("/account/role").headers["Location"] == "/account/password"
    page = client.get("/account/password")
    assert page.status_code == 200 and 'name="current"' not in page.text
    weak = client.post("/account/password", data={"new": "matkhau123456789", "again": "matkhau123456789"})
    assert weak.status_code == 422 and "Dễ đoán" in weak.text
    same = client.post("/account/password", data={"new": PASSWORD, "again": PASSWORD})
    assert same.status_code == 422 and "đang dùng" in same.text
    new = "mưa rơi trên mái tôn cũ"
    assert client.post("/account/password", data={"new": new, "again": new}).status_code == 303
    assert client.get("/account").status_code == 200
    assert staff.sign_in(staff.browser(), "mai.06124").status_code == 422
    assert staff.sign_in(staff.browser(), "mai.06124", new).status_code == 303


def test_a_first_password_that_nobody_used_lapses(staff: Staff) -> None:
    mai = staff.add("mai.06124", must_change=True)
    staff.add("lan.06124")
    staff.house.clock.move(timedelta(days=7) - timedelta(seconds=1))
    assert staff.sign_in(staff.browser(), "mai.06124").status_code == 303
    staff.house.clock.move(timedelta(seconds=1))
    late = staff.sign_in(staff.browser(), "mai.06124")
    assert late.status_code == 422 and "hết hạn" in late.text
    assert [entry.object for entry in trail(staff.house) if entry.action == "sign-in refused"] == [str(mai)]
    assert "hết hạn" not in staff.sign_in(staff.browser(), "mai.06124", WRONG).text, "only its owner is told"
    assert staff.sign_in(staff.browser(), "lan.06124").status_code == 303, "one's own password never lapses"
    with staff.house.maintenance() as desk:
        actions.give_password(desk, desk.get(Account, mai), password_hash=CHEAP.hash(PASSWORD))
    assert staff.sign_in(staff.browser(), "mai.06124").headers["Location"] == "/account/password"


def test_whoever_holds_several_roles_chooses_one(staff: Staff) -> None:
    mai = staff.add("mai.06124")
    with staff.house.maintenance() as desk:
        chair = actions.appoint(
            desk, desk.get(Account, mai), role=Role.COMMUNE_CHAIR, unit_code="06124", since=date(2026, 1, 1)
        )
    client = staff.browser()
    assert (
        staff.sign_in(client, "mai.06124", next="/account").headers["Location"]
        == "/account/role?next=/account"
    )
    assert client.get("/reports/new").headers["Location"] == "/account/role"
    assert "Chủ tịch" in client.get("/account/role").text
    assert client.post("/account/role", data={}).status_code == 422
    before = client.get_cookie("sid")
    answer = client.post("/account/role", data={"appointment": str(chair.id), "next": "/account"})
    after = client.get_cookie("sid")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert before is not None and after is not None and before.value != after.value
    assert sessions(staff.house)[0].appointment_id == chair.id
    other = staff.add("lan.06124")
    with staff.house.maintenance(writing=False) as desk:
        not_mine = queries.held_today(desk, other)[0].id
    assert client.post("/account/role", data={"appointment": str(not_mine)}).status_code == 422


def test_a_hash_made_with_other_settings_is_renewed(staff: Staff) -> None:
    mai = staff.add("mai.06124")
    with staff.house.maintenance() as desk:
        desk.get(Account, mai).password_hash = Passwords(Effort(1, 16, 1)).hash(PASSWORD)
    staff.signed_in("mai.06124")
    with staff.house.maintenance(writing=False) as desk:
        stored = desk.get(Account, mai).password_hash
    assert stored is not None and not CHEAP.outdated(stored)
    assert staff.sign_in(staff.browser(), "mai.06124").status_code == 303


def test_in_production_administrators_need_a_second_proof(staff: Staff) -> None:
    staff.add("root.vn", Role.ADMIN, "VN", demo=False)
    staff.add("mai.06124", demo=False)
    staff.add("invented", demo=True)
    door = staff.house.app.extensions["casemgr"]
    assert staff.sign_in(staff.browser(), "root.vn").status_code == 303
    door.demo = False
    try:
        client = staff.browser()
        assert staff.sign_in(client, "root.vn").headers["Location"] == "/account/factors"
        assert client.get("/accounts").headers["Location"] == "/account/role"
        assert staff.sign_in(staff.browser(), "mai.06124").status_code == 303
        assert WRONG_WORDS in staff.sign_in(staff.browser(), "invented").text
    finally:
        door.demo = True


def test_a_thousand_wrong_tries_do_not_stop_the_officers_own_browser(staff: Staff) -> None:
    mai = staff.add("mai.06124")
    known = staff.signed_in("mai.06124")
    known.post("/sign-out")
    secret = staff.house.app.extensions["casemgr"].session_secret
    for minute in range(20):
        staff.house.clock.move(timedelta(seconds=3))
        with staff.house.office.open(NOBODY) as desk:
            target = queries.candidate(desk, "mai.06124")
            for number in range(50):
                actions.answer_try(
                    desk,
                    target,
                    username="mai.06124",
                    fits=False,
                    browser=Browser(address=f"10.1.{minute}.{number}"),
                    secret=secret,
                    demo=True,
                )
    stranger = staff.sign_in(staff.browser(address="10.77.0.1"), "mai.06124")
    assert stranger.status_code == 422 and "Thử lại sau" in stranger.text
    answer = staff.sign_in(known, "mai.06124")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/tries?next=/")
    assert "này: 1001." in known.get("/account/tries").text
    told = [entry for entry in trail(staff.house) if entry.object == str(mai)]
    assert len(told) < 100


def test_a_right_password_that_comes_too_early_gets_the_same_answer(staff: Staff) -> None:
    staff.add("mai.06124")
    for _ in range(20):
        staff.house.clock.move(timedelta(seconds=61))
        last = staff.sign_in(staff.browser(), "mai.06124", WRONG)
    right = staff.sign_in(staff.browser(), "mai.06124", PASSWORD)
    nobody = [staff.sign_in(staff.browser(), "no.such.name", WRONG) for _ in range(1)]
    assert bare(right.text) == bare(last.text)
    assert nobody[0].status_code == right.status_code == 422
    staff.house.clock.move(timedelta(seconds=60))
    assert staff.sign_in(staff.browser(), "mai.06124", PASSWORD).status_code == 303


def test_unknown_names_wait_like_known_ones(staff: Staff) -> None:
    staff.add("mai.06124")

    def words(name: str) -> list[str]:
        clients = [staff.browser(address="") for _ in range(13)]
        return [bare(staff.sign_in(client, name, WRONG).text).replace(name, "") for client in clients]

    assert words("mai.06124") == words("not.here.00000")


def test_one_address_that_tries_many_names_is_slowed_down(staff: Staff) -> None:
    staff.add("mai.06124")
    client = staff.browser(address="10.5.5.5")
    secret = staff.house.app.extensions["casemgr"].session_secret
    with staff.house.office.open(NOBODY) as desk:
        for number in range(100):
            actions.answer_try(
                desk,
                NO_CANDIDATE,
                username=f"name.{number}",
                fits=False,
                browser=Browser(address="10.5.5.5"),
                secret=secret,
                demo=True,
            )
    answer = staff.sign_in(client, "name.101", WRONG)
    assert "Thử lại sau" in answer.text
    assert staff.sign_in(client, "mai.06124").status_code == 422
    assert staff.sign_in(staff.browser(address="10.5.5.6"), "mai.06124").status_code == 303


def test_buckets_name_nobody(staff: Staff) -> None:
    staff.sign_in(staff.browser(), "mai.06124", WRONG)
    with staff.house.maintenance(writing=False) as desk:
        names = desk.all(select(Throttle.bucket))
    assert len(names) == 2 and all(len(name) == 32 for name in names)


def test_the_language_stays_and_the_page_too(staff: Staff) -> None:
    client = staff.browser()
    answer = client.post("/language/en", data={"here": "/sign-in?next=/account"})
    assert answer.status_code == 303
    assert "Sign in" in client.get("/sign-in").text
    assert client.post("/language/vi", data={"here": "//evil.example"}).headers["Location"] == "/"
    assert client.post("/language/fr", data={"here": "/"}).status_code == 404
    assert client.get("/language/en").status_code in (404, 405)


def test_too_many_at_once_are_asked_to_come_back(staff: Staff) -> None:
    mai = staff.add("mai.06124")
    known = staff.signed_in("mai.06124")
    taken = 0
    while CHEAP._line.acquire(blocking=False):
        taken += 1
    try:
        answer = staff.sign_in(staff.browser(), "mai.06124")
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "5"
        assert "vài giây" in answer.text
        assert staff.sign_in(known, "mai.06124").status_code == 303
    finally:
        for _ in range(taken):
            CHEAP._line.release()
    assert mai


def test_tries_at_the_same_moment_are_all_counted(staff: Staff) -> None:
    staff.add("mai.06124")
    clients = [staff.browser() for _ in range(9)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda client: staff.sign_in(client, "mai.06124", WRONG).status_code, clients)
        )
    assert answers == [422] * 9
    with staff.house.maintenance(writing=False) as desk:
        assert [row.failures for row in desk.all(select(Throttle))] == [9, 9]


def test_a_flood_from_one_office_never_leaves_more_than_three_sessions(staff: Staff) -> None:
    mai = staff.add("mai.06124")
    clients = [staff.browser() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda client: staff.sign_in(client, "mai.06124").status_code, clients))
    assert answers == [303] * 8
    with staff.house.maintenance(writing=False) as desk:
        assert len(queries.living_sessions(desk, mai)) == 3
