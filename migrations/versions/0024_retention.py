"""Retention: files that were shredded, legal holds, proposals of disposal, periods that were set.

Revision: 0024, after 0022.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), initially="DEFERRED", deferrable=True
    )


def _instant(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, casemgr.core.db.Instant(timezone=True), nullable=nullable)


def upgrade() -> None:
    for table in ("case", "child", "report"):
        op.add_column(table, _instant("shredded_at"))
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        _instant("placed_at", nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=True),
        _instant("lifted_at"),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("why_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("lifted_why_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("legal_hold", "case_id", "case"),
        _to("legal_hold", "placed_by", "account"),
        _to("legal_hold", "lifted_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_case_id"), "legal_hold", ["case_id"])
    standing = sa.column("lifted_at").is_(None)
    op.create_index(
        "ix_legal_hold_standing", "legal_hold", ["case_id"], sqlite_where=standing, postgresql_where=standing
    )
    op.create_table(
        "disposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("report_number", sa.String(length=24), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        _instant("found_at", nullable=False),
        _instant("asked_at"),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        _instant("agreed_at"),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        _instant("done_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("disposal", "case_id", "case"),
        _to("disposal", "report_id", "report"),
        _to("disposal", "unit_id", "unit"),
        _to("disposal", "asked_by", "account"),
        _to("disposal", "agreed_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
        sa.UniqueConstraint("case_id", name=op.f("uq_disposal_case_id")),
    )
    op.create_index("ix_disposal_state_unit_id", "disposal", ["state", "unit_id"])
    for column in ("report_id", "number", "report_number"):
        op.create_index(op.f(f"ix_disposal_{column}"), "disposal", [column])
    op.create_table(
        "retention_period",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("until_age", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("document_day", sa.Date(), nullable=False),
        _instant("set_at", nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        _to("retention_period", "set_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_period")),
    )


def downgrade() -> None:
    for table in ("retention_period", "disposal", "legal_hold"):
        op.drop_table(table)
    for table in ("case", "child", "report"):
        op.drop_column(table, "shredded_at")
