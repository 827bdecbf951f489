"""Tables of separation, withholding, meeting and verification.

Revision: 0003, after 0002.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
_INSTANT = casemgr.core.db.Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "separation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=True),
        sa.Column("drafted_at", _INSTANT, nullable=False),
        sa.Column("saved_at", _INSTANT, nullable=False),
        sa.Column("handed_in_by", sa.Uuid(), nullable=True),
        sa.Column("handed_in_at", _INSTANT, nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", _INSTANT, nullable=True),
        sa.Column("starts_at", _INSTANT, nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("proposal_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("stay_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("signing_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_accounts("separation", "drafted_by", "handed_in_by", "decided_by", "ended_by"),
        *_case("separation"),
        sa.UniqueConstraint("case_id", "revision", name=op.f("uq_separation_case_id_revision")),
    )
    op.create_table(
        "separation_turn",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("separation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("turn", sa.String(length=16), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=True),
        *_accounts("separation_turn", "by"),
        *_case("separation_turn"),
        sa.ForeignKeyConstraint(
            ["separation_id"],
            ["separation.id"],
            name=op.f("fk_separation_turn_separation_id_separation"),
            **_LATER,
        ),
        sa.UniqueConstraint(
            "separation_id", "position", name=op.f("uq_separation_turn_separation_id_position")
        ),
    )
    op.create_table(
        "withholding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("ban_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("ending_sealed", sa.LargeBinary(), nullable=True),
        *_accounts("withholding", "decided_by", "ended_by"),
        *_case("withholding"),
    )
    with op.batch_alter_table("withholding") as batch:
        batch.create_index(op.f("ix_withholding_case_id"), ["case_id"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("held_at", _INSTANT, nullable=True),
        sa.Column("drafted_by", sa.Uuid(), nullable=True),
        sa.Column("drafted_at", _INSTANT, nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("saved_at", _INSTANT, nullable=False),
        sa.Column("concluded_by", sa.Uuid(), nullable=True),
        sa.Column("concluded_at", _INSTANT, nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_accounts("meeting", "drafted_by", "saved_by", "concluded_by"),
        *_case("meeting"),
        sa.UniqueConstraint("case_id", "number", "revision", name=op.f("uq_meeting_case_id_number_revision")),
    )
    op.create_table(
        "verification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", _INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        *_accounts("verification", "recorded_by"),
        *_case("verification"),
        sa.UniqueConstraint("form_id", name=op.f("uq_verification_form_id")),
    )
    with op.batch_alter_table("verification") as batch:
        batch.create_index("ix_verification_case_id_checked_at", ["case_id", "checked_at"], unique=False)


def downgrade() -> None:
    for table in ("verification", "meeting", "withholding", "separation_turn", "separation"):
        op.drop_table(table)


def _accounts(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], ["account.id"], name=op.f(f"fk_{table}_{column}_account"), **_LATER)
        for column in columns
    ]


def _case(table: str) -> tuple[sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f(f"fk_{table}_case_id_case"), **_LATER),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
