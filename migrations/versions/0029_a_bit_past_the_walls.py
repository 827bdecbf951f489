"""Whether a case is restricted is told past the second wall, and nothing else of it.

Revision: 0029, after 0028.

Where the wall stands, `init` and `safe postgresql-roles` make the policies that ask for it.
"""

from alembic import op
from sqlalchemy import text

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

WEB = "casemgr_rw"


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    op.execute(
        "CREATE FUNCTION case_is_unrestricted(asked uuid) RETURNS boolean LANGUAGE sql "
        "STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp "
        'RETURN EXISTS (SELECT FROM "case" WHERE id = asked AND NOT restricted)'
    )
    op.execute("REVOKE ALL ON FUNCTION case_is_unrestricted(uuid) FROM PUBLIC")
    if bind.execute(text("SELECT FROM pg_roles WHERE rolname = :web"), {"web": WEB}).first() is not None:
        op.execute(f"GRANT EXECUTE ON FUNCTION case_is_unrestricted(uuid) TO {WEB}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION case_is_unrestricted(uuid)")
