"""The second wall: with the first one switched off, PostgreSQL alone keeps foreign rows from whoever asks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, event, insert, inspect, select, text, update
from sqlalchemy.exc import ProgrammingError

from casemgr.access import scope, second_wall
from casemgr.access.bits import Bit, definition
from casemgr.access.roles import Role
from casemgr.access.scope import DeskSession, Scoped, scoped_tables
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.privacy import writing as incidents
from casemgr.privacy.models import DataIncident
from casemgr.privacy.terms import Happened
from casemgr.security.audit import AuditEntry, AuditLink
from casemgr.security.verifying import verify
from tests.safeguards.people import restrict
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, THAT_KHE, HouseUnderTest
from tests.support.rows import fill
from tests.support.walls import at_revision

pytestmark = pytest.mark.parametrize("house", ["postgresql"], indirect=True)
WATCHED: dict[Role, set[Any]] = {Role.INSPECTOR: {DataIncident}}  # of every unit, by their work
KEPT_FROM_EVERYBODY = {
    "case_fact",
    "given_answer",
    "item_fact",
    "notice",
}  # read by machines, or by one person


@pytest.fixture
def first_wall_off() -> Iterator[None]:
    """Nothing narrows a statement any more, and nobody is asked whether they write."""
    event.remove(DeskSession, "do_orm_execute", scope.narrow)
    yield
    event.listen(DeskSession, "do_orm_execute", scope.narrow)


def counted(desk: Any, table: type[Any]) -> int:
    return int(
        desk.session.connection().execute(text(f'SELECT count(*) FROM "{table.__tablename__}"')).scalar()
    )


def test_without_the_first_wall_no_foreign_row_is_found(house: HouseUnderTest, first_wall_off: None) -> None:
    number = a_case(house, stage=Stage.CARRYING_OUT)
    with house.maintenance() as desk:
        filled = dict(fill(desk, number))
    for role, unit in ((Role.COMMUNE_OFFICER, ELSEWHERE), (Role.SOCIAL_WORKER, None), (Role.INSPECTOR, None)):
        with house.desk(role, unit, writing=False) as desk:
            for table in set(scoped_tables()) - WATCHED.get(role, set()):
                found = desk.all(select(table))
                plain = counted(desk, table)
                assert not found and not plain, f"{role} sees {table.__name__}"
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        empty = {
            table.__tablename__ for table in filled if issubclass(table, Scoped) and not counted(desk, table)
        }
    assert empty <= KEPT_FROM_EVERYBODY, "whoever is responsible sees their own"


def test_without_the_first_wall_no_foreign_row_is_changed(
    house: HouseUnderTest, first_wall_off: None
) -> None:
    a_case(house)
    with house.desk(Role.COMMUNE_OFFICER, ELSEWHERE) as desk:
        for table in scoped_tables():
            raw = inspect(table).local_table
            column = next(iter(raw.primary_key.columns))
            done = desk.session.connection().execute(update(raw).values({column.name: column}))
            assert done.rowcount == 0, table.__name__
            assert desk.session.connection().execute(delete(raw)).rowcount == 0, table.__name__
        desk.give_up()


def test_without_the_first_wall_nothing_is_added_to_a_foreign_file(
    house: HouseUnderTest, first_wall_off: None
) -> None:
    """Each row of a file once more, by a bare statement of somebody who does not see the file: no table takes it."""
    number = a_case(house, stage=Stage.CARRYING_OUT)
    with house.maintenance() as desk:
        filled = dict(fill(desk, number))
        own = {table: _raw(desk, table, key) for table, key in filled.items() if issubclass(table, Scoped)}
    for role, unit in ((Role.COMMUNE_OFFICER, ELSEWHERE), (Role.SOCIAL_WORKER, None)):
        with house.desk(role, unit) as desk:
            for table, values in own.items():
                with pytest.raises(ProgrammingError, match="row-level security"), desk.session.begin_nested():
                    desk.session.connection().execute(insert(inspect(table).local_table).values(values))
            desk.give_up()


def _raw(desk: Any, table: type[Any], key: Any) -> dict[str, Any]:
    raw = inspect(table).local_table
    mine = [column == value for column, value in zip(raw.primary_key.columns, key, strict=True)]
    return dict(desk.session.connection().execute(select(raw).where(*mine)).mappings().one())


def test_no_table_takes_rows_from_anybody(house: HouseUnderTest) -> None:
    ask = "SELECT with_check <> 'true' FROM pg_policies WHERE policyname IN ('scope_add', 'scope_change')"
    with house.office.engine.connect() as connection:
        assert set(connection.execute(text(ask)).scalars()) == {True}


def test_while_the_tables_change_nobody_behind_the_wall_sees_anything(house: HouseUnderTest) -> None:
    """Policies hold on to columns that an upgrade, or the way back, takes away: they go first, the wall stays."""
    a_case(house)
    with at_revision(house, "0025"), house.office.engine.connect() as connection:
        assert second_wall.stands(connection)
        connection.execute(text("SET LOCAL app.everything = 'on'"))
        assert connection.execute(text('SELECT count(*) FROM "case"')).scalar() == 0
    with house.maintenance(writing=False) as desk:
        assert counted(desk, Case) == 1, "init has put the wall up again"


def test_nobody_writes_what_leaves_their_sight_by_a_bare_statement(house: HouseUnderTest) -> None:
    number = a_case(house)
    there = house.unit_id(ELSEWHERE)
    raw = inspect(Case).local_table
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        away = update(raw).where(raw.c.number == number).values(unit_id=there, incident_unit_id=there)
        with pytest.raises(ProgrammingError, match="row-level security"), desk.session.begin_nested():
            desk.session.connection().execute(away)
        desk.give_up()


def test_of_a_hidden_case_one_bit_is_told_and_to_the_server_alone(house: HouseUnderTest) -> None:
    """Whoever knows a case's random key learns whether it is restricted; a table of their own does not change the answer."""
    number = a_case(house)
    with house.maintenance() as desk:
        case = cases.case(desk, number)
    ask = text("SELECT case_is_unrestricted(:key)")
    with house.office.engine.connect() as connection:
        connection.execute(
            text('CREATE TEMP TABLE "case" AS SELECT gen_random_uuid() AS id, true AS restricted')
        )
        assert connection.scalar(ask, {"key": case.id}) is True
        assert (
            connection.scalar(ask, {"key": uuid4()}) is False
            and connection.scalar(ask, {"key": None}) is False
        )
    restrict(house, number, house.hire(Role.SOCIAL_WORKER)[0])
    with house.office.engine.connect() as connection:
        assert connection.scalar(ask, {"key": case.id}) is False
    with house.owner.office.engine.connect() as connection:
        may = "SELECT has_function_privilege(:role, 'case_is_unrestricted(uuid)', 'EXECUTE')"
        told = {role for role in second_wall.ROLES if connection.scalar(text(may), {"role": role})}
    assert told == {second_wall.WEB}


