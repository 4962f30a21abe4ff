"""How to order, what the past makes likely, and what to order."""

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import code_text, grant, guard

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add what is left out of the average, days without stock, rules, forecasts and proposals; moves between virtual places are found by place and day."""
    _add_use()
    _add_rules()
    _add_proposals()
    virtual = sa.text("from_place_id < 0 AND to_place_id < 0")
    op.create_index("ix_move_virtual", "move", ["place_id", "occurred_on"], sqlite_where=virtual, postgresql_where=virtual)
    guard("reorder_rule")
    grant(["one_off", "stockout", "reorder_rule", "forecast", "proposal"], role=context.config.attributes["service_role"])


def _add_use() -> None:
    op.create_table(
        "one_off",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("area", code_text(60), nullable=False),
        sa.Column("about", code_text(70), nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer, sa.ForeignKey("account.id", name="fk_one_off_made_by"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Integer, sa.ForeignKey("account.id", name="fk_one_off_ended_by")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_one_off_days")),
    )
    op.create_index("ix_one_off_ends_on", "one_off", ["ends_on"])
    op.create_table(
        "stockout",
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_stockout_place_id"), primary_key=True),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("product.id", name="fk_stockout_product_id"), primary_key=True),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("days_left_out", sa.Integer, nullable=False),
        sa.Column("units_left_out", sa.Integer, nullable=False),
        sa.Column("definition", code_text(20), nullable=False),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days >= 0 AND days_left_out >= 0", name=op.f("ck_stockout_days")),
    )


def _add_rules() -> None:
    op.create_table(
        "reorder_rule",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("area", code_text(60), nullable=False),
        sa.Column("about", code_text(70), nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
        sa.Column("reason", sa.String(200)),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.Integer, sa.ForeignKey("account.id", name="fk_reorder_rule_said_by"), nullable=False),
    )
    op.create_index("ix_reorder_rule_area", "reorder_rule", ["area", "about", "id"])
    op.create_table(
        "forecast",
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_forecast_place_id"), primary_key=True),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("product.id", name="fk_forecast_product_id"), primary_key=True),
        sa.Column("method", code_text(12), nullable=False),
        sa.Column("daily", sa.Float, nullable=False),
        sa.Column("variance", sa.Float, nullable=False),
        sa.Column("days_behind", sa.Float, nullable=False),
        sa.Column("error", sa.Float),
        sa.Column("weeks", sa.Integer, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("daily >= 0 AND variance >= 0 AND days_behind > 0", name=op.f("ck_forecast_rate")),
    )


def _add_proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_proposal_place_id"), nullable=False),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("product.id", name="fk_proposal_product_id"), nullable=False),
        sa.Column("state", code_text(10), nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("pack", sa.Integer, nullable=False),
        sa.Column("runs_out_on", sa.Date),
        sa.Column("inputs", sa.JSON, nullable=False),
        sa.Column("definition", code_text(20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Integer, sa.ForeignKey("account.id", name="fk_proposal_decided_by")),
        sa.Column("reason", sa.String(200)),
        sa.Column("order_number", code_text(20)),
        sa.Column("quiet_until", sa.Date),
        sa.CheckConstraint("state IN ('open', 'accepted', 'declined', 'over')", name=op.f("ck_proposal_state")),
        sa.CheckConstraint("units > 0 AND pack > 0", name=op.f("ck_proposal_units")),
        sa.CheckConstraint("(state IN ('accepted', 'declined')) = (decided_at IS NOT NULL) AND (decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_proposal_decided")),
        sa.CheckConstraint("(state = 'accepted') = (order_number IS NOT NULL)", name=op.f("ck_proposal_accepted")),
        sa.CheckConstraint("(state = 'declined') = (reason IS NOT NULL)", name=op.f("ck_proposal_declined")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index("uq_proposal_open", "proposal", ["place_id", "product_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_proposal_place_id", "proposal", ["place_id", "product_id", "id"])
    op.create_index("ix_proposal_order_number", "proposal", ["order_number"])
