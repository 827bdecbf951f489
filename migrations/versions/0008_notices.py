"""Tables of notices, of absences, of guidance; practice cases; for whom a deputy acted.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = casemgr.core.db.Instant(timezone=True)
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", instant, nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_absence_appointment_id_appointment"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_absence_account_id_account"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["deputy_id"],
            ["account.id"],
            name=op.f("fk_absence_deputy_id_account"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["set_by"],
            ["account.id"],
            name=op.f("fk_absence_set_by_account"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence") as batch:
        batch.create_index(op.f("ix_absence_account_id"), ["account_id"], unique=False)
        batch.create_index(op.f("ix_absence_appointment_id"), ["appointment_id"], unique=False)
        batch.create_index("ix_absence_deputy_id_until", ["deputy_id", "until"], unique=False)

    op.create_table(
        "guidance_wish",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_guidance_wish_account_id_account"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_guidance_wish")),
    )

    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("matter", sa.String(length=24), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("clock", sa.String(length=40), nullable=True),
        sa.Column("due_at", instant, nullable=True),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("read_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_notice_account_id_account"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
            name=op.f("fk_notice_case_id_case"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_notice_account_id_key")),
    )
    with op.batch_alter_table("notice") as batch:
        batch.create_index(op.f("ix_notice_case_id"), ["case_id"], unique=False)
        batch.create_index("ix_notice_account_id_made_at", ["account_id", "made_at"], unique=False)
        batch.create_index(
            "ix_notice_unread",
            ["account_id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

    op.create_table(
        "escalation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("matter", sa.String(length=24), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
            name=op.f("fk_escalation_case_id_case"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("key", name=op.f("uq_escalation_key")),
    )
    with op.batch_alter_table("escalation") as batch:
        batch.create_index(op.f("ix_escalation_case_id"), ["case_id"], unique=False)

    op.create_table(
        "notice_wish",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("calendar_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("calendar_made_at", instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_notice_wish_account_id_account"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_wish")),
        sa.UniqueConstraint("calendar_digest", name=op.f("uq_notice_wish_calendar_digest")),
    )

    op.create_table(
        "notice_mail",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("next_at", instant, nullable=False),
        sa.Column("sent_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.id"],
            name=op.f("fk_notice_mail_notice_id_notice"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notice_mail")),
    )
    with op.batch_alter_table("notice_mail") as batch:
        batch.create_index("ix_notice_mail_state_next_at", ["state", "next_at"], unique=False)

    op.add_column("sign_in", sa.Column("absence_id", sa.Uuid(), nullable=True))
    op.add_column("case_event", sa.Column("for_account_id", sa.Uuid(), nullable=True))
    for table in ("report", "case"):
        op.add_column(table, sa.Column("rehearsal", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_case_rehearsed",
        "case",
        ["unit_id", "opened_at"],
        unique=False,
        sqlite_where=sa.text("rehearsal"),
        postgresql_where=sa.text("rehearsal"),
    )
    op.create_index(
        "ix_case_event_taken",
        "case_event",
        ["account_id", "step"],
        unique=False,
        sqlite_where=sa.text("account_id IS NOT NULL"),
        postgresql_where=sa.text("account_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_case_event_taken", table_name="case_event")
    op.drop_index("ix_case_rehearsed", table_name="case")
    for table in ("case", "report"):
        op.drop_column(table, "rehearsal")
    op.drop_column("case_event", "for_account_id")
    op.drop_column("sign_in", "absence_id")
    for table in ("notice_mail", "notice_wish", "escalation", "notice", "guidance_wish", "absence"):
        op.drop_table(table)
