"""Places say which months are fully entered; people enter estimates of their own beside those of the reference files."""

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import grant

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add what places say of their months, and who entered an estimate by hand."""
    op.create_table(
        "month_report",
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_month_report_place_id"), primary_key=True),
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("posting", sa.Integer, primary_key=True),
        sa.Column("said_by", sa.Integer, sa.ForeignKey("account.id", name="fk_month_report_said_by"), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("posting >= 0", name=op.f("ck_month_report_posting")),
    )
    op.create_index("ix_month_report_month", "month_report", ["month"])
    grant(["month_report"], role=context.config.attributes["service_role"])
    op.add_column("estimate", sa.Column("entered_at", sa.DateTime(timezone=True)))
    op.execute("ALTER TABLE estimate ADD COLUMN entered_by INTEGER CONSTRAINT fk_estimate_entered_by REFERENCES account (id)")
