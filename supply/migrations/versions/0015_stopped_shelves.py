"""Where the last verification found a difference, nothing is entered of that lot at that place."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Let a shelf say which verification stopped it."""
    op.add_column("stock", sa.Column("stopped_by", sa.Integer))
    stopped = sa.text("stopped_by IS NOT NULL")
    op.create_index("ix_stock_stopped", "stock", ["place_id", "lot_id"], sqlite_where=stopped, postgresql_where=stopped)
