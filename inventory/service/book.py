"""The open book: what an act needs is read and locked once, entries are made in memory, and all is written at the end (see `writing`).

Rows are locked in one order: journals by place, then stock by place and lot. One act or a hundred thousand go the same way.
"""

import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory import models, queries
from inventory.errors import ShelfStopped
from inventory.rules import entries
from inventory.rules.entries import Draft, Place, Posting
from inventory.rules.kits import Content, content_on
from inventory.rules.shelf import Lot, Shelf
from supply.auth.rules import Person
from supply.clock import instant_text
from supply.db import table_of
from supply.reference.models import VIRTUAL
from supply.rows import insert_for

_NEW_JOURNALS = 0x4A6F75726E616C
"""The advisory lock that stands for journals that are not there yet."""
VIRTUAL_PLACES = {code: Place(id=number, code=code, kind="virtual") for code, number in VIRTUAL.items()}


@dataclass(slots=True)
class JournalState:
    """Where a journal stands while the book is open."""

    last_number: int
    last_digest: bytes
    last_recorded_at: datetime | None


@dataclass(slots=True)
class Book:
    """The places, products, lots and shelves of an act, and what it enters."""

    session: Session
    by: Person
    now: datetime
    today: date
    ledger_opens_on: date
    epoch_id: int = 0
    epoch: str = ""
    places: dict[str, Place] = field(default_factory=dict)
    journals: dict[int, JournalState] = field(default_factory=dict)
    products: dict[str, queries.ProductFacts] = field(default_factory=dict)
    packs: dict[str, queries.PackFacts] = field(default_factory=dict)
    lots: dict[tuple[int, str], Lot] = field(default_factory=dict)
    shelves: dict[tuple[int, int], dict[str, Shelf]] = field(default_factory=lambda: defaultdict(dict))
    new_lots: list[Lot] = field(default_factory=list)
    stopped: list[Shelf] = field(default_factory=list)
    """What was read of the shelves where a verification found a difference."""
    earliest: date = date.max
    postings: list[tuple[Posting, str]] = field(default_factory=list)
    contents: dict[str, list[Content]] = field(default_factory=dict)
    kit_parts: dict[tuple[str, str], list[tuple[str, str, int]]] = field(default_factory=dict)
    """By kit and lot the product, lot and units of each part in one kit, in order; of those that were asked for."""
    deliveries: dict[tuple[int, str, str], int] = field(default_factory=dict)

    def open(self, named: queries.Named) -> set[str]:
        """Read what the acts name and lock the places and shelves among it; gives the codes of places that are not there, or not the person's to see."""
        found = queries.opening(self.session, named, self.by)
        absent = set(named.places) - {locked.place.code for locked in found.places}
        if absent and (opened := self._open_journals(absent)):
            found = queries.opening(self.session, named, self.by)
            absent -= opened
        for locked in found.places:
            self.places[locked.place.code] = locked.place
            self.journals[locked.place.id] = JournalState(locked.last_number, locked.last_digest, locked.last_recorded_at)
            self.epoch_id, self.epoch = locked.epoch_id, locked.epoch
        self._take_in(found)
        self.deliveries = found.repeats
        return absent

    def find_lot(self, place: Place, product: queries.ProductFacts, number: str) -> Lot | None:
        """Give a lot of a product that has a number, with its shelf at a place of the act: read and locked when it was not named; None where there is none."""
        if (product.id, number) not in self.lots or number not in self.shelves[place.id, product.id]:
            self._take_in(queries.opening(self.session, queries.Named(places=[place.code], products=[product.code], lots=[number]), self.by))
        return self.lots.get((product.id, number))

    def place(self, code: str) -> Place:
        """Give a place of the act."""
        return self.places[code]

    def shelf(self, place: Place, lot: Lot) -> Shelf:
        """Give a lot's shelf at a place, empty where it never lay."""
        shelves = self.shelves[place.id, lot.product_id]
        if lot.number not in shelves:
            shelves[lot.number] = Shelf(place_id=place.id, lot=lot)
        return shelves[lot.number]

    def shelves_of(self, place: Place, product_id: int) -> list[Shelf]:
        """Give what lies at a place of a product, by lot."""
        return list(self.shelves[place.id, product_id].values())

    def shelves_at(self, place: Place) -> list[Shelf]:
        """Give what the book has open at a place."""
        return [shelf for (place_id, _), shelves in self.shelves.items() if place_id == place.id for shelf in shelves.values()]

    def learn(self, shelf: Shelf, day: date) -> Shelf:
        """See to it that what moved on the shelf after a day, and what was in force of its lot on it, is known: read when somebody back-dates, once for all acts of the book."""
        if not shelf.lot.knows(day):
            shelf.lot.events = tuple(queries.events_of(self.session, shelf.lot.id))
        if not shelf.knows(day):
            since = min(day, self.earliest)
            shelf.learn(queries.net_by_day(self.session, shelf.place_id, shelf.lot.id, after=since), since=since)
        return shelf

    def former_expiries(self, lot: Lot) -> set[date]:
        """Give what a lot expired on before it was given another expiry."""
        if lot.changed_on is not None and lot.events is None:
            lot.events = tuple(queries.events_of(self.session, lot.id))
        return {event.expires_before for event in lot.events or () if event.expires_before is not None}

    def content_of(self, kit: str, day: date) -> Content | None:
        """Give what a kit holds on a day; None where it is no kit, or had no content yet."""
        if kit not in self.contents:
            self.contents |= {kit: []} | queries.contents_of(self.session, [kit])
        return content_on(self.contents[kit], day)

    def parts_of(self, kit: Lot) -> list[tuple[str, str, int]]:
        """Give the product, lot and units of each part in one kit of a lot, in order; nothing where nobody knows."""
        key = (kit.product, kit.number)
        if key not in self.kit_parts:
            self.kit_parts[key] = queries.parts_of_lot(self.session, *key)
        return self.kit_parts[key]

    def find_repeat(self, place: Place, supplier: str, document: str) -> int | None:
        """Give the number of an uncorrected delivery from the same supplier with the same delivery note."""
        return self.deliveries.get((place.id, supplier, document))

    def enter(self, draft: Draft, *, key: str) -> Posting:
        """Give a posting that is decided its number and seal, and move the units on the shelves. Refuses one that touches a shelf where the books do not agree."""
        if self.stopped:
            self._refuse_stopped(draft)
        journal = self.journals[draft.place.id]
        salt = secrets.token_bytes(16) if draft.note is not None else None
        recorded_at = max(self.now, journal.last_recorded_at) if journal.last_recorded_at else self.now
        posting = Posting(
            draft=draft,
            number=journal.last_number + 1,
            recorded_at=recorded_at,
            recorded_by=self.by.number,
            previous_digest=journal.last_digest,
            note_salt=salt,
            digest=self._seal(draft, journal, recorded_at, salt),
        )
        for move in draft.moves:
            if move.origin.physical:
                self.shelf(move.origin, move.lot).move(-move.units, draft.occurred_on)
            if move.target.physical:
                self.shelf(move.target, move.lot).move(move.units, draft.occurred_on)
        for line in draft.counted:
            self.shelf(draft.place, line.lot).count(posting.number, draft.occurred_on)
        for lot, gtin in draft.labels:
            lot.gtins.add(gtin)
        for release in draft.releases:
            self.shelf(draft.place, release.lot).held -= release.units
        journal.last_number, journal.last_digest, journal.last_recorded_at = posting.number, posting.digest, recorded_at
        self.postings.append((posting, key))
        if draft.supplier and draft.document:
            self.deliveries[draft.place.id, draft.supplier, draft.document] = posting.number
        self.new_lots.clear()
        return posting

    def _refuse_stopped(self, draft: Draft) -> None:
        touched = {(place.id, move.lot.key) for move in draft.moves for place in (move.origin, move.target)} | {(draft.place.id, line.lot.key) for line in draft.counted}
        for shelf in self.stopped:
            if (shelf.place_id, shelf.lot.key) in touched:
                place = next(place.code for place in self.places.values() if place.id == shelf.place_id)
                raise ShelfStopped(lot=shelf.lot.number, product=shelf.lot.product, place=place)

    def add_lot(self, lot: Lot) -> None:
        """Take in a lot that an act names for the first time; it stays when the act is entered."""
        self.lots[lot.key] = lot
        self.new_lots.append(lot)

    def forget_new_lots(self) -> None:
        """Let go of lots that only a refused act named, and of the shelves it asked for them."""
        for lot in self.new_lots:
            del self.lots[lot.key]
            for place_id in self.journals:
                self.shelves[place_id, lot.product_id].pop(lot.number, None)
        self.new_lots.clear()

    def _take_in(self, found: queries.Opening) -> None:
        """Know what was read besides what is known already, which may have been entered on."""
        for product, lot in found.products:
            self.products.setdefault(product.code, product)
            if lot is not None:
                self.lots.setdefault(lot.key, lot)
        for shelf in found.shelves:
            shelf.lot = self.lots.setdefault(shelf.lot.key, shelf.lot)
            self.shelves[shelf.place_id, shelf.lot.product_id].setdefault(shelf.lot.number, shelf)
            if shelf.stopped:
                self.stopped.append(shelf)
        for lot in self.lots.values():
            if lot.changed_on is not None and lot.changed_on > self.today:
                lot.changed_on = self.today  # recorded while the clock was ahead: it is in force now

    def _open_journals(self, codes: set[str]) -> set[str]:
        """Give places their first journal rows; gives the codes of those that are there, and the person's to see."""
        ids = queries.visible_place_ids(self.session, codes, self.by)
        if ids:
            lock_new_journals(self.session, alone=False)
            rows = [{"place_id": ids[code], "last_number": 0, "last_digest": entries.NOTHING} for code in sorted(ids)]
            self.session.execute(insert_for(self.session, table_of(models.Journal)).on_conflict_do_nothing(), rows)
        return {*ids}

    def _seal(self, draft: Draft, journal: JournalState, recorded_at: datetime, salt: bytes | None) -> bytes:
        text = entries.written(
            corrects=draft.corrects,
            document=draft.document,
            epoch=self.epoch,
            kind=draft.kind.value,
            lines=entries.sealed_lines(draft.moves, draft.tallies, draft.counted),
            note=entries.note_hash(draft.note, salt).hex() if draft.note is not None and salt is not None else None,
            number=journal.last_number + 1,
            occurred_on=draft.occurred_on.isoformat(),
            place=draft.place.code,
            previous=journal.last_digest.hex(),
            reason=draft.reason,
            recorded_at=instant_text(recorded_at),
            recorded_by=self.by.number,
            role=draft.role,
            supplier=draft.supplier,
        )
        return entries.seal(text)


def lock_new_journals(session: Session, *, alone: bool) -> None:
    """Open a place's first journal, or (alone) let nobody open one until this transaction is done: a row that is not there yet cannot be locked. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        session.execute(select(lock(_NEW_JOURNALS)))
