"""Whether a place recorded anything in a month is looked up, whatever it recorded and however much."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Let the months be found by place as well."""
    op.drop_index("ix_month_total_month", "month_total")
    op.create_index("ix_month_total_month_place", "month_total", ["month", "place_id"])
