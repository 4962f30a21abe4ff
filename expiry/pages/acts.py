"""How a form of this feature acts: through the schema, the key and one transaction, and back to the page."""

from collections.abc import Callable, Mapping
from typing import Any

import marshmallow as ma
from flask import Response, make_response, redirect
from flask_babel import format_decimal, gettext
from sqlalchemy.orm import Session

from expiry.pages.words import RUN_STATES
from inventory.pages import frame
from supply.db import in_one_transaction, reading
from supply.errors import Busy, KeyMissing, KeyUsedForAnother, Missing, Refusal
from supply.forms import Form, beside, sent_by
from supply.once import rules as once
from supply.once.service import Answer
from supply.pages import retold
from supply.schemas import ValuesAreWrong, messages_of
from supply.web import ask, json_bytes, keeping, perform, problem_of

Work = Callable[[Session, Any], Mapping[str, Any]]
"""What an act does with what was said; gives what the page it leads to is named by."""


def enter(act: str, form: Form, schema: type[ma.Schema], work: Work, *, about: str, lead: Callable[[Mapping[str, Any], bool], str], fixed: Mapping[str, Any] | None = None) -> Response | Form:
    """Do what a form says, once, and lead on (`lead` is told whether it had been done before); or give the form with what is wrong, to be shown again."""
    if not once.is_key(form.key):
        raise KeyMissing
    loader = schema()
    sent, rows = sent_by(form.values, loader)
    try:
        said = loader.load({**sent, **(fixed or {})})
        asked = ask(f"page of expiry: {act}", [about, said], key=form.key)
        answer = perform(asked, lambda: in_one_transaction(keeping(asked, lambda session: Answer(status=200, body=json_bytes(dict(work(session, said)))))))
    except ma.ValidationError as error:
        problem = problem_of(ValuesAreWrong(messages_of(error)))
    except KeyUsedForAnother:
        return form.refused({"": [_already_sent()]}, {"code": "form-already-sent", "status": 409})
    except Busy as refusal:  # the same key again: whether it was done is answered by the next try
        return Form(key=form.key, values=form.values, wrong={"": [said_of(problem_of(refusal))]}, problem=problem_of(refusal))
    except Refusal as refusal:
        if isinstance(refusal, Missing) and refusal.at is None:
            raise
        problem = problem_of(refusal)
    else:
        problem = answer.problem()
        if answer.status < 400:
            return make_response(redirect(lead(problem, answer.replayed), 303))
    reading().expire_all()
    return form.refused(beside(problem, rows, said_of(problem)), problem)


def said_of(problem: dict[str, Any]) -> str:
    """Write a refusal with names for codes and states, days and numbers as the reader writes them."""
    return retold(problem, _tell)


def _tell(name: str, value: Any) -> Any:
    if name == "state" and isinstance(value, str):
        return str(RUN_STATES.get(value, value)).lower()
    if name in {"lying", "units"} and isinstance(value, int):
        return format_decimal(value)
    return frame.tell(name, value)


def _already_sent() -> str:
    return str(gettext("This form has been sent once before, with other content, and that was done. What you changed is not. Look at the page it is about; if this is something new, send it now."))
