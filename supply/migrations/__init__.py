"""The schema's history, and the commands that bring a database to its end."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent


def upgrade(url: str, *, service_role: str, to: str = "head") -> None:
    """Bring the database at `url` to a version; safe to repeat, and to race (one waits for the other)."""
    from alembic import command

    engine = create_engine(url)
    try:
        command.upgrade(config_for(engine, service_role=service_role), to)
    finally:
        engine.dispose()


def config_for(engine: Engine, *, service_role: str) -> "Config":
    """Give Alembic what it needs: where the versions lie, which database, and who serves it."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["engine"] = engine
    config.attributes["service_role"] = service_role
    return config
