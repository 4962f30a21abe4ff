"""What the ledger's JSON routes stand on: the blueprint, and how an act is entered under its key."""

import functools
import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory import schemas
from inventory.rules.commands import Command, places_of
from inventory.service import batches, record
from inventory.service.batches import Keyed
from supply import clock
from supply.asking import asked_with, current_person, still_to_ask, vouch
from supply.auth.rules import Person
from supply.db import in_one_transaction
from supply.errors import Missing, Refusal
from supply.once.service import Answer
from supply.openapi import JsonBlueprint
from supply.reference import queries as reference
from supply.reference.models import Place
from supply.turns import NotServed, Turns
from supply.web import View, documented, keeping, key_sent, perform, respond

api = JsonBlueprint("ledger", __name__, url_prefix="/api/v1", description="What arrives, leaves, and lies there.")
_TURNS: Turns[Keyed, Answer | Refusal] = Turns()


def ledger_opens_on() -> date:
    """Give the first day anything can be dated."""
    opens_on: date = current_app.extensions["settings"].ledger_opens_on
    return opens_on


def visible_place(session: Session, code: str) -> Place:
    """Give a place whose stock the person who is asking may see; refuses with Missing."""
    place = reference.get_place(session, code)
    if not current_person().sees(place):
        raise Missing
    return place


def entered(view: View) -> View:
    """Record the act that the view gives, under the key of the request."""

    @functools.wraps(view)
    def entering(*taken: Any, **path: Any) -> Response:
        return respond(enter(view(*taken, **path), key=key_sent()))

    return documented(entering, view, gives=(schemas.PostingOut, 201, False))


def enter(command: Command, *, key: str) -> Answer:
    """Record an act of the person who is asking, once. Acts asked with one key that wait for the same journal are recorded together, in one transaction."""
    person, _ = asker = asked_with()
    act = Keyed(command=command, key=key)

    def attempt() -> Answer:
        try:
            outcome = _TURNS.serve((asker, places_of(command)[0]), act, lambda acts: _record(acts, person))
            vouch()
        except NotServed:
            (outcome,) = _record([act], person)
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    return perform(act.asked_by(person), attempt)


def _record(acts: Sequence[Keyed], person: Person) -> Sequence[Answer | Refusal]:
    """Record acts of one person in one transaction, and keep their answers; refuses several with NotServed where one stands in the way of the others, or nobody would ask for all of them who is asking."""
    if len(acts) == 1:
        return [in_one_transaction(keeping(acts[0].asked_by(person), lambda session: _recorded(session, acts[0], person)))]
    if not still_to_ask():
        raise NotServed
    tries = itertools.count()

    def work(session: Session) -> list[Answer | Refusal]:
        if next(tries):
            raise NotServed  # another was first, with a key of these perhaps: each alone finds its own answer
        return batches.record_each(session, acts, by=person, now=clock.now(), ledger_opens_on=ledger_opens_on())

    try:
        return in_one_transaction(work)
    except DBAPIError as error:
        raise NotServed from error  # whichever of them the database would not take, the others are not to bear it


def _recorded(session: Session, act: Keyed, person: Person) -> Answer:
    posting = record(session, act.command, by=person, now=clock.now(), key=act.key, ledger_opens_on=ledger_opens_on())
    return batches.answer_of(posting)
