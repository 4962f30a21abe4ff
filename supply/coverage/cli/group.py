"""The group of commands of coverage, and what they share: who runs them, how days are read, how a refusal is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from supply.auth.rules import Grant, Person, Role
from supply.errors import Refusal

coverage = AppGroup("coverage", help="Whether what is handed out reaches those who inject.")
OPERATOR = Person(account_id=0, number="", name="Operator", language="en", grants=(Grant(role=Role.DIRECTORATE),))
"""Whoever runs commands on the machine sees everything."""
DAY = click.DateTime(formats=["%Y-%m-%d"])


def day(moment: datetime | None) -> date | None:
    """Give the day that was written."""
    return moment.date() if moment else None


@contextmanager
def refusals_told() -> Iterator[None]:
    """Tell a refusal in English, and end the command with it."""
    with force_locale("en"):
        try:
            yield
        except Refusal as refusal:
            title, sentence = refusal.sentences()
            raise click.ClickException(f"{title} {sentence.format_map(refusal.facts)}".strip()) from refusal
