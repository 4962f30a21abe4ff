"""The reference data at each checkpoint is kept, so that a report as of it stays what it was."""

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import code_text, grant, guard

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add reference data as it was, and which of it belongs to which checkpoint."""
    op.create_table("coverage_basis", sa.Column("digest", code_text(64), primary_key=True), sa.Column("content", sa.LargeBinary, nullable=False))
    op.create_table(
        "coverage_basis_at",
        sa.Column("checkpoint_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("basis", code_text(64), sa.ForeignKey("coverage_basis.digest", name="fk_coverage_basis_at_basis"), nullable=False),
    )
    for table in ("coverage_basis", "coverage_basis_at"):
        guard(table)
    grant(["coverage_basis", "coverage_basis_at"], role=context.config.attributes["service_role"])
