"""Statements kept as text: every run has its own values, and a new row is held as if it had been read."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, event, inspect, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from casemgr.accounts.models import Account
from casemgr.core import db, plain
from casemgr.core.db import lost_a_race, uuid7
from casemgr.indicators.models import CaseFact
from tests.support.house import HouseUnderTest

NOW = datetime(2026, 11, 18, 5, 45, 1, 234567, tzinfo=UTC)


def an_account(number: int, **more: Any) -> Account:
    told = {"id": uuid7(NOW), "username": f"somebody-{number}", "name": "Ai đó", "created_at": NOW}
    return Account(**{**told, **more})


def a_whole_account(number: int) -> dict[str, Any]:
    """One that needs nothing of the database, column by column."""
    kept = {"version": 1, "must_change": False, "state": "active", "demo": False}
    row = {**vars(an_account(number)), **kept}
    return {column.key: row.get(column.key) for column in inspect(Account).local_table.c}


def inserts(session: Any) -> list[str]:
    """The insertions that a session sends from now on."""
    sent: list[str] = []

    @event.listens_for(session.connection(), "before_cursor_execute")
    def note(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, many: bool) -> None:
        if statement.startswith("INSERT"):
            sent.append(f"{statement.split()[2]} {'many' if many else 'one'}")

    return sent


def test_new_rows_of_a_table_are_one_statement_and_held_as_read(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        sent = inserts(desk.session)
        people = [an_account(1), an_account(2, demo=True), an_account(3, state=None)]
        desk.add(*people)
        desk.flush()
        assert sent == ["account many"]
        assert all(inspect(one).persistent for one in people) and not desk.session.new
        assert desk.session.get(Account, people[0].id) is people[0]
        first, second, third = people
        assert (first.version, first.must_change, first.demo, first.state) == (1, True, False, "active")
        assert second.demo and third.state == "active"
        first.name = "Người khác"
    with house.maintenance(writing=False) as desk:
        stored = {row.username: row for row in desk.all(select(Account).where(Account.created_at == NOW))}
        assert stored["somebody-1"].name == "Người khác" and stored["somebody-1"].version == 2
        assert stored["somebody-2"].demo and stored["somebody-2"].version == 1
        assert stored["somebody-3"].state == "active" and stored["somebody-3"].created_at == NOW


def test_where_other_rows_of_the_table_change_the_unit_of_work_keeps_its_order(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        old = an_account(1)
        desk.add(old)
        desk.flush()
        old.username = "left"
        desk.add(an_account(1))  # the name is free only once the change is written
        desk.flush()
    with house.maintenance(writing=False) as desk:
        names = desk.all(select(Account.username).where(Account.created_at == NOW))
        assert sorted(names) == ["left", "somebody-1"]


def test_a_row_that_gets_its_key_from_the_database_gets_it(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        row = CaseFact(case_id=uuid7(NOW), recorded_at=1, sealed=b"x")
        desk.add(row)
        desk.session.flush()
        assert row.seq > 0
        desk.give_up()


def test_nothing_of_one_row_slips_into_the_next(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        connection = desk.session.connection()
        told = {"case_id": uuid7(NOW), "recorded_at": 1, "sealed": b"x"}
        plain.append(connection, CaseFact, [told])
        with pytest.raises(KeyError, match="sealed"):
            plain.append(connection, CaseFact, [told, {"case_id": uuid7(NOW), "recorded_at": 2}])
        desk.give_up()


def test_a_statement_whose_text_depends_on_its_values_is_not_kept(house: HouseUnderTest) -> None:
    among = select(Account.username).where(Account.username.in_(bindparam("names", expanding=True)))
    with house.maintenance(writing=False) as desk, pytest.raises(TypeError, match="cannot be kept"):
        plain.run(desk.session.connection(), among, {"names": ["somebody-1"]})


def test_a_kept_statement_asks_for_what_is_given_now(house: HouseUnderTest) -> None:
    asked = select(Account.username).where(Account.username == bindparam("name")).limit(1)
    with house.maintenance() as desk:
        desk.add(an_account(1), an_account(2))
        desk.flush()
        connection = desk.session.connection()
        for name in ("somebody-1", "somebody-2", "somebody-1"):
            assert plain.run(connection, asked, {"name": name}) == [(name,)]
        assert plain.run(connection, asked, {"name": "nobody"}) == []
        desk.give_up()


def test_what_is_written_together_is_refused_together(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        desk.add(an_account(1))
    with pytest.raises(IntegrityError) as double, house.maintenance() as desk:
        connection = desk.session.connection()
        with plain.together(connection):
            for number in (2, 1, 3):
                plain.append(connection, Account, [a_whole_account(number)])
    assert lost_a_race(double.value) == (house.engine_name == "postgresql")
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(Account.username).where(Account.created_at == NOW)) == ["somebody-1"]


def test_a_fault_of_ours_among_what_is_written_together_is_told_as_it_is(house: HouseUnderTest) -> None:
    with pytest.raises(KeyError, match="name"), house.maintenance() as desk:
        connection = desk.session.connection()
        with plain.together(connection):
            told = [a_whole_account(1), a_whole_account(2)]
            del told[1]["name"]
            plain.append(connection, Account, told)
    with house.maintenance(writing=False) as desk:
        assert not desk.all(select(Account.username).where(Account.created_at == NOW))


@pytest.mark.parametrize("heard", [False, True])
def test_a_kept_statement_fails_and_is_heard_as_any_other(house: HouseUnderTest, *, heard: bool) -> None:
    secret = "Thị Kín"
    said: list[str] = []
    with house.maintenance() as desk:
        desk.add(an_account(1))
    with house.maintenance() as desk:
        connection = desk.session.connection()
        if heard:
            event.listen(connection, "before_cursor_execute", lambda _c, _u, sql, *_: said.append(sql))
        with pytest.raises(IntegrityError) as double:
            plain.append(connection, Account, [{**a_whole_account(1), "name": secret}])
        desk.give_up()
    told_of_values = str(double.value).partition("[SQL")[2]  # before it PostgreSQL has its say
    assert "INSERT" in told_of_values and secret not in told_of_values
    assert bool(said) == heard


def test_a_statement_on_a_connection_that_has_gone_is_a_lost_connection(
    postgresql_house: HouseUnderTest,
) -> None:
    house = postgresql_house
    with house.app.app_context(), pytest.raises(OperationalError) as lost, house.maintenance() as desk:
        mine = plain.found(desk.session.connection(), "SELECT pg_backend_pid()", None)[0][0]
        end(house, mine)
        plain.found(desk.session.connection(), "SELECT 1", None)
    assert lost.value.connection_invalidated
    with house.app.app_context(), house.maintenance() as desk:
        assert plain.found(desk.session.connection(), "SELECT 1", None) == [(1,)]


def test_a_connection_that_lay_still_is_asked_whether_it_stands(
    postgresql_house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = postgresql_house
    monkeypatch.setattr(db, "_STILL", 0.0)
    with house.app.app_context():
        with house.maintenance() as one, house.maintenance() as another:
            ask = "SELECT pg_backend_pid()"
            lying = [plain.found(desk.session.connection(), ask, None)[0][0] for desk in (one, another)]
        for each in lying:
            end(house, each)
        for _ in lying:
            with house.maintenance() as desk:
                assert plain.found(desk.session.connection(), ask, None)[0][0] not in lying


def end(house: HouseUnderTest, backend: int) -> None:
    """End somebody's connection from outside, as a server that is started anew does, and wait until it is gone."""
    with house.owner.office.engine.connect() as outside:
        outside.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})


