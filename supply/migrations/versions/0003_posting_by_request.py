"""Postings found by their request: without it SQLite looked through all of them for every answer that was kept."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the index; postings are few enough to build it in place."""
    op.create_index("ix_posting_recorded_by_request_key", "posting", ["recorded_by", "request_key"])
