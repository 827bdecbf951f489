"""Tables of papers.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('paper_counter',
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('series', sa.String(length=8), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_paper_counter_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('unit_id', 'year', 'series', name=op.f('pk_paper_counter'))
    )
    op.create_table('paper_template',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=4), nullable=False),
    sa.Column('revision', sa.SmallInteger(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('loaded_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('loaded_by', sa.Uuid(), nullable=True),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('file', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['loaded_by'], ['account.id'], name=op.f('fk_paper_template_loaded_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_paper_template_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_template')),
    sa.UniqueConstraint('unit_id', 'form', 'revision', name=op.f('uq_paper_template_unit_id_form_revision'))
    )
    op.create_table('paper',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('record_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=4), nullable=False),
    sa.Column('series', sa.String(length=8), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('running', sa.Integer(), nullable=False),
    sa.Column('revision', sa.SmallInteger(), nullable=False),
    sa.Column('replaces_id', sa.Uuid(), nullable=True),
    sa.Column('about_id', sa.Uuid(), nullable=True),
    sa.Column('quarter', sa.String(length=7), nullable=True),
    sa.Column('template_id', sa.Uuid(), nullable=True),
    sa.Column('issued_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('issued_by', sa.Uuid(), nullable=True),
    sa.Column('voided_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('voided_by', sa.Uuid(), nullable=True),
    sa.Column('issue_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('copy_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('voided_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_paper_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['issued_by'], ['account.id'], name=op.f('fk_paper_issued_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['replaces_id'], ['paper.id'], name=op.f('fk_paper_replaces_id_paper'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['template_id'], ['paper_template.id'], name=op.f('fk_paper_template_id_paper_template'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_paper_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['voided_by'], ['account.id'], name=op.f('fk_paper_voided_by_account'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper')),
    sa.UniqueConstraint('unit_id', 'year', 'series', 'running', name=op.f('uq_paper_unit_id_year_series_running'))
    )
    with op.batch_alter_table('paper', schema=None) as batch_op:
        batch_op.create_index('ix_paper_case_id', ['case_id', 'form', 'issued_at'], unique=False)
        batch_op.create_index('ix_paper_register', ['unit_id', 'issued_at', 'id'], unique=False)
        batch_op.create_index('ix_paper_replaces_id', ['replaces_id'], unique=True)


def downgrade() -> None:
    with op.batch_alter_table('paper', schema=None) as batch_op:
        batch_op.drop_index('ix_paper_replaces_id')
        batch_op.drop_index('ix_paper_register')
        batch_op.drop_index('ix_paper_case_id')

    op.drop_table('paper')
    op.drop_table('paper_template')
    op.drop_table('paper_counter')
