"""Exports: lists that were taken out, and the sealed pieces of their files.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0017"
down_revision = "0016"
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
        "export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        _instant("asked_at", nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("basis", sa.String(length=24), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        _instant("until", nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        _instant("confirmed_at"),
        _instant("begun_at"),
        _instant("made_at"),
        _instant("expires_at"),
        _instant("fetched_at"),
        sa.Column("asking_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("export", "unit_id", "unit"),
        _to("export", "asked_by", "account"),
        _to("export", "confirmed_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
        sa.UniqueConstraint("number", name=op.f("uq_export_number")),
    )
    for column in ("unit_id", "asked_by", "expires_at"):
        op.create_index(op.f(f"ix_export_{column}"), "export", [column])
    op.create_table(
        "export_piece",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        _to("export_piece", "export_id", "export"),
        _to("export_piece", "asked_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_piece")),
        sa.UniqueConstraint("export_id", "place", name=op.f("uq_export_piece_export_id_place")),
    )


def downgrade() -> None:
    op.drop_table("export_piece")
    op.drop_table("export")
