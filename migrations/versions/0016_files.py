"""Files of cases: what is known of each, its sealed chunks, and each time an original was taken.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _to(column: str, table: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{table}.id"],
        name=op.f(f"fk_{of}_{column}_{table}"),
        initially="DEFERRED",
        deferrable=True,
    )


def upgrade() -> None:
    op.create_table(
        "case_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("added_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("scanned_at", casemgr.core.db.Instant(timezone=True), nullable=True),
        sa.Column("removal_asked_at", casemgr.core.db.Instant(timezone=True), nullable=True),
        sa.Column("removal_asked_by", sa.String(length=80), nullable=True),
        sa.Column("removed_at", casemgr.core.db.Instant(timezone=True), nullable=True),
        sa.Column("removed_by", sa.String(length=80), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("removing_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("case_id", "case", "case_file"),
        _to("added_by", "account", "case_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
    )
    op.create_index("ix_case_file_case_id", "case_file", ["case_id", "added_at"])
    op.create_table(
        "file_chunk",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _to("file_id", "case_file", "file_chunk"),
        _to("case_id", "case", "file_chunk"),
        sa.PrimaryKeyConstraint("file_id", "form", "number", name=op.f("pk_file_chunk")),
    )
    op.create_table(
        "file_taking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("taking_sealed", sa.LargeBinary(), nullable=True),
        _to("file_id", "case_file", "file_taking"),
        _to("case_id", "case", "file_taking"),
        _to("account_id", "account", "file_taking"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_taking")),
    )
    op.create_index("ix_file_taking_file_id", "file_taking", ["file_id"])


def downgrade() -> None:
    op.drop_table("file_taking")
    op.drop_table("file_chunk")
    op.drop_table("case_file")
