"""What is counted, what kits are made of, what happens to a lot, what is held, and what is to be told."""

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import code_text, grant, guard

revision = "0005"
down_revision = "0004"

NEW = ("count_line", "kit_lot_part", "lot_event", "hold", "count_sheet", "count_sheet_line", "notice")
ADDED_TO = ("count_line", "kit_lot_part", "lot_event")


def upgrade() -> None:
    """Add the tables and columns; the month totals tell versions of a kit apart."""
    op.add_column("lot", sa.Column("kit_version", sa.Integer))
    op.add_column("lot", sa.Column("blocks", sa.Integer, nullable=False, server_default="0"))
    op.add_column("lot", sa.Column("changed_on", sa.Date))
    op.add_column("stock", sa.Column("blocks", sa.Integer, nullable=False, server_default="0"))
    _part_month_totals()
    _add_lines()
    _add_promises()
    _add_sheets()
    for table in ADDED_TO:
        guard(table)
    grant(list(NEW), role=context.config.attributes["service_role"])


def _add_lines() -> None:
    op.create_table(
        "count_line",
        sa.Column("place_id", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True),
        sa.Column("lot_id", sa.Integer, nullable=False),
        sa.Column("expected", sa.BigInteger, nullable=False),
        sa.Column("counted", sa.BigInteger, nullable=False),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_count_line_counted")),
    )
    op.create_index("ix_count_line_lot_id", "count_line", ["place_id", "lot_id"])
    op.create_table(
        "kit_lot_part",
        sa.Column("kit_lot_id", sa.Integer, sa.ForeignKey("lot.id", name="fk_kit_lot_part_kit_lot_id"), primary_key=True),
        sa.Column("part_lot_id", sa.Integer, sa.ForeignKey("lot.id", name="fk_kit_lot_part_part_lot_id"), primary_key=True),
        sa.Column("units", sa.Integer, nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_kit_lot_part_units")),
    )
    op.create_index("ix_kit_lot_part_part_lot_id", "kit_lot_part", ["part_lot_id"])
    op.create_table(
        "lot_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("lot_id", sa.Integer, sa.ForeignKey("lot.id", name="fk_lot_event_lot_id"), nullable=False),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_lot_event_place_id")),
        sa.Column("kind", code_text(12), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("reason", code_text(40)),
        sa.Column("document", sa.String(80)),
        sa.Column("authority", sa.String(80)),
        sa.Column("expires_before", sa.Date),
        sa.Column("expires_after", sa.Date),
        sa.Column("because_of_id", sa.Integer, sa.ForeignKey("lot_event.id", name="fk_lot_event_because_of_id")),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer, sa.ForeignKey("account.id", name="fk_lot_event_recorded_by"), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("request_key", code_text(80), nullable=False),
        sa.CheckConstraint("kind IN ('quarantine', 'release', 'redate')", name=op.f("ck_lot_event_kind")),
    )
    op.create_index("ix_lot_event_lot_id", "lot_event", ["lot_id"])


def _add_promises() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_hold_place_id"), nullable=False),
        sa.Column("lot_id", sa.Integer, sa.ForeignKey("lot.id", name="fk_hold_lot_id"), nullable=False),
        sa.Column("units", sa.Integer, nullable=False),
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_because", code_text(20)),
        sa.CheckConstraint("units > 0", name=op.f("ck_hold_units")),
    )
    op.create_index("ix_hold_open", "hold", ["place_id", "lot_id"], sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_notice_place_id"), nullable=False),
        sa.Column("kind", code_text(30), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_notice_place_id", "notice", ["place_id", "made_at"])


def _add_sheets() -> None:
    op.create_table(
        "count_sheet",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_count_sheet_place_id"), nullable=False),
        sa.Column("product_group", code_text(20)),
        sa.Column("blind", sa.Boolean, nullable=False),
        sa.Column("passes", sa.Integer, nullable=False),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Integer, sa.ForeignKey("account.id", name="fk_count_sheet_opened_by"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("number", sa.Integer),
    )
    op.create_index("ix_count_sheet_place_id", "count_sheet", ["place_id", "ended_at"])
    op.create_table(
        "count_sheet_line",
        sa.Column("sheet_id", sa.Integer, sa.ForeignKey("count_sheet.id", name="fk_count_sheet_line_sheet_id"), primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("product.id", name="fk_count_sheet_line_product_id"), nullable=False),
        sa.Column("lot", code_text(20), nullable=False),
        sa.Column("expires_on", sa.Date),
        sa.Column("expected", sa.BigInteger, nullable=False),
        sa.Column("expected_seen", sa.BigInteger, nullable=False),
        sa.Column("first", sa.Integer),
        sa.Column("second", sa.Integer),
        sa.Column("reason", code_text(40)),
        sa.UniqueConstraint("sheet_id", "product_id", "lot", name="uq_count_sheet_line_sheet_id_product_id_lot"),
    )


def _part_month_totals() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("month_total", sa.Column("kit_version", sa.Integer, nullable=False, server_default="0"))
        op.alter_column("month_total", "kit_version", server_default=None)
        op.drop_constraint("pk_month_total", "month_total")
        op.create_primary_key("pk_month_total", "month_total", ["place_id", "product_id", "kit_version", "flow", "occasion", "recipient", "month"])
        return
    op.rename_table("month_total", "month_total_before")
    op.create_table(
        "month_total",
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_month_total_place_id"), primary_key=True),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("product.id", name="fk_month_total_product_id"), primary_key=True),
        sa.Column("kit_version", sa.Integer, primary_key=True),
        sa.Column("flow", code_text(16), primary_key=True),
        sa.Column("occasion", code_text(16), primary_key=True),
        sa.Column("recipient", code_text(16), primary_key=True),
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("units", sa.BigInteger, nullable=False),
    )
    op.execute("INSERT INTO month_total SELECT place_id, product_id, 0, flow, occasion, recipient, month, units FROM month_total_before")
    op.drop_table("month_total_before")
