"""Figures supplied by other sectors, revision by revision.

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supplied_figure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("in_set", sa.String(length=2), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.SmallInteger(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("unit_code", sa.String(length=8), nullable=False),
        sa.Column("period", sa.String(length=24), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("document_day", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("explained", sa.Text(), nullable=False),
        sa.Column("recorded_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_supplied_figure_unit_id_unit"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["account.id"],
            name=op.f("fk_supplied_figure_recorded_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplied_figure")),
        sa.UniqueConstraint(
            "in_set", "code", "definition", "unit_code", "period", "revision", name=op.f("uq_supplied_figure_revision")
        ),
    )
    op.create_index("ix_supplied_figure_code_last_day", "supplied_figure", ["in_set", "code", "last_day"])


def downgrade() -> None:
    op.drop_table("supplied_figure")
