"""Values the service runs with: defaults, then a file, then the environment. Read once, at the start."""

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from supply.addresses import sender_of

ROOT = Path(__file__).resolve().parent.parent
SECRET_BYTES_MIN = 32
_GIVEN_AS: dict[str, Any] = {"trusted_hosts": list, "alert_days": dict, "reorder": dict, "reorder_at_depots": dict}
"""What a file gives otherwise than the setting is kept."""
_KINDS: dict[Any, str] = {str: "text", bool: "true or false", int: "a whole number", date: "a day, as year-month-day", list: "a list of texts", dict: "a table"}


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
    recount_over_units: int
    recount_over_percent: int
    """A count is asked for a second time where it differs by more units than the one and more of what was expected than the other."""

    order_count_days_max: int
    """How old the last count may be before somebody is told of it."""
    order_lead_days: int
    """Days from shipping to arrival, as long as they are not measured."""

    alert_days: Mapping[str, tuple[int, ...]]
    """By product group the days before the last usable day on which somebody is told (`other`: of every group that is not named); 0 is that day."""
    low_stock_days: int
    """Stock is low that lasts fewer days than this at what is used of it."""
    late_order_days: int
    late_emergency_days: int
    """How long an order may wait to be decided on or sent before it is late."""
    discrepancy_days: int
    """How long what arrived otherwise than it was sent may wait to be settled."""

    reorder: Mapping[str, Mapping[str, Any]]
    """By product group how places order it where nobody says otherwise (`other`: of every group that is not named). What the fields mean stands in orders/rules/policies.py."""
    reorder_at_depots: Mapping[str, Mapping[str, Any]]
    """By product group what holds instead where a place is a depot (`other`: of every group)."""
    reorder_days_needed: int
    """With fewer days of stock than this a place's own use says too little."""

    recall_hours_1: int
    recall_hours_2: int
    recall_hours_3: int
    """By the class of a recall the hours in which places are to answer, and after which they are reminded."""
    base_url: str = "http://127.0.0.1:8000"
    """Where people reach the service: the links in letters begin with it."""
    smtp_host: str = ""
    """The mail server; empty: no mail is sent, letters wait."""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: str = ""
    """How the talk with the mail server is kept secret: `starttls` (most often on port 587), `implicit` from the first byte (port 465), `none`; empty: as `smtp_starttls` says."""
    smtp_starttls: bool = False
    mail_from: str = ""
    """Whose address letters bear: `Forsyn <forsyn@example.no>`."""
    boundaries_file: str = ""
    """GeoJSON of the municipalities' boundaries, for a map of areas; empty: there is the map of circles alone."""

    @property
    def mail_tls(self) -> str:
        """Say how the talk with the mail server is kept secret: none, starttls or implicit."""
        return self.smtp_tls or ("starttls" if self.smtp_starttls else "none")

    @property
    def in_production(self) -> bool:
        """Whether the strict rules of production hold."""
        return self.environment == "production"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read defaults.toml, then the file FORSYN_SETTINGS names, then FORSYN_* variables (FORSYN_X_FILE for secrets).

    Refuses with SettingsMissing, naming all that is wrong at once.
    """
    environ = os.environ if environ is None else environ
    wrong: list[str] = []
    values = tomllib.loads((ROOT / "config" / "defaults.toml").read_text(encoding="utf-8"))
    kinds = {field.name: _GIVEN_AS.get(field.name, field.type) for field in dataclasses.fields(Settings)}
    given = _from_file(environ, wrong) | _from_environment(environ, {name: values.get(name) for name in kinds}, wrong)
    for name, value in given.items():
        if name not in kinds:
            wrong.append(f"{name}: no such setting")
        elif type(value) is not kinds[name]:
            wrong.append(f"{name}: give it as {_KINDS[kinds[name]]}")
        else:
            values[name] = value
    days, boundaries = _days(values["alert_days"], wrong), values["boundaries_file"]
    if not all(isinstance(fields, dict) for fields in values["reorder"].values()) or "other" not in values["reorder"]:
        wrong.append("reorder: give each product group, and other, a table of how to order")
    if not all(isinstance(fields, dict) for fields in values["reorder_at_depots"].values()):
        wrong.append("reorder_at_depots: give each product group a table of what holds instead at depots")
    settings = Settings(
        **values | {"trusted_hosts": tuple(values["trusted_hosts"]), "database_url": _anchored(values["database_url"]), "alert_days": days, "boundaries_file": boundaries and str(ROOT / boundaries)}
    )
    if wrong := sorted(wrong + [line for line in what_is_wrong(settings) if line.partition(":")[0] not in {told.partition(":")[0] for told in wrong}]):
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
    return wrong + (_wrong_with_mail(settings) if settings.smtp_host else []) + (_wrong_with_boundaries(settings.boundaries_file) if settings.boundaries_file else [])


def _wrong_with_boundaries(path: str) -> list[str]:
    from supply.charts.boundaries import BoundariesWrong, boundaries_at  # read at the start only where there is one

    try:
        boundaries_at(path)
    except BoundariesWrong as error:
        return [f"boundaries_file: {error}"]
    return []


def _wrong_with_mail(settings: Settings) -> list[str]:
    wrong = []
    if sender_of(settings.mail_from) is None:
        wrong.append("mail_from: give the address letters come from, as Forsyn <forsyn@example.no>")
    if not settings.base_url.startswith(("https://",) if settings.in_production else ("https://", "http://")) or any(character.isspace() for character in settings.base_url):
        wrong.append("base_url: give the address people reach the service at, as https://forsyn.example.no")
    if not 0 < settings.smtp_port < 65536:
        wrong.append("smtp_port: give a port from 1 to 65535")
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        wrong.append("smtp_password: give smtp_user and smtp_password, or neither")
    if settings.mail_tls not in {"none", "starttls", "implicit"} or (settings.smtp_starttls and settings.mail_tls != "starttls"):
        wrong.append("smtp_tls: say none, starttls or implicit, and nothing else in smtp_starttls")
    if settings.in_production and settings.smtp_password and settings.mail_tls == "none" and settings.smtp_host not in {"localhost", "127.0.0.1", "::1"}:
        wrong.append("smtp_tls: a password is not sent in clear; say starttls or implicit")
    return wrong


def _from_file(environ: Mapping[str, str], wrong: list[str]) -> dict[str, Any]:
    """Read the file that FORSYN_SETTINGS names; what keeps it from being read is added to what is wrong."""
    if not (path := environ.get("FORSYN_SETTINGS")):
        return {}
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        wrong.append(f"FORSYN_SETTINGS: the file cannot be read ({type(error).__name__})")
        return {}


def _from_environment(environ: Mapping[str, str], defaults: Mapping[str, Any], wrong: list[str]) -> dict[str, Any]:
    """Read the variables there are, each as its default's type; what cannot be read is added to what is wrong, its value never."""
    given: dict[str, Any] = {}
    for name, default in defaults.items():
        variable = f"FORSYN_{name.upper()}"
        try:
            if (path := environ.get(f"{variable}_FILE")) is not None:
                given[name] = _read_as(default, Path(path).read_text(encoding="utf-8").strip())
            elif (text := environ.get(variable)) is not None:
                given[name] = _read_as(default, text)
        except OSError as error:
            wrong.append(f"{name}: the file that {variable}_FILE names cannot be read ({type(error).__name__})")
        except ValueError:
            wrong.append(f"{name}: {variable} cannot be read; give it as {_KINDS[type(default)]}")
    return given


def _read_as(default: Any, text: str) -> Any:
    if isinstance(default, bool):
        if text.lower() not in {"true", "false"}:
            raise ValueError(text)
        return text.lower() == "true"
    if isinstance(default, int):
        return int(text)
    if isinstance(default, date):
        return date.fromisoformat(text)
    if isinstance(default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _days(given: Mapping[str, Any], wrong: list[str]) -> dict[str, tuple[int, ...]]:
    """Read days by product group, the most first; what cannot be read is added to what is wrong."""
    right = {group: days for group, days in given.items() if isinstance(days, list) and days and all(type(day) is int and day >= 0 for day in days)}
    if len(right) < len(given) or "other" not in right:
        wrong.append("alert_days: give each product group, and other, a list of days, 0 or more")
    return {group: tuple(sorted(set(days), reverse=True)) for group, days in right.items()}


def _anchored(url: str) -> str:
    """Make a relative SQLite path start at the project's root, wherever the command is run."""
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(prefix + "/") and url != prefix:
        return prefix + str(ROOT / url.removeprefix(prefix))
    return url
