"""What an act needs to know before it is decided; the locking reads stand here too. Written for the path every posting takes."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import BindParameter, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from inventory.models import Epoch, Journal, Lot, Move, Posting, Stock, Tally
from inventory.rules import entries, shelf
from inventory.rules.commands import Kind
from supply.auth import queries as accounts
from supply.auth.rules import Person
from supply.facts import facts
from supply.reference.models import VIRTUAL, Pack, Place, Product
from supply.rows import parts_of
from supply.straight import Question, run_straight, run_together

MANY = 1000  # beyond so many names it is cheaper to read all of a product's lots than to name them

_EPOCH = select(Epoch.id, Epoch.code).order_by(Epoch.id.desc()).limit(1).subquery()
KIT = "kit"
"""The group of products that are made of others."""
_LOT = (Lot.id, Lot.number, Lot.expires_on, Lot.kit_version, Lot.blocks, Lot.changed_on)
_PLACE = (Place.id, Place.code, Place.kind, Place.municipality, Place.owner, Place.served_by_id, Place.opened_on, Place.closed_on)


@facts
class Locked:
    """A place with its journal, locked, and the epoch in force."""

    place: entries.Place
    last_number: int
    last_digest: bytes
    last_recorded_at: datetime | None
    epoch_id: int
    epoch: str


@facts
class ProductFacts:
    """What an act needs to know of a product."""

    id: int
    code: str
    lot_required: bool
    expiry_required: bool
    is_kit: bool = False


@facts
class Named:
    """What some acts name: places and products by code, lots by number, and the suppliers with their delivery notes."""

    places: Collection[str]
    products: Collection[str] = ()
    lots: Collection[str] = ()
    delivery_notes: Collection[tuple[str, str]] = ()


@facts
class Opening:
    """What is known of what some acts name: the places with their journals and what lies there, locked; products with their lots; deliveries that say the same."""

    places: list[Locked]
    products: list[tuple[ProductFacts, shelf.Lot | None]]
    shelves: list[shelf.Shelf]
    repeats: dict[tuple[int, str, str], int]


@facts
class PackFacts:
    """What a GTIN or an item number stands for."""

    gtin: str
    item_number: str | None
    product: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A posting that is to be corrected, and the number of the one that already did."""

    place: entries.Place
    number: int
    kind: str
    occurred_on: date
    moves: tuple[entries.Move, ...]
    tallies: tuple[entries.Tally, ...]
    corrected_by: int | None
    recorded_at: datetime


def opening(session: Session, named: Named, person: Person) -> Opening:
    """Read what some acts name, of the places those the person may see; journals are locked first, in place order, then shelves in place and lot order.

    PostgreSQL is asked everything at once, and takes each question's answer after the locks before it.
    """
    lots, shelves, notes = list(_lots_asked(named)), list(_shelves_asked(named)), list(_notes_asked(named))
    journals, *answers = run_together(session, [(_LOCKED_PLACES, {"codes": [*named.places]}), *lots, *shelves, *notes])
    places = [locked for locked in map(_locked, journals) if person.sees(locked.place)]
    after_lots, after_shelves = len(lots), len(lots) + len(shelves)
    return Opening(
        places=places,
        products=[_product_and_lot(row) for rows in answers[:after_lots] for row in rows],
        shelves=[_shelf(row) for rows in answers[after_lots:after_shelves] for row in rows],
        repeats=_uncorrected(session, [row for rows in answers[after_shelves:] for row in rows], {locked.place.id for locked in places}),
    )


def _lots_asked(named: Named) -> Iterator[Question]:
    """Ask for products with those of their lots that are named, or all when very many are."""
    codes = [*named.products]
    if codes and len(named.lots) > MANY:
        yield _ALL_LOTS, {"codes": codes}
    elif codes:
        yield _NAMED_LOTS, {"codes": codes, "numbers": [*named.lots]}


def _shelves_asked(named: Named) -> Iterator[Question]:
    """Ask for what lies at the places of the products.

    Emptied shelves too, where units may come to lie again: those of the lots named, and of the lots that lie at another of the places.
    """
    if not named.products:
        return
    wanted = {"places": [*named.places], "products": [*named.products]}
    if len(named.lots) > MANY:
        yield _ALL_SHELVES, wanted
    else:
        yield _NAMED_SHELVES if len(named.places) == 1 else _SHELVES_OF_PLACES, wanted | {"numbers": [*named.lots]}


def _notes_asked(named: Named) -> Iterator[Question]:
    """Ask which deliveries name a supplier and a delivery note, at whatever place.

    With the place, PostgreSQL walks through a journal that was short when it first planned the question.
    """
    for notes in parts_of(named.delivery_notes):
        suppliers, documents = ([*{note[nth] for note in notes}] for nth in (0, 1))
        yield _RECEIPTS_SAYING, {"suppliers": suppliers, "documents": documents}


