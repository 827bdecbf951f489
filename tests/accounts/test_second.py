"""The second page of signing in, and proving once more, on both engines: also what strangers try."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.accounts.models import Factor
from casemgr.security.audit import AuditEntry
from tests.accounts.conftest import PASSWORD, WRONG, Staff
from tests.accounts.proofs import hidden, now_code, recovery_codes, second, sessions, set_up_app, shown_secret
from tests.support.factories import a_case, a_report
from tests.support.house import HouseUnderTest


def trail(house: HouseUnderTest) -> list[AuditEntry]:
    with house.maintenance(writing=False) as desk:
        return list(desk.all(select(AuditEntry).order_by(AuditEntry.seq)))


@pytest.fixture
def mai(staff: Staff) -> bytes:
    """Mai's authenticator app."""
    staff.add("mai.06124")
    return set_up_app(staff, staff.signed_in("mai.06124"))


def test_password_then_code_and_the_session_says_so(staff: Staff, mai: bytes) -> None:
    client = staff.browser()
    answer = staff.sign_in(client, "mai.06124", next="/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/second?next=/account")
    assert client.get_cookie("sid") is None, "nobody is signed in yet"
    assert client.get("/account").headers["Location"].startswith("/sign-in")
    text = client.get("/sign-in/second?next=/account").text
    assert 'autocomplete="one-time-code"' in text and "tel:111" in text
    assert 'name="next" value="/account"' in text
    answer = second(client, now_code(staff, mai), next="/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    page = client.get("/account").text
    assert (
        "xác minh bằng: ứng dụng tạo mã" in page
        and "chỉ bằng mật khẩu" not in page.split("phiên này")[0][-400:]
    )
    assert sessions(staff)[-1].proved_at == staff.house.clock.now()


def test_a_code_works_once_also_for_somebody_who_saw_it(staff: Staff, mai: bytes) -> None:
    code = now_code(staff, mai)
    first, other = staff.browser(), staff.browser(address="10.0.0.9")
    for client in (first, other):
        staff.sign_in(client, "mai.06124")
    assert second(first, code).status_code == 303
    assert second(other, code).status_code == 422
    assert other.get_cookie("sid") is None


def test_the_same_code_twice_at_the_same_moment_lets_one_in(staff: Staff, mai: bytes) -> None:
    code, browsers = now_code(staff, mai), [staff.browser(address=f"10.0.1.{each}") for each in range(4)]
    for client in browsers:
        staff.sign_in(client, "mai.06124")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda client: second(client, code).status_code, browsers))
    assert sorted(answers) == [303, 422, 422, 422]


def test_the_code_of_another_account_opens_nothing(staff: Staff, mai: bytes) -> None:
    staff.add("lan.06124")
    lan = set_up_app(staff, staff.signed_in("lan.06124"))
    client = staff.browser()
    staff.sign_in(client, "mai.06124")
    assert second(client, now_code(staff, lan)).status_code == 422


def test_the_ticket_of_one_is_no_ticket_of_another_nor_a_forged_one(staff: Staff, mai: bytes) -> None:
    client = staff.browser()
    assert second(client, now_code(staff, mai)).headers["Location"].startswith("/sign-in?")
    staff.sign_in(client, "mai.06124")
    ticket = client.get_cookie("second")
    assert ticket is not None
    client.set_cookie("second", ticket.value[:-4] + ("AAAA" if ticket.value[-4:] != "AAAA" else "BBBB"))
    assert second(client, now_code(staff, mai)).headers["Location"].startswith("/sign-in?")
    assert client.get_cookie("sid") is None


def test_a_ticket_works_once_and_dies_with_time_password_and_account(staff: Staff, mai: bytes) -> None:
    client = staff.browser()
    staff.sign_in(client, "mai.06124")
    ticket = client.get_cookie("second")
    assert ticket is not None and second(client, now_code(staff, mai)).status_code == 303
    thief = staff.browser()
    thief.set_cookie("second", ticket.value)
    staff.house.clock.move(timedelta(seconds=30))
    assert second(thief, now_code(staff, mai)).headers["Location"].startswith("/sign-in?again=time")
    staff.sign_in(thief, "mai.06124")
    staff.house.clock.move(timedelta(minutes=5))
    assert second(thief, now_code(staff, mai)).headers["Location"].startswith("/sign-in?again=time")
    assert "Nhập lại tên và mật khẩu" in thief.get("/sign-in?again=time").text