def test_the_function_of_each_bit_is_that_of_the_migrations(house: HouseUnderTest) -> None:
    assert {bit.__name__ for bit in Bit.every} == {"IsUnrestricted"}
    with house.owner.office.engine.connect() as connection:
        for bit in Bit.every:
            as_it_stands = text(f"SELECT pg_get_functiondef('{bit.function}(uuid)'::regprocedure)")
            migrated = connection.scalar(as_it_stands)
            for statement in definition(bit):
                connection.execute(text(statement))
            assert connection.scalar(as_it_stands) == migrated


def test_what_fails_where_the_wall_is_lifted_leaves_it_standing(house: HouseUnderTest) -> None:
    a_case(house)
    with house.desk(Role.COMMUNE_OFFICER, ELSEWHERE) as desk:
        with second_wall.lifted(desk.session), second_wall.lifted(desk.session):
            assert counted(desk, Case) == 1
        assert counted(desk, Case) == 0
        with pytest.raises(ZeroDivisionError), second_wall.lifted(desk.session):
            1 / 0  # noqa: B018 - any fault inside
        assert counted(desk, Case) == 0
        with pytest.raises(ProgrammingError), desk.session.begin_nested(), second_wall.lifted(desk.session):
            desk.session.connection().execute(text("SELECT no_such_column"))
        assert counted(desk, Case) == 0
        with second_wall.lifted(desk.session):
            with pytest.raises(ProgrammingError), desk.session.begin_nested():
                desk.session.connection().execute(text("SELECT no_such_column"))
            assert counted(desk, Case) == 1
        assert counted(desk, Case) == 0
        desk.give_up()


def test_nobody_and_a_connection_of_its_own_see_nothing(house: HouseUnderTest) -> None:
    a_case(house)
    with house.office.engine.connect() as connection:
        assert second_wall.stands(connection)
        for table in scoped_tables():
            assert connection.execute(text(f'SELECT count(*) FROM "{table.__tablename__}"')).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM audit_entry")).scalar()


def test_the_settings_of_one_transaction_do_not_reach_the_next(house: HouseUnderTest) -> None:
    a_case(house)
    with house.maintenance(writing=False) as desk:
        assert counted(desk, Case) == 1
    for _ in range(3):
        with house.office.engine.connect() as connection:
            assert connection.execute(text('SELECT count(*) FROM "case"')).scalar() == 0


