"""Undo a posting by its opposite."""

from flask import Response

from inventory.pages.acts import new_form, record, respond
from inventory.pages.frame import own_place, pages
from inventory.pages.journals import get_posting
from inventory.pages.people import people_behind
from inventory.rules.commands import REASONS, Kind
from supply.acting import sent_form
from supply.forms import Form
from supply.web import may


@pages.get("/places/<place>/journal/<int:number>/correct")
@may("record stock")
def correct(place: str, number: int) -> Response:
    """Ask why a posting is to be undone."""
    return _page(place, number, new_form())


@pages.post("/places/<place>/journal/<int:number>/correct")
@may("record stock")
def record_correction(place: str, number: int) -> Response:
    """Record the opposite of a posting."""
    here = own_place(place)
    outcome = record("corrections", sent_form(), {"journal": here.code, "number": number})
    return _page(place, number, outcome) if isinstance(outcome, Form) else outcome


def _page(place: str, number: int, form: Form) -> Response:
    here = own_place(place)
    found = get_posting(here, number)
    return respond("inventory/correct.html", form, place=here, posting=found, names=people_behind([found.recorded_by]), reasons=REASONS[Kind.CORRECTION])
