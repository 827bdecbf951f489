"""Numbers: for whom a return was signed, and the editions for everybody as they left.

Revision: 0028, after 0027.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("return_version") as table:
        table.add_column(sa.Column("signed_for", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_return_version_signed_for_account"),
            "account",
            ["signed_for"],
            ["id"],
            initially="DEFERRED",
            deferrable=True,
        )
    op.create_table(
        "public_table",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("published_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_table")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("uq_public_table_edition_id_number")),
    )


def downgrade() -> None:
    op.drop_table("public_table")
    with op.batch_alter_table("return_version") as table:
        table.drop_column("signed_for")
