"""What every posting names (its place, lot, account, epoch) can never go away; so the database need not look it up, and lock it, for every row.

See docs/decisions/008.
"""

import re

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import APPEND_ONLY, KEPT, guard

revision = "0004"
down_revision = "0003"

NO_LONGER = {
    "request": ("fk_request_account_id",),
    "posting": ("fk_posting_place_id", "fk_posting_epoch_id", "fk_posting_recorded_by", "uq_posting_place_id_corrects"),
    "move": ("fk_move_place_id_number", "fk_move_lot_id", "fk_move_from_place_id", "fk_move_to_place_id"),
    "tally": ("fk_tally_place_id_number", "fk_tally_product_id"),
}


def upgrade() -> None:
    """Guard what is kept, then take the look-ups out; corrections are few, so their index holds nothing else."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in KEPT:
        guard(table)
        if not on_sqlite:
            op.execute(f'REVOKE DELETE ON "{table}" FROM "{context.config.attributes["service_role"]}"')
    for table, names in NO_LONGER.items():
        if on_sqlite:
            _remake(table, names)
        else:
            for name in names:
                op.drop_constraint(name, table)
    only = sa.text("corrects IS NOT NULL")
    op.create_index("uq_posting_place_id_corrects", "posting", ["place_id", "corrects"], unique=True, sqlite_where=only, postgresql_where=only)


def _remake(table: str, without: tuple[str, ...]) -> None:
    """Make a SQLite table anew without some constraints: its rows, its indexes and its guards go with it."""
    connection = op.get_bind()
    made = "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type = :type AND sql IS NOT NULL"
    (statement,) = connection.execute(sa.text(made), {"table": table, "type": "table"}).scalars()
    indexes = connection.execute(sa.text(made), {"table": table, "type": "index"}).scalars().all()
    for name in without:
        statement, found = re.subn(rf",\s*CONSTRAINT {name} (FOREIGN KEY|UNIQUE)\s*\([^)]*\)( REFERENCES \w+ \([^)]*\))?", "", statement)
        assert found == 1, name
    op.execute(statement.replace(f"CREATE TABLE {table} ", f"CREATE TABLE {table}_anew ", 1))
    op.execute(f"INSERT INTO {table}_anew SELECT * FROM {table}")
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE {table}_anew RENAME TO {table}")
    for index in indexes:
        op.execute(index)
    if table in APPEND_ONLY:
        guard(table)