def test_five_wrong_codes_lead_back_to_the_password_and_are_told(staff: Staff, mai: bytes) -> None:
    client = staff.browser()
    staff.sign_in(client, "mai.06124")
    wrong = "000000" if now_code(staff, mai) != "000000" else "000001"
    assert [second(client, wrong).status_code for _ in range(5)] == [422] * 5
    assert second(client, now_code(staff, mai)).headers["Location"].startswith("/sign-in?again=time")
    told = [json.loads(entry.body) for entry in trail(staff.house) if entry.action == "second proof failed"]
    assert len(told) == 5 and not any(wrong in json.dumps(each) for each in told)
    staff.sign_in(client, "mai.06124")
    assert second(client, now_code(staff, mai)).headers["Location"].startswith("/account/tries")


def test_wrong_codes_slow_down_strangers_but_not_the_owners_browser(staff: Staff, mai: bytes) -> None:
    own = staff.browser()
    staff.sign_in(own, "mai.06124")
    assert second(own, now_code(staff, mai)).status_code == 303
    staff.house.clock.move(timedelta(seconds=30))
    stranger = staff.browser(address="203.0.113.5")
    for _ in range(3):
        staff.sign_in(stranger, "mai.06124")
        answers = [second(stranger, "12 34 5").text for _ in range(5)]
    assert "Thử lại sau" in answers[-1]
    staff.sign_in(own, "mai.06124")
    assert second(own, now_code(staff, mai)).status_code == 303


def test_wrong_passwords_say_nothing_of_second_proofs(staff: Staff, mai: bytes) -> None:
    staff.add("lan.06124")
    tries = [("mai.06124", WRONG), ("lan.06124", WRONG), ("nobody.at.all", PASSWORD)]
    answers = [staff.sign_in(staff.browser(), *each) for each in tries]
    assert {answer.status_code for answer in answers} == {422}
    ends = {
        answer.text.split("<main")[1].split("data-options")[0].replace(name, "")
        for answer, (name, _) in zip(answers, tries, strict=True)
    }
    assert len(ends) == 1
    assert all("second" not in line for answer in answers for line in answer.headers.getlist("Set-Cookie"))


def test_a_recovery_code_works_once_and_never_twice_at_once(staff: Staff, mai: bytes) -> None:
    client = staff.browser()
    staff.sign_in(client, "mai.06124")
    second(client, now_code(staff, mai))
    told = recovery_codes(client)
    assert len(told) == 10
    browsers = [staff.browser(address=f"10.0.2.{each}") for each in range(4)]
    for each in browsers:
        staff.sign_in(each, "mai.06124")
    assert 'name="recovery"' in browsers[0].get("/sign-in/second?way=recovery").text
    data = {"way": "recovery", "recovery": told[3].lower().replace("-", " ")}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.post("/sign-in/second", data=data).status_code, browsers))
    assert sorted(answers) == [303, 422, 422, 422]
    with staff.house.maintenance(writing=False) as desk:
        left = desk.all(select(Factor).where(Factor.kind == "recovery", Factor.ended_at.is_(None)))
        assert len(left) == 9
        stored = b"".join(row.secret_sealed for row in desk.all(select(Factor)))
    assert not any(text.encode() in stored or text.replace("-", "").encode() in stored for text in told)
    assert mai not in stored
    newer = recovery_codes(client)
    assert not set(newer) & set(told)
    late = staff.browser()
    staff.sign_in(late, "mai.06124")
    assert late.post("/sign-in/second", data={"way": "recovery", "recovery": told[5]}).status_code == 422
    assert late.post("/sign-in/second", data={"way": "recovery", "recovery": newer[5]}).status_code == 303


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_away(staff: Staff, mai: bytes, evil: str) -> None:
    client = staff.browser()
    staff.sign_in(client, "mai.06124", next=evil)
    assert "evil" not in client.get("/sign-in/second", query_string={"next": "/"}).text
    assert second(client, now_code(staff, mai), next=evil).headers["Location"] == "/"
    staff.house.clock.move(timedelta(seconds=30))
    page = client.get("/step-up", query_string={"next": evil}).text
    assert f'href="{evil}"' not in page
    answer = client.post("/step-up", data={"way": "code", "code": now_code(staff, mai), "next": evil})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_key_is_taken_up_only_with_a_code_and_in_time(staff: Staff) -> None:
    staff.add("mai.06124")
    client = staff.signed_in("mai.06124")
    text = client.get("/account/factors/code").text
    data = {"ticket": hidden(text, "ticket"), "label": "máy của tôi", "code": "000000"}
    answer = client.post("/account/factors/code", data=data)
    assert answer.status_code == 422 and "Mã chưa đúng" in answer.text and "máy của tôi" in answer.text
    assert shown_secret(answer.text) == shown_secret(text), "the picture that was scanned stays"
    nameless = {**data, "label": " ", "code": now_code(staff, shown_secret(text))}
    assert client.post("/account/factors/code", data=nameless).status_code == 409
    staff.add("lan.06124")
    lan = staff.signed_in("lan.06124")
    stolen = {**data, "code": now_code(staff, shown_secret(text))}
    assert lan.post("/account/factors/code", data=stolen).status_code == 409, (
        "a key belongs to who was shown it"
    )
    assert client.post("/account/factors/code", data=stolen).status_code == 303
    assert client.post("/account/factors/code", data={**stolen, "label": "lại"}).status_code == 409
    with staff.house.maintenance(writing=False) as desk:
        assert len(desk.all(select(Factor).where(Factor.kind == "totp"))) == 1