@pytest.mark.parametrize("table", [AuditEntry, AuditLink], ids=["entries", "links"])
@pytest.mark.parametrize("what", ["UPDATE {} SET mac = mac", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_trail_is_appended_to_and_nothing_else(
    house: HouseUnderTest, table: type[Any], what: str
) -> None:
    a_case(house)
    with (
        house.office.engine.connect() as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.execute(text(what.format(table.__tablename__)))


def test_a_server_behind_the_wall_cannot_take_it_down(house: HouseUnderTest) -> None:
    for what in (
        'ALTER TABLE "case" DISABLE ROW LEVEL SECURITY',
        'DROP POLICY scope_read ON "case"',
        'SET row_security = off; SELECT count(*) FROM "case"',
        "SET ROLE casemgr",
        "CREATE TABLE mine (id int)",
    ):
        with house.office.engine.connect() as connection, pytest.raises(ProgrammingError):
            connection.execute(text(what))


def test_work_goes_on_behind_the_wall(house: HouseUnderTest) -> None:
    """A case for another commune leaves the sight of whoever wrote it down; a handover brings one into it."""
    number = a_case(house, stage=Stage.CARRYING_OUT)
    officer = house.client(Role.COMMUNE_OFFICER)
    assert officer.get(f"/cases/{number}").status_code == 200
    assert officer.get("/").status_code == 200
    assert officer.get("/cases").status_code == 200
    assert house.client(Role.COMMUNE_OFFICER, THAT_KHE).get(f"/cases/{number}").status_code == 404
    supervisor = house.client(Role.PROVINCE_SUPERVISOR)
    assert supervisor.get(f"/cases/{number}").status_code == 200
    assert supervisor.get("/indicators").status_code == 200
    with house.maintenance(writing=False) as desk:
        assert not list(verify(desk.trail, desk.session, parts=True))


def test_who_watches_over_the_installation_sees_incidents_of_every_unit(house: HouseUnderTest) -> None:
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        happened = Happened(act="mất điện thoại")
        row = incidents.open_incident(
            desk, happened=happened, kind="loss", detected_at=desk.now, cyber=False, serious=True
        )
    there = f"/privacy/incidents/{row.number}"
    assert house.client(Role.INSPECTOR).get(there).status_code == 200
    assert house.client(Role.ADMIN).get(there).status_code == 200
    assert house.client(Role.COMMUNE_OFFICER, ELSEWHERE).get(there).status_code == 404


def test_the_policies_in_the_database_are_those_of_the_tables(house: HouseUnderTest) -> None:
    with house.office.engine.connect() as connection:
        guarded = set(
            connection.execute(
                text("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
            ).scalars()
        )
        made = connection.execute(text("SELECT tablename, count(*) FROM pg_policies GROUP BY 1")).all()
    wanted = {table.__tablename__ for table in scoped_tables()}
    assert guarded == wanted
    assert {name: int(count) for name, count in made} == dict.fromkeys(wanted, 5)


def test_a_backup_reads_everything_and_writes_nothing(house: HouseUnderTest) -> None:
    a_case(house)
    with house.owner.office.engine.connect() as connection:
        connection.execute(text(f"SET LOCAL ROLE {second_wall.BACKUP}"))
        assert connection.execute(text('SELECT count(*) FROM "case"')).scalar() == 1
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("DELETE FROM case_event"))
    with house.owner.office.engine.connect() as connection:
        connection.execute(text(f"SET LOCAL ROLE {second_wall.SEALER}"))
        assert connection.execute(text("SELECT count(*) FROM audit_entry")).scalar()
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text('SELECT count(*) FROM "case"'))


def test_a_server_makes_no_backup_that_lacks_the_files(house: HouseUnderTest, tmp_path: Path) -> None:
    a_case(house)
    made = house.app.test_cli_runner().invoke(
        args=["backup", "create", "--out", str(tmp_path / "half.casemgr")]
    )
    assert made.exit_code == 1 and second_wall.BACKUP in made.stderr
    assert not list(tmp_path.iterdir())


def test_the_command_puts_it_up_again_and_says_whether_it_stands(house: HouseUnderTest) -> None:
    with house.owner.app.app_context():
        owner = house.owner.app.test_cli_runner()
        said = owner.invoke(args=["safe", "postgresql-roles", "--sql"]).output
        assert "CREATE POLICY scope_read" in said and 'GRANT SELECT, INSERT ON "audit_entry"' in said
        for _again in range(2):
            assert owner.invoke(args=["safe", "postgresql-roles"]).exit_code == 0
        assert "not in use" in owner.invoke(args=["keys", "status"]).output
    refused = house.app.test_cli_runner().invoke(args=["safe", "postgresql-roles"])
    assert refused.exit_code == 1 and "refused" in refused.stderr
    assert "The second wall stands" in house.app.test_cli_runner().invoke(args=["keys", "status"]).output


def test_the_wall_costs_one_short_statement_for_each_transaction(house: HouseUnderTest) -> None:
    """How long it takes says more of the neighbours of a test than of the wall; how often it is asked does not."""
    number = a_case(house)
    actor = house.actor(Role.COMMUNE_OFFICER)

    def asked(of: HouseUnderTest) -> int:
        said: list[str] = []

        def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            said.append(statement)

        event.listen(of.office.engine, "before_cursor_execute", hear)
        with of.office.open(actor, writing=False) as desk:
            cases.case(desk, number)
            cases.listing(desk)
            desk.readings.clear()
        event.remove(of.office.engine, "before_cursor_execute", hear)
        return len(said)

    asked(house), asked(house.owner)  # what is asked once for each connection
    assert asked(house) == asked(house.owner) + 1
