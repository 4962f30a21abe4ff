"""What has expired is destroyed in one act, before a witness where the product asks for one; what a unit costs."""

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import code_text, grant

revision = "0011"
down_revision = "0010"

_PRICE = "CONSTRAINT ck_product_price CHECK ((unit_price_ore IS NULL) = (price_source IS NULL))"


def upgrade() -> None:
    """Add the runs of disposals with their lines, and what a product says of its price and its disposal."""
    op.add_column("product", sa.Column("unit_price_ore", sa.Integer))
    op.execute(f"ALTER TABLE product ADD COLUMN price_source VARCHAR(300) {_PRICE}")  # the check comes with the column, for SQLite adds none to a table that is there
    op.add_column("product", sa.Column("witness_on_disposal", sa.Boolean, nullable=False, server_default=sa.false()))
    _add_runs()
    op.create_table(
        "disposal_line",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("disposal_run.id", name="fk_disposal_line_run_id"), primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True),
        sa.Column("lot_id", sa.Integer, sa.ForeignKey("lot.id", name="fk_disposal_line_lot_id"), nullable=False),
        sa.Column("lying", sa.BigInteger, nullable=False),
        sa.Column("units", sa.Integer, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("reason", code_text(24)),
        sa.CheckConstraint("units >= 0 AND units <= lying", name=op.f("ck_disposal_line_units")),
        sa.CheckConstraint("(units < lying) = (reason IS NOT NULL)", name=op.f("ck_disposal_line_reason")),
        sa.UniqueConstraint("run_id", "lot_id", name="uq_disposal_line_run_id_lot_id"),
    )
    grant(["disposal_run", "disposal_line"], role=context.config.attributes["service_role"])


def _add_runs() -> None:
    op.create_table(
        "disposal_run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", code_text(80), nullable=False, unique=True),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_disposal_run_place_id"), nullable=False),
        sa.Column("state", code_text(12), nullable=False),
        sa.Column("occurred_on", sa.Date, nullable=False),
        sa.Column("method", sa.String(500)),
        sa.Column("needs_witness", sa.Boolean, nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.Integer, sa.ForeignKey("account.id", name="fk_disposal_run_prepared_by"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Integer, sa.ForeignKey("account.id", name="fk_disposal_run_ended_by")),
        sa.Column("posting", sa.Integer),
        sa.CheckConstraint("state IN ('prepared', 'confirmed', 'dropped')", name=op.f("ck_disposal_run_state")),
        sa.CheckConstraint("(state = 'prepared') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_disposal_run_ended")),
        sa.CheckConstraint("(state = 'confirmed') = (posting IS NOT NULL)", name=op.f("ck_disposal_run_posting")),
        sa.CheckConstraint("NOT needs_witness OR state <> 'confirmed' OR ended_by <> prepared_by", name=op.f("ck_disposal_run_witness")),
    )
    op.create_index("ix_disposal_run_place_id", "disposal_run", ["place_id", "id"])
    is_open = sa.text("state = 'prepared'")
    op.create_index("uq_disposal_run_open", "disposal_run", ["place_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
