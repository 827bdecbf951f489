"""The office and its desks: one transaction each, kept when the work ended well, as if never begun otherwise."""

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from casemgr.access.actor import NOBODY, command
from casemgr.access.desk import Desk, Office
from casemgr.access.roles import Role
from casemgr.accounts.models import Account
from casemgr.cases.models import Case
from casemgr.core.clock import FixedClock
from casemgr.core.db import uuid7
from casemgr.core.errors import NotFound
from casemgr.security.audit import AuditEntry
from casemgr.security.parts import Safe
from tests.support.factories import a_report
from tests.support.house import HouseUnderTest


def add(desk: Desk, name: str) -> None:
    desk.add(Account(id=uuid7(desk.now), username=name, name="Ai đó", state="active", created_at=desk.now))


def names(house: HouseUnderTest) -> set[str]:
    with house.maintenance(writing=False) as desk:
        return set(desk.all(select(Account.username)))


def test_what_ended_well_is_kept_and_the_rest_was_never_begun(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        add(desk, "kept")
    with pytest.raises(ZeroDivisionError), house.maintenance() as desk:
        add(desk, "broken")
        desk.flush()
        1 / 0  # noqa: B018 - any fault
    with house.maintenance() as desk:
        add(desk, "given-up")
        desk.flush()
        desk.give_up()
    assert names(house) == {"kept"}


def test_a_look_writes_by_no_way(house: HouseUnderTest) -> None:
    """Not by a bare statement either, beside the session and its guards."""
    with house.maintenance() as desk:
        add(desk, "kept")
    with suppress(DBAPIError), house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        desk.session.connection().execute(text("UPDATE account SET username = 'changed'"))
    assert "kept" in names(house) and "changed" not in names(house)


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
def test_what_pages_ask_stands_ready_from_one_look_to_the_next(house: HouseUnderTest) -> None:
    """The driver lets go of every prepared statement at a ROLLBACK; each page would be planned anew."""
    for _ in range(8):
        names(house)
    with house.maintenance(writing=False) as desk:
        ready = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%account.username%'")
        assert desk.session.connection().execute(ready).scalar() == 1


def test_a_desk_has_one_instant(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        before = desk.now
        house.clock.move(timedelta(hours=1))
        assert desk.now == before
    with house.office.open(command("tests"), now=before) as desk:
        assert desk.now == before


def test_ids_of_a_desk_are_new_and_in_order(house: HouseUnderTest) -> None:
    with house.maintenance(writing=False) as desk:
        assert len({desk.id() for _ in range(100)}) == 100


def test_what_is_not_there_is_not_found(house: HouseUnderTest) -> None:
    with house.maintenance(writing=False) as desk:
        for ask in (
            lambda: desk.get(Account, uuid4()),
            lambda: desk.get(Account, None),
            lambda: desk.one(select(Account).where(Account.username == "nobody")),
        ):
            with pytest.raises(NotFound):
                ask()
        assert desk.first(select(Account).where(Account.username == "nobody")) is None
        assert list(desk.all(select(Account).where(Account.username == "nobody"))) == []


def test_closers_run_in_the_transaction_and_their_fault_undoes_it(house: HouseUnderTest) -> None:
    office = house.office
    seen: list[int] = []

    def count(desk: Desk) -> None:
        seen.append(desk.session.scalar(select(func.count()).select_from(Account)) or 0)
        if len(seen) > 1:
            raise RuntimeError

    watched = Office(
        office.engine, FixedClock(house.clock.now()), office.ring, turn=office._turn, closers=(count,)
    )
    with watched.open(command("tests")) as desk:
        add(desk, "first")
    with pytest.raises(RuntimeError), watched.open(command("tests")) as desk:
        add(desk, "second")
    assert seen == [1, 2]
    assert names(house) == {"first"}


def test_a_reading_desk_keeps_what_was_looked_at_and_nothing_else(house: HouseUnderTest) -> None:
    with house.maintenance(writing=False) as desk:
        desk.read("looked", "something", ("card",), count=3)
        desk.read("looked again")
    with house.maintenance(writing=False) as desk:
        found = desk.all(select(AuditEntry.action).order_by(AuditEntry.seq))
    assert found[-2:] == ["looked", "looked again"]


def test_looking_that_failed_leaves_no_entry(house: HouseUnderTest) -> None:
    """Nothing was shown: what leaves the house is written down, and nothing left."""
    with pytest.raises(NotFound), house.maintenance(writing=False) as desk:
        desk.read("looked")
        raise NotFound
    with house.maintenance(writing=False) as desk:
        assert not desk.all(select(AuditEntry).where(AuditEntry.action == "looked"))


def test_looking_at_a_writing_desk_is_written_with_the_work(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        desk.read("looked")
        desk.give_up()
    with house.maintenance() as desk:
        desk.read("looked")
    with house.maintenance(writing=False) as desk:
        assert len(desk.all(select(AuditEntry).where(AuditEntry.action == "looked"))) == 1


def test_an_entry_says_who_in_which_role_from_where_and_why(house: HouseUnderTest) -> None:
    actor = house.actor(Role.COMMUNE_OFFICER)
    with house.office.open(actor, request="r1", reason="kiểm tra") as desk:
        desk.record("looked", "something")
    with house.maintenance(writing=False) as desk:
        entry = desk.all(select(AuditEntry).where(AuditEntry.action == "looked"))[0]
    for said in (
        f'"actor":"{actor.id}"',
        '"role":"commune_officer"',
        '"request":"r1"',
        '"reason":"kiểm tra"',
    ):
        assert said in entry.body


def test_two_offices_on_one_file_write_one_after_the_other(house: HouseUnderTest) -> None:
    office = house.office
    other = Office(office.engine, FixedClock(house.clock.now()), office.ring, turn=office._turn)
    with other.open(command("another"), writing=False) as reading:
        before = reading.session.scalar(select(func.count()).select_from(Account))
        with office.open(command("tests")) as desk:
            add(desk, "beside")
        assert reading.session.scalar(select(func.count()).select_from(Account)) in (
            before,
            (before or 0) + 1,
        )
    assert "beside" in names(house)


def test_a_desk_s_safe_opens_for_its_own_session(house: HouseUnderTest) -> None:
    number = a_report(house)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert isinstance(desk.safe, Safe)
        assert desk.session.info["safe"] is desk.safe
        assert desk.one(select(Case).where(Case.number == number))


def test_nobody_sees_no_file(house: HouseUnderTest) -> None:
    a_report(house)
    with house.office.open(NOBODY, writing=False) as desk:
        assert list(desk.all(select(Case))) == []
