"""Whether the migrations lead to exactly the tables that the models describe, on a fresh SQLite file.

python tools/check_migrations.py
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from alembic.autogenerate import compare_metadata  # noqa: E402  (the project is not installed)
from alembic.migration import MigrationContext  # noqa: E402
from alembic.script import ScriptDirectory  # noqa: E402
from flask_migrate import upgrade  # noqa: E402

from casemgr import app as roof  # noqa: E402
from casemgr.core.db import Model  # noqa: E402
from casemgr.security.keys import Keyring  # noqa: E402
from casemgr.settings import Settings  # noqa: E402


def faults() -> list[str]:
    """What differs between migrations and models, one line each."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url=f"sqlite:///{folder}/check.sqlite3")
        app = roof.build(settings, ring=Keyring.fresh("2026-01-01"))
        directory = app.extensions["migrate"].directory
        with app.app_context():
            upgrade(directory=directory)
            with app.extensions["casemgr"].office.engine.connect() as connection:
                context = MigrationContext.configure(connection, opts={"render_as_batch": True})
                differences = [str(found) for found in compare_metadata(context, Model.metadata)]
        scripts = ScriptDirectory(directory)
        differences += [
            f"{one.revision} comes after {one.down_revision}, and does not say so"
            for one in scripts.walk_revisions()
            if one.down_revision
            and f"Revision: {one.revision}, after {one.down_revision}." not in one.longdoc
        ]
        heads = scripts.get_heads()
        pinned = (Path(directory) / "HEAD").read_text().strip()
        if list(heads) != [pinned]:
            differences.append(f"migrations/HEAD says {pinned}, the heads are {heads}")
        return differences


if __name__ == "__main__":
    found = faults()
    print("\n".join(found) if found else "Migrations and models agree.")
    raise SystemExit(bool(found))