def _uncorrected(session: Session, receipts: Iterable[Sequence[Any]], place_ids: Collection[int]) -> dict[tuple[int, str, str], int]:
    """Give by place, supplier and delivery note the number of the first receipt that says them and was not corrected."""
    said = {(place_id, number): (place_id, supplier, document) for place_id, supplier, document, number in receipts if place_id in place_ids}
    for numbers in parts_of({number for _, number in said}):
        for corrected in run_straight(session, _CORRECTED, {"place_ids": [*place_ids], "numbers": numbers}):
            said.pop((corrected[0], corrected[1]), None)
    return {said[key]: key[1] for key in sorted(said, reverse=True)}


def visible_place_ids(session: Session, codes: Collection[str], person: Person) -> dict[str, int]:
    """Give by code the ids of those physical places that the person may see."""
    query = select(Place.code, Place.id).where(Place.kind != "virtual", accounts.visible(person))
    return {code: place_id for part in parts_of(codes) for code, place_id in session.execute(query.where(Place.code.in_(part)))}


def products_and_lots(session: Session, codes: Collection[str], numbers: Collection[str]) -> list[tuple[ProductFacts, shelf.Lot | None]]:
    """Give products by code, each with those of its lots that are named (all of them when very many are)."""
    return [_product_and_lot(row) for rows in run_together(session, _lots_asked(Named(places=(), products=codes, lots=numbers))) for row in rows]


def packs_of(session: Session, gtins: Collection[str], item_numbers: Collection[str]) -> list[PackFacts]:
    """Give what some GTINs and item numbers stand for."""
    query = select(Pack.gtin, Pack.item_number, Product.code, Pack.units).join(Product, Product.id == Pack.product_id).where(or_(Pack.gtin.in_(gtins), Pack.item_number.in_(item_numbers)))
    return [PackFacts(gtin=gtin, item_number=item_number, product=code, units=units) for gtin, item_number, code, units in session.execute(query)]


def net_by_day(session: Session, place_id: int, lot_id: int, *, after: date) -> list[tuple[date, int]]:
    """Give what a lot's stock at a place changed by on each day after a day."""
    query = (
        select(Move.occurred_on, func.sum(case((Move.to_place_id == place_id, Move.units), else_=-Move.units)))
        .where(or_(Move.from_place_id == place_id, Move.to_place_id == place_id), Move.lot_id == lot_id, Move.occurred_on > after)
        .group_by(Move.occurred_on)
    )
    return [(day, int(net)) for day, net in session.execute(query)]


def units_in_virtual(session: Session, place_id: int, lot_id: int, virtual: str) -> int:
    """Give how many of a lot a place's journal has put in a virtual place, less what it took out."""
    virtual_id = VIRTUAL[virtual]
    query = select(func.sum(case((Move.to_place_id == virtual_id, Move.units), else_=-Move.units))).where(
        or_(Move.from_place_id == virtual_id, Move.to_place_id == virtual_id), Move.lot_id == lot_id, Move.place_id == place_id
    )
    return int(session.scalar(query) or 0)


def find_original(session: Session, journal: str, number: int) -> Original | None:
    """Give a posting with its moves and tallies, as what is to be corrected."""
    correction = Posting.__table__.alias("correction")
    head = session.execute(
        select(*_PLACE, Posting.kind, Posting.occurred_on, correction.c.number, Posting.recorded_at)
        .join(Posting, Posting.place_id == Place.id)
        .outerjoin(correction, and_(correction.c.place_id == Posting.place_id, correction.c.corrects == Posting.number))
        .where(Place.code == journal, Posting.number == number)
    ).first()
    if head is None:
        return None
    place = _place(head[:8])
    return Original(
        place=place,
        number=number,
        kind=head[8],
        occurred_on=head[9],
        corrected_by=head[10],
        recorded_at=head[11],
        moves=tuple(_moves_of(session, place.id, number)),
        tallies=tuple(_tallies_of(session, place.id, number)),
    )


def recorded_at(session: Session, place_id: int, number: int) -> datetime:
    """Give when a posting was recorded."""
    return session.execute(select(Posting.recorded_at).where(Posting.place_id == place_id, Posting.number == number)).scalar_one()


