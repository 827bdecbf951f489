"""Whether the process lives, and whether the house is ready; no more than that."""

from functools import cache

from alembic.script import ScriptDirectory
from flask import current_app

from casemgr.access.desk import Desk
from casemgr.exchange import queries
from casemgr.exchange.api import schemas
from casemgr.exchange.api.door import Answer, ApiRoom
from casemgr.web.room import PUBLIC

room = ApiRoom("health", __name__, description="Whether the house works.")


@room.get("/healthz", needs=PUBLIC, gives={200: schemas.ReadySchema})
def healthz(desk: Desk) -> Answer:
    """Whether the process lives."""
    return Answer({"status": "ok"})


@room.get("/readyz", needs=PUBLIC, gives={200: schemas.ReadySchema, 503: schemas.ReadySchema})
def readyz(desk: Desk) -> Answer:
    """Whether the database, its migrations and the keyring are ready."""
    failing = queries.unready(desk, _newest_migration(current_app.extensions["migrate"].directory))
    return Answer({"status": "unavailable", "failing": failing}, 503) if failing else Answer({"status": "ok"})


@cache
def _newest_migration(folder: str) -> str | None:
    return ScriptDirectory(folder).get_current_head()
