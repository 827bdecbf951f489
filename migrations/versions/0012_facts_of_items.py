"""Facts of what is counted by itself: the course of a case, suspects, decisions, spells, support, alternative care.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_fact",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "xid",
            casemgr.core.db.TransactionId().with_variant(sa.Integer(), "sqlite"),
            server_default=casemgr.core.db.CurrentTransaction(),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=240), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_item_fact")),
    )
    op.create_index("ix_item_fact_owner_id_seq", "item_fact", ["owner_id", "seq"])
    op.create_index("ix_item_fact_kind_seq", "item_fact", ["kind", "seq"])
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_item_fact_followed", "item_fact", ["xid", "seq"])


def downgrade() -> None:
    op.drop_table("item_fact")
