"""Pack kits from parts, and take them apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from inventory import queries
from inventory.pages.acts import new_form, record, respond
from inventory.pages.frame import own_place, pages
from inventory.queries import lots, stock
from inventory.queries.lots import LotKnown
from inventory.queries.stock import OnShelf
from inventory.rules.kits import content_on
from supply import clock
from supply.acting import sent_form
from supply.db import reading
from supply.errors import Missing
from supply.forms import Form
from supply.reference import queries as reference
from supply.reference.models import Place
from supply.web import may

KIT = "kit"


@dataclass(frozen=True, kw_only=True)
class PartHere:
    """A part of a kit: how many a kit takes, and the lots here that may be used, those that expire first on top."""

    product: str
    units: int
    shelves: Sequence[OnShelf]

    @property
    def possible(self) -> int:
        """Give how many kits there is enough of it for."""
        return sum(shelf.available or 0 for shelf in self.shelves) // self.units


@dataclass(frozen=True, kw_only=True)
class KitHere:
    """A kit and what of its parts lies here."""

    code: str
    parts: Sequence[PartHere]

    @property
    def possible(self) -> int:
        """Give how many kits can be packed."""
        return min(part.possible for part in self.parts)


@pages.get("/places/<place>/kits/new")
@may("record stock")
def assemble(place: str) -> Response:
    """Ask how many kits were packed."""
    return _assembly_page(own_place(place), new_form())


@pages.post("/places/<place>/kits/new")
@may("record stock")
def record_assembly(place: str) -> Response:
    """Record kits packed from parts."""
    here = own_place(place)
    outcome = record("assemblies", sent_form(), {"place": here.code}, needed="units")
    return _assembly_page(here, outcome) if isinstance(outcome, Form) else outcome


@pages.get("/places/<place>/kits/unpack")
@may("record stock")
def unpack(place: str) -> Response:
    """Ask how many kits of a lot were opened."""
    return _unpacking_page(own_place(place), new_form())


@pages.post("/places/<place>/kits/unpack")
@may("record stock")
def record_unpacking(place: str) -> Response:
    """Record kits taken apart."""
    here, lot = own_place(place), _lot()
    outcome = record("unpackings", sent_form(), {"place": here.code, "kit": lot.product, "lot": lot.number}, needed="units")
    return _unpacking_page(here, outcome) if isinstance(outcome, Form) else outcome


def kits_here(shelves: Sequence[OnShelf]) -> list[KitHere]:
    """Give the kits that have a content today, with what of their parts lies among some shelves."""
    today = clock.today()
    codes = [product.code for product in reference.products(reading()) if product.group == KIT]
    found = []
    for code, contents in sorted(queries.contents_of(reading(), codes).items()):
        if (content := content_on(contents, today)) is not None:
            lying = {part: [shelf for shelf in shelves if shelf.product == part and shelf.usable and shelf.available] for part in content.parts}
            found.append(KitHere(code=code, parts=[PartHere(product=part, units=units, shelves=lying[part]) for part, units in content.parts.items()]))
    return found


def _assembly_page(here: Place, form: Form) -> Response:
    shelves = stock.shelves_at(reading(), here.id, today=clock.today())
    kits = kits_here(shelves)
    packed = [shelf for shelf in shelves if shelf.product in {kit.code for kit in kits}]
    made = lots.made_of_parts(reading(), [shelf.lot_id for shelf in packed])
    return respond("inventory/assemble.html", form, place=here, kits=kits, lots=packed, made=made)


def _unpacking_page(here: Place, form: Form) -> Response:
    lot = _lot()
    return respond("inventory/unpack.html", form, place=here, lot=lot, on_hand=lots.on_hand_at(reading(), here, lot.id), each=lots.parts(reading(), lot.id))


def _lot() -> LotKnown:
    """Give the lot of kits the address names; refuses one that is not known."""
    kit, number = request.args.get("kit", ""), request.args.get("lot", "")
    found = lots.find_lot(reading(), kit, number) if kit.isprintable() and number.isprintable() else None
    if found is None:
        raise Missing
    return found
