"""Tables of providers and services.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        sa.Column("created_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["account.id"],
            name=op.f("fk_provider_created_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["keeper_id"],
            ["unit.id"],
            name=op.f("fk_provider_keeper_id_unit"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
    )
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_keeper_id"), ["keeper_id"], unique=False)

    op.create_table(
        "provider_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("since", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", casemgr.core.db.Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_provider_member_account_id_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"],
            ["account.id"],
            name=op.f("fk_provider_member_ended_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["account.id"],
            name=op.f("fk_provider_member_made_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_provider_member_provider_id_provider"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_member")),
    )
    with op.batch_alter_table("provider_member", schema=None) as batch_op:
        batch_op.create_index(
            "ix_provider_member_account_id_provider_id", ["account_id", "provider_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_provider_member_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "provider_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("nation", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_provider_version_provider_id_provider"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["account.id"],
            name=op.f("fk_provider_version_recorded_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_version")),
        sa.UniqueConstraint("provider_id", "number", name=op.f("uq_provider_version_provider_id_number")),
    )
    with op.batch_alter_table("provider_version", schema=None) as batch_op:
        batch_op.create_index("ix_provider_version_since", ["since"], unique=False)

    op.create_table(
        "provider_area",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_provider_area_unit_id_unit"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["provider_version.id"],
            name=op.f("fk_provider_area_version_id_provider_version"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("version_id", "unit_id", name=op.f("pk_provider_area")),
    )
    with op.batch_alter_table("provider_area", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_area_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "safe_contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
            name=op.f("fk_safe_contact_case_id_case"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["account.id"],
            name=op.f("fk_safe_contact_recorded_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safe_contact")),
    )
    with op.batch_alter_table("safe_contact", schema=None) as batch_op:
        batch_op.create_index("ix_safe_contact_case_id_recorded_at", ["case_id", "recorded_at"], unique=False)

    op.create_table(
        "plan_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("receipt_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
            name=op.f("fk_plan_delivery_case_id_case"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["account.id"],
            name=op.f("fk_plan_delivery_confirmed_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_plan_delivery_plan_id_plan"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["account.id"],
            name=op.f("fk_plan_delivery_recorded_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_delivery")),
    )
    with op.batch_alter_table("plan_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_plan_delivery_case_id_plan_id", ["case_id", "plan_id"], unique=False)

    op.create_table(
        "service_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("service_key", sa.String(length=16), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("moved_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("asked_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["account.id"],
            name=op.f("fk_service_request_asked_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
            name=op.f("fk_service_request_case_id_case"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_service_request_plan_id_plan"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_service_request_provider_id_provider"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request")),
    )
    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.create_index("ix_service_request_case_id_asked_at", ["case_id", "asked_at"], unique=False)
        batch_op.create_index("ix_service_request_provider_id_state", ["provider_id", "state"], unique=False)

    op.create_table(
        "service_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answered_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("by_officer", sa.Boolean(), nullable=False),
        sa.Column("seen_at", casemgr.core.db.Instant(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["account.id"],
            name=op.f("fk_service_answer_answered_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
            name=op.f("fk_service_answer_case_id_case"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_service_answer_provider_id_provider"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
            name=op.f("fk_service_answer_request_id_service_request"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["seen_by"],
            ["account.id"],
            name=op.f("fk_service_answer_seen_by_account"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_answer")),
    )
    with op.batch_alter_table("service_answer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_service_answer_request_id_answered_at", ["request_id", "answered_at"], unique=False
        )
        batch_op.create_index("ix_service_answer_seen_at", ["seen_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("service_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_service_answer_seen_at")
        batch_op.drop_index("ix_service_answer_request_id_answered_at")

    op.drop_table("service_answer")
    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.drop_index("ix_service_request_provider_id_state")
        batch_op.drop_index("ix_service_request_case_id_asked_at")

    op.drop_table("service_request")
    with op.batch_alter_table("plan_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_delivery_case_id_plan_id")

    op.drop_table("plan_delivery")
    with op.batch_alter_table("safe_contact", schema=None) as batch_op:
        batch_op.drop_index("ix_safe_contact_case_id_recorded_at")

    op.drop_table("safe_contact")
    with op.batch_alter_table("provider_area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_area_unit_id"))

    op.drop_table("provider_area")
    with op.batch_alter_table("provider_version", schema=None) as batch_op:
        batch_op.drop_index("ix_provider_version_since")

    op.drop_table("provider_version")
    with op.batch_alter_table("provider_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_member_provider_id"))
        batch_op.drop_index("ix_provider_member_account_id_provider_id")

    op.drop_table("provider_member")
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_keeper_id"))

    op.drop_table("provider")
