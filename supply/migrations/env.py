"""How Alembic reaches the database: one transaction, one upgrade at a time."""

from alembic import context
from sqlalchemy import Connection, text

from supply.db import Base

ONE_AT_A_TIME = 7201411  # an arbitrary number, the same for every upgrade of this service


def run(connection: Connection) -> None:
    """Run the versions that are missing, whole or not at all, while no other upgrade runs."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


engine = context.config.attributes["engine"]
if engine.dialect.name == "sqlite":
    raw = engine.raw_connection()
    raw.driver_connection.isolation_level = None
    raw.driver_connection.execute("PRAGMA journal_mode=WAL")
    raw.close()
    with engine.connect() as connection:
        connection.connection.driver_connection.isolation_level = None
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        run(connection)
        connection.commit()
else:
    with engine.begin() as connection:
        run(connection)
