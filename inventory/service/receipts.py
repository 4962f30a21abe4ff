"""What came from suppliers under a document, or is found not to have come: told to whoever may have ordered it. This feature knows no orders."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from inventory.rules.commands import Kind
from inventory.rules.entries import Posting
from inventory.service.book import Book
from supply.auth.rules import Person
from supply.facts import facts


@facts
class Came:
    """A receipt that bears a document, or (`corrects`) a correction, of what is for the hearer to find out; `lots` by product and number what came to lie at the place by it, in a correction below zero."""

    place_id: int
    posting: int
    document: str | None
    corrects: int | None
    lots: dict[tuple[str, str], int]
    role: str


class WhoOrdered(Protocol):
    """Whoever orders from suppliers, and must know what came."""

    def __call__(self, session: Session, came: Sequence[Came], *, by: Person, now: datetime) -> None:
        """Hear of it in the transaction that records it, with the journals of the places locked."""


WHO_ORDERED: set[WhoOrdered] = set()
"""Features above this one that order from suppliers join here."""


def tell(book: Book) -> None:
    """Let whoever ordered know what came by the postings of a book."""
    came = [_came(posting) for posting, _ in book.postings if posting.draft.kind is Kind.CORRECTION or (posting.draft.kind is Kind.RECEIPT and posting.draft.document is not None)]
    for hear in WHO_ORDERED if came else ():
        hear(book.session, came, by=book.by, now=book.now)


def _came(posting: Posting) -> Came:
    draft, lots = posting.draft, dict[tuple[str, str], int]()
    for move in draft.moves:
        sign = (move.target.id == draft.place.id) - (move.origin.id == draft.place.id)
        key = (move.lot.product, move.lot.number)
        lots[key] = lots.get(key, 0) + sign * move.units
    return Came(place_id=draft.place.id, posting=posting.number, document=draft.document, corrects=draft.corrects, lots={key: units for key, units in lots.items() if units}, role=draft.role)
