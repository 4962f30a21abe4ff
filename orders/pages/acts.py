"""How a form acts on an order: through the schema, the key, the version seen and one transaction, and back to the page."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import marshmallow as ma
from flask import Response, make_response, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from orders.errors import VersionDiffers
from orders.pages.frame import said_of
from supply.db import in_one_transaction, reading
from supply.errors import Busy, KeyMissing, KeyUsedForAnother, Missing, Refusal
from supply.forms import DIGITS_MAX, Form, beside, sent_by
from supply.json_text import json_bytes
from supply.once import rules as once
from supply.once.service import Answer
from supply.schemas import ValuesAreWrong, messages_of
from supply.web import ask, keeping, perform, problem_of

Work = Callable[[Session, Any, int], Mapping[str, Any]]
"""What an act does with what was said and the version seen; gives what the address of the page it leads to names."""


def enter(act: str, form: Form, schema: type[ma.Schema], work: Work, *, about: str, to: str = "ordering.order", fixed: Mapping[str, Any] | None = None, needed: str | None = None) -> Response | Form:
    """Do what a form says, once, and lead on; or give the form with what is wrong, to be shown again."""
    if not once.is_key(form.key):
        raise KeyMissing
    loader, version = schema(), version_in(form)
    sent, rows = sent_by(form.values, loader, needed=needed)
    try:
        said = loader.load({**sent, **(fixed or {})})
        asked = ask(f"page of orders: {act}", [about, version, said], key=form.key)
        answer = perform(asked, lambda: in_one_transaction(keeping(asked, lambda session: Answer(status=200, body=json_bytes(dict(work(session, said, version)))))))
    except ma.ValidationError as error:
        problem = problem_of(ValuesAreWrong(messages_of(error)))
    except KeyUsedForAnother:
        return form.refused({"": [_already_sent()]}, {"code": "form-already-sent", "status": 409})
    except Busy as refusal:  # the same key again: whether it was done is answered by the next try
        return Form(key=form.key, values=form.values, wrong={"": [said_of(problem_of(refusal))]}, problem=problem_of(refusal))
    except Refusal as refusal:
        if isinstance(refusal, Missing) and refusal.at in {None, "number"}:
            raise
        problem = problem_of(refusal)
    else:
        problem = answer.problem()
        if answer.status < 400:
            return make_response(redirect(url_for(to, **problem, said=act, again="yes" if answer.replayed else None), 303))
    reading().expire_all()
    if problem.get("code") == VersionDiffers.code():  # from now on they have seen what it is now
        form = form.with_values(version=str(problem["version"]))
    return form.refused(beside(problem, rows, said_of(problem)), problem)


def show(template: str, form: Form, **shown: Any) -> Response:
    """Show a page whose forms are buttons alone, each with a key of its own; with the status of what was refused."""
    status = int(form.problem.get("status", 422)) if form.problem else 422 if form.wrong else 200
    return make_response(render_template(template, form=form, blank=Form, **shown), status)


def version_in(form: Form) -> int:
    """Give the version of the order that stood on the page; where it says none, one that no order has, so that it is refused."""
    text = form.value("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX else 0


def whole(form: Form) -> Form:
    """Give the form with what is wrong said of the whole: for a form whose fields are not those of the act."""
    return replace(form, wrong={"": [message for messages in form.wrong.values() for message in messages]})


def _already_sent() -> str:
    return str(gettext("This form has been sent once before, with other content, and that was done. What you changed is not. Look at the order; if this is something new, send it now."))
