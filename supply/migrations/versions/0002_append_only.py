"""What is recorded stays recorded: triggers on both databases, and on PostgreSQL a role that may only add."""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import grant, guard

revision = "0002"
down_revision = "0001"

GUARDED = ("posting", "move", "tally", "request", "checkpoint", "checkpoint_head", "epoch", "access_log", "posting_note")
VIRTUAL = {"supplier": "Leverandør", "transit": "Under transport", "people": "Mottakere", "destroyed": "Destruert", "lost": "Tapt eller funnet", "kits": "Sett"}


def upgrade() -> None:
    """Guard the ledger, let the service in, and put up what no service can do without: the virtual places and an epoch."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        _make_role_and_function(connection, context.config.attributes["service_role"])
    now = datetime.now(UTC)
    place = sa.table("place", sa.column("id"), sa.column("code"), sa.column("name"), sa.column("kind"), sa.column("example", sa.Boolean))
    op.bulk_insert(place, [{"id": -nth, "code": code, "name": name, "kind": "virtual", "example": False} for nth, (code, name) in enumerate(VIRTUAL.items(), start=1)])
    epoch = sa.table("epoch", sa.column("code"), sa.column("started_at", sa.DateTime(timezone=True)), sa.column("reason"))
    op.bulk_insert(epoch, [{"code": secrets.token_hex(8), "started_at": now if connection.dialect.name == "postgresql" else now.replace(tzinfo=None), "reason": "first start"}])
    for table in GUARDED:
        guard(table)
    tables = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
    grant(tables, role=context.config.attributes["service_role"])
    if connection.dialect.name == "postgresql":
        op.execute(f'GRANT SELECT ON alembic_version TO "{context.config.attributes["service_role"]}"')


def _make_role_and_function(connection: sa.Connection, role: str) -> None:
    if not connection.scalar(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}):
        op.execute(f'CREATE ROLE "{role}" NOLOGIN')
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
        """
    )
