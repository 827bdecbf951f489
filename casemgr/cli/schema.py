"""Whether the tables are those that this version of the program works on, and what to do when they are not."""

from collections.abc import Set

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import DBAPIError, OperationalError

from casemgr.access.actor import NOBODY
from casemgr.access.desk import Office
from casemgr.core.errors import Unavailable
from casemgr.exchange import queries

_EMPTY = "The database is not ready. First: flask --app wsgi init"
_OLDER = "The database is of an older version of the program. First: flask --app wsgi init"
_NEWER = "The database is of a newer version of the program than this one. Use that version."


def refuse_newer(office: Office) -> None:
    """Tables that a newer version made are left alone."""
    if standing(office) == _NEWER:
        raise Unavailable(_NEWER)


def refuse_empty(office: Office) -> None:
    """Without tables there is nothing to serve."""
    if standing(office) == _EMPTY:
        raise Unavailable(_EMPTY)


def standing(office: Office) -> str | None:
    """What stands between the program and the tables; nothing when they are of one version, or when nobody can tell."""
    with office.open(NOBODY, writing=False) as desk:
        found = queries.versions(desk)
    return None if found is None else _said(found)


def _said(found: Set[str]) -> str | None:
    if not found:
        return _EMPTY
    scripts = ScriptDirectory(current_app.extensions["migrate"].directory)
    if found - {script.revision for script in scripts.walk_revisions()}:
        return _NEWER
    return None if found == set(scripts.get_heads()) else _OLDER


def failure(error: DBAPIError, office: Office) -> str | None:
    """What to say where the database failed: what to do first, or that it does not answer. Nothing of a fault of ours."""
    return standing(office) or (unanswered(error) if isinstance(error, OperationalError) else None)


def unanswered(error: DBAPIError) -> str:
    """That the database does not answer, and the first line of why."""
    first, *_ = str(error.orig).strip().splitlines() or ["no reason was told"]
    return f"The database does not answer: {first.rstrip('.')}."
