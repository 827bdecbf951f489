"""Letters without a name, tried again when the post does not take them; off until somebody gives an address."""

import email
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.policy import default
from functools import partial

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.accounts.models import Account, Appointment
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.core.calendar import local_day
from casemgr.core.outside import Outside
from casemgr.notices import actions, rules
from casemgr.notices.models import NoticeMail, NoticeWish
from casemgr.notices.post import PostFailed, deliver
from casemgr.notices.sending import send_all
from casemgr.notices.terms import Letter, Mailbox, MailState
from casemgr.safeguards import actions as safeguards
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

LINK = "https://casemgr.example"


class Sink:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.letters: list[str] = []
        self.refuses = False

    def serve(self) -> None:
        while True:
            try:
                line, _where = self.door.accept()
            except OSError:
                return
            with line, line.makefile("rwb") as talk:
                self._talk(talk)

    def _talk(self, talk: object) -> None:
        def say(text: bytes) -> None:
            talk.write(text + b"\r\n")  # type: ignore[attr-defined]
            talk.flush()  # type: ignore[attr-defined]

        say(b"220 sink")
        body: list[bytes] | None = None
        for line in talk:  # type: ignore[attr-defined]
            if body is not None:
                if line == b".\r\n":
                    self.letters.append(b"".join(body).decode())
                    body = None
                    say(b"250 kept")
                else:
                    body.append(line)
            elif line[:4].upper() == b"DATA":
                body = []
                say(b"354 go on")
            elif line[:4].upper() == b"QUIT":
                say(b"221 bye")
                return
            elif line[:4].upper() == b"MAIL" and self.refuses:
                say(b"451 later")
            else:
                say(b"250 fine")


@contextmanager
def sink() -> Iterator[Sink]:
    server = Sink()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.door.close()


def box(server: Sink) -> Mailbox:
    return Mailbox(
        "127.0.0.1", server.port, "nhac@example.vn", LINK, encrypted=False, outside=there(server.port)
    )


def there(port: int) -> Outside:
    return Outside(frozenset({("127.0.0.1", port)}))


def a_letter_waits(house: HouseUnderTest) -> str:
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.set_address(desk, email="can.bo@example.vn")
    number = a_case(house, stage=Stage.RECEIVED)
    with house.maintenance() as desk:
        actions.run(desk)
    return number


def states(house: HouseUnderTest) -> list[tuple[str, int]]:
    with house.maintenance(writing=False) as desk:
        return [(row.state, row.tries) for row in desk.all(select(NoticeMail))]


def test_a_letter_holds_a_number_and_no_name(house: HouseUnderTest) -> None:
    number = a_letter_waits(house)
    with sink() as server:
        sent, failed = send_all(house.maintenance, partial(deliver, box(server)), LINK)
        again = send_all(house.maintenance, partial(deliver, box(server)), LINK)
    assert sent >= 1 and failed == 0 and again == (0, 0)
    letters = [email.message_from_string(text, policy=default) for text in server.letters]
    assert len(letters) == sent
    for letter in letters:
        text = f"{letter['subject']} {letter.get_content()}"
        assert letter["to"] == "can.bo@example.vn" and f"{LINK}/notices" in text
        for word in ("Khang", "Nông", "Đức", "bạo lực", "Nà Tềnh", "Người Thử"):
            assert word not in text
    assert any(number in str(letter["subject"]) for letter in letters)
    assert {state for state, _tries in states(house)} == {MailState.SENT}


def test_what_the_post_refuses_is_tried_again_and_given_up_at_last(house: HouseUnderTest) -> None:
    a_letter_waits(house)
    with sink() as server:
        server.refuses = True
        send = partial(send_all, house.maintenance, partial(deliver, box(server)), LINK)
        assert send()[1] >= 1
        assert send() == (0, 0)  # not before its time
        for _day in range(rules.MOST_TRIES):
            house.clock.move(timedelta(days=1))
            send()
        assert {state for state, _tries in states(house)} == {MailState.GIVEN_UP}
        assert max(tries for _state, tries in states(house)) == rules.MOST_TRIES
        assert not server.letters


def test_nobody_gets_letters_who_did_not_ask(house: HouseUnderTest) -> None:
    a_case(house, stage=Stage.RECEIVED)
    with house.maintenance() as desk:
        assert actions.run(desk).told >= 1
    assert states(house) == []


def test_an_address_taken_back_gets_no_letter(house: HouseUnderTest) -> None:
    a_letter_waits(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.set_address(desk, email=None)
    with sink() as server:
        assert send_all(house.maintenance, partial(deliver, box(server)), LINK) == (0, 0)
    assert {state for state, _tries in states(house)} == {MailState.GIVEN_UP}


def suspended(house: HouseUnderTest, _number: str) -> None:
    with house.maintenance() as desk:
        desk.get(Account, house.hire(Role.COMMUNE_OFFICER)[0]).state = "suspended"


def gone(house: HouseUnderTest, _number: str) -> None:
    with house.maintenance() as desk:
        office = desk.get(Appointment, house.hire(Role.COMMUNE_OFFICER)[1])
        office.until = local_day(desk.now) - timedelta(days=1)


def no_reader(house: HouseUnderTest, number: str) -> None:
    other, _ = house.hire(Role.COMMUNE_OFFICER, person=1)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        safeguards.restrict(desk, cases.case(desk, number), readers=[other], reason="Họ hàng của cán bộ xã")


@pytest.mark.parametrize("meanwhile", [suspended, gone, no_reader])
def test_a_letter_that_waits_is_not_sent_to_who_may_not_know_any_more(
    house: HouseUnderTest, meanwhile: Callable[[HouseUnderTest, str], None]
) -> None:
    meanwhile(house, a_letter_waits(house))
    with sink() as server:
        assert send_all(house.maintenance, partial(deliver, box(server)), LINK) == (0, 0)
        assert not server.letters
    assert {state for state, _tries in states(house)} == {MailState.GIVEN_UP}


def test_no_server_is_a_failure_and_no_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(PostFailed):
        deliver(
            Mailbox("127.0.0.1", port, "a@example.vn", LINK, encrypted=False, outside=there(port)),
            Letter("b@example.vn", "s", "t"),
        )


def test_a_letter_goes_to_the_server_of_the_settings_and_no_other() -> None:
    with sink() as server, pytest.raises(PostFailed, match="NotAllowed"):
        deliver(replace(box(server), outside=there(server.port + 1)), Letter("b@example.vn", "s", "t"))
    assert not server.letters


@pytest.mark.parametrize(
    "address", ["a", "a@b", "a@b.vn\nBcc: c@d.vn", "a b@c.vn", "@b.vn", "a@@b.vn", "a@b.vn,c@d.vn"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert rules.may_be_written_to(address).blocking


def test_the_page_keeps_what_was_typed(house: HouseUnderTest) -> None:
    client = house.client(Role.COMMUNE_OFFICER)
    answer = client.post("/notices/address", data={"email": "khong phai"})
    assert answer.status_code == 409 and "khong phai" in answer.get_data(as_text=True)
    assert client.post("/notices/address", data={"email": "a@b.vn"}).status_code == 303
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(NoticeWish.email)) == ["a@b.vn"]


@pytest.mark.parametrize("tries", range(1, rules.MOST_TRIES))
def test_waits_grow(tries: int) -> None:
    wait, next_wait = rules.wait_before_next_try(tries), rules.wait_before_next_try(tries + 1)
    assert wait is not None and (next_wait is None or next_wait >= wait)
