"""What verification of the trail found each time; looks that somebody should be asked about.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _later(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}", deferrable=True, initially="DEFERRED"
    )


def upgrade() -> None:
    instant = casemgr.core.db.Instant(timezone=True)
    op.create_table(
        "audit_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("head", sa.String(length=100), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_check")),
    )
    op.create_index(op.f("ix_audit_check_at"), "audit_check", ["at"])
    op.create_table(
        "concern",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=24), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.String(length=200), nullable=False),
        sa.Column("found_at", instant, nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", instant, nullable=True),
        _later("concern", "account_id", "account"),
        _later("concern", "answered_by", "account"),
        _later("concern", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sa.UniqueConstraint("account_id", "about", "found_on", name="uq_concern_account_id_about_found_on"),
    )
    for columns in (["account_id"], ["unit_id"], ["answer", "found_on"]):
        op.create_index(f"ix_concern_{'_'.join(columns)}", "concern", columns)


def downgrade() -> None:
    op.drop_table("concern")
    op.drop_table("audit_check")
