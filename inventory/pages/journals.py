"""A place's journal, newest first, and one posting with all its facts."""

from collections.abc import Iterable
from dataclasses import replace

import marshmallow as ma
from flask import Response, render_template, request
from flask_babel import gettext, pgettext
from sqlalchemy.orm import Session

from inventory import words
from inventory.errors import NoSuchPosting
from inventory.pages.frame import learn_places, pages, place_here, place_name, product_name, products
from inventory.pages.people import people_behind
from inventory.pages.prints import LABELS_MAX
from inventory.queries import journals as queries
from inventory.queries.journals import PostingRead
from inventory.rules.commands import Kind
from inventory.rules.wanted import JournalWanted
from inventory.schemas import JournalArgs
from supply.db import reading
from supply.exports import PART_ROWS, ROUTE, export
from supply.forms import Form
from supply.reference.models import Place
from supply.schemas import messages_of
from supply.sheets import Value
from supply.web import may

FILTERS = ("from", "to", "kind", "product", "lot")
POSTINGS = 50
NUMBER_MAX = 2**31 - 1


@pages.get("/places/<place>/journal")
@may("see stock")
def journal(place: str) -> str:
    """Show a place's journal, newest first."""
    here = place_here(place)
    form, wanted = _wanted()
    found, after = queries.journal(reading(), here, replace(wanted, limit=POSTINGS, after=request.args.get("after"), newest_first=True))
    _learn(found)
    names = people_behind([posting.recorded_by for posting in found])
    filters = {name: form.value(name) for name in FILTERS if form.value(name)}
    return render_template("inventory/journal.html", place=here, form=form, postings=found, after=after, names=names, filters=filters, products=products(), kinds=list(Kind))


@pages.get("/places/<place>/journal/<int:number>")
@may("see stock")
def posting(place: str, number: int) -> str:
    """Show one posting."""
    here = place_here(place)
    found = get_posting(here, number)
    saved = request.args.get("saved", "")
    return render_template("inventory/posting.html", place=here, posting=found, names=people_behind([found.recorded_by]), saved=saved, undo=Form(), labels_max=LABELS_MAX)


@pages.get(f"/places/<place>/journal.{ROUTE}")
@may("see stock")
def export_journal(place: str, ending: str) -> Response:
    """Give a place's journal as a file, a row for each move and tally. Notes stay here, where they can be erased."""
    here = place_here(place)
    code, name = here.code, here.name
    _, wanted = _wanted()

    def rows(session: Session) -> Iterable[tuple[Value, ...]]:
        after: str | None = None
        while True:
            part, after = queries.journal(session, here, replace(wanted, limit=PART_ROWS, after=after))
            _learn(part)
            for found in part:
                yield from _rows_of(found)
            if after is None:
                return

    return export(f"journal-{code}", name, _head(), rows, ending=ending)


def get_posting(here: Place, number: int) -> PostingRead:
    """Give one posting of a place; refuses a number it does not have."""
    found = queries.find_posting(reading(), here, number) if number <= NUMBER_MAX else None
    if found is None:
        raise NoSuchPosting(journal=here.name, number=number)
    _learn([found])
    return found


def _wanted() -> tuple[Form, JournalWanted]:
    """Read which postings are wanted; what cannot be read is said beside its field, and the list is whole."""
    asked = {name: request.args.get(name, "").strip() for name in FILTERS}
    form = Form(values=asked)
    try:
        wanted: JournalWanted = JournalArgs().load({name: text for name, text in asked.items() if text})
    except ma.ValidationError as error:
        messages = messages_of(error)
        return form.refused(messages), JournalWanted()
    return form, wanted


def _learn(postings: Iterable[PostingRead]) -> None:
    learn_places({code for found in postings for move in found.moves for code in (move.from_, move.to)})


def _head() -> list[str]:
    head = [pgettext("entry", "Number"), gettext("Day"), gettext("Kind"), gettext("Reason"), gettext("Product"), gettext("Name"), gettext("Lot"), gettext("Expires"), gettext("From"), gettext("To")]
    head += [gettext("Units"), gettext("Occasion"), gettext("Recipient"), gettext("Counted without a lot"), gettext("Supplier"), gettext("Document"), gettext("Corrects"), gettext("Corrected by")]
    return [*head, gettext("Recorded by"), gettext("Role"), gettext("Recorded at"), gettext("Digest")]


def _rows_of(found: PostingRead) -> Iterable[tuple[Value, ...]]:
    first = found.number, found.occurred_on, words.label(found.kind, "kind"), words.label(found.reason, "reason")
    last = found.supplier, found.document, found.corrects, found.corrected_by, found.recorded_by, words.label(found.role, "role"), found.recorded_at, found.digest
    for move in found.moves:
        lot = move.lot
        ends = place_name(move.from_), place_name(move.to)
        why = words.label(move.occasion, "occasion"), words.label(move.recipient, "recipient")
        yield *first, lot.product, product_name(lot.product), lot.number, lot.expires_on, *ends, move.units, *why, None, *last
    for tally in found.tallies:
        yield *first, tally.product, product_name(tally.product), None, None, None, None, tally.units, None, None, words.label(tally.what, "tally"), *last
