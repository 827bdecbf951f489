"""How migrations run: one transaction each, a short wait for locks, both engines; the second wall is closed meanwhile."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from casemgr.cli import walls
from casemgr.core.db import Model

LOCK_WAIT = "5s"


def _configure(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )


def _changes() -> bool:
    """Whether the tables are to become others than they are. A command that only asks names no revision."""
    try:
        wanted = context.get_revision_argument()
    except KeyError:
        return False
    return context.get_context().get_current_heads() != (wanted,)


def run() -> None:
    """Bring the database of the application to the wanted state."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_WAIT}'")
            connection.commit()
        _configure(connection)
        if _changes():
            walls.close(connection)
            connection.commit()
        with context.begin_transaction():
            context.run_migrations()


run()
