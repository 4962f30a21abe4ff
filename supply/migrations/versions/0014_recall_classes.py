"""A recall turns out graver than was first said: by whose document, and who was told so when."""

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import grant, guard

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table of classes that were raised; a row is never changed."""
    op.create_table(
        "recall_raise",
        sa.Column("recall_id", sa.Integer, sa.ForeignKey("recall.id", name="fk_recall_raise_recall_id"), primary_key=True),
        sa.Column("class", sa.Integer, primary_key=True),
        sa.Column("class_before", sa.Integer, nullable=False),
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("authority", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by", sa.Integer, sa.ForeignKey("account.id", name="fk_recall_raise_raised_by"), nullable=False),
        sa.CheckConstraint("class >= 1 AND class < class_before", name=op.f("ck_recall_raise_class")),
    )
    guard("recall_raise")
    grant(["recall_raise"], role=context.config.attributes["service_role"])
