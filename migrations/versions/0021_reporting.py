"""Reporting: returns of units with their versions, threads on numbers, plans of due days; notices that are of no case.

Revision: 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0021"
down_revision = "0020"
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
        "statistical_return",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("schedule", sa.String(length=24), nullable=False),
        sa.Column("period", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=5), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("final", sa.SmallInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        _instant("signed_at"),
        sa.Column("nil", sa.Boolean(), nullable=False),
        _instant("published_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("statistical_return", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistical_return")),
        sa.UniqueConstraint("schedule", "period", "place", name=op.f("uq_statistical_return_schedule_period_place")),
    )
    op.create_index("ix_statistical_return_unit_id_state", "statistical_return", ["unit_id", "state"])
    op.create_table(
        "return_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("amends", sa.SmallInteger(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("nil", sa.Boolean(), nullable=False),
        _instant("as_of", nullable=False),
        sa.Column("borders_day", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        _instant("signed_at", nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        _instant("approved_at"),
        sa.Column("returned_by", sa.Uuid(), nullable=True),
        _instant("returned_at"),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        _instant("published_at"),
        sa.Column("frozen_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("return_version", "return_id", "statistical_return"),
        _to("return_version", "unit_id", "unit"),
        *(_to("return_version", column, "account") for column in ("signed_by", "approved_by", "returned_by", "published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_version")),
        sa.UniqueConstraint("return_id", "number", name=op.f("uq_return_version_return_id_number")),
    )
    op.create_index(op.f("ix_return_version_unit_id"), "return_version", ["unit_id"])
    op.create_table(
        "cell_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("cell", sa.String(length=240), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=True),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        _instant("written_at", nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        _instant("settled_at"),
        sa.Column("written_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("cell_comment", "return_id", "statistical_return"),
        _to("cell_comment", "unit_id", "unit"),
        _to("cell_comment", "thread_id", "cell_comment"),
        _to("cell_comment", "written_by", "account"),
        _to("cell_comment", "settled_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_comment")),
    )
    op.create_index(op.f("ix_cell_comment_return_id"), "cell_comment", ["return_id"])
    op.create_table(
        "reporting_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("document_day", sa.Date(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        _instant("made_at", nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        _to("reporting_plan", "unit_id", "unit"),
        _to("reporting_plan", "made_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_plan")),
    )
    op.create_index(op.f("ix_reporting_plan_unit_id"), "reporting_plan", ["unit_id"])
    _case_of_notices(nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM notice_mail WHERE notice_id IN (SELECT id FROM notice WHERE case_id IS NULL)")
    op.execute("DELETE FROM notice WHERE case_id IS NULL")
    op.execute("DELETE FROM escalation WHERE case_id IS NULL")
    _case_of_notices(nullable=False)
    op.drop_table("reporting_plan")
    op.drop_table("cell_comment")
    op.drop_table("return_version")
    op.drop_table("statistical_return")


def _case_of_notices(*, nullable: bool) -> None:
    """A notice may be of no case. SQLite makes the table anew: letters hang on it, and step aside meanwhile."""
    aside = op.get_bind().dialect.name == "sqlite"
    if aside:
        op.execute("CREATE TEMPORARY TABLE mail_aside AS SELECT * FROM notice_mail")
        op.execute("DELETE FROM notice_mail")
    for table in ("notice", "escalation"):
        with op.batch_alter_table(table) as batch:
            batch.alter_column("case_id", existing_type=sa.Uuid(), nullable=nullable)
    if aside:
        op.execute("INSERT INTO notice_mail SELECT * FROM mail_aside")
        op.execute("DROP TABLE mail_aside")
