"""The public edition of a quarter is made once and kept: what it hides is hidden everywhere."""

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import grant, guard

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the public editions, which are only added to."""
    op.create_table(
        "public_quarter",
        sa.Column("starts_on", sa.Date, primary_key=True),
        sa.Column("checkpoint", sa.Integer, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
    )
    guard("public_quarter")
    grant(["public_quarter"], role=context.config.attributes["service_role"])
