"""What two people do together stands in one table: exports, merges, removals of files, resets of second proofs, destruction.

Revision: 0026, after 0025.

What is open goes on. It has the time again that its kind gives; reasons stay where they are sealed. What was decided is
carried over with who asked and who answered. A wish of a command, which no person asked for, lapses.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOVED = EXPORT, MERGE, REMOVAL, RESET = "large_export", "merge_children", "remove_file", "reset_factors"
WAITING, DONE, REFUSED, WITHDRAWN = "waiting", "done", "refused", "withdrawn"
LASTS = {MERGE: 14, REMOVAL: 14, RESET: 3}  # days
_LATE: dict[str, Any] = {"initially": "DEFERRED", "deferrable": True}
_INSTANT = casemgr.core.db.Instant(timezone=True)


def _table(name: str, **columns: sa.types.TypeEngine) -> sa.TableClause:
    return sa.table(name, *(sa.column(key, kind) for key, kind in columns.items()))


PROPOSAL = _table(
    "proposal",
    **{"id": sa.Uuid(), "kind": sa.String(), "state": sa.String(), "unit_id": sa.Integer(), "about": sa.String()},
    **{"case_id": sa.Uuid(), "child_id": sa.BigInteger(), "proposed_by": sa.Uuid(), "proposed_at": _INSTANT},
    **{"expires_at": _INSTANT, "answered_by": sa.Uuid(), "answered_at": _INSTANT, "version": sa.Integer()},
)
EXPORTS = _table(
    "export",
    **{"id": sa.Uuid(), "number": sa.String(), "unit_id": sa.Integer(), "asked_by": sa.Uuid(), "asked_at": _INSTANT},
    **{"state": sa.String(), "until": _INSTANT, "confirmed_by": sa.Uuid(), "confirmed_at": _INSTANT},
)
MERGES = _table(
    "child_merge",
    **{"id": sa.Uuid(), "kept_id": sa.BigInteger(), "state": sa.String(), "proposed_by": sa.Uuid()},
    **{"proposed_at": _INSTANT, "decided_by": sa.Uuid(), "decided_at": _INSTANT, "undone_at": _INSTANT},
    **{"merged_by": sa.Uuid(), "merged_at": _INSTANT},
)
FILES = _table(
    "case_file",
    **{"id": sa.Uuid(), "case_id": sa.Uuid(), "removal_asked_at": _INSTANT, "removal_asked_by": sa.String()},
    **{"removed_at": _INSTANT, "removed_by": sa.String()},
)
RESETS = _table(
    "factor_reset",
    **{"id": sa.Uuid(), "account_id": sa.Uuid(), "asked_by": sa.Uuid(), "asked_at": _INSTANT},
    **{"answered_by": sa.Uuid(), "answered_at": _INSTANT, "done": sa.Boolean()},
)


def upgrade() -> None:
    with op.batch_alter_table("proposal") as batch:
        batch.add_column(sa.Column("about", sa.String(length=40), nullable=False, server_default=""))
        for column, kind, target in (("case_id", sa.Uuid(), "case"), ("child_id", sa.BigInteger(), "child")):
            _add(batch, "proposal", column, target, kind)
            batch.create_index(op.f(f"ix_proposal_{column}"), [column])
        batch.create_index("ix_proposal_kind_about", ["kind", "about"])
    with op.batch_alter_table("child_merge") as batch:
        _add(batch, "child_merge", "merged_by", "account")
        batch.add_column(sa.Column("merged_at", _INSTANT, nullable=True))
    found = [*_exports(), *_merges(), *_removals(), *_resets()]
    if found:
        op.get_bind().execute(sa.insert(PROPOSAL), found)
    _check_now()
    op.drop_table("factor_reset")
    with _aside("export_piece"), op.batch_alter_table("export") as batch:
        _drop(batch, "export", "confirmed_by", "confirmed_at")
    with op.batch_alter_table("child_merge") as batch:
        _drop(batch, "child_merge", "proposed_by", "proposed_at", "state")
        _drop(batch, "child_merge", "decided_by", "decided_at")
    with op.batch_alter_table("disposal") as batch:
        _drop(batch, "disposal", "asked_by", "asked_at")
    for column in ("removal_asked_at", "removal_asked_by"):
        op.drop_column("case_file", column)


def downgrade() -> None:
    for column, kind in (("removal_asked_at", _INSTANT), ("removal_asked_by", sa.String(length=80))):
        op.add_column("case_file", sa.Column(column, kind, nullable=True))
    with op.batch_alter_table("disposal") as batch:
        _add(batch, "disposal", "asked_by", "account")
        batch.add_column(sa.Column("asked_at", _INSTANT, nullable=True))
    with op.batch_alter_table("child_merge") as batch:
        for column in ("proposed_by", "decided_by"):
            _add(batch, "child_merge", column, "account")
        for column in ("proposed_at", "decided_at"):
            batch.add_column(sa.Column(column, _INSTANT, nullable=True))
        batch.add_column(sa.Column("state", sa.String(length=9), nullable=True))
    with _aside("export_piece"), op.batch_alter_table("export") as batch:
        _add(batch, "export", "confirmed_by", "account")
        batch.add_column(sa.Column("confirmed_at", _INSTANT, nullable=True))
    _make_resets()
    _give_back()
    _check_now()
    with op.batch_alter_table("child_merge") as batch:
        batch.alter_column("state", existing_type=sa.String(length=9), nullable=False)
        batch.alter_column("proposed_at", existing_type=_INSTANT, nullable=False)
        _drop(batch, "child_merge", "merged_by", "merged_at")
    with op.batch_alter_table("proposal") as batch:
        batch.drop_index("ix_proposal_kind_about")
        for column, target in (("case_id", "case"), ("child_id", "child")):
            batch.drop_index(op.f(f"ix_proposal_{column}"))
            _drop(batch, "proposal", column, target=target)
        batch.drop_column("about")


# ---- up: from the rooms into the one table ------------------------------------------------------------------------


def _exports() -> list[dict[str, Any]]:
    found = []
    for row in _rows(EXPORTS):
        state = {"proposed": WAITING, "declined": REFUSED}.get(row.state, DONE)
        if row.asked_by is not None and (state != DONE or row.confirmed_by is not None):
            answered = (row.confirmed_by, row.confirmed_at)
            wish = _wish(row.id, EXPORT, state, row.asked_by, row.asked_at, answered, about=row.number)
            found.append(wish | {"unit_id": row.unit_id, "expires_at": row.until})
    _set(EXPORTS, EXPORTS.c.state.in_(("proposed", "declined", "allowed")), state="asked")
    return found


def _merges() -> list[dict[str, Any]]:
    found = []
    for row in _rows(MERGES):
        state = {"proposed": WAITING, "refused": REFUSED}.get(row.state, DONE)
        if row.proposed_by is not None and (state != DONE or row.proposed_by != row.decided_by):
            answered = (row.decided_by, row.decided_at)
            wish = _wish(row.id, MERGE, state, row.proposed_by, row.proposed_at, answered)
            found.append(wish | {"child_id": row.kept_id})
        if state == DONE:
            _set(MERGES, MERGES.c.id == row.id, merged_by=row.decided_by, merged_at=row.decided_at)
    return found


def _removals() -> list[dict[str, Any]]:
    found = []
    for row in _rows(FILES, FILES.c.removal_asked_at.is_not(None)):
        asked_by, removed_by = _account(row.removal_asked_by), _account(row.removed_by)
        if asked_by is not None:
            state = WAITING if row.removed_at is None else DONE
            answered = (removed_by, row.removed_at)
            wish = _wish(row.id, REMOVAL, state, asked_by, row.removal_asked_at, answered)
            found.append(wish | {"case_id": row.case_id})
    return found


def _resets() -> list[dict[str, Any]]:
    found = []
    for row in _rows(RESETS, RESETS.c.asked_by.is_not(None)):
        state = DONE if row.done else WAITING if row.answered_at is None else WITHDRAWN
        answered = (row.answered_by, row.answered_at)
        found.append(_wish(row.id, RESET, state, row.asked_by, row.asked_at, answered, about=row.account_id.hex))
    return found


def _wish(
    key: UUID,
    kind: str,
    state: str,
    by: UUID,
    at: datetime,
    answered: tuple[UUID | None, datetime | None],
    *,
    about: str = "",
) -> dict[str, Any]:
    """A row of the one table. It takes the number of the row that it comes from."""
    lasts = timedelta(days=LASTS.get(kind, 0))
    return {
        "id": key,
        "kind": kind,
        "state": state,
        "unit_id": None,
        "about": about or key.hex,
        "case_id": None,
        "child_id": None,
        "proposed_by": by,
        "proposed_at": at,
        "expires_at": datetime.now(UTC) + lasts if state == WAITING else at + lasts,
        "answered_by": answered[0],
        "answered_at": answered[1],
        "version": 1,
    }


def _account(who: str | None) -> UUID | None:
    """Whoever it was, if a person: a command is written down by its name."""
    try:
        return UUID(who or "")
    except ValueError:
        return None


# ---- down: back to the rooms --------------------------------------------------------------------------------------


def _give_back() -> None:
    known = {(row.kind, row.about): row for row in _rows(PROPOSAL, PROPOSAL.c.kind.in_(MOVED))}
    for row in _rows(EXPORTS):
        wish = known.get((EXPORT, row.number))
        state = "allowed" if wish is None else {WAITING: "proposed", DONE: "allowed"}.get(wish.state, "declined")
        answered = {} if wish is None else {"confirmed_by": wish.answered_by, "confirmed_at": wish.answered_at}
        if row.state == "asked" or answered:
            state = state if row.state == "asked" else row.state
            _set(EXPORTS, EXPORTS.c.id == row.id, state=state, **answered)
    for row in _rows(MERGES):
        wish = known.get((MERGE, row.id.hex))
        open_ = "proposed" if wish is not None and wish.state == WAITING else "refused"
        state = open_ if row.merged_at is None else "confirmed" if row.undone_at is None else "undone"
        _set(
            MERGES,
            MERGES.c.id == row.id,
            state=state,
            proposed_by=row.merged_by if wish is None else wish.proposed_by,
            proposed_at=(row.merged_at or datetime.now(UTC)) if wish is None else wish.proposed_at,
            decided_by=row.merged_by or (wish.answered_by if wish is not None else None),
            decided_at=row.merged_at or (wish.answered_at if wish is not None else None),
        )
    for (kind, about), wish in known.items():
        if kind == REMOVAL and wish.state in (WAITING, DONE):
            asked = {"removal_asked_at": wish.proposed_at, "removal_asked_by": str(wish.proposed_by)}
            _set(FILES, FILES.c.id == UUID(about), **asked)
    for wish in _rows(PROPOSAL, PROPOSAL.c.kind == RESET):
        asked = {"id": wish.id, "account_id": UUID(wish.about), "asked_by": wish.proposed_by}
        asked |= {"asked_at": wish.proposed_at, "answered_by": wish.answered_by, "answered_at": wish.answered_at}
        op.get_bind().execute(sa.insert(RESETS).values(**asked, done=wish.state == DONE))
    op.get_bind().execute(sa.delete(PROPOSAL).where(PROPOSAL.c.kind.in_(MOVED)))


def _make_resets() -> None:
    op.create_table(
        "factor_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], ["account.id"], name=_key("factor_reset", column), **_LATE)
            for column in ("account_id", "asked_by", "answered_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
    )
    op.create_index(op.f("ix_factor_reset_account_id"), "factor_reset", ["account_id"])


# ---- both ways ----------------------------------------------------------------------------------------------------


def _check_now() -> None:
    """PostgreSQL alters no table on which foreign keys are still to be checked."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _rows(table: sa.TableClause, *which: Any) -> Sequence[Any]:
    present = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table.name)}
    columns = [column for column in table.c if column.name in present]
    order = [table.c[name] for name in ("proposed_at", "id") if name in present]
    return op.get_bind().execute(sa.select(*columns).where(*which).order_by(*order)).all()


def _set(table: sa.TableClause, which: Any, **values: object) -> None:
    op.get_bind().execute(sa.update(table).where(which).values(**values))


def _key(table: str, column: str, target: str = "account") -> str:
    return op.f(f"fk_{table}_{column}_{target}")


def _add(batch: Any, table: str, column: str, target: str, kind: Any = None) -> None:
    batch.add_column(sa.Column(column, kind or sa.Uuid(), nullable=True))
    batch.create_foreign_key(_key(table, column, target), target, [column], ["id"], **_LATE)


def _drop(batch: Any, table: str, column: str, *more: str, target: str = "account") -> None:
    batch.drop_constraint(_key(table, column, target), type_="foreignkey")
    for name in (column, *more):
        batch.drop_column(name)


@contextmanager
def _aside(table: str) -> Iterator[None]:
    """SQLite makes a table anew; what hangs on it steps aside meanwhile."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    op.execute(f"CREATE TEMPORARY TABLE aside AS SELECT * FROM {table}")
    op.execute(f"DELETE FROM {table}")
    yield
    op.execute(f"INSERT INTO {table} SELECT * FROM aside")
    op.execute("DROP TABLE aside")
