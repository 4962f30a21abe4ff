"""How a form acts on an order: as every form does, and with the version of the order that stood on the page."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import marshmallow as ma
from flask import Response, url_for
from sqlalchemy.orm import Session

from orders.errors import VersionDiffers
from orders.pages.frame import said_of
from supply import acting
from supply.acting import Deed, show
from supply.forms import DIGITS_MAX, Form

__all__ = ["enter", "show", "version_in", "whole"]
Work = Callable[[Session, Any, int], Mapping[str, Any]]
"""What an act does with what was said and the version seen; gives what the address of the page it leads to names."""


def enter(act: str, form: Form, schema: type[ma.Schema], work: Work, *, about: str, to: str = "ordering.order", fixed: Mapping[str, Any] | None = None, needed: str | None = None) -> Response | Form:
    """Do what a form says, once, and lead on; or give the form with what is wrong, to be shown again."""
    version = version_in(form)
    deed = Deed(name=f"page of orders: {act}", about=[about, version], tell=said_of, fixed=fixed, needed=needed)

    def lead(facts: Mapping[str, Any], again: bool) -> str:  # noqa: FBT001  the one fact besides
        return url_for(to, **facts, said=act, again="yes" if again else None)

    outcome = acting.enter(deed, form, schema, lambda session, said: work(session, said, version), lead=lead)
    if isinstance(outcome, Form) and outcome.problem and outcome.problem.get("code") == VersionDiffers.code():  # from now on they have seen what it is now
        return outcome.with_values(version=str(outcome.problem["version"]))
    return outcome


def version_in(form: Form) -> int:
    """Give the version of the order that stood on the page; where it says none, one that no order has, so that it is refused."""
    text = form.value("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX else 0


def whole(form: Form) -> Form:
    """Give the form with what is wrong said of the whole: for a form whose fields are not those of the act."""
    return replace(form, wrong={"": [message for messages in form.wrong.values() for message in messages]})
