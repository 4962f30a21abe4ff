"""Values the service runs with: defaults, then a file, then the environment. Read once, at the start."""

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECRET_BYTES_MIN = 32


class SettingsMissing(Exception):
    """The start is refused; the message names everything that has to be put right, one line each."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every value the service can be given. Names are those of the TOML file; the environment says FORSYN_<NAME>."""

    environment: str
    database_url: str
    secret_key: str = ""
    owner_database_url: str = ""
    """The ledger's owner, used by `flask db upgrade` alone; empty means database_url."""
    service_role: str
    """PostgreSQL: the group role that may select and insert in the ledger, and nothing else."""
    default_language: str
    trusted_hosts: tuple[str, ...] = ()
    session_hours: int
    body_bytes_max: int
    ledger_opens_on: date
    """Nothing is dated before this day: naloxone was first handed out in 2014."""
    busy_seconds: int
    """How long a writer waits for its turn before it answers 503."""

    @property
    def in_production(self) -> bool:
        """Whether the strict rules of production hold."""
        return self.environment == "production"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read defaults.toml, then the file FORSYN_SETTINGS names, then FORSYN_* variables (FORSYN_X_FILE for secrets).

    Refuses with SettingsMissing, naming all that is wrong at once.
    """
    environ = os.environ if environ is None else environ
    values = tomllib.loads((ROOT / "config" / "defaults.toml").read_text(encoding="utf-8"))
    if path := environ.get("FORSYN_SETTINGS"):
        values |= tomllib.loads(Path(path).read_text(encoding="utf-8"))
    for field in dataclasses.fields(Settings):
        if (text := _from_environment(environ, field.name)) is not None:
            values[field.name] = _read_as(values.get(field.name), text)
    known = {field.name for field in dataclasses.fields(Settings)}
    if unknown := sorted(set(values) - known):
        raise SettingsMissing("\n".join(f"{name}: no such setting" for name in unknown))
    values["trusted_hosts"] = tuple(values.get("trusted_hosts", ()))
    values["database_url"] = _anchored(values["database_url"])
    settings = Settings(**values)
    if wrong := what_is_wrong(settings):
        raise SettingsMissing("\n".join(wrong))
    return settings


def figures_are_shared(environ: Mapping[str, str] | None = None) -> bool:
    """Whether several workers put their figures together; prometheus_client reads the same variable, so it cannot be a setting of ours."""
    return "PROMETHEUS_MULTIPROC_DIR" in (os.environ if environ is None else environ)


def what_is_wrong(settings: Settings) -> list[str]:
    """Name every setting that the start refuses, one sentence each."""
    wrong = []
    if settings.environment not in {"development", "production"}:
        wrong.append("environment: say development or production")
    if len(settings.secret_key.encode()) < SECRET_BYTES_MIN:
        wrong.append(f"secret_key: missing or weak; give {SECRET_BYTES_MIN} random bytes or more in FORSYN_SECRET_KEY or FORSYN_SECRET_KEY_FILE")
    if settings.in_production and not settings.trusted_hosts:
        wrong.append("trusted_hosts: name the hosts the service answers to in production")
    return wrong


def _from_environment(environ: Mapping[str, str], name: str) -> str | None:
    if (path := environ.get(f"FORSYN_{name.upper()}_FILE")) is not None:
        return Path(path).read_text(encoding="utf-8").strip()
    return environ.get(f"FORSYN_{name.upper()}")


def _read_as(default: Any, text: str) -> Any:
    """Read a variable's text as the type its default has."""
    if isinstance(default, int):
        return int(text)
    if isinstance(default, date):
        return date.fromisoformat(text)
    if isinstance(default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _anchored(url: str) -> str:
    """Make a relative SQLite path start at the project's root, wherever the command is run."""
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(prefix + "/") and url != prefix:
        return prefix + str(ROOT / url.removeprefix(prefix))
    return url
