"""The end of the trail goes out by post: once a day to each address, and with it a trail that was cut is found."""

import email
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.policy import default

import pytest
from click.testing import Result
from sqlalchemy import delete, func, select

from casemgr.access.roles import Role
from casemgr.cases.terms import Stage
from casemgr.security.audit import AuditEntry, AuditLink, Head
from casemgr.settings import SettingsRefused, from_environment
from tests.notices.test_post import Sink, sink
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

TO = ("van-phong@tinh.example.vn", "thanh-tra@bo.example.vn")


@pytest.fixture
def post(house: HouseUnderTest) -> Iterator[Sink]:
    """The house with a mail server, and two offices that keep its ends."""
    before = house.app.extensions["settings"]
    with sink() as server:
        house.app.extensions["settings"] = replace(
            before, heads_to=TO, smtp_host="127.0.0.1", smtp_port=server.port, smtp_from="a@example.vn",
            public_url="https://casemgr.example", smtp_plain=True,
        )  # fmt: skip
        yield server
    house.app.extensions["settings"] = before


def told(house: HouseUnderTest, *words: str) -> Result:
    return house.app.test_cli_runner().invoke(args=["audit", *words])


def heads_in(server: Sink) -> list[tuple[str, str]]:
    """To whom, and the line of the letter that is an end of a chain."""
    letters = [email.message_from_string(text, policy=default) for text in server.letters]
    return [
        (str(letter["to"]), line)
        for letter in letters
        for line in letter.get_content().splitlines()
        if Head.read(line) is not None
    ]


def test_each_address_hears_once_a_day(house: HouseUnderTest, post: Sink) -> None:
    number = a_case(house, stage=Stage.RECEIVED)
    assert told(house, "verify").exit_code == 0
    assert "2 letters sent, 0 failed" in told(house, "send-head").output
    assert "0 letters sent, 0 failed" in told(house, "send-head").output
    assert [to for to, _head in heads_in(post)] == list(TO)
    letter = email.message_from_string(post.letters[0], policy=default).get_content()
    assert "nguyên vẹn" in letter
    for word in (number, "Khang", "Nông", "Người Thử", "Nà Tềnh"):
        assert word not in letter
    house.clock.move(timedelta(days=1))
    assert "2 letters sent" in told(house, "send-head").output
    assert heads_in(post)[0][1] != heads_in(post)[2][1]
    page = house.client(Role.INSPECTOR).get("/audit/heads").text
    assert "Đã gửi thư tới 2 địa chỉ" in page


def test_what_the_post_refuses_is_tried_again(house: HouseUnderTest, post: Sink) -> None:
    a_case(house, stage=Stage.RECEIVED)
    post.refuses = True
    failed = told(house, "send-head")
    assert failed.exit_code == 1 and "0 letters sent, 2 failed" in failed.output
    assert "Chưa gửi thư ra ngoài" in house.client(Role.INSPECTOR).get("/audit/heads").text
    post.refuses = False
    assert "2 letters sent" in told(house, "send-head").output


def test_a_trail_cut_off_is_found_with_a_letter(house: HouseUnderTest, post: Sink) -> None:
    a_case(house, stage=Stage.RECEIVED)
    assert told(house, "verify").exit_code == 0
    assert told(house, "send-head").exit_code == 0
    (_to, head), *_more = heads_in(post)
    assert told(house, "verify", "--head", head).exit_code == 0, "as it stands, the trail holds it"
    position = int(head.partition("-")[0])
    with house.owner.office.engine.begin() as connection:
        first = connection.scalar(select(AuditLink.entry).where(AuditLink.position == position))
        connection.execute(delete(AuditLink).where(AuditLink.position >= position))
        connection.execute(delete(AuditEntry).where(AuditEntry.seq >= first))
        assert connection.scalar(select(func.count()).select_from(AuditEntry))
    assert "cut off" in told(house, "verify", "--head", head).output


def test_nothing_is_set_nothing_is_sent(house: HouseUnderTest) -> None:
    said = told(house, "send-head")
    assert said.exit_code == 1 and re.search("CASEMGR_HEADS_TO", said.stderr)


@pytest.mark.parametrize("addresses", ["x", "a@b.vn, c d@e.vn", "a@b.vn\nBcc: c@d.vn"])
def test_half_a_setting_is_refused(addresses: str) -> None:
    mail = {"CASEMGR_SMTP_HOST": "m", "CASEMGR_SMTP_FROM": "a@b.vn", "CASEMGR_PUBLIC_URL": "https://a.vn"}
    with pytest.raises(SettingsRefused, match="no e-mail address"):
        from_environment({**mail, "CASEMGR_HEADS_TO": addresses})
    with pytest.raises(SettingsRefused, match="needs CASEMGR_SMTP_HOST"):
        from_environment({"CASEMGR_HEADS_TO": "a@b.vn"})
    assert from_environment({**mail, "CASEMGR_HEADS_TO": " a@b.vn, c@d.vn,"}).heads_to == ("a@b.vn", "c@d.vn")