def _moves_of(session: Session, place_id: int, number: int) -> Iterable[entries.Move]:
    origin, target = Place.__table__.alias("origin"), Place.__table__.alias("target")
    columns = [column.key for column in _PLACE]
    query = (
        select(Move.units, Move.occasion, Move.recipient, Product.code, Product.id, *_LOT, *(origin.c[name] for name in columns), *(target.c[name] for name in columns))
        .join(Lot, Lot.id == Move.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(origin, origin.c.id == Move.from_place_id)
        .join(target, target.c.id == Move.to_place_id)
        .where(Move.place_id == place_id, Move.number == number)
        .order_by(Move.line)
    )
    for row in session.execute(query):
        (units, occasion, recipient), lot = row[:3], _lot(*cast("Any", row[3:11]))
        yield entries.Move(lot=lot, origin=_place(row[11:19]), target=_place(row[19:27]), units=units, occasion=occasion, recipient=recipient)


def _tallies_of(session: Session, place_id: int, number: int) -> Iterable[entries.Tally]:
    query = select(Product.code, Product.id, Tally.what, Tally.units).join(Product, Product.id == Tally.product_id).where(Tally.place_id == place_id, Tally.number == number).order_by(Tally.line)
    for product, product_id, what, units in session.execute(query):
        yield entries.Tally(product=product, product_id=product_id, what=what, units=units)


def _locked(row: Sequence[Any]) -> Locked:
    return Locked(place=_place(row[:8]), last_number=row[8], last_digest=row[9], last_recorded_at=row[10], epoch_id=row[11], epoch=row[12])


def _product_and_lot(row: Sequence[Any]) -> tuple[ProductFacts, shelf.Lot | None]:
    product_id, code, lot_required, expiry_required, group, lot_id, *facts = row
    product = ProductFacts(id=product_id, code=code, lot_required=lot_required, expiry_required=expiry_required, is_kit=group == KIT)
    return product, None if lot_id is None else _lot(code, product_id, lot_id, *facts)


def _shelf(row: Sequence[Any]) -> shelf.Shelf:
    place_id, on_hand, held, last_moved_on, counted_on, counted_by, blocks, stopped_by, code, product_id, *facts = row
    lot, stopped = _lot(code, product_id, *facts), stopped_by is not None
    return shelf.Shelf(place_id=place_id, lot=lot, on_hand=on_hand, held=held, last_moved_on=last_moved_on, counted_on=counted_on, counted_by=counted_by, blocks=blocks, stopped=stopped)


def _lot(product: str, product_id: int, lot_id: int, number: str, expires_on: date | None, kit_version: int | None, blocks: int, changed_on: date | None) -> shelf.Lot:
    """Make a lot of the columns of _LOT, in their order."""
    return shelf.Lot(id=lot_id, product=product, product_id=product_id, number=number, expires_on=expires_on, kit_version=kit_version, blocks=blocks, changed_on=changed_on)


def _place(row: Sequence[Any]) -> entries.Place:
    """Make a place of the columns of _PLACE, in their order."""
    number, code, kind, municipality, owner, served_by_id, opened_on, closed_on = row
    return entries.Place(id=number, code=code, kind=kind, municipality=municipality, owner=owner, served_by_id=served_by_id, opened_on=opened_on, closed_on=closed_on)


def _any_of(name: str) -> BindParameter[Any]:
    """Give a list that is filled in when the statement is run."""
    return bindparam(name, expanding=True)


# The statements every posting runs are made once; making them anew took longer than running them.
_LOCKED_PLACES = (
    select(*_PLACE, Journal.last_number, Journal.last_digest, Journal.last_recorded_at, _EPOCH.c.id, _EPOCH.c.code)
    .join(Journal, Journal.place_id == Place.id)
    .join(_EPOCH, _EPOCH.c.id > 0)
    .where(Place.code.in_(_any_of("codes")), Place.kind != "virtual")
    .order_by(Place.id)
    .with_for_update(of=Journal)
)
_PRODUCTS = select(Product.id, Product.code, Product.lot_required, Product.expiry_required, Product.group, *_LOT).where(Product.code.in_(_any_of("codes")))
_ALL_LOTS = _PRODUCTS.outerjoin(Lot, Lot.product_id == Product.id)
_NAMED_LOTS = _PRODUCTS.outerjoin(Lot, and_(Lot.product_id == Product.id, Lot.number.in_(_any_of("numbers"))))
_ALL_SHELVES = (
    select(Stock.place_id, Stock.on_hand, Stock.held, Stock.last_moved_on, Stock.counted_on, Stock.counted_by, Stock.blocks, Stock.stopped_by, Product.code, Lot.product_id, *_LOT)
    .join(Lot, Lot.id == Stock.lot_id)
    .join(Product, Product.id == Lot.product_id)
    .join(Place, Place.id == Stock.place_id)
    .where(Place.code.in_(_any_of("places")), Product.code.in_(_any_of("products")))
    .order_by(Stock.place_id, Stock.lot_id)
    .with_for_update(of=Stock)
)
_NAMED_SHELVES = _ALL_SHELVES.where(or_(Stock.on_hand > 0, Lot.number.in_(_any_of("numbers"))))
_ELSEWHERE = Stock.__table__.alias("elsewhere")
_LYING = select(_ELSEWHERE.c.lot_id).join(Place, Place.id == _ELSEWHERE.c.place_id).where(Place.code.in_(_any_of("places")), _ELSEWHERE.c.on_hand > 0)
_SHELVES_OF_PLACES = _ALL_SHELVES.where(or_(Stock.lot_id.in_(_LYING), Lot.number.in_(_any_of("numbers"))))
_RECEIPTS_SAYING = select(Posting.place_id, Posting.supplier, Posting.document, Posting.number).where(
    Posting.supplier.in_(_any_of("suppliers")), Posting.document.in_(_any_of("documents")), Posting.kind == Kind.RECEIPT.value
)
_CORRECTED = select(Posting.place_id, Posting.corrects).where(Posting.place_id.in_(_any_of("place_ids")), Posting.corrects.in_(_any_of("numbers")))
