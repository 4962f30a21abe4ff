"""How a form acts on a recall: through the schema, the key and one transaction, and back to the page."""

from collections.abc import Callable, Mapping
from typing import Any

import marshmallow as ma
from flask import Response, make_response, redirect
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory.pages import frame as ground
from supply.db import in_one_transaction, reading
from supply.errors import Busy, KeyMissing, KeyUsedForAnother, Missing, Refusal
from supply.forms import Form, beside, sent_by
from supply.once import rules as once
from supply.once.service import Answer
from supply.schemas import ValuesAreWrong, messages_of
from supply.web import ask, json_bytes, keeping, perform, problem_of

Work = Callable[[Session, Any], str]
"""What an act does with what was said; gives the address that it leads to."""


def enter(act: str, form: Form, schema: type[ma.Schema], work: Work, *, fixed: Mapping[str, Any] | None = None, needed: str | None = None) -> Response | Form:
    """Do what a form says, once, and lead on; or give the form with what is wrong, to be shown again."""
    if not once.is_key(form.key):
        raise KeyMissing
    loader = schema()
    sent, rows = sent_by(form.values, loader, needed=needed)
    try:
        said = loader.load({**sent, **(fixed or {})})
        asked = ask(f"page of recalls: {act}", [said], key=form.key)
        answer = perform(asked, lambda: in_one_transaction(keeping(asked, lambda session: Answer(status=200, body=json_bytes({"to": work(session, said)})))))
    except ma.ValidationError as error:
        problem = problem_of(ValuesAreWrong(messages_of(error)))
    except KeyUsedForAnother:
        return form.refused({"": [gettext("This form has been sent once before, with other content, and that was done. What you changed is not. If this is something new, send it now.")]})
    except Busy as refusal:  # the same key again: whether it was done is answered by the next try
        return Form(key=form.key, values=form.values, wrong={"": [ground.said_of(problem_of(refusal))]}, problem=problem_of(refusal))
    except Refusal as refusal:
        if isinstance(refusal, Missing):
            raise
        problem = problem_of(refusal)
    else:
        problem = answer.problem()
        if answer.status < 400:
            return make_response(redirect(problem["to"], 303))
    reading().expire_all()
    return form.refused(beside(problem, rows, ground.said_of(problem)), problem)
