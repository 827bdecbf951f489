"""Finding children by keyed tokens; pairs that may be one child; merges and their undoing; asking to see a file.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None



def upgrade() -> None:
    op.create_table(
        "name_token",
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("posting", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("token", "posting", name=op.f("pk_name_token")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "child_pair",
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("found_at", casemgr.core.db.Instant(), nullable=False),
        sa.Column("decided_at", casemgr.core.db.Instant(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        *_to("child_pair", first_id="child", second_id="child", decided_by="account"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_child_pair")),
    )
    op.create_index("ix_child_pair_second_id", "child_pair", ["second_id"])
    op.create_index("ix_child_pair_state", "child_pair", ["state"])
    op.create_table(
        "child_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("given_up_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", casemgr.core.db.Instant(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", casemgr.core.db.Instant(), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", casemgr.core.db.Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(f"{part}_sealed", sa.LargeBinary(), nullable=True) for part in _MERGE_PARTS),
        *_to(
            "child_merge",
            kept_id="child",
            given_up_id="child",
            proposed_by="account",
            decided_by="account",
            undone_by="account",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_merge")),
    )
    op.create_index("ix_child_merge_given_up_id", "child_merge", ["given_up_id"])
    op.create_index("ix_child_merge_kept_id", "child_merge", ["kept_id"])
    _requests()


def _requests() -> None:
    op.create_table(
        "access_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("asking_unit_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", casemgr.core.db.Instant(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", casemgr.core.db.Instant(), nullable=True),
        *(sa.Column(f"{part}_sealed", sa.LargeBinary(), nullable=True) for part in ("why", "answer")),
        *_to(
            "access_request",
            child_id="child",
            unit_id="unit",
            asking_unit_id="unit",
            asked_by="account",
            answered_by="account",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
    )
    op.create_index("ix_access_request_asked_by", "access_request", ["asked_by"])
    op.create_index("ix_access_request_unit_id_state", "access_request", ["unit_id", "state"])
    op.create_table(
        "search_excess",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("at", casemgr.core.db.Instant(), nullable=False),
        sa.Column("made", sa.SmallInteger(), nullable=False),
        sa.Column("why_sealed", sa.LargeBinary(), nullable=True),
        *_to("search_excess", account_id="account", unit_id="unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_excess")),
    )
    op.create_index("ix_search_excess_unit_id_at", "search_excess", ["unit_id", "at"])


_MERGE_PARTS = ("why", "undone_why", "changes")


def _to(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    """Foreign keys of a table, checked when the transaction ends."""
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


def downgrade() -> None:
    for table in ("search_excess", "access_request", "child_merge", "child_pair", "name_token"):
        op.drop_table(table)
