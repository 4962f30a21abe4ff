"""How a form acts on a recall: as every form does, and on to the address that the act gives."""

from collections.abc import Callable, Mapping
from typing import Any

import marshmallow as ma
from flask import Response
from sqlalchemy.orm import Session

from inventory.pages import frame as ground
from supply import acting
from supply.acting import Deed
from supply.forms import Form

Work = Callable[[Session, Any], str]
"""What an act does with what was said; gives the address that it leads to."""


def enter(act: str, form: Form, schema: type[ma.Schema], work: Work, *, fixed: Mapping[str, Any] | None = None, needed: str | None = None) -> Response | Form:
    """Do what a form says, once, and lead on; or give the form with what is wrong, to be shown again."""
    deed = Deed(name=f"page of recalls: {act}", about=[], tell=ground.said_of, fixed=fixed, needed=needed)
    return acting.enter(deed, form, schema, lambda session, said: {"to": work(session, said)}, lead=lambda facts, _again: str(facts["to"]))