def test_many_rows_come_in_portions_as_they_are_stored(house: HouseUnderTest) -> None:
    made = [uuid7(NOW) for _ in range(7)]
    with house.owner.maintenance() as desk:
        rows = [
            {"case_id": one, "recorded_at": place, "sealed": bytes([place])} for place, one in enumerate(made)
        ]
        if house.engine_name == "postgresql":
            desk.session.connection().exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            desk.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        plain.append(desk.session.connection(), CaseFact, rows)
        statement = (
            select(CaseFact.recorded_at, CaseFact.sealed)
            .where(CaseFact.recorded_at < bindparam("upto"))
            .order_by(CaseFact.recorded_at)
        )
        connection = desk.session.connection()
        found = list(plain.portions(connection, statement, {"upto": 5}, 2))
        assert found == [[(0, b"\0"), (1, b"\1")], [(2, b"\2"), (3, b"\3")], [(4, b"\4")]]
        assert plain.stored(connection, statement, {"upto": 1}) == [(0, b"\0")]
        one, other = (plain.portions(connection, statement, {"upto": 9}, 3) for _ in range(2))
        assert next(one) == next(other), "two may be read side by side"
        desk.give_up()


def test_postgresql_tells_instants_in_utc(house: HouseUnderTest) -> None:
    if house.engine_name == "postgresql":
        with house.maintenance(writing=False) as desk:
            assert desk.session.connection().exec_driver_sql("SHOW TIME ZONE").scalar() == "UTC"
