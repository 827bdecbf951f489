"""Tables of handovers.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("handover_unit_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_case_handover_unit_id"), ["handover_unit_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_case_handover_unit_id_unit"),
            "unit",
            ["handover_unit_id"],
            ["id"],
            initially="DEFERRED",
            deferrable=True,
        )
    op.create_table(
        "report_unit",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("since", casemgr.core.db.Instant(timezone=True), nullable=False),
        _to("report_unit", "report_id", "report"),
        _to("report_unit", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("report_id", "unit_id", name=op.f("pk_report_unit")),
    )
    op.create_index(op.f("ix_report_unit_unit_id"), "report_unit", ["unit_id"], unique=False)
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("seen_at", casemgr.core.db.Instant(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", casemgr.core.db.Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("letter_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reply_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("handover", "case_id", "case"),
        _to("handover", "from_unit_id", "unit"),
        _to("handover", "to_unit_id", "unit"),
        _to("handover", "sent_by", "account"),
        _to("handover", "seen_by", "account"),
        _to("handover", "ended_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index("ix_handover_from", ["from_unit_id", "ended_at"], unique=False)
        batch_op.create_index("ix_handover_to", ["to_unit_id", "ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_case_id"), ["case_id"], unique=False)
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_handover_open",
        "handover",
        ["case_id"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A key to another table, checked when the transaction ends."""
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=name, initially="DEFERRED", deferrable=True
    )


def downgrade() -> None:
    op.drop_table("handover")
    op.drop_table("report_unit")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_case_handover_unit_id_unit"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_case_handover_unit_id"))
        batch_op.drop_column("handover_unit_id")
