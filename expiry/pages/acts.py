"""How a form of this feature acts: as every form does, its refusals told in this feature's words."""

from collections.abc import Callable, Mapping
from typing import Any

import marshmallow as ma
from flask import Response
from flask_babel import format_decimal
from sqlalchemy.orm import Session

from expiry.pages.words import RUN_STATES
from inventory.pages import frame
from supply import acting
from supply.acting import Deed
from supply.forms import Form
from supply.pages import retold

Work = Callable[[Session, Any], Mapping[str, Any]]
"""What an act does with what was said; gives what the page it leads to is named by."""


def enter(act: str, form: Form, schema: type[ma.Schema], work: Work, *, about: str, lead: Callable[[Mapping[str, Any], bool], str], fixed: Mapping[str, Any] | None = None) -> Response | Form:
    """Do what a form says, once, and lead on (`lead` is told whether it had been done before); or give the form with what is wrong, to be shown again."""
    return acting.enter(Deed(name=f"page of expiry: {act}", about=[about], tell=said_of, fixed=fixed), form, schema, work, lead=lead)


def said_of(problem: dict[str, Any]) -> str:
    """Write a refusal with names for codes and states, days and numbers as the reader writes them."""
    return retold(problem, _tell)


def _tell(name: str, value: Any) -> Any:
    if name == "state" and isinstance(value, str):
        return str(RUN_STATES.get(value, value)).lower()
    if name in {"lying", "units"} and isinstance(value, int):
        return format_decimal(value)
    return frame.tell(name, value)
