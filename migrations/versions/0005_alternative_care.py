"""Tables of alternative care.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('carer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.Column('form_id', sa.Uuid(), nullable=True),
    sa.Column('said_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('stopping_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_carer_recorded_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_carer_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carer')),
    sa.UniqueConstraint('form_id', name=op.f('uq_carer_form_id'))
    )
    op.create_index(op.f('ix_carer_unit_id'), 'carer', ['unit_id'], unique=False)
    op.create_table('carer_check',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('carer_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.Column('form_id', sa.Uuid(), nullable=True),
    sa.Column('said_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['carer_id'], ['carer.id'], name=op.f('fk_carer_check_carer_id_carer'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_carer_check_recorded_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_carer_check_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carer_check')),
    sa.UniqueConstraint('form_id', name=op.f('uq_carer_check_form_id'))
    )
    op.create_index('ix_carer_check_carer_id_checked_on', 'carer_check', ['carer_id', 'checked_on'], unique=False)
    op.create_table('care_profile',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('revision', sa.SmallInteger(), nullable=False),
    sa.Column('recorded_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.Column('said_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_care_profile_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_care_profile_recorded_by_account'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care_profile')),
    sa.UniqueConstraint('case_id', 'revision', name=op.f('uq_care_profile_case_id_revision'))
    )
    op.create_table('placement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.BigInteger(), nullable=False),
    sa.Column('carer_id', sa.Uuid(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('form', sa.String(length=16), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('replaces_id', sa.Uuid(), nullable=True),
    sa.Column('proposed_on', sa.Date(), nullable=False),
    sa.Column('proposed_by', sa.Uuid(), nullable=True),
    sa.Column('proposed_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('given_on', sa.Date(), nullable=True),
    sa.Column('given_by', sa.Uuid(), nullable=True),
    sa.Column('end_asked_on', sa.Date(), nullable=True),
    sa.Column('end_asked_by', sa.Uuid(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.Column('choice_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('ruling_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('handing_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('ending_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['carer_id'], ['carer.id'], name=op.f('fk_placement_carer_id_carer'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_placement_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_placement_child_id_child'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_placement_decided_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['end_asked_by'], ['account.id'], name=op.f('fk_placement_end_asked_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['ended_by'], ['account.id'], name=op.f('fk_placement_ended_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['given_by'], ['account.id'], name=op.f('fk_placement_given_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_placement_proposed_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_placement_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement'))
    )
    op.create_index('ix_placement_carer_id', 'placement', ['carer_id'], unique=False)
    op.create_index('ix_placement_case_id', 'placement', ['case_id'], unique=False)
    op.create_index('ix_placement_child_id', 'placement', ['child_id'], unique=False)
    op.create_index('ix_placement_state', 'placement', ['state'], unique=False)
    op.create_table('care_duty',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('placement_id', sa.Uuid(), nullable=False),
    sa.Column('track', sa.String(length=16), nullable=False),
    sa.Column('turn', sa.SmallInteger(), nullable=False),
    sa.Column('clock', sa.String(length=40), nullable=False),
    sa.Column('started_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('due_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('stopped_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_care_duty_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['placement_id'], ['placement.id'], name=op.f('fk_care_duty_placement_id_placement'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care_duty')),
    sa.UniqueConstraint('placement_id', 'track', 'turn', name=op.f('uq_care_duty_placement_id_track_turn'))
    )
    op.create_index(op.f('ix_care_duty_case_id'), 'care_duty', ['case_id'], unique=False)
    op.create_index('ix_care_duty_due_at', 'care_duty', ['due_at'], unique=False)
    op.create_table('care_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('placement_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.Column('form_id', sa.Uuid(), nullable=True),
    sa.Column('said_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_care_entry_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['placement_id'], ['placement.id'], name=op.f('fk_care_entry_placement_id_placement'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_care_entry_recorded_by_account'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care_entry')),
    sa.UniqueConstraint('form_id', name=op.f('uq_care_entry_form_id'))
    )
    op.create_index(op.f('ix_care_entry_case_id'), 'care_entry', ['case_id'], unique=False)
    op.create_index('ix_care_entry_placement_id_happened_on', 'care_entry', ['placement_id', 'happened_on'], unique=False)


def downgrade() -> None:
    op.drop_table('care_entry')
    op.drop_table('care_duty')
    op.drop_table('placement')
    op.drop_table('care_profile')
    op.drop_table('carer_check')
    op.drop_table('carer')
