"""The blueprint, the main menu, the place one is at, and the names of things."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, g, request
from flask.blueprints import BlueprintSetupState
from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l

from inventory import words
from inventory.api import visible_place
from inventory.errors import NotYourPlace
from inventory.queries import overview
from inventory.queries.stock import OnShelf
from supply import clock
from supply.asking import current_person, find_person
from supply.db import reading
from supply.errors import Missing
from supply.pages import YEAR, Link, Told, day_text, language_code, retold
from supply.reference import queries as reference
from supply.reference.models import Place

pages = Blueprint("inventory", __name__)
SOON_DAYS = 90
"""Stock that expires within so many days is said to expire soon; the narrowest band but one of the design's (180, 90, 30, 0)."""
_RECORD = (
    "receive",
    "record_receipt",
    "take_back",
    "record_return",
    "dispose",
    "record_disposal",
    "send_back",
    "record_supplier_return",
    "transfer",
    "record_transfer",
    "bring_in",
    "look_at_file",
    "enter_file",
    "counts",
    "count_sheet",
    "fill_in_sheet",
    "assemble",
    "record_assembly",
    "unpack",
    "record_unpacking",
    "redate",
    "record_redating",
    "lot",
    "change_lot",
)
_JOURNAL = ("posting", "correct", "record_correction")


def _of(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"inventory.{name}" for name in names)


