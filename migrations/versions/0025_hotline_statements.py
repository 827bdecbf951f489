"""Statements of hotline 111: what it says it sent.

Revision: 0025, after 0024.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def _to(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_hotline_statement_{column}_{target}"),
        initially="DEFERRED",
        deferrable=True,
    )


def upgrade() -> None:
    op.create_table(
        "hotline_statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=True),
        _to("unit_id", "unit"),
        _to("recorded_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotline_statement")),
    )
    op.create_index(op.f("ix_hotline_statement_recorded_at"), "hotline_statement", ["recorded_at"])


def downgrade() -> None:
    op.drop_table("hotline_statement")
