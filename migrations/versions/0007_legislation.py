"""Tables of legislation; under which rule each clock was counted.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = casemgr.core.db.Instant(timezone=True)
    op.create_table(
        "law_change",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("document_day", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["account.id"],
            name=op.f("fk_law_change_made_by_account"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_law_change_unit_id_unit"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_change")),
        sa.UniqueConstraint("mark", name=op.f("uq_law_change_mark")),
    )
    with op.batch_alter_table("law_change", schema=None) as batch:
        batch.create_index(batch.f("ix_law_change_unit_id"), ["unit_id"], unique=False)
    with op.batch_alter_table("case", schema=None) as batch:
        batch.add_column(sa.Column("reached_at", instant, nullable=True))
        batch.add_column(sa.Column("handled_under", sa.Date(), nullable=True))
    with op.batch_alter_table("case_clock", schema=None) as batch:
        batch.add_column(sa.Column("rule_from", sa.Date(), nullable=True))
        batch.add_column(sa.Column("rule_value", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("local_due_at", instant, nullable=True))
        batch.add_column(sa.Column("local_change", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("case_clock", schema=None) as batch:
        for name in ("local_change", "local_due_at", "rule_value", "rule_from"):
            batch.drop_column(name)
    with op.batch_alter_table("case", schema=None) as batch:
        batch.drop_column("handled_under")
        batch.drop_column("reached_at")
    op.drop_table("law_change")