NAVIGATION = (
    Link(label=_l("Overview"), endpoint="inventory.overview", permission="see own account"),
    Link(label=_l("Stock"), endpoint="inventory.stock", permission="see stock", of_place=True, also=_of(["card", "figures", "report_month", "use", "product_use", "marks", "mark_days", "end_mark"])),
    Link(label=_l("Hand out"), endpoint="inventory.hand_out", permission="record stock", of_place=True, also=_of(["record_handout"])),
    Link(label=_l("Record"), endpoint="inventory.acts", permission="record stock", of_place=True, also=_of(_RECORD)),
    Link(label=_l("Journal"), endpoint="inventory.journal", permission="see stock", of_place=True, also=_of(_JOURNAL)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSeen:
    """A product as pages show it, in the reader's language."""

    code: str
    name: str
    unit: str
    group: str
    lot_required: bool
    expiry_required: bool


@pages.record_once
def join(state: BlueprintSetupState) -> None:
    """Put the ledger's pages in the main menu."""
    state.app.extensions["navigation"].extend(NAVIGATION)


def place_here(code: str) -> Place:
    """Give the place a page is about; refuses one that is not the reader's to see."""
    if not code.isprintable():
        raise Missing
    place = visible_place(reading(), code)
    g.place = PlaceSeen.of(place)
    return place


def own_place(code: str) -> Place:
    """Give the place a form records at; refuses one where the person may only look."""
    place = place_here(code)
    if not g.place.may_record:
        raise NotYourPlace(place=place.name)
    return place


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSeen:
    """A place as the frame shows it, kept apart from the database."""

    code: str
    name: str
    kind: str
    example: bool
    may_record: bool

    @classmethod
    def of(cls, place: Place) -> "PlaceSeen":
        """See a place as the person who is asking."""
        return cls(code=place.code, name=place.name, kind=place.kind, example=place.example, may_record=current_person().role_at(place) is not None)


@pages.app_context_processor
def remembered_place() -> dict[str, Any]:
    """Give the frame the place of this page, or else the one that was looked at last."""
    if "place" not in g and find_person() is not None:
        code = request.cookies.get("place", "")
        found = (reference.find_place(reading(), code) if code.isprintable() else None) or _only_place()
        g.place = PlaceSeen.of(found) if found is not None and current_person().sees(found) else None
    return {"here": g.get("place")}


@pages.after_request
def remember_place(response: Response) -> Response:
    """Keep in a cookie which place was looked at, so that the menu leads there again."""
    here = g.get("place")
    if here is not None and here.code != request.cookies.get("place"):
        response.set_cookie("place", here.code, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def _only_place() -> Place | None:
    """Give the place of somebody who records at one place alone."""
    own = overview.own_places(reading(), by=current_person(), limit=2)
    return own[0] if len(own) == 1 else None


def products() -> dict[str, ProductSeen]:
    """Give all products by code, as the reader names them."""
    language = language_code()
    known: dict[str, dict[str, ProductSeen]] = g.setdefault("products", {})  # by language: letters in several are written in one go
    if language not in known:
        known[language] = {
            row.code: ProductSeen(
                code=row.code,
                name=getattr(row, f"name_{language}"),
                unit=getattr(row, f"unit_{language}"),
                group=row.group,
                lot_required=row.lot_required,
                expiry_required=row.expiry_required,
            )
            for row in sorted(reference.products(reading()), key=lambda row: (_group_order(row.group), row.code))
        }
    return known[language]


def by_product(shelves: Iterable[OnShelf]) -> dict[str, list[OnShelf]]:
    """Give shelves by product, in the order pages list products: naloxone first."""
    found: dict[str, list[OnShelf]] = {}
    for shelf in shelves:
        found.setdefault(shelf.product, []).append(shelf)
    return {code: found[code] for code in products() if code in found}


def _group_order(group: str) -> int:
    return list(words.GROUPS).index(group) if group in words.GROUPS else len(words.GROUPS)


def learn_places(codes: Collection[str]) -> None:
    """Read the names of many places at once."""
    known = g.setdefault("place_names", {})
    if unknown := set(codes) - set(known) - set(words.VIRTUAL_PLACES):
        known.update(overview.place_names(reading(), unknown))


@pages.app_template_global()
def place_name(code: str) -> str:
    """Give a place's name, or what a virtual place is called."""
    if code in words.VIRTUAL_PLACES:
        return words.label(code, "virtual place")
    learn_places([code])
    return str(g.place_names.get(code, code))


@pages.app_template_global()
def product_name(code: str) -> str:
    """Give a product's name in the reader's language."""
    return products()[code].name if code in products() else code


@pages.app_template_global()
def product_unit(code: str) -> str:
    """Give what a unit of a product is called in the reader's language."""
    return products()[code].unit if code in products() else ""


@pages.app_template_filter()
def label(code: str | None, of: str) -> str:
    """Give a code of a list as people read it."""
    return words.label(code, of)


@pages.app_template_filter()
def field_label(name: str) -> str:
    """Give what a field is called where it is named alone: the last word of `lines-3-units`."""
    word = next((part for part in reversed(name.split("-")) if not part.isdigit()), name)
    return str(words.FIELDS.get(word, word))


@pages.app_template_global()
def expiry_state(expires_on: date | None) -> str:
    """Say of an expiry whether it is past (expired), near (soon) or neither."""
    today = clock.today()
    if expires_on is None or expires_on > soon_on():
        return ""
    return "expired" if expires_on < today else "soon"


def soon_on() -> date:
    """Give the last day that is soon."""
    return clock.today() + timedelta(days=SOON_DAYS)


def said_of(problem: dict[str, Any]) -> str:
    """Write a refusal with names for codes, days and numbers as the reader writes them."""
    return retold(problem, tell)


def said_with(sentence: str, facts: Mapping[str, object]) -> str:
    """Write a sentence with facts in it, in the reader's language and words."""
    return str(gettext(sentence).format_map(Told({name: tell(name, value) for name, value in facts.items()})))


def tell(name: str, value: Any) -> Any:
    """Write a fact as the reader reads it: a name for a code, a day as a day."""
    if name == "product" and isinstance(value, str):
        return product_name(value)
    if name in {"place", "journal"} and isinstance(value, str):
        return place_name(value)
    if name in {"wanted", "available", "unusable"} and isinstance(value, int):
        return format_decimal(value)
    if name in {"known", "stated", "label", "expires_on", "counted_on", "occurred_on", "today", "opened_on", "closed_on", "opens_on"} and isinstance(value, str):
        return day_said(value)
    if name == "choices" and isinstance(value, str):
        return ", ".join(words.label(code, "reason") for code in value.split(", "))
    return value


@pages.app_template_global()
def day_said(text: str) -> str:
    """Write a day that stands in a form as the reader writes it; what is no day stands as it is."""
    try:
        return day_text(date.fromisoformat(text))
    except ValueError:
        return text
