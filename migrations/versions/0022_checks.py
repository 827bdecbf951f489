"""Checks: how the numbers of each unit stood when the house last looked, and explanations of what was found.

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), initially="DEFERRED", deferrable=True
    )


def _instant(name: str, *, nullable: bool) -> sa.Column:
    return sa.Column(name, casemgr.core.db.Instant(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "check_result",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(length=24), nullable=False),
        sa.Column("place", sa.String(length=5), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("blocks", sa.Integer(), nullable=False),
        sa.Column("to_explain", sa.Integer(), nullable=False),
        sa.Column("explained", sa.Integer(), nullable=False),
        _instant("checked_at", nullable=False),
        _to("check_result", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_result")),
        sa.UniqueConstraint("period", "place", name=op.f("uq_check_result_period_place")),
    )
    op.create_index("ix_check_result_unit_id", "check_result", ["unit_id"])
    op.create_table(
        "check_explanation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(length=24), nullable=False),
        sa.Column("place", sa.String(length=5), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=False),
        _instant("written_at", nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        _instant("withdrawn_at", nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("explained_sealed", sa.LargeBinary(), nullable=True),
        _to("check_explanation", "unit_id", "unit"),
        _to("check_explanation", "written_by", "account"),
        _to("check_explanation", "withdrawn_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_explanation")),
    )
    op.create_index("ix_check_explanation_period_place", "check_explanation", ["period", "place"])
    op.create_index("ix_check_explanation_unit_id", "check_explanation", ["unit_id"])


def downgrade() -> None:
    op.drop_table("check_explanation")
    op.drop_table("check_result")
