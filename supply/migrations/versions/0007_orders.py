"""What is ordered, sent and counted on arrival."""

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import code_text, grant, guard

revision = "0007"
down_revision = "0006"

NEW = ("number_series", "supply_order", "order_line", "order_event", "shipment", "shipment_line", "standing_order")
_OPEN = "state NOT IN ('closed', 'cancelled')"


def upgrade() -> None:
    """Add the tables of orders and shipments; a hold says for which line of its document it is."""
    op.add_column("hold", sa.Column("line", sa.Integer))
    open_holds = sa.text("ended_at IS NULL")
    op.create_index("ix_hold_document", "hold", ["document"], sqlite_where=open_holds, postgresql_where=open_holds)
    _add_orders()
    _add_lines()
    _add_shipments()
    _add_series()
    guard("order_event")
    grant(list(NEW), role=context.config.attributes["service_role"])


def _add_orders() -> None:
    op.create_table(
        "supply_order",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", code_text(20), nullable=False),
        sa.Column("kind", code_text(10), nullable=False),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_supply_order_place_id"), nullable=False),
        sa.Column("supplied_by_id", sa.Integer, sa.ForeignKey("place.id", name="fk_supply_order_supplied_by_id")),
        sa.Column("state", code_text(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("emergency", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(500)),
        sa.Column("copy_of", code_text(20)),
        sa.Column("standing_id", sa.Integer),
        sa.Column("due_on", sa.Date),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer, sa.ForeignKey("account.id", name="fk_supply_order_made_by"), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("submitted_by", sa.Integer, sa.ForeignKey("account.id", name="fk_supply_order_submitted_by")),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("shipped_at", sa.DateTime(timezone=True)),
        sa.Column("arrived_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("number", name="uq_supply_order_number"),
        sa.UniqueConstraint("standing_id", "due_on", name="uq_supply_order_standing_id_due_on"),
        sa.CheckConstraint("kind IN ('order', 'loan', 'return', 'supply')", name=op.f("ck_supply_order_kind")),
    )
    op.create_index("ix_supply_order_place_id", "supply_order", ["place_id", "id"])
    op.create_index("ix_supply_order_supplied_by_id", "supply_order", ["supplied_by_id", "id"])
    op.create_index("ix_supply_order_open", "supply_order", ["supplied_by_id", "id"], sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN))


def _add_lines() -> None:
    op.create_table(
        "order_line",
        sa.Column("order_id", sa.Integer, sa.ForeignKey("supply_order.id", name="fk_order_line_order_id"), primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("product.id", name="fk_order_line_product_id"), nullable=False),
        sa.Column("requested", sa.Integer, nullable=False),
        sa.Column("pack", sa.Integer, nullable=False),
        sa.Column("approved", sa.Integer),
        sa.Column("reason", sa.String(500)),
        sa.Column("known", sa.JSON),
        sa.Column("shipped", sa.Integer, nullable=False, server_default="0"),
        sa.Column("arrived", sa.Integer, nullable=False, server_default="0"),
        sa.Column("cancelled", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("order_id", "product_id", name="uq_order_line_order_id_product_id"),
        sa.CheckConstraint("requested > 0 AND pack > 0 AND approved >= 0", name=op.f("ck_order_line_units")),
        sa.CheckConstraint(
            "0 <= arrived AND arrived <= shipped AND 0 <= cancelled AND shipped + cancelled <= coalesce(approved, 0)",
            name=op.f("ck_order_line_progress"),
        ),
    )
    op.create_table(
        "order_event",
        sa.Column("order_id", sa.Integer, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("act", code_text(12), nullable=False),
        sa.Column("state", code_text(16), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("role", code_text(16), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
    )


def _add_shipments() -> None:
    op.create_table(
        "shipment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", code_text(80), nullable=False),
        sa.Column("from_place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_shipment_from_place_id"), nullable=False),
        sa.Column("to_place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_shipment_to_place_id"), nullable=False),
        sa.Column("posting", sa.Integer, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("number", name="uq_shipment_number"),
    )
    unsettled = sa.text("settled_at IS NULL")
    for side in ("from", "to"):
        op.create_index(f"ix_shipment_{side}_open", "shipment", [f"{side}_place_id", "id"], sqlite_where=unsettled, postgresql_where=unsettled)
    op.create_table(
        "shipment_line",
        sa.Column("shipment_id", sa.Integer, sa.ForeignKey("shipment.id", name="fk_shipment_line_shipment_id"), primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True),
        sa.Column("order_id", sa.Integer, nullable=False),
        sa.Column("order_line", sa.Integer, nullable=False),
        sa.Column("lot_id", sa.Integer, sa.ForeignKey("lot.id", name="fk_shipment_line_lot_id"), nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("arrived", sa.Integer, nullable=False, server_default="0"),
        sa.Column("settled", sa.Integer, nullable=False, server_default="0"),
        sa.Column("rejected", sa.Integer, nullable=False, server_default="0"),
        sa.Column("missing", sa.Integer, nullable=False, server_default="0"),
        sa.Column("reason", code_text(20)),
        sa.ForeignKeyConstraint(["order_id", "order_line"], ["order_line.order_id", "order_line.line"], name="fk_shipment_line_order_id"),
        sa.CheckConstraint("sent > 0 AND arrived >= 0 AND settled >= 0 AND arrived + settled <= sent", name=op.f("ck_shipment_line_units")),
    )
    op.create_index("ix_shipment_line_order_id", "shipment_line", ["order_id", "order_line"])


def _add_series() -> None:
    op.create_table(
        "number_series",
        sa.Column("series", code_text(60), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "standing_order",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_standing_order_place_id"), nullable=False),
        sa.Column("supplied_by_id", sa.Integer, sa.ForeignKey("place.id", name="fk_standing_order_supplied_by_id")),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("months", sa.Integer, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("next_on", sa.Date, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer, sa.ForeignKey("account.id", name="fk_standing_order_made_by"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("months > 0", name=op.f("ck_standing_order_months")),
    )