def test_own_second_proofs_are_changed_only_by_oneself(staff: Staff, mai: bytes) -> None:
    client = staff.browser()
    staff.sign_in(client, "mai.06124")
    second(client, now_code(staff, mai))
    staff.house.clock.move(timedelta(minutes=6))
    assert client.get("/account/factors/code").headers["Location"] == "/step-up?next=/account/factors/code"
    assert client.post("/account/factors/recovery").headers["Location"].startswith("/step-up")
    with staff.house.maintenance(writing=False) as desk:
        factor = desk.one(select(Factor.id).where(Factor.kind == "totp"))
    assert client.post(f"/account/factors/{factor}/end").headers["Location"].startswith("/step-up")
    staff.add("lan.06124")
    assert staff.signed_in("lan.06124").post(f"/account/factors/{factor}/end").status_code == 404
    before = client.get_cookie("sid")
    answer = client.post("/step-up", data={"code": now_code(staff, mai), "next": "/account/factors"})
    after = client.get_cookie("sid")
    assert answer.headers["Location"] == "/account/factors"
    assert before is not None and after is not None and before.value != after.value
    assert client.post(f"/account/factors/{factor}/end").status_code == 303
    assert staff.sign_in(staff.browser(), "mai.06124").headers["Location"] == "/"


def test_without_a_second_proof_the_password_is_asked_again(staff: Staff) -> None:
    staff.add("mai.06124")
    client = staff.signed_in("mai.06124")
    staff.house.clock.move(timedelta(minutes=6))
    assert client.get("/account/factors/code").headers["Location"].startswith("/step-up")
    assert 'type="password"' in client.get("/step-up").text
    wrong = client.post("/step-up", data={"way": "password", "password": WRONG})
    assert wrong.status_code == 422 and "Mật khẩu đang dùng không đúng" in wrong.text
    assert 'id="password-error"' in wrong.text, "said at the box, too"
    assert client.get("/account/factors/code").status_code == 303
    right = {"way": "password", "password": PASSWORD, "next": "/account/factors/code"}
    assert client.post("/step-up", data=right).headers["Location"] == "/account/factors/code"
    assert client.get("/account/factors/code").status_code == 200


def test_an_empty_box_is_said_to_be_empty_and_is_no_guess(staff: Staff, mai: bytes) -> None:
    client = staff.browser()
    staff.sign_in(client, "mai.06124")
    for address in ("/sign-in/second", "/step-up"):
        for way in ("code", "recovery", "password", "passkey") * 3:
            answer = client.post(address, data={"way": way, "code": " ", "recovery": ""})
            assert answer.status_code == 422 and "Nhập mã gồm sáu chữ số." in answer.text, way
            assert 'id="code-error"' in answer.text, "said at the box that is shown"
        staff.house.clock.move(timedelta(seconds=30))
        used = client.post(address, data={"code": now_code(staff, mai)})
        assert used.status_code == 303, "twelve empty boxes have used up no try"


