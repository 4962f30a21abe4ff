"""What was delivered: labels, GTINs and packs read into products, lots and units."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.orm import Session

from inventory import queries
from inventory.errors import (
    ExpiryNeeded,
    LabelDisagrees,
    LabelIsAmbiguous,
    LotDiffers,
    LotNeeded,
    NoLotHere,
    NoSuchPack,
    NoSuchProduct,
    NotALabel,
    PacksUnknown,
    ProductNeeded,
    TooManyDamaged,
    TooManyUnits,
)
from inventory.rules import labels
from inventory.rules.commands import NO_LOT, Command, Receipt, ReceiptLine
from inventory.rules.labels import Label
from inventory.rules.shelf import Lot
from supply.errors import Refusal
from supply.facts import facts
from supply.fields import UNITS_MAX
from supply.i18n import translated_later

if TYPE_CHECKING:
    from inventory.service.book import Book

Value = TypeVar("Value")
PROBLEMS = {
    "empty": translated_later("Nothing was scanned."),
    "too-long": translated_later("It is longer than a label can be."),
    "check-digit": translated_later("The check digit is wrong: some character was misread."),
    "not-a-date": translated_later("The expiry on it is not a date."),
    "unreadable": translated_later("This is no GS1 label, bar code or item number."),
}


@facts
class Delivered:
    """A line of a delivery, read: which product, which lot as stated, how many units."""

    product: str
    lot: str | None
    expires_on: date | None
    units: int
    gtin: str | None
    at: str
    damaged: int = 0

    def lot_in(self, book: "Book", day: date) -> Lot:
        """Give the lot as the book knows it, new where it is not known (a kit's holds what kits hold on the day); refuses what disagrees with what is known.

        A lot that got another expiry keeps it: its boxes still show the one before.
        """
        product = book.products.get(self.product)
        if product is None:
            raise NoSuchProduct(product=self.product, at=f"{self.at}.product")
        number = self._number(product)
        lot = book.lots.get((product.id, number))
        if lot is None:
            content = book.content_of(product.code, day) if product.is_kit else None
            lot = Lot(id=0, product=product.code, product_id=product.id, number=number, expires_on=self._expiry(product), kit_version=content.version if content else None)
            book.add_lot(lot)
        elif self.expires_on is not None and self.expires_on != lot.expires_on and self.expires_on not in book.former_expiries(lot):
            raise LotDiffers(lot=number, product=product.code, known=lot.expires_on or "-", stated=self.expires_on, at=f"{self.at}.expires_on")
        return lot

    def _number(self, product: queries.ProductFacts) -> str:
        if product.lot_required:
            if self.lot is None or self.lot == NO_LOT:
                raise LotNeeded(product=product.code, at=f"{self.at}.lot")
            return self.lot
        if self.lot not in {None, NO_LOT}:
            raise NoLotHere(product=product.code, at=f"{self.at}.lot")
        return NO_LOT

    def _expiry(self, product: queries.ProductFacts) -> date | None:
        if self.expires_on is None and product.expiry_required:
            raise ExpiryNeeded(product=product.code, at=f"{self.at}.expires_on")
        if self.expires_on is not None and not product.lot_required:
            raise NoLotHere(product=product.code, at=f"{self.at}.expires_on")
        return self.expires_on


def read_deliveries(session: Session, commands: Sequence[Command]) -> tuple[dict[int, tuple[Delivered, ...]], dict[int, Refusal]]:
    """Read the lines of the receipts among some acts, by their place in the list; and refuse those whose labels cannot be read."""
    receipts = {nth: command for nth, command in enumerate(commands) if isinstance(command, Receipt)}
    refused: dict[int, Refusal] = {}
    read: dict[int, list[Label]] = {}
    for nth, receipt in receipts.items():
        try:
            read[nth] = [_label(line, at=f"lines.{place}") for place, line in enumerate(receipt.lines)]
        except Refusal as refusal:
            refused[nth] = refusal
    packs = _packs(session, [label for lines in read.values() for label in lines])
    delivered: dict[int, tuple[Delivered, ...]] = {}
    for nth, lines in read.items():
        try:
            delivered[nth] = tuple(_delivered(line, label, packs, at=f"lines.{place}") for place, (line, label) in enumerate(zip(receipts[nth].lines, lines, strict=True)))
        except Refusal as refusal:
            refused[nth] = refusal
    return delivered, refused


def read_scan(raw: str, *, at: str) -> tuple[Label, ...]:
    """Read what a scanner sent; refuses what is no label, never repeating what it said (it may hold a serial number)."""
    try:
        return tuple(labels.read_label(raw))
    except labels.NotALabel as error:
        raise NotALabel(problem=PROBLEMS[error.why], at=at) from None


def _label(line: ReceiptLine, *, at: str) -> Label:
    """Give what the line's label says; asks when it can be read in more than one way and the line does not say which."""
    if line.scan is None:
        return Label(gtin=line.gtin)
    readings = read_scan(line.scan, at=f"{at}.scan")
    stated = [label for label in readings if line.lot in {None, label.lot} and line.expires_on in {None, label.expires_on}]
    if len(stated) > 1:
        raise LabelIsAmbiguous(at=f"{at}.scan", candidates=[{"gtin": label.gtin, "lot": label.lot, "expires_on": label.expires_on.isoformat() if label.expires_on else None} for label in stated])
    return stated[0] if stated else readings[0]


def _packs(session: Session, read: Iterable[Label]) -> dict[str, queries.PackFacts]:
    gtins = {label.gtin for label in read if label.gtin}
    item_numbers = {label.item_number for label in read if label.item_number}
    if not gtins and not item_numbers:
        return {}
    found = queries.packs_of(session, gtins, item_numbers)
    by_item_number = {pack.item_number: pack for pack in found if pack.item_number}
    return {**by_item_number, **{pack.gtin: pack for pack in found}}


def _delivered(line: ReceiptLine, label: Label, packs: dict[str, queries.PackFacts], *, at: str) -> Delivered:
    pack = packs.get(label.gtin or "") or packs.get(label.item_number or "")
    if pack is None and line.product is None and (label.gtin or label.item_number):
        raise NoSuchPack(gtin=label.gtin or label.item_number, at=f"{at}.{'scan' if line.scan else 'gtin'}")
    product = _agreed(line.product, pack.product if pack else label.product, at=f"{at}.product")
    if product is None:
        raise ProductNeeded(at=f"{at}.product")
    lot = _agreed(line.lot, label.lot, at=f"{at}.lot")
    expires_on = _agreed(line.expires_on, label.expires_on, at=f"{at}.expires_on")
    units, damaged = _units(line, pack, product, at), line.damaged or 0
    if damaged > units:
        raise TooManyDamaged(damaged=damaged, units=units, at=f"{at}.damaged")
    return Delivered(product=product, lot=lot, expires_on=expires_on, units=units, gtin=label.gtin, at=at, damaged=damaged)


def _agreed(stated: Value | None, label: Value | None, *, at: str) -> Value | None:
    """Give what line and label say together; refuses when they disagree."""
    if stated is not None and label is not None and stated != label:
        raise LabelDisagrees(label=label, stated=stated, at=at)
    return label if stated is None else stated


def _units(line: ReceiptLine, pack: queries.PackFacts | None, product: str, at: str) -> int:
    if line.units is not None:
        return line.units
    if pack is None:
        raise PacksUnknown(product=product, at=f"{at}.packs" if line.packs is not None else f"{at}.units")
    units = (line.packs if line.packs is not None else 1) * pack.units
    if units > UNITS_MAX:
        raise TooManyUnits(at=f"{at}.packs")
    return units
