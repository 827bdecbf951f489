"""The second wall on adding and changing: a row is written only where its writer sees it.

Revision: 0027, after 0026.

Where the wall stands, each policy on adding and changing takes the condition by which its table is read. `init` and
`safe postgresql-roles` make the same from the code.
"""

from alembic import op
from sqlalchemy import text

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WRITING = ("scope_add", "scope_change")


def upgrade() -> None:
    for table, seen in _read_by():
        _check(table, seen)


def downgrade() -> None:
    for table, _seen in _read_by():
        _check(table, "true")


def _read_by() -> list[tuple[str, str]]:
    """Tables behind the wall, with the condition by which each is read; none where there is no wall."""
    if op.get_bind().dialect.name != "postgresql":
        return []
    ask = "SELECT tablename, qual FROM pg_policies WHERE schemaname = 'public' AND policyname = 'scope_read'"
    return [(row.tablename, row.qual) for row in op.get_bind().execute(text(ask))]


def _check(table: str, condition: str) -> None:
    for policy in WRITING:
        op.get_bind().exec_driver_sql(f'ALTER POLICY {policy} ON "{table}" WITH CHECK ({condition})')
