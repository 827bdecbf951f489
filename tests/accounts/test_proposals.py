"""What two people do together: asked by one, signed or refused by another, never by the same, never too late."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import Role
from casemgr.accounts import actions, queries, seconding
from casemgr.accounts.models import Account, Appointment, Proposal
from casemgr.accounts.terms import ProposalState
from casemgr.core.errors import NotFound, Refused, RuleBroken
from casemgr.core.words import _l
from casemgr.places import queries as places
from casemgr.security.audit import AuditEntry
from tests.support.house import HouseUnderTest

WHY = "Cần thêm người quản trị cho tỉnh"
DONE: list[dict[str, str]] = []
KIND = seconding.register(
    seconding.Kind(
        "trial",
        _l("Save"),
        Permission.SECOND_SIGN,
        Permission.SECOND_SIGN,
        lambda _desk, given: DONE.append(dict(given)),
    )
)


@contextmanager
def officer(house: HouseUnderTest, person: int = 0) -> Iterator[Desk]:
    with house.desk(Role.COMMUNE_OFFICER, person=person) as desk:
        yield desk


def ask(house: HouseUnderTest) -> Proposal:
    DONE.clear()
    with officer(house) as desk:
        return actions.propose(
            desk, "trial", given={"a": "1"}, shown=[("A", "1")], reason=WHY, unit_id=desk.actor.unit_id
        )


def test_another_person_signs_and_it_is_done_once(house: HouseUnderTest) -> None:
    asked = ask(house)
    with officer(house) as desk, pytest.raises(RuleBroken, match="mine"):
        actions.sign(desk, queries.proposal(desk, asked.id))
    assert not DONE
    with officer(house, 1) as desk:
        line = queries.proposal_line(desk, queries.proposal(desk, asked.id))
        assert line.may_answer and line.reason == WHY and line.shown == (("A", "1"),)
        actions.sign(desk, queries.proposal(desk, asked.id))
    assert DONE == [{"a": "1"}]
    with officer(house, 2) as desk, pytest.raises(RuleBroken, match="answered"):
        actions.sign(desk, queries.proposal(desk, asked.id))
    with house.maintenance(writing=False) as desk:
        told = desk.all(select(AuditEntry.action).where(AuditEntry.object == str(asked.id)))
    assert {
        "second signature asked for",
        "second signature given",
        "proposed: trial",
        "signed: trial",
    } <= set(told)


def test_what_is_refused_or_withdrawn_is_not_done(house: HouseUnderTest) -> None:
    asked, other = ask(house), ask(house)
    with officer(house, 1) as desk, pytest.raises(RuleBroken, match="why"):
        actions.refuse(desk, queries.proposal(desk, asked.id), reason="không")
    with officer(house, 1) as desk:
        actions.refuse(desk, queries.proposal(desk, asked.id), reason="Chưa đủ căn cứ")
        with pytest.raises(RuleBroken, match="not-mine"):
            actions.withdraw(desk, queries.proposal(desk, other.id))
    with officer(house) as desk:
        actions.withdraw(desk, queries.proposal(desk, other.id))
    for row in (asked, other):
        with officer(house, 1) as desk, pytest.raises(RuleBroken, match="answered"):
            actions.sign(desk, queries.proposal(desk, row.id))
    assert not DONE


def test_it_expires(house: HouseUnderTest) -> None:
    asked = ask(house)
    house.clock.move(KIND.lasts)
    with officer(house, 1) as desk, pytest.raises(RuleBroken, match="expired"):
        actions.sign(desk, queries.proposal(desk, asked.id))
    with officer(house, 1) as desk:
        (line,) = queries.proposals(desk)
        assert line.expired and not line.may_answer
    assert not DONE


def test_only_who_may_and_only_in_the_area(house: HouseUnderTest) -> None:
    asked = ask(house)
    with house.desk(Role.COMMUNE_OFFICER, "00004") as desk, pytest.raises(NotFound):
        queries.proposal(desk, asked.id)
    with house.desk(Role.HOTLINE_OPERATOR) as desk, pytest.raises(Refused):
        actions.propose(desk, "trial", given={}, shown=[], reason=WHY, unit_id=None)
    with officer(house) as desk, pytest.raises(Refused):
        actions.propose(desk, "administrator", given={}, shown=[], reason=WHY, unit_id=None)
    with officer(house) as desk, pytest.raises(NotFound):
        actions.propose(desk, "no such kind", given={}, shown=[], reason=WHY, unit_id=None)


def test_what_fails_when_signed_is_not_signed(house: HouseUnderTest) -> None:
    def fails(_desk: Desk, _given: object) -> None:
        raise Refused

    code = f"fails {house.engine_name}"[:24]
    seconding.register(seconding.Kind(code, _l("Save"), KIND.proposes, KIND.signs, fails))
    with officer(house) as desk:
        asked = actions.propose(desk, code, given={}, shown=[], reason=WHY, unit_id=desk.actor.unit_id)
    with pytest.raises(Refused), officer(house, 1) as desk:
        actions.sign(desk, queries.proposal(desk, asked.id))
    with officer(house, 1) as desk:
        assert queries.proposal(desk, asked.id).state == ProposalState.WAITING


def test_an_administrator_is_made_by_two(house: HouseUnderTest) -> None:
    chosen, _ = house.hire(Role.STATISTICIAN)
    first, second = house.client(Role.ADMIN), house.client(Role.ADMIN, person=1)
    day = house.clock.now().date()
    form = {
        "role": "admin",
        "unit": "20",
        "since-day": day.day,
        "since-month": day.month,
        "since-year": day.year,
    }
    answer = first.post(f"/accounts/{chosen}/roles/new", data=form)
    assert answer.status_code == 303 and "asked-second" in answer.location, answer.get_data(as_text=True)[
        :2000
    ]

    def is_admin() -> bool:
        with house.maintenance(writing=False) as desk:
            return (
                desk.first(
                    select(Appointment.id).where(
                        Appointment.account_id == chosen, Appointment.role == "admin"
                    )
                )
                is not None
            )

    assert not is_admin()
    with house.maintenance(writing=False) as desk:
        asked = desk.one(select(Proposal.id))
        name = desk.get(Account, chosen).name
    page = first.get(f"/second-signature/{asked}").get_data(as_text=True)
    assert name in page and "Ký và thực hiện" not in page
    assert first.post(f"/second-signature/{asked}/sign").status_code == 409 and not is_admin()
    assert "Ký và thực hiện" in second.get(f"/second-signature/{asked}").get_data(as_text=True)
    assert second.post(f"/second-signature/{asked}/sign").status_code == 303 and is_admin()


def test_a_command_makes_the_first_administrator(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        account = actions.add_account(
            desk,
            username="root.vn",
            name="Người Thử Quản Trị",
            password_hash="x",
            role=Role.ADMIN,
            unit_code="VN",
            since=places.today(desk) - timedelta(days=1),
        )
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(Appointment.role).where(Appointment.account_id == account.id)) == ["admin"]
