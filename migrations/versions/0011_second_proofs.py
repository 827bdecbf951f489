"""Second proofs at sign-in: how a session was proved, sign counts of passkeys, what works once, resets by two persons.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spent_proof",
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_spent_proof")),
    )
    op.create_index(op.f("ix_spent_proof_at"), "spent_proof", ["at"], unique=False)
    op.create_table(
        "factor_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", casemgr.core.db.Instant(timezone=True), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_factor_reset_account_id_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["account.id"],
            name=op.f("fk_factor_reset_asked_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["account.id"],
            name=op.f("fk_factor_reset_answered_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
    )
    op.create_index(op.f("ix_factor_reset_account_id"), "factor_reset", ["account_id"], unique=False)
    with op.batch_alter_table("sign_in") as batch:
        batch.add_column(sa.Column("proved_by", sa.String(length=16), nullable=True))
        batch.add_column(
            sa.Column("password_at", casemgr.core.db.Instant(timezone=True), nullable=True)
        )
    with op.batch_alter_table("factor") as batch:
        batch.add_column(sa.Column("sign_count", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("factor") as batch:
        batch.drop_column("sign_count")
    with op.batch_alter_table("sign_in") as batch:
        batch.drop_column("password_at")
        batch.drop_column("proved_by")
    op.drop_index(op.f("ix_factor_reset_account_id"), table_name="factor_reset")
    op.drop_table("factor_reset")
    op.drop_index(op.f("ix_spent_proof_at"), table_name="spent_proof")
    op.drop_table("spent_proof")
