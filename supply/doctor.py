"""What the start refuses of the database: the wrong version, the owner as role, a disk that is not waited for."""

from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from supply.db import db
from supply.migrations.guards import APPEND_ONLY

NEWEST = "0019"


def what_is_wrong(app: Flask) -> list[str]:
    """Name everything wrong with the database, one sentence each."""
    settings = app.extensions["settings"]
    with app.app_context():
        try:
            with db.engine.connect() as connection:
                wrong = _schema(connection)
                if settings.in_production:
                    wrong += _role(connection) if connection.dialect.name == "postgresql" else _pragmas(connection)
                return wrong
        except DBAPIError as error:
            return [f"database_url: the database cannot be reached ({type(error.orig).__name__})"]


def _schema(connection: Connection) -> list[str]:
    try:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError:
        connection.rollback()
        found = None
    return [] if found == NEWEST else [f"database: its schema is {found or 'missing'}, this version needs {NEWEST}; run flask db upgrade"]


def _role(connection: Connection) -> list[str]:
    wrong = []
    for table in APPEND_ONLY:
        if connection.scalar(text("SELECT has_table_privilege(current_user, CAST(:t AS text), 'UPDATE')"), {"t": table}):
            wrong.append(f"database_url: its role may change {table}; serve as a member of the service role, not as the owner")
            break
    off = [name for name in ("fsync", "synchronous_commit", "full_page_writes") if connection.scalar(text(f"SHOW {name}")) == "off"]
    return wrong + [f"database: {name} is off; what is acknowledged could be lost" for name in off]


def _pragmas(connection: Connection) -> list[str]:
    level = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    return [] if level is not None and level >= 2 else ["database: synchronous is not FULL; what is acknowledged could be lost"]
