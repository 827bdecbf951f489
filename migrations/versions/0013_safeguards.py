"""Restricted cases, ties of people to single cases, declared kin, broken glass, and what two people do together.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("case", "child", "report"):
        op.add_column(table, sa.Column("restricted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_case_restricted", "case", ["unit_id"], sqlite_where=sa.text("restricted"), postgresql_where=sa.text("restricted"))
    _people()
    _openings()


def _people() -> None:
    op.create_table('declared_mark',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token', sa.BigInteger(), nullable=False),
    sa.Column('posting', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declared_mark'))
    )
    op.create_index(op.f('ix_declared_mark_token'), "declared_mark", ['token'], unique=False)
    op.create_table('person_mark',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token', sa.BigInteger(), nullable=False),
    sa.Column('posting', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_mark'))
    )
    op.create_index(op.f('ix_person_mark_token'), "person_mark", ['token'], unique=False)
    op.create_table('declaration',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('declared_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('said_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_declaration_account_id_account'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_declaration'))
    )
    op.create_table('proposal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('proposed_by', sa.Uuid(), nullable=False),
    sa.Column('proposed_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('expires_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('answered_by', sa.Uuid(), nullable=True),
    sa.Column('answered_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('asked_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('answer_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by'], ['account.id'], name=op.f('fk_proposal_answered_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_proposal_proposed_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_proposal_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal'))
    )
    op.create_index(op.f('ix_proposal_proposed_by'), "proposal", ['proposed_by'], unique=False)
    op.create_index('ix_proposal_state_kind', "proposal", ['state', 'kind'], unique=False)
    op.create_table('case_tie',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('since', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('until', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('ended_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_case_tie_account_id_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_tie_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['ended_by'], ['account.id'], name=op.f('fk_case_tie_ended_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['made_by'], ['account.id'], name=op.f('fk_case_tie_made_by_account'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_tie'))
    )
    op.create_index('ix_case_tie_account_id', "case_tie", ['account_id'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_index(op.f('ix_case_tie_case_id'), "case_tie", ['case_id'], unique=False)


def _openings() -> None:
    op.create_table('broken_glass',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('tie_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('until', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('review_by', sa.Date(), nullable=False),
    sa.Column('reviewed_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('reviewed_by', sa.Uuid(), nullable=True),
    sa.Column('verdict', sa.String(length=16), nullable=True),
    sa.Column('breaking_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('judged_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_broken_glass_account_id_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_broken_glass_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['reviewed_by'], ['account.id'], name=op.f('fk_broken_glass_reviewed_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['tie_id'], ['case_tie.id'], name=op.f('fk_broken_glass_tie_id_case_tie'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_broken_glass_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_broken_glass'))
    )
    op.create_index('ix_broken_glass_account_id_opened_at', "broken_glass", ['account_id', 'opened_at'], unique=False)
    op.create_index(op.f('ix_broken_glass_case_id'), "broken_glass", ['case_id'], unique=False)
    op.create_index('ix_broken_glass_reviewed_at', "broken_glass", ['reviewed_at', 'review_by'], unique=False)
    op.create_index(op.f('ix_broken_glass_tie_id'), "broken_glass", ['tie_id'], unique=False)

def downgrade() -> None:
    for table in ("broken_glass", "case_tie", "proposal", "declaration", "person_mark", "declared_mark"):
        op.drop_table(table)
    op.drop_index("ix_case_restricted", table_name="case")
    for table in ("report", "child", "case"):
        op.drop_column(table, "restricted")