def test_an_empty_password_is_said_to_be_empty(staff: Staff) -> None:
    staff.add("mai.06124")
    client = staff.signed_in("mai.06124")
    for way in ("password", "code"):
        answer = client.post("/step-up", data={"way": way})
        assert answer.status_code == 422 and 'id="password-error"' in answer.text
        assert "Nhập mật khẩu." in answer.text


def test_an_empty_box_of_a_ticket_that_is_over_leads_back(staff: Staff, mai: bytes) -> None:
    late, worn = staff.browser(), staff.browser()
    staff.sign_in(worn, "mai.06124")
    for _try in range(10):
        second(worn, "000000")
        staff.house.clock.move(timedelta(minutes=1))
    answer = worn.post("/sign-in/second", data={"way": "code"})
    assert answer.status_code == 303 and "again=time" in answer.headers["Location"]
    staff.sign_in(late, "mai.06124")
    staff.house.clock.move(timedelta(hours=1))
    answer = late.post("/sign-in/second", data={"way": "code"})
    assert answer.status_code == 303 and "again=time" in answer.headers["Location"]


def test_the_password_does_not_stand_in_for_a_second_proof(staff: Staff, mai: bytes) -> None:
    client = staff.browser()
    staff.sign_in(client, "mai.06124")
    second(client, now_code(staff, mai))
    staff.house.clock.move(timedelta(minutes=6))
    assert client.post("/step-up", data={"way": "password", "password": PASSWORD}).status_code == 422
    assert client.get("/account/factors/code").status_code == 303


def test_reporter_and_hidden_place_ask_again_who_sits_there(staff: Staff, mai: bytes) -> None:
    house = staff.house
    report, case = a_report(house), a_case(house)
    client = staff.browser()
    staff.sign_in(client, "mai.06124")
    second(client, now_code(staff, mai))
    asking = {"reason": "cần gọi lại"}
    places = [f"/reports/{report}/reporter", f"/cases/{case}/whereabouts"]
    assert [client.post(each, data=asking).status_code for each in places] == [200, 200]
    house.clock.move(timedelta(minutes=6))
    for each, came in zip(places, (f"/reports/{report}", f"/cases/{case}"), strict=True):
        answer = client.post(each, data=asking, headers={"Referer": f"http://localhost{came}"})
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith(f"/step-up?next={came}?draft%3D"), "the reason is kept"
    elsewhere = client.post(places[0], data=asking, headers={"Referer": "http://evil.example/x"})
    assert elsewhere.headers["Location"].startswith("/step-up?next=/account/drafts?draft%3D")
    client.post("/step-up", data={"code": now_code(staff, mai)})
    assert [client.post(each, data=asking).status_code for each in places] == [200, 200]
    staff.add("lan.06124")
    without = staff.signed_in("lan.06124")
    assert [without.post(each, data=asking).status_code for each in places] == [200, 200], "just signed in"
    house.clock.move(timedelta(minutes=6))
    assert [without.post(each, data=asking).status_code for each in places] == [303, 303]
    assert without.post("/step-up", data={"way": "password", "password": WRONG}).status_code == 422
    assert [without.post(each, data=asking).status_code for each in places] == [303, 303]
    assert without.post("/step-up", data={"way": "password", "password": PASSWORD}).status_code == 303
    assert [without.post(each, data=asking).status_code for each in places] == [200, 200]


def test_an_administrator_with_a_second_proof_gives_it_again_before_grave_acts(staff: Staff) -> None:
    staff.add("root.vn", Role.ADMIN, "VN")
    lan = staff.add("lan.06124")
    client = staff.signed_in("root.vn")
    secret = set_up_app(staff, client)
    staff.house.clock.move(timedelta(minutes=6))
    for act in ("suspend", "password", "sessions/end"):
        assert client.post(f"/accounts/{lan}/{act}").headers["Location"].startswith("/step-up"), act
    client.post("/step-up", data={"code": now_code(staff, secret)})
    assert client.post(f"/accounts/{lan}/suspend").headers["Location"].endswith("done=suspended")
