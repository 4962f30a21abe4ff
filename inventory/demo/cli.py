"""`flask demo`: a made-up history to look around in."""

import gc
import sys
from datetime import datetime

import click
from flask import current_app
from sqlalchemy.orm import Session

from inventory.demo import history, service
from supply import clock
from supply.db import in_one_snapshot, in_one_transaction


@click.command("demo")
@click.option("--years", default=2, show_default=True, type=click.IntRange(1, 10), help="How far back it goes.")
@click.option("--seed", default=1, show_default=True, help="The same seed tells the same history.")
@click.option("--municipalities", default=35, show_default=True, type=click.IntRange(1, 35), help="How many of the network's, the largest first.")
def demo(*, years: int, seed: int, municipalities: int) -> None:
    """Make up a history of the network and example accounts; refuses in production and where something is recorded."""
    settings = current_app.extensions["settings"]
    if settings.in_production:
        raise click.ClickException("Nothing is made up in production.")
    gc.disable()  # a command that ends soon makes little garbage, and looking for it among a million rows takes half the time
    if in_one_snapshot(service.has_postings):
        raise click.ClickException("The ledger holds postings already; nothing is made up beside them.")
    plan = in_one_snapshot(lambda session: service.plan(session, years=years, seed=seed, municipalities=municipalities, today=clock.today()))
    if not plan.tales:
        raise click.ClickException("No places are known. Load the reference data first: flask reference load")
    in_one_transaction(lambda session: _enter(session, plan, now=clock.now()))
    _say(plan, years=years)


def _enter(session: Session, plan: service.Plan, *, now: datetime) -> None:
    service.add_people(session, now=now)
    opens_on = current_app.extensions["settings"].ledger_opens_on
    with click.progressbar(length=plan.acts, label="Making up", file=sys.stderr, update_min_steps=500) as bar:
        service.enter(session, plan.tales, now=now, ledger_opens_on=opens_on, each=lambda _nth: bar.update(1))
    service.mark_festival(session, plan.tales, now=now)


def _say(plan: service.Plan, *, years: int) -> None:
    told = history.handed_out(plan.tales)
    click.echo(f"Made up: {plan.acts} postings at {sum(len(tale.places) for tale in plan.tales)} places over {years} years.")
    click.echo(f"Handed out: {told.syringes} syringes (about {plan.promised.syringes}), {told.sprays} naloxone sprays (about {plan.promised.sprays}).")
    click.echo(f"Made-up accounts, password {service.PASSWORD}:")
    for email, _, grant in service.PEOPLE:
        click.echo(f"  {email:18} {grant.role.value} {grant.place or grant.municipality or ''}".rstrip())
