"""The tables of the ground floor and of the ledger."""

import sqlalchemy as sa
from alembic import op

from supply.migrations.guards import code_text

revision = '0001'
down_revision = None


def upgrade() -> None:
    """Create them all."""
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', code_text(12), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', code_text(254), nullable=True),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('person', 'service')", name=op.f('ck_account_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('email', name=op.f('uq_account_email')),
    sa.UniqueConstraint('number', name=op.f('uq_account_number'))
    )
    op.create_table('checkpoint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checkpoint'))
    )
    op.create_table('county',
    sa.Column('number', code_text(2), nullable=False),
    sa.Column('valid_from', sa.String(length=10), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('number', 'valid_from', name=op.f('pk_county'))
    )
    op.create_table('deaths',
    sa.Column('area', code_text(20), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('edition_order', sa.Integer(), nullable=False),
    sa.Column('deaths', sa.Integer(), nullable=False),
    sa.Column('opioid_share', sa.Float(), nullable=True),
    sa.Column('edition', sa.String(length=60), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('confidence', sa.String(length=60), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=True),
    sa.PrimaryKeyConstraint('area', 'year', 'edition_order', name=op.f('pk_deaths'))
    )
    op.create_table('epoch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', code_text(32), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_epoch')),
    sa.UniqueConstraint('code', name=op.f('uq_epoch_code'))
    )
    op.create_table('estimate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area', code_text(20), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('low', sa.Integer(), nullable=True),
    sa.Column('point', sa.Integer(), nullable=True),
    sa.Column('high', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('method', sa.String(length=120), nullable=True),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('confidence', sa.String(length=60), nullable=True),
    sa.Column('rate_per_1000_15_64', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_estimate')),
    sa.UniqueConstraint('area', 'year', 'kind', 'source', name=op.f('uq_estimate_area_year_kind_source'))
    )
    op.create_table('indicator',
    sa.Column('code', code_text(60), nullable=False),
    sa.Column('label', code_text(40), nullable=False),
    sa.Column('starts_on', sa.String(length=10), nullable=False),
    sa.Column('unit', sa.String(length=120), nullable=False),
    sa.Column('threshold', sa.Float(), nullable=True),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('code', 'label', 'starts_on', name=op.f('pk_indicator'))
    )
    op.create_table('membership',
    sa.Column('municipality', code_text(4), nullable=False),
    sa.Column('programme', sa.String(length=12), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('confidence', sa.String(length=20), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=True),
    sa.PrimaryKeyConstraint('municipality', 'programme', 'starts_on', name=op.f('pk_membership'))
    )
    op.create_index('ix_membership_programme', 'membership', ['programme', 'municipality'], unique=False)
    op.create_table('municipality',
    sa.Column('number', code_text(4), nullable=False),
    sa.Column('valid_from', sa.String(length=10), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('county', code_text(2), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('number', 'valid_from', name=op.f('pk_municipality'))
    )
    op.create_table('municipality_change',
    sa.Column('changed_on', sa.Date(), nullable=False),
    sa.Column('old', code_text(4), nullable=False),
    sa.Column('new', code_text(4), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('changed_on', 'old', 'new', name=op.f('pk_municipality_change'))
    )
    op.create_table('place',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', code_text(60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('municipality', code_text(4), nullable=True),
    sa.Column('owner', code_text(60), nullable=True),
    sa.Column('served_by_id', sa.Integer(), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('example', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=True),
    sa.CheckConstraint("kind IN ('depot', 'pharmacy', 'service_point', 'outreach', 'prison', 'virtual')", name=op.f('ck_place_kind')),
    sa.ForeignKeyConstraint(['served_by_id'], ['place.id'], name=op.f('fk_place_served_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_place')),
    sa.UniqueConstraint('code', name=op.f('uq_place_code'))
    )
    op.create_index(op.f('ix_place_municipality'), 'place', ['municipality'], unique=False)
    op.create_index(op.f('ix_place_owner'), 'place', ['owner'], unique=False)
    op.create_index(op.f('ix_place_served_by_id'), 'place', ['served_by_id'], unique=False)
    op.create_table('point',
    sa.Column('number', code_text(4), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=False),
    sa.Column('longitude', sa.Float(), nullable=False),
    sa.Column('east_km', sa.Float(), nullable=False),
    sa.Column('north_km', sa.Float(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_point'))
    )
    op.create_table('population',
    sa.Column('area', code_text(20), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('ages', sa.String(length=10), nullable=False),
    sa.Column('persons', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('area', 'on_day', 'ages', name=op.f('pk_population'))
    )
    op.create_table('product',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', code_text(60), nullable=False),
    sa.Column('name_nb', sa.String(length=120), nullable=False),
    sa.Column('name_nn', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('product_group', code_text(20), nullable=False),
    sa.Column('unit_nb', sa.String(length=40), nullable=False),
    sa.Column('unit_nn', sa.String(length=40), nullable=False),
    sa.Column('unit_en', sa.String(length=40), nullable=False),
    sa.Column('doses_per_unit', sa.Integer(), nullable=True),
    sa.Column('lot_required', sa.Boolean(), nullable=False),
    sa.Column('expiry_required', sa.Boolean(), nullable=False),
    sa.Column('shelf_life_days_min', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('source', sa.String(length=300), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_product')),
    sa.UniqueConstraint('code', name=op.f('uq_product_code'))
    )
    op.create_table('reported',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area', code_text(60), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('product_group', code_text(20), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('unit_as_reported', sa.String(length=120), nullable=False),
    sa.Column('scope', sa.String(length=300), nullable=True),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('confidence', sa.String(length=60), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reported')),
    sa.UniqueConstraint('area', 'starts_on', 'ends_on', 'product_group', 'source', name=op.f('uq_reported_area_starts_on_ends_on_product_group_source'))
    )
    op.create_table('verify_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('postings', sa.Integer(), nullable=False),
    sa.Column('moves', sa.Integer(), nullable=False),
    sa.Column('failure', sa.JSON(), nullable=True),
    sa.Column('heads', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verify_run'))
    )
    op.create_table('access_log',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('act', sa.String(length=60), nullable=False),
    sa.Column('outcome', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_log_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_log'))
    )
    op.create_index('ix_access_log_at', 'access_log', ['at'], unique=False)
    op.create_table('api_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_api_key_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_key')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_key_digest'))
    )
    op.create_index(op.f('ix_api_key_account_id'), 'api_key', ['account_id'], unique=False)
    op.create_table('checkpoint_head',
    sa.Column('checkpoint_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['checkpoint_id'], ['checkpoint.id'], name=op.f('fk_checkpoint_head_checkpoint_id')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_checkpoint_head_place_id')),
    sa.PrimaryKeyConstraint('checkpoint_id', 'place_id', name=op.f('pk_checkpoint_head'))
    )
    op.create_table('import_file',
    sa.Column('id', code_text(43), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_import_file_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_file'))
    )
    op.create_table('journal',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.Column('last_digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('last_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_journal_place_id')),
    sa.PrimaryKeyConstraint('place_id', name=op.f('pk_journal'))
    )
    op.create_table('kit_part',
    sa.Column('kit_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=True),
    sa.ForeignKeyConstraint(['kit_id'], ['product.id'], name=op.f('fk_kit_part_kit_id')),
    sa.ForeignKeyConstraint(['part_id'], ['product.id'], name=op.f('fk_kit_part_part_id')),
    sa.PrimaryKeyConstraint('kit_id', 'version', 'part_id', name=op.f('pk_kit_part'))
    )
    op.create_table('lot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('number', code_text(20), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_lot_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot')),
    sa.UniqueConstraint('product_id', 'number', name=op.f('uq_lot_product_id_number'))
    )
    op.create_table('month_total',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('flow', code_text(16), nullable=False),
    sa.Column('occasion', code_text(16), nullable=False),
    sa.Column('recipient', code_text(16), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('units', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_month_total_place_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_month_total_product_id')),
    sa.PrimaryKeyConstraint('place_id', 'product_id', 'flow', 'occasion', 'recipient', 'month', name=op.f('pk_month_total'))
    )
    op.create_table('pack',
    sa.Column('gtin', code_text(14), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('item_number', code_text(20), nullable=True),
    sa.Column('source', sa.String(length=300), nullable=True),
    sa.CheckConstraint('units > 0', name=op.f('ck_pack_units')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_pack_product_id')),
    sa.PrimaryKeyConstraint('gtin', name=op.f('pk_pack'))
    )
    op.create_index(op.f('ix_pack_item_number'), 'pack', ['item_number'], unique=False)
    op.create_index(op.f('ix_pack_product_id'), 'pack', ['product_id'], unique=False)
    op.create_table('request',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('key', code_text(80), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('location', sa.String(length=300), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_request_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'key', name=op.f('pk_request'))
    )
    op.create_table('role_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=True),
    sa.Column('municipality', code_text(4), nullable=True),
    sa.CheckConstraint("role IN ('depot', 'municipality', 'approver', 'directorate', 'admin')", name=op.f('ck_role_grant_role')),
    sa.CheckConstraint('place_id IS NULL OR municipality IS NULL', name=op.f('ck_role_grant_one_area')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_role_grant_account_id')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_role_grant_place_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant'))
    )
    op.create_index(op.f('ix_role_grant_account_id'), 'role_grant', ['account_id'], unique=False)
    op.create_table('web_session',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_web_session_account_id')),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_web_session'))
    )
    op.create_index(op.f('ix_web_session_account_id'), 'web_session', ['account_id'], unique=False)
    op.create_table('lot_gtin',
    sa.Column('lot_id', sa.Integer(), nullable=False),
    sa.Column('gtin', code_text(14), nullable=False),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_lot_gtin_lot_id')),
    sa.PrimaryKeyConstraint('lot_id', 'gtin', name=op.f('pk_lot_gtin'))
    )
    op.create_table('posting',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('epoch_id', sa.Integer(), nullable=False),
    sa.Column('kind', code_text(20), nullable=False),
    sa.Column('reason', code_text(40), nullable=True),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('request_key', code_text(80), nullable=False),
    sa.Column('corrects', sa.Integer(), nullable=True),
    sa.Column('supplier', sa.String(length=80), nullable=True),
    sa.Column('document', sa.String(length=80), nullable=True),
    sa.Column('note_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('previous_digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.CheckConstraint("(kind = 'correction') = (corrects IS NOT NULL)", name=op.f('ck_posting_corrects')),
    sa.CheckConstraint('number > 0', name=op.f('ck_posting_number')),
    sa.ForeignKeyConstraint(['epoch_id'], ['epoch.id'], name=op.f('fk_posting_epoch_id')),
    sa.ForeignKeyConstraint(['place_id', 'corrects'], ['posting.place_id', 'posting.number'], name='fk_posting_corrects'),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_posting_place_id')),
    sa.ForeignKeyConstraint(['recorded_by', 'request_key'], ['request.account_id', 'request.key'], name='fk_posting_request', initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_posting_recorded_by')),
    sa.PrimaryKeyConstraint('place_id', 'number', name=op.f('pk_posting')),
    sa.UniqueConstraint('place_id', 'corrects', name=op.f('uq_posting_place_id_corrects'))
    )
    op.create_index('ix_posting_place_id_occurred_on', 'posting', ['place_id', 'occurred_on'], unique=False)
    op.create_index('ix_posting_supplier_document', 'posting', ['supplier', 'document'], unique=False)
    op.create_table('stock',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('lot_id', sa.Integer(), nullable=False),
    sa.Column('on_hand', sa.BigInteger(), nullable=False),
    sa.Column('held', sa.BigInteger(), nullable=False),
    sa.Column('last_moved_on', sa.Date(), nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=True),
    sa.Column('counted_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('held >= 0 AND held <= on_hand', name=op.f('ck_stock_held')),
    sa.CheckConstraint('on_hand >= 0', name=op.f('ck_stock_on_hand')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_stock_lot_id')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_stock_place_id')),
    sa.PrimaryKeyConstraint('place_id', 'lot_id', name=op.f('pk_stock'))
    )
    op.create_index('ix_stock_lot_id', 'stock', ['lot_id'], unique=False)
    op.create_table('move',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('lot_id', sa.Integer(), nullable=False),
    sa.Column('from_place_id', sa.Integer(), nullable=False),
    sa.Column('to_place_id', sa.Integer(), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('occasion', code_text(16), nullable=True),
    sa.Column('recipient', code_text(16), nullable=True),
    sa.CheckConstraint('from_place_id <> to_place_id', name=op.f('ck_move_two_places')),
    sa.CheckConstraint('units > 0', name=op.f('ck_move_units')),
    sa.ForeignKeyConstraint(['from_place_id'], ['place.id'], name=op.f('fk_move_from_place_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_move_lot_id')),
    sa.ForeignKeyConstraint(['place_id', 'number'], ['posting.place_id', 'posting.number'], name=op.f('fk_move_place_id_number')),
    sa.ForeignKeyConstraint(['to_place_id'], ['place.id'], name=op.f('fk_move_to_place_id')),
    sa.PrimaryKeyConstraint('place_id', 'number', 'line', name=op.f('pk_move'))
    )
    op.create_index('ix_move_from', 'move', ['from_place_id', 'lot_id', 'occurred_on'], unique=False)
    op.create_index('ix_move_to', 'move', ['to_place_id', 'lot_id', 'occurred_on'], unique=False)
    op.create_table('posting_note',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=False),
    sa.ForeignKeyConstraint(['place_id', 'number'], ['posting.place_id', 'posting.number'], name=op.f('fk_posting_note_place_id_number')),
    sa.PrimaryKeyConstraint('place_id', 'number', name=op.f('pk_posting_note'))
    )
    op.create_table('tally',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('what', code_text(16), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.CheckConstraint("what IN ('unmet', 'used_returned')", name=op.f('ck_tally_what')),
    sa.CheckConstraint('units <> 0', name=op.f('ck_tally_units')),
    sa.ForeignKeyConstraint(['place_id', 'number'], ['posting.place_id', 'posting.number'], name=op.f('fk_tally_place_id_number')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_tally_product_id')),
    sa.PrimaryKeyConstraint('place_id', 'number', 'line', name=op.f('pk_tally'))
    )
    op.create_index('ix_tally_place_id_product_id_occurred_on', 'tally', ['place_id', 'product_id', 'occurred_on'], unique=False)
