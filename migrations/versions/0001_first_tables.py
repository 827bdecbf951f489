"""The first tables.

Revision: 0001, the beginning.
"""

import sqlalchemy as sa
from alembic import op

import casemgr.core.db

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('username', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('must_change', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('created_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('changed_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('username', name=op.f('uq_account_username'))
    )
    op.create_table('audit_entry',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('xid', casemgr.core.db.TransactionId().with_variant(sa.Integer(), 'sqlite'), server_default=casemgr.core.db.CurrentTransaction(), nullable=False),
    sa.Column('at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('action', sa.String(length=80), nullable=False),
    sa.Column('object', sa.String(length=80), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('mac', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_actor'), ['actor'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_object'), ['object'], unique=False)

    op.create_table('audit_link',
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry', sa.BigInteger(), nullable=False),
    sa.Column('xid', sa.BigInteger(), nullable=False),
    sa.Column('mac', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_audit_link')),
    sa.UniqueConstraint('entry', name=op.f('uq_audit_link_entry'))
    )
    op.create_table('case_counter',
    sa.Column('unit_code', sa.String(length=5), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('unit_code', 'year', name=op.f('pk_case_counter'))
    )
    op.create_table('record_key',
    sa.Column('record', sa.LargeBinary(length=16), nullable=False),
    sa.Column('generation', sa.SmallInteger(), nullable=False),
    sa.Column('kek_id', sa.Integer(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(length=128), nullable=False),
    sa.PrimaryKeyConstraint('record', name=op.f('pk_record_key'))
    )
    op.create_table('sign_in_throttle',
    sa.Column('bucket', sa.LargeBinary(length=32), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('held', sa.Integer(), nullable=False),
    sa.Column('since', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('last', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('bucket', name=op.f('pk_sign_in_throttle'))
    )
    op.create_table('unit',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code', sa.String(length=5), nullable=False),
    sa.Column('level', sa.String(length=8), nullable=False),
    sa.Column('type', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['unit.id'], name=op.f('fk_unit_parent_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit'))
    )
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.create_index('ix_unit_code_valid_from', ['code', 'valid_from'], unique=True)
        batch_op.create_index(batch_op.f('ix_unit_parent_id'), ['parent_id'], unique=False)

    op.create_table('unit_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.Column('loaded_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_list'))
    )
    op.create_table('api_client',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('algorithm', sa.String(length=16), nullable=False),
    sa.Column('key_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('public_key', sa.LargeBinary(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('created_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('revoked_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_api_client_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_client')),
    sa.UniqueConstraint('name', name=op.f('uq_api_client_name'))
    )
    op.create_table('appointment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_appointment_account_id_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_appointment_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment'))
    )
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appointment_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_appointment_unit_id_role', ['unit_id', 'role'], unique=False)

    op.create_table('factor',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('secret_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('used_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=True),
    sa.Column('ended_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_factor_account_id_account'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_factor'))
    )
    with op.batch_alter_table('factor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_factor_account_id'), ['account_id'], unique=False)

    op.create_table('unit_change',
    sa.Column('old_id', sa.Integer(), nullable=False),
    sa.Column('new_id', sa.Integer(), nullable=False),
    sa.Column('relation', sa.String(length=32), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['new_id'], ['unit.id'], name=op.f('fk_unit_change_new_id_unit'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['old_id'], ['unit.id'], name=op.f('fk_unit_change_old_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('old_id', 'new_id', name=op.f('pk_unit_change'))
    )
    with op.batch_alter_table('unit_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_change_new_id'), ['new_id'], unique=False)

    op.create_table('child',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('recorded_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('entered_by', sa.Uuid(), nullable=True),
    sa.Column('client_id', sa.Uuid(), nullable=True),
    sa.Column('card_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('detail_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('whereabouts_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['api_client.id'], name=op.f('fk_child_client_id_api_client'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['entered_by'], ['account.id'], name=op.f('fk_child_entered_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_child_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_child'))
    )
    with op.batch_alter_table('child', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_child_unit_id'), ['unit_id'], unique=False)

    op.create_table('client_nonce',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('nonce', sa.LargeBinary(length=32), nullable=False),
    sa.Column('at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['api_client.id'], name=op.f('fk_client_nonce_client_id_api_client'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_nonce')),
    sa.UniqueConstraint('client_id', 'nonce', name=op.f('uq_client_nonce_client_id_nonce'))
    )
    with op.batch_alter_table('client_nonce', schema=None) as batch_op:
        batch_op.create_index('ix_client_nonce_at', ['at'], unique=False)

    op.create_table('report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=True),
    sa.Column('client_id', sa.Uuid(), nullable=True),
    sa.Column('entered_by', sa.Uuid(), nullable=True),
    sa.Column('form_id', sa.Uuid(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('received_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('arrived_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('decision', sa.String(length=16), nullable=False),
    sa.Column('decided_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.String(length=24), nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=True),
    sa.Column('urgency', sa.String(length=16), nullable=True),
    sa.Column('nudged_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('told_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('known_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('reporter_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('places_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['api_client.id'], name=op.f('fk_report_client_id_api_client'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_report_decided_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['entered_by'], ['account.id'], name=op.f('fk_report_entered_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_report_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('client_id', 'reference', name=op.f('uq_report_client_id_reference')),
    sa.UniqueConstraint('form_id', name=op.f('uq_report_form_id')),
    sa.UniqueConstraint('number', name=op.f('uq_report_number'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index('ix_report_inbox', ['unit_id', 'decision', 'received_at'], unique=False)

    op.create_table('sign_in',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('appointment_id', sa.Uuid(), nullable=True),
    sa.Column('token_digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('started_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('seen_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('proved_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('ended_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(length=32), nullable=True),
    sa.Column('device', sa.String(length=120), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.Column('tries_before', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sign_in_account_id_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_sign_in_appointment_id_appointment'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_sign_in_token_digest'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_account_id'), ['account_id'], unique=False)

    op.create_table('case',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('child_ref', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('incident_unit_id', sa.Integer(), nullable=True),
    sa.Column('residence_unit_id', sa.Integer(), nullable=True),
    sa.Column('stage', sa.String(length=16), nullable=False),
    sa.Column('round', sa.SmallInteger(), nullable=False),
    sa.Column('emergency', sa.Boolean(), nullable=True),
    sa.Column('risk', sa.String(length=8), nullable=True),
    sa.Column('ending', sa.String(length=24), nullable=True),
    sa.Column('holder_id', sa.Uuid(), nullable=True),
    sa.Column('held_since', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('received_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('opened_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('closed_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('moved_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('due_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('due_clock', sa.String(length=40), nullable=True),
    sa.Column('nudged_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('entered_by', sa.Uuid(), nullable=True),
    sa.Column('client_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_case_child_id_child'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['client_id'], ['api_client.id'], name=op.f('fk_case_client_id_api_client'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['entered_by'], ['account.id'], name=op.f('fk_case_entered_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['holder_id'], ['account.id'], name=op.f('fk_case_holder_id_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['incident_unit_id'], ['unit.id'], name=op.f('fk_case_incident_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_case_report_id_report'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['residence_unit_id'], ['unit.id'], name=op.f('fk_case_residence_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_case_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case')),
    sa.UniqueConstraint('number', name=op.f('uq_case_number'))
    )
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_child_id'), ['child_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_holder_id'), ['holder_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_incident_unit_id'), ['incident_unit_id'], unique=False)
        batch_op.create_index('ix_case_listed', ['unit_id', 'opened_at', 'id'], unique=False)
        batch_op.create_index('ix_case_open', ['unit_id', 'due_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_report_id'), ['report_id'], unique=False)

    op.create_table('child_unit',
    sa.Column('child_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('since', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('granted_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_child_unit_child_id_child'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_child_unit_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('child_id', 'unit_id', name=op.f('pk_child_unit'))
    )
    with op.batch_alter_table('child_unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_child_unit_unit_id'), ['unit_id'], unique=False)

    op.create_table('given_answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('content_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['api_client.id'], name=op.f('fk_given_answer_client_id_api_client'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_given_answer_report_id_report'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_given_answer')),
    sa.UniqueConstraint('client_id', 'reference', 'revision', name=op.f('uq_given_answer_client_id_reference_revision'))
    )
    with op.batch_alter_table('given_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_given_answer_report_id'), ['report_id'], unique=False)

    op.create_table('report_event',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('xid', casemgr.core.db.TransactionId().with_variant(sa.Integer(), 'sqlite'), server_default=casemgr.core.db.CurrentTransaction(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=True),
    sa.Column('reference', sa.String(length=64), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_event_report_id_report'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_report_event_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_report_event'))
    )
    with op.batch_alter_table('report_event', schema=None) as batch_op:
        batch_op.create_index('ix_report_event_client_id', ['client_id', 'seq'], unique=False)
        batch_op.create_index('ix_report_event_report_id', ['report_id'], unique=False)

    op.create_table('assessment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('round', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('started_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('saved_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('saved_by', sa.Uuid(), nullable=True),
    sa.Column('concluded_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('concluded_by', sa.Uuid(), nullable=True),
    sa.Column('answers_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_assessment_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['concluded_by'], ['account.id'], name=op.f('fk_assessment_concluded_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['saved_by'], ['account.id'], name=op.f('fk_assessment_saved_by_account'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessment'))
    )
    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.create_index('ix_assessment_case_id_kind', ['case_id', 'kind', 'started_at'], unique=False)
        batch_op.create_index('uq_assessment_draft', ['case_id', 'kind'], unique=True, sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"))

    op.create_table('case_clock',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('clock', sa.String(length=40), nullable=False),
    sa.Column('started_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('started_by', sa.String(length=24), nullable=False),
    sa.Column('due_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('stopped_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('stopped_by', sa.String(length=24), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_clock_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_clock'))
    )
    with op.batch_alter_table('case_clock', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_clock_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_clock_due_at'), ['due_at'], unique=False)

    op.create_table('case_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('step', sa.String(length=24), nullable=False),
    sa.Column('at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('recorded_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('stage', sa.String(length=16), nullable=False),
    sa.Column('round', sa.SmallInteger(), nullable=False),
    sa.Column('form', sa.String(length=4), nullable=True),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_case_event_account_id_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_event_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_case_event_unit_id_unit'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_event'))
    )
    with op.batch_alter_table('case_event', schema=None) as batch_op:
        batch_op.create_index('ix_case_event_case_id_at', ['case_id', 'at'], unique=False)

    op.create_table('case_fact',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('xid', casemgr.core.db.TransactionId().with_variant(sa.Integer(), 'sqlite'), server_default=casemgr.core.db.CurrentTransaction(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.BigInteger(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(length=160), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_fact_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_case_fact'))
    )
    with op.batch_alter_table('case_fact', schema=None) as batch_op:
        batch_op.create_index('ix_case_fact_case_id_seq', ['case_id', 'seq'], unique=False)

    op.create_table('case_member',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('since', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('until', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_case_member_account_id_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_member_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('case_id', 'account_id', name=op.f('pk_case_member'))
    )
    with op.batch_alter_table('case_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_member_account_id'), ['account_id'], unique=False)

    op.create_table('emergency_measure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('recorded_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.Column('content_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_emergency_measure_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_emergency_measure_recorded_by_account'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_emergency_measure'))
    )
    with op.batch_alter_table('emergency_measure', schema=None) as batch_op:
        batch_op.create_index('ix_emergency_measure_case_id_at', ['case_id', 'at'], unique=False)

    op.create_table('plan',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('round', sa.SmallInteger(), nullable=False),
    sa.Column('revision', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('drafted_by', sa.Uuid(), nullable=True),
    sa.Column('drafted_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('saved_by', sa.Uuid(), nullable=True),
    sa.Column('saved_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('handed_in_by', sa.Uuid(), nullable=True),
    sa.Column('handed_in_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('approval_digest', sa.LargeBinary(length=32), nullable=True),
    sa.Column('voided_by', sa.Uuid(), nullable=True),
    sa.Column('voided_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('content_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('making_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('decision_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_plan_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_plan_decided_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['drafted_by'], ['account.id'], name=op.f('fk_plan_drafted_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['handed_in_by'], ['account.id'], name=op.f('fk_plan_handed_in_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['saved_by'], ['account.id'], name=op.f('fk_plan_saved_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['voided_by'], ['account.id'], name=op.f('fk_plan_voided_by_account'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('case_id', 'round', 'revision', name=op.f('uq_plan_case_id_round_revision'))
    )
    op.create_table('review',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.SmallInteger(), nullable=False),
    sa.Column('round', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('started_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('saved_by', sa.Uuid(), nullable=True),
    sa.Column('saved_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('concluded_by', sa.Uuid(), nullable=True),
    sa.Column('concluded_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('answers_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('making_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('verdict_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_review_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['concluded_by'], ['account.id'], name=op.f('fk_review_concluded_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_review_decided_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['saved_by'], ['account.id'], name=op.f('fk_review_saved_by_account'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_review_case_id_number'))
    )
    op.create_table('service_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('service_key', sa.String(length=16), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', casemgr.core.db.Instant(timezone=True), nullable=False),
    sa.Column('form_id', sa.Uuid(), nullable=True),
    sa.Column('promise_on', sa.Date(), nullable=True),
    sa.Column('promise_kept_by', sa.Uuid(), nullable=True),
    sa.Column('promise_kept_at', casemgr.core.db.Instant(timezone=True), nullable=True),
    sa.Column('visit_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_service_entry_case_id_case'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_service_entry_plan_id_plan'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['promise_kept_by'], ['account.id'], name=op.f('fk_service_entry_promise_kept_by_account'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_service_entry_recorded_by_account'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_entry')),
    sa.UniqueConstraint('form_id', name=op.f('uq_service_entry_form_id'))
    )
    with op.batch_alter_table('service_entry', schema=None) as batch_op:
        batch_op.create_index('ix_service_entry_case_id_happened_on', ['case_id', 'happened_on'], unique=False)
        batch_op.create_index('ix_service_entry_promise_on', ['promise_on'], unique=False)


    if op.get_bind().dialect.name == "postgresql":
        # Logs that are followed by transaction number.
        for log in ('audit_entry', 'case_fact', 'report_event'):
            op.create_index(f"ix_{log}_followed", log, ["xid", "seq"])


def downgrade() -> None:
    with op.batch_alter_table('service_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_service_entry_promise_on')
        batch_op.drop_index('ix_service_entry_case_id_happened_on')

    op.drop_table('service_entry')
    op.drop_table('review')
    op.drop_table('plan')
    with op.batch_alter_table('emergency_measure', schema=None) as batch_op:
        batch_op.drop_index('ix_emergency_measure_case_id_at')

    op.drop_table('emergency_measure')
    with op.batch_alter_table('case_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_member_account_id'))

    op.drop_table('case_member')
    with op.batch_alter_table('case_fact', schema=None) as batch_op:
        batch_op.drop_index('ix_case_fact_case_id_seq')

    op.drop_table('case_fact')
    with op.batch_alter_table('case_event', schema=None) as batch_op:
        batch_op.drop_index('ix_case_event_case_id_at')

    op.drop_table('case_event')
    with op.batch_alter_table('case_clock', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_clock_due_at'))
        batch_op.drop_index(batch_op.f('ix_case_clock_case_id'))

    op.drop_table('case_clock')
    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.drop_index('uq_assessment_draft', sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"))
        batch_op.drop_index('ix_assessment_case_id_kind')

    op.drop_table('assessment')
    with op.batch_alter_table('report_event', schema=None) as batch_op:
        batch_op.drop_index('ix_report_event_report_id')
        batch_op.drop_index('ix_report_event_client_id')

    op.drop_table('report_event')
    with op.batch_alter_table('given_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_given_answer_report_id'))

    op.drop_table('given_answer')
    with op.batch_alter_table('child_unit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_child_unit_unit_id'))

    op.drop_table('child_unit')
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_report_id'))
        batch_op.drop_index('ix_case_open')
        batch_op.drop_index('ix_case_listed')
        batch_op.drop_index(batch_op.f('ix_case_incident_unit_id'))
        batch_op.drop_index(batch_op.f('ix_case_holder_id'))
        batch_op.drop_index(batch_op.f('ix_case_child_id'))

    op.drop_table('case')
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_account_id'))

    op.drop_table('sign_in')
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_index('ix_report_inbox')

    op.drop_table('report')
    with op.batch_alter_table('client_nonce', schema=None) as batch_op:
        batch_op.drop_index('ix_client_nonce_at')

    op.drop_table('client_nonce')
    with op.batch_alter_table('child', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_child_unit_id'))

    op.drop_table('child')
    with op.batch_alter_table('unit_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_change_new_id'))

    op.drop_table('unit_change')
    with op.batch_alter_table('factor', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_factor_account_id'))

    op.drop_table('factor')
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.drop_index('ix_appointment_unit_id_role')
        batch_op.drop_index(batch_op.f('ix_appointment_account_id'))

    op.drop_table('appointment')
    op.drop_table('api_client')
    op.drop_table('unit_list')
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_parent_id'))
        batch_op.drop_index('ix_unit_code_valid_from')

    op.drop_table('unit')
    op.drop_table('sign_in_throttle')
    op.drop_table('record_key')
    op.drop_table('case_counter')
    op.drop_table('audit_link')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_object'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_at'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_actor'))

    op.drop_table('audit_entry')
    op.drop_table('account')
