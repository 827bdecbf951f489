"""One's own account, on both engines."""

from datetime import timedelta

from sqlalchemy import select

from casemgr.accounts.models import SignIn
from tests.accounts.conftest import PASSWORD, WRONG, Staff

NEW = "mưa rơi trên mái tôn cũ"


def change(staff: Staff, current: str = PASSWORD, new: str = NEW, again: str | None = None) -> dict[str, str]:
    return {"current": current, "new": new, "again": new if again is None else again}


def open_sessions(staff: Staff) -> list[SignIn]:
    with staff.house.maintenance(writing=False) as desk:
        return list(desk.all(select(SignIn).where(SignIn.ended_at.is_(None)).order_by(SignIn.started_at)))


def test_sessions_are_listed_and_one_can_be_ended(staff: Staff) -> None:
    staff.add("mai.06124")
    lost = staff.signed_in("mai.06124", address="10.0.0.7")
    staff.house.clock.move(timedelta(minutes=2))
    here = staff.signed_in("mai.06124")
    page = here.get("/account").text
    assert "10.0.0.7" in page and "phiên này" in page
    oldest = open_sessions(staff)[0]
    assert here.post(f"/account/sessions/{oldest.id}/end").status_code == 303
    assert lost.get("/account").status_code == 303
    assert here.get("/account?done=session").status_code == 200


def test_nobody_ends_the_session_of_another(staff: Staff) -> None:
    staff.add("mai.06124")
    staff.add("lan.06124")
    mai = staff.signed_in("mai.06124")
    lan = staff.signed_in("lan.06124")
    for row in open_sessions(staff):
        lan.post(f"/account/sessions/{row.id}/end")
    assert mai.get("/account").status_code == 200
    assert lan.get("/account").status_code == 303


def test_all_others_can_be_ended(staff: Staff) -> None:
    staff.add("mai.06124")
    others = [staff.signed_in("mai.06124") for _ in range(2)]
    here = staff.signed_in("mai.06124")
    assert here.post("/account/sessions/end-others").status_code == 303
    assert [client.get("/account").status_code for client in (*others, here)] == [303, 303, 200]


def test_whoever_stole_a_session_ends_no_other(staff: Staff) -> None:
    staff.add("mai.06124")
    stolen = staff.signed_in("mai.06124")
    staff.house.clock.move(timedelta(minutes=6))
    owner = staff.signed_in("mai.06124")
    newest = open_sessions(staff)[-1]
    for path in (f"/account/sessions/{newest.id}/end", "/account/sessions/end-others"):
        assert stolen.post(path).headers["Location"].startswith("/step-up"), path
    assert owner.get("/account").status_code == 200
    assert owner.post("/account/sessions/end-others").headers["Location"] == "/account?done=sessions"
    assert stolen.get("/account").status_code == 303


def test_a_new_password_ends_other_sessions_and_changes_the_token(staff: Staff) -> None:
    staff.add("mai.06124")
    other = staff.signed_in("mai.06124")
    here = staff.signed_in("mai.06124")
    before = here.get_cookie("sid")
    answer = here.post("/account/password", data=change(staff))
    after = here.get_cookie("sid")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account?done=password")
    assert before is not None and after is not None and before.value != after.value
    assert here.get("/account?done=password").status_code == 200
    assert other.get("/account").status_code == 303
    assert staff.sign_in(staff.browser(), "mai.06124", PASSWORD).status_code == 422
    assert staff.sign_in(staff.browser(), "mai.06124", NEW).status_code == 303


def test_what_is_wrong_with_a_new_password_stands_at_its_field(staff: Staff) -> None:
    staff.add("mai.06124")
    here = staff.signed_in("mai.06124")
    for told, said in (
        (change(staff, new="ngắn"), "Ít nhất 15 ký tự"),
        (change(staff, new="x" * 129), "Nhiều nhất 128 ký tự"),
        (change(staff, new="matkhau123456789"), "Dễ đoán"),
        (change(staff, new="mai.06124 xã na sầm"), "Dễ đoán"),
        (change(staff, new=PASSWORD), "đang dùng"),
        (change(staff, again=NEW + "x"), "không giống nhau"),
        (change(staff, new=""), "Nhập mật khẩu"),
        (change(staff, current=WRONG), "Mật khẩu đang dùng không đúng"),
        (change(staff, current=""), "Mật khẩu đang dùng không đúng"),
    ):
        answer = here.post("/account/password", data=told)
        assert answer.status_code == 422, said
        assert said in answer.text
        assert NEW not in answer.text and PASSWORD not in answer.text
    assert staff.sign_in(staff.browser(), "mai.06124").status_code == 303


def test_guessing_the_password_in_an_open_session_is_slowed_down(staff: Staff) -> None:
    staff.add("mai.06124")
    here = staff.signed_in("mai.06124")
    for _ in range(11):
        answer = here.post("/account/password", data=change(staff, current=WRONG))
    assert "Thử lại sau" in answer.text
    assert here.post("/account/password", data=change(staff)).status_code == 422
    staff.house.clock.move(timedelta(seconds=5))
    assert here.post("/account/password", data=change(staff)).status_code == 303


def test_wrong_tries_are_told_at_the_next_sign_in(staff: Staff) -> None:
    staff.add("mai.06124")
    staff.signed_in("mai.06124").post("/sign-out")
    staff.house.clock.move(timedelta(minutes=1))
    for _ in range(2):
        staff.sign_in(staff.browser(), "mai.06124", WRONG)
    staff.house.clock.move(timedelta(minutes=1))
    here = staff.signed_in("mai.06124")
    assert "đăng nhập này: 2." in here.get("/account").text
    here.post("/sign-out")
    staff.house.clock.move(timedelta(minutes=1))
    assert "Số lần thử sai" not in staff.signed_in("mai.06124").get("/account").text


def test_pages_name_nobody_in_their_title_or_address(staff: Staff) -> None:
    staff.add("mai.06124")
    here = staff.signed_in("mai.06124")
    for path in ("/account", "/account/password", "/account/role", "/account/tries"):
        page = here.get(path).text
        title = page.split("<title>")[1].split("</title>")[0]
        assert "mai" not in title.lower()


def test_every_page_speaks_english_too(staff: Staff) -> None:
    staff.add("mai.06124")
    here = staff.signed_in("mai.06124")
    assert here.post("/language/en", data={"here": "/account"}).headers["Location"] == "/account"
    assert "Where I am signed in" in here.get("/account").text
