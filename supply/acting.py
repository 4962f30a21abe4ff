"""How a form does something: through the schema, its key and one transaction, and on to the page it leads to; or back to its reader with what is wrong, beside the fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from supply.db import in_one_transaction, reading
from supply.errors import Busy, KeyMissing, KeyUsedForAnother, Missing, Refusal
from supply.forms import Form, beside, sent_by
from supply.json_text import json_bytes
from supply.once import rules as once
from supply.once.service import Answer
from supply.schemas import ValuesAreWrong, messages_of
from supply.web import ask, keeping, perform, problem_of

Facts = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a form is for: the act's name and what it is about (both are part of what its key stands for), and how refusals are told in the reader's words."""

    name: str
    about: Sequence[Any]
    tell: Callable[[dict[str, Any]], str]
    fixed: Facts | None = None
    """What the page says and the form does not."""
    needed: str | None = None
    """The field without which a line of the form is none."""


def sent_form() -> Form:
    """Give the form as it was sent; NUL, which PostgreSQL cannot be asked about, as another sign that no field takes."""
    return Form(key=request.form.get("key", ""), values={name: texts[0].replace("\x00", "\x01") for name, texts in request.form.lists() if name not in {"key", "csrf_token"}})


def enter(deed: Deed, form: Form, schema: type[ma.Schema], work: Callable[[Session, Any], Facts], *, lead: Callable[[Facts, bool], str]) -> Response | Form:
    """Do what a form says, once, and lead on to the path that `lead` gives (from what the work gave, and whether it was done before); or give the form to be shown again."""
    if not once.is_key(form.key):
        raise KeyMissing
    loader = schema()
    sent, rows = sent_by(form.values, loader, needed=deed.needed)
    try:
        said = loader.load({**sent, **(deed.fixed or {})})
        asked = ask(deed.name, [*deed.about, said], key=form.key)
        answer = perform(asked, lambda: in_one_transaction(keeping(asked, lambda session: Answer(status=200, body=json_bytes(dict(work(session, said)))))))
    except ma.ValidationError as error:
        problem = problem_of(ValuesAreWrong(messages_of(error)))
    except KeyUsedForAnother:
        return form.refused({"": [_already_sent()]}, {"code": "form-already-sent", "status": 409})
    except Busy as refusal:  # the same key again: whether it was done is answered by the next try
        problem = problem_of(refusal)
        return Form(key=form.key, values=form.values, wrong={"": [deed.tell(problem)]}, problem=problem)
    except Refusal as refusal:
        if isinstance(refusal, Missing) and refusal.at in {None, "number"}:
            raise
        problem = problem_of(refusal)
    else:
        problem = answer.problem()
        if answer.status < 400:
            return make_response(redirect(lead(problem, answer.replayed), 303))
    reading().expire_all()
    return form.refused(beside(problem, rows, deed.tell(problem)), problem)


def show(template: str, form: Form, **shown: Any) -> Response:
    """Show a page with its form; with the status of what was refused. Forms that are buttons alone have a key of their own: `blank()`."""
    status = int(form.problem.get("status", 422)) if form.problem else 422 if form.wrong else 200
    return make_response(render_template(template, form=form, blank=Form, **shown), status)


def _already_sent() -> str:
    return str(gettext("This form has been sent once before, with other content, and that was done. What you changed is not. Look at what it led to; if this is something new, send it now."))
