"""Tables of circumstances and proceedings.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "circumstance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("spell_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("child_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", casemgr.core.db.Instant(timezone=True), nullable=True),
        sa.Column("form_id", sa.Uuid(), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        *_to("circumstance", child_id="child", unit_id="unit", recorded_by="account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circumstance")),
        sa.UniqueConstraint("spell_id", "revision", name=op.f("uq_circumstance_spell_id_revision")),
        sa.UniqueConstraint("form_id", name=op.f("uq_circumstance_form_id")),
    )
    op.create_index(op.f("ix_circumstance_child_id"), "circumstance", ["child_id"])
    op.create_index("ix_circumstance_unit_id_replaced_at", "circumstance", ["unit_id", "replaced_at"])
    op.create_table(
        "crime_news",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", casemgr.core.db.Instant(timezone=True), nullable=True),
        sa.Column("form_id", sa.Uuid(), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("making_sealed", sa.LargeBinary(), nullable=True),
        *_to("crime_news", case_id="case", recorded_by="account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crime_news")),
        sa.UniqueConstraint(
            "case_id", "entry_id", "revision", name=op.f("uq_crime_news_case_id_entry_id_revision")
        ),
        sa.UniqueConstraint("case_id", "form_id", name=op.f("uq_crime_news_case_id_form_id")),
    )
    op.create_table(
        "proceeding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("recorded_at", casemgr.core.db.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", casemgr.core.db.Instant(timezone=True), nullable=True),
        sa.Column("form_id", sa.Uuid(), nullable=True),
        sa.Column("person_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sanction_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("criminal_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("making_sealed", sa.LargeBinary(), nullable=True),
        *_to("proceeding", case_id="case", recorded_by="account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proceeding")),
        sa.UniqueConstraint(
            "case_id", "decision_id", "revision", name=op.f("uq_proceeding_case_id_decision_id_revision")
        ),
        sa.UniqueConstraint("case_id", "form_id", name=op.f("uq_proceeding_case_id_form_id")),
    )
    op.create_index(op.f("ix_proceeding_decision_id"), "proceeding", ["decision_id"])
    op.create_table(
        "proceeding_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("posting", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proceeding_token")),
    )
    op.create_index(op.f("ix_proceeding_token_token"), "proceeding_token", ["token"])


def downgrade() -> None:
    for table in ("proceeding_token", "proceeding", "crime_news", "circumstance"):
        op.drop_table(table)


def _to(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column],
            [f"{target}.id"],
            name=op.f(f"fk_{table}_{column}_{target}"),
            initially="DEFERRED",
            deferrable=True,
        )
        for column, target in columns.items()
    ]
