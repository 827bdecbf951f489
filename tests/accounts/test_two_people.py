"""Every kind of thing that two people do goes by the same rules, and all of them wait on one page."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.accounts import actions, queries, seconding
from casemgr.accounts.models import Proposal
from casemgr.accounts.terms import ProposalState
from casemgr.cases.models import Case
from casemgr.core.errors import NotFound, RuleBroken
from casemgr.security.audit import AuditEntry
from casemgr.security.verifying import verify
from tests.accounts.two_people import ASKED, OFFICER, done
from tests.safeguards.people import restrict
from tests.support.house import THAT_KHE, HouseUnderTest

EACH = pytest.mark.parametrize(("role", "ask"), ASKED.values(), ids=ASKED)
Ask = Callable[[HouseUnderTest], UUID]


@EACH
def test_another_person_signs_and_it_is_done_once(house: HouseUnderTest, role: Role, ask: Ask) -> None:
    asked = ask(house)
    with house.desk(role) as desk, pytest.raises(RuleBroken, match="mine"):
        actions.sign(desk, queries.proposal(desk, asked))
    assert not done(house)
    client = house.client(role, person=1)
    page = client.get(f"/second-signature/{asked}")
    assert page.status_code == 200 and '/sign"' in page.text
    assert client.post(f"/second-signature/{asked}/sign").status_code == 303
    with house.maintenance(writing=False) as desk:
        code = desk.get(Proposal, asked).kind
    assert done(house) == {code}
    assert client.post(f"/second-signature/{asked}/sign").status_code == 409
    assert client.get(f"/second-signature/{asked}").status_code == 200, "it can be read afterwards"


@EACH
def test_it_is_refused_with_a_reason_or_lapses(house: HouseUnderTest, role: Role, ask: Ask) -> None:
    asked = ask(house)
    client = house.client(role, person=1)
    no = f"/second-signature/{asked}/refuse"
    assert client.post(no, data={"reason": " "}).status_code == 409
    assert client.post(no, data={"reason": "Chưa đủ căn cứ"}).status_code == 303
    assert "Chưa đủ căn cứ" in house.client(role).get(f"/second-signature/{asked}").text
    with house.desk(role, person=1) as desk, pytest.raises(RuleBroken, match="answered"):
        actions.sign(desk, queries.proposal(desk, asked))
    assert not done(house)


@EACH
def test_its_time_ends(house: HouseUnderTest, role: Role, ask: Ask) -> None:
    asked = ask(house)
    with house.maintenance(writing=False) as desk:
        wish = desk.get(Proposal, asked)
        lasts = wish.expires_at - wish.proposed_at
        assert lasts.days >= 1
    house.clock.move(lasts)
    with house.desk(role, person=1) as desk:
        assert queries.to_sign(desk) == {}
        with pytest.raises(RuleBroken, match="expired"):
            actions.sign(desk, queries.proposal(desk, asked))
    assert not done(house)


def test_all_kinds_wait_on_one_page_and_on_the_worklist(house: HouseUnderTest) -> None:
    asked = {code: ask(house) for code, (role, ask) in ASKED.items() if role is OFFICER}
    second = house.client(OFFICER, person=1)
    listed, work = second.get("/second-signature").text, second.get("/").text
    for code, wish in asked.items():
        kind = seconding.kind_of(code)
        assert f"/second-signature/{wish}" in listed and str(kind.title) in listed
        assert str(kind.title) in work and f'href="{kind.place}"' in work
    assert listed.count("chờ anh/chị") >= len(asked)
    assert all(
        f"/second-signature/{one}" not in house.client(OFFICER, THAT_KHE).get("/second-signature").text
        for one in asked.values()
    )
    chair = house.client(Role.COMMUNE_CHAIR).get("/second-signature").text
    assert f"/second-signature/{asked['large_export']}" not in chair, "without the right to export"
    assert f"/second-signature/{asked['remove_file']}" in chair


def test_what_hangs_on_a_restricted_case_is_seen_by_its_readers_only(house: HouseUnderTest) -> None:
    asked = ASKED["remove_file"][1](house)
    reader, _ = house.hire(OFFICER, person=7)
    with house.maintenance(writing=False) as desk:
        number = desk.one(select(Case.number))
    restrict(house, number, reader)
    for role, person in ((OFFICER, 1), (OFFICER, 0), (Role.COMMUNE_CHAIR, 0)):
        with house.desk(role, person=person, writing=False) as desk:
            with pytest.raises(NotFound):
                queries.proposal(desk, asked)
            assert not queries.proposals(desk) and not queries.to_sign(desk)
    with house.desk(OFFICER, person=7, writing=False) as desk:
        assert queries.proposal(desk, asked).state == ProposalState.WAITING
    assert house.client(OFFICER, person=7).post(f"/second-signature/{asked}/sign").status_code == 303


def test_a_social_worker_signs_for_a_case_of_theirs_and_no_other(house: HouseUnderTest) -> None:
    asked = ASKED["remove_file"][1](house)
    worker = house.client(Role.SOCIAL_WORKER)
    assert worker.post(f"/second-signature/{asked}/sign").status_code == 404
    account, _ = house.hire(Role.SOCIAL_WORKER)
    with house.maintenance() as desk:
        desk.one(select(Case)).holder_id = account
    assert worker.post(f"/second-signature/{asked}/sign").status_code == 303 and done(house)


def test_the_same_cannot_wait_twice(house: HouseUnderTest) -> None:
    asked = ASKED["remove_file"][1](house)
    with house.desk(OFFICER, person=1) as desk:
        wish = queries.proposal(desk, asked)
        again = {"about": wish.about, "case_id": wish.case_id}
        with pytest.raises(RuleBroken, match="asked-already"):
            actions.propose(desk, wish.kind, **again)
        actions.refuse(desk, wish, reason="Ảnh này đúng")
        assert actions.propose(desk, wish.kind, **again).id != asked


def test_the_trail_says_who_asked_who_agreed_and_what_was_done(house: HouseUnderTest) -> None:
    asked = ASKED["merge_children"][1](house)
    house.client(OFFICER, person=1).post(f"/second-signature/{asked}/sign")
    with house.maintenance(writing=False) as desk:
        told = desk.all(select(AuditEntry.action).order_by(AuditEntry.seq))
        assert not list(verify(desk.trail, desk.session, parts=True))
    wanted = ["proposed: merge children", "merge of two children confirmed", "signed: merge children"]
    assert [one for one in told if one in wanted] == wanted
