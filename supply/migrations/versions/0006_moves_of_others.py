"""What other journals move at a place is found without reading all that ever moved there."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Index the moves that stand in the journal of another place; they are few."""
    for name, column in (("ix_move_from_other", "from_place_id"), ("ix_move_to_other", "to_place_id")):
        where = sa.text(f"{column} <> place_id AND {column} > 0")
        op.create_index(name, "move", [column, "lot_id"], sqlite_where=where, postgresql_where=where)
