"""Data protection: consents, requests of people, incidents, versions of the register of processing.

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), initially="DEFERRED", deferrable=True
    )


def _instant(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, casemgr.core.db.Instant(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        _instant("given_at", nullable=False),
        _instant("recorded_at", nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        _instant("withdrawn_at"),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("given_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("consent", "child_id", "child"),
        _to("consent", "recorded_by", "account"),
        _to("consent", "withdrawn_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_child_id"), "consent", ["child_id"])
    op.create_table(
        "data_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("child_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("others_act", sa.Boolean(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        _instant("received_at", nullable=False),
        _instant("acknowledge_by", nullable=False),
        _instant("answer_by", nullable=False),
        _instant("registered_at", nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=True),
        _instant("acknowledged_at"),
        _instant("extended_at"),
        _instant("answered_at"),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.Column("asked_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("replied_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("data_request", "unit_id", "unit"),
        _to("data_request", "child_id", "child"),
        _to("data_request", "registered_by", "account"),
        _to("data_request", "answered_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
        sa.UniqueConstraint("number", name=op.f("uq_data_request_number")),
    )
    op.create_index(op.f("ix_data_request_unit_id"), "data_request", ["unit_id"])
    op.create_index(op.f("ix_data_request_child_id"), "data_request", ["child_id"])
    op.create_table(
        "data_incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        _instant("detected_at", nullable=False),
        _instant("authority_by", nullable=False),
        _instant("cyber_by"),
        _instant("cyber_report_by"),
        sa.Column("cyber", sa.Boolean(), nullable=False),
        sa.Column("serious", sa.Boolean(), nullable=False),
        _instant("opened_at", nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        _instant("authority_told_at"),
        _instant("cyber_told_at"),
        _instant("cyber_reported_at"),
        _instant("closed_at"),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("happened_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("data_incident", "unit_id", "unit"),
        _to("data_incident", "opened_by", "account"),
        _to("data_incident", "closed_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_incident")),
        sa.UniqueConstraint("number", name=op.f("uq_data_incident_number")),
    )
    op.create_index(op.f("ix_data_incident_unit_id"), "data_incident", ["unit_id"])
    op.create_table(
        "processing_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        _instant("recorded_at", nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        _to("processing_version", "recorded_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processing_version")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_processing_version_code_number")),
    )


def downgrade() -> None:
    op.drop_table("processing_version")
    op.drop_table("data_incident")
    op.drop_table("data_request")
    op.drop_table("consent")
