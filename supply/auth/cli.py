"""`flask auth`: people and keys."""

import secrets

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from supply import clock
from supply.auth import rules, service
from supply.db import in_one_transaction
from supply.errors import Refusal

auth = AppGroup("auth", help="People, roles and API keys.")
_role = click.option("--role", type=click.Choice([role.value for role in rules.Role]), required=True)
_place = click.option("--place", help="The code of the place the role holds at.")
_municipality = click.option("--municipality", help="The number of the municipality the role holds in; neither: the whole country.")


@auth.command("person")
@click.argument("email")
@click.option("--name", default="", help="Shown on the pages; the address if left out.")
@click.option("--password", default="", help="Made up and printed if left out.")
@_role
@_place
@_municipality
def person(email: str, name: str, password: str, role: str, place: str | None, municipality: str | None) -> None:
    """Make an account for a person, and print its password if none was given."""
    chosen = password or secrets.token_urlsafe(12)
    grant = _grant(role, place, municipality)
    _run(lambda session: service.add_person(session, email=email, name=name or email, password=chosen, grants=[grant], now=clock.now()))
    if not password:
        click.echo(chosen)


@auth.command("key")
@click.option("--name", required=True)
@click.option("--expires-on", type=click.DateTime(["%Y-%m-%d"]), default=None)
@_role
@_place
@_municipality
def key(name: str, expires_on: object, role: str, place: str | None, municipality: str | None) -> None:
    """Print a new API key of a service account, and nothing else."""
    grant = _grant(role, place, municipality)

    def work(session: Session) -> str:
        account = service.service_account(session, name, grants=[grant], now=clock.now())
        return service.add_key(session, account, now=clock.now(), expires_on=expires_on.date() if expires_on else None)  # type: ignore[attr-defined]  # click gives a datetime

    click.echo(_run(work))


@auth.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """End all keys of a service account at once."""
    click.echo(f"{_run(lambda session: service.revoke_keys(session, name, now=clock.now()))} keys ended")


def _grant(role: str, place: str | None, municipality: str | None) -> service.NewGrant:
    if place and municipality:
        raise click.UsageError("Give --place or --municipality, not both.")
    return service.NewGrant(role=rules.Role(role), place=place, municipality=municipality)


def _run(work: object) -> object:
    try:
        return in_one_transaction(work)  # type: ignore[arg-type]  # each command knows what its own work gives
    except Refusal as refusal:
        raise click.ClickException(" ".join(refusal.sentences()).format_map(refusal.facts)) from refusal
