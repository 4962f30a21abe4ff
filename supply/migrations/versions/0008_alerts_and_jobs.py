"""What is due when, and what somebody is to look at."""

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import code_text, grant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the runs of timed work and the alerts; month totals are found by month too, for all places at once."""
    op.create_table(
        "job_run",
        sa.Column("job", code_text(30), primary_key=True),
        sa.Column("due_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("worker", code_text(32), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", code_text(10), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer),
        sa.Column("facts", sa.JSON),
        sa.Column("error", sa.String(300)),
        sa.CheckConstraint("outcome IN ('running', 'done', 'failed', 'lost')", name=op.f("ck_job_run_outcome")),
    )
    _add_alerts()
    op.create_index("ix_month_total_month", "month_total", ["month"])
    grant(["job_run", "alert"], role=context.config.attributes["service_role"])


def _add_alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", code_text(16), nullable=False),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_alert_place_id")),
        sa.Column("subject", code_text(80), nullable=False),
        sa.Column("about_on", sa.Date, nullable=False),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("product.id", name="fk_alert_product_id")),
        sa.Column("lot_id", sa.Integer, sa.ForeignKey("lot.id", name="fk_alert_lot_id")),
        sa.Column("band", sa.Integer),
        sa.Column("document", code_text(80)),
        sa.Column("units", sa.Integer),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_by", sa.Integer, sa.ForeignKey("account.id", name="fk_alert_acknowledged_by")),
        sa.Column("plan", sa.String(500)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name=op.f("ck_alert_acknowledged")),
        sa.UniqueConstraint("kind", "subject", "about_on", name="uq_alert_kind_subject_about_on"),
    )
    is_open = sa.text("settled_at IS NULL")
    op.create_index("uq_alert_open", "alert", ["kind", "subject"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_alert_place_id", "alert", ["place_id", "settled_at"])
    op.create_index("ix_alert_raised_at", "alert", ["raised_at"])
