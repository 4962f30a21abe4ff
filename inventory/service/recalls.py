"""What a recall does to lots: from the moment it commits nothing of them leaves, of no day and in no kit, until it is lifted. In the caller's transaction, which has locked everything."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from inventory import queries
from inventory.errors import ExpiryNeeded, LotDiffers, LotNeeded, LotTwice, NoLotHere, NotOneLot, WrittenOtherwise
from inventory.models import Lot, LotEvent
from inventory.queries import lots as known_lots
from inventory.queries.shelves import contents_of, events_of
from inventory.rules.commands import NO_LOT
from inventory.rules.kits import content_on
from inventory.rules.lots import NamedLot
from inventory.service.lots import By, add_event, end_holds, follow, lock_everything, shift_blocks
from supply.db import table_of

__all__ = ["By", "Frozen", "free", "freeze", "lock_everything", "named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A lot that a notice names: its number and expiry, its id (None: it was not known, and was not made), and whether it was known."""

    number: str
    expires_on: date | None
    lot_id: int | None
    known: bool


def named(session: Session, product: queries.ProductFacts, lots: Sequence[NamedLot], *, today: date, make: bool) -> list[Frozen]:
    """Give the lots of a product that a notice names. One that nobody has seen yet is made, so that it is blocked when it arrives; for that its expiry is asked for.

    Refuses a lot that stands twice, an expiry that is not the one known, and an unknown lot that is only written otherwise than a known one.
    """
    found: dict[str, Frozen] = {}
    for nth, line in enumerate(lots):
        at = f"lots.{nth}"
        if line.lot in found:
            raise LotTwice(product=product.code, lot=line.lot, at=f"{at}.lot")
        if product.lot_required and line.lot == NO_LOT:
            raise LotNeeded(product=product.code, at=f"{at}.lot")
        if not product.lot_required and (line.lot != NO_LOT or line.expires_on is not None):
            raise NoLotHere(product=product.code, at=f"{at}.lot")
        known = _known(session, product, line, at=at)
        if known is None:
            _check_writing(session, product, line.lot, named={one.lot for one in lots}, at=f"{at}.lot")
        found[line.lot] = known or _new(session, product, line, today=today, make=make, at=at)
    return list(found.values())


def freeze(session: Session, lot_ids: Collection[int], *, document: str, authority: str, by: By) -> None:
    """Let nothing of some lots leave, nor of the kits they are in; holds on them end. `document` is the recall's number."""
    for lot_id in sorted(lot_ids):
        event_id = add_event(session, by, lot_id, kind="recall", document=document, authority=authority)
        kits = known_lots.kits_with(session, lot_id)
        follow(session, by, kits, event_id, kind="recall", document=document, authority=authority)
        shift_blocks(session, [lot_id, *kits], None, 1, by)
        end_holds(session, [lot_id, *kits], None, by, because="recall")


def free(session: Session, recalled: Collection[LotEvent], *, document: str, by: By) -> None:
    """Lift the recall of some lots, and of the kits they are in. What has expired, or is in quarantine besides, stays unusable."""
    for event in sorted(recalled, key=lambda event: event.lot_id):
        lifted = add_event(session, by, event.lot_id, kind="lift", document=document)
        kits = known_lots.followed(session, event.id)
        follow(session, by, kits, lifted, kind="lift", document=document)
        shift_blocks(session, [event.lot_id, *kits], None, -1, by)


def _known(session: Session, product: queries.ProductFacts, line: NamedLot, *, at: str) -> Frozen | None:
    lot = known_lots.find_lot(session, product.code, line.lot)
    if lot is None:
        return None
    former = {event.expires_before for event in events_of(session, lot.id)}
    if line.expires_on is not None and line.expires_on not in {lot.expires_on, *former}:
        raise LotDiffers(lot=line.lot, product=product.code, known=lot.expires_on or "-", stated=line.expires_on, at=f"{at}.expires_on")
    return Frozen(number=line.lot, expires_on=lot.expires_on, lot_id=lot.id, known=True)


def _check_writing(session: Session, product: queries.ProductFacts, number: str, *, named: Collection[str], at: str) -> None:
    """Refuse a lot nobody has seen that is only written otherwise than one that is known and not named beside it: what is frozen must be what lies on the shelves."""
    if any(character.isspace() for character in number):
        raise NotOneLot(lot=number, at=at)
    known = session.scalars(select(Lot.number).where(Lot.product_id == product.id).order_by(Lot.number))
    alike = next((one for one in known if _bare(one) == _bare(number) and one not in named), None)
    if alike is not None:
        raise WrittenOtherwise(lot=number, known=alike, at=at)


def _bare(number: str) -> str:
    return "".join(character for character in number.casefold() if character.isalnum())


def _new(session: Session, product: queries.ProductFacts, line: NamedLot, *, today: date, make: bool, at: str) -> Frozen:
    if product.expiry_required and line.expires_on is None:
        raise ExpiryNeeded(product=product.code, at=f"{at}.expires_on")
    lot_id = None
    if make:
        content = content_on(contents_of(session, [product.code]).get(product.code, []), today) if product.is_kit else None
        table = table_of(Lot)
        values = {"product_id": product.id, "number": line.lot, "expires_on": line.expires_on, "kit_version": content.version if content else None}
        lot_id = int(session.execute(insert(table).values(values).returning(table.c.id)).scalar_one())
    return Frozen(number=line.lot, expires_on=line.expires_on, lot_id=lot_id, known=False)
