"""Commands of the second wall: roles and row-level security of PostgreSQL."""

import click
from sqlalchemy import Connection
from sqlalchemy.exc import ProgrammingError

from casemgr.access import second_wall
from casemgr.cli.door import office, plain
from casemgr.core.errors import Refused

_STANDS = "The second wall stands: this server connects as a role that every policy binds."
_OPEN = (
    "The second wall is not in use: this server connects as the owner of the tables. "
    "safe postgresql-roles says what to do."
)


@click.group()
def safe() -> None:
    """The walls around the files."""


@safe.command("postgresql-roles")
@click.option("--sql", "only_say", is_flag=True, help="Print the statements instead of running them.")
@plain
def postgresql_roles(only_say: bool) -> None:
    """Make the database roles, their rights and the policies of row-level security; run again after each upgrade.

    Runs as the owner of the tables, who may create roles. The servers then sign in as a user of their own:
    CREATE ROLE web LOGIN PASSWORD '…' IN ROLE casemgr_rw. An installation with one database user goes on as it is.

    Example: flask --app wsgi safe postgresql-roles --sql
    """
    if only_say:
        click.echo("".join(f"{statement};\n" for statement in second_wall.statements()), nl=False)
        return
    if office().engine.dialect.name != "postgresql":
        raise Refused(
            "The database is an SQLite file: who may open the file sees it whole, sealed parts apart."
        )
    with office().engine.begin() as connection:
        put_up(connection)
    click.echo(
        f"{len(second_wall.ROLES)} roles. " + "; ".join(f"{a}: {b}" for a, b in second_wall.ROLES.items())
    )


def put_up(connection: Connection) -> None:
    """Roles, rights and policies, all or nothing."""
    try:
        for statement in second_wall.statements():
            connection.exec_driver_sql(statement)
    except ProgrammingError as error:
        raise Refused(
            f"The database refused: {str(error.orig).splitlines()[0]}. The owner of the tables runs this, who may "
            "create roles; or hand the output of --sql to whoever may."
        ) from None


def renewed(connection: Connection) -> bool:
    """Put the wall up again where it was put up before: an upgrade may have brought tables that nobody guards yet."""
    if connection.dialect.name != "postgresql":
        return False
    ask = "SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass('public.\"case\"')"
    if not connection.exec_driver_sql(ask).scalar():
        return False
    put_up(connection)
    return True


def close(connection: Connection) -> None:
    """Take the policies away and leave the wall: until it is put up again, whoever they bound sees nothing.

    Policies hold on to the columns they ask about, and an upgrade must be free to change those.
    """
    if connection.dialect.name != "postgresql":
        return
    ask = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' AND roles && %s::name[]"
    for table, policy in connection.exec_driver_sql(ask, (list(second_wall.ROLES),)).all():
        connection.exec_driver_sql(f'DROP POLICY "{policy}" ON "{table}"')


def in_words() -> str | None:
    """Whether the second wall stands, for `keys status`; nothing on SQLite."""
    with office().engine.connect() as connection:
        if connection.dialect.name != "postgresql":
            return None
        return _STANDS if second_wall.stands(connection) else _OPEN


def refuse_half_a_copy() -> None:
    """A backup through a user whom the wall keeps from rows would be empty of them."""
    with office().engine.connect() as connection:
        if second_wall.hides_rows(connection):
            raise Refused(
                f"This database user sees no files by itself. Make backups as a member of {second_wall.BACKUP}."
            )


def insist_on_the_owner() -> None:
    """Some work is the owner's of the tables: said before it is begun."""
    with office().engine.connect() as connection:
        if second_wall.stands(connection):
            raise Refused("Only the owner of the tables may do this: the database user with whom init runs.")


COMMANDS = (safe,)
