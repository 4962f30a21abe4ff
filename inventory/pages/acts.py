"""How a form records: through the schema, the key and the transaction of the JSON interface, and back to the page."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import marshmallow as ma
from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from inventory.api import enter
from inventory.pages.frame import own_place, pages, products, said_of
from inventory.schemas import SCHEMAS
from supply import clock
from supply.db import reading
from supply.errors import Busy, Invalid, KeyMissing, KeyUsedForAnother
from supply.forms import Form, beside, sent_by
from supply.once import rules as once
from supply.schemas import ValuesAreWrong, messages_of
from supply.web import may, problem_of


@pages.get("/places/<place>/record")
@may("record stock")
def acts(place: str) -> str:
    """Show what can be recorded at a place."""
    return render_template("inventory/acts.html", place=own_place(place))


def new_form(**values: str) -> Form:
    """Give a form to be filled in, today's day in it. Its key stands in the address, so that going back or a second tab shows the same form."""
    filled = Form(values={"occurred_on": clock.today().isoformat(), **values})
    known = request.args.get("key", "")
    return replace(filled, key=known) if once.is_key(known) else filled


def record(act: str, form: Form, fixed: Mapping[str, Any], *, needed: str | None = None) -> Response | Form:
    """Record what a form says and lead to the posting; or give the form with what is wrong, to be shown again."""
    if not once.is_key(form.key):
        raise KeyMissing
    schema = SCHEMAS[act]()
    sent, rows = sent_by(form.values, schema, needed=needed)
    try:
        answer = enter(schema.load({**sent, **fixed}), key=form.key)
    except ma.ValidationError as error:
        problem = problem_of(ValuesAreWrong(messages_of(error)))
    except KeyUsedForAnother:
        return form.refused({"": [_already_sent()]}, {"code": "form-already-sent", "status": 409})
    except Busy as refusal:  # the same key again: whether it was recorded is answered by the next try
        return Form(key=form.key, values=form.values, wrong={"": [said_of(problem_of(refusal))]}, problem=problem_of(refusal))
    except Invalid as refusal:
        problem = problem_of(refusal)
    else:
        problem = json.loads(answer.body)
        if answer.status < 400:
            saved = "again" if answer.replayed else "now"
            return make_response(redirect(url_for("inventory.posting", place=problem["journal"], number=problem["number"], saved=saved), 303))
    reading().expire_all()
    wrong = beside(problem, rows, said_of(problem))
    return form.refused(wrong | {"lines": [gettext("Write at least one line.")]} if "lines" in wrong and "lines" not in sent else wrong, problem)


def respond(template: str, form: Form, **shown: Any) -> Response:
    """Show a form, under an address that holds its key; with the status of what is wrong in it."""
    if request.method == "GET" and request.args.get("key") != form.key and request.endpoint:
        arguments = {**request.args.to_dict(), **(request.view_args or {}), "key": form.key}
        return make_response(redirect(url_for(request.endpoint, **arguments), 302))
    status = int(form.problem.get("status", 422)) if form.problem else 422 if form.wrong else 200
    return make_response(render_template(template, form=form, products=products(), today=clock.today(), **shown), status)


def _already_sent() -> str:
    return str(gettext("This form has been sent once before, with other content, and that was recorded. What you changed is not. Look in the journal; if this is something new, send it now."))
